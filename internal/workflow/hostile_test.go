package workflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// again decides on what the decision before left, with the label as it says.
func again(r workflow.Rules, s plan.Snapshot, v gates.Verdict) (workflow.Decision, plan.Snapshot) {
	d := workflow.Decide(r, workflow.Observe(r, s), v, s.Head)
	s.Comment.Body = d.Memory.Marker()
	if d.Phase.Name != "" {
		s.Labels = []string{d.Phase.Name}
	}
	return d, s
}

// R28: who may not give a command cannot make a person's move forgotten by many of
// them, whether in one comment or in a hundred.
func TestAFloodOfCommandsMovesNothing(t *testing.T) {
	r := workflow.Rules{Phases: []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Review", Exit: []string{"e2e"}}, {Name: "Ready"}}}
	v := verdict("unit", gates.Pass, "e2e", gates.Pass)
	_, s := again(r, plan.Snapshot{Head: "1"}, v)
	s.Labels = []string{"Dev"} // somebody holds it back on this commit
	d, s := again(r, s, v)
	if d.Phase.Name != "Dev" {
		t.Fatalf("it stands in %s", d.Phase.Name)
	}
	s.Facts.Permissions = map[string]string{"mallory": "read"}
	n := d.Posts(r)
	for i := range 100 {
		s.Facts.Comments = append(s.Facts.Comments, evidence.Comment{ID: int64(i + 1), Author: "mallory", Body: "/retry", At: monday})
		if d, s = again(r, s, v); d.Phase.Name != "Dev" {
			t.Fatalf("after %d commands of a stranger it stands in %s: %s", i+1, d.Phase.Name, d.Why)
		}
	}
	if d.Memory.Dropped == 0 || d.Memory.Broken() >= 0 {
		t.Errorf("%d entries are left out, broken at %d", d.Memory.Dropped, d.Memory.Broken())
	}
	if got := d.Posts(r); !slices.Equal(keys(got), keys(n)) {
		t.Errorf("posts %q, before %q", keys(got), keys(n))
	}
	if d.Why != "someone moved the issue back on this head; it goes on with another head, or by hand" {
		t.Errorf("it says: %s", d.Why)
	}
	// A person who moves it on is heard all the same.
	s.Labels = []string{"Review"}
	if d, _ = again(r, s, v); d.Phase.Name != "Ready" {
		t.Errorf("it stands in %s: %s", d.Phase.Name, d.Why)
	}
}

func keys(posts []plan.WantedPost) (out []string) {
	for _, p := range posts {
		out = append(out, p.Key)
	}
	return out
}

// R19: a late run for a pull request that was given up hands nothing off.
func TestAPullRequestThatWasGivenUpHandsNothingOff(t *testing.T) {
	r := workflow.Rules{Phases: []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Ready"}}}
	for _, tt := range []struct {
		name  string
		pull  evidence.Pull
		phase string
	}{
		{"open", evidence.Pull{Open: true}, "Ready"},
		{"merged", evidence.Pull{Merged: true}, "Ready"},
		{"closed", evidence.Pull{}, "Dev"},
	} {
		tt.pull.Number = 34
		d, _ := again(r, plan.Snapshot{Head: "1", Facts: evidence.Facts{Read: []evidence.FactPart{evidence.PullPart}, Pull: &tt.pull}}, verdict("unit", gates.Pass))
		said := strings.Contains(d.Why, "pull request #34 was closed and not merged; reopen it, or let a run for another one decide")
		if d.Phase.Name != tt.phase || said != (tt.phase == "Dev") {
			t.Errorf("%s: in %s, %s", tt.name, d.Phase.Name, d.Why)
		}
	}
}

// One comment is heard up to a number of commands, and what is left out is said once.
func TestManyCommandsInOneComment(t *testing.T) {
	s := plan.Snapshot{Head: "1", Facts: evidence.Facts{
		Permissions: map[string]string{"dev": "write"},
		Comments:    []evidence.Comment{{ID: 1, Author: "dev", Body: strings.Repeat("/status\n", 8000), At: monday}},
	}}
	got := workflow.Observe(workflow.Rules{}, s).Commands
	if len(got) != 21 || got[19].Refused != "" || got[20].Refused != "a comment is heard for 20 commands; write the others in another one" {
		t.Errorf("%d commands, the last %+v", len(got), got[len(got)-1])
	}
}

// R22: whoever can edit or delete a comment cannot take back what it escalated: that is
// the architect's to answer.
func TestAnEscalationOutlivesItsComment(t *testing.T) {
	r := workflow.Rules{
		Phases:     []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Ready"}},
		Escalation: workflow.Matrix{To: "@archie"},
	}
	asked := evidence.Comment{ID: 1, Author: "dev", Body: "/escalate design: which store", At: monday}
	edited := asked
	edited.Body, edited.Edited = "never mind", monday
	command := asked
	command.Edited = monday
	for name, comments := range map[string][]evidence.Comment{"deleted": nil, "edited": {edited}, "edited, the command left": {command}, "left": {asked}} {
		t.Run(name, func(t *testing.T) {
			s := plan.Snapshot{Head: "1", Facts: evidence.Facts{Permissions: map[string]string{"dev": "write"}, Comments: []evidence.Comment{asked}}}
			_, s = again(r, s, verdict("unit", gates.Pass))
			s.Facts.Comments = comments
			d, s := again(r, s, verdict("unit", gates.Pass))
			if len(d.Escalated) != 1 || d.Escalated[0].Why != "@dev asks: which store" || d.Phase.Name != "Dev" {
				t.Fatalf("escalated %+v, in %s", d.Escalated, d.Phase.Name)
			}
			s.Facts.Comments = append(slices.Clone(comments), evidence.Comment{ID: 9, Author: "archie", Body: "/architect guidance the first one", At: monday})
			if d, s = again(r, s, verdict("unit", gates.Pass)); len(d.Escalated) != 0 || d.Phase.Name != "Ready" {
				t.Errorf("answered, and escalated %+v, in %s", d.Escalated, d.Phase.Name)
			}
			if d, _ = again(r, s, verdict("unit", gates.Pass)); len(d.Escalated) != 0 || len(d.Memory.Escalations) != 1 {
				t.Errorf("once more: %+v", d.Memory.Escalations)
			}
		})
	}
}

// R24: who is named in one row of the matrix answers for that row alone, unless the
// policy says who answers.
func TestAnArchitectAnswersWhatIsTheirs(t *testing.T) {
	r := workflow.Rules{
		Phases: []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Ready"}},
		Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{
			{Category: "security", Labels: []string{"security"}}, {Category: "speed", Labels: []string{"speed"}, To: "@perry"},
		}},
	}
	answer := func(id int64, by, text string) evidence.Comment {
		return evidence.Comment{ID: id, Author: by, Body: "/architect " + text, At: monday}
	}
	for _, tt := range []struct {
		name, labels string
		commands     workflow.Commands
		comments     []evidence.Comment
		open         string
		refused      string
	}{
		{"of the other row", "security", nil, []evidence.Comment{answer(1, "perry", "guidance it is fine")}, "security", "what is escalated waits for @archie"},
		{"of one row of two", "security speed", nil, []evidence.Comment{answer(1, "perry", "guidance it is fine")}, "security", ""},
		{"each of their own at once", "security speed", nil, []evidence.Comment{answer(1, "perry", "guidance fine"), answer(2, "archie", "guidance so")}, "", ""},
		{"named by the policy", "security speed", workflow.Commands{"architect": {"@perry"}}, []evidence.Comment{answer(1, "perry", "guidance fine")}, "", ""},
		{"without a word of advice", "security", nil, []evidence.Comment{answer(1, "archie", "guidance")}, "security", "write /architect guidance, redesign or alternative, and what it is"},
		{"nobody's", "security", nil, []evidence.Comment{answer(1, "dev", "guidance mine")}, "security", "it is for @archie, @perry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := r
			r.Commands = tt.commands
			s := plan.Snapshot{Head: "1", Facts: evidence.Facts{Pull: &evidence.Pull{Labels: strings.Fields(tt.labels)}}}
			_, s = again(r, s, verdict("unit", gates.Pass))
			s.Facts.Comments = tt.comments
			d, _ := again(r, s, verdict("unit", gates.Pass))
			var open []string
			for _, e := range d.Escalated {
				open = append(open, e.Category)
			}
			if got := strings.Join(open, " "); got != tt.open || (d.Phase.Name == "Ready") != (tt.open == "") {
				t.Errorf("open %q in %s, want %q", got, d.Phase.Name, tt.open)
			}
			last := d.Memory.Log[len(d.Memory.Log)-1]
			if refused := last.Kind == workflow.Refused; refused != (tt.refused != "") || refused && last.Why != "/architect: "+tt.refused {
				t.Errorf("logged %+v", last)
			}
		})
	}
}

