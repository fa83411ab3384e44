package github_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// scenes are plans with every kind of change: the first run on an issue, and a
// move of one that has its comment.
var scenes = []struct {
	name  string
	setUp func(*world)
	want  plan.Desired
}{
	{"first run", func(w *world) {
		w.Change(repo, 12, func(i *fake.Issue) { i.Labels, i.Assignees = []string{"bug"}, []string{"bob"} })
	}, passing()},
	{"handed off", func(w *world) {
		w.Change(repo, 12, func(i *fake.Issue) {
			i.Labels, i.Assignees = append(i.Labels, "escalated"), []string{"bob"}
		})
		w.AddComment(repo, 12, bot, failing().Comment)
		w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "failure"})
	}, passing()},
	{"sent back", func(w *world) {
		w.Change(repo, 12, func(i *fake.Issue) {
			i.Labels, i.Assignees = []string{"bug", "QA Validation"}, []string{"ann"}
		})
		w.AddComment(repo, 12, bot, passing().Comment)
		w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "success"})
	}, failing()},
}

// final is what an undisturbed run leaves, without the comment's number.
func final(w *world) plan.Snapshot {
	w.t.Helper()
	w.CatchUp()
	w.client = w.newClient()
	s := w.read()
	s.Comment.ID = 0
	return s
}

// faults are the ways in which one write can end, and with it the run.
var faults = []struct {
	name   string
	fault  fake.Fault
	killed bool
}{
	{"dropped before it was made", fake.Fault{Drop: true}, false},
	{"dropped after it was made", fake.Fault{Drop: true, Commit: true}, false},
	{"502 before it was made", fake.Fault{Answer: fake.BadGateway()}, false},
	{"502 after it was made", fake.Fault{Answer: fake.BadGateway(), Commit: true}, false},
	{"killed before it was made", fake.Fault{Drop: true}, true},
	{"killed after it was made", fake.Fault{Drop: true, Commit: true}, true},
}

// However the k-th write ends, the run itself or the next one ends where an
// undisturbed one does, never with two comments, and the one after has nothing
// left to do.
func TestEveryInterruptionEndsInTheSameState(t *testing.T) {
	for _, scene := range scenes {
		clean := newWorld(t, fake.Options{})
		scene.setUp(clean)
		clean.mustDeliver(scene.want)
		writes, want := clean.Writes(), final(clean)
		if writes < 5 {
			t.Fatalf("%s: %d writes, too few to test anything", scene.name, writes)
		}
		for k := 1; k <= writes; k++ {
			for _, f := range faults {
				t.Run(fmt.Sprintf("%s, write %d %s", scene.name, k, f.name), func(t *testing.T) {
					w := newWorld(t, fake.Options{Lag: 3})
					scene.setUp(w)
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					fault := f.fault
					fault.Method, fault.Nth = "write", k
					if f.killed {
						fault.Hook = cancel
					}
					w.Inject(fault)
					_, err := w.client.Deliver(ctx, target, decide(scene.want))
					switch {
					case f.killed && !errors.Is(err, context.Canceled):
						t.Fatalf("the killed run ended with %v", err)
					case !f.killed && err != nil:
						t.Fatalf("the run did not recover: %v", err)
					}
					if n := len(w.ours()); n > 1 {
						t.Fatalf("%d status comments after the first run", n)
					}
					if f.killed {
						w.client = w.newClient()
						w.CatchUp() // the next run is minutes away
						w.mustDeliver(scene.want)
					}
					if diff := cmp.Diff(want, final(w)); diff != "" {
						t.Errorf("another final state: %s", diff)
					}
					if n := len(w.ours()); n != 1 {
						t.Errorf("%d status comments, want 1", n)
					}
					w.ClearLog()
					if r := w.mustDeliver(scene.want); len(r.Done) != 0 || w.Writes() != 0 {
						t.Errorf("the run after did %v in %d writes", keys(r.Done), w.Writes())
					}
				})
			}
		}
	}
}

