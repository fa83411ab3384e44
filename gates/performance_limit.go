package gates

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// limit is a statistic of one dimension that a condition bounds.
type limit struct {
	name      string
	dimension evidence.Dimension
	better    evidence.Better
	// of computes it, in the unit of the metric. It is false where the report has
	// neither the samples nor the statistic for it.
	of func(m *evidence.Metric) (*big.Rat, bool)
}

// measuredAt is the value of one benchmark.
type measuredAt struct {
	placedBenchmark
	what  string // ns/op, "" where the metric is of the benchmark itself
	value evidence.Value
}

// limited is a metric that is the worst of what many benchmarks measured.
type limited struct {
	name   string
	better evidence.Better
	all    []measuredAt // worst first
}

// readLimit measures the statistic of every quantity of its dimension that the
// gate's filter admits.
func (b *body) readLimit(l limit) reading {
	t := b.benchmarks()
	var all []measuredAt
	gaps := append(slices.Clone(t.gaps), t.unfinished()...)
	var without uint64
	for _, p := range t.ran {
		met := false
		for i := range p.Metrics {
			m := &p.Metrics[i]
			if m.Unit.Dimension != l.dimension || m.Unit.Better != l.better || !b.filter.measures.admits(m.Name) {
				continue
			}
			met = true
			amount, ok := l.of(m)
			if !ok {
				gaps = append(gaps, gap{p.place(), fmt.Sprintf("%s has no %s of %s%s", p.label(), l.name, firstLine(m.Name), states(m)),
					"have the tool write its samples or the " + l.name + ", or narrow the gate by `measures`"})
				continue
			}
			v, ok := evidence.QuantityOf(l.dimension, m.Unit.Scaled(amount), l.better)
			if !ok {
				gaps = append(gaps, gap{p.place(), fmt.Sprintf("%s of %s in %s is %s, which cannot be", l.name, firstLine(m.Name), p.label(), decimalText(amount)),
					"write " + p.report.Source + " again"})
				continue
			}
			all = append(all, measuredAt{p, m.Name, v})
		}
		if !met {
			without++
		}
	}
	sortGaps(gaps)
	r := b.readWorst(l.name, l.better, all)
	r.gaps = append(gaps, r.gaps...)
	switch {
	case without > 0 && without == uint64(len(t.ran)):
		g := gap{text: "no benchmark measures " + l.dimension.String(), remedy: "have the tool measure " + l.dimension.String() + ", or use a metric that it measures"}
		if b.filter.measures.given() {
			g.text += " under " + b.filter.measures.String()
			g.remedy = "correct `measures` of the gate; `tollgate inspect` shows what was measured"
		}
		r.gaps = append(r.gaps, g)
	case without > 0:
		r.notes = append(r.notes, fmt.Sprintf("%d of %d benchmarks measure no such %s", without, len(t.ran), l.dimension))
	}
	return r
}

// readErrorRate takes the worst, because the labels of a load test overlap: one
// that always fails must not disappear among the requests of all.
func (b *body) readErrorRate() reading {
	t := b.benchmarks()
	var all []measuredAt
	var without uint64
	gaps := append(slices.Clone(t.gaps), t.unfinished()...)
	for _, p := range t.ran {
		switch {
		case !p.Errors.Measured():
			without++
		case p.Errors.Num > p.Errors.Den:
			gaps = append(gaps, gap{p.place(), fmt.Sprintf("%s of the runs of %s failed, which cannot be", p.Errors.Fraction(), p.label()), "write " + p.report.Source + " again"})
		default:
			all = append(all, measuredAt{p, "", evidence.ShareOf(p.Errors)})
		}
	}
	r := b.readWorst("error-rate", evidence.Lower, all)
	r.gaps = append(gaps, r.gaps...)
	switch {
	case without > 0 && without == uint64(len(t.ran)):
		r.gaps = append(r.gaps, gap{text: "no benchmark counts how many of its runs failed", remedy: "use a tool that counts them, or limit `failed-benchmarks`"})
	case without > 0:
		r.notes = append(r.notes, fmt.Sprintf("%d of %d benchmarks do not count failures", without, len(t.ran)))
	}
	return r
}

