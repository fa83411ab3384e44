// Package linescan reads a stream line by line without copying the lines.
package linescan

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// window is how much is read at once. 32 KiB to 512 KiB measured alike, 4 MiB
// slower because it leaves the cache. Most reports fit into the first read.
const (
	window      = 256 << 10
	firstWindow = 16 << 10
)

// Scanner gives the lines of a stream. The line that Next found is valid until
// Next is called again. Only a line that is longer than the window, and a
// window's last line, are ever moved.
type Scanner struct {
	ctx    context.Context
	r      io.Reader
	max    int // bytes of one line
	window int

	buf      []byte
	pos, end int   // unread part of buf
	last     error // what the reader said with its last bytes: io.EOF or an error
	err      error

	text  []byte
	line  int
	ended bool
}

// New reads lines of at most format.MaxToken bytes from r. The context is looked
// at once a window.
func New(ctx context.Context, r io.Reader) *Scanner {
	return &Scanner{ctx: ctx, r: r, max: format.MaxToken, window: window, buf: make([]byte, firstWindow)}
}

// TooLong is the error of a line that exceeds the limit. It speaks of the input,
// so a reader makes it a Problem.
type TooLong struct{ Line, Limit int }

func (e *TooLong) Error() string {
	return fmt.Sprintf("the line is longer than %d bytes", e.Limit)
}

// Next finds the next line, and says whether there is one.
func (s *Scanner) Next() bool {
	if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
		return s.take(i, true)
	}
	return s.refill()
}

// take makes the next n unread bytes the line, and passes over its newline.
func (s *Scanner) take(n int, ended bool) bool {
	if n > s.max || s.err != nil {
		return s.stop(&TooLong{Line: s.line + 1, Limit: s.max})
	}
	text := s.buf[s.pos : s.pos+n]
	s.pos += n
	if ended {
		s.pos++
	}
	if n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	s.text, s.ended = text, ended
	s.line++
	return true
}

// refill reads on until a newline or the end comes in sight.
func (s *Scanner) refill() bool {
	for s.err == nil {
		unread := s.end - s.pos
		switch {
		case unread > s.max:
			return s.take(unread, false)
		case s.last == io.EOF && unread > 0:
			return s.take(unread, false)
		case s.last == io.EOF:
			return s.stop(nil)
		case s.last != nil:
			return s.stop(s.last)
		}
		into := s.buf
		if unread == len(s.buf) || s.end == len(s.buf) && len(s.buf) < s.window {
			into = make([]byte, max(2*unread, s.window))
		}
		copy(into, s.buf[s.pos:s.end])
		s.buf, s.pos, s.end = into, 0, unread
		if err := s.ctx.Err(); err != nil {
			return s.stop(err)
		}
		s.read()
		if i := bytes.IndexByte(s.buf[unread:s.end], '\n'); i >= 0 {
			return s.take(unread+i, true)
		}
	}
	return false
}

// stop ends the scan; the first error stays.
func (s *Scanner) stop(err error) bool {
	if s.err == nil {
		s.err = err
	}
	s.text = nil
	return false
}

// read adds at least one byte to the window, or notes why there is none. Bytes
// that come with an error are lines before they are an error.
func (s *Scanner) read() {
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if n > 0 || err != nil {
			s.last = err
			return
		}
	}
	s.last = io.ErrNoProgress
}

// Ahead is what is in memory of the lines that follow, for a reader that finds
// the ends of many short lines while it reads them. It may be empty, and end
// inside a line.
func (s *Scanner) Ahead() []byte { return s.buf[s.pos:s.end] }

// Pass goes on behind the first n bytes of Ahead, which are that many whole lines
// with their newlines. No line is longer than the window.
func (s *Scanner) Pass(n, lines int) {
	if lines == 0 || s.err != nil {
		return
	}
	s.pos += n
	s.line += lines
	s.text, s.ended = nil, true
}

// Bytes is the line without its end, be that \n or \r\n.
func (s *Scanner) Bytes() []byte { return s.text }

// Line is the number of the line, from 1; 0 before the first.
func (s *Scanner) Line() int { return s.line }

// Ended reports whether the line ended with a newline. Only the last line of a
// stream can lack it, which is how a cut file shows.
func (s *Scanner) Ended() bool { return s.ended }

// Err is why Next stopped, nil at the end of the stream: a *TooLong, the
// context's error or the reader's.
func (s *Scanner) Err() error { return s.err }
