package gates

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// tally counts things in a reading that waivers may name.
type tally struct {
	n, waived uint64
	struck    strikes
	refs      refList
}

// add counts a case, unless a waiver that is in force names it.
func (t *tally) add(j *judge, c *evidence.Case, weight uint64, pos evidence.Pos, text func() string) {
	if ruling := j.ruling(0, func(u *use) bool { return u.namesTest(c) }); ruling.by != nil {
		s := t.struck.of(ruling)
		s.n++
		s.refs.add(weight, pos, text)
		if ruling.waives() {
			t.waived++
			return
		}
	}
	t.n++
	t.refs.add(weight, pos, text)
}

// addUnlisted counts cases that no waiver can name.
func (t *tally) addUnlisted(r *evidence.Report, u *evidence.Unlisted, n uint64, what string) {
	if n == 0 {
		return
	}
	t.n += n
	pos := u.At
	pos.File = r.Source
	t.refs.add(0, pos, func() string {
		return fmt.Sprintf("%s that the report counts in suite %s and does not list %s", ofMany(n, "test", "tests"), quoted(firstLine(u.Suite)), what)
	})
}

// read makes the reading of a count against a reference. Without a report on either
// side nothing was measured. Nor was it where a side is not whole whose silence is
// what is counted: a test that half a report does not name is not gone.
func (t *tally) read(b *body, ref reference, silent ...reference) reading {
	r := reading{struck: t.struck, refs: t.refs}
	own := b.countTests()
	r.gaps, r.notes = own.doubts(b)
	theirs := b.referenceDoubts(ref)
	sides := map[reference]bool{thisRun: len(b.gaps)+len(r.gaps) == 0, ref: len(theirs) == 0}
	r.gaps = append(r.gaps, theirs...)
	if own.all.Total() == 0 || b.on(ref).countTests().all.Total() == 0 ||
		slices.ContainsFunc(silent, func(side reference) bool { return !sides[side] }) {
		return reading{gaps: r.gaps, notes: r.notes}
	}
	r.value, r.bare = evidence.CountOf(t.n), evidence.CountOf(t.n+t.waived)
	return r
}

// readNewFlaky counts the flaky tests that were not flaky in the base.
func readNewFlaky(b *body) reading {
	before := b.on(ofBase).rollOf(flakyTests, wasFlaky, noCounts)
	var t tally
	for one := range b.counted(flakyTests) {
		if one.u == nil && one.c.Flaky() && !before.takes(one.id()) {
			c := one.c
			t.add(b.judge, &c, 0, placeOf(one.report, &c), func() string { return became(&c) })
		}
	}
	r := t.read(b, ofBase, ofBase)
	r.says = ofTests(t.n, b.countTests().everRan(), " that ran") + " passed only after an attempt that did not, and " + plural(t.n, "was", "were") + " not flaky in the baseline"
	r.mend = func(k uint64) string {
		return "make " + these(k, t.n, "test", "tests") + " pass at the first attempt"
	}
	return r
}

// readNewFailures counts the failures that the base does not have. One that is not
// listed cannot be looked up there, and is new.
func readNewFailures(b *body) reading {
	before := b.on(ofBase).rollOf(badTests, bad, noCounts)
	var t tally
	for one := range b.counted(badTests) {
		switch {
		case one.u != nil:
			t.addUnlisted(one.report, one.u, badCounts(one.u.Counts), "failed")
		case one.c.Outcome.Bad() && !before.takes(one.id()):
			c := one.c
			t.add(b.judge, &c, uint64(c.Outcome), placeOf(one.report, &c), func() string { return became(&c) })
		}
	}
	r := t.read(b, ofBase, ofBase)
	r.says = ofTests(t.n, b.countTests().everRan(), " that ran") + " failed and did not in the baseline"
	r.mend = func(k uint64) string { return "fix " + these(k, t.n, "test", "tests") }
	return r
}

