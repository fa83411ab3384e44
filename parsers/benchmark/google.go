package benchmark

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// Google reads what Google Benchmark writes as JSON.
var Google = format.Format{
	Name:   "google-benchmark-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "Google Benchmark JSON (--benchmark_format=json, --benchmark_out)",
	Doc: `Rows of benchmarks that share a run_name are one benchmark (docs/user_guide.md and src/json_reporter.cc of Google Benchmark). A row of run_type iteration,
and a row without a run_type (before 1.5), is a sample of real_time, cpu_time (in its time_unit), bytes_per_second, items_per_second and of every counter, which is any other
number in the row; a counter's direction is not known. A row of run_type aggregate states mean, median or stddev of them; rows of BigO and RMS
describe no measurement and are passed over, and so are cv and other percentages.

error_occurred, with its error_message, is a failed benchmark, skipped a skipped one. A benchmark with fewer rows of run_type iteration than its repetitions
(but some) makes the report inconclusive. num_cpus and library_build_type tell the machine; host_name, mhz_per_cpu and others are kept beside them. A file that was cut is
always recognised.`,
	Names: []string{"context"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["context.num_cpus"] || names["context.library_build_type"] || names["context"] && names["benchmarks.[].real_time"]
	},
	Times: "`date` of `context`",
	Parse: parseGoogle,
}

type googleReader struct {
	document
	rows map[*evidence.Benchmark]*googleRows

	name, runName, runType, aggregate, unit, message []byte
	values                                           []googleValue
	perSecond                                        []byte
}

// googleRows counts the repetitions of a benchmark.
type googleRows struct {
	at       evidence.Pos
	stated   uint64
	measured uint64
	odd      bool // it failed or skipped in one
}

type googleValue struct {
	name  []byte
	value float64
}

func parseGoogle(ctx context.Context, src format.Source, r *evidence.Report) error {
	g := googleReader{document: newDocument(ctx, src, r), rows: map[*evidence.Benchmark]*googleRows{}}
	list := false
	for name := range g.s.Members {
		switch string(name) {
		case "context":
			g.context()
		case "benchmarks":
			list = g.s.Kind() == jsonscan.Array
			for range g.s.Elements {
				g.row()
			}
		}
	}
	if g.s.Err() == nil && !list {
		r.Complain(evidence.Unsound, 1, 1, "it has no list of benchmarks")
	}
	g.adopt()
	for i := range r.Benchmarks.Len() {
		if n := g.rows[r.Benchmarks.At(i)]; n != nil && !n.odd && n.measured > 0 && n.measured < n.stated {
			g.unsound(n.at, "%d repetitions are stated, and %d are there", n.stated, n.measured)
		}
	}
	return g.finish()
}

func (g *googleReader) context() {
	for name := range g.s.Members {
		switch string(name) {
		case "date":
			text, _ := g.s.Text()
			g.r.State(format.Stamp(text))
		case "num_cpus", "library_build_type":
			g.property(&g.machine, string(name))
		case "host_name", "mhz_per_cpu", "cpu_scaling_enabled", "aslr_enabled", "library_version", "executable":
			g.property(&g.other, string(name))
		}
	}
}

