package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// maxGrid is how many rows and columns of a matrix are drawn. Of a larger one each
// row says how many of its cells came to what; the JSON has all of it.
const maxGrid = 20

// maxNamed is how many cells of such a row are named.
const maxNamed = 5

// drawnGrid is a condition that was measured in the cells of a matrix.
type drawnGrid struct {
	title string // the gate and the condition
	*gates.Grid
	c gates.Check
}

func grids(v gates.Verdict) (out []drawnGrid) {
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			if c.Grid != nil {
				out = append(out, drawnGrid{g.Name + ", " + c.Condition.String(), c.Grid, c})
			}
		}
	}
	return out
}

// corner names the dimensions, those of the rows before that of the columns.
func (g drawnGrid) corner() string {
	last := len(g.Dimensions) - 1
	if last == 0 {
		return ""
	}
	return strings.Join(g.Dimensions[:last], " × ") + ` \ ` + g.Dimensions[last]
}

// cell is the mark and the value of one cell; nothing where there is no such cell.
func (g drawnGrid) cell(c gates.GridCell) string {
	if !c.Asked {
		return ""
	}
	sign, _ := mark(c.Outcome)
	switch {
	case !c.Actual.Measured():
		return sign + " –"
	case c.Actual.Kind == evidence.Share:
		return sign + " " + c.Actual.Ratio().Fraction()
	default:
		return sign + " " + c.Actual.Against(g.c.Want())
	}
}

// fits reports whether the grid is small enough to be drawn.
func (g drawnGrid) fits() bool { return len(g.Rows) <= maxGrid && len(g.Columns) <= maxGrid }

