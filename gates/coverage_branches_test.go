package gates_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// branched makes a report of one file with branches: line, how many ran, of how many.
// Every such line ran.
func branched(name, path string, triples ...int) *evidence.Report {
	f := evidence.FileCoverage{Path: path, At: evidence.Pos{Line: 1}, BranchLines: &evidence.BranchLines{}}
	var set evidence.LineSet
	var sum evidence.Ratio
	for t := range slices.Chunk(triples, 3) {
		set.Mark(t[0], true)
		f.BranchLines.Append(evidence.LineBranches{Line: uint32(t[0]), Covered: uint32(t[1]), Total: uint32(t[2])})
		sum = sum.Add(evidence.Ratio{Num: uint64(t[1]), Den: uint64(t[2])})
	}
	f.SetLines(&set)
	f.Set(evidence.Branches, sum)
	return &evidence.Report{Source: name, Format: "cobertura", Kinds: evidence.Coverage, Coverage: []evidence.FileCoverage{f}}
}

// both makes one report of the files of two.
func both(a, b *evidence.Report) *evidence.Report {
	one := *a
	one.Coverage = slices.Concat(a.Coverage, b.Coverage)
	return &one
}

// summed adds to the one file of a report how many branches ran, and not on which lines.
func summed(r *evidence.Report, ran, all uint64) *evidence.Report {
	r.Coverage[0].Set(evidence.Branches, evidence.Ratio{Num: ran, Den: all})
	return r
}

