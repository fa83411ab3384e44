package testresult

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// headerCount is a number in the header of a suite, if it is there.
type headerCount struct {
	n   uint64
	has bool
}

func (h *headerCount) add(o headerCount) {
	h.n += o.n
	h.has = h.has || o.has
}

// junitHeader is what the attributes of a suite count.
type junitHeader struct{ tests, failures, errors, skipped headerCount }

// span is a count with the least and the most that an honest header may say of
// it: attempts and elements may be counted one by one, suites' own errors may be
// left out, and what an inner header got wrong is wrong in the outer one too.
type span struct{ n, lo, hi uint64 }

func (s *span) add(o span) { s.n, s.lo, s.hi = s.n+o.n, s.lo+o.lo, s.hi+o.hi }

// addMaybe adds what a header may leave out.
func (s *span) addMaybe(n uint64) { s.n, s.hi = s.n+n, s.hi+n }

func (s *span) has(n uint64) bool { return s.lo <= n && n <= s.hi }

// admit widens the span by a number that has been spoken of.
func (s *span) admit(n uint64) { s.lo, s.hi = min(s.lo, n), max(s.hi, n) }

// junitTally counts what bodies say, and what they do not list.
type junitTally struct{ cases, bad, skipped span }

func (t *junitTally) add(o junitTally) {
	t.cases.add(o.cases)
	t.bad.add(o.bad)
	t.skipped.add(o.skipped)
}

// count adds a case that stands directly in the suite.
func (su *junitSuite) count(o evidence.Outcome, c *junitCase) {
	t := &su.own
	t.cases.add(span{1, 1, max(1+c.attempts, c.asserts)})
	switch o {
	case evidence.Failed, evidence.Errored:
		t.bad.add(span{1, 1, max(1, c.statuses)})
	case evidence.Skipped:
		t.skipped.add(span{1, 1, 1})
	case evidence.Passed:
		t.bad.hi += c.statuses // attempts that failed before it passed
	default:
		panic("testresult: outcome " + o.String())
	}
	if c.skipped && o != evidence.Skipped {
		t.skipped.hi++
	}
}

// reconcile holds the header of a suite against what is listed in it. A header
// may count what stands directly in its suite, or what is in suites inside it
// too. Where it counts more that is bad, that counts; where it counts more
// tests, some are missing; where it counts less, what is listed counts. total is
// what the suite and those inside it amount to, and is widened by what has been
// said here, so that the suites around it do not say it again.
func (j *junitReader) reconcile(su *junitSuite, total *junitTally) {
	h := &su.header
	bad := h.failures.n + h.errors.n
	switch {
	case su.dialect&failuresAreErrors != 0:
		bad = max(h.failures.n, h.errors.n)
	case su.unbuilt, su.dialect&errorsAreMessages != 0:
		bad = h.failures.n
	}
	hasBad := h.failures.has || h.errors.has
	if total.cases.n == 0 {
		j.takeHeader(su, total)
		return
	}
	var less []string
	differ := func(counted, listed uint64, what string) {
		less = append(less, fmt.Sprintf("%d %s where %d %s listed", counted, what, listed, plural(listed, "is", "are")))
	}
	if hasBad {
		switch {
		case bad > total.bad.hi:
			excess := bad - total.bad.hi
			j.r.Complain(evidence.Quirk, su.line, su.col,
				"the header of %s counts %d failed or errored where %d %s listed; %d more %s as errored",
				su, bad, total.bad.hi, plural(total.bad.hi, "is", "are"), excess, plural(excess, "counts", "count"))
			j.addUnlisted(su, evidence.Counts{Errored: excess})
			total.bad.n += excess
			total.cases.addMaybe(excess)
		case !total.bad.has(bad) && !su.own.bad.has(bad):
			differ(bad, total.bad.n, "failed or errored")
		}
		total.bad.admit(bad)
	}
	j.takeSkipped(su, total)
	if su.borrowed && total.skipped.n > h.skipped.n {
		j.r.Complain(evidence.Unsound, su.line, su.col, "the header of %s counts %d skipped, and %d are listed or missing; see that the run finished", su, h.skipped.n, total.skipped.n)
	}
	if h.skipped.n > total.skipped.hi { // fewer is common: googletest's root leaves out what skipped itself
		differ(h.skipped.n, total.skipped.n, "skipped")
		total.skipped.admit(h.skipped.n)
	}
	if h.tests.has {
		n := h.tests.n
		switch {
		case n > total.cases.hi && su.dialect&testsAreNotCases == 0:
			j.r.Complain(evidence.Unsound, su.line, su.col,
				"the header of %s counts %d tests and %d %s listed: %d %s missing; see that the run finished and that the file is whole",
				su, n, total.cases.n, plural(total.cases.n, "is", "are"), n-total.cases.hi, plural(n-total.cases.hi, "is", "are"))
		case n > total.cases.hi:
			differ(n, total.cases.n, "tests, which its writer does not mean as cases,")
		case !total.cases.hasWithout(n, total.skipped) && !su.own.cases.hasWithout(n, su.own.skipped):
			differ(n, total.cases.n, "tests")
		}
		total.cases.admit(n)
	}
	if len(less) > 0 {
		j.r.Complain(evidence.Quirk, su.line, su.col, "the header of %s counts %s; what is listed counts", su, strings.Join(less, ", "))
	}
}

