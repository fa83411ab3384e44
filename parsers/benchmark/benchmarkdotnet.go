package benchmark

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// BenchmarkDotNet reads the reports of BenchmarkDotNet's JSON exporters.
var BenchmarkDotNet = format.Format{
	Name:   "benchmarkdotnet-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "BenchmarkDotNet JSON (JsonExporter, full and brief)",
	Doc: `Every entry of Benchmarks is one benchmark: its suite is Namespace and Type, its name the Method, its parameters Parameters and, from DisplayInfo, a job that is not the
default one: its characteristics in brackets, such as another runtime (JsonExporterBase of BenchmarkDotNet). Its samples are nanoseconds an operation of the Measurements whose mode is Workload and whose stage is Result (before 0.11: mode Result); without Measurements, in brief reports,
they are Statistics.OriginalValues, and without those what Statistics states counts.

Statistics that are null are a benchmark that did not run to its end: it is errored. Outliers may be left out of Statistics, so its mean is not held against the
measurements. Memory.BytesAllocatedPerOperation is a metric in bytes, and Metrics are as their descriptors say. Processor, architecture, system and runtime of HostEnvironmentInfo
tell the machine. A file that was cut is always recognised.

Before 0.12 a skewness of too few measurements is written as NaN, bare, which is no JSON: such a report is inconclusive. Measure more than once, or upgrade.`,
	Names: []string{"HostEnvironmentInfo", "DisplayInfo"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["HostEnvironmentInfo"] && (names["HostEnvironmentInfo.BenchmarkDotNetVersion"] || names["Benchmarks"]) || names["Benchmarks.[].DisplayInfo"]
	},
	Parse: parseBenchmarkDotNet,
}

type dotNetReader struct {
	document
	namespace, typ, method, full, params []byte
	display                              []byte
	values, original                     []float64
	mode, stage                          []byte
	metrics                              []jmhMetric
	used                                 int
	iterations                           uint64
}

func parseBenchmarkDotNet(ctx context.Context, src format.Source, r *evidence.Report) error {
	b := dotNetReader{document: newDocument(ctx, src, r)}
	for name := range b.s.Members {
		switch string(name) {
		case "HostEnvironmentInfo":
			for name := range b.s.Members {
				switch string(name) {
				case "ProcessorName", "PhysicalCoreCount", "LogicalCoreCount", "Architecture", "OsVersion", "RuntimeVersion":
					b.property(&b.machine, string(name))
				case "BenchmarkDotNetVersion", "Configuration", "HasAttachedDebugger":
					b.property(&b.other, string(name))
				}
			}
		case "Benchmarks":
			for range b.s.Elements {
				b.benchmark()
			}
		}
	}
	b.adopt()
	return b.finish()
}

func (b *dotNetReader) benchmark() {
	at := b.pos()
	if b.s.Kind() != jsonscan.Object {
		b.unsound(at, "a benchmark that is no object")
		return
	}
	b.namespace, b.typ, b.method, b.full, b.params = b.namespace[:0], b.typ[:0], b.method[:0], b.full[:0], b.params[:0]
	b.display = b.display[:0]
	b.values, b.original, b.stats, b.used, b.iterations = b.values[:0], b.original[:0], b.stats[:0], 0, 0
	statistics := false
	allocated := stated{}
	for name := range b.s.Members {
		switch string(name) {
		case "DisplayInfo":
			b.display = b.text(b.display, maxText)
		case "Namespace":
			b.namespace = b.text(b.namespace, format.MaxToken)
		case "Type":
			b.typ = b.text(b.typ, format.MaxToken)
		case "Method":
			b.method = b.text(b.method, format.MaxToken)
		case "FullName":
			b.full = b.text(b.full, format.MaxToken)
		case "Parameters":
			b.params = b.text(b.params, maxText)
		case "Statistics":
			statistics = b.s.Kind() == jsonscan.Object
			b.statistics()
		case "Memory":
			for name := range b.s.Members {
				if string(name) == "BytesAllocatedPerOperation" {
					allocated.value, allocated.has = b.float("BytesAllocatedPerOperation")
				}
			}
		case "Measurements":
			for range b.s.Elements {
				b.measurement()
			}
		case "Metrics":
			for range b.s.Elements {
				b.metric()
			}
		}
	}
	if b.s.Err() == nil {
		b.add(at, statistics, allocated)
	}
}

func (b *dotNetReader) statistics() {
	for name := range b.s.Members {
		switch string(name) {
		case "OriginalValues":
			b.original = b.floats(b.original, "OriginalValues")
		case "Mean":
			b.stat("mean")
		case "Median":
			b.stat("median")
		case "Min":
			b.stat("min")
		case "Max":
			b.stat("max")
		case "StandardDeviation":
			b.stat("stddev")
		case "N":
			b.stat("count")
		case "Percentiles":
			for name := range b.s.Members {
				if len(name) > 1 && len(name) < 20 && name[0] == 'P' {
					b.stat("p" + string(name[1:]))
				}
			}
		}
	}
}

