package evidence

import (
	"math"
	"slices"
	"strconv"
)

// Benchmark is one thing that a report measured: a benchmark of a suite, or all
// requests of one label of a load test. Suite, Name, Params and the Environment
// are its identity within its report; repetitions are samples of its metrics.
type Benchmark struct {
	Suite, Name string
	Params      []Property // what it was run with, in the order of the report
	Environment *Environment
	At          Pos // File is the report's

	// Outcome is Passed if it ran to its end: Errors of a load test are for a limit to
	// judge. Errored: it could not finish, or its result is no number. Failed: its
	// runner says so, by a failure, an exit code or a threshold that was crossed.
	Outcome Outcome
	Message string // why it did not pass, at most MaxMessage bytes

	// Iterations are the operations that the samples stand for, 0 if unknown.
	Iterations uint64
	// Errors are the runs or requests that failed, out of all. It is unmeasured
	// where the report does not count them.
	Errors  Ratio
	Metrics []Metric
}

// Metric is one quantity of a benchmark. It has Samples, or Counted, or a Share,
// or what the report states in place of them, as far as the report has them.
type Metric struct {
	Name string // ns/op, cpu_time, http_req_duration
	Unit Measure
	// Exact says that the report declares repeated measurements to be equal.
	Exact bool
	// Samples are single measurements in the order of the report. Whole numbers up
	// to 2⁵³ are exact in them.
	Samples []float64
	Counted *Tally // samples of load tests, which are many, whole and exact
	Share   Ratio  // of a metric that counts how often something was so
	// Stats are what the report itself states: mean, median, stddev, min, max, sum,
	// count, rate, value, and percentiles as p95 or p99.9, in the order of the report.
	Stats      []Statistic
	Thresholds []Threshold
}

// Statistic is a number that the report states of a metric, in the metric's unit
// but for counts.
type Statistic struct {
	Name  string
	Value float64
}

// Stat gives a statistic that the report states.
func (m *Metric) Stat(name string) (float64, bool) {
	for _, s := range m.Stats {
		if s.Name == name {
			return s.Value, true
		}
	}
	return 0, false
}

// Len is the number of samples.
func (m *Metric) Len() uint64 {
	if m.Counted != nil {
		return m.Counted.Len()
	}
	return uint64(len(m.Samples))
}

// Median is the middle of the samples, or what the report states as median or,
// without one, as mean or value: something to show, not to compare by.
func (m *Metric) Median() (value float64, of string, ok bool) {
	if m.Counted != nil {
		if v, ok := m.Counted.Quantile(Ratio{1, 2}); ok {
			return float64(v), "median", true
		}
	}
	if n := len(m.Samples); n > 0 {
		sorted := slices.Sorted(slices.Values(m.Samples))
		return sorted[(n-1)/2]/2 + sorted[n/2]/2, "median", true
	}
	for _, name := range []string{"median", "mean", "value", "rate", "count"} {
		if v, ok := m.Stat(name); ok {
			return v, name, true
		}
	}
	if m.Share.Measured() {
		return float64(m.Share.Num) / float64(m.Share.Den), "share", true
	}
	return 0, "", false
}

// Threshold is a limit that the tool itself held a metric to.
type Threshold struct {
	Expr    string // as written: p(95)<500
	Crossed bool   // the tool says that the limit was not kept
	At      Pos
}

// Environment is what a benchmark ran on. Two that differ in Machine are not to
// be compared: no statistics mends that.
type Environment struct {
	Machine []Property // goos, goarch, cpu, cores, os, runtime …, as the format names them
	Other   []Property // what else the report says of the run: commit, experiment …
}

// BenchmarkSet holds benchmarks in the order of the report, each identity once. The
// zero value is ready to use.
type BenchmarkSet struct {
	list    []*Benchmark
	index   map[string]int
	envs    map[string]*Environment
	key     []byte
	metrics int
	samples int
	dropped int
}

// Limits on what is kept of one report. A report that exceeds one is not
// conclusive; they are far above what tools write.
const (
	MaxBenchmarks   = 1 << 17
	MaxMetrics      = 1 << 19 // of all benchmarks
	maxOwnMetrics   = 200     // of one
	MaxSamples      = 1 << 24 // of all benchmarks
	maxEnvironments = 1000
	maxStats        = 100
)

