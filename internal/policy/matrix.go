package policy

import (
	"slices"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/gates"
)

// matrixRules are the keys of a gate that say in which cells it wants evidence.
type matrixRules struct {
	dimensions named[dimension, *dimension]
	rows       named[matrixRow, *matrixRow]
	placedBy   named[witnesses, *witnesses]
}

func (m *matrixRules) keys() []key {
	return []key{
		{"matrix", "The dimensions by name, each with its values: `{industry: [cinema, hotel], validation: [isolation, limits]}`. Every combination is a cell, in which conditions that begin with `every.` must hold.", false, &m.dimensions},
		{"rows", "Cells that one row alone has: `{cinema: [booking], hotel: [pms]}`. Beside a `matrix` of two dimensions the rows are values of its first.", false, &m.rows},
		{"placed-by", "What tells where a test is on a dimension, by the name of the dimension: `suites`, `classes`, `names`, `properties`, `paths` or `reports`. Left out: the property of the dimension's name, and where a test has none, all that names it.", false, &m.placedBy},
	}
}

// Names of the dimensions where there are rows alone.
const (
	rowDimension  = "row"
	cellDimension = "cell"
)

// maxDimensions and maxValues bound a matrix.
const (
	maxDimensions = 4
	maxValues     = 200
)

// dimension is the values of one side of a matrix.
type dimension struct{ list[cellName, *cellName] }

func (*dimension) noun() string { return "dimension" }

// matrixRow is the cells that one row alone has.
type matrixRow struct{ list[cellName, *cellName] }

func (*matrixRow) noun() string { return "row" }

// witnesses are what tells where a test is on one dimension.
type witnesses struct{ all list[witness, *witness] }

func (*witnesses) noun() string { return "dimension" }

func (t *witnesses) read(in *input, n *yaml.Node, w where) bool { return t.all.read(in, n, w) }
func (t *witnesses) schema() *jsonschema.Schema                 { return t.all.schema() }

// cellName is a value of a dimension: words that stand in the names of tests.
type cellName struct{ text }

const maxCellName = 60

func (c *cellName) read(in *input, n *yaml.Node, w where) bool {
	switch {
	case !c.text.read(in, n, w):
		return false
	case words(c.value) == "":
		in.fail(c.at, "%q has neither a letter nor a digit, so no name of a test could hold it", short(c.value))
		return false
	case runes(c.value) > maxCellName:
		in.fail(c.at, "%s has %d characters; what a cell is called has at most %d", w.what, runes(c.value), maxCellName)
		return false
	}
	return true
}

func (c *cellName) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", MinLength: ptr(uint64(1)), MaxLength: ptr(uint64(maxCellName)), Examples: []any{"cinema", "rate limits"}}
}

