package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/parsers"
)

// patchEntry is a coverage report with a diff, and what another tool counted of it.
type patchEntry struct {
	File    string `json:"file"`
	Path    string `json:"path"` // in the repository that it comes from
	Repo    string `json:"repo"`
	Scope   string `json:"scope"`
	Diff    string `json:"diff"`
	Covered uint64 `json:"lines_covered"`
	Total   uint64 `json:"lines_total"`
}

// patchStands are the numbers of ours that differ. The page docs/coverage.md has a
// row for each, with the reason.
var patchStands = map[string]evidence.Ratio{
	"real_typescript_coverage.lcov with git_diff_typescript.txt":              {Num: 16, Den: 16},
	"typescript_branches_coverage.lcov with git_diff_typescript_branches.txt": {Num: 2, Den: 2},
}

// TestPatchAgrees holds patch.lines to what diff-cover recorded for its own
// fixtures. R11
func TestPatchAgrees(t *testing.T) {
	dir := corpus(t)
	data, err := os.ReadFile(filepath.Join(dir, "coverage.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []patchEntry
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		if e.Scope != "patch" || e.Diff == "" {
			continue
		}
		n++
		name := path.Base(e.Path) + " with " + path.Base(e.Diff)
		root := strings.TrimSuffix(e.File, e.Path)
		text, err := os.ReadFile(filepath.Join(dir, root, e.Diff))
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(filepath.Join(dir, e.File))
		if err != nil {
			t.Fatal(err)
		}
		report, err := parsers.Parse(context.Background(), parsers.Source{Name: path.Base(e.Path), Reader: f})
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		c := patchOf(report, readDiff(t, string(text)))
		have := c.Actual.Ratio()
		want := evidence.Ratio{Num: e.Covered, Den: e.Total}
		if stand, ok := patchStands[name]; ok {
			want = stand
			if row := fmt.Sprintf("| `%s` with `%s` | %d/%d | %s |", path.Base(e.Path), path.Base(e.Diff), e.Covered, e.Total, stand.Fraction()); !strings.Contains(string(page), row) {
				t.Errorf("docs/coverage.md has no row %s", row)
			}
		}
		if have != want {
			t.Errorf("%s: %s, want %s (%s)", name, have.Fraction(), want.Fraction(), c.Why)
		}
		if e.Total == 0 && c.Outcome != gates.NotApplicable {
			t.Errorf("%s: nothing is coverable, and it is %s: %s", name, c.Outcome, c.Why)
		}
		t.Logf("%s: %s", name, c.Why)
	}
	if n < 11 {
		t.Errorf("the corpus has %d reports with a diff", n)
	}
}

// patchOf judges a report by the lines of a change.
func patchOf(report *evidence.Report, files []evidence.FileChange) gates.Check {
	least, err := evidence.ParseValue("50%")
	if err != nil {
		panic(err)
	}
	tree := evidence.Tree{Known: true}
	for _, f := range files {
		if f.How != evidence.Deleted {
			tree.Paths = append(tree.Paths, f.Path)
		}
	}
	return gates.Judge(gates.Policy{
		Sources: []gates.Source{{Name: "c", Kinds: evidence.Coverage}},
		Gates: []gates.Gate{{Name: "patch", From: []string{"c"}, Conditions: []gates.Condition{
			{Metric: "patch.lines", Op: gates.AtLeast, Want: least, Mode: gates.Require}}}},
	}, gates.Input{
		Evidence: map[string]evidence.Set{"c": evidence.SetOf(evidence.PartKey{Job: "c"}, report)},
		Diff:     evidence.Diff{Known: true, Files: files}, Tree: tree,
	}).Gates[0].Checks[0]
}

// readDiff reads a diff as diff-cover does: by its hunks and the signs before lines,
// because the counts in hunks that were written by hand are not always right.
func readDiff(t *testing.T, text string) (files []evidence.FileChange) {
	t.Helper()
	var line int
	for row := range strings.SplitSeq(text, "\n") {
		var last *evidence.FileChange
		if len(files) > 0 {
			last = &files[len(files)-1]
		}
		switch {
		case strings.HasPrefix(row, "diff --git a/"):
			_, name, _ := strings.Cut(row, " b/")
			files, line = append(files, evidence.FileChange{Path: name, How: evidence.Modified}), 0
		case strings.HasPrefix(row, "new file"):
			last.How = evidence.Added
		case strings.HasPrefix(row, "deleted file"):
			last.How = evidence.Deleted
		case strings.HasPrefix(row, "@@ "):
			_, after, _ := strings.Cut(row, "+")
			if _, err := fmt.Sscanf(after, "%d", &line); err != nil {
				t.Fatalf("%q: %v", row, err)
			}
		case line == 0 || strings.HasPrefix(row, "-"):
		case strings.HasPrefix(row, "+"):
			last.Added = append(last.Added, evidence.LineRange{First: line, Last: line})
			line++
		default:
			line++
		}
	}
	return files
}
