package gates

import (
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// unreached is the gap of a report that has benchmarks, and tests that did not pass:
// Go runs no benchmark of a package that does not build or one of whose tests fails,
// and what is missing is on nobody's list. A benchmark that failed is told by itself.
func (b *body) unreached() []gap {
	var gaps []gap
	for k, r := range b.reports {
		if badCounts(r.TestCounts()) == 0 {
			continue
		}
		var n uint64
		g := gap{remedy: "mend it, or run the benchmarks apart from the tests"}
		for c := range b.cases(k, true) {
			bad := c.Outcome == evidence.Failed || c.Outcome == evidence.Errored
			if !bad || strings.HasPrefix(c.Name, "Benchmark") || !b.filter.suites.admits(c.Suite) {
				continue
			}
			if n++; n == 1 {
				g.pos, g.text = placeOf(r, &c), "the benchmarks behind it may not have run: "+firstLine(caseName(&c))+" "+c.Outcome.String()
			}
		}
		if n > 1 {
			g.text += fmt.Sprintf(" (and %d more)", n-1)
			g.remedy = "mend them, or run the benchmarks apart from the tests"
		}
		if n > 0 {
			gaps = append(gaps, g)
		}
	}
	sortGaps(gaps)
	return gaps
}
