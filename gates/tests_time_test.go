package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// tookFor makes a passed case that took so long.
func tookFor(name string, d time.Duration) evidence.Case {
	return evidence.Case{Suite: "shop", Name: name, Outcome: evidence.Passed, Duration: d}
}

func TestTimeOfTests(t *testing.T) {
	retried := tookFor("C", 2*time.Second)
	retried.Attempts = []evidence.Attempt{{Outcome: evidence.Failed, Duration: 1500 * time.Millisecond}, {Outcome: evidence.Passed, Duration: 2 * time.Second}}
	skipped := tookFor("S", time.Hour)
	skipped.Outcome = evidence.Skipped
	tap := caseReport("t.tap", evidence.Case{Name: "T", Outcome: evidence.Passed})
	tap.Format = "tap"
	for _, x := range []struct {
		name, metric, op, want string
		now                    []*evidence.Report
		status                 gates.Status
		why, remedy            string
	}{
		{"the slowest", "slowest-test", "<", "3s", []*evidence.Report{caseReport("a.xml", tookFor("A", 3*time.Second), tookFor("B", time.Second))}, gates.Fail,
			"the slowest of the 2 tests that ran took 3s: shop A; less than 3s is allowed", "bring shop A from 3s to less than 3s"},
		{"a microsecond under", "slowest-test", "<", "3s", []*evidence.Report{caseReport("a.xml", tookFor("A", 2999999*time.Microsecond))}, gates.Pass, "the slowest of the 1 test that ran took 2.999999s", ""},
		{"attempts are one test", "slowest-test", "<=", "3s", []*evidence.Report{caseReport("a.xml", retried)}, gates.Fail, "took 3.5s: shop C", "bring shop C from 3.5s to at most 3s"},
		{"added up", "duration", "<=", "5m", []*evidence.Report{caseReport("a.xml", tookFor("A", 4*time.Minute)), caseReport("b.xml", tookFor("B", 61*time.Second))}, gates.Fail,
			"the 2 tests that ran took 301s, added up; at most 300s is allowed", "bring the times of the tests from 301s to at most 300s, added up"},
		{"what was skipped took no time", "duration", "<=", "4s", []*evidence.Report{caseReport("a.xml", retried, skipped)}, gates.Pass, "the 1 test that ran took 3.5s, added up", ""},
		{"one says nothing", "slowest-test", "<=", "3s", []*evidence.Report{caseReport("a.xml", tookFor("A", time.Second), tookFor("B", 0))}, gates.Pass, "1 of them says no time, or less than 1µs", ""},
		{"none says anything", "slowest-test", "<=", "3s", []*evidence.Report{caseReport("a.xml", tookFor("B", 0))}, gates.Inconclusive, "no junit-xml test of source src says how long it took", "have the test runner write the time"},
		{"a format that says nothing beside one that does", "duration", "<=", "3s", []*evidence.Report{caseReport("a.xml", tookFor("A", time.Second)), tap}, gates.Inconclusive,
			"no tap test of source src says how long it took; what there is says: the 2 tests that ran took 1s", ""},
		{"not listed", "duration", "<=", "3s", []*evidence.Report{caseReport("a.xml", tookFor("A", time.Second)), headers("h.xml", evidence.Counts{Passed: 2})}, gates.Inconclusive,
			"2 tests are counted and not listed, so nobody knows how long they took", ""},
		{"too slow, whatever is missing", "slowest-test", "<=", "1s", []*evidence.Report{unsound(caseReport("a.xml", tookFor("A", time.Minute)))}, gates.Fail, "took 60s", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := tests(require(x.metric, x.op, x.want), x.now...).check(t)
			if c.Outcome != x.status || !strings.Contains(c.Why, x.why) || !strings.Contains(c.Remedy, x.remedy) {
				t.Errorf("have %s: %s (%s)\nwant %s: %s (%s)", c.Outcome, c.Why, c.Remedy, x.status, x.why, x.remedy)
			}
		})
	}
}

// The references of a limit on each test are those that break it.
func TestSlowestReferences(t *testing.T) {
	c := tests(require("slowest-test", "<", "2s"), caseReport("a.xml", tookFor("A", time.Second), tookFor("B", 2*time.Second), tookFor("C", 3*time.Second))).check(t)
	if len(c.Refs) != 2 || c.Refs[0].Text != "shop C took 3s" || c.Refs[1].Text != "shop B took 2s" {
		t.Errorf("have %+v", c.Refs)
	}
}

func TestShares(t *testing.T) {
	flaky := []*evidence.Report{run("a.xml", "A flaky, B passed, C passed, D skipped")}
	for _, x := range []struct {
		metric, op, want string
		now              []*evidence.Report
		status           gates.Status
		why, remedy      string
	}{
		{"skipped-share", "<=", "5%", []*evidence.Report{testReport("a.xml", 94, 0, 0, 6)}, gates.Fail, "6% (6/100) of the tests were skipped; at most 5% may be", "run 1 of these 6 skipped tests"},
		{"skipped-share", "<=", "5%", []*evidence.Report{testReport("a.xml", 95, 0, 0, 5)}, gates.Pass, "5% (5/100)", ""},
		{"skipped-share", "<", "5%", []*evidence.Report{testReport("a.xml", 95, 0, 0, 5)}, gates.Fail, "less than 5% may be", "run this"},
		{"skipped-share", "<", "5%", []*evidence.Report{testReport("a.xml", 0, 0, 0, 5)}, gates.Fail, "100% (5/5)", "run these 5 skipped tests"},
		{"skipped-share", "<=", "5%", nil, gates.Inconclusive, "no report", ""},
		{"flaky-share", "<", "33%", flaky, gates.Fail, "33.33% (1/3) of the tests that ran passed only after an attempt that did not; less than 33% may", "make this test pass at the first attempt"},
		{"flaky-share", "<", "33.4%", flaky, gates.Pass, "33.33% (1/3)", ""},
		{"flaky-share", "<=", "1%", []*evidence.Report{testReport("a.xml", 0, 0, 0, 5)}, gates.Inconclusive, "0 tests ran", ""},
	} {
		s := tests(require(x.metric, x.op, x.want), x.now...)
		c := s.check(t)
		if x.remedy == "run this" {
			x.remedy = "run 1 of these 5 skipped tests"
		}
		if c.Outcome != x.status || !strings.Contains(c.Why, x.why) || !strings.Contains(c.Remedy, x.remedy) {
			t.Errorf("%s %s %s: have %s: %s (%s)\nwant %s: %s (%s)", x.metric, x.op, x.want, c.Outcome, c.Why, c.Remedy, x.status, x.why, x.remedy)
		}
	}
}
