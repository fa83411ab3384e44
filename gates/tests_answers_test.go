package gates_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

func timed(name string, d time.Duration) evidence.Case {
	return evidence.Case{Suite: "s", Name: name, Outcome: evidence.Passed, Duration: d}
}

// Whole answers on how long tests took.
func TestAnswersOnTimes(t *testing.T) {
	three := caseReport("u.xml", timed("A", 3*time.Second), timed("B", time.Second))
	silent := caseReport("u.xml", timed("A", 3*time.Second), timed("B", 0))
	silent2 := caseReport("u.xml", timed("A", 3*time.Second), timed("B", 0), timed("C", 999))
	tries := timed("A", 0)
	tries.Attempts = []evidence.Attempt{{Outcome: evidence.Failed, Duration: time.Second}, {Outcome: evidence.Passed, Duration: 2 * time.Second}}
	skipped := timed("Z", 9*time.Second)
	skipped.Outcome = evidence.Skipped
	two := caseReport("u.xml", timed("A", time.Second))
	two.Unlisted = []evidence.Unlisted{{Suite: "x", Counts: evidence.Counts{Passed: 2, Skipped: 5}}}
	one := caseReport("u.xml", timed("A", time.Second))
	one.Unlisted = []evidence.Unlisted{{Suite: "x", Counts: evidence.Counts{Passed: 1}}}
	away := caseReport("u.xml", timed("A", time.Second))
	away.Unlisted = []evidence.Unlisted{{Suite: "x", Counts: evidence.Counts{Skipped: 1}}}
	trx := caseReport("v.trx", timed("A", 0))
	trx.Format = "trx"
	var up, down, equal []evidence.Case
	var longest, first strings.Builder
	for i := range 25 {
		c := timed(fmt.Sprintf("T%02d", i), time.Duration(1+i)*time.Second)
		up, down = append(up, c), slices.Insert(down, 0, c)
		equal = slices.Insert(equal, 0, timed(fmt.Sprintf("T%02d", i), time.Second))
		if i < 20 {
			fmt.Fprintf(&longest, "\n- u.xml s T%02d took %ds", 24-i, 25-i)
			fmt.Fprintf(&first, "\n- u.xml s T%02d took 1s", i)
		}
	}
	var endless []evidence.Case
	for range 2001 {
		endless = append(endless, timed("A", 1<<63-1))
	}
	for name, x := range map[string]struct {
		metric, op, bound string
		reports           []*evidence.Report
		want              string
	}{
		"slowest":                 {"slowest-test", "<=", "1s", []*evidence.Report{three}, "fail: the slowest of the 2 tests that ran took 3s: s A; at most 1s is allowed\n- u.xml s A took 3s\n> bring s A from 3s to at most 1s"},
		"slowest of one":          {"slowest-test", "<", "1s", []*evidence.Report{caseReport("u.xml", timed("A", time.Second), skipped)}, "fail: the slowest of the 1 test that ran took 1s: s A; less than 1s is allowed\n- u.xml s A took 1s\n> bring s A from 1s to less than 1s"},
		"slowest, of all tries":   {"slowest-test", "<=", "3s", []*evidence.Report{caseReport("u.xml", tries)}, "pass: the slowest of the 1 test that ran took 3s: s A; at most 3s is allowed"},
		"slower is no better":     {"slowest-test", ">=", "9s", []*evidence.Report{three}, "fail: the slowest of the 2 tests that ran took 3s: s A; at least 9s is needed\n- u.xml s A took 3s\n- u.xml s B took 1s\n> " + unmendable},
		"added up":                {"duration", "<=", "3s", []*evidence.Report{three}, "fail: the 2 tests that ran took 4s, added up; at most 3s is allowed\n- u.xml s A took 3s\n- u.xml s B took 1s\n> bring the times of the tests from 4s to at most 3s, added up"},
		"added up, of one":        {"duration", "<=", "1s", []*evidence.Report{caseReport("u.xml", timed("A", time.Second))}, "pass: the 1 test that ran took 1s, added up; at most 1s is allowed\n- u.xml s A took 1s"},
		"one says none":           {"slowest-test", "<=", "3s", []*evidence.Report{silent}, "pass: the slowest of the 2 tests that ran took 3s: s A; at most 3s is allowed (1 of them says no time, or less than 1µs)"},
		"two say none":            {"slowest-test", "<=", "3s", []*evidence.Report{silent2}, "pass: the slowest of the 3 tests that ran took 3s: s A; at most 3s is allowed (2 of them say no time, or less than 1µs)"},
		"none says any":           {"slowest-test", "<=", "3s", []*evidence.Report{trx, caseReport("u.xml", timed("A", 0))}, "inconclusive: no junit-xml test of source src says how long it took; no trx test of source src says how long it took\n> have the test runner write the time of each test, or leave source src out of the gate"},
		"two are not listed":      {"duration", "<=", "3s", []*evidence.Report{two}, "inconclusive: 2 tests are counted and not listed, so nobody knows how long they took; what there is says: the 1 test that ran took 1s, added up; at most 3s is allowed\n- u.xml s A took 1s\n> have the test runner list every test"},
		"one is not listed":       {"duration", "<=", "3s", []*evidence.Report{one}, "inconclusive: 1 test is counted and not listed, so nobody knows how long it took; what there is says: the 1 test that ran took 1s, added up; at most 3s is allowed\n- u.xml s A took 1s\n> have the test runner list every test"},
		"one was skipped":         {"duration", "<=", "3s", []*evidence.Report{away}, "pass: the 1 test that ran took 1s, added up; at most 3s is allowed\n- u.xml s A took 1s"},
		"25, the slowest last":    {"slowest-test", "<=", "500ms", []*evidence.Report{caseReport("u.xml", up...)}, "fail: the slowest of the 25 tests that ran took 25s: s T24; at most 500ms is allowed" + longest.String() + "\n> bring s T24 from 25s to at most 500ms"},
		"25, the slowest first":   {"slowest-test", "<=", "500ms", []*evidence.Report{caseReport("u.xml", down...)}, "fail: the slowest of the 25 tests that ran took 25s: s T24; at most 500ms is allowed" + longest.String() + "\n> bring s T24 from 25s to at most 500ms"},
		"25, all equal":           {"slowest-test", "<=", "500ms", []*evidence.Report{caseReport("u.xml", equal...)}, "fail: the slowest of the 25 tests that ran took 1s: s T00; at most 500ms is allowed" + first.String() + "\n> bring s T00 from 1s to at most 500ms"},
		"in several files":        {"duration", "<=", "5s", []*evidence.Report{three, caseReport("v.xml", timed("C", time.Second))}, "pass: the 3 tests that ran took 5s, added up; at most 5s is allowed\n- u.xml s A took 3s\n- u.xml s B took 1s\n- v.xml s C took 1s"},
		"half a file":             {"slowest-test", "<=", "3s", []*evidence.Report{unsound(caseReport("u.xml", timed("A", time.Second)))}, "inconclusive: u.xml:3:1: the file ends inside an element; what there is says: the slowest of the 1 test that ran took 1s: s A; at most 3s is allowed\n- u.xml:3:1 the file ends inside an element\n> write u.xml again, whole"},
		"no file":                 {"slowest-test", "<=", "3s", nil, "inconclusive: source src has no report: no file matches reports/**/*.xml\n> write the report reports/**/*.xml; no file matches"},
		"no test ran in the file": {"slowest-test", "<=", "3s", []*evidence.Report{caseReport("u.xml", skipped)}, "inconclusive: 0 tests ran and 1 did not (skipped) in source src; 1 or more are expected\n> run 1 more test"},
	} {
		t.Run(name, func(t *testing.T) { says(t, tests(require(x.metric, x.op, x.bound), x.reports...), x.want) })
	}
	c := tests(require("slowest-test", "<=", "1s"), caseReport("u.xml", endless...)).check(t)
	if !strings.Contains(c.Why, "besides, the tests took longer than can be") {
		t.Errorf("have %s", c.Why)
	}
}

