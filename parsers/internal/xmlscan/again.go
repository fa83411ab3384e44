package xmlscan

import "bytes"

// Again goes on from an empty element to the next one, if that follows at once, is
// empty too, has the same name and is written like one before it: the End between them
// is passed over. Lines of coverage stand in thousands like this. If there is none,
// only Next is left to call: the attributes of the element are gone.
func (s *Scanner) Again() bool {
	if !s.closing || s.shape == nil || s.err != nil {
		return false
	}
	b, at, n := s.buf[:s.end], s.pos, s.gap.size
	if len(b)-at < n+16 || !s.gap.stands(b, at) {
		return false
	}
	// Where the line of this element is known, that of the next one is.
	counted := s.flat && s.counted == s.tok
	s.pos += n
	sh := s.shape
	end, ok := s.match(sh, b)
	if !ok && sh.hasTwin() {
		end, ok = s.match(sh.twin, b)
	}
	if ok = ok && s.closing; ok && s.refs {
		_, err := s.endTag(end)
		ok = err == nil
	}
	if !ok {
		s.pos, s.closing = at, true
		return false
	}
	s.tok, s.pos, s.spare = at+n, end, s.spare[:0]
	if counted {
		s.counted = s.tok
		if s.gap.lines > 0 {
			s.line += s.gap.lines
			s.lineStart = s.base + int64(at+s.gap.last)
		}
	}
	return true
}

// space is where the white space at pos ends. Most of it is the same before tag
// and tag.
func (s *Scanner) space(b []byte) int {
	p := s.pos
	if s.gap.size == 0 && p < len(b) && b[p] == '<' {
		return p
	}
	if n := s.gap.size; len(b)-p >= n+16 && b[p+n] == '<' && s.gap.stands(b, p) {
		return p + n
	}
	for p < len(b) && isSpace(b[p]) {
		p++
	}
	// What stands before an end tag is not asked for.
	if n := p - s.pos; n <= maxGap && len(b)-p > 1 && b[p] == '<' && b[p+1] != '/' && (n != s.gap.size || n > 0) {
		s.gap.set(b[s.pos:p])
	}
	return p
}

// gap is white space between two tags.
type gap struct {
	piece
	lines      int // that end in it
	last       int // bytes up to the end of the last of these
	text       [maxGap]byte
	generation uint32 // how often it was set
}

// maxGap bounds the white space that is kept.
const maxGap = 64

func (g *gap) set(space []byte) {
	n := copy(g.text[:], space)
	g.generation++
	g.piece = newPiece(g.text[:n])
	g.lines, g.last = bytes.Count(space, newline), bytes.LastIndexByte(space, '\n')+1
}
