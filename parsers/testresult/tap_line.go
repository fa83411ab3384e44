package testresult

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
)

// tapPoint is a line "ok 1 - name # SKIP reason".
type tapPoint struct {
	number       int64 // 0 if the line has none
	name, reason []byte
	outcome      evidence.Outcome
	duration     time.Duration
	todo, opens  bool // opens: a subtest in braces follows
	zero         bool // its number is 0, which is none
	timed        bool // it says how long it took
	line, depth  int
}

func (p *tapPoint) bad() bool { return p.outcome.Bad() }

// label is the name of the case: its description, else its number.
func (p *tapPoint) label() []byte {
	if len(p.name) > 0 && utf8.Valid(p.name) {
		return p.name
	}
	if len(p.name) > 0 {
		return bytes.ToValidUTF8(p.name, []byte("\uFFFD"))
	}
	return strconv.AppendInt([]byte("#"), p.number, 10)
}

// parseTAPPoint reads a point, as leniently as Test::Harness: "ok-no number" is one.
// What follows "ok" must not make another word of it, and Go's "ok", which a tab
// follows, is none.
func parseTAPPoint(line []byte) (tapPoint, bool) {
	p := tapPoint{outcome: evidence.Passed}
	rest := line
	if after, ok := bytes.CutPrefix(line, []byte("not")); ok {
		trimmed := bytes.TrimLeft(after, " \t")
		if len(trimmed) == len(after) {
			return p, false
		}
		rest, p.outcome = trimmed, evidence.Failed
	}
	rest, ok := bytes.CutPrefix(rest, []byte("ok"))
	if !ok {
		return p, false
	}
	if len(rest) > 0 && rest[0] != ' ' && rest[0] != '-' && rest[0] != '#' {
		if c := rest[0] | 0x20; p.outcome == evidence.Passed || c >= 'a' && c <= 'z' || rest[0] >= '0' && rest[0] <= '9' || rest[0] == '_' || rest[0] >= 0x80 {
			return p, false
		}
	}
	if bytes.HasPrefix(rest, []byte("  \t")) {
		return p, false
	}
	trimmed := bytes.TrimLeft(rest, " \t")
	if len(trimmed) < len(rest) {
		if n, after, ok := tapNumber(trimmed); ok && (len(after) == 0 || after[0] == ' ' || after[0] == '-' || after[0] == '#' || after[0] == '\t') {
			p.number, p.zero, trimmed = n, n == 0, after
		}
	}
	p.describe(bytes.TrimSpace(trimmed))
	return p, true
}

// describe splits what stands after the number. A directive's '#' follows a space,
// so that one that is escaped is none.
func (p *tapPoint) describe(text []byte) {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("-")), " \t")
	if brace, ok := bytes.CutSuffix(text, []byte("{")); ok && (len(brace) == 0 || brace[len(brace)-1] == ' ') {
		text, p.opens = bytes.TrimRight(brace, " "), true
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '#' || i > 0 && text[i-1] != ' ' && text[i-1] != '\t' {
			continue
		}
		if p.directive(bytes.TrimLeft(text[i+1:], " \t")) {
			text = bytes.TrimRight(text[:i], " \t")
			break
		}
	}
	p.name = unescapeTAP(text)
}

// directive reads what follows an unescaped '#'.
func (p *tapPoint) directive(text []byte) bool {
	word := text
	if i := bytes.IndexAny(text, " \t"); i >= 0 {
		word = text[:i]
	}
	switch {
	case len(word) >= 4 && bytes.EqualFold(word[:4], []byte("skip")):
		p.outcome = evidence.Skipped
	case bytes.EqualFold(bytes.TrimRight(word, ":"), []byte("todo")):
		p.setTodo()
	case bytes.HasPrefix(word, []byte("time=")):
		ms, ok := bytes.CutSuffix(word[5:], []byte("ms"))
		if !ok {
			return false
		}
		p.duration, p.timed = seconds(ms)/1000, true
		return true
	default:
		return false
	}
	p.reason = unescapeTAP(bytes.TrimSpace(text[len(word):]))
	return true
}

// setTodo makes it one whose failure is expected.
func (p *tapPoint) setTodo() {
	if p.outcome == evidence.Failed {
		p.outcome = evidence.Skipped
	}
	p.todo = true
}

// planTodo gives the test numbers of "1..5 todo 3 2;", as Perl's Test.pm announces in the
// plan which tests are todo, nil if it announces none.
func planTodo(rest []byte) map[int64]struct{} {
	list, ok := bytes.CutPrefix(rest, []byte("todo "))
	if !ok {
		return nil
	}
	todo := map[int64]struct{}{}
	for word := range bytes.FieldsSeq(bytes.TrimRight(list, "; ")) {
		n, more, ok := tapNumber(word)
		if !ok || len(more) > 0 || len(todo) == maxAhead {
			return nil
		}
		todo[n] = struct{}{}
	}
	return todo
}

// unescapeTAP undoes \# and \\, the two escapes of TAP 14.
func unescapeTAP(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '#' || text[i+1] == '\\') {
			i++
		}
		out = append(out, text[i])
	}
	return out
}

// tapNumber reads the digits that text begins with. More than 15 are no number.
func tapNumber(text []byte) (n int64, rest []byte, ok bool) {
	i := 0
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		if i == 15 {
			return 0, text, false
		}
		n = 10*n + int64(text[i]-'0')
	}
	return n, text[i:], i > 0
}

// tapPlan reads "1..5" and what stands after it.
func tapPlan(line []byte) (n int64, rest []byte, ok bool) {
	line, ok = bytes.CutPrefix(line, []byte("1.."))
	if !ok {
		return 0, nil, false
	}
	n, rest, ok = tapNumber(line)
	if !ok || len(rest) > 0 && rest[0] != ' ' && rest[0] != '\t' && rest[0] != '#' {
		return 0, nil, false
	}
	return n, bytes.TrimSpace(rest), true
}

// ktapVersion stands for every version of KTAP.
const ktapVersion = -1

func tapVersion(line []byte) (int64, bool) {
	if bytes.HasPrefix(line, []byte("KTAP version ")) {
		return ktapVersion, true
	}
	line, ok := bytes.CutPrefix(line, []byte("TAP version "))
	if !ok {
		return 0, false
	}
	n, rest, ok := tapNumber(line)
	return n, ok && len(rest) == 0
}

func tapBail(line []byte) (reason []byte, ok bool) {
	const words = "bail out!"
	if len(line) < len(words) || !bytes.EqualFold(line[:len(words)], []byte(words)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(words):]), true
}
