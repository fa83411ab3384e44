package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// course is what decides where an issue goes.
type course struct {
	Rules
	verdict gates.Verdict
	head    string
	heads   []string // of the other pull requests of the issue
}

// onHead reports whether a commit is the head that is judged, or that of another pull
// request of the issue: what was decided on one of them holds for a run of any.
func (c course) onHead(commit string) bool {
	return commit == c.head || slices.Contains(c.heads, commit)
}

// moves gives where the issue goes and how: at most one move by a person, to
// where the issue is found, and then those of Tollgate. Without phases the place
// is -1.
func (c course) moves(s State) (at int, made []Entry) {
	if len(c.Phases) == 0 {
		return -1, nil
	}
	move := func(from string, to int, by, why string) {
		made = append(made, Entry{From: from, To: c.Phases[to].Name, Head: c.head, Why: sentence(why), By: by, At: s.Now})
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
	log := func() []Entry { return slices.Concat(s.Memory.trail(), made) }
	heed := true // an answer leads once, and holds for all that comes after
	for {
		to, why := c.lost(at)
		if to < 0 || c.Moved != Revert && c.putByHand(at, log()) {
			to, why = c.turned(s, at, heed)
			heed = false
		}
		if to < 0 {
			break
		}
		move(c.Phases[at].Name, to, ByTollgate, why)
	}
	limit := c.limit(log())
	for at < limit && c.leaves(at) && c.stays(s, at) == "" {
		move(c.Phases[at].Name, at+1, ByTollgate, c.proof(at))
	}
	return at, made
}

// putByHand reports whether a person put the issue where it is, on this head.
func (c course) putByHand(at int, log []Entry) bool {
	last := len(log) - 1
	return last >= 0 && log[last].By == ByPerson && c.onHead(log[last].Head) && c.index(log[last].To) == at
}

// turned gives where an architect's answer sends the issue, if it is to be heeded, or
// a review that asks for changes; -1 if nowhere.
func (c course) turned(s State, at int, heed bool) (to int, why string) {
	p := c.Phases[at]
	if s.answer != nil && heed {
		if to := c.index(p.On[s.answer.Event]); to >= 0 && to != at {
			s.answer.Moved = true
			return to, fmt.Sprintf("@%s answers %s: %s", s.answer.By, s.answer.Event, s.answer.Text)
		}
	}
	if to := c.index(p.On[OnMinor]); to >= 0 && to < at && len(s.Asking) > 0 && len(c.escalated(s, at)) == 0 {
		return to, "changes are asked for by @" + strings.Join(s.Asking, ", @")
	}
	return -1, ""
}

// stays says what keeps an issue in its phase besides the gates, "" if nothing does.
func (c course) stays(s State, at int) string {
	if s.Blocked != nil {
		return "blocked: " + s.Blocked.Why
	}
	if waiting := c.escalated(s, at); len(waiting) > 0 {
		return "escalated, and waits for an answer: " + why(waiting)
	}
	if s.abandoned != 0 {
		return fmt.Sprintf("pull request #%d was closed and not merged; reopen it, or let a run for another one decide", s.abandoned)
	}
	if len(s.Asking) > 0 {
		return "changes are asked for by @" + strings.Join(s.Asking, ", @") + " on this commit"
	}
	for _, o := range s.Beside { // none of them is left behind
		if o.Aside != "" { // whether its status is green is a gate
			if was := c.index(o.Judged); was >= 0 && was < at {
				return fmt.Sprintf("pull request #%d, which goes to %s, was judged in %s: let a run judge it again", o.Pull, o.Aside, o.Judged)
			}
			continue
		}
		if lack := missing(c.due(at, o.Verdict)); len(lack) > 0 {
			return fmt.Sprintf("pull request #%d: %s", o.Pull, explain(lack))
		}
	}
	left := undone(asked(c.corrections(s, at)))
	claimed := unconfirmed(left)
	if n := len(left) - len(claimed); n > 0 {
		return fmt.Sprintf("%d of what reviewers ask for is not mended", n)
	}
	if n := len(claimed); n > 0 && !c.reviewAhead(at) {
		return fmt.Sprintf("%d of what reviewers ask for was resolved by @%s, whose change it is: who asked for it approves the commit, or another resolves it", n, claimed[0].Claimed)
	}
	answer := s.Memory.Answer
	if s.answer != nil {
		answer = s.answer
	}
	if answer != nil && (answer.Moved || answer.Event != OnGuidance) && c.onHead(answer.Head) {
		return "the architect answered " + string(answer.Event) + ", and this is the commit that they saw"
	}
	return ""
}

// reviewAhead reports whether a phase of review comes after this one: what the author
// says of their own change is looked at there.
func (c course) reviewAhead(at int) bool { return slices.ContainsFunc(c.Phases[at+1:], Phase.reviews) }

// lost gives the earliest phase to which a gate that fails sends an issue that is
// past its exit, and what fails there; -1 if there is none.
func (c course) lost(at int) (to int, why string) {
	isDue := c.dueAt(at)
	for i, p := range c.Phases[:at] {
		var failing []gates.GateResult
		for _, name := range p.Exit {
			if g, ok := c.verdict.Gate(name); ok && g.Status == gates.Fail && isDue(name) {
				failing = append(failing, g)
			}
		}
		if len(failing) > 0 && !p.Hold {
			return i, explain(failing)
		}
	}
	return -1, ""
}

// limit is the phase beyond which Tollgate does not walk: where a person moved
// the issue back to on this head, and the last phase otherwise.
func (c course) limit(log []Entry) int {
	for _, t := range slices.Backward(log) {
		if !c.onHead(t.Head) {
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
		s += " at " + evidence.ShortCommit(c.head)
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
		before := s
		stood := c.stand(s.Memory, []string{labels[1-i]})
		before.Phase, before.MovedFrom, before.Labelled = stood.Phase, stood.MovedFrom, stood.Labelled
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
func repeats(log, made []Entry) bool {
	if len(log) == 0 || len(made) != 2 || made[0].By == ByTollgate {
		return false
	}
	a, b := log[len(log)-1], made[1]
	return a.From == b.From && a.To == b.To && a.Head == b.Head && a.By == b.By
}

// outcome gives what moves mean, and why, before escalation is thought of.
func (c course) outcome(s State, at int, made, log []Entry) (Outcome, string) {
	if at == len(c.Phases)-1 {
		if due := c.due(at, c.verdict); len(due) > 0 && len(missing(due)) == 0 {
			return Done, c.proof(at)
		}
	}
	if len(made) == 0 {
		return Held, c.waits(s, at, log)
	}
	last := made[len(made)-1]
	switch {
	case last.From == "":
		return Entered, last.Why + "; " + c.waits(s, at, log)
	case last.By != ByTollgate:
		return Held, last.Why + "; " + c.waits(s, at, log)
	case c.index(last.To) < c.index(last.From):
		return SentBack, last.Why
	default:
		return HandedOff, last.Why
	}
}

// waits says what keeps the issue where it is.
func (c course) waits(s State, at int, log []Entry) string {
	due := c.due(at, c.verdict)
	var reasons []string
	if lack := missing(due); len(lack) > 0 {
		reasons = append(reasons, explain(lack))
	}
	if at >= 0 {
		if why := c.stays(s, at); why != "" {
			reasons = append(reasons, why)
		}
	}
	switch {
	case len(reasons) > 0:
		return strings.Join(reasons, "; ")
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
