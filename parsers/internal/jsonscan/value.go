package jsonscan

import (
	"encoding/binary"
	"strconv"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// Kind is the type of a value.
type Kind uint8

const (
	Invalid Kind = iota // no value: a syntax error, or nothing is left
	Null
	Bool
	Number
	String
	Object
	Array
)

func (k Kind) String() string {
	switch k {
	case Invalid:
		return "no value"
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Object:
		return "object"
	case Array:
		return "array"
	default:
		panic("jsonscan: kind " + strconv.Itoa(int(k)))
	}
}

// Kind is the type of the value that is due. It consumes nothing.
func (s *Scanner) Kind() Kind {
	if !s.pending || s.err != nil {
		return Invalid
	}
	c := s.next()
	s.tok = s.pos
	return kinds[c]
}

// kinds gives the type of a value by its first byte.
var kinds = [256]Kind{
	'{': Object, '[': Array, '"': String, 't': Bool, 'f': Bool, 'n': Null, '-': Number,
	'0': Number, '1': Number, '2': Number, '3': Number, '4': Number, '5': Number, '6': Number, '7': Number, '8': Number, '9': Number,
}

// Text reads the string that is due. False means that something else is due, and
// nothing is consumed.
func (s *Scanner) Text() ([]byte, bool) {
	if s.Kind() != String {
		return nil, false
	}
	s.pending = false
	return s.text()
}

// Number reads the number that is due, as it is written. False means that
// something else is due, and nothing is consumed.
func (s *Scanner) Number() ([]byte, bool) {
	if s.Kind() != Number {
		return nil, false
	}
	s.pending = false
	if !s.passNumber() {
		return nil, false
	}
	return s.buf[s.tok:s.pos], true
}

// Int reads the number that is due if it is whole, however it is written: 12, 12.0
// and 1.2e1 are one number to JSON. A number that is not whole, or beyond 2⁵³, is
// consumed and gives false.
func (s *Scanner) Int() (int64, bool) {
	text, ok := s.Number()
	if !ok {
		return 0, false
	}
	return Whole(text)
}

// Small reads the number that is due if it is a whole one of at most seven digits,
// and nothing else, where it stands. False means that nothing is consumed: Scalar
// reads it then.
func (s *Scanner) Small() (n int, ok bool) {
	if !s.pending || s.err != nil {
		return 0, false
	}
	s.next()
	v, size := digits.Leading(binary.LittleEndian.Uint64(s.buf[s.pos:]))
	if uint(size-1) >= 7 || s.buf[s.pos] == '0' && size > 1 {
		return 0, false
	}
	if c := s.buf[s.pos+size]; c != ',' && c != '}' && c != ']' { // more of it, or the end of the window
		return 0, false
	}
	s.tok = s.pos
	s.pos += size
	s.pending = false
	return int(v), true
}

// Whole reads a number that is whole and at most 2⁵³ away from 0.
func Whole(text []byte) (int64, bool) {
	const most = 1 << 53
	if len(text) < 16 { // nearly always, and four times as fast
		n := int64(0)
		for i, c := range text {
			if c < '0' || c > '9' {
				break
			}
			if n = 10*n + int64(c-'0'); i == len(text)-1 {
				return n, true
			}
		}
	}
	if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return n, -most <= n && n <= most
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f != float64(int64(f)) || f < -most || f > most {
		return 0, false
	}
	return int64(f), true
}

// Bool reads true or false. ok false means that something else is due, and nothing
// is consumed.
func (s *Scanner) Bool() (v, ok bool) {
	if s.Kind() != Bool {
		return false, false
	}
	s.pending = false
	v = s.buf[s.pos] == 't'
	return v, s.passLiteral()
}

// Scalar reads a string, number or boolean as text, for members that are written
// now as one and now as another. Invalid means that something else is due, and
// nothing is consumed.
func (s *Scanner) Scalar() ([]byte, Kind) {
	var text []byte
	ok := false
	kind := s.Kind()
	switch kind {
	case String:
		text, ok = s.Text()
	case Number:
		text, ok = s.Number()
	case Bool:
		var v bool
		v, ok = s.Bool()
		text = strconv.AppendBool(nil, v)
	}
	if !ok {
		return nil, Invalid
	}
	return text, kind
}
