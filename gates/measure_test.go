package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// One file in several Go profiles: each extent once, covered if it ran anywhere.
func TestProfilesOfOneFileJoinByExtent(t *testing.T) {
	s := coverage(require("statements", "=", "100%"),
		profile("unit.out", "m/a.go", block(1, 3, 1), block(5, 2, 0), block(9, 5, 0)),
		profile("it.out", "m/a.go", block(1, 3, 0), block(5, 2, 7), block(12, 1, 0)),
		profile("e2e.out", "m/a.go", block(9, 5, 0)))
	before := s.reports[0].Coverage[0].Blocks[0]
	// 3 + 2 of 3 + 2 + 5 + 1 statements.
	if have := s.check(t).Actual.Ratio(); have != (evidence.Ratio{Num: 5, Den: 11}) {
		t.Errorf("have %v, want 5/11", have)
	}
	if s.reports[0].Coverage[0].Blocks[0] != before || len(s.reports[0].Coverage[0].Blocks) != 3 {
		t.Error("judging changed the evidence")
	}
}

// Numbers without blocks: no better than any of the reports, and not their sum.
func TestNumbersOfOneFileTakeTheWorse(t *testing.T) {
	one := func(name string, covered, of uint64) *evidence.Report {
		return shares(name, evidence.Lines, map[string][2]uint64{"a.c": {covered, of}})
	}
	for _, x := range []struct {
		reports []*evidence.Report
		want    evidence.Ratio
	}{
		{[]*evidence.Report{one("a", 6, 10), one("b", 6, 10)}, evidence.Ratio{Num: 6, Den: 10}},
		{[]*evidence.Report{one("a", 6, 10), one("b", 4, 10)}, evidence.Ratio{Num: 4, Den: 10}},
		{[]*evidence.Report{one("a", 50, 100), one("b", 1, 1)}, evidence.Ratio{Num: 1, Den: 51}},
		{[]*evidence.Report{one("a", 6, 10), one("b", 4, 10), one("c", 5, 20)}, evidence.Ratio{Num: 4, Den: 19}},
	} {
		if have := coverage(require("lines", "=", "100%"), x.reports...).check(t).Actual.Ratio(); have != x.want {
			t.Errorf("have %v, want %v", have, x.want)
		}
	}
	// A profile and a number for one file cannot be joined either.
	mixed := coverage(require("statements", "=", "100%"), profile("c.out", "a.go", block(1, 3, 1), block(5, 2, 0)), profile("d.out", "a.go", block(5, 2, 1)),
		shares("lcov", evidence.Statements, map[string][2]uint64{"a.go": {4, 5}}))
	if have := mixed.check(t); have.Actual.Ratio() != (evidence.Ratio{Num: 4, Den: 5}) || !strings.Contains(have.Why, "1 file is in several reports") {
		t.Errorf("have %v: %s", have.Actual.Ratio(), have.Why)
	}
	// Nor does the order matter: the number counts when it comes first, too.
	first := coverage(require("statements", "=", "100%"), shares("a", evidence.Statements, map[string][2]uint64{"a.go": {1, 5}}),
		profile("c.out", "a.go", block(1, 3, 1), block(5, 2, 0)), profile("d.out", "a.go", block(5, 2, 1)))
	if have := first.check(t).Actual.Ratio(); have != (evidence.Ratio{Num: 1, Den: 5}) {
		t.Errorf("a number before two profiles: have %v, want 1/5", have)
	}
	// Slashes are no difference between files.
	slashes := coverage(require("lines", "=", "100%"), shares("a", evidence.Lines, map[string][2]uint64{`pay\a.c`: {1, 2}}), shares("b", evidence.Lines, map[string][2]uint64{"./pay/a.c": {1, 2}}))
	if have := slashes.check(t).Actual.Ratio(); have != (evidence.Ratio{Num: 1, Den: 2}) {
		t.Errorf("slashes: have %v", have)
	}
}

