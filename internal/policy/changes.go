package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Effect is what a change of the policy does to what must hold.
type Effect uint8

const (
	_ Effect = iota
	// Stricter asks for more, and for less of nothing.
	Stricter
	// Looser asks for less, or cannot be shown to ask for as much.
	Looser
	// Other changes nothing of what must hold.
	Other
)

func (e Effect) String() string {
	switch e {
	case Stricter:
		return "stricter"
	case Looser:
		return "looser"
	case Other:
		return "other"
	default:
		panic("policy: undefined effect")
	}
}

// MarshalText gives the name.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Change is one difference between two policies.
type Change struct {
	Effect Effect
	What   string       // "gate coverage: statements >= 80% → statements >= 70%"
	At     evidence.Pos // in the later policy; in the earlier one, where it is gone
}

// Compare lists what a policy changes of an earlier one, what asks for less first.
// Both have the waivers that they name read into them.
func Compare(base, head *Policy) []Change {
	c := new(comparison)
	c.sources(base, head)
	c.gates(base, head)
	c.profiles(base, head)
	c.phases(base, head)
	c.escalation(base, head)
	c.waivers(base, head)
	c.owners(base, head)
	c.sections(base, head)
	order := map[Effect]int{Looser: 0, Stricter: 1, Other: 2}
	slices.SortStableFunc(c.changes, func(a, b Change) int { return cmp.Compare(order[a.Effect], order[b.Effect]) })
	return c.changes
}

type comparison struct{ changes []Change }

func (c *comparison) add(e Effect, at evidence.Pos, format string, args ...any) {
	c.changes = append(c.changes, Change{e, fmt.Sprintf(format, args...), at})
}

// list compares two lists of names: what is gone and what is new have an effect of
// their own.
func (c *comparison) list(at evidence.Pos, what string, base, head []string, gone, fresh Effect) {
	for _, x := range base {
		if !slices.Contains(head, x) {
			c.add(gone, at, "%s: without %s", what, x)
		}
	}
	for _, x := range head {
		if !slices.Contains(base, x) {
			c.add(fresh, at, "%s: with %s", what, x)
		}
	}
}

// whole compares two values that say more or less in no order: another one cannot
// be shown to ask for as much.
func (c *comparison) whole(at evidence.Pos, what, base, head string) {
	if base != head {
		c.add(Looser, at, "%s: %s → %s", what, cmp.Or(base, "none"), cmp.Or(head, "none"))
	}
}

// number compares two limits of which the higher one is the stricter or not.
func (c *comparison) number(at evidence.Pos, what string, order int, higherIsStricter bool, base, head string) {
	switch {
	case order == 0:
	case (order < 0) == higherIsStricter:
		c.add(Stricter, at, "%s: %s → %s", what, base, head)
	default:
		c.add(Looser, at, "%s: %s → %s", what, base, head)
	}
}

func (c *comparison) sources(base, head *Policy) {
	named := func(p *Policy, name string) int {
		return slices.IndexFunc(p.Sources, func(s Source) bool { return s.Name == name })
	}
	for i, b := range base.Sources {
		k := named(head, b.Name)
		what := "source " + b.Name
		if k < 0 {
			c.add(Looser, b.At, "%s is gone", what)
			continue
		}
		h, bj, hj := head.Sources[k], base.Gates.Sources[i], head.Gates.Sources[k]
		c.whole(h.At, what+", files", filesOf(b), filesOf(h))
		c.span(h.At, what+", expected files", bj.Expect.Files, hj.Expect.Files)
		c.span(h.At, what+", expected tests", bj.Expect.Tests, hj.Expect.Tests)
		c.list(h.At, what+", expected tools", bj.Expect.Tools, hj.Expect.Tools, Looser, Stricter)
		c.span(h.At, what+", expected rules", bj.Expect.Rules, hj.Expect.Rules)
		c.age(h.At, what+", age", bj.Expect.Age, hj.Expect.Age)
		c.shards(h.At, what+", expected shards", bj.Expect.Shards, hj.Expect.Shards)
		if bj.Expect.Head != hj.Expect.Head {
			c.add(map[bool]Effect{true: Stricter, false: Looser}[hj.Expect.Head], h.At, "%s: must be of the head commit: %t → %t", what, bj.Expect.Head, hj.Expect.Head)
		}
		c.whole(h.At, what+", root", b.Root, h.Root)
		c.whole(h.At, what+", severity-from", severityScales(bj), severityScales(hj))
		if b.FoldDuplicates != h.FoldDuplicates {
			c.add(map[bool]Effect{true: Looser, false: Stricter}[h.FoldDuplicates], h.At, "%s: reruns are duplicates: %t → %t", what, b.FoldDuplicates, h.FoldDuplicates)
		}
	}
	for _, h := range head.Sources {
		if named(base, h.Name) < 0 {
			c.add(Other, h.At, "source %s is new", h.Name)
		}
	}
}