// counted says of a row how many of its cells came to what, the worst first and by
// name: "✗ 1: limits · ? 2: flags, isolation · ✓ 17".
func (g drawnGrid) counted(r gates.GridRow) string {
	var parts []string
	for _, s := range []gates.Status{gates.Fail, gates.Inconclusive, gates.Waived, gates.NotApplicable, gates.Pass} {
		var names []string
		for i, c := range r.Cells {
			if c.Asked && c.Outcome == s {
				names = append(names, g.Columns[i])
			}
		}
		if len(names) == 0 {
			continue
		}
		sign, _ := mark(s)
		part := fmt.Sprintf("%s %d", sign, len(names))
		if s >= gates.Inconclusive {
			more := ""
			if len(names) > maxNamed {
				more, names = ", …", names[:maxNamed]
			}
			part += ": " + strings.Join(names, ", ") + more
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " · ")
}

// shownRows are the rows that are drawn, those that do not hold first where not all
// of them are, and how many are left out.
func (g drawnGrid) shownRows() (rows []gates.GridRow, more int) {
	if len(g.Rows) <= maxGrid {
		return g.Rows, 0
	}
	bad := func(r gates.GridRow) bool {
		for _, c := range r.Cells {
			if c.Asked && c.Outcome >= gates.Inconclusive {
				return true
			}
		}
		return false
	}
	var holding []gates.GridRow
	for _, r := range g.Rows {
		if bad(r) {
			rows = append(rows, r)
		} else {
			holding = append(holding, r)
		}
	}
	return append(rows, holding...)[:maxGrid], len(g.Rows) - maxGrid
}

// grids prints each matrix below the table.
func (st Style) grids(b *bytes.Buffer, v gates.Verdict) {
	for _, g := range grids(v) {
		fmt.Fprintf(b, "\n%s\n", st.paint(bold, Clean(g.title, 120)))
		st.grid(b, g)
	}
}

func (st Style) grid(b *bytes.Buffer, g drawnGrid) {
	lines := [][]string{{Clean(g.corner(), 60)}}
	for _, c := range g.Columns {
		lines[0] = append(lines[0], Clean(c, 30))
	}
	shown, more := g.shownRows()
	for _, r := range shown {
		line := []string{Clean(r.Name, 60)}
		for _, c := range r.Cells {
			line = append(line, g.cell(c))
		}
		lines = append(lines, line)
	}
	width := make([]int, len(lines[0]))
	whole := 2
	for i := range width {
		for _, l := range lines {
			width[i] = max(width[i], columns.StringWidth(l[i]))
		}
		whole += width[i] + 2
	}
	pad := func(s string, i int) string {
		return s + strings.Repeat(" ", width[i]-columns.StringWidth(s)+2)
	}
	if !g.fits() || whole > st.width() {
		for i, r := range shown {
			st.item(b, "  "+pad(lines[i+1][0], 0), g.counted(r))
		}
	} else {
		for i, l := range lines {
			text := ""
			for k, cell := range l {
				padded := pad(cell, k)
				if i > 0 && k > 0 && cell != "" {
					_, col := mark(shown[i-1].Cells[k-1].Outcome)
					padded = strings.Replace(padded, cell, st.paint(col, cell), 1)
				}
				text += padded
			}
			text = strings.TrimRight(text, " ")
			if i == 0 {
				text = st.paint(dim, text)
			}
			fmt.Fprintf(b, "  %s\n", text)
		}
	}
	if more > 0 {
		fmt.Fprintf(b, "  %s\n", st.paint(dim, fmt.Sprintf("and %s", plural(more, "more row"))))
	}
}

// matrices is each matrix as a table of Markdown.
func matrices(v gates.Verdict) string {
	var b strings.Builder
	for _, g := range grids(v) {
		fmt.Fprintf(&b, "\n#### %s\n\n", Prose(g.title, 120))
		if g.fits() {
			b.WriteString("| " + Prose(g.corner(), 120))
			for _, c := range g.Columns {
				b.WriteString(" | " + Prose(c, 60))
			}
			b.WriteString(" |\n|---" + strings.Repeat("|---", len(g.Columns)) + "|\n")
		} else {
			b.WriteString("| " + Prose(g.corner(), 120) + " | cells |\n|---|---|\n")
		}
		rows, more := g.shownRows()
		for _, r := range rows {
			b.WriteString("| " + Prose(r.Name, 120))
			if g.fits() {
				for _, c := range r.Cells {
					b.WriteString(" | " + Prose(g.cell(c), 60))
				}
			} else {
				b.WriteString(" | " + Prose(g.counted(r), 400))
			}
			b.WriteString(" |\n")
		}
		if more > 0 {
			fmt.Fprintf(&b, "\nand %s\n", plural(more, "more row"))
		}
	}
	return b.String()
}

// jsonGrid is what a check came to in the cells of a matrix.
type jsonGrid struct {
	Dimensions []string      `json:"dimensions"`
	Columns    []string      `json:"columns"`
	Rows       []jsonGridRow `json:"rows"`
}

type jsonGridRow struct {
	Name  string      `json:"name"`
	Cells []*jsonCell `json:"cells"` // one a column, null where there is no such cell
}

type jsonCell struct {
	Outcome  gates.Status    `json:"outcome"`
	Value    string          `json:"value"`
	Fraction *evidence.Ratio `json:"fraction,omitempty"`
	Why      string          `json:"why"`
}

func gridJSON(c gates.Check) *jsonGrid {
	if c.Grid == nil {
		return nil
	}
	out := &jsonGrid{Dimensions: c.Grid.Dimensions, Columns: c.Grid.Columns, Rows: []jsonGridRow{}}
	for _, r := range c.Grid.Rows {
		row := jsonGridRow{Name: r.Name}
		for _, cell := range r.Cells {
			if !cell.Asked {
				row.Cells = append(row.Cells, nil)
				continue
			}
			one := &jsonCell{Outcome: cell.Outcome, Value: cell.Actual.Against(c.Want()), Why: cell.Why}
			if cell.Actual.Kind == evidence.Share && cell.Actual.Measured() {
				ratio := cell.Actual.Ratio()
				one.Fraction = &ratio
			}
			row.Cells = append(row.Cells, one)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// cellsOf says in which cells a condition is measured, for who asks what it means.
func cellsOf(m gates.Matrix) string {
	var sides []string
	for _, d := range m.Dimensions {
		s := d.Name
		if len(d.Values) > 0 {
			s += " (" + strings.Join(d.Values, ", ") + ")"
		}
		if len(d.PlacedBy) > 0 {
			s += " by " + strings.Join(d.PlacedBy, ", ")
		}
		sides = append(sides, s)
	}
	s := fmt.Sprintf("each of %d cells: %s", len(m.Cells()), strings.Join(sides, " × "))
	for _, r := range m.Rows {
		s += "; " + r.Name + " has " + strings.Join(r.Cells, ", ") + " of its own"
	}
	return s
}