// What the branches of a change count for, by hand. R11
func TestPatchBranches(t *testing.T) {
	cond := require("patch.branches", ">=", "80%")
	const unlisted = "have the tool measure branches, or use a metric that it measures; for other files in a gate of their own by `paths`"
	for _, x := range []struct {
		about   string
		change  change
		outcome gates.Status
		why     string
		remedy  string
	}{
		{"those of changed lines alone", change{cond: cond, files: []evidence.FileChange{edited("a.js", 2, 3, 8, 9)}, reports: []*evidence.Report{branched("b", "a.js", 1, 0, 4, 2, 1, 2, 5, 0, 2, 8, 2, 2, 10, 0, 2)}},
			gates.Fail, "75% (3/4) of the changed branches are covered; at least 80% must be", "cover 1 more changed branch"},
		{"the last and the first line of a stretch", change{cond: cond, files: []evidence.FileChange{edited("a.js", 2, 2, 4, 5)}, reports: []*evidence.Report{branched("b", "a.js", 2, 2, 2, 3, 0, 2, 5, 2, 2)}},
			gates.Pass, "100% (4/4) of the changed branches are covered; at least 80% must be", ""},
		{"changed lines without branches", change{cond: cond, files: []evidence.FileChange{edited("a.js", 3, 3)}, reports: []*evidence.Report{branched("b", "a.js", 2, 0, 2)}},
			gates.NotApplicable, "nothing coverable changed: no branches in 1 changed file", ""},
		{"of several reports the better, of as many", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 9)}, reports: []*evidence.Report{branched("b", "a.js", 2, 1, 2, 4, 0, 2), branched("c", "/r/a.js", 2, 0, 2, 4, 2, 2)}},
			gates.Fail, "75% (3/4) of the changed branches are covered; at least 80% must be", "cover 1 more changed branch"},
		{"of several reports the worse, of more or fewer", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 9)}, reports: []*evidence.Report{branched("b", "a.js", 2, 2, 2), branched("c", "/r/a.js", 2, 1, 4)}},
			gates.Fail, "25% (1/4) of the changed branches are covered; at least 80% must be", "cover 3 more changed branches"},
		{"a tool that measures none", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "+")}},
			gates.Inconclusive, "a.js:1: it is changed, and no report measures its branches (lcov)", unlisted},
		{"a Go profile", change{cond: cond, files: []evidence.FileChange{edited("a.go", 1, 1)}, reports: []*evidence.Report{profile("c.out", "example.com/shop/a.go", evidence.Block{StartLine: 1, StartCol: 14, EndLine: 3, EndCol: 11, Stmts: 2, Count: 1})}},
			gates.Inconclusive, "a.go:1: it is changed, and no report measures its branches (go-coverprofile)", unlisted},
		{"a tool that counts them in all", change{cond: cond, files: []evidence.FileChange{edited("a.js", 4, 5)}, reports: []*evidence.Report{shares("l", evidence.Branches, map[string][2]uint64{"a.js": {9, 9}})}},
			gates.Inconclusive, "a.js:4: the report says how many branches ran, and not on which lines (lcov)", "write a report that lists them, such as LCOV, Cobertura or JaCoCo"},
		{"a file without any, where others of its kind have some", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{both(lined("l", "a.js", "+"), branched("l", "b.js", 1, 1, 2))}},
			gates.NotApplicable, "nothing coverable changed: no branches in 1 changed file", ""},
		{"a file without any, where those of another language have some", change{cond: cond, files: []evidence.FileChange{edited("a.rs", 1, 1)}, reports: []*evidence.Report{both(lined("l", "a.rs", "+"), branched("l", "b.js", 1, 1, 2))}},
			gates.Inconclusive, "a.rs:1: it is changed, and no report measures its branches (lcov)", unlisted},
		{"a file without any, where those of another report have some", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{lined("l", "a.js", "+"), branched("l", "b.js", 1, 1, 2)}},
			gates.Inconclusive, "a.js:1: it is changed, and no report measures its branches (lcov)", unlisted},
		{"a file of which they are counted in all, where others list some", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{both(summed(lined("l", "a.js", "+"), 4, 9), branched("l", "b.js", 1, 1, 2))}},
			gates.Inconclusive, "a.js:1: the report says how many branches ran, and not on which lines (lcov)", "write a report that lists them, such as LCOV, Cobertura or JaCoCo"},
		{"a file of which none are counted, where others list none", change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{both(summed(lined("l", "a.js", "+"), 0, 0), branched("l", "b.js"))}},
			gates.Inconclusive, "a.js:1: it is changed, and no report measures its branches (lcov)", unlisted},
		{"comments, where no branches are known", change{cond: cond, files: []evidence.FileChange{edited("a.js", 2, 2)}, reports: []*evidence.Report{lined("l", "a.js", "+ +")}},
			gates.NotApplicable, "nothing coverable changed: no branches in 1 changed file", ""},
		{"too few", change{cond: cond, rules: gates.PatchRules{MinLines: 3}, files: []evidence.FileChange{edited("a.js", 2, 2)}, reports: []*evidence.Report{branched("b", "a.js", 2, 0, 2)}},
			gates.NotApplicable, "the change has 2 coverable branches, and the gate judges 3 or more (min-lines)", ""},
	} {
		t.Run(x.about, func(t *testing.T) {
			c := x.change.check(t)
			if c.Outcome != x.outcome || c.Why != x.why || c.Remedy != x.remedy {
				t.Errorf("have %s\n  why    %s\n  remedy %s\nwant %s\n  why    %s\n  remedy %s", c.Outcome, c.Why, c.Remedy, x.outcome, x.why, x.remedy)
			}
		})
	}
}

// A changed branch that did not run is pointed at on its line.
func TestPatchPointsAtBranches(t *testing.T) {
	c := change{cond: require("patch.branches", "=", "100%"), files: []evidence.FileChange{edited("a.js", 1, 9)}, reports: []*evidence.Report{branched("b", "a.js", 2, 1, 2, 4, 0, 2)}}.check(t)
	var have []string
	for _, r := range c.Refs {
		have = append(have, r.Pos.String()+" "+r.Text)
	}
	want := "a.js:4 2 changed branches not covered\na.js:2 1 changed branch not covered"
	if got := strings.Join(have, "\n"); got != want {
		t.Errorf("have\n%s\nwant\n%s", got, want)
	}
}
