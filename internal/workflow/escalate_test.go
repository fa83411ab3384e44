package workflow_test

import (
	"fmt"
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

// R22 R23 R24: each kind of trigger, and that nothing else fires it.
func TestTriggers(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  workflow.Trigger
		want string // the sources that escalate
	}{
		{"gate", workflow.Trigger{On: gates.Fail, Gates: []string{"unit"}}, "gate:unit"},
		{"any gate", workflow.Trigger{On: gates.Fail}, "gate:unit"},
		{"gate of another status", workflow.Trigger{On: gates.Inconclusive}, ""},
		{"comment", workflow.Trigger{Comments: []string{"issue architecture"}}, "thread:A"},
		{"one word of it", workflow.Trigger{Comments: []string{"architecture"}}, "thread:A"},
		{"a comment that is resolved", workflow.Trigger{Comments: []string{"security"}}, ""},
		{"label", workflow.Trigger{Labels: []string{"tenant-config"}}, "label:tenant-config"},
		{"path", workflow.Trigger{Paths: []string{"auth/**"}}, "path:auth/**"},
		{"owner", workflow.Trigger{Owners: []string{"@acme/SECURITY"}}, "owner:@acme/SECURITY"},
		{"finding by rule", workflow.Trigger{Findings: workflow.FindingMatch{Rules: []string{"sql-*"}}}, "finding:CodeQL/sql-injection"},
		{"finding by weakness and severity", workflow.Trigger{Findings: workflow.FindingMatch{CWEs: []string{"cwe-89"}, Severities: []string{"critical"}}}, "finding:CodeQL/sql-injection"},
		{"finding of another severity", workflow.Trigger{Findings: workflow.FindingMatch{CWEs: []string{"CWE-89"}, Severities: []string{"low"}}}, ""},
		{"blocked for too long", workflow.Trigger{Blocked: true}, "overdue:blocked@2026-03-02T08:00:00Z"},
		{"overdue", workflow.Trigger{Overdue: []string{"blocked"}}, "overdue:blocked@2026-03-02T08:00:00Z"},
		{"another clock", workflow.Trigger{Overdue: []string{"correction"}}, ""},
		{"the standard way", workflow.Trigger{Route: workflow.Correct, Labels: []string{"tenant-config"}}, ""},
		{"nothing", workflow.Trigger{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.row.Category = "x"
			r := workflow.Rules{Escalation: workflow.Matrix{To: "@arch", Matrix: []workflow.Trigger{tt.row}}}
			s := workflow.Observe(r, plan.Snapshot{Head: "1", Facts: evidence.Facts{
				Pull:    &evidence.Pull{Labels: []string{"Tenant-Config"}},
				Threads: []evidence.Thread{thread("A", "issue (architecture): no", 1, false), thread("B", "issue (security): no", 1, true)},
			}})
			s.Now = monday
			s.Changed = []evidence.FileChange{{Path: "auth/login.go", Owners: []string{"@acme/security"}}, {Path: "docs/a.md"}}
			s.Findings = []workflow.Finding{{Rule: "sql-injection", Tool: "CodeQL", CWEs: []string{"CWE-89"}, Severity: "critical"}}
			s.Overdue = []workflow.Late{{Name: "blocked", Since: monday.Add(-time.Hour), Why: "blocked may take 4h"}}
			d := workflow.Decide(r, s, verdict("unit", gates.Fail), "1")
			var got []string
			for _, e := range d.Escalated {
				got = append(got, e.Sources...)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("escalated by %q, want %q", got, tt.want)
			}
			if (d.Outcome == workflow.Escalated) != (tt.want != "") {
				t.Errorf("the outcome is %s", d.Outcome)
			}
		})
	}
}

// course is an issue over time: facts are added, and each run is run twice.
type course struct {
	t     *testing.T
	rules workflow.Rules
	issue plan.Snapshot
}

func (c *course) say(id int64, who, body string) {
	c.issue.Facts.Comments = append(c.issue.Facts.Comments, evidence.Comment{ID: id, Author: who, Body: body, At: at(int(id))})
}

func (c *course) run(minute int, pairs ...any) workflow.Decision {
	c.t.Helper()
	w := world{rules: c.rules, verdict: verdict(pairs...), head: c.issue.Head, now: at(minute)}
	d, p := w.run(c.issue)
	c.issue = c.issue.Apply(p)
	if _, again := w.run(c.issue); !again.Empty() {
		c.t.Errorf("a second run plans %v", again.Changes)
	}
	return d
}

