package testresult

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// playwrightTest is the test in hand. Its bytes are used again for the next.
type playwrightTest struct {
	project, expected, status []byte
	results                   []playwrightResult // the first maxRetries and the last
	n                         [numPlaywrightStatus]int
}

type playwrightResult struct {
	status   playwrightStatus
	duration time.Duration
	message  string
}

// playwrightStatus is the status of one result.
type playwrightStatus uint8

const (
	_ playwrightStatus = iota
	playwrightPassed
	playwrightFailed
	playwrightTimedOut
	playwrightSkipped
	playwrightInterrupted
	playwrightUnknown
	numPlaywrightStatus
)

func playwrightStatusOf(text []byte) playwrightStatus {
	switch string(text) {
	case "passed":
		return playwrightPassed
	case "failed":
		return playwrightFailed
	case "timedOut":
		return playwrightTimedOut
	case "skipped":
		return playwrightSkipped
	case "interrupted":
		return playwrightInterrupted
	default:
		return playwrightUnknown
	}
}

func (p *playwrightReader) result() {
	t := &p.test
	line, col := p.s.Pos()
	res := playwrightResult{status: playwrightUnknown}
	var written []byte
	for name := range p.s.Members {
		switch string(name) {
		case "status":
			text, _ := p.s.Text()
			if res.status = playwrightStatusOf(text); res.status == playwrightUnknown {
				written = append(written, text...)
			}
		case "duration":
			res.duration = milliseconds(p.s)
		case "error":
			res.err(p.s)
		case "errors":
			for range p.s.Elements {
				res.err(p.s)
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	if res.status == playwrightUnknown {
		p.r.Complain(evidence.Unsound, line, col, "the status %.100q of this result is not known", written)
	}
	t.n[res.status]++
	if len(t.results) > maxRetries {
		t.results = t.results[:maxRetries]
	}
	t.results = append(t.results, res)
}

// err keeps the first message.
func (res *playwrightResult) err(s *jsonscan.Scanner) {
	for name := range s.Members {
		if (string(name) == "message" || string(name) == "value") && res.message == "" {
			text, _ := s.Text()
			res.message = string(text[:min(len(text), evidence.MaxMessage)])
		}
	}
}

// outcome is that of one result where expected is what it should be.
func (res *playwrightResult) outcome(expected playwrightStatus) evidence.Outcome {
	switch res.status {
	case playwrightSkipped:
		return evidence.Skipped
	case playwrightInterrupted, playwrightUnknown:
		return evidence.Errored
	case expected:
		return evidence.Passed
	case playwrightTimedOut:
		return evidence.Errored
	default:
		return evidence.Failed
	}
}

// recount is the outcome that the results give.
func (t *playwrightTest) recount(expected playwrightStatus) evidence.Outcome {
	if t.n[expected] > 0 && expected != playwrightSkipped {
		return evidence.Passed
	}
	final := evidence.Skipped
	for i := range t.results {
		if o := t.results[i].outcome(expected); o.Bad() {
			final = o // the last one that ran
		}
	}
	return final
}

// worseOf is the graver of two outcomes where one that did not run is graver than
// one that passed: who says that it passed may be wrong.
func worseOf(a, b evidence.Outcome) evidence.Outcome {
	if a.Bad() || b.Bad() {
		return max(a, b)
	}
	return min(a, b)
}
