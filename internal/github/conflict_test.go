package github_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestApplyRefusesWhatSomebodyElseHasChanged(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(*world)
		change func(*world)
		key    string
	}{
		{"another phase label", nil, func(w *world) {
			w.Change(repo, 12, func(i *fake.Issue) { i.Labels = []string{"bug", "QA Validation"} })
		}, "label:Code Review Ready"},
		{"a label of somebody's own", nil, func(w *world) {
			w.Change(repo, 12, func(i *fake.Issue) { i.Labels = append(i.Labels, "priority") })
		}, "label:Code Review Ready"},
		{"a comment that was not there", nil, func(w *world) { w.AddComment(repo, 12, bot, marker+"\nby another run") }, "comment"},
		{"the comment", func(w *world) { w.AddComment(repo, 12, bot, marker+"\nold") }, func(w *world) {
			w.Change(repo, 12, func(i *fake.Issue) { i.Comments[0].Body = marker + "\nedited" })
		}, "comment"},
		{"the comment is gone", func(w *world) { w.AddComment(repo, 12, bot, marker+"\nold") }, func(w *world) {
			w.Change(repo, 12, func(i *fake.Issue) { i.Comments = nil })
		}, "comment"},
		{"the status", nil, func(w *world) {
			w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "failure", Description: "by another run"})
		}, "status"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{})
			if c.before != nil {
				c.before(w)
			}
			have := w.read()
			c.change(w)
			w.ClearLog()
			r, err := w.client.Apply(context.Background(), target, have, plan.Diff(have, passing()))
			var conflict *github.ConflictError
			if !errors.As(err, &conflict) || conflict.Change.Key != c.key || r.Failed == nil || r.Failed.Key != c.key {
				t.Fatalf("got %v and %+v, want a conflict over %s", err, r, c.key)
			}
			if c.key != "status" && w.Status(repo, head, "tollgate").State != "" {
				t.Error("the gate was opened although the plan had stopped")
			}
			if c.key == "status" && w.Status(repo, head, "tollgate").State != "failure" {
				t.Error("another run's failure was overwritten")
			}
			if strings.HasPrefix(c.key, "label:") && w.Writes() != 0 {
				t.Errorf("%d writes were made first", w.Writes())
			}
		})
	}
}

func TestDeliverPlansOnceMoreOnAConflict(t *testing.T) {
	w := newWorld(t, fake.Options{})
	decided := 0
	r, err := w.client.Deliver(context.Background(), target, func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
		if decided++; decided == 1 {
			defer w.Change(repo, 12, func(i *fake.Issue) { i.Labels = []string{"bug", "QA Validation"} })
		}
		return plan.Diff(s, passing()), nil
	})
	if err != nil || decided != 2 {
		t.Fatalf("decided %d times: %v", decided, err)
	}
	equal(t, "labels", w.Issue(repo, 12).Labels, []string{"bug", "Code Review Ready"})
	equal(t, "done", keys(r.Done), []string{"add label:Code Review Ready", "create comment", "remove label:QA Validation", "add assignee:ann", "create status"})
}

func TestDeliverGivesUpWhereSomebodyElseNeverStops(t *testing.T) {
	w := newWorld(t, fake.Options{})
	decided := 0
	_, err := w.client.Deliver(context.Background(), target, func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
		decided++
		defer w.Change(repo, 12, func(i *fake.Issue) { i.Labels = append(i.Labels, fmt.Sprint("label ", decided)) })
		return plan.Diff(s, passing()), nil
	})
	var conflict *github.ConflictError
	if !errors.As(err, &conflict) || decided != 2 || w.Writes() != 0 {
		t.Errorf("decided %d times, %d writes: %v", decided, w.Writes(), err)
	}
}

