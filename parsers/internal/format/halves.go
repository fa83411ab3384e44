package format

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"runtime"
	"sync"
)

// From this size on a file is worth cutting, and this far from its middle a cut is
// looked for.
const (
	halvesFrom = 4 << 20
	cutWithin  = 1 << 20
)

// Halves reads the two halves of a large file at once, on two cores. cut gives the
// offset in a part of the file from which on a reader can begin, or a negative
// number. read reads a half, 0 or 1, and reports whether all was well in it, which
// includes that it ended where a half can end.
//
// If ok is false, the file is to be read in order, as if nothing had happened: it
// is small, is no plain file, nobody found where to cut it, or something was not
// well. So the halves never have to agree on what is wrong with a file, and what
// is said of it does not depend on the number of cores.
func Halves[P any](ctx context.Context, src Source, cut func(part []byte) int, read func(ctx context.Context, half int, r io.Reader) (P, bool)) (first, second P, ok bool) {
	at := int64(-1)
	if src.At != nil && src.Size >= cmp.Or(src.HalvesFrom, halvesFrom) && runtime.GOMAXPROCS(0) > 1 {
		at = findCut(src, cut)
	}
	if at < 0 {
		return first, second, false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var secondOK bool
	wg.Go(func() {
		if second, secondOK = read(ctx, 1, io.NewSectionReader(src.At, at, src.Size-at)); !secondOK {
			cancel()
		}
	})
	first, ok = read(ctx, 0, io.NewSectionReader(src.At, 0, at))
	if !ok {
		cancel()
	}
	wg.Wait()
	return first, second, ok && secondOK
}

// findCut looks for a cut behind the middle of the file.
func findCut(src Source, cut func(part []byte) int) int64 {
	middle := src.Size / 2
	for size := int64(64 << 10); size <= cutWithin; size *= 4 {
		part := make([]byte, size)
		n, err := src.At.ReadAt(part, middle)
		if err != nil && err != io.EOF {
			return -1
		}
		if i := cut(part[:n]); i >= 0 {
			return middle + int64(i)
		}
	}
	return -1
}

// After is a cut behind the first of a mark.
func After(mark string) func(part []byte) int {
	return func(part []byte) int {
		if i := bytes.Index(part, []byte(mark)); i >= 0 {
			return i + len(mark)
		}
		return -1
	}
}