// readWorst makes a reading of the worst of the values.
func (b *body) readWorst(name string, better evidence.Better, all []measuredAt) reading {
	slices.SortStableFunc(all, func(x, y measuredAt) int {
		c := y.value.Cmp(x.value)
		if better == evidence.Higher {
			c = -c
		}
		if c != 0 {
			return c
		}
		if c := byPlace(x.placedBenchmark, y.placedBenchmark); c != 0 {
			return c
		}
		return strings.Compare(x.what, y.what)
	})
	r := reading{notes: append(b.benchmarkNotes(), b.filter.measures.unusedNotes("quantity")...)}
	if len(all) > 0 {
		r.value = all[0].value
		r.limit = &limited{name, better, all}
	}
	return r
}

// sentence says "the highest p95 of 3 is 812ms, of elapsed in GET /rooms; at most
// 200ms is allowed".
func (l *limited) sentence(c Condition) string {
	worst := l.all[0]
	if worst.value.Kind == evidence.Share {
		s := fmt.Sprintf("%s (%s) of the runs of %s failed", worst.value.Against(c.Want), worst.value.Ratio().Fraction(), worst.label())
		if len(l.all) > 1 {
			s += fmt.Sprintf(", the highest of %d benchmarks", len(l.all))
		}
		return s + "; " + demandShare(c)
	}
	s := "the " + l.name
	if len(l.all) > 1 {
		extreme := "highest"
		if l.better == evidence.Higher {
			extreme = "lowest"
		}
		s = fmt.Sprintf("the %s %s of %d", extreme, l.name, len(l.all))
	}
	s += fmt.Sprintf(" is %s, of %s", worst.value.Against(c.Want), worst.of())
	if worst.value.Kind == evidence.Count {
		return s + "; " + demandCount(c)
	}
	return s + "; " + demandQuantity(c)
}

func (m measuredAt) of() string { return firstLine(m.what) + " in " + m.label() }

func demandQuantity(c Condition) string {
	want := c.Want.String()
	switch c.Op {
	case Equal:
		return "exactly " + want + " is expected"
	case NotEqual:
		return "anything but " + want + " is expected"
	case Less:
		return "less than " + want + " is allowed"
	case AtMost:
		return "at most " + want + " is allowed"
	case More:
		return "more than " + want + " is needed"
	case AtLeast:
		return "at least " + want + " is needed"
	default:
		panic("gates: undefined operator")
	}
}

// target says where a value has to come for the condition to hold: "at most 2s". It
// is false where becoming better does not help.
func (c Condition) target(better evidence.Better, have evidence.Value) (to string, helps bool) {
	over := have.Cmp(c.Want)
	if better == evidence.Higher {
		over = -over
	}
	switch c.Op {
	case AtMost:
		to, helps = "at most ", better == evidence.Lower
	case Less:
		to, helps = "less than ", better == evidence.Lower && c.Want.Ratio().Num > 0
	case AtLeast:
		to, helps = "at least ", better == evidence.Higher
	case More:
		to, helps = "more than ", better == evidence.Higher
	case Equal:
		helps = over > 0
	}
	return to + c.Want.String(), helps
}

// refs are the benchmarks that break the condition, worst first.
func (l *limited) refs(c Condition) refList {
	var refs refList
	for i, m := range l.all {
		if c.Op.Holds(m.value, c.Want) {
			continue
		}
		refs.add(uint64(len(l.all)-i), m.place(), func() string {
			if m.value.Kind == evidence.Share {
				return fmt.Sprintf("%s of the runs of %s failed", m.value.Ratio().Fraction(), m.label())
			}
			return fmt.Sprintf("%s of %s: %s", l.name, m.of(), m.value.Against(c.Want))
		})
	}
	return refs
}

