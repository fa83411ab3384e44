package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What moved against the base, what is new, and what is worst, by hand. R11
func TestCoverageAgainstTheBase(t *testing.T) {
	st := func(name string, files map[string][2]uint64) *evidence.Report {
		return shares(name, evidence.Statements, files)
	}
	type report = map[string][2]uint64
	half := require("delta.statements", ">=", "-0.5pp")
	none := require("more-uncovered.statements", "=", "0")
	var nothing []evidence.FileChange
	added := func(path string) evidence.FileChange {
		return evidence.FileChange{Path: path, How: evidence.Added, Added: lines(1, 9)}
	}
	for _, x := range []struct {
		about       string
		change      change
		outcome     gates.Status
		why, remedy string
	}{
		// 161/200 = 80.5%, 160/200 = 80%: a fall of exactly half a point.
		{"at the limit", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {160, 200}})}, base: []*evidence.Report{st("c", report{"a.go": {161, 200}})}},
			gates.Pass, "-0.5pp: 80% (160/200) of the statements are covered, and 80.5% (161/200) were before; at least -0.5pp is needed", ""},
		// 80.5% - 79.9999% is a fall of 0.5001 points.
		{"a hair beyond", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {799999, 1000000}})}, base: []*evidence.Report{st("c", report{"a.go": {161, 200}})}},
			gates.Fail, "-0.51pp: 79.99% (799999/1000000) of the statements are covered, and 80.5% (161/200) were before; at least -0.5pp is needed", "cover 1 more statement"},
		{"a rise", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}, base: []*evidence.Report{st("c", report{"a.go": {1, 4}})}},
			gates.Pass, "+25pp: 50% (1/2) of the statements are covered, and 25% (1/4) were before; at least -0.5pp is needed", ""},
		{"files that come and go", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}, "n.go": {1, 2}})}, base: []*evidence.Report{st("c", report{"a.go": {1, 2}, "o.go": {1, 2}, "p.go": {1, 2}})}},
			gates.Pass, "0pp: 50% (2/4) of the statements are covered, and 50% (3/6) were before; at least -0.5pp is needed (1 file is not in the baseline; 2 files are in the baseline alone)", ""},
		{"the same filter", change{cond: half, paths: []string{"pay/**"}, tree: []string{"pay/a.go", "b.go"}, reports: []*evidence.Report{st("c", report{"ex.com/s/pay/a.go": {1, 2}, "ex.com/s/b.go": {0, 9}})},
			base: []*evidence.Report{st("c", report{"/old/pay/a.go": {1, 2}, "/old/pay/gone.go": {0, 2}, "/old/b.go": {9, 9}})}},
			gates.Pass, "+25pp: 50% (1/2) of the statements are covered, and 25% (1/4) were before; at least -0.5pp is needed (1 file is in the baseline alone)", ""},
		{"no base", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}},
			gates.Inconclusive, "the baseline: source src has no report there", "have reports/**/*.xml there, in the reports of the base (--base-reports or --store)"},
		{"a broken base", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}, base: []*evidence.Report{unsound(st("c", report{"a.go": {1, 2}}))}},
			gates.Inconclusive, "the baseline: c:3:1: the file ends inside an element",
			"write c again, whole, in the reports of the base (--base-reports or --store)"},
		{"half a base, from which it would be a fall", change{cond: none, reports: []*evidence.Report{st("c", report{"a.go": {1, 9}})}, base: []*evidence.Report{unsound(st("c", report{"a.go": {1, 2}}))}},
			gates.Inconclusive, "the baseline: c:3:1: the file ends inside an element", "write c again, whole, in the reports of the base (--base-reports or --store)"},
		{"a base that cannot be", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}, base: []*evidence.Report{st("c", report{"a.go": {9, 5}})}},
			gates.Inconclusive, "the baseline: c: a.go: 9/5 statements covered, which cannot be", "write c again, in the reports of the base"},
		{"a base of another unit", change{cond: half, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}, base: []*evidence.Report{shares("c", evidence.Lines, report{"a.go": {1, 2}})}},
			gates.Inconclusive, "the baseline: no file measures statements", "have the tool measure statements, or use a metric that it measures, in the reports of the base"},
		{"no report now", change{cond: half, base: []*evidence.Report{st("c", report{"a.go": {1, 2}})}},
			gates.Inconclusive, "source src has no report: no file matches reports/**/*.xml", "write the report reports/**/*.xml; no file matches"},

		// 8/10 and 1/2 were; of the first, 4 covered statements are gone: 66.66% from 75%.
		{"covered code that is gone", change{cond: none, reports: []*evidence.Report{st("c", report{"a.go": {4, 6}, "b.go": {1, 2}})}, base: []*evidence.Report{st("c", report{"a.go": {8, 10}, "b.go": {1, 2}})}},
			gates.Pass, "3 statements are not covered now, and 3 were before: 0 more; none is allowed", ""},
		{"less uncovered", change{cond: none, reports: []*evidence.Report{st("c", report{"a.go": {4, 5}})}, base: []*evidence.Report{st("c", report{"a.go": {4, 9}})}},
			gates.Pass, "1 statement is not covered now, and 5 were before: 0 more; none is allowed", ""},
		{"more uncovered", change{cond: none, reports: []*evidence.Report{st("c", report{"a.go": {90, 93}})}, base: []*evidence.Report{st("c", report{"a.go": {9, 10}})}},
			gates.Fail, "3 statements are not covered now, and 1 was before: 2 more; none is allowed", "cover 2 more statements"},

		{"new files", change{cond: require("new-files.statements", ">=", "80%"), files: []evidence.FileChange{added("n.go"), edited("a.go", 1, 9)}, reports: []*evidence.Report{st("c", report{"a.go": {0, 9}, "n.go": {7, 10}})}},
			gates.Fail, "70% (7/10) of the statements of new files are covered; at least 80% must be", "cover 1 more statement in new files"},
		{"no new file", change{cond: require("new-files.statements", ">=", "80%"), files: []evidence.FileChange{edited("a.go", 1, 9)}, reports: []*evidence.Report{st("c", report{"a.go": {0, 9}})}},
			gates.NotApplicable, "the change adds nothing coverable: no statements in 0 new files", ""},
		{"a new file in no report", change{cond: require("new-files.statements", ">=", "80%"), files: []evidence.FileChange{added("n.go")}, reports: []*evidence.Report{st("c", report{"a.go": {0, 9}})}},
			gates.Inconclusive, "n.go:1: it is changed and in no coverage report", "measure n.go, or take it out by `paths` of the gate"},
		{"a new file in another unit", change{cond: require("new-files.statements", ">=", "80%"), files: []evidence.FileChange{added("n.js")}, reports: []*evidence.Report{lined("c", "n.js", "+")}},
			gates.Inconclusive, "n.js:1: it is new, and no report measures its statements", "use a metric that the tool measures, for other files in a gate of their own by `paths`"},

		{"the worst file", change{cond: require("lowest.statements", ">=", "80%"), files: nothing, reports: []*evidence.Report{st("c", report{"a.go": {1000, 1000}, "b.go": {1, 4}, "c.go": {7, 9}, "e.go": {0, 0}})}},
			gates.Fail, "25% (1/4) of the statements of b.go are covered, the least of 3 files; at least 80% must be", "cover 3 more statements of b.go and 1 more statement of c.go"},
		{"the only file", change{cond: require("lowest.statements", ">=", "80%"), files: nothing, reports: []*evidence.Report{st("c", report{"a.go": {4, 5}})}},
			gates.Pass, "80% (4/5) of the statements of a.go are covered; at least 80% must be", ""},

		{"joined", change{cond: require("joined", ">=", "90%"), tree: []string{"a.go"}, reports: []*evidence.Report{st("c", report{"a.go": {1, 2}, "b.go": {1, 2}})}},
			gates.Fail, "50% (1/2) of the files in the reports are files of the repository; at least 90% must be", "have the tool write 1 more path as the repository does, or leave out what is not in it"},
		{"joined to nothing that is known", change{cond: require("joined", ">=", "90%"), reports: []*evidence.Report{st("c", report{"a.go": {1, 2}})}, edit: func(in *gates.Input) { in.Tree = evidence.Tree{Unknown: "no git is on the PATH"} }},
			gates.Inconclusive, "the files of the repository are not known: no git is on the PATH", "run in a checkout of the repository"},
		{"a filter, and a path that could be anywhere", change{cond: require("statements", ">=", "10%"), paths: []string{"x/**"}, tree: []string{"x/a.js", "y/a.js", "x/s/b.js"}, reports: []*evidence.Report{st("c", report{"a.js": {1, 2}}), st("d", report{"x/s/b.js": {1, 2}})}},
			gates.Inconclusive, `"a.js" could be several files of the repository; what there is says: 50% (1/2) of the statements are covered; at least 10% must be`, `have the tool write "a.js" with more of its path`},
	} {
		t.Run(x.about, func(t *testing.T) {
			c := x.change.check(t)
			if c.Outcome != x.outcome || c.Why != x.why || c.Remedy != x.remedy {
				t.Errorf("have %s\n  why    %s\n  remedy %s\nwant %s\n  why    %s\n  remedy %s", c.Outcome, c.Why, c.Remedy, x.outcome, x.why, x.remedy)
			}
		})
	}
}

