package workflow_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// R27: whose turn it is follows from the number of the issue and who takes part, is the
// same in every run, and is never the author's own change to review.
func TestRotation(t *testing.T) {
	rules := workflow.Rules{Phases: []workflow.Phase{
		{Name: "Review", Owner: "@o/rev", Exit: []string{"g"}, Rotation: []string{"@o/rev", "@zoe"}, Reviewers: []string{"@o/rev"}},
		{Name: "Ready", Owner: "@o/ops"},
	}}
	team := map[string][]string{"@o/rev": {"Ann", "bob", "cat"}}
	for name, c := range map[string]struct {
		issue  int
		author string
		teams  map[string][]string
		was    string // whose turn it was in this phase
		want   string
	}{
		// Sorted: Ann 0, bob 1, cat 2, zoe 3.
		"12 of four is the first":               {12, "dev", team, "", "Ann"},
		"13 is the second":                      {13, "dev", team, "", "bob"},
		"15 is the last":                        {15, "dev", team, "", "zoe"},
		"the author is passed over":             {12, "ann", team, "", "bob"}, // 12 of three: bob, cat, zoe
		"who has it keeps it":                   {12, "dev", team, "cat", "cat"},
		"who left the team does not":            {12, "dev", team, "eve", "Ann"},
		"the team is not known":                 {12, "dev", nil, "", ""},
		"the team is not known, and who has it": {12, "dev", nil, "cat", "cat"},
	} {
		t.Run(name, func(t *testing.T) {
			s := plan.Snapshot{Repo: "o/r", Issue: c.issue, Open: true, Pull: 34, Head: "1", Labels: []string{"Review"}}
			s.Facts = evidence.Facts{Teams: c.teams, Pull: &evidence.Pull{Post: evidence.Post{Number: 34, Author: c.author}}, Read: []evidence.FactPart{evidence.PullPart}}
			if c.was != "" {
				s.Comment.Body = workflow.Memory{Phase: "Review", Turn: c.was}.Marker()
			}
			v := gates.Verdict{Gates: []gates.GateResult{{Name: "g", Due: true, Status: gates.Fail}}}
			d := workflow.Decide(rules, workflow.Observe(rules, s), v, "1")
			want := d.Desired(rules, s, workflow.Texts{Comment: d.Memory.Marker()})
			if d.Turn != c.want || c.want != "" && (len(want.Assign) != 1 || want.Assign[0] != c.want) {
				t.Fatalf("it is the turn of %q, and %v are assigned; want %q", d.Turn, want.Assign, c.want)
			}
			after := s.Apply(plan.Diff(s, want))
			again := workflow.Decide(rules, workflow.Observe(rules, after), v, "1")
			if p := plan.Diff(after, again.Desired(rules, after, workflow.Texts{Comment: again.Memory.Marker()})); again.Turn != d.Turn || !p.Empty() {
				t.Errorf("then it is the turn of %q, and the second run plans %v", again.Turn, p.Changes)
			}
		})
	}
}
