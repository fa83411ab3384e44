package policy

import (
	"slices"
	"time"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// dated is a condition, alone or with days on which something changes.
type dated struct {
	condition
	from day
	ramp ramp
}

func (d *dated) keys() []key {
	return []key{
		{"condition", "Metric, operator and value.", true, &d.condition},
		{"from", "The day, in UTC, from which it counts: `2027-03-01`. Until then it is shown and changes nothing.", false, &d.from},
		{"ramp", "Where the value begins and when it moves, day by day, to that of the condition.", false, &d.ramp},
	}
}

func (d *dated) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind != yaml.MappingNode {
		return d.condition.read(in, n, w)
	}
	named := func(k *yaml.Node) bool { return k.Value == "condition" }
	if !slices.ContainsFunc(n.Content, named) {
		in.fail(in.place(n), `%s must be a text such as "failed = 0", or a mapping such as {condition: "failed = 0", from: 2027-03-01}`, w.what)
		return false
	}
	readMapping(in, n, d, w)
	if d.condition.op == 0 {
		return false // could not be read
	}
	switch {
	case d.ramp.given && !d.from.IsZero():
		in.fail(d.from.at, "a ramp has a start of its own; leave from out, or the ramp")
	case !d.ramp.given && d.from.at == (Place{}):
		in.fail(in.place(n), "%s says no date; write it as %q, or add from or ramp", w.what, d.condition.value)
	}
	return true
}

func (d *dated) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{d.condition.schema(), mappingSchema(d)}}
}

// ramp is a threshold that moves.
type ramp struct {
	from       amount
	start, end day
	at         Place
	given      bool
}

func (r *ramp) keys() []key {
	return []key{
		{"from", "The value that it begins with: `60%`.", true, &r.from},
		{"start", "The day, in UTC, on which it begins to move.", true, &r.start},
		{"end", "The day, in UTC, from which the value is that of the condition.", true, &r.end},
	}
}

func (r *ramp) present() { r.given = true }

func (r *ramp) read(in *input, n *yaml.Node, w where) bool {
	r.at = w.at
	return readMapping(in, n, r, w)
}

func (r *ramp) schema() *jsonschema.Schema { return mappingSchema(r) }

// amount is a value as conditions compare with, by itself: 60%, 12, 200ms.
type amount struct{ text }

func (a *amount) read(in *input, n *yaml.Node, w where) bool {
	a.at = in.placeOf(n, w)
	if _, err := evidence.ParseValue(n.Value); n.Kind != yaml.ScalarNode || err != nil {
		in.fail(a.at, "%s must be a value as in a condition: 60%%, 12 or 200ms", w.what)
		return false
	}
	a.value = n.Value
	return true
}

func (a *amount) schema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "integer", Minimum: "0"}, {Type: "string", MinLength: ptr(uint64(1)), Examples: []any{"60%", "200ms"}}}}
}

// dates adds to a condition what changes with time: a day of its own or that of the
// gate, and a ramp that leads to its threshold.
func (r *resolver) dates(gate string, starts day, d *dated, m gates.Metric, c *gates.Condition) {
	c.From = starts.Time
	if !d.from.IsZero() {
		c.From = d.from.Time
		if !starts.IsZero() && !d.from.After(starts.Time) {
			r.in.fail(d.from.at, "gate %s starts on %s, so that its conditions count from then on anyway; leave from out", gate, starts.Format(time.DateOnly))
		}
	}
	ramp := &d.ramp
	if !ramp.given || ramp.from.value == "" || ramp.start.IsZero() || ramp.end.IsZero() {
		return // what could not be read has been complained of
	}
	from, ok := (&condition{text: d.condition.text, metric: d.metric, want: ramp.from.value, wantAt: ramp.from.at}).threshold(r.in, m)
	if !ok {
		return
	}
	easier := from.Cmp(c.Want) < 0
	switch {
	case c.Op == gates.Equal || c.Op == gates.NotEqual:
		r.in.fail(ramp.at, "a ramp needs a direction, and %s has none; write <= or >=", d.condition.value)
	case from.Cmp(c.Want) == 0, easier != (c.Op == gates.AtLeast || c.Op == gates.More):
		r.in.fail(ramp.from.at, "the ramp begins at %s, which is no easier than %s; begin with an easier value", from, d.condition.value)
	case idle(m, c.Op, from) != "":
		r.in.fail(ramp.from.at, "the ramp begins at %s, where the condition %s; begin with a value that something can miss, or let the condition count later by `from`", from, idle(m, c.Op, from))
	case !ramp.start.Before(ramp.end.Time):
		r.in.fail(ramp.end.at, "the ramp ends on %s and does not begin before; its end must be after its start", ramp.end.Format(time.DateOnly))
	}
	c.Ramp = gates.Ramp{From: from, Start: ramp.start.Time, End: ramp.end.Time}
}

// dates warns of days that are over: what they led to holds, and can be written out.
func (l *linter) dates(now time.Time) {
	for i := range l.doc.gates.entries {
		e := &l.doc.gates.entries[i]
		g := &e.value
		past := func(d day) bool { return !d.IsZero() && !now.Before(d.Time) }
		if past(g.starts) {
			l.warn(g.starts.at, "gate %s has started on %s; starts can be left out", e.name, g.starts.Format(time.DateOnly))
		}
		for _, mode := range modes {
			for _, c := range g.conditions(mode).items {
				switch {
				case past(c.from):
					l.warn(c.from.at, "this day is over, and the condition counts; write it as %q", c.value)
				case past(c.ramp.end):
					l.warn(c.ramp.end.at, "the ramp has reached its end; write the condition as %q", c.value)
				}
			}
		}
	}
}
