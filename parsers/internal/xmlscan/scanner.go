// Package xmlscan reads the XML that test and coverage tools write: a pull
// scanner over a stream, in constant memory, that hands out views of its window
// and allocates nothing once it runs.
//
// It is as strict as evidence needs. A file that was cut, whose tags do not
// match, that has two roots, text outside its root, an attribute twice or an
// entity that XML does not define is an error with a place. It is as lenient as
// real reports need: white space or a byte order mark before the declaration,
// XML 1.1, control characters (colours of a terminal), bytes that are not UTF-8
// (they become U+FFFD), '<' inside a quoted value, "--" inside a comment.
//
// Entities that a document declares itself are not expanded: referring to one is
// an error. Nothing outside the stream is ever read.
//
// What encoding/xml accepts in its strict mode is accepted with the same names,
// values and text, except: a second root, character data or a reference outside
// the root, an attribute given twice, a reference to an entity longer than 64
// bytes, a directive other than DOCTYPE before the root, and what exceeds the
// limits of package format. A fuzz test holds the two against each other.
//
// It exists because encoding/xml refuses files with colours in them, and reads the
// tokens of a JUnit report at a twenty-fifth of the speed at which all of it is read with
// this (20 MB/s, 550 on one core, expat 69, in one run of internal/bench -peers).
package xmlscan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// Kind says what Next found.
type Kind uint8

const (
	_     Kind = iota
	Start      // a start tag, or an empty-element tag: an End follows it
	End        // the end of an element
	Done       // the end of a document that was whole
	text       // a piece of character data; Next passes over it
)

func (k Kind) String() string {
	switch k {
	case Start:
		return "start"
	case End:
		return "end"
	case Done:
		return "done"
	case text:
		return "text"
	default:
		panic("xmlscan: kind " + strconv.Itoa(int(k)))
	}
}

// SyntaxError says what is not XML, and where.
type SyntaxError struct {
	Line, Col int // from 1; Col counts bytes
	Msg       string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d:%d: %s", e.Line, e.Col, e.Msg) }

// Blame records in r what is wrong with the input, and gives back what is not
// about the input: a read that failed, a context that was cancelled.
func Blame(r *evidence.Report, err error) error {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		r.Complain(evidence.Unsound, syntax.Line, syntax.Col, "%s", syntax.Msg)
		return nil
	}
	return err
}

// Scanner reads one document. Every []byte it gives is a view that stays valid
// until the next call of Next, Skip or AppendText.
type Scanner struct {
	window
	charset bool // the declaration was looked at

	attrs  []attr // of the current tag: own, or those of a shape
	own    []attr
	shapes *[numShapes]shape // nil where they are not worth learning: in the head of a file
	shape  *shape            // of the current tag, if it was matched
	at     fieldPlaces
	name   []byte // qualified name of the element of the last event
	colon  int    // length of its prefix with the colon
	refs   bool   // some value of the tag has a reference
	less   bool   // some value of the tag has a '<'
	flat   bool   // the tag has no line end in it; false if that is not known
	evict  uint16 // the second shape of a slot is the next to go, by slot
	spare  []byte // decoded values of the tag
	piece  []byte // the text event, not decoded
	raw    bool   // the text event is CDATA

	skipped skipped
	open    []openTag
	names   []byte   // of the open tags, one after another
	closing bool     // an empty-element tag was given, which is not in open; its End is due
	gap     gap      // the white space before the last tag
	cdata   bool     // inside a CDATA section
	rooted  bool     // the root has begun
	ends    []string // elements in which the stream ends, if it is a first half
	err     error    // sticky
}

// openTag is an element that has not ended.
type openTag struct{ name, colon uint32 }

// New makes a scanner that reads r. Reading stops when ctx does.
func New(ctx context.Context, r io.Reader) *Scanner {
	return &Scanner{window: window{ctx: ctx, r: r, size: windowSize, line: 1}, shapes: new([numShapes]shape)}
}

// Root looks for the root element in the first bytes of a file, to tell formats
// apart. The scanner stands at the root's Start; if head ends inside the tag, it
// has the attributes that are whole. Next goes on into what head holds.
func Root(head []byte) (*Scanner, bool) {
	s := &Scanner{window: window{buf: head, end: len(head), eof: true, line: 1}, charset: true}
	s.skipMark()
	_, err := s.Next()
	return s, err == nil || len(s.name) > 0
}

// Next gives the next start or end of an element. Character data, comments,
// processing instructions and the document type are checked and passed over.
// After an error it gives the same error again.
func (s *Scanner) Next() (Kind, error) {
	for {
		k, err := s.next(false)
		if k != text || err != nil {
			return k, err
		}
	}
}

// Name is the element's name without a namespace prefix, after Start and End.
func (s *Scanner) Name() []byte { return s.name[s.colon:] }

// Depth is how many elements are open, the one of a Start included.
func (s *Scanner) Depth() int {
	if s.closing {
		return len(s.open) + 1
	}
	return len(s.open)
}

// Empty reports, after Start, that the element has nothing in it: it ends with
// its tag, and what the tag gave stays valid until its End has been read.
func (s *Scanner) Empty() bool { return s.closing }

