package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers on regressions. P of 5 and 5 samples apart is 2/252, of 6 and 6 it is
// 2/924 = 0.0021645, of 15 and 15 it is 2/155117520; Holm doubles the smaller of two.
func TestAnswersOnRegressions(t *testing.T) {
	ns := func(bench string, samples []float64) measured {
		return measured{bench: bench, unit: "ns/op", samples: samples}
	}
	allocs := func(bench string, n float64) measured {
		return measured{bench: bench, unit: "allocs/op", samples: same(n, 2)}
	}
	named := func(name, unit string, samples []float64) measured {
		return measured{bench: "A", unit: unit, name: name, samples: samples}
	}
	arm := []evidence.Property{{Name: "goos", Value: "linux"}, {Name: "cpu", Value: "Graviton"}}
	mips := []evidence.Property{{Name: "goos", Value: "linux"}, {Name: "cpu", Value: "MIPS"}}
	skipped := func(bench string) measured { return measured{bench: bench, outcome: evidence.Skipped} }
	slow, was := times(120, 5), times(100, 5)
	slower := "ns/op of A of shop: median 122 ns/op, was 102 ns/op (+19.61%), n=5+5, p=0.007937, adjusted p=0.007937"
	unchanged := "pass: 0 of the 1 comparison with the baseline are regressions; nearest to one is ns/op of A of shop: median 102 ns/op, was 102 ns/op (0.00%), n=5+5, p=1, adjusted p=1; "
	rule := "a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 1%; "
	counts := "a count that repeats exactly may be 0% worse; "
	alsoSays := "; what there is says: " + unchanged[len("pass: "):] + rule + "none is allowed"
	for name, x := range map[string]struct {
		compare    gates.Compare
		filter     gates.Filter
		base, head []*evidence.Report
		want       string
	}{
		"one slower": {base: one(ns("A", was)), head: one(ns("A", slow)),
			want: "fail: 1 of the 1 comparison with the baseline is a regression; worst is " + slower + "; " + rule + "none is allowed\n- b.txt:1 " + slower +
				"\n> bring this quantity back, ns/op of A of shop first: within 5% of 102 ns/op"},
		"a time is worse than a count": {base: one(allocs("B", 7), ns("A", was)), head: one(allocs("B", 8), ns("A", slow)),
			want: "fail: 2 of the 2 comparisons with the baseline are regressions; worst is " + slower + "; " + rule + counts + "none is allowed\n- b.txt:2 " + slower +
				"\n- b.txt:1 allocs/op of B of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time" +
				"\n> bring these 2 quantities back, ns/op of A of shop first: within 5% of 102 ns/op"},
		"a count is worse than a time": {base: one(ns("A", was), allocs("B", 7)), head: one(ns("A", slow), allocs("B", 9)),
			want: "fail: 2 of the 2 comparisons with the baseline are regressions; worst is allocs/op of B of shop: median 9 allocs/op, was 7 allocs/op (+28.57%), n=2+2, equal every time; " + rule + counts + "none is allowed" +
				"\n- b.txt:2 allocs/op of B of shop: median 9 allocs/op, was 7 allocs/op (+28.57%), n=2+2, equal every time\n- b.txt:1 " + slower +
				"\n> bring these 2 quantities back, allocs/op of B of shop first: within 0% of 7 allocs/op"},
		"from none is worst": {base: one(ns("A", was), allocs("C", 0), allocs("B", 0)), head: one(ns("A", slow), allocs("C", 1), allocs("B", 1)),
			want: "fail: 3 of the 3 comparisons with the baseline are regressions; worst is allocs/op of B of shop: median 1 allocs/op, was 0 allocs/op, n=2+2, equal every time; " + rule + counts + "none is allowed" +
				"\n- b.txt:3 allocs/op of B of shop: median 1 allocs/op, was 0 allocs/op, n=2+2, equal every time" +
				"\n- b.txt:2 allocs/op of C of shop: median 1 allocs/op, was 0 allocs/op, n=2+2, equal every time\n- b.txt:1 " + slower +
				"\n> bring these 3 quantities back, allocs/op of B of shop first: within 0% of 0 allocs/op"},
		"two of one benchmark": {base: one(named("y", "allocs/op", same(7, 2)), named("x", "allocs/op", same(7, 2))), head: one(named("y", "allocs/op", same(8, 2)), named("x", "allocs/op", same(8, 2))),
			want: "fail: 2 of the 2 comparisons with the baseline are regressions; worst is x of A of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time; " + counts + "none is allowed" +
				"\n- b.txt:1 x of A of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time\n- b.txt:1 y of A of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time" +
				"\n> bring these 2 quantities back, x of A of shop first: within 0% of 7 allocs/op"},
		"a very small p": {base: one(ns("A", times(100, 15))), head: one(ns("A", times(200, 15))),
			want: "fail: 1 of the 1 comparison with the baseline is a regression; worst is ns/op of A of shop: median 207 ns/op, was 107 ns/op (+93.46%), n=15+15, p<0.000001, adjusted p<0.000001; " + rule + "none is allowed" +
				"\n- b.txt:1 ns/op of A of shop: median 207 ns/op, was 107 ns/op (+93.46%), n=15+15, p<0.000001, adjusted p<0.000001" +
				"\n> bring this quantity back, ns/op of A of shop first: within 5% of 107 ns/op"},
		"two faster": {base: one(ns("B", times(120, 6)), ns("A", times(120, 6))), head: one(ns("B", times(100, 6)), ns("A", times(100, 6))),
			want: "pass: 0 of the 2 comparisons with the baseline are regressions; nearest to one is ns/op of A of shop: median 102.5 ns/op, was 122.5 ns/op (-16.33%), n=6+6, p=0.002165, adjusted p=0.004329; " +
				"a regression is more than 5% worse with an adjusted p (Holm, of 2) of at most 1%; none is allowed (2 improved)"},
		"one count less and one the same": {base: one(allocs("A", 7), allocs("B", 7)), head: one(allocs("A", 6), allocs("B", 7)),
			want: "pass: 0 of the 2 comparisons with the baseline are regressions; nearest to one is allocs/op of B of shop: median 7 allocs/op, was 7 allocs/op (0.00%), n=2+2, equal every time; " + counts + "none is allowed (1 improved)"},
		"nothing takes no time": {base: one(ns("A", same(0, 5))), head: one(ns("A", same(0, 5))),
			want: "pass: 0 of the 1 comparison with the baseline are regressions; nearest to one is ns/op of A of shop: median 0 ns/op, was 0 ns/op, n=5+5, p=1, adjusted p=1; " + rule + "none is allowed"},
		"too few": {base: one(ns("A", times(100, 4))), head: one(ns("A", times(200, 3))),
			want: "inconclusive: b.txt:1: ns/op of A of shop has 4 samples in the baseline and 3 in this run, too few to tell at 1% over 1 comparison" +
				"\n- b.txt:1 ns/op of A of shop has 4 samples in the baseline and 3 in this run, too few to tell at 1% over 1 comparison\n> measure 5 times on each side (-count=5 of go test)"},
		"too few for one, and one regression": {base: one(ns("A", was), ns("B", times(1, 1))), head: one(ns("A", times(120, 6)), ns("B", times(1, 1))),
			want: "fail: 1 of the 1 comparison with the baseline is a regression; worst is ns/op of A of shop: median 122.5 ns/op, was 102 ns/op (+20.10%), n=5+6, p=0.004329, adjusted p=0.008658; " +
				"a regression is more than 5% worse with an adjusted p (Holm, of 2) of at most 1%; none is allowed; besides, b.txt:2: ns/op of B of shop has 1 sample in the baseline and 1 in this run, too few to tell at 1% over 2 comparisons" +
				"\n- b.txt:1 ns/op of A of shop: median 122.5 ns/op, was 102 ns/op (+20.10%), n=5+6, p=0.004329, adjusted p=0.008658" +
				"\n> bring this quantity back, ns/op of A of shop first: within 5% of 102 ns/op; measure 6 times on each side (-count=6 of go test)"},
		"new ones": {base: one(ns("A", was)), head: one(ns("A", was), ns("C", was), ns("B", was)), want: unchanged + rule + "none is allowed (new and compared with nothing: B of shop, C of shop)"},
		"a new quantity": {base: one(ns("A", was)), head: one(ns("A", was), measured{bench: "A", unit: "B/op", samples: was}),
			want: unchanged + rule + "none is allowed (B/op of A of shop is new)"},
		"a quantity that is gone": {base: one(ns("A", was), measured{bench: "A", unit: "B/op", samples: was}), head: one(ns("A", was)),
			want: "inconclusive: b.txt:1: A of shop no longer measures B/op" + alsoSays + "\n- b.txt:1 A of shop no longer measures B/op\n> measure it again, or record a baseline without it"},
		"gone, and nobody asked":         {filter: gates.Filter{Measures: []string{"ns/op"}}, base: one(ns("A", was), measured{bench: "A", unit: "B/op", samples: was}), head: one(ns("A", was)), want: unchanged + rule + "none is allowed"},
		"gone, and of no direction":      {base: one(ns("A", was), measured{bench: "A", unit: "widgets", samples: was}, measured{bench: "A", unit: "B/op"}), head: one(ns("A", was)), want: unchanged + rule + "none is allowed"},
		"of no direction beside another": {base: one(ns("A", was), measured{bench: "A", unit: "widgets", samples: was}), head: one(ns("A", was), measured{bench: "A", unit: "widgets", samples: was}), want: unchanged + rule + "none is allowed"},
		"another unit": {base: one(ns("A", was), named("t", "ns/op", was)), head: one(ns("A", was), named("t", "ms", was)),
			want: "inconclusive: b.txt:1: t of A of shop is in ms, and was in ns/op" + alsoSays + "\n- b.txt:1 t of A of shop is in ms, and was in ns/op\n> measure both in one unit"},
		"below nothing now": {base: one(ns("A", was)), head: one(ns("A", []float64{-1, 1, 1, 1, 1})),
			want: "inconclusive: b.txt:1: ns/op of A of shop has samples that are negative or no numbers\n- b.txt:1 ns/op of A of shop has samples that are negative or no numbers\n> write b.txt again"},
		"below nothing then": {base: one(ns("A", []float64{-1, 1, 1, 1, 1})), head: one(ns("A", was)),
			want: "inconclusive: b.txt:1: ns/op of A of shop has samples that are negative or no numbers\n- b.txt:1 ns/op of A of shop has samples that are negative or no numbers\n> write b.txt again"},
		"no samples": {base: one(measured{bench: "A", unit: "ms"}), head: one(measured{bench: "A", unit: "ms", samples: was}),
			want: "inconclusive: b.txt:1: A of shop has no samples of ms to compare by\n- b.txt:1 A of shop has no samples of ms to compare by\n> have the tool write every sample, or limit it as it is: p95 <= 200ms"},
		"no samples now": {base: one(measured{bench: "A", unit: "ms", samples: was}), head: one(measured{bench: "A", unit: "ms"}),
			want: "inconclusive: b.txt:1: A of shop has no samples of ms to compare by\n- b.txt:1 A of shop has no samples of ms to compare by\n> have the tool write every sample, or limit it as it is: p95 <= 200ms"},
		"no samples of one of two": {base: one(ns("A", was), measured{bench: "A", unit: "B/op"}), head: one(ns("A", was), measured{bench: "A", unit: "B/op"}), want: unchanged + rule + "none is allowed"},
		"no direction": {base: one(measured{bench: "A", unit: "widgets", samples: was}), head: one(measured{bench: "A", unit: "widgets", samples: was}),
			want: "inconclusive: b.txt:1: of A of shop it is not known whether more or less of widgets is better\n- b.txt:1 of A of shop it is not known whether more or less of widgets is better\n> compare a quantity of time, memory, allocations or throughput"},
		"measures nothing": {base: one(measured{bench: "A"}), head: one(measured{bench: "A"}),
			want: "inconclusive: b.txt:1: A of shop has nothing to compare that the gate admits\n- b.txt:1 A of shop has nothing to compare that the gate admits\n> correct `measures` of the gate"},
		"measures nothing that is asked": {filter: gates.Filter{Measures: []string{"B/op"}}, base: one(ns("A", was)), head: one(ns("A", was)),
			want: "inconclusive: b.txt:1: A of shop has nothing to compare that measures \"B/op\" admits\n- b.txt:1 A of shop has nothing to compare that measures \"B/op\" admits\n> correct `measures` of the gate"},

		"one of two does not say its machine": {base: []*evidence.Report{benches("b.txt", epyc, allocs("A", 7)), benches("c.txt", nil, allocs("B", 7))}, head: []*evidence.Report{benches("b.txt", epyc, allocs("A", 7)), benches("c.txt", nil, allocs("B", 7))},
			want: "pass: 0 of the 2 comparisons with the baseline are regressions; nearest to one is allocs/op of A of shop: median 7 allocs/op, was 7 allocs/op (0.00%), n=2+2, equal every time; " + counts + "none is allowed (1 of 2 do not say what machine they ran on)"},
		"another machine": {base: []*evidence.Report{benches("b.txt", arm, ns("A", was)), benches("c.txt", mips, ns("A", was))}, head: one(ns("A", was)),
			want: "inconclusive: b.txt:1: A of shop ran on another machine: the baseline has cpu Graviton and this run has cpu EPYC\n- b.txt:1 A of shop ran on another machine: the baseline has cpu Graviton and this run has cpu EPYC\n> measure the baseline and this run on one machine"},
		"gone from one of two machines": {base: []*evidence.Report{benches("b.txt", epyc, ns("A", was), ns("B", was)), benches("c.txt", arm, ns("A", was), ns("B", was))}, head: one(ns("A", was)),
			want: "inconclusive: A of shop is in the baseline and not in this run; B of shop is in the baseline and not in this run" + alsoSays + "\n> run A of shop, or record a baseline without it; run B of shop, or record a baseline without it"},
		"skipped now": {base: one(ns("A", was), ns("B", was)), head: one(ns("A", was), skipped("B")),
			want: "inconclusive: b.txt:2: B of shop is in the baseline and was skipped in this run" + alsoSays + " (1 was skipped)\n- b.txt:2 B of shop is in the baseline and was skipped in this run\n> run B of shop"},
		"skipped, and not in the baseline": {base: one(ns("A", was)), head: one(ns("A", was), skipped("B"), measured{bench: "A", suite: "pay", outcome: evidence.Skipped}), want: unchanged + rule + "none is allowed (2 were skipped)"},
		"broken now": {base: one(ns("A", was), ns("B", was)), head: one(ns("A", was), measured{bench: "B", outcome: evidence.Errored}),
			want: "inconclusive: b.txt:2: B of shop could not finish" + alsoSays + "\n- b.txt:2 B of shop could not finish\n> run B of shop until it finishes"},
		"no baseline": {head: one(ns("A", was)),
			want: "inconclusive: the baseline: source src has no report there\n> have reports/**/*.xml there, in the reports of the base (--base-reports or --store)"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(against(t, x.compare, x.filter, x.base, x.head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
}
