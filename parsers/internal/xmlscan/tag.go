package xmlscan

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// attr is an attribute of the current start tag; its value is buf[from:to].
type attr struct {
	name     []byte
	from, to int
	number   uint64 // what the value says, if form tells that it is one
	form     form
	scale    uint8 // how many digits stand behind the point of a decimal
	noted    bool  // note is about this value
	note     uint32
}

// form is what is known of a value.
type form uint8

const (
	coded     form = iota // it needs decoding
	referring             // it needs decoding and has references
	verbatim              // it stands for itself
	number                // it is digits, and read
	decimal               // it is digits, a point and digits, and read
)

// NumAttrs is the number of attributes of the current start tag, after Start.
func (s *Scanner) NumAttrs() int { return len(s.attrs) }

// AttrName is the name of attribute i as written, with its prefix.
func (s *Scanner) AttrName(i int) []byte { return s.attrs[i].name }

// AttrValue is the value of attribute i, decoded. Line ends are one '\n' each;
// other white space is kept as it is, as encoding/xml does.
func (s *Scanner) AttrValue(i int) []byte {
	if a := &s.attrs[i]; a.form >= verbatim {
		return s.buf[a.from:a.to]
	}
	return s.decodedValue(i)
}

// AttrNumber is the value of attribute i, if that is 1 to 19 digits and nothing
// else. Most of the bytes of a coverage report are such.
func (s *Scanner) AttrNumber(i int) (n uint64, ok bool) {
	if a := &s.attrs[i]; a.form == number {
		return a.number, true
	}
	return s.attrs[i].wholeNumber(s.buf)
}

// AttrDecimal is the value of attribute i times a power of ten, if it is digits, a
// point and as many digits as that power has zeros, and was read already; if not, the
// value may be such a number all the same.
func (s *Scanner) AttrDecimal(i int) (n uint64, zeros int, ok bool) {
	a := &s.attrs[i]
	return a.number, int(a.scale), a.form == decimal
}

// Note gives what SetNote was given for attribute i of an earlier tag, if this one is
// known to have the same value: a reader that looks names up need not do so again.
func (s *Scanner) Note(i int) (note uint32, ok bool) {
	a := &s.attrs[i]
	return a.note, a.noted && a.form == verbatim
}

// SetNote notes what the reader made of the value of attribute i.
func (s *Scanner) SetNote(i int, note uint32) { s.attrs[i].note, s.attrs[i].noted = note, true }

func (s *Scanner) decodedValue(i int) []byte {
	v := s.buf[s.attrs[i].from:s.attrs[i].to]
	n := len(s.spare)
	s.spare = appendDecoded(s.spare, v, true)
	return s.spare[n:]
}

// Attr is the value of the attribute that is written name, and whether the
// current start tag has it.
func (s *Scanner) Attr(name string) ([]byte, bool) {
	for i := range s.attrs {
		if string(s.attrs[i].name) == name {
			return s.AttrValue(i), true
		}
	}
	return nil, false
}

// RawLess reports whether a value of the current start tag has a '<' that is
// not escaped. XML forbids it and some writers do it.
func (s *Scanner) RawLess() bool { return s.less }

// scanStart reads a start tag or an empty-element tag.
func (s *Scanner) scanStart() (Kind, error) {
	for {
		ok, err := s.scanTag()
		if err != nil {
			return 0, err
		}
		if ok {
			return Start, s.push()
		}
		if err := s.more("a tag"); err != nil {
			return 0, err
		}
	}
}

