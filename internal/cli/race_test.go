package cli_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

type (
	evidenceFacts = evidence.Facts
	githubContext = github.Context
)

// races is how many random runs TestRaces makes; TOLLGATE_RACES sets others, by their
// seeds: 0-10000.
const races = 150

// tally is what happened in many races.
type tally struct {
	runs, writers, calls, conflicts, superseded, restless, older int
	faults                                                       map[string]int
}

func (t tally) String() string {
	return fmt.Sprintf("%d races of %d writers in %d calls, %.1f a writer: %d gave up on a conflict, %d were superseded, %d issues were not at rest before the quiet run, %d showed an older commit than one that was delivered",
		t.runs, t.writers, t.calls, float64(t.calls)/float64(max(t.writers, 1)), t.conflicts, t.superseded, t.restless, t.older)
}

// R28: however runs and people come between each other, the issue is at rest after one
// quiet run: one status label, one status comment, one comment of a key, the state of
// the newest commit, and nobody's label lost.
func TestRaces(t *testing.T) {
	from, to := 0, races
	if testing.Short() {
		to = races / 5
	}
	if v := os.Getenv("TOLLGATE_RACES"); v != "" {
		if _, err := fmt.Sscanf(v, "%d-%d", &from, &to); err != nil {
			t.Fatal(err)
		}
	}
	sum := manyRaces(t, from, to, (*sim).handoff)
	for fault, times := range sum.faults {
		t.Errorf("%d times: %s", times, fault)
	}
	t.Log(sum)
	if to-from >= races && (sum.conflicts == 0 || sum.superseded == 0 || sum.restless == 0) {
		t.Error("the runs hardly met: this proves nothing")
	}
}

// manyRaces lets writers of a kind race, and counts what is wrong afterwards.
func manyRaces(t *testing.T, from, to int, handoff func(*sim, *actor, string, gates.Verdict) (plan.Receipt, error)) tally {
	sum := tally{faults: map[string]int{}}
	for seed := from; seed < to; seed++ {
		s := newSim(t, uint64(seed))
		writers := s.race(t, &sum, handoff)
		sum.runs, sum.writers, sum.calls = sum.runs+1, sum.writers+writers, sum.calls+s.calls
		if len(s.restless(s.heads[len(s.heads)-1])) > 0 {
			sum.restless++
		}
		if s.shows() < slices.Index(s.heads, s.delivered) {
			sum.older++
		}
		for _, fault := range s.settle(handoff) {
			kind, _, _ := strings.Cut(fault, ":")
			if sum.faults[kind]++; sum.faults[kind] == 1 {
				t.Logf("seed %d: %s", seed, fault)
			}
		}
		s.Close()
	}
	return sum
}

var someStatus = []gates.Status{gates.Pass, gates.Pass, gates.Pass, gates.Fail, gates.Inconclusive}

func (s *sim) anyVerdict() gates.Verdict {
	return verdictOf(someStatus[s.rng.IntN(len(someStatus))], someStatus[s.rng.IntN(len(someStatus))])
}

// race lets 2 to 8 runs and a person work on the issue at the same time.
func (s *sim) race(t *testing.T, sum *tally, handoff func(*sim, *actor, string, gates.Verdict) (plan.Receipt, error)) int {
	for range s.rng.IntN(3) {
		s.act(s.between(0, 12*time.Second), func(*actor) {
			s.heads = append(s.heads, simHead(len(s.heads)))
			s.Push(simRepo, 34, s.heads[len(s.heads)-1])
		})
	}
	for range s.rng.IntN(3) {
		s.act(s.between(0, 12*time.Second), s.person)
	}
	writers := 2 + s.rng.IntN(7)
	window := s.between(time.Second, 15*time.Second)
	for range writers {
		v, rerun := s.anyVerdict(), s.rng.IntN(5) == 0
		other := s.second && s.rng.IntN(2) == 0
		s.act(s.between(0, window), func(a *actor) {
			head := s.heads[len(s.heads)-1]
			switch {
			case other:
				head = simOther
			case rerun:
				head = s.heads[0]
			}
			_, err := handoff(s, a, head, v)
			var superseded *github.SupersededError
			switch {
			case errors.As(err, &superseded):
				sum.superseded++
			case disturbed(err):
				sum.conflicts++
			case err != nil:
				t.Errorf("a run ended with %v", err)
			case slices.Index(s.heads, head) > slices.Index(s.heads, s.delivered):
				s.delivered = head
			}
		})
	}
	s.run()
	return writers
}

