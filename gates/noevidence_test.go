package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Situations in which nothing is proved: none may be green, and each says what is
// missing. What other tools were seen to be green over is in docs/failopen.md, whose
// files go through the program; here are values that no file holds, such as sums that
// overflow and conditions that a policy is refused for, and what mutants of this
// package have to be noticed by (docs/mutation.md).
func TestNothingIsGreenWithoutEvidence(t *testing.T) {
	failed := require("failed", "=", "0")
	rate := require("pass-rate", ">", "90%")
	lines := require("lines", ">=", "80%")
	stmts := require("statements", ">=", "80%")
	critical := require("critical", "=", "0")
	good := testReport("u.xml", 100, 0, 0, 0)
	clean := scan("s.sarif", []string{"gosec"})
	covered := shares("c.info", evidence.Lines, map[string][2]uint64{"pay/a.go": {9, 10}})
	expect := func(s situation, e gates.Expect) situation { s.expect = e; return s }
	filter := func(s situation, f gates.Filter) situation { s.filter = f; return s }
	unknown := &evidence.Report{Source: "notes.txt"}
	crashed := scan("s.sarif", []string{"gosec"})
	crashed.ToolRuns[0].Failed = true
	noRun := scan("s.sarif", nil)
	huge := testReport("u.xml", 10, 0, 0, 0)
	huge.Unlisted = []evidence.Unlisted{{Suite: "s", Counts: evidence.Counts{Passed: 1 << 63, Errored: 0}}}
	wrapped := testReport("u.xml", 10, 1, 0, 0)
	wrapped.Unlisted = []evidence.Unlisted{{Suite: "s", Counts: evidence.Counts{Failed: 1<<64 - 1}}}
	overfull := shares("c.info", evidence.Lines, map[string][2]uint64{"a": {100, 10}, "b": {0, 50}})
	headerOnly := caseReport("u.xml")
	headerOnly.Unlisted = []evidence.Unlisted{{Suite: "s", Counts: evidence.Counts{Skipped: 4}}}
	noFile := caseReport("u.xml", evidence.Case{Suite: "s", Name: "T", Outcome: evidence.Passed})

	for name, x := range map[string]struct {
		s    situation
		says string // what the reason names
	}{
		"no file":                           {tests(failed), "no file matches reports/**/*.xml"},
		"no file, share":                    {tests(rate), "no file matches"},
		"no file, coverage":                 {coverage(lines), "no file matches"},
		"no file, findings":                 {findings(critical), "no file matches"},
		"set without reports":               {tests(failed, []*evidence.Report{}...), "no file matches"},
		"empty report":                      {tests(failed, testReport("u.xml", 0, 0, 0, 0)), "0 tests ran"},
		"empty report, share":               {tests(rate, testReport("u.xml", 0, 0, 0, 0)), "0 tests ran"},
		"empty report, tests wanted":        {tests(require("tests", ">=", "1"), testReport("u.xml", 0, 0, 0, 0)), "0 tests ran"},
		"empty report, skipped limited":     {tests(require("skipped", "<=", "5"), testReport("u.xml", 0, 0, 0, 0)), "0 tests ran"},
		"empty report, flaky limited":       {tests(require("flaky", "<=", "5"), testReport("u.xml", 0, 0, 0, 0)), "0 tests ran"},
		"all skipped, failed":               {tests(failed, testReport("u.xml", 0, 0, 0, 7)), "7 did not (skipped)"},
		"all skipped, errored":              {tests(require("errored", "=", "0"), testReport("u.xml", 0, 0, 0, 7)), "skipped"},
		"all skipped, share":                {tests(rate, testReport("u.xml", 0, 0, 0, 7)), "skipped"},
		"all skipped, skips allowed":        {tests(require("skipped", "<=", "9"), testReport("u.xml", 0, 0, 0, 7)), "skipped"},
		"all skipped, tests wanted":         {tests(require("tests", ">=", "7"), testReport("u.xml", 0, 0, 0, 7)), "0 tests ran"},
		"header of skipped tests only":      {tests(failed, headerOnly), "0 tests ran and 4 did not"},
		"inconclusive report":               {tests(failed, unsound(testReport("u.xml", 9, 0, 0, 0))), "u.xml:3:1: the file ends"},
		"one inconclusive report of two":    {tests(failed, good, unsound(testReport("v.xml", 9, 0, 0, 0))), "v.xml:3:1"},
		"inconclusive coverage":             {coverage(lines, unsound(shares("c.info", evidence.Lines, map[string][2]uint64{"a": {9, 10}}))), "c.info:3:1"},
		"inconclusive findings":             {findings(critical, unsound(scan("s.sarif", []string{"gosec"}))), "s.sarif:3:1"},
		"no known format":                   {tests(failed, unknown), "notes.txt: this is no known report"},
		"no known format beside a good one": {tests(failed, good, unknown), "notes.txt"},
		"coverage where tests should be":    {tests(failed, covered), "a report of coverage (lcov)"},
		"tests where findings should be":    {findings(critical, good), "a report of tests (junit-xml)"},
		"a wrong kind beside a good one":    {tests(failed, good, clean), "a report of findings (sarif)"},
		"too few files":                     {expect(tests(failed, good), gates.Expect{Files: gates.Range{Min: 2}}), "1 file; 2 or more are expected"},
		"too many files":                    {expect(tests(failed, good, testReport("v.xml", 1, 0, 0, 0)), gates.Expect{Files: gates.Range{Max: 1}}), "2 files; at most 1 is expected"},
		"too few tests":                     {expect(tests(failed, good), gates.Expect{Tests: gates.Range{Min: 101}}), "100 tests ran in source src; 101 or more"},
		"enough tests, skipped":             {expect(tests(failed, testReport("u.xml", 90, 0, 0, 30)), gates.Expect{Tests: gates.Range{Min: 100}}), "90 tests ran and 30 did not"},
		"too many tests":                    {expect(tests(failed, good), gates.Expect{Tests: gates.Range{Min: 1, Max: 99}}), "1 to 99 are expected"},
		"expected tools missing":            {expect(findings(critical, clean), gates.Expect{Tools: []string{"GoSec", "CodeQL", "trivy"}}), "CodeQL and trivy did not run in source src; what"},
		"no tool ran for one report":        {findings(critical, clean, scan("t.sarif", nil)), "t.sarif: no tool ran"},
		"more lines than there can be":      {coverage(lines, shares("c", evidence.Lines, map[string][2]uint64{"a": {1 << 52, 1 << 52}, "b": {1 << 52, 1 << 52}})), "more lines than there can be"},
		"lines that overflow": {coverage(lines, covered, shares("c", evidence.Lines, map[string][2]uint64{"b": {1 << 63, 1 << 63}}),
			shares("d", evidence.Lines, map[string][2]uint64{"b": {1 << 63, 1<<64 - 1}})), "which cannot be"},
		"a failure and a gap under a warning": {tests(cond(gates.Warn, "failed", "=", "0"), unsound(testReport("u.xml", 1, 1, 0, 0))), "1 of the 2 tests that ran failed"},
		"tool crashed":                        {findings(critical, crashed), "the run of gosec did not succeed"},
		"no tool ran":                         {findings(critical, noRun), "no tool ran"},
		"filtered tool did not run":           {filter(findings(critical, clean), gates.Filter{Tools: []string{"gosec", "CodeQL"}}), "CodeQL did not run (gosec did)"},
		"every tool taken away":               {filter(findings(critical, clean), gates.Filter{Tools: []string{"!gosec"}}), `tools "!gosec" admits none of the tools that ran (gosec)`},
		"suites match no test":                {filter(tests(failed, good), gates.Filter{Suites: []string{"pay/**"}}), `no test matches suites "pay/**" (one suite is "shop")`},
		"suites match skipped tests":          {filter(tests(failed, good, caseReport("v.xml", evidence.Case{Suite: "pay", Name: "T", Outcome: evidence.Skipped})), gates.Filter{Suites: []string{"pay"}}), `none ran and 1 did not`},
		"paths match no file":                 {filter(coverage(lines, covered), gates.Filter{Paths: []string{"cart/**"}}), `no file matches paths "cart/**" (one file is "pay/a.go")`},
		"tests say no file":                   {filter(tests(failed, noFile), gates.Filter{Paths: []string{"pay/**"}}), "1 of 1 tests do not say which file of the repository"},
		"tests say no file, paths away":       {filter(tests(failed, noFile), gates.Filter{Paths: []string{"!pay/**"}}), "do not say which file of the repository"},
		"findings say no file":                {filter(findings(critical, scan("s", []string{"gosec"}, finding("G1", evidence.Critical, evidence.LevelError, "", 0))), gates.Filter{Paths: []string{"pay/**"}}), "1 finding names no file"},
		"filter that cannot be read":          {filter(tests(failed, good), gates.Filter{Suites: []string{"shop", "[a"}}), `"[a" under suites cannot be read`},
		"filter that nothing reads":           {filter(tests(failed, good), gates.Filter{Rules: []string{"G*"}}), "rules applies to findings alone"},
		"coverage without files":              {coverage(lines, shares("c.info", evidence.Lines, nil)), "holds nothing coverable"},
		"coverage 0/0":                        {coverage(lines, shares("c.info", evidence.Lines, map[string][2]uint64{"a": {0, 0}})), "no coverable lines"},
		"unit that no file measures":          {coverage(stmts, covered), "no file measures statements"},
		"more covered than there is":          {coverage(require("lines", ">=", "10%"), overfull), "c.info: a: 100/10 lines covered, which cannot be"},
		"more tests than there can be":        {tests(rate, huge), "more tests than there can be"},
		"failures that overflow":              {tests(failed, wrapped), "of the 18446744073709551615 tests"},
		"unknown metric":                      {tests(gates.Condition{Metric: "pass", Op: gates.More, Want: evidence.CountOf(0), Mode: gates.Require}, good), `no metric "pass"`},
		"no operator":                         {tests(gates.Condition{Metric: "failed", Want: evidence.CountOf(0), Mode: gates.Require}, good), "no operator"},
		"no mode":                             {tests(gates.Condition{Metric: "failed", Op: gates.Equal, Want: evidence.CountOf(0)}, good), "neither require, warn nor shadow"},
		"threshold of another kind":           {tests(gates.Condition{Metric: "pass-rate", Op: gates.More, Want: evidence.CountOf(0), Mode: gates.Require}, good), "not compared with a ratio"},
		"no threshold":                        {tests(gates.Condition{Metric: "failed", Op: gates.Equal, Mode: gates.Require}, good), "not compared with a count"},
		"shadow alone":                        {tests(cond(gates.Shadow, "failed", "=", "0"), good), ""},
		"warning about nothing":               {tests(cond(gates.Warn, "failed", "=", "0")), "no file matches"},
	} {
		t.Run(name, func(t *testing.T) {
			v := x.s.judge()
			if v.Status.Green() || v.Status == gates.Undecided {
				t.Fatalf("verdict is %s", v.Status)
			}
			if why := v.Gates[0].Checks[0].Why; !strings.Contains(why, x.says) {
				t.Errorf("reason is %q, which does not say %q", why, x.says)
			}
			if c := v.Gates[0].Checks[0]; (name == "no tool ran" || strings.HasPrefix(name, "no file")) && c.Actual.Measured() {
				t.Errorf("nothing was measured, and it came to %s", c.Actual)
			}
			if c := v.Gates[0].Checks[0]; c.Outcome == gates.Inconclusive && c.Remedy == "" {
				t.Errorf("%q has no remedy", c.Why)
			}
		})
	}
}

