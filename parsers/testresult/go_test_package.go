package testresult

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/gobench"
)

// goPackage is one package. go test may run it several times in a file.
type goPackage struct {
	name    string
	suite   evidence.SuiteID
	first   int // line of its first event
	open    bool
	ended   bool // it had a result before
	tests   map[string]*goTest
	lastRaw []byte // likewise, the test of its last event
	last    *goTest
	out     goOutput
	bench   *gobench.Stream
	bad     int // failed and errored cases of this run
	everBad bool
	counted bool // among the suites
}

// goTest is a test that has begun, or at least printed something.
type goTest struct {
	name   string
	began  bool
	line   int
	out    goOutput
	labels []evidence.Property // what T.Attr said
}

// label takes an attribute of a test, as far as there is room for more.
func (t *goTest) label(key, value []byte) {
	if len(key) > 0 && len(t.labels) < maxProperties {
		t.labels = append(t.labels, evidence.Property{
			Name: toUTF8(cutAtRune(key, maxPropertyValue)), Value: toUTF8(cutAtRune(value, maxPropertyValue)),
		})
	}
}

// goBuild is what the compiler said of one import path.
type goBuild struct {
	name   string
	line   int
	failed bool
	owners int // packages whose failure names it
	out    goOutput
}

// maxOwners is how many packages repeat what the compiler said of one build. A
// package that many others import would multiply its errors.
const maxOwners = 100

// maxRunning bounds the tests that have begun and not ended, because each is
// held in memory. go test -parallel and paused subtests reach some thousands.
const maxRunning = 1 << 20

// event takes one event and says whether its names could be read.
func (g *goTests) event(e *goEvent) bool {
	g.events++
	g.block = nil
	switch string(e.action) {
	case "build-output", "build-fail":
		return g.build(e)
	case "output", "start", "run", "pass", "fail", "skip", "bench", "attr":
	default: // pause, cont, artifacts and what is yet to come
		return true
	}
	if !e.same {
		g.likely.text = g.likely.text[:0] // what ends below leaves it unknown
	}
	p := g.last
	if p == nil || !e.same && !bytes.Equal(e.pkg, g.lastRaw) {
		if p = g.findPackage(e.pkg); p == nil {
			return false
		}
	}
	if len(e.test) == 0 {
		g.likely.set(e)
		g.packageEvent(p, e)
		return true
	}
	t := p.last
	if t == nil || !e.same && !bytes.Equal(e.test, p.lastRaw) {
		name, ok := unquote(e.test)
		if !ok {
			return g.badName(e.test)
		}
		t = p.tests[string(name)]
		if t == nil {
			if t = g.begin(p, name); t == nil {
				return true
			}
		}
		p.last, p.lastRaw = t, append(p.lastRaw[:0], e.test...)
	}
	if !e.same {
		g.likely.set(e)
	}
	g.testEvent(p, t, e)
	return true
}

func (g *goTests) badName(raw []byte) bool {
	g.r.Complain(evidence.Unsound, g.line, 0, "the name %.100q is not a JSON string", raw)
	return false
}

func (g *goTests) findPackage(raw []byte) *goPackage {
	name, ok := unquote(raw)
	if !ok {
		g.badName(raw)
		return nil
	}
	p := g.named(name)
	g.last, g.lastRaw = p, append(g.lastRaw[:0], raw...)
	return p
}

func (g *goTests) named(name []byte) *goPackage {
	p := g.pkgs[string(name)]
	if p == nil {
		p = &goPackage{name: string(name), suite: g.r.Cases.Suite(name), first: g.line, tests: map[string]*goTest{}}
		g.pkgs[p.name] = p
	}
	return p
}

// begin holds a test until its result comes.
func (g *goTests) begin(p *goPackage, name []byte) *goTest {
	if g.running >= maxRunning {
		if !g.overfull {
			g.overfull = true
			g.r.Complain(evidence.Unsound, g.line, 0, "more than %d tests have begun and not ended; those that follow are not read until some end", maxRunning)
		}
		return nil
	}
	g.running++
	var t *goTest
	if n := len(g.idle); n > 0 {
		t, g.idle = g.idle[n-1], g.idle[:n-1]
	} else {
		t = new(goTest)
	}
	t.name, t.began, t.line, t.labels = string(name), false, g.line, nil
	p.tests[t.name] = t
	return t
}

// end lets go of a test.
func (g *goTests) end(p *goPackage, t *goTest) {
	delete(p.tests, t.name)
	p.last = nil
	g.running--
	g.kept -= t.out.reset()
	if len(g.idle) < 64 {
		g.idle = append(g.idle, t)
	}
}

func (g *goTests) testEvent(p *goPackage, t *goTest, e *goEvent) {
	switch string(e.action) {
	case "output":
		g.kept += t.out.add(e.output, goOutputOfAll-g.kept)
		if isBenchmark(t.name) {
			g.benchOutput(p, e.output)
		}
		return
	case "attr":
		key, _ := unquote(e.key)
		value, _ := unquote(e.value)
		t.label(key, value)
		return
	case "run":
		if t.began && !isBenchmark(t.name) {
			g.unfinished(p, t)
		}
		t.labels = nil
		g.kept -= t.out.reset()
		p.open, t.began, t.line = true, true, g.line
		return
	case "pass":
		if !isBenchmark(t.name) {
			g.addTest(p, t, evidence.Passed, g.line, e.elapsed, "")
		}
	case "fail":
		g.bad(p, t, e, evidence.Failed)
	case "skip":
		g.bad(p, t, e, evidence.Skipped)
	case "bench": // it printed something and held
	default: // start: no test has one
		return
	}
	p.open = true
	g.end(p, t)
}

