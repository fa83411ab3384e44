package xmlscan

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// windowSize was measured: from 32 to 512 KiB speed is flat, 256 is best. The first
// window is small, because most reports are: making a large one took most of the time
// in which a small report is read.
const (
	windowSize  = 256 << 10
	firstWindow = 16 << 10
)

// window is the part of the stream that is in memory. It slides; it grows only
// for a single tag, comment or declaration that does not fit.
type window struct {
	ctx  context.Context
	r    io.Reader
	size int // of buf at first
	buf  []byte
	pos  int // first byte not read yet
	end  int // end of what is filled
	tok  int // where the current token begins
	eof  bool

	readErr error // of r, due when the window is used up

	// Newlines are counted when a place is asked for, over all bytes since the
	// last time at once, which costs a thirtieth of looking at each byte.
	counted   int   // buf[:counted] is in line
	line      int   // of buf[counted]
	base      int64 // offset of buf[0] in the stream
	lineStart int64 // offset of the first byte of line
}

// fill drops what is before pos and reads until the window is full or the stream
// ends. A reader that gives little at a time therefore costs no rescanning.
func (w *window) fill() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.readErr != nil {
		return w.readErr
	}
	w.count(w.pos)
	switch {
	case w.buf == nil:
		w.buf = make([]byte, min(w.size, firstWindow))
	case w.pos > 0 || len(w.buf) < w.size:
		into := w.buf
		if len(w.buf) < w.size {
			into = make([]byte, w.size)
		}
		w.end = copy(into, w.buf[w.pos:w.end])
		w.buf = into
		w.base += int64(w.pos)
		w.counted, w.pos, w.tok = 0, 0, 0 // a token that is not whole begins at pos
	case w.end == len(w.buf):
		if w.end >= format.MaxToken {
			return w.errorAt(w.pos, "a tag, comment or declaration longer than %d bytes", format.MaxToken)
		}
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	for idle := 0; w.end < len(w.buf); {
		n, err := w.r.Read(w.buf[w.end:])
		w.end += n
		switch {
		case err == io.EOF:
			w.eof = true
			return nil
		case err != nil:
			w.readErr = err // what was read before it is still good
			return nil
		case n > 0:
			idle = 0
		default:
			if idle++; idle >= 100 {
				return io.ErrNoProgress
			}
		}
	}
	return nil
}

// more reads on because a token is not whole yet; what names the token.
func (w *window) more(what string) error {
	if w.eof {
		return w.errorCut(w.pos, " in "+what)
	}
	return w.fill()
}

// count brings the line up to buf[to].
func (w *window) count(to int) {
	if to <= w.counted {
		return
	}
	b := w.buf[w.counted:to]
	if n := bytes.Count(b, newline); n > 0 {
		w.line += n
		w.lineStart = w.base + int64(w.counted+bytes.LastIndexByte(b, '\n')+1)
	}
	w.counted = to
}

var newline = []byte{'\n'}

// Line is the line on which the last event begins, from 1.
func (w *window) Line() int {
	w.count(w.tok)
	return w.line
}

// Pos is the place where the last event begins. Col counts bytes from 1; if the
// file was transcoded, bytes of UTF-8.
func (w *window) Pos() (line, col int) {
	return w.place(w.tok)
}

// place is the place of buf[p], which is not before what is counted.
func (w *window) place(p int) (line, col int) {
	w.count(p)
	return w.line, int(w.base+int64(p)-w.lineStart) + 1
}

// errorAt is a syntax error at buf[p].
func (w *window) errorAt(p int, msg string, args ...any) error {
	line, col := w.place(p)
	return &SyntaxError{line, col, fmt.Sprintf(msg, args...)}
}

// errorCut says that the stream ends where the document does not.
func (w *window) errorCut(p int, where string) error {
	return w.errorAt(p, "the file ends%s; it was cut short", where)
}
