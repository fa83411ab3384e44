package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// named makes a case of suite shop from "TestPay failed".
func named(text string) evidence.Case {
	name, outcome, _ := strings.Cut(text, " ")
	c := evidence.Case{Suite: "shop", Name: name}
	switch outcome {
	case "passed":
		c.Outcome = evidence.Passed
	case "failed":
		c.Outcome = evidence.Failed
	case "errored":
		c.Outcome = evidence.Errored
	case "skipped":
		c.Outcome = evidence.Skipped
	case "flaky":
		c.Outcome = evidence.Passed
		c.Attempts = []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}
	default:
		panic("no outcome in " + text)
	}
	return c
}

// run makes a report of cases written as "TestPay failed, TestRoom passed".
func run(file, cases string) *evidence.Report {
	r := caseReport(file)
	for _, text := range strings.Split(cases, ", ") {
		r.Cases.AppendCase(named(text))
	}
	return r
}

// headers makes a report that counts cases of suite shop and lists none.
func headers(file string, c evidence.Counts) *evidence.Report {
	r := caseReport(file)
	r.Unlisted = append(r.Unlisted, evidence.Unlisted{Suite: "shop", At: evidence.Pos{Line: 2}, Counts: c})
	return r
}

// compared judges one condition on a run, and on what it is compared with.
func compared(t *testing.T, c gates.Condition, filter gates.Filter, before, now []*evidence.Report, waivers ...gates.Waiver) gates.Check {
	t.Helper()
	s := tests(c, now...)
	s.filter = filter
	in := s.input()
	if before != nil {
		set := map[string]evidence.Set{"src": evidence.SetOf(evidence.PartKey{Commit: "0aa11bb", Job: "unit"}, before...)}
		if c.Metric == "persistent-failures" {
			in.Cycle = set
		} else {
			in.Base = set
		}
	}
	in.Waivers, in.Now = waivers, time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)
	return gates.Judge(s.policy(), in).Gates[0].Checks[0]
}

