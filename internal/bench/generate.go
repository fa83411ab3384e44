package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

// countingWriter knows how much it has written; generators ask it when to end.
// Errors are kept by the bufio.Writer and seen at its Flush.
type countingWriter struct {
	w *bufio.Writer
	n int64
}

func (c *countingWriter) printf(format string, args ...any) {
	n, _ := fmt.Fprintf(c.w, format, args...)
	c.n += int64(n)
}

// generate writes the report of a format to a file.
func generate(path string, f reportFormat, size int64) (items int, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	items, err = render(file, f, size)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return items, err
}

func render(w io.Writer, f reportFormat, size int64) (items int, err error) {
	c := &countingWriter{w: bufio.NewWriterSize(w, 1<<20)}
	items = f.write(c, size)
	return items, c.w.Flush()
}

// dice are the same on every machine.
func dice() *rand.Rand { return rand.New(rand.NewPCG(20, 26)) }

var words = []string{"accepts", "refuses", "order", "guest", "room", "screening", "member", "invoice", "tenant", "quota", "empty", "late", "second", "unicode ñandú", "limit"}

func phrase(r *rand.Rand) string {
	return words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + words[r.IntN(len(words))]
}
