package gates_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// against judges `regressions = 0` on a run and its baseline.
func against(t *testing.T, compare gates.Compare, filter gates.Filter, base, head []*evidence.Report) gates.Check {
	t.Helper()
	s := situation{kind: evidence.Benchmarks, filter: filter, conds: []gates.Condition{require("regressions", "=", "0")}, reports: head}
	p := s.policy()
	p.Gates[0].Compare = compare
	in := s.input()
	if base != nil {
		in.Base = map[string]evidence.Set{"src": evidence.SetOf(key, base...)}
	}
	return gates.Judge(p, in).Gates[0].Checks[0]
}

func times(from float64, n int) (out []float64) {
	for i := range n {
		out = append(out, from+float64(i))
	}
	return out
}

func same(v float64, n int) (out []float64) {
	for range n {
		out = append(out, v)
	}
	return out
}

func one(m ...measured) []*evidence.Report { return []*evidence.Report{benches("b.txt", epyc, m...)} }

// A run against its baseline. P is by hand: with 5 and 5 samples apart it is
// 2/C(10,5) = 2/252 = 0.0079365, with 4 and 4 it is 2/70 and never 1%. With U = 5
// it is 2·(1+1+2+3+5+7)/252 = 0.1507937, by the partitions of 0 to 5 that count U.
func TestRegressions(t *testing.T) {
	ns := func(samples []float64) measured { return measured{bench: "A", unit: "ns/op", samples: samples} }
	allocs := func(samples ...float64) measured { return measured{bench: "A", unit: "allocs/op", samples: samples} }
	arm := []evidence.Property{{Name: "goos", Value: "linux"}, {Name: "cpu", Value: "Graviton"}}
	percent := func(n uint64) evidence.Ratio { return evidence.Ratio{Num: n, Den: 100} }
	for _, x := range []struct {
		name       string
		compare    gates.Compare
		filter     gates.Filter
		base, head []*evidence.Report
		outcome    gates.Status
		why        string
	}{
		{"slower", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5))), one(ns(times(120, 5))), gates.Fail,
			"1 of the 1 comparison with the baseline is a regression; worst is ns/op of A of shop: median 122 ns/op, was 102 ns/op (+19.61%), n=5+5, p=0.007937, adjusted p=0.007937; a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 1%; none is allowed"},
		{"faster", gates.Compare{}, gates.Filter{}, one(ns(times(120, 5))), one(ns(times(100, 5))), gates.Pass, "nearest to one is ns/op of A of shop: median 102 ns/op, was 122 ns/op (-16.39%)"},
		{"the same", gates.Compare{}, gates.Filter{}, one(ns(times(120, 5))), one(ns(times(120, 5))), gates.Pass, "(0.00%), n=5+5, p=1, adjusted p=1"},
		{"slower by just the effect", gates.Compare{}, gates.Filter{}, one(ns(same(100, 5))), one(ns(same(105, 5))), gates.Pass, "(+5.00%)"},
		{"slower by more than it", gates.Compare{}, gates.Filter{}, one(ns(same(100, 5))), one(ns(same(105.001, 5))), gates.Fail, "median 105.001 ns/op"},
		{"an effect of the policy", gates.Compare{Effect: percent(20)}, gates.Filter{}, one(ns(times(100, 5))), one(ns(times(120, 5))), gates.Pass, "more than 20% worse"},
		{"an alpha of the policy", gates.Compare{Alpha: evidence.Ratio{Num: 7, Den: 1000}}, gates.Filter{}, one(ns(times(100, 5))), one(ns(times(120, 5))), gates.Inconclusive,
			"ns/op of A of shop has 5 samples in the baseline and 5 in this run, too few to tell at 0.7% over 1 comparison"},
		{"one overlap is not significant", gates.Compare{}, gates.Filter{}, one(ns([]float64{100, 101, 102, 103, 150})), one(ns(times(120, 5))), gates.Pass, "p=0.150794"},
		{"less throughput", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "MB/s", samples: times(120, 5)}), one(measured{bench: "A", unit: "MB/s", samples: times(100, 5)}), gates.Fail, "median 102 MB/s, was 122 MB/s"},
		{"more throughput", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "MB/s", samples: times(100, 5)}), one(measured{bench: "A", unit: "MB/s", samples: times(120, 5)}), gates.Pass, "1 improved"},

		{"an allocation more", gates.Compare{}, gates.Filter{}, one(allocs(7, 7)), one(allocs(8, 8)), gates.Fail,
			"worst is allocs/op of A of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time; a count that repeats exactly may be 0% worse"},
		{"an allocation less", gates.Compare{}, gates.Filter{}, one(allocs(8, 8)), one(allocs(7, 7)), gates.Pass, "1 improved"},
		{"within the tolerance of counts", gates.Compare{Counts: percent(10)}, gates.Filter{}, one(allocs(10, 10)), one(allocs(11, 11)), gates.Pass, "may be 10% worse"},
		{"beyond it", gates.Compare{Counts: percent(9)}, gates.Filter{}, one(allocs(10, 10)), one(allocs(11, 11)), gates.Fail, "+10.00%"},
		{"from none to one", gates.Compare{Counts: percent(500)}, gates.Filter{}, one(allocs(0, 0)), one(allocs(1, 1)), gates.Fail, "median 1 allocs/op, was 0 allocs/op, n=2+2"},
		{"none and none", gates.Compare{}, gates.Filter{}, one(allocs(0, 0)), one(allocs(0, 0)), gates.Pass, "median 0 allocs/op"},
		{"one measurement does not show that a count repeats", gates.Compare{}, gates.Filter{}, one(allocs(7)), one(allocs(7)), gates.Inconclusive, "has 1 sample in the baseline and 1 in this run"},
		{"unless the report says so", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "allocs/op", samples: same(7, 1), exact: true}), one(measured{bench: "A", unit: "allocs/op", samples: same(7, 1), exact: true}), gates.Pass, "equal every time"},

		{"too few", gates.Compare{}, gates.Filter{}, one(ns(times(100, 4))), one(ns(times(200, 4))), gates.Inconclusive, "has 4 samples in the baseline and 4 in this run, too few to tell at 1% over 1 comparison"},
		{"another machine", gates.Compare{}, gates.Filter{}, []*evidence.Report{benches("b.txt", arm, ns(times(100, 5)))}, one(ns(times(120, 5))), gates.Inconclusive,
			"A of shop ran on another machine: the baseline has cpu Graviton and this run has cpu EPYC"},
		{"a machine that is not said", gates.Compare{}, gates.Filter{}, []*evidence.Report{benches("b.txt", nil, ns(times(100, 5)))}, one(ns(times(120, 5))), gates.Inconclusive, "the baseline does not say what it ran on"},
		{"no machine on either side", gates.Compare{}, gates.Filter{}, []*evidence.Report{benches("b.txt", nil, ns(times(100, 5)))}, []*evidence.Report{benches("b.txt", nil, ns(times(100, 5)))}, gates.Pass, "1 of 1 do not say what machine they ran on"},
		{"disappeared", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), one(ns(times(100, 5))), gates.Inconclusive, "B of shop is in the baseline and not in this run"},
		{"broken", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), one(ns(times(100, 5)), measured{bench: "B", outcome: evidence.Errored}), gates.Inconclusive, "B of shop could not finish"},
		{"skipped", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), one(ns(times(100, 5)), measured{bench: "B", outcome: evidence.Skipped}), gates.Inconclusive, "B of shop is in the baseline and was skipped"},
		{"broken in the baseline", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5)), measured{bench: "B", outcome: evidence.Errored}), one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), gates.Inconclusive, "the baseline: b.txt:2: B of shop could not finish"},
		{"new", gates.Compare{}, gates.Filter{}, one(ns(times(100, 5))), one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), gates.Pass, "new and compared with nothing: B of shop"},
		{"all new", gates.Compare{}, gates.Filter{}, one(measured{bench: "B", unit: "ns/op", samples: times(100, 5)}), one(ns(times(100, 5))), gates.Inconclusive, "B of shop is in the baseline and not in this run"},
		{"no baseline", gates.Compare{}, gates.Filter{}, nil, one(ns(times(100, 5))), gates.Inconclusive, "the baseline: source src has no report there"},
		{"half a baseline", gates.Compare{}, gates.Filter{}, []*evidence.Report{unsound(benches("b.txt", epyc, ns(times(100, 5))))}, one(ns(times(100, 5))), gates.Inconclusive, "the baseline: b.txt:3:1: the file ends inside an element"},
		{"another unit", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "ns/op", samples: times(100, 5)}), one(measured{bench: "A", unit: "ms", samples: times(100, 5)}), gates.Inconclusive, "A of shop no longer measures ns/op"},
		{"no samples", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "ms", counted: []uint64{1, 2}}), one(measured{bench: "A", unit: "ms", counted: []uint64{1, 2}}), gates.Inconclusive, "has no samples of ms to compare by"},
		{"no direction", gates.Compare{}, gates.Filter{}, one(measured{bench: "A", unit: "widgets", samples: times(1, 5)}), one(measured{bench: "A", unit: "widgets", samples: times(1, 5)}), gates.Inconclusive, "it is not known whether more or less of widgets is better"},
		{"measures narrow", gates.Compare{}, gates.Filter{Measures: []string{"allocs/op"}}, one(ns(times(100, 5)), allocs(7, 7)), one(ns(times(120, 5)), allocs(7, 7)), gates.Pass, "0 of the 1 comparison"},
		{"benchmarks narrow, on both sides", gates.Compare{}, gates.Filter{Benchmarks: []string{"!B"}}, one(ns(times(100, 5)), measured{bench: "B", unit: "ns/op", samples: times(1, 5)}), one(ns(times(100, 5))), gates.Pass, "0 of the 1 comparison"},
		{"repetitions in several files are samples of one", gates.Compare{}, gates.Filter{},
			[]*evidence.Report{benches("1", epyc, ns(times(100, 3))), benches("2", epyc, ns(times(103, 2)))},
			[]*evidence.Report{benches("1", epyc, ns(times(120, 3))), benches("2", epyc, ns(times(123, 2)))}, gates.Fail, "n=5+5, p=0.007937"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := against(t, x.compare, x.filter, x.base, x.head)
			if c.Outcome != x.outcome || !strings.Contains(c.Why, x.why) {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.outcome, x.why)
			}
			if c.Outcome != gates.Pass && c.Remedy == "" {
				t.Error("it does not say what to do")
			}
		})
	}
}