// R9: a failure persists if it was there when the cycle began and is there still.
// Each row says what was, what is, and the sentence, counted by hand.
func TestTestsAgainstAReference(t *testing.T) {
	one := func(r ...*evidence.Report) []*evidence.Report { return r }
	for _, x := range []struct {
		name, metric, op, want string
		before, now            []*evidence.Report
		status                 gates.Status
		why                    string
	}{
		{"still failing", "persistent-failures", "=", "0", one(run("a.xml", "A failed, B errored, C passed")), one(run("a.xml", "A failed, B passed, C failed")), gates.Fail,
			"1 of the 2 failures with which the cycle began is there still; none is allowed"},
		{"failed, and could not finish now", "persistent-failures", "=", "0", one(run("a.xml", "A failed")), one(run("a.xml", "A errored")), gates.Fail, "1 of the 1 failure with which"},
		{"all mended", "persistent-failures", "=", "0", one(run("a.xml", "A failed, B errored")), one(run("a.xml", "A passed, B passed")), gates.Pass,
			"none of the 2 failures with which the cycle began are there still"},
		{"nothing failed at the start", "persistent-failures", "=", "0", one(run("a.xml", "A passed")), one(run("a.xml", "A failed")), gates.Pass, "no test failed when the cycle began"},
		{"deleted in place of mended", "persistent-failures", "=", "0", one(run("a.xml", "A failed, B passed")), one(run("a.xml", "B passed")), gates.Inconclusive,
			"1 test failed when the cycle began and did not run now: shop A"},
		{"skipped in place of mended", "persistent-failures", "=", "0", one(run("a.xml", "A failed, B passed")), one(run("a.xml", "A skipped, B passed")), gates.Inconclusive,
			"did not run now: shop A"},
		{"two legs failed and one is mended", "persistent-failures", "=", "0", one(run("l.xml", "A failed"), run("m.xml", "A failed")), one(run("l.xml", "A failed"), run("m.xml", "A passed")), gates.Fail,
			"1 of the 2 failures"},
		{"two legs failed and one is gone", "persistent-failures", "=", "0", one(run("l.xml", "A failed"), run("m.xml", "A failed")), one(run("l.xml", "A passed")), gates.Inconclusive, "did not run now: shop A"},
		{"in a report of another name", "persistent-failures", "=", "0", one(run("a.xml", "A failed")), one(run("z.xml", "A failed")), gates.Fail, "1 of the 1 failure"},
		{"counted and not listed now", "persistent-failures", "=", "0", one(run("a.xml", "A failed")), one(run("a.xml", "A passed"), headers("h.xml", evidence.Counts{Failed: 1})), gates.Inconclusive,
			`failures of suite "shop" in source src are counted and not listed`},
		{"counted and not listed then", "persistent-failures", "=", "0", one(headers("h.xml", evidence.Counts{Failed: 1})), one(run("a.xml", "A failed")), gates.Inconclusive, "counted and not listed"},
		{"counted then, and the suite is mended", "persistent-failures", "=", "0", one(headers("h.xml", evidence.Counts{Failed: 1})), one(run("a.xml", "A passed")), gates.Pass, "none of the 1 failure"},
		{"counted then, and the suite is gone", "persistent-failures", "=", "0", one(headers("h.xml", evidence.Counts{Failed: 1})), one(caseReport("a.xml", evidence.Case{Suite: "bar", Name: "A", Outcome: evidence.Passed})), gates.Inconclusive, "counted and not listed"},
		{"no start of the cycle", "persistent-failures", "=", "0", nil, one(run("a.xml", "A passed")), gates.Inconclusive, "the start of the cycle: source src has no report there"},
		{"half a start of the cycle", "persistent-failures", "=", "0", one(unsound(run("a.xml", "A failed"))), one(run("a.xml", "A passed")), gates.Inconclusive, "the start of the cycle: a.xml:3:1: the file ends inside an element"},
		{"half a start shows a failure", "persistent-failures", "=", "0", one(unsound(run("a.xml", "A failed"))), one(run("a.xml", "A failed")), gates.Fail, "1 of the 1 failure"},
		{"nothing ran at the start", "persistent-failures", "=", "0", one(run("a.xml", "A skipped")), one(run("a.xml", "A passed")), gates.Inconclusive, "the start of the cycle: 0 tests ran and 1 did not (skipped) in source src"},

		{"a new failure", "new.failures", "=", "0", one(run("a.xml", "A failed, B passed")), one(run("a.xml", "A failed, B failed, C errored")), gates.Fail,
			"2 of the 3 tests that ran failed and did not in the baseline; none is allowed"},
		{"only old failures", "new.failures", "=", "0", one(run("a.xml", "A failed")), one(run("a.xml", "A errored")), gates.Pass, "none of 1 test that ran failed and did not in the baseline"},
		{"old in one leg and new in the other", "new.failures", "=", "0", one(run("l.xml", "A failed"), run("m.xml", "A passed")), one(run("l.xml", "A failed"), run("m.xml", "A failed")), gates.Fail, "1 of the 2 tests"},
		{"a failure that is not listed is new", "new.failures", "=", "0", one(headers("a.xml", evidence.Counts{Failed: 2})), one(headers("a.xml", evidence.Counts{Failed: 2})), gates.Fail, "2 of the 2 tests"},
		{"half a base does not show that a failure is new", "new.failures", "=", "0", one(unsound(run("a.xml", "B passed"))), one(run("a.xml", "A failed")), gates.Inconclusive, "the baseline: a.xml:3:1"},
		{"no base", "new.failures", "=", "0", nil, one(run("a.xml", "A passed")), gates.Inconclusive, "the baseline: source src has no report there"},

		{"newly flaky", "new.flaky", "=", "0", one(run("a.xml", "A flaky, B passed")), one(run("a.xml", "A flaky, B flaky, C flaky")), gates.Fail,
			"2 of the 3 tests that ran passed only after an attempt that did not, and were not flaky in the baseline; none is allowed"},
		{"flaky as before", "new.flaky", "=", "0", one(run("a.xml", "A flaky")), one(run("a.xml", "A flaky")), gates.Pass, "none of 1 test"},

		{"a test is gone", "lost-tests", "=", "0", one(run("a.xml", "A passed, B failed, C skipped")), one(run("a.xml", "A passed, D passed")), gates.Fail,
			"1 of the 2 tests that ran in the baseline is gone; none is allowed"},
		{"one of two of a name is gone", "lost-tests", "=", "0", one(run("a.xml", "A passed, A passed")), one(run("a.xml", "A passed")), gates.Fail, "1 of the 2 tests"},
		{"all are there, in other files", "lost-tests", "=", "0", one(run("a.xml", "A passed, B passed")), one(run("x.xml", "B failed"), run("y.xml", "A skipped")), gates.Pass, "none of the 2 tests"},
		{"a suite is gone of which only the header speaks", "lost-tests", "=", "0", one(headers("a.xml", evidence.Counts{Passed: 3}), run("b.xml", "A passed")), one(run("b.xml", "A passed")), gates.Fail, "3 of the 4 tests"},
		{"a header that counts one less", "lost-tests", "=", "0", one(headers("a.xml", evidence.Counts{Passed: 3})), one(headers("a.xml", evidence.Counts{Passed: 2})), gates.Fail, "1 of the 3 tests"},
		{"a header that counts them as skipped", "newly-skipped", "=", "0", one(headers("a.xml", evidence.Counts{Passed: 3, Skipped: 1})), one(headers("a.xml", evidence.Counts{Passed: 1, Skipped: 3})), gates.Fail, "2 of the 3 tests"},
		{"half a run loses tests", "lost-tests", "=", "0", one(run("a.xml", "A passed, B passed")), one(unsound(run("a.xml", "A passed"))), gates.Inconclusive, "a.xml:3:1: the file ends inside an element"},
		{"half a base knows of a test that is gone", "lost-tests", "=", "0", one(unsound(run("a.xml", "A passed, B passed"))), one(run("a.xml", "A passed")), gates.Fail,
			"1 of the 2 tests that ran in the baseline is gone; none is allowed; besides, the baseline: a.xml:3:1"},
		{"no run", "lost-tests", "=", "0", one(run("a.xml", "A passed, B passed")), nil, gates.Inconclusive, "source src has no report: no file matches"},
		{"an empty base", "lost-tests", "=", "0", one(caseReport("a.xml")), one(run("a.xml", "A passed")), gates.Inconclusive, "the baseline: 0 tests ran in source src"},

		{"skipped since", "newly-skipped", "=", "0", one(run("a.xml", "A passed, B skipped, C failed")), one(run("a.xml", "A skipped, B skipped, C skipped, D skipped, E passed")), gates.Fail,
			"2 of the 2 tests that ran in the baseline are skipped; none is allowed"},
		{"one ran and one was skipped, and the one is gone", "newly-skipped", "=", "0", one(run("a.xml", "A passed, A skipped")), one(run("a.xml", "A skipped, B passed")), gates.Pass, "none of 1 test"},
		{"and is lost", "lost-tests", "=", "0", one(run("a.xml", "A passed, A skipped")), one(run("a.xml", "A skipped, B passed")), gates.Fail, "1 of 1 test that ran in the baseline is gone"},

		{"a drop", "test-drop", "<=", "1%", one(testReport("a.xml", 100, 0, 0, 0)), one(testReport("a.xml", 97, 1, 0, 2)), gates.Fail,
			"2% (2/100) of the tests of the baseline are missing: 98 tests ran, and 100 there; at most 1% may be"},
		{"a drop as large as may be", "test-drop", "<=", "1%", one(testReport("a.xml", 100, 0, 0, 0)), one(testReport("a.xml", 99, 0, 0, 0)), gates.Pass, "1% (1/100)"},
		{"half a run has not dropped", "test-drop", "<=", "1%", one(testReport("a.xml", 9, 0, 0, 0)), one(unsound(testReport("a.xml", 3, 0, 0, 0))), gates.Inconclusive, "a.xml:3:1"},
		{"more tests", "test-drop", "=", "0%", one(testReport("a.xml", 9, 0, 0, 0)), one(testReport("a.xml", 10, 0, 0, 0)), gates.Pass, "0% (0/9)"},
		{"a drop of a run that is not there", "test-drop", "<=", "1%", one(testReport("a.xml", 9, 0, 0, 0)), nil, gates.Inconclusive, "source src has no report"},
		{"a drop from nothing", "test-drop", "<=", "1%", nil, one(testReport("a.xml", 9, 0, 0, 0)), gates.Inconclusive, "the baseline: source src has no report there"},
	} {
		t.Run(x.metric+" "+x.name, func(t *testing.T) {
			c := compared(t, require(x.metric, x.op, x.want), gates.Filter{}, x.before, x.now)
			if c.Outcome != x.status || !strings.Contains(c.Why, x.why) {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.status, x.why)
			}
			if c.Outcome != gates.Pass && c.Remedy == "" {
				t.Error("no remedy")
			}
		})
	}
}

