package benchmark

import (
	"context"
	"math"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/decimal"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// document is what the readers of JSON share.
type document struct {
	s *jsonscan.Scanner
	r *evidence.Report

	machine, other []evidence.Property
	stats          []evidence.Statistic // what is stated of the metric that is read
}

func newDocument(ctx context.Context, src format.Source, r *evidence.Report) document {
	return document{s: jsonscan.New(ctx, src), r: r}
}

// maxParams bounds what is kept of parameters and of an environment.
const (
	maxParams = 100
	maxText   = 4 << 10
)

// paths gives the names in the head of a JSON text, joined with dots, four
// levels deep; an element of an array is called []. It tells formats apart.
func paths(head []byte) map[string]bool {
	found := map[string]bool{}
	s := jsonscan.NewBytes(head)
	var walk func(prefix string, deep int)
	walk = func(prefix string, deep int) {
		if deep == 0 {
			return
		}
		if s.Kind() == jsonscan.Array {
			for range s.Elements {
				found[prefix+"[]"] = true
				walk(prefix+"[].", deep-1)
			}
			return
		}
		for name := range s.Members {
			path := prefix + string(name)
			found[path] = true
			walk(path+".", deep-1)
		}
	}
	walk("", 4)
	return found
}

// pos is the place of the value that is due.
func (d *document) pos() evidence.Pos {
	line, col := d.s.Pos()
	return evidence.Pos{File: d.r.Source, Line: line, Col: col}
}

func (d *document) unsound(at evidence.Pos, format string, args ...any) {
	d.r.Complain(evidence.Unsound, at.Line, at.Col, format, args...)
}

// float reads the number that is due. null gives false; so does what is no number,
// and is complained of.
func (d *document) float(what string) (float64, bool) {
	if d.s.Kind() == jsonscan.Null || d.s.Err() != nil {
		return 0, false
	}
	at := d.pos()
	text, ok := d.s.Number()
	if ok {
		var v float64
		if v, ok = decimal.Float(text); ok {
			return v, true
		}
	}
	if d.s.Err() == nil {
		d.unsound(at, "%s is no number", what)
	}
	return 0, false
}

// stat reads a statistic of the metric that is read.
func (d *document) stat(name string) {
	if v, ok := d.float(name); ok && len(d.stats) < maxParams {
		d.stats = append(d.stats, evidence.Statistic{Name: name, Value: v})
	}
}

// state gives a metric what was stated of it.
func (d *document) state(m *evidence.Metric) {
	for _, s := range d.stats {
		d.r.Benchmarks.State(m, s.Name, s.Value)
	}
	d.stats = d.stats[:0]
}

// count reads the whole number that is due, as float does.
func (d *document) count(what string) (uint64, bool) {
	if d.s.Kind() == jsonscan.Null || d.s.Err() != nil {
		return 0, false
	}
	at := d.pos()
	n, ok := d.s.Int()
	if (!ok || n < 0) && d.s.Err() == nil {
		d.unsound(at, "%s is no count", what)
		return 0, false
	}
	return uint64(max(n, 0)), ok
}

// floats appends the numbers of the array that is due. An element that is no
// number is complained of; what is no array, but null, as well.
func (d *document) floats(dst []float64, what string) []float64 {
	if k := d.s.Kind(); k != jsonscan.Array && k != jsonscan.Null && d.s.Err() == nil {
		d.unsound(d.pos(), "%s is no list of numbers", what)
		return dst
	}
	for range d.s.Elements {
		if d.s.Kind() == jsonscan.Null {
			d.unsound(d.pos(), "null among %s", what)
		} else if v, ok := d.float(what); ok && len(dst) <= evidence.MaxSamples {
			dst = append(dst, v)
		}
	}
	return dst
}

// text keeps the string that is due in buf, and at most limit bytes of it; what is
// no string leaves buf empty.
func (d *document) text(buf []byte, limit int) []byte {
	text, _ := d.s.Text()
	return append(buf[:0], text[:min(len(text), limit)]...)
}

// params appends the members of the object that is due, in their order.
func (d *document) params(dst []evidence.Property) []evidence.Property {
	for name := range d.s.Members {
		p := evidence.Property{Name: string(name[:min(len(name), maxText)])}
		switch d.s.Kind() {
		case jsonscan.Null:
			p.Value = "null"
		case jsonscan.Object, jsonscan.Array:
			p.Value = "…"
		default:
			text, _ := d.s.Scalar()
			p.Value = string(text[:min(len(text), maxText)])
		}
		if len(dst) < maxParams {
			dst = append(dst, p)
		}
	}
	return dst
}

// property keeps the scalar that is due as a property of the environment.
func (d *document) property(dst *[]evidence.Property, name string) {
	if text, kind := d.s.Scalar(); kind != jsonscan.Invalid && len(text) > 0 && len(*dst) < maxParams {
		*dst = append(*dst, evidence.Property{Name: name, Value: string(text[:min(len(text), maxText)])})
	}
}

// environment is that of what has been read of it.
func (d *document) environment() *evidence.Environment {
	if len(d.machine)+len(d.other) == 0 {
		return nil
	}
	return d.r.Benchmarks.Environment(d.machine, d.other)
}

// adopt gives an environment that stands behind the benchmarks to those that have
// none.
func (d *document) adopt() {
	env := d.environment()
	if env == nil {
		return
	}
	for i := range d.r.Benchmarks.Len() {
		if bm := d.r.Benchmarks.At(i); bm.Environment == nil {
			bm.Environment = env
		}
	}
}

// samples adds measurements to a metric and holds against them what is stated of
// it: a mean, a minimum or a maximum that its own samples deny makes the report
// inconclusive, because one of the two is not what was measured.
func (d *document) samples(m *evidence.Metric, values []float64, at evidence.Pos) {
	for _, v := range values {
		d.r.Benchmarks.Sample(m, v)
	}
	if m == nil || len(values) == 0 || len(m.Samples) != len(values) {
		return
	}
	low, high, sum := math.Inf(1), math.Inf(-1), 0.0
	for _, v := range values {
		low, high, sum = min(low, v), max(high, v), sum+v
	}
	for _, w := range []struct {
		name string
		have float64
	}{{"mean", sum / float64(len(values))}, {"min", low}, {"max", high}} {
		if stated, ok := m.Stat(w.name); ok && !near(stated, w.have) {
			d.unsound(at, "the %s of %s is stated as %v, and its %d samples give %v", w.name, m.Name, stated, len(values), w.have)
			return
		}
	}
}

// near allows for what tools round away: a thousandth.
func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-3*max(math.Abs(a), math.Abs(b))
}

// finish draws the conclusions of every format.
func (d *document) finish() error {
	if d.s.Err() == nil && d.r.Benchmarks.Len() == 0 {
		d.r.Complain(evidence.Unsound, 1, 1, "there is no benchmark in it")
	}
	return d.s.Finish(d.r)
}
