package gates_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// lined makes a coverage report of one file by its lines: + ran, - did not, and any
// other sign is no code. The first sign is of line 1.
func lined(name, path, signs string) *evidence.Report {
	var set evidence.LineSet
	for i, c := range signs {
		if c == '+' || c == '-' {
			set.Mark(i+1, c == '+')
		}
	}
	f := evidence.FileCoverage{Path: path, At: evidence.Pos{Line: 1}}
	f.SetLines(&set)
	return &evidence.Report{Source: name, Format: "lcov", Kinds: evidence.Coverage, Coverage: []evidence.FileCoverage{f}}
}

func lines(pairs ...int) (out []evidence.LineRange) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, evidence.LineRange{First: pairs[i], Last: pairs[i+1]})
	}
	return out
}

func edited(path string, added ...int) evidence.FileChange {
	return evidence.FileChange{Path: path, How: evidence.Modified, Added: lines(added...)}
}

func with(f evidence.FileChange, change func(*evidence.FileChange)) evidence.FileChange {
	change(&f)
	return f
}

// change is a gate of one condition on a change.
type change struct {
	cond    gates.Condition
	rules   gates.PatchRules
	paths   []string
	tree    []string
	files   []evidence.FileChange
	reports []*evidence.Report
	base    []*evidence.Report
	edit    func(*gates.Input)
}

func (x change) check(t *testing.T) gates.Check {
	t.Helper()
	s := coverage(x.cond, x.reports...)
	s.filter.Paths = x.paths
	p, in := s.policy(), s.input()
	p.Gates[0].Patch = x.rules
	tree := x.tree
	for _, f := range x.files {
		if f.How != evidence.Deleted && !slices.Contains(tree, f.Path) {
			tree = append(tree, f.Path)
		}
	}
	in.Tree = evidence.Tree{Known: true, Paths: tree}
	in.Diff = evidence.Diff{Known: true, Files: x.files}
	if x.base != nil {
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{Job: "base"}, x.base...)}
	}
	if x.edit != nil {
		x.edit(&in)
	}
	return gates.Judge(p, in).Gates[0].Checks[0]
}

func generated(f *evidence.FileChange) { f.Generated = true }

