package testresult

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// goEvent is a line of go test -json. The fields are as the line writes them,
// between the quotes and still escaped: most are compared and thrown away, and
// only what is kept is ever decoded. A field that the line lacks is nil.
type goEvent struct {
	action, pkg, test, output, elapsed []byte
	importPath, failedBuild            []byte
	key, value                         []byte // of attr
	same                               bool   // package and test are those of goLikely
	foreign                            bool   // it has a member that test2json does not write
}

// read fills e from a line and reports whether the line is an event: an object
// with an Action. The error says where a line is not JSON. Likely are the names of
// the event before.
func (e *goEvent) read(line []byte, likely *goLikely) (bool, error) {
	*e = goEvent{}
	if likely != nil && len(likely.text) > 0 && e.quick(line, likely) {
		return true, nil
	}
	if !e.scan(line) {
		if err := e.decode(line); err != nil {
			return false, err
		}
	}
	if bytes.IndexByte(e.action, '\\') >= 0 {
		e.action, _ = unquote(e.action)
	}
	return e.action != nil, nil
}

// scan reads an object of strings and numbers without white space, which is what
// test2json writes, and gives up on anything else. It looks for the end of a
// string and not at what is in it. encoding/json takes 10 times as long for the
// same, which is why this is here.
func (e *goEvent) scan(line []byte) bool {
	if len(line) < 2 || line[0] != '{' {
		return false
	}
	for i := 1; ; i++ {
		rest := line[i:]
		if len(rest) < 2 {
			return false
		}
		n := 0
		switch c := rest[1]; {
		case c == 'T' && hasPrefix(rest, `"Time":"`):
			n = stringMember(rest, len(`"Time":"`), nil)
		case c == 'A' && hasPrefix(rest, `"Action":"`):
			n = stringMember(rest, len(`"Action":"`), &e.action)
		case c == 'P' && hasPrefix(rest, `"Package":"`):
			n = stringMember(rest, len(`"Package":"`), &e.pkg)
		case c == 'T' && hasPrefix(rest, `"Test":"`):
			n = stringMember(rest, len(`"Test":"`), &e.test)
		case c == 'O' && hasPrefix(rest, `"Output":"`):
			n = stringMember(rest, len(`"Output":"`), &e.output)
		default:
			n = e.member(rest)
		}
		i += n
		if n <= 0 || i >= len(line) {
			return false
		}
		switch line[i] {
		case ',':
		case '}':
			return i == len(line)-1
		default:
			return false
		}
	}
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// stringMember reads a member whose string begins at from, and gives its length,
// or 0 if it does not end.
func stringMember(b []byte, from int, value *[]byte) int {
	n := stringEnd(b[from:])
	if n < 0 {
		return 0
	}
	if value != nil {
		*value = b[from : from+n]
	}
	return from + n + 1
}

// member reads any other member, and gives its length, or 0 if this is not for scan.
func (e *goEvent) member(b []byte) int {
	if b[0] != '"' {
		return 0
	}
	end := stringEnd(b[1:]) + 1
	if end < 1 || end+2 >= len(b) || b[end+1] != ':' {
		return 0
	}
	key, from := b[1:end], end+2
	if b[from] == '"' {
		var value []byte
		n := stringMember(b, from+1, &value)
		if n == 0 || !e.set(key, value, true) {
			return 0
		}
		return n
	}
	n := numberEnd(b[from:])
	if n == 0 || !e.set(key, b[from:from+n], false) {
		return 0
	}
	return from + n
}

// set takes one member of the object. It refuses a key that it would have to
// decode, and a known key with a value of another type.
func (e *goEvent) set(key, value []byte, quoted bool) bool {
	field := (*[]byte)(nil)
	switch string(key) {
	case "Action":
		field = &e.action
	case "Package":
		field = &e.pkg
	case "Test":
		field = &e.test
	case "Output":
		field = &e.output
	case "ImportPath":
		field = &e.importPath
	case "FailedBuild":
		field = &e.failedBuild
	case "Key":
		field = &e.key
	case "Value":
		field = &e.value
	case "Elapsed":
		if !quoted {
			e.elapsed = value
		}
		return !quoted
	case "Time", "Path", "OutputType":
		return true
	default:
		e.foreign = true
		return bytes.IndexByte(key, '\\') < 0
	}
	if quoted {
		*field = value
	}
	return quoted
}

// decode reads any line that is a JSON object, by the book.
func (e *goEvent) decode(line []byte) error {
	*e = goEvent{}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil {
		return err
	}
	for key, raw := range object {
		if n := len(raw); raw[0] == '"' {
			e.set([]byte(key), raw[1:n-1], true)
		} else {
			e.set([]byte(key), raw, false)
		}
	}
	return nil
}

// stringEnd is the index of the quote that ends a JSON string.
func stringEnd(b []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for escapes < i && b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// numberEnd is the length of what may be a number.
func numberEnd(b []byte) int {
	for i, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return i
		}
	}
	return len(b)
}

// unquote decodes the inside of a JSON string. Most need no decoding.
func unquote(raw []byte) ([]byte, bool) {
	if isPlain(raw) {
		return raw, true
	}
	if text, ok := jsonscan.Unquote(raw); ok {
		return text, true
	}
	return bytes.ToValidUTF8(raw, []byte("\uFFFD")), false
}

// quote gives a line of text the form of a chunk of output.
func quote(line []byte) []byte {
	b, _ := json.Marshal(string(line) + "\n") // a string always has a form
	return b[1 : len(b)-1]
}

// isPlain reports whether the inside of a JSON string means itself.
func isPlain(raw []byte) bool {
	high := byte(0)
	for _, c := range raw {
		if c == '\\' || c < ' ' {
			return false
		}
		high |= c
	}
	return high < utf8.RuneSelf || utf8.Valid(raw)
}

// seconds reads Elapsed. What is not a time of this world counts as unknown, 0.
func seconds(raw []byte) time.Duration {
	var n, scale int64 = 0, 0
	for i, c := range raw {
		switch {
		case c >= '0' && c <= '9' && i < 9: // more digits could overflow below
			n = n*10 + int64(c-'0')
			scale *= 10
		case c == '.' && scale == 0 && i > 0:
			scale = 1
		default:
			f, err := strconv.ParseFloat(string(raw), 64)
			if err != nil || f < 0 || f > 1e9 {
				return 0
			}
			return time.Duration(math.Round(f * 1e9))
		}
	}
	return time.Duration(n) * time.Second / time.Duration(max(scale, 1))
}

// column is where a line stops being JSON, from 1.
func column(err error, line []byte) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 1
	}
	if strings.HasPrefix(syntax.Error(), "unexpected end") {
		return len(line) + 1
	}
	return int(syntax.Offset)
}
