package gates_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What is gone and what is skipped is told whatever the order of the two runs. They are
// gone through side by side, a thousand in sight at once, so that there are more here.
func TestLostTestsWhateverTheOrder(t *testing.T) {
	const n = 2400
	var all []evidence.Case
	for i := range n {
		all = append(all, evidence.Case{Suite: fmt.Sprintf("s%d", i/100), Name: fmt.Sprintf("T%d", i), Outcome: evidence.Passed})
	}
	skip := func(c evidence.Case) evidence.Case { c.Outcome = evidence.Skipped; return c }
	again := func(list []evidence.Case) []evidence.Case { return slices.Concat(list, list) }
	backwards := slices.Clone(all)
	slices.Reverse(backwards)
	few := slices.Clone(all)
	few[10], few[2100] = skip(few[10]), skip(few[2100])
	few = slices.Delete(few, 1500, 1503)
	fewBackwards := slices.Clone(few)
	slices.Reverse(fewBackwards)
	otherSuites := slices.Clone(all)
	for i := range otherSuites {
		otherSuites[i].Suite = "s"
	}
	skippedBefore := slices.Clone(all)
	skippedBefore[7] = skip(skippedBefore[7])
	for name, x := range map[string]struct {
		then, now     []evidence.Case
		lost, skipped uint64
	}{
		"the same":                            {all, all, 0, 0},
		"backwards":                           {all, backwards, 0, 0},
		"the second half first":               {all, slices.Concat(all[1200:], all[:1200]), 0, 0},
		"three gone and two skipped":          {all, few, 3, 2},
		"the same of it backwards":            {all, fewBackwards, 3, 2},
		"more gone than are in sight":         {all, slices.Concat(all[:200], all[1700:]), 1500, 0},
		"more there than are in sight":        {slices.Concat(all[:200], all[1700:]), all, 0, 0},
		"the first is gone":                   {all, all[1:], 1, 0},
		"the last is gone":                    {all, all[:n-1], 1, 0},
		"one is left":                         {all, all[n-1:], n - 1, 0},
		"of two of each, one is gone":         {again(all), all, n, 0},
		"of two of each, a few skipped":       {again(all), slices.Concat(few, all), 3, 2},
		"one runs that was skipped":           {skippedBefore, all, 0, 0},
		"one was skipped and is gone":         {skippedBefore, slices.Delete(slices.Clone(all), 7, 8), 0, 0},
		"suites of other names are other":     {all, otherSuites, n, 0},
		"one is skipped in place of another":  {all[:2], []evidence.Case{skip(all[0]), all[1]}, 0, 1},
		"one runs and another of it does not": {again(all[:1]), []evidence.Case{all[0], skip(all[0])}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			half := len(x.now) / 2 // the reports need not be cut in one place
			for metric, want := range map[string]uint64{"lost-tests": x.lost, "newly-skipped": x.skipped} {
				s := tests(require(metric, "=", "0"), caseReport("a.xml", x.now[:half]...), caseReport("b.xml", x.now[half:]...))
				in := s.input()
				in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, caseReport("u.xml", x.then...))}
				if c := gates.Judge(s.policy(), in).Gates[0].Checks[0]; c.Actual != evidence.CountOf(want) {
					t.Errorf("%s is %s, want %d: %s", metric, c.Actual, want, c.Why)
				}
			}
		})
	}
}
