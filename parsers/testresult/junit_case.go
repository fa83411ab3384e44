package testresult

import (
	"bytes"
	"strconv"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Limits on what is kept of one case. What is beyond them is still counted.
const (
	maxAttempts      = 100
	maxProperties    = 100
	maxPropertyValue = 1 << 10
	maxMessageLines  = 10
)

// junitCase is what the elements and attributes of one case say.
type junitCase struct {
	line, col int
	class     evidence.ClassID
	duration  time.Duration
	srcLine   int
	bad       evidence.Outcome // the gravest that anything says; 0 if nothing says so
	badBy     evidence.Outcome // the gravest of its failure and error elements
	skipped   bool
	notRun    bool   // its status says so
	stated    bool   // it has a status
	statuses  uint64 // failures, errors and attempts, which a header may count one by one
	attempts  uint64 // attempts beside the one that the case itself is
	asserts   uint64 // its assertions, which the header of its suite counts as tests
	rerun     bool   // attempts come after the one that the case itself is, not before it
	detail    evidence.Detail
}

// readCase reads the case whose start tag was given last, and adds it.
func (j *junitReader) readCase() error {
	var c junitCase
	c.line, c.col = j.s.Pos()
	j.readCaseTag(&c)
	err := j.readCaseBody(&c)
	if err != nil && c.bad == 0 {
		return err // cut before its outcome was known
	}
	j.addCase(&c)
	return err
}

// readCaseTag reads the attributes. Other writers' attributes are passed over.
func (j *junitReader) readCaseTag(c *junitCase) {
	s := j.s
	var class, id []byte
	j.name, j.file = nil, nil
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "name":
			j.name = s.AttrValue(i)
		case "classname":
			class = s.AttrValue(i)
		case "class":
			if class == nil {
				class = s.AttrValue(i)
			}
		case "time":
			c.duration = j.duration(s.AttrValue(i), c.line, c.col)
		case "status", "result":
			j.status(c, s.AttrValue(i))
		case "tests": // QUnit: of its assertions
			c.asserts, _ = wholeNumber(s.AttrValue(i))
		case "ignored", "skipped", "disabled":
			c.skipped = c.skipped || string(s.AttrValue(i)) == "true"
		case "incomplete": // Eclipse: it began, and its run was stopped
			if string(s.AttrValue(i)) == "true" {
				c.bad = evidence.Errored
			}
		case "file":
			j.file = s.AttrValue(i)
		case "line":
			if n, ok := wholeNumber(s.AttrValue(i)); ok {
				c.srcLine = int(n)
			}
		case "id":
			id = s.AttrValue(i)
		}
	}
	if len(j.name) == 0 {
		j.name = id
	}
	if c.srcLine == 0 {
		j.file, c.srcLine = placeOf(j.file)
	}
	if !s.Empty() {
		j.keepName(j.name)
		j.keepFile(j.file)
	}
	if s.RawLess() {
		j.once(oddLess, c.line, c.col, "a '<' in an attribute should be written &lt;; it was read as it stands")
	}
	c.class = j.r.Cases.Class(class)
}

// placeOf splits "test/a_test.exs:7", as ExUnit writes it, into file and line.
func placeOf(file []byte) ([]byte, int) {
	i := bytes.LastIndexByte(file, ':')
	if i <= 0 {
		return file, 0
	}
	n, ok := wholeNumber(file[i+1:])
	if !ok || len(bytes.Trim(file[i+1:], "0123456789")) > 0 {
		return file, 0
	}
	return file[:i], int(n)
}

// keepName and keepFile copy what must outlive the scanner's window.
func (j *junitReader) keepName(b []byte) {
	j.ownName = append(j.ownName[:0], b...)
	j.name = j.ownName
}

func (j *junitReader) keepFile(b []byte) {
	j.ownFile = append(j.ownFile[:0], b...)
	j.file = j.ownFile
}

// addCase decides the outcome and adds the case to the report and its suite.
func (j *junitReader) addCase(c *junitCase) {
	o := evidence.Passed
	if j.suite().dialect&errorsAreMessages != 0 && !c.stated && c.statuses == 0 {
		c.skipped = true // Qt says so in a comment, and gives every other case a result
	}
	switch {
	case c.bad != 0:
		o = c.bad
		if c.skipped {
			j.r.Complain(evidence.Quirk, c.line, c.col, "case %.200q is marked both skipped and %s; it counts as %s", j.name, o, o)
		}
	case c.notRun && couldNotRun(c.detail.Message):
		o = evidence.Errored
	case c.skipped:
		o = evidence.Skipped
	}
	if len(c.detail.Attempts) > 0 {
		final := evidence.Attempt{Outcome: o, Duration: c.duration}
		switch {
		case !c.rerun:
			final.Message = c.detail.Message
			c.detail.Attempts = append(c.detail.Attempts, final)
		case c.badBy != 0: // Surefire writes the first attempt as the failure
			final.Outcome, final.Message = c.badBy, c.detail.Message
			c.detail.Attempts = append([]evidence.Attempt{final}, c.detail.Attempts...)
		}
		if c.detail.Message == "" && o != evidence.Passed {
			c.detail.Message = c.detail.Attempts[0].Message
		}
	}
	if o != evidence.Passed || c.detail.Attempts != nil {
		c.detail.Line = c.srcLine
	}
	su := j.suite()
	su.count(o, c)
	j.r.Cases.Append(j.suiteID(), c.class, j.name, o, c.duration, c.line, &c.detail)
	if len(j.file) == 0 {
		j.file = su.file
	}
	j.r.Cases.SetFile(j.r.Cases.Len()-1, j.file)
}

// wholeNumber reads a decimal number that a count or a line can be.
func wholeNumber(v []byte) (uint64, bool) {
	v = bytes.TrimSpace(v)
	n, err := strconv.ParseUint(string(v), 10, 32)
	return n, err == nil
}

// cutAtRune cuts v at a character boundary at or below n bytes.
func cutAtRune(v []byte, n int) []byte {
	if len(v) <= n {
		return v
	}
	for n > 0 && v[n]&0xC0 == 0x80 {
		n--
	}
	return v[:n]
}

// duration reads the attribute time, and is 0 if it says nothing certain.
func (j *junitReader) duration(v []byte, line, col int) time.Duration {
	d, ok := parseSeconds(v)
	if !ok {
		j.once(oddTime, line, col, "time %.64q is not a number of seconds; such durations are unknown", v)
	}
	return d
}
