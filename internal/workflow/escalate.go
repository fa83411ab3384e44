package workflow

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
)

// Reason is one escalation.
type Reason struct {
	Category string
	To       string // "@user" or "@org/team"
	Gates    []string
	Why      string
}

// escalations gives what the matrix says of the gates that are due in phase at:
// each category once, in the order of the matrix, with every gate that any of its
// rows names.
func (r Rules) escalations(at int, v gates.Verdict) []Reason {
	due := r.due(at, v)
	var categories []string
	hits := map[string][]gates.GateResult{}
	for _, t := range r.Escalation.Matrix {
		for _, g := range due {
			if g.Status != t.On || len(t.Gates) > 0 && !slices.Contains(t.Gates, g.Name) {
				continue
			}
			if !slices.Contains(categories, t.Category) {
				categories = append(categories, t.Category)
			}
			if !slices.ContainsFunc(hits[t.Category], func(h gates.GateResult) bool { return h.Name == g.Name }) {
				hits[t.Category] = append(hits[t.Category], g)
			}
		}
	}
	var out []Reason
	for _, c := range categories {
		reason := Reason{Category: c, To: r.Escalation.To, Why: explain(hits[c])}
		for _, g := range hits[c] {
			reason.Gates = append(reason.Gates, g.Name)
		}
		out = append(out, reason)
	}
	return out
}

func reasons(escalated []Reason) string {
	var parts []string
	for _, e := range escalated {
		parts = append(parts, e.Category+": "+e.Why)
	}
	return strings.Join(parts, "; ")
}
