package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// sim is a fake GitHub on which actors work at the same time under a virtual clock:
// every request and every wait takes a random time of it, and one thing happens
// after the other. A seed gives the same run always.
type sim struct {
	*fake.Server
	t      *testing.T
	rng    *rand.Rand
	now    time.Time
	steps  chan *actor // who waits now, nil for one who is done
	actors []*actor
	heads  []string // that were pushed, the newest last
	added  []string // labels that people set
	calls  int

	delivered string // the newest head of which a run ended well
	// second says that another pull request is open for the issue, whose head is simOther.
	second bool
}

// actor is a run, or a person.
type actor struct {
	wake   time.Time
	resume chan bool
	calls  int
	// ctx ends at the call killAt, before it is made or, with killAfter, before its
	// answer comes; 0 is never.
	ctx       context.Context
	kill      context.CancelFunc
	killAt    int
	killAfter bool
}

func newActor() *actor {
	a := &actor{resume: make(chan bool)}
	a.ctx, a.kill = context.WithCancel(context.Background())
	return a
}

const (
	simRepo = "acme/shop"
	simBot  = "github-actions[bot]"
	// simLag is for how long lists may lack what was written.
	simLag = 3 * time.Second
)

func newSim(t *testing.T, seed uint64) *sim {
	s := &sim{t: t, rng: rand.New(rand.NewPCG(5, seed)), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), steps: make(chan *actor)}
	s.Server = fake.New(fake.Options{
		Violation: func(err error) { t.Errorf("seed %d: against GitHub's description: %v", seed, err) },
		Now:       func() time.Time { return s.now }, LagFor: time.Duration(s.rng.Int64N(int64(simLag))),
	})
	s.Permit("organization_projects", "write")
	s.AddProject(fake.Project{Owner: "acme", Number: 3, Field: "Status", Options: []string{"Dev", "Review", "QA", "Ready"}})
	s.AddIssue(simRepo, fake.Issue{Number: 12, Labels: []string{"bug"}, Assignees: []string{"eve"}})
	s.SetRole(simRepo, "ann", "write")
	s.heads = []string{simHead(0)}
	s.AddPull(simRepo, fake.Pull{Number: 34, Head: s.heads[0], Author: "dev", Branch: "b", Base: "main", BaseSHA: simHead(99)})
	if s.second = seed%6 == 1; s.second {
		s.AddPull(simRepo, fake.Pull{Number: 35, Head: simOther, Author: "dev", Branch: "c", Base: "main", BaseSHA: simHead(99)})
	}
	return s
}

// simOther is the head of the other pull request.
var simOther = simHead(77)

func simHead(n int) string { return fmt.Sprintf("%040x", 0x81d0c7e<<8+n) }

// act starts an actor after a while.
func (s *sim) act(after time.Duration, do func(*actor)) {
	a := newActor()
	go func() {
		s.wait(a, after)
		do(a)
		s.steps <- nil
	}()
	if started := <-s.steps; started != nil {
		s.actors = append(s.actors, started)
	}
}

// wait lets the others work for a time.
func (s *sim) wait(a *actor, d time.Duration) {
	a.wake = s.now.Add(d)
	s.steps <- a
	<-a.resume
}

// run lets all actors work until every one is done.
func (s *sim) run() {
	for len(s.actors) > 0 {
		first := 0
		for i, a := range s.actors {
			if a.wake.Before(s.actors[first].wake) {
				first = i
			}
		}
		a := s.actors[first]
		s.actors = append(s.actors[:first:first], s.actors[first+1:]...)
		if a.wake.After(s.now) {
			s.now = a.wake
		}
		a.resume <- true
		if again := <-s.steps; again != nil {
			s.actors = append(s.actors, again)
		}
	}
}

// between is a time of the virtual clock.
func (s *sim) between(low, high time.Duration) time.Duration {
	return low + time.Duration(s.rng.Int64N(int64(high-low)))
}