// scanTagSlowly takes the tag at pos apart, and keeps its shape in sh.
func (s *Scanner) scanTagSlowly(sh *shape) (bool, error) {
	b := s.buf[:s.end]
	p := s.pos + 1
	if p < len(b) && !isNameStart(b[p]) {
		return false, s.errorAt(p, "a tag needs a name after '<'; a '<' in text is written &lt;")
	}
	n := p
	for n < len(b) && isName(b[n]) {
		n++
	}
	if n == len(b) {
		return false, nil
	}
	s.name = b[p:n]
	s.colon = bytes.IndexByte(s.name, ':') + 1
	s.attrs, s.shape = s.own[:0], nil
	s.less, s.refs, s.flat = false, false, false
	for p = n; ; {
		for p < len(b) && isSpace(b[p]) {
			p++
		}
		if p == len(b) {
			return false, nil
		}
		if b[p] == '>' || b[p] == '/' {
			break
		}
		a, next, err := s.scanAttr(p)
		if err != nil || next == 0 {
			return false, err
		}
		if len(s.attrs) >= format.MaxAttributes {
			return false, s.errorAt(p, "more than %d attributes in one tag", format.MaxAttributes)
		}
		s.attrs = append(s.attrs, a)
		s.own = s.attrs
		p = next
	}
	closing := b[p] == '/'
	if closing {
		if p++; p == len(b) {
			return false, nil
		}
		if b[p] != '>' {
			return false, s.errorAt(p, "'/' in a tag is followed by '>'")
		}
	}
	s.closing = closing
	if err := s.checkDuplicates(); err != nil {
		return false, err
	}
	if sh != nil && len(s.attrs) > 0 {
		s.learn(sh)
	}
	return s.endTag(p + 1)
}

// scanAttr reads the attribute at b[p]; next is 0 if it is not whole yet.
func (s *Scanner) scanAttr(p int) (a attr, next int, err error) {
	b := s.buf[:s.end]
	n := p
	for n < len(b) && isName(b[n]) {
		n++
	}
	if n == p || !isNameStart(b[p]) {
		return attr{}, 0, s.errorAt(p, "an attribute needs a name")
	}
	a.name = b[p:n]
	for n < len(b) && isSpace(b[n]) {
		n++
	}
	if n == len(b) {
		return attr{}, 0, nil
	}
	if b[n] != '=' {
		return attr{}, 0, s.errorAt(n, "the attribute %.64q has no value", a.name)
	}
	n++
	for n < len(b) && isSpace(b[n]) {
		n++
	}
	if n == len(b) {
		return attr{}, 0, nil
	}
	quote := b[n]
	if quote != '"' && quote != '\'' {
		return attr{}, 0, s.errorAt(n, "the value of the attribute %.64q is not in quotes", a.name)
	}
	a.from = n + 1
	if !s.scanValue(&a, quote) {
		return attr{}, 0, nil
	}
	return a, a.to + 1, nil
}

// endTag accepts the tag from pos to end, once its references are checked.
func (s *Scanner) endTag(end int) (bool, error) {
	if s.refs {
		for i := range s.attrs {
			a := &s.attrs[i]
			if a.form != referring {
				continue
			}
			if err := s.checkReferences(a.from, a.to); err != nil {
				return false, err
			}
		}
	}
	s.spare = s.spare[:0]
	s.pos = end
	return true, nil
}

// checkDuplicates refuses an attribute given twice: two readers of such a tag
// could take different values.
func (s *Scanner) checkDuplicates() error {
	if len(s.attrs) <= 16 {
		for i := range s.attrs {
			for j := range i {
				if string(s.attrs[i].name) == string(s.attrs[j].name) {
					return s.errorTwice(i)
				}
			}
		}
		return nil
	}
	seen := make(map[string]bool, len(s.attrs))
	for i := range s.attrs {
		if seen[string(s.attrs[i].name)] {
			return s.errorTwice(i)
		}
		seen[string(s.attrs[i].name)] = true
	}
	return nil
}

func (s *Scanner) errorTwice(i int) error {
	return s.errorAt(s.attrs[i].from, "the attribute %.64q is given twice", s.attrs[i].name)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// Names may hold any byte of a character outside ASCII: the tables of XML 1.0
// and 1.1 differ there, and nothing is decided by it.
const (
	nameStart = 1 << iota
	nameRest
)

var nameBytes = func() (t [256]byte) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':', c >= 0x80:
			t[c] = nameStart | nameRest
		case '0' <= c && c <= '9', c == '-', c == '.':
			t[c] = nameRest
		}
	}
	return t
}()

func isNameStart(c byte) bool { return nameBytes[c]&nameStart != 0 }
func isName(c byte) bool      { return nameBytes[c]&nameRest != 0 }
