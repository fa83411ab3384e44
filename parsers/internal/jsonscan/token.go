package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// next moves to the next byte that is not white space and gives it. 0 stands for
// the end of the text, an error, or a control character, none of which can begin
// anything. It is small enough to be inlined.
func (s *Scanner) next() byte {
	if c := s.buf[s.pos]; c > ' ' {
		return c
	}
	return s.space()
}

func (s *Scanner) space() byte {
	for {
		buf, i := s.buf, s.pos
		for {
			c := buf[i]
			if c > ' ' {
				s.pos = i
				return c
			}
			if c == ' ' || c == '\n' || c == '\r' || c == '\t' {
				i++
				for i+8 <= len(buf) && binary.LittleEndian.Uint64(buf[i:]) == ones*' ' { // indentation
					i += 8
				}
				continue
			}
			break
		}
		s.pos = i
		if i < s.end {
			return 0
		}
		s.tok = i
		if !s.fill() {
			return 0
		}
	}
}

// plain gives the place of the first byte from i on that ends a string or is
// special in it: a quote, a backslash, a control character, or the end of the
// window. high is not zero if it passed a byte that is not ASCII.
//
// Eight bytes at a time: within a word, a borrow can make false hits only above
// the first true one, and only the first is used.
func plain(buf []byte, i int) (at int, high uint64) {
	for i+8 <= len(buf) {
		x := binary.LittleEndian.Uint64(buf[i:])
		quote := x ^ ones*'"'
		slash := x ^ ones*'\\'
		m := ((quote - ones) &^ quote) | ((slash - ones) &^ slash) | ((x - ones*0x20) &^ x)
		high |= x & highs
		if m &= highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3, high
		}
		i += 8
	}
	for buf[i] != '"' && buf[i] != '\\' && buf[i] >= 0x20 {
		high |= uint64(buf[i] & 0x80)
		i++
	}
	return i, high
}

// text reads the string whose opening quote is next.
func (s *Scanner) text() ([]byte, bool) {
	s.tok = s.pos
	s.pos++
	var high uint64
	escaped := false
	for {
		i, h := plain(s.buf, s.pos)
		s.pos = i
		high |= h
		switch c := s.buf[i]; {
		case c == '"':
			s.pos++
			raw := s.buf[s.tok+1 : i]
			if escaped || high != 0 && !utf8.Valid(raw) {
				s.scratch = appendDecoded(s.scratch[:0], raw)
				return s.scratch, true
			}
			return raw, true
		case c == '\\':
			escaped = true
			if !s.passEscape() {
				return nil, false
			}
		case i < s.end:
			s.failAt(i, "%s in a string must be escaped", s.seen())
			return nil, false
		case !s.fill():
			s.cutString()
			return nil, false
		}
	}
}

func (s *Scanner) cutString() { s.failAt(s.end, "the JSON text is cut short in a string") }

// passEscape moves over one escape, whose backslash is next.
func (s *Scanner) passEscape() bool {
	for n := 2; ; {
		if s.pos+n > s.end {
			if !s.fill() {
				s.cutString()
				return false
			}
			continue
		}
		switch s.buf[s.pos+1] {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			s.pos += 2
			return true
		case 'u':
			if n == 2 {
				n = 6
				continue
			}
			if _, ok := hex4(s.buf[s.pos+2:]); ok {
				s.pos += 6
				return true
			}
		}
		s.failAt(s.pos, "no escape of JSON")
		return false
	}
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (rune, bool) {
	var v rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}

// appendDecoded undoes escapes, which were checked before, and puts U+FFFD for
// unpaired surrogates and for each byte that is not UTF-8.
func appendDecoded(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c >= 0x80:
			r, n := utf8.DecodeRune(raw[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		case c != '\\':
			dst = append(dst, c)
			i++
		case raw[i+1] == 'u':
			r, _ := hex4(raw[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
					low, _ = hex4(raw[i+2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, unescaped[raw[i+1]])
			i += 2
		}
	}
	return dst
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// passString moves over the string whose opening quote is next and keeps nothing
// of it, so that it may be of any length.
func (s *Scanner) passString() bool {
	s.pos++
	for {
		i, _ := plain(s.buf, s.pos)
		s.pos = i
		c := s.buf[i]
		if c == '"' {
			s.pos++
			return true
		}
		s.tok = i
		switch {
		case c == '\\':
			if !s.passEscape() {
				return false
			}
		case i < s.end:
			s.failAt(i, "%s in a string must be escaped", s.seen())
			return false
		case !s.fill():
			s.cutString()
			return false
		}
	}
}

// passLiteral moves over null, true or false.
func (s *Scanner) passLiteral() bool {
	want := "null"
	switch s.buf[s.pos] {
	case 't':
		want = "true"
	case 'f':
		want = "false"
	}
	s.tok = s.pos
	for i := range len(want) {
		if s.pos == s.end && !s.fill() || s.buf[s.pos] != want[i] {
			s.unexpected(want)
			return false
		}
		s.pos++
	}
	return true
}

// passNumber moves over a number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
// The caller has set tok to what must stay.
func (s *Scanner) passNumber() bool {
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else if !s.passDigits() {
		return false
	}
	if s.peek() == '.' {
		s.pos++
		if !s.passDigits() {
			return false
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		return s.passDigits()
	}
	return s.err == nil
}

// peek gives the next byte, 0 at the end of the text.
func (s *Scanner) peek() byte {
	if s.pos == s.end && !s.fill() {
		return 0
	}
	return s.buf[s.pos]
}

func (s *Scanner) passDigits() bool {
	n := 0
	for {
		for c := s.buf[s.pos]; '0' <= c && c <= '9'; c = s.buf[s.pos] {
			s.pos++
			n++
		}
		if s.pos < s.end || !s.fill() {
			break
		}
	}
	if n == 0 {
		s.unexpected("a digit")
	}
	return s.err == nil
}