// R30: a memory that was deleted or cannot be read takes no notification with it, and no
// gate that an architect's answer made due.
func TestALostMemoryLosesNoNotice(t *testing.T) {
	r := workflow.Rules{
		Phases:     []workflow.Phase{{Name: "Dev", Exit: []string{"unit", "retest"}}, {Name: "Ready"}},
		Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{{Category: "security", Labels: []string{"security"}}}},
		After:      map[workflow.Event][]string{workflow.OnGuidance: {"retest"}},
	}
	v := verdict("unit", gates.Pass, "retest", gates.Fail)
	for name, body := range map[string]string{"deleted": "", "cut off": "<!-- tollgate:v1 e30"} {
		t.Run(name, func(t *testing.T) {
			s := plan.Snapshot{
				Head: "1", Labels: []string{"Dev"}, Comment: plan.Comment{Body: body},
				Posts: []plan.Post{{Key: "escalation/3", Body: "x"}, {Key: "notice/7", Body: "x"}, {Key: "notice/x", Body: "x"}, {Key: "log", Body: "x"}},
				Facts: evidence.Facts{Pull: &evidence.Pull{Labels: []string{"security"}}, Comments: []evidence.Comment{
					{ID: 1, Author: "archie", Body: "/architect guidance test it again", At: monday},
					{ID: 2, Author: "mallory", Body: "/architect redesign it", At: monday},
				}},
			}
			if o := workflow.Observe(r, s); o.Ignored == "" {
				t.Error("it is not said")
			}
			d, s := again(r, s, v)
			if got := d.Memory.Given; !slices.Equal(got, []workflow.Event{workflow.OnGuidance}) {
				t.Errorf("given %q", got)
			}
			if got := keys(d.Posts(r)); !slices.Contains(got, "escalation/4") {
				t.Errorf("posts %q", got)
			}
			s.Facts.Pull = nil // what was escalated is over, and the issue goes on with the next commit
			s.Head = "2"
			if d, _ = again(r, s, verdict("unit", gates.Pass, "retest", gates.Pass)); !slices.Contains(keys(d.Posts(r)), fmt.Sprint("notice/", 7+len(d.Memory.Log)-1)) {
				t.Errorf("posts %q of a log of %d", keys(d.Posts(r)), len(d.Memory.Log))
			}
			if d, _ = again(r, s, v); d.Phase.Name != "Dev" {
				t.Errorf("it stands in %s without the gate of the answer", d.Phase.Name)
			}
		})
	}
}

