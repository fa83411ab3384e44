package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/gates"
)

// Evidence to compare with that may be there and could not be had says why and what
// would bring it, in its own words, and is never none. R4 R8
func TestALostReferenceSaysWhatWouldBringIt(t *testing.T) {
	lost := gates.Lost{Why: "the checkout is shallow", Remedy: "check the whole history out"}
	for _, x := range []struct {
		metric string
		give   func(*gates.Input)
		why    string
	}{
		{"lost-tests", func(in *gates.Input) { in.BaseLost = lost }, "the baseline: the checkout is shallow"},
		{"new.failures", func(in *gates.Input) { in.BaseLost = lost }, "the baseline: the checkout is shallow"},
		{"persistent-failures", func(in *gates.Input) { in.CycleLost = lost }, "the start of the cycle: the checkout is shallow"},
	} {
		s := tests(require(x.metric, "=", "0"), run("u.xml", "TestPay failed, TestRoom passed"))
		in := s.input()
		x.give(&in)
		c := gates.Judge(s.policy(), in).Gates[0].Checks[0]
		if c.Outcome != gates.Inconclusive || c.Why != x.why || c.Remedy != lost.Remedy {
			t.Errorf("%s: %s %q > %q; want %q", x.metric, c.Outcome, c.Why, c.Remedy, x.why)
		}
	}
}
