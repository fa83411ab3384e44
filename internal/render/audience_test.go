package render

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// What people are sent says whom it is for: the table of docs/workflow.md is held to what
// each comment mentions. R27 R29
func TestWhoIsTold(t *testing.T) {
	page, err := os.ReadFile("../../docs/workflow.md")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	review := workflow.Phase{Name: "Review", Label: "Review", Owner: "@owner", Reviewers: []string{"@reviewer"}, Lists: []string{"ready"}, Exit: []string{"unit"}}
	log := func(by string) []workflow.Entry {
		return []workflow.Entry{{To: "Dev", By: workflow.ByTollgate, At: at}, {From: "Dev", To: "Review", By: by, At: at, Why: "unit holds"}}
	}
	status := func(by string) Status {
		d := workflow.Decision{Phase: review, Unproved: []string{"unit"}}
		d.Memory = workflow.Memory{Phase: "Review", Log: log(by), Escalations: []workflow.Escalation{{N: 1, Category: "security", To: "@architect", Why: "a key", Open: true, Opened: at}}}
		d.Overdue = []workflow.Late{{Name: "assessment", Since: at, Why: "it may take 4h"}}
		d.Memory.Since = at
		rules := workflow.Rules{
			Phases: []workflow.Phase{{Name: "Dev", Label: "Dev", Owner: "@dev", Exit: []string{"unit"}}, review, {Name: "Done", Label: "Done", Owner: "@ops"}},
			Lists:  []workflow.List{{Name: "ready", Title: "Ready", Items: []string{"one"}}}, Moved: workflow.Ask,
		}
		return Status{Rules: rules, Decision: d, Verdict: gates.Verdict{Status: gates.Fail}, Repo: "acme/shop", Issue: 12}
	}
	byTollgate, byPerson := status(workflow.ByTollgate), status(workflow.ByPerson)
	posts, asked := Posts(byTollgate), Posts(byPerson)
	overdue := fmt.Sprint(workflow.OverduePost, "assessment/", at.Unix())
	for _, row := range []struct{ what, who, mentions, text string }{
		{"status comment", "all", "", Comment(byTollgate)},
		{"decision log", "all", "", posts[workflow.LogPost]},
		{"handoff", "owner", "@owner", posts[workflow.NoticePost+"2"]},
		{"question about a label that was moved", "owner", "@owner", asked[workflow.AskPost+"2"]},
		{"overdue", "owner", "@owner", posts[overdue]},
		{"escalation", "architect", "@architect", posts[workflow.EscalationPost+"1"]},
		{"task lists", "all", "", posts[workflow.ListPost+"ready"]},
		{"daily progress", "product", "@po", DailyReport(byTollgate.Decision, byTollgate.Verdict, 12, "2026-03-02", []string{"@po"}, plan.Post{})},
		{"weekly summary", "product", "@po", WeeklyReport("weekly/2026-W10", nil, workflow.Metrics{From: at, To: at}, true, []string{"@po"})},
	} {
		if row.text == "" {
			t.Errorf("there is no text of %s", row.what)
		}
		if row.mentions != "" && !strings.Contains(row.text, row.mentions) {
			t.Errorf("%s does not mention %s:\n%s", row.what, row.mentions, row.text)
		}
		if line := "| " + row.what + " | " + row.who + " |"; !strings.Contains(string(page), "\n"+line) {
			t.Errorf("docs/workflow.md has no row that begins %q", line)
		}
	}
	for _, key := range []string{workflow.LogPost, workflow.ListPost + "ready"} {
		if text := posts[key]; strings.Contains(text, "@owner") || strings.Contains(text, "@reviewer") {
			t.Errorf("%s mentions somebody, who is then told again and again:\n%s", key, text)
		}
	}
	if !strings.Contains(string(page), "\n| review request | reviewer |") {
		t.Error("docs/workflow.md does not say that reviewers are asked for a review")
	}
}
