package testresult

import (
	"bytes"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
)

// goOutput is the end of what a test printed, as the file writes it: chunks that
// are still escaped, one to a line. It is decoded only for a test that needs a
// message. From a panic on, the beginning counts and not the end.
type goOutput struct {
	buf    []byte
	alarm  int // where the panic begins, + 1
	closed bool
}

// Limits on output kept: of one test before its end is cut off, and of all that
// run at once. Beyond the second, messages get lost and nothing else does.
const (
	goOutputOfOne = 2 * evidence.MaxMessage
	goOutputOfAll = 32 << 20
)

// add keeps a chunk of output and gives the change in bytes held.
func (o *goOutput) add(raw []byte, budget int) int {
	if o.closed || len(raw) == 0 || budget < goOutputOfOne {
		return 0
	}
	before := len(o.buf)
	if o.alarm == 0 && isAlarm(raw) {
		o.alarm = len(o.buf) + 1
	}
	o.buf = append(append(o.buf, raw[:min(len(raw), goOutputOfOne/2-1)]...), '\n')
	if len(o.buf) > goOutputOfOne {
		o.shrink()
	}
	return len(o.buf) - before
}

// shrink drops chunks from the front until half of the limit is left, or all
// that stands before the panic.
func (o *goOutput) shrink() {
	drop := len(o.buf) - goOutputOfOne/2
	if o.alarm > 0 && o.alarm-1 <= drop {
		drop, o.closed = o.alarm-1, true
	} else {
		drop += bytes.IndexByte(o.buf[drop-1:], '\n')
	}
	o.buf = o.buf[:copy(o.buf, o.buf[drop:])]
	o.alarm = max(0, o.alarm-drop)
}

// reset empties o for the next test and gives the bytes let go.
func (o *goOutput) reset() int {
	n := len(o.buf)
	*o = goOutput{buf: o.buf[:0]}
	return n
}

func isAlarm(raw []byte) bool {
	if len(raw) == 0 || raw[0] != 'p' && raw[0] != 'f' && raw[0] != 'W' { // nearly always
		return false
	}
	return bytes.HasPrefix(raw, []byte("panic: ")) || bytes.HasPrefix(raw, []byte("fatal error: ")) ||
		bytes.HasPrefix(raw, []byte("WARNING: DATA RACE"))
}

// text is the output as printed, without the lines that go test puts around it.
func (o *goOutput) text() string {
	if len(o.buf) == 0 {
		return ""
	}
	var b strings.Builder
	from := 0
	for at := 0; at < len(o.buf); {
		if o.alarm == at+1 {
			from = b.Len()
		}
		n := bytes.IndexByte(o.buf[at:], '\n')
		raw := o.buf[at : at+n]
		at += n + 1
		if !isFraming(raw) {
			chunk, _ := unquote(raw)
			b.Write(chunk)
		}
	}
	text := b.String()
	if o.alarm > 0 {
		text = text[from:]
	} else if cut := len(text) - evidence.MaxMessage; cut > 0 {
		if n := strings.IndexByte(text[cut:], '\n'); n >= 0 {
			cut += n + 1
		}
		for cut < len(text) && !utf8.RuneStart(text[cut]) {
			cut++
		}
		text = text[cut:]
	}
	return strings.Trim(text, "\n")
}

// isFraming tells the lines that go test -v prints around a test's own.
func isFraming(raw []byte) bool {
	raw = bytes.TrimLeft(raw, " ")
	for _, prefix := range []string{"=== RUN ", "=== PAUSE ", "=== CONT ", "=== NAME ", "=== ATTR ", "--- FAIL: ", "--- PASS: ", "--- SKIP: "} {
		if bytes.HasPrefix(raw, []byte(prefix)) {
			return true
		}
	}
	return false
}

// goSource finds the last place that package testing put before a message:
// "    cart_test.go:12: total is 3". It names the file by its base, and its folder
// is the package's, so the path reads as in a coverage profile.
func goSource(pkg, text string) (file string, line int) {
	for l := range strings.Lines(text) {
		place, _, ok := strings.Cut(strings.TrimLeft(l, " "), ": ")
		if !ok {
			continue
		}
		i := strings.LastIndexByte(place, ':')
		if i < 0 || !strings.HasSuffix(place[:i], ".go") || strings.ContainsAny(place, " \t") || place[:i] == "testing.go" {
			continue
		}
		if n, err := strconv.Atoi(place[i+1:]); err == nil && n > 0 {
			file, line = place[:i], n
		}
	}
	if file != "" && !strings.ContainsAny(file, `/\`) { // -fullpath writes the whole path
		file = path.Join(pkg, file)
	}
	return file, line
}
