package workflow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// team are the phases, the owners and the triggers of a team that ran this
// process by hand before.
var team = workflow.Rules{
	Phases: []workflow.Phase{
		{Name: "In Development", Owner: "@dev", Exit: []string{"unit", "integration", "coverage", "security"}},
		{Name: "Code Review Ready", Owner: "@reviewer", Manual: true},
		{Name: "In Code Review", Owner: "@reviewer", Manual: true},
		{Name: "QA Validation", Owner: "@qa", Exit: []string{"regression", "performance"}},
		{Name: "Production Ready", Owner: "@product"},
	},
	Escalation: workflow.Matrix{
		To: "@architect", Label: "Escalated",
		Matrix: []workflow.Trigger{
			{Category: "security concern", On: gates.Fail, Gates: []string{"security"}},
			{Category: "performance architecture", On: gates.Fail, Gates: []string{"performance"}},
		},
	},
}

// story is one issue over several runs.
type story struct {
	t     *testing.T
	issue plan.Snapshot
}

func begin(t *testing.T) *story {
	return &story{t, plan.Snapshot{Repo: "acme/shop", Issue: 2, Labels: []string{"P1"}, Assigned: []string{"eve"}}}
}

// judge runs Tollgate on a head with some gates not passing, and sees where the
// issue is left.
func (s *story) judge(head string, notPassing []any, outcome workflow.Outcome, labels, assigned []string) workflow.Decision {
	s.t.Helper()
	all := []any{}
	for _, g := range []string{"unit", "integration", "coverage", "security", "regression", "performance"} {
		status := gates.Pass
		if i := slices.Index(notPassing, any(g)); i >= 0 {
			status = notPassing[i+1].(gates.Status)
		}
		all = append(all, g, status)
	}
	d, p := world{rules: team, verdict: verdict(all...), head: head}.run(s.issue)
	s.issue = s.issue.Apply(p)
	if d.Outcome != outcome {
		s.t.Errorf("at %s: %s because %s; want %s", head, d.Outcome, d.Why, outcome)
	}
	if diff := cmp.Diff(labels, s.issue.Labels); diff != "" {
		s.t.Errorf("at %s, labels -want +got:\n%s", head, diff)
	}
	if diff := cmp.Diff(assigned, s.issue.Assigned); diff != "" {
		s.t.Errorf("at %s, assignees -want +got:\n%s", head, diff)
	}
	return d
}

// person changes the phase label by hand.
func (s *story) person(from, to string) {
	s.issue.Labels = slices.DeleteFunc(slices.Clone(s.issue.Labels), func(l string) bool { return l == from })
	s.issue.Labels = append(s.issue.Labels, to)
}

// log compares the transitions, one "from > to by whom at head: why" each.
func (s *story) log(want ...string) {
	s.t.Helper()
	m, _ := workflow.ParseMarker(s.issue.Comment.Body)
	var got []string
	for _, t := range m.Log {
		if t.Kind != workflow.Move {
			continue
		}
		got = append(got, t.From+" > "+t.To+" by "+t.By+" at "+t.Head+": "+t.Why)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("decision log -want +got:\n%s", diff)
	}
}

// R19, R20, R27: development, review by people, validation, production.
func TestStoryApproved(t *testing.T) {
	s := begin(t)
	s.judge("head1", []any{"coverage", gates.Fail, "regression", gates.Inconclusive}, workflow.Entered,
		[]string{"In Development", "P1"}, []string{"dev", "eve"})
	s.judge("head2", []any{"regression", gates.Inconclusive}, workflow.HandedOff,
		[]string{"Code Review Ready", "P1"}, []string{"eve", "reviewer"})
	s.person("Code Review Ready", "In Code Review")
	s.judge("head2", []any{"regression", gates.Inconclusive}, workflow.Held,
		[]string{"In Code Review", "P1"}, []string{"eve", "reviewer"})
	s.person("In Code Review", "QA Validation")
	s.judge("head2", []any{"regression", gates.Inconclusive}, workflow.Held,
		[]string{"P1", "QA Validation"}, []string{"eve", "qa"})
	d := s.judge("head2", nil, workflow.Done,
		[]string{"P1", "Production Ready"}, []string{"eve", "product"})
	if d.From.Name != "QA Validation" || d.Phase.Name != "Production Ready" {
		t.Errorf("from %q to %q", d.From.Name, d.Phase.Name)
	}
	s.log(
		" > In Development by tollgate at head1: enters the workflow",
		"In Development > Code Review Ready by tollgate at head2: unit, integration, coverage, security hold at head2",
		"Code Review Ready > In Code Review by person at head2: the label was changed to \"In Code Review\"",
		"In Code Review > QA Validation by person at head2: the label was changed to \"QA Validation\"",
		"QA Validation > Production Ready by tollgate at head2: unit, integration, coverage, security, regression, performance hold at head2",
	)
}

