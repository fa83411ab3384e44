package evidence

import "math/bits"

// MaxLine is the last line that a LineSet keeps; a tool that writes a higher one
// is wrong, and its reader says so.
const MaxLine = 1 << 22

// LineSet is which lines of a file are coverable and which of them ran: two bits
// a line, so that the largest reports fit. The zero value is empty.
type LineSet struct{ coverable, covered []uint64 }

// Mark states that a line is coverable and whether it ran. A line that ran in one
// statement of a report has run, whatever the others say. Lines below 1 and above
// MaxLine are not kept, and false says so.
func (s *LineSet) Mark(line int, ran bool) bool {
	if line < 1 || line > MaxLine {
		return false
	}
	word, bit := line/64, uint64(1)<<(line%64)
	if word >= len(s.coverable) {
		s.grow(word + 1)
	}
	s.coverable[word] |= bit
	if ran {
		s.covered[word] |= bit
	}
	return true
}

// Mark64 states 64 lines at once, as Mark does one: bit i speaks of line 64*word+i.
// Lines beyond MaxLine, and line 0, must not be among them.
func (s *LineSet) Mark64(word int, coverable, ran uint64) {
	if word >= len(s.coverable) {
		s.grow(word + 1)
	}
	s.coverable[word] |= coverable
	s.covered[word] |= ran
}

// grow makes room for words, half as much again as before at least.
func (s *LineSet) grow(words int) {
	n := max(words, len(s.coverable)*3/2)
	s.coverable = append(s.coverable, make([]uint64, n-len(s.coverable))...)
	s.covered = append(s.covered, make([]uint64, n-len(s.covered))...)
}

// Line says whether a line is coverable, and whether it ran.
func (s *LineSet) Line(line int) (coverable, ran bool) {
	word, bit := line/64, uint64(1)<<(line%64)
	if line < 1 || word >= len(s.coverable) {
		return false, false
	}
	return s.coverable[word]&bit != 0, s.covered[word]&bit != 0
}

// Or joins another set: a line is coverable in one or the other, and ran in one
// or the other.
func (s *LineSet) Or(o *LineSet) {
	if len(o.coverable) > len(s.coverable) {
		s.grow(len(o.coverable))
	}
	for i := range o.coverable {
		s.coverable[i] |= o.coverable[i]
		s.covered[i] |= o.covered[i]
	}
}

// SameLines reports whether both hold the same coverable lines, whatever ran.
func (s *LineSet) SameLines(o *LineSet) bool {
	for i := range max(len(s.coverable), len(o.coverable)) {
		if s.word(i) != o.word(i) {
			return false
		}
	}
	return true
}

// word is the coverable lines of one word, of which those beyond the set are none.
func (s *LineSet) word(i int) uint64 {
	if i >= len(s.coverable) {
		return 0
	}
	return s.coverable[i]
}

// Room is how many lines the set takes memory for: up to its highest line.
func (s *LineSet) Room() int { return 64 * len(s.coverable) }

// And joins a set that may be of another source: a line is coverable in one or
// the other, and ran only if it ran in each that holds it.
func (s *LineSet) And(o *LineSet) {
	if len(o.coverable) > len(s.coverable) {
		s.grow(len(o.coverable))
	}
	for i := range o.coverable {
		missed := s.coverable[i]&^s.covered[i] | o.coverable[i]&^o.covered[i]
		s.coverable[i] |= o.coverable[i]
		s.covered[i] = (s.covered[i] | o.covered[i]) &^ missed
	}
}

// Drop takes the coverable lines of another set out of this one.
func (s *LineSet) Drop(o *LineSet) {
	for i := range min(len(s.coverable), len(o.coverable)) {
		s.coverable[i] &^= o.coverable[i]
		s.covered[i] &^= o.coverable[i]
	}
}

// Clone is a copy that takes no more room than its lines need.
func (s *LineSet) Clone() *LineSet {
	n := len(s.coverable)
	for n > 0 && s.coverable[n-1] == 0 {
		n--
	}
	words := make([]uint64, 2*n)
	copy(words, s.coverable[:n])
	copy(words[n:], s.covered[:n])
	return &LineSet{words[:n:n], words[n:]}
}

// Reset makes the set empty and keeps its room.
func (s *LineSet) Reset() { s.coverable, s.covered = s.coverable[:0], s.covered[:0] }

// Ratio counts the lines that ran out of the coverable ones.
func (s *LineSet) Ratio() Ratio {
	var r Ratio
	for i := range s.coverable {
		r.Den += uint64(bits.OnesCount64(s.coverable[i]))
		r.Num += uint64(bits.OnesCount64(s.covered[i]))
	}
	return r
}
