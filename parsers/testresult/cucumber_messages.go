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
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// CucumberMessages reads what the message formatters of Cucumber write.
var CucumberMessages = format.Format{
	Name:  "cucumber-messages",
	Kinds: evidence.Tests,
	Title: "Cucumber Messages (cucumber-js --format message, Cucumber-JVM message:, cucumber-ruby, Reqnroll)",
	Doc: `One envelope a line, as jsonschema/messages of cucumber/messages describes them. A testCase is one case: a scenario, or a row of an outline, in the
suite of its feature file. The worst of its steps and hooks counts, as in Cucumber's strict mode: FAILED, UNDEFINED, PENDING and AMBIGUOUS are failed,
SKIPPED is skipped, UNKNOWN is errored. A case without steps did not run and is skipped. Executions that willBeRetried are attempts before the final one.

A case that was to run and did not, one that began and has no end or no next attempt, and one that has fewer results than steps are errored. A feature
that does not parse is an errored case, [parse error], and makes the report inconclusive. A hook of the whole run that failed is an errored case, [test run].

A file without testRunFinished is inconclusive: the run did not finish, or the file is cut. So is one that says that the run failed where
nothing has. Files that were joined are read one run after the other.`,
	Names: []string{"meta", "source", "gherkinDocument", "pickle", "testRunStarted"},
	Times: "`timestamp` of `testRunStarted` and `testRunFinished`",
	Sniff: sniffCucumberMessages,
	Parse: parseCucumberMessages,
}

func sniffCucumberMessages(_ string, head []byte) bool {
	names := outline(head)
	return names["meta.protocolVersion"] || names["source.data"] || names["source.mediaType"] || names["gherkinDocument.feature"] ||
		names["pickle.astNodeIds"] || names["pickle.steps"] || names["testRunStarted.timestamp"]
}

// messageCase is a test case: what is to run, and what became of it so far.
type messageCase struct {
	pickle   *messagePickle
	line     int
	steps    int
	begun    bool
	done     bool
	attempts []evidence.Attempt // those that were retried
}

// messagePickle is a scenario, or a row of an outline.
type messagePickle struct {
	name, uri string
	line      int64
	tags      []evidence.Property
}

// messageRun is one execution of a case.
type messageRun struct {
	of       *messageCase
	line     int
	results  int
	outcome  evidence.Outcome
	retried  bool
	duration time.Duration
	message  string
}

type messageReader struct {
	r      *evidence.Report
	suites suiteCount
	line   int
	e      messageEnvelope

	pickles map[string]*messagePickle
	cases   map[string]*messageCase // by identifier
	runs    map[string]*messageRun  // by identifier, those that are under way
	full    bool

	open, running, finished bool   // something of a run was read; it has begun; one has finished
	hookFailed              bool   // in the run in hand
	badBefore               uint64 // cases, when the run in hand began
}

func parseCucumberMessages(ctx context.Context, src format.Source, r *evidence.Report) error {
	m := messageReader{r: r}
	m.forget()
	lines := linescan.New(ctx, src.Reader)
	for lines.Next() {
		m.line = lines.Line()
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			m.envelope(line)
		}
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	}
	if m.open || !m.finished {
		m.finish()
		r.Complain(evidence.Unsound, max(m.line, 1), 1, "there is no testRunFinished: the run did not finish, or the file is cut")
	}
	return err
}

// forget begins anew: identifiers are unique within a run.
func (m *messageReader) forget() {
	m.pickles, m.cases, m.runs = map[string]*messagePickle{}, map[string]*messageCase{}, map[string]*messageRun{}
	m.open, m.running, m.hookFailed = false, false, false
	c := m.r.Cases.Counts()
	m.badBefore = c.Failed + c.Errored
}

// room reports whether one thing more may be kept for the run.
func (m *messageReader) room(n int) bool {
	if n < maxRunning {
		return true
	}
	if !m.full {
		m.r.Complain(evidence.Unsound, m.line, 1, "more than %d scenarios in one run", maxRunning)
	}
	m.full = true
	return false
}

func (m *messageReader) take() {
	e := &m.e
	m.r.State(format.UnixStamp(e.at))
	switch e.kind {
	case messageMeta:
		m.open = true
	case messageStarted:
		if m.running {
			m.r.Complain(evidence.Unsound, m.line, 1, "a run begins before the one in hand has finished")
			m.finish()
		}
		m.open, m.running = true, true
	case messagePickled:
		m.open = true
		if m.room(len(m.pickles)) {
			m.pickles[string(e.id)] = &messagePickle{name: string(e.name), uri: string(e.uri), line: e.source, tags: e.tags.list()}
		}
	case messageTestCase:
		if m.room(len(m.cases)) {
			p := m.pickles[string(e.pickle)]
			if p == nil {
				m.r.Complain(evidence.Unsound, m.line, 1, "this test case names no scenario that is known")
				p = &messagePickle{name: string(e.id)}
			}
			m.cases[string(e.id)] = &messageCase{pickle: p, line: m.line, steps: e.steps}
		}
	case messageCaseStarted:
		m.begin()
	case messageStepFinished:
		m.step()
	case messageCaseFinished:
		m.end()
	case messageHookFinished:
		if o, known := cucumberOutcome(e.status); o.Bad() || !known {
			m.hookFailed = true
			m.add(nil, "[test run]", evidence.Errored, m.line, 0, evidence.Detail{Message: string(e.message)})
		}
	case messageParseError:
		m.open = true
		m.r.Complain(evidence.Unsound, m.line, 1, "a feature file does not parse: %.200s %.1000s", e.uri, e.message)
		m.add(e.uri, "[parse error]", evidence.Errored, m.line, 0, evidence.Detail{Message: string(e.message), File: string(e.uri), Line: clampLine(e.source)})
	case messageFinished:
		m.finish()
		if len(e.message) > 0 && !e.success && !m.hookFailed {
			m.add(nil, "[test run]", evidence.Errored, m.line, 0, evidence.Detail{Message: string(e.message)})
		}
		if c := m.r.Cases.Counts(); !e.success && c.Failed+c.Errored == m.badBefore {
			m.r.Complain(evidence.Unsound, m.line, 1, "the run is said to have failed, and no scenario has")
		}
		m.finished = true
		m.forget()
	}
}