// takeSkipped takes the cases that a header counts as skipped and that are not
// listed, as far as tests are missing: mocha-junit-reporter lists what is pending
// only with includePending, and counts it always, for each suite or for all together.
func (j *junitReader) takeSkipped(su *junitSuite, total *junitTally) {
	if !su.header.tests.has || su.header.tests.n <= total.cases.hi || su.dialect&testsAreNotCases != 0 {
		return
	}
	by, have := su, total.skipped.n
	for i := len(j.open) - 2; i >= 0 && !by.header.skipped.has; i-- {
		by = &j.open[i]
		have += by.own.skipped.n + by.inner.skipped.n
	}
	if by.header.skipped.n <= have {
		return
	}
	by.borrowed = by.borrowed || by != su
	n := min(su.header.tests.n-total.cases.hi, by.header.skipped.n-have)
	j.r.Complain(evidence.Quirk, su.line, su.col, "the header of %s counts %d more %s than are listed, and that of %s counts as many skipped; the %s", su, n,
		plural(n, "case", "cases"), by, plural(n, "number counts", "numbers count"))
	j.addUnlisted(su, evidence.Counts{Skipped: n})
	total.cases.add(exactly(n))
	total.skipped.add(exactly(n))
}

// hasWithout is has for a header that may leave out what was skipped.
func (s *span) hasWithout(n uint64, skipped span) bool {
	return s.lo <= n+skipped.hi && n <= s.hi
}

// takeHeader takes the numbers of a header for a suite in which nothing is
// listed. What failed or was skipped counts as it is said; what would have
// passed cannot be seen, so the report is not conclusive.
func (j *junitReader) takeHeader(su *junitSuite, total *junitTally) {
	h := &su.header
	c := evidence.Counts{Failed: h.failures.n, Errored: h.errors.n, Skipped: h.skipped.n}
	if rest := c.Total(); rest < h.tests.n {
		if su.skippedWhole {
			c.Skipped += h.tests.n - rest
		} else {
			c.Passed = h.tests.n - rest
		}
	}
	n := c.Total()
	if n == 0 {
		return
	}
	const counts = "the header of %s counts %d %s and lists none: "
	if c.Passed > 0 {
		j.r.Complain(evidence.Unsound, su.line, su.col, counts+"that %d passed cannot be seen; have the runner write its cases",
			su, n, plural(n, "case", "cases"), c.Passed)
	} else {
		j.r.Complain(evidence.Quirk, su.line, su.col, counts+"the numbers count", su, n, plural(n, "case", "cases"))
	}
	j.addUnlisted(su, c)
	bad := c.Failed + c.Errored
	total.cases = span{n, n, n}
	total.cases.admit(h.tests.n)
	total.bad = span{bad, bad, bad}
	total.skipped = span{c.Skipped, c.Skipped, c.Skipped}
}

// addUnlisted records cases that are counted and not listed. A file may have a million
// suites of which it says no more than that; a list that grows by a quarter leaves four
// times its size.
func (j *junitReader) addUnlisted(su *junitSuite, c evidence.Counts) {
	if n := len(j.r.Unlisted); n == cap(j.r.Unlisted) {
		j.r.Unlisted = slices.Grow(j.r.Unlisted, n+1)
	}
	j.r.Unlisted = append(j.r.Unlisted, evidence.Unlisted{
		Suite: string(su.path), At: evidence.Pos{File: j.r.Source, Line: su.line, Col: su.col}, Counts: c,
	})
}

// failures and testsAre begin a sentence on so many of them: "1 test is", "2 tests are".
func failures(n uint64) string {
	return fmt.Sprintf("%d %s", n, plural(n, "failure is", "failures are"))
}
func testsAre(n uint64) string { return fmt.Sprintf("%d %s", n, plural(n, "test is", "tests are")) }

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
