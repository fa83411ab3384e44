// Package gobench reads the lines that Go benchmarks print, for the readers of go
// test's text and events: the format is golang.org/design/14313-benchmark-format,
// read as golang.org/x/perf/benchfmt does, and as package testing prints it when a
// benchmark prints, fails or panics amid its own line.
package gobench

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/decimal"
)

// Limits on what is looked at and kept.
const (
	maxPairs  = 200       // measurements in a line
	maxKeys   = 32        // of configuration
	maxValue  = 1 << 10   // bytes of one
	maxPrefix = 64 << 10  // bytes of a line that are searched for a result behind other output
	maxUnits  = 1 << 10   // units that are spoken of
	maxChunk  = 256 << 10 // bytes of a line that comes in pieces
)

// Reader holds what the packages of one file share.
type Reader struct {
	R     *evidence.Report
	units map[string]*unit
	full  bool
}

type unit struct {
	better evidence.Better
	has    bool // it is stated
	exact  bool
	assume bool
}

// Stream is the output of one package, or of all where they stand one after
// another. The zero value with a Reader is ready.
type Stream struct {
	*Reader
	suite   []byte
	machine []evidence.Property // goos, goarch, cpu
	other   []evidence.Property
	env     *evidence.Environment
	fresh   bool // env is that of the properties

	pending     []byte // name as printed, whose result is due
	pendingAt   int
	announced   []byte // with -v a name stands alone before the result
	announcedAt int
	alarm       bool
	ran         int  // results of this package
	bad         bool // a benchmark of it failed
	procs       []byte
	last        *evidence.Benchmark
	chunk       []byte

	Header int // line of the last pkg: without a package's end behind it
}

// IsName tells the name of a benchmark, as package testing does: what follows
// "Benchmark" does not begin with a lower-case letter.
func IsName(name []byte) bool {
	rest, ok := bytes.CutPrefix(name, []byte("Benchmark"))
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRune(rest)
	return len(rest) == 0 || !unicode.IsLower(r)
}

// IsResult tells the line of a benchmark's result, or its beginning.
func IsResult(line []byte) bool {
	if !IsName(line) {
		return false
	}
	name, rest := field(line)
	count, pairs := field(rest)
	_, ok := decimal.Whole(count)
	return ok && validPairs(pairs) || bytes.HasPrefix(bytes.TrimLeft(line[len(name):], " "), []byte("\t"))
}

// Line reads a line, and says whether it was a result. Lines of configuration
// other than goos, goarch, cpu and pkg count only where the line is at nobody's
// hand: what a test prints may look like one.
func (s *Stream) Line(line []byte, n int, nobodys bool) bool {
	if len(line) == 0 {
		return false
	}
	switch c := line[0]; {
	case c == 'B' && IsName(line):
		return s.benchmark(line, n)
	case c == 'U' && nobodys && bytes.HasPrefix(line, []byte("Unit")):
		s.unitLine(line, n)
		return false
	case len(s.pending) > 0:
		return s.tail(line, n)
	case 'a' <= c && c <= 'z' || c >= utf8.RuneSelf:
		if s.config(line, n, nobodys) {
			return false
		}
	}
	if len(s.announced) > 0 && isPanic(line) {
		s.alarm = true
	}
	if bytes.IndexByte(line, '\t') > 0 && len(line) <= maxPrefix {
		if i := bytes.LastIndex(line[:bytes.IndexByte(line, '\t')], []byte("Benchmark")); i > 0 {
			return s.benchmark(line[i:], n) // behind what was printed without a newline
		}
	}
	return false
}

func isPanic(line []byte) bool {
	return bytes.HasPrefix(line, []byte("panic: ")) || bytes.HasPrefix(line, []byte("fatal error: "))
}

