package gates_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// fromTwo judges a condition on one report each of two sources, of which the gate names
// the second first.
func fromTwo(kind evidence.Kind, c gates.Condition, first, second *evidence.Report, change func(*gates.Policy)) gates.Check {
	p := situation{kind: kind, conds: []gates.Condition{c}}.policy()
	p.Sources = append(p.Sources, p.Sources[0])
	p.Sources[0].Name, p.Sources[1].Name, p.Gates[0].From = "a", "b", []string{"b", "a"}
	if change != nil {
		change(&p)
	}
	in := gates.Input{Evidence: map[string]evidence.Set{"a": evidence.SetOf(key, first), "b": evidence.SetOf(key, second)}, Now: noon}
	return gates.Judge(p, in).Gates[0].Checks[0]
}

// Go runs no benchmark of a package that does not build or one of whose tests fails.
func TestAnswersOnBenchmarksThatWereNotReached(t *testing.T) {
	is := func(suite, name string, o evidence.Outcome, line int) evidence.Case {
		return evidence.Case{Suite: suite, Name: name, Outcome: o, At: evidence.Pos{Line: line}}
	}
	ran := measured{bench: "A", unit: "ms", samples: upTo(1)}
	with := func(name string, m []measured, cases ...evidence.Case) *evidence.Report {
		r := benches(name, nil, m...)
		for _, c := range cases {
			r.Cases.AppendCase(c)
		}
		return r
	}
	a := []measured{ran}
	passed, failed, errored := is("shop", "P", evidence.Passed, 7), is("shop", "F", evidence.Failed, 8), is("cart", "E", evidence.Errored, 9)
	one := "pass: 1 benchmark ran to its end; at least 1 is needed"
	says := "what there is says: 1 benchmark ran to its end; at least 1 is needed"
	behind := "the benchmarks behind it may not have run: "
	for name, x := range map[string]struct {
		filter gates.Filter
		report *evidence.Report
		want   string
	}{
		"all passed":             {gates.Filter{}, with("b", a, passed, is("shop", "S", evidence.Skipped, 1)), one},
		"one failed":             {gates.Filter{}, with("b", a, passed, failed), "inconclusive: b:8: " + behind + "shop F failed; " + says + "\n- b:8 " + behind + "shop F failed\n> mend it, or run the benchmarks apart from the tests"},
		"one errored":            {gates.Filter{}, with("b", a, errored), "inconclusive: b:9: " + behind + "cart E errored; " + says + "\n- b:9 " + behind + "cart E errored\n> mend it, or run the benchmarks apart from the tests"},
		"two":                    {gates.Filter{}, with("b", a, failed, errored), "inconclusive: b:8: " + behind + "shop F failed (and 1 more); " + says + "\n- b:8 " + behind + "shop F failed (and 1 more)\n> mend them, or run the benchmarks apart from the tests"},
		"three":                  {gates.Filter{}, with("b", a, failed, errored, is("z", "Z", evidence.Failed, 10)), "inconclusive: b:8: " + behind + "shop F failed (and 2 more); " + says + "\n- b:8 " + behind + "shop F failed (and 2 more)\n> mend them, or run the benchmarks apart from the tests"},
		"a benchmark itself":     {gates.Filter{}, with("b", a, is("shop", "BenchmarkA", evidence.Failed, 8)), one},
		"in a suite of no use":   {gates.Filter{Suites: []string{"shop"}}, with("b", a, errored), one},
		"in the suite looked at": {gates.Filter{Suites: []string{"shop"}}, with("b", a, errored, failed), "inconclusive: b:8: " + behind + "shop F failed; " + says + "\n- b:8 " + behind + "shop F failed\n> mend it, or run the benchmarks apart from the tests"},
		"no benchmark at all":    {gates.Filter{}, with("b", nil, failed), "inconclusive: source src holds no benchmark\n> run the benchmarks that write reports/**/*.xml"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(limits(require("benchmarks", ">=", "1"), x.filter, x.report).check(t)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	want := "inconclusive: a.txt:8: " + behind + "shop F failed; z.txt:9: " + behind + "cart E errored; what there is says: 2 benchmarks ran to their end; at least 1 is needed" +
		"\n- a.txt:8 " + behind + "shop F failed\n- z.txt:9 " + behind + "cart E errored\n> mend it, or run the benchmarks apart from the tests"
	if have := answer(fromTwo(evidence.Benchmarks, require("benchmarks", ">=", "1"), with("a.txt", a, failed), with("z.txt", a, errored), nil)); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
	broken := measured{bench: "B", outcome: evidence.Errored}
	want = "inconclusive: no benchmark has a threshold of its own; a.txt:1: B of shop could not finish; z.txt:1: B of shop could not finish\n- a.txt:1 B of shop could not finish\n- z.txt:1 B of shop could not finish\n> set thresholds in the tool, or limit what it measured here: p95 <= 200ms; run B of shop until it finishes"
	if have := answer(fromTwo(evidence.Benchmarks, require("crossed-thresholds", "=", "0"), benches("a.txt", nil, broken), benches("z.txt", nil, broken), nil)); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}

// Limits where there is one of everything, or nothing. R5, R13
func TestAnswersOnOneBenchmark(t *testing.T) {
	ms := func(bench string, samples ...float64) measured {
		return measured{bench: bench, unit: "ms", samples: samples}
	}
	counted := func(n ...uint64) measured { return measured{bench: "A", unit: "ms", counted: n} }
	size := measured{bench: "A", unit: "B/op", samples: upTo(1)}
	away := measured{bench: "A", outcome: evidence.Skipped}
	only := "\n> run the benchmarks"
	is := func(what, value string) string {
		return fmt.Sprintf("pass: the %s is %s, of ms in A of shop; at most 9ms is allowed", what, value)
	}
	for name, x := range map[string]struct {
		metric, op, bound string
		list              []measured
		filter            gates.Filter
		want              string
	}{
		"mean of one sample":       {"mean", "<=", "9ms", []measured{ms("A", 5)}, gates.Filter{}, is("mean", "5ms")},
		"mean of one counted":      {"mean", "<=", "9ms", []measured{counted(5)}, gates.Filter{}, is("mean", "5ms")},
		"median of one counted":    {"median", "<=", "9ms", []measured{counted(5)}, gates.Filter{}, is("median", "5ms")},
		"median of three counted":  {"median", "<=", "9ms", []measured{counted(1, 5, 9)}, gates.Filter{}, is("median", "5ms")},
		"p95 of one counted":       {"p95", "<=", "9ms", []measured{counted(5)}, gates.Filter{}, is("p95", "5ms")},
		"slowest of one sample":    {"slowest", "<=", "9ms", []measured{ms("A", 5)}, gates.Filter{}, is("slowest", "5ms")},
		"slowest of one counted":   {"slowest", "<=", "9ms", []measured{counted(5)}, gates.Filter{}, is("slowest", "5ms")},
		"one that measures less":   {"p95", "<=", "9ms", []measured{size}, gates.Filter{}, "inconclusive: no benchmark measures time\n> have the tool measure time, or use a metric that it measures"},
		"one of those asked for":   {"p95", "<=", "9ms", []measured{ms("A", 5)}, gates.Filter{Measures: []string{"latency"}}, "inconclusive: no benchmark measures time under measures \"latency\"\n> correct `measures` of the gate; `tollgate inspect` shows what was measured"},
		"none ran":                 {"p95", "<=", "9ms", []measured{away}, gates.Filter{}, "inconclusive: no benchmark ran; 1 was skipped" + only},
		"none ran, of errors":      {"error-rate", "<=", "9%", []measured{away}, gates.Filter{}, "inconclusive: no benchmark ran; 1 was skipped" + only},
		"none ran, of thresholds":  {"crossed-thresholds", "=", "0", []measured{away}, gates.Filter{}, "inconclusive: no benchmark ran; 1 was skipped" + only},
		"none ran that could fail": {"failed-benchmarks", "=", "0", []measured{away}, gates.Filter{}, "inconclusive: no benchmark ran; 1 was skipped" + only},
		"one ran that could fail":  {"failed-benchmarks", "=", "0", []measured{ms("A", 1)}, gates.Filter{}, "pass: 0 of the 1 benchmark that ran failed; none is allowed"},
		"too little throughput": {"throughput", ">=", "5/s", []measured{{bench: "A", unit: "1/s", samples: same(3, 1)}}, gates.Filter{},
			"fail: the throughput is 3/s, of 1/s in A of shop; at least 5/s is needed\n- b:1 throughput of 1/s in A of shop: 3/s\n> bring throughput of A of shop from 3/s to at least 5/s"},
		"what is missing, by place": {"p95", "<=", "9ms", []measured{{bench: "A", unit: "ms", stats: []evidence.Statistic{{Name: "p50", Value: 2}}}, {bench: "B", outcome: evidence.Errored}}, gates.Filter{},
			"inconclusive: b:1: A of shop has no p95 of ms (it states p50); b:2: B of shop could not finish\n- b:1 A of shop has no p95 of ms (it states p50)\n- b:2 B of shop could not finish" +
				"\n> have the tool write its samples or the p95, or narrow the gate by `measures`; run B of shop until it finishes"},
	} {
		t.Run(name, func(t *testing.T) {
			s := limits(require(x.metric, x.op, x.bound), x.filter, benches("b", nil, x.list...))
			says(t, s, x.want)
			if notes := s.check(t).Notes; strings.HasPrefix(name, "none ran") && len(notes) > 0 {
				t.Errorf("notes %q", notes)
			}
		})
	}
	r := &evidence.Report{Source: "b", Format: "k6-summary", Kinds: evidence.Benchmarks}
	bm, _ := r.Benchmarks.Find(nil, []byte("login"), nil, nil, evidence.Pos{Line: 1})
	r.Benchmarks.Sample(r.Benchmarks.Metric(bm, []byte("t"), []byte("ms")), 5)
	says(t, limits(require("p95", "<=", "9ms"), gates.Filter{}, r), "pass: the p95 is 5ms, of t in login; at most 9ms is allowed")
}

// Comparisons with the baseline at the edges of what decides them. By hand: 5 and 5
// samples apart have p = 2/C(10,5) = 2/252 = 1/126, 11 and 12 have 2/C(23,11) = 2/1352078.
func TestAnswersOnComparisonsAtTheEdge(t *testing.T) {
	ns := func(bench string, samples []float64) measured {
		return measured{bench: bench, unit: "ns/op", samples: samples}
	}
	alpha := func(num, den uint64) gates.Compare {
		return gates.Compare{Alpha: evidence.Ratio{Num: num, Den: den}, Effect: evidence.Ratio{Num: 5, Den: 100}, Counts: evidence.Ratio{Den: 100}}
	}
	files := func(r ...*evidence.Report) []*evidence.Report { return r }
	allocs := func(samples ...float64) measured {
		return measured{bench: "A", unit: "allocs/op", samples: samples}
	}
	exact := func(v float64) measured {
		return measured{bench: "A", unit: "ns/op", samples: []float64{v}, exact: true}
	}
	was, slow := times(100, 5), times(120, 5)
	slower := "ns/op of A of shop: median 122 ns/op, was 102 ns/op (+19.61%), n=5+5, p=0.007937, adjusted p=0.007937"
	hundredth := "a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 0.793650%; none is allowed"
	worse := func(says, rule, mend string) string {
		return "fail: 1 of the 1 comparison with the baseline is a regression; worst is " + says + "; " + rule + "\n- b.txt:1 " + says + "\n> bring this quantity back, " + mend
	}
	fewer := func(what, remedy string) string {
		return "inconclusive: b.txt:1: ns/op of A of shop has " + what + "\n- b.txt:1 ns/op of A of shop has " + what + "\n> " + remedy
	}
	backwards := []evidence.Property{epyc[1], epyc[0]}
	noNumber := "ns/op of A of shop has samples that are negative or no numbers"
	unchanged := "pass: 0 of the 1 comparison with the baseline are regressions; nearest to one is ns/op of A of shop: median 102 ns/op, was 102 ns/op (0.00%), n=5+5, p=1, adjusted p=1; a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 1%; none is allowed"
	for name, x := range map[string]struct {
		compare    gates.Compare
		base, head []*evidence.Report
		want       string
	}{
		"a p that is alpha": {alpha(1, 126), one(ns("A", was)), one(ns("A", slow)), worse(slower, hundredth, "ns/op of A of shop first: within 5% of 102 ns/op")},
		"and the other way": {alpha(1, 126), one(ns("A", slow)), one(ns("A", was)),
			"pass: 0 of the 1 comparison with the baseline are regressions; nearest to one is ns/op of A of shop: median 102 ns/op, was 122 ns/op (-16.39%), n=5+5, p=0.007937, adjusted p=0.007937; " + hundredth + " (1 improved)"},
		"less, and it may be chance": {alpha(1, 100), one(ns("A", times(5, 5))), one(ns("A", []float64{1, 2, 3, 4, 10})), // U = 5: 38/252
			"pass: 0 of the 1 comparison with the baseline are regressions; nearest to one is ns/op of A of shop: median 3 ns/op, was 7 ns/op (-57.14%), n=5+5, p=0.150794, adjusted p=0.150794; a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 1%; none is allowed"},
		"a p above a millionth": {alpha(1, 100), one(ns("A", times(100, 11))), one(ns("A", times(200, 12))),
			worse("ns/op of A of shop: median 205.5 ns/op, was 105 ns/op (+95.71%), n=11+12, p=0.000001, adjusted p=0.000001", "a regression is more than 5% worse with an adjusted p (Holm, of 1) of at most 1%; none is allowed", "ns/op of A of shop first: within 5% of 105 ns/op")},
		"a p that no samples have": {alpha(1, 1<<62), one(ns("A", was)), one(ns("A", slow)),
			fewer("5 samples in the baseline and 5 in this run, too few to tell at <0.000001% over 1 comparison", "compare fewer benchmarks in one gate, or raise `alpha`")},
		"one count more": {gates.Compare{}, one(allocs(7, 7)), one(allocs(8, 8)),
			worse("allocs/op of A of shop: median 8 allocs/op, was 7 allocs/op (+14.29%), n=2+2, equal every time", "a count that repeats exactly may be 0% worse; none is allowed", "allocs/op of A of shop first: within 0% of 7 allocs/op")},
		"a count that did not repeat": {gates.Compare{}, one(allocs(7, 8)), one(allocs(9, 9)),
			"inconclusive: b.txt:1: allocs/op of A of shop has 2 samples in the baseline and 2 in this run, too few to tell at 1% over 1 comparison\n- b.txt:1 allocs/op of A of shop has 2 samples in the baseline and 2 in this run, too few to tell at 1% over 1 comparison\n> measure 5 times on each side (-count=5 of go test)"},
		"one sample that is gone": {gates.Compare{}, one(ns("A", was), measured{bench: "A", unit: "B/op", samples: same(7, 1)}), one(ns("A", was)),
			"inconclusive: b.txt:1: A of shop no longer measures B/op; what there is says: " + unchanged[6:] + "\n- b.txt:1 A of shop no longer measures B/op\n> measure it again, or record a baseline without it"},
		"no number then": {gates.Compare{}, one(ns("A", []float64{1, 2, math.NaN()})), one(ns("A", was)), "inconclusive: b.txt:1: " + noNumber + "\n- b.txt:1 " + noNumber + "\n> write b.txt again"},
		"no number now":  {gates.Compare{}, one(ns("A", was)), one(ns("A", []float64{1, 2, math.NaN()})), "inconclusive: b.txt:1: " + noNumber + "\n- b.txt:1 " + noNumber + "\n> write b.txt again"},
		"one machine, its properties in another order": {gates.Compare{}, files(benches("b.txt", backwards, ns("A", was))), one(ns("A", was)), unchanged},
		"in two files, exact in one": {gates.Compare{}, files(benches("b.txt", epyc, exact(100)), benches("c.txt", epyc, exact(100))), files(benches("b.txt", epyc, exact(120)), benches("c.txt", epyc, ns("A", same(120, 1)))),
			fewer("2 samples in the baseline and 2 in this run, too few to tell at 1% over 1 comparison", "measure 5 times on each side (-count=5 of go test)")},
		"in two files, exact in the other": {gates.Compare{}, files(benches("b.txt", epyc, exact(100)), benches("c.txt", epyc, exact(100))), files(benches("b.txt", epyc, ns("A", same(120, 1))), benches("c.txt", epyc, exact(120))),
			fewer("2 samples in the baseline and 2 in this run, too few to tell at 1% over 1 comparison", "measure 5 times on each side (-count=5 of go test)")},
		"in two files, of two units": {gates.Compare{}, one(ns("A", was)), files(benches("b.txt", epyc, ns("A", was)), benches("c.txt", epyc, measured{bench: "A", unit: "ms", name: "ns/op", samples: was})),
			"inconclusive: b.txt:1: of A of shop it is not known whether more or less of ns/op is better\n- b.txt:1 of A of shop it is not known whether more or less of ns/op is better\n> compare a quantity of time, memory, allocations or throughput"},
		"no baseline, and one broken": {gates.Compare{}, nil, one(ns("A", was), measured{bench: "B", outcome: evidence.Errored}),
			"inconclusive: the baseline: source src has no report there\n> have reports/**/*.xml there, in the reports of the base (--base-reports or --store)"},
	} {
		t.Run(name, func(t *testing.T) {
			if have := answer(against(t, x.compare, gates.Filter{}, x.base, x.head)); have != x.want {
				t.Errorf("have %s\nwant %s", have, x.want)
			}
		})
	}
	// Joining two files leaves both as they are: what was slow in B is not in A.
	was, slow = times(100, 9), times(120, 9)
	head := files(benches("b.txt", epyc, ns("A", was), ns("B", slow)), benches("c.txt", epyc, ns("A", was)))
	before := files(benches("b.txt", epyc, ns("A", was), ns("B", slow)))
	for range 2 {
		if c := against(t, gates.Compare{}, gates.Filter{}, before, head); c.Outcome != gates.Pass {
			t.Errorf("have %s", answer(c))
		}
	}
}
