package testresult

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// DartJSON reads the events of dart test and flutter test.
var DartJSON = format.Format{
	Name:  "dart-json",
	Kinds: evidence.Tests,
	Title: "Dart and Flutter JSON events (dart test --reporter json, flutter test --machine)",
	Doc: `One JSON event a line, as pkgs/test/doc/json_reporter.md of dart-lang/test describes them. A testStart with its testDone is one
case, in the suite of its file. The result "success" has passed, or is skipped where skipped is set; "failure" has failed, "error" is errored. Hidden tests
(loading, setUpAll) are no cases unless they fail. A test that printed an error and is said to have passed has failed.

A test that began and has no testDone is errored. A file without the event done, or with one whose success is null, is inconclusive: the
run did not finish, or the file is cut. So is one that says success is false where nothing has failed, and one with fewer suites than allSuites counts.
Lines that are no objects are passed over.`,
	Sniff: sniffDart,
	Parse: parseDart,
}

// sniffDart looks for the first event, behind what pub may print before it.
func sniffDart(_ string, head []byte) bool {
	for line := range bytes.Lines(head) {
		if line[0] == '{' && bytes.Contains(line, []byte(`"protocolVersion"`)) && bytes.Contains(line, []byte(`"runnerVersion"`)) {
			return true
		}
		if line[0] == '<' {
			return false
		}
	}
	return false
}

// dartTest is a test that has begun.
type dartTest struct {
	name    string
	suite   int64
	line    int
	began   int64
	bad     evidence.Outcome // of its errors, 0 if none
	message string
}

// dartEvent is one line, its fields flat.
type dartEvent struct {
	kind, result, err  string
	time, testID       int64
	id, suiteID, count int64
	name, path         []byte
	skipped, hidden    bool
	isFailure, success bool
	decided            bool // success is true or false
}

type dartReader struct {
	r      *evidence.Report
	line   int
	tests  map[int64]*dartTest
	suites map[int64]evidence.SuiteID
	met    suiteCount

	expected, expectedLine int64
	done, failedRun        bool
	doneLine               int
	full                   bool
}

func parseDart(ctx context.Context, src format.Source, r *evidence.Report) error {
	d := dartReader{r: r, tests: map[int64]*dartTest{}, suites: map[int64]evidence.SuiteID{}}
	lines := linescan.New(ctx, src.Reader)
	for lines.Next() {
		d.line = lines.Line()
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 && line[0] == '{' {
			d.event(line)
		}
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	}
	d.finish()
	return err
}

func (d *dartReader) event(line []byte) {
	var e dartEvent
	s := jsonscan.NewBytes(line)
	for name := range s.Members {
		switch string(name) {
		case "type":
			e.kind = string(keepText(s, nil, 40))
		case "time":
			e.time, _ = s.Int()
		case "testID":
			e.testID, _ = s.Int()
		case "result":
			e.result = string(keepText(s, nil, 40))
		case "error":
			e.err = string(keepText(s, nil, evidence.MaxMessage))
		case "skipped":
			e.skipped, _ = s.Bool()
		case "hidden":
			e.hidden, _ = s.Bool()
		case "isFailure":
			e.isFailure, _ = s.Bool()
		case "success":
			e.success, e.decided = s.Bool()
		case "count":
			e.count, _ = s.Int()
		case "test", "suite":
			e.inner(s)
		}
	}
	if err := s.End(); err != nil {
		var syntax *jsonscan.SyntaxError
		col := 1
		if errors.As(err, &syntax) {
			col = syntax.Col
		}
		d.r.Complain(evidence.Unsound, d.line, col, "this event is cut or damaged: %v", err)
		return
	}
	if dup := s.Duplicates(); len(dup) > 0 {
		d.r.Complain(evidence.Unsound, d.line, dup[0].Col, "the name %.100q stands twice in one event", dup[0].Name)
	}
	d.take(&e)
}

func (e *dartEvent) inner(s *jsonscan.Scanner) {
	for name := range s.Members {
		switch string(name) {
		case "id":
			e.id, _ = s.Int()
		case "suiteID":
			e.suiteID, _ = s.Int()
		case "name":
			e.name = keepText(s, nil, format.MaxToken)
		case "path":
			e.path = keepText(s, nil, format.MaxToken)
		}
	}
}

