package jsonscan

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// SyntaxError is what is wrong with the text, and where.
type SyntaxError struct {
	Line, Col int
	Message   string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message)
}

// Pos is the line and the column, in bytes and from 1, of the next byte that is
// not white space: where the value that is due begins.
func (s *Scanner) Pos() (line, col int) {
	if s.err == nil {
		s.next()
	}
	return s.place(s.pos)
}

// Last is the place of the value that was looked at last, by Kind or by asking for
// it, whether or not it was what was asked for.
func (s *Scanner) Last() (line, col int) { return s.place(s.tok) }

// place gives line and column of buf[i]. Places are asked for in order.
func (s *Scanner) place(i int) (line, col int) {
	if i > s.mark {
		passed := s.buf[s.mark:i]
		if n := bytes.Count(passed, newline); n > 0 {
			s.line += n
			s.lineStart = s.mark + bytes.LastIndexByte(passed, '\n') + 1
		}
		s.mark = i
	}
	return s.line, i - s.lineStart + 1
}

var newline = []byte{'\n'}

// failAt keeps the first error.
func (s *Scanner) failAt(i int, msg string, args ...any) {
	if s.err == nil {
		line, col := s.place(i)
		s.err = &SyntaxError{line, col, fmt.Sprintf(msg, args...)}
	}
}

func (s *Scanner) tooDeep() { s.failAt(s.pos, "nested more than %d deep", format.MaxDepth) }

// unexpected fails at the next byte.
func (s *Scanner) unexpected(want string) {
	if s.pos >= s.end {
		s.failAt(s.pos, "the JSON text is cut short: %s should follow", want)
		return
	}
	s.failAt(s.pos, "%s where %s should be", s.seen(), want)
}

// seen quotes the next byte for a message.
func (s *Scanner) seen() string {
	if c := s.buf[s.pos]; c < 0x80 {
		return strconv.QuoteRune(rune(c))
	}
	return fmt.Sprintf("byte 0x%02x", s.buf[s.pos])
}
