package cli_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// chapter is what happens on an issue, and the run that follows.
type chapter struct {
	name      string
	happens   func(*sim)
	unit, e2e gates.Status
}

// chapters are one issue from the first handoff to the architect's answer.
var chapters = []chapter{
	{"handed off", func(*sim) {}, gates.Pass, gates.Inconclusive},
	{"sent back with corrections", func(s *sim) {
		s.ChangePull(simRepo, 34, func(p *fake.Pull) {
			p.Reviews = append(p.Reviews, fake.Review{ID: 77, Author: "kim", State: "CHANGES_REQUESTED", Commit: p.Head, Body: "issue (blocking): name the tenant", At: s.now})
		})
	}, gates.Pass, gates.Inconclusive},
	{"mended and reviewed", func(s *sim) {
		s.heads = append(s.heads, simHead(1))
		s.Push(simRepo, 34, simHead(1))
		s.ChangePull(simRepo, 34, func(p *fake.Pull) {
			p.Reviews = append(p.Reviews, fake.Review{ID: 78, Author: "kim", State: "APPROVED", Commit: p.Head, At: s.now})
		})
	}, gates.Pass, gates.Inconclusive},
	{"escalated", func(s *sim) {
		s.Change(simRepo, 12, func(i *fake.Issue) {
			i.Labels = append(slices.DeleteFunc(slices.Clone(i.Labels), isPhase), "QA")
		})
	}, gates.Pass, gates.Fail},
	{"answered by the architect", func(s *sim) { s.AddComment(simRepo, 12, "arch", "/architect guidance split the queue") }, gates.Pass, gates.Fail},
}

// tell lets the chapters happen one after the other. Of the chapter killed the run is
// cut at its call at, and made again.
func tell(t *testing.T, killed, at int, after bool) (s *sim, calls []int) {
	t.Helper()
	s = newSim(t, 1)
	t.Cleanup(s.Close)
	for i, c := range chapters {
		c.happens(s)
		head := s.heads[len(s.heads)-1]
		run := func(killAt int) (err error) {
			s.act(time.Hour, func(a *actor) {
				a.killAt, a.killAfter = killAt, after
				_, err = s.handoff(a, head, verdictOf(c.unit, c.e2e))
				calls = append(calls, a.calls)
			})
			s.run()
			return err
		}
		if i == killed {
			if err := run(at); !errors.Is(err, context.Canceled) {
				t.Fatalf("%s, killed at call %d: ended with %v", c.name, at, err)
			}
		}
		if err := run(0); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	return s, calls
}

// stands is how the issue stands, without what differs with the time of day.
func (s *sim) stands() []string {
	issue := s.Issue(simRepo, 12)
	slices.Sort(issue.Labels)
	slices.Sort(issue.Assignees)
	lines := []string{fmt.Sprint("labels ", issue.Labels), fmt.Sprint("assignees ", issue.Assignees), fmt.Sprint("asked ", s.Pull(simRepo, 34).Requested)}
	for _, c := range issue.Comments {
		m, isStatus := workflow.ParseMarker(c.Body)
		switch {
		case c.Author != simBot:
			lines = append(lines, fmt.Sprintf("%s: %s %v", c.Author, c.Body, c.Reactions))
		case isStatus:
			for _, e := range m.Log {
				lines = append(lines, fmt.Sprintf("log %s %s>%s by %s at %s: %s", e.Kind, e.From, e.To, e.By, e.Head, e.Why))
			}
			for _, e := range m.Escalations {
				lines = append(lines, fmt.Sprintf("escalation %d %s %v %s", e.N, e.Category, e.Open, e.Why))
			}
			lines = append(lines, fmt.Sprint("memory ", m.Phase, m.Assigned, m.Given, m.Cycle != nil, m.Ticked))
		default:
			lines = append(lines, fmt.Sprintf("%s: %s", workflow.PostKey(c.Body), c.Minimized))
		}
	}
	for _, head := range s.heads {
		for _, run := range s.CheckRuns(simRepo, head) {
			lines = append(lines, "check run "+run.Conclusion+" "+run.Title)
		}
		st := s.Status(simRepo, head, "tollgate")
		lines = append(lines, "status "+st.State+" "+st.Description)
	}
	shown, _ := s.Project("acme", 3, "acme/shop#12")
	slices.Sort(lines)
	return append(lines, "board "+shown)
}

// R28: killed at any call of any chapter, and run again, the issue stands as after an
// undisturbed run: nothing lost, nothing said twice.
func TestKilledAtEveryCallOfAStory(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: hundreds of runs, one after the other")
	}
	clean, calls := tell(t, -1, 0, false)
	want := clean.stands()
	t.Logf("undisturbed, in %v calls:\n%s", calls, strings.Join(want, "\n"))
	step := 5 // of calls; TOLLGATE_KILLS=1 takes every one
	if v := os.Getenv("TOLLGATE_KILLS"); v != "" {
		if _, err := fmt.Sscan(v, &step); err != nil || step < 1 {
			t.Fatalf("TOLLGATE_KILLS is %q", v)
		}
	}
	kills := 0
	for i, c := range chapters {
		for at := 1 + i%step; at <= calls[i]; at += step {
			for _, after := range []bool{false, true} {
				s, _ := tell(t, i, at, after)
				kills++
				if diff := cmp.Diff(want, s.stands()); diff != "" {
					t.Errorf("%s, killed at call %d, after it %v: -want +got:\n%s", c.name, at, after, diff)
				}
				s.Close()
			}
		}
	}
	t.Logf("%d kills", kills)
}