// R9, R19, R21: corrections during the review break what held at its beginning.
func TestStorySentBackForCorrections(t *testing.T) {
	s := begin(t)
	s.judge("head1", nil, workflow.HandedOff, []string{"Code Review Ready", "P1"}, []string{"eve", "reviewer"})
	s.judge("head2", []any{"unit", gates.Inconclusive}, workflow.Held, []string{"Code Review Ready", "P1"}, []string{"eve", "reviewer"})
	d := s.judge("head3", []any{"unit", gates.Fail, "coverage", gates.Fail}, workflow.SentBack, []string{"In Development", "P1"}, []string{"dev", "eve"})
	if want := "unit fails: because of unit; coverage fails: because of coverage"; d.Why != want {
		t.Errorf("sent back because %q, want %q", d.Why, want)
	}
	// The reviewer insists, once and again, and the gate does too; it is logged once.
	for range 2 {
		s.person("In Development", "Code Review Ready")
		s.judge("head3", []any{"unit", gates.Fail}, workflow.SentBack, []string{"In Development", "P1"}, []string{"dev", "eve"})
	}
	s.judge("head4", nil, workflow.HandedOff, []string{"Code Review Ready", "P1"}, []string{"eve", "reviewer"})
	s.log(
		" > In Development by tollgate at head1: enters the workflow",
		"In Development > Code Review Ready by tollgate at head1: unit, integration, coverage, security hold at head1",
		"Code Review Ready > In Development by tollgate at head3: unit fails: because of unit; coverage fails: because of coverage",
		"In Development > Code Review Ready by tollgate at head4: unit, integration, coverage, security hold at head4",
	)
}

// R22, R23: the matrix calls the architect, once, and lets go when it is mended.
func TestStoryEscalated(t *testing.T) {
	s := begin(t)
	d := s.judge("head1", []any{"security", gates.Fail, "performance", gates.Fail}, workflow.Escalated,
		[]string{"Escalated", "In Development", "P1"}, []string{"architect", "dev", "eve"})
	want := []workflow.Escalation{{N: 1, Category: "security concern", To: "@architect", Sources: []string{"gate:security"}, Why: "security fails: because of security", Open: true}}
	if diff := cmp.Diff(want, d.Escalated); diff != "" {
		t.Errorf("performance is not due yet; -want +got:\n%s", diff)
	}
	if len(d.Memory.Escalations) != 1 || d.Why != "security concern: security fails: because of security" {
		t.Errorf("remembers %v, because %q", d.Memory.Escalations, d.Why)
	}
	d = s.judge("head2", nil, workflow.HandedOff, []string{"Code Review Ready", "P1"}, []string{"eve", "reviewer"})
	if e := d.Memory.Escalations[0]; len(d.Escalated) != 0 || e.Open {
		t.Errorf("still escalated: %+v", e)
	}
}