// Len is the number of benchmarks.
func (b *BenchmarkSet) Len() int { return len(b.list) }

// Samples is the number of samples of all metrics, those that are counted left out.
func (b *BenchmarkSet) Samples() int { return b.samples }

// Dropped is how many benchmarks, metrics and samples exceeded a limit.
func (b *BenchmarkSet) Dropped() int { return b.dropped }

// At gives benchmark i.
func (b *BenchmarkSet) At(i int) *Benchmark { return b.list[i] }

// Environment keeps an environment once. It may be given again and again; nil
// means that there were too many.
func (b *BenchmarkSet) Environment(machine, other []Property) *Environment {
	b.key = b.key[:0]
	for _, ps := range [][]Property{machine, other} {
		b.key = appendProperties(b.key, ps)
		b.key = append(b.key, 0xFF)
	}
	if e, ok := b.envs[string(b.key)]; ok {
		return e
	}
	if len(b.envs) >= maxEnvironments {
		b.dropped++
		return nil
	}
	if b.envs == nil {
		b.envs = map[string]*Environment{}
	}
	e := &Environment{slices.Clone(machine), slices.Clone(other)}
	b.envs[string(b.key)] = e
	return e
}

func appendProperties(key []byte, ps []Property) []byte {
	for _, p := range ps {
		key = strconv.AppendInt(key, int64(len(p.Name)), 10)
		key = append(append(key, ':'), p.Name...)
		key = strconv.AppendInt(key, int64(len(p.Value)), 10)
		key = append(append(key, ':'), p.Value...)
	}
	return key
}

// Find gives the benchmark of an identity, and makes it where it is met first; at
// is then its place. It copies the names, but not params. nil means that there
// are too many; the report must not be conclusive then, which Dropped says.
func (b *BenchmarkSet) Find(suite, name []byte, params []Property, env *Environment, at Pos) (found *Benchmark, made bool) {
	suite, name = bounded(suite), bounded(name)
	b.key = strconv.AppendInt(b.key[:0], int64(len(suite)), 10)
	b.key = append(append(b.key, ':'), suite...)
	b.key = strconv.AppendInt(b.key, int64(len(name)), 10)
	b.key = append(append(b.key, ':'), name...)
	b.key = appendProperties(b.key, params)
	for i, ok := b.index[string(b.key)]; ok; i, ok = b.index[string(b.key)] {
		if b.list[i].Environment == env {
			return b.list[i], false
		}
		b.key = append(b.key, '+') // of another environment
	}
	if len(b.list) >= MaxBenchmarks {
		b.dropped++
		return nil, false
	}
	if b.index == nil {
		b.index = map[string]int{}
	}
	b.index[string(b.key)] = len(b.list)
	bm := &Benchmark{Suite: string(suite), Name: string(name), Params: slices.Clone(params), Environment: env, At: at, Outcome: Passed}
	b.list = append(b.list, bm)
	return bm, true
}

// Share adds a benchmark that another set holds, as it is; no benchmark of this set is
// made or changed afterwards.
func (b *BenchmarkSet) Share(bm *Benchmark) { b.list = append(b.list, bm) }

// Metric gives the metric of a name, and makes it where it is met first, with what
// MeasureOf says of its unit. nil means that there are too many. It is valid until the next call.
func (b *BenchmarkSet) Metric(bm *Benchmark, name, unit []byte) *Metric {
	for i := range bm.Metrics {
		if bm.Metrics[i].Name == string(name) {
			return &bm.Metrics[i]
		}
	}
	if len(bm.Metrics) >= maxOwnMetrics || b.metrics >= MaxMetrics {
		b.dropped++
		return nil
	}
	b.metrics++
	bm.Metrics = append(bm.Metrics, Metric{Name: string(bounded(name)), Unit: MeasureOf(string(bounded(unit)))})
	return &bm.Metrics[len(bm.Metrics)-1]
}

// Sample adds a measurement to a metric; nil is one that was dropped.
func (b *BenchmarkSet) Sample(m *Metric, v float64) {
	if m == nil || b.samples >= MaxSamples {
		b.dropped++
		return
	}
	b.samples++
	m.Samples = append(m.Samples, v)
}

// State adds a statistic to a metric; nil is one that was dropped.
func (b *BenchmarkSet) State(m *Metric, name string, v float64) {
	if m == nil || len(m.Stats) >= maxStats {
		b.dropped++
		return
	}
	m.Stats = append(m.Stats, Statistic{cutUTF8(name, MaxMessage), v})
}

