package evidence_test

import (
	"math"
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestBranchLinesKeepWhatRises(t *testing.T) {
	b := &evidence.BranchLines{}
	for _, x := range []struct {
		one  evidence.LineBranches
		kept bool
	}{
		{evidence.LineBranches{Line: 0, Covered: 1, Total: 2}, false},
		{evidence.LineBranches{Line: 3, Covered: 1, Total: 2}, true},
		{evidence.LineBranches{Line: 3, Covered: 1, Total: 2}, false},
		{evidence.LineBranches{Line: 4}, true}, // no branches: says nothing
		{evidence.LineBranches{Line: 5, Covered: 3, Total: 2}, false},
		{evidence.LineBranches{Line: evidence.MaxLine, Covered: math.MaxUint32, Total: math.MaxUint32}, true},
		{evidence.LineBranches{Line: evidence.MaxLine + 1, Total: 1}, false},
	} {
		if have := b.Append(x.one); have != x.kept {
			t.Errorf("%+v: kept is %t", x.one, have)
		}
	}
	want := []evidence.LineBranches{{Line: 3, Covered: 1, Total: 2}, {Line: evidence.MaxLine, Covered: math.MaxUint32, Total: math.MaxUint32}}
	if have := slices.Collect(b.All()); !slices.Equal(have, want) {
		t.Errorf("have %+v", have)
	}
}

func TestBranchLinesExtendByAllOrNone(t *testing.T) {
	b := &evidence.BranchLines{}
	one := func(line, covered, total uint32) evidence.LineBranches {
		return evidence.LineBranches{Line: line, Covered: covered, Total: total}
	}
	for _, x := range []struct {
		ls   []evidence.LineBranches
		kept bool
	}{
		{[]evidence.LineBranches{one(3, 1, 2), one(9, 0, 300)}, true},
		{[]evidence.LineBranches{one(10, 1, 2), one(10, 1, 2)}, false},
		{[]evidence.LineBranches{one(10, 1, 2), one(9, 1, 2)}, false},
		{[]evidence.LineBranches{one(9, 1, 2)}, false},
		{[]evidence.LineBranches{one(11, 3, 2)}, false},
		{[]evidence.LineBranches{one(evidence.MaxLine+1, 1, 2)}, false},
		{[]evidence.LineBranches{one(1, 0, 0), one(12, 2, 2), one(2, 0, 0)}, true}, // lines without branches say nothing
		{nil, true},
	} {
		if have := b.Extend(x.ls); have != x.kept {
			t.Errorf("%v: kept is %t", x.ls, have)
		}
	}
	if have, want := slices.Collect(b.All()), []evidence.LineBranches{one(3, 1, 2), one(9, 0, 300), one(12, 2, 2)}; !slices.Equal(have, want) {
		t.Errorf("have %v, want %v", have, want)
	}
}

// Memory of another use becomes that of the lines, whatever is in it, and memory of
// another size is left alone.
func TestOtherBranchesInMemoryOfAnotherUse(t *testing.T) {
	ls := []evidence.LineBranches{{Line: 3, Covered: 1, Total: 2}, {Line: 3, Covered: 0, Total: 1}, {Line: 900, Covered: 2, Total: 500}}
	want := []evidence.LineBranches{{Line: 3, Covered: 1, Total: 3}, {Line: 900, Covered: 2, Total: 500}}
	for _, size := range []int{0, 8, 9, 15, 16, 4096} {
		room := make([]byte, size)
		for i := range room {
			room[i] = 0xFF
		}
		if have := slices.Collect(evidence.OtherBranchesIn(room, slices.Clone(ls)).All()); !slices.Equal(have, want) {
			t.Errorf("in %d bytes: %v, want %v", size, have, want)
		}
		if used, fits := size > 0 && room[0] != 0xFF, size >= 9 && size <= 15; used != fits {
			t.Errorf("memory of %d bytes is used: %t", size, used)
		}
	}
}

// A line that stands twice is of the same branches, or of others. More than there can
// be never reads as fewer, and none of them has run.
func TestBranchesOfOneLineTwice(t *testing.T) {
	line := func(covered, total uint32) evidence.LineBranches {
		return evidence.LineBranches{Line: 7, Covered: covered, Total: total}
	}
	for _, x := range []struct{ a, b, same, other evidence.LineBranches }{
		{line(1, 2), line(2, 2), line(2, 2), line(3, 4)},
		{line(2, 2), line(1, 4), line(1, 4), line(3, 6)},
		{line(math.MaxUint32, math.MaxUint32), line(0, 1), line(0, 1), line(0, math.MaxUint32)},
	} {
		for _, in := range [][]evidence.LineBranches{{x.a, x.b}, {x.b, x.a}} {
			if have := slices.Collect(evidence.SameBranches(slices.Clone(in)).All()); !slices.Equal(have, []evidence.LineBranches{x.same}) {
				t.Errorf("%v, the same: %v", in, have)
			}
			if have := slices.Collect(evidence.OtherBranches(slices.Clone(in)).All()); !slices.Equal(have, []evidence.LineBranches{x.other}) {
				t.Errorf("%v, others: %v", in, have)
			}
		}
	}
}

// In whatever order several reports come, one line is the same.
func TestSameBranchesInAnyOrder(t *testing.T) {
	a, b, c := evidence.LineBranches{Line: 7, Covered: 1, Total: 2}, evidence.LineBranches{Line: 7, Covered: 2, Total: 2}, evidence.LineBranches{Line: 7, Covered: 1, Total: 4}
	for _, in := range [][]evidence.LineBranches{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}} {
		// 2 of 2 of one kind, 1 of 4 of the other: at least 1 ran, at most 3 did not.
		if have := slices.Collect(evidence.SameBranches(in).All()); !slices.Equal(have, []evidence.LineBranches{{Line: 7, Covered: 1, Total: 4}}) {
			t.Errorf("have %+v", have)
		}
	}
}
