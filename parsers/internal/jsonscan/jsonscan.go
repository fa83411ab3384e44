// Package jsonscan reads JSON (RFC 8259) from a stream in one pass and in bounded
// memory. A reader asks for what it wants and ignores the rest:
//
//	s := jsonscan.New(ctx, src)
//	for name := range s.Members {
//		switch string(name) {
//		case "title":
//			title, ok := s.Text()
//			…
//		case "items":
//			for range s.Elements {
//				…
//			}
//		}
//	}
//	return s.Finish(r)
//
// A value that is not asked for, or is not of the type that was asked for, is
// skipped, and so is the rest of an object or array whose loop is left early;
// what is skipped is validated all the same. The first error is kept, ends every
// loop, and is told by Finish, so that a reader needs no error handling of its own.
//
// What encoding/json accepts is accepted with the same contents (bytes that are
// not UTF-8 and unpaired surrogates become U+FFFD), and what it rejects is
// rejected. Three limits are tighter: format.MaxDepth, format.MaxToken for a text
// or number that is asked for, and maxMembers for an object that is entered. Names
// that repeat in an object are legal JSON, but two readers may understand two
// things by them: those of entered objects are listed by Duplicates.
package jsonscan

import (
	"context"
	"hash/maphash"
	"io"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

const (
	// window is how much is read at once, after the first. 32 KiB to 1 MiB measured
	// the same, but no less than 64 KiB passes by the buffer of parsers.Parse.
	window      = 128 << 10
	firstWindow = 16 << 10
	// pad zero bytes follow the window, so that three words can be loaded from any
	// place in it, and every loop stops at its end without looking for it.
	pad = 24
	// maxMembers bounds an object that is entered: its names are remembered.
	maxMembers = 1 << 20
	// fewMembers is up to how many names are compared one by one.
	fewMembers = 24
	// maxDuplicates is how many repeated names are told.
	maxDuplicates = 8
)

// Scanner is a cursor in a JSON text. Views that it gives are valid until its next
// method is called.
type Scanner struct {
	ctx context.Context
	src io.Reader
	eof bool
	err error

	buf     []byte // len(buf) = capacity + pad
	pos     int    // the next byte
	end     int    // of what was read; zeros follow
	tok     int    // fill keeps what begins here
	scratch []byte // text that had escapes

	line      int // number of the line in which mark lies
	lineStart int // where it begins, counted from buf[0]; may be negative
	mark      int // up to here lines are counted

	frames  []frame
	pending bool // a value is due and not read yet

	level     *level // what is open inside a value that is skipped, nil if too much is open around it
	skips     []byte // what is open beyond that
	ground    level
	levels    int // how many were learned
	stretches int // likewise
	fills     int // how often the window was filled

	shapes     int // how many were learned
	seed       maphash.Seed
	names      []uint64 // hashes of the names in the open objects
	duplicates []Duplicate
}

// New gives a scanner at the beginning of r.
func New(ctx context.Context, r io.Reader) *Scanner {
	return newScanner(ctx, r, make([]byte, firstWindow+pad), 0)
}

// NewBytes gives a scanner of a text in memory, such as the head of a file.
func NewBytes(text []byte) *Scanner {
	buf := make([]byte, len(text)+pad)
	s := newScanner(context.Background(), nil, buf, copy(buf, text))
	s.eof = true
	return s
}

func newScanner(ctx context.Context, r io.Reader, buf []byte, end int) *Scanner {
	return &Scanner{ctx: ctx, src: r, buf: buf, end: end, line: 1, pending: true, seed: maphash.MakeSeed()}
}

// Err is the first error: a *SyntaxError, or what stopped the reading.
func (s *Scanner) Err() error { return s.err }

// Fail stops the scanner with an error of the reader's own at the current place.
func (s *Scanner) Fail(msg string, args ...any) { s.failAt(s.pos, msg, args...) }

// Duplicates are the first names that repeated in an object that was entered.
func (s *Scanner) Duplicates() []Duplicate { return s.duplicates }

// Members enters the object that is due and yields the names in it; the value of
// each is due in turn. It yields nothing if something else is due.
func (s *Scanner) Members(yield func(name []byte) bool) {
	if !s.enter('{') {
		return
	}
	for name, ok := s.member(); ok; name, ok = s.member() {
		if !yield(name) {
			for ok {
				_, ok = s.member()
			}
			return
		}
	}
}

// Elements enters the array that is due and yields once for each value in it. It
// yields nothing if something else is due.
func (s *Scanner) Elements(yield func() bool) {
	if !s.enter('[') {
		return
	}
	for s.element() {
		if !yield() {
			for s.element() {
			}
			return
		}
	}
}

func (s *Scanner) enter(open byte) bool {
	if !s.pending || s.err != nil || s.next() != open {
		return false
	}
	if len(s.frames) >= format.MaxDepth {
		s.tooDeep()
		return false
	}
	root := s.shapeInside()
	s.pos++
	s.pending = false
	if n := len(s.frames); n < cap(s.frames) {
		s.frames = s.frames[:n+1]
	} else {
		s.frames = append(s.frames, frame{})
	}
	f := &s.frames[len(s.frames)-1] // what leave left there is overwritten in place
	f.started, f.array, f.root, f.first = false, open == '[', root, len(s.names)
	f.shape = root
	if f.array {
		f.shape = nil
	}
	return true
}

func (s *Scanner) leave() {
	last := len(s.frames) - 1
	s.names = s.names[:s.frames[last].first]
	if s.frames[last].many != nil {
		s.frames[last].many = nil
	}
	s.frames = s.frames[:last]
	s.pos++
}

// End reads to the end of the text, which must have nothing more than the root.
func (s *Scanner) End() error {
	if s.pending {
		s.skip()
	}
	if s.err != nil {
		return s.err
	}
	if len(s.frames) > 0 {
		panic("jsonscan: End inside a loop over Members or Elements")
	}
	if s.next(); s.err == nil && s.pos < s.end {
		s.failAt(s.pos, "%s after the end of the JSON text", s.seen())
	}
	return s.err
}

// Finish reads to the end and complains to r of everything that is wrong with the
// text, repeated names included. An error means that the reading was stopped.
func (s *Scanner) Finish(r *evidence.Report) error {
	err := s.End()
	for _, d := range s.duplicates {
		r.Complain(evidence.Unsound, d.Line, d.Col, "the name %.100q stands twice in one object, so that readers may differ on what it says", d.Name)
	}
	if syntax, ok := err.(*SyntaxError); ok {
		r.Complain(evidence.Unsound, syntax.Line, syntax.Col, "%s", syntax.Message)
		return nil
	}
	return err
}
