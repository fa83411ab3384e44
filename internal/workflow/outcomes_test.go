package workflow_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// TestOutcomeTable writes down what becomes of an issue for each phase, verdict,
// outcome of the review, state of the clocks and command: R19 to R25 on one page, a
// line each, for people to read.
func TestOutcomeTable(t *testing.T) {
	back := map[workflow.Event]string{workflow.OnMinor: "Dev", workflow.OnGuidance: "Dev", workflow.OnRedesign: "Dev", workflow.OnAlternative: "Dev"}
	r := workflow.Rules{
		Phases: []workflow.Phase{
			{Name: "Dev", Owner: "@dev", Exit: []string{"unit"}},
			{Name: "Review", Owner: "@rob", Exit: []string{"approval"}, On: back},
			{Name: "QA", Owner: "@quinn", Exit: []string{"e2e"}},
			{Name: "Ready", Owner: "@pia"},
		},
		Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{
			{Category: "design", Comments: []string{"issue architecture"}}, {Category: "blocked", Blocked: true},
		}},
		Commands: workflow.Commands{"architect": {"@archie"}, "blocked": {"@dev"}, "escalate": {"@dev"}},
	}
	const head = "81d0c7e5"
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	asked := evidence.Review{ID: 1, Author: "rob", State: evidence.ReviewRequested, Commit: head, At: day}
	thread := func(text string) []evidence.Thread {
		return []evidence.Thread{{ID: "T1", Comments: []evidence.Comment{{ID: 5, Author: "rob", Body: text, At: day}}}}
	}
	reviews := []struct {
		name string
		f    evidence.Facts
	}{
		{"none", evidence.Facts{}},
		{"approved", evidence.Facts{Reviews: []evidence.Review{{ID: 1, Author: "rob", State: evidence.ReviewApproved, Commit: head, At: day}}}},
		{"minor", evidence.Facts{Reviews: []evidence.Review{asked}, Threads: thread("issue: an empty name")}},
		{"major", evidence.Facts{Reviews: []evidence.Review{asked}, Threads: thread("issue (architecture): tenants share a pool")}},
	}
	commands := []struct{ name, by, text string }{
		{"-", "", ""}, {"/blocked", "dev", "/blocked no database"}, {"/escalate", "dev", "/escalate design: which store"},
		{"guidance", "archie", "/architect guidance a pool each"}, {"redesign", "archie", "/architect redesign anew"}, {"by a stranger", "mallory", "/architect guidance merge"},
	}
	verdicts := []struct {
		name      string
		unit, e2e gates.Status
	}{
		{"all hold", gates.Pass, gates.Pass}, {"e2e fails", gates.Pass, gates.Fail}, {"unit fails", gates.Fail, gates.Pass}, {"unit unknown", gates.Inconclusive, gates.Pass},
	}
	var b strings.Builder
	rows := 0
	for _, at := range []string{"Dev", "Review", "QA", "Ready"} {
		for _, review := range reviews {
			fmt.Fprintf(&b, "\nin %s, review: %s\n", at, review.name)
			for _, v := range verdicts {
				for _, late := range []bool{false, true} {
					for _, c := range commands {
						s := plan.Snapshot{Labels: []string{at}, Head: head, Facts: review.f, Comment: plan.Comment{Body: workflow.Memory{Phase: at}.Marker()}}
						s.Facts.Permissions = map[string]string{"dev": "write", "archie": "write", "mallory": "read"}
						if slices.Contains([]string{"guidance", "redesign", "by a stranger"}, c.name) {
							// There is nothing to answer unless a run has escalated before.
							before := workflow.Decide(r, workflow.Observe(r, s), verdict("unit", gates.Pass), head)
							before.Memory.Phase, before.Memory.Log = at, nil
							s.Comment.Body = before.Memory.Marker()
						}
						if c.text != "" {
							s.Facts.Comments = []evidence.Comment{{ID: 7, Author: c.by, Body: c.text, At: day}}
						}
						state := workflow.Observe(r, s)
						state.Now = day.Add(time.Hour)
						clock := "in time"
						if late {
							clock = "late"
							state.Overdue = []workflow.Late{{Name: workflow.BlockedClock, Since: day, Why: "blocked for too long"}}
						}
						approval := gates.Fail
						if review.name == "approved" {
							approval = gates.Pass
						}
						d := workflow.Decide(r, state, verdict("unit", v.unit, "approval", approval, "e2e", v.e2e), head)
						var said []string
						for _, e := range d.Escalated {
							said = append(said, e.Category+" to "+e.To)
						}
						if d.Blocked != nil {
							said = append(said, "blocked")
						}
						if n := len(d.Corrections); n > 0 {
							said = append(said, fmt.Sprint(n, " to mend"))
						}
						line := fmt.Sprintf("  %-12s  %-7s  %-13s  %-6s  %-10s  %s", v.name, clock, c.name, d.Phase.Name, d.Outcome, strings.Join(said, ", "))
						b.WriteString(strings.TrimRight(line, " ") + "\n")
						rows++
					}
				}
			}
		}
	}
	text := fmt.Sprintf(`Dev (exit: unit) -> Review (approval) -> QA (e2e) -> Ready. A review of minor changes and an
architect's answer send an issue in Review back to Dev. %d rows: verdict, the clock of blocked
work, command; then where the issue stands, the outcome, and what waits.
`, rows) + b.String()
	const golden = "testdata/outcomes.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("-want +got (rewrite with -update):\n%s", diff)
	}
}