// person moves the label, or sets another one, or says something.
func (s *sim) person(a *actor) {
	pause := func() { s.wait(a, s.between(50*time.Millisecond, 3*time.Second)) }
	switch s.rng.IntN(6) {
	case 0:
		to := simRules.Phases[s.rng.IntN(len(simRules.Phases))].Name
		s.Change(simRepo, 12, func(i *fake.Issue) { i.Labels = slices.DeleteFunc(slices.Clone(i.Labels), isPhase) })
		pause()
		s.Change(simRepo, 12, func(i *fake.Issue) {
			if !slices.Contains(i.Labels, to) {
				i.Labels = append(slices.Clone(i.Labels), to)
			}
		})
	case 1:
		for n := range 2 {
			name := fmt.Sprintf("priority %d-%d", len(s.added), n)
			s.Change(simRepo, 12, func(i *fake.Issue) { i.Labels = append(slices.Clone(i.Labels), name) })
			s.added = append(s.added, name)
			pause()
		}
	case 2:
		s.Change(simRepo, 12, func(i *fake.Issue) { i.Assignees = append(slices.Clone(i.Assignees), "zoe") })
	case 3:
		s.AddComment(simRepo, 12, "ann", "/retry\n/unblocked")
	case 4: // who may write nothing asks for all the same
		s.ChangePull(simRepo, 34, func(p *fake.Pull) {
			p.Reviews = append(p.Reviews, fake.Review{ID: 66, Author: "mallory", State: "CHANGES_REQUESTED", Commit: p.Head, Body: "no", At: s.now})
		})
		pause()
		s.thread("mallory", 66)
	case 5: // whose change it is resolves what escalates
		s.thread("ann", 77)
		pause()
		s.ChangePull(simRepo, 34, func(p *fake.Pull) {
			for i := range p.Threads {
				p.Threads[i].Resolved, p.Threads[i].ResolvedBy = true, "dev"
			}
		})
	}
}

// thread is a conversation on the change that the matrix escalates.
func (s *sim) thread(by string, id int64) {
	s.ChangePull(simRepo, 34, func(p *fake.Pull) {
		p.Threads = append(p.Threads, fake.Thread{ID: fmt.Sprint("PRRT_", id, "_", len(p.Threads)), Path: "a.go", Line: 1, Comments: []fake.Comment{
			{ID: id, Author: by, Body: "issue (architecture): one pool", At: s.now},
		}})
	})
}

// heard says whose word counted that does not, or did not that does.
func (s *sim) heard(m workflow.Memory) (faults []string) {
	raised := slices.ContainsFunc(s.Pull(simRepo, 34).Threads, func(t fake.Thread) bool { return t.Comments[0].Author == "ann" })
	open := slices.ContainsFunc(m.Escalations, func(e workflow.Escalation) bool { return e.Category == "architecture" && e.Open })
	if raised != open {
		faults = append(faults, fmt.Sprintf("an escalation that its author resolved, or a stranger raised: raised %v, open %v", raised, open))
	}
	for _, e := range m.Log {
		if e.Kind == workflow.Move && strings.Contains(e.Why, "mallory") {
			faults = append(faults, "a stranger moved the issue: "+e.Why)
		}
	}
	return faults
}

func isPhase(label string) bool {
	return slices.ContainsFunc(simRules.Phases, func(p workflow.Phase) bool { return p.Name == label })
}

