package testresult

import (
	"bytes"
	"strconv"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
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

// readCaseBody reads up to the end of the case.
func (j *junitReader) readCaseBody(c *junitCase) error {
	for {
		k, err := j.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		switch string(j.s.Name()) {
		case "failure":
			err = j.readBad(c, evidence.Failed)
		case "error":
			err = j.readBad(c, evidence.Errored)
		case "skipped", "disabled", "ignored", "skip", "pending":
			c.skipped = true
			if c.detail.Message == "" && c.bad == 0 {
				c.detail.Message, err = j.readMessage()
			} else {
				err = j.s.Skip()
			}
		case "rerunFailure":
			c.rerun = true
			err = j.readAttempt(c, evidence.Failed)
		case "rerunError":
			c.rerun = true
			err = j.readAttempt(c, evidence.Errored)
		case "flakyFailure", "rerun":
			err = j.readAttempt(c, evidence.Failed)
		case "flakyError":
			err = j.readAttempt(c, evidence.Errored)
		case "warning", "risky":
			err = j.readWarning(c)
		case "properties":
			err = j.readCaseProperties(c)
		case "testcase":
			err = j.readInnerCase()
		default:
			err = j.readUnknown(c)
		}
		if err != nil {
			return err
		}
	}
}

// readUnknown passes over an element that is not ours, but for one whose name says
// that the case did not pass: a <Failure> or <ERROR> of a writer who does not know that
// XML tells capitals from small letters, a <timeout> or <failed> of one who made up an
// outcome. What it is called has to be right: a <failure> in it is the case's.
func (j *junitReader) readUnknown(c *junitCase) error {
	var word [16]byte
	if o := badWord(lowerWord(word[:0], j.s.Name())); o != 0 {
		return j.readBad(c, o)
	}
	switch string(j.s.Name()) {
	case "system-out", "system-err": // which may hold what another program wrote
		return j.s.Skip()
	}
	for depth := j.s.Depth(); ; {
		k, err := j.s.Next()
		switch {
		case err != nil, k == xmlscan.End && j.s.Depth() < depth:
			return err
		case k == xmlscan.End:
			continue
		}
		switch string(j.s.Name()) {
		case "failure":
			err = j.readBad(c, evidence.Failed)
		case "error":
			err = j.readBad(c, evidence.Errored)
		}
		if err != nil {
			return err
		}
	}
}

// readInnerCase reads a case that stands inside another: a case of its own.
func (j *junitReader) readInnerCase() error {
	name, file := bytes.Clone(j.name), bytes.Clone(j.file)
	err := j.readCase()
	j.keepName(name)
	j.keepFile(file)
	return err
}

// readBad reads a failure or an error. The message kept is that of the first of
// the gravest.
func (j *junitReader) readBad(c *junitCase, o evidence.Outcome) error {
	c.statuses++
	if o <= c.badBy {
		return j.s.Skip()
	}
	c.badBy = o
	c.bad = max(c.bad, o)
	if v, ok := j.s.Attr("file"); ok && len(j.file) == 0 { // Catch2 says here where it failed
		j.keepFile(v)
		if v, ok := j.s.Attr("line"); ok {
			n, _ := wholeNumber(v)
			c.srcLine = int(n)
		}
	}
	var err error
	c.detail.Message, err = j.readMessage()
	return err
}

// readAttempt reads one of several attempts, which did not pass.
func (j *junitReader) readAttempt(c *junitCase, o evidence.Outcome) error {
	c.statuses++
	c.attempts++
	if c.rerun {
		c.bad = max(c.bad, o)
	}
	if len(c.detail.Attempts) >= maxAttempts {
		j.once(oddAttempts, c.line, c.col, "a case has more than %d attempts; the further ones are not listed", maxAttempts)
		return j.s.Skip()
	}
	a := evidence.Attempt{Outcome: o}
	if v, ok := j.s.Attr("time"); ok {
		a.Duration = j.duration(v, c.line, c.col)
	}
	var err error
	a.Message, err = j.readMessage()
	c.detail.Attempts = append(c.detail.Attempts, a)
	return err
}

// readWarning reads what PHPUnit says of a case that it counts neither as
// failed nor as errored.
func (j *junitReader) readWarning(c *junitCase) error {
	j.once(oddWarning, c.line, c.col, "a case is marked <%s>, which its runner does not count as failed; it is read as passed", j.s.Name())
	if c.detail.Message != "" {
		return j.s.Skip()
	}
	var err error
	c.detail.Message, err = j.readMessage()
	return err
}

// readMessage is the attribute message, or the first lines of the text, or the
// attribute type. It reads to the end of the element.
func (j *junitReader) readMessage() (string, error) {
	said := ""
	if v, ok := j.s.Attr("message"); ok {
		if v = bytes.TrimSpace(v); len(v) > 0 && !bytes.EqualFold(v, []byte("failed")) {
			msg := firstLines(v)
			return msg, j.s.Skip()
		}
		said = string(v) // gotestsum says "Failed" of everything; the text says more
	}
	if v, ok := j.s.Attr("type"); ok && said == "" {
		said = firstLines(v)
	}
	var err error
	j.text, err = j.s.AppendText(j.text[:0], 2*evidence.MaxMessage)
	text := bytes.TrimSpace(j.text)
	for bytes.HasPrefix(text, []byte("=== ")) { // gotestsum keeps what go test says of its running
		_, text, _ = bytes.Cut(text, []byte{'\n'})
	}
	if msg := firstLines(text); msg != "" {
		return msg, err
	}
	return said, err
}

// firstLines keeps the first lines of b, up to evidence.MaxMessage bytes.
func firstLines(b []byte) string {
	b = cutAtRune(b, evidence.MaxMessage)
	at := 0
	for range maxMessageLines {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return string(b)
		}
		at += n + 1
	}
	return string(bytes.TrimRight(b[:at], " \t\n"))
}

// readCaseProperties keeps the properties of a case.
func (j *junitReader) readCaseProperties(c *junitCase) error {
	for {
		k, err := j.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		if string(j.s.Name()) != "property" || len(c.detail.Properties) >= maxProperties {
			if err := j.s.Skip(); err != nil {
				return err
			}
			continue
		}
		var p evidence.Property
		if v, ok := j.s.Attr("name"); ok {
			p.Name = string(cutAtRune(v, maxPropertyValue))
		}
		v, ok := j.s.Attr("value")
		if ok {
			p.Value = string(cutAtRune(v, maxPropertyValue))
			err = j.s.Skip()
		} else {
			j.text, err = j.s.AppendText(j.text[:0], maxPropertyValue)
			p.Value = string(bytes.TrimSpace(j.text))
		}
		c.detail.Properties = append(c.detail.Properties, p)
		if err != nil {
			return err
		}
	}
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
