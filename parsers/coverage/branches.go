package coverage

import (
	"cmp"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// setConditions states the branches of a file by line, and their sum. Of one line that
// stands several times the best counts, as for lines; if the totals differ, it is the
// one that leaves most uncovered. It sorts cs.
func setConditions(f *evidence.FileCoverage, cs []evidence.LineBranches) {
	slices.SortFunc(cs, func(a, b evidence.LineBranches) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Total, b.Total), cmp.Compare(a.Covered, b.Covered))
	})
	var sum evidence.Ratio
	f.BranchLines = &evidence.BranchLines{}
	for i := 0; i < len(cs); {
		best := cs[i]
		for i++; i < len(cs) && cs[i].Line == best.Line; i++ {
			// Of one total the last is the best, because they are sorted.
			if next := cs[i]; next.Total == best.Total || next.Total-next.Covered >= best.Total-best.Covered {
				best = next
			}
		}
		sum = sum.Add(evidence.Ratio{Num: uint64(best.Covered), Den: uint64(best.Total)})
		f.BranchLines.Append(best)
	}
	f.Set(evidence.Branches, sum)
}

// branchLines makes lines of branches; its memory serves one file after another.
type branchLines struct {
	keys  []uint64
	lines []evidence.LineBranches
}

// of empties a set of branches, which are each of its own.
func (b *branchLines) of(set *keySet) *evidence.BranchLines {
	b.keys = set.take(b.keys[:0])
	lines := b.lines[:0]
	for _, k := range b.keys {
		line := uint32(k >> 15)
		switch {
		case k&hashedBranch != 0:
			line = uint32(k >> 39 & noBranchLine)
		case k&largeBranch != 0:
			line = uint32(k >> 38 & (1<<24 - 1))
		}
		ran := uint32(k & 1)
		if n := len(lines); n > 0 && lines[n-1].Line == line {
			lines[n-1].Total++
			lines[n-1].Covered += ran
			continue
		}
		lines = append(lines, evidence.LineBranches{Line: line, Covered: ran, Total: 1})
	}
	b.lines = lines
	return evidence.OtherBranches(lines)
}
