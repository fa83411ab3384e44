package testresult

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/gobench"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// GoTestJSON reads the events of go test -json.
var GoTestJSON = format.Format{
	Name:  "go-test-json",
	Kinds: evidence.Tests | evidence.Benchmarks,
	Title: "go test -json (go test, gotestsum --jsonfile, go tool test2json)",
	Doc: `One JSON event a line, as "go doc cmd/test2json" describes them. A case is a package (its
suite) and a test, example or fuzz test; subtests and their parents are cases
alike, so that one failing subtest is two failures, as gotestsum and
go-junit-report count. A benchmark is a case only if it fails, panics or skips.
Benchmarks are read from the output as go-bench-text reads them, and a file that
holds benchmarks and not one case is a report of benchmarks alone. What T.Attr
says of a test (Go 1.25) are its properties.

A test that began and has no result when its package ends, or when the file
does, is errored. A package that fails without a failed or errored test in it
(build, setup, TestMain, init, os.Exit, a data race at exit) is one errored case,
named [build failed], [setup failed] or [package]. A build that failed and that
no package owns up to is one too.

A file holds no mark of a rerun: go test -count, gotestsum --rerun-fails and
files that were joined write the same events. Every result therefore counts as a
case of its own, and a rerun that passed does not take the failure away; where
reruns are meant, declare "reruns: duplicates".

Lines that are no events (the errors of the compiler before Go 1.24, other
programs' output) are counted and passed over, but for "FAIL <package>", which is an
errored case unless the package's events fail as well. A package without a result
and a line that is cut make the report inconclusive. A cut between two packages
cannot be seen: state how many tests are expected.`,
	Times: "`Time` of the first event",
	Sniff: sniffGoTestJSON,
	Parse: parseGoTestJSON,
}

func parseGoTestJSON(ctx context.Context, src format.Source, r *evidence.Report) error {
	first, second, ok := format.Halves(ctx, src, afterPackage, func(ctx context.Context, _ int, b io.Reader) (*goTests, bool) {
		g := newGoTests(&evidence.Report{Source: r.Source, Kinds: r.Kinds})
		err := g.readAll(ctx, b)
		return g, err == nil && g.settled()
	})
	if ok && first.join(second) {
		r.Cases, r.Suites, r.Kinds = first.r.Cases, first.r.Suites, first.r.Kinds
		r.State(first.r.Time)
		return nil
	}
	g := newGoTests(r)
	err := g.readAll(ctx, src.Reader)
	g.finish()
	return err
}

func newGoTests(r *evidence.Report) *goTests {
	return &goTests{r: r, bench: gobench.Reader{R: r}, pkgs: map[string]*goPackage{}, builds: map[string]*goBuild{}}
}

// readAll reads lines to the end.
func (g *goTests) readAll(ctx context.Context, b io.Reader) error {
	lines := linescan.New(ctx, b)
	sound, width, events := true, 0, 0
	for lines.Next() {
		g.line, width, events = lines.Line(), len(lines.Bytes()), g.events
		if !g.timed {
			g.stamp(lines.Bytes())
		}
		sound = g.read(lines.Bytes())
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		g.r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	} else if err == nil && sound && g.line > 0 && !lines.Ended() {
		gravity := evidence.Unsound
		if g.events > events {
			gravity = evidence.Quirk // the event is whole, and says as much as with its newline
		}
		g.r.Complain(gravity, g.line, width+1, "the file ends without a newline; go test writes one, so look whether it is whole")
	}
	return err
}

// goTests is the state of reading one file.
type goTests struct {
	r     *evidence.Report
	line  int
	bench gobench.Reader

	pkgs    map[string]*goPackage
	lastRaw []byte // the package of the last event as written, and decoded:
	last    *goPackage
	likely  goLikely
	builds  map[string]*goBuild // by import path
	block   *goBuild            // the block of compiler errors that text lines add to

	timed    bool // an event with a time was seen
	events   int
	running  int
	overfull bool
	kept     int // bytes of output held
	idle     []*goTest

	texts     int // lines that are no events, and the first of them
	firstText int
	fails     []goFail
	bareFail  int // line of a FAIL that names nothing
}

// goFail is a line "FAIL <package> …" outside of the events.
type goFail struct {
	pkg, text string
	line      int
}