func architects() *course {
	c := &course{rules: workflow.Rules{
		Phases: []workflow.Phase{
			{Name: "Dev", Owner: "@dev", Exit: []string{"unit"}},
			{Name: "Review", Owner: "@rob", Exit: []string{"approval"}, On: map[workflow.Event]string{
				workflow.OnMinor: "Dev", workflow.OnRedesign: "Dev", workflow.OnAlternative: "Dev"}},
			{Name: "QA", Owner: "@qa", Exit: []string{"e2e"}, On: map[workflow.Event]string{workflow.OnGuidance: "Review", workflow.OnRedesign: "Dev"}},
			{Name: "Ready", Owner: "@ops"},
		},
		Escalation: workflow.Matrix{To: "@arch", Label: "escalated", Matrix: []workflow.Trigger{
			{Category: "architecture", Comments: []string{"architecture"}}, {Category: "tests", On: gates.Fail, Gates: []string{"e2e"}},
		}},
		After: map[workflow.Event][]string{workflow.OnRedesign: {"full"}},
	}}
	c.issue = plan.Snapshot{Repo: "acme/shop", Issue: 12, Head: "1111", Labels: []string{"Review"},
		Comment: plan.Comment{Body: workflow.Memory{Phase: "Review"}.Marker()}}
	c.issue.Facts.Permissions = map[string]string{"ann": "write", "eve": "read"}
	return c
}

