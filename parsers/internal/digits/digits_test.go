package digits

import (
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestLeading(t *testing.T) {
	check := func(text [8]byte) {
		t.Helper()
		size := 0
		for size < 8 && '0' <= text[size] && text[size] <= '9' {
			size++
		}
		want, _ := strconv.ParseUint("0"+string(text[:size]), 10, 64)
		n, got := Leading(binary.LittleEndian.Uint64(text[:]))
		if n != want || got != size {
			t.Fatalf("Leading(%q) = %d, %d, want %d, %d", text, n, got, want, size)
		}
		for n := 1; n <= 7; n++ {
			v, ok := Exactly(binary.LittleEndian.Uint64(text[:]), n)
			if ok != (n == size) || ok && v != want {
				t.Fatalf("Exactly(%q, %d) = %d, %t, want %d of %d digits", text, n, v, ok, want, size)
			}
		}
		positive, got := Positive(binary.LittleEndian.Uint64(text[:]))
		if positive != (want > 0) || got != size {
			t.Fatalf("Positive(%q) = %t, %d, want %t, %d", text, positive, got, want > 0, size)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300_000 {
		var text [8]byte
		size := r.IntN(9)
		for i := range text {
			switch {
			case i < size:
				text[i] = byte('0' + r.IntN(10))
			case i == size: // what stands next to the digits in ASCII most of all
				text[i] = []byte{'/', ':', ';', ',', '\n', '"', 0, 0x7f, 0x80, 0xff, 0xba, 0xb0}[r.IntN(12)]
			default:
				text[i] = byte(r.IntN(256))
			}
		}
		check(text)
	}
	for c := range 256 {
		check([8]byte{byte(c), '1', '2', '3', '4', '5', '6', '7'})
		check([8]byte{'1', '2', '3', '4', '5', '6', '7', byte(c)})
	}
}