// transport carries an actor's requests to the server, each after a while.
func (s *sim) transport(a *actor) http.RoundTripper {
	return roundTrip(func(r *http.Request) (resp *http.Response, err error) {
		s.wait(a, s.between(20*time.Millisecond, 400*time.Millisecond))
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		a.calls++
		s.calls++
		if a.calls == a.killAt {
			defer a.kill()
			if !a.killAfter {
				return nil, io.ErrUnexpectedEOF
			}
			defer func() { resp, err = nil, io.ErrUnexpectedEOF }()
		}
		defer func() {
			if p := recover(); p == http.ErrAbortHandler { //nolint:errorlint // the very value is thrown
				resp, err = nil, io.ErrUnexpectedEOF
			} else if p != nil {
				panic(p)
			}
		}()
		r = r.Clone(r.Context())
		if r.Body == nil {
			r.Body = http.NoBody
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Result(), nil
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (s *sim) client(a *actor) *github.Client {
	c, err := github.New(github.Options{
		Token: "ghs_x", BaseURL: s.URL, Login: simBot, Transport: s.transport(a), Now: func() time.Time { return s.now },
		Sleep: func(ctx context.Context, d time.Duration) error { s.wait(a, d); return ctx.Err() },
	})
	if err != nil {
		panic(err)
	}
	return c
}

var simRules = workflow.Rules{
	Phases: []workflow.Phase{
		{Name: "Dev", Owner: "@dev", Exit: []string{"unit"}},
		{Name: "Review", Owner: "@rev", Manual: true, Reviewers: []string{"@kim"}, On: map[workflow.Event]string{workflow.OnMinor: "Dev"}},
		{Name: "QA", Owner: "@qa", Exit: []string{"e2e"}, On: map[workflow.Event]string{workflow.OnGuidance: "Review"}},
		{Name: "Ready", Owner: "@ops"},
	},
	Escalation: workflow.Matrix{To: "@arch", Label: "escalated", Matrix: []workflow.Trigger{
		{Category: "tests", On: gates.Fail, Gates: []string{"e2e"}}, {Category: "architecture", Comments: []string{"architecture"}},
	}},
	CheckRun: true, Project: plan.Project{Owner: "acme", Number: 3, Field: "Status"},
}

// simTarget is the issue, judged at a head.
func simTarget(head string) github.Target {
	pull := 34
	if head == simOther {
		pull = 35
	}
	return github.Target{
		Repo: simRepo, Issue: 12, Pull: pull, Head: head, IsOurs: workflow.HasMarker, PostKey: workflow.PostKey, Folds: workflow.Folds,
		CheckRun: true, Project: simRules.Project, Facts: &github.Wanted{Logins: func(*evidenceFacts) []string { return []string{"ann", "mallory"} }},
	}
}

// verdictOf is one of the two gates of the rules.
func verdictOf(unit, e2e gates.Status) gates.Verdict {
	var v gates.Verdict
	for _, g := range []struct {
		name   string
		status gates.Status
	}{{"unit", unit}, {"e2e", e2e}} {
		v.Gates = append(v.Gates, gates.GateResult{Name: g.name, Status: g.status, Checks: []gates.Check{{Status: g.status, Why: "because of " + g.name}}})
	}
	return v
}

// decision is what a run wants.
type decision func(plan.Snapshot, github.Context) (plan.Plan, error)

// decideOn is the walk of handoff from a state to a plan, with short texts.
func (s *sim) decideOn(v gates.Verdict, head string, read plan.Snapshot) decision {
	return func(snap plan.Snapshot, _ github.Context) (plan.Plan, error) {
		snap.Facts, snap.Beside = read.Facts, read.Beside
		state := workflow.Observe(simRules, snap)
		state.Now, state.Gates = s.now, map[string]string{}
		for _, g := range v.Gates {
			state.Gates[g.Name] = g.Status.String()
		}
		all := v
		for _, o := range snap.Beside {
			found := map[string]gates.Status{"success": gates.Pass, "failure": gates.Fail}[o.Status.State]
			all.Gates = append(slices.Clone(all.Gates), gates.Elsewhere(fmt.Sprint("pull request #", o.Pull), found, "it says so", "mend it"))
			state.Beside = append(state.Beside, workflow.Beside{Pull: o.Pull, Verdict: rememberedOf(snap, o)})
		}
		d := workflow.Decide(simRules, state, all, head)
		due := v.DueAt(simRules.DueAt(d.Phase.Name))
		texts := workflow.Texts{
			Comment: fmt.Sprintf("%s\n%s at %s", d.Memory.Marker(), d.Phase.Name, s.heads[len(s.heads)-1]), Posts: map[string]string{},
			Status: plan.Status{State: "failure", Description: d.Phase.Name}, Check: plan.Check{Conclusion: "failure", Title: d.Phase.Name, Summary: "s"},
		}
		if due.Status.Green() {
			texts.Status.State, texts.Check.Conclusion = "success", "success"
		}
		for _, p := range d.Posts(simRules) {
			texts.Posts[p.Key] = workflow.PostMarker(p.Key) + "\n" + p.Why
		}
		return plan.Diff(snap, d.Desired(simRules, snap, texts)), nil
	}
}

// rememberedOf is what the status comment remembers of another pull request.
func rememberedOf(snap, o plan.Snapshot) gates.Verdict {
	m, _ := workflow.ParseMarker(snap.Comment.Body)
	if m = m.For(o.Pull); m.Head != o.Head {
		return gates.Verdict{}
	}
	was := map[string]gates.Status{}
	for _, status := range someStatus {
		was[status.String()] = status
	}
	return verdictOf(was[m.Gates["unit"]], was[m.Gates["e2e"]])
}

// handoff is a whole run.
func (s *sim) handoff(a *actor, head string, v gates.Verdict) (plan.Receipt, error) {
	c, target := s.client(a), simTarget(head)
	snap, _, err := c.Read(a.ctx, target)
	if err != nil {
		return plan.Receipt{}, err
	}
	if s.second {
		o, _, err := c.Read(a.ctx, github.Target{Repo: simRepo, Pull: 34 + 35 - target.Pull, Facts: target.Facts})
		if err != nil {
			return plan.Receipt{}, err
		}
		snap = snap.With([]plan.Snapshot{o})
	}
	target.Facts = nil
	return c.Deliver(a.ctx, target, s.decideOn(v, head, snap))
}

// disturbed reports whether a run ended because of somebody else's.
func disturbed(err error) bool {
	var conflict *github.ConflictError
	var superseded *github.SupersededError
	return errors.As(err, &conflict) || errors.As(err, &superseded)
}
