package cli

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
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

// restless is where files are written to, or replaced, while they are read.
type restless struct {
	anywhere
	asked func()
	stats int
}

// Stat is asked before a file is opened, and again when it was read.
func (r *restless) Stat(path string) (fs.FileInfo, error) {
	if r.stats++; r.stats == 2 {
		r.asked()
	}
	return r.anywhere.Stat(path)
}

// An LCOV report that is cut behind a record looks whole: that a tool is still writing
// it shows in the file alone.
func TestReportThatIsWrittenWhileItIsReadIsInconclusive(t *testing.T) {
	const record = "SF:a.c\nDA:1,1\nend_of_record\n"
	for about, change := range map[string]func(t *testing.T, path string) error{
		"not at all": func(*testing.T, string) error { return nil },
		"grown": func(_ *testing.T, path string) error {
			return os.WriteFile(path, []byte(record+"SF:b.c\nDA:1,0\nend_of_record\n"), 0o644)
		},
		"shrunk": func(_ *testing.T, path string) error { return os.Truncate(path, int64(len(record)-1)) },
		"replaced by one of its size": func(_ *testing.T, path string) error {
			if err := os.WriteFile(path+".new", []byte(strings.Replace(record, "1,1", "1,0", 1)), 0o644); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
		"removed": func(_ *testing.T, path string) error { return os.Remove(path) },
	} {
		t.Run(about, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lcov.info")
			if err := os.WriteFile(path, []byte(record), 0o644); err != nil {
				t.Fatal(err)
			}
			from := &restless{asked: func() {
				if err := change(t, path); err != nil && runtime.GOOS == "windows" {
					t.Skip("no one takes a file from its reader: ", err)
				} else if err != nil {
					t.Fatal(err)
				}
			}}
			r, err := readReport(context.Background(), path, from)
			if err != nil {
				t.Fatal(err)
			}
			if want := about == "not at all"; r.Conclusive() != want {
				t.Errorf("conclusive %t, want %t: %v", r.Conclusive(), want, r.Problems)
			}
		})
	}
}

func TestReportIsReadAsItWasOpened(t *testing.T) {
	const record = "SF:a.c\nDA:1,1\nend_of_record\n"
	path := filepath.Join(t.TempDir(), "lcov.info")
	if err := os.WriteFile(path, []byte(strings.Repeat(record, 1<<16)+"SF:b.c\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := readAsOpened(context.Background(), path, f, int64(len(record)))
	if err != nil || !r.Conclusive() || len(r.Coverage) != 1 {
		t.Fatalf("%v, %v", r, err)
	}
	if at, err := f.Seek(0, io.SeekCurrent); err != nil || at != int64(len(record)) {
		t.Errorf("%d bytes were read, want %d (%v)", at, len(record), err)
	}
}
