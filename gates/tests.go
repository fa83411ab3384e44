package gates

import (
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// testTally is what the reports of a gate say about its tests, after the filter.
type testTally struct {
	counts   evidence.Counts
	flaky    uint64
	all      evidence.Counts // before the filter
	unplaced uint64          // say no source file, under a filter on paths
	unnamed  uint64          // are counted and not listed, under a filter that asks each
	example  *evidence.Case  // one that the filter left out
	refs     [evidence.Errored + 1]refList
	flakies  refList

	// waived are the failures that quarantine takes out of counts, and waivedFlaky
	// those that it takes out of flaky; struck is by whom.
	waived      evidence.Counts
	waivedFlaky uint64
	struck      [evidence.Errored + 1]strikes
	struckFlaky strikes
}

// believable bounds every count. What a report claims beyond it is no number of
// tests or statements, and sums below it cannot overflow.
const believable = 1 << 52

// countTests reads the reports once for all conditions of the gate. Without a
// filter the counts are those of the reports, and cases are looked at only where
// one of them has to be shown: a million passed cases cost nothing, a million of
// which some failed take 12 ms on one core.
func (b *body) countTests() *testTally {
	if b.tests != nil {
		return b.tests
	}
	t := &testTally{}
	b.tests = t
	filtered := b.filter.onTests()
	for k, r := range b.reports {
		counts := r.TestCounts()
		t.all = t.all.Plus(counts)
		if !filtered {
			t.counts = t.counts.Plus(counts)
			t.flaky += uint64(r.Cases.Flaky())
			if counts.Total() == counts.Passed && r.Cases.Flaky() == 0 {
				continue
			}
		}
		for c := range b.cases(k, !filtered) {
			if filtered {
				if !t.admit(b.filter.test(&c), 1, &c) {
					continue
				}
				t.counts.Add(c.Outcome)
				if c.Flaky() {
					t.flaky++
				}
			}
			t.point(r, &c, b.judge)
		}
		for _, u := range r.Unlisted {
			if filtered {
				if !t.admit(b.filter.unlisted(&u), u.Total(), &evidence.Case{Suite: u.Suite}) {
					continue
				}
				t.counts = t.counts.Plus(u.Counts)
			}
			t.pointUnlisted(r, u)
		}
	}
	return t
}

// admit records what the filter says of n tests. One that cannot be placed belongs
// to nobody: it is counted as such and nowhere else.
func (t *testTally) admit(a admission, n uint64, c *evidence.Case) bool {
	switch a {
	case admitted:
		return true
	case unplaced:
		t.unplaced += n
	case unnamed:
		t.unnamed += n
	case leftOut:
		if t.example == nil || compareNames(c, t.example) < 0 {
			t.example = &evidence.Case{Suite: c.Suite, Class: c.Class, Name: c.Name}
		}
	}
	return false
}

// point refers to a case that did not simply pass: to its source if the report
// names it, else to the place where the report speaks of it.
//
// A failure that is in quarantine is taken out of the counts again, and listed as
// waived instead. A test in quarantine that passes has passed.
func (t *testTally) point(r *evidence.Report, c *evidence.Case, j *judge) {
	list, struck := &t.refs[c.Outcome], &t.struck[c.Outcome]
	flaky := c.Outcome == evidence.Passed
	if flaky {
		if len(c.Attempts) == 0 || !c.Flaky() {
			return
		}
		list, struck = &t.flakies, &t.struckFlaky
	}
	pos, text := placeOf(r, c), func() string { return became(c) }
	if c.Outcome != evidence.Skipped {
		if ruling := j.ruling(0, func(u *use) bool { return u.namesTest(c) }); ruling.by != nil {
			s := struck.of(ruling)
			s.n++
			s.refs.add(uint64(c.Outcome), pos, text)
			if ruling.waives() {
				t.quarantine(c.Outcome)
				return
			}
		}
	}
	list.add(uint64(c.Outcome), pos, text)
}

// placeOf is where a case lives in the source if the report names it, else the
// place where the report speaks of it.
func placeOf(r *evidence.Report, c *evidence.Case) evidence.Pos {
	if c.File == "" {
		return evidence.Pos{File: r.Source, Line: c.At.Line}
	}
	return evidence.Pos{File: c.File, Line: c.Line}
}

// became says what became of a case that did not simply pass.
func became(c *evidence.Case) string {
	text := firstLine(caseName(c)) + " " + c.Outcome.String()
	if c.Outcome == evidence.Passed {
		text = fmt.Sprintf("%s passed at attempt %d", firstLine(caseName(c)), len(c.Attempts))
	}
	if m := firstLine(c.Message); m != "" {
		text += ": " + m
	}
	return text
}

// quarantine takes a failure, or that a test was flaky, out of what is counted.
func (t *testTally) quarantine(o evidence.Outcome) {
	switch o {
	case evidence.Passed:
		t.flaky--
		t.waivedFlaky++
	case evidence.Failed:
		t.counts.Failed--
		t.waived.Failed++
	case evidence.Errored:
		t.counts.Errored--
		t.waived.Errored++
	default:
		panic("gates: quarantine of a test that was " + o.String())
	}
}

// quarantined is how many failures are left out.
func (t *testTally) quarantined() uint64 { return t.waived.Failed + t.waived.Errored }

func (t *testTally) pointUnlisted(r *evidence.Report, u evidence.Unlisted) {
	pos := u.At
	pos.File = r.Source
	for o, n := range [...]uint64{evidence.Errored: u.Errored, evidence.Failed: u.Failed, evidence.Skipped: u.Skipped} {
		if n == 0 {
			continue
		}
		o := evidence.Outcome(o)
		t.refs[o].add(uint64(o), pos, func() string {
			in := ""
			if u.Suite != "" {
				in = " in suite " + quoted(firstLine(u.Suite))
			}
			return fmt.Sprintf("%d %s %s that the report counts%s and does not list", n, o, plural(n, "test", "tests"), in)
		})
	}
}

// caseName gives suite, class and name, without what says the same twice.
func caseName(c *evidence.Case) string {
	s := c.Name
	if c.Class != "" && c.Class != c.Suite {
		s = c.Class + " " + s
	}
	if c.Suite != "" {
		s = c.Suite + " " + s
	}
	return s
}

func (t *testTally) ran() uint64 { return t.counts.PassRate().Den }

// doubts says why the tests, after the filter, prove nothing or not enough.
func (t *testTally) doubts(b *body) (gaps []gap, notes []string) {
	if len(b.reports) == 0 {
		return nil, nil // the source has said so
	}
	total := t.counts.Plus(t.waived).Total()
	if n := t.quarantined(); n > 0 && t.ran() == 0 {
		gaps = append(gaps, gap{
			text:   fmt.Sprintf("%s %s in quarantine, and nothing else ran", ofTests(n, n, " that ran"), plural(n, "is", "are")),
			remedy: "run tests that are not in quarantine",
		})
	}
	if t.unplaced > 0 {
		gaps = append(gaps, gap{
			text:   fmt.Sprintf("%d of %d tests do not say which file of the repository they are in, so %s cannot place them", t.unplaced, t.all.Total(), b.filter.paths.String()),
			remedy: "filter by suites, or have the test runner write the file of each test",
		})
	}
	if t.unnamed > 0 {
		gaps = append(gaps, gap{
			text:   fmt.Sprintf("%d of %d tests are counted and not listed, so %s cannot tell them apart", t.unnamed, t.all.Total(), b.filter.testsGiven()),
			remedy: "filter by suites, or have the test runner list every test",
		})
	}
	gaps = append(gaps, b.withoutProperty()...)
	switch {
	case t.all.Total() > believable:
		gaps = append(gaps, gap{text: "the reports count more tests than there can be", remedy: "look at the counts in the headers of the reports"})
	case !b.filter.onTests():
		// The source has said whether any test ran.
	case total == 0 && t.unplaced+t.unnamed == 0:
		g := gap{text: "no test matches " + b.filter.testsGiven(), remedy: "correct the filter of the gate, or run the tests that it means"}
		if t.example != nil {
			g.text += " (" + b.filter.exampleOf(t.example) + ")"
		}
		gaps = append(gaps, g)
	case total > 0 && t.ran()+t.quarantined() == 0:
		gaps = append(gaps, gap{text: fmt.Sprintf("of the tests that match %s none ran and %d did not (skipped)", b.filter.testsGiven(), total), remedy: "run the tests that were skipped"})
	}
	if total > 0 {
		notes = slices.Concat(b.filter.suites.unusedNotes("suite"), b.filter.classes.unusedNotes("class"),
			b.filter.names.unusedNotes("name of a test"), b.filter.paths.unusedNotes("test's file"))
		for i := range b.filter.properties {
			p := &b.filter.properties[i]
			notes = append(notes, p.unusedNotes("value of "+firstLine(p.name))...)
		}
	}
	return gaps, notes
}

// readTestCount is what all counts of tests share: measured if there is any test.
func (b *body) readTestCount(count func(*testTally) uint64) (r reading, n uint64, t *testTally) {
	t = b.countTests()
	n = count(t)
	r.gaps, r.notes = t.doubts(b)
	if t.counts.Plus(t.waived).Total() > 0 {
		r.value = evidence.CountOf(n)
	}
	return r, n, t
}

func readPassRate(b *body) reading {
	t := b.countTests()
	bad := t.counts.Failed + t.counts.Errored
	r := reading{
		value:  evidence.ShareOf(t.counts.PassRate()),
		bare:   evidence.ShareOf(t.counts.Plus(t.waived).PassRate()),
		struck: t.struck[evidence.Errored].plus(t.struck[evidence.Failed]),
		says:   "of the tests that ran passed",
		refs:   t.refs[evidence.Errored].plus(t.refs[evidence.Failed]),
	}
	r.gaps, r.notes = t.doubts(b)
	r.mend = func(k uint64) string {
		return fmt.Sprintf("%d more passing %s of the %d that failed", k, plural(k, "test", "tests"), bad)
	}
	return r
}

func readOutcome(o evidence.Outcome, verb string) func(*body) reading {
	return func(b *body) reading {
		r, n, t := b.readTestCount(func(t *testTally) uint64 {
			if o == evidence.Failed {
				return t.counts.Failed
			}
			return t.counts.Errored
		})
		r.struck = t.struck[o]
		r.bare = evidence.CountOf(n + map[evidence.Outcome]uint64{evidence.Failed: t.waived.Failed, evidence.Errored: t.waived.Errored}[o])
		r.says = ofTests(n, t.ran(), " that ran") + " " + verb
		r.refs = t.refs[o]
		if o == evidence.Failed {
			if gaps := b.unfinished(t.counts.Errored); gaps != nil {
				r.gaps = append(r.gaps, gaps...)
				r.refs = r.refs.plus(t.refs[evidence.Errored])
			}
		}
		r.mend = func(k uint64) string { return "fix " + these(k, n, "test", "tests") }
		return r
	}
}

func readSkipped(b *body) reading {
	r, n, t := b.readTestCount(func(t *testTally) uint64 { return t.counts.Skipped })
	r.says = ofTests(n, t.counts.Total(), "") + " " + plural(n, "was", "were") + " skipped"
	r.refs = t.refs[evidence.Skipped]
	r.mend = func(k uint64) string { return "run " + these(k, n, "skipped test", "skipped tests") }
	return r
}

func readFlaky(b *body) reading {
	r, n, t := b.readTestCount(func(t *testTally) uint64 { return t.flaky })
	r.struck, r.bare = t.struckFlaky, evidence.CountOf(n+t.waivedFlaky)
	r.says = ofTests(n, t.ran(), " that ran") + " passed only after an attempt that did not"
	r.refs = t.flakies
	r.mend = func(k uint64) string {
		return "make " + these(k, n, "test", "tests") + " pass at the first attempt"
	}
	return r
}

// readTests counts what ran, whether or not its failure is in quarantine.
func readTests(b *body) reading {
	r, _, t := b.readTestCount(func(t *testTally) uint64 { return t.ran() + t.quarantined() })
	r.says = saysRan(t.counts.Plus(t.waived))
	r.refs = t.refs[evidence.Skipped]
	r.mend = func(k uint64) string { return fmt.Sprintf("run %d more %s", k, plural(k, "test", "tests")) }
	return r
}

func readQuarantined(b *body) reading {
	r, n, t := b.readTestCount((*testTally).quarantined)
	r.says = ofTests(n, t.ran()+n, " that ran") + " failed in quarantine"
	for _, s := range t.struck[evidence.Errored].plus(t.struck[evidence.Failed]) {
		if s.waives() {
			r.refs = r.refs.plus(s.refs)
		}
	}
	r.mend = func(k uint64) string { return "fix " + these(k, n, "test", "tests") + " in quarantine" }
	return r
}

// ofTests says "3 of the 120 tests that ran", "none of the 120 tests that ran".
func ofTests(n, of uint64, which string) string {
	many := number(n)
	if n == 0 {
		many = "none"
	}
	if of == 1 {
		return many + " of 1 test" + which
	}
	return fmt.Sprintf("%s of the %d tests%s", many, of, which)
}

// saysRan says "45 tests ran and 12 did not (skipped)".
func saysRan(c evidence.Counts) string {
	ran := c.PassRate().Den
	s := fmt.Sprintf("%d %s ran", ran, plural(ran, "test", "tests"))
	if c.Skipped > 0 {
		s += fmt.Sprintf(" and %d did not (skipped)", c.Skipped)
	}
	return s
}
