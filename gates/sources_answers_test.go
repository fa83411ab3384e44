package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on sources that are not what is expected.
func TestAnswersOnSources(t *testing.T) {
	failed := require("failed", "=", "0")
	one := func(name string) *evidence.Report { return testReport(name, 1, 0, 0, 0) }
	files := func(least, most uint64, reports ...*evidence.Report) situation {
		s := tests(failed, reports...)
		s.expect.Files = gates.Range{Min: least, Max: most}
		return s
	}
	ran := func(least, most uint64, reports ...*evidence.Report) situation {
		s := tests(failed, reports...)
		s.expect.Tests = gates.Range{Min: least, Max: most}
		return s
	}
	torn := func(n int) *evidence.Report {
		r := one("u.xml")
		for range n {
			unsound(r)
		}
		return r
	}
	crashed := scan("s.sarif", []string{"gosec"})
	crashed.ToolRuns[0].Failed, crashed.ToolRuns[0].At = true, evidence.Pos{Line: 4, Col: 2}
	in1, in2 := "; what there is says: none of 1 test that ran failed; none is allowed", "; what there is says: none of the 2 tests that ran failed; none is allowed"
	belong := "\n> see which of the files do not belong to source src, or widen `expect`"
	wrong := "\n> see which of the tests do not belong to source src, or widen `expect`"
	for name, x := range map[string]struct {
		s    situation
		want string
	}{
		"two files too few":                 {files(3, 0, one("u.xml")), "inconclusive: source src has 1 file; 3 or more are expected" + in1 + "\n> write 2 more reports to reports/**/*.xml"},
		"one file too few":                  {files(3, 0, one("u.xml"), one("v.xml")), "inconclusive: source src has 2 files; 3 or more are expected" + in2 + "\n> write 1 more report to reports/**/*.xml"},
		"one file too many":                 {files(0, 1, one("u.xml"), one("v.xml")), "inconclusive: source src has 2 files; at most 1 is expected" + in2 + belong},
		"not exactly one":                   {files(1, 1, one("u.xml"), one("v.xml")), "inconclusive: source src has 2 files; exactly 1 is expected" + in2 + belong},
		"not exactly three":                 {files(3, 3, one("u.xml"), one("v.xml")), "inconclusive: source src has 2 files; exactly 3 are expected" + in2 + "\n> write 1 more report to reports/**/*.xml"},
		"none of two to three":              {files(2, 3, one("u.xml")), "inconclusive: source src has 1 file; 2 to 3 are expected" + in1 + "\n> write 1 more report to reports/**/*.xml"},
		"as many files":                     {files(1, 1, one("u.xml")), "pass: none of 1 test that ran failed; none is allowed"},
		"two tests too few":                 {ran(3, 0, one("u.xml")), "inconclusive: 1 test ran in source src; 3 or more are expected" + in1 + "\n> run 2 more tests"},
		"one test too few":                  {ran(2, 2, one("u.xml")), "inconclusive: 1 test ran in source src; exactly 2 are expected" + in1 + "\n> run 1 more test"},
		"one test too many":                 {ran(0, 1, one("u.xml"), one("v.xml")), "inconclusive: 2 tests ran in source src; at most 1 is expected" + in2 + wrong},
		"one problem":                       {tests(failed, torn(1)), "inconclusive: u.xml:3:1: the file ends inside an element" + in1 + "\n- u.xml:3:1 the file ends inside an element\n> write u.xml again, whole"},
		"two problems":                      {tests(failed, torn(2)), "inconclusive: u.xml:3:1: the file ends inside an element (and 1 more problem in this file)" + in1 + "\n- u.xml:3:1 the file ends inside an element (and 1 more problem in this file)\n> write u.xml again, whole"},
		"three problems":                    {tests(failed, torn(3)), "inconclusive: u.xml:3:1: the file ends inside an element (and 2 more problems in this file)" + in1 + "\n- u.xml:3:1 the file ends inside an element (and 2 more problems in this file)\n> write u.xml again, whole"},
		"a tool that crashed":               {findings(require("critical", "=", "0"), crashed), "inconclusive: s.sarif:4:2: the run of gosec did not succeed; what there is says: there are no critical findings; none is allowed\n- s.sarif:4:2 the run of gosec did not succeed\n> run gosec again until it succeeds"},
		"no tool":                           {findings(require("critical", "=", "0"), scan("s.sarif", nil)), "inconclusive: s.sarif: no tool ran\n- s.sarif no tool ran\n> run the tool that writes s.sarif"},
		"a report of nothing that is known": {tests(failed, one("u.xml"), &evidence.Report{Source: "n.txt"}), "inconclusive: n.txt: this is no known report" + in1 + "\n- n.txt this is no known report\n> take it out of the patterns of source src"},
	} {
		t.Run(name, func(t *testing.T) { says(t, x.s, x.want) })
	}
	var many []*evidence.Report
	var texts []string
	for i := range 21 {
		r := one("u" + string(rune('a'+i)))
		many = append(many, unsound(r))
		if i < 20 {
			texts = append(texts, r.Source+":3:1: the file ends inside an element")
		}
	}
	for n, more := range map[int]string{20: "", 21: "; and 1 more"} {
		c := tests(failed, many[:n]...).check(t)
		if want := strings.Join(texts, "; ") + more + "; what there is says: "; !strings.HasPrefix(c.Why, want) || strings.Count(c.Remedy, "; ") != n-1 || strings.HasSuffix(c.Remedy, "; and 1 more") != (n > 20) {
			t.Errorf("%d files: %s\n%s", n, c.Why, c.Remedy)
		}
	}
	twice := tests(failed, one("u.xml"), one("u.xml")).check(t)
	if strings.Join(twice.Evidence, " ") != "u.xml" {
		t.Errorf("evidence is %v", twice.Evidence)
	}
}

