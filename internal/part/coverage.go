package part

import (
	"math"

	"github.com/tollgate-ci/tollgate/evidence"
)

// coverage is the files of a report. Lines and blocks are told by their distance
// from the one before.
func (c *coder) coverage(files *[]evidence.FileCoverage) {
	paths := &folded{}
	list(c, files, maxList, "files", func(f *evidence.FileCoverage) {
		path := c.folded(paths, f.Path)
		if c.in != nil {
			f.Path = string(path)
		}
		c.pos(&f.At)
		lines, blocks, branches := f.LineSet != nil, f.Blocks != nil, f.BranchLines != nil
		c.yes(&lines, "presence of lines")
		if lines {
			c.lines(f)
		}
		c.yes(&blocks, "presence of blocks")
		if blocks {
			c.blocks(f)
		}
		c.yes(&branches, "presence of branches")
		if branches {
			c.branches(f)
		}
		for _, u := range evidence.Units {
			r, has := f.Unit(u)
			c.yes(&has, "presence of a unit")
			if has {
				c.ratio(&r)
				f.Set(u, r)
			}
		}
	})
}

// lines are runs of lines that are alike: 0 not coverable, 1 missed, 2 covered, as
// 3·length + which, up to the last coverable line; 0 ends them.
func (c *coder) lines(f *evidence.FileCoverage) {
	if c.out != nil {
		kind, length := uint64(0), uint64(0)
		for line := 1; line <= min(f.LineSet.Room(), evidence.MaxLine); line++ {
			here := uint64(0)
			if coverable, ran := f.LineSet.Line(line); ran {
				here = 2
			} else if coverable {
				here = 1
			}
			if here == kind {
				length++
				continue
			}
			if run := 3*length + kind; length > 0 {
				c.uint(&run)
			}
			kind, length = here, 1
		}
		if run := 3*length + kind; kind > 0 {
			c.uint(&run)
		}
		end := uint64(0)
		c.uint(&end)
		return
	}
	set := &evidence.LineSet{}
	line := 0
	for run := uint64(1); c.err == nil; {
		c.uint(&run)
		kind, length := run%3, run/3
		if run == 0 {
			break
		}
		if length == 0 || length > uint64(evidence.MaxLine-line) {
			c.fail("a run of %d lines after line %d", length, line)
			return
		}
		c.take(int(length) / 2) // two bits a line, which grow by half as much again
		for range length {
			if line++; kind > 0 {
				set.Mark(line, kind == 2)
			}
		}
	}
	f.SetLines(set.Clone())
}

// blocks are sorted by their extent, each extent once.
func (c *coder) blocks(f *evidence.FileCoverage) {
	line := uint32(0)
	bs := f.Blocks
	list(c, &bs, maxList, "blocks", func(b *evidence.Block) {
		step(c, &b.StartLine, line, math.MaxUint32, "line")
		number(c, &b.StartCol, 0, math.MaxUint32, "column")
		step(c, &b.EndLine, b.StartLine, math.MaxUint32, "line")
		number(c, &b.EndCol, 0, math.MaxUint32, "column")
		number(c, &b.Stmts, 0, math.MaxUint32, "number of statements")
		number(c, &b.Count, 0, anyNumber, "count")
		line = b.StartLine
	})
	if c.in == nil || c.err != nil {
		return
	}
	if n := len(bs); n == 0 {
		f.Blocks = []evidence.Block{}
	} else if f.SetBlocks(bs); len(f.Blocks) != n {
		c.fail("a block that stands twice")
	}
}

// branches are those of lines, which rise, with how many there are and how many of
// them did not run.
func (c *coder) branches(f *evidence.FileCoverage) {
	type branching struct{ line, total, missed uint32 }
	var all []branching
	if c.out != nil {
		for l := range f.BranchLines.All() {
			all = append(all, branching{l.Line, l.Total, l.Total - l.Covered})
		}
	}
	line := uint32(0)
	list(c, &all, maxList, "lines with branches", func(b *branching) {
		step(c, &b.line, line, evidence.MaxLine, "line")
		number(c, &b.total, 1, math.MaxUint32, "number of branches")
		number(c, &b.missed, 0, math.MaxUint32, "number of branches")
		line = b.line
	})
	if c.in == nil || c.err != nil {
		return
	}
	f.BranchLines = &evidence.BranchLines{}
	for _, b := range all {
		if b.missed > b.total || !f.BranchLines.Append(evidence.LineBranches{Line: b.line, Covered: b.total - b.missed, Total: b.total}) {
			c.fail("%d of %d branches on line %d", b.missed, b.total, b.line)
			return
		}
	}
}
