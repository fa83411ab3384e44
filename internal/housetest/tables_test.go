package housetest

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/internal/cli"
	"github.com/tollgate-ci/tollgate/parsers"
)

// ownInputs are the inputs of the action that are no flags: the action itself
// makes something of them.
var ownInputs = []string{"command", "token", "binary"}

// actionTable holds the inputs or the outputs of action.yml against the table in
// cli: the same names in the same order, with the same descriptions.
func actionTable(tree fs.FS, section string, table []cli.Input) []string {
	return actionFiles(tree, func(name string, _ []byte, doc *yaml.Node) (bad []string) {
		if name != "action.yml" {
			return nil
		}
		var got []cli.Input
		for k, v := range pairs(value(doc, section)) {
			if section == "inputs" && slices.Contains(ownInputs, k.Value) {
				continue
			}
			in := cli.Input{Name: k.Value}
			if d := value(v, "description"); d != nil {
				in.Doc = d.Value
			}
			got = append(got, in)
		}
		if !slices.Equal(got, table) {
			bad = append(bad, fmt.Sprintf("action.yml: %s are %q, the binary knows %q", section, got, table))
		}
		return bad
	})
}

func TestTheActionHasTheFlagsAndOutputsOfTheBinary(t *testing.T) {
	tree := os.DirFS(root)
	for _, complaint := range slices.Concat(actionTable(tree, "inputs", cli.Inputs), actionTable(tree, "outputs", cli.Outputs)) {
		t.Error(complaint)
	}
}

func TestAnActionWithOtherInputsIsSeen(t *testing.T) {
	tree := fstest.MapFS{"action.yml": file("inputs: {token: {}, policy: {description: the policy}}\n")}
	for _, other := range [][]cli.Input{
		nil,
		{{Name: "policy", Doc: "the rules"}},
		{{Name: "policy", Doc: "the policy"}, {Name: "issue"}},
	} {
		if got := actionTable(tree, "inputs", other); len(got) != 1 {
			t.Errorf("complaints about %v = %q, want one", other, got)
		}
	}
	if got := actionTable(tree, "inputs", []cli.Input{{Name: "policy", Doc: "the policy"}}); got != nil {
		t.Errorf("complaints = %q, want none", got)
	}
}

// testdataFolders holds the folders parsers/*/testdata/* and the table of formats
// against each other. A folder bears the name of its format, or the part of it
// before a hyphen: junit for junit-xml. Those that go test itself writes are no
// formats.
func testdataFolders(tree fs.FS, formats []string) (bad []string) {
	folders, err := fs.Glob(tree, "parsers/*/testdata/*")
	if err != nil {
		return []string{err.Error()}
	}
	found := make(map[string]bool) // formats
	for _, folder := range folders {
		name := path.Base(folder)
		if info, err := fs.Stat(tree, folder); err != nil || !info.IsDir() || name == "fuzz" || strings.HasPrefix(folder, "parsers/internal/") {
			continue
		}
		i := slices.IndexFunc(formats, func(f string) bool { return f == name || strings.HasPrefix(f, name+"-") })
		if i < 0 {
			bad = append(bad, fmt.Sprintf("%s belongs to no format in parsers.Formats", folder))
			continue
		}
		found[formats[i]] = true
	}
	for _, name := range formats {
		if !found[name] {
			bad = append(bad, fmt.Sprintf("format %s has no folder parsers/*/testdata/%s", name, name))
		}
	}
	return bad
}

func TestEveryFormatHasItsTestdata(t *testing.T) {
	var names []string
	for _, f := range parsers.Formats {
		names = append(names, f.Name)
	}
	for _, complaint := range testdataFolders(os.DirFS(root), names) {
		t.Error(complaint)
	}
}

func TestAFolderAndAFormatApartAreTwoComplaints(t *testing.T) {
	tree := fstest.MapFS{
		"parsers/testresult/testdata/junit/ok.xml":     file("<testsuites/>"),
		"parsers/testresult/testdata/trx/ok.xml":       file("<TestRun/>"),
		"parsers/testresult/testdata/fuzz/FuzzX/1":     file(""),
		"parsers/internal/testdata/pages/page.txt":     file(""),
		"parsers/coverage/testdata/go-coverprofile/ok": file("mode: set\n"),
	}
	got := testdataFolders(tree, []string{"junit-xml", "go-coverprofile", "sarif"})
	want := []string{
		"parsers/testresult/testdata/trx belongs to no format in parsers.Formats",
		"format sarif has no folder parsers/*/testdata/sarif",
	}
	if !slices.Equal(got, want) {
		t.Errorf("complaints = %q, want %q", got, want)
	}
}
