package gates_test

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// amounts is evidence as numbers, so that a remedy can be carried out.
type amounts struct {
	passed, failed, errored, skipped, flaky uint64
	covered, coverable                      uint64
	critical, low                           uint64
}

func (a amounts) situation(c gates.Condition) situation {
	m, _ := gates.MetricNamed(c.Metric)
	switch m.Kind {
	case evidence.Coverage:
		return coverage(c, shares("c", evidence.Statements, map[string][2]uint64{"a": {a.covered, a.coverable}}))
	case evidence.Findings:
		var fs []evidence.Finding
		for range a.critical {
			fs = append(fs, finding("R", evidence.Critical, evidence.LevelError, "a", 1))
		}
		for range a.low {
			fs = append(fs, finding("R", evidence.Low, evidence.LevelNote, "a", 1))
		}
		return findings(c, scan("s", []string{"gosec"}, fs...))
	default:
		r := testReport("u", int(a.passed), int(a.failed), int(a.errored), int(a.skipped))
		for range a.flaky {
			r.Cases.AppendCase(evidence.Case{Name: "F", Outcome: evidence.Passed, Detail: evidence.Detail{
				Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}})
		}
		return tests(c, r)
	}
}

// mend carries out k steps of what the remedy of a metric asks for.
func (a amounts) mend(metric string, k uint64) amounts {
	take := func(from, to *uint64, k uint64) {
		k = min(k, *from)
		*from -= k
		*to += k
	}
	var gone uint64
	switch metric {
	case "pass-rate":
		failed := min(k, a.failed)
		take(&a.failed, &a.passed, failed)
		take(&a.errored, &a.passed, k-failed)
	case "failed":
		take(&a.failed, &a.passed, k)
	case "errored":
		take(&a.errored, &a.passed, k)
	case "skipped":
		take(&a.skipped, &a.passed, k)
	case "flaky":
		take(&a.flaky, &a.passed, k)
	case "tests":
		a.passed += k
	case "statements":
		a.covered += k
	case "critical":
		take(&a.critical, &gone, k)
	case "findings":
		take(&a.critical, &gone, k)
	default:
		panic(metric)
	}
	return a
}

var firstNumber = regexp.MustCompile(`[0-9]+`)

// What a remedy asks for is enough, and one step less is not.
func TestRemediesAreTheLeastThatIsEnough(t *testing.T) {
	w := rand.New(rand.NewPCG(3, 4))
	tried := map[string]int{}
	for range 2500 {
		metric := []string{"pass-rate", "failed", "errored", "skipped", "flaky", "tests", "statements", "critical", "findings"}[w.IntN(9)]
		a := amounts{passed: w.Uint64N(20), failed: w.Uint64N(9), errored: w.Uint64N(9), skipped: w.Uint64N(9), flaky: w.Uint64N(9),
			coverable: 1 + w.Uint64N(3000), critical: w.Uint64N(9)}
		a.covered = w.Uint64N(a.coverable + 1)
		m, _ := gates.MetricNamed(metric)
		ops := []gates.Op{gates.Equal, gates.NotEqual, gates.Less, gates.AtMost}
		if m.Higher {
			ops = []gates.Op{gates.Equal, gates.NotEqual, gates.More, gates.AtLeast}
		}
		c := gates.Condition{Metric: metric, Op: ops[w.IntN(4)], Want: evidence.CountOf(w.Uint64N(6) * (1 + 5*uint64(w.IntN(2)))), Mode: gates.Require}
		if m.Value == evidence.Share {
			c.Want = evidence.ShareOf(evidence.Ratio{Num: w.Uint64N(10001), Den: 10000})
		}
		check := a.situation(c).check(t)
		if check.Outcome != gates.Fail || check.Partial {
			continue
		}
		k := uint64(1)
		if n := firstNumber.FindString(check.Remedy); n != "" {
			k, _ = strconv.ParseUint(n, 10, 64)
		}
		if len(check.Remedy) > 9 && check.Remedy[:9] == "no better" {
			for k := range uint64(40) {
				if metric != "statements" && a.mend(metric, k).situation(c).check(t).Holds {
					t.Fatalf("%s with %+v: %d steps would do, and the remedy is %q", c, a, k, check.Remedy)
				}
			}
			tried["none"]++
			continue
		}
		tried[metric]++
		if after := a.mend(metric, k).situation(c).check(t); !after.Holds {
			t.Fatalf("%s with %+v: after %q it is %s: %s", c, a, check.Remedy, after.Outcome, after.Why)
		}
		if after := a.mend(metric, k-1).situation(c).check(t); after.Holds {
			t.Fatalf("%s with %+v: %q is more than is needed", c, a, check.Remedy)
		}
	}
	if len(tried) != 10 {
		t.Errorf("tried only %v", tried)
	}
	for metric, n := range tried {
		if n < 10 {
			t.Errorf("%s was tried %d times", metric, n)
		}
	}
}
