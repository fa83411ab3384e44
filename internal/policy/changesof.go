package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// conditions compares those of a gate. What both have is left out; of the rest,
// those on one metric belong together in their order.
func (c *comparison) conditions(what string, base, head []gates.Condition) {
	same := func(a gates.Condition) func(gates.Condition) bool {
		return func(b gates.Condition) bool {
			return a.Metric == b.Metric && a.Op == b.Op && a.Mode == b.Mode && a.Want.Cmp(b.Want) == 0 && a.From.Equal(b.From) && a.Ramp == b.Ramp
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(head), func(h gates.Condition) bool { return slices.ContainsFunc(base, same(h)) })
	for _, b := range base {
		if slices.ContainsFunc(head, same(b)) {
			continue
		}
		i := slices.IndexFunc(fresh, func(h gates.Condition) bool { return h.Metric == b.Metric && h.Op == b.Op && h.Want == b.Want })
		if i < 0 {
			i = slices.IndexFunc(fresh, func(h gates.Condition) bool { return h.Metric == b.Metric })
		}
		if i < 0 {
			c.add(gone(b), b.At, "%s: without %s %s", what, b.Mode, full(b))
			continue
		}
		h := fresh[i]
		fresh = slices.Delete(fresh, i, i+1)
		c.condition(what, b, h)
	}
	for _, h := range fresh {
		effect := Stricter
		if h.Mode == gates.Shadow {
			effect = Other
		}
		c.add(effect, h.At, "%s: with %s %s", what, h.Mode, full(h))
	}
}

// gone is what it means that a condition is gone: one in shadow asked for nothing.
func gone(c gates.Condition) Effect {
	if c.Mode == gates.Shadow {
		return Other
	}
	return Looser
}

// condition compares two conditions on one metric, by their comparison, their mode
// and their days. The worst of it counts.
func (c *comparison) condition(what string, b, h gates.Condition) {
	effect := Stricter
	switch {
	case b.Mode == gates.Shadow && h.Mode == gates.Shadow:
		effect = Other
	case h.Mode > b.Mode, !noEasier(b, h), later(b, h):
		effect = Looser
	}
	from, to := full(b), full(h)
	if b.Mode != h.Mode {
		from, to = b.Mode.String()+" "+from, h.Mode.String()+" "+to
	}
	c.add(effect, h.At, "%s: %s → %s", what, from, to)
}

// full is a condition with its days.
func full(c gates.Condition) string {
	if dates := c.Dates(); dates != "" {
		return c.String() + " (" + dates + ")"
	}
	return c.String()
}

// noEasier reports whether what meets h meets b as well. Of two exact counts the
// better one is no easier.
func noEasier(b, h gates.Condition) bool {
	if b.Op == gates.Equal && h.Op == gates.Equal {
		m, _ := gates.MetricNamed(h.Metric)
		return h.Want.Cmp(b.Want) == 0 || (h.Want.Cmp(b.Want) > 0) == m.Higher
	}
	return b.Op == h.Op && b.Want.Cmp(h.Want) == 0 || implies(h, b)
}

// later reports whether h counts from a later day on, or comes to its value on
// another way than b does.
func later(b, h gates.Condition) bool {
	return h.From.After(b.From) || h.Ramp != b.Ramp && h.Ramp != (gates.Ramp{})
}

func (c *comparison) profiles(base, head *Policy) {
	said := func(f gates.Profile) string {
		s := fmt.Sprint(f.Branches, f.Labels, f.Paths, f.MayRelax)
		for _, g := range f.Gates {
			s += " " + g.Gate
			for _, k := range g.Conditions {
				s += " " + k.Mode.String() + " " + full(k)
			}
		}
		return s
	}
	find := func(p *Policy, name string) int {
		return slices.IndexFunc(p.Gates.Profiles, func(f gates.Profile) bool { return f.Name == name })
	}
	for _, b := range base.Gates.Profiles {
		switch i := find(head, b.Name); {
		case i < 0 && b.MayRelax:
			c.add(Stricter, b.At, "profile %s, which may relax, is gone", b.Name)
		case i < 0:
			c.add(Looser, b.At, "profile %s is gone", b.Name)
		case said(b) != said(head.Gates.Profiles[i]):
			c.add(Looser, head.Gates.Profiles[i].At, "profile %s is another", b.Name)
		}
	}
	for _, h := range head.Gates.Profiles {
		switch {
		case find(base, h.Name) >= 0:
		case h.MayRelax:
			c.add(Looser, h.At, "profile %s, which may relax, is new", h.Name)
		default:
			c.add(Stricter, h.At, "profile %s is new", h.Name)
		}
	}
}

func (c *comparison) phases(base, head *Policy) {
	find := func(p *Policy, name string) (workflow.Phase, int) {
		i := slices.IndexFunc(p.Rules.Phases, func(f workflow.Phase) bool { return f.Name == name })
		if i < 0 {
			return workflow.Phase{}, -1
		}
		return p.Rules.Phases[i], i
	}
	at := func(p *Policy, i int) evidence.Pos { return p.doc.phases.items[i].name.at.Pos }
	before := -1
	for i, b := range base.Rules.Phases {
		what := "phase " + b.Name
		h, k := find(head, b.Name)
		if k < 0 {
			c.add(Looser, at(base, i), "%s is gone", what)
			continue
		}
		if k < before {
			c.add(Looser, at(head, k), "%s stands elsewhere in the order", what)
		}
		before = max(before, k)
		c.list(at(head, k), what+", exit", b.Exit, h.Exit, Looser, Stricter)
		if b.Manual != h.Manual {
			c.add(map[bool]Effect{true: Stricter, false: Looser}[h.Manual], at(head, k), "%s: manual: %t → %t", what, b.Manual, h.Manual)
		}
		if b.Owner != h.Owner {
			c.add(Other, at(head, k), "%s, owner: %s → %s", what, b.Owner, h.Owner)
		}
		if b.Label != h.Label {
			c.add(Other, at(head, k), "%s, label: %s → %s", what, b.Label, h.Label)
		}
		c.rest(at(head, k), what, new(phase).keys(), base.said("phases").entry(i), head.said("phases").entry(k), "name", "owner", "exit", "manual", "label")
	}
	for i, h := range head.Rules.Phases {
		_, k := find(base, h.Name)
		if k < 0 {
			// With phases a gate is due later than without, and so it is with more of them.
			c.add(Looser, at(head, i), "phase %s is new: the gates of later exits are due later", h.Name)
			continue
		}
		was, is := base.Rules.DueAt(h.Name), head.Rules.DueAt(h.Name)
		for _, g := range head.Gates.Gates {
			known := slices.ContainsFunc(base.Gates.Gates, func(b gates.Gate) bool { return b.Name == g.Name })
			if known && was(g.Name) && !is(g.Name) {
				c.add(Looser, at(head, i), "phase %s: gate %s is not due there any longer", h.Name, g.Name)
			}
		}
	}
}

func (c *comparison) escalation(base, head *Policy) {
	b, h := base.Rules.Escalation, head.Rules.Escalation
	at := func(p *Policy) evidence.Pos {
		if p.doc.escalation.given {
			return p.doc.escalation.to.at.Pos
		}
		return evidence.Pos{File: p.Name}
	}
	if b.To != h.To && b.To != "" && h.To != "" {
		c.add(Other, at(head), "escalation, to: %s → %s", b.To, h.To)
	}
	rows := func(p *Policy) (out []string) {
		matrix := p.said("escalation", "matrix")
		for i := range p.Rules.Escalation.Matrix {
			out = append(out, matrix.entry(i).flat())
		}
		return out
	}
	c.list(at(head), "escalation", rows(base), rows(head), Looser, Stricter)
	c.rest(at(head), "escalation", new(escalation).keys(), base.said("escalation"), head.said("escalation"), "to", "label", "matrix")
}

func (c *comparison) waivers(base, head *Policy) {
	place := evidence.Pos{File: head.Name}
	switch {
	case base.WaiverFile == "" && head.WaiverFile != "":
		c.add(Looser, place, "waivers: none → %s", head.WaiverFile)
	case head.WaiverFile == "" && base.WaiverFile != "":
		c.add(Stricter, place, "waivers: %s → none", base.WaiverFile)
	case base.WaiverFile != head.WaiverFile:
		c.add(Other, place, "waivers: %s → %s", base.WaiverFile, head.WaiverFile)
	}
	if base.WaiverFile != "" && head.WaiverFile != "" {
		if b, h := base.Rules.Waive.Propose, head.Rules.Waive.Propose; b != h {
			words := map[bool]string{false: waiveWords[0], true: waiveWords[1]}
			c.add(Other, place, "waivers, command: %s → %s", words[b], words[h])
		}
		c.approvers(place, base.Gates.Approvers, head.Gates.Approvers)
		for _, s := range append([]evidence.Severity{0}, evidence.Severities...) {
			b, h := base.Gates.WaiverDays.For(s), head.Gates.WaiverDays.For(s)
			name := "default"
			if s != 0 {
				name = s.String()
			}
			c.number(place, "waivers, max-days, "+name, cmp.Compare(b, h), false, fmt.Sprint(b), fmt.Sprint(h))
		}
	}
	said := func(w gates.Waiver) string {
		s := fmt.Sprintf("%s, from %s to %s, owner %s, approved by %s", w.What(), w.Created.Format(time.DateOnly), w.Expires.Format(time.DateOnly), w.Owner, w.ApprovedBy)
		if len(w.Branches) > 0 {
			s += ", for " + strings.Join(w.Branches, " ")
		}
		if len(w.Labels) > 0 {
			s += ", for what is labelled " + strings.Join(w.Labels, " or ")
		}
		return s
	}
	in := func(p *Policy, w gates.Waiver) bool {
		return slices.ContainsFunc(p.Waivers, func(o gates.Waiver) bool { return said(o) == said(w) })
	}
	for _, w := range head.Waivers {
		if !in(base, w) {
			c.add(Looser, w.At, "waiver of %s", said(w))
		}
	}
	for _, w := range base.Waivers {
		if !in(head, w) {
			c.add(Stricter, w.At, "no waiver any longer of %s", said(w))
		}
	}
}

// owners compares who may approve: another one, more or fewer may all be meant to
// let something pass.
func (c *comparison) owners(base, head *Policy) {
	at := evidence.Pos{File: head.Name}
	if l := head.doc.owners.at; len(l) > 0 {
		at = l[0].Pos
	}
	c.list(at, "policy-owners", base.Owners, head.Owners, Looser, Looser)
}
