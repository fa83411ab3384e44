package testresult

import (
	"context"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// CTRF reads the Common Test Report Format.
var CTRF = format.Format{
	Name:   "ctrf-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "CTRF JSON, the Common Test Report Format (the ctrf-io reporters for Playwright, Jest, Cypress, pytest and others)",
	Doc: `Every entry of results.tests is one case (ctrf.io, specification 1.0). "passed" has passed, "failed" has failed, "skipped" and
"pending" are skipped; "other" is what no reporter could place, such as an interrupted test, and is errored, and so is any other word, which makes
the report inconclusive too. The suite is a string or a path of strings. Its tags are properties named tag, its labels have names of their own.

retryAttempts are the attempts before the final one; where only retries or flaky is given, a test that passed has failed that often
before.

results.summary is a second witness: failures that it counts and that are not listed are errored, and missing tests make the report inconclusive.
A file that was cut is always recognised.`,
	Names: []string{"results", "reportFormat"},
	Times: "`timestamp`, and `start` and `stop` of the summary",
	Sniff: sniffCTRF,
	Parse: parseCTRF,
}

func sniffCTRF(_ string, head []byte) bool {
	names := outline(head)
	return names["results.summary"] || names["results.tests"] || names["results.tool"] || names["reportFormat"] && names["specVersion"]
}

// ctrfReader is the state of one reading.
type ctrfReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	suites suiteCount
	test   ctrfTest
	labels labels
}

// ctrfTest is the test in hand. Its bytes are used again for the next.
type ctrfTest struct {
	name, status, suite, message, trace, raw []byte
	file                                     []byte
	line, retries                            int64
	duration                                 time.Duration
	flaky                                    bool
	attempts                                 []evidence.Attempt
}

func parseCTRF(ctx context.Context, src format.Source, r *evidence.Report) error {
	c := ctrfReader{s: jsonscan.New(ctx, src), r: r}
	results := false
	for name := range c.s.Members {
		switch string(name) {
		case "timestamp":
			text, _ := c.s.Text()
			r.State(format.Stamp(text))
		case "reportFormat":
			line, col := c.s.Pos()
			if text, _ := c.s.Text(); string(text) != "CTRF" {
				r.Complain(evidence.Unsound, line, col, "reportFormat is %.40q and not \"CTRF\"", text)
			}
		case "results":
			results = true
			c.results()
		}
	}
	if c.s.Err() == nil && !results {
		r.Complain(evidence.Unsound, 1, 1, "no results in it")
	}
	return c.s.Finish(r)
}

func (c *ctrfReader) results() {
	stated := statedCounts{tests: -1, passed: -1, bad: -1}
	line, col := c.s.Pos()
	tests, summary := false, false
	for name := range c.s.Members {
		switch string(name) {
		case "summary":
			summary = true
			stated = c.summary()
		case "tests":
			tests = c.s.Kind() == jsonscan.Array
			for range c.s.Elements {
				c.entry()
			}
		}
	}
	if c.s.Err() != nil {
		return
	}
	if !tests || !summary {
		c.r.Complain(evidence.Unsound, line, col, "results need a summary and a list of tests")
	}
	if summary {
		stated.compare(c.r)
	}
}

func (c *ctrfReader) summary() statedCounts {
	stated := statedCounts{tests: -1, passed: -1}
	stated.line, stated.col = c.s.Pos()
	for name := range c.s.Members {
		switch string(name) {
		case "tests":
			stated.tests = wholeOr(c.s, c.r, "tests")
		case "passed":
			stated.passed = wholeOr(c.s, c.r, "passed")
		case "failed":
			stated.bad += max(wholeOr(c.s, c.r, "failed"), 0)
		case "other":
			stated.bad += max(wholeOr(c.s, c.r, "other"), 0)
		case "start", "stop":
			n, _ := c.s.Int()
			c.r.State(format.UnixStamp(n))
		}
	}
	return stated
}

