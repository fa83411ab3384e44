package jsonscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// skip moves over the value that is due. It validates all of it: a value that is
// not asked for must still be one, or where the next begins would be a guess.
//
// Texts, numbers and words vary; what stands between two of them, brackets, names
// and white space, nearly never does, and is passed as one stretch where it is as
// before. Code flows, half of a log of CodeQL, take one instruction a byte by that,
// and took ten token by token.
func (s *Scanner) skip() {
	s.pending = false
	if c := s.next(); c != '{' && c != '[' {
		s.passScalar(c)
		return
	}
	s.skips = s.skips[:0]
	s.level = nil
	if len(s.frames)+maxLevels+maxStretch < format.MaxDepth {
		s.level = &s.ground
	}
	var last *stretch
	for value := true; s.err == nil; {
		var next *stretch
		if last != nil && last.next != nil && !value && last.next.at(s.buf, s.pos) { // nearly always
			next = last.next
		} else {
			next = s.seenBefore(value)
		}
		if next != nil {
			s.pos += len(next.text)
			s.level = next.to
		} else {
			next = s.passStretch(value)
		}
		if last != nil && next != nil && !value {
			last.next = next
		}
		last = next
		if s.opener() == 0 {
			return
		}
		c := s.next()
		if c == ']' && next != nil && next.opens { // an array is empty that was not
			s.pos++
			s.close()
			value, last = false, nil
			if s.opener() == 0 {
				return
			}
			continue
		}
		if value = c == '{' || c == '['; !value { // it is, where a scalar stood before
			s.passScalar(c)
		}
	}
}

// stretch is what stands between two scalars of a value that is skipped. It is valid
// wherever the same is open and due as where it was found, and leaves open to.
type stretch struct {
	literal
	to    *level
	opens bool     // it ends with the bracket of an array, in which a value is due
	next  *stretch // what followed the last time
}

// level is what is open inside a value that is skipped: an object or an array, and
// what that is in. Its stretches are those that were found there before a value and
// behind one.
type level struct {
	open          byte // 0 at the ground
	depth         int
	below         *level
	object, array *level
	before, after []*stretch
}

// What is learned is bounded; what does not fit is passed token by token.
const (
	maxLevels     = 32
	maxAllLevels  = 256
	maxStretch    = 512 // bytes of one
	maxStretches  = 1024
	maxStretchesA = 16 // of one level
)

// seenBefore gives the stretch that stands next, if it was seen here before.
func (s *Scanner) seenBefore(value bool) *stretch {
	if s.level == nil || len(s.skips) > 0 {
		return nil
	}
	known := s.level.after
	if value {
		known = s.level.before
	}
	for k, next := range known {
		if next.at(s.buf, s.pos) {
			known[0], known[k] = next, known[0]
			return next
		}
	}
	return nil
}

// passStretch moves from a value that is due, or from the end of one, to the next
// scalar or the end of what is skipped, and learns what it has passed.
func (s *Scanner) passStretch(value bool) *stretch {
	from, begin, fills := s.level, s.pos, s.fills
	if len(s.skips) > 0 {
		from = nil
	}
	s.passTokens(value)
	if from == nil || len(s.skips) > 0 || s.fills != fills || s.err != nil || s.pos-begin > maxStretch || s.stretches == maxStretches {
		return nil
	}
	known := &from.after
	if value {
		known = &from.before
	}
	if len(*known) == maxStretchesA {
		return nil
	}
	s.stretches++
	text := s.buf[begin:s.pos]
	next := &stretch{literal: newLiteral(text), to: s.level, opens: bytes.HasSuffix(bytes.TrimRight(text, " \t\r\n"), []byte("["))}
	*known = append(*known, next)
	return next
}

func (s *Scanner) passTokens(value bool) {
	for s.err == nil {
		switch c := s.next(); {
		case value && c != '{' && c != '[':
			return
		case value:
			s.open(c)
			s.pos++
			if s.next() == c+2 {
				s.pos++
				s.close()
				value = false
			} else if c == '{' {
				s.passName()
			}
		case c == ',':
			s.pos++
			if s.opener() == '{' {
				s.next()
				s.passName()
			}
			value = true
		case c == s.opener()+2:
			s.pos++
			s.close()
		case s.opener() == '{':
			s.unexpected("',' or '}'")
		default:
			s.unexpected("',' or ']'")
		}
		if s.opener() == 0 {
			return
		}
	}
}

