package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
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
	Escalated []Reason
	Memory    Memory // what to remember; the same in a second run
}

// Decide says what the verdict on a head commit means for an issue in a state.
//
// An issue enters at the first phase. It is sent back to the earliest phase whose
// exit has a gate that fails; a gate that is inconclusive holds it and sends
// nothing back, and so does one that fails and guards no exit. Otherwise it walks
// forward for as long as every gate that is due is green, up to a phase that a
// person must move it out of.
//
// A person's move is logged and respected, but for what fails: moved forward past
// a gate that fails, the issue is sent back; moved backward, it walks no further
// than that until there is another head or a person moves it on. A move that was
// sent back and is repeated on the same head is sent back again and not logged
// again.
//
// An empty head is one that nobody knows. Decide reads neither clock nor
// environment, and asks nothing of the rules beyond distinct names.
func Decide(r Rules, s State, v gates.Verdict, head string) Decision {
	c := course{r, v, head}
	s = c.interrupted(s)
	at, moves := c.moves(s)

	d := Decision{Escalated: r.escalations(at, v), Memory: s.Memory}
	d.Memory.Head = head
	d.Memory.Phase = ""
	if at >= 0 {
		d.Phase, d.Memory.Phase = r.Phases[at], r.Phases[at].Name
	}
	if !repeats(s.Memory.Log, moves) {
		d.Memory.Log = slices.Concat(s.Memory.Log, moves)
	}
	d.Memory.Assigned = assignedBy(s, d.wants(r))
	d.Memory.Escalated = nil
	for _, e := range d.Escalated {
		d.Memory.Escalated = append(d.Memory.Escalated, e.Category)
	}
	d.Memory = d.Memory.bounded()

	d.From = r.phase(s.Phase)
	d.Outcome, d.Why = c.outcome(at, moves, d.Memory.Log)
	if len(d.Escalated) > 0 {
		d.Outcome, d.Why = Escalated, reasons(d.Escalated)
	}
	return d
}

// phase gives a phase by name, or the zero Phase.
func (r Rules) phase(name string) Phase {
	if i := r.index(name); i >= 0 {
		return r.Phases[i]
	}
	return Phase{}
}

// course is what decides where an issue goes.
type course struct {
	Rules
	verdict gates.Verdict
	head    string
}

// moves gives where the issue goes and how: at most one move by a person, to
// where the issue is found, and then those of Tollgate. Without phases the place
// is -1.
func (c course) moves(s State) (at int, moves []Transition) {
	if len(c.Phases) == 0 {
		return -1, nil
	}
	move := func(from string, to int, by, why string) {
		moves = append(moves, Transition{From: from, To: c.Phases[to].Name, Head: c.head, Why: sentence(why), By: by})
		at = to
	}
	at = c.index(s.Phase)
	switch {
	case at < 0:
		move("", 0, ByTollgate, "enters the workflow")
	case s.Memory.Phase == "":
		move("", at, ByPerson, fmt.Sprintf("bore the label %q already", c.Phases[at].label()))
	case s.MovedFrom != "" && c.index(s.MovedFrom) < 0:
		move(s.MovedFrom, at, ByPolicy, fmt.Sprintf("the policy has no phase %q, and the label is %q", s.MovedFrom, c.Phases[at].label()))
	case s.MovedFrom != "":
		move(s.MovedFrom, at, ByPerson, fmt.Sprintf("the label was changed to %q", c.Phases[at].label()))
	}
	if to, why := c.lost(at); to >= 0 {
		move(c.Phases[at].Name, to, ByTollgate, why)
		return at, moves
	}
	limit := c.limit(slices.Concat(s.Memory.Log, moves))
	for at < limit && c.leaves(at) {
		move(c.Phases[at].Name, at+1, ByTollgate, c.proof(at))
	}
	return at, moves
}

// lost gives the earliest phase before at whose exit has a gate that fails, and
// what fails there; -1 if there is none.
func (c course) lost(at int) (to int, why string) {
	for i, p := range c.Phases[:at] {
		var failing []gates.GateResult
		for _, name := range p.Exit {
			if g, ok := c.verdict.Gate(name); ok && g.Status == gates.Fail {
				failing = append(failing, g)
			}
		}
		if len(failing) > 0 {
			return i, explain(failing)
		}
	}
	return -1, ""
}

// limit is the phase beyond which Tollgate does not walk: where a person moved
// the issue back to on this head, and the last phase otherwise.
func (c course) limit(log []Transition) int {
	for _, t := range slices.Backward(log) {
		if t.Head != c.head {
			break
		}
		if t.By == ByPerson {
			if to := c.index(t.To); to >= 0 && to < c.index(t.From) {
				return to
			}
			break
		}
	}
	return len(c.Phases) - 1
}