// R24 R29: a memory that somebody else has edited claims no answer and no tick, and the
// log of it stays, with a line about who it was.
func TestAnEditedMemoryClaimsNothing(t *testing.T) {
	r := workflow.Rules{
		Phases:     []workflow.Phase{{Name: "Dev", Exit: []string{"unit"}}, {Name: "Ready"}},
		Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{{Category: "security", Labels: []string{"security"}}}},
	}
	claims := map[string]func(*workflow.Memory){
		"an answer":     func(m *workflow.Memory) { m.Escalations[0].Open, m.Escalations[0].Answered = false, monday },
		"a tick":        func(m *workflow.Memory) { m.Ticked = []string{"thread:A"} },
		"commands read": func(m *workflow.Memory) { m.Seen = 1 << 62 },
		"a later phase": func(m *workflow.Memory) { m.Phase = "Ready" },
		"a broken log":  func(m *workflow.Memory) { m.Log[0].Why = "all is well" },
	}
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			s := plan.Snapshot{Head: "1", Facts: evidence.Facts{
				Pull: &evidence.Pull{Labels: []string{"security"}}, Threads: []evidence.Thread{thread("A", "issue: no", 1, false)},
			}}
			d, s := again(r, s, verdict("unit", gates.Pass))
			s.Posts = []plan.Post{{Key: "escalation/1", Body: "x"}}
			claim(&d.Memory)
			s.Comment.Body, s.Facts.Editor = d.Memory.Marker(), "mallory"
			s.Facts.Comments = []evidence.Comment{{ID: 5, Author: "trudy", Body: "/retry", At: monday}}
			d, s = again(r, s, verdict("unit", gates.Pass))
			if d.Phase.Name != "Dev" || len(d.Escalated) != 1 || len(d.Memory.Ticked) != 0 || d.Memory.Seen != 5 || d.Memory.Broken() >= 0 {
				t.Errorf("it stands in %s, escalated %d, ticked %q, read to %d, log broken at %d", d.Phase.Name, len(d.Escalated), d.Memory.Ticked, d.Memory.Seen, d.Memory.Broken())
			}
			named := slices.ContainsFunc(d.Memory.Log, func(e workflow.Entry) bool { return e.By == "@mallory" && e.Kind == workflow.Refused })
			if first := d.Memory.Log[0].Why; !named || first != "enters the workflow" && name != "a broken log" {
				t.Errorf("the log begins with %q and names them: %v", first, named)
			}
			s.Facts.Editor = "" // it is Tollgate's own again
			if once, _ := again(r, s, verdict("unit", gates.Pass)); once.Memory.Marker() != d.Memory.Marker() {
				t.Error("a second run changes the memory")
			}
		})
	}
}