// readPersistent counts the failures with which the cycle began and that are there
// still. What failed then and does not run now was not seen to be mended.
func readPersistent(b *body) reading {
	cycle := b.on(ofCycle)
	then := cycle.rollOf(badTests, bad, badCounts)
	left, still := roll{n: maps.Clone(then.n)}, roll{n: maps.Clone(then.n)}
	ran, badNow := map[suiteID]bool{}, map[suiteID]bool{}
	if len(then.n)+len(then.unlisted) > 0 {
		known := newSieve(then.n) // of a million tests few failed
		for one := range b.listed() {
			if one.outcome == evidence.Skipped {
				continue
			}
			if len(then.unlisted) > 0 {
				ran[one.family().suiteID] = true
			}
			if known.mayHold(one.name) {
				left.takes(one.id())
			}
		}
	}
	for home, u := range b.unlisted() {
		suite := suiteID{home, u.Suite}
		ran[suite] = ran[suite] || u.PassRate().Den > 0
		badNow[suite] = badNow[suite] || badCounts(u.Counts) > 0
	}
	var t tally
	for one := range b.counted(badTests) {
		if one.u != nil || !one.c.Outcome.Bad() {
			continue
		}
		id := one.id()
		badNow[id.suiteID] = true
		if still.takes(id) {
			c := one.c
			t.add(b.judge, &c, uint64(c.Outcome), placeOf(one.report, &c), func() string { return became(&c) })
		}
	}
	var gone []string
	for id, n := range left.n {
		c := &evidence.Case{Suite: id.suite, Class: id.class, Name: id.name}
		for range n {
			ruling := b.judge.ruling(0, func(u *use) bool { return u.namesTest(c) })
			if ruling.by == nil {
				gone = append(gone, id.label())
				continue
			}
			t.add(b.judge, c, 0, evidence.Pos{}, func() string { return id.label() + " failed when the cycle began and did not run" })
		}
	}
	r := t.read(b, ofCycle)
	if len(gone) > 0 {
		slices.Sort(gone)
		r.gaps = append(r.gaps, gap{
			text:   fmt.Sprintf("%s failed when the cycle began and did not run now: %s", ofMany(uint64(len(gone)), "test", "tests"), few(gone)),
			remedy: "run " + few(gone) + ", or have a waiver say that " + plural(uint64(len(gone)), "it is", "they are") + " gone on purpose",
		})
	}
	r.gaps = append(r.gaps, b.unlistedDoubts(then, ran, badNow)...)
	r.says = "no test failed when the cycle began"
	if began := badCounts(cycle.countTests().counts); began > 0 {
		r.says = fmt.Sprintf("%s of the %s with which the cycle began %s there still", noneOr(t.n), ofMany(began, "failure", "failures"), plural(t.n, "is", "are"))
	}
	r.mend = func(k uint64) string { return "fix " + these(k, t.n, "test", "tests") }
	return r
}

// unlistedDoubts says where failures that are counted and not listed, here or when
// the cycle began, could be the ones that persist.
func (b *body) unlistedDoubts(then roll, ran, badNow map[suiteID]bool) []gap {
	doubtful := map[suiteID]bool{}
	for suite := range then.unlisted {
		doubtful[suite] = badNow[suite] || !ran[suite]
	}
	unlistedNow := b.rollOf(badTests, noCase, badCounts).unlisted
	if len(unlistedNow) > 0 {
		for id := range then.n {
			doubtful[id.suiteID] = doubtful[id.suiteID] || unlistedNow[id.suiteID] > 0
		}
	}
	var gaps []gap
	for suite, is := range doubtful {
		if is {
			gaps = append(gaps, gap{
				text:   fmt.Sprintf("failures of suite %s in source %s are counted and not listed, so nobody can tell whether they persist", quoted(firstLine(suite.suite)), suite.source),
				remedy: "have the test runner list every test",
			})
		}
	}
	sortGaps(gaps)
	return gaps
}

func noneOr(n uint64) string {
	if n == 0 {
		return "none"
	}
	return number(n)
}