// The same for whole policies.
func TestNoPolicyIsGreenWithoutProof(t *testing.T) {
	good := tests(require("failed", "=", "0"), testReport("u.xml", 10, 0, 0, 0))
	if v := good.judge(); v.Status != gates.Pass {
		t.Fatalf("the good policy is %s: %s", v.Status, v.Gates[0].Checks[0].Why)
	}
	for name, change := range map[string]func(*gates.Policy, *gates.Input){
		"no gate":                      func(p *gates.Policy, in *gates.Input) { p.Gates = nil },
		"no gate is due":               func(p *gates.Policy, in *gates.Input) { in.Due = func(string) bool { return false } },
		"gate without conditions":      func(p *gates.Policy, in *gates.Input) { p.Gates[0].Conditions = nil },
		"gate without sources":         func(p *gates.Policy, in *gates.Input) { p.Gates[0].From = nil },
		"source that does not exist":   func(p *gates.Policy, in *gates.Input) { p.Gates[0].From = []string{"unit"} },
		"second source does not exist": func(p *gates.Policy, in *gates.Input) { p.Gates[0].From = []string{"src", "unit"} },
		"second source has no file": func(p *gates.Policy, in *gates.Input) {
			p.Sources = append(p.Sources, gates.Source{Name: "it", Kinds: evidence.Tests})
			p.Gates[0].From = []string{"src", "it"}
		},
		"second source has no test": func(p *gates.Policy, in *gates.Input) {
			p.Sources = append(p.Sources, gates.Source{Name: "it", Kinds: evidence.Tests})
			p.Gates[0].From = []string{"src", "it"}
			in.Evidence["it"] = evidence.SetOf(key, testReport("it.xml", 0, 0, 0, 0))
		},
		"second source is of another kind": func(p *gates.Policy, in *gates.Input) {
			p.Sources = append(p.Sources, gates.Source{Name: "cov", Kinds: evidence.Coverage})
			p.Gates[0].From = []string{"src", "cov"}
			in.Evidence["cov"] = evidence.SetOf(key, shares("c", evidence.Lines, map[string][2]uint64{"a": {1, 1}}))
		},
		"source of no kind": func(p *gates.Policy, in *gates.Input) { p.Sources[0].Kinds = 0 },
		"worst check first": func(p *gates.Policy, in *gates.Input) {
			p.Gates[0].Conditions = []gates.Condition{require("statements", ">=", "1%"), require("failed", "=", "0")}
		},
		"source of two kinds has one": func(p *gates.Policy, in *gates.Input) {
			p.Sources[0].Kinds |= evidence.Coverage
			in.Evidence["src"] = evidence.SetOf(key, shares("c", evidence.Lines, map[string][2]uint64{"a": {1, 1}}))
		},
		"second gate has no conditions": func(p *gates.Policy, in *gates.Input) {
			p.Gates = append(p.Gates, gates.Gate{Name: "empty", From: []string{"src"}})
		},
		"one key has two contents": func(p *gates.Policy, in *gates.Input) {
			a, b := key, key
			a.Digest, b.Digest = "1", "2"
			in.Evidence["src"] = evidence.Set{Parts: []evidence.Part{
				{Key: a, Reports: []*evidence.Report{testReport("u.xml", 9, 0, 0, 0)}},
				{Key: evidence.PartKey{Commit: key.Commit, Job: "other"}, Reports: []*evidence.Report{testReport("o.xml", 9, 0, 0, 0)}},
				{Key: b, Reports: []*evidence.Report{testReport("u.xml", 10, 0, 0, 0)}},
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, in := good.policy(), good.input()
			change(&p, &in)
			v := gates.Judge(p, in)
			if v.Status != gates.Inconclusive {
				t.Errorf("verdict is %s", v.Status)
			}
			for _, g := range v.Gates {
				for _, c := range g.Checks {
					if c.Outcome == gates.Inconclusive && (c.Why == "" || c.Remedy == "") {
						t.Errorf("check of %s: why %q, remedy %q", g.Name, c.Why, c.Remedy)
					}
				}
			}
		})
	}
}
