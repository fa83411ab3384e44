package evidence

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Nearest rank, as https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
// works it out for 15, 20, 35, 40, 50.
func TestTallyQuantile(t *testing.T) {
	var tally Tally
	if _, ok := tally.Quantile(Ratio{1, 2}); ok {
		t.Error("a quantile of nothing")
	}
	for _, v := range []uint64{50, 15, 40, 20, 35} {
		tally.Add(v)
	}
	for percent, want := range map[uint64]uint64{0: 15, 5: 15, 20: 15, 30: 20, 40: 20, 50: 35, 95: 50, 100: 50} {
		if got, ok := tally.Quantile(Ratio{percent, 100}); !ok || got != want {
			t.Errorf("p%d is %d, %t", percent, got, ok)
		}
	}
	if _, ok := tally.Quantile(Ratio{101, 100}); ok {
		t.Error("more than all")
	}
}

// A tally says of many values, small and large, what sorting all of them does.
func TestTallyOfMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var tally Tally
	var all []uint64
	sum, fresh, distinct := uint64(0), 0, map[uint64]bool{}
	for range 5000 {
		v := r.Uint64N(3 * denseLen)
		all, sum, distinct[v] = append(all, v), sum+v, true
		if tally.Add(v) {
			fresh++
		}
	}
	slices.Sort(all)
	if tally.Len() != 5000 || tally.Sum() != sum || tally.Min() != all[0] || tally.Max() != all[4999] || fresh != len(distinct) {
		t.Errorf("%d values, sum %d, %d..%d, %d distinct", tally.Len(), tally.Sum(), tally.Min(), tally.Max(), fresh)
	}
	for _, permille := range []uint64{1, 10, 500, 950, 999, 1000} {
		rank := (permille*5000 + 999) / 1000
		if got, _ := tally.Quantile(Ratio{permille, 1000}); got != all[rank-1] {
			t.Errorf("%d‰ is %d, not %d", permille, got, all[rank-1])
		}
	}
}

func TestMeasureOf(t *testing.T) {
	for text, want := range map[string]Measure{
		"ns/op":     {Dimension: Elapsed, Scale: Ratio{1, 1e9}, Better: Lower},
		"ms":        {Dimension: Elapsed, Scale: Ratio{1, 1000}, Better: Lower},
		"p99-ns/op": {Dimension: Elapsed, Scale: Ratio{1, 1e9}, Better: Lower},
		"B/op":      {Dimension: Memory, Scale: Ratio{1, 1}, Better: Lower},
		"KiB":       {Dimension: Memory, Scale: Ratio{1024, 1}, Better: Lower},
		"allocs/op": {Dimension: Events, Scale: Ratio{1, 1}, Better: Lower},
		"MB/s":      {Dimension: Throughput, Scale: Ratio{1e6, 1}, Better: Higher},
		"ops/us":    {Dimension: Throughput, Scale: Ratio{1e6, 1}, Better: Higher},
		"req/min":   {Dimension: Throughput, Scale: Ratio{1, 60}, Better: Higher},
		"ms/s":      {Dimension: Fraction, Scale: Ratio{1, 1000}},
		"%":         {Dimension: Fraction, Scale: Ratio{1, 100}},
		"hits":      {Dimension: Other, Scale: Ratio{1, 1}},
		"":          {Dimension: Other, Scale: Ratio{1, 1}},
		"/":         {Dimension: Other, Scale: Ratio{1, 1}},
	} {
		want.Text = text
		if got := MeasureOf(text); got != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestBenchmarkIdentity(t *testing.T) {
	var set BenchmarkSet
	linux := set.Environment([]Property{{"goos", "linux"}}, nil)
	other := set.Environment(nil, []Property{{"goos", "linux"}})
	if linux == other || set.Environment([]Property{{"goos", "linux"}}, nil) != linux {
		t.Error("an environment is not what it holds")
	}
	find := func(suite, name string, env *Environment, params ...Property) *Benchmark {
		bm, _ := set.Find([]byte(suite), []byte(name), params, env, Pos{})
		return bm
	}
	first := find("a", "b", linux, Property{"n", "1"})
	if find("a", "b", linux, Property{"n", "1"}) != first {
		t.Error("the same is another")
	}
	for _, bm := range []*Benchmark{
		find("a", "b", linux), find("a", "b", other, Property{"n", "1"}), find("a", "b", nil, Property{"n", "1"}), find("", "ab", linux, Property{"n", "1"}),
		find("a", "b", linux, Property{"n", "1"}, Property{"m", "1"}), find("a", "b", linux, Property{"n1", ""}), find("a", "b+", linux),
	} {
		if bm == first {
			t.Errorf("%+v is the first", bm)
		}
	}
	if set.Len() != 8 {
		t.Errorf("%d benchmarks", set.Len())
	}
}

func TestBenchmarkLimits(t *testing.T) {
	var set BenchmarkSet
	bm, _ := set.Find(nil, []byte("a"), nil, nil, Pos{})
	for i := range maxOwnMetrics + 1 {
		set.Sample(set.Metric(bm, []byte{byte(i), byte(i >> 8)}, nil), 1)
	}
	if len(bm.Metrics) != maxOwnMetrics || set.Dropped() == 0 {
		t.Errorf("%d metrics, %d dropped", len(bm.Metrics), set.Dropped())
	}
	var many BenchmarkSet
	for i := range MaxBenchmarks + 1 {
		many.Find(nil, []byte{byte(i), byte(i >> 8), byte(i >> 16)}, nil, nil, Pos{})
	}
	if many.Len() != MaxBenchmarks || many.Dropped() != 1 {
		t.Errorf("%d benchmarks, %d dropped", many.Len(), many.Dropped())
	}
}

func TestBenchmarkWorsens(t *testing.T) {
	bm := Benchmark{Outcome: Passed}
	bm.Worsen(Failed, "a")
	bm.Worsen(Failed, "b")
	if bm.Outcome != Failed || bm.Message != "a" {
		t.Errorf("%s %q", bm.Outcome, bm.Message)
	}
	bm.Worsen(Errored, "c")
	bm.Worsen(Failed, "d")
	if bm.Outcome != Errored || bm.Message != "c" {
		t.Errorf("%s %q", bm.Outcome, bm.Message)
	}
}

func TestMetricMedian(t *testing.T) {
	var tally Tally
	tally.Add(3)
	tally.Add(9)
	for name, tc := range map[string]struct {
		m     Metric
		value float64
		of    string
	}{
		"odd":     {Metric{Samples: []float64{9, 1, 5}}, 5, "median"},
		"even":    {Metric{Samples: []float64{1, 3}}, 2, "median"},
		"counted": {Metric{Counted: &tally}, 3, "median"},
		"stated":  {Metric{Stats: []Statistic{{"mean", 4}, {"median", 2}}}, 2, "median"},
		"mean":    {Metric{Stats: []Statistic{{"max", 9}, {"mean", 4}}}, 4, "mean"},
		"share":   {Metric{Share: Ratio{1, 4}}, .25, "share"},
		"nothing": {Metric{}, 0, ""},
	} {
		if v, of, _ := tc.m.Median(); v != tc.value || of != tc.of {
			t.Errorf("%s: %s %v", name, of, v)
		}
	}
}
