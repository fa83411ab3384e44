package benchmark

import (
	"bytes"
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/decimal"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// JMH reads the results that the Java Microbenchmark Harness writes as JSON.
var JMH = format.Format{
	Name:   "jmh-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "JMH JSON (jmh -rf json, the Gradle and Maven plugins for JMH)",
	Doc: `Every entry of the array is one benchmark: its suite is the class, its name the method, its parameters the mode, the threads and params
(JSONResultFormat of JMH). The numbers of primaryMetric.rawData, over all forks, are its samples, in the scoreUnit. In the mode thrpt more is better, in avgt, sample and ss less.
In the mode sample, rawDataHistogram says how often each time was met: its count is kept, with scorePercentiles and the mean, and no single time, because
the times of one fork are no repeated measurements. secondaryMetrics (of profilers) have a direction only where they are times or bytes.

The same benchmark twice makes the report inconclusive: its runs differ in something that is not read. A score that is NaN is an errored benchmark; a scoreError that is NaN says that there were too few samples, and nothing else. A score that is not the mean of
its rawData makes the report inconclusive. jdkVersion, vmName and vmVersion tell the machine: JMH writes nothing more of it. A benchmark that threw is not
in the file: compare with a file that has it. A file that was cut is always recognised.`,
	Names: []string{"benchmark", "primaryMetric", "jmhVersion"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["[].primaryMetric"] || names["[].jmhVersion"] || names["[].benchmark"] && names["[].mode"]
	},
	Parse: parseJMH,
}

type jmhReader struct {
	document
	name, mode, threads []byte
	params              []evidence.Property
	metrics             []jmhMetric // the primary one first
	used                int
	primary             bool
}

// jmhMetric is one metric of the benchmark that is read.
type jmhMetric struct {
	name, unit []byte
	stats      []evidence.Statistic
	samples    []float64
	score      stated
	nan        bool
	at         evidence.Pos
	better     evidence.Better
}

func parseJMH(ctx context.Context, src format.Source, r *evidence.Report) error {
	j := jmhReader{document: newDocument(ctx, src, r)}
	for range j.s.Elements {
		j.benchmark()
	}
	return j.finish()
}

func (j *jmhReader) benchmark() {
	at := j.pos()
	if j.s.Kind() != jsonscan.Object {
		j.unsound(at, "a benchmark that is no object")
		return
	}
	j.name, j.mode, j.threads = j.name[:0], j.mode[:0], append(j.threads[:0], '1')
	j.params, j.machine, j.other, j.used, j.primary = j.params[:0], j.machine[:0], j.other[:0], 0, false
	j.next("")
	for name := range j.s.Members {
		switch string(name) {
		case "benchmark":
			j.name = j.text(j.name, format.MaxToken)
		case "mode":
			j.mode = j.text(j.mode, 100)
		case "threads":
			text, _ := j.s.Scalar()
			j.threads = append(j.threads[:0], text[:min(len(text), 20)]...)
		case "params":
			j.params = j.document.params(j.params)
		case "jdkVersion", "vmName", "vmVersion":
			j.property(&j.machine, string(name))
		case "jmhVersion", "forks", "measurementIterations", "warmupIterations":
			j.property(&j.other, string(name))
		case "primaryMetric":
			j.primary = true
			j.metric(&j.metrics[0])
		case "secondaryMetrics":
			for name := range j.s.Members {
				j.metric(j.next(string(name[:min(len(name), maxText)])))
			}
		}
	}
	if j.s.Err() == nil {
		j.add(at)
	}
}

// next makes room for a metric.
func (j *jmhReader) next(name string) *jmhMetric {
	if j.used == maxParams { // the last is read over again
		j.unsound(j.pos(), "a benchmark with more than %d metrics", maxParams)
		j.used--
	}
	if j.used == len(j.metrics) {
		j.metrics = append(j.metrics, jmhMetric{})
	}
	m := &j.metrics[j.used]
	j.used++
	*m = jmhMetric{name: append(m.name[:0], name...), unit: m.unit[:0], stats: m.stats[:0], samples: m.samples[:0]}
	return m
}

func (j *jmhReader) metric(m *jmhMetric) {
	m.at = j.pos()
	for name := range j.s.Members {
		switch string(name) {
		case "score":
			if text, _ := j.s.Text(); string(text) == "NaN" {
				m.nan = true
			} else {
				m.score.value, m.score.has = j.float("score")
			}
		case "scoreUnit":
			m.unit = j.text(m.unit, 200)
		case "scorePercentiles":
			for name := range j.s.Members {
				label := "p" + strings.TrimSuffix(string(name[:min(len(name), 20)]), ".0")
				if text, kind := j.s.Scalar(); kind == jsonscan.Number {
					if v, ok := decimal.Float(text); ok && len(m.stats) < maxParams {
						m.stats = append(m.stats, evidence.Statistic{Name: label, Value: v})
					}
				}
			}
		case "rawData":
			for range j.s.Elements {
				m.samples = j.floats(m.samples, "rawData")
			}
		case "rawDataHistogram":
			m.stats = append(m.stats, evidence.Statistic{Name: "count", Value: float64(j.histogram())})
		}
	}
}

// histogram counts the times of all forks and iterations: [[[[time, count], …]]].
func (j *jmhReader) histogram() uint64 {
	n := uint64(0)
	for range j.s.Elements {
		for range j.s.Elements {
			for range j.s.Elements {
				i := 0
				for range j.s.Elements {
					if i++; i == 2 {
						count, _ := j.count("the count of a time")
						n = evidence.Ratio{Num: n}.Add(evidence.Ratio{Num: count}).Num
					}
				}
			}
		}
	}
	return n
}

func (j *jmhReader) add(at evidence.Pos) {
	if len(j.name) == 0 {
		j.unsound(at, "a benchmark without a name")
	}
	class, method := []byte(nil), j.name
	if i := bytes.LastIndexByte(j.name, '.'); i >= 0 {
		class, method = j.name[:i], j.name[i+1:]
	}
	if !j.knownMode() {
		j.unsound(at, "the mode %.100q of this benchmark is not known, so it is not known which way it is better", j.mode)
	}
	params := append([]evidence.Property{{Name: "mode", Value: string(j.mode)}, {Name: "threads", Value: string(j.threads)}}, j.params...)
	set := &j.r.Benchmarks
	bm, made := set.Find(class, method, params, j.environment(), at)
	if bm == nil {
		return
	}
	if !made {
		j.unsound(at, "%.200q stands twice in the report, with equal parameters", j.name)
	}
	for i := range j.metrics[:j.used] {
		j.addMetric(bm, &j.metrics[i], i == 0)
	}
}

func (j *jmhReader) knownMode() bool {
	switch string(j.mode) {
	case "thrpt", "avgt", "sample", "ss":
		return true
	}
	return false
}

func (j *jmhReader) addMetric(bm *evidence.Benchmark, read *jmhMetric, primary bool) {
	if primary && !read.score.has {
		why := "it has no score"
		if read.nan {
			why = "its score is NaN"
		}
		bm.Worsen(evidence.Errored, why)
		if !j.primary {
			return
		}
	}
	name := read.name
	if primary {
		name = []byte("score")
	}
	m := j.r.Benchmarks.Metric(bm, name, read.unit)
	if m == nil {
		return
	}
	switch {
	case primary && string(j.mode) == "thrpt":
		m.Unit.Better = evidence.Higher
	case primary:
		m.Unit.Better = evidence.Lower
		if !j.knownMode() {
			m.Unit.Better = 0
		}
	case m.Unit.Dimension == evidence.Throughput:
		m.Unit.Better = 0 // gc.alloc.rate
	}
	if read.score.has {
		j.r.Benchmarks.State(m, "mean", read.score.value)
	}
	for _, s := range read.stats {
		j.r.Benchmarks.State(m, s.Name, s.Value)
	}
	if primary {
		j.samples(m, read.samples, read.at)
		return
	}
	for _, v := range read.samples { // their score is a sum as often as a mean
		j.r.Benchmarks.Sample(m, v)
	}
}
