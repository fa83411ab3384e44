package testresult

import (
	"bytes"
	"context"
	"fmt"

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
