package testresult

import (
	"bytes"
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// Robot is the output.xml of Robot Framework. What is read follows its schema
// (doc/schema/result.xsd and the older ones beside it) and its own reader
// (robot/result/xmlelementhandlers.py, suiteteardownfailure.py, merger.py).
var Robot = format.Format{
	Name:   "robot-xml",
	Kinds:  evidence.Tests,
	Begins: "<",
	Roots:  []string{"robot", "suite"},
	Title:  "Robot Framework output.xml (robot 3 to 7, rebot, pabot)",
	Doc: `Every <test> is one case; its suite is the names of the suites around it, joined by points, as in Robot's long names. What
became of it is the <status> that stands directly in it: PASS, FAIL or SKIP. Another word, or none, is errored and makes the
report inconclusive. Keywords, loops and their statuses are no tests. Tasks (rpa) are read as tests are. Tags are properties named tag.

A suite teardown runs after its tests were written: robot leaves them as PASS, and its own log, report and statistics count them as
failed. They are failed here too, or skipped where the teardown was skipped; rebot writes them so itself. A suite that
failed with nothing in it that did is an errored case named [suite].

rebot --merge writes into the message of a test what became of it before; these are its attempts. Criticality (Robot 3) is
not taken into account: a test that failed has failed, as in the total of all tests and since Robot 4.

The total of all tests in <statistics> is a second witness: failures that it counts and that are not listed count as errored, and
missing tests make the report inconclusive. So does a report with neither tests nor totals. Messages of level ERROR in <errors>
are told and count for nothing. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`generated` of the root",
	Sniff: sniffRobot,
	Parse: parseRobot,
}

// sniffRobot claims a root named robot that is not the description of a robot,
// and the root suite that rebot writes alone.
func sniffRobot(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok {
		return false
	}
	switch string(s.Name()) {
	case "suite":
		id, _ := s.Attr("id")
		return string(id) == "s1"
	case "robot":
		if _, ok := s.Attr("generator"); ok {
			return true
		}
		k, err := s.Next()
		return err == nil && k == xmlscan.Start && (string(s.Name()) == "suite" || string(s.Name()) == "statistics")
	}
	return false
}

// robotReader is the state of one reading. Memory beside the cases is the open
// suites.
type robotReader struct {
	s    *xmlscan.Scanner
	r    *evidence.Report
	open []robotSuite // open[0] is the file

	byRobot bool     // and not by rebot, which has rewritten the tests
	settled []extent // cases of suites that were torn down with a failure
	own     uint64   // cases of ours, named [suite]
	totals  stated   // of all tests
	odd     bool     // a time was complained of
	tags    labels   // of the test in hand
	tag     []byte
	name    []byte
	text    []byte
}

// extent is a stretch of cases.
type extent struct{ from, to int }

// robotSuite is a suite that has not ended.
type robotSuite struct {
	path      []byte
	source    string
	depth     int
	line      int
	id        evidence.SuiteID
	hasID     bool
	first     int // of its cases
	bad       uint64
	failed    bool             // it or its setup says so
	teardown  evidence.Outcome // if it is not good
	message   string           // of the suite
	tornDown  string           // message of its teardown
	announced string           // message of its setup
}

func parseRobot(ctx context.Context, src format.Source, r *evidence.Report) error {
	b := robotReader{s: xmlscan.New(ctx, src), r: r, open: make([]robotSuite, 1, 8)}
	err := b.s.Walk(b.start, func() {
		if b.s.Depth() < b.top().depth {
			b.closeSuite()
		}
	})
	if err == nil {
		b.conclude()
	}
	return xmlscan.Blame(r, err)
}

func (b *robotReader) top() *robotSuite { return &b.open[len(b.open)-1] }

// start reads an element outside of those that are read whole. One that is not
// known is transparent: a test inside it is a test.
func (b *robotReader) start() error {
	switch string(b.s.Name()) {
	case "robot":
		v, _ := b.s.Attr("generator")
		word, _, _ := bytes.Cut(bytes.TrimSpace(v), []byte{' '})
		made, _ := b.s.Attr("generated")
		b.r.State(format.Stamp(made))
		b.byRobot = bytes.EqualFold(word, []byte("robot"))
		return nil
	case "suite":
		b.openSuite()
		return nil
	case "test":
		return b.readTest()
	case "kw":
		return b.readFixture()
	case "status":
		if b.s.Depth() == b.top().depth+1 {
			return b.readSuiteStatus()
		}
	case "statistics":
		return b.readStatistics()
	case "errors":
		return b.readErrors()
	}
	return nil
}

func (b *robotReader) openSuite() {
	name, _ := b.s.Attr("name")
	source, _ := b.s.Attr("source")
	outer := b.top()
	su := robotSuite{depth: b.s.Depth(), line: b.s.Line(), source: string(cutAtRune(source, evidence.MaxMessage))}
	if len(outer.path) > 0 {
		su.path = append(bytes.Clone(shorten(outer.path, maxOuterPath)), '.')
	}
	su.path = append(su.path, shorten(name, evidence.MaxName)...)
	su.first, su.bad = b.r.Cases.Len(), b.bad()
	b.open = append(b.open, su)
}

// bad is how many cases have failed so far.
func (b *robotReader) bad() uint64 {
	c := b.r.Cases.Counts()
	return c.Failed + c.Errored
}

// suiteID is that of the innermost suite, which has a case.
func (b *robotReader) suiteID() evidence.SuiteID {
	su := b.top()
	if !su.hasID {
		su.id, su.hasID = b.r.Cases.Suite(su.path), true
	}
	return su.id
}

// closeSuite ends the innermost suite.
func (b *robotReader) closeSuite() {
	su := b.top()
	if su.hasID {
		b.r.Suites++
	}
	if su.teardown != 0 {
		if b.byRobot {
			b.overrule(su)
		}
		su.failed = su.failed || su.teardown == evidence.Failed
	}
	if su.failed && b.bad() == su.bad {
		msg := su.message
		for _, other := range []string{su.announced, su.tornDown, "the suite failed, and nothing in it says why"} {
			if msg == "" {
				msg = other
			}
		}
		b.own++
		b.r.Cases.Append(b.suiteID(), 0, []byte("[suite]"), evidence.Errored, 0, su.line, &evidence.Detail{Message: msg, File: su.source})
	}
	b.open = b.open[:len(b.open)-1]
}

// overrule gives the passed tests of a suite what its teardown made of them. What
// an inner suite has overruled has none left, and is not looked at again.
func (b *robotReader) overrule(su *robotSuite) {
	to := b.r.Cases.Len()
	prefix := "Parent suite teardown failed:\n"
	if su.teardown == evidence.Skipped {
		prefix = "Skipped in parent suite teardown:\n"
	}
	msg := strings.TrimSpace(prefix + su.tornDown)
	settle := func(from, to int) {
		for i := from; i < to; i++ {
			if c := b.r.Cases.At(i); c.Outcome == evidence.Passed {
				b.r.Cases.Overrule(i, su.teardown, msg)
			}
		}
	}
	inner := len(b.settled)
	for inner > 0 && b.settled[inner-1].from >= su.first {
		inner--
	}
	at := su.first
	for _, done := range b.settled[inner:] {
		settle(at, done.from)
		at = done.to
	}
	settle(at, to)
	b.settled = append(b.settled[:inner], extent{su.first, to})
}

// readTag reads a tag of the test in hand.
func (b *robotReader) readTag() (err error) {
	b.tag, err = b.s.AppendText(b.tag[:0], maxPropertyValue)
	b.tags.tag(b.tag)
	return err
}

// readTest reads one test.
func (b *robotReader) readTest() error {
	line, col := b.s.Pos()
	v, _ := b.s.Attr("name")
	b.name = append(b.name[:0], v...)
	var d evidence.Detail
	v, _ = b.s.Attr("line")
	if n, ok := wholeNumber(v); ok && len(v) > 0 {
		d.Line = int(n)
	}
	b.tags.begin(nil)
	st, err := b.readStatusOf()
	if err != nil {
		return err // cut before its end: what it says is not all of it
	}
	o := st.outcome
	switch {
	case !st.has:
		b.r.Complain(evidence.Unsound, line, col, "test %.200q does not say what became of it; it counts as errored", b.name)
		o = evidence.Errored
	case o == 0:
		b.r.Complain(evidence.Unsound, st.line, st.col, "status %q of test %.200q is not known; it counts as errored", st.word, b.name)
		o = evidence.Errored
	}
	msg, before := robotMessage(st.text)
	if o != evidence.Passed {
		d.Message = firstLines(msg)
	}
	if before != nil {
		d.Attempts = append(before, evidence.Attempt{Outcome: o, Duration: st.duration, Message: d.Message})
	}
	if o == evidence.Passed && before == nil {
		d.Line = 0
	}
	d.File, d.Properties = b.top().source, b.tags.list()
	b.r.Cases.Append(b.suiteID(), 0, b.name, o, st.duration, line, &d)
	return nil
}

// readFixture reads a keyword that stands directly in a suite: its setup or its
// teardown, or what a listener has left there.
func (b *robotReader) readFixture() error {
	v, _ := b.s.Attr("type")
	var word [16]byte
	kind := string(lowerWord(word[:0], v))
	if kind != "setup" && kind != "teardown" {
		return b.s.Skip()
	}
	st, err := b.readStatusOf()
	if err != nil || st.outcome == evidence.Passed {
		return err
	}
	su := b.top()
	msg, _ := robotMessage(st.text)
	switch {
	case st.outcome == 0: // NOT RUN
	case kind == "teardown":
		su.teardown, su.tornDown = st.outcome, firstLines(msg)
	case st.outcome == evidence.Failed:
		su.failed, su.announced = true, firstLines(msg)
	}
	return nil
}

// readSuiteStatus reads the status of the innermost suite.
func (b *robotReader) readSuiteStatus() error {
	st, err := b.readStatus()
	su := b.top()
	msg, _ := robotMessage(st.text)
	su.message = firstLines(msg)
	su.failed = su.failed || st.outcome == evidence.Failed
	return err
}

// readStatistics reads the total that counts most tests: Robot 3 has one of the
// critical ones besides.
func (b *robotReader) readStatistics() error {
	for depth := b.s.Depth(); b.s.Depth() >= depth; {
		k, err := b.s.Next()
		if err != nil {
			return err
		}
		if k != xmlscan.Start || string(b.s.Name()) == "total" {
			continue
		}
		if string(b.s.Name()) == "stat" {
			b.readTotal()
		}
		if err := b.s.Skip(); err != nil { // a stat of tags or suites is not reached
			return err
		}
	}
	return nil
}

func (b *robotReader) readTotal() {
	t := stated{what: "the total in <statistics>"}
	t.line, t.col = b.s.Pos()
	for i := range b.s.NumAttrs() {
		v := b.s.AttrValue(i)
		switch name := string(b.s.AttrName(i)); name {
		case "pass":
			t.number(b.r, name, v, &t.passed)
		case "fail":
			t.number(b.r, name, v, &t.bad)
		case "skip":
			t.number(b.r, name, v, &t.skipped)
		}
	}
	t.tests = headerCount{t.passed.n + t.bad.n + t.skipped.n, t.passed.has && t.bad.has}
	if t.tests.n >= b.totals.tests.n {
		b.totals = t
	}
}

// readErrors tells of what went wrong outside of tests.
func (b *robotReader) readErrors() error {
	for {
		k, err := b.s.Next()
		if err != nil || k == xmlscan.End {
			return err
		}
		line, col := b.s.Pos()
		if level, _ := b.s.Attr("level"); string(level) != "ERROR" {
			if err := b.s.Skip(); err != nil {
				return err
			}
			continue
		}
		b.text, err = b.s.AppendText(b.text[:0], evidence.MaxMessage)
		msg, _ := robotMessage(bytes.TrimSpace(b.text))
		b.r.Complain(evidence.Quirk, line, col, "the run tells of an error: %.300s", firstLines(msg))
		if err != nil {
			return err
		}
	}
}

// conclude holds the total against what was listed.
func (b *robotReader) conclude() {
	c := b.r.Cases.Counts()
	all := tally{passed: exactly(c.Passed), bad: exactly(c.Failed + c.Errored - b.own), skipped: exactly(c.Skipped)}
	all.cases = exactly(c.Total() - b.own)
	all.cases.addMaybe(b.own)
	all.bad.addMaybe(b.own)
	b.totals.compare(b.r, &all, false)
	if c.Total() == 0 && !b.totals.tests.has {
		b.r.Complain(evidence.Unsound, 1, 1, "the report has no test and no total; see that the run finished")
	}
}

func exactly(n uint64) span { return span{n, n, n} }