// entry reads one test.
func (c *ctrfReader) entry() {
	line, col := c.s.Pos()
	if c.s.Kind() != jsonscan.Object {
		c.r.Complain(evidence.Unsound, line, col, "a test that is no object")
		return
	}
	t := &c.test
	*t = ctrfTest{name: t.name[:0], status: t.status[:0], suite: t.suite[:0], message: t.message[:0], trace: t.trace[:0], raw: t.raw[:0], file: t.file[:0]}
	c.labels.begin(nil)
	for name := range c.s.Members {
		switch string(name) {
		case "name":
			t.name = keepText(c.s, t.name, format.MaxToken)
		case "status":
			t.status = keepText(c.s, t.status, 100)
		case "rawStatus":
			t.raw = keepText(c.s, t.raw, 100)
		case "duration":
			t.duration = milliseconds(c.s)
		case "message":
			t.message = keepText(c.s, t.message, evidence.MaxMessage)
		case "trace":
			t.trace = keepText(c.s, t.trace, evidence.MaxMessage)
		case "filePath":
			t.file = keepText(c.s, t.file, evidence.MaxMessage)
		case "line":
			t.line, _ = c.s.Int()
		case "retries":
			t.retries, _ = c.s.Int()
		case "flaky":
			t.flaky, _ = c.s.Bool()
		case "suite":
			c.suite()
		case "tags":
			for range c.s.Elements {
				text, _ := c.s.Text()
				c.labels.tag(text)
			}
		case "labels":
			c.named()
		case "retryAttempts":
			for range c.s.Elements {
				c.attempt()
			}
		}
	}
	if c.s.Err() == nil {
		c.add(line, col)
	}
}

// named reads the labels, each of which has one value or several.
func (c *ctrfReader) named() {
	for name := range c.s.Members {
		name := slices.Clone(name)
		if c.s.Kind() != jsonscan.Array {
			value, _ := c.s.Scalar()
			c.labels.add(name, value)
			continue
		}
		for range c.s.Elements {
			value, _ := c.s.Scalar()
			c.labels.add(name, value)
		}
	}
}

func (c *ctrfReader) suite() {
	t := &c.test
	if c.s.Kind() == jsonscan.String {
		t.suite = keepText(c.s, t.suite, format.MaxToken)
		return
	}
	for range c.s.Elements {
		part, _ := c.s.Text()
		if len(t.suite)+len(part) > format.MaxToken {
			continue
		}
		if len(t.suite) > 0 {
			t.suite = append(t.suite, " > "...)
		}
		t.suite = append(t.suite, part...)
	}
}

func (c *ctrfReader) attempt() {
	a := evidence.Attempt{Outcome: evidence.Errored}
	for name := range c.s.Members {
		switch string(name) {
		case "status":
			status, _ := c.s.Text()
			a.Outcome, _ = ctrfOutcome(status)
		case "duration":
			a.Duration = milliseconds(c.s)
		case "message":
			text, _ := c.s.Text()
			a.Message = string(text[:min(len(text), evidence.MaxMessage)])
		}
	}
	if len(c.test.attempts) < maxRetries {
		c.test.attempts = append(c.test.attempts, a)
	}
}

// ctrfOutcome reads a status, and says whether the specification has it.
func ctrfOutcome(status []byte) (evidence.Outcome, bool) {
	switch string(status) {
	case "passed":
		return evidence.Passed, true
	case "failed":
		return evidence.Failed, true
	case "skipped", "pending":
		return evidence.Skipped, true
	default:
		return evidence.Errored, string(status) == "other"
	}
}

func (c *ctrfReader) add(line, col int) {
	t := &c.test
	o, known := ctrfOutcome(t.status)
	if !known {
		c.r.Complain(evidence.Unsound, line, col, "the status %.100q of this test is not known", t.status)
	}
	if len(t.name) == 0 {
		c.r.Complain(evidence.Unsound, line, col, "this test has no name")
	}
	d := evidence.Detail{Properties: c.labels.list()}
	if o != evidence.Passed {
		d.Message = string(t.message)
		if len(t.message) == 0 {
			d.Message = string(t.trace)
		}
		if o == evidence.Errored && d.Message == "" {
			d.Message = string(t.raw)
		}
	}
	if o.Bad() {
		d.Line = int(max(0, min(t.line, 1<<31)))
	}
	retried := max(t.retries, 0)
	if t.flaky {
		retried = max(retried, 1)
	}
	switch {
	case len(t.attempts) > 0:
		if int64(len(t.attempts)) != t.retries+1 || t.attempts[len(t.attempts)-1].Outcome != o { // else the final one is listed as well
			t.attempts = append(t.attempts, evidence.Attempt{Outcome: o, Duration: t.duration, Message: d.Message})
		}
		d.Attempts = t.attempts
	case retried > 0 && o != evidence.Skipped:
		d.Attempts = failedBefore(retried, o, t.duration, d.Message)
	}
	suite := c.r.Cases.Suite(t.suite)
	c.suites.meet(c.r, suite)
	c.r.Cases.Append(suite, 0, t.name, o, t.duration, line, &d)
	c.r.Cases.SetFile(c.r.Cases.Len()-1, t.file)
}
