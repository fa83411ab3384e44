package evidence

import "testing"

// TestChunksJoin joins lists of lengths around that of a chunk: what was first is
// first, whatever room the chunks had left.
func TestChunksJoin(t *testing.T) {
	lengths := []int{0, 1, 7, 9, chunkLen - 1, chunkLen, chunkLen + 1, 2*chunkLen + 5, 3 * chunkLen}
	for _, a := range lengths {
		for _, b := range lengths {
			var first, second chunks[int]
			for i := range a {
				first.add(i)
			}
			for i := range b {
				second.add(a + i)
			}
			first.join(&second)
			if next := first.next(); *next != 0 { // and it goes on
				t.Fatalf("%d and %d: the next element is %d before it is written", a, b, *next)
			} else {
				*next = a + b
			}
			if first.n != a+b+1 {
				t.Fatalf("%d and %d: %d elements", a, b, first.n)
			}
			for i := range first.n {
				if got := *first.at(i); got != i {
					t.Fatalf("%d and %d: element %d is %d", a, b, i, got)
				}
			}
			for _, chunk := range first.all[:len(first.all)-1] {
				if len(chunk) != chunkLen {
					t.Fatalf("%d and %d: a chunk of %d is not the last", a, b, len(chunk))
				}
			}
		}
	}
}
