package workflow

import (
	"slices"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// State is where the issue stands, as observed.
type State struct {
	Phase string // "" if it has not entered the workflow
	// MovedFrom is the phase in which Tollgate had left the issue, if its label
	// says another one now. "" if not.
	MovedFrom string
	Memory    Memory
	// Labelled are the phases whose labels the issue bears, in the order of the
	// rules. More than one is a move that was not finished.
	Labelled []string
	Assigned []string // who is assigned to the issue
	// Ignored says why the memory in the status comment is not used. "" if it is,
	// or if there is no comment.
	Ignored string
}

// Observe reads the state from what GitHub holds. One phase label says where the
// issue stands, whoever put it there. Of several it is the one that the memory
// says, or else the earliest; without a label it is where the memory says, and
// without either the issue has not entered.
func Observe(r Rules, s plan.Snapshot) State {
	s = s.Normalise()
	var labelled []string
	for _, p := range r.Phases {
		if slices.ContainsFunc(s.Labels, func(l string) bool { return plan.SameName(l, p.label()) }) {
			labelled = append(labelled, p.Name)
		}
	}
	m, err := readMarker(s.Comment.Body)
	st := r.stand(m, labelled)
	st.Assigned = s.Assigned
	if err != nil && s.Comment.Body != "" {
		st.Ignored = "the memory in the status comment is not used: " + err.Error()
	}
	return st
}

// At gives the state as if Tollgate had left the issue in another phase: what a
// dry run asks for.
func (s State) At(phase string) State {
	s.Phase, s.MovedFrom, s.Labelled = phase, "", []string{phase}
	s.Memory.Phase = phase
	return s
}

// stand places an issue by memory and labels.
func (r Rules) stand(m Memory, labelled []string) State {
	s := State{Memory: m, Labelled: labelled}
	switch {
	case slices.Contains(labelled, m.Phase), len(labelled) == 0 && r.index(m.Phase) >= 0:
		s.Phase = m.Phase
	case len(labelled) > 0:
		s.Phase = labelled[0]
	}
	if s.Phase != "" && s.Phase != m.Phase {
		s.MovedFrom = m.Phase
	}
	return s
}
