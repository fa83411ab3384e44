// Package policytest compares what a policy answered to a case with what the case
// expects, and counts which conditions the cases have seen to hold and to fail. It
// judges nothing itself: the verdict comes from the same walk as that of a check.
package policytest

import (
	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Result is what came of one case.
type Result struct {
	File        string
	Case        string
	At          evidence.Pos
	Expected    int // how many things the case expects
	Differences []Difference

	answers []*gates.Check // to every check, in the order of policy.Checks; nil if it was not asked
}

// Passed reports whether all came out as expected. A case that expects nothing
// shows nothing.
func (r Result) Passed() bool { return r.Expected > 0 && len(r.Differences) == 0 }

// Difference is one thing that came out otherwise.
type Difference struct {
	What, Want, Got string
	Why             string // the sentence of the verdict that explains it
	At              evidence.Pos
}

// Compare holds the answer of a policy against what a case expects.
func Compare(file string, c policy.Case, p *policy.Policy, v gates.Verdict, d workflow.Decision) Result {
	r := Result{File: file, Case: c.Name, At: c.At, Expected: len(c.Expect)}
	for _, k := range p.Checks() {
		a, _ := p.Answer(v, k)
		r.answers = append(r.answers, a)
	}
	for _, e := range c.Expect {
		got, why := answer(p, e, v, d)
		if got != e.Want {
			r.Differences = append(r.Differences, Difference{e.String(), e.Want, got, why, e.At})
		}
	}
	return r
}

// answer gives what came out, in the words in which it is expected, and why.
func answer(p *policy.Policy, e policy.Expectation, v gates.Verdict, d workflow.Decision) (got, why string) {
	switch e.Aspect {
	case policy.OfVerdict:
		return v.Status.String(), reason(v)
	case policy.OfGate:
		g, _ := v.Gate(e.Gate)
		return g.Status.String(), reasonOfGate(g)
	case policy.OfCheck:
		c, use := p.Answer(v, e.Check)
		if c == nil {
			return "not asked", "the profile " + use.Name + " does not apply: " + use.Why
		}
		if c.Status == gates.Waived {
			return c.Status.String(), c.Why
		}
		return c.Outcome.String(), c.Why
	case policy.OfOutcome:
		return string(d.Outcome), d.Why
	case policy.OfPhase:
		return d.Phase.Name, d.Why
	default:
		panic("policytest: undefined aspect")
	}
}

// reason is the sentence of the gate that decided the verdict.
func reason(v gates.Verdict) string {
	due := false
	for _, g := range v.Gates {
		due = due || g.Due
		if g.Due && g.Status == v.Status {
			return g.Name + ": " + reasonOfGate(g)
		}
	}
	if !due {
		return "no gate is due"
	}
	return "every check that is due lacks evidence or is in shadow"
}

// reasonOfGate is the sentence of the check that decided the gate.
func reasonOfGate(g gates.GateResult) string {
	for _, c := range g.Checks {
		if c.Status == g.Status {
			return c.Why
		}
	}
	return ""
}

// Seen says in how many cases a condition came to what.
type Seen struct {
	Check                        policy.Check
	Condition                    gates.Condition
	Passed, Failed, Inconclusive int
}

// Gap says what the cases never showed of the condition, "" if they showed both:
// a condition that was never seen to fail may be one that cannot.
func (s Seen) Gap() string {
	switch {
	case s.Passed == 0 && s.Failed == 0:
		return "never seen to pass or to fail"
	case s.Failed == 0:
		return "never seen to fail"
	case s.Passed == 0:
		return "never seen to pass"
	default:
		return ""
	}
}

// Coverage counts for every condition of the policy what the cases came to.
func Coverage(p *policy.Policy, results []Result) []Seen {
	var out []Seen
	for i, k := range p.Checks() {
		_, c := p.Judged(k)
		s := Seen{Check: k, Condition: c}
		for _, r := range results {
			switch a := r.answers[i]; {
			case a == nil: // its profile did not apply
			case a.Outcome == gates.Pass:
				s.Passed++
			case a.Outcome == gates.Fail:
				s.Failed++
			default: // a status of a later version proves no more than this one
				s.Inconclusive++
			}
		}
		out = append(out, s)
	}
	return out
}
