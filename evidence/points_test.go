package evidence

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func points(t *testing.T, s string) Value {
	t.Helper()
	v, err := ParseValue(s)
	if err != nil || v.Kind != Points {
		t.Fatalf("ParseValue(%q) = %v, %v", s, v.Kind, err)
	}
	return v
}

func TestPointsAreWrittenAsTheyAreRead(t *testing.T) {
	for written, printed := range map[string]string{
		"-0.5pp": "-0.5pp", "0pp": "0pp", "-0pp": "0pp", "+1pp": "+1pp", "2.25 pp": "+2.25pp", "-0.000001pp": "-0.000001pp", "-100pp": "-100pp",
	} {
		if have := points(t, written).String(); have != printed {
			t.Errorf("%s is printed %s, want %s", written, have, printed)
		}
	}
	for _, wrong := range []string{"-0.5", "-0.5%", "+1", "+1%", "-2s", "--1pp", "-.5pp", "1e1pp", "-0.0000001pp", "pp", "- 1pp", "-1 p p"} {
		if v, err := ParseValue(wrong); err == nil {
			t.Errorf("%q reads as %s", wrong, v)
		}
	}
}

// By hand: 161/200 = 80.5%, 1601/2000 = 80.05%, 16009/20000 = 80.045%.
func TestPointsReadDifferentlyFromWhatTheyAreComparedWith(t *testing.T) {
	for _, x := range []struct {
		now, before Ratio
		want, reads string
		cmp         int
	}{
		{Ratio{160, 200}, Ratio{161, 200}, "-0.5pp", "-0.5pp", 0},
		{Ratio{1601, 2000}, Ratio{161, 200}, "-0.5pp", "-0.45pp", 1},
		{Ratio{799999, 1000000}, Ratio{161, 200}, "-0.5pp", "-0.51pp", -1},
		{Ratio{800001, 1000000}, Ratio{161, 200}, "-0.5pp", "-0.4999pp", 1},
		{Ratio{1, 3}, Ratio{1, 3}, "0pp", "0pp", 0},
		{Ratio{2, 6}, Ratio{1, 3}, "0pp", "0pp", 0},
		{Ratio{1, 2}, Ratio{1, 4}, "0pp", "+25pp", 1},
		{Ratio{1, 100000}, Ratio{0, 1}, "0pp", "+0.001pp", 1},
		{Ratio{1, 1000000000}, Ratio{0, 1}, "0pp", "<+0.000001pp", 1},
		{Ratio{0, 1}, Ratio{1, 1000000000}, "0pp", "-0.01pp", -1},
		{Ratio{1, 3}, Ratio{2, 3}, "-33.33pp", "-33.34pp", -1},
	} {
		v, want := PointsOf(x.now, x.before), points(t, x.want)
		if have := v.Against(want); have != x.reads {
			t.Errorf("%s after %s against %s reads %s, want %s", x.now.Fraction(), x.before.Fraction(), x.want, have, x.reads)
		}
		if have := v.Cmp(want); have != x.cmp {
			t.Errorf("%s after %s compared with %s is %d, want %d", x.now.Fraction(), x.before.Fraction(), x.want, have, x.cmp)
		}
	}
	if PointsOf(Ratio{1, 2}, Ratio{}).Measured() || PointsOf(Ratio{}, Ratio{1, 2}).Measured() {
		t.Error("points from nothing are measured")
	}
}

// Points compare as the difference of the two fractions, to the last bit.
func TestPointsCompareExactly(t *testing.T) {
	w := rand.New(rand.NewPCG(7, 11))
	ratio := func() Ratio {
		most := uint64(math.MaxUint64)
		if w.IntN(2) == 0 {
			most = 50
		}
		den := 1 + w.Uint64N(most)
		return Ratio{w.Uint64N(den), den}
	}
	exact := func(r Ratio) *big.Rat {
		return new(big.Rat).SetFrac(new(big.Int).SetUint64(r.Num), new(big.Int).SetUint64(r.Den))
	}
	for range 20000 {
		a, b, c, d := ratio(), ratio(), ratio(), ratio()
		want := new(big.Rat).Sub(exact(a), exact(b)).Cmp(new(big.Rat).Sub(exact(c), exact(d)))
		if have := PointsOf(a, b).Cmp(PointsOf(c, d)); have != want {
			t.Fatalf("%s-%s against %s-%s: %d, want %d", a.Fraction(), b.Fraction(), c.Fraction(), d.Fraction(), have, want)
		}
	}
}
