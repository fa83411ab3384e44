package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// gridOf is a verdict on a matrix of so many rows and columns, whose last cell fails.
func gridOf(rows, cols int) gates.Verdict {
	g := &gates.Grid{Dimensions: []string{"a|b", "c"}}
	for i := range cols {
		g.Columns = append(g.Columns, fmt.Sprintf("col%d", i))
	}
	for i := range rows {
		r := gates.GridRow{Name: fmt.Sprintf("row%d", i)}
		for range cols {
			r.Cells = append(r.Cells, gates.GridCell{Asked: true, Outcome: gates.Pass, Actual: share(3, 3)})
		}
		g.Rows = append(g.Rows, r)
	}
	g.Rows[rows-1].Cells[cols-1].Outcome = gates.Fail
	g.Rows[0].Cells[0] = gates.GridCell{}
	c := gates.Check{Condition: gates.Condition{Metric: "every.pass-rate", Op: gates.Equal, Want: evidence.ShareOf(evidence.Ratio{Num: 1, Den: 1}), Mode: gates.Require}, Outcome: gates.Fail, Status: gates.Fail, Grid: g}
	return gates.Verdict{Status: gates.Fail, Gates: []gates.GateResult{{Name: "m", Due: true, Status: gates.Fail, Checks: []gates.Check{c}}}}
}

// R15: a matrix of 20 by 20 is drawn, a larger one counted, and the row that fails is
// among those that are shown.
func TestMatricesAreBounded(t *testing.T) {
	small := matrices(gridOf(20, 20))
	if !strings.Contains(small, "| row1 | ✓ 3/3 |") || !strings.Contains(small, "| ✗ 3/3 |\n") || !strings.Contains(small, `a\|b \\ c`) || !strings.Contains(small, "| row0 |  | ✓ 3/3") {
		t.Errorf("drawn:\n%s", small)
	}
	large := matrices(gridOf(100, 21))
	if !strings.Contains(large, "| row99 | ✗ 1: col20 · ✓ 20 |") || !strings.Contains(large, "| row0 | ✓ 20 |") || !strings.Contains(large, "and 80 more rows") {
		t.Errorf("counted:\n%s", large)
	}
	if n := strings.Count(large, "\n"); n > 40 {
		t.Errorf("%d lines", n)
	}
}
