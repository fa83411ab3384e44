package xmlscan

import (
	"bytes"
	"encoding/binary"
	"math"
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
	twin    *shape // the other one of tags that begin alike
	tail    piece
	closing bool   // the tail is that of an empty element
	flat    bool   // no line ends in a piece, nor in the tail
	lit     []byte // all pieces, one after another
	name    int    // length of the element name
	colon   int

	base int64 // of the window in which the values of attrs lie, or -1

	fields *Fields // that were looked up last, and where they are
	at     fieldPlaces
}

// element is its qualified name.
func (sh *shape) element() []byte { return sh.lit[1 : 1+sh.name] }

// hasTwin reports whether there is another shape of this element.
func (sh *shape) hasTwin() bool {
	return sh.twin != nil && len(sh.twin.pieces) > 0 && string(sh.twin.element()) == string(sh.element())
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
	if len(b)-s.pos < 9 || s.shapes == nil {
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
		first, second = second, first
	}
	first.twin, second.twin = second, first
	s.evict ^= 1 << (h / 2)
	return s.scanTagSlowly(first)
}

// maxDigits is how many digits a number of AttrNumber has at most: 10^19 < 2^64.
const maxDigits = 19

// learn keeps the tag just taken apart.
func (s *Scanner) learn(sh *shape) {
	sh.pieces, sh.attrs, sh.fields, sh.base = sh.pieces[:0], sh.attrs[:0], nil, s.base
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
