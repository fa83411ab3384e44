package evidence

import "slices"

// chunks is a list that grows without moving what is in it, once it has more than a
// few thousand elements: appending never leaves an old copy for the collector. The
// first chunk begins small and grows, because most reports hold a few cases and a run
// may write thousands of reports.
type chunks[T any] struct {
	all [][]T // all but the last are full
	n   int
}

const (
	chunkLen   = 4096
	firstChunk = 8
)

func (c *chunks[T]) at(i int) *T { return &c.all[i/chunkLen][i%chunkLen] }

func (c *chunks[T]) add(v T) { *c.next() = v }

// next adds an element that is zero and gives it.
func (c *chunks[T]) next() *T {
	if k := len(c.all) - 1; k >= 0 {
		if last := &c.all[k]; len(*last) < min(cap(*last), chunkLen) {
			n := len(*last)
			*last = (*last)[:n+1]
			c.n++
			return &(*last)[n]
		}
	}
	return c.grow()
}

// grow is next where there is no room.
func (c *chunks[T]) grow() *T {
	if c.n%chunkLen == 0 {
		size := chunkLen
		if c.n == 0 {
			size = firstChunk
		}
		c.all = append(c.all, make([]T, 0, size))
	}
	last := &c.all[len(c.all)-1]
	n := len(*last)
	if n == cap(*last) {
		*last = slices.Grow(*last, n)
	}
	*last = (*last)[:n+1]
	c.n++
	return &(*last)[n]
}

// join appends the elements of o, which must not be used after. Its chunks become
// those of c: they are filled up from one another, in place.
func (c *chunks[T]) join(o *chunks[T]) {
	for _, chunk := range o.all {
		if c.n%chunkLen != 0 {
			last := &c.all[len(c.all)-1]
			room := min(chunkLen-len(*last), len(chunk))
			*last = append(*last, chunk[:room]...)
			c.n += room
			rest := copy(chunk, chunk[room:])
			clear(chunk[rest:]) // next gives out what is zero
			chunk = chunk[:rest]
		}
		if len(chunk) > 0 {
			c.all = append(c.all, chunk)
			c.n += len(chunk)
		}
	}
}
