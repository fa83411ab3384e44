package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// approvers are who may approve waivers: one list, or one by the severity of what is
// waived.
type approvers struct {
	byDefault list[handle, *handle]
	severity  map[evidence.Severity]*list[handle, *handle]
}

func (a *approvers) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind != yaml.MappingNode {
		return a.byDefault.read(in, n, w)
	}
	a.severity = map[evidence.Severity]*list[handle, *handle]{}
	in.eachKey(n, w, func(name, v *yaml.Node) {
		i := slices.Index(severityWords, name.Value)
		if i < 0 {
			in.fail(in.place(name), "unknown severity %q in %s; %s", short(name.Value), w.what, in.meant(name.Value, "there are", severityWords))
			return
		}
		l := &a.byDefault
		if i < len(evidence.Severities) {
			l = new(list[handle, *handle])
			a.severity[evidence.Severities[i]] = l
		}
		l.present()
		l.read(in, v, where{name.Value + " of " + w.what, in.place(name)})
	})
	if !a.byDefault.given {
		in.fail(in.placeOf(n, w), "%s must say who approves what has no list of its own, under default", w.what)
		return false
	}
	return true
}

func (a *approvers) schema() *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Required: []string{"default"}, Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, word := range severityWords {
		s.Properties.Set(word, a.byDefault.schema())
	}
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{a.byDefault.schema(), s}}
}

// approvers gives who may approve.
func (r *resolver) approvers(a *approvers) gates.Approvers {
	out := gates.Approvers{Default: r.distinctFold(textsOf(&a.byDefault), "approvers of waivers")}
	for s, l := range a.severity {
		if out.Severity == nil {
			out.Severity = map[evidence.Severity][]string{}
		}
		out.Severity[s] = r.distinctFold(textsOf(l), s.String()+" of approvers of waivers")
	}
	return out
}

// approved complains of a waiver that nobody who may has approved, whatever it is of.
// Whether somebody is in a team is found out where it is judged.
func (r *waiverResolver) approved(v *waiver, w gates.Waiver, what string) {
	all := r.policy.Gates.Approvers
	if w.ApprovedBy == "" || len(all.Default) == 0 {
		return
	}
	of := []evidence.Severity{0}
	if w.Finding != nil {
		of = evidence.Severities
	}
	var may []string
	for _, s := range of {
		for _, h := range all.For(s) {
			if strings.EqualFold(h, w.ApprovedBy) || strings.Contains(h, "/") && !strings.Contains(w.ApprovedBy, "/") {
				return
			}
			if !slices.Contains(may, h) {
				may = append(may, h)
			}
		}
	}
	r.in.fail(v.approvedBy.at, "%s is approved by %s, who may not; the policy lets %s approve it", what, w.ApprovedBy, strings.Join(may, ", "))
}

// approvers compares who may approve waivers: another one, more or fewer may all be
// meant to let something pass.
func (c *comparison) approvers(at evidence.Pos, base, head gates.Approvers) {
	for _, s := range append([]evidence.Severity{0}, evidence.Severities...) {
		name := "default"
		if s != 0 {
			name = s.String()
		}
		b, h := base.For(s), head.For(s)
		if s != 0 && base.Severity[s] == nil && head.Severity[s] == nil {
			continue
		}
		if len(b) > 0 && len(h) == 0 {
			c.add(Looser, at, "waivers, approvers, %s: anybody", name)
			continue
		}
		fresh := Looser
		if len(b) == 0 {
			fresh = Stricter
		}
		c.list(at, fmt.Sprintf("waivers, approvers, %s", name), b, h, Looser, fresh)
	}
}
