package policy

import (
	"github.com/tollgate-ci/tollgate/gates"
)

// implied warns of conditions of a gate that another of it makes idle, and of two
// that nothing can meet at once.
func (l *linter) implied(p *Policy) {
	for i := range p.Gates.Gates {
		conditions := p.Gates.Gates[i].Conditions
		for k, c := range conditions {
			at := l.placeOf(i, c)
		others:
			for j, o := range conditions {
				switch {
				case j == k || c.Metric != o.Metric:
				case o.Mode <= c.Mode && o.From.IsZero() && !o.Ramp.From.Measured() && implies(o, c):
					l.warn(at, "%s says nothing beside %s at %d:%d; leave it out", c, o, o.At.Line, o.At.Col)
					break others
				case j < k && o.Mode == gates.Require && c.Mode == gates.Require && excludes(o, c):
					l.warn(at, "%s and %s at %d:%d never hold together, so the gate never passes", c, o, o.At.Line, o.At.Col)
				}
			}
		}
	}
}

// placeOf is where a condition of the i-th gate stands.
func (l *linter) placeOf(i int, c gates.Condition) Place {
	g := &l.doc.gates.entries[i].value
	for _, mode := range modes {
		for _, d := range g.conditions(mode).items {
			if d.at.Pos == c.At {
				return d.at
			}
		}
	}
	return l.doc.gates.entries[i].at
}

// implies reports whether everything that meets one condition meets another one on
// the same metric, and not the other way round as well.
func implies(a, b gates.Condition) bool {
	order := a.Want.Cmp(b.Want)
	switch {
	case a.Op == gates.Equal:
		return b.Op != gates.Equal && b.Op.Holds(a.Want, b.Want)
	case rises(a.Op) && rises(b.Op):
		return order > 0 || order == 0 && a.Op == gates.More && b.Op == gates.AtLeast
	case falls(a.Op) && falls(b.Op):
		return order < 0 || order == 0 && a.Op == gates.Less && b.Op == gates.AtMost
	case b.Op == gates.NotEqual:
		return a.Op != gates.NotEqual && !a.Op.Holds(b.Want, a.Want)
	default:
		return false
	}
}

// excludes reports whether no value meets both conditions.
func excludes(a, b gates.Condition) bool {
	switch {
	case a.Op == gates.Equal:
		return !b.Op.Holds(a.Want, b.Want)
	case b.Op == gates.Equal:
		return !a.Op.Holds(b.Want, a.Want)
	case falls(a.Op) && rises(b.Op):
		return excludes(b, a)
	case rises(a.Op) && falls(b.Op):
		order := a.Want.Cmp(b.Want)
		return order > 0 || order == 0 && (a.Op == gates.More || b.Op == gates.Less)
	default:
		return false
	}
}

// rises reports whether an operator asks for more, and falls whether for less.
func rises(op gates.Op) bool { return op == gates.More || op == gates.AtLeast }
func falls(op gates.Op) bool { return op == gates.Less || op == gates.AtMost }
