package xmlscan

import (
	"bytes"
	"context"
	"io"

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
			if open, found = OpenAt(Head(src), element); !found || len(open) == 0 {
				return -1
			}
		}
		return bytes.Index(part, []byte("<"+element+" "))
	}
	return format.Halves(ctx, src, cut, func(ctx context.Context, half int, r io.Reader) (P, bool) {
		return read(NewHalf(ctx, r, half, open), half, open)
	})
}

// Head is the beginning of a plain file, as far as Halves looks at it.
func Head(src format.Source) []byte {
	head := make([]byte, headLen)
	n, _ := src.At.ReadAt(head, 0)
	return head[:n]
}
