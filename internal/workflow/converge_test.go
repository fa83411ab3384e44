package workflow_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
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

// world is one run's surroundings: what it judges by and what it judged.
type world struct {
	rules   workflow.Rules
	verdict gates.Verdict
	head    string

	now      time.Time
	changed  []evidence.FileChange
	findings []workflow.Finding
	overdue  []workflow.Late
}

// run is a whole run but for the writing: observe, decide, compare.
func (w world) run(s plan.Snapshot) (workflow.Decision, plan.Plan) {
	d := workflow.Decide(w.rules, w.observe(s), w.verdict, w.head)
	texts := workflow.Texts{Comment: fmt.Sprintf("%s\n%s %v %+v", d.Memory.Marker(), d.Phase.Name, d.Escalated, d.Corrections), Posts: map[string]string{}}
	for _, p := range d.Posts(w.rules) {
		texts.Posts[p.Key] = workflow.PostMarker(p.Key) + "\n" + p.Why
	}
	status := plan.Status{State: "failure", Description: d.Phase.Name}
	if w.verdict.DueAt(w.rules.DueAt(d.Phase.Name)).Status.Green() {
		status.State = "success"
	}
	texts.Status = status
	return d, plan.Diff(s, d.Desired(w.rules, s, texts))
}

func (w world) observe(s plan.Snapshot) workflow.State {
	st := workflow.Observe(w.rules, s)
	st.Now, st.Changed, st.Findings, st.Overdue = w.now, w.changed, w.findings, w.overdue
	return st
}

// worlds gives random surroundings and a random issue in them: labels and memory
// in any combination, those that only people and broken runs leave included.
func worlds(n int, each func(rng *rand.Rand, w world, s plan.Snapshot)) {
	for seed := range n {
		rng := rand.New(rand.NewPCG(7, uint64(seed)))
		w := world{rules: randomRules(rng), verdict: randomVerdict(rng), head: pick(rng, "", "81d0c7e5", "c0ffee00")}
		s := randomIssue(rng, w.rules)
		if rng.IntN(2) == 0 {
			w.surround(rng)
			s.Facts = randomFacts(rng, s.Head)
		}
		each(rng, w, s)
	}
}

// surround gives the world a time, a change, findings and clocks that ran out.
func (w *world) surround(rng *rand.Rand) {
	w.now = monday
	for range rng.IntN(2) {
		w.changed = append(w.changed, evidence.FileChange{Path: pick(rng, "auth/a.go", "docs/b.md"), Owners: pick(rng, nil, []string{"@org/sec"})})
		w.findings = append(w.findings, workflow.Finding{Rule: pick(rng, "sql", "xss"), Tool: "CodeQL"})
		w.overdue = append(w.overdue, workflow.Late{Name: pick(rng, "blocked", "correction"), Since: monday.Add(-time.Hour), Why: "it took too long"})
	}
	if rng.IntN(2) == 0 {
		return
	}
	w.rules.Moved = pick(rng, workflow.Revert, workflow.Accept, workflow.Ask)
	w.rules.Escalation.Matrix = append(w.rules.Escalation.Matrix, workflow.Trigger{
		Category: pick(rng, "x", "z"), Route: pick(rng, workflow.Escalate, workflow.Correct), Blocked: rng.IntN(2) == 0,
		Comments: []string{"architecture"}, Paths: pick(rng, nil, []string{"auth/**"}), Owners: pick(rng, nil, []string{"@org/sec"}),
		Findings: workflow.FindingMatch{Rules: pick(rng, nil, []string{"sql"})}, Labels: pick(rng, nil, []string{"bug"}),
	})
	for i := range w.rules.Phases {
		p := &w.rules.Phases[i]
		p.On = map[workflow.Event]string{}
		for _, e := range workflow.Events {
			if rng.IntN(3) == 0 {
				p.On[e] = w.rules.Phases[rng.IntN(len(w.rules.Phases))].Name
			}
		}
		p.Reviewers, p.Hold = pick(rng, nil, []string{"@rev"}), rng.IntN(4) == 0
	}
}

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// randomFacts are what people said: reviews, threads and commands, in any order.
func randomFacts(rng *rand.Rand, head string) evidence.Facts {
	f := evidence.Facts{
		Read: []evidence.FactPart{evidence.CommentsPart, evidence.ReviewsPart, evidence.ThreadsPart, evidence.ReactionsPart},
		Pull: &evidence.Pull{Head: head}, Permissions: map[string]string{"ann": "write", "eve": "read"},
	}
	for i := range rng.IntN(3) {
		f.Reviews = append(f.Reviews, evidence.Review{
			ID: int64(i + 1), Author: pick(rng, "rev", "ann"), Body: pick(rng, "", "issue (architecture): no", "please"),
			State:  pick(rng, evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewCommented, evidence.ReviewDismissed),
			Commit: pick(rng, head, "0000"), At: monday.Add(time.Duration(i-9) * time.Hour),
		})
	}
	for i := range rng.IntN(3) {
		f.Threads = append(f.Threads, evidence.Thread{
			ID: fmt.Sprint("T", i), Path: "a.go", Resolved: rng.IntN(2) == 0,
			Comments: []evidence.Comment{{Author: "rev", Body: pick(rng, "issue (architecture): no", "nitpick: name", "why?", "praise: good"), At: monday}},
		})
	}
	for i := range rng.IntN(4) {
		f.Comments = append(f.Comments, evidence.Comment{
			ID: int64(100 + i), Author: pick(rng, "ann", "ann", "cat", "eve"), At: monday,
			Body: pick(rng, "/blocked by the bank", "/unblocked", "/escalate x: too big", "/architect redesign all", "/architect guidance do", "/architect maybe", "/tick 1", "/waive unit", "hello"),
		})
	}
	return f
}

