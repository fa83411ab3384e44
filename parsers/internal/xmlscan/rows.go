package xmlscan

import (
	"math"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// Lines of coverage stand in thousands one after another: <line nr="7" mi="0" ci="3"
// mb="0" cb="0"/>. They differ in the number of their first attribute, and go on behind
// it in few ways. A tag is therefore taken apart the first time it goes on in some way,
// and from then on it is told by comparing eight bytes at a time: that takes an eighth
// of the instructions that Again does.

// Tails are the ways in which rows went on behind their number. The zero value is
// ready to use, for the elements of one name.
type Tails struct {
	tag   []byte // from '<' to the quote before the number
	name  int    // length of the element's name
	lead  phrase // a gap and the tag
	gap   uint32 // generation of the gap in lead, and one
	slots *[NumTails]phrase
}

// NumTails is how many tails are kept. Of real reports, one of 323 lines has 41 and one
// of 7,712 has 2.
const NumTails = 512

// RowsAtOnce is how many rows are best asked for in one call.
const RowsAtOnce = 64

// Row is one element of many: its number, and which of the tails it has.
type Row struct {
	Number uint32
	Tail   uint32
}

// maxRow is the greatest number that a row has: seven digits, which is what is known
// to be a whole number when eight bytes are read at once.
const maxRow = 9_999_999

// slotOf is where the tail at the beginning of b is kept, or its neighbour: a number
// or two stand in the first sixteen bytes.
func slotOf(b *ahead) uint32 {
	return uint32(((wordOf(b, 0)*0x9E3779B97F4A7C15)^wordOf(b, 1))*0xD6E8FEB86659FD93>>56) * 2
}

// Keep keeps how the current element goes on behind the value of its first attribute,
// which must be the first of the fields, and gives the number of that tail, below
// NumTails, which until now may have been that of another. ok is false if the element
// is no row: it is not empty, that value is no number, or it is too long.
func (s *Scanner) Keep(t *Tails, f *Fields) (tail uint32, ok bool) {
	if !s.closing || s.err != nil || s.Find(f)[0] != 0 || s.attrs[0].form != number {
		return 0, false
	}
	from, to := s.attrs[0].from, s.attrs[0].to
	if len(s.buf)-to < len(ahead{}) {
		return 0, false
	}
	if tag := s.buf[s.tok:from]; string(tag) != string(t.tag) {
		t.tag, t.name, t.gap = append(t.tag[:0], tag...), len(s.name), 0
		if t.slots == nil {
			t.slots = new([NumTails]phrase)
		}
		for i := range t.slots {
			t.slots[i].size = 0
		}
	}
	tail = slotOf((*ahead)(s.buf[to:]))
	if t.slots[tail].size > 0 && t.slots[tail+1].size == 0 {
		tail++ // which is the next to go of the two is all the same, if both are taken
	}
	return tail, t.slots[tail].set(s.buf[to:s.pos])
}

// Rows goes on from an empty element to those that follow at once, as long as they
// differ from a kept one in their number alone, and that is from 1 to limit. It gives
// how many there were, at most as many as there is room for. The last of them is then
// the current element: what is asked of it, its place apart, is answered for the
// element before.
func (s *Scanner) Rows(t *Tails, limit int, to []Row) (n int) {
	if !s.closing || s.err != nil || len(t.tag) == 0 || string(s.name) != string(t.tag[1:1+t.name]) {
		return 0
	}
	if t.gap != s.gap.generation+1 {
		t.lead.set(s.gap.text[:s.gap.size], t.tag)
		t.gap = s.gap.generation + 1
	}
	lead, slots, size := &t.lead, t.slots, int(t.lead.size)
	if size == 0 {
		return 0
	}
	b, p, tok, top := s.buf[:s.end], s.pos, s.tok, uint64(min(limit, maxRow))
	// Most rows are as long as the one before. The processor is told so by jumps: it
	// goes on with the next before it has found the tail of this one.
	const unknown = math.MaxUint32
	digit, tail, step := 1, uint32(unknown), 0
	for n < len(to) && len(b)-p >= size+8+len(ahead{}) && lead.stands((*ahead)(b[p:])) {
		w := word(b, p+size)
		number, ok := digits.Exactly(w, digit)
		if !ok {
			if number, digit = digits.Leading(w); uint(digit-1) >= 7 {
				break
			}
			tail = unknown
		}
		if number-1 >= top {
			break
		}
		behind := (*ahead)(b[p+size+digit:])
		slot := slotOf(behind)
		kept := &slots[slot&(NumTails-1)]
		if !kept.stands(behind) {
			slot++
			if kept = &slots[slot&(NumTails-1)]; !kept.stands(behind) {
				break
			}
		}
		if kept.size != tail {
			if tail = kept.size; tail == 0 {
				break
			}
			step = size + digit + int(tail)
		}
		to[n] = Row{uint32(number), slot}
		n++
		tok = p + s.gap.size
		p += step
	}
	s.pos, s.tok = p, tok
	return n
}
