package workflow_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// reviewed are rules with a review in them, and reviewing an issue in it whose gates hold.
var reviewed = workflow.Rules{
	Phases: []workflow.Phase{
		{Name: "Dev", Exit: []string{"unit"}},
		{Name: "Review", Owner: "@acme/reviewers", Exit: []string{"approval"}, On: map[workflow.Event]string{workflow.OnMinor: "Dev"}},
		{Name: "Ready"},
	},
	Escalation: workflow.Matrix{To: "@archie", Matrix: []workflow.Trigger{{Category: "architecture", Comments: []string{"architecture"}}}},
	Voices:     evidence.Voices{"write", "@archie", "@acme/reviewers", "@lint[bot]"},
}

func reviewing() plan.Snapshot {
	return plan.Snapshot{Head: "1", Labels: []string{"Review"}, Comment: plan.Comment{Body: workflow.Memory{Phase: "Review"}.Marker()}, Facts: evidence.Facts{
		Read: []evidence.FactPart{evidence.ReviewsPart, evidence.ThreadsPart, evidence.PullPart},
		Pull: &evidence.Pull{Post: evidence.Post{Number: 34, Author: "dev"}, Open: true, Head: "1"},
		Permissions: map[string]string{
			"mallory": "read", "tia": "triage", "rob": "write", "ada": "admin", "quinn": "read", "archie": "read", "dev": "write",
		},
		Teams: map[string][]string{"@acme/reviewers": {"Quinn"}},
	}}
}

var allHold = []any{"unit", gates.Pass, "approval", gates.Pass}

// R21 R22 R23: on a public repository anybody may review: what those say who may not
// decide is shown, with why it does not count, and moves, holds and escalates nothing.
func TestWhoseWordCounts(t *testing.T) {
	const stranger, app = "may not write here, and the policy does not name them", "an app that the policy does not name"
	for _, tt := range []struct{ name, by, unheard string }{
		{"a stranger", "mallory", stranger},
		{"who may triage", "tia", stranger},
		{"an app", "helper[bot]", app},
		{"an app that is named", "Lint[bot]", ""},
		{"who may write", "rob", ""},
		{"who may do more", "ada", ""},
		{"of the owners", "quinn", ""},
		{"the architect", "archie", ""},
		{"nobody knows whom", "eve", ""}, // what is not known holds
	} {
		said := map[string]func(*evidence.Facts){
			"changes": func(f *evidence.Facts) {
				f.Reviews = []evidence.Review{review(1, tt.by, evidence.ReviewRequested, "1", "no")}
			},
			"thread": func(f *evidence.Facts) {
				f.Threads = []evidence.Thread{thread("A", "issue: leaks", 1, false)}
				f.Threads[0].Comments[0].Author = tt.by
			},
			"escalates": func(f *evidence.Facts) {
				f.Threads = []evidence.Thread{thread("A", "issue (architecture): one pool", 1, false)}
				f.Threads[0].Comments[0].Author = tt.by
			},
		}
		want := map[string]string{"changes": "Dev", "thread": "Review", "escalates": "Review"}
		for what, say := range said {
			t.Run(tt.name+"/"+what, func(t *testing.T) {
				s := reviewing()
				say(&s.Facts)
				d, after := again(reviewed, s, verdict(allHold...))
				phase, escalated := want[what], 0
				if what == "escalates" {
					escalated = 1
				}
				if tt.unheard != "" {
					phase, escalated = "Ready", 0
				}
				if d.Phase.Name != phase || len(d.Escalated) != escalated {
					t.Errorf("in %s, want %s: %s; escalated %+v", d.Phase.Name, phase, d.Why, d.Escalated)
				}
				shown := slices.ContainsFunc(d.Corrections, func(c workflow.Correction) bool {
					return c.By == tt.by && c.Unheard == tt.unheard && c.Blocking == (tt.unheard == "")
				})
				if !shown && escalated == 0 {
					t.Errorf("not shown: %+v", d.Corrections)
				}
				if got := slices.Contains(d.Unheard, tt.by); got != (tt.unheard != "" && what == "changes") {
					t.Errorf("unheard are %q", d.Unheard)
				}
				if once, _ := again(reviewed, after, verdict(allHold...)); once.Memory.Marker() != d.Memory.Marker() && tt.unheard != "" {
					t.Error("a second run changes the memory")
				}
			})
		}
	}
}

