package testresult

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// TAP reads the Test Anything Protocol, versions 12 to 14.
var TAP = format.Format{
	Name:  "tap",
	Kinds: evidence.Tests,
	Title: "TAP 12, 13 and 14 (Test::More, prove, node --test, node-tap, tape, Mocha, Bats, pgTAP), and KTAP of Linux",
	Doc: `A test point ("ok 1 - name", "not ok 2") is one case, by the specifications at testanything.org. Points of subtests,
indented by four spaces, are cases and so is the point that sums them up: one failing subtest is two failures, as with Go's.
The suite is the path of the "# Subtest" titles. Behind "KTAP version 1" subtests may be indented by any width, as docs.kernel.org/dev-tools/ktap writes two;
elsewhere too, if the first of them says by a plan, a title or a numbered point that it is one.

A point that is ok has passed and one that is not has failed. With "# SKIP" either is skipped: TAP 14 forbids to count "not ok # SKIP" as a failure, and Bats,
CMocka and the self-tests of Linux write so what did not run (prove, which keeps to TAP 12, counts it as failed). "not ok # todo" is
no failure by the specification and counts as skipped; "ok # todo" is a bonus and has passed, but in a file whose points have "# time=" it is skipped: Vitest and
node-tap write so what is to be written and did not run. The message is what "message" or
"error" in the YAML block says, or the comments that follow the point; the block stands two spaces behind the point, or four as Vitest
writes it (packages/vitest/src/node/reporters/tap.ts).

The plan "1..N" is what shows that all has run: without one, with fewer or more points than N, or with test numbers that are missing or
stand twice, in the file or in a subtest, the report is inconclusive. "1..5 todo 3 2" says of tests 3 and 2 that they are todo (Test.pm). A line "not" alone belongs to the point
behind it, as TAP::Parser reads it. "Bail out!" is an errored case, and the report is
inconclusive. "1..0 # SKIP" is a sound file with no case. The counts in closing comments ("# tests 5", "# fail 1") are a second witness: failures
beyond those listed count as errored, and the report is inconclusive.

Lines that are not TAP are passed over, unless "pragma +strict" is on. A file that is cut behind the last point of a plan that stood first
lacks comments and diagnostics only, which cannot be seen.`,
	Sniff: sniffTAP,
	Parse: parseTAP,
}

// sniffTAP claims a file with a line "TAP version", with a plan and a point, or
// one whose first line is a numbered point. Go's "ok" is followed by a tab.
func sniffTAP(_ string, head []byte) bool {
	var plan, point, version, first = false, false, false, true
	for len(head) > 0 {
		line, rest, whole := bytes.Cut(head, []byte{'\n'})
		head = rest
		line = bytes.TrimRight(line, " \t\r")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if first && (line[0] == '{' || line[0] == '[' || line[0] == '<') ||
			bytes.HasPrefix(line, []byte("=== RUN ")) || bytes.HasPrefix(line, []byte("--- PASS: ")) || bytes.HasPrefix(line, []byte("--- FAIL: ")) ||
			bytes.HasPrefix(line, []byte("ok  \t")) {
			return false
		}
		if _, ok := tapVersion(line); ok {
			version = true
		}
		if n, _, ok := tapPlan(line); ok {
			if first && (n == 0 || len(bytes.TrimSpace(head)) == 0 && !whole) {
				point = true // there may be none to come
			}
			plan = true
		}
		if p, ok := parseTAPPoint(line); ok {
			if first && p.number > 0 {
				plan = true
			}
			point = true
		}
		first = false
	}
	return version || plan && point
}

func parseTAP(ctx context.Context, src format.Source, r *evidence.Report) error {
	t := tapReader{r: r, levels: make([]tapLevel, 1, 4)}
	lines := linescan.New(ctx, src.Reader)
	needless := true // the last line may lack its newline
	width := 0
	for lines.Next() {
		t.line, width = lines.Line(), len(lines.Bytes())
		needless = t.read(lines.Bytes())
	}
	err := lines.Err()
	var tooLong *linescan.TooLong
	if errors.As(err, &tooLong) {
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	} else if err == nil && t.line > 0 && !lines.Ended() && !needless {
		r.Complain(evidence.Unsound, t.line, width+1, "the file ends without a newline, so that its last line may be cut")
	}
	t.finish()
	return err
}

// tapReader is the state of one reading.
type tapReader struct {
	r      *evidence.Report
	line   int
	levels []tapLevel // by depth; [0] is the file
	titles []string   // of subtests that were announced, by the depth of their points
	braces int        // subtests in braces that are open

	pending tapPoint // the last point, whose diagnostics may follow
	due     bool
	message []byte
	yaml    tapYAML

	ktap    bool  // the version is KTAP's
	anyDeep bool  // subtests are indented by any width
	indents []int // then: of the levels below the file, by depth

	not    bool  // the line before is "not" alone, which belongs to a point that follows
	timed  bool  // a point has "# time="
	bonus  []int // cases that are ok and todo
	strict bool
	any    bool // a point, plan or bail-out was there
	stated tapStated
}

