package xmlscan

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// A report has a handful of kinds of tag, written by one piece of code. The
// pieces of a tag that are not values are therefore kept, and the next tag is
// compared with them before it is taken apart. What the pieces are was checked
// when they were learned, so only values are looked at.
//
// shape is such a tag: pieces[i] is what stands before value i, from the quote of
// the value before it to its own opening quote; tail is what stands behind the last.
type shape struct {
	pieces  []piece
	attrs   []attr // names lie in lit; values are those of the current tag
	tail    piece
	closing bool   // the tail is that of an empty element
	flat    bool   // no line ends in a piece, nor in the tail
	lit     []byte // all pieces, one after another
	name    int    // length of the element name
	colon   int

	base int64 // of the window in which the values of attrs lie, or -1

	fields *Fields // that were looked up last, and where they are
	at     fieldPlaces

	// For AgainNumbers: the fields and how many of them are asked for, which of them the
	// value behind a piece is, and the most bytes that are looked at; 0 if it is no row.
	rowOf      *Fields
	rowNumbers int
	into       [maxShape]uint8
	rowSize    int
}

// word is the eight bytes at b[p].
func word(b []byte, p int) uint64 { return binary.LittleEndian.Uint64(b[p : p+8]) }

// piece is what stands before a value. Its first eight bytes are compared at once,
// and its last eight.
type piece struct {
	word, mask uint64
	end        uint64
	size       int // of lit
	lit        []byte
	number     numeral // what the value is expected to be
	repeats    bool    // the value is expected to be that of the last tag

	// The last value and its quote, if these are eight bytes at most.
	short, shortMask uint64
	shortSize        int // without the quote
}

// numeral says how the value of a piece is written.
type numeral uint8

const (
	notNumber     numeral = iota
	wholeNumber           // digits
	decimalNumber         // digits, a point and digits
)

// forgetShort makes the short value one that is none.
func (p *piece) forgetShort() { p.short, p.shortMask = 1, math.MaxUint64 }

// keepShort notes that w begins with a value of n bytes and its quote.
func (p *piece) keepShort(w uint64, n int) {
	p.shortMask = math.MaxUint64 >> (64 - 8*(n+1))
	p.short, p.shortSize = w&p.shortMask, n
}

func newPiece(lit []byte) piece {
	var eight [8]byte
	n := copy(eight[:], lit)
	p := piece{word: word(eight[:], 0), mask: math.MaxUint64 >> (64 - 8*n), size: len(lit), lit: lit}
	p.forgetShort()
	if p.size > 8 {
		p.end = word(lit, p.size-8)
	}
	return p
}

// stands reports whether the piece stands at b[p], behind which b has 16 bytes more.
func (p *piece) stands(b []byte, at int) bool {
	return (word(b, at)^p.word)&p.mask == 0 && (p.size <= 8 || p.standsLong(b, at))
}

func (p *piece) standsLong(b []byte, at int) bool {
	return word(b, at+p.size-8) == p.end && (p.size <= 16 || string(b[at:at+p.size]) == string(p.lit))
}

// quote is the one that the value begins with.
func (p *piece) quote() byte { return p.lit[len(p.lit)-1] }

// There are two shapes for tags that begin alike, such as the lines of Cobertura
// with and without conditions.
const (
	numShapes = 32
	maxShape  = 16  // attributes
	maxLit    = 512 // bytes
)

// scanTag reads the tag at pos, and reports false if it is not whole yet.
func (s *Scanner) scanTag() (bool, error) {
	b := s.buf[:s.end]
	if len(b)-s.pos < 9 {
		return s.scanTagSlowly(nil)
	}
	// The slot is that of the first bytes of the name.
	h := binary.LittleEndian.Uint64(b[s.pos+1:]) * 0x9E3779B97F4A7C15 >> 60 << 1
	first, second := &s.shapes[h], &s.shapes[h+1]
	if end, ok := s.match(first, b); ok {
		return s.endTag(end)
	}
	if end, ok := s.match(second, b); ok {
		return s.endTag(end)
	}
	if len(first.pieces) > 0 && s.evict&(1<<(h/2)) != 0 {
		first = second
	}
	s.evict ^= 1 << (h / 2)
	return s.scanTagSlowly(first)
}

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
			v, n := digits.Leading(w)
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
		s.name, s.colon = sh.lit[1:1+sh.name], sh.colon
		s.attrs, s.shape = attrs, sh
	}
	sh.base = s.base
	return p, true
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
	n, wide := stop(b[p:], quote)
	if p+n == len(b) {
		return 0, false
	}
	if b[p+n] != quote {
		ok = s.scanValue(a, quote)
		return a.to - p, ok
	}
	a.to, a.form = p+n, verbatim
	switch {
	case wide && !utf8.Valid(b[p:p+n]):
		a.form = coded
	case n >= minRepeat:
		piece.repeats = n == len(last) && string(b[p:p+n]) == string(last)
	case n < 8 && len(b)-p >= 8:
		piece.keepShort(word(b, p), n)
	}
	return n, true
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

