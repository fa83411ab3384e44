package testresult

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// nunitReader reads the XML of NUnit 2 and of NUnit 3, which share their
// elements: a root, test-suite nested to any depth, test-case. They differ in
// what the attributes say, which is told by dialect. Memory beside the cases is
// the open suites.
type nunitReader struct {
	s       *xmlscan.Scanner
	r       *evidence.Report
	dialect nunitDialect
	open    []nunitSuite // open[0] is the file
	odd     nunitOddity
	name    []byte
	text    []byte
	labels  labels // of what is in hand
}

// nunitDialect is what NUnit 2 and NUnit 3 say in different ways.
type nunitDialect struct {
	caseOutcome  func(*nunitReader, nunitCase) evidence.Outcome
	suiteOutcome func(*nunitSuite) bool // whether the suite says that it is bad
	header       func(*nunitReader, *nunitSuite, string, []byte)
	compare      func(*nunitReader, *nunitSuite)
}

// nunitWords are the attributes that say what became of a case or a suite.
type nunitWords struct{ result, label, site, executed, success string }

// read takes the attribute, if it is one of them.
func (w *nunitWords) read(name, v []byte) bool {
	switch string(name) {
	case "result":
		w.result = nunitWord(v)
	case "label":
		w.label = nunitWord(v)
	case "site":
		w.site = nunitWord(v)
	case "executed":
		w.executed = nunitWord(v)
	case "success":
		w.success = nunitWord(v)
	default:
		return false
	}
	return true
}

// nunitWord gives an attribute as a string without allocating for the common ones.
func nunitWord(v []byte) string {
	switch string(v) {
	case "Passed":
		return "Passed"
	case "Failed":
		return "Failed"
	case "Skipped":
		return "Skipped"
	case "Success":
		return "Success"
	case "True":
		return "True"
	case "False":
		return "False"
	case "Failure":
		return "Failure"
	case "Child":
		return "Child"
	}
	return string(cutAtRune(v, 64))
}

// nunitCase is what the attributes of one case say.
type nunitCase struct {
	nunitWords
	line, col int
	bad       bool // it has a failure
}

// nunitSuite is a suite that has not ended.
type nunitSuite struct {
	nunitWords
	element   string
	depth     int
	suite     evidence.SuiteID // the assembly around it
	suiteName string
	class     evidence.ClassID // the fixture around it
	hasClass  bool
	name      string
	message   string
	labels    []evidence.Property // its own and those of the suites around it
	own       bool                // it has cases of its own
	blamed    bool                // a suite inside it failed for its sake
	totals    stated
	notRun    headerCount // NUnit 2 counts these beside its total
	tally     tally
}

type nunitOddity uint8

const (
	nunitTime nunitOddity = 1 << iota
	nunitWarning
	nunitMismatch
	nunitLess
)

func (n *nunitReader) once(o nunitOddity, line, col int, msg string, args ...any) {
	if n.odd&o == 0 {
		n.odd |= o
		n.r.Complain(evidence.Quirk, line, col, msg, args...)
	}
}

func parseNUnit(ctx context.Context, src format.Source, r *evidence.Report, d nunitDialect) error {
	n := nunitReader{s: xmlscan.New(ctx, src), r: r, dialect: d, open: make([]nunitSuite, 1, 16)}
	return xmlscan.Blame(r, n.read())
}

// top is the innermost open suite.
func (n *nunitReader) top() *nunitSuite { return &n.open[len(n.open)-1] }

// read walks the elements. What it does not know is transparent, as in JUnit: a
// case inside it is a case.
func (n *nunitReader) read() error {
	return n.s.Walk(n.start, func() {
		if n.s.Depth() < n.top().depth {
			n.closeSuite()
		}
	})
}

