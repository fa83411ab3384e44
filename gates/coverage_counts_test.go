package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on coverage at the edges of what counts. R3, R11
func TestAnswersOnCoverageAtTheEdge(t *testing.T) {
	type report = map[string][2]uint64
	type list = []*evidence.Report
	ln := func(files report) *evidence.Report { return shares("c", evidence.Lines, files) }
	br := func(files report) *evidence.Report { return shares("d", evidence.Branches, files) }
	at := func(line, col, end, endCol, stmts uint32, count uint64) evidence.Block {
		return evidence.Block{StartLine: line, StartCol: col, EndLine: end, EndCol: endCol, Stmts: stmts, Count: count}
	}
	parsed := func(f evidence.FileChange, coverable ...int) evidence.FileChange {
		f.Parsed, f.Coverable = true, lines(coverable...)
		return f
	}
	fresh := func(path string) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Added, Added: lines(1, 9)}
	}
	patch := require("patch.statements", ">=", "0%")
	delta, more := require("delta.branches", ">=", "0pp"), require("more-uncovered.lines", "=", "0")
	base := "have reports/**/*.xml there, in the reports of the base (--base-reports or --store)"
	for name, x := range map[string]struct {
		change change
		want   string
	}{
		"a file that measures something else": {change{cond: delta, reports: list{br(report{"a.go": {1, 2}}), ln(report{"b.go": {1, 2}})}, base: list{br(report{"a.go": {1, 2}})}},
			"pass: 0pp: 50% (1/2) of the branches are covered, and 50% (1/2) were before; at least 0pp is needed (1 of 2 files do not measure branches and are not in this)"},
		"numbers that cannot be, against the base": {change{cond: delta, reports: list{br(report{"a.go": {9, 5}})}, base: list{br(report{"a.go": {1, 2}})}},
			"inconclusive: d: a.go: 9/5 branches covered, which cannot be; what there is says: +50pp: 100% (5/5) of the branches are covered, and 50% (1/2) were before; at least 0pp is needed\n- d a.go: 9/5 branches covered, which cannot be\n> write d again"},
		"no base, and a filter": {change{cond: delta, paths: []string{"a.go"}, reports: list{br(report{"a.go": {1, 2}})}},
			"inconclusive: the baseline: source src has no report there\n> " + base},
		"half a base that cannot be": {change{cond: delta, reports: list{br(report{"a.go": {1, 2}})}, base: list{unsound(br(report{"a.go": {9, 5}}))}},
			"inconclusive: the baseline: d:3:1: the file ends inside an element; the baseline: d: a.go: 9/5 branches covered, which cannot be\n> write d again, whole, in the reports of the base (--base-reports or --store); write d again, in the reports of the base"},
		"what grew most first": {change{cond: more, reports: list{ln(report{"a.go": {0, 5}, "b.go": {0, 9}})}, base: list{ln(report{"a.go": {5, 5}, "b.go": {1, 9}})}},
			"fail: 14 lines are not covered now, and 8 were before: 6 more; none is allowed\n- a.go 5 of 5 lines not covered, 0 before\n- b.go 9 of 9 lines not covered, 8 before\n> cover 6 more lines"},

		"a change of files that nobody knows": {change{cond: require("patch.lines", ">=", "80%"), files: []evidence.FileChange{edited("b.js", 1, 1)}, reports: list{lined("c", "a.js", "+")}, edit: func(in *gates.Input) { in.Tree = evidence.Tree{} }},
			"inconclusive: the files of the repository are not known: nobody listed them\n> run in a checkout of the repository"},
		"a filter that matches, and nothing coverable": {change{cond: require("patch.lines", ">=", "80%"), paths: []string{"a.js"}, files: []evidence.FileChange{edited("a.js", 2, 2)}, reports: list{lined("c", "a.js", "+.")}},
			"not applicable: nothing coverable changed: no lines in 1 changed file"},
		"changed, and the source says that nothing is coverable": {change{cond: require("patch.lines", ">=", "80%"), files: []evidence.FileChange{parsed(edited("a.go", 2, 2))}, reports: list{ln(report{"a.go": {1, 2}})}},
			"not applicable: nothing coverable changed: no lines in 1 changed file"},
		"lines that were only taken away": {change{cond: require("patch.lines", ">=", "80%"), files: []evidence.FileChange{{Path: "a.js", How: evidence.Modified, Removed: lines(1, 2)}}, reports: list{ln(report{"a.js": {1, 2}})}},
			"not applicable: nothing coverable changed: no lines in 1 changed file"},
		"a block after two that end on its line": {change{cond: patch, files: []evidence.FileChange{edited("a.go", 5, 5)}, reports: list{profile("p", "a.go", at(1, 1, 5, 10, 1, 1), at(4, 1, 5, 30, 1, 1), at(5, 20, 8, 9, 1, 0))}},
			"pass: 100% (2/2) of the changed statements are covered; at least 0% must be"},
		"a block of one line after one that ends on it": {change{cond: patch, files: []evidence.FileChange{edited("a.go", 5, 5)}, reports: list{profile("p", "a.go", at(1, 1, 5, 10, 1, 1), at(5, 12, 5, 30, 1, 0))}},
			"pass: 50% (1/2) of the changed statements are covered; at least 0% must be\n- a.go:5 1 changed statement not covered"},
		"a new line of three statements": {change{cond: patch, files: []evidence.FileChange{edited("a.go", 5, 5)}, reports: list{profile("p", "a.go", at(5, 1, 5, 30, 3, 1))}},
			"pass: 100% (3/3) of the changed statements are covered; at least 0% must be"},
		"new lines that hold no code": {change{cond: patch, files: []evidence.FileChange{parsed(edited("a.go", 1, 9), 8, 8)}, reports: list{profile("p", "a.go", at(3, 1, 4, 30, 2, 0), at(8, 1, 8, 9, 1, 1))}},
			"pass: 100% (1/1) of the changed statements are covered; at least 0% must be"},
		"what is not covered elsewhere": {change{cond: patch, files: []evidence.FileChange{edited("a.go", 8, 8)}, reports: list{profile("p", "a.go", at(3, 1, 4, 30, 2, 0), at(8, 1, 8, 9, 1, 1))}},
			"pass: 100% (1/1) of the changed statements are covered; at least 0% must be"},
		"two new files that measure something else": {change{cond: require("new-files.branches", ">=", "80%"), files: []evidence.FileChange{fresh("b.js"), fresh("a.js")}, reports: list{ln(report{"a.js": {1, 2}, "b.js": {1, 2}})}},
			"inconclusive: a.js:1: it is new, and no report measures its branches; b.js:1: it is new, and no report measures its branches\n- a.js:1 it is new, and no report measures its branches\n- b.js:1 it is new, and no report measures its branches" +
				"\n> use a metric that the tool measures, for other files in a gate of their own by `paths`"},
	} {
		t.Run(name, func(t *testing.T) {
			c := x.change.check(t)
			if have := answer(c); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	// Where no file measures the unit, that is all there is to say of it.
	c := coverage(require("branches", ">=", "50%"), ln(report{"a.go": {1, 2}, "b.go": {1, 2}})).check(t)
	if c.Why != "no file measures branches" || len(c.Notes) != 0 {
		t.Errorf("have %s, notes %q", answer(c), c.Notes)
	}
	s := coverage(require("branches", ">=", "50%"), ln(report{"a.go": {1, 2}}))
	s.filter.Paths = []string{"x/**"}
	if c := s.check(t); c.Why != `no file matches paths "x/**" (one file is "a.go")` || len(c.Notes) != 0 {
		t.Errorf("have %s, notes %q", answer(c), c.Notes)
	}
	// A count beyond all belief is not carried on.
	c = coverage(require("lines", ">=", "50%"), ln(report{"a.go": {1, 1 << 60}})).check(t)
	if c.Actual != evidence.ShareOf(evidence.Ratio{Num: 1, Den: 1 << 52}) {
		t.Errorf("have %s", c.Actual.Ratio().Fraction())
	}
	// In a folder the file of which the most is not covered is pointed at, and the
	// first by name of several.
	for want, files := range map[string]report{"d/a.go": {"d/a.go": {0, 2}, "d/b.go": {0, 2}, "d/c.go": {0, 1}}, "d/c.go": {"d/a.go": {0, 2}, "d/b.go": {2, 2}, "d/c.go": {0, 3}}} {
		s := coverage(require("lowest.lines", ">=", "90%"), ln(files))
		p := s.policy()
		p.Gates[0].ByFolder = true
		for range 8 { // in whatever order the report has them
			s.reports = list{ln(files)}
			if c := gates.Judge(p, s.input()).Gates[0].Checks[0]; len(c.Refs) != 1 || c.Refs[0].Pos.File != want {
				t.Errorf("want %s, have %v", want, c.Refs)
			}
		}
	}
}

// A changed file of a sort that another source of the run measures is not this gate's;
// one that no source measures is in no coverage report.
func TestChangedFilesOfAnotherSource(t *testing.T) {
	changed := evidence.FileChange{Path: "b.go", How: evidence.Modified, Added: lines(1, 1), Parsed: true, Coverable: lines(1, 1)}
	s := coverage(require("patch.lines", ">=", "80%"), lined("c", "a.js", "+"))
	p, in := s.policy(), s.input()
	in.Diff, in.Tree = evidence.Diff{Known: true, Base: "b", Files: []evidence.FileChange{changed}}, evidence.Tree{Known: true, Paths: []string{"a.js", "b.go", "c.go"}}
	want := "inconclusive: b.go:1: it is changed and in no coverage report\n- b.go:1 it is changed and in no coverage report\n> measure b.go, or take it out by `paths` of the gate"
	if have := answer(gates.Judge(p, in).Gates[0].Checks[0]); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	p.Sources = append(p.Sources, gates.Source{Name: "go", Patterns: []string{"cover.out"}, Kinds: evidence.Coverage})
	in.Evidence["go"] = evidence.SetOf(key, profile("cover.out", "c.go", block(1, 1, 1)))
	want = "not applicable: nothing coverable changed: no lines in 1 changed file"
	if have := answer(gates.Judge(p, in).Gates[0].Checks[0]); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}
