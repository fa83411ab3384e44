package evidence

import (
	"strconv"
	"strings"
)

// Dimension is what a unit of a benchmark measures.
type Dimension uint8

const (
	_          Dimension = iota
	Elapsed              // time for something: base unit s
	Throughput           // something in a time: base unit 1/s
	Memory               // bytes
	Events               // how often something happened: allocations, requests
	Fraction             // a part of a whole: base unit 1
	Other                // anything else; never converted
)

func (d Dimension) String() string {
	switch d {
	case Elapsed:
		return "time"
	case Throughput:
		return "throughput"
	case Memory:
		return "memory"
	case Events:
		return "events"
	case Fraction:
		return "fraction"
	case Other:
		return "other"
	default:
		panic("evidence: dimension " + strconv.Itoa(int(d)))
	}
}

// Better is which way a metric improves. Its zero value is not known, and what is
// not known is not judged.
type Better uint8

const (
	_      Better = iota
	Lower         // time, memory, errors
	Higher        // throughput
)

func (b Better) String() string {
	switch b {
	case 0:
		return "unknown"
	case Lower:
		return "lower"
	case Higher:
		return "higher"
	default:
		panic("evidence: better " + strconv.Itoa(int(b)))
	}
}

// Measure is a unit as a report writes it, and what is known of it.
type Measure struct {
	Text      string // ns/op, MB/s, ms
	Dimension Dimension
	// Scale is one of the unit in the base unit of its dimension: 1/1000 for ms.
	Scale  Ratio
	Better Better
}

// times and sizes are the units of time in seconds, and of size in bytes.
var (
	times = map[string]Ratio{
		"ps": {1, 1e12}, "ns": {1, 1e9}, "nanos": {1, 1e9}, "us": {1, 1e6}, "µs": {1, 1e6}, "μs": {1, 1e6}, "ms": {1, 1000}, "msec": {1, 1000},
		"s": {1, 1}, "sec": {1, 1}, "secs": {1, 1}, "second": {1, 1}, "seconds": {1, 1}, "m": {60, 1}, "min": {60, 1}, "h": {3600, 1}, "hr": {3600, 1}, "d": {86400, 1}, "day": {86400, 1},
	}
	sizes = map[string]Ratio{
		"B": {1, 1}, "byte": {1, 1}, "bytes": {1, 1}, "kB": {1000, 1}, "KB": {1000, 1}, "MB": {1e6, 1}, "GB": {1e9, 1},
		"KiB": {1 << 10, 1}, "MiB": {1 << 20, 1}, "GiB": {1 << 30, 1},
	}
)

// MeasureOf reads a unit. Time is better lower and so are bytes and allocations;
// what is counted in a time is better higher. Of any other unit the direction is
// not known, and a report must state it. A name may stand before the unit after a
// dash, as in p99-ns (golang.org/x/perf/benchunit).
func MeasureOf(text string) Measure {
	m := Measure{Text: text, Dimension: Other, Scale: Ratio{1, 1}}
	num, den, per := strings.Cut(text, "/")
	if i := strings.LastIndexByte(num, '-'); i >= 0 {
		num = num[i+1:]
	}
	if t, ok := times[den]; per && ok {
		m.Dimension, m.Better, m.Scale = Throughput, Higher, Ratio{t.Den, t.Num}
		if size, ok := sizes[num]; ok {
			m.Scale = Ratio{size.Num * t.Den, t.Num}
		} else if same, ok := times[num]; ok { // time in a time is a share of it
			m.Dimension, m.Better, m.Scale = Fraction, 0, Ratio{same.Num * t.Den, same.Den * t.Num}
		}
		return m
	}
	if t, ok := times[num]; ok {
		m.Dimension, m.Better, m.Scale = Elapsed, Lower, t
	} else if size, ok := sizes[num]; ok {
		m.Dimension, m.Better, m.Scale = Memory, Lower, size
	} else if num == "allocs" || num == "alloc" {
		m.Dimension, m.Better = Events, Lower
	} else if num == "%" {
		m.Dimension, m.Scale = Fraction, Ratio{1, 100}
	}
	return m
}
