package testresult

import (
	"bytes"
	"context"
	"hash/fnv"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// TRX is the results file of Visual Studio's test platform: of mstest.exe, of
// `dotnet test --logger trx`, of Microsoft.Testing.Platform's --report-trx. What
// is read follows the sources of vstest's TrxLogger (TrxLogger, TestResult,
// TestOutcome) and files of the others.
var TRX = format.Format{
	Name:   "trx",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"TestRun"},
	Title:  "TRX (dotnet test --logger trx, vstest, mstest, Microsoft.Testing.Platform)",
	Doc: `Every result in <Results> is one case, and so is every result in its <InnerResults> (the rows of a data-driven test,
the parts of an ordered one), as the test platform itself counts them. Its class is the className of its test's definition,
its suite the file name of the definition's storage; both are found by testId, wherever the definitions stand. The categories and
properties of the definition are its properties: TestCategory, and each <Key>.

Outcomes, by TrxLogger: Passed passed; Failed failed; Error, Timeout, Aborted, Disconnected, InProgress, Pending and
NotRunnable errored, and so is a result without an outcome (TrxLogger leaves out the default, which is Error); NotExecuted and Inconclusive
skipped (MSTest reports an inconclusive test as skipped unless MapInconclusiveToFailed is set). Warning and Completed say nothing of success and
are skipped. PassedButRunAborted is passed, and the report inconclusive. An outcome that is none of these is errored, and
the report inconclusive.

A run whose <ResultSummary> is Failed, Error or another outcome that is not good, or whose <RunInfo> tells of an error, while
none of its results is bad, is one errored case named [run]: a test host that crashed leaves no other trace. A summary that
says that the run did not end, and a RunInfo that says that it crashed or was aborted, make the report inconclusive besides.

<Counters> is a second witness: failures that it counts and that are not listed count as errored; results that it counts and
that are missing make the report inconclusive. So does a file without a <ResultSummary>. A file that was cut is always
recognised: the tags no longer match.`,
	Times: "`Times` of the run",
	Sniff: sniffTRX,
	Parse: parseTRX,
}

func sniffTRX(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	return ok && string(s.Name()) == "TestRun"
}

// trxReader is the state of one reading. Memory beside the cases is 16 bytes a
// case, and a definition's id, suite and class.
type trxReader struct {
	s *xmlscan.Scanner
	r *evidence.Report

	tests []trxID            // the test of each case
	defs  map[trxID]trxOwner // what is known of a test
	depth int                // of inner results
	tops  tally              // results that stand in no other
	inner tally
	odd   trxOddity

	counters stated
	summary  trxSummary
	name     []byte
	text     []byte
	labels   labels // of the definition in hand
}

// trxID is a GUID, or a hash of what should have been one.
type trxID [16]byte

type trxOwner struct {
	suite  evidence.SuiteID
	class  evidence.ClassID
	labels []evidence.Property
}

type trxOddity uint8

const (
	trxTime trxOddity = 1 << iota
	trxVague
	trxNoDefinition
)

// trxSummary is what is said of the run as a whole.
type trxSummary struct {
	line, col int
	outcome   []byte
	has       bool
	errors    int    // RunInfo of outcome Error or worse
	message   string // of the first that is not a test's failure told again
	errorLine int
}

func parseTRX(ctx context.Context, src format.Source, r *evidence.Report) error {
	t := trxReader{s: xmlscan.New(ctx, src), r: r, defs: map[trxID]trxOwner{}}
	err := t.read()
	t.join()
	if err == nil {
		t.conclude()
	}
	return xmlscan.Blame(r, err)
}

func (t *trxReader) once(o trxOddity, line, col int, msg string, args ...any) {
	if t.odd&o == 0 {
		t.odd |= o
		t.r.Complain(evidence.Quirk, line, col, msg, args...)
	}
}

