package evidence

import (
	"cmp"
	"encoding/binary"
	"iter"
	"math"
	"slices"
)

// LineBranches is the branches that begin on one line.
type LineBranches struct{ Line, Covered, Total uint32 }

// BranchLines is on which lines of a file branches are, and how many of those ran.
// Lines rise, and each stands once. A line takes three bytes mostly: how far it is
// from the one before, its branches, and how many of them did not run.
type BranchLines struct {
	packed []byte
	last   uint32
}

// Append adds the branches of a line behind those that are there, and reports whether
// they are kept: lines that do not rise or are above MaxLine are not, and neither is
// what covers more than there is. A line without branches says nothing.
func (b *BranchLines) Append(l LineBranches) bool {
	switch {
	case l.Total == 0:
		return l.Covered == 0
	case l.Line <= b.last || l.Line > MaxLine || l.Covered > l.Total:
		return false
	}
	further, missed := l.Line-b.last, l.Total-l.Covered
	b.last = l.Line
	if further|l.Total|missed < 0x80 { // each is a byte, as nearly always
		b.packed = append(b.packed, byte(further), byte(l.Total), byte(missed))
		return true
	}
	b.packed = binary.AppendUvarint(b.packed, uint64(further))
	b.packed = binary.AppendUvarint(b.packed, uint64(l.Total))
	b.packed = binary.AppendUvarint(b.packed, uint64(missed))
	return true
}

// Extend appends the branches of lines and makes room for them at once. If Append would
// not keep all of them, nothing is appended, and false says so.
func (b *BranchLines) Extend(ls []LineBranches) bool {
	last := b.last
	for _, l := range ls {
		if l.Total > 0 && l.Line <= last || l.Line > MaxLine || l.Covered > l.Total {
			return false
		}
		if l.Total > 0 {
			last = l.Line
		}
	}
	b.packed = slices.Grow(b.packed, 3*len(ls))
	for _, l := range ls {
		b.Append(l)
	}
	return true
}

// Empty reports whether no line has branches.
func (b *BranchLines) Empty() bool { return len(b.packed) == 0 }

// All gives the lines in order.
func (b *BranchLines) All() iter.Seq[LineBranches] {
	return func(yield func(LineBranches) bool) {
		rest, line := b.packed, uint32(0)
		next := func() uint32 {
			v, n := binary.Uvarint(rest)
			rest = rest[n:]
			return uint32(v)
		}
		for len(rest) > 0 {
			line += next()
			total := next()
			if !yield(LineBranches{line, total - next(), total}) {
				return
			}
		}
	}
}

// SameBranches makes lines of counts of the same branches, in whatever order: of a line
// that stands several times with equal totals the best counts, because what ran in one
// ran; where totals differ, the least that ran with the most that did not. It sorts ls.
func SameBranches(ls []LineBranches) *BranchLines {
	slices.SortFunc(ls, func(a, b LineBranches) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Total, b.Total), cmp.Compare(b.Covered, a.Covered))
	})
	out := &BranchLines{}
	for i := 0; i < len(ls); {
		first := ls[i]
		covered, missed, total := first.Covered, first.Total-first.Covered, first.Total
		for i++; i < len(ls) && ls[i].Line == first.Line; i++ {
			if o := ls[i]; o.Total != total { // of each total the best comes first
				covered, missed, total = min(covered, o.Covered), max(missed, o.Total-o.Covered), o.Total
			}
		}
		out.Append(BranchesOn(first.Line, uint64(covered), uint64(covered)+uint64(missed)))
	}
	return out
}

// OtherBranches makes lines of counts of different branches, in any order: those of one
// line are added. It sorts ls.
func OtherBranches(ls []LineBranches) *BranchLines { return OtherBranchesIn(nil, ls) }

// OtherBranchesIn is OtherBranches in memory that nobody else uses any more, if that is
// of about their size. Other memory it leaves alone.
func OtherBranchesIn(room []byte, ls []LineBranches) *BranchLines {
	byLine := func(a, b LineBranches) int { return cmp.Compare(a.Line, b.Line) }
	if !slices.IsSortedFunc(ls, byLine) {
		slices.SortFunc(ls, byLine)
	}
	if cap(room) < 3*len(ls) || cap(room) > 5*len(ls) {
		room = make([]byte, 0, 3*len(ls)) // mostly what it takes
	}
	out := &BranchLines{packed: room[:0]}
	for i := 0; i < len(ls); {
		line := ls[i].Line
		var covered, total uint64
		for ; i < len(ls) && ls[i].Line == line; i++ {
			covered += uint64(ls[i].Covered)
			total += uint64(ls[i].Total)
		}
		out.Append(BranchesOn(line, covered, total))
	}
	return out
}

// BranchesOn makes the branches of a line. Of more than there can be none has run.
func BranchesOn(line uint32, covered, total uint64) LineBranches {
	if total > math.MaxUint32 {
		return LineBranches{line, 0, math.MaxUint32}
	}
	return LineBranches{line, uint32(covered), uint32(total)}
}

// Join makes one of two counts of the same branches, as SameBranches does.
func (b *BranchLines) Join(o *BranchLines) *BranchLines {
	return SameBranches(slices.AppendSeq(slices.Collect(b.All()), o.All()))
}
