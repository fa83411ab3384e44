package xmlscan

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// openCharset fills the first window, drops a byte order mark, and puts a
// transcoder before the stream if the declaration names an encoding that needs
// one.
func (s *Scanner) openCharset() error {
	if err := s.fill(); err != nil {
		return err
	}
	s.skipMark()
	name := declaredEncoding(s.buf[s.pos:s.end])
	switch lower := strings.ToLower(name); {
	case lower == "", lower == "utf-8", lower == "us-ascii", lower == "ascii":
		return nil
	case strings.HasPrefix(lower, "utf-16"), lower == "ucs-2", lower == "iso-10646-ucs-2":
		return nil // these bytes are ASCII so far, so someone has turned them into UTF-8
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return s.errorAt(s.pos, "the encoding %.64q is not known; write the report in UTF-8", name)
	}
	if canonical, _ := htmlindex.Name(enc); canonical == "utf-8" {
		return nil
	}
	if s.ends != nil {
		return s.errorAt(s.pos, "a half of a document cannot be in %.64q", name)
	}
	s.transcode(enc)
	return s.fill()
}

// transcode reads what is in the window, and all that follows, through enc.
func (s *Scanner) transcode(enc encoding.Encoding) {
	parts := []io.Reader{bytes.NewReader(bytes.Clone(s.buf[s.pos:s.end]))}
	switch {
	case s.readErr != nil:
		parts = append(parts, failing{s.readErr})
	case !s.eof:
		parts = append(parts, s.r)
	}
	s.r = transform.NewReader(io.MultiReader(parts...), enc.NewDecoder())
	s.pos, s.end, s.eof, s.readErr = 0, 0, false, nil
}

// failing is a reader that only fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// skipMark drops a byte order mark.
func (s *Scanner) skipMark() {
	if bytes.HasPrefix(s.buf[s.pos:s.end], []byte("\uFEFF")) {
		s.pos += 3
	}
}

// declaredEncoding is the encoding that the XML declaration names, or "".
func declaredEncoding(b []byte) string {
	b = bytes.TrimLeft(b, " \t\r\n")
	if !bytes.HasPrefix(b, []byte("<?xml")) {
		return ""
	}
	end := bytes.Index(b, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, b, ok := bytes.Cut(b[:end], []byte("encoding"))
	if !ok {
		return ""
	}
	b = bytes.TrimLeft(b, " \t\r\n=")
	if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
		return ""
	}
	name, _, ok := bytes.Cut(b[1:], b[:1])
	if !ok {
		return ""
	}
	return string(bytes.TrimSpace(name))
}
