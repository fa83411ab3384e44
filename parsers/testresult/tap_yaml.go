package testresult

import (
	"bytes"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// tapYAML is the block of diagnostics after a point. It is not parsed as YAML:
// a few keys that writers share are looked for line by line.
type tapYAML struct {
	open     bool
	indent   int
	line     int
	block    int  // the indent of a text block that is the message, 0 if none
	wide     bool // it stands where points of a subtest do
	inError  bool // under "error:", whose message is a key of its own
	duration time.Duration
	file     string
	at       int
}

// opensYAML tells whether "---" there begins the diagnostics of the point before: two
// spaces behind it (TAP 13 and 14), or four, as Vitest does.
func (t *tapReader) opensYAML(indent int) bool {
	return t.due && (t.ktap || t.anyDeep || indent%4 == 2 || indent == 4*(t.pending.depth+1) && !t.pending.opens)
}

// take reads a line in the block, and says whether it belongs to it. A line that
// is indented less ends the block: nothing may hide in one that was not closed.
func (y *tapYAML) take(t *tapReader, indent int, text []byte) bool {
	if len(text) == 0 {
		return true
	}
	if indent < y.indent || y.wide && indent == y.indent && isSubtest(text) {
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
	y.inError = y.inError && indent > y.indent
	switch string(key) {
	case "message", "error":
		if indent != y.indent && !y.inError || len(t.message) > 0 {
			return true
		}
		if y.inError = len(value) == 0 && string(key) == "error"; y.inError {
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
	case "location", "at": // at may be an object, whose keys follow
		y.place(value)
	}
	return true
}

// place reads node's location, and Vitest's at: '/path/file.js:3:1'.
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