func TestRemediesAgainstAReference(t *testing.T) {
	for _, x := range []struct{ metric, op, want, before, now, remedy string }{
		{"persistent-failures", "=", "0", "A failed, B failed", "A failed, B failed", "fix these 2 tests"},
		{"persistent-failures", "=", "0", "A failed, B passed", "B passed", "run shop A, or have a waiver say that it is gone on purpose"},
		{"new.failures", "<=", "1", "A passed", "A failed, B failed", "fix 1 of these 2 tests"},
		{"new.flaky", "=", "0", "A passed", "A flaky", "make this test pass at the first attempt"},
		{"lost-tests", "=", "0", "A passed, B passed", "B passed", "bring back this test, or have a waiver say that it is gone on purpose"},
		{"newly-skipped", "=", "0", "A passed, B passed", "A skipped, B passed", "run this skipped test"},
		{"test-drop", "<", "50%", "A passed, B passed, C passed, D passed", "A passed", "run 2 more tests"},
		{"test-drop", "<", "0%", "A passed", "A passed", "no better evidence makes this condition hold"},
	} {
		c := compared(t, require(x.metric, x.op, x.want), gates.Filter{}, []*evidence.Report{run("a.xml", x.before)}, []*evidence.Report{run("a.xml", x.now)})
		if !strings.Contains(c.Remedy, x.remedy) {
			t.Errorf("%s of %s, was %s: remedy %q, want %q", x.metric, x.now, x.before, c.Remedy, x.remedy)
		}
	}
}

