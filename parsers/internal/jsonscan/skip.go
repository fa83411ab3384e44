package jsonscan

import "github.com/tollgate-ci/tollgate/parsers/internal/format"

// skip moves over the value that is due. It validates all of it: a value that is
// not asked for must still be one, or where the next begins would be a guess. What
// that costs is little, because it looks at nothing twice and keeps nothing.
func (s *Scanner) skip() {
	s.pending = false
	s.skips = s.skips[:0]
	for s.err == nil {
		switch c := s.next(); c {
		case '"':
			s.passString()
		case '{', '[':
			if len(s.frames)+len(s.skips) >= format.MaxDepth {
				s.tooDeep()
				return
			}
			s.pos++
			s.skips = append(s.skips, c)
			if c == '[' {
				if s.next() != ']' {
					continue
				}
			} else if s.next() != '}' {
				s.passName()
				continue
			}
			s.pos++
			s.skips = s.skips[:len(s.skips)-1]
		case 't', 'f', 'n':
			s.passLiteral()
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			s.tok = s.pos
			s.passNumber()
		default:
			s.unexpected("a value")
		}
		if !s.passClosing() {
			return
		}
	}
}

// passClosing moves from the end of one skipped value to the next one that is due
// inside the skip. False means that the skip is over.
func (s *Scanner) passClosing() bool {
	for len(s.skips) > 0 && s.err == nil {
		last := len(s.skips) - 1
		object := s.skips[last] == '{'
		switch c := s.next(); {
		case c == ',':
			s.pos++
			if object {
				s.next()
				s.passName()
			}
			return true
		case c == '}' && object, c == ']' && !object:
			s.pos++
			s.skips = s.skips[:last]
		case object:
			s.unexpected("',' or '}'")
		default:
			s.unexpected("',' or ']'")
		}
	}
	return false
}

// passName moves over a name and its colon.
func (s *Scanner) passName() {
	if s.buf[s.pos] != '"' {
		s.unexpected("a name in quotes")
		return
	}
	if !s.passString() {
		return
	}
	if s.next() != ':' {
		s.unexpected("':'")
		return
	}
	s.pos++
}
