package testresult

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// tapPoint is a line "ok 1 - name # SKIP reason".
type tapPoint struct {
	number       int64 // 0 if the line has none
	name, reason []byte
	outcome      evidence.Outcome
	duration     time.Duration
	todo, opens  bool // opens: a subtest in braces follows
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
			p.number, trimmed = n, after
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
		if p.outcome == evidence.Failed {
			p.outcome = evidence.Skipped
		}
		p.todo = true
	case bytes.HasPrefix(word, []byte("time=")):
		ms, ok := bytes.CutSuffix(word[5:], []byte("ms"))
		if !ok {
			return false
		}
		p.duration = seconds(ms) / 1000
		return true
	default:
		return false
	}
	p.reason = unescapeTAP(bytes.TrimSpace(text[len(word):]))
	return true
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

// tapYAML is the block of diagnostics after a point. It is not parsed as YAML:
// a few keys that writers share are looked for line by line.
type tapYAML struct {
	open     bool
	indent   int
	line     int
	block    int // the indent of a text block that is the message, 0 if none
	duration time.Duration
	file     string
	at       int
}

// take reads a line in the block, and says whether it belongs to it. A line that
// is indented less ends the block: nothing may hide in one that was not closed.
func (y *tapYAML) take(t *tapReader, indent int, text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if indent < y.indent {
		t.r.Complain(evidence.Quirk, y.line, y.indent+1, "the diagnostics that begin here have no end")
		y.open = false
		return false
	}
	if indent == y.indent && string(text) == "..." {
		y.open = false
		return true
	}
	if y.block > 0 {
		if indent > y.indent {
			y.add(t, text)
			return true
		}
		y.block = 0
	}
	key, value, ok := bytes.Cut(text, []byte(":"))
	if !ok {
		return true
	}
	value = bytes.Trim(bytes.TrimSpace(value), `"'`)
	switch string(key) {
	case "message", "error":
		if indent != y.indent || len(t.message) > 0 {
			return true
		}
		if len(value) > 0 && len(value) <= 3 && (value[0] == '|' || value[0] == '>') {
			y.block = 1
			return true
		}
		y.add(t, value)
	case "duration_ms":
		if indent == y.indent {
			y.duration = seconds(value) / 1000
		}
	case "file":
		y.file = toUTF8(value[:min(len(value), evidence.MaxMessage)])
	case "line":
		if n, rest, ok := tapNumber(value); ok && len(rest) == 0 && n < 1<<31 {
			y.at = int(n)
		}
	case "location":
		y.place(value)
	}
	return true
}

// place reads node's location: '/path/file.js:3:1'.
func (y *tapYAML) place(value []byte) {
	value = value[:min(len(value), format.SniffLen)]
	col := bytes.LastIndexByte(value, ':')
	if col < 0 {
		return
	}
	line := bytes.LastIndexByte(value[:col], ':')
	if line < 0 {
		return
	}
	if n, rest, ok := tapNumber(value[line+1 : col]); ok && len(rest) == 0 && n < 1<<31 {
		y.file, y.at = toUTF8(value[:line]), int(n)
	}
}

func (y *tapYAML) add(t *tapReader, text []byte) {
	if len(t.message) >= evidence.MaxMessage {
		return
	}
	if len(t.message) > 0 {
		t.message = append(t.message, '\n')
	}
	t.message = append(t.message, text[:min(len(text), evidence.MaxMessage)]...)
}