// R22 R25: escalated once, answered by who may, and what the answer changes.
func TestAnEscalationIsAnswered(t *testing.T) {
	c := architects()
	c.t = t
	c.issue.Facts.Threads = []evidence.Thread{thread("A", "issue (architecture): one pool for all tenants", 1, false)}
	pass := []any{"unit", gates.Pass, "approval", gates.Pass, "e2e", gates.Pass, "full", gates.Fail}
	d := c.run(10, pass...)
	if d.Outcome != workflow.Escalated || d.Phase.Name != "Review" || !slices.Contains(c.issue.Assigned, "arch") || !slices.Contains(c.issue.Labels, "escalated") {
		t.Fatalf("%s in %s, assigned %v, labels %v", d.Outcome, d.Phase.Name, c.issue.Assigned, c.issue.Labels)
	}
	if e := d.Escalated[0]; e.N != 1 || !e.Opened.Equal(at(10)) || c.issue.Post("escalation/1").Body == "" {
		t.Errorf("escalation %+v", e)
	}
	c.say(20, "eve", "/architect redesign all of it")
	c.say(21, "ann", "/architect guidance go on")
	if d = c.run(22, pass...); d.Outcome != workflow.Escalated {
		t.Errorf("strangers answered: %s", d.Why)
	}
	c.say(30, "arch", "/architect redesign\ta pool for each tenant")
	d = c.run(31, pass...)
	if d.Phase.Name != "Dev" || len(d.Escalated) != 0 || slices.Contains(c.issue.Labels, "escalated") || slices.Contains(c.issue.Assigned, "arch") {
		t.Errorf("after the answer in %s, escalated %v, labels %v, assigned %v", d.Phase.Name, d.Escalated, c.issue.Labels, c.issue.Assigned)
	}
	e := d.Memory.Escalations[0]
	if e.Open || e.Answer.Event != workflow.OnRedesign || e.Answer.By != "arch" || e.Answer.Text != "a pool for each tenant" || !e.Answered.Equal(at(30)) {
		t.Errorf("answered %+v", e)
	}
	// The commit that the architect saw goes no further; the gate that a redesign asks
	// for is due with the next one.
	if d = c.run(40, pass...); d.Phase.Name != "Dev" {
		t.Errorf("the same commit went on to %s", d.Phase.Name)
	}
	c.issue.Head = "2222"
	if d = c.run(50, pass...); d.Phase.Name != "Dev" || !strings.Contains(d.Why, "full fails") {
		t.Errorf("in %s because %s", d.Phase.Name, d.Why)
	}
	c.issue.Facts.Threads[0].Resolved = true
	pass[len(pass)-1] = gates.Pass
	if d = c.run(60, pass...); d.Phase.Name != "Ready" || d.Outcome != workflow.Done {
		t.Errorf("%s in %s because %s", d.Outcome, d.Phase.Name, d.Why)
	}
	var log []string
	for _, e := range d.Memory.Log {
		if e.Kind != workflow.Move {
			log = append(log, fmt.Sprintf("%s by %s: %s", e.Kind, e.By, e.Why))
		}
	}
	want := []string{
		"escalated by tollgate: architecture: @rob says: one pool for all tenants",
		"refused by @eve: /architect: it is for @arch",
		"refused by @ann: /architect: it is for @arch",
		"answered by @arch: architecture: redesign: a pool for each tenant",
		"command by @arch: /architect redesign a pool for each tenant",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// R22: one reason is escalated once: not again while it holds, whatever was answered;
// again when it came back; and one more reason for an open one is no second notice.
func TestAReasonIsEscalatedOnce(t *testing.T) {
	c := architects()
	c.t = t
	c.issue.Labels, c.issue.Comment.Body = []string{"QA"}, workflow.Memory{Phase: "QA"}.Marker()
	fail := []any{"unit", gates.Pass, "approval", gates.Pass, "e2e", gates.Fail, "full", gates.Pass}
	pass := slices.Clone(fail)
	pass[5] = gates.Pass
	c.run(10, fail...)
	c.say(20, "arch", "/architect guidance run it twice")
	if d := c.run(21, fail...); len(d.Escalated) != 0 || len(d.Memory.Escalations) != 1 {
		t.Errorf("escalated again after the answer: %v", d.Memory.Escalations)
	}
	c.say(30, "ann", "/escalate tests: it is the database")
	d := c.run(31, fail...)
	if len(d.Escalated) != 1 || d.Escalated[0].N != 2 || !slices.Equal(d.Escalated[0].Sources, []string{"command:30"}) {
		t.Fatalf("by hand: %+v", d.Escalated)
	}
	if c.say(40, "arch", "/architect guidance mend the database"); len(c.run(41, fail...).Escalated) != 0 {
		t.Error("the second answer closed nothing")
	}
	if d = c.run(50, pass...); len(d.Escalated) != 0 {
		t.Errorf("mended and escalated: %v", d.Escalated)
	}
	c.issue.Labels = []string{"QA"}
	if d = c.run(60, fail...); len(d.Escalated) != 1 || d.Escalated[0].N != 3 {
		t.Errorf("it fails anew: %+v", d.Escalated)
	}
	if c.say(70, "ann", "/architect guidance x"); len(c.run(71, fail...).Escalated) != 1 {
		t.Error("who is no architect answered")
	}
}

// R24: blocked work goes nowhere.
func TestBlockedWorkStays(t *testing.T) {
	c := architects()
	c.t = t
	c.rules.Blocked = "blocked"
	pass := []any{"unit", gates.Pass, "approval", gates.Pass, "e2e", gates.Pass, "full", gates.Pass}
	c.say(1, "eve", "/blocked by me")
	c.say(2, "ann", "/blocked by the bank\n\n```\n/unblocked\n```")
	d := c.run(10, pass...)
	if d.Phase.Name != "Review" || d.Blocked == nil || d.Blocked.Why != "@ann says that it is blocked: by the bank" || !d.Blocked.Since.Equal(at(2)) {
		t.Fatalf("in %s, blocked %+v", d.Phase.Name, d.Blocked)
	}
	c.issue.Labels = append(c.issue.Labels, "Blocked")
	c.say(3, "ann", "/unblocked")
	if d = c.run(20, pass...); d.Phase.Name != "Review" || d.Blocked == nil || d.Blocked.Why != "the label blocked is set" {
		t.Errorf("in %s, blocked %+v", d.Phase.Name, d.Blocked)
	}
	c.issue.Labels = []string{"Review"}
	c.issue.Facts.Blockers = []evidence.Blocker{{Repo: "acme/pay", Number: 7, Open: true}}
	if d = c.run(30, pass...); d.Blocked == nil || d.Blocked.Why != "acme/pay#7 blocks it" {
		t.Errorf("blocked %+v", d.Blocked)
	}
	c.issue.Facts.Blockers[0].Open = false
	if d = c.run(40, pass...); d.Phase.Name != "Ready" {
		t.Errorf("in %s because %s", d.Phase.Name, d.Why)
	}
}

// A run that did not read the threads says nothing of those that raised an escalation.
func TestWhatWasNotReadStillHolds(t *testing.T) {
	c := architects()
	c.t = t
	pass := []any{"unit", gates.Pass, "approval", gates.Pass, "e2e", gates.Pass, "full", gates.Pass}
	c.issue.Facts.Read = []evidence.FactPart{evidence.ReviewsPart, evidence.ThreadsPart}
	c.issue.Facts.Threads = []evidence.Thread{thread("A", "issue (architecture): one pool", 1, false)}
	c.run(10, pass...)
	c.issue.Facts.Read, c.issue.Facts.Threads = nil, nil
	if d := c.run(20, pass...); len(d.Escalated) != 1 || d.Phase.Name != "Review" {
		t.Errorf("in %s, escalated %v", d.Phase.Name, d.Escalated)
	}
	c.issue.Facts.Read = []evidence.FactPart{evidence.ReviewsPart, evidence.ThreadsPart}
	if d := c.run(30, pass...); len(d.Escalated) != 1 || d.Phase.Name != "Review" { // who may delete it is no architect
		t.Errorf("the thread is gone: in %s, escalated %v", d.Phase.Name, d.Escalated)
	}
	c.issue.Facts.Threads = []evidence.Thread{thread("A", "issue (architecture): one pool", 1, true)}
	if d := c.run(40, pass...); len(d.Escalated) != 0 || d.Phase.Name != "Ready" {
		t.Errorf("the thread is resolved: in %s, escalated %v", d.Phase.Name, d.Escalated)
	}
}