// restless says what is not as one run alone would leave it.
func (s *sim) restless(head string) (faults []string) {
	issue := s.Issue(simRepo, 12)
	var phases []string
	for _, l := range issue.Labels {
		if isPhase(l) {
			phases = append(phases, l)
		}
	}
	if len(phases) != 1 {
		faults = append(faults, fmt.Sprintf("not one status label: %q", phases))
	}
	var status []workflow.Memory
	byKey := map[string]int{}
	for _, c := range issue.Comments {
		if m, ok := workflow.ParseMarker(c.Body); ok && c.Author == simBot {
			status = append(status, m)
		} else if key := workflow.PostKey(c.Body); key != "" {
			byKey[key]++
		}
	}
	if len(status) != 1 {
		return append(faults, fmt.Sprintf("not one status comment: %d", len(status)))
	}
	for key, n := range byKey {
		if n > 1 {
			faults = append(faults, fmt.Sprintf("more than one comment of a key: %s", key))
		}
	}
	m := status[0]
	faults = append(faults, s.heard(m)...)
	if m.Head != head {
		faults = append(faults, fmt.Sprintf("an older commit's state: %s over %s", m.Head, head))
	}
	if len(phases) == 1 && m.Phase != phases[0] {
		faults = append(faults, fmt.Sprintf("label and comment disagree: %s and %s", phases[0], m.Phase))
	}
	if shown, _ := s.Project("acme", 3, "acme/shop#12"); shown != m.Phase {
		faults = append(faults, fmt.Sprintf("the board disagrees: %s and %s", shown, m.Phase))
	}
	// GitHub shows the latest of one name, and no check run can be taken away.
	conclusion, state := "", s.Status(simRepo, head, "tollgate").State
	for _, run := range s.CheckRuns(simRepo, head) {
		conclusion = run.Conclusion
	}
	if conclusion == "" || conclusion != state {
		faults = append(faults, fmt.Sprintf("check run and status disagree: %q and %q", conclusion, state))
	}
	for _, c := range issue.Comments {
		if c.Author == "ann" && len(c.Reactions) != 1 {
			faults = append(faults, fmt.Sprintf("not one reaction: %v", c.Reactions))
		}
	}
	return faults
}

// shows is the place of the commit whose state the issue shows.
func (s *sim) shows() int {
	for _, c := range s.Issue(simRepo, 12).Comments {
		if m, ok := workflow.ParseMarker(c.Body); ok && c.Author == simBot {
			return slices.Index(s.heads, m.Head)
		}
	}
	return -1
}

// settle lets one quiet run go, and says what is wrong then.
func (s *sim) settle(handoff func(*sim, *actor, string, gates.Verdict) (plan.Receipt, error)) (faults []string) {
	head, v := s.heads[len(s.heads)-1], s.anyVerdict()
	quiet := func(head string, v gates.Verdict) (writes int, err error) {
		s.ClearLog()
		s.act(simLag, func(a *actor) { _, err = handoff(s, a, head, v) })
		s.run()
		return s.Writes(), err
	}
	if _, err := quiet(head, v); err != nil {
		faults = append(faults, fmt.Sprintf("the quiet run failed: %v", err))
	}
	theirs := s.anyVerdict()
	if s.second { // each may move the issue, and with that what is due of the other
		for _, one := range []struct {
			head string
			v    gates.Verdict
		}{{simOther, theirs}, {head, v}, {simOther, theirs}, {head, v}} {
			if _, err := quiet(one.head, one.v); err != nil {
				faults = append(faults, fmt.Sprintf("a quiet run of one of two pull requests failed: %v", err))
			}
		}
	}
	faults = append(faults, s.restless(head)...)
	for _, want := range append([]string{"bug"}, s.added...) {
		if !slices.Contains(s.Issue(simRepo, 12).Labels, want) {
			faults = append(faults, "a person's label was lost: "+want)
		}
	}
	if !slices.Contains(s.Issue(simRepo, 12).Assignees, "eve") {
		faults = append(faults, "a person's assignee was lost: eve")
	}
	if n, err := quiet(head, v); n != 0 || err != nil {
		faults = append(faults, fmt.Sprintf("the run after the quiet one wrote: %d times, %v, %v", n, err, s.Log()))
	}
	if s.second {
		if n, err := quiet(simOther, theirs); n != 0 || err != nil {
			faults = append(faults, fmt.Sprintf("the run of the other pull request after the quiet ones wrote: %d times, %v, %v", n, err, s.Log()))
		}
	}
	if len(s.heads) > 1 {
		if n, err := quiet(s.heads[0], v); n != 0 || err == nil {
			faults = append(faults, fmt.Sprintf("a late run of an older commit wrote: %d times, %v", n, err))
		}
	}
	return faults
}