// opener is the innermost bracket that is open inside what is skipped; the byte two
// after it in ASCII closes it.
func (s *Scanner) opener() byte {
	if n := len(s.skips); n > 0 {
		return s.skips[n-1]
	}
	if s.level == nil {
		return 0
	}
	return s.level.open
}

func (s *Scanner) open(c byte) {
	depth := len(s.frames) + len(s.skips)
	if s.level != nil {
		depth += s.level.depth
	}
	if depth >= format.MaxDepth {
		s.tooDeep()
		return
	}
	if s.level != nil && len(s.skips) == 0 && s.level.depth < maxLevels {
		inner := &s.level.object
		if c == '[' {
			inner = &s.level.array
		}
		if *inner == nil && s.levels < maxAllLevels {
			s.levels++
			*inner = &level{open: c, depth: s.level.depth + 1, below: s.level}
		}
		if *inner != nil {
			s.level = *inner
			return
		}
	}
	s.skips = append(s.skips, c)
}

func (s *Scanner) close() {
	if n := len(s.skips); n > 0 {
		s.skips = s.skips[:n-1]
		return
	}
	s.level = s.level.below
}

// passName moves over a name and its colon.
func (s *Scanner) passName() {
	if s.buf[s.pos] != '"' {
		s.unexpected("a name in quotes")
		return
	}
	s.passString()
	if s.err == nil && s.next() != ':' {
		s.unexpected("':'")
		return
	}
	s.pos++
}

// passScalar moves over a text, a number or a word that begins with c.
func (s *Scanner) passScalar(c byte) {
	switch {
	case c == '"':
		s.passString()
	case c == '-' || '0' <= c && c <= '9':
		s.tok = s.pos
		s.passNumber()
	case c == 't' || c == 'f' || c == 'n':
		s.passLiteral()
	default:
		s.unexpected("a value")
	}
}

// literal is a piece of the text to compare with. Most are no longer than 24 bytes,
// which are three words; what there is of each, its mask says.
type literal struct {
	text                 []byte
	first, second, third uint64
	mask, mask2, mask3   uint64
	short                bool // it is no longer than a word
}

func newLiteral(text []byte) literal {
	var word, mask [24]byte
	for i := range copy(word[:], text) {
		mask[i] = 0xFF
	}
	le := binary.LittleEndian
	return literal{
		text: append([]byte(nil), text...), short: len(text) <= 8,
		first: le.Uint64(word[:]), second: le.Uint64(word[8:]), third: le.Uint64(word[16:]),
		mask: le.Uint64(mask[:]), mask2: le.Uint64(mask[8:]), mask3: le.Uint64(mask[16:]),
	}
}

// at reports whether it stands at buf[i]. It is small enough to be inlined.
func (l *literal) at(buf []byte, i int) bool {
	return binary.LittleEndian.Uint64(buf[i:])&l.mask == l.first && (l.short || l.rest(buf, i))
}

// rest compares what follows the first eight bytes. The zeros behind the window are
// in no literal.
//
//go:noinline
func (l *literal) rest(buf []byte, i int) bool {
	b := buf[i+8 : i+24]
	return binary.LittleEndian.Uint64(b)&l.mask2 == l.second && binary.LittleEndian.Uint64(b[8:])&l.mask3 == l.third &&
		(len(l.text) <= 24 || bytes.HasPrefix(buf[i+24:], l.text[24:]))
}

// passString moves over the string whose opening quote is next and keeps nothing of
// it, so that it may be of any length.
func (s *Scanner) passString() {
	i := unspecial(s.buf, s.pos+1)
	for s.buf[i] != '"' {
		s.pos, s.tok = i, i
		switch {
		case s.buf[i] == '\\':
			if !s.passEscape() {
				return
			}
		case i < s.end:
			s.failAt(i, "%s in a string must be escaped", s.seen())
			return
		case !s.fill():
			s.cutString()
			return
		}
		i = unspecial(s.buf, s.pos)
	}
	s.pos = i + 1
}

// unspecial is plain for a string that nobody asks for.
func unspecial(buf []byte, i int) int {
	for {
		if m := specials(binary.LittleEndian.Uint64(buf[i : i+8])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// wholeAt gives the end of the whole number that begins at i, 0 if there is more of
// it, or might be beyond the window.
func wholeAt(buf []byte, i int) int {
	for i++; buf[i]-'0' < 10; i++ {
	}
	if c := buf[i]; c == ',' || c == '}' || c == ']' {
		return i
	}
	return 0
}
