package workflow

import (
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Outcome is what the run means for the issue.
type Outcome string

const (
	Entered   Outcome = "entered"
	HandedOff Outcome = "handed off"
	SentBack  Outcome = "sent back"
	Held      Outcome = "held"
	Escalated Outcome = "escalated"
	Done      Outcome = "done"
)

// Decision is what should become of the issue.
type Decision struct {
	// Outcome is about this run: on the same verdict a second run that finds the
	// move made says Held where the first said HandedOff. Escalated goes before
	// every other outcome, and Done before a move to the last phase.
	Outcome   Outcome
	From      Phase // where this run found the issue; zero if it had not entered
	Phase     Phase // where it should stand; zero without phases
	Why       string
	Escalated []Escalation // that wait for an answer
	// Corrections are what is to be mended, gravest first, the done ones last.
	Corrections []Correction
	Feedback    []Feedback // all that reviewers said
	// Asking and Approving are whose latest review of this commit asks for changes or
	// approves, Unheard whose review of it does not count, and Remarks what the
	// approvals say besides.
	Asking, Approving, Unheard []string
	Remarks                    []Feedback
	Turn                       string // whose turn it is in the phase, a login; "" for nobody's
	Blocked                    *Block
	Overdue                    []Late
	// ReReview are those who asked for changes to an earlier commit, when everything
	// that they asked for is mended.
	ReReview []string
	// Waivers are those that are proposed, of commands that this run is the first to see.
	Waivers []WaiverRequest
	// React are the reactions to the commands that this run is the first to see.
	React []plan.Reaction
	// Unproved are the gates that do not hold where a person moved the issue past
	// them and the policy does not send it back for that.
	Unproved []string
	Memory   Memory // what to remember; the same in a second run
	// Entries are those of the log before it was cut to what the comment has room for,
	// and Anchor is what the check run is to say of it.
	Entries []Numbered
	Anchor  Anchor
	// Next is when time alone may next change something, as far as clocks are
	// concerned; zero if it cannot.
	Next time.Time
}

// Decide says what the verdict on a head commit means for an issue in a state.
//
// An issue enters at the first phase. It is sent back to the earliest phase whose
// exit has a gate that fails; a gate that is inconclusive holds it and sends
// nothing back, and so does one that fails and guards no exit. An architect's
// answer, and a review that asks for changes, send it where its phase says.
// Otherwise it walks forward for as long as every gate that is due is green, up to a
// phase that a person must move it out of. It walks nowhere while it is blocked,
// while an escalation waits for its answer, while something that a reviewer asked
// for is not mended, and after an architect sent it back or asked for another design
// until there is another commit.
//
// A person's move is logged and respected, but for what fails: moved forward past
// a gate that fails, the issue is sent back, unless the policy accepts the move or
// asks about it; moved backward, it walks no further than that until there is
// another head or a person moves it on. A move that was sent back and is repeated on
// the same head is sent back again and not logged again.
//
// An empty head is one that nobody knows. Decide reads neither clock nor
// environment, and asks nothing of the rules beyond distinct names.
func Decide(r Rules, s State, v gates.Verdict, head string) Decision {
	c := course{Rules: r.In(s), verdict: v, head: head, heads: s.heads}
	s.Memory.Ticked = s.tick()
	s = c.checked(s)
	s.Memory.Escalations = slices.Clone(s.Memory.Escalations)
	for i, e := range s.Memory.Escalations {
		s.Memory.Escalations[i] = c.attributed(s, e)
	}
	waivers := c.waivers(&s)
	if s.answer != nil { // what it does is noted in it
		answer := *s.answer
		s.answer = &answer
	}
	s = c.interrupted(s)
	at, made := c.moves(s)

	d := Decision{Waivers: waivers, Memory: s.Memory, Blocked: s.Blocked, Overdue: s.Overdue, Feedback: s.Feedback, Next: s.Next}
	d.Memory.Head, d.Memory.Gates = head, s.Gates
	for _, e := range s.noted {
		e.Head, e.At = head, s.Now
		d.Memory.append(e)
	}
	if s.Pull != 0 {
		d.Memory.Pull = s.Pull
	}
	d.Memory = d.Memory.among(s.pulls)
	d.Asking, d.Approving, d.Unheard, d.Remarks = s.Asking, s.Approving, s.Unheard, s.Remarks
	d.Memory.Phase = ""
	if at >= 0 {
		d.Phase, d.Memory.Phase = r.Phases[at], r.Phases[at].Name
	}
	if !repeats(s.Memory.trail(), made) {
		d.Memory.append(made...)
		if n := len(made); n > 0 {
			d.Memory.Since = s.Now
			if made[n-1].By != ByTollgate && !s.entered.IsZero() {
				d.Memory.Since = s.entered.UTC().Truncate(time.Second)
			}
		}
	}
	raised, entries := c.escalations(s, c.reasons(s, at))
	d.Memory.Escalations, d.Escalated = raised, open(raised)
	d.Memory.append(entries...)
	c.remember(&d.Memory, s, made)
	d.React = s.reactions()
	d.Overdue = d.stillLate()
	s.Memory.Cycle = d.Memory.Cycle
	d.Corrections = c.corrections(s, at)
	if left := undone(asked(d.Corrections)); len(left) == len(unconfirmed(left)) {
		d.ReReview = s.ReReview
	}
	d.Unproved = c.unproved(at)
	d.Turn = s.turn(d.Phase)
	d.Memory.Turn = d.Turn
	d.Memory.Assigned = assignedBy(s, d.wants(r))
	d.Entries = d.Memory.Numbered()
	d.Memory = d.Memory.bounded()
	d.Anchor = s.anchor.anchored(s.Memory.Place(), d.Memory.Place(), s.forgot && len(s.Memory.Log) == 0)

	d.From = r.phase(s.Phase)
	d.Outcome, d.Why = c.outcome(s, at, made, d.Memory.trail())
	if len(d.Escalated) > 0 {
		d.Outcome, d.Why = Escalated, why(d.Escalated)
	}
	return d
}

// stillLate are the clocks that have run out and that the decision does not stop: it
// answers no escalation, and the issue is not in another phase.
func (d Decision) stillLate() []Late {
	return slices.DeleteFunc(slices.Clone(d.Overdue), func(l Late) bool {
		switch l.Name {
		case EscalationClock, ArchitectClock:
			return len(d.Escalated) == 0
		case BlockedClock:
			return false
		case CorrectionClock:
			return d.Memory.Cycle == nil || l.Since.Before(d.Memory.Cycle.Since)
		}
		return l.Since.Before(d.Memory.Since)
	})
}

// remember takes in what people said and where the round of corrections stands.
func (c course) remember(m *Memory, s State, made []Entry) {
	for _, cmd := range s.fresh {
		e := Entry{Kind: Commanded, Head: c.head, By: "@" + cmd.By, At: s.Now, Why: strings.TrimSpace("/" + cmd.Name + " " + cmd.Args)}
		if cmd.Did != "" {
			e.Why += ": " + cmd.Did
		}
		if cmd.Refused != "" {
			e.Kind, e.Why = Refused, "/"+cmd.Name+": "+cmd.Refused
		}
		m.append(e)
		m.Seen = max(m.Seen, cmd.Comment)
	}
	m.Given = s.given()
	if s.answer != nil {
		m.Answer = s.answer
	}
	m.Cycle = c.cycle(s, made)
	if m.Cycle == nil {
		m.Ticked = slices.DeleteFunc(slices.Clone(m.Ticked), func(id string) bool {
			return !slices.ContainsFunc(s.Feedback, func(fb Feedback) bool { return fb.ID == id })
		})
	}
}

// cycle gives the round of corrections that the issue is in. One begins when the
// issue is sent back, and ends when it leaves the phase that it was sent back from.
func (c course) cycle(s State, made []Entry) *Cycle {
	now := s.Memory.Cycle
	for _, m := range made {
		switch from, to := c.index(m.From), c.index(m.To); {
		case m.From == "":
		case to < from && now == nil:
			now = &Cycle{Since: s.Now, Head: c.head, From: m.From}
		case to > from && now != nil && from >= c.index(now.From):
			now = nil
		}
	}
	return now
}

// unproved are the gates that do not hold in the exits before a phase, if the
// policy does not send the issue back for that.
func (c course) unproved(at int) []string {
	if c.Moved == Revert || at < 0 {
		return nil
	}
	var out []string
	for _, p := range c.Phases[:at] {
		for _, name := range p.Exit {
			if g, ok := c.verdict.Gate(name); (!ok || !g.Status.Green()) && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}