// A filter is one of the reference too: what it leaves out there is neither lost nor
// persistent, and what it cannot place there makes the check inconclusive.
func TestFilterOfAReference(t *testing.T) {
	report := func(cases ...evidence.Case) []*evidence.Report {
		return []*evidence.Report{caseReport("a.xml", cases...)}
	}
	in := func(suite string, o evidence.Outcome) evidence.Case {
		return evidence.Case{Suite: suite, Name: "A", Outcome: o}
	}
	shop := gates.Filter{Suites: []string{"shop"}}
	c := compared(t, require("lost-tests", "=", "0"), shop, report(in("shop", evidence.Passed), in("bar", evidence.Passed)), report(in("shop", evidence.Passed)))
	if c.Outcome != gates.Pass || !strings.Contains(c.Why, "none of 1 test") {
		t.Errorf("a test that the filter leaves out: %s: %s", c.Outcome, c.Why)
	}
	c = compared(t, require("lost-tests", "=", "0"), shop, report(in("bar", evidence.Passed)), report(in("shop", evidence.Passed)))
	if c.Outcome != gates.Inconclusive || !strings.Contains(c.Why, `the baseline: no test matches suites "shop" (one suite is "bar")`) {
		t.Errorf("a filter that matches nothing there: %s: %s", c.Outcome, c.Why)
	}
	broken := gates.Filter{Suites: []string{"[shop"}}
	c = compared(t, require("lost-tests", "=", "0"), broken, report(in("shop", evidence.Passed)), report(in("shop", evidence.Passed)))
	if c.Outcome != gates.Inconclusive || strings.Count(c.Why, "cannot be read") != 1 {
		t.Errorf("a filter that cannot be read is said once: %s: %s", c.Outcome, c.Why)
	}
	c = compared(t, require("persistent-failures", "=", "0"), shop, report(in("shop", evidence.Passed), in("bar", evidence.Failed)), report(in("shop", evidence.Passed), in("bar", evidence.Failed)))
	if c.Outcome != gates.Pass {
		t.Errorf("a failure that the filter leaves out: %s: %s", c.Outcome, c.Why)
	}
}

// A source of one name is not another: the unit tests do not stand in for the
// integration tests of the same names.
func TestReferenceBySource(t *testing.T) {
	p := gates.Policy{
		Sources: []gates.Source{{Name: "unit", Patterns: []string{"u.xml"}, Kinds: evidence.Tests}, {Name: "it", Patterns: []string{"i.xml"}, Kinds: evidence.Tests}},
		Gates:   []gates.Gate{{Name: "g", From: []string{"unit", "it"}, Conditions: []gates.Condition{require("lost-tests", "=", "0")}}},
	}
	set := func(cases string) evidence.Set { return evidence.SetOf(key, run("r.xml", cases)) }
	v := gates.Judge(p, gates.Input{
		Base:     map[string]evidence.Set{"unit": set("A passed, B passed"), "it": set("A passed, B passed")},
		Evidence: map[string]evidence.Set{"unit": set("A passed, B passed, B passed"), "it": set("A passed")},
	})
	if c := v.Gates[0].Checks[0]; c.Outcome != gates.Fail || !strings.HasPrefix(c.Why, "1 of the 4 tests") {
		t.Errorf("have %s: %s", c.Outcome, c.Why)
	}
}

