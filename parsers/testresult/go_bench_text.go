package testresult

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/gobench"
)

// GoBenchText reads Go's benchmark format. What go test -bench prints holds tests as
// well, in any order and of many packages, so that it and go-test-v-text are one
// reader: the name says what stands at the beginning.
var GoBenchText = format.Format{
	Name:  "go-bench-text",
	Kinds: evidence.Benchmarks | evidence.Tests,
	Title: "Go benchmarks (go test -bench, benchstat's files)",
	Doc: `A line "BenchmarkName-8  100  123 ns/op  16 B/op" is a sample of each of its units, of the benchmark Name in the package of the last "pkg:"
(golang.org/design/14313-benchmark-format, golang.org/x/perf/benchfmt). Sub-benchmarks are part of the name; the last -N, which package testing appends unless it is 1,
is the parameter gomaxprocs. The same name again (-count) is a further sample. A benchmark that prints tears its line apart: its result is then found behind
what it printed, also on a later line.

goos, goarch and cpu tell the machine; other "key: value" lines are kept where no test or benchmark is running. "Unit u better=higher assume=exact" holds for
the whole file; without it time, bytes and allocations are better lower, what is counted in a time higher, and of any other unit the direction is unknown.

A benchmark that fails, panics or has no result behind its name is failed or errored, and a case as well, as in go-test-v-text; one whose value is NaN or Inf is errored. Tests in
the file are read as there. A file with benchmarks and not one case is a report of benchmarks alone: without -v, "ok" says of tests only that none failed.

Benchmarks behind a "pkg:" without PASS, FAIL or ok after them make the report inconclusive. A file that has no such lines, and one that is cut between two
packages, does not show that it was cut.`,
	Sniff: func(_ string, head []byte) bool { return goDialectOf(head) == goBenchmarks },
	Parse: parseGoTestText,
}

// kinds says what the report speaks of: what was seen, and tests where nothing was.
func (g *goTests) kinds() {
	g.bench.Finish()
	g.r.Kinds = evidence.Tests
	if g.r.Benchmarks.Len() > 0 {
		g.r.Kinds = evidence.Benchmarks
		if g.r.Cases.Len() > 0 {
			g.r.Kinds |= evidence.Tests
		}
	}
}

// stream is where the benchmarks of a package go.
func (g *goTests) stream(p *goPackage) *gobench.Stream {
	if p.bench == nil {
		p.bench = &gobench.Stream{Reader: &g.bench}
	}
	p.bench.Name([]byte(p.name))
	return p.bench
}

// benchOutput reads a piece of output as an event has it.
func (g *goTests) benchOutput(p *goPackage, raw []byte) {
	if text, ok := unquote(raw); ok {
		g.stream(p).Chunk(text, g.line)
	}
}

// isBenchOutput tells, in the output of a package, what may belong to benchmarks:
// their machine and, before Go 1.20, they themselves.
func isBenchOutput(raw []byte) bool {
	switch {
	case len(raw) == 0:
		return false
	case raw[0] == 'B':
		return bytes.HasPrefix(raw, []byte("Benchmark"))
	case raw[0] == 'g':
		return bytes.HasPrefix(raw, []byte("goos: ")) || bytes.HasPrefix(raw, []byte("goarch: "))
	case raw[0] == 'c':
		return bytes.HasPrefix(raw, []byte("cpu: "))
	default:
		return false
	}
}
