package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
)

// A verdict that lets work go on may still lack evidence, and is then nothing to
// compare others with. R4
func TestAVerdictThatLacksEvidenceIsNotConclusive(t *testing.T) {
	check := func(mode gates.Mode, outcome gates.Status, partial bool) gates.Check {
		return gates.Check{Condition: gates.Condition{Mode: mode}, Outcome: outcome, Partial: partial}
	}
	verdict := func(status gates.Status, due bool, checks ...gates.Check) gates.Verdict {
		return gates.Verdict{Status: status, Gates: []gates.GateResult{{Name: "g", Due: due, Checks: checks}}}
	}
	coming := check(gates.Require, gates.Inconclusive, true)
	coming.Coming = true
	for name, c := range map[string]struct {
		v    gates.Verdict
		want bool
	}{
		"the zero value":                        {gates.Verdict{}, false},
		"all passes":                            {verdict(gates.Pass, true, check(gates.Require, gates.Pass, false)), true},
		"all is there, and fails":               {verdict(gates.Fail, true, check(gates.Require, gates.Fail, false)), true},
		"a failure in half a report":            {verdict(gates.Fail, true, check(gates.Require, gates.Fail, true)), false},
		"inconclusive":                          {verdict(gates.Inconclusive, true, check(gates.Require, gates.Inconclusive, true)), false},
		"inconclusive, and only a warning":      {verdict(gates.Warned, true, check(gates.Warn, gates.Inconclusive, true)), false},
		"inconclusive in shadow":                {verdict(gates.Pass, true, check(gates.Shadow, gates.Inconclusive, true)), true},
		"inconclusive in a gate that comes yet": {verdict(gates.Pass, false, check(gates.Require, gates.Inconclusive, true)), true},
		"inconclusive from a later day on":      {verdict(gates.Pass, true, coming), true},
	} {
		if got := c.v.Conclusive(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
