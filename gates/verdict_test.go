package gates_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What a check does to the verdict: three outcomes under three modes.
func TestModesDecideWhatAnOutcomeDoes(t *testing.T) {
	good, bad, none := testReport("u.xml", 9, 0, 0, 0), testReport("u.xml", 9, 1, 0, 0), unsound(testReport("u.xml", 9, 0, 0, 0))
	for _, x := range []struct {
		mode            gates.Mode
		report          *evidence.Report
		outcome, status gates.Status
	}{
		{gates.Require, good, gates.Pass, gates.Pass},
		{gates.Require, none, gates.Inconclusive, gates.Inconclusive},
		{gates.Require, bad, gates.Fail, gates.Fail},
		{gates.Warn, good, gates.Pass, gates.Pass},
		{gates.Warn, none, gates.Inconclusive, gates.Warned},
		{gates.Warn, bad, gates.Fail, gates.Warned},
		{gates.Shadow, good, gates.Pass, gates.NotApplicable},
		{gates.Shadow, none, gates.Inconclusive, gates.NotApplicable},
		{gates.Shadow, bad, gates.Fail, gates.NotApplicable},
	} {
		c := tests(cond(x.mode, "failed", "=", "0"), x.report).check(t)
		if c.Outcome != x.outcome || c.Status != x.status || c.Holds != (x.outcome == gates.Pass) {
			t.Errorf("%s, outcome %s: have %s, %s, holds %v; want status %s", x.mode, x.outcome, c.Outcome, c.Status, c.Holds, x.status)
		}
		if c.Why == "" {
			t.Errorf("%s, outcome %s: no reason", x.mode, x.outcome)
		}
	}
}

// The verdict is the worst of what is due, and proves something.
func TestVerdictFolds(t *testing.T) {
	check := func(m gates.Mode, outcome gates.Status) gates.Check {
		return gates.Check{Condition: gates.Condition{Mode: m}, Outcome: outcome}
	}
	gate := func(name string, s gates.Status, checks ...gates.Check) gates.GateResult {
		return gates.GateResult{Name: name, Status: s, Checks: checks}
	}
	pass := gate("pass", gates.Pass, check(gates.Require, gates.Pass))
	warned := gate("warned", gates.Warned, check(gates.Warn, gates.Fail))
	unseen := gate("unseen", gates.Warned, check(gates.Warn, gates.Inconclusive))
	half := gate("half", gates.Warned, gates.Check{Condition: gates.Condition{Mode: gates.Warn}, Outcome: gates.Fail, Partial: true})
	shadow := gate("shadow", gates.NotApplicable, check(gates.Shadow, gates.Fail))
	inconclusive := gate("inconclusive", gates.Inconclusive, check(gates.Require, gates.Inconclusive))
	fail := gate("fail", gates.Fail, check(gates.Require, gates.Fail))
	waived := gate("waived", gates.Waived, check(gates.Require, gates.Fail))
	for _, x := range []struct {
		gates []gates.GateResult
		want  gates.Status
	}{
		{nil, gates.Inconclusive},
		{[]gates.GateResult{pass}, gates.Pass},
		{[]gates.GateResult{pass, waived}, gates.Waived},
		{[]gates.GateResult{waived, warned, pass}, gates.Warned},
		{[]gates.GateResult{warned}, gates.Warned},
		{[]gates.GateResult{unseen, pass}, gates.Warned},
		{[]gates.GateResult{unseen}, gates.Inconclusive},
		{[]gates.GateResult{half}, gates.Inconclusive},
		{[]gates.GateResult{half, pass}, gates.Warned},
		{[]gates.GateResult{shadow, pass}, gates.Pass},
		{[]gates.GateResult{shadow}, gates.Inconclusive},
		{[]gates.GateResult{shadow, unseen}, gates.Inconclusive},
		{[]gates.GateResult{pass, inconclusive, warned}, gates.Inconclusive},
		{[]gates.GateResult{fail, inconclusive, pass}, gates.Fail},
		{[]gates.GateResult{gate("undecided", gates.Undecided)}, gates.Inconclusive},
		{[]gates.GateResult{gate("rule", gates.NotApplicable)}, gates.NotApplicable},
	} {
		for shift := range max(1, len(x.gates)) {
			order := append(append([]gates.GateResult{}, x.gates[min(shift, len(x.gates)):]...), x.gates[:min(shift, len(x.gates))]...)
			if have := (gates.Verdict{Gates: order}).DueAt(nil).Status; have != x.want {
				t.Errorf("%v: have %s, want %s", order, have, x.want)
			}
		}
	}
	// A gate that is not due is judged and counts for nothing.
	later := gates.Verdict{Gates: []gates.GateResult{pass, fail}}.DueAt(func(g string) bool { return g == "pass" })
	if g, _ := later.Gate("fail"); later.Status != gates.Pass || g.Due || g.Status != gates.Fail {
		t.Errorf("not due: %+v", later)
	}
}