// leaves reports whether the gates let the issue leave a phase. An exit without
// gates proves nothing.
func (c course) leaves(at int) bool {
	p := c.Phases[at]
	return !p.Manual && len(p.Exit) > 0 && len(missing(c.due(at, c.verdict))) == 0
}

// proof names the gates that let the issue leave a phase.
func (c course) proof(at int) string {
	var names []string
	for _, g := range c.due(at, c.verdict) {
		name := g.Name
		if g.Status == gates.Waived {
			name += " (waived)"
		}
		names = append(names, name)
	}
	s := strings.Join(names, ", ") + " hold"
	if len(names) == 1 {
		s += "s"
	}
	if c.head != "" {
		s += " at " + short(c.head)
	}
	return s
}

// interrupted gives the state in which an interrupted run found the issue, if
// that run had added the label that it wanted and had not come to record why. It
// tries whether without one of the labels the decision would be to add it. Without
// this, the move of a person that the run answered would be forgotten.
//
// No two states can each lead to the other on one verdict, because the way there
// needs a gate to hold that must fail on the way back; so what is found is what
// the interrupted run saw, if the verdict is still the same. Of more than two
// labels the latest that the memory does not know count for nothing: they are the
// strays that the plan removes before it adds one, in this order.
func (c course) interrupted(s State) State {
	labels := slices.Clone(s.Labelled)
	for i := len(labels) - 1; len(labels) > 2; i-- {
		if labels[i] != s.Memory.Phase {
			labels = slices.Delete(labels, i, i+1)
		}
	}
	if len(labels) < 2 {
		return s
	}
	for i, added := range labels {
		before := c.stand(s.Memory, []string{labels[1-i]})
		before.Assigned = s.Assigned
		if at, _ := c.moves(before); c.Phases[at].Name == added {
			return before
		}
	}
	return s
}

// repeats reports whether a person repeated a move and got the answer with which
// the log ends already. It is not logged again, for two reasons: nothing new has
// happened, and a run that was killed before it removed the label that it moved
// the issue out of leaves the same picture as a person who put it back.
func repeats(log, moves []Transition) bool {
	if len(log) == 0 || len(moves) != 2 || moves[0].By == ByTollgate {
		return false
	}
	a, b := log[len(log)-1], moves[1]
	return a.From == b.From && a.To == b.To && a.Head == b.Head && a.By == b.By
}

// outcome gives what moves mean, and why, before escalation is thought of.
func (c course) outcome(at int, moves, log []Transition) (Outcome, string) {
	if at == len(c.Phases)-1 {
		if due := c.due(at, c.verdict); len(due) > 0 && len(missing(due)) == 0 {
			return Done, c.proof(at)
		}
	}
	if len(moves) == 0 {
		return Held, c.waits(at, log)
	}
	last := moves[len(moves)-1]
	switch {
	case last.From == "":
		return Entered, last.Why + "; " + c.waits(at, log)
	case last.By != ByTollgate:
		return Held, last.Why + "; " + c.waits(at, log)
	case c.index(last.To) < c.index(last.From):
		return SentBack, last.Why
	default:
		return HandedOff, last.Why
	}
}

// waits says what keeps the issue where it is.
func (c course) waits(at int, log []Transition) string {
	due := c.due(at, c.verdict)
	if lack := missing(due); len(lack) > 0 {
		return explain(lack)
	}
	switch {
	case len(due) == 0:
		return "no gate is due, so nothing is proved"
	case c.limit(log) == at && at < len(c.Phases)-1:
		return "someone moved the issue back on this head; it goes on with another head, or by hand"
	default:
		return "a person moves the issue on from here"
	}
}

// missing gives the gates that are not green.
func missing(results []gates.GateResult) []gates.GateResult {
	return slices.DeleteFunc(slices.Clone(results), func(g gates.GateResult) bool { return g.Status.Green() })
}

// explain says of each gate what it is, with the reason of its worst check.
func explain(results []gates.GateResult) string {
	var parts []string
	for _, g := range results {
		part := g.Name + " is " + g.Status.String()
		if g.Status == gates.Fail {
			part = g.Name + " fails"
		}
		for _, check := range g.Checks {
			if check.Status == g.Status && check.Why != "" {
				part += ": " + sentence(check.Why)
				break
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func short(head string) string { return head[:min(7, len(head))] }
