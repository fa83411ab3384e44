package gates

import (
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// sentence says what was measured and what the condition demands of it.
func (r reading) sentence(c Condition) string {
	s := r.says + "; " + demandCount(c)
	if r.limit != nil {
		s = r.limit.sentence(c)
	} else if r.value.Kind == evidence.Points {
		s = r.value.Against(c.Want) + ": " + r.says + "; " + demandQuantity(c)
	} else if r.value.Kind == evidence.Share {
		s = r.value.Against(c.Want) + " (" + r.value.Ratio().Fraction() + ") " + r.says + "; " + demandShare(c)
		if r.be {
			s += " be"
		}
	}
	return r.noting(s)
}

// noting ends a sentence with the notes.
func (r reading) noting(s string) string {
	if len(r.notes) == 0 {
		return s
	}
	return s + " (" + strings.Join(r.notes, "; ") + ")"
}

func demandShare(c Condition) string {
	want := c.Want.String()
	switch c.Op {
	case Equal:
		return "exactly " + want + " must"
	case NotEqual:
		return "anything but " + want + " may"
	case Less:
		return "less than " + want + " may"
	case AtMost:
		return "at most " + want + " may"
	case More:
		return "more than " + want + " must"
	case AtLeast:
		return "at least " + want + " must"
	default:
		panic("gates: undefined operator")
	}
}

func demandCount(c Condition) string {
	n := c.Want.Ratio().Num
	are := " " + plural(n, "is", "are") + " "
	switch c.Op {
	case Equal:
		if n == 0 {
			return "none is allowed"
		}
		return "exactly " + number(n) + are + "expected"
	case NotEqual:
		return "anything but " + number(n) + " is expected"
	case Less:
		if n == 1 {
			return "none is allowed"
		}
		return "fewer than " + number(n) + are + "allowed"
	case AtMost:
		if n == 0 {
			return "none is allowed"
		}
		return "at most " + number(n) + are + "allowed"
	case More:
		return "more than " + number(n) + are + "needed"
	case AtLeast:
		return "at least " + number(n) + are + "needed"
	default:
		panic("gates: undefined operator")
	}
}

// remedy says the least that makes a failing condition hold.
func (r reading) remedy(c Condition) string {
	if r.limit != nil {
		return r.limit.remedy(c)
	}
	m, _ := MetricNamed(c.Metric)
	k, ok := steps(c.Op, r.value, c.Want, m.Higher)
	if !ok {
		return c.unmendable()
	}
	return r.mend(k)
}

// unmendable is the remedy where becoming better does not help.
func (c Condition) unmendable() string {
	return "no better evidence makes this condition hold; change it in the policy" + at(c.At)
}

// steps is the least number of units that have to become better for the
// comparison to hold: one unit is one in a count, or one more of the numerator of
// a share. It reports false where becoming better does not help.
func steps(op Op, have, want evidence.Value, higher bool) (uint64, bool) {
	switch have.Kind {
	case evidence.Share:
		if !higher {
			return stepsOfLowShare(op, have.Ratio(), want)
		}
		return stepsOfShare(op, have.Ratio(), want, evidence.ShareOf)
	case evidence.Points:
		return stepsOfShare(op, have.Ratio(), want, func(r evidence.Ratio) evidence.Value { return evidence.PointsOf(r, have.Before()) })
	}
	h, w := have.Ratio().Num, want.Ratio().Num
	switch {
	case op == NotEqual:
		return 1, higher || h > 0
	case higher && op == More:
		return w + 1 - h, true
	case higher && (op == AtLeast || op == Equal && w > h):
		return w - h, true
	case !higher && op == Less:
		return h + 1 - w, w > 0
	case !higher && (op == AtMost || op == Equal && h > w):
		return h - w, true
	default:
		return 0, false
	}
}

// stepsOfShare searches, because the exact quotient may need 128 bits.
// of makes of the ratio what is compared.
func stepsOfShare(op Op, have evidence.Ratio, want evidence.Value, of func(evidence.Ratio) evidence.Value) (uint64, bool) {
	reached := AtLeast
	if op == More {
		reached = More
	}
	with := func(k uint64) evidence.Value {
		return of(evidence.Ratio{Num: have.Num + k, Den: have.Den})
	}
	lo, hi := uint64(1), have.Den-have.Num
	for lo < hi {
		if mid := lo + (hi-lo)/2; reached.Holds(with(mid), want) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo, lo <= have.Den-have.Num && op.Holds(with(lo), want)
}

// stepsOfLowShare is stepsOfShare where a lower share is the better one: one unit is
// one less of the numerator.
func stepsOfLowShare(op Op, have evidence.Ratio, want evidence.Value) (uint64, bool) {
	reached := AtMost
	if op == Less {
		reached = Less
	}
	without := func(k uint64) evidence.Value {
		return evidence.ShareOf(evidence.Ratio{Num: have.Num - k, Den: have.Den})
	}
	lo, hi := uint64(1), have.Num
	for lo < hi {
		if mid := lo + (hi-lo)/2; reached.Holds(without(mid), want) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo, lo <= have.Num && op.Holds(without(lo), want)
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

// these says which of the n units k stands for: "these 3 tests", "3 of these 5 tests".
func these(k, n uint64, one, many string) string {
	switch {
	case n == 1:
		return "this " + one
	case k == n:
		return "these " + number(n) + " " + many
	default:
		return number(k) + " of these " + number(n) + " " + many
	}
}

// quoted puts a name from the policy in quotation marks.
func quoted(s string) string { return strconv.Quote(s) }

// at gives " (file:line:col)", or nothing if the place is unknown.
func at(p evidence.Pos) string {
	if s := p.String(); s != "" {
		return " (" + s + ")"
	}
	return ""
}

// some lists what is missing or expected: "a", "a and b", "a, b and c".
func some(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func joinSentences(texts []string) string { return strings.Join(distinct(texts), "; ") }

// firstLine cuts a text from a report to what fits in a line.
func firstLine(s string) string {
	const most = 200
	s = strings.TrimSpace(s)
	for _, end := range []byte{'\n', '\r'} { // a tenth of strings.IndexAny, and every name comes here
		if i := strings.IndexByte(s, end); i >= 0 {
			s = s[:i]
		}
	}
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}
