package xmlscan

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// A byte of ones, or of the highest bit, in each of eight bytes.
const ones, tops = 0x0101010101010101, 0x8080808080808080

// minRepeat is from where on a value is compared with that of the last tag. The
// class of a test is the same a hundred times; that saves a tenth of the time.
const minRepeat = 16

// match compares the tag at pos with a shape and takes its values. The tag ends
// at end if it is of this shape.
func (s *Scanner) match(sh *shape, b []byte) (end int, ok bool) {
	pieces := sh.pieces
	if len(pieces) == 0 {
		return 0, false
	}
	seen := sh.base == s.base
	sh.base = -1 // until all values are those of one tag
	s.less, s.refs, s.flat = false, false, sh.flat
	attrs := sh.attrs[:len(pieces)]
	p := s.pos
	for i := range pieces {
		piece, a := &pieces[i], &attrs[i]
		size := piece.size
		if len(b)-p < size+24 || (word(b, p)^piece.word)&piece.mask != 0 {
			return 0, false
		}
		if size > 8 && word(b, p+size-8) != piece.end || size > 16 && string(b[p:p+size]) != string(piece.lit) {
			return 0, false
		}
		p += size
		// That a quote follows a number is seen when the next piece is compared.
		w := word(b, p)
		if piece.number != notNumber {
			v, n := w&0xff-'0', 1
			if v > 9 || w>>8&0xff != '.' { // most decimals of a second begin "0."
				v, n = digits.Leading(w)
			}
			if piece.number == wholeNumber && uint(n-1) < 7 {
				a.from, a.number, a.form = p, v, number
				p += n
				a.to = p
				continue
			}
			if piece.number == decimalNumber && uint(n-1) < 7 && b[p+n] == '.' {
				a.from = p
				p += n + 1
				if frac, n := digits.Leading(word(b, p)); uint(n-1) < 7 {
					a.number, a.scale, a.form = v*powers[n]+frac, uint8(n), decimal
					p += n
					a.to = p
					continue
				}
				p = a.from
			}
		} else if (w^piece.short)&piece.shortMask == 0 {
			a.from, a.form = p, verbatim
			p += piece.shortSize
			a.to = p
			continue
		}
		n, ok := s.matchValue(piece, a, b, p, seen)
		if !ok {
			return 0, false
		}
		p += n
	}
	if len(b)-p > 8 && (word(b, p)^sh.tail.word)&sh.tail.mask == 0 {
		s.closing = sh.closing
		p += sh.tail.size
	} else if p, s.closing = endOfTag(b, p, pieces[len(pieces)-1].quote()); p == 0 {
		return 0, false
	} else {
		s.flat = false // as far as is known here
	}
	if s.shape != sh || s.attrs == nil {
		s.name, s.colon = sh.element(), sh.colon
		s.attrs, s.shape = attrs, sh
	}
	sh.base = s.base
	return p, true
}

// leadingDecimal reads digits, a point and digits at the beginning of b, which has 24
// bytes: n is the number without the point, of which zeros digits stood behind it. size
// is 0 if there is none, or one of more than seven digits on either side.
func leadingDecimal(b []byte) (n uint64, zeros, size int) {
	w := word(b, 0)
	n, size = w&0xff-'0', 1
	if n > 9 || w>>8&0xff != '.' { // most decimals of a second begin "0."
		if n, size = digits.Leading(w); uint(size-1) >= 7 || b[size] != '.' {
			return 0, 0, 0
		}
	}
	frac, zeros := digits.Leading(word(b, size+1))
	if uint(zeros-1) >= 7 {
		return 0, 0, 0
	}
	return n*powers[zeros] + frac, zeros, size + 1 + zeros
}

// powers are those of ten with at most as many digits as digits.Leading reads.
var powers = [...]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000}

