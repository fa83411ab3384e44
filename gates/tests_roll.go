package gates

import (
	"hash/maphash"

	"github.com/tollgate-ci/tollgate/evidence"
)

// suiteID is what makes two suites the same, whichever files they are in.
type suiteID struct{ source, suite string }

// caseID is what makes two cases the same, in this run and in a reference. Cases of
// one identity are counted, not dropped: two legs of a matrix are two.
type caseID struct {
	suiteID
	class, name string
}

func (one *countedTest) id() caseID {
	f := one.family()
	return caseID{f.suiteID, f.class, one.c.Name}
}

func (one *listedTest) id() caseID {
	f := one.family()
	return caseID{f.suiteID, f.class, one.name}
}

// label names a case without the run that it was in.
func (id caseID) label() string {
	return firstLine(caseName(&evidence.Case{Suite: id.suite, Class: id.class, Name: id.name}))
}

// roll is which cases of a body something holds of, and how often.
type roll struct {
	n        map[caseID]uint64
	unlisted map[suiteID]uint64 // that are counted and not listed
}

// rollOf lists the cases of an outcome, and what is not listed by suite.
func (b *body) rollOf(wanted lookedFor, is func(evidence.Case) bool, unlisted func(evidence.Counts) uint64) roll {
	l := roll{map[caseID]uint64{}, map[suiteID]uint64{}}
	for one := range b.counted(wanted) {
		switch {
		case one.u != nil:
			if n := unlisted(one.u.Counts); n > 0 {
				l.unlisted[suiteID{one.home, one.u.Suite}] += n
			}
		case is(one.c):
			l.n[one.id()]++
		}
	}
	return l
}

func bad(c evidence.Case) bool           { return c.Outcome.Bad() }
func wasFlaky(c evidence.Case) bool      { return c.Flaky() }
func noCase(evidence.Case) bool          { return false }
func badCounts(c evidence.Counts) uint64 { return c.Failed + c.Errored }
func noCounts(evidence.Counts) uint64    { return 0 }

// takes removes one of an identity, and reports whether there was one.
func (l roll) takes(id caseID) bool {
	if l.n[id] == 0 {
		return false
	}
	l.n[id]--
	return true
}

// sieve is asked before a roll whether it may hold a name: of sixteen that it does not
// hold, fifteen are told by one bit, which takes a tenth of the time.
type sieve struct {
	seed maphash.Seed
	bits []uint64 // a power of two of them
}

func newSieve(of map[caseID]uint64) *sieve {
	words := 16
	for 4*words < len(of) {
		words *= 2
	}
	s := &sieve{maphash.MakeSeed(), make([]uint64, words)}
	for id := range of {
		word, bit := s.place(id.name)
		*word |= bit
	}
	return s
}

func (s *sieve) place(name string) (word *uint64, bit uint64) {
	hash := maphash.String(s.seed, name)
	return &s.bits[int(hash>>6)&(len(s.bits)-1)], 1 << (hash & 63)
}

func (s *sieve) mayHold(name string) bool {
	word, bit := s.place(name)
	return *word&bit != 0
}
