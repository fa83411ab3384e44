package policy

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Teams gives every team that the policy names anywhere, "@org/team", once and
// sorted: what it says of them depends on who their members are. A text that only
// looks like one costs a question more.
func (p *Policy) Teams() []string {
	var out []string
	whole := p.setting("", p.root)
	whole.eachValue(func(s *Setting) {
		if strings.Contains(s.Value, "/") && handleForm.MatchString(s.Value) {
			out = append(out, s.Value)
		}
	})
	fold := func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
	slices.SortStableFunc(out, fold)
	return slices.CompactFunc(out, func(a, b string) bool { return fold(a, b) == 0 })
}

// eachValue visits every scalar.
func (s *Setting) eachValue(visit func(*Setting)) {
	if s.Scalar() {
		visit(s)
	}
	for i := range s.Below {
		s.Below[i].eachValue(visit)
	}
}

// ListensToReviews reports whether anything depends on reviews and threads, so that it
// matters who wrote them: the way of an issue does, and gates on them.
func (p *Policy) ListensToReviews() bool {
	return len(p.Rules.Phases) > 0 || slices.ContainsFunc(p.Gates.Gates, func(g gates.Gate) bool {
		return slices.Contains(g.From, evidence.Reviews.String())
	})
}

// NamesWorkflows reports whether a gate wants a check of one workflow.
func (p *Policy) NamesWorkflows() bool {
	for _, g := range p.Gates.Gates {
		if slices.ContainsFunc(g.Checks, func(c gates.NamedCheck) bool { return c.Workflow != "" }) {
			return true
		}
	}
	return false
}
