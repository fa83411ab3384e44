package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// deaf is standard output on a disk that is full.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWhatNobodyCouldReadIsNoAnswer(t *testing.T) {
	for _, args := range []string{"version", "policy default", "policy schema", "--help", "policy lint", "check", "check --format json", "explain u", "collect -o part", "collect --help"} {
		t.Run(args, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, ".tollgate.yml", "version: 1\nevidence: {u: {tests: r.xml}}\ngates: {u: {from: u, require: [failed = 0, errored = 0]}}\n")
			write(t, "r.xml", `<testsuite name="s"><testcase name="a"/></testsuite>`)
			var said strings.Builder
			code := Main(Env{Args: strings.Fields(args), Getenv: func(string) string { return "" }, Stdout: deaf{}, Stderr: &said, Now: time.Now})
			if code != ExitInternal || !strings.Contains(said.String(), "standard output: no space left on device") {
				t.Errorf("exit %d: %s", code, said.String())
			}
		})
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	at, link := filepath.Join(dir, "part"), filepath.Join(dir, "link")
	for _, text := range []string{"first", "second"} {
		if err := writeWhole(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(at); string(got) != text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := os.Symlink(at, link); err != nil {
		t.Skip(err)
	}
	if err := writeWhole(link, []byte("third"), 0o644); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().IsRegular() {
		t.Errorf("the link is a file now: %v", err)
	}
	if err := writeWhole(dir, nil, 0o644); err == nil {
		t.Error("a folder was written to")
	}
	if err := writeWhole(filepath.Join(dir, "no", "such"), nil, 0o644); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "no", "such")+":") {
		t.Errorf("said %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*.new")); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
}
