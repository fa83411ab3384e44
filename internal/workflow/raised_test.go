package workflow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// R22: an escalation is known from its own comment where the memory and its copy are gone,
// and only where nobody else can have written it; else it is raised anew, with the next
// number.
func TestAnEscalationIsKnownFromItsOwnComment(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	one := workflow.Escalation{N: 1, Category: "tests", To: "@archie", Why: "unit fails", Sources: []string{"gate:unit"}, Opened: at, Open: true}
	long := one
	for len(long.Line()) <= workflow.MaxMarker {
		long.To += strings.Repeat("x", 1000)
	}
	other, none := one, one
	other.N, none.Sources = 7, nil
	for _, tt := range []struct {
		name, line, editor string
		want               int // how many the escalation that is open is
	}{
		{"as it was written", one.Line(), "", 1},
		{"somebody has edited it", one.Line(), "mallory", 2},
		{"of another number", other.Line(), "", 2},
		{"of nothing", none.Line(), "", 2},
		{"cut", one.Line()[:len(one.Line())/2], "", 2},
		{"of another version", strings.Replace(one.Line(), "v1 ", "v9 ", 1), "", 2},
		{"no base64", strings.Replace(one.Line(), "v1 ey", "v1 --", 1), "", 2},
		{"longer than Tollgate writes it", long.Line(), "", 2},
		{"none", "", "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, s, _ := logged(t, 3)
			r.Escalation = workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{{Category: "tests", On: gates.Fail, Gates: []string{"unit"}}}}
			s.Comment.Body = ""
			s.Posts = []plan.Post{{Key: "escalation/1", ID: 3, Body: workflow.PostMarker("escalation/1") + "\n" + tt.line + "\n### Escalation 1"}}
			if tt.editor != "" {
				s.Facts.PostEditors = map[string]string{"escalation/1": tt.editor}
			}
			d := workflow.Decide(r, workflow.Observe(r, s), verdict("unit", gates.Fail, "e2e", gates.Pass), s.Head)
			if len(d.Escalated) != 1 || d.Escalated[0].N != tt.want {
				t.Errorf("escalated are %+v, want number %d", d.Escalated, tt.want)
			}
		})
	}
}

// R22 R24: what the runs of several pull requests have found holds until none of them is
// left, and what nobody knows holds.
func TestWhoStandsForAnEscalation(t *testing.T) {
	green, red := verdict("unit", gates.Pass, "e2e", gates.Pass), verdict("unit", gates.Fail, "e2e", gates.Pass)
	const gate, finding = "gate:unit", "finding:CodeQL/sql"
	for _, tt := range []struct {
		name    string
		source  string
		pulls   []int
		verdict gates.Verdict
		beside  []workflow.Beside
		past    []int
		open    bool
		want    []int
	}{
		{"its own, and it is mended", gate, []int{34}, green, nil, nil, false, nil},
		{"its own, and it fails still", gate, []int{34}, red, nil, nil, true, []int{34}},
		{"another's, of which nothing is known", gate, []int{35}, green, nil, nil, true, []int{35}},
		{"another's, which is closed", gate, []int{35}, green, nil, []int{35}, false, nil},
		{"another's, which fails still", gate, []int{35}, green, []workflow.Beside{{Pull: 35, Verdict: red}}, nil, true, []int{35}},
		{"another's, which holds now", gate, []int{35}, green, []workflow.Beside{{Pull: 35, Verdict: green}}, nil, false, nil},
		{"another's, of which nobody knows the gate", gate, []int{35}, green, []workflow.Beside{{Pull: 35}}, nil, true, []int{35}},
		{"another's, and this one fails as well", gate, []int{35}, red, nil, nil, true, []int{35, 34}},
		{"of both, and this one is mended", gate, []int{34, 35}, green, nil, nil, true, []int{35}},
		{"a finding of another's, whose gates hold", finding, []int{35}, green, []workflow.Beside{{Pull: 35, Verdict: green}}, nil, true, []int{35}},
		{"a finding of its own that is gone", finding, []int{34}, green, nil, nil, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, s, m := logged(t, 3)
			r.Escalation = workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{
				{Category: "tests", On: gates.Fail, Gates: []string{"unit"}},
				{Category: "tests", Findings: workflow.FindingMatch{Rules: []string{"sql"}}},
			}}
			m.Pull = 34
			m.Escalations = []workflow.Escalation{{N: 1, Category: "tests", To: "@archie", Sources: []string{tt.source}, Opened: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Open: true, Pulls: tt.pulls}}
			s.Comment.Body, s.Pull, s.Past = m.Marker(), 34, tt.past
			s.Facts.Read = []evidence.FactPart{evidence.ReviewsPart, evidence.ThreadsPart}
			st := workflow.Observe(r, s)
			st.Beside = tt.beside
			d := workflow.Decide(r, st, tt.verdict, s.Head)
			e := d.Memory.Escalations[0]
			if e.Open != tt.open || len(e.Pulls) != len(tt.want) || len(d.Memory.Escalations) != 1 {
				t.Fatalf("%+v, want open %v and %v", d.Memory.Escalations, tt.open, tt.want)
			}
			for i, n := range tt.want {
				if e.Pulls[i] != n {
					t.Errorf("%v stand for it, want %v", e.Pulls, tt.want)
				}
			}
		})
	}
}