// What strangers write takes no number away from what counts.
func TestStrangersShiftNoNumbers(t *testing.T) {
	s := reviewing()
	s.Facts.Threads = []evidence.Thread{thread("A", "issue: first", 1, false), thread("B", "issue: second", 2, false)}
	s.Facts.Threads[0].Comments[0].Author = "mallory"
	s.Facts.Comments = []evidence.Comment{{ID: 1, Author: "rob", Body: "/tick C1", At: monday}, {ID: 2, Author: "rob", Body: "/tick C2", At: monday}}
	d, _ := again(reviewed, s, verdict(allHold...))
	if got := d.Memory.Ticked; d.Phase.Name != "Ready" || !slices.Contains(append(got, "thread:B"), "thread:B") {
		t.Errorf("ticked %q, in %s", got, d.Phase.Name)
	}
	last := d.Memory.Log[len(d.Memory.Log)-1]
	if last.Why != "/tick: there is no correction C2; there are C1 to C1" {
		t.Errorf("logged %+v", last)
	}
}

// R21 R22: the author of the change does not settle what others ask of it: what they
// resolve is looked at by another, what escalated stays so, and they answer nothing of
// it, unless the policy leaves that to them.
func TestWhatAuthorsDoNotSettle(t *testing.T) {
	resolved := func(id, body, by string) evidence.Thread {
		x := thread(id, body, 1, true)
		x.ResolvedBy = by
		return x
	}
	const own = " of what reviewers ask for was resolved by @dev, whose change it is: who asked for it approves the commit, or another resolves it"
	for _, tt := range []struct {
		name   string
		may    workflow.AuthorMay
		change func(*evidence.Facts)
		phase  string
		why    string
	}{
		{"resolved by another", workflow.AuthorMay{}, func(f *evidence.Facts) { f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "ann")} }, "Ready", ""},
		{"resolved by the author", workflow.AuthorMay{}, func(f *evidence.Facts) { f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")} }, "Review", "1" + own},
		{"and who asked agrees", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")}
			f.Reviews = []evidence.Review{review(9, "rob", evidence.ReviewApproved, "1", "")}
		}, "Ready", ""},
		{"and who asked agreed to another commit", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")}
			f.Reviews = []evidence.Review{review(9, "rob", evidence.ReviewApproved, "0", "")}
		}, "Review", "1" + own},
		{"and another agrees", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")}
			f.Reviews = []evidence.Review{review(9, "ada", evidence.ReviewApproved, "1", "")}
		}, "Review", "1" + own},
		{"the policy lets them", workflow.AuthorMay{Resolve: true}, func(f *evidence.Facts) { f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")} }, "Ready", ""},
		{"of their own thread", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue: leaks", "dev")}
			f.Threads[0].Comments[0].Author = "dev"
		}, "Ready", ""},
		{"ticked by the author", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{thread("A", "issue: leaks", 1, false)}
			f.Comments = []evidence.Comment{{ID: 1, Author: "dev", Body: "/tick C1", At: monday}}
		}, "Review", "1 of what reviewers ask for is not mended"},
		{"ticked by the author, who may", workflow.AuthorMay{Resolve: true}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{thread("A", "issue: leaks", 1, false)}
			f.Comments = []evidence.Comment{{ID: 1, Author: "dev", Body: "/tick C1", At: monday}}
		}, "Ready", ""},
		{"resolved what escalates", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue (architecture): one pool", "dev")}
		}, "Review", "architecture: @rob says: one pool"},
		{"resolved by another what escalates", workflow.AuthorMay{}, func(f *evidence.Facts) {
			f.Threads = []evidence.Thread{resolved("A", "issue (architecture): one pool", "ada")}
		}, "Ready", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := reviewed
			r.Author = tt.may
			s := reviewing()
			tt.change(&s.Facts)
			d, s := again(r, s, verdict(allHold...))
			if d.Phase.Name != tt.phase || !strings.Contains(d.Why, tt.why) {
				t.Errorf("in %s, %s: %s", d.Phase.Name, d.Outcome, d.Why)
			}
			if once, _ := again(r, s, verdict(allHold...)); once.Memory.Marker() != d.Memory.Marker() {
				t.Error("a second run changes the memory")
			}
		})
	}
}