// remedy says how far the benchmarks that break the condition must come.
func (l *limited) remedy(c Condition) string {
	worst := l.all[0]
	to, helps := c.target(l.better, worst.value)
	if !helps {
		return c.unmendable()
	}
	s := fmt.Sprintf("bring %s of %s from %s to %s", l.name, worst.label(), worst.value.Against(c.Want), to)
	more := uint64(0)
	for _, m := range l.all[1:] {
		if !c.Op.Holds(m.value, c.Want) {
			more++
		}
	}
	if more > 0 {
		s += fmt.Sprintf(", and %d more likewise", more)
	}
	return s
}

// states lists the statistics of a metric that has no samples.
func states(m *evidence.Metric) string {
	if len(m.Stats) == 0 {
		return ""
	}
	var names []string
	for _, s := range m.Stats[:min(len(m.Stats), maxGaps)] {
		names = append(names, firstLine(s.Name))
	}
	return " (it states " + some(names) + ")"
}

// stated gives the first of the named statistics that the report states.
func stated(m *evidence.Metric, names ...string) (*big.Rat, bool) {
	for _, name := range names {
		if v, ok := m.Stat(name); ok {
			return evidence.Decimal(v)
		}
	}
	return nil, false
}

func whole(n uint64) *big.Rat { return new(big.Rat).SetInt(new(big.Int).SetUint64(n)) }

func mean(m *evidence.Metric) (*big.Rat, bool) {
	switch {
	case len(m.Samples) > 0:
		sum := new(big.Rat)
		for _, s := range m.Samples {
			d, ok := evidence.Decimal(s)
			if !ok {
				return nil, false
			}
			sum.Add(sum, d)
		}
		return sum.Quo(sum, whole(uint64(len(m.Samples)))), true
	case m.Counted != nil && m.Counted.Len() > 0:
		return new(big.Rat).Quo(whole(m.Counted.Sum()), whole(m.Counted.Len())), true
	default:
		return stated(m, "mean")
	}
}

// median is the middle of the samples, exactly.
func median(m *evidence.Metric) (*big.Rat, bool) {
	switch {
	case len(m.Samples) > 0:
		return medianOf(m.Samples)
	case m.Counted != nil && m.Counted.Len() > 0:
		return percentile("median", evidence.Ratio{Num: 1, Den: 2})(m)
	default:
		return stated(m, "median", "p50")
	}
}

func medianOf(samples []float64) (*big.Rat, bool) {
	if slices.ContainsFunc(samples, func(v float64) bool { return !evidence.Finite(v) }) {
		return nil, false
	}
	sorted := slices.Sorted(slices.Values(samples))
	low, _ := evidence.Decimal(sorted[(len(sorted)-1)/2])
	high, _ := evidence.Decimal(sorted[len(sorted)/2])
	return low.Add(low, high).Mul(low, big.NewRat(1, 2)), true
}

// percentile is by nearest rank, as evidence.Tally counts it.
func percentile(name string, q evidence.Ratio) func(m *evidence.Metric) (*big.Rat, bool) {
	return func(m *evidence.Metric) (*big.Rat, bool) {
		switch n := uint64(len(m.Samples)); {
		case n > 0:
			if slices.ContainsFunc(m.Samples, func(v float64) bool { return !evidence.Finite(v) }) {
				return nil, false
			}
			sorted := slices.Sorted(slices.Values(m.Samples))
			rank := (n*q.Num + q.Den - 1) / q.Den // at most 2^24 samples
			return evidence.Decimal(sorted[rank-1])
		case m.Counted != nil && m.Counted.Len() > 0:
			v, ok := m.Counted.Quantile(q)
			return whole(v), ok
		default:
			return stated(m, name)
		}
	}
}

func highest(m *evidence.Metric) (*big.Rat, bool) {
	return percentile("max", evidence.Ratio{Num: 1, Den: 1})(m)
}

// typical is one number for a quantity of which reports state only one.
func typical(m *evidence.Metric) (*big.Rat, bool) {
	if v, ok := median(m); ok {
		return v, true
	}
	return stated(m, "mean", "value", "rate")
}

// decimalText prints a number with at most 6 decimals.
func decimalText(v *big.Rat) string {
	s := v.FloatString(6)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
