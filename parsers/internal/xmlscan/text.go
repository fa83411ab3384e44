package xmlscan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// scanText gives the character data at pos; p is its first byte that is not
// white space. A piece is at most what the window holds: text may be of any
// length. At the end of the stream it gives Done.
func (s *Scanner) scanText(p int) (Kind, error) {
	b := s.buf[:s.end]
	s.tok = p
	if len(s.open) == 0 {
		switch {
		case p < len(b) && s.rooted:
			return 0, s.errorAt(p, "text after the end of the root element")
		case p < len(b):
			return 0, s.errorAt(p, "text before the root element")
		case !s.rooted:
			return 0, s.errorAt(p, "the file has no element; the tool that should write it did not")
		case s.ends != nil:
			return 0, s.errorAt(p, "the document ends in its first half")
		}
		return Done, nil
	}
	if p == len(b) && p == s.pos && s.ends != nil && slices.Equal(s.ends, s.openNames()) {
		return Done, nil
	}
	if p == len(b) && p == s.pos {
		return 0, s.errorCut(p, fmt.Sprintf(" inside <%.64s>", s.names[s.open[len(s.open)-1].name:]))
	}
	e := bytes.IndexByte(b[p:], '<')
	if e >= 0 {
		e += p
	} else {
		e = len(b)
		if !s.eof {
			e = s.wholePiece(s.pos, e, true)
			if e == s.pos {
				return 0, s.fill()
			}
		}
	}
	if err := s.checkReferences(s.pos, e); err != nil {
		return 0, err
	}
	s.tok = s.pos
	s.piece, s.raw = b[s.pos:e], false
	s.pos = e
	return text, nil
}

// scanCDATA gives what is left of a CDATA section, or of the window.
func (s *Scanner) scanCDATA() (Kind, error) {
	b := s.buf[:s.end]
	s.tok = s.pos
	e := bytes.Index(b[s.pos:], []byte("]]>"))
	next := 0
	switch {
	case e >= 0:
		e += s.pos
		next = e + 3
		s.cdata = false
	case s.eof:
		return 0, s.errorCut(s.end, " in a CDATA section")
	default:
		e = max(s.wholePiece(s.pos, s.end-2, false), s.pos)
		next = e
		if e == s.pos {
			return 0, s.fill()
		}
	}
	s.piece, s.raw = b[s.pos:e], true
	s.pos = next
	return text, nil
}

// maxReference bounds a reference: "&#" and a number with leading zeros.
const maxReference = 64

// checkReferences refuses references in buf[from:to] that are not XML's own.
func (s *Scanner) checkReferences(from, to int) error {
	b := s.buf
	for p := from; ; {
		n := bytes.IndexByte(b[p:to], '&')
		if n < 0 {
			return nil
		}
		p += n
		r, size := reference(b[p:to])
		if size == 0 {
			return s.errorAt(p, "a '&' without ';'; a '&' in text is written &amp;")
		}
		if r < 0 {
			return s.errorAt(p, "the entity %s is not defined in XML and is not expanded", b[p:p+size])
		}
		p += size
	}
}

// reference reads the reference at the start of b. size is 0 if it does not
// end, r is negative if XML does not define it.
func reference(b []byte) (r rune, size int) {
	if len(b) >= 8 {
		switch w := word(b, 0); {
		case w&(1<<40-1) == '&'|'a'<<8|'m'<<16|'p'<<24|';'<<32:
			return '&', 5
		case w&(1<<32-1) == '&'|'l'<<8|'t'<<16|';'<<24:
			return '<', 4
		case w&(1<<32-1) == '&'|'g'<<8|'t'<<16|';'<<24:
			return '>', 4
		case w&(1<<48-1) == '&'|'q'<<8|'u'<<16|'o'<<24|'t'<<32|';'<<40:
			return '"', 6
		}
	}
	n := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if n < 0 {
		return 0, 0
	}
	name := b[1:n]
	switch string(name) {
	case "lt":
		return '<', n + 1
	case "gt":
		return '>', n + 1
	case "amp":
		return '&', n + 1
	case "quot":
		return '"', n + 1
	case "apos":
		return '\'', n + 1
	}
	return charReference(name), n + 1
}

