package benchmark

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// Pytest reads what pytest-benchmark writes.
var Pytest = format.Format{
	Name:   "pytest-benchmark-json",
	Kinds:  evidence.Benchmarks,
	Begins: "{[",
	Title:  "pytest-benchmark JSON (pytest --benchmark-json, --benchmark-save)",
	Doc: `Every entry of benchmarks is one benchmark: of its fullname the file is the suite and the rest, with the parameters in brackets, the name. stats.data are its
samples in seconds a call, where they were saved (--benchmark-save-data, --benchmark-json); else mean, median, stddev, min and max count, and rounds as count.
An entry without stats is errored.

Data of another number than the rounds, and a mean, minimum or maximum that the data deny, make the report inconclusive. The system, the processor
and the Python of machine_info tell the machine; its node and commit_info are kept beside it. A benchmark that failed is not in the file, but in pytest's own
report of tests. A file that was cut is always recognised.`,
	Names: []string{"machine_info", "fullname"},
	Sniff: func(_ string, head []byte) bool {
		names := paths(head)
		return names["machine_info"] && (names["machine_info.python_version"] || names["commit_info"] || names["benchmarks"]) ||
			names["benchmarks.[].fullname"] && names["benchmarks.[].stats"]
	},
	Times: "`datetime`",
	Parse: parsePytest,
}

type pytestReader struct {
	document
	name, full []byte
	data       []float64
}

func parsePytest(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := pytestReader{document: newDocument(ctx, src, r)}
	for name := range p.s.Members {
		switch string(name) {
		case "datetime":
			text, _ := p.s.Text()
			r.State(format.Stamp(text))
		case "machine_info":
			p.machineInfo()
		case "commit_info":
			for name := range p.s.Members {
				switch string(name) {
				case "id", "branch", "dirty":
					p.property(&p.other, "commit."+string(name))
				}
			}
		case "benchmarks":
			for range p.s.Elements {
				p.benchmark()
			}
		}
	}
	p.adopt()
	return p.finish()
}

func (p *pytestReader) machineInfo() {
	for name := range p.s.Members {
		switch string(name) {
		case "system", "machine", "processor", "python_implementation", "python_version":
			p.property(&p.machine, string(name))
		case "node", "release":
			p.property(&p.other, string(name))
		case "cpu":
			for name := range p.s.Members {
				switch string(name) {
				case "brand", "brand_raw", "count", "arch":
					p.property(&p.machine, "cpu."+string(name))
				}
			}
		}
	}
}

func (p *pytestReader) benchmark() {
	at := p.pos()
	if p.s.Kind() != jsonscan.Object {
		p.unsound(at, "a benchmark that is no object")
		return
	}
	p.name, p.full, p.data, p.stats = p.name[:0], p.full[:0], p.data[:0], p.stats[:0]
	var rounds, iterations uint64
	hasRounds := false
	for name := range p.s.Members {
		switch string(name) {
		case "name":
			p.name = p.text(p.name, format.MaxToken)
		case "fullname":
			p.full = p.text(p.full, format.MaxToken)
		case "stats":
			for name := range p.s.Members {
				switch string(name) {
				case "mean", "median", "stddev", "min", "max":
					p.stat(string(name))
				case "rounds":
					rounds, hasRounds = p.count("rounds")
				case "iterations":
					iterations, _ = p.count("iterations")
				case "data":
					p.data = p.floats(p.data, "data")
				}
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	suite, test, ok := bytes.Cut(p.full, []byte("::"))
	if !ok {
		suite, test = nil, p.full
	}
	if len(test) == 0 {
		test = p.name
	}
	if len(test) == 0 {
		p.unsound(at, "a benchmark without a name")
	}
	set := &p.r.Benchmarks
	bm, made := set.Find(suite, test, nil, p.environment(), at)
	if bm == nil {
		return
	}
	if !made {
		p.unsound(at, "%.200q stands twice in the report", p.full)
	}
	if hasRounds {
		bm.Iterations = evidence.Ratio{Num: bm.Iterations}.Add(evidence.Ratio{Num: rounds * max(min(iterations, 1<<32), 1)}).Num
	}
	if len(p.stats) == 0 && len(p.data) == 0 {
		bm.Worsen(evidence.Errored, "it has no statistics")
		return
	}
	if hasRounds && len(p.data) > 0 && rounds != uint64(len(p.data)) {
		p.unsound(at, "%d rounds are stated, and %d are in data", rounds, len(p.data))
	}
	m := set.Metric(bm, []byte("time"), []byte("s"))
	p.state(m)
	if hasRounds {
		set.State(m, "count", float64(rounds))
	}
	p.samples(m, p.data, at)
}