// Worsen gives a benchmark the outcome o if it is graver than what it has.
func (bm *Benchmark) Worsen(o Outcome, message string) {
	if o <= bm.Outcome && bm.Outcome != Skipped {
		return
	}
	bm.Outcome, bm.Message = o, cutUTF8(message, MaxMessage)
}

// Tally counts whole values exactly: how often each was met. It holds what a load
// test measured, whatever its length, as long as the distinct values are few, as
// those of whole milliseconds are. The zero value is ready to use.
type Tally struct {
	n, sum   uint64
	min, max uint64
	dense    []uint64 // counts of the values below its length
	sparse   map[uint64]uint64
}

// denseFrom is from how many samples on the values below denseLen are counted in
// an array, of 128 KiB.
const (
	denseFrom = 1 << 10
	denseLen  = 1 << 14
)

// Add counts one value, and says whether it was one not met before.
func (t *Tally) Add(v uint64) (fresh bool) {
	if t.n == 0 || v < t.min {
		t.min = v
	}
	t.max = max(t.max, v)
	t.n++
	t.sum = satAdd(t.sum, v)
	if v < uint64(len(t.dense)) {
		t.dense[v]++
		return t.dense[v] == 1
	}
	if t.sparse == nil {
		t.sparse = map[uint64]uint64{}
	}
	t.sparse[v]++
	fresh = t.sparse[v] == 1
	if t.n == denseFrom {
		t.dense = make([]uint64, denseLen)
		for v, n := range t.sparse {
			if v < denseLen {
				t.dense[v] = n
				delete(t.sparse, v)
			}
		}
	}
	return fresh
}

// Len is how many values were counted, Sum what they add up to (saturating).
func (t *Tally) Len() uint64 { return t.n }
func (t *Tally) Sum() uint64 { return t.sum }

// Min and Max are 0 of nothing.
func (t *Tally) Min() uint64 { return t.min }
func (t *Tally) Max() uint64 { return t.max }

// Quantile is the smallest value that at least q of all are not above (nearest
// rank): Ratio{95, 100} asks for the 95th percentile. False means that nothing was
// counted or q is not between 0 and 1.
func (t *Tally) Quantile(q Ratio) (uint64, bool) {
	if t.n == 0 || q.Den == 0 || q.Num > q.Den {
		return 0, false
	}
	seen := uint64(0)
	enough := func(n uint64) bool { // seen/t.n >= q
		seen += n
		return seen > 0 && Ratio{seen, t.n}.Cmp(q) >= 0
	}
	for v, n := range t.dense {
		if enough(n) {
			return uint64(v), true
		}
	}
	values := make([]uint64, 0, len(t.sparse))
	for v := range t.sparse {
		values = append(values, v)
	}
	slices.Sort(values)
	for _, v := range values {
		if enough(t.sparse[v]) {
			return v, true
		}
	}
	return t.max, true
}

// BenchmarkCounts summarise the benchmarks of a report.
type BenchmarkCounts struct {
	Total   int
	Bad     int // failed or errored
	Skipped int
	Samples uint64 // of each benchmark's first metric that has any
	Crossed int    // thresholds
	Errors  Ratio  // of runs and requests
	Units   []string
}

// CountBenchmarks summarises the benchmarks of a report.
func (r *Report) CountBenchmarks() BenchmarkCounts {
	c := BenchmarkCounts{Total: r.Benchmarks.Len()}
	seen := map[string]bool{}
	for _, bm := range r.Benchmarks.list {
		switch {
		case bm.Outcome.Bad():
			c.Bad++
		case bm.Outcome == Skipped:
			c.Skipped++
		}
		c.Errors = c.Errors.Add(bm.Errors)
		counted := false
		for i := range bm.Metrics {
			m := &bm.Metrics[i]
			if n := m.Len(); n > 0 && !counted {
				c.Samples, counted = satAdd(c.Samples, n), true
			}
			for _, t := range m.Thresholds {
				if t.Crossed {
					c.Crossed++
				}
			}
			if u := m.Unit.Text; u != "" && !seen[u] {
				seen[u] = true
				c.Units = append(c.Units, u)
			}
		}
	}
	return c
}

// Finite reports whether v is a number that can be compared.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
