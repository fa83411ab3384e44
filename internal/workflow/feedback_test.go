package workflow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// at is a minute of the Monday on which these tests play.
func at(minute int) time.Time { return monday.Add(time.Duration(minute) * time.Minute) }

func thread(id, body string, minute int, resolved bool) evidence.Thread {
	return evidence.Thread{ID: id, Path: "a.go", Line: 7, Resolved: resolved, Comments: []evidence.Comment{{Author: "rob", Body: body, At: at(minute)}}}
}

func review(id int64, who string, state evidence.ReviewState, commit, body string) evidence.Review {
	return evidence.Review{ID: id, Author: who, State: state, Commit: commit, Body: body, At: at(int(id))}
}

// overruled is a request for changes that somebody dismissed.
func overruled(r evidence.Review, by string) evidence.Review {
	r.Was, r.DismissedBy = evidence.ReviewRequested, by
	return r
}

// R21: what reviewers say, by the convention that they use.
func TestFeedback(t *testing.T) {
	head := "1111"
	for _, tt := range []struct {
		name    string
		threads []evidence.Thread
		reviews []evidence.Review
		want    []string // id, words, blocking, open
	}{
		{"a thread without a label blocks until it is resolved",
			[]evidence.Thread{thread("1", "why not a map?", 1, false), thread("2", "and here?", 2, true)}, nil,
			[]string{"thread:1 [] true true why not a map?", "thread:2 [] true false and here?"}},
		{"labels and decorations",
			[]evidence.Thread{thread("1", "**issue (blocking, architecture):** one pool", 1, false), thread("2", "nitpick: name", 2, false),
				thread("3", "suggestion (blocking): a map", 3, false), thread("4", "issue (non-blocking): slow", 4, false), thread("5", "praise: good", 5, false)}, nil,
			[]string{"thread:1 [issue blocking architecture] true true one pool", "thread:2 [nitpick] false true name",
				"thread:3 [suggestion blocking] true true a map", "thread:4 [issue non-blocking] false true slow"}},
		{"a review's text is open while it is the writer's last and of this commit", nil,
			[]evidence.Review{review(1, "rob", evidence.ReviewRequested, head, "please split it"), review(2, "zoe", evidence.ReviewRequested, "0000", "too slow")},
			[]string{"review:1 [] true true please split it", "review:2 [] true false too slow"}},
		{"the writer has reviewed again", nil,
			[]evidence.Review{review(1, "rob", evidence.ReviewRequested, head, "please split it"), review(2, "rob", evidence.ReviewApproved, head, "")},
			[]string{"review:1 [] true false please split it"}},
		{"dismissed", nil, []evidence.Review{review(1, "rob", evidence.ReviewDismissed, head, "issue: no")}, []string{"review:1 [issue] true false no"}},
		{"dismissed by whose change it is", nil, []evidence.Review{overruled(review(1, "rob", evidence.ReviewDismissed, head, "issue: no"), "dev")}, []string{"review:1 [issue] true true no"}},
		{"dismissed by another", nil, []evidence.Review{overruled(review(1, "rob", evidence.ReviewDismissed, head, "issue: no"), "zoe")}, []string{"review:1 [issue] true false no"}},
		{"an approval with a remark asks for nothing", nil, []evidence.Review{review(1, "rob", evidence.ReviewApproved, head, "nice, thanks")}, nil},
		{"an approval with a suggestion is a recommendation", nil, []evidence.Review{review(1, "rob", evidence.ReviewApproved, head, "suggestion: cache it")},
			[]string{"review:1 [suggestion] false true cache it"}},
		{"a thread without a comment left", []evidence.Thread{{ID: "1"}}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := workflow.Observe(workflow.Rules{}, plan.Snapshot{Head: head, Facts: evidence.Facts{Pull: &evidence.Pull{Post: evidence.Post{Author: "dev"}}, Threads: tt.threads, Reviews: tt.reviews}})
			var got []string
			for _, f := range s.Feedback {
				got = append(got, fmt.Sprintf("%s %v %v %v %s", f.ID, f.Words, f.Blocking, f.Open, f.Text))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// R21: changes are asked for on one commit and reviewed again on the next.
func TestCorrectionsAndReReview(t *testing.T) {
	r := workflow.Rules{Phases: []workflow.Phase{
		{Name: "Dev", Owner: "@dev", Exit: []string{"unit"}},
		{Name: "Review", Owner: "@rob", Exit: []string{"approval"}, On: map[workflow.Event]string{workflow.OnMinor: "Dev"}},
		{Name: "Ready", Owner: "@ops"},
	}, Escalation: workflow.Matrix{To: "@arch", Matrix: []workflow.Trigger{
		{Category: "style", Route: workflow.Correct, Severity: workflow.Trivial, Comments: []string{"nitpick"}},
		{Category: "architecture", Route: workflow.Escalate, Comments: []string{"issue architecture"}},
	}}}
	issue := plan.Snapshot{Repo: "acme/shop", Issue: 12, Labels: []string{"Review"}, Head: "1111",
		Comment: plan.Comment{Body: workflow.Memory{Phase: "Review"}.Marker()}}
	issue.Facts.Pull = &evidence.Pull{Post: evidence.Post{Author: "dev"}}
	issue.Facts.Read = []evidence.FactPart{evidence.ReviewsPart}
	issue.Facts.Reviews = []evidence.Review{review(1, "rob", evidence.ReviewRequested, "1111", "please")}
	issue.Facts.Threads = []evidence.Thread{thread("1", "nitpick: name", 1, false), thread("2", "issue: leaks", 2, false), thread("3", "issue (architecture): no", 3, true)}
	run := func(minute int, approval gates.Status) workflow.Decision {
		t.Helper()
		w := world{rules: r, verdict: verdict("unit", gates.Pass, "approval", approval), head: issue.Head, now: at(minute)}
		d, p := w.run(issue)
		issue = issue.Apply(p)
		if _, again := w.run(issue); !again.Empty() {
			t.Errorf("a second run plans %v", again.Changes)
		}
		return d
	}
	d := run(10, gates.Fail)
	if d.Outcome != workflow.SentBack || d.Phase.Name != "Dev" || d.Why != "changes are asked for by @rob" {
		t.Errorf("%s in %s because %s", d.Outcome, d.Phase.Name, d.Why)
	}
	var list []string
	for _, c := range d.Corrections {
		list = append(list, fmt.Sprintf("%d %s %s %v %v", c.N, c.Category, c.Severity, c.Blocking, c.Done))
	}
	want := []string{"3 review major true false", "1 review minor true false", "2 style trivial false false"}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("the list, gravest first (-want +got):\n%s", diff)
	}
	// Another commit, and the thread is resolved: the work goes back to who asked.
	issue.Head, issue.Facts.Threads[1].Resolved = "2222", true
	d = run(20, gates.Fail)
	if d.Phase.Name != "Review" || len(d.ReReview) != 1 || d.ReReview[0] != "rob" {
		t.Errorf("in %s, %v reviews again: %s", d.Phase.Name, d.ReReview, d.Why)
	}
	if got := issue.Facts.Pull.Requested; len(got) != 1 || got[0] != "@rob" {
		t.Errorf("asked for a review are %v", got)
	}
	if d.Memory.Cycle == nil {
		t.Error("the round of corrections ended before the review was left")
	}
	issue.Facts.Reviews = append(issue.Facts.Reviews, review(9, "rob", evidence.ReviewApproved, "2222", ""))
	issue.Facts.Pull.Requested = nil
	d = run(30, gates.Pass)
	if d.Phase.Name != "Ready" || d.Memory.Cycle != nil || len(issue.Facts.Pull.Requested) != 0 {
		t.Errorf("in %s with %v, asked %v", d.Phase.Name, d.Memory.Cycle, issue.Facts.Pull.Requested)
	}
}