// Walk reads on to the end of the document. It calls start at every start tag,
// which may read the element to its end, and end behind every end tag that start
// has left, when Depth is that of what is around it.
func (s *Scanner) Walk(start func() error, end func()) error {
	for {
		k, err := s.Next()
		if err != nil {
			return err
		}
		switch k {
		case Done:
			return nil
		case End:
			end()
		case Start:
			if err := start(); err != nil {
				return err
			}
		default:
			panic("xmlscan: event " + k.String())
		}
	}
}

// Skip reads past the end of the element whose Start was given last.
func (s *Scanner) Skip() error {
	for depth := s.Depth(); s.Depth() >= depth; {
		if len(s.open) >= depth && s.skipKept() {
			continue
		}
		if _, err := s.next(false); err != nil {
			return err
		}
		for len(s.open) >= depth && s.closing {
			s.keepSkipped()
			if s.skipKept() || !s.Again() {
				break
			}
		}
	}
	return nil
}

// AppendText reads past the end of the element whose Start was given last, and
// appends its character data, that of the elements in it included, to dst. It
// keeps at most limit bytes, cut where a character ends.
func (s *Scanner) AppendText(dst []byte, limit int) ([]byte, error) {
	room := limit
	for depth := s.Depth(); s.Depth() >= depth; {
		k, err := s.next(room > 0)
		if err != nil {
			return dst, err
		}
		if k != text || room == 0 {
			continue
		}
		n := len(dst)
		dst = s.appendPiece(dst)
		if len(dst)-n > room {
			dst = cutRune(dst, n, n+room)
			room = 0
		} else {
			room -= len(dst) - n
		}
	}
	return dst, nil
}

// appendPiece decodes the text event.
func (s *Scanner) appendPiece(dst []byte) []byte { return appendDecoded(dst, s.piece, !s.raw) }

// next is Next with text events. White space at the beginning of text is passed
// over unless it is wanted.
func (s *Scanner) next(wantSpace bool) (Kind, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.closing {
		s.closing = false
		s.attrs = nil
		return End, nil
	}
	k, err := s.scan(wantSpace)
	if err != nil {
		s.err = err
		return 0, err
	}
	return k, nil
}

// scan reads up to the end of the next event.
func (s *Scanner) scan(wantSpace bool) (Kind, error) {
	if !s.charset {
		s.charset = true
		if err := s.openCharset(); err != nil {
			return 0, err
		}
	}
	for {
		if s.cdata {
			k, err := s.scanCDATA()
			if k != 0 || err != nil {
				return k, err
			}
			continue
		}
		b := s.buf[:s.end]
		p := s.space(b)
		if !wantSpace || len(s.open) == 0 {
			s.pos = p // white space is nothing anyone asked for
		}
		if p == len(b) && !s.eof && s.pos == p {
			if err := s.fill(); err != nil {
				return 0, err
			}
			continue
		}
		if p == len(b) || b[p] != '<' || p > s.pos {
			if k, err := s.scanText(p); k != 0 || err != nil {
				return k, err
			}
			continue
		}
		s.pos, s.tok = p, p
		if len(b)-p < 2 {
			if err := s.more("a tag"); err != nil {
				return 0, err
			}
			continue
		}
		switch b[p+1] {
		case '/':
			return s.scanEnd()
		case '!', '?':
			if err := s.scanMarkup(); err != nil {
				return 0, err
			}
		default:
			return s.scanStart()
		}
	}
}

// scanEnd reads an end tag. Its common form is the open name and '>' at once.
func (s *Scanner) scanEnd() (Kind, error) {
	if len(s.open) == 0 {
		return 0, s.errorAt(s.pos, "an end tag without a start tag")
	}
	for {
		b := s.buf[s.pos+2 : s.end]
		want := s.names[s.open[len(s.open)-1].name:]
		n := len(want)
		if len(b) > n && b[n] == '>' && string(b[:n]) == string(want) {
			s.pos += n + 3
			s.pop()
			return End, nil
		}
		n = 0
		for n < len(b) && isName(b[n]) {
			n++
		}
		e := n
		for e < len(b) && isSpace(b[e]) {
			e++
		}
		if e == len(b) {
			if err := s.more("an end tag"); err != nil {
				return 0, err
			}
			continue
		}
		switch {
		case b[e] != '>':
			return 0, s.errorAt(s.pos+2+e, "an end tag needs a name and '>'")
		case string(b[:n]) != string(want):
			return 0, s.errorAt(s.pos, "</%.64s> ends an element that is not open; <%.64s> is", b[:n], want)
		}
		s.pos += 2 + e + 1
		s.pop()
		return End, nil
	}
}

// push opens the element whose start tag was read.
func (s *Scanner) push() error {
	if len(s.open) == 0 && s.rooted {
		return s.errorAt(s.tok, "a second root element <%.64s>", s.name)
	}
	if len(s.open) >= format.MaxDepth {
		return s.errorAt(s.tok, "elements are nested more than %d deep", format.MaxDepth)
	}
	s.rooted = true
	if s.closing {
		return nil
	}
	s.open = append(s.open, openTag{uint32(len(s.names)), uint32(s.colon)})
	s.names = append(s.names, s.name...)
	return nil
}

// pop ends the innermost element and makes its name the current one.
func (s *Scanner) pop() {
	top := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	s.name, s.colon = s.names[top.name:], int(top.colon)
	s.names = s.names[:top.name]
	s.attrs = nil
}
