package testresult

import (
	"bytes"
	"context"
	"errors"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/gobench"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// GoTestText reads what go test -v prints.
var GoTestText = format.Format{
	Name:  "go-test-v-text",
	Kinds: evidence.Tests | evidence.Benchmarks,
	Title: "go test -v as text (go test, with or without -v)",
	Doc: `The lines "=== RUN", "--- PASS: Test (0.01s)" and "ok  <package>  0.1s" that cmd/go and package testing print. What is a case
is as for go-test-json: a package (its suite) and a test, example or fuzz test, subtests and their parents alike; a benchmark only if
it fails, panics or skips. Without -v only failures are listed. Benchmarks are read as go-bench-text reads them: a file that holds benchmarks and not one case
is a report of benchmarks alone. What T.Attr says of a test is among its properties, as there.

A test that began and has no result when its package ends, or when the file does, is errored. A package that fails without a failed or
errored test in it is one errored case, named [build failed], [setup failed] or [package]. A test may print anything, so a
"--- PASS" counts only for a test that began, and not in what t.Log wrote; a "--- FAIL" always counts. The same name twice (-count) is two cases.

Results without a package's line behind them, and a file without any such line, make the report inconclusive; so does a last line FAIL where nothing
failed. A file that is cut between two packages cannot be seen: state how many tests are expected, or use go test -json.`,
	Sniff: sniffGoTestText,
	Parse: parseGoTestText,
}

func parseGoTestText(ctx context.Context, src format.Source, r *evidence.Report) error {
	g := goText{goTests: goTests{r: r, bench: gobench.Reader{R: r}, builds: map[string]*goBuild{}}}
	g.benches = gobench.Stream{Reader: &g.bench}
	g.open()
	lines := linescan.New(ctx, src.Reader)
	known, width := true, 0
	for lines.Next() {
		g.line, width = lines.Line(), len(lines.Bytes())
		known = g.read(lines.Bytes())
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	} else if err == nil && g.line > 0 && !lines.Ended() && !known {
		r.Complain(evidence.Unsound, g.line, width+1, "the file ends without a newline, so that its last line may be cut")
	}
	g.finish()
	return err
}

// goText is the state of reading one file. The tests of a package are printed
// before its name, so its suite gets its name when it ends.
type goText struct {
	goTests
	p       *goPackage
	benches gobench.Stream
	current *goTest // what is printed is its output
	results int     // lines that end a package
	said    bool    // a PASS of a test that had not begun was complained of
	raw     []byte
	inHand  goEvent // kept here so that none is allocated

	due       *goTest // has failed or skipped; indented lines are still its output
	dueEvent  goEvent
	dueLine   int
	dueIndent int
	dueAll    bool // it panicked: all lines are
}

var goActionRun, goActionPass = []byte("run"), []byte("pass")

// open makes ready for the next package.
func (g *goText) open() {
	g.p = &goPackage{suite: g.r.Cases.UnnamedSuite(), first: g.line, tests: map[string]*goTest{}, bench: &g.benches}
}

// read takes a line, and says whether it ends a package, so that no more of it
// need follow.
func (g *goText) read(line []byte) bool {
	line = bytes.TrimPrefix(line, []byte{0x16}) // test2json's mark
	if name, ok := goRunLine(line); ok {
		g.flush()
		g.block = nil
		g.run(name)
		return false
	}
	if bytes.HasPrefix(line, []byte("=== ")) {
		if g.move(line) {
			return false
		}
	} else if g.mark(line) {
		return false
	}
	if res, ok := parseGoResult(line); ok {
		g.flush()
		g.block = nil
		g.packageResult(line, res)
		return true
	}
	g.text(line)
	return false
}

func (g *goText) run(name []byte) {
	t := g.p.tests[string(name)]
	if t == nil {
		if t = g.begin(g.p, name); t == nil {
			return
		}
	}
	g.inHand = goEvent{action: goActionRun}
	g.testEvent(g.p, t, &g.inHand)
	g.current = t
}

// move reads === PAUSE, CONT, NAME and ATTR.
func (g *goText) move(line []byte) bool {
	word, name, _ := bytes.Cut(line[len("=== "):], []byte(" "))
	switch string(word) {
	case "PAUSE", "CONT", "NAME":
	case "ATTR": // of a test that runs, with a key without blanks and a value
		name, rest, _ := bytes.Cut(bytes.TrimLeft(name, " "), []byte(" "))
		t := g.p.tests[string(name)]
		if t == nil || !t.began {
			return false
		}
		key, value, _ := bytes.Cut(rest, []byte(" "))
		t.label(key, value)
		return true
	default:
		return false
	}
	g.flush()
	g.current = g.p.tests[string(bytes.TrimSpace(name))]
	if string(word) == "PAUSE" {
		g.current = nil
	}
	return true
}

// mark finds a result in a line. The last "--- " counts, and nearly all lines
// have none, which bytes.Contains sees faster than bytes.LastIndex.
func (g *goText) mark(line []byte) bool {
	if !bytes.Contains(line, []byte("--- ")) {
		return false
	}
	return g.result(line, bytes.LastIndex(line, []byte("--- ")))
}

// result reads a line with "--- " at i.
func (g *goText) result(line []byte, i int) bool {
	action, name, elapsed, ok := parseGoMark(line[i:])
	if !ok {
		return false
	}
	g.flush() // before the look-up: it may be this test that is due
	t := g.p.tests[string(name)]
	began := t != nil && t.began
	before := bytes.Trim(line[:i], " \t")
	inline := len(before) > 0 && !(isBenchmark(string(before)) && bytes.Equal(before, name)) // its own line, begun before it ran
	switch {
	case inline && !began, action == "bench":
		return false
	case action == "pass" && isLogged(line[:i], name):
		return false
	case action == "pass" && !began:
		if !isBenchmark(string(name)) && !g.said {
			g.said = true
			g.r.Complain(evidence.Quirk, g.line, i+1, "%.200q is said to have passed and has not begun; it does not count", name)
		}
		return false
	}
	g.block = nil
	if t == nil {
		if t = g.begin(g.p, name); t == nil {
			return true
		}
	}
	if inline {
		g.keep(&t.out, line[:i])
	}
	g.current = nil
	if action == "pass" {
		g.inHand = goEvent{action: goActionPass, elapsed: elapsed}
		g.testEvent(g.p, t, &g.inHand)
		return true
	}
	e := goEvent{action: []byte(action), elapsed: bytes.Clone(elapsed)}
	g.p.open = true
	g.due, g.dueEvent, g.dueLine, g.dueIndent, g.dueAll = t, e, g.line, i, false
	return true
}

// flush adds the test that is due.
func (g *goText) flush() {
	if g.due == nil {
		return
	}
	t, line := g.due, g.line
	g.due, g.line = nil, g.dueLine
	g.testEvent(g.p, t, &g.dueEvent)
	g.line = line
}

// text takes a line that says nothing of a result.
func (g *goText) text(line []byte) {
	if g.due != nil {
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		g.dueAll = g.dueAll || isAlarm(line)
		if g.dueAll || len(line) == 0 || indent >= g.dueIndent+4 {
			g.keep(&g.due.out, line)
			return
		}
		g.flush()
	}
	if g.benches.Line(line, g.line, g.current == nil) {
		g.held()
		return
	}
	if isBenchmark(string(line)) && !bytes.ContainsAny(line, " \t") {
		g.benchmark(line)
		return
	}
	if g.current != nil && !g.current.began && (isAlarm(line) || string(line) == "PASS" || string(line) == "FAIL") {
		g.current = nil // a benchmark that panics has no line of its own
	}
	if g.current != nil {
		g.keep(&g.current.out, line)
		return
	}
	trimmed := bytes.TrimRight(line, " \t")
	if string(trimmed) == "PASS" || string(trimmed) == "FAIL" {
		g.benches.Header = 0
	}
	header, isHeader := bytes.CutPrefix(trimmed, []byte("# "))
	switch {
	case string(trimmed) == "FAIL", bytes.HasPrefix(trimmed, []byte("FAIL\t")):
		g.bareFail = g.line
		g.block = nil
	case string(trimmed) == "PASS":
	case isHeader:
		if inner, ok := bytes.CutSuffix(bytes.TrimPrefix(header, []byte("[")), []byte("]")); ok && header[0] == '[' {
			header = inner // go vet's: # [example.com/a]
		}
		g.block = g.findBuild(toUTF8(header))
		return
	case g.block != nil:
		g.keep(&g.block.out, line)
		return
	}
	g.keep(&g.p.out, line)
}

// benchmark begins to keep what a benchmark prints, in case it fails.
func (g *goText) benchmark(name []byte) {
	g.held()
	if g.p.tests[string(name)] == nil {
		g.current = g.begin(g.p, name)
	}
}

// held lets go of a benchmark that has its result.
func (g *goText) held() {
	if g.current != nil && !g.current.began {
		g.end(g.p, g.current)
		g.current = nil
	}
}

// keep adds a line to what a test, a package or the compiler printed. That is
// kept as go test -json has it, in the form of a JSON string.
func (g *goText) keep(o *goOutput, line []byte) {
	if isPlain(line) && bytes.IndexByte(line, '"') < 0 {
		g.raw = append(append(g.raw[:0], line...), `\n`...)
	} else {
		g.raw = append(g.raw[:0], quote(line[:min(len(line), goOutputOfOne)])...)
	}
	g.kept += o.add(g.raw, goOutputOfAll-g.kept)
}

// packageResult ends the package that is open. One that did not build was never
// open: its line may stand between the tests of another.
func (g *goText) packageResult(line []byte, res goResult) {
	g.results++
	g.current = nil
	p := g.p
	if res.name != "[package]" {
		p = &goPackage{suite: g.r.Cases.UnnamedSuite(), tests: map[string]*goTest{}}
	}
	g.endTests(p, res.failed)
	p.name = toUTF8(res.pkg)
	if p.bad > 0 && !res.failed {
		g.r.Complain(evidence.Quirk, g.line, 1, "package %.200q is ok, and a test in it has failed or has no result", p.name)
	}
	if res.failed && p.bad == 0 {
		g.keep(&p.out, line)
		message := p.out.text()
		if b := g.buildOf(p.name); b != nil {
			if b.owners++; b.owners <= maxOwners {
				message = joinText(b.out.text(), message)
			}
		}
		g.add(p, res.name, evidence.Errored, g.line, res.elapsed, message)
	}
	if p.counted {
		g.r.Cases.NameSuite(p.suite, res.pkg)
	}
	counted := p.counted
	g.endPackage(p)
	switch {
	case p != g.p:
	case counted:
		g.open()
	default: // its suite has no name yet
		g.p.first = g.line
	}
}

// finish draws the conclusions that need the whole file.
func (g *goText) finish() {
	g.flush()
	if g.p.open || g.p.counted {
		first := g.p.first
		g.endTests(g.p, true)
		g.r.Complain(evidence.Unsound, max(first, 1), 1, "no result of the package follows the tests from here on; the file is cut, or go test was killed")
	} else if g.benches.Header > 0 {
		g.r.Complain(evidence.Unsound, g.benches.Header, 1, "neither PASS nor ok follows the benchmarks of this package; go test was killed, or the file is cut or filtered")
	} else if g.results == 0 && g.r.Benchmarks.Len() == 0 {
		g.r.Complain(evidence.Unsound, 1, 1, "no package has a result (ok, FAIL) in it")
	}
	g.benches.End(false, true, g.line)
	g.kinds()
	if c := g.r.Cases.Counts(); g.bareFail > 0 && c.Failed+c.Errored == 0 {
		g.r.Complain(evidence.Unsound, g.bareFail, 1, "this line says FAIL and no test does")
	}
}