// One file in several reports that say which lines ran: each line once, covered if
// it ran anywhere.
func TestLinesOfOneFileJoinByNumber(t *testing.T) {
	lcov := func(name string, ran map[int]bool) *evidence.Report {
		var s evidence.LineSet
		for line, hit := range ran {
			s.Mark(line, hit)
		}
		r := &evidence.Report{Source: name, Format: "lcov", Kinds: evidence.Coverage, Coverage: make([]evidence.FileCoverage, 1)}
		r.Coverage[0].Path = "a.c"
		r.Coverage[0].SetLines(&s)
		return r
	}
	a, b := lcov("a.info", map[int]bool{1: true, 2: false, 3: false}), lcov("b.info", map[int]bool{2: true, 3: false, 70: true})
	have := coverage(require("lines", "=", "100%"), a, b).check(t)
	if have.Actual.Ratio() != (evidence.Ratio{Num: 3, Den: 4}) || strings.Contains(have.Why, "several reports") {
		t.Errorf("have %v: %s", have.Actual.Ratio(), have.Why)
	}
	if a.Coverage[0].LineSet.Ratio() != (evidence.Ratio{Num: 1, Den: 3}) {
		t.Error("judging changed the evidence")
	}
}

// What cannot be is named file by file, in one order.
func TestImpossibleNumbersAreNamedInOrder(t *testing.T) {
	r := &evidence.Report{Source: "c.info", Format: "lcov", Kinds: evidence.Coverage}
	for _, path := range []string{"b.c", "a.c", "c.c"} {
		f := evidence.FileCoverage{Path: path}
		f.Set(evidence.Lines, evidence.Ratio{Num: 3, Den: 2})
		r.Coverage = append(r.Coverage, f)
	}
	const want = "c.info: a.c: 3/2 lines covered, which cannot be; c.info: b.c: 3/2 lines covered, which cannot be; c.info: c.c: 3/2 lines covered, which cannot be; what there is says: 100% (6/6)"
	if have := coverage(require("lines", ">=", "1%"), r).check(t).Why; !strings.HasPrefix(have, want) {
		t.Errorf("have %s", have)
	}
}