// read takes a line, and says whether it would mean the same if it were cut.
func (t *tapReader) read(line []byte) bool {
	not := t.not
	t.not = false
	indent := 0
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	text := bytes.TrimRight(line[indent:], " \t\r")
	if t.yaml.open {
		if t.yaml.take(t, indent, text) {
			return false
		}
	}
	if len(text) == 0 {
		return false
	}
	if string(text) == "---" && t.opensYAML(indent) {
		t.yaml = tapYAML{open: true, indent: indent, wide: indent%4 == 0, line: t.line}
		return false
	}
	depth, ok := t.depth(indent, text)
	if !ok {
		t.notTAP()
		return false
	}
	if text[0] == '#' {
		t.comment(depth, text)
		return false
	}
	if p, ok := parseTAPPoint(text); ok {
		if not && p.outcome == evidence.Passed {
			p.outcome = evidence.Failed
		}
		t.point(depth, p)
		return false
	}
	if t.not = string(text) == "not"; t.not { // what follows it, as TAP::Parser reads it
		return false
	}
	if n, rest, ok := tapPlan(text); ok {
		t.plan(depth, n, rest)
		return n > 0 && len(rest) == 0 && t.levels[depth].points == n
	}
	if v, ok := tapVersion(text); ok {
		t.version(depth, v)
		return false
	}
	if reason, ok := tapBail(text); ok {
		t.bail(reason)
		return false
	}
	if on, ok := bytes.CutPrefix(text, []byte("pragma ")); ok {
		t.pragma(on)
		return false
	}
	if string(text) == "}" && t.braces > 0 { // as node-tap closes a subtest
		t.braces--
	} else {
		t.notTAP()
	}
	return false
}

func (t *tapReader) notTAP() {
	if t.strict {
		t.r.Complain(evidence.Unsound, t.line, 1, "this line is not TAP, and the file says pragma +strict")
	}
}

// comment takes what a comment may say: a subtest's title, a sum, or why the
// point before it failed.
func (t *tapReader) comment(depth int, text []byte) {
	body := bytes.TrimLeft(text[1:], " \t")
	if title, ok := bytes.CutPrefix(body, []byte("Subtest")); ok && (len(title) == 0 || title[0] == ':') {
		t.flush()
		// Node and TAP 14 write the title above the subtest, Perl as its first line.
		above := depth == 0 || depth < len(t.levels) || depth < len(t.titles) && t.titles[depth] != ""
		if above {
			depth++
		}
		t.announce(depth, bytes.TrimSpace(bytes.TrimPrefix(title, []byte(":"))))
		return
	}
	if depth == 0 && t.sum(body) {
		return
	}
	if t.due && t.pending.bad() && len(t.message)+len(text) < evidence.MaxMessage {
		if len(t.message) > 0 {
			t.message = append(t.message, '\n')
		}
		t.message = append(t.message, body...)
	}
}

// announce keeps the title of the subtest whose points will stand at depth.
func (t *tapReader) announce(depth int, title []byte) {
	t.titles = t.titles[:min(len(t.titles), depth)]
	for len(t.titles) < depth {
		t.titles = append(t.titles, "")
	}
	t.titles = append(t.titles, toUTF8(title[:min(len(title), maxTitle)]))
}

// at closes the subtests that are deeper than depth, and opens it.
func (t *tapReader) at(depth int) *tapLevel {
	t.flush()
	t.closeTo(depth)
	for d := len(t.levels); d <= depth; d++ {
		l := tapLevel{}
		if d < len(t.titles) {
			l.title = t.titles[d]
		}
		t.levels = append(t.levels, l)
		if t.pending.opens && d == t.pending.depth+1 {
			t.braces++
		}
	}
	t.pending.opens = false
	return &t.levels[depth]
}

func (t *tapReader) closeTo(depth int) {
	for len(t.levels) > depth+1 {
		t.check(&t.levels[len(t.levels)-1], true)
		t.levels = t.levels[:len(t.levels)-1]
	}
}

func (t *tapReader) version(depth int, v int64) {
	l := t.at(depth)
	if t.ktap = t.ktap || v == ktapVersion; v != ktapVersion && (v < 12 || v > 14) {
		t.r.Complain(evidence.Unsound, t.line, 1, "TAP version %d is not known; 12, 13 and 14 are", v)
	}
	if depth == 0 && (l.planned || l.points > 0) { // files that were joined
		t.check(l, false)
		*l = tapLevel{}
	}
}