// R30: what others named at any length leaves a memory that reads back.
func TestAMemoryThatIsFullReadsBack(t *testing.T) {
	long := strings.Repeat("é", 300)
	m := workflow.Memory{Phase: "Dev", Gates: map[string]string{"unit": "x"}, Answer: &workflow.Answer{Text: long}}
	for i := range 200 {
		m.Ticked = append(m.Ticked, fmt.Sprintf("thread:PRRT_kwDOAbCdEf5%09d", i))
		m.Log = append(m.Log, workflow.Entry{To: "x", Why: long, By: "@mallory"})
		e := workflow.Escalation{N: i + 1, Category: long, To: "@acme/architects", Why: long, Answer: workflow.EventText{Text: long}, Open: true}
		for j := range 30 {
			e.Sources = append(e.Sources, fmt.Sprintf("finding:tool/%d%s", j, strings.Repeat("r", 80)))
		}
		m.Escalations = append(m.Escalations, e)
	}
	line := m.Marker()
	got, ok := workflow.ParseMarker(line)
	if !ok || len(line) > workflow.MaxMarker {
		t.Fatalf("a marker of %d bytes does not read back", len(line))
	}
	if n := len(got.Escalations); n == 0 || got.Escalations[n-1].N != 200 || !got.Escalations[n-1].Open {
		t.Errorf("%d escalations are left", n)
	}
	if again := got.Marker(); again != line {
		t.Error("the memory that was read back is bounded once more")
	}
	// The name of a rule is whatever a report says.
	r := workflow.Rules{Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{{Category: "any", Findings: workflow.FindingMatch{Rules: []string{"*"}}}}}}
	s := plan.Snapshot{Head: "1"}
	for i := range 2 {
		o := workflow.Observe(r, s)
		o.Findings = []workflow.Finding{{Rule: strings.Repeat("r", 100_000), Tool: "t"}}
		d := workflow.Decide(r, o, verdict(), "1")
		if s.Comment.Body = d.Memory.Marker(); len(d.Memory.Escalations) != 1 || len(s.Comment.Body) > workflow.MaxMarker {
			t.Errorf("run %d: %d escalations in %d bytes", i, len(d.Memory.Escalations), len(s.Comment.Body))
		}
	}
}
