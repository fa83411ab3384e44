package xmlscan

import "github.com/tollgate-ci/tollgate/parsers/internal/digits"

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
			to[sh.into[i]] = c & 0xff
			p++
			continue
		}
		v, n := digits.Leading(w)
		if uint(n-1) >= 7 {
			return false
		}
		to[sh.into[i]] = v
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
		sh.into[i] = uint8(k)
		found++
	}
	if found == n && sh.closing && len(sh.pieces) > 0 {
		sh.rowSize = size
	}
	return sh.rowSize > 0
}
