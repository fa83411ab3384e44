package gates_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// measured is one quantity of one benchmark, as a report would say it.
type measured struct {
	bench, unit string
	samples     []float64
	counted     []uint64
	stats       []evidence.Statistic
	params      []evidence.Property
	errors      evidence.Ratio
	outcome     evidence.Outcome
	exact       bool
	crossed     []bool
	name        string // of what is measured, where that is not its unit
	message     string
	suite       string // shop, if it says none
}

var epyc = []evidence.Property{{Name: "goos", Value: "linux"}, {Name: "cpu", Value: "EPYC"}}

func benches(name string, machine []evidence.Property, list ...measured) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "go-bench-text", Kinds: evidence.Benchmarks}
	set := &r.Benchmarks
	for i, q := range list {
		var env *evidence.Environment
		if machine != nil {
			env = set.Environment(machine, nil)
		}
		bm, _ := set.Find([]byte(cmp.Or(q.suite, "shop")), []byte(q.bench), q.params, env, evidence.Pos{Line: i + 1})
		if q.outcome != 0 {
			bm.Outcome = evidence.Passed
			bm.Worsen(q.outcome, q.message)
			if q.outcome == evidence.Skipped {
				bm.Outcome = evidence.Skipped
			}
		}
		if q.errors.Measured() {
			bm.Errors = q.errors
		}
		if q.unit == "" {
			continue
		}
		m := set.Metric(bm, []byte(cmp.Or(q.name, q.unit)), []byte(q.unit))
		m.Exact = q.exact
		for _, v := range q.samples {
			set.Sample(m, v)
		}
		for _, v := range q.counted {
			if m.Counted == nil {
				m.Counted = &evidence.Tally{}
			}
			m.Counted.Add(v)
		}
		m.Stats = q.stats
		for _, c := range q.crossed {
			m.Thresholds = append(m.Thresholds, evidence.Threshold{Expr: "p(95)<500", Crossed: c})
		}
	}
	return r
}

func upTo(n int) (out []float64) {
	for i := range n {
		out = append(out, float64(i+1))
	}
	return out
}

func limits(c gates.Condition, f gates.Filter, reports ...*evidence.Report) situation {
	return situation{kind: evidence.Benchmarks, filter: f, conds: []gates.Condition{c}, reports: reports}
}

