// Package workflow decides what a verdict means for the issue. It is pure: the
// state of GitHub comes in as a value, and what comes out is a Decision.
//
// Observe reads where the issue stands, Decide says where it should, and
// Decision.Desired says what GitHub should hold then. Deciding twice on the same
// verdict decides the same, and plan.Diff of what the first decision left and
// what the second one wants is empty.
package workflow

import (
	"cmp"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Rules are the phases and all that moves an issue between them, as the policy
// states them. Without phases an issue stands nowhere, and every gate is due.
type Rules struct {
	Phases     []Phase
	Moved      Moved // what becomes of a label that a person moved
	Escalation Matrix
	// After names gates that are due once an architect has given that answer, and
	// never before: enhanced testing, another validation.
	After    map[Event][]string
	Lists    []List
	Clocks   ClockRules // zero if the policy has none; the Calendar is read beside it
	Commands Commands
	Blocked  string // the label that says that work is blocked, "" for none
	Waive    Waiving
	Waiting  string // the label that says that the author is waited for, "" for none
	// Voices are whose reviews and threads count, those whom the policy names anywhere
	// among them: what others say is shown and leads nowhere.
	Voices evidence.Voices
	Author AuthorMay

	// Project is the field of a board that shows the phase besides the label, by an
	// option of the phase's name.
	Project plan.Project
	Reports Reports

	// CheckRun says that the verdict is written as a check run as well.
	CheckRun bool

	given []Event // the answers that architects have given
}

// AuthorMay is what the author of the pull request may settle of their own change, which
// others do if it is zero: that what reviewers asked for is mended, what a gate names others to
// tick, and the question that was escalated, where they are the architect too.
type AuthorMay struct{ Resolve, Tick, Answer bool }

// Phase is one place where an issue can stand, with the ways out of it.
type Phase struct {
	Name  string
	Label string // the label that shows it; the name unless the policy says otherwise
	// Owner is who works in this phase: "@user" or "@org/team".
	Owner string
	// Exit names the gates that must hold to leave this phase. Empty only for a
	// Manual phase and for the last one.
	Exit []string
	// Manual says that a person moves the issue on.
	Manual bool
	// Hold says that an issue which is past this exit stays where it is when one of
	// its gates fails, and goes no further; otherwise it comes back here.
	Hold bool
	// On says where an issue that stands here goes on an event; an event that is not
	// in it leaves the issue where it is.
	On map[Event]string
	// Reviewers are whose review of the pull request is asked for when an issue stands
	// here: "@user" or "@org/team".
	Reviewers []string
	// Rotation are those of whom one is assigned in turn when an issue stands here:
	// "@user", or "@org/team" for its members.
	Rotation []string
	// Lists names the task lists that are put on the issue when it comes here.
	Lists []string
	// Checkpoints are what holds by which day of the phase, by day.
	Checkpoints []Checkpoint
}

// Event is what sends an issue out of its turn.
type Event string

// The events that a phase can answer.
const (
	// OnMinor is a review that asks for changes which need no architect.
	OnMinor Event = "minor"
	// The architect's answers: to go on as advised, to build it anew, to build
	// something else.
	OnGuidance    Event = "guidance"
	OnRedesign    Event = "redesign"
	OnAlternative Event = "alternative"
)

// Events lists them in the order in which they are documented.
var Events = []Event{OnMinor, OnGuidance, OnRedesign, OnAlternative}

// Moved says what becomes of a label that a person moved past gates that do not
// hold. A move that nothing speaks against is always respected.
type Moved uint8

const (
	// Revert sends the issue back where a gate fails.
	Revert Moved = iota
	// Accept leaves it where the person put it, and says what does not hold.
	Accept
	// Ask leaves it there, and asks the owner of the phase in a notice.
	Ask
)

// List is a task list that is put on the issue, for people to tick.
type List struct {
	Name  string // in the policy: "production-readiness"
	Title string
	Items []string
}

// Commands says who may give which slash command: "@user", "@org/team", or what
// GitHub lets them do: "write", "triage", "author". A command that is not in it is
// for everybody with write permission.
type Commands map[string][]string

func (p Phase) label() string { return cmp.Or(p.Label, p.Name) }

// Labels are those that show the phases, in order.
func (r Rules) Labels() []string {
	var out []string
	for _, p := range r.Phases {
		out = append(out, p.label())
	}
	return out
}

// index gives the place of a phase in the rules, or -1.
func (r Rules) index(name string) int {
	return slices.IndexFunc(r.Phases, func(p Phase) bool { return p.Name == name })
}

// phase gives a phase by name, or the zero Phase.
func (r Rules) phase(name string) Phase {
	if i := r.index(name); i >= 0 {
		return r.Phases[i]
	}
	return Phase{}
}

// list gives a task list by name.
func (r Rules) list(name string) (List, bool) {
	i := slices.IndexFunc(r.Lists, func(l List) bool { return l.Name == name })
	if i < 0 {
		return List{}, false
	}
	return r.Lists[i], true
}

// In gives the rules as they hold in a state: with the gates that the architects'
// answers ask for.
func (r Rules) In(s State) Rules {
	r.given = s.given()
	return r
}

// DueAt gives which gates are due while the issue stands in a phase: those that
// no phase has in its exit, and those in the exits of this phase and of all
// before it. Phase "" is an issue that has not entered, for which the first phase
// counts. A phase that the rules do not know has every gate due. Gates that wait
// for an architect to ask for them are due only then.
func (r Rules) DueAt(phase string) func(gate string) bool {
	at := r.index(phase)
	if at < 0 && phase != "" {
		at = len(r.Phases) - 1
	}
	return r.dueAt(max(at, 0))
}

func (r Rules) dueAt(at int) func(gate string) bool {
	later := map[string]bool{}
	for i := len(r.Phases) - 1; i >= 0; i-- {
		for _, g := range r.Phases[i].Exit {
			later[g] = i > at
		}
	}
	for _, g := range slices.Concat(r.After[OnGuidance], r.After[OnRedesign], r.After[OnAlternative]) {
		asked := slices.ContainsFunc(r.given, func(e Event) bool { return slices.Contains(r.After[e], g) })
		later[g] = later[g] || !asked
	}
	return func(gate string) bool { return !later[gate] }
}

// due gives what the verdict says of each gate that is due in phase at. A gate
// that guards an exit and that the verdict does not know, or left undecided, is
// inconclusive: nothing was proved.
func (r Rules) due(at int, v gates.Verdict) []gates.GateResult {
	isDue := r.dueAt(at)
	var out []gates.GateResult
	for _, g := range v.Gates {
		if isDue(g.Name) {
			if g.Status == gates.Undecided {
				g.Status = gates.Inconclusive
			}
			out = append(out, g)
		}
	}
	for _, p := range r.Phases {
		for _, name := range p.Exit {
			known := func(g gates.GateResult) bool { return g.Name == name }
			if isDue(name) && !slices.ContainsFunc(out, known) {
				out = append(out, gates.GateResult{Name: name, Due: true, Status: gates.Inconclusive})
			}
		}
	}
	return out
}