// R23: rows of one category are one escalation, and a row fires on its own status
// alone.
func TestCategoryIsEscalatedOnce(t *testing.T) {
	r := workflow.Rules{Escalation: workflow.Matrix{Matrix: []workflow.Trigger{
		{Category: "tenants", On: gates.Fail, Gates: []string{"isolation", "limits"}},
		{Category: "evidence", On: gates.Inconclusive, Gates: []string{"isolation", "flags"}},
		{Category: "tenants", On: gates.Inconclusive},
		{Category: "tenants", On: gates.Fail},
	}}}
	d := workflow.Decide(r, workflow.State{}, verdict("isolation", gates.Fail, "flags", gates.Inconclusive, "limits", gates.Pass), "")
	want := []workflow.Escalation{
		{N: 1, Category: "tenants", Sources: []string{"gate:isolation", "gate:flags"}, Why: "isolation fails: because of isolation; flags is inconclusive: because of flags", Open: true},
		{N: 2, Category: "evidence", Sources: []string{"gate:flags"}, Why: "flags is inconclusive: because of flags", Open: true},
	}
	if diff := cmp.Diff(want, d.Escalated); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTeamIsNotAssigned(t *testing.T) {
	s := plan.Snapshot{Labels: []string{"qa-validation"}}
	d := workflow.Decide(rules, workflow.Observe(rules, s), verdict("unit", gates.Pass, "e2e", gates.Fail), "")
	if want := d.Desired(rules, s, workflow.Texts{}); d.Phase.Owner != "@org/qa" || len(want.Assign) != 0 || len(d.Memory.Assigned) != 0 {
		t.Errorf("%s owns the phase and assigned are %q, remembered %q", d.Phase.Owner, want.Assign, d.Memory.Assigned)
	}
}

// A label that someone puts beside the one that the issue has is not a move.
func TestStrayLabelsAreNotAMove(t *testing.T) {
	s := plan.Snapshot{
		Labels:  []string{"Dev", "Review", "qa-validation"},
		Comment: plan.Comment{Body: workflow.Memory{Phase: "QA"}.Marker()},
	}
	d := workflow.Decide(rules, workflow.Observe(rules, s), verdict("unit", gates.Fail, "e2e", gates.Pass), "")
	want := []workflow.Entry{{From: "QA", To: "Dev", By: workflow.ByTollgate, Why: "unit fails: because of unit"}}
	if diff := cmp.Diff(want, d.Memory.Log, cmpopts.IgnoreFields(workflow.Entry{}, "Hash")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPersonsMoveBackIsRespectedUntilAnotherHead(t *testing.T) {
	s := begin(t)
	s.issue.Labels = []string{"QA Validation"}
	s.judge("head1", []any{"regression", gates.Fail}, workflow.Entered, []string{"QA Validation"}, []string{"eve", "qa"})
	s.person("QA Validation", "In Development")
	for range 2 {
		d := s.judge("head1", nil, workflow.Held, []string{"In Development"}, []string{"dev", "eve"})
		if !strings.Contains(d.Why, "moved the issue back on this head") {
			t.Errorf("held because %q", d.Why)
		}
	}
	s.judge("head2", nil, workflow.HandedOff, []string{"Code Review Ready"}, []string{"eve", "reviewer"})
}

func TestPersonsAssigneeIsNotUnassigned(t *testing.T) {
	s := begin(t)
	s.issue.Assigned = []string{"Dev", "eve"}
	s.judge("head1", []any{"unit", gates.Fail}, workflow.Entered, []string{"In Development", "P1"}, []string{"Dev", "eve"})
	s.judge("head2", nil, workflow.HandedOff, []string{"Code Review Ready", "P1"}, []string{"Dev", "eve", "reviewer"})
}

func TestWithoutPhasesTheVerdictIsTheOutcome(t *testing.T) {
	tests := []struct {
		v       gates.Verdict
		outcome workflow.Outcome
		why     string
	}{
		{verdict("unit", gates.Pass, "lint", gates.Warned), workflow.Done, "unit, lint hold at 81d0c7e"},
		{verdict("unit", gates.Pass), workflow.Done, "unit holds at 81d0c7e"},
		{verdict("unit", gates.Pass, "lint", gates.Waived), workflow.Done, "unit, lint (waived) hold at 81d0c7e"},
		{verdict("unit", gates.Fail), workflow.Held, "unit fails: because of unit"},
		{verdict("unit", gates.Undecided), workflow.Held, "unit is inconclusive"},
		{verdict(), workflow.Held, "no gate is due, so nothing is proved"},
	}
	for _, tt := range tests {
		d := workflow.Decide(workflow.Rules{}, workflow.State{}, tt.v, "81d0c7e5aa")
		if d.Outcome != tt.outcome || d.Why != tt.why {
			t.Errorf("%s because %q, want %s because %q", d.Outcome, d.Why, tt.outcome, tt.why)
		}
		if d.Phase.Name != "" || d.Memory.Phase != "" || d.Memory.Log != nil || d.Memory.Head != "81d0c7e5aa" {
			t.Errorf("a phase without phases: %+v", d)
		}
	}
}

func TestGateThatTheVerdictDoesNotKnowHolds(t *testing.T) {
	d := workflow.Decide(rules, workflow.State{Phase: "Dev", Memory: workflow.Memory{Phase: "Dev"}}, verdict("lint", gates.Pass), "")
	if d.Phase.Name != "Dev" || d.Outcome != workflow.Escalated || d.Why != "evidence: unit is inconclusive" {
		t.Errorf("%s in %q because %q", d.Outcome, d.Phase.Name, d.Why)
	}
}

func TestLostPhaseIsLoggedAsThePolicys(t *testing.T) {
	s := plan.Snapshot{Labels: []string{"Review"}, Comment: plan.Comment{Body: workflow.Memory{Phase: "Staging"}.Marker()}}
	d := workflow.Decide(rules, workflow.Observe(rules, s), verdict("unit", gates.Pass), "")
	want := []workflow.Entry{{From: "Staging", To: "Review", By: workflow.ByPolicy, Why: `the policy has no phase "Staging", and the label is "Review"`}}
	if diff := cmp.Diff(want, d.Memory.Log, cmpopts.IgnoreFields(workflow.Entry{}, "Hash")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
