package testresult

import (
	"fmt"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// outline gives the names in the root object of a text's head, and after a dot
// those in the objects directly in it, as far as the head goes. Where the root
// is no object there are none.
func outline(head []byte) map[string]bool {
	names := map[string]bool{}
	s := jsonscan.NewBytes(head)
	for name := range s.Members {
		outer := string(name)
		names[outer] = true
		for name := range s.Members {
			names[outer+"."+string(name)] = true
		}
	}
	return names
}

// statedCounts is what the summary of a report says of its cases: the second
// witness. What it does not say is negative.
type statedCounts struct {
	tests, passed, bad int64
	line, col          int
}

// compare holds the summary against what is listed. Failures beyond those listed
// are errored and unlisted; what is missing from the list, or has passed in it alone, makes the
// report inconclusive. Where the summary says less than the list, the list counts.
func (s statedCounts) compare(r *evidence.Report) {
	c := r.TestCounts()
	listed := c.Failed + c.Errored
	if s.bad >= 0 && uint64(s.bad) > listed {
		r.Complain(evidence.Unsound, s.line, s.col, "%s counted here and %d %s listed", failures(uint64(s.bad)), listed, plural(listed, "is", "are"))
		r.Unlisted = append(r.Unlisted, evidence.Unlisted{
			At:     evidence.Pos{File: r.Source, Line: s.line, Col: s.col},
			Counts: evidence.Counts{Errored: uint64(s.bad) - listed},
		})
	} else if s.tests >= 0 && uint64(s.tests) > c.Total() {
		r.Complain(evidence.Unsound, s.line, s.col, "%s counted here and %d %s listed: some are missing", testsAre(uint64(s.tests)), c.Total(), plural(c.Total(), "is", "are"))
	} else if s.passed >= 0 && uint64(s.passed) < c.Passed {
		r.Complain(evidence.Unsound, s.line, s.col, "%d passed tests are counted here and %d are listed", s.passed, c.Passed)
	} else if s.bad >= 0 && uint64(s.bad) < listed {
		r.Complain(evidence.Quirk, s.line, s.col, "%s counted here and %d %s listed; those listed count", failures(uint64(s.bad)), listed, plural(listed, "is", "are"))
	}
}

// wholeOr reads a count that is due. What is no whole number is complained of.
func wholeOr(s *jsonscan.Scanner, r *evidence.Report, name string) int64 {
	line, col := s.Pos()
	n, ok := s.Int()
	if !ok || n < 0 {
		r.Complain(evidence.Unsound, line, col, "%s is no count", name)
		return -1
	}
	return n
}

// keepText puts the string that is due into buf, and keeps at most limit bytes of
// it. What is no string leaves buf empty.
func keepText(s *jsonscan.Scanner, buf []byte, limit int) []byte {
	text, _ := s.Text()
	return append(buf[:0], text[:min(len(text), limit)]...)
}

// milliseconds reads the duration that is due.
func milliseconds(s *jsonscan.Scanner) time.Duration {
	text, _ := s.Number()
	return seconds(text) / 1000
}

// suiteCount counts the suites that a reader meets. Identifiers of suites grow,
// so that one beyond the last is new.
type suiteCount struct {
	last  evidence.SuiteID
	empty bool
}

func (n *suiteCount) meet(r *evidence.Report, id evidence.SuiteID) {
	if id == 0 && !n.empty {
		n.empty = true
		r.Suites++
	}
	if id > n.last {
		n.last = id
		r.Suites++
	}
}

// maxRetries bounds the attempts that are listed for a number of retries.
const maxRetries = 20

// failedBefore gives the attempts of a case that failed n times and then had
// the outcome o.
func failedBefore(n int64, o evidence.Outcome, d time.Duration, message string) []evidence.Attempt {
	var attempts []evidence.Attempt
	for range min(n, maxRetries) {
		attempts = append(attempts, evidence.Attempt{Outcome: evidence.Failed, Message: fmt.Sprintf("one of %d attempts that were retried", n)})
	}
	return append(attempts, evidence.Attempt{Outcome: o, Duration: d, Message: message})
}
