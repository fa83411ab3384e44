package xmlscan

import "bytes"

// scanMarkup passes over what begins with "<!" or "<?" at pos, or enters a CDATA
// section.
func (s *Scanner) scanMarkup() error {
	for {
		b := s.buf[s.pos:s.end]
		if len(b) < len("<!DOCTYPE") && !s.eof { // what begins here cannot be told yet
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		var size int // 0 if it is not whole yet
		var what string
		switch {
		case b[1] == '?':
			what = "a processing instruction"
			if len(b) > 2 && !isNameStart(b[2]) {
				return s.errorAt(s.pos+2, "a processing instruction needs a name after \"<?\"")
			}
			size = endOf(b, 2, "?>")
		case begins(b, "<!--"):
			what = "a comment"
			size = endOf(b, 4, "-->")
		case begins(b, "<![CDATA["):
			what = "a CDATA section"
			if len(b) >= 9 {
				if len(s.open) == 0 {
					return s.errorAt(s.pos, "a CDATA section outside the root element")
				}
				s.cdata = true
				size = 9
			}
		case begins(b, "<!DOCTYPE"):
			what = "a document type declaration"
			if s.rooted {
				return s.errorAt(s.pos, "a document type declaration after the root element has begun")
			}
			size = endOfDoctype(b)
		default:
			return s.errorAt(s.pos, "\"<!\" begins neither a comment, nor CDATA, nor a document type declaration")
		}
		if size > 0 {
			s.pos += size
			return nil
		}
		if err := s.more(what); err != nil {
			return err
		}
	}
}

// begins reports whether b begins with word, as far as b goes.
func begins(b []byte, word string) bool {
	n := min(len(b), len(word))
	return string(b[:n]) == word[:n]
}

// endOf is the offset behind the first mark at or after from, or 0.
func endOf(b []byte, from int, mark string) int {
	if len(b) < from {
		return 0
	}
	n := bytes.Index(b[from:], []byte(mark))
	if n < 0 {
		return 0
	}
	return from + n + len(mark)
}

// endOfDoctype is the offset behind a document type declaration with its
// internal subset, or 0. Nothing in it is read.
func endOfDoctype(b []byte) int {
	var quote byte
	depth := 0
	for p := len("<!DOCTYPE"); p < len(b); p++ {
		c := b[p]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<' && begins(b[p:], "<!--"):
			end := endOf(b[p:], 4, "-->")
			if end == 0 {
				return 0
			}
			p += end - 1
		case c == '<':
			depth++
		case c == '>' && depth == 0:
			return p + 1
		case c == '>':
			depth--
		}
	}
	return 0
}