func (g *googleReader) row() {
	at := g.pos()
	if g.s.Kind() != jsonscan.Object {
		g.unsound(at, "a benchmark that is no object")
		return
	}
	g.name, g.runName, g.runType, g.aggregate, g.unit, g.message = g.name[:0], g.runName[:0], g.runType[:0], g.aggregate[:0], append(g.unit[:0], "ns"...), g.message[:0]
	g.values = g.values[:0]
	var failed, skipped, percentage bool
	var iterations, repetitions uint64
	for name := range g.s.Members {
		switch string(name) {
		case "name":
			g.name = g.text(g.name, format.MaxToken)
		case "run_name":
			g.runName = g.text(g.runName, format.MaxToken)
		case "run_type":
			g.runType = g.text(g.runType, 100)
		case "aggregate_name":
			g.aggregate = g.text(g.aggregate, 100)
		case "time_unit":
			g.unit = g.text(g.unit, 100)
		case "error_message", "skip_message":
			g.message = g.text(g.message, evidence.MaxMessage)
		case "error_occurred":
			failed, _ = g.s.Bool()
		case "skipped":
			skipped, _ = g.s.Bool()
		case "iterations":
			iterations, _ = g.count("iterations")
		case "repetitions":
			repetitions, _ = g.count("repetitions")
		case "family_index", "per_family_instance_index", "repetition_index", "threads", "label":
		case "aggregate_unit":
			text, _ := g.s.Text()
			percentage = string(text) == "percentage"
		case "real_time", "cpu_time":
			g.value(name, true)
		default:
			g.value(name, false)
		}
	}
	if g.s.Err() != nil {
		return
	}
	name := g.runName
	if len(name) == 0 {
		name = g.name
	}
	if len(name) == 0 {
		g.unsound(at, "a benchmark without a name")
	}
	isAggregate := string(g.runType) == "aggregate"
	if isAggregate {
		if percentage {
			return
		}
		switch string(g.aggregate) {
		case "BigO", "RMS", "cv":
			return
		}
	}
	bm, _ := g.r.Benchmarks.Find(nil, name, nil, g.environment(), at)
	if bm == nil {
		return
	}
	rows := g.rows[bm]
	if rows == nil {
		rows = &googleRows{at: at}
		g.rows[bm] = rows
	}
	rows.stated = max(rows.stated, repetitions)
	switch {
	case failed:
		rows.odd = true
		bm.Worsen(evidence.Failed, string(g.message))
	case skipped:
		rows.odd = true
		if len(bm.Metrics) == 0 && bm.Outcome == evidence.Passed {
			bm.Outcome, bm.Message = evidence.Skipped, string(g.message)
		}
	case isAggregate:
		g.add(bm, string(g.aggregate))
	default:
		rows.measured++
		bm.Iterations += iterations
		g.add(bm, "")
		if len(bm.Metrics) == 0 || len(g.values) == 0 {
			bm.Worsen(evidence.Errored, "it has no measurement")
		}
	}
}

// value keeps a number of the row. A time must be one; any other member may be a
// text that a user added.
func (g *googleReader) value(name []byte, must bool) {
	if !must && g.s.Kind() != jsonscan.Number || len(g.values) >= maxParams {
		return
	}
	n := len(g.values)
	if n < cap(g.values) {
		g.values = g.values[:n+1]
	} else {
		g.values = append(g.values, googleValue{})
	}
	v := &g.values[n]
	v.name = append(v.name[:0], name...)
	var ok bool
	if v.value, ok = g.float(string(v.name)); !ok {
		g.values = g.values[:n]
		if must && g.s.Kind() == jsonscan.Null {
			g.unsound(g.pos(), "%s is null", name)
		}
	}
}

// add takes the numbers of a row: samples, or an aggregate of them.
func (g *googleReader) add(bm *evidence.Benchmark, aggregate string) {
	set := &g.r.Benchmarks
	for _, v := range g.values {
		unit := []byte(nil)
		switch {
		case string(v.name) == "real_time", string(v.name) == "cpu_time":
			unit = g.unit
		case string(v.name) == "bytes_per_second":
			unit = []byte("B/s")
		case bytes.HasSuffix(v.name, []byte("_per_second")):
			g.perSecond = append(append(g.perSecond[:0], bytes.TrimSuffix(v.name, []byte("_per_second"))...), "/s"...)
			unit = g.perSecond
		}
		m := set.Metric(bm, v.name, unit)
		if m != nil && m.Unit.Text != string(unit) {
			bm.Worsen(evidence.Errored, "its rows are in different units, "+m.Unit.Text+" and "+string(unit))
			return
		}
		if aggregate == "" {
			set.Sample(m, v.value)
		} else {
			set.State(m, aggregate, v.value)
		}
	}
}
