package testresult

import (
	"bytes"
	"context"
	"hash/maphash"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// MochaJSON reads what Mocha's reporters json and json-stream's sum write.
var MochaJSON = format.Format{
	Name:   "mocha-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "Mocha JSON (mocha --reporter json, Cypress, Karma)",
	Doc: `A case is an entry of passes, pending or failures: that is where the reporter (lib/reporters/json.js of Mocha) puts a test's outcome. A
failure is errored if what was thrown is one of JavaScript's own errors (Error, TypeError, …, a timeout among them) or a hook has failed, and failed
if it is anything else, such as an AssertionError. currentRetry counts the attempts that failed before.

The array tests lists every test that ended: one that stands in no other array is errored and the report is inconclusive. The
numbers of stats are a second witness: failures that they count and that are not listed are errored, and missing tests make the report inconclusive.
A file that was cut is always recognised.`,
	Names: []string{"passes"},
	Times: "`start` and `end` of `stats`",
	Sniff: sniffMocha,
	Parse: parseMocha,
}

// sniffMocha tells Mocha's report from Mochawesome's, which has stats too.
func sniffMocha(_ string, head []byte) bool {
	names := outline(head)
	return names["stats.tests"] && names["stats.passes"] && !names["stats.testsRegistered"]
}

type mochaReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	suites suiteCount
	seed   maphash.Seed
	due    map[uint64]int // how often a test ended, less its outcomes

	title, full, message, stack, errName []byte
	file                                 []byte
}

func parseMocha(ctx context.Context, src format.Source, r *evidence.Report) error {
	m := mochaReader{s: jsonscan.New(ctx, src), r: r, seed: maphash.MakeSeed(), due: map[uint64]int{}}
	stated := statedCounts{tests: -1, passed: -1, bad: -1}
	var stats, passes, failures bool
	testsLine := 1
	for name := range m.s.Members {
		array := m.s.Kind() == jsonscan.Array
		switch string(name) {
		case "stats":
			stats = true
			stated.line, stated.col = m.s.Pos()
			for name := range m.s.Members {
				switch string(name) {
				case "start", "end":
					text, _ := m.s.Text()
					r.State(format.Stamp(text))
				case "tests":
					stated.tests = wholeOr(m.s, r, "tests")
				case "passes":
					stated.passed = wholeOr(m.s, r, "passes")
				case "failures":
					stated.bad = wholeOr(m.s, r, "failures")
				}
			}
		case "tests":
			testsLine, _ = m.s.Pos()
			m.list(0)
		case "passes":
			passes = array
			m.list(evidence.Passed)
		case "pending":
			m.list(evidence.Skipped)
		case "failures":
			failures = array
			m.list(evidence.Failed)
		}
	}
	if m.s.Err() == nil {
		if !stats || !passes || !failures {
			r.Complain(evidence.Unsound, 1, 1, "stats, passes and failures are not all there")
		}
		m.lost(testsLine)
		stated.compare(r)
	}
	return m.s.Finish(r)
}

// lost finds tests that ended and have no outcome.
func (m *mochaReader) lost(line int) {
	n := 0
	for _, due := range m.due {
		n += max(due, 0)
	}
	if n > 0 {
		m.r.Complain(evidence.Unsound, line, 1, "%s listed here and in none of passes, pending and failures", testsAre(uint64(n)))
		m.r.Unlisted = append(m.r.Unlisted, evidence.Unlisted{At: evidence.Pos{File: m.r.Source, Line: line, Col: 1}, Counts: evidence.Counts{Errored: uint64(n)}})
	}
}

// list reads an array; the outcome 0 is that of the array tests.
func (m *mochaReader) list(o evidence.Outcome) {
	for range m.s.Elements {
		line, col := m.s.Pos()
		if m.s.Kind() != jsonscan.Object {
			m.r.Complain(evidence.Unsound, line, col, "a test that is no object")
			continue
		}
		m.entry(o, line)
	}
}

func (m *mochaReader) entry(o evidence.Outcome, line int) {
	m.title, m.full, m.message, m.stack, m.errName, m.file = m.title[:0], m.full[:0], m.message[:0], m.stack[:0], m.errName[:0], m.file[:0]
	duration, retry := int64(0), int64(0)
	for name := range m.s.Members {
		switch string(name) {
		case "title":
			m.title = keepText(m.s, m.title, format.MaxToken)
		case "fullTitle":
			m.full = keepText(m.s, m.full, format.MaxToken)
		case "file":
			m.file = keepText(m.s, m.file, evidence.MaxMessage)
		case "duration":
			duration = int64(milliseconds(m.s))
		case "currentRetry":
			retry, _ = m.s.Int()
		case "err":
			m.err()
		}
	}
	if m.s.Err() != nil {
		return
	}
	var h maphash.Hash
	h.SetSeed(m.seed)
	h.Write(m.full)
	h.WriteByte(0)
	h.Write(m.title)
	key := h.Sum64()
	if o == 0 {
		m.due[key]++
		return
	}
	if m.due[key]--; m.due[key] == 0 {
		delete(m.due, key)
	}
	if o == evidence.Failed && m.isError() {
		o = evidence.Errored
	}
	m.add(o, time.Duration(duration), retry, line)
}

func (m *mochaReader) err() {
	for name := range m.s.Members {
		switch string(name) {
		case "message":
			m.message = keepText(m.s, m.message, evidence.MaxMessage)
		case "stack":
			m.stack = keepText(m.s, m.stack, evidence.MaxMessage)
		case "name":
			m.errName = keepText(m.s, m.errName, 200)
		}
	}
}

// isError reports whether a hook failed, or an error of JavaScript itself was
// thrown: the name of such an error is inherited, so only its stack shows it.
func (m *mochaReader) isError() bool {
	if bytes.HasPrefix(m.title, []byte(`"`)) && bytes.Contains(m.title, []byte(`" hook`)) {
		return true
	}
	name := m.errName
	if len(name) == 0 {
		name, _, _ = bytes.Cut(m.stack, []byte("\n"))
		name, _, _ = bytes.Cut(name, []byte(":"))
	}
	switch string(bytes.TrimPrefix(name, []byte("Uncaught "))) {
	case "Error", "TypeError", "ReferenceError", "RangeError", "SyntaxError", "EvalError", "URIError", "AggregateError":
		return true
	}
	return false
}

func (m *mochaReader) add(o evidence.Outcome, dur time.Duration, retry int64, line int) {
	d := evidence.Detail{}
	if o.Bad() {
		d.Message = string(m.message)
		if len(m.message) == 0 {
			d.Message = string(m.stack)
		}
	}
	if retry > 0 && o != evidence.Skipped {
		d.Attempts = failedBefore(retry, o, dur, d.Message)
	}
	name := m.title
	suite, isSuffix := bytes.CutSuffix(m.full, m.title)
	if !isSuffix || len(name) == 0 {
		name, suite = m.full, nil
	}
	if len(name) == 0 {
		m.r.Complain(evidence.Unsound, line, 1, "a test without a title")
	}
	id := m.r.Cases.Suite(bytes.TrimSpace(suite))
	m.suites.meet(m.r, id)
	m.r.Cases.Append(id, 0, name, o, dur, line, &d)
	m.r.Cases.SetFile(m.r.Cases.Len()-1, m.file)
}