// What one run measured, against limits. The numbers are worked out by hand.
func TestLimitsOnBenchmarks(t *testing.T) {
	stat := func(name string, v float64) []evidence.Statistic { return []evidence.Statistic{{Name: name, Value: v}} }
	hundred := measured{bench: "A", unit: "ms", samples: upTo(100)}
	hotel := []evidence.Property{{Name: "industry", Value: "hotel"}}
	gym := []evidence.Property{{Name: "industry", Value: "gym"}}
	k6 := benches("k6.json", nil,
		measured{bench: "k6", unit: "req_duration-ms", params: hotel, stats: stat("p95", 180), errors: evidence.Ratio{Num: 1, Den: 1000}},
		measured{bench: "k6", unit: "req_duration-ms", params: gym, stats: stat("p95", 220), errors: evidence.Ratio{Num: 20, Den: 1000}})
	for _, x := range []struct {
		name             string
		metric, op, want string
		filter           gates.Filter
		report           *evidence.Report
		outcome          gates.Status
		why              string
	}{
		{"p95 of 1 to 100 is 95", "p95", "<=", "95ms", gates.Filter{}, benches("b", nil, hundred), gates.Pass, "the p95 is 95ms, of ms in A of shop; at most 95ms is allowed"},
		{"and that is not below 95", "p95", "<", "95ms", gates.Filter{}, benches("b", nil, hundred), gates.Fail, "less than 95ms is allowed"},
		{"p99.9 of 100 is the highest", "p99.9", "<", "100ms", gates.Filter{}, benches("b", nil, hundred), gates.Fail, "is 100ms"},
		{"p90 of one sample is that sample", "p90", "<=", "1ms", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: upTo(1)}), gates.Pass, "1ms"},
		{"the median of an even number is between", "median", "<=", "50.5ms", gates.Filter{}, benches("b", nil, hundred), gates.Pass, "50.5ms"},
		{"and not below that", "median", "<", "50.5ms", gates.Filter{}, benches("b", nil, hundred), gates.Fail, "50.5ms"},
		{"a mean of tenths is exact", "mean", "<=", "0.2ms", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: []float64{.1, .2, .3}}), gates.Pass, "200µs"},
		{"a third is more than 0.333333", "mean", "<=", "0.333333ms", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: []float64{0, 0, 1}}), gates.Fail, "333.3333µs"},
		{"slowest", "slowest", "<", "100ms", gates.Filter{}, benches("b", nil, hundred), gates.Fail, "100ms"},
		{"counted samples", "p95", "<=", "2ms", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", counted: []uint64{1, 1, 2, 9}}), gates.Fail, "9ms"},
		{"the mean of counted samples", "mean", "<=", "3.25ms", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", counted: []uint64{1, 1, 2, 9}}), gates.Pass, "3.25ms"},
		{"another unit of time", "p95", "<=", "95us", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ns/op", samples: []float64{95000, 95000.1}}), gates.Fail, "95.0001µs"},
		{"the worst of two profiles", "p95", "<=", "200ms", gates.Filter{}, k6, gates.Fail, "the highest p95 of 2 is 220ms, of req_duration-ms in k6 industry=gym of shop; at most 200ms is allowed"},
		{"one profile by its parameter", "p95", "<=", "200ms", gates.Filter{Benchmarks: []string{"k6 industry=hotel"}}, k6, gates.Pass, "180ms"},
		{"a pattern without a space is on the name", "p95", "<=", "300ms", gates.Filter{Benchmarks: []string{"k6"}}, k6, gates.Pass, "of 2 is 220ms"},
		{"the error rate is the worst one's", "error-rate", "<", "2%", gates.Filter{}, k6, gates.Fail, "2% (20/1000) of the runs of k6 industry=gym of shop failed, the highest of 2 benchmarks; less than 2% may"},
		{"and may be it exactly", "error-rate", "<=", "2%", gates.Filter{}, k6, gates.Pass, "2% (20/1000)"},
		{"the lowest throughput", "throughput", ">=", "1000/s", gates.Filter{}, benches("b", nil,
			measured{bench: "A", unit: "1/s", stats: stat("value", 999.5)}, measured{bench: "B", unit: "1/s", stats: stat("value", 5000)}), gates.Fail,
			"the lowest throughput of 2 is 999.5/s, of 1/s in A of shop; at least 1000/s is needed"},
		{"MB in a second", "throughput", ">=", "20MB/s", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "MB/s", samples: []float64{20}}), gates.Pass, "20000000/s"},
		{"memory", "memory", "<=", "1KiB", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "B/op", samples: []float64{1024, 1024, 1025}}), gates.Pass, "1024B"},
		{"half an allocation more is more", "allocs", "<=", "7", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "allocs/op", samples: []float64{7, 8}}), gates.Fail, "is 8, of allocs/op"},
		{"a count of benchmarks", "benchmarks", ">=", "2", gates.Filter{}, k6, gates.Pass, "2 benchmarks ran to their end"},
		{"one that broke did not run to its end", "benchmarks", ">=", "1", gates.Filter{}, benches("b", nil, measured{bench: "A", outcome: evidence.Errored}), gates.Fail, "0 benchmarks ran"},
		{"and failed", "failed-benchmarks", "=", "0", gates.Filter{}, benches("b", nil, hundred, measured{bench: "B", outcome: evidence.Errored}), gates.Fail, "1 of the 2 benchmarks that ran failed"},
		{"a threshold of the tool", "crossed-thresholds", "=", "0", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: upTo(3), crossed: []bool{false, true}}), gates.Fail, "1 of the 2 thresholds of the tool were crossed"},
		{"kept", "crossed-thresholds", "=", "0", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: upTo(3), crossed: []bool{false}}), gates.Pass, "0 of the 1 threshold of the tool was crossed"},

		// What is missing is never green.
		{"no thresholds are not kept ones", "crossed-thresholds", "=", "0", gates.Filter{}, benches("b", nil, hundred), gates.Inconclusive, "no benchmark has a threshold of its own"},
		{"a percentile that is not stated", "p99", "<=", "1s", gates.Filter{}, k6, gates.Inconclusive, "has no p99 of req_duration-ms (it states p95)"},
		{"nothing measures memory", "memory", "<=", "1KiB", gates.Filter{}, k6, gates.Inconclusive, "no benchmark measures memory"},
		{"measures that match nothing", "p95", "<=", "1s", gates.Filter{Measures: []string{"waiting"}}, k6, gates.Inconclusive, `no benchmark measures time under measures "waiting"`},
		{"a filter that matches nothing", "p95", "<=", "1s", gates.Filter{Benchmarks: []string{"k7"}}, k6, gates.Inconclusive, `no benchmark matches benchmarks "k7" (one is "k6 industry=gym")`},
		{"a report without benchmarks", "failed-benchmarks", "=", "0", gates.Filter{}, benches("b", nil), gates.Inconclusive, "source src holds no benchmark"},
		{"all skipped", "failed-benchmarks", "=", "0", gates.Filter{}, benches("b", nil, measured{bench: "A", outcome: evidence.Skipped}), gates.Inconclusive, "no benchmark ran; 1 was skipped"},
		{"one of two failed before it measured anything", "p95", "<=", "1s", gates.Filter{}, benches("b", nil, hundred, measured{bench: "B", outcome: evidence.Failed}), gates.Inconclusive, "b:2: B of shop could not finish"},
		{"one of two broke", "p95", "<=", "1s", gates.Filter{}, benches("b", nil, hundred, measured{bench: "B", outcome: evidence.Errored}), gates.Inconclusive, "b:2: B of shop could not finish"},
		{"no number", "slowest", "<=", "1s", gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", stats: stat("max", -1)}), gates.Inconclusive, "slowest of ms in A of shop is -1, which cannot be"},
		{"more failures than runs", "error-rate", "<", "1%", gates.Filter{}, benches("b", nil, measured{bench: "A", errors: evidence.Ratio{Num: 3, Den: 2}}), gates.Inconclusive, "3/2 of the runs of A of shop failed, which cannot be"},
		{"failures that nobody counts", "error-rate", "<", "1%", gates.Filter{}, benches("b", nil, hundred), gates.Inconclusive, "no benchmark counts how many of its runs failed"},
		{"half a file", "p95", "<=", "1s", gates.Filter{}, unsound(benches("b", nil, hundred)), gates.Inconclusive, "b:3:1: the file ends inside an element"},
		{"a file that breaks the limit though half is lost", "p95", "<=", "1ms", gates.Filter{}, unsound(benches("b", nil, hundred)), gates.Fail, "95ms"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := limits(require(x.metric, x.op, x.want), x.filter, x.report).check(t)
			if c.Outcome != x.outcome || !strings.Contains(c.Why, x.why) {
				t.Errorf("have %s: %s\nwant %s: %s", c.Outcome, c.Why, x.outcome, x.why)
			}
			if c.Outcome != gates.Pass && c.Remedy == "" {
				t.Error("it does not say what to do")
			}
		})
	}
}

