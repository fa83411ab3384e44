package render

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// BenchmarksSeen counts benchmarks and shows the first of them, those that did not
// pass before the others. Errors are runs or requests, out of all, where the report
// counts them; samples those of each benchmark's first metric.
type BenchmarksSeen struct {
	Total   int             `json:"total"`
	Bad     int             `json:"bad"` // failed or errored
	Skipped int             `json:"skipped"`
	Samples uint64          `json:"samples"`
	Crossed int             `json:"thresholds_crossed"` // by the verdict of the tool itself
	Errors  *evidence.Ratio `json:"errors,omitempty"`
	Units   []string        `json:"units"`
	First   []BenchmarkSeen `json:"first"`
}

// BenchmarkSeen is one benchmark.
type BenchmarkSeen struct {
	Suite   string          `json:"suite,omitempty"`
	Name    string          `json:"name"`
	Outcome string          `json:"outcome"`
	Errors  *evidence.Ratio `json:"errors,omitempty"`
	Metrics []MetricSeen    `json:"metrics"`
}

// MetricSeen is the middle of one metric, or what the report states in its place.
type MetricSeen struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit,omitempty"`
	Better  string  `json:"better"`
	Samples uint64  `json:"samples"`
	Of      string  `json:"of,omitempty"` // median, mean, value …; empty if there is no number
	Value   float64 `json:"value"`
}

// Limits on what is shown of many.
const (
	maxBenchmarks = 8
	maxMetrics    = 4
	maxUnits      = 12
)

func benchmarksSeen(r *evidence.Report) *BenchmarksSeen {
	c := r.CountBenchmarks()
	seen := &BenchmarksSeen{Total: c.Total, Bad: c.Bad, Skipped: c.Skipped, Samples: c.Samples, Crossed: c.Crossed,
		Errors: measured(c.Errors), Units: slices.Clip(c.Units[:min(len(c.Units), maxUnits)]), First: []BenchmarkSeen{}}
	if seen.Units == nil {
		seen.Units = []string{}
	}
	for _, bad := range []bool{true, false} {
		for i := 0; i < r.Benchmarks.Len() && len(seen.First) < maxBenchmarks; i++ {
			if bm := r.Benchmarks.At(i); (bm.Outcome != evidence.Passed) == bad {
				seen.First = append(seen.First, benchmarkSeen(bm))
			}
		}
	}
	return seen
}

func measured(r evidence.Ratio) *evidence.Ratio {
	if !r.Measured() {
		return nil
	}
	return &r
}

func benchmarkSeen(bm *evidence.Benchmark) BenchmarkSeen {
	name := bm.Name
	for i, p := range bm.Params {
		sep := ","
		if i == 0 {
			sep = " "
		}
		name += sep + p.Name + "=" + p.Value
	}
	b := BenchmarkSeen{Suite: bm.Suite, Name: name, Outcome: bm.Outcome.String(), Errors: measured(bm.Errors), Metrics: []MetricSeen{}}
	for i := range bm.Metrics[:min(len(bm.Metrics), maxMetrics)] {
		m := &bm.Metrics[i]
		seen := MetricSeen{Name: m.Name, Unit: m.Unit.Text, Better: m.Unit.Better.String(), Samples: m.Len()}
		if v, of, ok := m.Median(); ok && evidence.Finite(v) {
			seen.Value, seen.Of = v, of
		}
		b.Metrics = append(b.Metrics, seen)
	}
	return b
}

func (st Style) benchmarks(b *bytes.Buffer, seen *BenchmarksSeen) {
	fmt.Fprintf(b, "  benchmarks %d", seen.Total)
	if seen.Bad > 0 {
		fmt.Fprintf(b, ", %d failed", seen.Bad)
	}
	if seen.Skipped > 0 {
		fmt.Fprintf(b, ", %d skipped", seen.Skipped)
	}
	fmt.Fprintf(b, "; %d samples", seen.Samples)
	if seen.Errors != nil {
		fmt.Fprintf(b, "; errors %s (%s)", seen.Errors.Percent(), seen.Errors.Fraction())
	}
	if seen.Crossed > 0 {
		fmt.Fprintf(b, "; %s crossed", plural(seen.Crossed, "threshold"))
	}
	if len(seen.Units) > 0 {
		fmt.Fprintf(b, "; in %s", Clean(strings.Join(seen.Units, ", "), 200))
	}
	b.WriteByte('\n')
	for _, bm := range seen.First {
		line := strings.TrimPrefix(bm.Suite+" "+bm.Name, " ")
		if bm.Outcome != evidence.Passed.String() {
			line += ": " + bm.Outcome
		}
		for i, m := range bm.Metrics {
			sep := ", "
			if i == 0 {
				sep = ": "
			}
			line += sep + m.text()
		}
		st.item(b, "    ", line)
	}
	if more := seen.Total - len(seen.First); more > 0 {
		fmt.Fprintf(b, "    and %d more\n", more)
	}
}

func (m MetricSeen) text() string {
	if m.Of == "" {
		return m.Name + " without a value"
	}
	value := strconv.FormatFloat(m.Value, 'g', 6, 64)
	if m.Unit != "" {
		value += " " + m.Unit
	}
	if m.Name != m.Unit {
		value = m.Name + " " + value
	}
	switch m.Samples {
	case 0:
		return value + " (" + m.Of + ")"
	case 1:
		return value
	default:
		return fmt.Sprintf("%s (%s of %d)", value, m.Of, m.Samples)
	}
}
