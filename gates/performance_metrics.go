package gates

import "github.com/tollgate-ci/tollgate/evidence"

// performanceMetrics are those on benchmarks. One that many benchmarks measure is
// the worst of them, so that no mean hides a slow one.
var performanceMetrics = []Metric{
	{
		Name: "benchmarks", Kind: evidence.Benchmarks, Value: evidence.Count, Higher: true,
		Doc:     "The benchmarks, or labels of a load test, that ran to their end.",
		Formula: "benchmarks that were neither skipped nor errored",
		Source:  "the outcome that the format states",
		eval:    (*body).readBenchmarks,
	},
	{
		Name: "failed-benchmarks", Kind: evidence.Benchmarks, Value: evidence.Count,
		Doc:     "The benchmarks that could not finish, or that their runner calls failed.",
		Formula: "failed + errored",
		Source:  "the outcome that the format states",
		eval:    (*body).readFailedBenchmarks,
	},
	{
		Name: "crossed-thresholds", Kind: evidence.Benchmarks, Value: evidence.Count,
		Doc:     "The limits set in the tool itself that were not kept. Where none is set it is inconclusive.",
		Formula: "thresholds that the tool says were crossed",
		Source:  "k6's thresholds",
		eval:    (*body).readCrossed,
	},
	{
		Name: "regressions", Kind: evidence.Benchmarks, Value: evidence.Count,
		Doc:     "The quantities of benchmarks that are worse than in the baseline: significantly, and by more than the minimum effect. Their limits are under `compare` of the gate.",
		Formula: "Mann-Whitney U, two-sided, Holm's correction over the gate; ratio of medians; equal counts exactly",
		Source:  "Mann and Whitney 1947; Holm 1979; see [performance](performance.md)",
		eval:    (*body).readRegressions,
	},
	{
		Name: "error-rate", Kind: evidence.Benchmarks, Value: evidence.Share,
		Doc:     "The highest share of failed runs or requests of any benchmark.",
		Formula: "failed runs / runs, of the worst benchmark",
		Source:  "the failures that the report counts",
		eval:    (*body).readErrorRate,
	},
	limitMetric(limit{name: "mean", dimension: evidence.Elapsed, better: evidence.Lower, of: mean}, "The highest mean time of any benchmark.", "sum / number, or the mean that the report states"),
	limitMetric(limit{name: "median", dimension: evidence.Elapsed, better: evidence.Lower, of: median}, "The highest median time of any benchmark.", "the middle, or the mean of the two in the middle"),
	percentileMetric("p90", evidence.Ratio{Num: 90, Den: 100}),
	percentileMetric("p95", evidence.Ratio{Num: 95, Den: 100}),
	percentileMetric("p99", evidence.Ratio{Num: 99, Den: 100}),
	percentileMetric("p99.9", evidence.Ratio{Num: 999, Den: 1000}),
	limitMetric(limit{name: "slowest", dimension: evidence.Elapsed, better: evidence.Lower, of: highest}, "The longest time of any run or request.", "the highest sample, or the maximum that the report states"),
	limitMetric(limit{name: "throughput", dimension: evidence.Throughput, better: evidence.Higher, of: typical}, "The lowest throughput of any benchmark.", "the median, or else the mean or value that the report states"),
	limitMetric(limit{name: "memory", dimension: evidence.Memory, better: evidence.Lower, of: typical}, "The most memory of any benchmark: B/op.", "the median, or else the mean or value that the report states"),
	limitMetric(limit{name: "allocs", dimension: evidence.Events, better: evidence.Lower, of: typical}, "The most allocations of any benchmark: allocs/op.", "the median, or else the mean or value that the report states, rounded up"),
}

func limitMetric(l limit, doc, formula string) Metric {
	kind := map[evidence.Dimension]evidence.ValueKind{
		evidence.Elapsed: evidence.Seconds, evidence.Throughput: evidence.PerSecond, evidence.Memory: evidence.Bytes, evidence.Events: evidence.Count,
	}[l.dimension]
	return Metric{
		Name: l.name, Kind: evidence.Benchmarks, Value: kind, Higher: l.better == evidence.Higher,
		Doc: doc, Formula: formula,
		Source: "samples where the report has them; `measures` of the gate says which quantities of " + l.dimension.String(),
		eval:   func(b *body) reading { return b.readLimit(l) },
	}
}

func percentileMetric(name string, q evidence.Ratio) Metric {
	return limitMetric(limit{name: name, dimension: evidence.Elapsed, better: evidence.Lower, of: percentile(name, q)},
		"The highest "+name+" of the times of any benchmark.", "the smallest sample that at least "+q.ExactPercent()+" are not above (nearest rank), or the "+name+" that the report states")
}
