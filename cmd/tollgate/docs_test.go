package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the output in the documentation")

// A fenced block of a page that begins with a file: ```yaml title=".tollgate.yml".
// One of kind console is a command and what it prints.
var (
	fencedFile    = regexp.MustCompile("(?ms)^```[a-z]+ title=\"([^\"]+)\"\n(.*?)^```$")
	fencedCommand = regexp.MustCompile("(?ms)^```console\n\\$ tollgate ([^\n]*)\n(.*?)^```$")
)

// TestPagesShowRealOutput writes the files that a page shows, runs its commands on
// them in order, and holds the page to what they print.
func TestPagesShowRealOutput(t *testing.T) {
	for _, name := range []string{"policy-test.md", "github.md", "policy-dates.md", "policy-profiles.md", "matrix.md", "policy-sharing.md", "workflow.md", "workflow-keys.md", "log.md"} {
		t.Run(name, func(t *testing.T) { showsRealOutput(t, name) })
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
	dir := t.TempDir()
	for _, m := range fencedFile.FindAllStringSubmatch(page, -1) {
		file := filepath.Join(dir, filepath.FromSlash(m[1]))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(m[2]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
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
