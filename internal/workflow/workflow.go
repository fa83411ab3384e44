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

	"github.com/tollgate-ci/tollgate/gates"
)

// Rules are the phases and the escalation, as the policy states them. Without
// phases an issue stands nowhere, and every gate is due.
type Rules struct {
	Phases     []Phase
	Escalation Escalation
}

// Phase is one place where an issue can stand.
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
}

// Escalation says when and to whom work is handed out of turn.
type Escalation struct {
	To     string // "@user" or "@org/team"
	Label  string // flag label while escalated
	Matrix []Trigger
}

// Trigger is a row of the escalation matrix: it fires when one of its gates, or
// any gate if it names none, is due and has the status.
type Trigger struct {
	Category string // what is escalated, in the policy's words: "security"
	On       gates.Status
	Gates    []string
}

func (p Phase) label() string { return cmp.Or(p.Label, p.Name) }

// index gives the place of a phase in the rules, or -1.
func (r Rules) index(name string) int {
	return slices.IndexFunc(r.Phases, func(p Phase) bool { return p.Name == name })
}

// DueAt gives which gates are due while the issue stands in a phase: those that
// no phase has in its exit, and those in the exits of this phase and of all
// before it. Phase "" is an issue that has not entered, for which the first phase
// counts. A phase that the rules do not know has every gate due.
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