// R21: what the author says is mended goes back to review, where the others look.
func TestWhatTheAuthorResolvedGoesBackToReview(t *testing.T) {
	s := reviewing()
	s.Facts.Reviews = []evidence.Review{review(2, "rob", evidence.ReviewRequested, "1", "")}
	s.Facts.Threads = []evidence.Thread{thread("A", "issue: leaks", 1, false)}
	d, s := again(reviewed, s, verdict("unit", gates.Pass, "approval", gates.Fail))
	if d.Phase.Name != "Dev" {
		t.Fatalf("in %s: %s", d.Phase.Name, d.Why)
	}
	s.Head, s.Facts.Threads[0].Resolved, s.Facts.Threads[0].ResolvedBy = "2", true, "dev"
	d, s = again(reviewed, s, verdict("unit", gates.Pass, "approval", gates.Fail))
	if d.Phase.Name != "Review" || !slices.Equal(d.ReReview, []string{"rob"}) || d.Corrections[0].Done && d.Corrections[0].Claimed != "dev" {
		t.Errorf("in %s, again by %q: %+v", d.Phase.Name, d.ReReview, d.Corrections)
	}
	s.Facts.Reviews = append(s.Facts.Reviews, review(9, "rob", evidence.ReviewApproved, "2", ""))
	if d, _ = again(reviewed, s, verdict(allHold...)); d.Phase.Name != "Ready" {
		t.Errorf("in %s: %s", d.Phase.Name, d.Why)
	}
}

// R25: an architect does not answer for their own change; a team of one says so.
func TestArchitectsDoNotAnswerForTheirOwnChange(t *testing.T) {
	for _, tt := range []struct {
		may     bool
		author  string
		refused string
	}{
		{false, "archie", "/architect: it is their own change that waits for the answer: another architect gives it, or the policy lets them by `author-may: answer`"},
		{true, "archie", ""},
		{false, "dev", ""},
	} {
		r := reviewed
		r.Author.Answer = tt.may
		s := reviewing()
		s.Facts.Pull.Author = tt.author
		s.Facts.Threads = []evidence.Thread{thread("A", "issue (architecture): one pool", 1, false)}
		_, s = again(r, s, verdict(allHold...))
		s.Facts.Comments = []evidence.Comment{{ID: 1, Author: "archie", Body: "/architect guidance one each", At: monday}}
		d, _ := again(r, s, verdict(allHold...))
		if open := len(d.Escalated) > 0; open != (tt.refused != "") {
			t.Errorf("%+v: escalated %v", tt, d.Escalated)
		}
		last := d.Memory.Log[len(d.Memory.Log)-1]
		if refused := last.Kind == workflow.Refused; refused != (tt.refused != "") || refused && last.Why != tt.refused {
			t.Errorf("%+v: logged %+v", tt, last)
		}
	}
}

