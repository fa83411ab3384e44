package policytest

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func loaded(t *testing.T) *policy.Policy {
	t.Helper()
	p, err := policy.Load("p.yml", []byte(`version: 1
evidence: {t: {tests: a.xml}}
gates:
  a: {from: t, require: [failed = 0], shadow: [flaky = 0]}
  b: {from: t, warn: [skipped = 0]}
phases: [{name: P, owner: "@o", exit: a}, {name: Q, owner: "@o"}]
`))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answered is a verdict in which a/failed, a/flaky and b/skipped came to outcomes.
func answered(failed, flaky, skipped gates.Status) gates.Verdict {
	warned := gates.Pass
	if skipped != gates.Pass {
		warned = gates.Warned
	}
	return gates.Verdict{Status: failed, Gates: []gates.GateResult{
		{Name: "a", Due: true, Status: failed, Checks: []gates.Check{
			{Status: failed, Outcome: failed, Why: "why failed"},
			{Status: gates.NotApplicable, Outcome: flaky, Why: "why flaky"},
		}},
		{Name: "b", Due: true, Status: warned, Checks: []gates.Check{{Status: warned, Outcome: skipped, Why: "why skipped"}}},
	}}
}

func expecting(t *testing.T, p *policy.Policy, expect string) policy.Case {
	t.Helper()
	cases, err := policy.LoadCases("c.yml", []byte("version: 1\ncases: [{name: n, expect: {"+expect+"}}]\n"), p)
	if err != nil {
		t.Fatal(err)
	}
	return cases[0]
}

func TestCompare(t *testing.T) {
	p := loaded(t)
	waived := answered(gates.Pass, gates.Pass, gates.Pass)
	waived.Status, waived.Gates[0].Status = gates.Waived, gates.Waived
	waived.Gates[0].Checks[0].Status, waived.Gates[0].Checks[0].Outcome = gates.Waived, gates.Fail
	nothing := gates.Verdict{Status: gates.Inconclusive, Gates: answered(gates.Pass, gates.Pass, gates.Pass).Gates}
	notDue := answered(gates.Pass, gates.Pass, gates.Pass).DueAt(func(string) bool { return false })
	later := answered(gates.Inconclusive, gates.Pass, gates.Fail) // a is not due, and b decides
	later.Gates[0].Due, later.Gates[1].Status, later.Gates[1].Checks[0].Status = false, gates.Inconclusive, gates.Inconclusive
	held := workflow.Decision{Outcome: workflow.Held, Phase: workflow.Phase{Name: "P"}, Why: "why held"}
	for _, tt := range []struct {
		about   string
		expect  string
		verdict gates.Verdict
		want    []Difference
	}{
		{"all as expected", "verdict: fail, gates: {a: fail, b: warn}, checks: {a/failed: fail, a/flaky: inconclusive, b/skipped: fail}, outcome: held, phase: P",
			answered(gates.Fail, gates.Inconclusive, gates.Fail), nil},
		{"nothing as expected", "verdict: pass, gates: {a: pass, b: pass}, checks: {a/failed: pass, a/flaky: fail, b/skipped: pass}, outcome: done, phase: Q",
			answered(gates.Fail, gates.Pass, gates.Inconclusive), []Difference{
				{What: "verdict", Want: "pass", Got: "fail", Why: "a: why failed"},
				{What: "gate a", Want: "pass", Got: "fail", Why: "why failed"},
				{What: "gate b", Want: "pass", Got: "warn", Why: "why skipped"},
				{What: "a/failed", Want: "pass", Got: "fail", Why: "why failed"},
				{What: "a/flaky", Want: "fail", Got: "pass", Why: "why flaky"},
				{What: "b/skipped", Want: "pass", Got: "inconclusive", Why: "why skipped"},
				{What: "outcome", Want: "done", Got: "held", Why: "why held"},
				{What: "phase", Want: "Q", Got: "P", Why: "why held"},
			}},
		{"a waived check is waived and not a failure", "verdict: waived, checks: {a/failed: waived}", waived, nil},
		{"and one that should fail did not", "checks: {a/failed: fail}", waived,
			[]Difference{{What: "a/failed", Want: "fail", Got: "waived", Why: "why failed"}}},
		{"a verdict that no gate decided", "verdict: pass", nothing,
			[]Difference{{What: "verdict", Want: "pass", Got: "inconclusive", Why: "every check that is due lacks evidence or is in shadow"}}},
		{"a gate that is not due is no reason", "verdict: pass", later,
			[]Difference{{What: "verdict", Want: "pass", Got: "inconclusive", Why: "b: why skipped"}}},
		{"no gate is due", "verdict: pass", notDue,
			[]Difference{{What: "verdict", Want: "pass", Got: "inconclusive", Why: "no gate is due"}}},
	} {
		r := Compare("c.yml", expecting(t, p, tt.expect), p, tt.verdict, held)
		if diff := gocmp.Diff(tt.want, r.Differences, cmpopts.IgnoreFields(Difference{}, "At")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.about, diff)
		}
		if r.Passed() != (tt.want == nil) {
			t.Errorf("%s: passed is %v", tt.about, r.Passed())
		}
		for _, d := range r.Differences {
			if d.At.File != "c.yml" || d.At.Line != 2 {
				t.Errorf("%s: %s stands at %s", tt.about, d.What, d.At)
			}
		}
	}
}

// TestACaseThatExpectsNothingDoesNotPass holds the zero value to show nothing.
func TestACaseThatExpectsNothingDoesNotPass(t *testing.T) {
	if (Result{}).Passed() {
		t.Error("it passes")
	}
}

func TestCoverage(t *testing.T) {
	p := loaded(t)
	var results []Result
	for _, v := range []gates.Verdict{
		answered(gates.Pass, gates.Pass, gates.Inconclusive),
		answered(gates.Fail, gates.Pass, gates.Inconclusive),
		answered(gates.Fail, gates.Inconclusive, gates.Fail),
	} {
		results = append(results, Compare("c.yml", policy.Case{}, p, v, workflow.Decision{}))
	}
	type row struct {
		Name                         string
		Passed, Failed, Inconclusive int
		Gap                          string
	}
	rows := func(results []Result) (out []row) {
		for _, s := range Coverage(p, results) {
			out = append(out, row{s.Check.Name, s.Passed, s.Failed, s.Inconclusive, s.Gap()})
		}
		return out
	}
	want := []row{
		{"a/failed", 1, 2, 0, ""},
		{"a/flaky", 2, 0, 1, "never seen to fail"},
		{"b/skipped", 0, 1, 2, "never seen to pass"},
	}
	if diff := gocmp.Diff(want, rows(results)); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	const never = "never seen to pass or to fail"
	want = []row{{"a/failed", 0, 0, 0, never}, {"a/flaky", 0, 0, 0, never}, {"b/skipped", 0, 0, 0, never}}
	if diff := gocmp.Diff(want, rows(nil)); diff != "" {
		t.Errorf("without cases (-want +got):\n%s", diff)
	}
}
