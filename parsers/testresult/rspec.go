package testresult

import (
	"context"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// RSpecJSON reads what RSpec's JSON formatter writes.
var RSpecJSON = format.Format{
	Name:   "rspec-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "RSpec JSON (rspec --format json)",
	Doc: `Every entry of examples is one case, named by its full_description, in the suite of its file (RSpec's json_formatter.rb). "passed" has passed,
"failed" has failed, "pending" is skipped; any other word is errored and makes the report inconclusive.

The summary is a second witness: failures that it counts and that are not listed are errored, and missing examples make the report inconclusive. Each of
errors_outside_of_examples_count is an errored case [outside of examples]: a file that RSpec could not load. A file that was cut is
always recognised.

With --dry-run RSpec runs nothing and writes "passed" of everything. Only the times show it: on one machine an empty example took 45 µs at least, and one
that was not run 3 to 5, the first 32. Where half of what has passed took less than 10 µs, or all of it less than 40, the report is inconclusive.`,
	Names: []string{"examples", "example_count", "errors_outside_of_examples_count"},
	Sniff: sniffRSpec,
	Parse: parseRSpec,
}

func sniffRSpec(_ string, head []byte) bool {
	names := outline(head)
	return names["examples"] || names["summary.example_count"] || names["summary.errors_outside_of_examples_count"]
}

type rspecReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	suites suiteCount

	name, status, path, message, pending []byte
	timed, quick, instant                int // of the examples that have passed
}

// dryRun reports whether the times of the examples are those of --dry-run.
func (p *rspecReader) dryRun() bool {
	return p.timed > 0 && (2*p.instant > p.timed || p.quick == p.timed)
}

func parseRSpec(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := rspecReader{s: jsonscan.New(ctx, src), r: r}
	stated := statedCounts{tests: -1, passed: -1, bad: -1}
	examples, summary, outside := false, false, int64(0)
	said := ""
	for name := range p.s.Members {
		switch string(name) {
		case "messages":
			for range p.s.Elements {
				if text, _ := p.s.Text(); len(said)+len(text) < evidence.MaxMessage {
					said = joinText(said, string(text))
				}
			}
		case "examples":
			examples = p.s.Kind() == jsonscan.Array
			for range p.s.Elements {
				p.example()
			}
		case "summary":
			summary = true
			stated.line, stated.col = p.s.Pos()
			for name := range p.s.Members {
				switch string(name) {
				case "example_count":
					stated.tests = wholeOr(p.s, r, "example_count")
				case "failure_count":
					stated.bad = wholeOr(p.s, r, "failure_count")
				case "errors_outside_of_examples_count":
					outside = wholeOr(p.s, r, "errors_outside_of_examples_count")
				}
			}
		}
	}
	if p.s.Err() == nil {
		if !examples || !summary || stated.tests < 0 || stated.bad < 0 {
			r.Complain(evidence.Unsound, 1, 1, "examples, and a summary with example_count and failure_count, are not all there")
		}
		if p.dryRun() {
			r.Complain(evidence.Unsound, 1, 1, "the examples that have passed took no time, as with --dry-run, which runs none of them: have RSpec run them")
		}
		stated.compare(r)
		p.outside(outside, stated.line, said)
	}
	return p.s.Finish(r)
}

// outside adds the errors that no example owns: the first with what RSpec said.
func (p *rspecReader) outside(n int64, line int, said string) {
	if n <= 0 {
		return
	}
	p.r.Cases.Append(0, 0, []byte("[outside of examples]"), evidence.Errored, 0, line, &evidence.Detail{Message: said})
	p.suites.meet(p.r, 0)
	if n > 1 {
		p.r.Unlisted = append(p.r.Unlisted, evidence.Unlisted{
			At: evidence.Pos{File: p.r.Source, Line: line, Col: 1}, Counts: evidence.Counts{Errored: uint64(n - 1)},
		})
	}
}

func (p *rspecReader) example() {
	line, col := p.s.Pos()
	if p.s.Kind() != jsonscan.Object {
		p.r.Complain(evidence.Unsound, line, col, "an example that is no object")
		return
	}
	p.name, p.status, p.path, p.message, p.pending = p.name[:0], p.status[:0], p.path[:0], p.message[:0], p.pending[:0]
	at, dur := int64(0), time.Duration(0)
	for name := range p.s.Members {
		switch string(name) {
		case "full_description":
			p.name = keepText(p.s, p.name, format.MaxToken)
		case "status":
			p.status = keepText(p.s, p.status, 100)
		case "file_path":
			p.path = keepText(p.s, p.path, format.MaxToken)
		case "line_number":
			at, _ = p.s.Int()
		case "run_time":
			number, _ := p.s.Number()
			dur = seconds(number)
		case "pending_message":
			p.pending = keepText(p.s, p.pending, evidence.MaxMessage)
		case "exception":
			for name := range p.s.Members {
				if string(name) == "message" {
					p.message = keepText(p.s, p.message, evidence.MaxMessage)
				}
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	o, d := evidence.Errored, evidence.Detail{}
	switch string(p.status) {
	case "passed":
		o = evidence.Passed
		if dur > 0 {
			p.timed++
		}
		if dur > 0 && dur < 40*time.Microsecond {
			p.quick++
		}
		if dur > 0 && dur < 10*time.Microsecond {
			p.instant++
		}
	case "failed":
		o, d.Message = evidence.Failed, string(p.message)
	case "pending":
		o, d.Message = evidence.Skipped, string(p.pending)
	default:
		p.r.Complain(evidence.Unsound, line, col, "the status %.100q of this example is not known", p.status)
	}
	if len(p.name) == 0 {
		p.r.Complain(evidence.Unsound, line, col, "this example has no full_description")
	}
	if o.Bad() {
		d.Line = int(max(0, min(at, 1<<31)))
	}
	suite := p.r.Cases.Suite(p.path)
	p.suites.meet(p.r, suite)
	p.r.Cases.Append(suite, 0, p.name, o, dur, line, &d)
	p.r.Cases.SetFile(p.r.Cases.Len()-1, p.path)
}
