package testresult

import (
	"context"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// JUnit is the XML that Ant's JUnit task began and most test runners write.
// There is no one specification: what is read is what Ant, Surefire, Gradle,
// pytest, googletest, CTest, Catch2, Jest, PHPUnit, nextest, gotestsum, Bazel
// and their kin write, by their sources and schemas.
var JUnit = format.Format{
	Name:   "junit-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"testsuites", "testsuite", "testrun", "testcase"},
	Title:  "JUnit XML (Surefire, Gradle, pytest, Jest, PHPUnit, googletest, CTest, Catch2, nextest, gotestsum, Bazel and others)",
	Doc: `Every <testcase> is one case, in suites nested to any depth and outside of them. Its suite is the path of the
named suites around it, its class the attribute classname (or class).

A case with <error> or status="errored" is errored, else with <failure> or status="failed" failed, else with <skipped>,
<disabled>, status="notrun" or result="suppressed" skipped, else passed. A case that says it was skipped and failed has failed.
<rerunFailure> and <rerunError> are further failed attempts of a failed case; <flakyFailure>, <flakyError> and <rerun> are
failed attempts before the final one, so a case that has only these passed and is flaky. <warning> and <risky> (PHPUnit) leave
a case passed. <FAILURE> and <Error> in a case are read as if they stood in small letters, and an element that is called as a status
of what did not pass (<timeout>, <failed>, <broken>) counts as that. An <error> or <failure> directly in a suite is an errored case named [suite]. A test that CTest could not run
(no executable, a required file or fixture missing) is errored, though CTest writes it as skipped. A list of googletest
(--gtest_list_tests), of which nothing ran, makes the report inconclusive.

The numbers in the headers of suites are a second witness. More failures and errors than are listed are counted as errored,
unlisted. More tests than are listed make the report inconclusive: some are missing. A suite that only has a header is counted
by it, and is inconclusive if any of that would have passed; so is a number of failures or errors that is none ("-1", "+1"). Where a header counts less than is listed, what is listed counts.
Catch2 counts assertions as tests, and so does QUnit, which says of each case how many it has; pytest counts subtests and teardowns, Web Test Runner counts each failure as an error too;
their headers are read so. Missing tests that a header counts as skipped are skipped, unlisted: mocha-junit-reporter lists what is pending
only with includePending. The errors that gotestsum counts are lines of the compiler where a package did not build, which it lists. Those that Qt 4 and 5 count are messages, and
a case of theirs without a result skipped (qxunittestlogger.cpp).

<testrun>, as Eclipse saves a session, is read as <testsuites> are: incomplete="true" is errored there, ignored="true" skipped. A file may be one
<testcase>. A status that says that a case was skipped or did not run ("untested", "blocked" and the like) or that it did not end well ("interrupted", "undefined",
"panicked") counts where no element says more; a word that is not known leaves it to the elements.

Each <property> of a case is its property; its file is the attribute file, or that of the suites around it; a line
at its end, as ExUnit writes it ("a_test.exs:7"), is no part of it.

time="1,234.5" is 1234.5 seconds and time="1234,5" is too; "12,345" could be either and is no duration. A file that was cut
is always recognised: the tags no longer match.`,
	Times: "`timestamp` of suites",
	Sniff: sniffJUnit,
	Parse: parseJUnit,
}

// sniffJUnit claims a root of testsuites, and one of testsuite, testrun or testcase that
// looks like JUnit's: other tools use these words for other things.
func sniffJUnit(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok {
		return false
	}
	root := string(s.Name())
	var telling []string
	switch root {
	case "testsuites":
		return true
	case "testsuite":
		telling = []string{"name", "tests", "failures", "errors", "skipped", "time"}
	case "testrun": // as Eclipse saves a session; IntelliJ's has a name and its own elements
		telling = []string{"tests", "started", "failures", "errors"}
	case "testcase":
		telling = []string{"classname", "class", "time", "status"}
	default:
		return false
	}
	for i := range s.NumAttrs() {
		if slices.Contains(telling, string(s.AttrName(i))) {
			return true
		}
	}
	k, err := s.Next()
	if err != nil || k == xmlscan.End {
		return root == "testsuite" // nothing in it says otherwise
	}
	switch string(s.Name()) {
	case "testcase", "testsuite":
		return root != "testcase"
	case "system-out", "system-err", "error", "failure", "skipped":
		return true
	case "properties":
		return root != "testrun"
	}
	return false
}

// parseJUnit reads a report. Memory beside the cases is the window, the open
// suites and one case.
func parseJUnit(ctx context.Context, src format.Source, r *evidence.Report) error {
	first, second, ok := xmlscan.Halves(ctx, src, "testcase", func(s *xmlscan.Scanner, half int, _ []string) (*junitReader, bool) {
		j := newJUnitReader(s, &evidence.Report{Source: r.Source})
		if half == 1 && !j.resume(junitOutline(xmlscan.Head(src))) {
			return j, false
		}
		err := j.read()
		return j, err == nil && len(j.r.Problems) == 0
	})
	if ok && first.join(second) {
		r.Cases, r.Suites = first.r.Cases, first.r.Suites
		r.State(first.r.Time)
		r.State(second.r.Time)
		return nil
	}
	return xmlscan.Blame(r, newJUnitReader(xmlscan.New(ctx, src), r).read())
}

func newJUnitReader(s *xmlscan.Scanner, r *evidence.Report) *junitReader {
	return &junitReader{s: s, r: r, open: make([]junitSuite, 1, 8)}
}

// junitReader is the state of one reading.
type junitReader struct {
	s    *xmlscan.Scanner
	r    *evidence.Report
	open []junitSuite // open[0] is the file

	// The suites of the first half, in a second one, that have ended.
	resumed []junitSuite
	said    junitOddity

	// Of the current case. The name and file of one that is an empty element lie in
	// the scanner's window, those of others in our own memory.
	name, file       []byte
	ownName, ownFile []byte
	text             []byte

	alike xmlscan.Alike
}

// junitOddity is what is said once a file: one writer does it in every line.
type junitOddity uint8

const (
	oddTime junitOddity = 1 << iota
	oddStatus
	oddLess
	oddWarning
	oddAttempts
)

// once complains of an oddity the first time it is met.
func (j *junitReader) once(o junitOddity, line, col int, msg string, args ...any) {
	if j.said&o == 0 {
		j.said |= o
		j.r.Complain(evidence.Quirk, line, col, msg, args...)
	}
}

// read walks the elements. What it does not know is transparent: a case inside
// it is a case.
func (j *junitReader) read() error {
	return j.s.Walk(j.start, func() {
		if j.s.Depth() < j.suite().depth {
			j.closeSuite()
		}
	})
}

// start reads an element outside of cases.
func (j *junitReader) start() error {
	switch string(j.s.Name()) {
	case "testcase":
		if all, err := j.readPlainCases(); all || err != nil {
			return err
		}
		return j.readCase()
	case "testsuite":
		j.openSuite("testsuite")
	case "testsuites", "testrun":
		j.openSuite(string(j.s.Name()))
	case "properties":
		return j.readSuiteProperties()
	case "system-out", "system-err":
		return j.s.Skip()
	case "error", "failure":
		return j.readSuiteError()
	case "skipped":
		j.suite().skippedWhole = true
		return j.s.Skip()
	}
	return nil
}