// Filters: what they admit, counted by hand.
func TestFilters(t *testing.T) {
	c := func(suite, file string, o evidence.Outcome) evidence.Case {
		return evidence.Case{Suite: suite, Name: "T", Outcome: o, Detail: evidence.Detail{File: file}}
	}
	unit := caseReport("u.xml",
		c("acme/pay", "pay/a_test.go", evidence.Failed), c("acme/pay", "pay/b_test.go", evidence.Passed), c("acme/pay/card", `pay\card\c_test.go`, evidence.Failed),
		c("acme/cart", "cart/a_test.go", evidence.Errored), c("acme/cart", "cart/b_test.go", evidence.Failed), c("acme/cart", "cart/c_test.go", evidence.Failed))
	header := caseReport("h.xml", c("acme/pay", "pay/a_test.go", evidence.Failed))
	header.Unlisted = []evidence.Unlisted{{Suite: "acme/pay", Counts: evidence.Counts{Failed: 2}}, {Suite: "acme/cart", Counts: evidence.Counts{Failed: 40}}}
	lines := shares("c", evidence.Lines, map[string][2]uint64{"pay/a.go": {1, 1}, "pay/a_gen.go": {0, 10}, "cart/a.go": {0, 100}, "./pay/card/b.go": {0, 1000}})
	again := []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}
	flaky := caseReport("f.xml", evidence.Case{Suite: "a", Name: "T", Outcome: evidence.Passed, Detail: evidence.Detail{Attempts: again}},
		evidence.Case{Suite: "b", Name: "T", Outcome: evidence.Passed, Detail: evidence.Detail{Attempts: again}})
	found := scan("s", []string{"gosec", "CodeQL"},
		finding("G101", evidence.Critical, evidence.LevelError, "pay/a.go", 1), finding("G104", evidence.Critical, evidence.LevelError, "pay/b.go", 1),
		finding("G104", evidence.Critical, evidence.LevelError, "cart/c.go", 1))
	f := finding("go/sql", evidence.Critical, evidence.LevelError, "pay/d.go", 1)
	f.Tool = "CodeQL"
	found.Findings.AppendFinding(f)
	for name, x := range map[string]struct {
		s      situation
		filter gates.Filter
		want   evidence.Ratio
		says   string
	}{
		"suite":                {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"acme/pay"}}, evidence.Ratio{Num: 1, Den: 1}, "of the 2 tests"},
		"suites below":         {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"acme/pay/**"}}, evidence.Ratio{Num: 2, Den: 1}, "of the 3 tests"},
		"suites taken away":    {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"!acme/pay/**"}}, evidence.Ratio{Num: 2, Den: 1}, "of the 3 tests"},
		"the last match":       {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"**", "!acme/pay/**", "*/*/card"}}, evidence.Ratio{Num: 3, Den: 1}, "of the 4 tests"},
		"files of tests":       {tests(require("failed", "=", "0"), unit), gates.Filter{Paths: []string{"pay/**"}}, evidence.Ratio{Num: 2, Den: 1}, "of the 3 tests"},
		"flaky":                {tests(require("flaky", "=", "0"), flaky), gates.Filter{Suites: []string{"a"}}, evidence.Ratio{Num: 1, Den: 1}, "1 of 1 test that ran passed only"},
		"away without use":     {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"acme/pay", "!acme/refund"}}, evidence.Ratio{Num: 1, Den: 1}, "of the 2 tests that ran failed; none is allowed"},
		"suites and files":     {tests(require("failed", "=", "0"), unit), gates.Filter{Paths: []string{"pay/**"}, Suites: []string{"*/*"}}, evidence.Ratio{Num: 1, Den: 1}, "of the 2 tests"},
		"unlisted":             {tests(require("failed", "=", "0"), header), gates.Filter{Suites: []string{"acme/pay"}}, evidence.Ratio{Num: 3, Den: 1}, "of the 3 tests"},
		"pattern without use":  {tests(require("failed", "=", "0"), unit), gates.Filter{Suites: []string{"acme/pay", "acme/refund"}}, evidence.Ratio{Num: 1, Den: 1}, "no suite matches acme/refund"},
		"files":                {coverage(require("lines", "=", "100%"), lines), gates.Filter{Paths: []string{"pay/*", "!**/*_gen.go"}}, evidence.Ratio{Num: 1, Den: 1}, ""},
		"files below":          {coverage(require("lines", "=", "100%"), lines), gates.Filter{Paths: []string{"pay/**"}}, evidence.Ratio{Num: 1, Den: 1011}, ""},
		"files taken away":     {coverage(require("lines", "=", "100%"), lines), gates.Filter{Paths: []string{"!pay/**"}}, evidence.Ratio{Num: 0, Den: 100}, ""},
		"places":               {findings(require("critical", "=", "0"), found), gates.Filter{Paths: []string{"pay/**"}}, evidence.Ratio{Num: 3, Den: 1}, "critical findings; none"},
		"rules":                {findings(require("critical", "=", "0"), found), gates.Filter{Rules: []string{"G*", "!G104"}}, evidence.Ratio{Num: 1, Den: 1}, ""},
		"tools without case":   {findings(require("critical", "=", "0"), found), gates.Filter{Tools: []string{"codeql"}}, evidence.Ratio{Num: 1, Den: 1}, ""},
		"tools taken away":     {findings(require("critical", "=", "0"), found), gates.Filter{Tools: []string{"!CODEQL"}}, evidence.Ratio{Num: 3, Den: 1}, ""},
		"rules that none has":  {findings(require("critical", "=", "0"), found), gates.Filter{Rules: []string{"S*"}}, evidence.Ratio{Num: 0, Den: 1}, "no finding's rule matches S*"},
		"places that none has": {findings(require("critical", "=", "0"), found), gates.Filter{Paths: []string{"docs/**"}}, evidence.Ratio{Num: 0, Den: 1}, "no finding's path matches docs/**"},
	} {
		t.Run(name, func(t *testing.T) {
			x.s.filter = x.filter
			have := x.s.check(t)
			if have.Actual.Ratio() != x.want || have.Outcome == gates.Inconclusive || !strings.Contains(have.Why, x.says) {
				t.Errorf("have %v (%s): %s; want %v and %q", have.Actual.Ratio(), have.Outcome, have.Why, x.want, x.says)
			}
			if strings.Contains(have.Why, "acme/refund") != (name == "pattern without use") {
				t.Errorf("about the pattern without use: %s", have.Why)
			}
			if holds := x.want.Num == 0 && x.s.kind == evidence.Findings || x.want == (evidence.Ratio{Num: 1, Den: 1}) && x.s.kind == evidence.Coverage; have.Holds != holds {
				t.Errorf("holds is %v", have.Holds)
			}
		})
	}
}

