package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on tests that a filter cannot tell apart. R2
func TestAnswersOnFilteredTests(t *testing.T) {
	type list = []*evidence.Report
	of := func(name string, o evidence.Outcome, properties ...string) evidence.Case {
		c := evidence.Case{Suite: "shop", Class: "C", Name: name, Outcome: o}
		for _, p := range properties {
			key, value, _ := strings.Cut(p, "=")
			c.Properties = append(c.Properties, evidence.Property{Name: key, Value: value})
		}
		return c
	}
	formatted := func(format string, cases ...evidence.Case) *evidence.Report {
		r := caseReport(format, cases...)
		r.Format = format
		return r
	}
	ok := evidence.Passed
	property := func(patterns ...string) gates.Filter {
		return gates.Filter{Properties: []gates.PropertyFilter{{Name: "kind", Patterns: patterns}}}
	}
	one := headers("h.xml", evidence.Counts{Passed: 1})
	list1 := "\n> filter by suites, or have the test runner list every test"
	lacks := func(format string) string {
		return "no " + format + ` test of source src has a property "kind"`
	}
	mend := "have the test runner write the property, correct its name, or leave source src out of the gate"
	for name, x := range map[string]struct {
		cond    gates.Condition
		reports list
		filter  gates.Filter
		want    string
		notes   int
	}{
		"no report":                            {require("failed", "=", "0"), nil, gates.Filter{Suites: []string{"pay"}}, "inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches", 0},
		"one that is not listed, by class":     {require("failed", "=", "0"), list{one}, gates.Filter{Classes: []string{"C"}}, `inconclusive: 1 of 1 tests are counted and not listed, so classes "C" cannot tell them apart` + list1, 0},
		"one that is not listed, by property":  {require("failed", "=", "0"), list{one}, property("unit"), `inconclusive: 1 of 1 tests are counted and not listed, so property kind "unit" cannot tell them apart` + list1, 0},
		"one that is not listed, by path":      {require("failed", "=", "0"), list{one}, gates.Filter{Paths: []string{"pay/**"}}, `inconclusive: 1 of 1 tests do not say which file of the repository they are in, so paths "pay/**" cannot place them` + "\n> filter by suites, or have the test runner write the file of each test", 0},
		"a value that no test has":             {require("failed", "=", "0"), list{caseReport("a", of("a", ok, "kind=unit"))}, property("unit", "slow"), "pass: none of 1 test that ran failed; none is allowed (no value of kind matches slow)", 1},
		"values that all match":                {require("failed", "=", "0"), list{caseReport("a", of("a", ok, "kind=unit"), of("b", ok, "kind=slow"))}, property("unit", "slow"), "pass: none of the 2 tests that ran failed; none is allowed", 0},
		"a property of the first report alone": {require("failed", "=", "0"), list{caseReport("a", of("a", ok, "kind=unit")), caseReport("b", of("b", ok))}, property("unit"), "pass: none of 1 test that ran failed; none is allowed", 0},
		"a property of the first test alone":   {require("failed", "=", "0"), list{caseReport("a", of("a", ok, "kind=unit"), of("b", ok))}, property("unit"), "pass: none of 1 test that ran failed; none is allowed", 0},
		"a property of no format of three": {require("failed", "=", "0"), list{formatted("trx", of("a", ok)), formatted("tap", of("a", ok)), formatted("ctrf", of("a", ok))}, property("!unit"),
			"inconclusive: " + lacks("ctrf") + "; " + lacks("tap") + "; " + lacks("trx") + "; what there is says: none of the 3 tests that ran failed; none is allowed\n> " + mend, 0},
		"one without a file and one without a name": {require("failed", "=", "0"), list{caseReport("a", of("A", ok)), one}, gates.Filter{Names: []string{"A"}, Paths: []string{"x/**"}},
			`inconclusive: 1 of 2 tests do not say which file of the repository they are in, so paths "x/**" cannot place them; 1 of 2 tests are counted and not listed, so names "A" and paths "x/**" cannot tell them apart` +
				"\n> filter by suites, or have the test runner write the file of each test; filter by suites, or have the test runner list every test", 0},
		"none of a suite and a class": {require("failed", "=", "0"), list{caseReport("a", of("a", ok))}, gates.Filter{Suites: []string{"pay"}, Classes: []string{"D"}},
			`inconclusive: no test matches suites "pay" and classes "D" (one test is "shop C a")` + "\n> correct the filter of the gate, or run the tests that it means", 0},
		"none of a suite": {require("failed", "=", "0"), list{caseReport("a", of("a", ok))}, gates.Filter{Suites: []string{"pay"}},
			`inconclusive: no test matches suites "pay" (one suite is "shop")` + "\n> correct the filter of the gate, or run the tests that it means", 0},
		"the drop of tests that no filter finds": {require("test-drop", "<=", "5%"), list{caseReport("a", of("a", ok))}, gates.Filter{Suites: []string{"pay"}},
			`inconclusive: no test matches suites "pay" (one suite is "shop"); the baseline: source src has no report there` + "\n> correct the filter of the gate, or run the tests that it means; have reports/**/*.xml there, in the reports of the base (--base-reports or --store)", 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := tests(x.cond, x.reports...)
			s.filter = x.filter
			for range 8 { // in one order, whatever that of a map is
				c := s.check(t)
				if have := answer(c); have != x.want || len(c.Notes) != x.notes {
					t.Fatalf("have %s\nwant %s\nnotes %q", have, x.want, c.Notes)
				}
			}
		})
	}
}

