package testresult

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// outcome maps an outcome of a result.
func (t *trxReader) outcome(v []byte, has bool, line, col int) evidence.Outcome {
	if !has {
		return evidence.Errored
	}
	switch string(v) {
	case "Passed":
		return evidence.Passed
	case "Failed":
		return evidence.Failed
	case "NotExecuted", "Inconclusive":
		return evidence.Skipped
	case "Error", "Timeout", "Aborted", "Disconnected", "InProgress", "Pending", "NotRunnable":
		return evidence.Errored
	case "Warning", "Completed":
		t.once(trxVague, line, col, "outcome %q does not say that the test passed; it counts as skipped", v)
		return evidence.Skipped
	case "PassedButRunAborted":
		t.r.Complain(evidence.Unsound, line, col, "the run was aborted after this test passed; what came after it is missing")
		return evidence.Passed
	}
	t.r.Complain(evidence.Unsound, line, col, "outcome %.64q is not known; it counts as errored", v)
	return evidence.Errored
}

// readSummary reads what is said of the run as a whole.
func (t *trxReader) readSummary() error {
	sm := &t.summary
	sm.line, sm.col = t.s.Pos()
	v, _ := t.s.Attr("outcome")
	sm.outcome, sm.has = bytes.Clone(v), true
	for depth := t.s.Depth(); t.s.Depth() >= depth; {
		k, err := t.s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		switch string(t.s.Name()) {
		case "Counters":
			t.readCounters()
		case "RunInfo":
			if err := t.readRunInfo(); err != nil {
				return err
			}
		case "RunInfos":
		default:
			if err := t.s.Skip(); err != nil {
				return err
			}
		}
	}
	return nil
}

// readCounters reads the totals. TrxLogger fills in total, executed, passed and
// failed only, and counts what was skipped nowhere.
func (t *trxReader) readCounters() {
	c := &t.counters
	c.what = "<Counters>"
	c.line, c.col = t.s.Pos()
	for i := range t.s.NumAttrs() {
		v := t.s.AttrValue(i)
		name := string(t.s.AttrName(i))
		switch name {
		case "total":
			c.number(t.r, name, v, &c.tests)
		case "passed", "passedButRunAborted":
			c.number(t.r, name, v, &c.passed)
		case "failed", "error", "timeout", "aborted", "disconnected", "notRunnable", "inProgress", "pending":
			c.number(t.r, name, v, &c.bad)
		case "notExecuted", "inconclusive", "warning", "completed":
			c.number(t.r, name, v, &c.skipped)
		}
	}
}

// readRunInfo reads a message about the run.
func (t *trxReader) readRunInfo() error {
	line, col := t.s.Pos()
	v, _ := t.s.Attr("outcome")
	switch string(v) {
	case "", "Warning", "Passed", "Completed", "NotExecuted", "Inconclusive":
		return t.s.Skip()
	}
	msg, err := t.readText()
	sm := &t.summary
	sm.errors++
	if sm.message == "" && !bytes.HasSuffix([]byte(msg), []byte("[FAIL]")) { // xUnit.net says every failure here too
		sm.message, sm.errorLine = msg, line
	}
	for _, word := range []string{"crashed", "aborted"} {
		if bytes.Contains(bytes.ToLower([]byte(msg)), []byte(word)) {
			t.r.Complain(evidence.Unsound, line, col, "the run did not end: %.300s", msg)
			break
		}
	}
	return err
}

// conclude holds what was listed against what is said of the run.
func (t *trxReader) conclude() {
	all := t.tops
	all.add(t.inner)
	sm := &t.summary
	if !sm.has {
		t.r.Complain(evidence.Unsound, 0, 0, "there is no <ResultSummary>: the run did not end, or the file is not whole")
	} else {
		t.counters.compare(t.r, &all, false)
	}
	good := false
	switch string(sm.outcome) {
	case "Completed", "Passed", "Warning", "Inconclusive":
		good = true
	case "", "Failed", "Error":
	default:
		t.r.Complain(evidence.Unsound, sm.line, sm.col, "the outcome of the run is %.64q: it did not end", sm.outcome)
	}
	if sm.has && all.bad.n == 0 && (!good || sm.errors > 0) {
		line := sm.line
		if sm.errorLine > 0 {
			line = sm.errorLine
		}
		msg := sm.message
		if msg == "" {
			msg = "the outcome of the run is " + string(cutAtRune(sm.outcome, 64)) + ", and no result says why"
		}
		t.r.Cases.Append(0, 0, []byte("[run]"), evidence.Errored, 0, line, &evidence.Detail{Message: msg})
	} else if sm.message != "" {
		t.r.Complain(evidence.Quirk, sm.errorLine, 0, "the run tells of an error besides its results: %.300s", sm.message)
	}
}

// parseClock reads [d.]hh:mm:ss[.fffffff], hours beyond 99 included. Nothing at
// all is no duration, and no mistake.
func parseClock(v []byte) (time.Duration, bool) {
	v = bytes.TrimSpace(v)
	if len(v) == 0 {
		return 0, true
	}
	hours, rest, ok := bytes.Cut(v, []byte(":"))
	if !ok {
		return 0, false
	}
	mins, secs, ok := bytes.Cut(rest, []byte(":"))
	if !ok {
		return 0, false
	}
	var days uint64
	if d, h, found := bytes.Cut(hours, []byte(".")); found {
		if days, ok = wholeNumber(d); !ok {
			return 0, false
		}
		hours = h
	}
	h, okH := wholeNumber(hours)
	m, okM := wholeNumber(mins)
	sec, okS := parseSeconds(secs)
	if !okH || !okM || !okS || len(secs) == 0 || m > 59 || sec >= time.Minute || days > 10_000 || h > 240_000 {
		return 0, false
	}
	return time.Duration(days*24+h)*time.Hour + time.Duration(m)*time.Minute + sec, true
}
