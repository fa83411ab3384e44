package evidence

import (
	"fmt"
	"math"
	"slices"
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

// A case that is overruled is counted where it is now, and only there.
func TestOverrule(t *testing.T) {
	var c Cases
	c.Append(0, 0, []byte("plain"), Passed, 0, 1, nil)
	c.Append(0, 0, []byte("flaky"), Passed, 0, 2, &Detail{Message: "own", Attempts: []Attempt{{Outcome: Failed}, {Outcome: Passed}}})
	if c.Flaky() != 1 {
		t.Fatalf("%d flaky, want 1", c.Flaky())
	}
	c.Overrule(0, Failed, "torn down")
	c.Overrule(1, Errored, "torn down")
	if got, want := c.Counts(), (Counts{Failed: 1, Errored: 1}); got != want || c.Flaky() != 0 {
		t.Errorf("%+v and %d flaky, want %+v and none", got, c.Flaky(), want)
	}
	if a, b := c.At(0), c.At(1); a.Outcome != Failed || a.Message != "torn down" || b.Outcome != Errored || b.Message != "own" {
		t.Errorf("got %+v and %+v", a, b)
	}
	c.Overrule(1, Passed, "")
	if c.Flaky() != 1 || c.Counts() != (Counts{Passed: 1, Failed: 1}) {
		t.Errorf("%+v and %d flaky after it has passed again", c.Counts(), c.Flaky())
	}
}

// A file costs a case that passed no more memory, and outlives what is said of the
// case later.
func TestSetFile(t *testing.T) {
	var first, second Cases
	for i, c := range []*Cases{&first, &second} {
		suite := c.Suite([]byte("s"))
		for j := range 3 {
			c.Append(suite, 0, []byte{'a' + byte(3*i+j)}, Passed, 0, 1, nil)
		}
		c.SetFile(0, []byte{'x' + byte(i)})
		c.SetFile(1, []byte("shared"))
	}
	first.SetFile(0, []byte("second thoughts")) // of two that name it, the first
	first.Overrule(1, Failed, "torn down")
	first.Append(0, 0, []byte("bad"), Failed, 0, 1, &Detail{Message: "why"})
	first.SetFile(3, []byte("shared"))
	first.SetFile(3, []byte("other"))
	first.Append(0, 0, []byte("bad"), Failed, 0, 1, &Detail{File: "only"})
	if n := first.details.n; n != 2 {
		t.Errorf("%d details, for two cases with a message", n)
	}
	first.Join(&second, 10)
	first.SetProperties(6, []Property{{Name: "k", Value: "v"}})
	notable := 0
	for range first.Notable() {
		notable++
	}
	var got []string
	for _, c := range first.All() {
		got = append(got, fmt.Sprint(c.Name, " ", c.File, " ", c.Message, c.Properties))
	}
	want := []string{"a x []", "b shared torn down[]", "c  []", "bad shared why[]", "bad only []", "d y []", "e shared [{k v}]", "f  []"}
	if !slices.Equal(got, want) || notable != 4 {
		t.Errorf("%d notable\n%q\nwant\n%q", notable, got, want)
	}
}