// Whole answers on tests against a reference, at the edges. R9
func TestAnswersOnLostAndFlakyTests(t *testing.T) {
	none := func(metric string) gates.Condition { return require(metric, "=", "0") }
	calm := named("B passed")
	calm.Attempts = []evidence.Attempt{{Outcome: evidence.Passed}}
	var many []evidence.Case
	for i := range 64 {
		many = append(many, named(fmt.Sprintf("T%02d passed", i)))
	}
	count := func(r *evidence.Report, suite string, c evidence.Counts) *evidence.Report {
		r.Unlisted = append(r.Unlisted, evidence.Unlisted{Suite: suite, Counts: c, At: evidence.Pos{Line: 3}})
		return r
	}
	bare := func(name string, o evidence.Outcome) *evidence.Report {
		return caseReport("a.xml", evidence.Case{Name: name, Outcome: o}, evidence.Case{Name: "zz", Outcome: evidence.Passed})
	}
	two := evidence.Counts{Passed: 2}
	for name, x := range map[string]struct {
		metric    string
		filter    gates.Filter
		then, now *evidence.Report
		want      string // up to the remedy
	}{
		"flaky, of two with attempts":     {"flaky", gates.Filter{}, nil, caseReport("a.xml", named("A flaky"), calm), "fail: 1 of the 2 tests that ran passed only after an attempt that did not; none is allowed\n- a.xml shop A passed at attempt 2"},
		"newly flaky, of two":             {"new.flaky", gates.Filter{}, caseReport("b.xml", named("A passed"), calm), caseReport("a.xml", named("A passed"), calm), "pass: none of the 2 tests that ran passed only after an attempt that did not, and were not flaky in the baseline; none is allowed"},
		"the listed and the counted lost": {"lost-tests", gates.Filter{}, count(bare("1a", evidence.Passed), "x", two), count(caseReport("a.xml", evidence.Case{Name: "zz", Outcome: evidence.Passed}), "x", evidence.Counts{}), "fail: 3 of the 4 tests that ran in the baseline are gone; none is allowed\n- 1a ran in the baseline and is gone\n- 2 tests of suite \"x\" that ran in the baseline are gone"},
		"the counted and the listed lost": {"lost-tests", gates.Filter{}, count(bare("a", evidence.Passed), "x", two), count(caseReport("a.xml", evidence.Case{Name: "zz", Outcome: evidence.Passed}), "x", evidence.Counts{}), "fail: 3 of the 4 tests that ran in the baseline are gone; none is allowed\n- 2 tests of suite \"x\" that ran in the baseline are gone\n- a ran in the baseline and is gone"},
		"both skipped now":                {"newly-skipped", gates.Filter{}, count(bare("a", evidence.Passed), "x", two), count(bare("a", evidence.Skipped), "x", evidence.Counts{Skipped: 2}), "fail: 3 of the 4 tests that ran in the baseline are skipped; none is allowed\n- 2 tests of suite \"x\" that ran in the baseline are skipped\n- a.xml a skipped"},
		"of the suite that is looked at": {"lost-tests", gates.Filter{Suites: []string{"shop"}}, count(count(run("b.xml", "A passed"), "shop", evidence.Counts{Passed: 3}), "desk", evidence.Counts{Passed: 5}), count(run("a.xml", "A passed"), "shop", evidence.Counts{Passed: 1}),
			"fail: 2 of the 4 tests that ran in the baseline are gone; none is allowed\n- 2 tests of suite \"shop\" that ran in the baseline are gone"},
		"of two suites that are counted": {"lost-tests", gates.Filter{}, count(count(run("b.xml", "A passed"), "s", evidence.Counts{Passed: 3}), "u", two), run("a.xml", "A passed"),
			"fail: 5 of the 6 tests that ran in the baseline are gone; none is allowed\n- 2 tests of suite \"u\" that ran in the baseline are gone\n- 3 tests of suite \"s\" that ran in the baseline are gone"},
		"lost, in half a report of which one is not told apart": {"lost-tests", gates.Filter{Names: []string{"A"}}, run("b.xml", "A passed, A passed"), unsound(count(run("a.xml", "A passed"), "x", evidence.Counts{Passed: 1})),
			"inconclusive: a.xml:3:1: the file ends inside an element; 1 of 2 tests are counted and not listed, so names \"A\" cannot tell them apart\n- a.xml:3:1 the file ends inside an element"},
		"dropped, in half a report of which one is not told apart": {"test-drop", gates.Filter{Names: []string{"A"}}, run("b.xml", "A passed, A passed"), unsound(count(run("a.xml", "A passed"), "x", evidence.Counts{Passed: 1})),
			"inconclusive: a.xml:3:1: the file ends inside an element; 1 of 2 tests are counted and not listed, so names \"A\" cannot tell them apart\n- a.xml:3:1 the file ends inside an element"},
		"64, and one that is new": {"lost-tests", gates.Filter{}, caseReport("b.xml", many...), caseReport("a.xml", append(many[:64:64], named("U passed"))...), "pass: none of the 64 tests that ran in the baseline are gone; none is allowed"},
		"64, in another order":    {"lost-tests", gates.Filter{}, caseReport("b.xml", many...), caseReport("a.xml", append(many[32:64:64], many[:31]...)...), "fail: 1 of the 64 tests that ran in the baseline is gone; none is allowed\n- shop T31 ran in the baseline and is gone"},
		"new failures of those that are told apart": {"new.failures", gates.Filter{Names: []string{"A"}}, run("b.xml", "A passed"), count(run("a.xml", "A passed"), "x", evidence.Counts{Failed: 1}),
			"inconclusive: 1 of 2 tests are counted and not listed, so names \"A\" cannot tell them apart; what there is says: none of 1 test that ran failed and did not in the baseline; none is allowed"},
		"counted without a failure then": {"persistent-failures", gates.Filter{}, count(run("b.xml", "A passed"), "x", two), run("a.xml", "A passed"), "pass: no test failed when the cycle began; none is allowed"},
		"counted twice as failed then": {"persistent-failures", gates.Filter{}, count(count(run("b.xml", "A passed"), "x", evidence.Counts{Failed: 1}), "x", evidence.Counts{Failed: 1}), run("a.xml", "A passed"),
			"inconclusive: failures of suite \"x\" in source src are counted and not listed, so nobody can tell whether they persist; what there is says: none of the 2 failures with which the cycle began are there still; none is allowed"},
		"counted in no suite, and now in another": {"persistent-failures", gates.Filter{}, count(run("b.xml", "A passed"), "", evidence.Counts{Failed: 1}), count(run("a.xml", "A passed"), "x", two),
			"inconclusive: failures of suite \"\" in source src are counted and not listed, so nobody can tell whether they persist; what there is says: none of the 1 failure with which the cycle began are there still; none is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			var then []*evidence.Report
			if x.then != nil {
				then = []*evidence.Report{x.then}
			}
			cond := none(x.metric)
			if x.metric == "test-drop" {
				cond = require("test-drop", "<=", "5%")
			}
			have, _, _ := strings.Cut(answer(compared(t, cond, x.filter, then, []*evidence.Report{x.now})), "\n> ")
			if have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}

// A waiver of a test lasts as long as the policy lets it, whatever it says of findings
// of a severity; and it says what it is of, where the test is gone.
func TestWaiversOfTestsAndConditionsLast(t *testing.T) {
	days := gates.WaiverDays{Default: 60, Severity: map[evidence.Severity]int{evidence.Unscored: 1}}
	judge := func(c gates.Condition, then, now *evidence.Report, ws ...gates.Waiver) gates.Verdict {
		s := tests(c, now)
		in, p := s.input(), s.policy()
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, then)}
		in.Cycle = in.Base
		in.Now, in.Waivers, p.WaiverDays = noon, ws, days
		return gates.Judge(p, in)
	}
	failed0, condition := waiveTest(gates.WaivedTest{Name: "A"}), waiveCondition(require("failed", "=", "0"))
	for name, x := range map[string]struct {
		metric    string
		then, now string
		waiver    gates.Waiver
	}{
		"of a test":                 {"failed", "A passed, B passed", "A failed, B passed", failed0},
		"of a new failure":          {"new.failures", "A passed, B passed", "A failed, B passed", failed0},
		"of a failure that is gone": {"persistent-failures", "A failed, B passed", "B passed", failed0},
		"of a condition":            {"failed", "A passed", "A failed", condition},
	} {
		v := judge(require(x.metric, "=", "0"), run("b.xml", x.then), run("a.xml", x.now), x.waiver)
		c := v.Gates[0].Checks[0]
		if c.Outcome != gates.Waived || len(c.Waivers) != 1 || c.Waivers[0].Lapsed != "" || !v.Waivers[0].Applied || v.Waivers[0].Warnings != nil {
			t.Errorf("%s: %s %+v %+v", name, answer(c), c.Waivers, v.Waivers)
		}
		if x.metric == "persistent-failures" && (len(c.Waivers[0].Refs) != 1 || c.Waivers[0].Refs[0].Text != "shop A failed when the cycle began and did not run") {
			t.Errorf("%s: %+v", name, c.Waivers[0].Refs)
		}
	}
	// What is waived already needs no waiver of the condition, which is then idle.
	v := judge(require("failed", "=", "0"), run("b.xml", "A passed"), run("a.xml", "A failed, B passed"), failed0, condition)
	if c := v.Gates[0].Checks[0]; len(c.Waivers) != 1 || strings.Contains(c.Why, "; waived by") || v.Waivers[1].Applied ||
		len(v.Waivers[1].Warnings) != 1 || v.Waivers[1].Warnings[0] != "it waives nothing: what it names holds, or is not there" {
		t.Errorf("have %s %+v", answer(c), v.Waivers)
	}
	v = judge(require("failed", "=", "0"), run("b.xml", "A passed"), run("a.xml", "A failed"), expired(condition))
	if w := v.Waivers[0]; w.Applied || len(w.Warnings) != 1 || w.Warnings[0] != "it expired on 2026-11-21, and what it names counts" {
		t.Errorf("have %+v", w)
	}
	var all []gates.Waiver
	for i := range 21 {
		all = append(all, waiveTest(gates.WaivedTest{Name: fmt.Sprintf("failed%d", i)}))
	}
	v = tests(require("failed", "=", "0"), testReport("u.xml", 1, 21, 0, 0)).waived(all...)
	if c := v.Gates[0].Checks[0]; !strings.HasSuffix(c.Why, "; and by 1 more)") {
		t.Errorf("21 waivers: %s", c.Why)
	}
}