// A list of a filter that nothing of the gate reads is refused, and a pattern that
// cannot be read; patterns are with case, but those of tools.
func TestFiltersThatAreRefused(t *testing.T) {
	patterns := []string{"x"}
	on := map[string]situation{
		"tests":      tests(require("failed", "=", "0"), testReport("u.xml", 1, 0, 0, 0)),
		"coverage":   coverage(require("lines", ">=", "0%"), shares("c", evidence.Lines, map[string][2]uint64{"x": {1, 1}})),
		"findings":   findings(require("critical", "=", "0"), scan("s", []string{"x"})),
		"benchmarks": limits(require("benchmarks", ">=", "1"), gates.Filter{}, benches("b", nil, measured{bench: "x", unit: "ms", samples: upTo(1)})),
	}
	for key, x := range map[string]struct {
		f     gates.Filter
		reads string // the kinds that read it
		says  string
	}{
		"paths":      {gates.Filter{Paths: patterns}, "tests coverage findings", "tests, coverage, findings and change"},
		"suites":     {gates.Filter{Suites: patterns}, "tests benchmarks", "tests and benchmarks"},
		"rules":      {gates.Filter{Rules: patterns}, "findings", "findings"},
		"tools":      {gates.Filter{Tools: patterns}, "findings", "findings"},
		"cwes":       {gates.Filter{CWEs: []string{"CWE-79"}}, "findings", "findings"},
		"benchmarks": {gates.Filter{Benchmarks: patterns}, "benchmarks", "benchmarks"},
		"measures":   {gates.Filter{Measures: patterns}, "benchmarks", "benchmarks"},
		"classes":    {gates.Filter{Classes: patterns}, "tests", "tests"},
		"names":      {gates.Filter{Names: patterns}, "tests", "tests"},
		"properties": {gates.Filter{Properties: []gates.PropertyFilter{{Name: "p", Patterns: patterns}}}, "tests", "tests"},
	} {
		for kind, s := range on {
			s.filter = x.f
			c := s.check(t)
			refused := strings.Contains(c.Why, "the filter "+key+" applies to "+x.says+" alone") && strings.Contains(c.Remedy, "take it out of the gate") && c.Outcome == gates.Inconclusive
			if refused == strings.Contains(" "+x.reads+" ", " "+kind+" ") {
				t.Errorf("%s of a gate on %s: %s: %s", key, kind, c.Outcome, c.Why)
			}
		}
	}
	c := evidence.Case{Suite: "shop", Class: "cart", Name: "adds", Outcome: evidence.Passed, Detail: evidence.Detail{File: "pay/a.go", Properties: []evidence.Property{{Name: "p", Value: "v"}}}}
	for key, f := range map[string][2]gates.Filter{
		"suites":     {{Suites: []string{"shop"}}, {Suites: []string{"Shop"}}},
		"classes":    {{Classes: []string{"cart"}}, {Classes: []string{"Cart"}}},
		"names":      {{Names: []string{"adds"}}, {Names: []string{"Adds"}}},
		"paths":      {{Paths: []string{"pay/*"}}, {Paths: []string{"Pay/*"}}},
		"properties": {{Properties: []gates.PropertyFilter{{Name: "p", Patterns: []string{"v"}}}}, {Properties: []gates.PropertyFilter{{Name: "p", Patterns: []string{"V"}}}}},
	} {
		for i, want := range []gates.Status{gates.Pass, gates.Inconclusive} {
			s := tests(require("failed", "=", "0"), caseReport("u.xml", c))
			s.filter = f[i]
			if have := s.check(t); have.Outcome != want {
				t.Errorf("%s %d: %s: %s", key, i, have.Outcome, have.Why)
			}
		}
	}
	bench := benches("b", nil, measured{bench: "adds", unit: "ms", samples: upTo(1)})
	for key, f := range map[string][2]gates.Filter{
		"suites":     {{Suites: []string{"shop"}}, {Suites: []string{"Shop"}}},
		"benchmarks": {{Benchmarks: []string{"adds"}}, {Benchmarks: []string{"Adds"}}},
		"measures":   {{Measures: []string{"ms"}}, {Measures: []string{"MS"}}},
	} {
		for i, want := range []gates.Status{gates.Pass, gates.Inconclusive} {
			if have := limits(require("p95", "<=", "1s"), f[i], bench).check(t); have.Outcome != want {
				t.Errorf("%s %d: %s: %s", key, i, have.Outcome, have.Why)
			}
		}
	}
	for rule, want := range map[string]string{"R": "1", "r": "0"} {
		s := findings(require("high", "<=", "1"), scan("s", []string{"gosec"}, bug("a.go", 1)))
		s.filter.Rules, s.filter.Tools = []string{rule}, []string{"GoSec"}
		if have := s.check(t); have.Actual.String() != want {
			t.Errorf("rules %s: %s", rule, have.Why)
		}
	}
	s := tests(require("failed", "=", "0"), caseReport("u.xml", c))
	s.filter.Properties = []gates.PropertyFilter{{Name: "p", Patterns: []string{"[a"}}, {Name: "q"}}
	if have := s.check(t); !strings.Contains(have.Why, `the pattern "[a" under property p cannot be read`) || strings.Contains(have.Why, "q") {
		t.Errorf("have %s", have.Why)
	}
}
