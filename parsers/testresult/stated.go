package testresult

import (
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// tally counts the cases that a part of a .NET report lists. Each number is a
// span, because an honest writer may count some of them in two ways.
type tally struct{ cases, passed, bad, skipped span }

// count adds one case that every writer counts.
func (t *tally) count(o evidence.Outcome) { t.countSpan(o, span{1, 1, 1}) }

// countMaybe adds one that a writer may leave out of its totals: a clean-up that
// failed is no case of its own in most of them.
func (t *tally) countMaybe(o evidence.Outcome) { t.countSpan(o, span{1, 0, 1}) }

func (t *tally) countSpan(o evidence.Outcome, by span) {
	t.cases.add(by)
	switch o {
	case evidence.Passed:
		t.passed.add(by)
	case evidence.Failed, evidence.Errored:
		t.bad.add(by)
	case evidence.Skipped:
		t.skipped.add(by)
	default:
		panic("testresult: outcome " + o.String())
	}
}

func (t *tally) add(o tally) {
	t.cases.add(o.cases)
	t.passed.add(o.passed)
	t.bad.add(o.bad)
	t.skipped.add(o.skipped)
}

// stated is what a part of a report says of its own totals: the second witness.
type stated struct {
	what                        string // the element, for messages
	suite                       string
	line, col                   int
	tests, passed, bad, skipped headerCount
}

// number reads one of the totals. What is no number makes the report
// inconclusive where it cannot be said what it hides.
func (s *stated) number(r *evidence.Report, attr string, v []byte, to *headerCount) {
	if n, ok := wholeNumber(v); ok {
		to.add(headerCount{n, true})
		return
	}
	r.Complain(evidence.Unsound, s.line, s.col, "%s=%.64q of %s is not a count", attr, v, s.what)
}

// compare holds the totals against what is listed, as JUnit's headers are held:
// what is stated as bad and not listed counts as errored; more tests than are
// listed, or fewer that passed, make the report inconclusive; otherwise what is
// listed counts. t is widened by what has been said, so that the parts around
// this one do not say it again. quiet passes over what only shows.
func (s *stated) compare(r *evidence.Report, t *tally, quiet bool) (odd bool) {
	var excess uint64
	var less []string
	differ := func(counted, listed uint64, what string) {
		less = append(less, fmt.Sprintf("%d %s where %d %s listed", counted, what, listed, plural(listed, "is", "are")))
	}
	if n := s.bad.n; s.bad.has && n > t.bad.hi {
		excess = n - t.bad.hi
		r.Complain(evidence.Quirk, s.line, s.col, "%s counts %d failed or errored where %d %s listed; %d more %s as errored",
			s.what, n, t.bad.hi, plural(t.bad.hi, "is", "are"), excess, plural(excess, "counts", "count"))
		r.Unlisted = append(r.Unlisted, evidence.Unlisted{
			Suite: s.suite, At: evidence.Pos{File: r.Source, Line: s.line, Col: s.col}, Counts: evidence.Counts{Errored: excess},
		})
		t.bad.n += excess
		t.cases.addMaybe(excess)
	} else if s.bad.has && !t.bad.has(n) {
		differ(n, t.bad.n, "failed or errored")
	}
	if s.bad.has {
		t.bad.admit(s.bad.n)
	}
	if n := s.passed.n; s.passed.has {
		switch {
		case n+excess < t.passed.lo:
			r.Complain(evidence.Unsound, s.line, s.col, "%s counts %d passed where %d %s listed as passed; one of the two is wrong",
				s.what, n, t.passed.n, plural(t.passed.n, "is", "are"))
		case n > t.passed.hi:
			differ(n, t.passed.n, "passed")
		}
		t.passed.admit(n)
	}
	if n := s.skipped.n; s.skipped.has {
		if n > t.skipped.hi {
			differ(n, t.skipped.n, "skipped")
		}
		t.skipped.admit(n)
	}
	n, has := s.tests.n, s.tests.has
	if !has && s.passed.has && s.bad.has {
		n, has = s.passed.n+s.bad.n+s.skipped.n, true
	}
	if has {
		switch {
		case n > t.cases.hi:
			r.Complain(evidence.Unsound, s.line, s.col, "%s counts %d tests and %d %s listed: %d %s missing; see that the run finished and that the file is whole",
				s.what, n, t.cases.n, plural(t.cases.n, "is", "are"), n-t.cases.hi, plural(n-t.cases.hi, "is", "are"))
		case !t.cases.hasWithout(n, t.skipped):
			differ(n, t.cases.n, "tests")
		}
		t.cases.admit(n)
	}
	if len(less) == 0 || quiet {
		return len(less) > 0
	}
	r.Complain(evidence.Quirk, s.line, s.col, "%s counts %s; what is listed counts", s.what, strings.Join(less, ", "))
	return true
}
