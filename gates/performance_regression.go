package gates

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/stats"
)

// Compare says when a benchmark is worse than its baseline. A part that is not
// measured is the usual one.
type Compare struct {
	Alpha  evidence.Ratio // most that P may be, after Holm's correction over the gate
	Effect evidence.Ratio // how much worse the median must be, of the baseline's
	Counts evidence.Ratio // the same for counts that repeat exactly
}

// UsualCompare is what holds where the policy says nothing. At 1% one change in a
// hundred that changes nothing is called a regression at most, however many
// benchmarks there are.
var UsualCompare = Compare{Alpha: evidence.Ratio{Num: 1, Den: 100}, Effect: evidence.Ratio{Num: 5, Den: 100}, Counts: evidence.Ratio{Num: 0, Den: 100}}

// OrUsual gives the limits with the usual ones for those that are not given.
func (c Compare) OrUsual() Compare {
	for _, part := range []struct{ have, usual *evidence.Ratio }{
		{&c.Alpha, &UsualCompare.Alpha}, {&c.Effect, &UsualCompare.Effect}, {&c.Counts, &UsualCompare.Counts},
	} {
		if !part.have.Measured() {
			*part.have = *part.usual
		}
	}
	return c
}

func rat(r evidence.Ratio) *big.Rat { return new(big.Rat).Quo(whole(r.Num), whole(r.Den)) }

// comparison is one quantity of one benchmark against its baseline.
type comparison struct {
	pair
	metric   *evidence.Metric // of the head
	was, is  *big.Rat         // medians, in the unit of the metric
	n, m     int              // samples of the base, of the head
	exact    bool             // equal counts on both sides: compared as they are
	p        *big.Rat         // two-sided, of the test alone
	adjusted *big.Rat         // after Holm
}

// worsening is how much worse the head is, of the base: 1/10 is 10% worse, and
// below 0 is better. It is false where the base is 0 and the head is not.
func (c *comparison) worsening() (*big.Rat, bool) {
	from, to := c.was, c.is
	if c.metric.Unit.Better == evidence.Higher {
		from, to = to, from // 80 of 100 in a second is 25% more time for each
	}
	if from.Sign() == 0 {
		return new(big.Rat), to.Sign() == 0
	}
	w := new(big.Rat).Quo(to, from)
	return w.Sub(w, big.NewRat(1, 1)), true
}

func (c *comparison) worseThan(tolerance evidence.Ratio) bool {
	w, ok := c.worsening()
	return !ok || w.Cmp(rat(tolerance)) > 0
}

func (c *comparison) regressed(by Compare) bool {
	if c.exact {
		return c.worseThan(by.Counts)
	}
	return c.worseThan(by.Effect) && c.adjusted.Cmp(rat(by.Alpha)) <= 0
}

// improved is the same in the other direction.
func (c *comparison) improved(by Compare) bool {
	w, ok := c.worsening()
	return ok && w.Sign() < 0 && (c.exact || c.adjusted.Cmp(rat(by.Alpha)) <= 0)
}

// readRegressions compares every benchmark of this run with its baseline.
func (b *body) readRegressions() reading {
	r := reading{gaps: slices.Clone(b.benchmarks().gaps), notes: b.benchmarkNotes()}
	pairs := b.pairUp()
	var all []*comparison
	for _, p := range pairs.pairs {
		made, gaps, notes := b.compared(p)
		all = append(all, made...)
		pairs.gaps = append(pairs.gaps, gaps...)
		r.notes = append(r.notes, notes...)
	}
	family := correct(all)
	sound := all[:0:0]
	for _, c := range all {
		if g, few := c.tooFew(b.compare, family); few {
			pairs.gaps = append(pairs.gaps, g)
			continue
		}
		sound = append(sound, c)
	}
	r.gaps = append(r.gaps, pairs.gaps...)
	if n := len(pairs.new); n > 0 {
		r.notes = append(r.notes, fmt.Sprintf("new and compared with nothing: %s", listTexts(pairs.new)))
	}
	if pairs.unknown > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d of %d do not say what machine they ran on", pairs.unknown, len(pairs.pairs)))
	}
	b.tell(&r, sound, family)
	return r
}

