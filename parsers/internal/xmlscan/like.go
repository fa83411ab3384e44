package xmlscan

import (
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// AgainLike goes on as Again does, if the next element is written like this one but for
// the values of the first two of the fields: a text without references, and behind it a
// number with decimals or without. Test cases stand in hundreds like this. All that is
// between the two is compared with this element at once, where it lies, which takes a
// fifth of the instructions that Again does.
func (s *Scanner) AgainLike(f *Fields) bool {
	sh := s.shape
	if !s.closing || sh == nil || sh.base != s.base || s.err != nil || s.less {
		return false
	}
	at := s.Find(f)
	if at[0] < 0 || at[1] <= at[0] {
		return false
	}
	text, num := &s.attrs[at[0]], &s.attrs[at[1]]
	before, between, behind := s.buf[s.tok:text.from], s.buf[text.to:num.from], s.buf[num.to:s.pos]

	b, p := s.buf[:s.end], s.pos
	rest := len(between) + 16 + len(behind) // bytes that follow the text, at most
	if len(b)-p < s.gap.size+16 || !s.gap.stands(b, p) {
		return false
	}
	tok := p + s.gap.size
	if p = tok + len(before); len(b)-p < rest || string(b[tok:p]) != string(before) {
		return false
	}
	n, wide := stop(b[p:len(b)-rest], b[p-1])
	to := p + n
	from := to + len(between)
	if string(b[to:from]) != string(between) || wide && !utf8.Valid(b[p:to]) {
		return false // the first of between is the quote
	}
	w := word(b, from)
	value, size := w&0xff-'0', 1
	if value > 9 || w>>8&0xff != '.' { // most decimals of a second begin "0."
		if value, size = digits.Leading(w); uint(size-1) >= 7 {
			return false
		}
	}
	end, scale, kind := from+size, 0, number
	if b[end] == '.' {
		frac, ok := digits.Exactly(word(b, end+1), 3) // and most end with the milliseconds
		scale = 3
		if !ok {
			if frac, scale = digits.Leading(word(b, end+1)); uint(scale-1) >= 7 {
				return false
			}
		}
		value, end, kind = value*powers[scale]+frac, end+1+scale, decimal
	}
	if string(b[end:end+len(behind)]) != string(behind) {
		return false
	}
	sh.pieces[at[0]].forgetShort()
	sh.pieces[at[1]].forgetShort()
	text.from, text.to, text.form, text.noted = p, to, verbatim, false
	num.from, num.to, num.form, num.noted = from, end, kind, false
	num.number, num.scale = value, uint8(scale)
	counted := s.flat && s.counted == s.tok
	gap := s.pos
	s.tok, s.pos, s.spare = tok, end+len(behind), s.spare[:0]
	if counted {
		s.countGap(gap)
	}
	return true
}
