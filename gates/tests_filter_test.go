package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// R2: unit and integration tests of one report are told apart by class, name and
// property.
func TestFilterTests(t *testing.T) {
	test := func(class, name string, o evidence.Outcome, properties ...string) evidence.Case {
		c := evidence.Case{Suite: "shop", Class: class, Name: name, Outcome: o}
		for _, p := range properties {
			key, value, _ := strings.Cut(p, "=")
			c.Properties = append(c.Properties, evidence.Property{Name: key, Value: value})
		}
		return c
	}
	report := caseReport("a.xml",
		test("shop.PayTest", "card", evidence.Passed, "category=unit"),
		test("shop.PayTest", "cash", evidence.Passed),
		test("shop.PayIT", "card", evidence.Failed, "category=integration", "owner=pay"),
		test("shop.RoomIT", "book[2]", evidence.Failed, "category=integration", "category=slow"),
	)
	bare := caseReport("b.xml", test("shop.LateIT", "card", evidence.Failed))
	bare.Format = "tap"
	property := func(name string, patterns ...string) gates.Filter {
		return gates.Filter{Properties: []gates.PropertyFilter{{Name: name, Patterns: patterns}}}
	}
	both := property("category", "integration")
	both.Properties = append(both.Properties, gates.PropertyFilter{Name: "owner", Patterns: []string{"pay"}})
	for _, x := range []struct {
		name    string
		filter  gates.Filter
		reports []*evidence.Report
		status  gates.Status
		why     string
	}{
		{"classes", gates.Filter{Classes: []string{"*IT"}}, []*evidence.Report{report}, gates.Fail, "2 of the 2 tests"},
		{"other classes", gates.Filter{Classes: []string{"!*IT"}}, []*evidence.Report{report}, gates.Pass, "none of the 2 tests"},
		{"names", gates.Filter{Names: []string{"card"}}, []*evidence.Report{report}, gates.Fail, "1 of the 2 tests"},
		{"names with a bracket", gates.Filter{Names: []string{`book\[*`}}, []*evidence.Report{report}, gates.Fail, "1 of 1 test"},
		{"classes and names", gates.Filter{Classes: []string{"*Test"}, Names: []string{"card"}}, []*evidence.Report{report}, gates.Pass, "none of 1 test"},
		{"a class that is not there", gates.Filter{Classes: []string{"*Spec"}}, []*evidence.Report{report}, gates.Inconclusive, `no test matches classes "*Spec" (one test is "shop shop.PayIT card")`},
		{"one of two patterns is idle", gates.Filter{Classes: []string{"*Test", "*Spec"}}, []*evidence.Report{report}, gates.Pass, "no class matches *Spec"},
		{"a property", property("category", "integration"), []*evidence.Report{report}, gates.Fail, "2 of the 2 tests"},
		{"any but a property", property("category", "!integration"), []*evidence.Report{report}, gates.Pass, "none of the 2 tests"},
		{"a property but another value of it", property("category", "integration", "!slow"), []*evidence.Report{report}, gates.Fail, "1 of 1 test"},
		{"two properties", both, []*evidence.Report{report}, gates.Fail, "1 of 1 test"},
		{"a property that none has", property("kategory", "integration"), []*evidence.Report{report}, gates.Inconclusive, `no junit-xml test of source src has a property "kategory"`},
		{"a property that one format does not write", property("category", "unit"), []*evidence.Report{report, bare}, gates.Inconclusive, `no tap test of source src has a property "category"`},
		{"away with a property that none has", property("kategory", "!integration"), []*evidence.Report{caseReport("a.xml", test("A", "a", evidence.Passed))}, gates.Inconclusive, `has a property "kategory"`},
		{"not listed", gates.Filter{Classes: []string{"*Test"}}, []*evidence.Report{report, headers("h.xml", evidence.Counts{Failed: 2})}, gates.Inconclusive, `2 of 6 tests are counted and not listed, so classes "*Test" cannot tell them apart`},
		{"not listed in a suite that is left out", gates.Filter{Classes: []string{"*Test"}, Suites: []string{"!sho"}}, []*evidence.Report{report}, gates.Pass, "none of the 2 tests"},
	} {
		t.Run(x.name, func(t *testing.T) {
			s := tests(require("failed", "=", "0"), x.reports...)
			s.filter = x.filter
			c := s.check(t)
			if c.Outcome != x.status || !strings.Contains(c.Why, x.why) {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.status, x.why)
			}
		})
	}
}

// A gate that filters by what its conditions do not measure judges nothing.
func TestFilterOfOtherEvidence(t *testing.T) {
	for _, f := range []gates.Filter{{Classes: []string{"A"}}, {Names: []string{"A"}}, {Properties: []gates.PropertyFilter{{Name: "a", Patterns: []string{"b"}}}}} {
		s := findings(require("critical", "=", "0"), scan("s.sarif", []string{"gosec"}))
		s.filter = f
		if c := s.check(t); c.Outcome != gates.Inconclusive || !strings.Contains(c.Why, "applies to tests alone") {
			t.Errorf("%+v: have %s: %s", f, c.Outcome, c.Why)
		}
	}
}