func clampLine(n int64) int { return int(max(0, min(n, 1<<31))) }

func (m *messageReader) begin() {
	e := &m.e
	c := m.cases[string(e.testCase)]
	switch {
	case c == nil:
		m.r.Complain(evidence.Unsound, m.line, 1, "a test case begins that is not known")
		return
	case c.done:
		m.r.Complain(evidence.Unsound, m.line, 1, "a test case begins again that has ended")
	case !m.room(len(m.runs)):
		return
	}
	if old := m.runs[string(e.id)]; old != nil {
		m.unfinished(old)
	}
	c.begun = true
	m.runs[string(e.id)] = &messageRun{of: c, line: m.line}
}

func (m *messageReader) step() {
	e := &m.e
	run := m.runs[string(e.started)]
	if run == nil {
		m.r.Complain(evidence.Unsound, m.line, 1, "a step ends in a test case that has not begun")
		return
	}
	o, known := cucumberOutcome(e.status)
	if !known {
		m.r.Complain(evidence.Unsound, m.line, 1, "the status %.100q of this step is not known", e.status)
	}
	if o != evidence.Passed && (run.message == "" || o.Bad() && !run.outcome.Bad()) {
		if run.message = string(e.message); len(e.message) == 0 && o.Bad() {
			run.message = string(e.status)
		}
	}
	if run.outcome == 0 {
		run.outcome = o
	}
	run.outcome = worseOf(run.outcome, o)
	run.results++
	run.retried = run.retried || e.retried // messages before 17 say it here
	run.duration = min(run.duration+e.duration, 1<<60)
}

func (m *messageReader) end() {
	e := &m.e
	run := m.runs[string(e.started)]
	if run == nil {
		m.r.Complain(evidence.Unsound, m.line, 1, "a test case ends that has not begun")
		return
	}
	delete(m.runs, string(e.started))
	if run.results < run.of.steps {
		run.outcome = evidence.Errored
		if run.message == "" {
			run.message = "not all of its steps have a result"
		}
	}
	if run.outcome == 0 {
		run.outcome, run.message = evidence.Skipped, "the scenario has no steps"
	}
	if e.retried || run.retried {
		if a := (evidence.Attempt{Outcome: run.outcome, Duration: run.duration, Message: run.message}); len(run.of.attempts) < maxRetries {
			run.of.attempts = append(run.of.attempts, a)
		}
		run.of.begun = false // the next is due
		return
	}
	m.result(run)
}

// result adds a case with its final outcome.
func (m *messageReader) result(run *messageRun) {
	c := run.of
	c.done = true
	d := evidence.Detail{File: c.pickle.uri, Properties: c.pickle.tags}
	if run.outcome != evidence.Passed {
		d.Message = run.message
	}
	if run.outcome.Bad() {
		d.Line = clampLine(c.pickle.line)
	}
	if len(c.attempts) > 0 {
		d.Attempts = append(c.attempts, evidence.Attempt{Outcome: run.outcome, Duration: run.duration, Message: d.Message})
		c.attempts = nil
	}
	m.add([]byte(c.pickle.uri), c.pickle.name, run.outcome, run.line, run.duration, d)
}

func (m *messageReader) add(uri []byte, name string, o evidence.Outcome, line int, dur time.Duration, d evidence.Detail) {
	suite := m.r.Cases.Suite(uri)
	m.suites.meet(m.r, suite)
	m.r.Cases.Append(suite, 0, []byte(name), o, dur, line, &d)
}

func (m *messageReader) unfinished(run *messageRun) {
	run.outcome = evidence.Errored
	run.message = joinText(run.message, "it began and has no end: its process ended, or the file is cut")
	m.result(run)
}

// finish draws the conclusions that need a whole run.
func (m *messageReader) finish() {
	for _, run := range slices.SortedFunc(maps.Values(m.runs), func(a, b *messageRun) int { return cmp.Compare(a.line, b.line) }) {
		m.unfinished(run)
	}
	clear(m.runs)
	for _, c := range slices.SortedFunc(maps.Values(m.cases), func(a, b *messageCase) int { return cmp.Compare(a.line, b.line) }) {
		if !c.begun && !c.done {
			m.result(&messageRun{of: c, line: c.line, outcome: evidence.Errored, message: "it was to run and did not"})
		}
	}
	clear(m.cases)
}