// charReference is the character of "#10" or "#xA", or -1. U+0000, which no text
// can hold, is U+FFFD, as half a surrogate pair will be when it is appended.
func charReference(name []byte) rune {
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	digits, base := name[1:], rune(10)
	if name[1] == 'x' {
		digits, base = name[2:], 16
	}
	if len(digits) == 0 {
		return -1
	}
	r := rune(0)
	for _, c := range digits {
		var d rune
		switch {
		case '0' <= c && c <= '9':
			d = rune(c - '0')
		case 'a' <= c && c <= 'f':
			d = rune(c-'a') + 10
		case 'A' <= c && c <= 'F':
			d = rune(c-'A') + 10
		default:
			return -1
		}
		if d >= base {
			return -1
		}
		if r = r*base + d; r > utf8.MaxRune {
			return -1
		}
	}
	if r == 0 {
		return utf8.RuneError
	}
	return r
}

// appendDecoded appends src with its references decoded (if it has any to
// decode), its line ends made '\n', and what is not UTF-8 made U+FFFD.
// The references are known to be good.
func appendDecoded(dst, src []byte, refs bool) []byte {
	for len(src) > 0 {
		n := plain(src, refs)
		dst = append(dst, src[:n]...)
		if src = src[n:]; len(src) == 0 {
			break
		}
		switch c := src[0]; {
		case c == '\r':
			dst = append(dst, '\n')
			n = 1
			if len(src) > 1 && src[1] == '\n' {
				n = 2
			}
		case c == '&':
			var r rune
			r, n = reference(src)
			dst = utf8.AppendRune(dst, r)
		default:
			var r rune
			r, n = utf8.DecodeRune(src)
			dst = utf8.AppendRune(dst, r)
		}
		src = src[n:]
	}
	return dst
}

// valid reports whether b is UTF-8. Most of it is ASCII: utf8.Valid looks at each byte
// behind the first that is not, this at eight at a time.
func valid(b []byte) bool {
	for n := 0; n < len(b); {
		if n+8 <= len(b) {
			wide := word(b, n) & tops
			n += bits.TrailingZeros64(wide) / 8 // 8 of none
			if wide == 0 {
				continue
			}
		} else if b[n] < utf8.RuneSelf {
			n++
			continue
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return false
		}
		n += size
	}
	return true
}

// plain gives how many bytes at the beginning of src stand for themselves. It looks
// at eight at a time: one at a time cost a fifth of the reading of a report whose
// names have references.
func plain(src []byte, refs bool) int {
	const ones = 0x0101010101010101
	n := 0
	for ; n+8 <= len(src); n += 8 {
		w := binary.LittleEndian.Uint64(src[n:])
		cr, amp := w^'\r'*ones, w^'&'*ones
		found := w | (cr-ones)&^cr
		if refs {
			found |= (amp - ones) &^ amp
		}
		if found&(0x80*ones) != 0 {
			break
		}
	}
	for n < len(src) && src[n] < utf8.RuneSelf && src[n] != '\r' && (src[n] != '&' || !refs) {
		n++
	}
	return n
}

// wholePiece gives the end, at or before to, of a piece of text that splits no
// reference, no line end and no character.
func (s *Scanner) wholePiece(from, to int, refs bool) int {
	if to <= from {
		return from
	}
	b := s.buf
	if refs {
		low := max(from, to-maxReference+1)
		low += bytes.LastIndexByte(b[low:to], ';') + 1
		if n := bytes.IndexByte(b[low:to], '&'); n >= 0 {
			return low + n // the first that has not ended, of several without an end
		}
	}
	if b[to-1] == '\r' {
		return to - 1
	}
	for k := 1; k <= utf8.UTFMax && k <= to-from; k++ {
		if utf8.RuneStart(b[to-k]) {
			if !utf8.FullRune(b[to-k : to]) {
				return to - k
			}
			break
		}
	}
	return to
}

// cutRune cuts dst at a character boundary at or below to, but not below from.
func cutRune(dst []byte, from, to int) []byte {
	for to > from && !utf8.RuneStart(dst[to]) {
		to--
	}
	return dst[:to]
}