func TestOnlyDueGatesCount(t *testing.T) {
	s := tests(require("failed", "=", "0"), testReport("u.xml", 9, 1, 0, 0))
	p, in := s.policy(), s.input()
	p.Gates = append(p.Gates, gates.Gate{Name: "later", From: []string{"src"}, Conditions: []gates.Condition{require("tests", ">=", "5")}})
	in.Due = func(g string) bool { return g == "later" }
	if v := gates.Judge(p, in); v.Status != gates.Pass || v.Gates[0].Status != gates.Fail || v.Gates[0].Due || !v.Gates[1].Due {
		t.Errorf("have %+v", v)
	}
}

// Every share of up to 2000 tests, against arithmetic of any size: k of n is above
// the limit if k is above the whole part of limit times n.
func TestSharesAreComparedExactly(t *testing.T) {
	for _, text := range []string{"90%", "99.95%", "33.333333%", "100%"} {
		want, err := evidence.ParseValue(text)
		if err != nil {
			t.Fatal(err)
		}
		num, den := new(big.Int).SetUint64(want.Ratio().Num), new(big.Int).SetUint64(want.Ratio().Den)
		for n := uint64(1); n <= 2000; n++ {
			whole, rest := new(big.Int).QuoRem(new(big.Int).Mul(num, new(big.Int).SetUint64(n)), den, new(big.Int))
			limit, exact := whole.Uint64(), rest.Sign() == 0
			for k := range n + 1 {
				have := evidence.ShareOf(evidence.Ratio{Num: k, Den: n})
				if more, atLeast := gates.More.Holds(have, want), gates.AtLeast.Holds(have, want); more != (k > limit) || atLeast != (k > limit || exact && k == limit) {
					t.Fatalf("%d/%d against %s: > is %v, >= is %v", k, n, text, more, atLeast)
				}
			}
			if n%13 != 0 { // through Judge, at the limit and beside it
				continue
			}
			for k := max(limit, 1) - 1; k <= min(limit+1, n); k++ {
				r := &evidence.Report{Source: "u", Kinds: evidence.Tests, Unlisted: []evidence.Unlisted{{Counts: evidence.Counts{Passed: k, Failed: n - k}}}}
				if c := tests(require("pass-rate", ">", text), r).check(t); c.Holds != (k > limit) || c.Outcome == gates.Inconclusive {
					t.Fatalf("%d/%d > %s: %s, %s", k, n, text, c.Outcome, c.Why)
				}
			}
		}
	}
}

