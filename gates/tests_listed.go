package gates

import (
	"iter"

	"github.com/tollgate-ci/tollgate/evidence"
)

// listedTest is a test that a report lists and the filter of a gate admits, with no
// more than its identity.
type listedTest struct {
	home    string
	report  *evidence.Report
	at      int
	suite   evidence.SuiteID
	class   evidence.ClassID
	name    string
	outcome evidence.Outcome
}

// family is that of a case.
func (one *listedTest) family() family {
	cases := &one.report.Cases
	return family{suiteID{one.home, cases.SuiteName(one.suite)}, cases.ClassName(one.class)}
}

// listed yields what counted does of anything, without what the reports do not list and
// with less of each: for what looks at every test.
func (b *body) listed() iter.Seq[*listedTest] {
	return func(yield func(*listedTest) bool) {
		filtered := b.filter.onTests()
		for k, r := range b.reports {
			one := &listedTest{home: b.homes[k].Name, report: r}
			for one.at = range r.Cases.Len() {
				if filtered {
					if c := r.Cases.At(one.at); b.filter.test(&c) != admitted {
						continue
					}
				}
				one.suite, one.class, one.name, one.outcome = r.Cases.Brief(one.at)
				if !yield(one) {
					return
				}
			}
		}
	}
}

// unlisted yields what the reports count and do not list, with its source.
func (b *body) unlisted() iter.Seq2[string, *evidence.Unlisted] {
	return func(yield func(string, *evidence.Unlisted) bool) {
		filtered := b.filter.onTests()
		for k, r := range b.reports {
			for i := range r.Unlisted {
				u := &r.Unlisted[i]
				if (!filtered || b.filter.unlisted(u) == admitted) && !yield(b.homes[k].Name, u) {
					return
				}
			}
		}
	}
}