// benchmark reads a line that begins with a benchmark's name.
func (s *Stream) benchmark(line []byte, n int) bool {
	name, rest := field(line)
	if !IsName(name) {
		return false
	}
	if len(rest) == 0 && len(name) == len(line) {
		s.drop()
		s.announced, s.announcedAt, s.alarm = append(s.announced[:0], name...), n, false
		return false
	}
	iterations, pairs := field(rest)
	if count, ok := decimal.Whole(iterations); ok && validPairs(pairs) {
		s.drop()
		s.add(name, count, pairs, n)
		return true
	}
	if gap := line[len(name):]; bytes.HasPrefix(bytes.TrimLeft(gap, " "), []byte("\t")) {
		s.drop()
		s.pending, s.pendingAt = append(s.pending[:0], name...), n
		after := bytes.TrimLeft(gap, " ")[1:]
		return len(after) > 0 && s.tail(after, n)
	}
	return false
}

// tail looks for the result of the benchmark that is due behind what it printed.
func (s *Stream) tail(line []byte, n int) bool {
	if isPanic(line) {
		s.alarm = true
	}
	if len(line) > maxPrefix {
		return false
	}
	tried := 0
	for i, c := range line {
		if c != '\t' {
			continue
		}
		if tried++; tried > 16 {
			return false
		}
		from := i
		for from > 0 && '0' <= line[from-1] && line[from-1] <= '9' {
			from--
		}
		if count, ok := decimal.Whole(line[from:i]); ok && validPairs(line[i:]) {
			s.add(s.pending, count, line[i:], n)
			s.pending = s.pending[:0]
			return true
		}
	}
	return false
}

// Chunk reads a piece of output that may end inside a line.
func (s *Stream) Chunk(text []byte, n int) {
	line, whole := bytes.CutSuffix(text, []byte("\n"))
	if len(s.chunk) > 0 || !whole {
		if len(s.chunk)+len(line) > maxChunk {
			s.chunk = s.chunk[:0]
			return
		}
		s.chunk = append(s.chunk, line...)
		line = s.chunk
	}
	if whole {
		s.Line(line, n, false)
		s.chunk = s.chunk[:0]
	}
}

// Due reports whether the next output belongs to a line that is begun.
func (s *Stream) Due() bool { return len(s.chunk) > 0 || len(s.pending) > 0 }

// field splits off the next field; what follows has no space before it.
func field(line []byte) (f, rest []byte) {
	from := spaces(line, 0)
	to := from
	for to < len(line) && line[to] != ' ' && line[to] != '\t' {
		to++
	}
	return line[from:to], line[spaces(line, to):]
}

// spaces is where the white space from i on ends.
func spaces(line []byte, i int) int {
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return i
}

// validPairs reports whether all of the text is values with units.
func validPairs(text []byte) bool {
	for n := 0; ; n++ {
		var value, unit []byte
		if value, text = field(text); len(value) == 0 {
			return n > 0
		}
		if unit, text = field(text); len(unit) == 0 || n >= maxPairs {
			return false
		}
		if _, ok := decimal.Float(value); !ok && !notFinite(value) {
			return false
		}
	}
}

// notFinite tells what strconv prints for the result of a division by zero.
func notFinite(value []byte) bool {
	switch string(value) {
	case "NaN", "+Inf", "-Inf", "Inf":
		return true
	}
	return false
}

// add takes a result.
func (s *Stream) add(name []byte, count uint64, pairs []byte, line int) {
	s.announced = s.announced[:0]
	s.ran++
	bm := s.find(name, line)
	if bm == nil {
		return
	}
	s.last = bm
	bm.Iterations = evidence.Ratio{Num: bm.Iterations}.Add(evidence.Ratio{Num: count}).Num
	for len(pairs) > 0 {
		var value, unit []byte
		value, pairs = field(pairs)
		unit, pairs = field(pairs)
		if len(unit) == 0 {
			return
		}
		v, ok := decimal.Float(value)
		if !ok {
			bm.Worsen(evidence.Errored, "it gives "+string(value)+" "+string(unit[:min(len(unit), 100)])+", which is no number")
			continue
		}
		set := &s.R.Benchmarks
		set.Sample(set.Metric(bm, unit, unit), v)
	}
}

