package gates

import (
	"cmp"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// timeTally is how long the tests of a gate took, in microseconds.
type timeTally struct {
	ran     uint64
	silent  uint64 // of those that ran, say 0 or nothing
	sum     uint64
	over    bool       // the sum is beyond all bounds
	slowest []slowTest // first; at most MaxRefs
	gaps    []gap
}

type slowTest struct {
	us                 uint64
	suite, class, name string
	pos                evidence.Pos
}

// times reads the times once for the metrics on them. Which test says no time and
// which took less than a microsecond cannot be told apart; but where no test of a
// format says any, nothing was measured.
func (b *body) times() *timeTally {
	if b.clock != nil {
		return b.clock
	}
	t := &timeTally{}
	b.clock = t
	stated := map[sourceFormat]bool{}
	var last *evidence.Report // that key and states are of
	var key sourceFormat
	states := false
	for one := range b.listed() {
		if one.outcome == evidence.Skipped {
			continue
		}
		if one.report != last {
			last, key = one.report, sourceFormat{one.home, one.report.Format}
			states = stated[key]
			stated[key] = states
		}
		us := uint64(one.report.Cases.Took(one.at) / time.Microsecond)
		if us > 0 && !states {
			states, stated[key] = true, true
		}
		t.ran++
		if us == 0 {
			t.silent++
		}
		sum, carry := bits.Add64(t.sum, us, 0)
		t.sum, t.over = sum, t.over || carry > 0
		if t.mayKeep(us, one) {
			c := one.report.Cases.At(one.at)
			t.keep(slowTest{us, c.Suite, c.Class, c.Name, placeOf(one.report, &c)})
		}
	}
	unlisted := uint64(0)
	for _, u := range b.unlisted() {
		unlisted += u.PassRate().Den
	}
	for key, any := range stated {
		if !any {
			t.gaps = append(t.gaps, gap{text: fmt.Sprintf("no %s test of source %s says how long it took", key.format, key.source),
				remedy: "have the test runner write the time of each test, or leave source " + key.source + " out of the gate"})
		}
	}
	if unlisted > 0 {
		t.gaps = append(t.gaps, gap{text: ofMany(unlisted, "test is", "tests are") + " counted and not listed, so nobody knows how long " + plural(unlisted, "it", "they") + " took",
			remedy: "have the test runner list every test"})
	}
	if t.over {
		t.gaps = append(t.gaps, gap{text: "the tests took longer than can be", remedy: "look at the times in the reports"})
	}
	sortGaps(t.gaps)
	return t
}

// mayKeep reports whether a test is among the slowest so far, as far as can be told
// without its place. In many reports a thousand tests took a millisecond each.
func (t *timeTally) mayKeep(us uint64, one *listedTest) bool {
	if len(t.slowest) < MaxRefs {
		return true
	}
	last := &t.slowest[MaxRefs-1]
	if us != last.us {
		return us > last.us
	}
	f := one.family()
	return cmp.Or(cmp.Compare(f.suite, last.suite), cmp.Compare(f.class, last.class), cmp.Compare(one.name, last.name)) <= 0
}

func (t *timeTally) keep(s slowTest) {
	i, _ := slices.BinarySearchFunc(t.slowest, s, compareSlow)
	if i < MaxRefs {
		t.slowest = slices.Insert(t.slowest, i, s)
		t.slowest = t.slowest[:min(len(t.slowest), MaxRefs)]
	}
}

// timed is what a metric makes of the times.
type timed struct {
	*timeTally
	what  theTime
	value evidence.Value
}

// theTime says which time of the tests a metric is.
type theTime uint8

const (
	_ theTime = iota
	slowestTest
	allTests
)

// readTime measures how long tests took.
func (b *body) readTime(what theTime) reading {
	t := b.times()
	var r reading
	r.gaps, r.notes = b.countTests().doubts(b)
	r.gaps = append(r.gaps, t.gaps...)
	if t.silent == t.ran {
		return r
	}
	if t.silent > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d of them %s no time, or less than 1µs", t.silent, plural(t.silent, "says", "say")))
	}
	r.value = t.slowest[0].value()
	if what == allTests {
		r.value = slowTest{us: t.sum}.value()
	}
	r.limit = timed{t, what, r.value}
	return r
}

func compareSlow(a, b slowTest) int {
	return cmp.Or(cmp.Compare(b.us, a.us), cmp.Compare(a.suite, b.suite), cmp.Compare(a.class, b.class), cmp.Compare(a.name, b.name), comparePos(a.pos, b.pos))
}

func (s slowTest) label() string {
	return firstLine(caseName(&evidence.Case{Suite: s.suite, Class: s.class, Name: s.name}))
}

func (s slowTest) value() evidence.Value {
	v, _ := evidence.QuantityOf(evidence.Elapsed, new(big.Rat).SetFrac(new(big.Int).SetUint64(s.us), big.NewInt(1e6)), evidence.Lower)
	return v
}

// sentence says "the slowest of the 12 tests that ran took 3.2s: shop TestPay; at
// most 2s is allowed".
func (t timed) sentence(c Condition) string {
	s := fmt.Sprintf("the %s took %s, added up", ofMany(t.ran, "test that ran", "tests that ran"), t.value.Against(c.Want))
	if t.what == slowestTest {
		s = fmt.Sprintf("the slowest of the %s took %s: %s", ofMany(t.ran, "test that ran", "tests that ran"), t.value.Against(c.Want), t.slowest[0].label())
	}
	return s + "; " + demandQuantity(c)
}

// refs are the slowest tests: of a limit on each, those that break it.
func (t timed) refs(c Condition) refList {
	var refs refList
	for _, s := range t.slowest {
		if t.what == slowestTest && c.Op.Holds(s.value(), c.Want) {
			continue
		}
		refs.add(s.us, s.pos, func() string { return s.label() + " took " + s.value().Against(c.Want) })
	}
	return refs
}

// remedy says how far the time must come down.
func (t timed) remedy(c Condition) string {
	to, helps := c.target(evidence.Lower, t.value)
	switch {
	case !helps:
		return c.unmendable()
	case t.what == slowestTest:
		return fmt.Sprintf("bring %s from %s to %s", t.slowest[0].label(), t.value.Against(c.Want), to)
	default:
		return fmt.Sprintf("bring the times of the tests from %s to %s, added up", t.value.Against(c.Want), to)
	}
}
