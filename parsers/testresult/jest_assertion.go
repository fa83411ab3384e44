package testresult

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// jestTest is the assertion in hand. Its bytes are used again for the next.
type jestTest struct {
	title, full, status, class, message []byte
	ends                                []int // where the path of each describe block ends in class
	duration                            time.Duration
	line                                int64
	retried                             int64
	failures                            int
}

// assertion reads one test.
func (j *jestReader) assertion(suite evidence.SuiteID) {
	line, col := j.s.Pos()
	if j.s.Kind() != jsonscan.Object {
		j.r.Complain(evidence.Unsound, line, col, "a test that is no object")
		return
	}
	t := &j.test
	*t = jestTest{title: t.title[:0], full: t.full[:0], status: t.status[:0], class: t.class[:0], message: t.message[:0], ends: t.ends[:0]}
	for name := range j.s.Members {
		switch string(name) {
		case "title":
			t.title = keepText(j.s, t.title, format.MaxToken)
		case "fullName":
			t.full = keepText(j.s, t.full, format.MaxToken)
		case "status":
			t.status = keepText(j.s, t.status, 100)
		case "ancestorTitles":
			for range j.s.Elements {
				j.ancestor()
			}
		case "duration":
			t.duration = milliseconds(j.s)
		case "location":
			for name := range j.s.Members {
				if string(name) == "line" {
					t.line, _ = j.s.Int()
				}
			}
		case "failureMessages":
			for range j.s.Elements {
				if t.failures++; t.failures == 1 {
					t.message = keepText(j.s, t.message, evidence.MaxMessage)
				}
			}
		case "invocations":
			n, _ := j.s.Int()
			t.retried = max(t.retried, n-1)
		case "retryReasons":
			n := int64(0)
			for range j.s.Elements {
				n++
			}
			t.retried = max(t.retried, n)
		}
	}
	if j.s.Err() == nil {
		j.add(suite, line, col)
	}
}

// maxPath and maxLevels bound the blocks around a test, which are looked at again
// for each of its tests.
const (
	maxPath   = 8 << 10
	maxLevels = 50
)

func (j *jestReader) ancestor() {
	t := &j.test
	part, _ := j.s.Text()
	if room := maxPath - len(t.class); len(part) > 0 && room > 0 {
		if len(t.class) > 0 {
			t.class = append(t.class, " > "...)
		}
		t.class = append(t.class, part[:min(len(part), room)]...)
	}
	t.ends = append(t.ends, len(t.class))
}

func (j *jestReader) add(suite evidence.SuiteID, line, col int) {
	t := &j.test
	o, d := evidence.Errored, evidence.Detail{}
	switch string(t.status) {
	case "passed":
		o = evidence.Passed
		t.retried = max(t.retried, int64(min(t.failures, 1)))
	case "failed":
		o = evidence.Failed
	case "pending":
		o = evidence.Skipped
		if j.vitest {
			if j.unfinished++; j.unfinished == 1 {
				j.unfinishedLine = line
			}
		}
	case "skipped", "todo", "disabled":
		o = evidence.Skipped
	case "error":
		j.fileError = true
		j.broken++
		if len(t.title) == 0 {
			t.title = append(t.title, "[test file]"...)
		}
	default:
		j.r.Complain(evidence.Unsound, line, col, "the status %.100q of this test is not known", t.status)
	}
	name := t.title
	if len(name) == 0 {
		name = t.full
	}
	if len(name) == 0 {
		j.r.Complain(evidence.Unsound, line, col, "this test has no title")
	}
	if t.retried > 0 && o != evidence.Skipped {
		d.Attempts = failedBefore(t.retried, o, t.duration, "")
		if o == evidence.Passed && t.failures > 0 {
			d.Attempts[0].Message = string(t.message)
		}
	}
	if o.Bad() {
		d.Message, d.Line = string(t.message), int(max(0, min(t.line, 1<<31)))
		j.bad = append(j.bad, j.r.Cases.Len())
	}
	if j.vitest && o != evidence.Passed {
		j.accountBlocks(o)
	}
	j.r.Cases.Append(suite, j.r.Cases.Class(t.class), name, o, t.duration, line, &d)
}