// bad adds a test that failed or skipped, which a benchmark may be.
func (g *goTests) bad(p *goPackage, t *goTest, e *goEvent, o evidence.Outcome) {
	message := t.out.text()
	g.addTest(p, t, o, g.line, e.elapsed, message)
	if isBenchmark(t.name) {
		g.stream(p).Outcome([]byte(t.name), o, message, g.line)
	}
}

// add appends a case of p that is no test of its own, and that the given line states.
func (g *goTests) add(p *goPackage, name string, o evidence.Outcome, line int, elapsed []byte, message string) {
	g.addTest(p, &goTest{name: name}, o, line, elapsed, message)
}

// addTest appends a test of p with the outcome that the given line states.
func (g *goTests) addTest(p *goPackage, t *goTest, o evidence.Outcome, line int, elapsed []byte, message string) {
	d := evidence.Detail{Message: message, Properties: t.labels}
	if o.Bad() {
		p.bad++
		p.everBad = true
		d.File, d.Line = goSource(p.name, message)
	}
	if !p.counted {
		p.counted = true
		g.r.Suites++
	}
	g.r.Cases.Append(p.suite, 0, []byte(t.name), o, seconds(elapsed), line, &d)
}

// unfinished adds a test that has no result.
func (g *goTests) unfinished(p *goPackage, t *goTest) {
	message := t.out.text()
	if message == "" {
		message = "it began and has no result: its process ended, or the file is cut"
	}
	g.addTest(p, t, evidence.Errored, t.line, nil, message)
}

func (g *goTests) packageEvent(p *goPackage, e *goEvent) {
	switch string(e.action) {
	case "output":
		// Output after the result does not mean that the package runs again.
		p.open = p.open || !p.ended
		g.kept += p.out.add(e.output, goOutputOfAll-g.kept)
		if isBenchOutput(e.output) || p.bench != nil && p.bench.Due() {
			g.benchOutput(p, e.output)
		}
	case "start":
		if p.open {
			g.noResult(p)
		}
		p.open, p.first = true, g.line
	case "pass", "fail", "skip":
		failed := string(e.action) == "fail"
		g.endTests(p, failed)
		if failed {
			g.packageFailed(p, e)
		}
		g.endPackage(p)
	default: // run and bench: no package has one
	}
}

// packageFailed adds a case for a failure that no test of the package shows.
func (g *goTests) packageFailed(p *goPackage, e *goEvent) {
	message := p.out.text()
	name := failureName(message)
	if len(e.failedBuild) > 0 {
		id, _ := unquote(e.failedBuild)
		b := g.findBuild(string(id))
		if b.owners++; b.owners <= maxOwners {
			message = joinText(b.out.text(), message)
		}
		if name == "[package]" {
			name = "[build failed]"
		}
	}
	if p.bad == 0 {
		g.add(p, name, evidence.Errored, g.line, e.elapsed, message)
	}
}

// failureName tells from go test's last line what went wrong with a package.
func failureName(text string) string {
	for _, name := range []string{"[setup failed]", "[build failed]"} {
		if strings.HasSuffix(text, name) {
			return name
		}
	}
	return "[package]"
}

func joinText(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// endTests adds what is still running, in the order in which it began. A
// benchmark that held has no result either, so of those only one that panicked
// in a package that did not pass counts.
func (g *goTests) endTests(p *goPackage, failed bool) {
	inOrder := func(a, b *goTest) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.name, b.name)) }
	for _, t := range slices.SortedFunc(maps.Values(p.tests), inOrder) {
		if t.began && (!isBenchmark(t.name) || failed && t.out.alarm > 0) {
			g.unfinished(p, t)
		}
		g.end(p, t)
	}
	if p.bench != nil {
		p.bench.End(failed, p.bad > 0, g.line)
	}
}

func (g *goTests) endPackage(p *goPackage) {
	g.kept -= p.out.reset()
	p.open, p.ended, p.bad = false, true, 0
	p.tests = map[string]*goTest{} // an emptied map keeps its size, and is slow to walk
}

func (g *goTests) noResult(p *goPackage) {
	g.r.Complain(evidence.Unsound, p.first, 0, "package %.200q has no result; the file is cut, or go test was killed", p.name)
	g.endTests(p, true)
	g.endPackage(p)
}

func (g *goTests) build(e *goEvent) bool {
	id, ok := unquote(e.importPath)
	if !ok {
		return g.badName(e.importPath)
	}
	b := g.findBuild(string(id))
	b.failed = b.failed || string(e.action) == "build-fail"
	g.kept += b.out.add(e.output, goOutputOfAll-g.kept)
	return true
}

func (g *goTests) findBuild(importPath string) *goBuild {
	b := g.builds[importPath]
	if b == nil {
		b = &goBuild{name: importPath, line: g.line}
		g.builds[importPath] = b
	}
	return b
}

// isBenchmark tells a benchmark by its name, as package testing does: what
// follows "Benchmark" does not begin with a lower-case letter.
func isBenchmark(name string) bool {
	rest, ok := strings.CutPrefix(name, "Benchmark")
	return ok && (rest == "" || rest[0] < 'a' || rest[0] > 'z')
}
