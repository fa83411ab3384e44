package xmlscan

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// headLen is how far the first element is looked for of those between which a
// document may be cut.
const headLen = 64 << 10

// Halves reads a large document in two halves at once, as format.Halves does. It is
// cut before an element of this name, where the elements are open in which the
// first of them stands; read gets these, outermost first.
//
// Where the bytes are cut is a guess: they may be part of a comment, a value or
// CDATA. The first half tells, because it must end in content and in just these
// elements; then the second begins where it seems to.
func Halves[P any](ctx context.Context, src format.Source, element string, read func(s *Scanner, half int, open []string) (P, bool)) (first, second P, ok bool) {
	var open []string
	cut := func(part []byte) int {
		if open == nil {
			found := false
			if open, found = openAt(Head(src), element); !found || len(open) == 0 {
				return -1
			}
		}
		return bytes.Index(part, []byte("<"+element+" "))
	}
	return format.Halves(ctx, src, cut, func(ctx context.Context, half int, r io.Reader) (P, bool) {
		return read(newHalf(ctx, r, half, open), half, open)
	})
}

// newHalf makes a scanner of the first (0) or second (1) half of a document that
// was cut in content where just these elements are open, outermost first. A first
// half that ends elsewhere is an error, and so is one that is not in UTF-8: the
// halves are then no halves, and the document is to be read in order.
func newHalf(ctx context.Context, r io.Reader, half int, open []string) *Scanner {
	s := New(ctx, r)
	if half == 0 {
		s.ends = open
		return s
	}
	s.charset, s.rooted = true, true
	for _, name := range open {
		s.open = append(s.open, openTag{uint32(len(s.names)), uint32(strings.IndexByte(name, ':') + 1)})
		s.names = append(s.names, name...)
	}
	return s
}

// openNames are the names, with their prefixes, of the elements that are open.
func (s *Scanner) openNames() []string {
	var names []string
	for i, tag := range s.open {
		end := len(s.names)
		if i+1 < len(s.open) {
			end = int(s.open[i+1].name)
		}
		names = append(names, string(s.names[tag.name:end]))
	}
	return names
}

// openAt gives the elements that are open where the first of this name begins, if
// that is in the first bytes of the document.
func openAt(head []byte, name string) (open []string, ok bool) {
	s, ok := Root(head)
	for ok && string(s.Name()) != name {
		k, err := s.Next()
		for err == nil && k == End {
			k, err = s.Next()
		}
		ok = err == nil && k == Start
	}
	if !ok {
		return nil, false
	}
	return s.openNames()[:s.Depth()-1], true
}

// Head is the beginning of a plain file, as far as Halves looks at it.
func Head(src format.Source) []byte {
	head := make([]byte, headLen)
	n, _ := src.At.ReadAt(head, 0)
	return head[:n]
}