// The other writer comes between our check and our write, so the answer to the
// write is the first that shows it.
func TestALabelThatCameDuringOurWriteIsAConflict(t *testing.T) {
	w := newWorld(t, fake.Options{})
	have := w.read()
	w.Inject(fake.Fault{Method: "POST", Path: labelsPath, Hook: func() {
		w.Change(repo, 12, func(i *fake.Issue) { i.Labels = append(i.Labels, "QA Validation") })
	}})
	r, err := w.client.Apply(context.Background(), target, have, plan.Diff(have, plan.Desired{Flags: map[string]bool{"escalated": true}}))
	var conflict *github.ConflictError
	if !errors.As(err, &conflict) || r.Failed != nil {
		t.Errorf("got %v, failed %v; want a conflict after the change was made", err, r.Failed)
	}
	equal(t, "done", keys(r.Done), []string{"add label:escalated"})
}

func TestALabelThatSomebodyElseHasJustRemovedIsSkipped(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "DELETE", Path: labelsPath + "/*", Hook: func() {
		w.Change(repo, 12, func(i *fake.Issue) { i.Labels = []string{"bug", "Code Review Ready"} })
	}})
	r := w.mustDeliver(passing())
	equal(t, "skipped", keys(r.Skipped), []string{"remove label:In Development"})
	if len(r.Lost) != 0 {
		t.Errorf("lost %v", lostKeys(r.Lost))
	}
}

func TestARunForAnOlderCommitWritesNothing(t *testing.T) {
	older := func(w *world) *github.SupersededError { return &github.SupersededError{Judged: head, Live: newer} }
	check := func(t *testing.T, w *world, err error, writes int) {
		t.Helper()
		var superseded *github.SupersededError
		if !errors.As(err, &superseded) || *superseded != *older(w) {
			t.Errorf("got %v, want %v", err, older(w))
		}
		if w.Writes() != writes {
			t.Errorf("%d writes, want %d", w.Writes(), writes)
		}
	}
	t.Run("pushed before the reading", func(t *testing.T) {
		w := newWorld(t, fake.Options{})
		w.Push(repo, 34, newer)
		judged := target
		judged.Head = head
		_, err := w.client.Deliver(context.Background(), judged, decide(failing()))
		check(t, w, err, 0)
	})
	t.Run("a plan from before the push for a verdict from after it", func(t *testing.T) {
		w := newWorld(t, fake.Options{})
		have := w.read()
		w.Push(repo, 34, newer)
		judged := target
		judged.Head = newer
		if _, err := w.client.Apply(context.Background(), judged, have, plan.Diff(have, failing())); err == nil || w.Writes() != 0 {
			t.Errorf("%d writes, %v; want an error and none", w.Writes(), err)
		}
	})
	t.Run("pushed between reading and writing", func(t *testing.T) {
		w := newWorld(t, fake.Options{})
		_, err := w.client.Deliver(context.Background(), target, func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
			w.Push(repo, 34, newer)
			return plan.Diff(s, failing()), nil
		})
		check(t, w, err, 0)
	})
	t.Run("pushed between the two attempts", func(t *testing.T) {
		w := newWorld(t, fake.Options{})
		_, err := w.client.Deliver(context.Background(), target, func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
			defer w.Change(repo, 12, func(i *fake.Issue) { i.Labels = append(i.Labels, "priority") })
			p := plan.Diff(s, passing())
			if s.Head == head {
				w.Inject(fake.Fault{Path: issuePath, Hook: func() { w.Push(repo, 34, newer) }})
			}
			return p, nil
		})
		check(t, w, err, 0)
	})
	t.Run("pushed just before the status that opens the gate", func(t *testing.T) {
		w := newWorld(t, fake.Options{})
		w.Inject(fake.Fault{Method: "POST", Path: assignPath, Hook: func() { w.Push(repo, 34, newer) }})
		_, err := w.deliver(passing())
		check(t, w, err, 4) // label, comment, label, assignee
		if s := w.Status(repo, head, "tollgate"); s.State != "" {
			t.Errorf("status %+v on the old commit", s)
		}
	})
}
