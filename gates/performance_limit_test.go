package gates_test

import (
	"math"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Whole answers of the gates on benchmarks: what is counted, what is pointed at, and
// the least that mends it.
func TestAnswersOnBenchmarks(t *testing.T) {
	ms := func(bench string, samples ...float64) measured {
		return measured{bench: bench, unit: "ms", samples: samples}
	}
	stat := func(name string, v float64) measured {
		return measured{bench: "A", unit: "ms", stats: []evidence.Statistic{{Name: name, Value: v}}}
	}
	rate := func(bench string, n, of uint64) measured {
		return measured{bench: bench, errors: evidence.Ratio{Num: n, Den: of}}
	}
	counted := measured{bench: "A", unit: "ms", counted: []uint64{1, 2, 9, 9}}
	broken := measured{bench: "B", outcome: evidence.Errored, message: "boom\nat line 3"}
	away := func(bench string) measured { return measured{bench: bench, outcome: evidence.Skipped} }
	unmendable := "no better evidence makes this condition hold; change it in the policy (.tollgate.yml:9:5)"
	for name, x := range map[string]struct {
		metric, op, bound string
		list              []measured
		filter            gates.Filter
		want              string
	}{
		"one ran and two were skipped": {"benchmarks", ">=", "2", []measured{ms("A", 1), away("B"), away("C")}, gates.Filter{},
			"fail: 1 benchmark ran to its end; at least 2 are needed (2 were skipped)\n> run 1 more benchmark"},
		"two ran": {"benchmarks", ">=", "4", []measured{ms("A", 1), ms("B", 1)}, gates.Filter{},
			"fail: 2 benchmarks ran to their end; at least 4 are needed\n> run 2 more benchmarks"},
		"all were skipped": {"benchmarks", ">=", "2", []measured{away("A"), away("B")}, gates.Filter{},
			"inconclusive: no benchmark ran; 2 were skipped\n> run the benchmarks"},
		"no benchmark in the report": {"benchmarks", ">=", "1", nil, gates.Filter{},
			"inconclusive: source src holds no benchmark\n> run the benchmarks that write reports/**/*.xml"},
		"two filters leave nothing": {"benchmarks", ">=", "1", []measured{ms("D", 1), ms("A", 1), ms("C", 1)}, gates.Filter{Suites: []string{"pay"}, Benchmarks: []string{"X"}},
			"inconclusive: no benchmark matches suites \"pay\" and benchmarks \"X\" (one is \"A\")\n> correct the filter of the gate, or run the benchmarks that it means"},
		"one filter of two leaves nothing": {"benchmarks", ">=", "1", []measured{ms("A", 1)}, gates.Filter{Suites: []string{"shop", "pay"}, Benchmarks: []string{"X"}},
			"inconclusive: no benchmark matches suites \"shop\", \"pay\" and benchmarks \"X\" (one is \"A\")\n> correct the filter of the gate, or run the benchmarks that it means"},
		"patterns that match nothing": {"benchmarks", ">=", "1", []measured{ms("A", 1)}, gates.Filter{Suites: []string{"shop", "pay"}, Benchmarks: []string{"A", "X"}},
			"pass: 1 benchmark ran to its end; at least 1 is needed (no benchmark matches X; no suite matches pay)"},
		"broken and failed": {"failed-benchmarks", "=", "0", []measured{ms("A", 1), broken, {bench: "C", unit: "ms", samples: upTo(1), outcome: evidence.Failed}}, gates.Filter{},
			"fail: 2 of the 3 benchmarks that ran failed; none is allowed\n- b:2 B of shop: boom\n- b:3 C of shop failed\n> mend these 2 benchmarks"},
		"one too many failed": {"failed-benchmarks", "<=", "1", []measured{broken, {bench: "C", outcome: evidence.Failed}}, gates.Filter{},
			"fail: 2 of the 2 benchmarks that ran failed; at most 1 is allowed\n- b:1 B of shop: boom\n- b:2 C of shop failed\n> mend 1 of these 2 benchmarks"},
		"a threshold crossed and one broken": {"crossed-thresholds", "=", "0", []measured{{bench: "A", unit: "ms", samples: upTo(1), crossed: []bool{false, true}}, broken}, gates.Filter{},
			"fail: 1 of the 2 thresholds of the tool were crossed; none is allowed; besides, b:2: B of shop could not finish: boom\n- b p(95)<500 of ms in A of shop was crossed\n> keep this threshold; run B of shop until it finishes"},
		"no thresholds and one broken": {"crossed-thresholds", "=", "0", []measured{ms("A", 1), broken}, gates.Filter{},
			"inconclusive: no benchmark has a threshold of its own; b:2: B of shop could not finish: boom\n- b:2 B of shop could not finish: boom\n> set thresholds in the tool, or limit what it measured here: p95 <= 200ms; run B of shop until it finishes"},
		"broken alone": {"crossed-thresholds", "=", "0", []measured{broken}, gates.Filter{},
			"inconclusive: no benchmark has a threshold of its own; b:1: B of shop could not finish: boom\n- b:1 B of shop could not finish: boom\n> set thresholds in the tool, or limit what it measured here: p95 <= 200ms; run B of shop until it finishes"},
		"thresholds of what is not looked at": {"crossed-thresholds", "=", "0", []measured{{bench: "A", unit: "ms", samples: upTo(1), crossed: []bool{true}}, {bench: "B", unit: "B/op", samples: upTo(1), crossed: []bool{false}}}, gates.Filter{Measures: []string{"B/*"}},
			"pass: 0 of the 1 threshold of the tool was crossed; none is allowed"},

		"one error rate": {"error-rate", "<", "2%", []measured{rate("A", 20, 1000)}, gates.Filter{},
			"fail: 2% (20/1000) of the runs of A of shop failed; less than 2% may\n- b:1 20/1000 of the runs of A of shop failed\n> bring error-rate of A of shop from 2% to less than 2%"},
		"two error rates too high": {"error-rate", "<=", "1%", []measured{rate("B", 2, 100), rate("A", 2, 100), rate("C", 1, 100)}, gates.Filter{},
			"fail: 2% (2/100) of the runs of A of shop failed, the highest of 3 benchmarks; at most 1% may\n- b:2 2/100 of the runs of A of shop failed\n- b:1 2/100 of the runs of B of shop failed\n> bring error-rate of A of shop from 2% to at most 1%, and 1 more likewise"},
		"one does not count failures": {"error-rate", "<=", "10%", []measured{rate("A", 1, 10), ms("B", 1)}, gates.Filter{},
			"pass: 10% (1/10) of the runs of A of shop failed; at most 10% may (1 of 2 benchmarks do not count failures)"},
		"all failed": {"error-rate", "<=", "100%", []measured{rate("A", 3, 3)}, gates.Filter{},
			"pass: 100% (3/3) of the runs of A of shop failed; at most 100% may"},
		"none counts failures": {"error-rate", "<=", "10%", []measured{ms("A", 1), ms("B", 1)}, gates.Filter{},
			"inconclusive: no benchmark counts how many of its runs failed\n> use a tool that counts them, or limit `failed-benchmarks`"},

		"one of two measures time": {"p95", "<=", "2ms", []measured{ms("A", 3), {bench: "B", unit: "B/op", samples: upTo(1)}}, gates.Filter{},
			"fail: the p95 is 3ms, of ms in A of shop; at most 2ms is allowed (1 of 2 benchmarks measure no such time)\n- b:1 p95 of ms in A of shop: 3ms\n> bring p95 of A of shop from 3ms to at most 2ms"},
		"none measures time": {"p95", "<=", "2ms", []measured{{bench: "A", unit: "B/op", samples: upTo(1)}, {bench: "B", unit: "B/op", samples: upTo(1)}}, gates.Filter{},
			"inconclusive: no benchmark measures time\n> have the tool measure time, or use a metric that it measures"},
		"equal values are in the order of names": {"p95", "<", "3ms", []measured{ms("B", 3), {bench: "A", unit: "ms", name: "y", samples: []float64{3}}, {bench: "A", unit: "ms", name: "x", samples: []float64{3}}}, gates.Filter{},
			"fail: the highest p95 of 3 is 3ms, of x in A of shop; less than 3ms is allowed\n- b:2 p95 of x in A of shop: 3ms\n- b:2 p95 of y in A of shop: 3ms\n- b:1 p95 of ms in B of shop: 3ms\n> bring p95 of A of shop from 3ms to less than 3ms, and 2 more likewise"},
		"allocations": {"allocs", "<=", "7", []measured{{bench: "A", unit: "allocs/op", samples: upTo(17)}}, gates.Filter{},
			"fail: the allocs is 9, of allocs/op in A of shop; at most 7 are allowed\n- b:1 allocs of allocs/op in A of shop: 9\n> bring allocs of A of shop from 9 to at most 7"},

		"less than nothing":   {"p95", "<", "0ms", []measured{ms("A", 3)}, gates.Filter{}, "fail: the p95 is 3ms, of ms in A of shop; less than 0s is allowed\n- b:1 p95 of ms in A of shop: 3ms\n> " + unmendable},
		"exactly, and above":  {"p95", "=", "2ms", []measured{ms("A", 3)}, gates.Filter{}, "fail: the p95 is 3ms, of ms in A of shop; exactly 2ms is expected\n- b:1 p95 of ms in A of shop: 3ms\n> bring p95 of A of shop from 3ms to 2ms"},
		"exactly, and below":  {"p95", "=", "5ms", []measured{ms("A", 3)}, gates.Filter{}, "fail: the p95 is 3ms, of ms in A of shop; exactly 5ms is expected\n- b:1 p95 of ms in A of shop: 3ms\n> " + unmendable},
		"anything else":       {"p95", "!=", "3ms", []measured{ms("A", 3)}, gates.Filter{}, "fail: the p95 is 3ms, of ms in A of shop; anything but 3ms is expected\n- b:1 p95 of ms in A of shop: 3ms\n> " + unmendable},
		"more time is needed": {"p95", ">", "3ms", []measured{ms("A", 3)}, gates.Filter{}, "fail: the p95 is 3ms, of ms in A of shop; more than 3ms is needed\n- b:1 p95 of ms in A of shop: 3ms\n> " + unmendable},
		"as much or more":     {"p95", ">=", "3ms", []measured{ms("A", 3)}, gates.Filter{}, "pass: the p95 is 3ms, of ms in A of shop; at least 3ms is needed"},
		"more throughput": {"throughput", ">", "5/s", []measured{{bench: "A", unit: "1/s", samples: same(5, 1)}, {bench: "B", unit: "1/s", samples: same(6, 1)}}, gates.Filter{},
			"fail: the lowest throughput of 2 is 5/s, of 1/s in A of shop; more than 5/s is needed\n- b:1 throughput of 1/s in A of shop: 5/s\n> bring throughput of A of shop from 5/s to more than 5/s"},
		"exactly so much throughput": {"throughput", "=", "5/s", []measured{{bench: "A", unit: "1/s", samples: same(3, 1)}}, gates.Filter{},
			"fail: the throughput is 3/s, of 1/s in A of shop; exactly 5/s is expected\n- b:1 throughput of 1/s in A of shop: 3/s\n> bring throughput of A of shop from 3/s to 5/s"},
		"too much throughput": {"throughput", "<=", "5/s", []measured{{bench: "A", unit: "1/s", samples: same(9, 1)}}, gates.Filter{},
			"fail: the throughput is 9/s, of 1/s in A of shop; at most 5/s is allowed\n- b:1 throughput of 1/s in A of shop: 9/s\n> " + unmendable},
		"throughput to stay below": {"throughput", "<", "5/s", []measured{{bench: "A", unit: "1/s", samples: same(9, 1)}}, gates.Filter{},
			"fail: the throughput is 9/s, of 1/s in A of shop; less than 5/s is allowed\n- b:1 throughput of 1/s in A of shop: 9/s\n> " + unmendable},

		// 2 of 4 is the rank of the median of what is only counted, 999 that of p99.9 of 999.
		"median of what is counted":     {"median", "<=", "2ms", []measured{counted}, gates.Filter{}, "pass: the median is 2ms, of ms in A of shop; at most 2ms is allowed"},
		"slowest of what is counted":    {"slowest", "<=", "9ms", []measured{counted}, gates.Filter{}, "pass: the slowest is 9ms, of ms in A of shop; at most 9ms is allowed"},
		"p99.9 of 999":                  {"p99.9", "<=", "999ms", []measured{ms("A", upTo(999)...)}, gates.Filter{}, "pass: the p99.9 is 999ms, of ms in A of shop; at most 999ms is allowed"},
		"p95 of 20 is the nineteenth":   {"p95", "<=", "19ms", []measured{ms("A", upTo(20)...)}, gates.Filter{}, "pass: the p95 is 19ms, of ms in A of shop; at most 19ms is allowed"},
		"a median that is stated":       {"median", "<=", "7ms", []measured{stat("p50", 7)}, gates.Filter{}, "pass: the median is 7ms, of ms in A of shop; at most 7ms is allowed"},
		"a mean that is stated":         {"mean", "<=", "7ms", []measured{stat("mean", 7)}, gates.Filter{}, "pass: the mean is 7ms, of ms in A of shop; at most 7ms is allowed"},
		"a highest that is stated":      {"slowest", "<=", "7ms", []measured{stat("max", 7)}, gates.Filter{}, "pass: the slowest is 7ms, of ms in A of shop; at most 7ms is allowed"},
		"a sample that is no number":    {"p95", "<=", "7ms", []measured{ms("A", 1, math.NaN())}, gates.Filter{}, "inconclusive: b:1: A of shop has no p95 of ms\n- b:1 A of shop has no p95 of ms\n> have the tool write its samples or the p95, or narrow the gate by `measures`"},
		"a median of what is no number": {"median", "<=", "7ms", []measured{ms("A", 1, math.Inf(1))}, gates.Filter{}, "inconclusive: b:1: A of shop has no median of ms\n- b:1 A of shop has no median of ms\n> have the tool write its samples or the median, or narrow the gate by `measures`"},
		"a mean of what is no number":   {"mean", "<=", "7ms", []measured{ms("A", 1, math.NaN())}, gates.Filter{}, "inconclusive: b:1: A of shop has no mean of ms\n- b:1 A of shop has no mean of ms\n> have the tool write its samples or the mean, or narrow the gate by `measures`"},
		"another statistic": {"median", "<=", "7ms", []measured{{bench: "A", unit: "ms", stats: []evidence.Statistic{{Name: "p90", Value: 2}, {Name: "p95", Value: 3}}}, ms("B", 4)}, gates.Filter{},
			"inconclusive: b:1: A of shop has no median of ms (it states p90 and p95); what there is says: the median is 4ms, of ms in B of shop; at most 7ms is allowed\n- b:1 A of shop has no median of ms (it states p90 and p95)\n> have the tool write its samples or the median, or narrow the gate by `measures`"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, limits(require(x.metric, x.op, x.bound), x.filter, benches("b", nil, x.list...)), x.want)
		})
	}
}
