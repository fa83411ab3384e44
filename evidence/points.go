package evidence

import (
	"math/big"
	"strings"
)

// PointsOf makes signed percentage points: by how much a ratio is above another,
// or below it. Both are kept, so that nothing is rounded, whatever they are.
func PointsOf(now, before Ratio) Value { return Value{Points, now, before} }

// Before gives what points are counted from.
func (v Value) Before() Ratio { return v.before }

// points is the exact difference, in points: 1/100 of a ratio is 1.
func (v Value) points() *big.Rat {
	d := new(big.Rat).Sub(v.r.rat(), v.before.rat())
	return d.Mul(d, big.NewRat(100, 1))
}

func (r Ratio) rat() *big.Rat {
	return new(big.Rat).SetFrac(new(big.Int).SetUint64(r.Num), new(big.Int).SetUint64(r.Den))
}

// pointsAgainst prints points with their sign and two decimals, or as many, up to
// 6, as it takes to differ from want where the values do. They are rounded down: a
// fall of 0.501 never reads like the 0.5 that is allowed.
func (v Value) pointsAgainst(want Value) string {
	const usual, most = 2, 6
	compared := want.Kind == Points && want.Measured() && v.Cmp(want) != 0
	d := v.points()
	for decimals := usual; ; decimals++ {
		s := downTo(d, decimals)
		hidden := strings.Trim(s, "+0.") == "" && d.Sign() != 0 // a rise that would read like none
		if decimals < most && (hidden || compared && s == downTo(want.points(), decimals)) {
			continue
		}
		if hidden {
			return "<+0.000001pp"
		}
		return s + "pp"
	}
}

// exactPoints prints a threshold in full.
func (v Value) exactPoints() string { return downTo(v.points(), 6) + "pp" }

// downTo prints a number rounded down to as many decimals. Zeros at the end go.
func downTo(d *big.Rat, decimals int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	scaled := new(big.Int).Mul(d.Num(), scale)
	scaled.Div(scaled, d.Denom()) // of a positive denominator: towards minus infinity
	s := new(big.Rat).SetFrac(scaled, scale).FloatString(decimals)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if scaled.Sign() > 0 {
		s = "+" + s
	}
	return s
}