// Files that are less covered than they were are pointed at, and those of the worst
// file alone that break the condition.
func TestCoverageMetricsPointAtFiles(t *testing.T) {
	now := shares("c", evidence.Statements, map[string][2]uint64{"a.go": {1, 9}, "b.go": {5, 6}, "c.go": {9, 9}})
	was := shares("c", evidence.Statements, map[string][2]uint64{"a.go": {1, 9}, "b.go": {6, 6}, "c.go": {0, 9}})
	c := change{cond: require("delta.statements", ">=", "90pp"), reports: []*evidence.Report{now}, base: []*evidence.Report{was}}.check(t)
	if len(c.Refs) != 1 || c.Refs[0].Pos.File != "b.go" || c.Refs[0].Text != "1 of 6 statements not covered, 0 before" {
		t.Errorf("delta points at %+v", c.Refs)
	}
	c = change{cond: require("lowest.statements", ">=", "90%"), reports: []*evidence.Report{now}}.check(t)
	if len(c.Refs) != 2 || c.Refs[0].Pos.File != "a.go" || c.Refs[1].Text != "83.33% (5/6) of its statements are covered" {
		t.Errorf("lowest points at %+v", c.Refs)
	}
	c = change{cond: require("joined", "=", "100%"), tree: []string{"x/a.go", "y/a.go"}, reports: []*evidence.Report{now}}.check(t)
	if len(c.Refs) != 3 || c.Refs[0].Text != `"a.go" could be several files of the repository` || c.Refs[1].Text != `"b.go" is no file of the repository` {
		t.Errorf("joined points at %+v", c.Refs)
	}
}