// find gives the benchmark of a printed name. Its last -N is GOMAXPROCS, which
// package testing appends unless it is 1.
func (s *Stream) find(printed []byte, line int) *evidence.Benchmark {
	if !s.fresh {
		s.env, s.fresh = nil, true
		if len(s.machine)+len(s.other) > 0 {
			s.env = s.R.Benchmarks.Environment(s.machine, s.other)
		}
	}
	name, procs := cutProcs(printed)
	if procs != nil {
		s.procs = append(s.procs[:0], procs...)
	} else {
		s.procs = s.procs[:0]
	}
	return s.identity(name, line)
}

func (s *Stream) identity(name []byte, line int) *evidence.Benchmark {
	if s.last != nil && s.last.Name == string(name) && s.last.Suite == string(s.suite) && s.last.Environment == s.env && procsOf(s.last) == string(s.procs) {
		return s.last // -count writes them in runs
	}
	var params []evidence.Property
	if len(s.procs) > 0 {
		params = []evidence.Property{{Name: "gomaxprocs", Value: string(s.procs)}}
	}
	bm, _ := s.R.Benchmarks.Find(s.suite, name, params, s.env, evidence.Pos{File: s.R.Source, Line: line})
	return bm
}

func procsOf(bm *evidence.Benchmark) string {
	if len(bm.Params) == 0 {
		return ""
	}
	return bm.Params[0].Value
}

func cutProcs(name []byte) (base, procs []byte) {
	i := bytes.LastIndexByte(name, '-')
	if i < 0 {
		return name, nil
	}
	if n, ok := decimal.Whole(name[i+1:]); !ok || n < 2 || n > 1<<20 || name[i+1] == '0' {
		return name, nil
	}
	return name[:i], name[i+1:]
}

// drop makes a benchmark whose result is due an error: its line is damaged, or its
// process ended.
func (s *Stream) drop() {
	if len(s.pending) == 0 {
		return
	}
	if bm := s.find(s.pending, s.pendingAt); bm != nil {
		bm.Worsen(evidence.Errored, "it began and has no result")
		s.bad = true
	}
	s.pending = s.pending[:0]
}

// Outcome takes a mark of package testing: a benchmark failed or skipped.
func (s *Stream) Outcome(printed []byte, o evidence.Outcome, message string, line int) {
	s.pending, s.announced = s.pending[:0], s.announced[:0]
	name, procs := cutProcs(printed)
	if procs != nil {
		s.procs = append(s.procs[:0], procs...)
	}
	if !s.fresh {
		s.find(printed, line)
	}
	set := &s.R.Benchmarks
	before := set.Len()
	bm := s.identity(name, line)
	switch {
	case bm == nil:
	case o == evidence.Skipped && set.Len() > before:
		bm.Outcome, bm.Message = o, message
	case o.Bad():
		bm.Worsen(o, message)
		s.bad = true
	}
}

// End ends a package at a line. bad says that something of it is known to have
// failed. One that failed in its benchmarks, and does not say in which, is an errored benchmark named
// [package]: go test runs none after a test has failed.
func (s *Stream) End(failed, bad bool, line int) {
	s.drop()
	if len(s.announced) > 0 && failed && (s.alarm || !bad) {
		if bm := s.find(s.announced, s.announcedAt); bm != nil {
			bm.Worsen(evidence.Errored, "it began and has no result: its process ended")
			s.bad = true
		}
	}
	if failed && s.ran > 0 && !s.bad {
		if bm := s.find([]byte("[package]"), line); bm != nil {
			bm.Worsen(evidence.Errored, "the package failed, and no benchmark in it says so: one panicked or ended the process")
		}
	}
	s.ran, s.bad = 0, false
	s.announced, s.alarm, s.chunk = s.announced[:0], false, s.chunk[:0]
	s.suite, s.Header = s.suite[:0], 0
}

// Name gives the package whose output is read, where nothing in it says so.
func (s *Stream) Name(pkg []byte) {
	if len(s.suite) == 0 {
		s.suite = append(s.suite[:0], pkg...)
	}
}