// A killed run whose comment the next one does not see yet leaves two; the run
// after that has one again, the older.
func TestADoubleThatALagHasCausedIsRemoved(t *testing.T) {
	w := newWorld(t, fake.Options{Lag: 8})
	ctx, cancel := context.WithCancel(context.Background())
	w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Nth: 1, Hook: cancel, Commit: true, Drop: true})
	if _, err := w.client.Deliver(ctx, target, decide(passing())); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.mustDeliver(passing())
	if n := len(w.ours()); n != 2 {
		t.Fatalf("%d status comments, want the 2 that this is about", n)
	}
	w.CatchUp()
	first := w.Issue(repo, 12).Comments[0].ID
	r := w.mustDeliver(passing())
	equal(t, "done", keys(r.Done), []string{"remove comment"})
	if comments := w.Issue(repo, 12).Comments; len(comments) != 1 || comments[0].ID != first {
		t.Errorf("left %+v, want comment %d alone", comments, first)
	}
}

// Two runs that create the comment at the same moment end with one comment,
// that of the lowest number, and the later run's text.
func TestTwoRunsAtOnceEndWithOneComment(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Nth: 1, Hook: func() {
		w.AddComment(repo, 12, bot, marker+"\nof the other run")
	}})
	r := w.mustDeliver(passing())
	equal(t, "comments", w.ours(), []string{passing().Comment})
	done := keys(r.Done)
	slices.Sort(done) // in which order the second attempt works is the plan's affair
	equal(t, "done by both attempts", done, []string{
		"add assignee:ann", "add label:Code Review Ready", "create comment", "create status", "remove label:In Development", "update comment",
	})
}

// Likewise where the answer was lost besides, and the other run came second.
func TestTwoRunsAtOnceEndWithOneCommentAlthoughAnAnswerWasLost(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Nth: 1, Commit: true, Answer: fake.BadGateway(), Hook: func() {
		w.AddComment(repo, 12, bot, marker+"\nof the other run")
	}})
	w.mustDeliver(passing())
	equal(t, "comments", w.ours(), []string{passing().Comment})
}

func TestADoubleThatIsAlreadyGoneIsNoError(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddComment(repo, 12, bot, passing().Comment)
	w.AddComment(repo, 12, bot, marker+"\na double")
	w.Inject(fake.Fault{Method: "DELETE", Path: commentPath, Answer: fake.Refused(404, "Not Found")})
	w.mustDeliver(passing())
}

// A comment that was made although the answer was lost is found, and counts as
// made, not as found there.
func TestACommentWhoseAnswerWasLostIsNotWrittenTwice(t *testing.T) {
	for _, lag := range []int{0, 1, 2, 3} {
		w := newWorld(t, fake.Options{Lag: lag})
		w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Nth: 1, Commit: true, Answer: fake.BadGateway()})
		r := w.mustDeliver(passing())
		if n := count(w.Log(), "POST /repos/acme/shop/issues/12/comments"); n != 1 {
			t.Errorf("lag %d: sent %d times, want 1", lag, n)
		}
		if !contains(keys(r.Done), "create comment") || len(r.Skipped) != 0 {
			t.Errorf("lag %d: done %v, skipped %v", lag, keys(r.Done), keys(r.Skipped))
		}
	}
}

// The hostile texts come back as they were sent, and the second run sees no
// difference.
func TestHostileBodiesArriveUnchanged(t *testing.T) {
	for _, body := range []string{
		"@everyone #1 <script>alert(1)</script> ${{ secrets.TOKEN }}", "\u202e right to left", "::error::no command", "a\x1b[31mb", "tail \U0001F600",
		strings.Repeat("é", 30000), "<!-- -->\n<!-- tollgate:v1 other -->", "\"quotes\" and \\ and \tend",
	} {
		w := newWorld(t, fake.Options{})
		want := passing()
		want.Comment = marker + "\n" + body
		w.mustDeliver(want)
		equal(t, "comments", w.ours(), []string{want.Comment})
		w.ClearLog()
		if w.mustDeliver(want); w.Writes() != 0 {
			t.Errorf("%q: the second run made %d writes", body, w.Writes())
		}
	}
}
