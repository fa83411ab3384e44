package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Paths of a source with a root are below it first. R11
func TestRootOfASource(t *testing.T) {
	cond := require("patch.lines", ">=", "80%")
	tree := []string{"services/api/src/a.js", "services/web/src/a.js", "src/b.js", "services/api/core/src/main/java/com/shop/Cart.java", "services/web/com/shop/Cart.java"}
	for _, x := range []struct {
		about, root string
		report      *evidence.Report
		changed     string
		outcome     gates.Status
		why         string
	}{
		{"none, and two files of the path", "", lined("l", "src/a.js", "-"), "services/api/src/a.js", gates.Inconclusive, `"src/a.js" could be several files of the repository`},
		{"below the root", "services/api", lined("l", "src/a.js", "-"), "services/api/src/a.js", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
		{"with a dot before", "services/api", lined("l", "./src/a.js", "-"), "services/api/src/a.js", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
		{"the other of the two is not meant", "services/api", lined("l", "src/a.js", "-"), "services/web/src/a.js", gates.Inconclusive, "services/web/src/a.js:1: it is changed and in no coverage report"},
		{"deeper below the root", "services/api", lined("l", "com/shop/Cart.java", "-"), "services/api/core/src/main/java/com/shop/Cart.java", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
		{"from a container", "services/api", lined("l", "/app/src/a.js", "-"), "services/api/src/a.js", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
		{"written from the repository", "services/api", lined("l", "services/api/src/a.js", "-"), "services/api/src/a.js", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
		{"a file that is not below the root", "services/api", lined("l", "src/b.js", "-"), "src/b.js", gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be"},
	} {
		t.Run(x.about, func(t *testing.T) {
			s := coverage(cond, x.report)
			p, in := s.policy(), s.input()
			p.Sources[0].Root = x.root
			in.Tree = evidence.Tree{Known: true, Paths: tree}
			in.Diff = evidence.Diff{Known: true, Files: []evidence.FileChange{edited(x.changed, 1, 1)}}
			c := gates.Judge(p, in).Gates[0].Checks[0]
			if c.Outcome != x.outcome || c.Why != x.why {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.outcome, x.why)
			}
		})
	}
}

// Tests and findings are placed below the root as coverage is, where there is such a
// file, and the report that they are in stays as it is.
func TestRootOfTestsAndFindings(t *testing.T) {
	tree := evidence.Tree{Known: true, Paths: []string{"services/api/src/a.py", "src/a.py", "tools/b.py"}}
	r := &evidence.Report{Source: "r", Kinds: evidence.Tests | evidence.Findings}
	for written := range placedAt {
		r.Cases.AppendCase(evidence.Case{Name: written, Outcome: evidence.Passed, Detail: evidence.Detail{File: written}})
		r.Cases.AppendCase(evidence.Case{Name: written, Outcome: evidence.Failed, Detail: evidence.Detail{File: written, Message: "no"}})
		r.Findings.AppendFinding(evidence.Finding{Tool: written, Rule: written, Path: written, Message: written})
	}
	out := gates.Source{Root: "services/api"}.Placed(tree, []*evidence.Report{r})[0]
	for _, c := range out.Cases.All() {
		if want := placedAt[c.Name]; c.File != want {
			t.Errorf("a test of %q is in %q, want %q", c.Name, c.File, want)
		}
	}
	for _, f := range out.Findings.All() {
		if want := placedAt[f.Rule]; f.Path != want || f.Tool != f.Rule {
			t.Errorf("a finding of %q is in %q, want %q; its tool is %q", f.Rule, f.Path, want, f.Tool)
		}
	}
	for i, f := range r.Findings.All() {
		if f.Path != f.Rule || r.Cases.At(2*i).File != r.Cases.At(2*i).Name || r.Cases.At(2*i+1).File != r.Cases.At(2*i+1).Name {
			t.Errorf("the report was changed: %q is in %q", f.Rule, f.Path)
		}
	}
}

// A source with a root is compared with a base whose reports are of that root too. R11
func TestRootOfASourceAndItsBase(t *testing.T) {
	s := coverage(require("more-uncovered.lines", "=", "0"), lined("l", "src/a.js", "+-"))
	p, in := s.policy(), s.input()
	p.Sources[0].Root = "services/api"
	in.Tree = evidence.Tree{Known: true, Paths: []string{"services/api/src/a.js", "src/a.js"}}
	in.Base = map[string]evidence.Set{p.Sources[0].Name: evidence.SetOf(evidence.PartKey{Job: "base"}, lined("l", "services/api/src/a.js", "++"))}
	c := gates.Judge(p, in).Gates[0].Checks[0]
	if c.Outcome != gates.Fail || c.Why != "1 line is not covered now, and 0 were before: 1 more; none is allowed" || len(c.Refs) != 1 || c.Refs[0].Pos.File != "services/api/src/a.js" {
		t.Errorf("%s: %s %v", c.Outcome, c.Why, c.Refs)
	}
}

// placedAt is where paths are below the root services/api, of a repository that has
// services/api/src/a.py, src/a.py and tools/b.py.
var placedAt = map[string]string{
	"src/a.py":               "services/api/src/a.py", // both are there: below the root first
	`src\a.py`:               "services/api/src/a.py",
	"./src/a.py":             "services/api/src/a.py",
	"tools/b.py":             "tools/b.py",
	"src/made.py":            "services/api/src/made.py", // nowhere: it was made by the build
	"services/api/src/x.py":  "services/api/src/x.py",
	"/app/src/a.py":          "/app/src/a.py",
	"file:///app/src/a.py":   "file:///app/src/a.py",
	"C:/work/api/src/a.py":   "C:/work/api/src/a.py",
	"services/apis/src/a.py": "services/api/services/apis/src/a.py",
	"":                       "",
}
