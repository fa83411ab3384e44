package gates

import (
	"iter"

	"github.com/tollgate-ci/tollgate/evidence"
)

// roster goes through the cases that the reports of a body list and its filter admits,
// a window of them at a time.
type roster struct {
	body       *body
	families   *familyIndex
	report, at int    // of the case to be read next
	before     uint32 // cases of the reports before that one
	last       lastFamily
	window     []attending // that are read and not gone by
	buffer     []attending
}

// lastFamily remembers the family of the case before: they come in runs.
type lastFamily struct {
	of    *evidence.Report
	suite evidence.SuiteID
	class evidence.ClassID
	id    uint32
}

// attending is a case, with whether it ran or was skipped and its place among all cases
// of the reports.
type attending struct {
	member
	ran   bool
	place uint32
}

// rosterWindow is how many cases are in sight at once: 32 kB, which stay in the cache.
const rosterWindow = 1024

func newRoster(b *body, families *familyIndex) *roster {
	return &roster{body: b, families: families, buffer: make([]attending, 0, rosterWindow)}
}

// fill reads on until the window is full or no case is left.
func (w *roster) fill() {
	w.buffer = append(w.buffer[:0], w.window...)
	filtered := w.body.filter.onTests()
	for w.report < len(w.body.reports) {
		cases := &w.body.reports[w.report].Cases
		for ; w.at < cases.Len() && len(w.buffer) < rosterWindow; w.at++ {
			if filtered {
				if c := cases.At(w.at); w.body.filter.test(&c) != admitted {
					continue
				}
			}
			w.buffer = append(w.buffer, w.here())
		}
		if w.at < cases.Len() {
			break
		}
		w.before += uint32(cases.Len())
		w.report, w.at = w.report+1, 0
	}
	w.window = w.buffer
}

// here is the case to be read next.
func (w *roster) here() attending {
	r := w.body.reports[w.report]
	suite, class, name, outcome := r.Cases.Brief(w.at)
	if l := &w.last; l.of != r || l.suite != suite || l.class != class {
		home := w.body.homes[w.report].Name
		*l = lastFamily{r, suite, class, w.families.number(family{suiteID{home, r.Cases.SuiteName(suite)}, r.Cases.ClassName(class)})}
	}
	return attending{member{w.last.id, name}, outcome != evidence.Skipped, w.before + uint32(w.at)}
}

// again yields the cases of these places, which rise.
func (w *roster) again(places []uint32) iter.Seq[attending] {
	return func(yield func(attending) bool) {
		w.report, w.before = 0, 0
		for _, place := range places {
			for int(place-w.before) >= w.body.reports[w.report].Cases.Len() {
				w.before += uint32(w.body.reports[w.report].Cases.Len())
				w.report++
			}
			w.at = int(place - w.before)
			if !yield(w.here()) {
				return
			}
		}
	}
}

// unpaired goes through two rosters side by side and gives the places of what is in the
// one and not in the other there. A pair is one case that ran in both or was skipped in
// both, which neither adds to what is missing nor takes away from it, however many of
// its identity there are. Where the two differ it looks on for the place where they meet
// again, as far as it has gone without looking: in two orders that have nothing in
// common it soon looks no more, and all is unpaired.
func unpaired(then, now *roster) (thenLeft, nowLeft []uint32) {
	trust := 4 * rosterWindow
	for {
		if len(then.window) < rosterWindow/2 {
			then.fill()
		}
		if len(now.window) < rosterWindow/2 {
			now.fill()
		}
		a, b := then.window, now.window
		same, most := 0, min(len(a), len(b))
		for same < most && a[same].member == b[same].member && a[same].ran == b[same].ran {
			same++
		}
		trust += same
		a, b = a[same:], b[same:]
		i, j := len(a), len(b) // where nothing is left of the other one
		if i > 0 && j > 0 {
			i, j = 1, 1 // one is put in the place of another, or its outcome changed
			if a[0].member != b[0].member {
				reach := min(max(trust, 0)/2, max(len(a), len(b)))
				if x, y := meeting(a, b, reach); x+y > 0 {
					i, j = x, y
					trust -= x + y
				} else {
					trust -= 2 * reach
				}
			}
		} else if same > 0 {
			i, j = 0, 0 // there may be more of the other one
		}
		for _, one := range a[:i] {
			thenLeft = append(thenLeft, one.place)
		}
		for _, one := range b[:j] {
			nowLeft = append(nowLeft, one.place)
		}
		if same+i+j == 0 {
			return thenLeft, nowLeft
		}
		then.window, now.window = a[i:], b[j:]
	}
}

// meeting says how many are to be left out of the one or of the other so that both begin
// with one case, 0 and 0 if that is out of reach.
func meeting(a, b []attending, reach int) (i, j int) {
	for d := 1; d < reach; d++ {
		if d < len(b) && b[d].member == a[0].member {
			return 0, d
		}
		if d < len(a) && a[d].member == b[0].member {
			return d, 0
		}
	}
	return 0, 0
}