// A condition reads the sources of its own kind, and those alone.
func TestConditionsReadTheirOwnKind(t *testing.T) {
	p := gates.Policy{
		Sources: []gates.Source{{Name: "unit", Kinds: evidence.Tests, Patterns: []string{"*.xml"}}, {Name: "cov", Kinds: evidence.Coverage, Patterns: []string{"c.out"}}},
		Gates:   []gates.Gate{{Name: "g", From: []string{"unit", "cov"}, Conditions: []gates.Condition{require("failed", "=", "0"), require("lines", ">=", "50%")}}},
	}
	in := gates.Input{Evidence: map[string]evidence.Set{"unit": evidence.SetOf(key, testReport("u.xml", 3, 0, 0, 0))}}
	v := gates.Judge(p, in)
	if a, b := v.Gates[0].Checks[0], v.Gates[0].Checks[1]; a.Outcome != gates.Pass || b.Outcome != gates.Inconclusive || v.Status != gates.Inconclusive {
		t.Errorf("without coverage: tests %s, coverage %s, verdict %s", a.Outcome, b.Outcome, v.Status)
	}
	in.Evidence["cov"] = evidence.SetOf(key, shares("c", evidence.Lines, map[string][2]uint64{"a": {1, 2}}))
	if v = gates.Judge(p, in); v.Status != gates.Pass {
		t.Errorf("with coverage: %+v", v)
	}
	// One source may hold both.
	p.Sources = []gates.Source{{Name: "unit", Kinds: evidence.Tests | evidence.Coverage}}
	p.Gates[0].From = []string{"unit", "unit"}
	in.Evidence["unit"] = evidence.SetOf(key, append(in.Evidence["unit"].Reports(), in.Evidence["cov"].Reports()...)...)
	if v = gates.Judge(p, in); v.Status != gates.Pass || v.Gates[0].Checks[0].Why != "none of the 3 tests that ran failed; none is allowed" {
		t.Errorf("in one source: %+v", v)
	}
}

// A later attempt of a job takes the place of an earlier one, whoever made the set.
func TestSupersededAttemptsAreNotJudged(t *testing.T) {
	again := key
	again.Attempt = 2
	s := tests(require("failed", "=", "0"))
	in := s.input()
	in.Evidence["src"] = evidence.Set{Parts: []evidence.Part{
		{Key: again, Reports: []*evidence.Report{testReport("u.xml", 5, 0, 0, 0)}},
		{Key: key, Reports: []*evidence.Report{testReport("u.xml", 4, 1, 0, 0)}},
	}}
	if v := gates.Judge(s.policy(), in); v.Status != gates.Pass {
		t.Errorf("have %s: %s", v.Status, v.Gates[0].Checks[0].Why)
	}
}

func TestEveryMetricIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range gates.Metrics {
		if m.Name == "" || m.Doc == "" || m.Formula == "" || m.Source == "" || m.Kind == 0 || m.Value == 0 || seen[m.Name] {
			t.Errorf("metric %+v", m)
		}
		seen[m.Name] = true
		if have, ok := gates.MetricNamed(m.Name); !ok || have.Doc != m.Doc {
			t.Errorf("%s is not found by name", m.Name)
		}
	}
	if _, ok := gates.MetricNamed("coverage"); ok {
		t.Error("there is no metric coverage")
	}
}