// The remedy for too few samples is enough, and one less is not: 8 and 8 apart
// have P 2/12870, times 50 is 0.78%; 7 and 7 have 2/3432, times 50 is 2.9%.
func TestTheNumberOfSamplesThatIsAskedForIsTheLeast(t *testing.T) {
	side := func(n int) []*evidence.Report {
		var list []measured
		for i := range 50 {
			list = append(list, measured{bench: string(rune('A' + i)), unit: "ns/op", samples: times(100, n)})
		}
		return one(list...)
	}
	for n, want := range map[int]gates.Status{7: gates.Inconclusive, 8: gates.Pass} {
		c := against(t, gates.Compare{}, gates.Filter{}, side(n), side(n))
		if c.Outcome != want || n == 7 && c.Remedy != "measure 8 times on each side (-count=8 of go test)" {
			t.Errorf("%d samples: %s, %q", n, c.Outcome, c.Remedy)
		}
	}
}

// Changes that change nothing are rarely called a regression, and a fifth slower
// always: 50 benchmarks, 10 samples on each side.
func TestFalseAlarmsAndMisses(t *testing.T) {
	const benchmarks, samples, changes = 50, 10, 100
	w := rand.New(rand.NewPCG(11, 12))
	side := func(noise, slow float64) []*evidence.Report {
		var list []measured
		for i := range benchmarks {
			m := measured{bench: string(rune('A' + i)), unit: "ns/op"}
			for range samples {
				v := 1000 * (1 + noise*w.NormFloat64())
				if i == 0 {
					v *= slow
				}
				m.samples = append(m.samples, max(1, v))
			}
			list = append(list, m)
		}
		return one(list...)
	}
	for _, x := range []struct {
		name        string
		noise, slow float64
		least, most int // changes that fail, of 100
	}{
		{"no change, 3% noise", 0.03, 1, 0, 1},
		{"no change, 10% noise", 0.10, 1, 0, 1},
		{"a fifth slower, 3% noise", 0.03, 1.2, 99, 100},
	} {
		failed := 0
		for range changes {
			switch c := against(t, gates.Compare{}, gates.Filter{}, side(x.noise, 1), side(x.noise, x.slow)); c.Outcome {
			case gates.Fail:
				failed++
			case gates.Pass:
			default:
				t.Fatalf("%s: %s", x.name, c.Why)
			}
		}
		t.Logf("%s: %d of %d fail", x.name, failed, changes)
		if failed < x.least || failed > x.most {
			t.Errorf("%s: %d of %d fail, want %d to %d", x.name, failed, changes, x.least, x.most)
		}
	}
}