// A byte of ones, or of the highest bit, in each of eight bytes.
const ones, tops = 0x0101010101010101, 0x8080808080808080

// minRepeat is from where on a value is compared with that of the last tag. The
// class of a test is the same a hundred times; that saves a tenth of the time.
const minRepeat = 16

// maxDigits is how many digits a number of AttrNumber has at most: 10^19 < 2^64.
const maxDigits = 19

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
	case !less && bytes.IndexByte(b[:n], '\r') < 0 && utf8.Valid(b[:n]):
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
		// ASCII is none of these.
		found := ((q-ones)&^q | (lt-ones)&^lt | (w-' '*ones)&^w) & tops
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

// learn keeps the tag just taken apart.
func (s *Scanner) learn(sh *shape) {
	sh.pieces, sh.attrs, sh.fields, sh.rowOf, sh.base = sh.pieces[:0], sh.attrs[:0], nil, nil, s.base
	if len(s.attrs) > maxShape {
		return
	}
	b := s.buf[:s.end]
	if sh.lit = sh.lit[:0]; cap(sh.lit) == 0 {
		sh.lit = make([]byte, 0, maxLit+8) // it does not move, names and pieces lie in it
	}
	for i, a := range s.attrs {
		from := s.pos
		if i > 0 {
			from = s.attrs[i-1].to
		}
		if len(sh.lit)+a.from-from > maxLit {
			sh.pieces, sh.attrs = sh.pieces[:0], sh.attrs[:0]
			return
		}
		start := len(sh.lit)
		sh.lit = append(sh.lit, b[from:a.from]...)
		lit := sh.lit[start:]
		// The name is found again by what stands between values.
		at := bytes.LastIndexByte(lit, '=')
		for at > 0 && isSpace(lit[at-1]) {
			at--
		}
		a.name = lit[at-len(a.name) : at]
		piece := newPiece(lit)
		piece.number = numeralOf(b[a.from:a.to])
		sh.pieces, sh.attrs = append(sh.pieces, piece), append(sh.attrs, a)
	}
	sh.name, sh.colon = len(s.name), s.colon
	last := s.attrs[len(s.attrs)-1].to
	end, closing := endOfTag(b, last, b[last])
	sh.flat = bytes.IndexByte(b[s.pos:end], '\n') < 0
	sh.tail, sh.closing = newPiece([]byte{'<'}), closing // no tag ends like this
	if end-last <= 8 {
		sh.lit = append(sh.lit, b[last:end]...)
		sh.tail = newPiece(sh.lit[len(sh.lit)-(end-last):])
	}
}

// numeralOf says how a value is written.
func numeralOf(v []byte) numeral {
	whole, frac, point := bytes.Cut(v, []byte{'.'})
	for _, part := range [][]byte{whole, frac} {
		for _, c := range part {
			if c < '0' || c > '9' {
				return notNumber
			}
		}
	}
	switch {
	case !point && uint(len(v)-1) < maxDigits:
		return wholeNumber
	case point && len(whole) > 0 && len(frac) > 0:
		return decimalNumber
	}
	return notNumber
}

// wholeNumber reads the value, which lies in b, as digits.
func (a *attr) wholeNumber(b []byte) (n uint64, ok bool) {
	v := b[a.from:a.to]
	for _, c := range v {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, uint(len(v)-1) < maxDigits
}

// Fields are the names of attributes that a reader looks up together, at most
// maxFields.
type Fields []string

const maxFields = 8

// fieldPlaces are indices of attributes, -1 for what the tag does not have.
type fieldPlaces [maxFields]int16

// Find gives the index of every field among the attributes of the current start
// tag, or -1. Tags of one shape are looked up once.
func (s *Scanner) Find(f *Fields) []int16 {
	if s.shape != nil && s.shape.fields == f {
		return s.shape.at[:len(*f)]
	}
	to := &s.at
	if s.shape != nil {
		s.shape.fields = f
		to = &s.shape.at
	}
	for k, name := range *f {
		to[k] = -1
		for i := range s.attrs {
			if string(s.attrs[i].name) == name {
				to[k] = int16(i)
			}
		}
	}
	return to[:len(*f)]
}

// Numbers puts the values of the fields into to, and reports whether the current
// start tag has all of them and each is a number as AttrNumber reads it.
func (s *Scanner) Numbers(f *Fields, to []uint64) bool {
	attrs := s.attrs
	for k, i := range s.Find(f)[:len(to)] {
		if i < 0 || attrs[i].form != number {
			return false
		}
		to[k] = attrs[i].number
	}
	return true
}