// read takes one line and says whether it was sound.
func (g *goTests) read(line []byte) bool {
	var e goEvent
	if len(line) > 0 && line[0] == '{' {
		isEvent, err := e.read(line, &g.likely)
		if isEvent {
			return g.event(&e)
		}
		if inside := bytes.TrimLeft(line[1:], " \t"); err != nil && (len(inside) == 0 || inside[0] == '"') {
			g.r.Complain(evidence.Unsound, g.line, column(err, line), "this event is cut or damaged: %v", err)
			return false
		}
		g.text(line)
		return true
	}
	// Another program's output may stand before an event on its line.
	if i := max(bytes.Index(line, []byte(`{"Time":"`)), bytes.Index(line, []byte(`{"Action":"`))); i > 0 {
		isEvent, err := e.read(line[i:], nil)
		if err != nil {
			g.r.Complain(evidence.Unsound, g.line, i+1, "an event is mixed with other output and cannot be read: %v; write go test -json to a file of its own", err)
			return false
		}
		if isEvent {
			g.text(line[:i])
			return g.event(&e)
		}
	}
	g.text(line)
	return true
}

// stamp takes the time of the first event that has one. Those of the others would
// have to be read of a million lines, and say that the run is younger, never older.
func (g *goTests) stamp(line []byte) {
	if at, ok := bytes.CutPrefix(line, []byte(`{"Time":"`)); ok {
		at, _, g.timed = bytes.Cut(at, []byte{'"'})
		g.r.State(format.Stamp(at))
	}
}

// text takes a line that is no event.
func (g *goTests) text(line []byte) {
	line = bytes.TrimRight(line, " \t")
	rest, isFail := bytes.CutPrefix(line, []byte("FAIL\t"))
	header, isHeader := bytes.CutPrefix(line, []byte("# "))
	switch {
	case len(line) == 0:
		return
	case isFail:
		end := bytes.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		g.block = nil
		g.fails = append(g.fails, goFail{pkg: toUTF8(rest[:end]), text: toUTF8(line), line: g.line})
		return
	case string(line) == "FAIL":
		g.bareFail = g.line
	case isHeader:
		g.block = g.findBuild(toUTF8(header))
	case g.block != nil:
		// What is kept is read as the inside of a JSON string.
		g.kept += g.block.out.add(quote(line), goOutputOfAll-g.kept)
	}
	if g.texts++; g.texts == 1 {
		g.firstText = g.line
	}
}

// finish draws the conclusions that need the whole file.
func (g *goTests) finish() {
	byLine := func(a, b *goPackage) int { return cmp.Compare(a.first, b.first) }
	for _, p := range slices.SortedFunc(maps.Values(g.pkgs), byLine) {
		if p.open {
			g.noResult(p)
		}
	}
	for _, f := range g.fails {
		g.textFailure(f)
	}
	for _, b := range slices.SortedFunc(maps.Values(g.builds), func(a, b *goBuild) int { return cmp.Compare(a.line, b.line) }) {
		if b.failed && b.owners == 0 {
			g.orphanBuild(b)
		}
	}
	if c := g.r.Cases.Counts(); g.bareFail > 0 && c.Failed+c.Errored == 0 {
		g.r.Complain(evidence.Unsound, g.bareFail, 1, "this line says FAIL and no event does")
	}
	if g.events == 0 && len(g.fails) == 0 {
		g.r.Complain(evidence.Unsound, 1, 1, "no event of go test -json in it")
	}
	g.kinds()
	if g.texts > 0 {
		g.r.Complain(evidence.Quirk, g.firstText, 1, "%d lines are no events of go test -json and were passed over; this is the first", g.texts)
	}
}

// textFailure adds a package that only a line of text says has failed.
func (g *goTests) textFailure(f goFail) {
	p := g.named([]byte(f.pkg))
	if p.everBad {
		return
	}
	message := f.text
	if b := g.buildOf(f.pkg); b != nil {
		b.owners++
		message = joinText(b.out.text(), message)
	}
	g.add(p, failureName(f.text), evidence.Errored, f.line, nil, message)
}

// buildOf finds what the compiler said of a package or of its tests.
func (g *goTests) buildOf(pkg string) *goBuild {
	for _, id := range []string{pkg + " [" + pkg + ".test]", pkg + "_test [" + pkg + ".test]", pkg} {
		if b := g.builds[id]; b != nil {
			return b
		}
	}
	return nil
}

// orphanBuild adds a build that failed and that no package's failure names.
func (g *goTests) orphanBuild(b *goBuild) {
	name, _, _ := strings.Cut(b.name, " ")
	if p := g.named([]byte(name)); !p.everBad {
		g.add(p, "[build failed]", evidence.Errored, b.line, nil, b.out.text())
	}
}

func toUTF8(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
