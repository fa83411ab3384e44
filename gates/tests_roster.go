package gates

import "github.com/tollgate-ci/tollgate/evidence"

// roster goes through the cases that the reports of a body list and its filter admits,
// a window of them at a time.
type roster struct {
	body       *body
	families   *familyIndex
	report, at int // of the case to be read next
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

// attending is a case, and whether it ran or was skipped.
type attending struct {
	member
	ran bool
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
	for ; w.report < len(w.body.reports); w.report, w.at = w.report+1, 0 {
		r := w.body.reports[w.report]
		cases := &r.Cases
		for ; w.at < cases.Len() && len(w.buffer) < rosterWindow; w.at++ {
			if filtered {
				if c := cases.At(w.at); w.body.filter.test(&c) != admitted {
					continue
				}
			}
			suite, class, name, outcome := cases.Brief(w.at)
			if l := &w.last; l.of != r || l.suite != suite || l.class != class {
				home := w.body.homes[w.report].Name
				*l = lastFamily{r, suite, class, w.families.number(family{suiteID{home, cases.SuiteName(suite)}, cases.ClassName(class)})}
			}
			w.buffer = append(w.buffer, attending{member{w.last.id, name}, outcome != evidence.Skipped})
		}
		if w.at < cases.Len() {
			break
		}
	}
	w.window = w.buffer
}

// unpaired goes through two rosters side by side and gives what is in the one and not
// in the other there. A pair is one case that ran in both or was skipped in both, which
// neither adds to what is missing nor takes away from it, however many of its identity
// there are. Where the two differ it looks on for the place where they meet again, as
// far as it has gone without looking: in two orders that have nothing in common it soon
// looks no more, and all is unpaired.
func unpaired(then, now *roster) (thenLeft, nowLeft []attending) {
	trust := 4 * rosterWindow
	for {
		if len(then.window) < rosterWindow/2 {
			then.fill()
		}
		if len(now.window) < rosterWindow/2 {
			now.fill()
		}
		a, b := then.window, now.window
		most := min(len(a), len(b))
		if most == 0 {
			thenLeft, nowLeft = append(thenLeft, a...), append(nowLeft, b...)
			then.window, now.window = nil, nil
			if len(a)+len(b) == 0 {
				return thenLeft, nowLeft
			}
			continue
		}
		same := 0
		for same < most && a[same] == b[same] {
			same++
		}
		trust += same
		a, b = a[same:], b[same:]
		if same < most {
			i, j := 1, 1 // one is put in the place of another, or its outcome changed
			if a[0].member != b[0].member {
				reach := min(max(trust, 0)/2, max(len(a), len(b)))
				if i, j = meeting(a, b, reach); i+j == 0 {
					i, j = 1, 1
					trust -= 2 * reach
				}
				trust -= i + j
			}
			thenLeft, nowLeft = append(thenLeft, a[:i]...), append(nowLeft, b[:j]...)
			a, b = a[i:], b[j:]
		}
		then.window, now.window = a, b
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
