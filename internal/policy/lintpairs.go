package policy

import (
	"reflect"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// halves are the metrics on the two ways in which a test goes wrong: each counts one
// and says nothing of the other.
var halves = []struct{ metric, misses, add string }{
	{"failed", "tests that could not finish, which leave it inconclusive and never failed", "errored"},
	{"errored", "tests that failed", "failed"},
}

// both are the metrics that count failures and errors alike.
var both = []string{"pass-rate", "new.failures"}

// pairs warns of a gate that asks for one way in which tests go wrong where nothing that
// is due with it asks for the other.
func (l *linter) pairs(p *Policy) {
	for i, g := range p.Gates.Gates {
		for _, half := range halves {
			k := slices.IndexFunc(g.Conditions, func(c gates.Condition) bool { return plainMetric(c) == half.metric })
			if k < 0 || slices.ContainsFunc(p.Gates.Gates, func(o gates.Gate) bool {
				return p.standsBeside(o, g) && slices.ContainsFunc(o.Conditions, func(c gates.Condition) bool {
					return plainMetric(c) == half.add || slices.Contains(both, plainMetric(c))
				})
			}) {
				continue
			}
			c := g.Conditions[k]
			l.warn(l.placeOf(i, c), "%s says nothing of %s, and no other condition on the same tests does; add %s = 0 to gate %s", c, half.misses, half.add, g.Name)
		}
	}
}

// plainMetric is the metric of a condition, be it of every cell of a matrix.
func plainMetric(c gates.Condition) string { return strings.TrimPrefix(c.Metric, gates.EveryCell) }

// standsBeside reports whether a gate looks at all tests that another looks at, and is
// due wherever that is.
func (p *Policy) standsBeside(o, g gates.Gate) bool {
	for _, name := range g.From {
		if !slices.Contains(o.From, name) {
			return false
		}
	}
	all := reflect.DeepEqual(o.Filter, gates.Filter{}) || reflect.DeepEqual(o.Filter, g.Filter)
	return all && p.dueFrom(o.Name) <= p.dueFrom(g.Name)
}

// dueFrom is the place of the first phase in which a gate is due. One that no phase
// names is due from the first on.
func (p *Policy) dueFrom(gate string) int {
	return max(slices.IndexFunc(p.Rules.Phases, func(ph workflow.Phase) bool { return slices.Contains(ph.Exit, gate) }), 0)
}