func (t *tapReader) plan(depth int, n int64, rest []byte) {
	l := t.at(depth)
	t.any = true
	if l.planned {
		t.r.Complain(evidence.Unsound, t.line, 1, "a second plan; the first is in line %d", l.planLine)
		return
	}
	l.planned, l.plan, l.planLine, l.before, l.todo = true, n, t.line, l.points, planTodo(rest)
	if n == 0 && depth == 0 {
		t.r.Complain(evidence.Quirk, t.line, 1, "the plan is to run nothing: %.200s", bytes.TrimLeft(rest, "# \t"))
	}
}

// point holds a point until it is known what follows it.
func (t *tapReader) point(depth int, p tapPoint) {
	l := t.at(depth)
	t.any = true
	l.points++
	if l.points == 1 {
		l.first, l.suite = t.line, t.suite(depth)
		t.r.Suites++
	}
	if p.number == 0 {
		p.number = l.points
	}
	if p.zero {
		t.r.Complain(evidence.Unsound, t.line, 1, "test number 0; numbers begin with 1")
	}
	if _, todo := l.todo[p.number]; todo && !p.todo {
		p.setTodo()
	}
	l.after = l.after || l.planned && l.before > 0
	t.number(l, p.number)
	p.line, p.depth = t.line, depth
	t.timed = t.timed || p.timed
	p.name = append(t.pending.name[:0], p.name...)
	p.reason = append(t.pending.reason[:0], p.reason...)
	t.titles = t.titles[:min(len(t.titles), depth+1)]
	if p.opens {
		t.announce(depth+1, p.name)
	}
	t.pending, t.due, t.message = p, true, t.message[:0]
}

// flush adds the point that is due.
func (t *tapReader) flush() {
	if !t.due {
		return
	}
	t.due = false
	p := &t.pending
	d := evidence.Detail{File: t.yaml.file, Line: t.yaml.at}
	if p.outcome != evidence.Passed {
		d.Message = strings.ToValidUTF8(string(t.message), "\uFFFD")
		if d.Message == "" {
			d.Message = toUTF8(p.reason)
		}
	}
	if !p.bad() {
		d.Line = 0
	}
	if p.todo {
		d.Properties = []evidence.Property{{Name: "todo", Value: toUTF8(p.reason)}}
	}
	dur := p.duration
	if t.yaml.duration > 0 {
		dur = t.yaml.duration
	}
	t.r.Cases.Append(t.levels[p.depth].suite, 0, p.label(), p.outcome, dur, p.line, &d)
	t.yaml = tapYAML{}
	if p.todo && p.outcome == evidence.Passed {
		t.bonus = append(t.bonus, t.r.Cases.Len()-1)
	}
}

// suite is the path of titles above a depth.
func (t *tapReader) suite(depth int) evidence.SuiteID {
	if depth == 0 {
		return 0
	}
	var path []byte
	for _, l := range t.levels[1 : depth+1] {
		if l.title != "" {
			if len(path) > 0 {
				path = append(path, " > "...)
			}
			path = append(path, l.title...)
		}
	}
	return t.r.Cases.Suite(path)
}

func (t *tapReader) finish() {
	if t.yaml.open {
		t.r.Complain(evidence.Unsound, t.yaml.line, 1, "the diagnostics that begin here have no end; the file is cut")
	}
	t.flush()
	if t.timed {
		for _, i := range t.bonus {
			t.r.Cases.Overrule(i, evidence.Skipped, "to be written; it did not run")
		}
	}
	if t.braces > 0 {
		t.r.Complain(evidence.Unsound, t.line, 1, "a subtest in braces has no end; the file is cut")
	}
	t.closeTo(0)
	t.check(&t.levels[0], false)
	if !t.any {
		t.r.Complain(evidence.Unsound, 1, 1, "no test and no plan of TAP in it")
	}
	c := t.r.Cases.Counts()
	if have := c.Failed + c.Errored; uint64(t.stated.bad) > have {
		more := uint64(t.stated.bad) - have
		at := evidence.Pos{File: t.r.Source, Line: t.stated.badLine, Col: 1}
		t.r.Unlisted = append(t.r.Unlisted, evidence.Unlisted{At: at, Counts: evidence.Counts{Errored: more}})
		t.r.Complain(evidence.Unsound, at.Line, 1, "%s counted here and %d %s listed", failures(uint64(t.stated.bad)), have, plural(have, "is", "are"))
	}
	if uint64(t.stated.tests) > c.Total() {
		t.r.Complain(evidence.Unsound, t.stated.testsLine, 1, "%s counted here and %d %s listed", testsAre(uint64(t.stated.tests)), c.Total(), plural(c.Total(), "is", "are"))
	}
}
