package gates

import "github.com/tollgate-ci/tollgate/evidence"

// Elsewhere is a gate about what another run found: it holds where that is green, and
// holds the issue where it is not. A policy cannot ask for it.
func Elsewhere(name string, found Status, why, remedy string) GateResult {
	check := Check{
		Condition: Condition{Metric: "unproved", Op: Equal, Want: evidence.CountOf(0), Mode: Require},
		Actual:    evidence.CountOf(0), Why: why,
	}
	switch {
	case found.Green():
		check.conclude(Pass)
	case found == Fail:
		check.Actual, check.Remedy = evidence.CountOf(1), remedy
		check.conclude(Fail)
	default:
		check.Actual, check.Remedy = evidence.Value{}, remedy
		check.conclude(Inconclusive)
	}
	return GateResult{Name: name, Due: true, Status: check.Status, Checks: []Check{check}}
}