func (d *dartReader) take(e *dartEvent) {
	switch e.kind {
	case "suite":
		d.suites[e.id] = d.r.Cases.Suite(e.path)
	case "allSuites":
		d.expected, d.expectedLine = e.count, int64(d.line)
	case "testStart":
		if old := d.tests[e.id]; old != nil {
			d.unfinished(old)
		} else if len(d.tests) >= maxRunning {
			if !d.full {
				d.r.Complain(evidence.Unsound, d.line, 1, "more than %d tests have begun and not ended", maxRunning)
			}
			d.full = true
			return
		}
		d.tests[e.id] = &dartTest{name: string(e.name), suite: e.suiteID, line: d.line, began: e.time}
	case "error":
		d.failure(e)
	case "testDone":
		d.result(e)
	case "done":
		if d.done || !e.decided {
			d.r.Complain(evidence.Unsound, d.line, 1, "the run did not finish as one: done stands twice or says neither success nor failure")
		}
		d.done, d.doneLine, d.failedRun = true, d.line, !e.success
	}
}

// failure notes an error of a test. One that comes after its end, or names no
// test, is a case of its own: nothing else would show it.
func (d *dartReader) failure(e *dartEvent) {
	o := evidence.Errored
	if e.isFailure {
		o = evidence.Failed
	}
	t := d.tests[e.testID]
	if t == nil {
		d.met.meet(d.r, 0)
		d.r.Cases.Append(0, 0, []byte("[error outside of a test]"), evidence.Errored, 0, d.line, &evidence.Detail{Message: e.err})
		return
	}
	t.bad = max(t.bad, o)
	if t.message == "" {
		t.message = e.err
	}
}

func (d *dartReader) result(e *dartEvent) {
	t := d.tests[e.testID]
	if t == nil {
		d.r.Complain(evidence.Unsound, d.line, 1, "a test ends that has not begun")
		return
	}
	delete(d.tests, e.testID)
	var o evidence.Outcome
	switch e.result {
	case "success":
		o = evidence.Passed
		if e.skipped {
			o = evidence.Skipped
		}
	case "failure":
		o = evidence.Failed
	case "error":
		o = evidence.Errored
	default:
		o = evidence.Errored
		d.r.Complain(evidence.Unsound, d.line, 1, "the result %.100q is not known", e.result)
	}
	if !o.Bad() && t.bad != 0 {
		d.r.Complain(evidence.Quirk, d.line, 1, "%.200q is said to have passed and has printed an error; it counts as %s", t.name, t.bad)
		o = t.bad
	}
	if e.hidden && !o.Bad() {
		return
	}
	d.add(t, o, time.Duration(min(max(e.time-t.began, 0), 1<<40))*time.Millisecond)
}

func (d *dartReader) add(t *dartTest, o evidence.Outcome, dur time.Duration) {
	suite := d.suites[t.suite]
	d.met.meet(d.r, suite)
	d.r.Cases.Append(suite, 0, []byte(t.name), o, dur, t.line, &evidence.Detail{Message: t.message, File: d.r.Cases.SuiteName(suite)})
}

func (d *dartReader) unfinished(t *dartTest) {
	if t.message == "" {
		t.message = "it began and has no result: its process ended, or the file is cut"
	}
	d.add(t, evidence.Errored, 0)
}

func (d *dartReader) finish() {
	for _, t := range slices.SortedFunc(maps.Values(d.tests), func(a, b *dartTest) int { return cmp.Compare(a.line, b.line) }) {
		d.unfinished(t)
	}
	if !d.done {
		d.r.Complain(evidence.Unsound, max(d.line, 1), 1, "there is no event done: the run did not finish, or the file is cut")
	}
	if c := d.r.Cases.Counts(); d.done && d.failedRun && c.Failed+c.Errored == 0 {
		d.r.Complain(evidence.Unsound, d.doneLine, 1, "the run is said to have failed, and no test has")
	}
	if d.expected > int64(len(d.suites)) {
		d.r.Complain(evidence.Unsound, int(d.expectedLine), 1, "%d suites are expected and %d are there", d.expected, len(d.suites))
	}
}
