package testresult

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// PlaywrightJSON reads what Playwright's reporter json writes.
var PlaywrightJSON = format.Format{
	Name:   "playwright-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "Playwright JSON (playwright test --reporter=json, playwright merge-reports)",
	Doc: `A case is an entry of a spec's tests: one test in one project, and one repetition of it (JSONReport in Playwright's testReporter.d.ts). Its
suite is the project and the file, its class the describe blocks, its properties the tags (named tag) and the annotations by their type. The outcome follows TestCase.outcome(): a result that is what expectedStatus says has
passed, so a test that is known to fail and fails has passed, and one that passes has failed. A test whose last result timed out or was
interrupted is errored. The results of one test are its attempts; one that passed after a failure is flaky.

The written status is a second witness, the worse of the two counts. Each of the errors at the end (global setup, a file that cannot be
loaded, a run that was stopped) is an errored case, [outside of tests]. The numbers of stats are held against the list: failures that are not listed are
errored, missing tests make the report inconclusive. Tests that were to run and did not are skipped, and if nothing has failed that would explain it the
report is inconclusive. A file that was cut is always recognised.`,
	Names: []string{"rootDir", "forbidOnly", "globalTimeout", "argv", "unexpected"},
	Times: "`startTime` of `stats`",
	Sniff: sniffPlaywright,
	Parse: parsePlaywright,
}

// sniffPlaywright looks at the configuration, which the report begins with, and
// at the rest for reports that were written anew in another order.
func sniffPlaywright(_ string, head []byte) bool {
	names := outline(head)
	return names["config.rootDir"] || names["config.forbidOnly"] || names["config.globalTimeout"] || names["config.argv"] ||
		names["stats.expected"] && names["stats.unexpected"]
}

type playwrightReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	suites suiteCount

	outside, interrupted int // errors outside of tests; tests that have been interrupted only
	didNotRun, firstIdle int
	bad                  []int // cases of the spec in hand
	tags, annotations    labels
	suite, title, file   []byte
	test                 playwrightTest
}

func parsePlaywright(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := playwrightReader{s: jsonscan.New(ctx, src), r: r}
	stated := statedCounts{tests: -1, passed: -1, bad: -1}
	suites := false
	for name := range p.s.Members {
		switch string(name) {
		case "suites":
			suites = p.s.Kind() == jsonscan.Array
			for range p.s.Elements {
				p.block(nil, true)
			}
		case "errors":
			for range p.s.Elements {
				p.outsideError()
			}
		case "stats":
			stated = p.stats()
		}
	}
	if p.s.Err() == nil {
		if !suites {
			r.Complain(evidence.Unsound, 1, 1, "no list of suites in it")
		}
		if stated.tests >= 0 { // interrupted tests are skipped there, and errors are not counted
			stated.tests += int64(p.outside)
			stated.bad += int64(p.outside + p.interrupted)
			stated.compare(r)
		}
		if c := r.TestCounts(); p.didNotRun > 0 && c.Failed+c.Errored == 0 {
			r.Complain(evidence.Unsound, p.firstIdle, 1, "%d tests were to run and did not, and no failure explains it; this is the first", p.didNotRun)
		}
	}
	return p.s.Finish(r)
}

func (p *playwrightReader) stats() statedCounts {
	stated := statedCounts{tests: -1, passed: -1, bad: -1}
	stated.line, stated.col = p.s.Pos()
	var n [4]int64 // expected, flaky, unexpected, skipped
	seen := 0
	for name := range p.s.Members {
		i := 0
		switch string(name) {
		case "expected":
		case "flaky":
			i = 1
		case "unexpected":
			i = 2
		case "skipped":
			i = 3
		case "startTime":
			text, _ := p.s.Text()
			p.r.State(format.Stamp(text))
			continue
		default:
			continue
		}
		if n[i] = wholeOr(p.s, p.r, string(name)); n[i] >= 0 {
			seen++
		}
	}
	if seen == len(n) { // Playwright before 1.26 counts nothing here
		stated.passed, stated.bad = n[0]+n[1], n[2]
		stated.tests = stated.passed + stated.bad + n[3]
	}
	return stated
}

