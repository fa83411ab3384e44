package policy

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// profile is conditions for some changes.
type profile struct {
	name     text
	when     when
	mayRelax yes
	gates    named[overlay, *overlay]
}

func (p *profile) keys() []key {
	return []key{
		{"name", "What the profile is called.", true, &p.name},
		{"when", "For which changes it is: all that is said here must be so.", true, &p.when},
		{"may-relax", "Whether its conditions take the place of the gates' own on the same metrics. Left out: they are added to them.", false, &p.mayRelax},
		{"gates", "The conditions, by the gates of the policy.", true, &p.gates},
	}
}

func (*profile) noun() string { return "profile" }

func (p *profile) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, p, w) }
func (p *profile) schema() *jsonschema.Schema                 { return mappingSchema(p) }

// when says which changes a profile is for.
type when struct {
	branches list[branchGlob, *branchGlob]
	labels   list[title, *title]
	paths    list[pathGlob, *pathGlob]
}

func (x *when) keys() []key {
	return []key{
		{"branches", "Patterns of the branch that the change is for, one of which must match.", false, &x.branches},
		{"labels", "Labels, one of which the issue or the pull request must bear.", false, &x.labels},
		{"paths", "Patterns of files. The change must touch one; with `may-relax`, no others.", false, &x.paths},
	}
}

func (x *when) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		in.fail(in.placeOf(n, w), "%s is empty; name branches, labels or paths, or write the conditions in the gates", w.what)
		return false
	}
	return readMapping(in, n, x, w)
}

func (x *when) schema() *jsonschema.Schema { return someSchema(x) }

// overlay is the conditions of a profile for one gate.
type overlay struct{ gate }

func (o *overlay) keys() []key {
	return slices.DeleteFunc(o.gate.keys(), func(k key) bool { return k.name != "require" && k.name != "warn" && k.name != "shadow" })
}

func (*overlay) noun() string { return "gate" }

func (o *overlay) read(in *input, n *yaml.Node, w where) bool {
	if !readMapping(in, n, o, w) {
		return false
	}
	if len(n.Content) == 0 {
		in.fail(in.placeOf(n, w), "%s is empty; add require, warn or shadow", w.what)
	}
	return true
}

func (o *overlay) schema() *jsonschema.Schema { return someSchema(o) }

func (r *resolver) profiles() (out []gates.Profile) {
	names := map[string]Place{}
	items := r.doc.profiles.items
	for i := range items {
		p := &items[i]
		what := "profile " + cmp.Or(short(p.name.value), strconv.Itoa(i+1))
		r.once(names, p.name, "the profile %q stands twice, first at %s")
		x := gates.Profile{
			Name: p.name.value, MayRelax: p.mayRelax.set, At: r.doc.profiles.at[i].Pos,
			Branches: r.distinct(textsOf(&p.when.branches), "branches of "+what),
			Labels:   r.distinctFold(textsOf(&p.when.labels), "labels of "+what),
			Paths:    r.distinct(textsOf(&p.when.paths), "paths of "+what),
		}
		for k := range p.gates.entries {
			e := &p.gates.entries[k]
			of := r.doc.gates.entry(e.name)
			if of == nil {
				if len(r.gates) > 0 {
					r.in.fail(e.at, "%s names %q, which is no gate; %s", what, short(e.name), r.in.meant(e.name, "there are", r.gates))
				}
				continue
			}
			conditions, _ := r.conditions(short(e.name), &e.value.gate, r.kindsOf(of.value.from.items))
			x.Gates = append(x.Gates, gates.ProfileGate{Gate: e.name, Conditions: conditions})
		}
		out = append(out, x)
	}
	return out
}

// conditionsOf gives the conditions that a gate has, its own and those of profiles.
func (p *Policy) conditionsOf(g gates.Gate) []gates.Condition {
	out := slices.Clone(g.Conditions)
	for _, f := range p.Gates.Profiles {
		out = append(out, f.For(g.Name)...)
	}
	return out
}
