package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A package that does not build fails no test: where the gate says nothing of what
// could not finish, no condition on failures is met by it.
func TestNoFailuresAmongTestsThatCouldNotFinish(t *testing.T) {
	passed := evidence.Case{Name: "a", Outcome: evidence.Passed}
	failed := evidence.Case{Name: "b", Outcome: evidence.Failed}
	broken := evidence.Case{Name: "[build failed]", Outcome: evidence.Errored}
	coming := require("errored", "=", "0")
	coming.From = noon.AddDate(0, 0, 7)
	warned, cell := require("errored", "=", "0"), require("every.errored", "=", "0")
	warned.Mode = gates.Warn
	for name, tt := range map[string]struct {
		cases []evidence.Case
		first gates.Condition
		rest  []gates.Condition
		want  gates.Status
	}{
		"nothing is said of them":        {[]evidence.Case{passed, broken}, require("failed", "=", "0"), nil, gates.Inconclusive},
		"more failures than that may be": {[]evidence.Case{passed, broken}, require("failed", "<=", "5"), nil, gates.Inconclusive},
		"a failure is one all the same":  {[]evidence.Case{passed, broken, failed}, require("failed", "=", "0"), nil, gates.Fail},
		"all finished":                   {[]evidence.Case{passed}, require("failed", "=", "0"), nil, gates.Pass},
		"the gate limits them":           {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{require("errored", "<=", "1")}, gates.Pass},
		"the pass rate counts them":      {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{require("pass-rate", ">=", "50%")}, gates.Pass},
		"each cell limits them":          {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{cell}, gates.Pass},
		"only a warning limits them":     {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{warned}, gates.Inconclusive},
		"they are limited next week":     {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{coming}, gates.Inconclusive},
		"another metric is limited":      {[]evidence.Case{passed, broken}, require("failed", "=", "0"), []gates.Condition{require("skipped", "=", "0")}, gates.Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			s := tests(tt.first, caseReport("u.xml", tt.cases...))
			s.conds = append(s.conds, tt.rest...)
			in := s.input()
			in.Now = noon
			c := gates.Judge(s.policy(), in).Gates[0].Checks[0]
			if c.Outcome != tt.want {
				t.Errorf("%s: %s", c.Outcome, c.Why)
			}
			if c.Outcome == gates.Inconclusive && !strings.Contains(c.Remedy, "require `errored = 0` in gate") {
				t.Errorf("no way out: %s", c.Remedy)
			}
		})
	}
}
