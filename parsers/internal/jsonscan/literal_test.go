package jsonscan

import (
	"bytes"
	"testing"
)

// TestLiteralsOfEveryLength compares literals around the borders of words with the
// bytes themselves, at places up to the end of what was read, where a longer literal
// must not be found in what an earlier window left behind the zeros.
func TestLiteralsOfEveryLength(t *testing.T) {
	var text []byte
	for i := range 60 {
		text = append(text, byte('!'+i))
	}
	for n := 1; n <= len(text); n++ {
		l := newLiteral(text[:n])
		for from := range 3 {
			for end := from; end <= from+n; end++ {
				buf := append(make([]byte, from), text...)
				buf = append(buf, make([]byte, 2*pad)...)
				clear(buf[end : end+pad])
				if got, want := l.at(buf, from), bytes.HasPrefix(buf[from:], text[:n]); got != want {
					t.Errorf("%d bytes at %d, read to %d: %v, want %v", n, from, end, got, want)
				}
			}
		}
		for wrong := range n {
			buf := append(bytes.Clone(text), make([]byte, pad)...)
			buf[wrong] ^= 1
			if l.at(buf, 0) {
				t.Errorf("%d bytes: found with byte %d wrong", n, wrong)
			}
		}
	}
}