// Each test lists what it points at, worst first, and says how many more.
func TestRefsAreTheWorstFirst(t *testing.T) {
	detail := func(file string, line int, message string) evidence.Detail {
		return evidence.Detail{File: file, Line: line, Message: message}
	}
	r := caseReport("u.xml",
		evidence.Case{Suite: "b", Name: "TestB", Outcome: evidence.Failed, Detail: detail("b_test.go", 7, "want 1\nhave 2")},
		evidence.Case{Suite: "a", Name: "TestPassed", Outcome: evidence.Passed},
		evidence.Case{Suite: "z", Class: "Z", Name: "TestZ", Outcome: evidence.Errored, At: evidence.Pos{Line: 40}},
		evidence.Case{Suite: "a", Name: "TestA", Outcome: evidence.Failed, Detail: detail("a_test.go", 9, "")},
		evidence.Case{Suite: "a", Name: "TestS", Outcome: evidence.Skipped, At: evidence.Pos{Line: 50}},
		evidence.Case{Suite: "a", Name: "TestF", Outcome: evidence.Passed, At: evidence.Pos{Line: 60}, Detail: evidence.Detail{
			Attempts: []evidence.Attempt{{Outcome: evidence.Errored}, {Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}},
	)
	r.Unlisted = []evidence.Unlisted{{Suite: "h", At: evidence.Pos{Line: 2}, Counts: evidence.Counts{Errored: 3, Passed: 1}}}
	pos := func(file string, line int) evidence.Pos { return evidence.Pos{File: file, Line: line} }
	var (
		z = gates.Ref{Pos: pos("u.xml", 40), Text: "z Z TestZ errored"}
		u = gates.Ref{Pos: pos("u.xml", 2), Text: `3 errored tests that the report counts in suite "h" and does not list`}
		a = gates.Ref{Pos: pos("a_test.go", 9), Text: "a TestA failed"}
		b = gates.Ref{Pos: pos("b_test.go", 7), Text: "b TestB failed: want 1"}
	)
	for metric, want := range map[string][]gates.Ref{
		"failed":  {u, z, a, b}, // no condition limits what could not finish
		"errored": {u, z},
		"skipped": {{Pos: pos("u.xml", 50), Text: "a TestS skipped"}},
		"flaky":   {{Pos: pos("u.xml", 60), Text: "a TestF passed at attempt 3"}},
	} {
		c := tests(require(metric, "=", "0"), r).check(t)
		if diff := cmp.Diff(want, c.Refs); diff != "" || c.MoreRefs != 0 {
			t.Errorf("%s: %s more %d", metric, diff, c.MoreRefs)
		}
	}
	c := tests(require("pass-rate", "=", "100%"), r).check(t)
	if diff := cmp.Diff([]gates.Ref{u, z, a, b}, c.Refs); diff != "" {
		t.Errorf("pass-rate: %s", diff)
	}
	if n := c.Actual.Ratio(); n != (evidence.Ratio{Num: 3, Den: 9}) { // TestPassed, TestF, 1 unlisted; A and B failed; Z and 3 unlisted errored
		t.Errorf("pass-rate is %v", n)
	}

	flaky := caseReport("f.xml", evidence.Case{Name: "T", Outcome: evidence.Passed, At: evidence.Pos{Line: 3}, Detail: evidence.Detail{
		Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}})
	if c := tests(require("flaky", "<=", "1"), flaky).check(t); len(c.Refs) != 1 || c.Refs[0].Pos != pos("f.xml", 3) {
		t.Errorf("all passed, one flaky: %v", c.Refs)
	}

	many := testReport("m.xml", 1, 15, 30, 0)
	c = tests(require("pass-rate", "=", "100%"), many).check(t)
	if len(c.Refs) != gates.MaxRefs || c.MoreRefs != 25 {
		t.Fatalf("%d refs and %d more, want 20 and 25", len(c.Refs), c.MoreRefs)
	}
	for i, ref := range c.Refs { // 1 passed and 15 failed stand before the first errored one
		if want := (gates.Ref{Pos: pos("m.xml", 17+i), Text: fmt.Sprintf("shop errored%d errored", i)}); ref != want {
			t.Errorf("ref %d is %v, want %v", i, ref, want)
		}
	}

	inconclusive := tests(require("failed", "<=", "5"), unsound(testReport("u.xml", 5, 1, 0, 0))).check(t)
	want := []gates.Ref{{Pos: evidence.Pos{File: "u.xml", Line: 3, Col: 1}, Text: "the file ends inside an element"}, {Pos: pos("u.xml", 6), Text: "shop failed0 failed"}}
	if diff := cmp.Diff(want, inconclusive.Refs); diff != "" {
		t.Errorf("inconclusive: %s", diff)
	}

	found := findings(require("findings", "=", "0"), scan("s.sarif", []string{"gosec"},
		finding("G3", evidence.Low, evidence.LevelError, "a.go", 1), finding("G2", evidence.High, evidence.LevelNote, "b.go", 2),
		finding("G1", evidence.High, evidence.LevelError, "c.go", 3), finding("G0", evidence.High, evidence.LevelNote, "", 0))).check(t)
	text := func(rule string) string { return "gosec " + rule + ": look here" }
	want = []gates.Ref{{Pos: pos("c.go", 3), Text: text("G1")}, {Pos: pos("b.go", 2), Text: text("G2")}, {Pos: pos("s.sarif", 0), Text: text("G0")}, {Pos: pos("a.go", 1), Text: text("G3")}}
	if diff := cmp.Diff(want, found.Refs); diff != "" {
		t.Errorf("findings: %s", diff)
	}

	same := scan("s.sarif", []string{"gosec"})
	for i := range gates.MaxRefs + 5 { // the last come first
		f := finding(fmt.Sprintf("R%02d", gates.MaxRefs+4-i), evidence.Low, evidence.LevelNote, "a.go", 1)
		f.Tool = "gosec"
		same.Findings.AppendFinding(f)
	}
	if c := findings(require("findings", "=", "0"), same).check(t); c.Refs[0].Text != text("R00") || c.Refs[gates.MaxRefs-1].Text != text("R19") || c.MoreRefs != 5 {
		t.Errorf("findings at one place: %v and %d more", c.Refs, c.MoreRefs)
	}

	uncovered := coverage(require("statements", "=", "100%"), profile("c.out", "m/b.go", block(1, 9, 1), block(5, 2, 0), block(9, 4, 0), block(20, 4, 0)), profile("d.out", "m/a.go", block(1, 1, 0)),
		profile("e.out", "m/c.go", block(1, 9, 1))).check(t)
	want = []gates.Ref{{Pos: pos("m/b.go", 9), Text: "10 of 19 statements not covered"}, {Pos: pos("m/a.go", 1), Text: "1 of 1 statement not covered"}}
	if diff := cmp.Diff(want, uncovered.Refs); diff != "" {
		t.Errorf("coverage: %s", diff)
	}
	if diff := cmp.Diff([]string{"c.out", "d.out", "e.out"}, uncovered.Evidence); diff != "" {
		t.Errorf("evidence: %s", diff)
	}
}
