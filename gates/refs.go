package gates

import (
	"cmp"
	"math"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// refList keeps the worst MaxRefs of any number of references, in an order that
// does not depend on the order in which they came: weight, place, text.
type refList struct {
	kept []weighedRef
	n    int
}

type weighedRef struct {
	weight uint64
	Ref
}

// refsTo points at the gaps that have a place. They come before all that was
// found, because what is missing is what to look at first.
func refsTo(gaps []gap) refList {
	var l refList
	for _, g := range gaps {
		if g.pos.File != "" {
			l.add(math.MaxUint64, g.pos, func() string { return g.text })
		}
	}
	return l
}

func comparePos(a, b evidence.Pos) int {
	if c := cmp.Compare(a.File, b.File); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// add takes a reference. The text is made only for those that may be kept: of a
// million failures, a few.
func (l *refList) add(weight uint64, pos evidence.Pos, text func() string) {
	l.n++
	if len(l.kept) == MaxRefs {
		last := l.kept[MaxRefs-1]
		if cmp.Or(cmp.Compare(last.weight, weight), comparePos(pos, last.Pos)) > 0 {
			return
		}
	}
	l.insert(weighedRef{weight, Ref{pos, text()}})
}

func (l *refList) insert(r weighedRef) {
	i, _ := slices.BinarySearchFunc(l.kept, r, func(a, b weighedRef) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
	})
	if i == MaxRefs {
		return
	}
	if len(l.kept) == MaxRefs {
		l.kept = l.kept[:MaxRefs-1]
	}
	l.kept = slices.Insert(l.kept, i, r)
}

// plus joins two lists.
func (l refList) plus(o refList) refList {
	out := refList{slices.Clone(l.kept), l.n + o.n}
	for _, r := range o.kept {
		out.insert(r)
	}
	return out
}

func (l refList) list() (refs []Ref, more int) {
	for _, r := range l.kept {
		refs = append(refs, r.Ref)
	}
	return refs, l.n - len(refs)
}

// firstOf keeps the first MaxRefs of any number of things in an order: to sort a
// hundred thousand of which twenty are shown is most of what a condition costs.
type firstOf[T any] struct {
	compare func(a, b T) int
	kept    []T
	n       int
}

// add takes one. Equal ones show alike, so that it is all one which of them are kept.
func (f *firstOf[T]) add(x T) {
	f.n++
	if len(f.kept) == MaxRefs {
		if f.compare(x, f.kept[MaxRefs-1]) >= 0 {
			return
		}
		f.kept = f.kept[:MaxRefs-1]
	}
	i, _ := slices.BinarySearchFunc(f.kept, x, f.compare)
	f.kept = slices.Insert(f.kept, i, x)
}
