package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the output in the documentation")

// A fenced block of a page that begins with a file: ```yaml title=".tollgate.yml". With
// the word main behind it that is the file as the branch main has it, and everything
// else is on a branch of its own. One of kind console is a command and what it prints.
var (
	fencedFile    = regexp.MustCompile("(?ms)^```[a-z]+ title=\"([^\"]+)\"( main)?\n(.*?)^```$")
	fencedCommand = regexp.MustCompile("(?ms)^```console\n\\$ tollgate ([^\n]*)\n(.*?)^```$")
)

// TestPagesShowRealOutput writes the files that a page shows, runs its commands on
// them in order, and holds the page to what they print.
func TestPagesShowRealOutput(t *testing.T) {
	for _, name := range []string{"policy-test.md", "github.md", "policy-dates.md", "policy-profiles.md", "matrix.md", "policy-sharing.md", "workflow.md", "workflow-keys.md", "log.md", "coverage.md", "waivers.md", "facts.md"} {
		t.Run(name, func(t *testing.T) { showsRealOutput(t, name) })
	}
}

// pageFiles writes the files of a page that are on a branch, and says how many.
func pageFiles(t *testing.T, page, branch string) (written int) {
	for _, m := range fencedFile.FindAllStringSubmatch(page, -1) {
		if m[2] != branch {
			continue
		}
		written++
		if err := os.MkdirAll(filepath.Dir(m[1]), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(m[1], []byte(m[3]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return written
}

// commitAll runs git, if anything is given for it to do, and commits what is there.
func commitAll(t *testing.T, first ...string) {
	t.Helper()
	who := []string{"-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "core.autocrlf=false"}
	for _, args := range [][]string{first, {"add", "--all"}, append(who, "commit", "--quiet", "--allow-empty", "-m", "page")} {
		if len(args) == 0 {
			continue
		}
		if out, err := exec.Command("git", args...).CombinedOutput(); errors.Is(err, exec.ErrNotFound) {
			t.Skip("there is no git, which the page's change is read by")
		} else if err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func showsRealOutput(t *testing.T, name string) {
	path, err := filepath.Abs("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	t.Chdir(t.TempDir())
	if onMain := pageFiles(t, page, " main"); onMain > 0 {
		commitAll(t, "init", "--quiet", "--initial-branch=main")
		commitAll(t, "checkout", "--quiet", "-b", "work")
		pageFiles(t, page, "")
		commitAll(t)
	} else {
		pageFiles(t, page, "")
	}
	commands := 0
	is := fencedCommand.ReplaceAllStringFunc(page, func(block string) string {
		m := fencedCommand.FindStringSubmatch(block)
		commands++
		printed, _ := tollgate(strings.Fields(m[1])...)
		return "```console\n$ tollgate " + m[1] + "\n" + printed + "```"
	})
	switch {
	case commands == 0:
		t.Errorf("%s shows no command", name)
	case is != page && *update:
		if err := os.WriteFile(path, []byte(is), 0o666); err != nil {
			t.Fatal(err)
		}
	case is != page:
		t.Errorf("%s shows something else than is printed; run go test ./cmd/tollgate -run TestPagesShowRealOutput -update\n%s", name, is)
	}
}
