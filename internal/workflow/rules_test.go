package workflow_test

import (
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// rules are a small team's: a phase that tests guard, one that a person guards,
// one that other tests guard, and the last. The gate lint is in no phase.
var rules = workflow.Rules{
	Phases: []workflow.Phase{
		{Name: "Dev", Owner: "@dan", Exit: []string{"unit"}},
		{Name: "Review", Owner: "@rita", Manual: true},
		{Name: "QA", Label: "qa-validation", Owner: "@org/qa", Exit: []string{"e2e", "unit"}},
		{Name: "Ready", Owner: "@dan"},
	},
	Escalation: workflow.Matrix{
		To: "@archie", Label: "escalated",
		Matrix: []workflow.Trigger{
			{Category: "security", On: gates.Fail, Gates: []string{"security"}},
			{Category: "security", On: gates.Inconclusive, Gates: []string{"security"}},
			{Category: "evidence", On: gates.Inconclusive, Gates: []string{"unit", "e2e"}},
		},
	},
}

// verdict makes a verdict of pairs of gate and status.
func verdict(pairs ...any) gates.Verdict {
	var v gates.Verdict
	for i := 0; i < len(pairs); i += 2 {
		name, status := pairs[i].(string), pairs[i+1].(gates.Status)
		v.Gates = append(v.Gates, gates.GateResult{
			Name: name, Status: status,
			Checks: []gates.Check{{Status: status, Why: "because of " + name}},
		})
	}
	return v
}

func TestDueAt(t *testing.T) {
	// By the definition: those in no exit, and those in the exits up to here.
	tests := []struct {
		phase string
		want  []string
	}{
		{"", []string{"unit", "lint"}},
		{"Dev", []string{"unit", "lint"}},
		{"Review", []string{"unit", "lint"}},
		{"QA", []string{"unit", "e2e", "lint"}},
		{"Ready", []string{"unit", "e2e", "lint"}},
		{"no such phase", []string{"unit", "e2e", "lint"}},
	}
	for _, tt := range tests {
		var got []string
		for _, g := range []string{"unit", "e2e", "lint"} {
			if rules.DueAt(tt.phase)(g) {
				got = append(got, g)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("due in %q: %q, want %q", tt.phase, got, tt.want)
		}
	}
	if due := (workflow.Rules{}).DueAt(""); !due("unit") {
		t.Error("without phases a gate is not due")
	}
}
