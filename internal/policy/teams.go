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

// JudgesByPermission reports whether the reviews of all who may write count in some
// gate, so that it matters who may.
func (p *Policy) JudgesByPermission() bool {
	for _, g := range p.Gates.Gates {
		if slices.Contains(g.From, evidence.Reviews.String()) && len(g.Reviewers.By) == 0 {
			return true
		}
	}
	return false
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
