package decimal

import (
	"strconv"
	"testing"
)

func TestFloat(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "12": 12, "-0.5": -0.5, "+3": 3, "1.5e-9": 1.5e-9, "2E3": 2000, ".5": .5, "5.": 5, "0.1": .1,
		"123456789012345": 123456789012345, "9007199254740993": 9007199254740992, "1234567.89012345": 1234567.89012345,
		"0.000000000000001": 1e-15, "1e308": 1e308,
	} {
		if got, ok := Float([]byte(text)); !ok || got != want {
			t.Errorf("%s: %v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", ".", "+.", "NaN", "Inf", "-inf", "0x10", "1_000", "1e", "1e999", "1.2.3", "1-2", "e5", "1 ", "--1", "१"} {
		if got, ok := Float([]byte(text)); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestWhole(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "007": 7, "18446744073709551615": 1<<64 - 1} {
		if got, ok := Whole([]byte(text)); !ok || got != want {
			t.Errorf("%s: %d, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "-1", "18446744073709551616", "99999999999999999999", "1.0", "111111111111111111111"} {
		if got, ok := Whole([]byte(text)); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

// FuzzFloat holds the short way to strconv.
func FuzzFloat(f *testing.F) {
	for _, s := range []string{"1.25", "-17.000000000001", "1e5", "000.1", "1."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := Float([]byte(s))
		if want, err := strconv.ParseFloat(s, 64); ok && (err != nil || want != got) {
			t.Errorf("%q: %v, %v by strconv (%v)", s, got, want, err)
		}
	})
}

func BenchmarkFloat(b *testing.B) {
	for _, s := range []string{"114.8", "0.02312345678", "1.2345678901234567e-05"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				Float([]byte(s))
			}
		})
	}
}