// outsideError reads an error that no test owns.
func (p *playwrightReader) outsideError() {
	line, _ := p.s.Pos()
	d := evidence.Detail{}
	for name := range p.s.Members {
		switch string(name) {
		case "message", "value":
			text, _ := p.s.Text()
			d.Message = string(text[:min(len(text), evidence.MaxMessage)])
		case "location":
			for name := range p.s.Members {
				switch string(name) {
				case "file":
					text, _ := p.s.Text()
					d.File = string(text[:min(len(text), evidence.MaxMessage)])
				case "line":
					n, _ := p.s.Int()
					d.Line = int(max(0, min(n, 1<<31)))
				}
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	p.outside++
	p.suites.meet(p.r, 0)
	p.r.Cases.Append(0, 0, []byte("[outside of tests]"), evidence.Errored, 0, line, &d)
}

// maxShared bounds a name that is written once and stands in the names of many
// cases: without it a small file could ask for much memory.
const maxShared = 1 << 10

// block reads a suite: a file, or a describe block in it. path are the titles of
// the blocks around it.
func (p *playwrightReader) block(path []byte, isFile bool) {
	if isFile {
		p.file = p.file[:0]
	}
	for name := range p.s.Members {
		switch string(name) {
		case "title":
			title, _ := p.s.Text()
			if room := maxShared - len(path); !isFile && len(title) > 0 && room > 0 {
				if len(path) > 0 {
					path = append(path[:len(path):len(path)], " > "...)
				}
				path = append(path, title[:min(len(title), room)]...)
			}
		case "file":
			p.file = keepText(p.s, p.file, maxShared)
		case "specs":
			class, named := evidence.ClassID(0), false
			for range p.s.Elements {
				if !named {
					class, named = p.r.Cases.Class(path), true
				}
				p.spec(class)
			}
		case "suites":
			for range p.s.Elements {
				p.block(path, false)
			}
		}
	}
}

// spec reads a test with its runs in each project.
func (p *playwrightReader) spec(class evidence.ClassID) {
	line, col := p.s.Pos()
	if p.s.Kind() != jsonscan.Object {
		p.r.Complain(evidence.Unsound, line, col, "a spec that is no object")
		return
	}
	p.title, p.bad = p.title[:0], p.bad[:0]
	listed, ok, at, file, first := false, true, int64(0), []byte(nil), p.r.Cases.Len()
	p.tags.begin(nil)
	for name := range p.s.Members {
		switch string(name) {
		case "title":
			p.title = keepText(p.s, p.title, format.MaxToken)
		case "ok":
			if v, is := p.s.Bool(); is {
				ok = v
			}
		case "tests":
			listed = p.s.Kind() == jsonscan.Array
			for range p.s.Elements {
				p.entry(class)
			}
		case "file":
			text, _ := p.s.Text()
			file = append(file, text[:min(len(text), evidence.MaxMessage)]...)
		case "tags":
			for range p.s.Elements {
				text, _ := p.s.Text()
				p.tags.tag(text)
			}
		case "line":
			at, _ = p.s.Int()
		}
	}
	if p.s.Err() != nil {
		return
	}
	if !listed {
		p.r.Complain(evidence.Unsound, line, col, "this spec has no list of tests")
	}
	if len(p.title) == 0 {
		p.r.Complain(evidence.Unsound, line, col, "this spec has no title")
	}
	if !ok && len(p.bad) == 0 {
		p.r.Complain(evidence.Unsound, line, col, "this spec is said to be not ok, and none of its tests has failed")
	}
	for _, i := range p.bad {
		p.r.Cases.SetPlace(i, string(file), int(max(0, min(at, 1<<31))))
	}
	tags := p.tags.list()
	for i := first; i < p.r.Cases.Len(); i++ {
		p.r.Cases.SetFile(i, file)
		if noted := p.r.Cases.At(i).Properties; len(tags) > 0 {
			p.r.Cases.SetProperties(i, append(tags[:len(tags):len(tags)], noted...))
		}
	}
}

// entry reads one test in one project.
func (p *playwrightReader) entry(class evidence.ClassID) {
	line, col := p.s.Pos()
	if p.s.Kind() != jsonscan.Object {
		p.r.Complain(evidence.Unsound, line, col, "a test that is no object")
		return
	}
	t := &p.test
	p.annotations.begin(nil)
	*t = playwrightTest{project: t.project[:0], expected: t.expected[:0], status: t.status[:0], results: t.results[:0]}
	for name := range p.s.Members {
		switch string(name) {
		case "projectName":
			t.project = keepText(p.s, t.project, maxPath)
		case "expectedStatus":
			t.expected = keepText(p.s, t.expected, 100)
		case "status":
			t.status = keepText(p.s, t.status, 100)
		case "results":
			for range p.s.Elements {
				p.result()
			}
		case "annotations":
			for range p.s.Elements {
				p.annotation()
			}
		}
	}
	if p.s.Err() == nil {
		p.add(class, line, col)
	}
}

func (p *playwrightReader) add(class evidence.ClassID, line, col int) {
	t := &p.test
	expected := playwrightPassed
	if len(t.expected) > 0 {
		if expected = playwrightStatusOf(t.expected); expected == playwrightUnknown {
			p.r.Complain(evidence.Unsound, line, col, "the expectedStatus %.100q of this test is not known", t.expected)
			expected = playwrightPassed
		}
	}
	ran, written := t.recount(expected), evidence.Errored
	switch string(t.status) {
	case "expected", "flaky":
		written = evidence.Passed
	case "unexpected":
		if written = evidence.Failed; ran.Bad() {
			written = ran
		}
	case "skipped":
		if written = evidence.Skipped; ran == evidence.Errored && t.n[playwrightInterrupted] == len(t.results) {
			p.interrupted++
			written = ran
		}
	default:
		p.r.Complain(evidence.Unsound, line, col, "the status %.100q of this test is not known", t.status)
	}
	o := worseOf(ran, written)
	if ran != written && string(t.status) != "" {
		p.r.Complain(evidence.Quirk, line, col, "this test is said to be %.100q and its results say %s; it counts as %s", t.status, ran, o)
	}
	if o == evidence.Skipped && expected != playwrightSkipped {
		if p.didNotRun++; p.didNotRun == 1 {
			p.firstIdle = line
		}
	}
	d, last := evidence.Detail{Properties: p.annotations.list()}, playwrightResult{}
	if n := len(t.results); n > 0 {
		last = t.results[n-1]
	}
	if o.Bad() {
		d.Message = last.message
		p.bad = append(p.bad, p.r.Cases.Len())
	}
	if len(t.results) > 1 {
		d.Attempts = make([]evidence.Attempt, len(t.results))
		for i := range t.results {
			res := &t.results[i]
			d.Attempts[i] = evidence.Attempt{Outcome: res.outcome(expected), Duration: res.duration, Message: res.message}
		}
	} else if string(t.status) == "flaky" && o == evidence.Passed {
		d.Attempts = failedBefore(1, o, last.duration, "")
	}
	p.r.Cases.Append(p.suiteOf(), class, p.title, o, last.duration, line, &d)
}

// annotation reads a type and a description: a property of the test in hand.
func (p *playwrightReader) annotation() {
	var kind, text []byte
	for name := range p.s.Members {
		switch string(name) {
		case "type":
			kind = keepText(p.s, kind, maxPropertyValue)
		case "description":
			text = keepText(p.s, text, maxPropertyValue)
		}
	}
	p.annotations.add(kind, text)
}

// suiteOf names the suite of the test in hand.
func (p *playwrightReader) suiteOf() evidence.SuiteID {
	p.suite = p.suite[:0]
	if len(p.test.project) > 0 {
		p.suite = append(append(append(p.suite, '['), p.test.project...), "] "...)
	}
	p.suite = append(p.suite, p.file...)
	id := p.r.Cases.Suite(p.suite)
	p.suites.meet(p.r, id)
	return id
}
