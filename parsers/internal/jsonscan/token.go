package jsonscan

import (
	"bytes"
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

// specials marks, in the highest bit of its byte, the first byte of eight that ends a
// string or is special in it: a quote, a backslash or a control character. Borrows
// can make false marks only above the first true one.
func specials(x uint64) uint64 {
	return (((x ^ ones*'"') - ones) | ((x ^ ones*'\\') - ones) | (x - ones*0x20)) &^ x & highs
}

// plain gives the place of the first byte from i on that is special, or the end of
// the window, where zeros follow. high is not zero if it passed a byte that is not
// ASCII, or if one follows in the same word.
func plain(buf []byte, i int) (at int, high uint64) {
	for {
		x := binary.LittleEndian.Uint64(buf[i : i+8])
		high |= x & highs
		if m := specials(x); m != 0 {
			return i + bits.TrailingZeros64(m)>>3, high
		}
		i += 8
	}
}

// text reads the string whose opening quote is next.
func (s *Scanner) text() ([]byte, bool) {
	s.tok = s.pos
	s.pos++
	if i, high := plain(s.buf, s.pos); s.buf[i] == '"' && high == 0 { // nearly always
		raw := s.buf[s.pos:i]
		s.pos = i + 1
		return raw, true
	}
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
				s.scratch = appendDecoded(s.scratch[:0], raw, high == 0)
				return s.scratch, true
			}
			return raw, true
		case c == '\\':
			escaped = true
			if i+1 < s.end && unescaped[s.buf[i+1]] != 0 {
				s.pos += 2
			} else if !s.passEscape() {
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

// Unquote decodes what stands between the quotes of a string. Not ok is what no
// string may hold.
func Unquote(raw []byte) (text []byte, ok bool) {
	high := byte(0)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		high |= c
		switch {
		case c == '"' || c < 0x20:
			return nil, false
		case c != '\\':
			continue
		case i+1 < len(raw) && unescaped[raw[i+1]] != 0:
			i++
		case i+6 <= len(raw) && raw[i+1] == 'u':
			if _, ok := hex4(raw[i+2:]); !ok {
				return nil, false
			}
			i += 5
		default:
			return nil, false
		}
	}
	return appendDecoded(make([]byte, 0, len(raw)), raw, high < 0x80), true
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
// unpaired surrogates and for each byte that is not UTF-8; ascii says that there is none.
func appendDecoded(dst, raw []byte, ascii bool) []byte {
	for len(raw) > 0 {
		if len(raw) >= 8 && ascii { // escapes are near to each other where there are any
			x := binary.LittleEndian.Uint64(raw)
			dst = append(dst, raw[:8]...)
			m := ((x ^ ones*'\\') - ones) & highs // of ASCII, the first mark is true
			if m == 0 {
				raw = raw[8:]
				continue
			}
			n := bits.TrailingZeros64(m) >> 3
			dst, raw = dst[:len(dst)-8+n], raw[n:]
		} else if c := raw[0]; c != '\\' {
			n := bytes.IndexByte(raw, '\\')
			if n < 0 {
				n = len(raw)
			}
			if ascii {
				dst = append(dst, raw[:n]...)
			} else {
				dst = appendValid(dst, raw[:n])
			}
			raw = raw[n:]
			continue
		}
		if raw[1] != 'u' {
			dst = append(dst, unescaped[raw[1]])
			raw = raw[2:]
			continue
		}
		r, _ := hex4(raw[2:])
		raw = raw[6:]
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if len(raw) >= 6 && raw[0] == '\\' && raw[1] == 'u' {
				low, _ = hex4(raw[2:])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				raw = raw[6:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func appendValid(dst, text []byte) []byte {
	if utf8.Valid(text) {
		return append(dst, text...)
	}
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		dst = utf8.AppendRune(dst, r)
		text = text[n:]
	}
	return dst
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

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
	if c := s.buf[s.pos]; '1' <= c && c <= '9' {
		if end := wholeAt(s.buf, s.pos); end > 0 { // nearly always
			s.pos = end
			return true
		}
	}
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