// Times that are very short, and those of a test that says none before one that does.
func TestAnswersOnShortTimes(t *testing.T) {
	says(t, tests(require("slowest-test", "<=", "1s"), caseReport("u.xml", timed("A", 0), timed("B", time.Second))),
		"pass: the slowest of the 2 tests that ran took 1s: s B; at most 1s is allowed (1 of them says no time, or less than 1µs)")
	says(t, tests(require("slowest-test", "<=", "1s"), caseReport("u.xml", timed("A", time.Microsecond))),
		"pass: the slowest of the 1 test that ran took 1µs: s A; at most 1s is allowed")
	s := tests(require("slowest-test", "<=", "1s"), caseReport("u.xml", timed("A", 2*time.Second)))
	s.conds = append(s.conds, require("duration", "<=", "1s"))
	for i, want := range []string{
		"fail: the slowest of the 1 test that ran took 2s: s A; at most 1s is allowed\n- u.xml s A took 2s\n> bring s A from 2s to at most 1s",
		"fail: the 1 test that ran took 2s, added up; at most 1s is allowed\n- u.xml s A took 2s\n> bring the times of the tests from 2s to at most 1s, added up",
	} {
		if have := answer(s.judge().Gates[0].Checks[i]); have != want {
			t.Errorf("have %s\nwant %s", have, want)
		}
	}
	broken := tests(require("failed", "=", "0"), caseReport("u.xml", evidence.Case{Suite: "s", Name: "T", Outcome: evidence.Failed}))
	c := broken.conds[0]
	c.Op = 0
	broken.conds = []gates.Condition{c}
	if have := broken.check(t); !have.Partial || have.Outcome != gates.Inconclusive {
		t.Errorf("a condition without an operator is %s, partial %t", have.Outcome, have.Partial)
	}
	long := evidence.Case{Suite: "s", Name: "T", Outcome: evidence.Failed}
	long.Message = strings.Repeat("\x80", 201)
	if have := tests(require("failed", "=", "0"), caseReport("u.xml", long)).check(t).Refs[0].Text; have != "s T failed: …" {
		t.Errorf("of 201 bytes that are no letter: %q", have)
	}
}
