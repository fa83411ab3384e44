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
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Total, b.Total), cmp.Compare(b.Covered, a.Covered))
	})
	var sum evidence.Ratio
	f.BranchLines = &evidence.BranchLines{}
	for i := 0; i < len(cs); {
		counts, total := cs[i], cs[i].Total
		for i++; i < len(cs) && cs[i].Line == counts.Line; i++ {
			if next := cs[i]; next.Total != total { // of each total the best comes first
				total = next.Total
				if next.Total-next.Covered >= counts.Total-counts.Covered {
					counts = next
				}
			}
		}
		sum = sum.Add(evidence.Ratio{Num: uint64(counts.Covered), Den: uint64(counts.Total)})
		f.BranchLines.Append(counts)
	}
	f.Set(evidence.Branches, sum)
}

// conditions are the branches of the lines of a file. As long as each line stands once
// and they rise, as in nearly every report, they are kept as the result holds them.
type conditions struct {
	rising *evidence.BranchLines
	any    *[]evidence.LineBranches // all of them, from where they do not
}

// add takes the lines of a class.
func (c *conditions) add(ls []evidence.LineBranches) {
	if len(ls) == 0 {
		return
	}
	if c.any == nil {
		if c.rising == nil {
			c.rising = new(evidence.BranchLines)
		}
		if c.rising.Extend(ls) {
			return
		}
		all := slices.Collect(c.rising.All())
		c.rising, c.any = nil, &all
	}
	*c.any = append(*c.any, ls...)
}

// join takes those of another part of the report.
func (c *conditions) join(o *conditions) {
	switch {
	case o.any != nil:
		c.add(*o.any)
	case o.rising != nil:
		c.add(slices.Collect(o.rising.All()))
	}
}

// set states them of a file, as setConditions does.
func (c *conditions) set(f *evidence.FileCoverage) {
	switch {
	case c.any != nil:
		setConditions(f, *c.any)
		return
	case c.rising == nil:
		c.rising = new(evidence.BranchLines)
	}
	var sum evidence.Ratio
	for l := range c.rising.All() {
		sum = sum.Add(evidence.Ratio{Num: uint64(l.Covered), Den: uint64(l.Total)})
	}
	f.BranchLines = c.rising
	f.Set(evidence.Branches, sum)
}

// branchLines makes lines of branches; its memory serves one file after another.
type branchLines struct {
	keys  []uint64
	lines []evidence.LineBranches
}

// of makes those of a set of branches, which are each of its own. It empties the set
// and uses its memory, which for a report of twenty thousand files is 7 MB.
func (b *branchLines) of(set *keySet) *evidence.BranchLines {
	room := set.packed
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
	return evidence.OtherBranchesIn(room, lines)
}