// What a change counts for, by hand. R11
func TestPatchCoverage(t *testing.T) {
	atLeast := require("patch.lines", ">=", "80%")
	stmts := require("patch.statements", ">=", "80%")
	// if ready {        3   a block of 2 statements ends here, at column 11
	//     one()         4   the body: 3 statements
	//     two(); three() 5
	// }                 6
	// return            7   1 statement
	blocks := func(body uint64) *evidence.Report {
		return profile("c.out", "example.com/shop/a.go",
			evidence.Block{StartLine: 1, StartCol: 14, EndLine: 3, EndCol: 11, Stmts: 2, Count: 1},
			evidence.Block{StartLine: 3, StartCol: 11, EndLine: 6, EndCol: 3, Stmts: 3, Count: body},
			evidence.Block{StartLine: 7, StartCol: 2, EndLine: 8, EndCol: 2, Stmts: 1, Count: 1})
	}
	for _, x := range []struct {
		about   string
		change  change
		outcome gates.Status
		why     string // whole, or with … at its end only how it begins
		remedy  string
	}{
		{"lines", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 2, 4, 6, 6)}, reports: []*evidence.Report{lined("l", "a.js", "+ +-++-")}},
			gates.Fail, "66.66% (2/3) of the changed lines are covered; at least 80% must be", "cover 1 more changed line"},
		// cmd/cover takes positions through //line directives, so that a block may end before it begins.
		{"a block that ends before it begins", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 7, 7)}, reports: []*evidence.Report{profile("c.out", "example.com/shop/a.go", evidence.Block{StartLine: 7, StartCol: 2, EndLine: 3, EndCol: 4, Stmts: 2})}},
			gates.Fail, "0% (0/2) of the changed statements are covered; at least 80% must be", "cover 2 more changed statements"},
		{"lines that were not changed do not count", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 3, 3)}, reports: []*evidence.Report{lined("l", "a.js", "--+--")}},
			gates.Pass, "100% (1/1) of the changed lines are covered; at least 80% must be", ""},
		{"a line that ran in one of two reports", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 1, 2)}, reports: []*evidence.Report{lined("l", "a.js", "+-"), lined("m", "/r/a.js", "-+")}},
			gates.Pass, "100% (2/2) of the changed lines are covered; at least 80% must be", ""},
		{"comments", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 2, 2)}, reports: []*evidence.Report{lined("l", "a.js", "- -")}},
			gates.NotApplicable, "nothing coverable changed: no lines in 1 changed file", ""},
		{"documents", change{cond: atLeast, files: []evidence.FileChange{edited("README.md", 1, 9)}, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.NotApplicable, "nothing coverable changed: no lines in 1 changed file", ""},
		{"nothing", change{cond: atLeast, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.NotApplicable, "nothing coverable changed: no lines in 0 changed files", ""},
		{"a deleted and a renamed file", change{cond: atLeast, files: []evidence.FileChange{{Path: "b.js", How: evidence.Deleted, Removed: lines(1, 9)}, {Path: "c.js", Old: "d.js", How: evidence.Renamed}}, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.NotApplicable, "nothing coverable changed: no lines in 1 changed file", ""},
		{"source in no report", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 1, 1), edited("pay/b.js", 7, 9)}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Inconclusive, "pay/b.js:7: it is changed and in no coverage report; what there is says: 100% (1/1) of the changed lines are covered; at least 80% must be",
			"measure pay/b.js, or take it out by `paths` of the gate"},
		{"source in no report, and what there is fails", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 1, 1), edited("b.js", 7, 9)}, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be; besides, b.js:7: it is changed and in no coverage report",
			"cover 1 more changed line; measure b.js, or take it out by `paths` of the gate"},
		{"tests in no report", change{cond: atLeast, files: []evidence.FileChange{edited("a.test.js", 1, 9), edited("a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Pass, "100% (1/1) of the changed lines are covered; at least 80% must be (1 changed test is not in this: a.test.js)", ""},
		{"generated", change{cond: atLeast, files: []evidence.FileChange{with(edited("a.js", 1, 1), generated), edited("b.js", 1, 1)},
			reports: []*evidence.Report{lined("l", "a.js", "-"), lined("m", "b.js", "+")}},
			gates.Pass, "100% (1/1) of the changed lines are covered; at least 80% must be (1 changed file is generated and not in this: a.js)", ""},
		{"generated, and looked at", change{cond: atLeast, rules: gates.PatchRules{Generated: true}, files: []evidence.FileChange{with(edited("a.js", 1, 1), generated)}, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.Fail, "0% (0/1) of the changed lines are covered; at least 80% must be", "cover 1 more changed line"},
		{"too small", change{cond: atLeast, rules: gates.PatchRules{MinLines: 2}, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "--")}},
			gates.NotApplicable, "the change has 1 coverable line, and the gate judges 2 or more (min-lines)", ""},
		{"large enough", change{cond: atLeast, rules: gates.PatchRules{MinLines: 2}, files: []evidence.FileChange{edited("a.js", 1, 2)}, reports: []*evidence.Report{lined("l", "a.js", "--")}},
			gates.Fail, "0% (0/2) of the changed lines are covered; at least 80% must be", "cover 2 more changed lines"},
		{"too small, and source in no report", change{cond: atLeast, rules: gates.PatchRules{MinLines: 2}, files: []evidence.FileChange{edited("a.js", 1, 1), edited("b.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "-")}},
			gates.Inconclusive, "b.js:1: it is changed and in no coverage report", "measure b.js, or take it out by `paths` of the gate"},
		{"cut", change{cond: atLeast, files: []evidence.FileChange{{Path: "a.js", How: evidence.Modified, Cut: true}}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Inconclusive, "a.js: its changed lines are not all known", "run in a clone that has the merge base of the change"},
		{"cut, of a new file", change{cond: atLeast, files: []evidence.FileChange{{Path: "a.js", How: evidence.Added, Cut: true}}, reports: []*evidence.Report{lined("l", "a.js", "+-+")}},
			gates.Fail, "66.66% (2/3) of the changed lines are covered; at least 80% must be", "cover 1 more changed line"},
		{"one of two files of the name", change{cond: atLeast, tree: []string{"x/a.js", "y/a.js"}, files: []evidence.FileChange{edited("x/a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Inconclusive, `"a.js" could be several files of the repository`, `have the tool write "a.js" with more of its path`},
		{"two files of a name that was not touched", change{cond: atLeast, tree: []string{"x/a.js", "y/a.js"}, files: []evidence.FileChange{edited("b.md", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.NotApplicable, "nothing coverable changed: no lines in 1 changed file", ""},
		{"numbers without lines", change{cond: atLeast, files: []evidence.FileChange{edited("a.js", 4, 5)}, reports: []*evidence.Report{shares("l", evidence.Lines, map[string][2]uint64{"a.js": {9, 9}})}},
			gates.Inconclusive, "a.js:4: the report says how many lines ran, and not which", "write a report that lists them, such as LCOV or Cobertura, or a Go profile"},
		{"paths", change{cond: atLeast, paths: []string{"pay/**"}, files: []evidence.FileChange{edited("pay/a.js", 1, 1), edited("b.js", 1, 1)}, reports: []*evidence.Report{lined("l", "/r/pay/a.js", "+"), lined("m", "/r/b.js", "-")}},
			gates.Pass, "100% (1/1) of the changed lines are covered; at least 80% must be", ""},
		{"paths that nothing changed in", change{cond: atLeast, paths: []string{"pay/**"}, tree: []string{"pay/a.js"}, files: []evidence.FileChange{edited("b.js", 1, 1)}, reports: []*evidence.Report{lined("l", "pay/a.js", "+")}},
			gates.NotApplicable, `no changed file matches paths "pay/**"`, ""},
		{"paths that are nowhere", change{cond: atLeast, paths: []string{"pya/**"}, files: []evidence.FileChange{edited("pay/a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "pay/a.js", "-")}},
			gates.Inconclusive, `no file matches paths "pya/**" (one file is "pay/a.js")`, "correct the filter of the gate, or measure the files that it means"},
		{"no change is known", change{cond: atLeast, reports: []*evidence.Report{lined("l", "a.js", "+")}, edit: func(in *gates.Input) {
			in.Diff = evidence.Diff{Unknown: "the checkout is shallow", Remedy: "fetch it all"}
		}}, gates.Inconclusive, "what the change touches is not known: the checkout is shallow", "fetch it all"},
		{"no tree is known", change{cond: atLeast, reports: []*evidence.Report{lined("l", "a.js", "+")}, edit: func(in *gates.Input) { in.Tree = evidence.Tree{} }},
			gates.Inconclusive, "the files of the repository are not known: nobody listed them", "run in a checkout of the repository"},
		{"no report", change{cond: atLeast, files: []evidence.FileChange{edited("README.md", 1, 1)}},
			gates.Inconclusive, "source src has no report: no file matches reports/**/*.xml", "write the report reports/**/*.xml; no file matches"},

		{"a condition is not in its body", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 3, 3)}, reports: []*evidence.Report{blocks(0)}},
			gates.Pass, "100% (1/1) of the changed statements are covered; at least 80% must be", ""},
		{"one line of a body counts one", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 4, 4, 7, 7)}, reports: []*evidence.Report{blocks(0)}},
			gates.Fail, "50% (1/2) of the changed statements are covered; at least 80% must be", "cover 1 more changed statement"},
		{"a body that is all new counts all", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 4, 7)}, reports: []*evidence.Report{blocks(0)}},
			gates.Fail, "25% (1/4) of the changed statements are covered; at least 80% must be", "cover 3 more changed statements"},
		{"a body that ran", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 1, 8)}, reports: []*evidence.Report{blocks(1)}},
			gates.Pass, "100% (6/6) of the changed statements are covered; at least 80% must be", ""},
		{"a closing brace", change{cond: stmts, files: []evidence.FileChange{edited("a.go", 8, 8)}, reports: []*evidence.Report{blocks(0)}},
			gates.NotApplicable, "nothing coverable changed: no statements in 1 changed file", ""},
		{"lines that hold no code, by the source", change{cond: stmts, files: []evidence.FileChange{with(edited("a.go", 4, 5), func(f *evidence.FileChange) { f.Parsed, f.Coverable = true, lines(5, 5) })}, reports: []*evidence.Report{blocks(0)}},
			gates.Fail, "0% (0/1) of the changed statements are covered; at least 80% must be", "cover 1 more changed statement"},
		{"types alone, in no profile", change{cond: stmts, files: []evidence.FileChange{with(edited("types.go", 1, 9), func(f *evidence.FileChange) { f.Parsed = true })}, reports: []*evidence.Report{blocks(1)}},
			gates.NotApplicable, "nothing coverable changed: no statements in 1 changed file", ""},
		{"code in no profile", change{cond: stmts, files: []evidence.FileChange{with(edited("b.go", 1, 9), func(f *evidence.FileChange) { f.Parsed, f.Coverable = true, lines(4, 5) })}, reports: []*evidence.Report{blocks(1)}},
			gates.Inconclusive, "b.go:4: it is changed and in no coverage report", "measure b.go, or take it out by `paths` of the gate"},
		{"Go, where no report is of Go", change{cond: atLeast, files: []evidence.FileChange{with(edited("b.go", 1, 9), func(f *evidence.FileChange) { f.Parsed, f.Coverable = true, lines(4, 5) })}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Inconclusive, "b.go:4: it is changed and in no coverage report", "measure b.go, or take it out by `paths` of the gate"},
		{"another unit than the tool's", change{cond: atLeast, files: []evidence.FileChange{edited("a.go", 4, 4)}, reports: []*evidence.Report{blocks(1)}},
			gates.Inconclusive, "a.go:4: it is changed, and no report measures its lines", "use a metric that the tool measures, for other files in a gate of their own by `paths`"},
		{"another unit, where nothing is in question", change{cond: stmts, files: []evidence.FileChange{edited("a.js", 2, 2)}, reports: []*evidence.Report{lined("l", "a.js", "+ +")}},
			gates.NotApplicable, "nothing coverable changed: no statements in 1 changed file", ""},
	} {
		t.Run(x.about, func(t *testing.T) {
			c := x.change.check(t)
			if c.Outcome != x.outcome || c.Why != x.why || c.Remedy != x.remedy {
				t.Errorf("have %s\n  why    %s\n  remedy %s\nwant %s\n  why    %s\n  remedy %s", c.Outcome, c.Why, c.Remedy, x.outcome, x.why, x.remedy)
			}
		})
	}
}

// What is not covered is pointed at by stretches, the longest first.
func TestPatchPointsAtWhatDidNotRun(t *testing.T) {
	c := change{cond: require("patch.lines", "=", "100%"), files: []evidence.FileChange{edited("a.js", 1, 4, 6, 9)}, reports: []*evidence.Report{lined("l", "a.js", "-+--- - -")}}.check(t)
	var have []string
	for _, r := range c.Refs {
		have = append(have, r.Pos.String()+" "+r.Text)
	}
	want := "a.js:3 2 changed lines not covered\na.js:7 2 changed lines not covered\na.js:1 1 changed line not covered"
	if got := strings.Join(have, "\n"); got != want {
		t.Errorf("have\n%s\nwant\n%s", got, want)
	}
}

// A change of which nothing is coverable is green by itself: that was found out.
func TestNothingCoverableIsGreen(t *testing.T) {
	s := coverage(require("patch.lines", ">=", "80%"), lined("l", "a.js", "-"))
	in := s.input()
	in.Tree, in.Diff = evidence.Tree{Known: true, Paths: []string{"a.js"}}, evidence.Diff{Known: true}
	v := gates.Judge(s.policy(), in)
	if v.Status != gates.NotApplicable || !v.Status.Green() || v.Gates[0].Checks[0].Holds {
		t.Errorf("have %+v", v)
	}
	if in.Diff.Known = false; gates.Judge(s.policy(), in).Status != gates.Inconclusive {
		t.Error("a change that nobody knows is green")
	}
}
