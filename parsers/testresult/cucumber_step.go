package testresult

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// readStep reads a step or a hook, and the hooks of a step, into run.
func (c *cucumberReader) readStep(run *cucumberRun) {
	line, col := c.s.Pos()
	if c.s.Kind() != jsonscan.Object {
		c.r.Complain(evidence.Unsound, line, col, "a step that is no object")
		return
	}
	result := false
	for name := range c.s.Members {
		switch string(name) {
		case "result":
			if c.s.Kind() == jsonscan.Object {
				result = true
				c.readResult(run)
			}
		case "before", "after":
			for range c.s.Elements {
				c.readStep(run)
			}
		}
	}
	if !result {
		if run.idle++; run.idle == 1 {
			run.idleLine = line
		}
	}
}

func (c *cucumberReader) readResult(run *cucumberRun) {
	line, col := c.s.Pos()
	o, known := evidence.Errored, false
	c.message = c.message[:0]
	for name := range c.s.Members {
		switch string(name) {
		case "status":
			c.word = keepText(c.s, c.word, 100)
			o, known = cucumberOutcome(c.word)
		case "duration":
			text, _ := c.s.Number()
			run.duration = min(run.duration+cucumberDuration(text), 1<<60)
		case "error_message":
			if c.s.Kind() == jsonscan.String {
				c.message = keepText(c.s, c.message, evidence.MaxMessage)
				continue
			}
			for range c.s.Elements { // behave: a list of lines
				if text, _ := c.s.Text(); len(c.message) < evidence.MaxMessage {
					if len(c.message) > 0 {
						c.message = append(c.message, '\n')
					}
					c.message = append(c.message, text[:min(len(text), evidence.MaxMessage)]...)
				}
			}
		}
	}
	if c.s.Err() != nil {
		return
	}
	if !known {
		c.r.Complain(evidence.Unsound, line, col, "the status %.100q of this step is not known", c.word)
	}
	if o != evidence.Passed && (run.message == "" || o.Bad() && !run.outcome.Bad()) {
		run.message = string(c.message)
		if len(c.message) == 0 && o.Bad() {
			run.message = string(c.word)
		}
	}
	run.worsen(o)
	c.word = c.word[:0]
}

// cucumberDuration reads nanoseconds, or behave's seconds, which have a point.
func cucumberDuration(text []byte) time.Duration {
	if bytes.ContainsAny(text, ".eE") {
		return seconds(text)
	}
	n, _ := jsonscan.Whole(text)
	return time.Duration(max(n, 0))
}

// worsen takes one outcome more.
func (run *cucumberRun) worsen(o evidence.Outcome) {
	if run.outcome == 0 {
		run.outcome = o
	}
	run.outcome = worseOf(run.outcome, o)
}

// join takes what another run did.
func (run *cucumberRun) join(o cucumberRun) {
	if run.message == "" || o.outcome.Bad() && !run.outcome.Bad() {
		run.message = o.message
	}
	if o.outcome != 0 {
		run.worsen(o.outcome)
	}
	if run.idle == 0 {
		run.idleLine = o.idleLine
	}
	run.idle += o.idle
	run.duration = min(run.duration+o.duration, 1<<60)
}

// cucumberOutcome reads a status, in letters of either case, and says whether
// there is such a one.
func cucumberOutcome(status []byte) (evidence.Outcome, bool) {
	var lower [20]byte
	for i, c := range status[:min(len(status), len(lower))] {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	switch string(lower[:min(len(status), len(lower))]) {
	case "passed":
		return evidence.Passed, true
	case "failed", "undefined", "pending", "ambiguous":
		return evidence.Failed, true
	case "skipped", "untested":
		return evidence.Skipped, true
	case "unknown", "error", "hook_error", "cleanup_error":
		return evidence.Errored, true
	default:
		return evidence.Errored, false
	}
}
