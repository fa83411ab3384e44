package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
)

// Check is one condition of a policy by the name that people call it by. The policy gives
// conditions no names, so the name is where it stands: gate/metric, of a profile
// profile/gate/metric, and with the condition for the metric where several are on one.
type Check struct {
	// Number counts from 1: the conditions of the gates in the order in which verdicts
	// list them, then those of the profiles.
	Number int
	Name   string
	In     string // where it stands: GATE or PROFILE/GATE
	// Gate and Condition are indexes: Gates.Gates[Gate].Conditions[Condition]. Of a
	// condition of a profile, Profile is its index from 1, and Condition one of the
	// conditions that the profile has for that gate, one after another.
	Gate, Condition, Profile int
}

// Checks lists every condition of the policy, those of profiles last: they are
// PROFILE/GATE/METRIC.
func (p *Policy) Checks() []Check {
	var out []Check
	list := func(in string, conditions []gates.Condition, gate, profile int) {
		on := map[string]int{}
		for _, c := range conditions {
			on[c.Metric]++
		}
		for j, c := range conditions {
			name := in + "/" + c.Metric
			if on[c.Metric] > 1 {
				name = in + "/" + c.String()
			}
			out = append(out, Check{len(out) + 1, name, in, gate, j, profile})
		}
	}
	for i, g := range p.Gates.Gates {
		list(g.Name, g.Conditions, i, 0)
	}
	for k, f := range p.Gates.Profiles {
		for i, g := range p.Gates.Gates {
			list(f.Name+"/"+g.Name, f.For(g.Name), i, k+1)
		}
	}
	return out
}

// Judged gives the condition that the check is, and the gate that it stands in.
func (p *Policy) Judged(c Check) (gates.Gate, gates.Condition) {
	g := p.Gates.Gates[c.Gate]
	if c.Profile > 0 {
		return g, p.Gates.Profiles[c.Profile-1].For(g.Name)[c.Condition]
	}
	return g, g.Conditions[c.Condition]
}

// Answer gives what a verdict says of the check, nil if it does not ask it: that of a
// profile is asked only where the profile applies. use says of a profile whether and why.
func (p *Policy) Answer(v gates.Verdict, c Check) (answer *gates.Check, use gates.ProfileUse) {
	list := v.Gates[c.Gate].Checks
	if c.Profile == 0 {
		return &list[c.Condition], use
	}
	if len(v.Profiles) > 0 {
		use = v.Profiles[c.Profile-1]
	}
	g, condition := p.Judged(c)
	for i := len(g.Conditions); i < len(list); i++ { // those of profiles stand behind the gate's own
		if k := &list[i].Condition; k.At == condition.At && k.Metric == condition.Metric {
			return &list[i], use
		}
	}
	return nil, use
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
		func(c Check, _ gates.Gate, k gates.Condition) bool {
			return without(name) == without(c.Name) || without(name) == without(c.In+"/"+k.String())
		},
		func(c Check, _ gates.Gate, k gates.Condition) bool { return name == c.In+"/"+k.Metric },
		func(c Check, g gates.Gate, _ gates.Condition) bool { return name == c.In || name == g.Name },
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
