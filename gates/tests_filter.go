package gates

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// PropertyFilter narrows tests by a property that their report attaches to each. A
// test that lacks the property is admitted only by a list that begins with !.
type PropertyFilter struct {
	Name     string
	Patterns []string
}

// propertyGlobs is a PropertyFilter made ready.
type propertyGlobs struct {
	name string
	globs
}

func newPropertyGlobs(filters []PropertyFilter) (out []propertyGlobs) {
	for _, p := range filters {
		if len(p.Patterns) == 0 { // an empty list admits everything
			continue
		}
		out = append(out, propertyGlobs{p.Name, newGlobs("property "+firstLine(p.Name), p.Patterns, false)})
	}
	return out
}

// admitsAny applies the patterns in order to all values that the property has, and
// the last that matches any of them decides.
func (l *propertyGlobs) admitsAny(ps []evidence.Property) bool {
	ok := l.list[0].away
	for i := range l.list {
		g := &l.list[i]
		for _, p := range ps {
			if p.Name != l.name {
				continue
			}
			if hit, _ := doublestar.Match(g.pattern, p.Value); hit {
				g.used, ok = true, !g.away
			}
		}
	}
	return ok
}

// admission is what a filter says of a test.
type admission uint8

const (
	leftOut admission = iota
	admitted
	// unplaced is a test of which the filter cannot tell, because it says no file.
	unplaced
	// unnamed is one that the report counts and does not list.
	unnamed
)

// onTests reports whether any filter on tests is set.
func (f *filter) onTests() bool { return len(f.testLists()) > 0 }

// byCase reports whether a filter is set that only a listed test can be asked.
func (f *filter) byCase() bool {
	return f.classes.given() || f.names.given() || len(f.properties) > 0
}

// testLists are the filters on tests that are set.
func (f *filter) testLists() (out []*globs) {
	for _, l := range []*globs{&f.suites, &f.classes, &f.names, &f.paths} {
		if l.given() {
			out = append(out, l)
		}
	}
	for i := range f.properties {
		out = append(out, &f.properties[i].globs)
	}
	return out
}

// testsGiven names the filters on tests that are set.
func (f *filter) testsGiven() string {
	var names []string
	for _, l := range f.testLists() {
		names = append(names, l.String())
	}
	return some(names)
}

// test applies the filter to a case.
func (f *filter) test(c *evidence.Case) admission {
	if !f.suites.admits(c.Suite) || !f.classes.admits(c.Class) || !f.names.admits(c.Name) {
		return leftOut
	}
	for i := range f.properties {
		if !f.properties[i].admitsAny(c.Properties) {
			return leftOut
		}
	}
	return f.onPath(c.File)
}

// unlisted applies the filter to cases that a report counts and does not list.
func (f *filter) unlisted(u *evidence.Unlisted) admission {
	switch {
	case !f.suites.admits(u.Suite):
		return leftOut
	case f.byCase():
		return unnamed
	case f.paths.given():
		return unplaced
	default:
		return admitted
	}
}

// countedTest is a test that the filter of a gate admits, or some of a suite that
// are counted and not listed.
type countedTest struct {
	home   string // its source
	report *evidence.Report
	c      evidence.Case      // where u is nil; a value, because a pointer would cost an allocation each
	u      *evidence.Unlisted // nil for what is listed
}

// counted yields all tests that the filter admits, of those that are looked for and
// maybe of others.
func (b *body) counted(wanted lookedFor) iter.Seq[countedTest] {
	return func(yield func(countedTest) bool) {
		filtered := b.filter.onTests()
		for k, r := range b.reports {
			if !wanted.in(r) {
				continue
			}
			home := b.homes[k].Name
			for c := range b.cases(k, wanted.notable) {
				if (!filtered || b.filter.test(&c) == admitted) && !yield(countedTest{home, r, c, nil}) {
					return
				}
			}
			for i := range r.Unlisted {
				u := &r.Unlisted[i]
				if (!filtered || b.filter.unlisted(u) == admitted) && !yield(countedTest{home: home, report: r, u: u}) {
					return
				}
			}
		}
	}
}

// withoutProperty says which of the sources state a property of no test at all, so
// that a filter on it tells nothing apart there.
func (b *body) withoutProperty() (gaps []gap) {
	for i := range b.filter.properties {
		p := &b.filter.properties[i]
		states := map[sourceFormat]bool{}
		for k, r := range b.reports {
			key := sourceFormat{b.homes[k].Name, r.Format}
			if states[key] || r.Cases.Len() == 0 {
				continue
			}
			for _, c := range r.Cases.All() {
				if states[key] = slices.ContainsFunc(c.Properties, func(q evidence.Property) bool { return q.Name == p.name }); states[key] {
					break
				}
			}
		}
		for key, any := range states {
			if !any {
				gaps = append(gaps, gap{text: fmt.Sprintf("no %s test of source %s has a property %s", key.format, key.source, quoted(firstLine(p.name))),
					remedy: "have the test runner write the property, correct its name, or leave source " + key.source + " out of the gate"})
			}
		}
	}
	sortGaps(gaps)
	return gaps
}

// sourceFormat is the tests of a source that one writer wrote.
type sourceFormat struct{ source, format string }

func compareNames(a, b *evidence.Case) int {
	return cmp.Or(strings.Compare(a.Suite, b.Suite), strings.Compare(a.Class, b.Class), strings.Compare(a.Name, b.Name))
}

// exampleOf names a test that the filter left out by what the filter looks at.
func (f *filter) exampleOf(c *evidence.Case) string {
	if f.suites.given() && !f.byCase() {
		return "one suite is " + quoted(firstLine(c.Suite))
	}
	return "one test is " + quoted(firstLine(caseName(c)))
}

// lookedFor is what tests are wanted: which reports may hold any, by their counts, and
// whether those that simply passed are none.
type lookedFor struct {
	in      func(*evidence.Report) bool
	notable bool
}

var (
	flakyTests   = lookedFor{func(r *evidence.Report) bool { return r.Cases.Flaky() > 0 }, true}
	badTests     = lookedFor{func(r *evidence.Report) bool { return badCounts(r.TestCounts()) > 0 }, true}
	skippedTests = lookedFor{func(r *evidence.Report) bool { return r.TestCounts().Skipped > 0 }, true}
)

// cases yields those that report k of the body lists: all of them, or those that did
// not simply pass, which are looked for once for all metrics.
func (b *body) cases(k int, notable bool) iter.Seq[evidence.Case] {
	return func(yield func(evidence.Case) bool) {
		list := &b.reports[k].Cases
		if !notable {
			for _, c := range list.All() {
				if !yield(c) {
					return
				}
			}
			return
		}
		for _, i := range b.notable(k) {
			if !yield(list.At(i)) {
				return
			}
		}
	}
}

// notable is the places of the cases of report k that did not simply pass.
func (b *body) notable(k int) []int {
	if b.notables == nil {
		b.notables = make([][]int, len(b.reports))
	}
	if b.notables[k] == nil {
		b.notables[k] = slices.AppendSeq([]int{}, b.reports[k].Cases.Notable())
	}
	return b.notables[k]
}