func (t *trxReader) read() error {
	for {
		k, err := t.s.Next()
		if err != nil || k == xmlscan.Done {
			return err
		}
		if k == xmlscan.End {
			continue
		}
		switch string(t.s.Name()) {
		case "TestRun":
		case "Times":
			for _, name := range [...]string{"creation", "start", "finish"} {
				at, _ := t.s.Attr(name)
				t.r.State(format.Stamp(at))
			}
			err = t.s.Skip()
		case "Results":
			err = t.readResults()
		case "TestDefinitions":
			err = t.readDefinitions()
		case "ResultSummary":
			err = t.readSummary()
		default:
			err = t.s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// readResults reads the children of Results or InnerResults. Every element of it
// is a result, whatever its name: the schema has seven kinds.
func (t *trxReader) readResults() error {
	for {
		k, err := t.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		if err := t.readResult(); err != nil {
			return err
		}
	}
}

// readResult reads one result. It is added before those inside it.
func (t *trxReader) readResult() error {
	line, col := t.s.Pos()
	var outcome, name, id []byte
	var hasOutcome bool
	var d time.Duration
	for i := range t.s.NumAttrs() {
		v := t.s.AttrValue(i)
		switch string(t.s.AttrName(i)) {
		case "outcome":
			outcome, hasOutcome = v, true
		case "testName":
			name = v
		case "testId":
			id = v
		case "duration":
			var ok bool
			if d, ok = parseClock(v); !ok {
				t.once(trxTime, line, col, "duration %.64q is not hh:mm:ss; such durations are unknown", v)
			}
		}
	}
	if name == nil && id == nil && !hasOutcome {
		t.r.Complain(evidence.Unsound, line, col, "<%.64s> among the results has neither testName nor outcome", t.s.Name())
		return t.s.Skip()
	}
	o := t.outcome(outcome, hasOutcome, line, col)
	test := trxTest(id)
	t.name = append(t.name[:0], name...)
	if t.depth == 0 {
		t.tops.count(o)
	} else {
		t.inner.countMaybe(o)
	}
	var detail evidence.Detail
	// A case that stands before its inner results would need its message before
	// it is added; the message comes first in the schema (Output, InnerResults).
	added := false
	add := func() {
		if !added {
			added = true
			t.r.Cases.Append(0, 0, t.name, o, d, line, &detail)
			t.tests = append(t.tests, test)
		}
	}
	for {
		k, err := t.s.Next()
		if err == nil && k == xmlscan.Start {
			switch string(t.s.Name()) {
			case "Output":
				err = t.readOutput(&detail, o != evidence.Passed)
			case "InnerResults":
				add()
				t.depth++
				err = t.readResults()
				t.depth--
			default:
				err = t.s.Skip()
			}
		}
		if err != nil || k == xmlscan.End {
			add()
			return err
		}
	}
}

// readOutput takes the message of ErrorInfo; other messages are the test's output.
func (t *trxReader) readOutput(d *evidence.Detail, keep bool) error {
	info := 0
	for depth := t.s.Depth(); t.s.Depth() >= depth; {
		k, err := t.s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start {
			continue
		}
		switch name := string(t.s.Name()); {
		case name == "ErrorInfo" && keep && info == 0:
			info = t.s.Depth()
		case name == "Message" && t.s.Depth() == info+1 && info > 0 && d.Message == "":
			d.Message, err = t.readText()
		default:
			err = t.s.Skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readText gives the first lines of an element's text.
func (t *trxReader) readText() (string, error) {
	var err error
	t.text, err = t.s.AppendText(t.text[:0], evidence.MaxMessage)
	return firstLines(bytes.TrimSpace(t.text)), err
}

// readDefinitions reads which class and which file a test is in.
func (t *trxReader) readDefinitions() error {
	for {
		k, err := t.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		var def trxOwner
		v, _ := t.s.Attr("id")
		id := trxTest(v)
		v, _ = t.s.Attr("storage")
		def.suite = t.r.Cases.Suite(baseName(v))
		t.labels.begin(nil)
		for depth := t.s.Depth(); t.s.Depth() >= depth; {
			k, err := t.s.Next()
			if err != nil {
				return err
			}
			if k != xmlscan.Start {
				continue
			}
			switch string(t.s.Name()) {
			case "TestMethod":
				v, _ := t.s.Attr("className")
				v, _, _ = bytes.Cut(v, []byte(", ")) // mstest.exe writes the assembly behind it
				def.class = t.r.Cases.Class(v)
			case "TestCategoryItem":
				v, _ := t.s.Attr("TestCategory")
				t.labels.add([]byte("TestCategory"), v)
			case "Property":
				if err := t.readProperty(); err != nil {
					return err
				}
			}
		}
		def.labels = t.labels.list()
		t.defs[id] = def
	}
}

// readProperty reads a <Property> of a definition: its <Key> and its <Value>.
func (t *trxReader) readProperty() error {
	var key, value []byte
	for {
		k, err := t.s.Next()
		if err != nil || k == xmlscan.End {
			t.labels.add(key, value)
			return err
		}
		switch string(t.s.Name()) {
		case "Key":
			key, err = t.s.AppendText(key[:0], maxPropertyValue)
		case "Value":
			value, err = t.s.AppendText(value[:0], maxPropertyValue)
		default:
			err = t.s.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// join gives the cases their suites, classes and labels.
func (t *trxReader) join() {
	suites := map[evidence.SuiteID]bool{}
	for i, id := range t.tests {
		def, ok := t.defs[id]
		if !ok {
			c := t.r.Cases.At(i)
			t.once(trxNoDefinition, c.At.Line, 0, "the test of %.200q is not defined in this file; its class is unknown", c.Name)
		}
		suites[def.suite] = true
		t.r.Cases.Assign(i, def.suite, def.class)
		if def.labels != nil {
			t.r.Cases.SetProperties(i, def.labels)
		}
	}
	t.r.Suites = len(suites)
}

// trxTest makes a key of a testId.
func trxTest(v []byte) (id trxID) {
	n := 0
	for _, c := range v {
		var d byte
		switch {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		case c == '-' || c == '{' || c == '}':
			continue
		default:
			n = 32
		}
		if n >= 32 {
			n++
			break
		}
		id[n/2] = id[n/2]<<4 | d
		n++
	}
	if n == 32 {
		return id
	}
	h := fnv.New128a()
	h.Write(v)
	h.Sum(id[:0])
	return id
}

// baseName is the last part of a path of either kind.
func baseName(path []byte) []byte {
	return path[bytes.LastIndexAny(path, `/\`)+1:]
}