// A reference is not whole without its shards, and parts of two commits are none.
func TestReferenceInParts(t *testing.T) {
	p := tests(require("lost-tests", "=", "0")).policy()
	part := func(commit, shard string) evidence.Set {
		return evidence.SetOf(evidence.PartKey{Commit: commit, Job: "unit", Shard: shard}, run("a.xml", "A passed"))
	}
	now := map[string]evidence.Set{"src": evidence.SetOf(key, run("a.xml", "A passed"))}
	for _, x := range []struct {
		name, why string
		base      evidence.Set
		want      gates.Status
	}{
		{"whole", "1 of the 2 tests", evidence.Merge(part("0aa", "1/2"), part("0aa", "2/2")), gates.Fail},
		{"a shard is missing", `the baseline: source src lacks shard 2/2 of job "unit"`, part("0aa", "1/2"), gates.Inconclusive},
		{"of two commits", "the baseline: the evidence is of 2 commits", evidence.Merge(part("0aa", "1/2"), part("0bb", "2/2")), gates.Fail},
	} {
		v := gates.Judge(p, gates.Input{Evidence: now, Base: map[string]evidence.Set{"src": x.base}})
		if c := v.Gates[0].Checks[0]; c.Outcome != x.want || !strings.Contains(c.Why, x.why) {
			t.Errorf("%s: have %s: %s\nwant %s: %s", x.name, c.Outcome, c.Why, x.want, x.why)
		}
	}
}

// A waiver of a test says that its failure, or that it is gone, is known.
func TestWaiversAgainstAReference(t *testing.T) {
	waiver := gates.Waiver{Test: &gates.WaivedTest{Suite: "shop", Name: "A"}, Reason: "moved", Owner: "@ann", ApprovedBy: "@bob",
		Created: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Expires: time.Date(2026, 7, 9, 0, 0, 0, 0, time.UTC)}
	expired := waiver
	expired.Created, expired.Expires = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 9, 0, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		metric, before, now string
		waiver              gates.Waiver
		want                gates.Status
	}{
		{"lost-tests", "A passed, B passed", "B passed", waiver, gates.Waived},
		{"lost-tests", "A passed, B passed", "B passed", expired, gates.Fail},
		{"lost-tests", "A passed, B passed, C passed", "B passed", waiver, gates.Fail},
		{"newly-skipped", "A passed, B passed", "A skipped, B passed", waiver, gates.Waived},
		{"new.failures", "A passed, B passed", "A failed, B passed", waiver, gates.Waived},
		{"new.flaky", "A passed, B passed", "A flaky, B passed", waiver, gates.Waived},
		{"persistent-failures", "A failed, B passed", "A failed, B passed", waiver, gates.Waived},
		{"persistent-failures", "A failed, B passed", "B passed", waiver, gates.Waived},
		{"persistent-failures", "A failed, B passed", "B passed", expired, gates.Fail},
		{"persistent-failures", "A failed, B failed", "A failed, B failed", waiver, gates.Fail},
	} {
		c := compared(t, require(x.metric, "=", "0"), gates.Filter{}, []*evidence.Report{run("a.xml", x.before)}, []*evidence.Report{run("a.xml", x.now)}, x.waiver)
		if c.Outcome != x.want {
			t.Errorf("%s, %q to %q: %s, want %s: %s", x.metric, x.before, x.now, c.Outcome, x.want, c.Why)
		}
	}
}

// What a waiver names was there in the base all the same.
func TestNoWaiverInAReference(t *testing.T) {
	waiver := gates.Waiver{Test: &gates.WaivedTest{Name: "A"}, Reason: "known", Owner: "@ann", ApprovedBy: "@bob",
		Created: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Expires: time.Date(2026, 7, 9, 0, 0, 0, 0, time.UTC)}
	same := []*evidence.Report{run("a.xml", "A failed, B passed")}
	c := compared(t, require("lost-tests", "=", "0"), gates.Filter{}, same, same, waiver)
	if c.Outcome != gates.Pass || !strings.Contains(c.Why, "none of the 2 tests that ran in the baseline") {
		t.Errorf("have %s: %s", c.Outcome, c.Why)
	}
}