// compared makes the comparisons of one benchmark: of every quantity that the
// gate admits, whose direction is known, and that has samples.
func (b *body) compared(p pair) (made []*comparison, gaps []gap, notes []string) {
	refuse := func(what, remedy string) {
		gaps = append(gaps, gap{p.head.place(), what, remedy})
	}
	var unknown, sampleless []string
	for i := range p.base.metrics {
		old := &p.base.metrics[i]
		if b.filter.measures.admits(old.Name) && len(old.Samples) > 0 && old.Unit.Better != 0 && p.head.metric(old.Name) == nil {
			refuse(fmt.Sprintf("%s no longer measures %s", p.head.label(), firstLine(old.Name)), "measure it again, or record a baseline without it")
		}
	}
	for i := range p.head.metrics {
		m := &p.head.metrics[i]
		old := p.base.metric(m.Name)
		switch {
		case !b.filter.measures.admits(m.Name):
		case m.Unit.Better == 0:
			unknown = append(unknown, firstLine(m.Name))
		case old == nil:
			notes = append(notes, fmt.Sprintf("%s of %s is new", firstLine(m.Name), p.head.label()))
		case len(m.Samples) == 0 || len(old.Samples) == 0:
			sampleless = append(sampleless, firstLine(m.Name))
		case m.Unit.Text != old.Unit.Text:
			refuse(fmt.Sprintf("%s of %s is in %s, and was in %s", firstLine(m.Name), p.head.label(), firstLine(m.Unit.Text), firstLine(old.Unit.Text)),
				"measure both in one unit")
		default:
			was, ok := medianOf(old.Samples)
			is, ok2 := medianOf(m.Samples)
			if !ok || !ok2 || slices.Min(old.Samples) < 0 || slices.Min(m.Samples) < 0 {
				refuse(fmt.Sprintf("%s of %s has samples that are negative or no numbers", firstLine(m.Name), p.head.label()), "write "+p.head.report.Source+" again")
				continue
			}
			c := &comparison{pair: p, metric: m, was: was, is: is, n: len(old.Samples), m: len(m.Samples)}
			c.exact = repeats(old) && repeats(m)
			if !c.exact {
				c.p = stats.MannWhitney(old.Samples, m.Samples, cmp.Compare).P
			}
			made = append(made, c)
		}
	}
	switch {
	case len(made) > 0 || len(gaps) > 0:
	case len(sampleless) > 0:
		refuse(fmt.Sprintf("%s has no samples of %s to compare by", p.head.label(), some(sampleless)), "have the tool write every sample, or limit it as it is: p95 <= 200ms")
	case len(unknown) > 0:
		refuse(fmt.Sprintf("of %s it is not known whether more or less of %s is better", p.head.label(), some(unknown)), "compare a quantity of time, memory, allocations or throughput")
	default:
		who := "the gate"
		if b.filter.measures.given() {
			who = b.filter.measures.String()
		}
		refuse(fmt.Sprintf("%s has nothing to compare that %s admits", p.head.label(), who), "correct `measures` of the gate")
	}
	return made, gaps, notes
}

// repeats reports whether a quantity is one that repeats exactly: counts and sizes
// that were measured more than once and came out equal. One measurement does not
// show that.
func repeats(m *evidence.Metric) bool {
	counts := m.Unit.Dimension == evidence.Events || m.Unit.Dimension == evidence.Memory
	return (m.Exact || counts && len(m.Samples) > 1) && slices.Min(m.Samples) == slices.Max(m.Samples)
}

// correct adjusts the tests among the comparisons, and gives how many they are.
func correct(all []*comparison) (family int) {
	var ps []*big.Rat
	for _, c := range all {
		if !c.exact {
			ps = append(ps, c.p)
		}
	}
	adjusted := stats.Holm(ps)
	for _, c := range all {
		if !c.exact {
			c.adjusted = adjusted[family]
			family++
		}
	}
	return family
}