// words is a value as it is looked for: its letters and digits, without case.
func words(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// witness is one thing that tells where a test is.
type witness struct{ text }

func (t *witness) read(in *input, n *yaml.Node, w where) bool {
	return readChoice(in, &t.text, gates.MatrixWitnesses, n, w)
}

func (t *witness) schema() *jsonschema.Schema { return choiceSchema(gates.MatrixWitnesses) }

// matrix gives what gates judge by, and complains of a matrix that no condition is
// on, and of a condition on the cells of none.
func (r *resolver) matrix(e *entry[gate], conditions []gates.Condition) (out gates.Matrix) {
	m, gate := &e.value.matrix, short(e.name)
	r.everyConditions(e, conditions)
	for i := range m.dimensions.entries {
		d := &m.dimensions.entries[i]
		out.Dimensions = append(out.Dimensions, gates.Dimension{Name: d.name, Values: r.cellNames(d.value.items, "dimension "+short(d.name)+" of gate "+gate)})
		if len(d.value.items) > maxValues {
			r.in.fail(d.at, "dimension %s of gate %s has %d values; a dimension has at most %d", short(d.name), gate, len(d.value.items), maxValues)
		}
	}
	switch n := len(out.Dimensions); {
	case n > maxDimensions:
		r.in.fail(m.dimensions.entries[maxDimensions].at, "the matrix of gate %s has %d dimensions; it can have %d", gate, n, maxDimensions)
		return gates.Matrix{}
	case len(m.rows.entries) == 0:
	case n == 0:
		out.Dimensions = []gates.Dimension{{Name: rowDimension}, {Name: cellDimension}}
	case n != 2:
		r.in.fail(m.rows.entries[0].at, "rows of gate %s stand beside a matrix whose dimensions are %d; write a matrix of two, the rows and what every one of them has, or rows alone", gate, n)
		return gates.Matrix{}
	}
	r.rows(m, gate, &out)
	r.placedBy(m, gate, &out)
	product := 1
	for _, d := range out.Dimensions {
		product *= max(len(d.Values), 1)
	}
	if product > gates.MaxCells {
		r.in.fail(m.dimensions.entries[0].at, "the matrix of gate %s has %d cells; it can have %d", gate, product, gates.MaxCells)
		return gates.Matrix{}
	}
	return out
}

// everyConditions looks at which conditions are on the cells of a matrix.
func (r *resolver) everyConditions(e *entry[gate], conditions []gates.Condition) {
	m, gate := &e.value.matrix, short(e.name)
	given := len(m.dimensions.entries)+len(m.rows.entries) > 0
	every := false
	for _, mode := range modes {
		l := e.value.conditions(mode)
		every = every || l.lossy
		for _, c := range l.items {
			if !strings.HasPrefix(c.metric, gates.EveryCell) {
				continue
			}
			every = true
			if !given {
				r.in.fail(c.metricAt, "%s is measured in the cells of a matrix, and gate %s has none; add matrix or rows, or take %s away", short(c.metric), gate, gates.EveryCell)
			}
		}
	}
	if given && !every && len(conditions) > 0 {
		at := slices.Concat(placesOf(m.dimensions.entries), placesOf(m.rows.entries))[0]
		r.in.fail(at, "gate %s has a matrix and no condition on its cells; write %s before a metric, as in %spass-rate = 100%%", gate, gates.EveryCell, gates.EveryCell)
	}
}

func placesOf[T any](entries []entry[T]) (out []Place) {
	for _, e := range entries {
		out = append(out, e.at)
	}
	return out
}

// rows gives the cells that rows have of their own.
func (r *resolver) rows(m *matrixRules, gate string, out *gates.Matrix) {
	for i := range m.rows.entries {
		e := &m.rows.entries[i]
		cells := r.cellNames(e.value.items, "row "+short(e.name)+" of gate "+gate)
		if len(m.dimensions.entries) > 0 {
			if first := out.Dimensions[0]; !slices.Contains(first.Values, e.name) {
				r.in.fail(e.at, "row %s of gate %s is no value of %s; %s", short(e.name), gate, short(first.Name), r.in.meant(e.name, "there are", first.Values))
			}
			for k, c := range e.value.items {
				if slices.ContainsFunc(out.Dimensions[1].Values, func(v string) bool { return words(v) == words(c.value) }) {
					r.in.fail(e.value.at[k], "every row of gate %s has a cell %s already", gate, short(c.value))
				}
			}
		}
		out.Rows = append(out.Rows, gates.MatrixRow{Name: e.name, Cells: cells})
	}
}

// placedBy gives each dimension what tells where a test is on it.
func (r *resolver) placedBy(m *matrixRules, gate string, out *gates.Matrix) {
	var names []string
	for _, d := range out.Dimensions {
		names = append(names, d.Name)
	}
	for i := range m.placedBy.entries {
		e := &m.placedBy.entries[i]
		at := slices.Index(names, e.name)
		switch {
		case len(names) == 0:
			r.in.fail(e.at, "placed-by says where tests are in a matrix, and gate %s has none", gate)
		case at < 0:
			r.in.fail(e.at, "placed-by of gate %s names %s, which is no dimension; %s", gate, short(e.name), r.in.meant(e.name, "there are", names))
		default:
			out.Dimensions[at].PlacedBy = r.distinct(textsOf(&e.value.all), "placed-by "+short(e.name)+" of gate "+gate)
		}
	}
}

// cellNames gives the values of a list, of which no two may be the same words.
func (r *resolver) cellNames(items []cellName, what string) []string {
	texts := make([]text, len(items))
	for i, c := range items {
		texts[i] = c.text
	}
	return r.distinctBy(texts, what, words)
}
