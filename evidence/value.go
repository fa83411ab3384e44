package evidence

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// ValueKind tags a Value.
type ValueKind uint8

const (
	_         ValueKind = iota
	Count               // a whole number: 3 failures
	Share               // a ratio: 91/100, written 91%
	Seconds             // a duration in seconds, written 200ms
	PerSecond           // how much in a second, written 1000/s or 20MB/s
	Bytes               // an amount of memory, written 512KiB
	Points              // a ratio above or below another, in percentage points, written -0.5pp
)

func (k ValueKind) String() string {
	switch k {
	case Count:
		return "count"
	case Share:
		return "ratio"
	case Seconds:
		return "duration"
	case PerSecond:
		return "rate"
	case Bytes:
		return "size"
	case Points:
		return "number of points"
	default:
		panic("evidence: value kind " + strconv.Itoa(int(k)))
	}
}

// Value is what a condition compares: a count, an exact ratio, a quantity in the
// base unit of its dimension, or the difference of two ratios.
// Values of different kinds do not compare.
type Value struct {
	Kind   ValueKind
	r      Ratio
	before Ratio // of Points alone
}

// CountOf makes a count.
func CountOf(n uint64) Value { return Value{Kind: Count, r: Ratio{n, 1}} }

// ShareOf makes a ratio. Den 0 stays unmeasured.
func ShareOf(r Ratio) Value { return Value{Kind: Share, r: r} }

// Measured is false for the zero Value and for a ratio of nothing.
func (v Value) Measured() bool {
	return v.Kind != 0 && v.r.Measured() && (v.Kind != Points || v.before.Measured())
}

// Ratio is the exact value; a count n is n/1. Of points it is the ratio that they
// are about.
func (v Value) Ratio() Ratio { return v.r }

// Cmp compares two measured values of one kind.
func (v Value) Cmp(o Value) int {
	if v.Kind != o.Kind {
		panic("evidence: comparing " + v.Kind.String() + " with " + o.Kind.String())
	}
	if v.Kind == Points {
		return v.points().Cmp(o.points())
	}
	return v.r.Cmp(o.r)
}

// String prints a threshold as a person would write it: 90%, 90.5%, 3, 1.5s, -0.5pp.
func (v Value) String() string {
	switch {
	case v.Kind == Share && v.Measured():
		return v.r.ExactPercent()
	case v.Kind == Points && v.Measured():
		return v.exactPoints()
	default:
		return v.Against(Value{})
	}
}

// Against prints v so that it reads differently from want whenever it is.
func (v Value) Against(want Value) string {
	if !v.Measured() {
		return "not measured"
	}
	switch v.Kind {
	case Count:
		return strconv.FormatUint(v.r.Num, 10)
	case Share:
		return v.r.PercentAgainst(want.r)
	case Seconds, PerSecond, Bytes:
		return v.quantityAgainst(want)
	case Points:
		return v.pointsAgainst(want)
	default:
		panic("evidence: value kind " + strconv.Itoa(int(v.Kind)))
	}
}

var number = regexp.MustCompile(`^([+-]?)([0-9]+)(?:\.([0-9]+))?\s*(%|pp|` + QuantityUnits + `)?$`)

// ParseValue reads a threshold: 90%, 90.5%, 0, 3, 250ms, 2s, 5m, 1h, 30d, 1000/s,
// 20MB/s, 512KiB, -0.5pp. The text must be wholly a number with at most one unit;
// "90.5.1", "1e3" and "-1" are errors: points alone have a sign. A number may have up
// to 6 decimals.
func ParseValue(s string) (Value, error) {
	m := number.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || m[1] != "" && m[4] != "pp" {
		return Value{}, fmt.Errorf("%q is not a number; write 3, 90%%, 90.5%% or 2s", s)
	}
	sign, whole, frac, unit := m[1], m[2], m[3], m[4]
	if len(frac) > 6 {
		return Value{}, fmt.Errorf("%q has more than 6 decimals", s)
	}
	den := uint64(1)
	for range frac {
		den *= 10
	}
	num, err := strconv.ParseUint(whole+frac, 10, 64)
	if err != nil || num > 1<<52 {
		return Value{}, fmt.Errorf("%q is too large", s)
	}
	switch unit {
	case "":
		if frac != "" {
			return Value{}, errors.New("a count is a whole number: write " + whole + ", or " + s + "% for a ratio")
		}
		return CountOf(num), nil
	case "%":
		return ShareOf(Ratio{num, den * 100}), nil
	case "pp":
		r, none := Ratio{num, den * 100}, Ratio{0, 1}
		if sign == "-" {
			return PointsOf(none, r), nil
		}
		return PointsOf(r, none), nil
	default:
		return quantityIn(unit, num, den, s)
	}
}

// Toward gives the value that lies part/whole of the way from v to o, two measured
// values of one kind. It is rounded toward o, to a hundredth of a percent or of a point, a
// whole number, a nanosecond, a byte or a thousandth in a second, so that it is never
// further from o than the exact one, and never beyond o.
func (v Value) Toward(o Value, part, whole uint64) Value {
	if v.Kind != o.Kind {
		panic("evidence: from " + v.Kind.String() + " toward " + o.Kind.String())
	}
	if whole == 0 || part >= whole {
		return o
	}
	den := map[ValueKind]uint64{Count: 1, Share: 10_000, Points: 10_000, Seconds: 1e9, PerSecond: 1000, Bytes: 1}[v.Kind]
	from, to := v.exact(), o.exact()
	exact := new(big.Rat).Sub(to, from)
	exact.Mul(exact, Ratio{part, whole}.rat()).Add(exact, from).Mul(exact, Ratio{den, 1}.rat())
	units, rest := new(big.Int).DivMod(exact.Num(), exact.Denom(), new(big.Int))
	if rest.Sign() > 0 && to.Cmp(from) > 0 {
		units.Add(units, big.NewInt(1))
	}
	size := new(big.Int).Abs(units)
	if !size.IsUint64() {
		return o
	}
	out := Value{Kind: v.Kind, r: Ratio{size.Uint64(), den}}
	if v.Kind == Points {
		out.before = Ratio{0, 1}
		if units.Sign() < 0 {
			out.r, out.before = out.before, out.r
		}
	}
	if out.Cmp(o) == v.Cmp(o) {
		return out
	}
	return o // rounded to o, or beyond
}

// exact is the value as one number, of points with its sign.
func (v Value) exact() *big.Rat {
	if v.Kind != Points {
		return v.r.rat()
	}
	return new(big.Rat).Sub(v.r.rat(), v.before.rat())
}
