package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
)

// Check is one condition of a policy by the name that people call it by. The
// policy gives conditions no names, so the name is where it stands: gate/metric,
// or gate/condition where the gate has several on the metric.
type Check struct {
	Number int // from 1, in the order in which verdicts list them
	Name   string
	// Gate and Condition are indexes: Gates.Gates[Gate].Conditions[Condition].
	Gate, Condition int
}

// Checks lists every condition of the policy.
func (p *Policy) Checks() []Check {
	var out []Check
	for i, g := range p.Gates.Gates {
		on := map[string]int{}
		for _, c := range g.Conditions {
			on[c.Metric]++
		}
		for j, c := range g.Conditions {
			name := g.Name + "/" + c.Metric
			if on[c.Metric] > 1 {
				name = g.Name + "/" + c.String()
			}
			out = append(out, Check{len(out) + 1, name, i, j})
		}
	}
	return out
}

// Judged gives the condition that the check is, and the gate that it stands in.
func (p *Policy) Judged(c Check) (gates.Gate, gates.Condition) {
	g := p.Gates.Gates[c.Gate]
	return g, g.Conditions[c.Condition]
}

// ChecksNamed gives the checks that a name means: a number, gate/metric,
// gate/condition, a gate for all of its conditions, or a metric for every condition
// on it. The error of a name that means none suggests one.
func (p *Policy) ChecksNamed(name string) ([]Check, error) {
	all := p.Checks()
	if n, err := strconv.Atoi(name); err == nil {
		if n < 1 || n > len(all) {
			return nil, fmt.Errorf("there is no check %d; the policy has %d", n, len(all))
		}
		return all[n-1 : n], nil
	}
	without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	for _, means := range []func(Check, gates.Gate, gates.Condition) bool{
		func(c Check, g gates.Gate, k gates.Condition) bool {
			return without(name) == without(c.Name) || without(name) == without(g.Name+"/"+k.String())
		},
		func(_ Check, g gates.Gate, k gates.Condition) bool { return name == g.Name+"/"+k.Metric },
		func(_ Check, g gates.Gate, _ gates.Condition) bool { return name == g.Name },
		func(_ Check, _ gates.Gate, k gates.Condition) bool {
			return name == k.Metric || without(name) == without(k.String())
		},
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(c Check) bool {
			g, k := p.Judged(c)
			return !means(c, g, k)
		})
		if len(found) > 0 {
			return found, nil
		}
	}
	var names, parts []string
	for _, c := range all {
		g, k := p.Judged(c)
		names, parts = append(names, c.Name), append(parts, k.Metric, g.Name+"/"+k.String())
	}
	for _, g := range p.Gates.Gates {
		parts = append(parts, g.Name)
	}
	if best := nearest(name, slices.Concat(names, parts)); best != "" {
		return nil, fmt.Errorf("there is no check %q; did you mean %q?", short(name), best)
	}
	return nil, fmt.Errorf("there is no check %q; %s", short(name), meant(name, "there are", names))
}
