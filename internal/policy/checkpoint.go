package policy

import (
	"slices"
	"strconv"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// checkpoint says which gates of a phase hold by one of its days.
type checkpoint struct {
	day   workDay
	gates list[text, *text]
}

func (c *checkpoint) keys() []key {
	return []key{
		{"day", "The working day of the phase, counted from 1, by the end of which they hold.", true, &c.day},
		{"gates", "Gates of the exit of this phase, or of one before it.", true, &c.gates},
	}
}

func (*checkpoint) noun() string { return "checkpoint" }

func (c *checkpoint) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, c, w) }
func (c *checkpoint) schema() *jsonschema.Schema                 { return mappingSchema(c) }

// maxWorkDay is the last day that a checkpoint may name: a year.
const maxWorkDay = 366

// workDay is a day of a phase, counted from 1.
type workDay struct {
	n  int
	at Place
}

func (d *workDay) read(in *input, n *yaml.Node, w where) bool {
	d.at = in.placeOf(n, w)
	number, err := strconv.ParseInt(n.Value, 10, 32)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || number < 1 || number > maxWorkDay {
		in.fail(d.at, "%s is %q; write a working day of the phase, from 1 to %d", w.what, short(n.Value), maxWorkDay)
		return false
	}
	d.n = int(number)
	return true
}

func (d *workDay) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "366"}
}

// checkpoints gives those of the phase at a place, by day. A gate that is due earlier
// than its checkpoint, or later than the phase, would make the day mean nothing.
func (r *resolver) checkpoints(p *phase, at int, name string) (out []workflow.Checkpoint) {
	if len(p.checkpoints.items) > 0 && !r.doc.clocks.given {
		r.in.fail(p.checkpoints.at[0], "checkpoints of phase %s count working days, and there are no clocks; add clocks with a calendar", name)
	}
	for i := range p.checkpoints.items {
		c := &p.checkpoints.items[i]
		what := "checkpoint of day " + strconv.Itoa(c.day.n) + " of phase " + name
		if slices.ContainsFunc(out, func(before workflow.Checkpoint) bool { return before.Day == c.day.n }) && c.day.n > 0 {
			r.in.fail(c.day.at, "the %s stands twice; name all its gates in one", what)
		}
		for _, g := range c.gates.items {
			if !r.known[g.value] {
				continue // and that is said below
			}
			if in := r.exitOf(g.value); in < 0 {
				r.in.fail(g.at, "%s names %s, which is in no exit and so due from the first day on; add it to the exit of the phase", what, short(g.value))
			} else if in > at {
				r.in.fail(g.at, "%s names %s, which is due only in phase %s; add it to the exit of this one", what, short(g.value), short(r.doc.phases.items[in].name.value))
			}
		}
		out = append(out, workflow.Checkpoint{Day: c.day.n, Gates: r.gateNames(c.gates.items, "gates of the "+what)})
	}
	slices.SortStableFunc(out, func(a, b workflow.Checkpoint) int { return a.Day - b.Day })
	return out
}

// exitOf is the first phase in whose exit a gate is, or -1.
func (r *resolver) exitOf(gate string) int {
	return slices.IndexFunc(r.doc.phases.items, func(p phase) bool {
		return slices.ContainsFunc(p.exit.items, func(t text) bool { return t.value == gate })
	})
}

// checkpoints warns of those that come after the clock of their phase has run out: the
// final validation has one, which the phase before the last is.
func (l *linter) checkpoints(p *Policy) {
	at := len(p.Rules.Phases) - 2
	if at < 0 || !l.doc.clocks.given {
		return
	}
	limit := p.Rules.Clocks.Validation
	items := l.doc.phases.items[at].checkpoints.items
	for i := range items {
		if c := &items[i]; limit.Unit == calendar.WorkingDay && c.day.n > limit.Most {
			l.warn(c.day.at, "the checkpoint of day %d comes after the clock of phase %s has run out: validation may take %s", c.day.n, p.Rules.Phases[at].Name, limit)
		}
	}
}
