package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What persists of a cycle is told apart from what is beside it in the same reports. R9
func TestWhatPersistsBesideWhatDoesNot(t *testing.T) {
	counted := run("a.xml", "A failed")
	counted.Unlisted = []evidence.Unlisted{{Suite: "x", Counts: evidence.Counts{Passed: 2}}}
	for name, x := range map[string]struct {
		then, now *evidence.Report
		want      string
	}{
		"one fails again, and one passes at its second attempt": {run("a.xml", "A failed, B failed"), run("a.xml", "A failed, B flaky"),
			"fail: 1 of the 2 failures with which the cycle began is there still; none is allowed\n- a.xml shop A failed\n> fix this test"},
		"a suite was counted, in which nothing had failed": {counted, run("a.xml", "A passed"),
			"pass: none of the 1 failure with which the cycle began are there still; none is allowed"},
	} {
		c := compared(t, require("persistent-failures", "=", "0"), gates.Filter{}, []*evidence.Report{x.then}, []*evidence.Report{x.now})
		if have := answer(c); have != x.want {
			t.Errorf("%s: have %s\nwant %s", name, have, x.want)
		}
	}
}

// However many failed when the cycle began, each of them is known again.
func TestThousandsOfFailuresAreMended(t *testing.T) {
	then, now := caseReport("u.xml"), caseReport("u.xml")
	for i := range 3000 {
		c := evidence.Case{Suite: "s", Name: fmt.Sprintf("T%d", i), Outcome: evidence.Failed}
		then.Cases.AppendCase(c)
		c.Outcome = evidence.Passed
		now.Cases.AppendCase(c)
	}
	c := compared(t, require("persistent-failures", "=", "0"), gates.Filter{}, []*evidence.Report{then}, []*evidence.Report{now})
	if c.Outcome != gates.Pass || c.Partial {
		t.Errorf("have %s", answer(c))
	}
}

// What is gone is counted whatever else there is, up to where tables grow.
func TestLostTestsAmongOthers(t *testing.T) {
	named := func(from, to int) (all []evidence.Case) {
		for i := from; i < to; i++ {
			all = append(all, evidence.Case{Suite: "s", Name: fmt.Sprintf("T%d", i), Outcome: evidence.Passed})
		}
		return all
	}
	is := func(o evidence.Outcome, line int) evidence.Case {
		return evidence.Case{Suite: "s", Name: "A", Outcome: o, At: evidence.Pos{Line: line}}
	}
	ran, skipped, failed := evidence.Passed, evidence.Skipped, evidence.Failed
	var threeBeforeEach []evidence.Case
	for i, c := range named(0, 2400) {
		threeBeforeEach = append(threeBeforeEach, append(named(10000+3*i, 10003+3*i), c)...)
	}
	for name, x := range map[string]struct {
		then, now     []evidence.Case
		lost, skipped uint64
	}{
		"15 are gone, and one is new":                {named(0, 15), named(100, 101), 15, 0},
		"16 are gone, and one is new":                {named(0, 16), named(100, 101), 16, 0},
		"32 are gone, and one is new":                {named(0, 32), named(100, 101), 32, 0},
		"three new ones before each":                 {named(0, 2400), threeBeforeEach, 0, 0},
		"of a name two ran, and of the skipped more": {append(named(0, 1), is(ran, 1), is(ran, 2), is(skipped, 3)), append(named(0, 1), is(skipped, 1), is(skipped, 2)), 1, 1},
		"of a name one fails, and one is skipped":    {[]evidence.Case{is(ran, 1), is(ran, 2)}, []evidence.Case{is(failed, 3), is(skipped, 9)}, 0, 1},
	} {
		for metric, want := range map[string]uint64{"lost-tests": x.lost, "newly-skipped": x.skipped} {
			c := compared(t, require(metric, "=", "0"), gates.Filter{}, []*evidence.Report{caseReport("u.xml", x.then...)}, []*evidence.Report{caseReport("u.xml", x.now...)})
			if c.Actual != evidence.CountOf(want) {
				t.Errorf("%s: %s is %s, want %d", name, metric, c.Actual, want)
			}
			if strings.Contains(name, "fails") && want > 0 && (len(c.Refs) != 1 || c.Refs[0].Pos.Line != 9) {
				t.Errorf("%s: the skipped one is on line 9, and not %v", name, c.Refs)
			}
		}
	}
}