// Whole answers on tests against the baseline and against the start of the cycle.
func TestAnswersAgainstAReference(t *testing.T) {
	is := func(name string, o evidence.Outcome) evidence.Case {
		return evidence.Case{Suite: "s", Name: name, Outcome: o}
	}
	passed := func(name string) evidence.Case { return is(name, evidence.Passed) }
	failed := func(name string) evidence.Case { return is(name, evidence.Failed) }
	skipped := func(name string) evidence.Case { return is(name, evidence.Skipped) }
	in := func(suite string, c evidence.Case) evidence.Case { c.Suite = suite; return c }
	boom := failed("B")
	boom.Message = "boom"
	flaky := passed("A")
	flaky.Attempts = []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}
	report := func(cases ...evidence.Case) *evidence.Report { return caseReport("u.xml", cases...) }
	counts := func(r *evidence.Report, suite string, c evidence.Counts) *evidence.Report {
		r.Unlisted = append(r.Unlisted, evidence.Unlisted{Suite: suite, Counts: c, At: evidence.Pos{Line: 7}})
		return r
	}
	doubt := func(suite string) string {
		return fmt.Sprintf("inconclusive: failures of suite %q in source src are counted and not listed, so nobody can tell whether they persist; what there is says: ", suite)
	}
	list := "\n> have the test runner list every test"
	began1, began2 := "none of the 1 failure with which the cycle began are there still; none is allowed", "none of the 2 failures with which the cycle began are there still; none is allowed"
	for name, x := range map[string]struct {
		metric    string
		now, then *evidence.Report
		want      string
	}{
		"a new failure": {"new.failures", report(failed("A"), boom, passed("C")), report(failed("A"), passed("B")),
			"fail: 1 of the 3 tests that ran failed and did not in the baseline; none is allowed\n- u.xml s B failed: boom\n> fix this test"},
		"the same name twice": {"new.failures", report(failed("A"), failed("A"), failed("A")), report(failed("A"), passed("B")),
			"fail: 2 of the 3 tests that ran failed and did not in the baseline; none is allowed\n- u.xml s A failed\n- u.xml s A failed\n> fix these 2 tests"},
		"two that are not listed": {"new.failures", counts(report(passed("A")), "x", evidence.Counts{Failed: 1, Errored: 1, Passed: 4}), report(passed("A")),
			"fail: 2 of the 7 tests that ran failed and did not in the baseline; none is allowed\n- u.xml:7 2 tests that the report counts in suite \"x\" and does not list failed\n> fix these 2 tests"},
		"one that is not listed": {"new.failures", counts(report(passed("A")), "x", evidence.Counts{Failed: 1}), report(passed("A")),
			"fail: 1 of the 2 tests that ran failed and did not in the baseline; none is allowed\n- u.xml:7 1 test that the report counts in suite \"x\" and does not list failed\n> fix this test"},
		"no new failure": {"new.failures", counts(report(passed("A")), "x", evidence.Counts{Passed: 1}), report(passed("A")),
			"pass: none of the 2 tests that ran failed and did not in the baseline; none is allowed"},
		"newly flaky": {"new.flaky", report(flaky, passed("B")), report(passed("A")),
			"fail: 1 of the 2 tests that ran passed only after an attempt that did not, and was not flaky in the baseline; none is allowed\n- u.xml s A passed at attempt 2\n> make this test pass at the first attempt"},
		"flaky as before": {"new.flaky", counts(report(flaky, passed("B")), "x", evidence.Counts{Passed: 1}), report(flaky),
			"pass: none of the 3 tests that ran passed only after an attempt that did not, and were not flaky in the baseline; none is allowed"},

		"one persists": {"persistent-failures", report(failed("A"), passed("B")), report(failed("A"), failed("B")),
			"fail: 1 of the 2 failures with which the cycle began is there still; none is allowed\n- u.xml s A failed\n> fix this test"},
		"none persists": {"persistent-failures", report(passed("A"), passed("B"), failed("C")), report(failed("A"), failed("B")), "pass: " + began2},
		"none had failed": {"persistent-failures", report(failed("A")), report(passed("A")),
			"pass: no test failed when the cycle began; none is allowed"},
		"two did not run": {"persistent-failures", report(passed("C")), report(failed("B"), failed("A")),
			"inconclusive: 2 tests failed when the cycle began and did not run now: s A and s B; what there is says: " + began2 + "\n> run s A and s B, or have a waiver say that they are gone on purpose"},
		"one was skipped": {"persistent-failures", report(passed("C"), skipped("A")), report(failed("A")),
			"inconclusive: 1 test failed when the cycle began and did not run now: s A; what there is says: " + began1 + "\n> run s A, or have a waiver say that it is gone on purpose"},
		"the same name in two suites":                        {"persistent-failures", report(passed("A"), in("y", failed("A"))), report(failed("A")), "pass: " + began1},
		"not listed then, and all listed now":                {"persistent-failures", report(in("x", passed("A"))), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), "pass: " + began1},
		"not listed then, and a failure now":                 {"persistent-failures", report(in("x", failed("A"))), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"not listed then, and a failure elsewhere":           {"persistent-failures", report(in("x", passed("A")), failed("A")), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), "pass: " + began1},
		"not listed then, and skipped now":                   {"persistent-failures", report(in("x", skipped("A")), passed("C")), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"not listed then, and not there now":                 {"persistent-failures", report(passed("A")), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"never listed, and in order now":                     {"persistent-failures", counts(report(passed("A")), "x", evidence.Counts{Passed: 2}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), "pass: " + began1},
		"never listed, and one of them now":                  {"persistent-failures", counts(report(passed("A")), "x", evidence.Counts{Passed: 1}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), "pass: " + began1},
		"never listed, and a failure now":                    {"persistent-failures", counts(report(passed("A")), "x", evidence.Counts{Failed: 1}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"never listed, in two files, a failure in the first": {"persistent-failures", counts(counts(report(passed("A")), "x", evidence.Counts{Failed: 1}), "x", evidence.Counts{Passed: 1}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"never listed, in two files, skipped in the second":  {"persistent-failures", counts(counts(report(passed("A")), "x", evidence.Counts{Passed: 1}), "x", evidence.Counts{Skipped: 1}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), "pass: " + began1},
		"never listed, and skipped now":                      {"persistent-failures", counts(report(passed("A")), "x", evidence.Counts{Skipped: 1}), counts(report(passed("C")), "x", evidence.Counts{Failed: 1}), doubt("x") + began1 + list},
		"listed then, and not now":                           {"persistent-failures", counts(report(passed("A")), "s", evidence.Counts{Failed: 1}), report(failed("A")), doubt("s") + began1 + list},
		"listed then, and not now, elsewhere":                {"persistent-failures", counts(report(passed("A")), "x", evidence.Counts{Failed: 1}), report(failed("A")), "pass: " + began1},
		"two suites in doubt": {"persistent-failures", report(passed("A")), counts(counts(report(passed("C")), "y", evidence.Counts{Failed: 1}), "x", evidence.Counts{Errored: 1}),
			"inconclusive: failures of suite \"x\" in source src are counted and not listed, so nobody can tell whether they persist; " + doubt("y")[len("inconclusive: "):] + began2 + list},

		"one is gone": {"lost-tests", report(passed("A")), report(passed("A"), passed("B")),
			"fail: 1 of the 2 tests that ran in the baseline is gone; none is allowed\n- s B ran in the baseline and is gone\n> bring back this test, or have a waiver say that it is gone on purpose"},
		"two of a suite are gone": {"lost-tests", counts(report(passed("A")), "x", evidence.Counts{Passed: 1}), counts(report(passed("A")), "x", evidence.Counts{Passed: 3}),
			"fail: 2 of the 4 tests that ran in the baseline are gone; none is allowed\n- 2 tests of suite \"x\" that ran in the baseline are gone\n> bring back these 2 tests, or have a waiver say that they are gone on purpose"},
		"none is gone": {"lost-tests", report(passed("A"), passed("C")), report(passed("A"), skipped("B")), "pass: none of 1 test that ran in the baseline are gone; none is allowed"},
		"two are skipped": {"newly-skipped", report(skipped("B"), skipped("A"), passed("C")), report(passed("A"), passed("B"), passed("C")),
			"fail: 2 of the 3 tests that ran in the baseline are skipped; none is allowed\n- u.xml s A skipped\n- u.xml s B skipped\n> run these 2 skipped tests"},
		"one of two runs is skipped": {"newly-skipped", report(passed("A"), skipped("A"), skipped("A")), report(passed("A"), passed("A"), skipped("A")),
			"fail: 1 of the 2 tests that ran in the baseline is skipped; none is allowed\n- u.xml s A skipped\n> run this skipped test"},
		"skipped as before": {"newly-skipped", report(skipped("A"), passed("C")), report(skipped("A"), skipped("A"), passed("C")), "pass: none of 1 test that ran in the baseline are skipped; none is allowed"},
		"some of a suite are skipped": {"newly-skipped", counts(report(passed("A")), "x", evidence.Counts{Passed: 1, Skipped: 1}), counts(report(passed("A")), "x", evidence.Counts{Passed: 2}),
			"fail: 1 of the 3 tests that ran in the baseline is skipped; none is allowed\n- 1 test of suite \"x\" that ran in the baseline is skipped\n> run this skipped test"},
		"nothing ran then": {"lost-tests", report(passed("A")), report(), "inconclusive: the baseline: 0 tests ran in source src; 1 or more are expected\n> run 1 more test, in the reports of the base (--base-reports or --store)"},
	} {
		t.Run(name, func(t *testing.T) {
			s := tests(require(x.metric, "=", "0"), x.now)
			in := s.input()
			in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, x.then)}
			in.Cycle = in.Base
			if have := answer(gates.Judge(s.policy(), in).Gates[0].Checks[0]); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	drop := tests(require("test-drop", "<=", "10%"), testReport("u.xml", 7, 1, 0, 1))
	input := drop.input()
	input.Base = map[string]evidence.Set{"src": evidence.SetOf(key, testReport("u.xml", 10, 0, 0, 0))}
	want := "fail: 20% (2/10) of the tests of the baseline are missing: 8 tests ran, and 10 there; at most 10% may be\n- u.xml:9 shop skipped0 skipped\n> run 1 more test"
	if have := answer(gates.Judge(drop.policy(), input).Gates[0].Checks[0]); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}
