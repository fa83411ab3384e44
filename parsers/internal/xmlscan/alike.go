package xmlscan

// Tests that passed stand in hundreds one after another: <testcase name="adds one"
// classname="com.example.SumTest" time="0.125"/>. Within a class they differ in a text
// and in a decimal behind it. All else of such a tag is compared at once, which takes a
// third of the instructions that Again does.

// Alike is how an empty element is written, but for one value that is a text and one
// behind it that is a decimal. The zero value is ready to use.
type Alike struct {
	lit           []byte // what stands before the text, between the two and behind the decimal
	lead, between int    // bytes of lit
	tail          piece
	lines, last   int   // of the gap that lit begins with, as gap has them
	gap           int   // bytes of it
	flat          bool  // no line ends but in the gap
	end           int64 // offset in the stream at which the last such element ended
}

// KeepAlike keeps how the current element is written but for the values of two
// attributes. It reports whether others like it may be asked for.
func (s *Scanner) KeepAlike(a *Alike, text, decimal int) bool {
	a.end = -1
	if !s.closing || s.err != nil || s.less || text < 0 || text >= decimal || decimal >= len(s.attrs) {
		return false
	}
	t, d := &s.attrs[text], &s.attrs[decimal]
	if s.pos-d.to > 8 || s.pos-s.tok > maxLit {
		return false
	}
	a.lit = append(a.lit[:0], s.gap.text[:s.gap.size]...)
	a.lit = append(a.lit, s.buf[s.tok:t.from]...)
	a.lead = len(a.lit)
	a.lit = append(a.lit, s.buf[t.to:d.from]...)
	a.between = len(a.lit) - a.lead
	a.tail = newPiece(s.buf[d.to:s.pos])
	a.gap, a.lines, a.last = s.gap.size, s.gap.lines, s.gap.last
	a.flat = s.flat
	a.end = s.base + int64(s.pos)
	return true
}

// NextAlike goes on from the element that was kept, or one like it, to the next one if
// that follows at once and is like it, and gives its text, decoded, which is valid until
// the scanner moves on, and its decimal times a power of ten, with the zeros of that.
// It is then the current element: what is asked of its other attributes is answered for
// the kept one. Of an element that is not like it ok is false, and so of one whose text
// is empty, has a '<' or is not UTF-8, or whose decimal is none of at most seven digits
// before the point and behind it: Again goes on to it, or Next.
func (s *Scanner) NextAlike(a *Alike) (text []byte, n uint64, zeros int, ok bool) {
	b, start := s.buf[:s.end], s.pos
	if a.end != s.base+int64(start) || !s.closing || s.err != nil || len(b)-start < len(a.lit)+24 {
		return nil, 0, 0, false
	}
	p := start + a.lead
	if string(b[start:p]) != string(a.lit[:a.lead]) {
		return nil, 0, 0, false
	}
	between := a.lit[a.lead:]
	size, wide := stop(b[p:], between[0])
	text = b[p : p+size]
	if p+size == len(b) {
		return nil, 0, 0, false
	}
	if b[p+size] == '&' {
		if size = referringTo(b[p:], size, between[0]); size == 0 {
			return nil, 0, 0, false
		}
		s.spare = appendDecoded(s.spare[:0], b[p:p+size], true)
		text = s.spare
	} else if wide && !valid(text) {
		return nil, 0, 0, false
	}
	p += size
	if size == 0 || len(b)-p < len(between)+24 || string(b[p:p+len(between)]) != string(between) {
		return nil, 0, 0, false
	}
	p += len(between)
	n, zeros, size = leadingDecimal(b[p:])
	p += size
	if size == 0 || (word(b, p)^a.tail.word)&a.tail.mask != 0 {
		return nil, 0, 0, false
	}
	counted := a.flat && s.counted == s.tok
	s.tok, s.pos = start+a.gap, p+a.tail.size
	a.end = s.base + int64(s.pos)
	if counted { // where the line of the one before is known, that of this one is
		s.counted = s.tok
		if a.lines > 0 {
			s.line += a.lines
			s.lineStart = s.base + int64(start+a.last)
		}
	}
	return text, n, zeros, true
}