// What breaks a limit is pointed at, and what does not is not.
func TestLimitsPointAtWhatBreaksThem(t *testing.T) {
	c := limits(require("p95", "<=", "2ms"), gates.Filter{}, benches("b", nil,
		measured{bench: "A", unit: "ms", samples: []float64{3}}, measured{bench: "B", unit: "ms", samples: []float64{1}}, measured{bench: "C", unit: "ms", samples: []float64{5}})).check(t)
	if len(c.Refs) != 2 || c.Refs[0].Text != "p95 of ms in C of shop: 5ms" || c.Refs[0].Pos.String() != "b:3" || c.Refs[1].Text != "p95 of ms in A of shop: 3ms" {
		t.Errorf("have %+v", c.Refs)
	}
	if c.Remedy != "bring p95 of C of shop from 5ms to at most 2ms, and 1 more likewise" {
		t.Errorf("have %q", c.Remedy)
	}
	if c := limits(require("p95", ">=", "9ms"), gates.Filter{}, benches("b", nil, measured{bench: "A", unit: "ms", samples: upTo(3)})).check(t); !strings.HasPrefix(c.Remedy, "no better evidence") {
		t.Errorf("have %q", c.Remedy)
	}
}

// In whatever order reports and their benchmarks come, the verdict is the same.
func TestOrderOfBenchmarksShowsNowhere(t *testing.T) {
	w := rand.New(rand.NewPCG(7, 8))
	var list []measured
	for i := range 12 {
		list = append(list, measured{bench: fmt.Sprint("B", i%6), unit: []string{"ns/op", "B/op"}[i/6], samples: upTo(1 + i%3)})
	}
	conds := []gates.Condition{require("p95", "<=", "2ns"), require("memory", "<=", "1B"), require("regressions", "=", "0"), require("benchmarks", ">=", "7")}
	want := ""
	for range 50 {
		s := situation{kind: evidence.Benchmarks, conds: conds}
		in := gates.Input{Evidence: map[string]evidence.Set{}, Base: map[string]evidence.Set{}}
		sides := []map[string]evidence.Set{in.Evidence, in.Base}
		for _, side := range sides {
			var parts []evidence.Part
			for i := range 3 {
				mine := slices.Clone(list[4*i : 4*i+4])
				w.Shuffle(4, func(a, b int) { mine[a], mine[b] = mine[b], mine[a] })
				r := benches(fmt.Sprint("r", i), nil)
				r = benches(r.Source, nil, mine...)
				for k := range r.Benchmarks.Len() { // places follow the order, and are not what is compared
					r.Benchmarks.At(k).At = evidence.Pos{}
				}
				parts = append(parts, evidence.Part{Key: evidence.PartKey{Job: fmt.Sprint(i)}, Reports: []*evidence.Report{r}})
			}
			w.Shuffle(3, func(a, b int) { parts[a], parts[b] = parts[b], parts[a] })
			side["src"] = evidence.Set{Parts: parts}
		}
		have := text(t, gates.Judge(s.policy(), in))
		if want == "" {
			want = have
		}
		if have != want {
			t.Fatalf("have %s\nwant %s", have, want)
		}
	}
}