// R22: an escalation is not taken back by a commit, an edit or a deleted comment: it is
// answered, resolved by another than the author, or taken back by who raised it.
func TestWhatEscalatedOutlivesItsComment(t *testing.T) {
	raised := func(f *evidence.Facts) {
		f.Reviews = []evidence.Review{review(2, "rob", evidence.ReviewCommented, "1", "issue (architecture): one pool")}
		f.Threads = []evidence.Thread{thread("A", "issue (architecture): no tenant", 1, false)}
	}
	for name, tt := range map[string]struct {
		change func(*plan.Snapshot)
		open   bool
	}{
		"nothing":                {func(*plan.Snapshot) {}, true},
		"another commit":         {func(s *plan.Snapshot) { s.Head = "2"; s.Facts.Threads[0].Resolved = true }, true},
		"an edited thread":       {func(s *plan.Snapshot) { s.Facts.Reviews = nil; s.Facts.Threads[0].Comments[0].Body = "thanks" }, true},
		"all of it deleted":      {func(s *plan.Snapshot) { s.Facts.Reviews, s.Facts.Threads = nil, nil }, true},
		"resolved by the author": {func(s *plan.Snapshot) { s.Facts.Threads[0].Resolved, s.Facts.Threads[0].ResolvedBy = true, "dev" }, true},
		"resolved, and said anew": {func(s *plan.Snapshot) {
			s.Facts.Threads[0].Resolved, s.Facts.Threads[0].ResolvedBy = true, "ada"
			s.Facts.Reviews = append(s.Facts.Reviews, review(3, "rob", evidence.ReviewApproved, "1", ""))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := reviewing()
			raised(&s.Facts)
			_, s = again(reviewed, s, verdict(allHold...))
			tt.change(&s)
			d, s := again(reviewed, s, verdict(allHold...))
			if open := len(d.Escalated) == 1; open != tt.open || (d.Phase.Name == "Ready") == tt.open {
				t.Errorf("escalated %+v, in %s: %s", d.Escalated, d.Phase.Name, d.Why)
			}
			if !tt.open {
				return
			}
			s.Facts.Comments = []evidence.Comment{{ID: 9, Author: "archie", Body: "/architect guidance one each", At: monday}}
			if d, _ = again(reviewed, s, verdict(allHold...)); len(d.Escalated) != 0 {
				t.Errorf("answered, and escalated %+v", d.Escalated)
			}
		})
	}
}

// R19: of two pull requests of an issue both decide, and it does not matter whose run was
// the last: after each had one, no further run moves the issue or logs anything.
func TestTwoPullRequestsDecideAlike(t *testing.T) {
	statuses := []gates.Status{gates.Pass, gates.Fail, gates.Inconclusive}
	for _, start := range []string{"Dev", "Review", "Ready"} {
		for _, unit := range statuses {
			for _, other := range statuses {
				for _, asks := range []int{0, 34, 35} {
					first, second := alternate(t, start, unit, other, asks, 34, 35), alternate(t, start, unit, other, asks, 35, 34)
					if first != second {
						t.Errorf("from %s, #34 is %s and #35 %s, changes asked on #%d: %s one way and %s the other", start, unit, other, asks, first, second)
					}
					if holds := unit == gates.Pass && other == gates.Pass && asks == 0; holds != (first == "Ready") && start != "Ready" {
						t.Errorf("from %s, #34 is %s and #35 %s, changes asked on #%d: it stands in %s", start, unit, other, asks, first)
					}
				}
			}
		}
	}
}

// alternate lets two pull requests run in turn, and gives where the issue stands.
func alternate(t *testing.T, start string, unit, other gates.Status, asks int, order ...int) string {
	found := map[int]gates.Status{34: unit, 35: other}
	view := func(n int) plan.Snapshot {
		s := reviewing()
		s.Pull, s.Head, s.Facts.Pull.Number = n, strconv.Itoa(n), n
		if n == asks {
			s.Facts.Reviews = []evidence.Review{review(1, "rob", evidence.ReviewRequested, s.Head, "no")}
		}
		return s
	}
	label, memory, log := []string{start}, workflow.Memory{Phase: start}.Marker(), 0
	var stood []string
	for i := range 6 {
		n := order[i%2]
		m := order[(i+1)%2]
		s := view(n).With([]plan.Snapshot{view(m)})
		s.Labels, s.Comment.Body = label, memory
		v := verdict("unit", found[n], "approval", gates.Pass)
		v.Gates = append(v.Gates, gates.Elsewhere("pull request #"+strconv.Itoa(m), found[m], "it said so", ""))
		d, after := again(reviewed, s, v)
		if i >= 3 && len(d.Memory.Log) != log {
			t.Errorf("from %s, %s and %s, changes asked on #%d: run %d logs %+v", start, unit, other, asks, i, d.Memory.Log[log:])
		}
		label, memory, log = after.Labels, after.Comment.Body, len(d.Memory.Log)
		stood = append(stood, d.Phase.Name)
	}
	return stood[len(stood)-1]
}
