package benchmark

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// Criterion reads what Criterion.rs writes: the messages of cargo-criterion, and
// the files of one benchmark under target/criterion.
var Criterion = format.Format{
	Name:  "criterion-json",
	Kinds: evidence.Benchmarks,
	Title: "Criterion.rs JSON (cargo criterion --message-format json, target/criterion/**/new/sample.json and estimates.json)",
	Doc: `cargo criterion writes one message a line, which jq may have spread over several; every benchmark-complete is one benchmark, named by its id (book of Criterion.rs, "External Tools"). Its samples are measured_values
over iteration_counts in its unit; typical, mean, median and slope are what it states. Other messages are passed over; a line that is no message makes the report inconclusive.

sample.json holds times over iters, in nanoseconds, and estimates.json what is stated, as mean, median and std_dev. Neither says of which benchmark: that is read from
the path between "criterion" and "new", and a file elsewhere makes the report inconclusive. Only the comparison with the baseline that Criterion itself made is not read. Messages that
are cut between two lines do not show it; a JSON file that was cut is always recognised.`,
	Names: []string{"reason", "sampling_mode", "point_estimate"},
	Sniff: func(_ string, head []byte) bool {
		for _, message := range []string{`"reason":"benchmark-complete"`, `"reason":"group-complete"`, `"reason": "benchmark-complete"`, `"reason": "group-complete"`} {
			if bytes.Contains(head, []byte(message)) {
				return len(head) > 0 && head[0] == '{'
			}
		}
		names := paths(head)
		return names["sampling_mode"] && names["iters"] || names["mean.point_estimate"] && names["mean.confidence_interval"]
	},
	Parse: parseCriterion,
}

type criterionReader struct {
	document
	id, unit     []byte
	iters, times []float64
	reason       []byte
}

func parseCriterion(ctx context.Context, src format.Source, r *evidence.Report) error {
	c := criterionReader{document: document{r: r}}
	br := bufio.NewReaderSize(src, format.SniffLen)
	head, _ := br.Peek(format.SniffLen)
	if !bytes.Contains(head, []byte(`"reason"`)) {
		return c.file(ctx, br, src.Name)
	}
	lines := linescan.New(ctx, br)
	var spread []byte // a message that jq wrote on several lines, the first of them "{"
	begun := 0
	for lines.Next() {
		line := bytes.TrimRight(lines.Bytes(), " \t\r")
		switch {
		case begun > 0 && len(spread)+len(line) > format.MaxToken:
			r.Complain(evidence.Unsound, begun, 1, "a message of more than %d bytes; it was not read", format.MaxToken)
			return nil
		case begun > 0:
			if spread = append(append(spread, line...), '\n'); string(line) == "}" {
				c.message(spread, begun)
				begun = 0
			}
		case string(line) == "{":
			spread, begun = append(spread[:0], "{\n"...), lines.Line()
		case len(bytes.TrimSpace(line)) > 0:
			c.message(line, lines.Line())
		}
	}
	if begun > 0 {
		c.message(spread, begun) // it is cut
	}
	if err := lines.Err(); err != nil {
		if tooLong, ok := err.(*linescan.TooLong); ok {
			r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		} else {
			return err
		}
	}
	if r.Benchmarks.Len() == 0 && r.Conclusive() {
		r.Complain(evidence.Unsound, 1, 1, "there is no benchmark in it")
	}
	return nil
}

// message reads one message, which begins at line n.
func (c *criterionReader) message(line []byte, n int) {
	c.s = jsonscan.NewBytes(line)
	c.id, c.unit, c.reason, c.iters, c.times, c.stats = c.id[:0], c.unit[:0], c.reason[:0], c.iters[:0], c.times[:0], c.stats[:0]
	before := len(c.r.Problems)
	for name := range c.s.Members {
		switch string(name) {
		case "reason":
			c.reason = c.text(c.reason, 100)
		case "id":
			c.id = c.text(c.id, format.MaxToken)
		case "unit":
			c.unit = c.text(c.unit, 100)
		case "iteration_count":
			c.iters = c.floats(c.iters, "iteration_count")
		case "measured_values":
			c.times = c.floats(c.times, "measured_values")
		case "mean", "median":
			c.estimate(string(name), "estimate")
		}
	}
	c.s.Finish(c.r)
	for i := before; i < len(c.r.Problems); i++ { // they count lines from 1
		c.r.Problems[i].Pos.Line = n
	}
	if c.s.Err() == nil && string(c.reason) == "benchmark-complete" {
		c.add(c.id, c.unit, evidence.Pos{File: c.r.Source, Line: n})
	} else if c.s.Err() == nil && len(c.reason) == 0 {
		c.r.Complain(evidence.Unsound, n, 1, "this line is no message of cargo-criterion")
	}
}

// estimate reads the point estimate of an object that has one.
func (c *criterionReader) estimate(name, of string) {
	for member := range c.s.Members {
		if string(member) == of {
			c.stat(name)
		}
	}
}

// file reads sample.json or estimates.json.
func (c *criterionReader) file(ctx context.Context, src io.Reader, path string) error {
	c.s = jsonscan.New(ctx, src)
	for name := range c.s.Members {
		switch string(name) {
		case "iters":
			c.iters = c.floats(c.iters, "iters")
		case "times":
			c.times = c.floats(c.times, "times")
		case "mean", "median":
			c.estimate(string(name), "point_estimate")
		case "std_dev":
			c.estimate("stddev", "point_estimate")
		}
	}
	at := evidence.Pos{File: c.r.Source, Line: 1, Col: 1}
	if c.s.Err() == nil {
		c.add([]byte(c.nameOf(path)), []byte("ns"), at)
	}
	return c.finish()
}

// nameOf is the benchmark that a path speaks of.
func (c *criterionReader) nameOf(file string) string {
	parts := strings.Split(file, "/")
	for i := len(parts) - 3; i > 0; i-- {
		if parts[i-1] == "criterion" && (parts[len(parts)-2] == "new" || parts[len(parts)-2] == "base") {
			return strings.Join(parts[i:len(parts)-2], "/")
		}
	}
	c.r.Complain(evidence.Unsound, 1, 1, "the file does not say which benchmark it is of, and its path is not target/criterion/<benchmark>/new/<file>")
	return file
}

func (c *criterionReader) add(id, unit []byte, at evidence.Pos) {
	if len(id) == 0 {
		c.unsound(at, "a benchmark without an id")
	}
	set := &c.r.Benchmarks
	bm, _ := set.Find(nil, id, nil, nil, at)
	if bm == nil {
		return
	}
	if len(c.times) == 0 && len(c.stats) == 0 {
		bm.Worsen(evidence.Errored, "it has neither measurements nor estimates")
		return
	}
	m := set.Metric(bm, []byte("time"), unit)
	c.state(m)
	if len(c.times) == 0 {
		return
	}
	if len(c.iters) != len(c.times) {
		c.unsound(at, "%d measurements of %d iteration counts", len(c.times), len(c.iters))
		return
	}
	for i, t := range c.times {
		if c.iters[i] <= 0 {
			bm.Worsen(evidence.Errored, "a measurement of no iterations")
			continue
		}
		bm.Iterations = evidence.Ratio{Num: bm.Iterations}.Add(evidence.Ratio{Num: uint64(min(c.iters[i], 1<<53))}).Num
		set.Sample(m, t/c.iters[i])
	}
}
