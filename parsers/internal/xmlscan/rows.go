package xmlscan

import "github.com/tollgate-ci/tollgate/parsers/internal/digits"

// Lines of coverage stand in thousands one after another: <line nr="7" mi="0" ci="3"
// mb="0" cb="0"/>. They differ in the numbers of their first two attributes, and go on
// behind these in few ways. A tag is therefore taken apart the first time it goes on in
// some way, and from then on it is told by comparing eight bytes at a time: that takes
// a fifth of the instructions that Again does.

// Tails are the ways in which rows went on behind their numbers. The zero value is
// ready to use, for the elements of one name.
type Tails struct {
	tag     []byte // from '<' to the quote before the first number
	name    int    // length of the element's name
	lead    piece  // a gap and the tag
	gap     uint32 // generation of the gap in lead, and one
	between piece  // what stands between the numbers, eight bytes at most
	slots   *[NumTails]phrase
}

// NumTails is how many tails are kept, a power of two. Of real reports, one of JaCoCo
// with 323 lines has 36 and one of Cobertura with 7,712 has one.
const NumTails = 256

// RowsAtOnce is how many rows are best asked for in one call.
const RowsAtOnce = 64

// Row is one element of many: its numbers, and which of the tails it has.
type Row struct{ First, Second, Tail uint32 }

// maxRow is the greatest number that a row has: seven digits, which is what is known
// to be a whole number when eight bytes are read at once.
const maxRow = 9_999_999

// slotOf is where the tail at the beginning of b is kept, or its neighbour: what tails
// differ in stands in the first sixteen bytes, most of all.
func slotOf(b *ahead) uint32 {
	return uint32(((wordOf(b, 0)*0x9E3779B97F4A7C15)^wordOf(b, 1))*0xD6E8FEB86659FD93>>57) * 2
}

// Keep keeps how the current element goes on behind the values of its first two
// attributes, which must be the first two of the fields, and gives the number of that
// tail, below NumTails, which until now may have been that of another. ok is false if
// the element is no row: it is not empty, one of the values is no number, or it is too
// long.
func (s *Scanner) Keep(t *Tails, f *Fields) (tail uint32, ok bool) {
	if at := s.Find(f); !s.closing || s.err != nil || at[0] != 0 || at[1] != 1 {
		return 0, false
	}
	first, second := &s.attrs[0], &s.attrs[1]
	tag, between := s.buf[s.tok:first.from], s.buf[first.to:second.from]
	if first.form != number || second.form != number || len(between) > 8 || len(s.buf)-second.to < len(ahead{}) {
		return 0, false
	}
	if string(tag) != string(t.tag) || string(between) != string(t.between.lit) {
		t.tag, t.name, t.gap = append(t.tag[:0], tag...), len(s.name), 0
		t.between = newPiece(append([]byte(nil), between...))
		t.slots = new([NumTails]phrase)
	}
	tail = slotOf((*ahead)(s.buf[second.to:]))
	if t.slots[tail].size > 0 && t.slots[tail+1].size == 0 {
		tail++ // which is the next to go of the two is all the same, if both are taken
	}
	return tail, t.slots[tail].set(s.buf[second.to:s.pos])
}

// Rows goes on from an empty element to those that follow at once, as long as they
// differ from a kept one in their numbers alone, and the first is from 1 to limit. It
// gives how many there were, at most as many as there is room for. The last of them is
// then the current element: what is asked of it, its place apart, is answered for the
// element before.
func (s *Scanner) Rows(t *Tails, limit int, to []Row) (n int) {
	if !s.closing || s.err != nil || len(t.tag) == 0 || string(s.name) != string(t.tag[1:1+t.name]) {
		return 0
	}
	if t.gap != s.gap.generation+1 {
		t.lead = newPiece(append(append([]byte(nil), s.gap.text[:s.gap.size]...), t.tag...))
		t.gap = s.gap.generation + 1
	}
	lead, slots, size := &t.lead, t.slots, t.lead.size
	between, betweenMask, betweenSize := t.between.word, t.between.mask, t.between.size
	b, p, tok, top := s.buf[:s.end], s.pos, s.tok, uint64(min(limit, maxRow))
	// Most first numbers and most tails are as long as those of the row before. The
	// processor is told so by jumps: it goes on before it has found the tail of this one.
	digit, tail := 1, uint32(1)
	for n < len(to) && len(b)-p >= size+24+len(ahead{}) && lead.stands(b, p) {
		at := p + size
		first, ok := digits.Exactly(word(b, at), digit)
		if !ok {
			if first, digit = digits.Leading(word(b, at)); uint(digit-1) >= 7 {
				break
			}
		}
		at += digit
		if first-1 >= top || (word(b, at)^between)&betweenMask != 0 {
			break
		}
		at += betweenSize
		w := word(b, at)
		second, width := w&0xff-'0', 1 // most counts are of one digit
		if second > 9 || w>>8&0xff-'0' <= 9 {
			if second, width = digits.Leading(w); uint(width-1) >= 7 {
				break
			}
		}
		at += width
		behind := (*ahead)(b[at:])
		slot := slotOf(behind)
		kept := &slots[slot&(NumTails-1)]
		if !kept.stands(behind) {
			slot++
			if kept = &slots[slot&(NumTails-1)]; !kept.stands(behind) {
				break
			}
		}
		if kept.size != tail {
			if kept.size == 0 {
				break
			}
			tail = kept.size
		}
		to[n] = Row{uint32(first), uint32(second), slot}
		n++
		tok = p + s.gap.size
		p = at + int(tail)
	}
	if n > 0 {
		s.flat = false // as far as is known of the last one
	}
	s.pos, s.tok = p, tok
	return n
}