// Of more tests than a check lists, the slowest are listed, by time, name and place.
func TestWhichOfManySlowTestsAreListed(t *testing.T) {
	slow := caseReport("u.xml")
	for i := range 19 {
		slow.Cases.AppendCase(tookFor(fmt.Sprintf("T%02d", i), time.Minute))
	}
	slow.Cases.AppendCase(tookFor("Last", time.Second))
	slow.Cases.AppendCase(tookFor("Between", 30*time.Second))
	c := tests(require("slowest-test", "<", "500ms"), slow).check(t)
	if n := len(c.Refs); n != gates.MaxRefs || c.Refs[n-1].Text != "shop Between took 30s" {
		t.Errorf("have %v", c.Refs)
	}
	alike := caseReport("u.xml")
	for line := 21; line >= 1; line-- {
		one := tookFor("T", time.Second)
		one.At.Line = line
		alike.Cases.AppendCase(one)
	}
	c = tests(require("slowest-test", "<", "500ms"), alike).check(t)
	if len(c.Refs) != gates.MaxRefs || c.Refs[0].Pos.Line != 1 || c.Refs[19].Pos.Line != 20 {
		t.Errorf("have %v", c.Refs)
	}
}

// Formats that say no times are named in one order.
func TestFormatsWithoutTimesInOrder(t *testing.T) {
	var reports []*evidence.Report
	var want []string
	for _, format := range strings.Split("abcdefghij", "") {
		r := caseReport(format+".xml", evidence.Case{Name: "T", Outcome: evidence.Passed})
		r.Format = format
		reports = append(reports, r)
		want = append(want, "no "+format+" test of source src says how long it took")
	}
	if c := tests(require("duration", "<=", "3s"), reports...).check(t); c.Why != strings.Join(want, "; ") {
		t.Errorf("have %s", c.Why)
	}
}

// As many tests ran as are in quarantine: something ran.
func TestAsManyRanAsAreInQuarantine(t *testing.T) {
	w := gates.Waiver{Test: &gates.WaivedTest{Suite: "shop", Name: "B"}, Reason: "known", Owner: "@ann", ApprovedBy: "@bob",
		Created: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Expires: time.Date(2026, 7, 9, 0, 0, 0, 0, time.UTC)}
	c := compared(t, require("failed", "=", "0"), gates.Filter{Suites: []string{"shop"}}, nil, []*evidence.Report{run("a.xml", "A passed, B failed")}, w)
	if c.Outcome != gates.Waived || c.Partial {
		t.Errorf("have %s", answer(c))
	}
}

// A reference that comes before the last one of those that are kept takes its place.
func TestReferenceBetweenTheLastTwo(t *testing.T) {
	r := caseReport("u.xml")
	for i := 1; i <= 21; i++ {
		line := i
		switch i {
		case 20:
			line = 30
		case 21:
			line = 25
		}
		r.Cases.AppendCase(evidence.Case{Suite: "s", Name: "T", Outcome: evidence.Failed, At: evidence.Pos{Line: line}})
	}
	c := tests(require("failed", "=", "0"), r).check(t)
	if len(c.Refs) != gates.MaxRefs || c.Refs[19].Pos.Line != 25 || c.MoreRefs != 1 {
		t.Errorf("have %v and %d more", c.Refs, c.MoreRefs)
	}
}

// A file that could not be read at all is not called one that was never meant. R18
func TestFileThatCouldNotBeReadIsToBeWrittenAgain(t *testing.T) {
	lost := &evidence.Report{Source: "r/it.xml"}
	lost.Complain(evidence.Unsound, 0, 0, "permission denied")
	c := tests(require("failed", "=", "0"), lost).check(t)
	if !strings.Contains(c.Remedy, "write r/it.xml again, whole") || strings.Contains(c.Remedy, "take it out") {
		t.Errorf("have %s", answer(c))
	}
}
