package workflow_test

import (
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func TestObserve(t *testing.T) {
	tests := []struct {
		name      string
		labels    []string
		memory    string // phase, "" for no comment
		phase     string
		movedFrom string
	}{
		{"neither label nor memory", []string{"bug"}, "", "", ""},
		{"one label", []string{"bug", "Review"}, "", "Review", ""},
		{"one label in another case", []string{"REVIEW"}, "Review", "Review", ""},
		{"a label that is not the name of its phase", []string{"qa-validation"}, "QA", "QA", ""},
		{"the name of a phase that has another label", []string{"QA"}, "Dev", "Dev", ""},
		{"label and memory agree", []string{"Review"}, "Review", "Review", ""},
		{"a person moved the label", []string{"Ready"}, "Review", "Ready", "Review"},
		{"the label was taken away", nil, "Review", "Review", ""},
		{"two labels and a memory", []string{"Ready", "Review"}, "Review", "Review", ""},
		{"two labels and a memory of neither", []string{"Ready", "Review"}, "QA", "Review", "QA"},
		{"two labels and no memory", []string{"Ready", "Review"}, "", "Review", ""},
		{"a memory of a phase that the policy lost", nil, "Staging", "", ""},
		{"a label and a memory of a phase that the policy lost", []string{"Ready"}, "Staging", "Ready", "Staging"},
		{"two labels and a memory of a phase that the policy lost", []string{"Ready", "Dev"}, "Staging", "Dev", "Staging"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			snap := plan.Snapshot{Labels: tt.labels, Assigned: []string{"zoe", "ann"}}
			if tt.memory != "" {
				snap.Comment.Body = workflow.Memory{Phase: tt.memory}.Marker() + "\r\ntext"
			}
			s := workflow.Observe(rules, snap)
			if s.Phase != tt.phase || s.MovedFrom != tt.movedFrom {
				t.Errorf("stands in %q, moved from %q; want %q, %q", s.Phase, s.MovedFrom, tt.phase, tt.movedFrom)
			}
			if s.Memory.Phase != tt.memory || s.Ignored != "" {
				t.Errorf("remembers %q (%s)", s.Memory.Phase, s.Ignored)
			}
			if !slices.Equal(s.Assigned, []string{"ann", "zoe"}) {
				t.Errorf("assigned are %q", s.Assigned)
			}
		})
	}
}

func TestObserveWithoutPhases(t *testing.T) {
	s := workflow.Observe(workflow.Rules{}, plan.Snapshot{Labels: []string{"Dev"}, Comment: plan.Comment{Body: workflow.Memory{Phase: "Dev"}.Marker()}})
	if s.Phase != "" || s.MovedFrom != "" || s.Labelled != nil {
		t.Errorf("stands in %q, moved from %q, labelled %q", s.Phase, s.MovedFrom, s.Labelled)
	}
}
