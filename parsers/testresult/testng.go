package testresult

import (
	"bytes"
	"context"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// TestNG is the report of TestNG's own XMLReporter. What is read follows its
// sources (XMLReporter, XMLSuiteResultWriter, XMLReporterConfig).
var TestNG = format.Format{
	Name:   "testng-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"testng-results"},
	Title:  "TestNG's own XML, testng-results.xml (TestNG 5 to 7)",
	Doc: `Every <test-method> that is no configuration method is one case, and so is every row of a data provider: the values of its
parameters are part of its name, and so is the name of its instance, where it has one (ITest). The groups that it belongs to are properties named group. Its class is its <class>, its suite the names of its <suite> and <test>. PASS has passed, FAIL
has failed, SKIP is skipped. SUCCESS_PERCENTAGE_FAILURE, a failure that successPercentage tolerates, has failed. Another
status, or none, is errored and makes the report inconclusive.

Configuration methods (is-config) are no tests; one that failed is an errored case, because the tests that it skips show no failure.

An execution with retried="true" (TestNG 7) is an attempt of the case of the same name and parameters in its class; if there is no
other execution of it, it is errored and the report inconclusive. TestNG 6 marks no retries: there it is a skipped case of its own.

total, passed, failed, skipped and retried of the root are a second witness: failures that it counts and that are not listed are errored,
and missing tests make the report inconclusive. ignored counts what was not to run, and is not counted. Suites and
tests that are written to files of their own (fragmentation) make the report inconclusive, and so does a report with neither
tests nor totals. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`started-at` and `finished-at` of suites and tests",
	Sniff: sniffTestNG,
	Parse: parseTestNG,
}

func sniffTestNG(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	return ok && string(s.Name()) == "testng-results"
}

// testngReader is the state of one reading. Memory beside the cases is the
// executions of one class and the groups of one suite.
type testngReader struct {
	s *xmlscan.Scanner
	r *evidence.Report

	suite, test []byte // names of the open ones
	class       testngClass
	groups      map[testngMethod][]evidence.Property // of the open suite
	depth       int                                  // of the open class, or 0
	counted     bool                                 // the open suite is in Suites

	totals           stated
	ignored, retried headerCount
	listed           tally
	odd              bool // a duration was complained of
	name, params     []byte
	text             []byte
}

func parseTestNG(ctx context.Context, src format.Source, r *evidence.Report) error {
	t := testngReader{s: xmlscan.New(ctx, src), r: r}
	err := t.s.Walk(t.start, func() {
		if t.s.Depth() < t.depth {
			t.closeClass()
		}
	})
	t.closeClass()
	if err == nil {
		t.conclude()
	}
	return xmlscan.Blame(r, err)
}

// start reads an element outside of those that are read whole. One that is not
// known is transparent: a test inside it is a test.
func (t *testngReader) start() error {
	s := t.s
	switch string(s.Name()) { // a string that is kept would be one allocation a method
	case "testng-results":
		t.readTotals()
	case "suite", "test":
		v, _ := s.Attr("name")
		if string(s.Name()) == "suite" {
			t.suite, t.test, t.counted, t.groups = append(t.suite[:0], v...), t.test[:0], false, nil
		} else {
			t.test = append(t.test[:0], v...)
		}
		for _, name := range [...]string{"started-at", "finished-at"} {
			at, _ := s.Attr(name)
			t.r.State(format.Stamp(at))
		}
		if url, ok := s.Attr("url"); ok {
			line, col := s.Pos()
			t.r.Complain(evidence.Unsound, line, col, "the results of this %s are in a file of their own, %.200q; let TestNG write one file", s.Name(), url)
		}
	case "class":
		t.closeClass()
		t.depth = s.Depth()
		v, _ := s.Attr("name")
		if pkg, ok := s.Attr("package"); ok && string(pkg) != "[default]" { // splitClassAndPackageNames
			v = append(append(bytes.Clone(pkg), '.'), v...)
		}
		t.class.id, t.class.name = t.r.Cases.Class(v), append(t.class.name[:0], v...)
		t.class.suite = t.r.Cases.Suite(t.suitePath())
	case "test-method":
		return t.readMethod()
	case "groups":
		return t.readGroups()
	case "reporter-output":
		return s.Skip()
	}
	return nil
}

// suitePath names the suite and the test, which may run one class each.
func (t *testngReader) suitePath() []byte {
	if len(t.test) == 0 {
		return t.suite
	}
	path := append(bytes.Clone(shorten(t.suite, maxOuterPath)), " > "...)
	return append(path, t.test...)
}

// readTotals reads what the root counts.
func (t *testngReader) readTotals() {
	c := &t.totals
	c.what = "<testng-results>"
	c.line, c.col = t.s.Pos()
	for i := range t.s.NumAttrs() {
		v := t.s.AttrValue(i)
		switch name := string(t.s.AttrName(i)); name {
		case "total":
			c.number(t.r, name, v, &c.tests)
		case "passed":
			c.number(t.r, name, v, &c.passed)
		case "failed":
			c.number(t.r, name, v, &c.bad)
		case "skipped":
			c.number(t.r, name, v, &c.skipped)
		case "ignored":
			c.number(t.r, name, v, &t.ignored)
		case "retried":
			c.number(t.r, name, v, &t.retried)
		}
	}
}

// readMethod reads one execution of a method.
func (t *testngReader) readMethod() error {
	s := t.s
	var x testngRun
	var col int
	x.line, col = s.Pos()
	var status, signature, instance []byte
	config := false
	t.name = t.name[:0]
	for i := range s.NumAttrs() {
		v := s.AttrValue(i)
		switch string(s.AttrName(i)) {
		case "name":
			t.name = append(t.name, v...)
		case "status":
			status = v
		case "is-config":
			config = string(v) == "true"
		case "retried":
			x.retried = string(v) == "true"
		case "signature":
			signature = v
		case "test-instance-name":
			instance = v
		case "duration-ms":
			if ms, ok := wholeNumber(v); ok {
				x.duration = time.Duration(ms) * time.Millisecond
			} else if !t.odd {
				t.odd = true
				t.r.Complain(evidence.Quirk, x.line, col, "duration-ms=%.64q is not a number of milliseconds; such durations are unknown", v)
			}
		}
	}
	tolerated := false
	switch string(status) {
	case "PASS":
		x.outcome = evidence.Passed
	case "FAIL":
		x.outcome = evidence.Failed
	case "SKIP":
		x.outcome = evidence.Skipped
	case "SUCCESS_PERCENTAGE_FAILURE":
		x.outcome, tolerated = evidence.Failed, true
	default:
		t.r.Complain(evidence.Unsound, x.line, col, "status %.64q of method %.200q is not known; it counts as errored", status, t.name)
		x.outcome = evidence.Errored
	}
	if x.retried && x.outcome == evidence.Skipped { // what is tried again has failed
		x.outcome = evidence.Failed
	}
	if len(instance) > 0 {
		t.name = append(t.name, " ("...)
		t.name = append(append(t.name, shorten(instance, evidence.MaxMessage)...), ')')
	}
	t.class.begin(signature)
	err := t.readMethodBody(&x)
	if len(t.params) > 0 {
		t.name = append(t.name, '[')
		t.name = append(append(t.name, shorten(t.params, evidence.MaxMessage)...), ']')
	}
	if err != nil && x.outcome == evidence.Passed {
		return err
	}
	switch {
	case config:
		if x.outcome != evidence.Failed && x.outcome != evidence.Errored {
			t.class.drop()
			return err
		}
		x.retried, x.outcome = false, evidence.Errored
	case x.retried:
		t.listed.cases.hi++
		t.listed.skipped.hi++
		t.listed.bad.hi++
	case tolerated:
		t.listed.countMaybe(x.outcome)
	default:
		t.listed.count(x.outcome)
	}
	if t.depth == 0 { // outside of any class
		t.class.id, t.class.suite, t.depth = 0, t.r.Cases.Suite(t.suitePath()), s.Depth()
	}
	if !t.counted {
		t.counted = true
		t.r.Suites++
	}
	t.class.add(x, t.name)
	return err
}

// readMethodBody reads the parameters and the exception of an execution.
func (t *testngReader) readMethodBody(x *testngRun) error {
	s := t.s
	t.params = t.params[:0]
	values, said := 0, ""
	for depth := s.Depth(); s.Depth() >= depth; {
		k, err := s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		switch string(s.Name()) {
		case "params", "param":
			continue
		case "value":
			if values++; values > 1 {
				t.params = append(t.params, ", "...)
			}
			n := len(t.params)
			if v, _ := s.Attr("is-null"); string(v) == "true" {
				t.params = append(t.params, "null"...)
				err = s.Skip()
				break
			}
			if t.params, err = s.AppendText(t.params, evidence.MaxName); err == nil {
				// The writer puts the value on a line of its own.
				t.params = append(t.params[:n], bytes.TrimSpace(t.params[n:])...)
			}
		case "exception":
			if v, ok := s.Attr("class"); ok && said == "" {
				said = string(cutAtRune(v, evidence.MaxMessage))
			}
			if x.outcome != evidence.Passed {
				x.message = said
				continue
			}
			err = s.Skip()
		case "message":
			t.text, err = s.AppendText(t.text[:0], evidence.MaxMessage)
			if msg := firstLines(bytes.TrimSpace(t.text)); msg != "" {
				x.message = msg
			}
		default:
			err = s.Skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// conclude holds the totals against what was listed.
func (t *testngReader) conclude() {
	c := &t.totals
	if c.tests.has {
		n := c.tests.n - min(c.tests.n, t.ignored.n+t.retried.n)
		c.tests.n = max(n, c.passed.n+c.bad.n+c.skipped.n)
	}
	c.compare(t.r, &t.listed, false)
	if t.r.Cases.Len() == 0 && !c.tests.has {
		t.r.Complain(evidence.Unsound, 1, 1, "the report has no test and no total; see that the run finished")
	}
}