// measurement reads one iteration. Those of the overhead, the pilot and the warm-up are not
// results.
func (b *dotNetReader) measurement() {
	at := b.pos()
	b.mode, b.stage = b.mode[:0], b.stage[:0]
	var nanoseconds stated
	operations := uint64(0)
	for name := range b.s.Members {
		switch string(name) {
		case "IterationMode":
			b.mode = b.text(b.mode, 100)
		case "IterationStage":
			b.stage = b.text(b.stage, 100)
		case "Operations":
			operations, _ = b.count("Operations")
		case "Nanoseconds":
			nanoseconds.value, nanoseconds.has = b.float("Nanoseconds")
		}
	}
	if b.s.Err() != nil || string(b.mode) != "Result" && !(string(b.mode) == "Workload" && string(b.stage) == "Result") {
		return
	}
	if !nanoseconds.has || operations == 0 {
		b.unsound(at, "a result without its Nanoseconds or its Operations")
		return
	}
	b.values = append(b.values, nanoseconds.value/float64(operations))
	b.iterations = evidence.Ratio{Num: b.iterations}.Add(evidence.Ratio{Num: operations}).Num
}

// metric reads one of what diagnosers add, into the room of a metric.
func (b *dotNetReader) metric() {
	if b.used == len(b.metrics) {
		if b.used >= maxParams {
			return
		}
		b.metrics = append(b.metrics, jmhMetric{})
	}
	m := &b.metrics[b.used]
	*m = jmhMetric{name: m.name[:0], unit: m.unit[:0]}
	for name := range b.s.Members {
		switch string(name) {
		case "Value":
			m.score.value, m.score.has = b.float("Value")
		case "Descriptor":
			for name := range b.s.Members {
				switch string(name) {
				case "Id":
					m.name = b.text(m.name, 1000)
				case "Unit":
					m.unit = b.text(m.unit, 200)
				case "TheGreaterTheBetter":
					if greater, ok := b.s.Bool(); ok && greater {
						m.better = evidence.Higher
					} else if ok {
						m.better = evidence.Lower
					}
				}
			}
		}
	}
	if m.score.has && len(m.name) > 0 {
		b.used++
	}
}

// dotNetJob reads the job out of "Type.Method: Job-ABCDEF(Runtime=.NET 8.0) [N=1]".
// Its name is made of its characteristics, which say more.
func dotNetJob(display []byte) string {
	_, job, _ := bytes.Cut(display, []byte(": "))
	job, _, _ = bytes.Cut(job, []byte(" ["))
	if string(job) == "DefaultJob" {
		return ""
	}
	if i := bytes.IndexByte(job, '('); i >= 0 {
		job = bytes.TrimSuffix(job[i+1:], []byte(")"))
	}
	return string(job)
}

func (b *dotNetReader) add(at evidence.Pos, statistics bool, allocated stated) {
	suite := b.typ
	if len(b.namespace) > 0 {
		suite = append(append(append([]byte(nil), b.namespace...), '.'), b.typ...)
	}
	name := b.method
	if len(name) == 0 {
		suite, name = nil, b.full
	}
	if len(name) == 0 {
		b.unsound(at, "a benchmark without a name")
	}
	var params []evidence.Property
	if len(b.params) > 0 {
		params = append(params, evidence.Property{Name: "parameters", Value: string(b.params)})
	}
	if job := dotNetJob(b.display); job != "" {
		params = append(params, evidence.Property{Name: "job", Value: job})
	}
	set := &b.r.Benchmarks
	bm, made := set.Find(suite, name, params, b.environment(), at)
	if bm == nil {
		return
	}
	if !made {
		b.unsound(at, "%.200q stands twice in the report", name)
	}
	bm.Iterations = evidence.Ratio{Num: bm.Iterations}.Add(evidence.Ratio{Num: b.iterations}).Num
	if !statistics {
		bm.Worsen(evidence.Errored, "it has no statistics: it did not run to its end")
	}
	if len(b.values) == 0 {
		b.values = append(b.values, b.original...)
	}
	if len(b.values) > 0 || len(b.stats) > 0 {
		m := set.Metric(bm, []byte("time"), []byte("ns"))
		b.state(m)
		for _, v := range b.values {
			set.Sample(m, v)
		}
	} else if statistics {
		bm.Worsen(evidence.Errored, "its statistics state nothing")
	}
	if allocated.has {
		set.State(set.Metric(bm, []byte("BytesAllocatedPerOperation"), []byte("B")), "value", allocated.value)
	}
	for i := range b.metrics[:b.used] {
		read := &b.metrics[i]
		m := set.Metric(bm, read.name, read.unit)
		if m != nil {
			m.Unit.Better = read.better
		}
		set.State(m, "value", read.score.value)
	}
}
