package evidence

import (
	"math"
	"testing"
)

// A header may claim any number; no sum of them may come round to a small one.
func TestCountsSaturate(t *testing.T) {
	for _, o := range []Outcome{Passed, Failed, Errored, Skipped} {
		var c, d Counts
		c.AddN(o, math.MaxUint64)
		c.Add(o)
		d.Add(o)
		d = d.Plus(c)
		if c != d || c.Total() != math.MaxUint64 {
			t.Errorf("%s: %+v, %+v, total %d", o, c, d, c.Total())
		}
	}
	c := Counts{Passed: 2, Failed: math.MaxUint64 - 1, Errored: 7, Skipped: 1}
	if r := c.PassRate(); r != (Ratio{2, math.MaxUint64}) || c.Total() != math.MaxUint64 {
		t.Errorf("pass rate %v, total %d", r, c.Total())
	}
}