func filesOf(s Source) string {
	var out []string
	for _, f := range s.Files {
		out = append(out, f.Kind.String()+" "+strings.Join(f.Patterns, " "))
	}
	return strings.Join(out, ", ")
}

func severityScales(s gates.Source) string {
	var out []string
	for _, f := range s.SeverityFrom {
		out = append(out, strings.TrimSpace(f.Tool+" "+f.From))
	}
	return strings.Join(out, ", ")
}

// age compares how old the evidence of a source may be; 0 is as old as it likes.
func (c *comparison) age(at evidence.Pos, what string, base, head time.Duration) {
	if base == head {
		return
	}
	said := func(d time.Duration) string {
		if d == 0 {
			return "any"
		}
		return d.String()
	}
	effect := Looser
	if head > 0 && (base == 0 || head < base) {
		effect = Stricter
	}
	c.add(effect, at, "%s: %s → %s", what, said(base), said(head))
}

// shards compares in how many shards a source comes; 0 is any number, and of two
// numbers neither is the stricter.
func (c *comparison) shards(at evidence.Pos, what string, base, head int) {
	said := func(n int) string { return cmp.Or(strings.TrimPrefix(strconv.Itoa(n), "0"), "any number") }
	if base != head {
		c.add(map[bool]Effect{true: Stricter, false: Looser}[base == 0], at, "%s: %s → %s", what, said(base), said(head))
	}
}

// span compares two ranges. One within the other expects more.
func (c *comparison) span(at evidence.Pos, what string, base, head gates.Range) {
	if base == head {
		return
	}
	most := func(r gates.Range) uint64 { return r.Max - 1 } // none is the most
	effect := Looser
	if head.Min >= base.Min && most(head) <= most(base) {
		effect = Stricter
	}
	c.add(effect, at, "%s: %s → %s", what, written(base), written(head))
}

func written(r gates.Range) string {
	switch {
	case r == gates.Range{}:
		return "any"
	case r.Max == 0:
		return fmt.Sprintf("%d..", r.Min)
	default:
		return fmt.Sprintf("%d..%d", r.Min, r.Max)
	}
}

func (c *comparison) gates(base, head *Policy) {
	named := func(p *Policy, name string) (gates.Gate, bool) {
		i := slices.IndexFunc(p.Gates.Gates, func(g gates.Gate) bool { return g.Name == name })
		if i < 0 {
			return gates.Gate{}, false
		}
		return p.Gates.Gates[i], true
	}
	for _, b := range base.Gates.Gates {
		h, ok := named(head, b.Name)
		what := "gate " + b.Name
		if !ok {
			c.add(map[bool]Effect{true: Looser, false: Other}[counts(b)], b.At, "%s is gone", what)
			continue
		}
		c.whole(h.At, what+", from", strings.Join(b.From, ", "), strings.Join(h.From, ", "))
		bs, hs := base.said("gates", b.Name), head.said("gates", b.Name)
		c.rest(h.At, what, new(gate).keys(), bs, hs, "from", "compare", "starts", "require", "warn", "shadow")
		bc, hc := b.Compare.OrUsual(), h.Compare.OrUsual()
		c.number(h.At, what+", alpha", bc.Alpha.Cmp(hc.Alpha), true, bc.Alpha.ExactPercent(), hc.Alpha.ExactPercent())
		c.number(h.At, what+", effect", bc.Effect.Cmp(hc.Effect), false, bc.Effect.ExactPercent(), hc.Effect.ExactPercent())
		c.number(h.At, what+", counts", bc.Counts.Cmp(hc.Counts), false, bc.Counts.ExactPercent(), hc.Counts.ExactPercent())
		c.conditions(what, b.Conditions, h.Conditions)
	}
	for _, h := range head.Gates.Gates {
		if _, ok := named(base, h.Name); !ok {
			c.add(map[bool]Effect{true: Stricter, false: Other}[counts(h)], h.At, "gate %s is new", h.Name)
		}
	}
}

// counts reports whether a gate has a condition that is not in shadow.
func counts(g gates.Gate) bool {
	return slices.ContainsFunc(g.Conditions, func(c gates.Condition) bool { return c.Mode != gates.Shadow })
}