// matchValue takes the value at b[p], which may be anything, and gives its length.
func (s *Scanner) matchValue(piece *piece, a *attr, b []byte, p int, seen bool) (n int, ok bool) {
	quote := piece.quote()
	var last []byte
	if seen && a.form == verbatim && a.to-a.from >= minRepeat {
		last = b[a.from:a.to]
	}
	a.from = p
	piece.forgetShort()
	if n := len(last); piece.repeats && n > 0 && n < len(b)-p && b[p+n] == quote && string(b[p:p+n]) == string(last) {
		a.to = p + n
		return n, true
	}
	a.noted = false
	n, wide := stop(b[p:], quote)
	if p+n == len(b) {
		return 0, false
	}
	if b[p+n] == '&' {
		if n := referringTo(b[p:], n, quote); n > 0 {
			a.to, a.form = p+n, coded // its references are good
			return n, true
		}
	}
	if b[p+n] != quote {
		ok = s.scanValue(a, quote)
		return a.to - p, ok
	}
	a.to, a.form = p+n, verbatim
	switch {
	case wide && !valid(b[p:p+n]):
		a.form = coded
	case n >= minRepeat:
		piece.repeats = n == len(last) && string(b[p:p+n]) == string(last)
	case n < 8 && len(b)-p >= 8:
		piece.keepShort(word(b, p), n)
	}
	return n, true
}

// referringTo is the length of a value that has its first reference at b[n], if it ends
// within b and has nothing else to look at but good references; otherwise it is 0.
func referringTo(b []byte, n int, quote byte) int {
	for b[n] == '&' {
		r, size := reference(b[n:])
		if size == 0 || r < 0 {
			return 0
		}
		n += size
		rest, _ := stop(b[n:], quote)
		if n += rest; n == len(b) {
			return 0
		}
	}
	if b[n] != quote {
		return 0
	}
	return n
}

// endOfTag is where a tag ends whose last value ends at b[p], and whether it is
// that of an empty element. It is 0 if no tag ends there.
func endOfTag(b []byte, p int, quote byte) (end int, closing bool) {
	if b[p] != quote {
		return 0, false
	}
	for p++; p < len(b) && isSpace(b[p]); {
		p++
	}
	if closing = p < len(b) && b[p] == '/'; closing {
		p++
	}
	if p >= len(b) || b[p] != '>' {
		return 0, false
	}
	return p + 1, closing
}

// scanValue finds the end of the value that begins at a.from, and what is in it.
func (s *Scanner) scanValue(a *attr, quote byte) bool {
	b := s.buf[a.from:s.end]
	n := bytes.IndexByte(b, quote)
	if n < 0 {
		return false
	}
	a.to = a.from + n
	refs := bytes.IndexByte(b[:n], '&') >= 0
	s.refs = s.refs || refs
	less := bytes.IndexByte(b[:n], '<') >= 0
	s.less = s.less || less
	s.flat = s.flat && bytes.IndexByte(b[:n], '\n') < 0
	switch {
	case refs:
		a.form = referring
	case !less && bytes.IndexByte(b[:n], '\r') < 0 && valid(b[:n]):
		a.form = verbatim
	default:
		a.form = coded
	}
	return true
}

// stop is the offset of the first byte that is the quote, or that a value cannot
// have as it stands: a reference, '<', a control character. It looks at eight at a
// time. wide says that a byte outside ASCII stands before it, or soon after.
func stop(b []byte, quote byte) (n int, wide bool) {
	// The two quotes differ from '&' in one bit each, so that one test finds both.
	differ, either := uint64(quote^'&')*ones, uint64(quote|'&')*ones
	var seen uint64
	for ; n+8 <= len(b); n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		q, lt := (w|differ)^either, w^'<'*ones
		seen |= w
		// A borrow goes only into bytes behind the first that is found. A byte outside
		// ASCII is none of these, and the highest bit of w, q and lt is the same.
		found := ((q - ones) | (lt - ones) | (w - ' '*ones)) &^ w & tops
		if found != 0 {
			return n + bits.TrailingZeros64(found)/8, seen&tops != 0
		}
	}
	for n < len(b) && b[n] != quote && b[n] != '&' && b[n] != '<' && b[n] >= ' ' {
		seen |= uint64(b[n])
		n++
	}
	return n, seen&tops != 0
}
