package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A report names the files; only those below the directory are read, and none that is
// too large.
func TestSourcesAreReadFromTheDirectoryAlone(t *testing.T) {
	outside := t.TempDir()
	dir := filepath.Join(outside, "repo")
	for name, text := range map[string]string{"secret.txt": "s", "repo/a.c": "int a;", "repo/large.c": strings.Repeat("x", maxSource+1)} {
		path := filepath.Join(outside, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	open := openSource(dir, root)
	inside := filepath.ToSlash(filepath.Join(dir, "a.c"))
	for _, path := range []string{"a.c", "./a.c", inside, "file://" + inside} {
		if data, err := open(path); err != nil || string(data) != "int a;" {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	for _, path := range []string{"../secret.txt", filepath.ToSlash(filepath.Join(outside, "secret.txt")), "large.c", "none.c", "https://example.org/a.c", "."} {
		if data, err := open(path); err == nil {
			t.Errorf("%s was read: %.20q", path, data)
		}
	}
	for range maxSources {
		open("a.c")
	}
	if _, err := open("a.c"); err == nil {
		t.Error("files are read without end")
	}
}
