package testresult

import (
	"bytes"
	"fmt"
	"hash/fnv"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// junitSuite is a <testsuite>, <testsuites> or <testrun> that has not ended.
type junitSuite struct {
	element   string // its name
	name      []byte
	path      []byte // the named suites around it and its own name
	file      []byte // of the cases in it that name none
	depth     int
	line, col int
	header    junitHeader
	id        evidence.SuiteID // of path, if there was a case in it
	hasID     bool

	own, inner   junitTally // stated directly in it, and in suites inside it
	suites       bool       // it has suites inside
	ownError     bool       // it has an error of its own
	skippedWhole bool
	dialect      junitDialect
	borrowed     bool // cases that suites in it do not list were taken for those that it counts as skipped
	unbuilt      bool // gotestsum: a package in it did not build, so that its errors are lines of the compiler

	elsewhere bool // it began in the first half of the file
	unknown   bool // and what it is called is not known here
}

// junitDialect is what a header counts that is not cases.
type junitDialect uint8

const (
	testsAreNotCases  junitDialect = 1 << iota // Catch2: assertions; pytest: subtests, and teardowns that fail
	failuresAreErrors                          // Web Test Runner: a failure is counted as an error too
	errorsAreLines                             // gotestsum: what go test wrote to its standard error
	errorsAreMessages                          // Qt 4 and 5: warnings, what was printed, tests that skipped
)

// maxOuterPath bounds the part of a path that outer suites make up, so that
// small suites in one with a long name cannot multiply the size of a report.
const maxOuterPath = 256

// suite is the innermost open suite.
func (j *junitReader) suite() *junitSuite { return &j.open[len(j.open)-1] }

// suiteID is the interned path of the innermost suite.
func (j *junitReader) suiteID() evidence.SuiteID {
	su := j.suite()
	switch {
	case su.hasID:
	case su.unknown:
		su.id, su.hasID = j.r.Cases.UnnamedSuite(), true
	default:
		su.id, su.hasID = j.r.Cases.Suite(su.path), true
	}
	return su.id
}

// openSuite reads the start tag of a suite.
//
// The suite of a case is the path of all named suites around it, not only the
// innermost: two browsers, each with a suite "login", must not look like two
// attempts of one suite where the policy declares that duplicates are reruns.
func (j *junitReader) openSuite(element string) {
	s := j.s
	outer := len(j.open) - 1
	var name []byte // in the memory of a suite that has ended
	if n := len(j.open); n < cap(j.open) {
		name = j.open[:n+1][n].name[:0]
	}
	j.open = append(j.open, junitSuite{name: name})
	su, parent := j.suite(), &j.open[outer]
	su.element, su.depth, su.dialect, su.file = element, s.Depth(), parent.dialect, parent.file
	su.line, su.col = s.Pos()
	if parent.unknown {
		j.r.Complain(evidence.Quirk, su.line, su.col, "a suite in one that began in the first half of the file")
	}
	for i := range s.NumAttrs() {
		v := s.AttrValue(i)
		var word [16]byte
		switch string(lowerWord(word[:0], s.AttrName(i))) { // in capitals as well: Failures="1"
		case "name":
			su.name = append(su.name[:0], shorten(v, evidence.MaxName)...)
		case "file": // mocha-junit-reporter, PHPUnit, Bun, unittest-xml-reporting
			su.file = bytes.Clone(v)
		case "timestamp":
			j.r.State(format.Stamp(v))
		case "hostname":
			if string(v) == "tbd" { // Catch2 never got further than that
				su.dialect |= testsAreNotCases
			}
		case "tests":
			j.headerNumber(su, "tests", v, &su.header.tests)
		case "failures":
			j.headerNumber(su, "failures", v, &su.header.failures)
		case "errors":
			j.headerNumber(su, "errors", v, &su.header.errors)
		case "skipped", "disabled", "ignored", "skip", "skips":
			var n headerCount
			j.headerNumber(su, string(s.AttrName(i)), v, &n)
			su.header.skipped.add(n)
		}
	}
	if s.RawLess() {
		j.once(oddLess, su.line, su.col, "a '<' in an attribute should be written &lt;; it was read as it stands")
	}
	if element == "testsuites" && string(su.name) == "AllTests" && su.header.tests.has && !su.header.failures.has {
		j.r.Complain(evidence.Unsound, su.line, su.col, "this is the list of tests that googletest writes for --gtest_list_tests: none of them ran")
	}
	if string(su.name) == "pytest" || string(su.name) == "pytest tests" {
		su.dialect |= testsAreNotCases
	}
	switch {
	case element != "testsuite" || len(su.name) == 0:
		su.path = parent.path
	case len(parent.path) == 0:
		su.path = su.name
	default:
		su.path = append(bytes.Clone(shorten(parent.path, maxOuterPath)), " > "...)
		su.path = append(su.path, su.name...)
	}
}

// shorten gives b, or its beginning and a hash of all of it.
func shorten(b []byte, limit int) []byte {
	if len(b) <= limit {
		return b
	}
	h := fnv.New64a()
	h.Write(b)
	short := bytes.Clone(cutAtRune(b, limit-len("…")-16))
	return fmt.Appendf(short, "…%016x", h.Sum64())
}

// headerNumber reads a number of a header.
func (j *junitReader) headerNumber(su *junitSuite, attr string, v []byte, to *headerCount) {
	n, ok := wholeNumber(v)
	if ok {
		*to = headerCount{n, true}
		return
	}
	if len(v) > 9 && len(bytes.Trim(v, "0123456789")) == 0 {
		j.r.Complain(evidence.Unsound, su.line, su.col, "%s=%.64q in the header of %s is more than any run has", attr, v, su)
		return
	}
	gravity := evidence.Quirk
	if (attr == "failures" || attr == "errors") && len(bytes.TrimSpace(v)) > 0 { // it may hide what is not listed
		gravity = evidence.Unsound
	}
	j.r.Complain(gravity, su.line, su.col, "%s=%.64q in the header of %s is not a count; what is listed counts", attr, v, su)
}

// readSuiteProperties looks for properties that tell the writer.
func (j *junitReader) readSuiteProperties() error {
	for {
		k, err := j.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		name, _ := j.s.Attr("name")
		switch string(name) {
		case "filters", "random-seed":
			j.suite().dialect |= testsAreNotCases
		case "browser.launcher":
			j.suite().dialect |= failuresAreErrors
		case "go.version":
			j.suite().dialect |= errorsAreLines
		case "QTestVersion":
			if v, _ := j.s.Attr("value"); bytes.HasPrefix(v, []byte("4.")) || bytes.HasPrefix(v, []byte("5.")) {
				j.suite().dialect |= errorsAreMessages
			}
		}
		if err := j.s.Skip(); err != nil {
			return err
		}
	}
}

// readSuiteError reads an error or failure of a suite itself: what it would have
// run did not run to its end. However many there are, they are one errored case.
func (j *junitReader) readSuiteError() error {
	line := j.s.Line()
	msg, err := j.readMessage()
	if su := j.suite(); !su.ownError {
		su.ownError = true
		su.own.cases.addMaybe(1)
		su.own.bad.addMaybe(1)
		j.r.Cases.Append(j.suiteID(), 0, []byte("[suite]"), evidence.Errored, 0, line, &evidence.Detail{Message: msg})
	}
	return err
}

// closeSuite ends the innermost suite: its numbers become its parent's.
func (j *junitReader) closeSuite() {
	su := j.suite()
	if su.elsewhere {
		j.resumed = append(j.resumed, *su)
		j.open = j.open[:len(j.open)-1]
		return
	}
	parent := &j.open[len(j.open)-2]
	parent.suites = parent.suites || su.suites || su.element == "testsuite"
	if su.dialect&errorsAreLines != 0 && su.header.tests.has && su.header.tests.n == 0 && su.own.bad.n > 0 {
		parent.unbuilt = true // it lists TestMain, which it does not count
	}
	if su.element == "testsuite" {
		if !su.suites || su.own.cases.n > 0 || su.skippedWhole {
			j.r.Suites++
		}
	}
	total := su.own
	total.add(su.inner)
	j.reconcile(su, &total)
	parent.inner.add(total)
	j.open = j.open[:len(j.open)-1]
}

// String names the suite in a message.
func (su *junitSuite) String() string {
	if len(su.name) == 0 {
		return "<" + su.element + ">"
	}
	return fmt.Sprintf("<%s> %.200q", su.element, su.name)
}
