package part_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/part"
)

// pack puts contents into a part whose digest is right: what an attacker can do.
func pack(contents []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "tollgate part %d sha256:%x\n", part.Version, sha256.Sum256(contents))
	zw, _ := gzip.NewWriterLevel(&b, gzip.NoCompression)
	zw.Write(contents)
	zw.Close()
	return b.Bytes()
}

// unpack gives the contents of a part.
func unpack(t testing.TB, data []byte) []byte {
	_, data, _ = bytes.Cut(data, []byte("\n"))
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	contents, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return contents
}

// Whatever the contents, reading ends, and what is read is written and read again as
// the same.
func FuzzDecode(f *testing.F) {
	for name, data := range samples(f) {
		if len(data) < 700 {
			f.Add(unpack(f, encode(f, of(parse(f, name, data)))))
		}
	}
	f.Fuzz(func(t *testing.T, contents []byte) {
		part.Decode(bytes.NewReader(contents)) // it is hardly ever a part, and must not matter
		file, err := part.Decode(bytes.NewReader(pack(contents)))
		if err != nil {
			return
		}
		first := encode(t, file)
		again := decode(t, first)
		for i, r := range file.Reports {
			if want, got := dump(r), dump(again.Reports[i]); want != got {
				t.Errorf("report %d: %s", i, firstDifference(want, got))
			}
		}
		if !bytes.Equal(encode(t, again), first) {
			t.Error("encoded again it is another part")
		}
	})
}

// A short part that claims much is refused before it takes the memory.
func TestAShortPartThatUnfoldsIsRefused(t *testing.T) {
	zeros := func(n int) []byte { return make([]byte, n) }
	var b bytes.Buffer
	fmt.Fprintf(&b, "tollgate part %d sha256:%064d\n", part.Version, 0)
	zw := gzip.NewWriter(&b)
	head := unpack(t, encode(t, &part.File{Key: key}))
	zw.Write(head[:len(head)-2]) // without its lists
	zw.Write([]byte{0x80, 0x80, 0x08})
	for range 300 {
		zw.Write(zeros(1 << 20))
	}
	zw.Close()
	if _, err := part.Decode(&b); err == nil {
		t.Error("it is taken")
	}
}
