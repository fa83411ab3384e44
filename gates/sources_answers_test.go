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
	for i := range 22 {
		r := one("u" + string(rune('a'+i)))
		many = append(many, unsound(r))
		if i < 20 {
			texts = append(texts, r.Source+":3:1: the file ends inside an element")
		}
	}
	for n, more := range map[int]string{20: "", 22: "; and 2 more"} {
		c := tests(failed, many[:n]...).check(t)
		if want := strings.Join(texts, "; ") + more + "; what there is says: "; !strings.HasPrefix(c.Why, want) || strings.Count(c.Remedy, "; ") != min(n, 21)-1 || strings.HasSuffix(c.Remedy, "; and 2 more") != (n > 20) {
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

// Whole answers where the tools that ran are not those of the gate, and where the
// evidence is of several commits.
func TestAnswersOnToolsAndCommits(t *testing.T) {
	list := func(n int) (tools []string) {
		for i := range n {
			tools = append(tools, string(rune('h'-i)))
		}
		return tools
	}
	none := require("critical", "=", "0")
	of := func(f gates.Filter, tools ...string) situation {
		s := findings(none, scan("s", tools), scan("t", tools[:1]))
		s.filter = f
		return s
	}
	correct := "\n> correct the filter of the gate"
	for name, x := range map[string]struct {
		s    situation
		want string
	}{
		"five tools, none admitted": {of(gates.Filter{Tools: []string{"!*"}}, list(5)...), `inconclusive: tools "!*" admits none of the tools that ran (d, e, f, g and h)` + correct},
		"six tools, none admitted":  {of(gates.Filter{Tools: []string{"!*"}}, list(6)...), `inconclusive: tools "!*" admits none of the tools that ran (c, d, e, f, g and 1 more)` + correct},
		"seven tools":               {of(gates.Filter{Tools: []string{"!*"}}, list(7)...), `inconclusive: tools "!*" admits none of the tools that ran (b, c, d, e, f and 2 more)` + correct},
		"one that did not run":      {of(gates.Filter{Tools: []string{"h", "x"}}, list(2)...), "inconclusive: x did not run (g and h did); what there is says: there are no critical findings; none is allowed\n> run x, or correct the filter of the gate"},
	} {
		t.Run(name, func(t *testing.T) { says(t, x.s, x.want) })
	}
	s := tests(require("failed", "=", "0"), testReport("u.xml", 1, 0, 0, 0))
	for head, want := range map[string]string{
		"81d0c7e": "pass: none of 1 test that ran failed; none is allowed",
		"":        "pass: none of 1 test that ran failed; none is allowed",
		"1234567": `inconclusive: the evidence is of 2 commits: "1234567" and "81d0c7e"; what is judged is "1234567"; what there is says: none of 1 test that ran failed; none is allowed` + "\n> judge evidence of \"1234567\" and no other",
	} {
		in := s.input()
		in.Diff.Head = head
		if have := answer(gates.Judge(s.policy(), in).Gates[0].Checks[0]); have != want {
			t.Errorf("have %s\nwant %s", have, want)
		}
	}
}

// Filters hold on tests that are counted and not listed, in this run and in the base.
func TestFiltersOnWhatIsNotListed(t *testing.T) {
	of := func(name string, suite string, c evidence.Counts, cases ...evidence.Case) *evidence.Report {
		r := caseReport(name, append(cases, evidence.Case{Suite: "shop", Class: "Cart", Name: "ok", Outcome: evidence.Passed})...)
		r.Unlisted = []evidence.Unlisted{{Suite: suite, Counts: c}}
		return r
	}
	bad := evidence.Case{Suite: "pay", Class: "Desk", Name: "late", Outcome: evidence.Failed}
	unnamed := "inconclusive: 2 of 4 tests are counted and not listed, so "
	for name, x := range map[string]struct {
		metric string
		filter gates.Filter
		want   string
	}{
		"suites, failures":           {"new.failures", gates.Filter{Suites: []string{"shop"}}, "pass: none of 1 test that ran failed and did not in the baseline; none is allowed"},
		"other suites":               {"new.failures", gates.Filter{Suites: []string{"!shop"}}, "fail: 3 of the 3 tests that ran failed and did not in the baseline; none is allowed"},
		"suites, persistent":         {"persistent-failures", gates.Filter{Suites: []string{"shop"}}, "pass: no test failed when the cycle began; none is allowed"},
		"suites, lost":               {"lost-tests", gates.Filter{Suites: []string{"shop"}}, "pass: none of 1 test that ran in the baseline are gone; none is allowed"},
		"suites, times":              {"slowest-test", gates.Filter{Suites: []string{"shop"}}, "inconclusive: no junit-xml test of source src says how long it took"},
		"names, failures":            {"failed", gates.Filter{Names: []string{"ok"}}, unnamed + `names "ok" cannot tell them apart; what there is says: none of 1 test that ran failed; none is allowed`},
		"classes, failures":          {"failed", gates.Filter{Classes: []string{"Cart"}}, unnamed + `classes "Cart" cannot tell them apart; what there is says: none of 1 test that ran failed; none is allowed`},
		"names and suites":           {"failed", gates.Filter{Names: []string{"ok"}, Suites: []string{"shop"}}, "pass: none of 1 test that ran failed; none is allowed"},
		"suites that match none":     {"failed", gates.Filter{Suites: []string{"x"}}, `inconclusive: no test matches suites "x" (one suite is "pay")`},
		"one name that matches none": {"failed", gates.Filter{Names: []string{"ok", "x"}, Suites: []string{"shop"}}, "pass: none of 1 test that ran failed; none is allowed (no name of a test matches x)"},
		"skipped, half known":        {"skipped-share", gates.Filter{Names: []string{"ok"}}, unnamed + `names "ok" cannot tell them apart; what there is says: 0% (0/1) of the tests were skipped; exactly 0% must be`},
		"flaky, half known":          {"flaky-share", gates.Filter{Names: []string{"ok"}}, unnamed + `names "ok" cannot tell them apart; what there is says: 0% (0/1) of the tests that ran passed only after an attempt that did not; exactly 0% must`},
	} {
		want := "0"
		if strings.HasSuffix(x.metric, "share") {
			want = "0%"
		} else if x.metric == "slowest-test" {
			want = "0s"
		}
		s := tests(require(x.metric, "=", want), of("u.xml", "pay", evidence.Counts{Failed: 2}, bad))
		s.filter = x.filter
		in := s.input()
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, of("b.xml", "pay", evidence.Counts{Passed: 2}))}
		in.Cycle = in.Base
		have, _, _ := strings.Cut(answer(gates.Judge(s.policy(), in).Gates[0].Checks[0]), "\n")
		if have != x.want {
			t.Errorf("%s: have %s\nwant %s", name, have, x.want)
		}
	}
}
