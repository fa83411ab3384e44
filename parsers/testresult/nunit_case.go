package testresult

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// nunitCase is what the attributes of one case say.
type nunitCase struct {
	nunitWords
	line, col int
	bad       bool // it has a failure
}

// readCase reads the case whose start tag was given last.
func (n *nunitReader) readCase() error {
	s := n.s
	var c nunitCase
	c.line, c.col = s.Pos()
	var class, full []byte
	var d time.Duration
	n.name = n.name[:0]
	for i := range s.NumAttrs() {
		v := s.AttrValue(i)
		switch string(s.AttrName(i)) {
		case "name":
			n.name = append(n.name, v...)
		case "fullname":
			full = v
		case "classname":
			class = v
		case "duration", "time":
			var ok bool
			if d, ok = parseSeconds(v); !ok {
				n.once(nunitTime, c.line, c.col, "%s=%.64q is not a number of seconds; such durations are unknown", s.AttrName(i), v)
			}
		default:
			c.read(s.AttrName(i), v)
		}
	}
	su := n.top()
	id := su.class
	switch {
	case class != nil:
		id = n.r.Cases.Class(class)
	case len(n.name) == 0:
		n.name = append(n.name, full...)
	case full != nil:
		if f, ok := bytes.CutSuffix(full, n.name); ok && len(f) > 1 {
			id = n.r.Cases.Class(f[:len(f)-1])
		}
	case !su.hasClass:
		id = n.r.Cases.Class(classOf(n.name))
	}
	var detail evidence.Detail
	var err error
	n.labels.begin(su.labels)
	for err == nil {
		var k xmlscan.Kind
		if k, err = s.Next(); err != nil || k == xmlscan.End {
			break
		}
		switch string(s.Name()) {
		case "properties", "categories":
			err = n.readLabels()
		case "failure":
			c.bad = true
			detail.Message, err = n.readMessage()
		case "reason":
			if detail.Message == "" {
				detail.Message, err = n.readMessage()
			} else {
				err = s.Skip()
			}
		case "test-case":
			name, own := bytes.Clone(n.name), n.labels.list()
			err = n.readCase()
			n.name = append(n.name[:0], name...)
			n.labels.begin(own)
		default:
			err = s.Skip()
		}
	}
	if err != nil && !c.bad {
		return err // cut before its outcome was known
	}
	o := n.dialect.caseOutcome(n, c)
	if o == evidence.Passed {
		detail = evidence.Detail{}
	}
	detail.Properties = n.labels.list()
	su.own = true
	su.tally.count(o)
	n.r.Cases.Append(su.suite, id, n.name, o, d, c.line, &detail)
	return err
}

// readLabels reads the properties of NUnit 2 and 3, of which those that begin with an
// underscore are NUnit's own, and the categories of NUnit 2, under the name that they
// have in NUnit 3.
func (n *nunitReader) readLabels() error {
	for {
		k, err := n.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		name, _ := n.s.Attr("name")
		switch value, _ := n.s.Attr("value"); string(n.s.Name()) {
		case "category":
			n.labels.add([]byte("Category"), name)
		case "property":
			if !bytes.HasPrefix(name, []byte("_")) {
				n.labels.add(name, value)
			}
		}
		if err := n.s.Skip(); err != nil {
			return err
		}
	}
}

// classOf gives what stands before the last point of a full name, its arguments
// left out: "N.C.M(1.5)" is in "N.C".
func classOf(name []byte) []byte {
	if at := bytes.IndexAny(name, "(<\""); at >= 0 {
		name = name[:at]
	}
	return name[:max(bytes.LastIndexByte(name, '.'), 0)]
}

// readMessage reads a failure or a reason to its end, and gives its message.
func (n *nunitReader) readMessage() (msg string, err error) {
	for depth := n.s.Depth(); n.s.Depth() >= depth; {
		k, err := n.s.Next()
		if err != nil {
			return msg, err
		}
		if k != xmlscan.Start {
			continue
		}
		if string(n.s.Name()) == "message" && msg == "" {
			n.text, err = n.s.AppendText(n.text[:0], evidence.MaxMessage)
			msg = firstLines(bytes.TrimSpace(n.text))
		} else {
			err = n.s.Skip()
		}
		if err != nil {
			return msg, err
		}
	}
	return msg, nil
}

// unknown complains of a word that the format does not have, and errs.
func (n *nunitReader) unknown(c *nunitCase, attr, v string) evidence.Outcome {
	if v == "" {
		n.r.Complain(evidence.Unsound, c.line, c.col, "case %.200q does not say what became of it; it counts as errored", n.name)
	} else {
		n.r.Complain(evidence.Unsound, c.line, c.col, "%s %q of case %.200q is not known; it counts as errored", attr, v, n.name)
	}
	return evidence.Errored
}

// mismatch says that two statements about a case differ.
func (n *nunitReader) mismatch(c *nunitCase, o evidence.Outcome) evidence.Outcome {
	n.once(nunitMismatch, c.line, c.col, "what is said of case %.200q contradicts itself; it counts as %s", n.name, o)
	return o
}