var gateNames = []string{"a", "b", "c", "d"}

func pick[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

func randomRules(rng *rand.Rand) workflow.Rules {
	var r workflow.Rules
	n := rng.IntN(6)
	for i := range n {
		p := workflow.Phase{Name: fmt.Sprint("p", i), Owner: pick(rng, "", "@ann", "@bob", "@org/team")}
		p.Label = pick(rng, "", "label of "+p.Name)
		p.Manual = rng.IntN(4) == 0
		for _, g := range gateNames {
			if rng.IntN(4) == 0 {
				p.Exit = append(p.Exit, g)
			}
		}
		if len(p.Exit) == 0 && !p.Manual && i < n-1 {
			p.Exit = []string{pick(rng, gateNames...)}
		}
		r.Phases = append(r.Phases, p)
	}
	r.Escalation = workflow.Matrix{To: pick(rng, "@cat", "@ann", "@org/arch"), Label: pick(rng, "", "escalated")}
	for range rng.IntN(3) {
		r.Escalation.Matrix = append(r.Escalation.Matrix, workflow.Trigger{
			Category: pick(rng, "x", "y"), On: pick(rng, gates.Fail, gates.Inconclusive),
			Gates: pick(rng, nil, []string{pick(rng, gateNames...)}),
		})
	}
	return r
}

func randomVerdict(rng *rand.Rand) gates.Verdict {
	var pairs []any
	for _, g := range gateNames {
		if rng.IntN(20) > 0 { // or the verdict does not know the gate
			pairs = append(pairs, g, pick(rng, gates.Pass, gates.Pass, gates.Pass, gates.Warned, gates.NotApplicable, gates.Fail, gates.Inconclusive))
		}
	}
	return verdict(pairs...)
}

func randomIssue(rng *rand.Rand, r workflow.Rules) plan.Snapshot {
	s := plan.Snapshot{Repo: "acme/shop", Issue: 12, Head: pick(rng, "", "81d0c7e5"), Labels: pick(rng, nil, []string{"bug", "escalated"})}
	names := []string{"gone"}
	for _, p := range r.Phases {
		names = append(names, p.Name)
	}
	for range pick(rng, 0, 1, 1, 1, 2, 3) {
		if len(r.Phases) > 0 {
			p := pick(rng, r.Phases...)
			s.Labels = append(s.Labels, pick(rng, p.Label, p.Name))
		}
	}
	people := []string{"ann", "bob", "cat", "eve"}
	s.Assigned = people[rng.IntN(4):]
	if rng.IntN(4) > 0 {
		m := workflow.Memory{Phase: pick(rng, names...), Assigned: people[rng.IntN(4):]}
		for range rng.IntN(4) {
			m.Log = append(m.Log, workflow.Entry{
				From: pick(rng, names...), To: pick(rng, names...), Head: pick(rng, "81d0c7e5", ""),
				By: pick(rng, workflow.ByTollgate, workflow.ByPerson),
			})
		}
		s.Comment.Body = m.Marker()
	}
	return s
}

// TestSecondRunPlansNothing holds for every issue and every verdict.
func TestSecondRunPlansNothing(t *testing.T) {
	worlds(1_500, func(_ *rand.Rand, w world, s plan.Snapshot) {
		d, p := w.run(s)
		after := s.Apply(p)
		again, q := w.run(after)
		if !q.Empty() {
			t.Fatalf("%+v\nfrom %+v\nthe second run plans %v", w, s, q.Changes)
		}
		if !reflect.DeepEqual(d.Memory, again.Memory) || d.Phase.Name != again.Phase.Name {
			t.Fatalf("%+v\nfrom %+v\nthe second run goes to %q after %q, and remembers:\n%s", w, s, again.Phase.Name, d.Phase.Name, cmp.Diff(d.Memory, again.Memory))
		}
	})
}

// TestKilledRunIsFinishedByTheNext kills a run after each of its changes, lets the
// next run be killed as well, and compares what is left in the end, the transition
// log in the comment included, with what one run leaves that nobody kills.
func TestKilledRunIsFinishedByTheNext(t *testing.T) {
	killed := 0
	worlds(1_000, func(rng *rand.Rand, w world, s plan.Snapshot) {
		_, p := w.run(s)
		want := s.Apply(p)
		for k := range p.Changes {
			part := p
			part.Changes = p.Changes[:k+1]
			left := s.Apply(part)
			_, rest := w.run(left)
			if got := left.Apply(rest); !reflect.DeepEqual(want, got) {
				t.Fatalf("%+v\nfrom %+v\nkilled after %v\nthe next run makes %v\n-uninterrupted +killed:\n%s", w, s, part.Changes, rest.Changes, cmp.Diff(want, got))
			}
			if !rest.Empty() {
				killed++
				rest.Changes = rest.Changes[:rng.IntN(len(rest.Changes))]
				left = left.Apply(rest)
				_, rest = w.run(left)
				if got := left.Apply(rest); !reflect.DeepEqual(want, got) {
					t.Fatalf("%+v\nfrom %+v\nkilled twice\n-uninterrupted +killed:\n%s", w, s, cmp.Diff(want, got))
				}
			}
		}
	})
	if killed < 2_000 {
		t.Errorf("only %d runs were killed with something left to do, too few to prove anything", killed)
	}
}

// TestNothingIsHandedOffWithoutProof checks each move in the log against the
// verdict, by the definition of a handoff and of being sent back.
func TestNothingIsHandedOffWithoutProof(t *testing.T) {
	seen := map[workflow.Outcome]int{}
	worlds(1_500, func(_ *rand.Rand, w world, s plan.Snapshot) {
		st := w.observe(s)
		before := len(st.Memory.Log)
		d := workflow.Decide(w.rules, st, w.verdict, w.head)
		seen[d.Outcome]++
		status := func(gate string) gates.Status {
			g, _ := w.verdict.Gate(gate)
			return g.Status
		}
		place := func(name string) int {
			return slices.IndexFunc(w.rules.Phases, func(p workflow.Phase) bool { return p.Name == name })
		}
		for _, m := range d.Memory.Log[before:] {
			if m.Kind != workflow.Move {
				continue
			}
			if m.Head != w.head {
				t.Fatalf("%+v logged at another head than %q", m, w.head)
			}
			if m.By != workflow.ByTollgate || m.From == "" {
				continue
			}
			from, to := place(m.From), place(m.To)
			switch {
			case to == from+1:
				for _, p := range w.rules.Phases[:from+1] {
					for _, g := range p.Exit {
						if !status(g).Green() {
							t.Fatalf("%+v with %s %s", m, g, status(g))
						}
					}
				}
				for _, g := range gateNames {
					guards := slices.ContainsFunc(w.rules.Phases, func(p workflow.Phase) bool { return slices.Contains(p.Exit, g) })
					if r, ok := w.verdict.Gate(g); ok && !guards && !r.Status.Green() {
						t.Fatalf("%+v with %s %s", m, g, r.Status)
					}
				}
				if w.rules.Phases[from].Manual {
					t.Fatalf("%+v, which is for a person", m)
				}
			case strings.Contains(m.Why, "asked for by") || strings.Contains(m.Why, " answers "):
				if !slices.ContainsFunc(workflow.Events, func(e workflow.Event) bool { return w.rules.Phases[from].On[e] == m.To }) {
					t.Fatalf("%+v, which its phase does not say", m)
				}
			case to < from:
				fails := func(g string) bool { return status(g) == gates.Fail }
				if !slices.ContainsFunc(w.rules.Phases[to].Exit, fails) {
					t.Fatalf("%+v without a gate that fails there", m)
				}
			default:
				t.Fatalf("%+v leaps", m)
			}
		}
		// What stays past a failing exit gate was not sent back.
		for i := range max(place(d.Phase.Name), 0) {
			if w.rules.Moved != workflow.Revert || w.rules.Phases[i].Hold {
				continue
			}
			for _, g := range w.rules.Phases[i].Exit {
				if status(g) == gates.Fail {
					t.Fatalf("left in %s with %s failing in %s", d.Phase.Name, g, w.rules.Phases[i].Name)
				}
			}
		}
		if d.Outcome == workflow.Done && !w.verdict.DueAt(nil).Status.Green() {
			t.Fatalf("done with a verdict that is %s", w.verdict.DueAt(nil).Status)
		}
	})
	for _, o := range []workflow.Outcome{workflow.Entered, workflow.HandedOff, workflow.SentBack, workflow.Held, workflow.Escalated, workflow.Done} {
		if seen[o] < 20 {
			t.Errorf("%s was decided %d times, too few to prove anything", o, seen[o])
		}
	}
}

// TestMendingAGateNeverCostsAPhase: from one state, a verdict that is better in
// one gate never leaves the issue in an earlier phase.
func TestMendingAGateNeverCostsAPhase(t *testing.T) {
	worlds(1_500, func(rng *rand.Rand, w world, s plan.Snapshot) {
		if len(w.rules.Phases) == 0 || len(w.verdict.Gates) == 0 {
			return
		}
		at := pick(rng, w.rules.Phases...)
		s.Labels = []string{at.Name}
		if at.Label != "" {
			s.Labels = []string{at.Label}
		}
		st := w.observe(s)
		if len(st.Asking) > 0 || len(st.Commands) > 0 {
			return // from one phase a review sends the issue further back than from another
		}
		place := func(v gates.Verdict) int {
			d := workflow.Decide(w.rules, st, v, w.head)
			return slices.IndexFunc(w.rules.Phases, func(p workflow.Phase) bool { return p.Name == d.Phase.Name })
		}
		better := gates.Verdict{Gates: slices.Clone(w.verdict.Gates)}
		i := rng.IntN(len(better.Gates))
		if better.Gates[i].Status == gates.Fail && rng.IntN(2) == 0 {
			better.Gates[i].Status = gates.Inconclusive
		} else {
			better.Gates[i].Status = gates.Pass
		}
		if was, is := place(w.verdict), place(better); is < was {
			t.Fatalf("%+v\nwith %s %s the issue stands in phase %d, and with %s in %d", w, better.Gates[i].Name, w.verdict.Gates[i].Status, was, better.Gates[i].Status, is)
		}
	})
}
