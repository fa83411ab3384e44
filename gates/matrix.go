package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Matrix is the cells in each of which a gate wants evidence: every combination of
// one value of each dimension, and the cells that a row has of its own. Its zero
// value has none.
type Matrix struct {
	Dimensions []Dimension
	// Rows have cells of their own, which no other row has. They stand beside two
	// dimensions, of which the first has the row among its values, or are all there
	// is of two dimensions without values.
	Rows []MatrixRow
}

// Dimension is one side of a matrix.
type Dimension struct {
	Name   string
	Values []string
	// PlacedBy says what tells where a test is on this side, as MatrixWitnesses lists
	// it. Without any it is the property of the dimension's name where a test has it,
	// and else everything that names the test.
	PlacedBy []string
}

// MatrixRow is a value of the first dimension with those of the second that it
// alone has.
type MatrixRow struct {
	Name  string
	Cells []string
}

// What can tell where a test, a benchmark or a file is in a matrix.
const (
	bySuites     = "suites"
	byClasses    = "classes"
	byNames      = "names"
	byProperties = "properties" // the property, or parameter, of the dimension's name
	byPaths      = "paths"      // of the source file
	byReports    = "reports"    // the path of the report
)

// MatrixWitnesses lists them, as a policy writes them.
var MatrixWitnesses = []string{bySuites, byClasses, byNames, byProperties, byPaths, byReports}

// EveryCell begins the name of a metric that is measured in each cell of a matrix.
const EveryCell = "every."

// cellKinds are the kinds of evidence that can be told apart by cells. That a cell
// has no finding proves nothing of it: nobody can tell that it was looked at.
const cellKinds = evidence.Tests | evidence.Coverage | evidence.Benchmarks

// MaxCells bounds a matrix.
const MaxCells = 10_000

// Given reports whether there is a matrix.
func (m *Matrix) Given() bool { return len(m.Dimensions) > 0 }

// MatrixCell is one cell by what the policy calls it: a value of each dimension.
type MatrixCell []string

func (c MatrixCell) String() string { return strings.Join(c, " × ") }

// Cells lists the cells: the product, row by row, each row followed by the cells of
// its own.
func (m *Matrix) Cells() (out []MatrixCell) {
	if !m.Given() {
		return nil
	}
	own := map[string][]string{}
	rows := slices.Clone(m.Dimensions[0].Values)
	for _, r := range m.Rows {
		own[r.Name] = append(own[r.Name], r.Cells...)
		if !slices.Contains(rows, r.Name) {
			rows = append(rows, r.Name)
		}
	}
	for _, row := range rows {
		of := []MatrixCell{{row}}
		for _, d := range m.Dimensions[1:] {
			var next []MatrixCell
			for _, c := range of {
				for _, v := range d.Values {
					next = append(next, append(c[:len(c):len(c)], v))
				}
			}
			of = next
		}
		for _, v := range own[row] {
			if !slices.ContainsFunc(of, func(c MatrixCell) bool { return c[len(c)-1] == v }) {
				of = append(of, MatrixCell{row, v})
			}
		}
		out = append(out, of...)
	}
	return out
}

// Grid is what a condition came to in each cell, drawn by the last dimension from
// left to right and by all others from top to bottom.
type Grid struct {
	Dimensions []string
	Columns    []string
	Rows       []GridRow
}

// GridRow is one line of a grid.
type GridRow struct {
	Name  string
	Cells []GridCell // one a column
}

// GridCell is one cell. Where Asked is false there is no such cell, and nothing else
// is set.
type GridCell struct {
	Asked   bool
	Outcome Status
	Actual  evidence.Value // unmeasured where there was nothing to measure
	Why     string
}

// grid lays the cells out; results stand in the order of Cells.
func (m *Matrix) grid(cells []MatrixCell, results []GridCell) *Grid {
	g := &Grid{}
	for _, d := range m.Dimensions {
		g.Dimensions = append(g.Dimensions, d.Name)
	}
	column := map[string]int{}
	row := map[string]int{}
	last := len(m.Dimensions) - 1
	for _, c := range cells {
		if _, known := column[c[last]]; !known {
			column[c[last]] = len(g.Columns)
			g.Columns = append(g.Columns, c[last])
		}
	}
	for i, c := range cells {
		name := MatrixCell(c[:last]).String()
		if last == 0 {
			name = g.Dimensions[0]
		}
		at, known := row[name]
		if !known {
			at = len(g.Rows)
			row[name] = at
			g.Rows = append(g.Rows, GridRow{name, make([]GridCell, len(g.Columns))})
		}
		g.Rows[at].Cells[column[c[last]]] = results[i]
	}
	return g
}
