package gates

import (
	"hash/maphash"

	"github.com/tollgate-ci/tollgate/evidence"
)

// register numbers test cases, equal ones alike, in the order in which they come. It
// is an open table: a map with the four names as its key takes three times as long.
type register struct {
	seed  maphash.Seed
	slots []registerSlot // a power of two of them, a third at least free
	known []member
	next  int // the number after that which find gave last
}

// registerSlot is free where n is 0.
type registerSlot struct {
	hash uint64
	n    uint32 // number, from 1
}

// family is a source, a suite and a class; a member is a case of one.
type (
	family struct {
		suiteID
		class string
	}
	member struct {
		family uint32
		name   string
	}
)

func (one *countedTest) family() family {
	return family{suiteID{one.home, one.c.Suite}, one.c.Class}
}

// familyIndex numbers families.
type familyIndex struct {
	ids map[family]uint32
	all []family
}

func newFamilyIndex() *familyIndex { return &familyIndex{ids: map[family]uint32{}} }

func (x *familyIndex) number(f family) uint32 {
	id, known := x.ids[f]
	if !known {
		id = uint32(len(x.all))
		x.ids[f] = id
		x.all = append(x.all, f)
	}
	return id
}

// caseOf gives back a case, as far as it is known everywhere.
func (x *familyIndex) caseOf(m member) *evidence.Case {
	f := x.all[m.family]
	return &evidence.Case{Suite: f.suite, Class: f.class, Name: m.name}
}

// newRegister has room for so many.
func newRegister(n int) *register {
	size := 16
	for 2*size < 3*n {
		size *= 2
	}
	return &register{seed: maphash.MakeSeed(), slots: make([]registerSlot, size), known: make([]member, 0, n)}
}

// slot is that of a case, or the free one where it belongs.
func (g *register) slot(m member) (*registerSlot, uint64) {
	hash := maphash.String(g.seed, m.name) + uint64(m.family)*0x9e3779b97f4a7c15
	mask := len(g.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		if s := &g.slots[i]; s.n == 0 || s.hash == hash && g.known[s.n-1] == m {
			return s, hash
		}
	}
}

// find gives the number of a case, if it has one. Two runs most often list their
// tests in one order, so the case after the one that was found last is tried first.
func (g *register) find(m member) (int, bool) {
	if g.next < len(g.known) && g.known[g.next] == m {
		g.next++
		return g.next - 1, true
	}
	s, _ := g.slot(m)
	if s.n > 0 {
		g.next = int(s.n)
	}
	return int(s.n) - 1, s.n > 0
}

// number gives the number of a case, the next one if it has none yet. There are
// never more than it was made for.
func (g *register) number(m member) int {
	s, hash := g.slot(m)
	if s.n == 0 {
		g.known = append(g.known, m)
		s.hash, s.n = hash, uint32(len(g.known))
	}
	return int(s.n) - 1
}
