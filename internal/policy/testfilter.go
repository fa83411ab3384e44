package policy

import (
	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// testFilter is what a gate looks at among tests alone.
type testFilter struct {
	classes, names list[nameGlob, *nameGlob]
	properties     named[propertyGlobs, *propertyGlobs]
}

// propertyGlobs are patterns of the values of one property.
type propertyGlobs struct{ list[nameGlob, *nameGlob] }

func (*propertyGlobs) noun() string { return "property" }

// filterTests adds to a filter what the gate says of tests.
func (r *resolver) filterTests(gate string, t *testFilter, out *gates.Filter) {
	out.Classes = r.distinct(textsOf(&t.classes), "classes of gate "+gate)
	out.Names = r.distinct(textsOf(&t.names), "names of gate "+gate)
	for i := range t.properties.entries {
		p := &t.properties.entries[i]
		out.Properties = append(out.Properties, gates.PropertyFilter{
			Name: p.name, Patterns: r.distinct(textsOf(&p.value.list), "property "+short(p.name)+" of gate "+gate),
		})
	}
}

// narrow complains where the gate does not judge tests.
func (t *testFilter) narrow(r *resolver, gate string, kinds evidence.Kind) {
	r.narrows(gate, kinds, evidence.Tests, &t.classes, "classes")
	r.narrows(gate, kinds, evidence.Tests, &t.names, "names")
	for i := range t.properties.entries {
		r.narrows(gate, kinds, evidence.Tests, &t.properties.entries[i].value.list, "properties")
	}
}
