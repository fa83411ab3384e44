package evidence

import (
	"cmp"
	"slices"
	"strconv"
)

// Unit is what a coverage tool counted. Units are never converted into each other.
type Unit uint8

const (
	_ Unit = iota
	Lines
	Branches
	Statements
	Functions
	numUnits = iota - 1
)

// Units lists them in the order in which they are shown.
var Units = []Unit{Lines, Branches, Statements, Functions}

func (u Unit) String() string {
	switch u {
	case Lines:
		return "lines"
	case Branches:
		return "branches"
	case Statements:
		return "statements"
	case Functions:
		return "functions"
	default:
		panic("evidence: unit " + strconv.Itoa(int(u)))
	}
}

// Block is a stretch of code that runs as one, as Go's coverage counts it.
// Columns count bytes from 1; the end is exclusive. 32 bytes.
type Block struct {
	StartLine, StartCol, EndLine, EndCol uint32
	Stmts                                uint32 // statements in the block
	Count                                uint64 // executions, saturating
}

// compareExtent orders blocks by place.
func (b Block) compareExtent(o Block) int {
	return cmp.Or(cmp.Compare(b.StartLine, o.StartLine), cmp.Compare(b.StartCol, o.StartCol),
		cmp.Compare(b.EndLine, o.EndLine), cmp.Compare(b.EndCol, o.EndCol), cmp.Compare(b.Stmts, o.Stmts))
}

// ascending reports whether blocks that begin in different places are in order, and
// no two begin in one.
func ascending(bs []Block) bool {
	last := uint64(0)
	for i := range bs {
		begin := uint64(bs[i].StartLine)<<32 | uint64(bs[i].StartCol)
		if begin <= last && i > 0 {
			return false
		}
		last = begin
	}
	return true
}

// FileCoverage is what a report says of one source file.
type FileCoverage struct {
	Path string // as the report writes it
	At   Pos    // where the report speaks of it first
	// Blocks, if the tool measures statements by extent: sorted by extent, each
	// extent once. The statement count is derived from them.
	Blocks []Block
	// LineSet, if the tool says which lines ran. The line count is derived from it.
	LineSet *LineSet
	// BranchLines, if the tool says on which lines branches are; nil if it does not. The
	// branch count is stated apart: not every branch has to be on a line.
	BranchLines *BranchLines

	measured [numUnits]Ratio
	has      [numUnits]bool
}

// Set states a measurement: covered out of coverable, in one unit. A unit that
// is set to 0/0 was measured and found nothing coverable.
func (f *FileCoverage) Set(u Unit, r Ratio) {
	f.measured[u-1], f.has[u-1] = r, true
}

// Unit gives covered out of coverable, and whether the tool measured the unit.
func (f *FileCoverage) Unit(u Unit) (Ratio, bool) {
	return f.measured[u-1], f.has[u-1]
}

// SetLines takes the lines and derives their count. It keeps s.
func (f *FileCoverage) SetLines(s *LineSet) {
	f.LineSet = s
	f.Set(Lines, s.Ratio())
}

// SetBlocks takes blocks in any order, merges equal extents by adding counts
// (saturating), and derives the statement count. It keeps bs.
func (f *FileCoverage) SetBlocks(bs []Block) {
	if !ascending(bs) { // nearly all are, and seeing that takes a tenth of what this does
		slices.SortFunc(bs, Block.compareExtent)
		bs = merged(bs)
	}
	f.Blocks = bs
	var r Ratio
	for i := range bs {
		r.Den += uint64(bs[i].Stmts)
		if bs[i].Count > 0 {
			r.Num += uint64(bs[i].Stmts)
		}
	}
	f.Set(Statements, r)
}

// merged makes one of equal neighbours.
func merged(bs []Block) []Block {
	out := bs[:0]
	for _, b := range bs {
		if n := len(out); n > 0 && out[n-1].compareExtent(b) == 0 {
			out[n-1].Count = satAdd(out[n-1].Count, b.Count)
			continue
		}
		out = append(out, b)
	}
	return out
}