// tooFew says that no samples of this number could show a regression, so that none
// being seen proves nothing.
func (c *comparison) tooFew(by Compare, family int) (gap, bool) {
	if c.exact || new(big.Rat).Mul(stats.LeastP(c.n, c.m), big.NewRat(int64(family), 1)).Cmp(rat(by.Alpha)) <= 0 {
		return gap{}, false
	}
	need := stats.Needed(new(big.Rat).Mul(rat(by.Alpha), big.NewRat(1, int64(family))))
	g := gap{pos: c.headAt(), text: fmt.Sprintf("%s has %s in the baseline and %d in this run, too few to tell at %s over %s",
		c.name(), ofMany(uint64(c.n), "sample", "samples"), c.m, by.Alpha.ExactPercent(), ofMany(uint64(family), "comparison", "comparisons"))}
	g.remedy = fmt.Sprintf("measure %d times on each side (-count=%d of go test)", need, need)
	if need == 0 {
		g.remedy = "compare fewer benchmarks in one gate, or raise `alpha`"
	}
	return g, true
}

func (c *comparison) name() string         { return firstLine(c.metric.Name) + " of " + c.head.label() }
func (c *comparison) headAt() evidence.Pos { return c.head.place() }
func (c *comparison) amount(v *big.Rat) string {
	if c.metric.Unit.Text == "" {
		return decimalText(v)
	}
	return decimalText(v) + " " + firstLine(c.metric.Unit.Text)
}

// says gives the medians, the samples, the effect and P.
func (c *comparison) says() string {
	s := fmt.Sprintf("%s: median %s, was %s", c.name(), c.amount(c.is), c.amount(c.was))
	if c.was.Sign() != 0 {
		change := new(big.Rat).Quo(c.is, c.was)
		change.Sub(change, big.NewRat(1, 1)).Mul(change, big.NewRat(100, 1))
		sign := ""
		if change.Sign() > 0 {
			sign = "+"
		}
		s += fmt.Sprintf(" (%s%s%%)", sign, change.FloatString(2))
	}
	s += fmt.Sprintf(", n=%d+%d", c.n, c.m)
	if c.exact {
		return s + ", equal every time"
	}
	return s + ", p" + probability(c.p) + ", adjusted p" + probability(c.adjusted)
}

func probability(p *big.Rat) string {
	if p.Cmp(big.NewRat(1, 1000000)) < 0 {
		return "<0.000001"
	}
	return "=" + decimalText(p)
}

// tell makes the value and the sentence of the comparisons that could be made.
func (b *body) tell(r *reading, all []*comparison, family int) {
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, worstFirst)
	var bad []*comparison
	better := 0
	exact := 0
	for _, c := range all {
		if c.exact {
			exact++
		}
		if c.improved(b.compare) {
			better++
		}
		if c.regressed(b.compare) {
			bad = append(bad, c)
		}
	}
	for i, c := range bad {
		r.refs.add(uint64(len(bad)-i), c.headAt(), c.says)
	}
	n := uint64(len(bad))
	r.value = evidence.CountOf(n)
	r.says = fmt.Sprintf("%d of the %s with the baseline %s; ", n, ofMany(uint64(len(all)), "comparison", "comparisons"), plural(n, "is a regression", "are regressions"))
	if n > 0 {
		r.says += "worst is " + bad[0].says()
	} else {
		r.says += "nearest to one is " + all[0].says()
	}
	if family > 0 {
		r.says += fmt.Sprintf("; a regression is more than %s worse with an adjusted p (Holm, of %d) of at most %s",
			b.compare.Effect.ExactPercent(), family, b.compare.Alpha.ExactPercent())
	}
	if exact > 0 {
		r.says += fmt.Sprintf("; a count that repeats exactly may be %s worse", b.compare.Counts.ExactPercent())
	}
	if better > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d improved", better))
	}
	r.mend = func(k uint64) string {
		tolerance := b.compare.Effect
		if n > 0 && bad[0].exact {
			tolerance = b.compare.Counts
		}
		return fmt.Sprintf("bring %s back, %s first: within %s of %s", these(k, n, "quantity", "quantities"), bad[0].name(), tolerance.ExactPercent(), bad[0].amount(bad[0].was))
	}
}

// worstFirst orders comparisons by how much worse they are.
func worstFirst(x, y *comparison) int {
	a, finiteA := x.worsening()
	b, finiteB := y.worsening()
	switch {
	case finiteA != finiteB && finiteB:
		return -1
	case finiteA != finiteB:
		return 1
	}
	return cmp.Or(b.Cmp(a), byPlace(x.head.placedBenchmark, y.head.placedBenchmark), cmp.Compare(x.metric.Name, y.metric.Name))
}
