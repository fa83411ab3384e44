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

// XUnit is the XML of xUnit.net: version 1 (root assembly, class elements), 2 and
// 3 (root assemblies, collection elements), by xunit.net's pages "Format of XML"
// of each, and of those that write it too (Fixie, XunitXml.TestLogger).
var XUnit = format.Format{
	Name:   "xunit-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"assemblies", "assembly"},
	Title:  "xUnit.net XML (xunit.console v1, v2 and v3, XunitXml.TestLogger, Fixie)",
	Doc: `Every <test> is one case. Its suite is the file name of its assembly, its class the attribute type, its name the
attribute name, its properties its traits.

Pass passed, Fail failed, Skip and NotRun (an explicit test of version 3) skipped. A test with a <failure> has failed whatever
it says. Another result, and none, is errored, and the report inconclusive. xUnit.net tells exceptions from assertions
nowhere, so that every Fail is failed.

Every <error> among the <errors> of an assembly (a fixture or an assembly that could not be cleaned up, a crash) is one
errored case named after its type. The <warnings> of version 3 and the output of tests are passed over.

total, passed, failed, skipped, not-run and errors of assemblies, collections and classes are a second witness: failures and
errors that they count and that are not listed count as errored; tests that they count and that are missing make the report
inconclusive, and so do fewer passed than are listed. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`run-date` and `run-time` of assemblies, `start-rtf` and `finish-rtf` in version 3",
	Sniff: sniffXUnit,
	Parse: parseXUnit,
}

// sniffXUnit claims a root of assemblies, and one of assembly that looks like
// xUnit.net's: manifests of .NET have that word too.
func sniffXUnit(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok {
		return false
	}
	switch string(s.Name()) {
	case "assemblies":
		return true
	case "assembly":
		for _, a := range []string{"test-framework", "run-date", "run-time", "total", "passed"} {
			if _, ok := s.Attr(a); ok {
				return true
			}
		}
	}
	return false
}

// xunitReader is the state of one reading. Memory beside the cases is the open
// parts: a file, an assembly, a collection.
type xunitReader struct {
	s    *xmlscan.Scanner
	r    *evidence.Report
	open []xunitPart // open[0] is the file
	odd  xunitOddity
	name []byte
	file []byte
	text []byte

	traits labels // of the test in hand
}

// xunitPart is an assembly, a collection or a class that has not ended.
type xunitPart struct {
	depth  int
	suite  evidence.SuiteID
	name   string
	own    bool // it has tests of its own
	totals stated
	tally  tally
}

type xunitOddity uint8

const (
	xunitTime xunitOddity = 1 << iota
	xunitMismatch
)

func (x *xunitReader) once(o xunitOddity, line, col int, msg string, args ...any) {
	if x.odd&o == 0 {
		x.odd |= o
		x.r.Complain(evidence.Quirk, line, col, msg, args...)
	}
}

func parseXUnit(ctx context.Context, src format.Source, r *evidence.Report) error {
	x := xunitReader{s: xmlscan.New(ctx, src), r: r, open: make([]xunitPart, 1, 4)}
	return xmlscan.Blame(r, x.read())
}

// read walks the elements; what it does not know is transparent, as in JUnit.
func (x *xunitReader) read() error {
	return x.s.Walk(x.start, func() {
		if x.s.Depth() < x.open[len(x.open)-1].depth {
			x.closePart()
		}
	})
}

// start reads an element outside of those that are read whole.
func (x *xunitReader) start() (err error) {
	switch string(x.s.Name()) {
	case "assemblies", "assembly", "collection", "class":
		x.openPart()
	case "test":
		err = x.readTest()
	case "error":
		err = x.readError()
	case "output", "warnings", "attachments":
		err = x.s.Skip()
	}
	return err
}

// openPart reads the start tag of a part.
func (x *xunitReader) openPart() {
	s := x.s
	outer := &x.open[len(x.open)-1]
	p := xunitPart{depth: s.Depth(), suite: outer.suite, name: outer.name}
	t := &p.totals
	t.line, t.col = s.Pos()
	name, _ := s.Attr("name")
	if string(s.Name()) == "assembly" {
		name = baseName(name)
		p.suite, p.name = x.r.Cases.Suite(name), string(cutAtRune(name, evidence.MaxMessage))
	}
	t.what = fmt.Sprintf("<%s>", s.Name())
	if len(name) > 0 {
		t.what = fmt.Sprintf("<%s> %.200q", s.Name(), name)
	}
	t.suite = p.name
	for i := range s.NumAttrs() {
		v := s.AttrValue(i)
		switch attr := string(s.AttrName(i)); attr {
		case "total":
			t.number(x.r, attr, v, &t.tests)
		case "passed":
			t.number(x.r, attr, v, &t.passed)
		case "failed", "errors":
			t.number(x.r, attr, v, &t.bad)
		case "skipped", "not-run":
			t.number(x.r, attr, v, &t.skipped)
		}
	}
	x.stamp()
	x.open = append(x.open, p)
}

// stamp reads when an assembly ran: version 2 says its date and its time of day,
// version 3 its beginning and its end as well.
func (x *xunitReader) stamp() {
	if string(x.s.Name()) != "assembly" {
		return
	}
	date, _ := x.s.Attr("run-date")
	clock, _ := x.s.Attr("run-time")
	zoneless := format.Stamp(bytes.Join([][]byte{date, clock}, []byte{' '}))
	exact := false
	for _, name := range [...]string{"start-rtf", "finish-rtf"} {
		v, _ := x.s.Attr(name)
		at := format.Stamp(v)
		exact = exact || at.Stated()
		x.r.State(at)
	}
	if !exact {
		x.r.State(zoneless)
	}
}

// closePart ends the innermost part: its totals are compared, and what it lists
// is its parent's.
func (x *xunitReader) closePart() {
	p := &x.open[len(x.open)-1]
	if p.own {
		x.r.Suites++
	}
	p.totals.compare(x.r, &p.tally, false)
	x.open[len(x.open)-2].tally.add(p.tally)
	x.open = x.open[:len(x.open)-1]
}

// readTest reads the test whose start tag was given last.
func (x *xunitReader) readTest() error {
	s := x.s
	line, col := s.Pos()
	var o evidence.Outcome
	var class, method []byte
	var d time.Duration
	known := false
	var file, fileLine []byte // version 3
	x.name = x.name[:0]
	for i := range s.NumAttrs() {
		v := s.AttrValue(i)
		switch string(s.AttrName(i)) {
		case "name":
			x.name = append(x.name, v...)
		case "type":
			class = v
		case "method":
			method = v
		case "source-file":
			file = v
		case "source-line":
			fileLine = v
		case "result":
			o, known = xunitResult(v)
			if !known {
				x.r.Complain(evidence.Unsound, line, col, "result %.64q of a test is not known; it counts as errored", v)
				known = true
			}
		case "time":
			var ok bool
			if d, ok = parseSeconds(v); !ok {
				x.once(xunitTime, line, col, "time %.64q is not a number of seconds; such durations are unknown", v)
			}
		}
	}
	if len(x.name) == 0 {
		x.name = append(x.name, method...)
	}
	if !known {
		o = evidence.Errored
		x.r.Complain(evidence.Unsound, line, col, "test %.200q does not say what became of it; it counts as errored", x.name)
	}
	id := x.r.Cases.Class(class)
	var detail evidence.Detail
	x.file = append(x.file[:0], file...)
	if n, ok := wholeNumber(fileLine); ok && o != evidence.Passed {
		detail.Line = int(n)
	}
	x.traits.begin(nil)
	var err error
	for err == nil {
		var k xmlscan.Kind
		if k, err = s.Next(); err != nil || k == xmlscan.End {
			break
		}
		switch string(s.Name()) {
		case "failure":
			if !o.Bad() {
				x.once(xunitMismatch, line, col, "test %.200q has a failure and says that it %s; it counts as failed", x.name, o)
				o = evidence.Failed
			}
			detail.Message, err = x.readMessage()
		case "reason":
			err = x.readReason(&detail)
		case "traits":
			err = x.readTraits()
		case "source-file": // as some writers have what are attributes in version 3
			x.file, err = s.AppendText(x.file[:0], evidence.MaxMessage)
		case "source-line":
			x.text, err = s.AppendText(x.text[:0], 20)
			if n, ok := wholeNumber(x.text); ok {
				detail.Line = int(n)
			}
		default:
			err = s.Skip()
		}
	}
	if err != nil && !o.Bad() {
		return err // cut before its outcome was known
	}
	if o == evidence.Passed {
		detail = evidence.Detail{}
	}
	detail.Properties = x.traits.list()
	p := &x.open[len(x.open)-1]
	p.own = true
	p.tally.count(o)
	x.r.Cases.Append(p.suite, id, x.name, o, d, line, &detail)
	x.r.Cases.SetFile(x.r.Cases.Len()-1, x.file)
	return err
}

// readTraits reads the traits of the test in hand.
func (x *xunitReader) readTraits() error {
	for {
		k, err := x.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		if string(x.s.Name()) == "trait" {
			name, _ := x.s.Attr("name")
			value, _ := x.s.Attr("value")
			x.traits.add(name, value)
		}
		if err := x.s.Skip(); err != nil {
			return err
		}
	}
}

// xunitResult maps a result; what it does not know is errored.
func xunitResult(v []byte) (o evidence.Outcome, known bool) {
	switch string(v) {
	case "Pass":
		return evidence.Passed, true
	case "Fail":
		return evidence.Failed, true
	case "Skip", "NotRun":
		return evidence.Skipped, true
	}
	return evidence.Errored, false
}

// readReason reads why a test was skipped: version 1 has a message in it.
func (x *xunitReader) readReason(d *evidence.Detail) error {
	var err error
	if d.Message != "" {
		return x.s.Skip()
	}
	x.text, err = x.s.AppendText(x.text[:0], evidence.MaxMessage)
	d.Message = firstLines(bytes.TrimSpace(x.text))
	return err
}

// readError reads an error that is no test's.
func (x *xunitReader) readError() error {
	line, _ := x.s.Pos()
	kind, _ := x.s.Attr("type")
	name := []byte("[error]")
	if len(kind) > 0 {
		name = fmt.Appendf(nil, "[%s]", kind)
	}
	if of, _ := x.s.Attr("name"); len(of) > 0 {
		name = fmt.Appendf(name, " %s", of)
	}
	msg, err := x.readMessage()
	p := &x.open[len(x.open)-1]
	p.tally.countMaybe(evidence.Errored)
	x.r.Cases.Append(p.suite, 0, name, evidence.Errored, 0, line, &evidence.Detail{Message: msg})
	return err
}

// readMessage reads a failure or an error to its end, and gives its message.
func (x *xunitReader) readMessage() (msg string, err error) {
	exception, _ := x.s.Attr("exception-type")
	typ := string(cutAtRune(exception, evidence.MaxMessage))
	for depth := x.s.Depth(); x.s.Depth() >= depth; {
		k, err := x.s.Next()
		if err != nil {
			return msg, err
		}
		switch {
		case k != xmlscan.Start || string(x.s.Name()) == "failure":
		case string(x.s.Name()) == "message" && msg == "":
			x.text, err = x.s.AppendText(x.text[:0], evidence.MaxMessage)
			msg = firstLines(bytes.TrimSpace(x.text))
		default:
			err = x.s.Skip()
		}
		if err != nil {
			return msg, err
		}
	}
	if msg == "" {
		msg = typ
	}
	return msg, nil
}
