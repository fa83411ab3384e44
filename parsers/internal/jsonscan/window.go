package jsonscan

import (
	"io"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// fill reads more and keeps what begins at tok. It moves pos and tok with the
// bytes. False means that the text ends, or an error.
func (s *Scanner) fill() bool {
	if s.err != nil || s.eof {
		return false
	}
	s.fills++
	if s.end == len(s.buf)-pad {
		s.makeRoom()
	}
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	for range 100 { // as bufio does: a reader that gives nothing forever is broken
		if s.err != nil {
			return false
		}
		n, err := s.src.Read(s.buf[s.end : len(s.buf)-pad])
		s.end += n
		clear(s.buf[s.end : s.end+pad])
		switch {
		case err == io.EOF:
			s.eof = true
			return n > 0
		case err != nil:
			s.err = err
			return false
		case n > 0:
			return true
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// makeRoom drops what lies before tok or, when that is nothing, grows the window. The
// first window is small, because most reports are.
func (s *Scanner) makeRoom() {
	if s.tok > 0 {
		s.place(s.tok)
		into := s.buf
		if len(s.buf) < window {
			into = make([]byte, window+pad)
		}
		copy(into, s.buf[s.tok:s.end])
		s.buf = into
		s.pos -= s.tok
		s.end -= s.tok
		s.mark -= s.tok
		s.lineStart -= s.tok
		s.tok = 0
		return
	}
	size := len(s.buf) - pad
	if size >= format.MaxToken {
		s.failAt(s.tok, "a token is longer than %d MiB", format.MaxToken>>20)
		return
	}
	grown := make([]byte, min(max(2*size, window), format.MaxToken)+pad)
	copy(grown, s.buf[:s.end])
	s.buf = grown
}
