package gates_test

import (
	"fmt"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Fifty thousand files of coverage, now and at the base, and a change of 3000 of
// them, under all that is asked of a change.
func BenchmarkJudgeCoverage(b *testing.B) {
	const n = 50_000
	report := func(prefix string) *evidence.Report {
		r := &evidence.Report{Source: "l", Format: "lcov", Kinds: evidence.Coverage}
		for i := range n {
			one := lined("l", fmt.Sprintf("%sp%d/src/f%d.go", prefix, i/100, i%100), "+-++ ++-+")
			r.Coverage = append(r.Coverage, one.Coverage...)
		}
		return r
	}
	s := situation{kind: evidence.Coverage, reports: []*evidence.Report{report("example.com/shop/")}, conds: []gates.Condition{
		require("lines", ">=", "1%"), require("patch.lines", ">=", "1%"), require("delta.lines", ">=", "-1pp"), require("lowest.lines", ">=", "1%"), require("joined", "=", "100%"),
	}}
	p, in := s.policy(), s.input()
	in.Base = map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{Job: "base"}, report("/build/"))}
	in.Tree.Known, in.Diff.Known = true, true
	for i := range n {
		path := fmt.Sprintf("p%d/src/f%d.go", i/100, i%100)
		in.Tree.Paths = append(in.Tree.Paths, path)
		if i%16 == 0 {
			in.Diff.Files = append(in.Diff.Files, edited(path, 1, 4))
		}
	}
	if v := gates.Judge(p, in); v.Status != gates.Pass {
		b.Fatal(v.Status)
	}
	b.ReportAllocs()
	for b.Loop() {
		gates.Judge(p, in)
	}
}
