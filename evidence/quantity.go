package evidence

import (
	"fmt"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// QuantityUnits is a regular expression of the units that a threshold may have
// besides percent. What each is worth is what MeasureOf says.
const QuantityUnits = DurationUnits + "|" + RateUnits + "|" + SizeUnits

// The units by what they measure.
const (
	DurationUnits = `ns|us|µs|ms|s|m|h|d`
	RateUnits     = `(?:B|kB|KB|MB|GB|KiB|MiB|GiB)?/(?:s|m|h)`
	SizeUnits     = `B|kB|KB|MB|GB|KiB|MiB|GiB`
)

// kindOf is the kind of value in which a dimension is compared.
var kindOf = map[Dimension]ValueKind{Elapsed: Seconds, Throughput: PerSecond, Memory: Bytes, Events: Count}

// quantityIn makes a value of num/den of a unit.
func quantityIn(unit string, num, den uint64, text string) (Value, error) {
	m := MeasureOf(unit)
	numHi, n := bits.Mul64(num, m.Scale.Num)
	denHi, d := bits.Mul64(den, m.Scale.Den)
	if numHi != 0 || denHi != 0 {
		return Value{}, fmt.Errorf("%q is too large", text)
	}
	return Value{Kind: kindOf[m.Dimension], r: Ratio{n, d}}, nil
}

// Decimal gives a measured number as the report wrote it: the shortest decimal
// that reads as v. A report that says 0.1 is taken to mean one tenth and not the
// binary fraction next to it. False means that v is no number.
func Decimal(v float64) (*big.Rat, bool) {
	if !Finite(v) {
		return nil, false
	}
	return new(big.Rat).SetString(strconv.FormatFloat(v, 'e', -1, 64))
}

// Scaled gives an amount of a unit in the base unit of its dimension.
func (m Measure) Scaled(amount *big.Rat) *big.Rat {
	scale := new(big.Rat).SetFrac(new(big.Int).SetUint64(m.Scale.Num), new(big.Int).SetUint64(m.Scale.Den))
	return scale.Mul(scale, amount)
}

// QuantityOf makes a value of an amount in the base unit of a dimension. What 64
// bits cannot hold exactly, and a broken count, is rounded away from better. False
// means that there is no such value: a negative amount, one beyond all bounds, or
// a dimension that nothing compares.
func QuantityOf(d Dimension, amount *big.Rat, better Better) (Value, bool) {
	kind, ok := kindOf[d]
	if !ok || amount.Sign() < 0 {
		return Value{}, false
	}
	if kind != Count && amount.Num().IsUint64() && amount.Denom().IsUint64() {
		return Value{Kind: kind, r: Ratio{amount.Num().Uint64(), amount.Denom().Uint64()}}, true
	}
	den := uint64(1)
	if kind != Count {
		den = 1e18
	}
	for ; ; den /= 1000 {
		scaled := new(big.Int).Mul(amount.Num(), new(big.Int).SetUint64(den))
		units, rest := scaled.QuoRem(scaled, amount.Denom(), new(big.Int))
		if better != Higher && rest.Sign() > 0 {
			units.Add(units, big.NewInt(1))
		}
		if units.IsUint64() {
			return Value{Kind: kind, r: Ratio{units.Uint64(), den}}, true
		}
		if den == 1 {
			return Value{}, false
		}
	}
}

// quantityAgainst prints a quantity in a unit that suits it, with the decimals
// that it takes to differ from want where the values do.
func (v Value) quantityAgainst(want Value) string {
	const usual, most = 3, 12
	for decimals := usual; ; decimals++ {
		s := v.quantity(decimals)
		if decimals == most || want.Kind != v.Kind || !want.Measured() || v.Cmp(want) == 0 || s != want.quantity(decimals) {
			return s
		}
	}
}

// perDay is how many seconds a day has; from there on a duration is printed in days.
var perDay = big.NewRat(86400, 1)

func (v Value) quantity(decimals int) string {
	amount := new(big.Rat).SetFrac(new(big.Int).SetUint64(v.r.Num), new(big.Int).SetUint64(v.r.Den))
	unit := map[ValueKind]string{Seconds: "s", PerSecond: "/s", Bytes: "B"}[v.Kind]
	if v.Kind == Seconds && amount.Cmp(perDay) >= 0 {
		unit = "d"
		amount.Quo(amount, perDay)
	} else if v.Kind == Seconds {
		for _, smaller := range []string{"ms", "µs", "ns"} {
			if amount.Sign() == 0 || amount.Cmp(big.NewRat(1, 1)) >= 0 {
				break
			}
			unit = smaller
			amount.Mul(amount, big.NewRat(1000, 1))
		}
	}
	s := amount.FloatString(decimals)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "0" && amount.Sign() > 0 {
		return "<0.001" + unit
	}
	return s + unit
}
