package evidence

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Ratio is a fraction kept exact. Den 0 means that nothing was measured, which
// is neither 0 % nor 100 %.
type Ratio struct {
	Num uint64 `json:"num"`
	Den uint64 `json:"den"`
}

// Measured reports whether there is anything in the denominator.
func (r Ratio) Measured() bool { return r.Den > 0 }

// Add sums numerators and denominators, saturating.
func (r Ratio) Add(o Ratio) Ratio {
	return Ratio{satAdd(r.Num, o.Num), satAdd(r.Den, o.Den)}
}

// Cmp compares by cross-multiplication in 128 bits, so no quotient is rounded.
// It panics when either side is unmeasured: the caller must have asked.
func (r Ratio) Cmp(o Ratio) int {
	if r.Den == 0 || o.Den == 0 {
		panic("evidence: comparing an unmeasured ratio")
	}
	lh, ll := bits.Mul64(r.Num, o.Den)
	rh, rl := bits.Mul64(o.Num, r.Den)
	switch {
	case lh != rh && lh < rh, lh == rh && ll < rl:
		return -1
	case lh == rh && ll == rl:
		return 0
	default:
		return 1
	}
}

// Fraction gives "1999/2000".
func (r Ratio) Fraction() string {
	return strconv.FormatUint(r.Num, 10) + "/" + strconv.FormatUint(r.Den, 10)
}

// Percent prints the ratio in percent with two decimals, rounded down, so that
// 1999/2000 reads 99.95% and never 100%, and 1/100000 reads <0.01% and never 0%.
// The fraction beside it is what was compared.
func (r Ratio) Percent() string { return r.PercentAgainst(Ratio{}) }

// PercentAgainst prints like Percent, but with as many decimals (up to 6) as it
// takes to differ from want where the values do: 89.996% and 90.001% must not
// read like the 90% that they are compared with.
func (r Ratio) PercentAgainst(want Ratio) string {
	if r.Den == 0 {
		return "not measured"
	}
	decimals := 2
	if want.Measured() && r.Cmp(want) != 0 {
		for ; decimals < 6; decimals++ {
			a, _ := r.floor(decimals)
			if b, _ := want.floor(decimals); a != b {
				break
			}
		}
	}
	return r.percent(decimals)
}

// ExactPercent prints a ratio that has at most 6 decimals in percent, such as a
// threshold, in full.
func (r Ratio) ExactPercent() string {
	if r.Den == 0 {
		return "not measured"
	}
	return r.percent(6)
}

// floor gives the ratio in units of 10^-decimals percent, rounded down, and
// whether that is exact. A ratio far above 1 saturates.
func (r Ratio) floor(decimals int) (units uint64, exact bool) {
	scale := uint64(100)
	for range decimals {
		scale *= 10
	}
	hi, lo := bits.Mul64(r.Num, scale)
	if hi >= r.Den {
		return ^uint64(0), false
	}
	units, rem := bits.Div64(hi, lo, r.Den)
	return units, rem == 0
}

// percent prints the ratio rounded down to the given decimals. Trailing zeros are
// dropped only where they are exact.
func (r Ratio) percent(decimals int) string {
	units, exact := r.floor(decimals)
	if units == 0 && !exact {
		return "<0." + strings.Repeat("0", decimals-1) + "1%"
	}
	digits := fmt.Sprintf("%0*d", decimals+1, units)
	whole, frac := digits[:len(digits)-decimals], digits[len(digits)-decimals:]
	if exact {
		frac = strings.TrimRight(frac, "0")
	}
	if frac == "" {
		return whole + "%"
	}
	return whole + "." + frac + "%"
}

func satAdd(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return ^uint64(0)
	}
	return sum
}
