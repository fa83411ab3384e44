package policy

import (
	"slices"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// changeRules are the keys of a gate that speak of the files of a change. Each of
// them requires that it is kept, unless a condition of the gate says otherwise.
type changeRules struct {
	ifChanged, thenChanged list[pathGlob, *pathGlob]
	pairs                  list[changePair, *changePair]
	together, never        list[pathGlob, *pathGlob]
	owners                 list[handle, *handle]
}

func (c *changeRules) keys() []key {
	return []key{
		{"if-changed", "Patterns of files of the change; where one of them is changed, `then-changed` must be as well. One that begins with `!` takes away.", false, &c.ifChanged},
		{"then-changed", "Patterns of files of which one must be changed then.", false, &c.thenChanged},
		{"pairs", "Several pairs of `if-changed` and `then-changed`.", false, &c.pairs},
		{"together", "Patterns that are changed all in one change or none.", false, &c.together},
		{"never-together", "Patterns of which at most one is changed in one change.", false, &c.never},
		{"owners", "Who must approve what the gate looks at, one of them: `@user` or `@org/team`. Left out: CODEOWNERS says it.", false, &c.owners},
	}
}

// impliedKeys are those of the keys that stand for a condition.
var impliedKeys = []string{"if-changed", "pairs", "together", "never-together", "owners"}

// given reports whether a gate says anything that stands for a condition.
func (c *changeRules) given() bool {
	return c.ifChanged.given || c.thenChanged.given || c.pairs.given || c.together.given || c.never.given || c.owners.given
}

// changePair is one of several pairs.
type changePair struct {
	ifChanged, thenChanged list[pathGlob, *pathGlob]
}

func (p *changePair) keys() []key {
	return []key{
		{"if-changed", "Patterns of files of the change.", true, &p.ifChanged},
		{"then-changed", "Patterns of files of which one must be changed then.", true, &p.thenChanged},
	}
}

func (*changePair) noun() string { return "pair" }

func (p *changePair) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, p, w) }
func (p *changePair) schema() *jsonschema.Schema                 { return mappingSchema(p) }

// changeRules gives what gates judge by.
func (r *resolver) changeRules(gate string, g *gate) gates.ChangeRules {
	c := &g.change
	var out gates.ChangeRules
	pair := func(p *changePair, of string) {
		first := r.distinct(textsOf(&p.ifChanged), "if-changed of "+of)
		second := r.distinct(textsOf(&p.thenChanged), "then-changed of "+of)
		if first != nil && second != nil {
			out.Pairs = append(out.Pairs, gates.ChangePair{If: first, Then: second})
		}
	}
	pair(&changePair{c.ifChanged, c.thenChanged}, "gate "+gate)
	for i := range c.pairs.items {
		pair(&c.pairs.items[i], "a pair of gate "+gate)
	}
	out.Pairs = append(out.Pairs, gates.Together(r.several(&c.together, "together", gate))...)
	out.Never = r.several(&c.never, "never-together", gate)
	out.Owners = r.distinctFold(textsOf(&c.owners), "owners of gate "+gate)
	return out
}

// several gives the patterns of a list that says nothing of one alone.
func (r *resolver) several(l *list[pathGlob, *pathGlob], key, gate string) []string {
	for _, p := range l.items {
		if p.value[0] == '!' {
			r.in.fail(p.at, "%s of gate %s takes nothing away; write patterns that stand for a side each", key, gate)
		}
	}
	patterns := r.distinct(textsOf(l), key+" of gate "+gate)
	if len(patterns) == 1 && len(l.items) == 1 && !l.lossy {
		r.in.fail(l.at[0], "%s of gate %s has one pattern; write two or more", key, gate)
	}
	return patterns
}

// implied are the conditions that the keys of a gate stand for, and that it does
// not write itself: under another mode, or with another number.
func (c *changeRules) implied(written []gates.Condition) (out []gates.Condition) {
	add := func(metric string, given bool, at []Place) {
		on := func(w gates.Condition) bool { return w.Metric == metric }
		if !given || len(at) == 0 || slices.ContainsFunc(written, on) || slices.ContainsFunc(out, on) {
			return
		}
		out = append(out, gates.Condition{Metric: metric, Op: gates.Equal, Want: evidence.CountOf(0), Mode: gates.Require, At: at[0].Pos})
	}
	add(gates.Unaccompanied, c.ifChanged.given, c.ifChanged.at)
	add(gates.Unaccompanied, c.pairs.given, c.pairs.at)
	add(gates.Unaccompanied, c.together.given, c.together.at)
	add(gates.Mixed, c.never.given, c.never.at)
	add(gates.UnapprovedOwners, c.owners.given, c.owners.at)
	return out
}

// blocks reports whether a condition of the gate stands under require, written or
// implied.
func (g *gate) blocks() bool {
	var written []gates.Condition
	for _, m := range modes {
		for _, c := range g.conditions(m).items {
			written = append(written, gates.Condition{Metric: c.metric})
		}
	}
	return g.require.given || len(g.change.implied(written)) > 0
}

// change checks that the keys of a gate on the change and its conditions fit.
func (r *resolver) change(gate string, g *gate) {
	c := &g.change
	switch {
	case c.ifChanged.given && !c.thenChanged.given && len(c.ifChanged.at) > 0:
		r.in.fail(c.ifChanged.at[0], "gate %s has if-changed and no then-changed; add the files that must be changed then", gate)
	case c.thenChanged.given && !c.ifChanged.given && len(c.thenChanged.at) > 0:
		r.in.fail(c.thenChanged.at[0], "gate %s has then-changed and no if-changed; add the files that call for it", gate)
	}
	if c.given() && len(g.from.items) > 0 && !readsChange(g) {
		r.in.fail(c.at(), "gate %s speaks of changed files and does not read them; write from: change", gate)
	}
	for _, l := range modes {
		for _, cond := range g.conditions(l).items {
			switch {
			case cond.metric == gates.Unaccompanied && !c.ifChanged.given && !c.pairs.given && !c.together.given:
				r.in.fail(cond.metricAt, "%s counts broken rules, and gate %s has none; add if-changed and then-changed, pairs or together", cond.metric, gate)
			case cond.metric == gates.Mixed && !c.never.given:
				r.in.fail(cond.metricAt, "%s counts what was changed together, and gate %s does not say of what; add never-together", cond.metric, gate)
			}
		}
	}
}

func readsChange(g *gate) bool {
	return slices.ContainsFunc(g.from.items, func(f text) bool { return f.value == evidence.Change.String() })
}

// at is the place of the first of the keys.
func (c *changeRules) at() Place {
	all := slices.Concat(c.ifChanged.at, c.thenChanged.at, c.pairs.at, c.together.at, c.never.at, c.owners.at)
	if len(all) == 0 {
		return Place{}
	}
	return all[0]
}

// impliedConditions are those that the keys of a gate without a `require` stand for.
func impliedConditions(gate Setting, p *Policy) (out []string) {
	for _, g := range p.Gates.Gates {
		if g.Name != gate.Key {
			continue
		}
		for _, c := range g.Conditions {
			if c.Mode == gates.Require {
				out = append(out, c.String())
			}
		}
	}
	return out
}
