package gates_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A profile and a number for one file: of each number the worse. R11
func TestProfileBesideANumber(t *testing.T) {
	s := coverage(require("statements", "=", "100%"), profile("c.out", "a.go", block(1, 3, 1), block(5, 2, 0)),
		shares("lcov", evidence.Statements, map[string][2]uint64{"a.go": {4, 5}}))
	if have := s.check(t).Actual.Ratio(); have != (evidence.Ratio{Num: 3, Den: 5}) {
		t.Errorf("have %v, want 3/5", have)
	}
}

// A file is pointed at where its largest stretch did not run, as far as the unit is told
// one by one.
func TestWhereToLookFirstInAFile(t *testing.T) {
	both := &evidence.Report{Source: "c", Format: "x", Kinds: evidence.Coverage, Coverage: make([]evidence.FileCoverage, 1)}
	f := &both.Coverage[0]
	f.Path = "a.go"
	f.SetBlocks([]evidence.Block{block(1, 3, 1), block(5, 2, 0)})
	var set evidence.LineSet
	set.Mark(1, true)
	set.Mark(5, false)
	f.SetLines(&set)
	f.Set(evidence.Functions, evidence.Ratio{Num: 1, Den: 2})
	for _, x := range []struct {
		metric  string
		reports []*evidence.Report
		line    int
	}{
		{"statements", []*evidence.Report{profile("c.out", "a.go", block(1, 3, 1), block(5, 2, 0), block(9, 4, 0)), profile("d.out", "a.go", block(9, 4, 0))}, 9},
		{"statements", []*evidence.Report{both}, 5},
		{"lines", []*evidence.Report{both}, 5},
		{"functions", []*evidence.Report{both}, 0},
	} {
		c := coverage(require(x.metric, "=", "100%"), x.reports...).check(t)
		if len(c.Refs) != 1 || c.Refs[0].Pos != (evidence.Pos{File: "a.go", Line: x.line}) {
			t.Errorf("%s of %d reports: have %v, want line %d", x.metric, len(x.reports), c.Refs, x.line)
		}
	}
}

// One branch in all is counted, and branches that ran are not pointed at. R11
func TestFewBranchesOfAChange(t *testing.T) {
	cond := require("patch.branches", "=", "100%")
	one := change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{shares("l", evidence.Branches, map[string][2]uint64{"a.js": {1, 1}})}}.check(t)
	if !strings.HasPrefix(one.Why, "a.js:1: the report says how many branches ran, and not on which lines (lcov)") {
		t.Errorf("one branch: %s", one.Why)
	}
	ran := change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 9)}, reports: []*evidence.Report{branched("b", "a.js", 2, 1, 2, 4, 2, 2)}}.check(t)
	if len(ran.Refs) != 1 || ran.Refs[0].Pos.Line != 2 {
		t.Errorf("one of two lines: %v", ran.Refs)
	}
	jacoco := lined("b", "a.js", "+")
	jacoco.Format = "jacoco"
	two := change{cond: cond, files: []evidence.FileChange{edited("a.js", 1, 1)}, reports: []*evidence.Report{lined("a", "a.js", "+"), jacoco}}.check(t)
	if !strings.HasPrefix(two.Why, "a.js:1: it is changed, and no report measures its branches (jacoco and lcov)") {
		t.Errorf("two formats: %s", two.Why)
	}
}

// Of more files than a check lists, the least covered are listed, and the others counted.
func TestWhichOfManyFilesAreListed(t *testing.T) {
	r := &evidence.Report{Source: "c", Format: "lcov", Kinds: evidence.Coverage}
	for i := range 25 {
		f := evidence.FileCoverage{Path: fmt.Sprintf("f%02d.c", i)}
		f.Set(evidence.Lines, evidence.Ratio{Num: uint64(i), Den: 100})
		r.Coverage = append(r.Coverage, f)
	}
	for range 2 {
		c := coverage(require("lowest.lines", ">=", "50%"), r).check(t)
		for i, ref := range c.Refs {
			if want := fmt.Sprintf("f%02d.c", i); ref.Pos.File != want {
				t.Errorf("%d is %s, want %s", i, ref.Pos.File, want)
			}
		}
		if len(c.Refs) != gates.MaxRefs || c.MoreRefs != 5 {
			t.Errorf("%d and %d more", len(c.Refs), c.MoreRefs)
		}
		slices.Reverse(r.Coverage)
	}
}

// Without a list of the files a path is below the root of its source all the same. R11
func TestRootOfASourceWithoutTheTree(t *testing.T) {
	s := coverage(require("lines", "=", "100%"), lined("l", "src/a.js", "+"))
	s.filter.Paths = []string{"services/api/**"}
	p := s.policy()
	p.Sources[0].Root = "services/api"
	if c := gates.Judge(p, s.input()).Gates[0].Checks[0]; c.Outcome != gates.Pass {
		t.Errorf("have %s", answer(c))
	}
}

// Some files of a report are below the root of its source, and some are not. R11
func TestRootOfSomeFilesOfAReport(t *testing.T) {
	s := coverage(require("lines", "=", "100%"), both(lined("l", "src/a.js", "-"), both(lined("l", "src/b.js", "--"), lined("l", "src/c.js", "---"))))
	p, in := s.policy(), s.input()
	p.Sources[0].Root = "services/api"
	in.Tree = evidence.Tree{Known: true, Paths: []string{"services/api/src/a.js", "services/web/src/a.js", "src/b.js", "services/api/src/c.js"}}
	c := gates.Judge(p, in).Gates[0].Checks[0]
	var have []string
	for _, r := range c.Refs {
		have = append(have, r.Pos.File)
	}
	if want := "services/api/src/c.js src/b.js services/api/src/a.js"; strings.Join(have, " ") != want {
		t.Errorf("have %v, want %s", have, want)
	}
}
