package testresult

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

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