// start reads an element outside of those that are read whole.
func (n *nunitReader) start() (err error) {
	switch string(n.s.Name()) {
	case "test-run", "test-results", "test-suite":
		n.openSuite()
	case "test-case":
		err = n.readCase()
	case "failure", "reason":
		if su := n.top(); su.depth > 0 && su.message == "" {
			su.message, err = n.readMessage()
		} else {
			err = n.s.Skip()
		}
	case "properties", "categories":
		if su := n.top(); n.s.Depth() == su.depth+1 {
			n.labels.begin(su.labels)
			err = n.readLabels()
			su.labels = n.labels.list()
		} else {
			err = n.s.Skip()
		}
	case "environment", "culture-info", "settings", "output", "attachments", "command-line", "filter":
		err = n.s.Skip()
	}
	return err
}

// openSuite reads the start tag of a suite or of the root.
func (n *nunitReader) openSuite() {
	s := n.s
	outer := n.top()
	su := nunitSuite{element: string(s.Name()), depth: s.Depth(), suite: outer.suite, suiteName: outer.suiteName, class: outer.class, hasClass: outer.hasClass, labels: outer.labels}
	su.totals.line, su.totals.col = s.Pos()
	kind, _ := s.Attr("type")
	name, _ := s.Attr("name")
	base := baseName(name)
	file := bytes.HasSuffix(base, []byte(".dll")) || bytes.HasSuffix(base, []byte(".exe"))
	if file {
		name = base // where it was built is no part of its identity
	}
	su.name = string(cutAtRune(name, evidence.MaxMessage))
	su.totals.what = fmt.Sprintf("<%s> %.200q", su.element, su.name)
	if su.name == "" {
		su.totals.what = "<" + su.element + ">"
	}
	if string(kind) == "Assembly" || file && su.suiteName == "" {
		su.suite, su.suiteName = n.r.Cases.Suite(name), su.name
	}
	su.totals.suite = su.suiteName
	if v, ok := s.Attr("classname"); ok {
		su.class, su.hasClass = n.r.Cases.Class(v), true
	}
	for i := range s.NumAttrs() {
		if v := s.AttrValue(i); !su.read(s.AttrName(i), v) {
			n.dialect.header(n, &su, string(s.AttrName(i)), v)
		}
	}
	n.stamp()
	n.open = append(n.open, su)
}

// stamp reads when the run or suite began and ended: NUnit 3 has both in an attribute
// each, NUnit 2 the date and the time of day of the root.
func (n *nunitReader) stamp() {
	for _, name := range [...]string{"start-time", "end-time"} {
		at, _ := n.s.Attr(name)
		n.r.State(format.Stamp(at))
	}
	if string(n.s.Name()) == "test-results" {
		date, _ := n.s.Attr("date")
		clock, _ := n.s.Attr("time")
		n.r.State(format.Stamp(bytes.Join([][]byte{date, clock}, []byte{' '})))
	}
}

// closeSuite ends the innermost suite. One that is bad with nothing bad in it, or
// whose one-time tear-down failed, is an errored case of its own. A set-up that
// failed is not: NUnit fails every case in the suite for it, and leaves empty
// suites of site Parent beside them, which are told of by what is around them.
func (n *nunitReader) closeSuite() {
	su := n.top()
	parent := &n.open[len(n.open)-2]
	if su.own {
		n.r.Suites++
	}
	if su.label == "Cancelled" || su.result == "Cancelled" {
		n.r.Complain(evidence.Unsound, su.totals.line, su.totals.col, "%s was cancelled; what it had still to run is missing", su.totals.what)
	}
	bad := n.dialect.suiteOutcome(su) || su.blamed
	if bad && su.tally.bad.n == 0 && su.site == "Parent" && len(n.open) > 2 {
		parent.blamed, bad = true, false
	}
	if bad && (su.tally.bad.n == 0 || su.site == "TearDown") {
		msg := su.message
		if msg == "" {
			msg = su.totals.what + " says that it failed, and nothing in it says why"
		}
		what := "[suite]"
		if su.element != "test-suite" {
			what = "[run]"
		}
		su.tally.countMaybe(evidence.Errored)
		n.r.Cases.Append(su.suite, n.r.Cases.Class([]byte(su.name)), []byte(what), evidence.Errored, 0, su.totals.line, &evidence.Detail{Message: msg})
	}
	n.dialect.compare(n, su)
	parent.tally.add(su.tally)
	n.open = n.open[:len(n.open)-1]
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
