package testresult

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// goLikely is the package and test of the last event, as test2json writes them
// between the action and what is particular to an event. Six lines of seven are of
// the same test as the line before, and then one comparison does for both names.
type goLikely struct {
	text      []byte // `,"Package":"…"`, and `,"Test":"…"` if there is a test
	pkg, test int    // their lengths
}

// set remembers names as the line writes them.
func (l *goLikely) set(e *goEvent) {
	l.text = append(append(append(l.text[:0], `,"Package":"`...), e.pkg...), '"')
	if l.pkg, l.test = len(e.pkg), len(e.test); l.test > 0 {
		l.text = append(append(append(l.text, `,"Test":"`...), e.test...), '"')
	}
}

// quick reads an event of the likely package and test that has the members of
// test2json in its order, and gives up on anything else: scan reads it then.
func (e *goEvent) quick(line []byte, likely *goLikely) bool {
	const time, action = `{"Time":"`, `,"Action":"`
	if !hasPrefix(line, time) {
		return false
	}
	n := bytes.IndexByte(line[len(time):], '"')
	if n < 1 || line[len(time)+n-1] == '\\' {
		return false
	}
	rest := line[len(time)+n+1:]
	if len(rest) < len(action)+8 || string(rest[:len(action)]) != action {
		return false
	}
	rest = rest[len(action):]
	n = shortString(binary.LittleEndian.Uint64(rest))
	if n == 8 {
		return false
	}
	word := rest[:n]
	rest = rest[n+1:]
	if len(rest) <= len(likely.text) || string(rest[:len(likely.text)]) != string(likely.text) {
		return false
	}
	names := rest[:len(likely.text)]
	rest = rest[len(likely.text):]
	switch {
	case len(rest) == 1 && rest[0] == '}':
	case hasPrefix(rest, `,"Output":"`):
		rest = rest[len(`,"Output":"`):]
		n := stringEnd(rest)
		if n < 0 || n != len(rest)-2 || rest[n+1] != '}' {
			return false
		}
		e.output = rest[:n]
	case hasPrefix(rest, `,"Elapsed":`):
		rest = rest[len(`,"Elapsed":`):]
		n := numberEnd(rest)
		if n == 0 || n != len(rest)-1 || rest[n] != '}' {
			return false
		}
		e.elapsed = rest[:n]
	default:
		return false
	}
	e.action, e.same = word, true
	e.pkg = names[len(`,"Package":"`):][:likely.pkg]
	if likely.test > 0 {
		e.test = names[len(names)-1-likely.test:][:likely.test]
	}
	return true
}

// shortString gives how many of eight bytes come before a quote, 8 if there is none
// or a backslash before it.
func shortString(w uint64) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, escape := w^ones*'"', w^ones*'\\'
	n := bits.TrailingZeros64((quote-ones)&^quote&highs) / 8
	if bits.TrailingZeros64((escape-ones)&^escape&highs)/8 < n {
		return 8
	}
	return n
}
