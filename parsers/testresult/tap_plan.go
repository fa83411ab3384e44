package testresult

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// tapLevel is a document, or the subtest that is open at a depth.
type tapLevel struct {
	title    string
	suite    evidence.SuiteID // the path of titles, once a point stands here
	plan     int64
	planLine int
	planned  bool
	after    bool // a point stands after the plan and points stood before it
	before   int64
	first    int   // line of its first point
	points   int64 // seen
	next     int64 // the first test number not seen, less 1
	ahead    map[int64]struct{}
	twice    bool
	todo     map[int64]struct{} // test numbers that the plan says are todo
}

// maxTitle bounds the title of a subtest: a path may hold format.MaxDepth of them.
const maxTitle = 1 << 10

// maxAhead bounds the test numbers kept that came before their turn.
const maxAhead = 1 << 16

// number notes a test number.
func (t *tapReader) number(l *tapLevel, n int64) {
	_, early := l.ahead[n]
	switch {
	case n == l.next+1:
		for l.next++; len(l.ahead) > 0; l.next++ {
			if _, ok := l.ahead[l.next+1]; !ok {
				break
			}
			delete(l.ahead, l.next+1)
		}
	case n <= l.next || early:
		if !l.twice {
			t.r.Complain(evidence.Unsound, t.line, 1, "test number %d stands twice", n)
		}
		l.twice = true
	case len(l.ahead) < maxAhead:
		if l.ahead == nil {
			l.ahead = map[int64]struct{}{}
		}
		l.ahead[n] = struct{}{}
	}
}

// check compares a level with its plan.
func (t *tapReader) check(l *tapLevel, nested bool) {
	what := "the file"
	if nested {
		what = "the subtest"
	}
	switch {
	case !l.planned && (l.points == 0 || nested && t.ktap): // the kernel plans none for the rows of a parameterised test; the point above says that they ended
	case !l.planned:
		t.r.Complain(evidence.Unsound, l.first, 1, "%s has no plan (1..N), so that nothing shows whether all tests have run", what)
	case l.points != l.plan:
		t.r.Complain(evidence.Unsound, l.planLine, 1, "%s planned and %d %s there", testsAre(uint64(l.plan)), l.points, plural(uint64(l.points), "is", "are"))
	case len(l.ahead) > 0:
		t.r.Complain(evidence.Unsound, l.planLine, 1, "test number %d is missing", l.next+1)
	case l.after:
		t.r.Complain(evidence.Quirk, l.planLine, 1, "the plan stands between tests; it belongs before or after them")
	}
}

// depth tells by its indentation how deep a line stands: a level for every four spaces.
// In KTAP a line that only TAP has, and that is further in than the one before, opens a
// level, and so it is in a file whose first subtest is indented by another width.
func (t *tapReader) depth(indent int, text []byte) (int, bool) {
	if !t.ktap && !t.anyDeep {
		if indent%4 == 0 || len(t.levels) > 1 || !isSubtest(text) {
			return indent / 4, indent%4 == 0 && indent/4 < format.MaxDepth
		}
		t.anyDeep = true
	}
	for len(t.indents) > 0 && t.indents[len(t.indents)-1] > indent {
		t.indents = t.indents[:len(t.indents)-1]
	}
	depth, outer := len(t.indents), 0
	if depth > 0 {
		outer = t.indents[depth-1]
	}
	if indent > outer && (t.ktap && isTAPOnly(text) || isSubtest(text)) {
		t.indents = append(t.indents, indent)
		depth++
	}
	return depth, depth < format.MaxDepth
}

// isTAPOnly tells a point, a plan, a version and the title of a subtest from what a
// test prints.
func isTAPOnly(text []byte) bool {
	_, point := parseTAPPoint(text)
	_, version := tapVersion(text)
	return point || version || isSubtest(text)
}

// isSubtest is isTAPOnly where a file does not say that it is KTAP: a plan, a title or a
// point with its number. What a test prints may well be "  ok then".
func isSubtest(text []byte) bool {
	p, point := parseTAPPoint(text)
	_, _, plan := tapPlan(text)
	return point && p.number > 0 || plan || bytes.HasPrefix(text, []byte("# Subtest:"))
}

// tapStated is what closing comments count.
type tapStated struct {
	tests, bad         int64
	testsLine, badLine int
}

// sum reads "# fail 2" and its like, which tape, Mocha and node --test write.
func (t *tapReader) sum(body []byte) bool {
	word, number, ok := bytes.Cut(body, []byte(" "))
	if !ok {
		return false
	}
	n, rest, ok := tapNumber(bytes.TrimLeft(number, " "))
	if !ok || len(rest) > 0 {
		return false
	}
	switch string(word) {
	case "tests":
		t.stated.tests, t.stated.testsLine = n, t.line
	case "fail", "cancelled":
		if n > 0 {
			t.stated.bad, t.stated.badLine = t.stated.bad+n, t.line
		}
	default:
		return false
	}
	return true
}

func (t *tapReader) bail(reason []byte) {
	t.at(0)
	t.any = true
	name := []byte("[bail out]")
	d := evidence.Detail{Message: toUTF8(reason)}
	t.r.Cases.Append(0, 0, name, evidence.Errored, 0, t.line, &d)
	t.r.Complain(evidence.Unsound, t.line, 1, "the run bailed out: %.200s", reason)
}

func (t *tapReader) pragma(list []byte) {
	for word := range bytes.FieldsFuncSeq(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		switch string(word) {
		case "+strict":
			t.strict = true
		case "-strict":
			t.strict = false
		}
	}
}
