package xmlscan

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

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

// AgainNumbers goes on as Again does, if the next element differs from this one in
// numbers alone, and puts the values of the fields, as many as there is room for, into
// to. What is asked of the element otherwise, its place apart, is answered for the one
// before. If there is none, to may have been written to, and Again may be called.
//
// It keeps nothing of the tag but these numbers. That is half of the time that Again
// and Numbers take, and nine tenths of a coverage report are such tags.
func (s *Scanner) AgainNumbers(f *Fields, to []uint64) bool {
	sh := s.shape
	if !s.closing || sh == nil || sh.base != s.base || s.err != nil || !sh.isRow(f, len(to)) {
		return false
	}
	b, p := s.buf[:s.end], s.pos
	if len(b)-p < s.gap.size+sh.rowSize || !s.gap.stands(b, p) {
		return false
	}
	p += s.gap.size
	tok := p
	for i := range sh.pieces {
		piece := &sh.pieces[i]
		if (word(b, p)^piece.word)&piece.mask != 0 {
			return false
		}
		p += piece.size
		if piece.size > 8 && word(b, p-8) != piece.end {
			return false
		}
		w := word(b, p)
		if piece.number != wholeNumber {
			if (w^piece.short)&piece.shortMask != 0 {
				return false
			}
			p += piece.shortSize
			continue
		}
		// That a quote follows is seen when the next piece is compared. Most numbers have
		// one digit; asking for it lets the processor go on before it has counted.
		if c := w - '0'; c&0xff < 10 && w>>8&0xff < '0' {
			to[piece.field] = c & 0xff
			p++
			continue
		}
		v, n := digits.Leading(w)
		if uint(n-1) >= 7 {
			return false
		}
		to[piece.field] = v
		p += n
	}
	if (word(b, p)^sh.tail.word)&sh.tail.mask != 0 {
		return false
	}
	s.tok, s.pos = tok, p+sh.tail.size
	return true
}

// isRow reports whether the values of the tag are the numbers of the first n fields
// and others of a few bytes, and its pieces are short.
func (sh *shape) isRow(f *Fields, n int) bool {
	if sh.rowOf == f && sh.rowNumbers == n {
		return sh.rowSize > 0
	}
	sh.rowOf, sh.rowNumbers, sh.rowSize = f, n, 0
	size := sh.tail.size + 16
	found := 0
	for i := range sh.pieces {
		piece := &sh.pieces[i]
		size += piece.size + 8
		if piece.size > 16 {
			return false
		}
		if piece.number != wholeNumber {
			continue
		}
		k := 0
		for k < n && string(sh.attrs[i].name) != (*f)[k] {
			k++
		}
		if k == n {
			return false
		}
		piece.field = uint8(k)
		found++
	}
	if found == n && sh.closing && len(sh.pieces) > 0 {
		sh.rowSize = size
	}
	return sh.rowSize > 0
}

// space is where the white space at pos ends. Most of it is the same before tag
// and tag.
func (s *Scanner) space(b []byte) int {
	p := s.pos
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
	lines int // that end in it
	last  int // bytes up to the end of the last of these
	text  [maxGap]byte
}

// maxGap bounds the white space that is kept.
const maxGap = 64

func (g *gap) set(space []byte) {
	n := copy(g.text[:], space)
	g.piece = newPiece(g.text[:n])
	g.lines, g.last = bytes.Count(space, newline), bytes.LastIndexByte(space, '\n')+1
}
