package part_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/part"
)

// Names are taken apart and put together again, whatever is in them: past a block,
// past all words that are remembered, numbers that are none, and ends anywhere.
func TestEveryNameComesBack(t *testing.T) {
	letters := func(n int) string { // a word of its own for every number
		word := "w"
		for ; n > 0; n /= 26 {
			word += string(rune('a' + n%26))
		}
		return word
	}
	names := []string{"", "a", "0", "00", "007", "7", "999999999999999", "1000000000000000", "18446744073709551616", "-1", "1.50", "aB", "ABc", "HTTPServer2x",
		"ä€🙂", "\x00\xff", "[1] (2)", strings.Repeat("x", evidence.MaxName), strings.Repeat("a1", evidence.MaxName/2), "ends", "ends here", "ends"}
	for i := range 70_000 {
		names = append(names, fmt.Sprintf("%s_%d[%d]", letters(i), i%7, 70_000-i), letters(i%5))
	}
	for i := range 70_000 / 1000 { // words that come again, of which the last are not remembered
		names = append(names, letters(i*1000), letters(i*1000))
	}
	r := &evidence.Report{Source: "r", Format: "junit-xml", Kinds: evidence.Tests}
	for _, name := range names {
		r.Cases.AppendCase(evidence.Case{Name: name, Outcome: evidence.Passed})
	}
	back := decode(t, encode(t, of(r))).Reports[0]
	if back.Cases.Len() != len(names) {
		t.Fatalf("%d cases, want %d", back.Cases.Len(), len(names))
	}
	for i, want := range names {
		if got := back.Cases.At(i).Name; got != want {
			t.Fatalf("case %d is called %.60q, want %.60q", i, got, want)
		}
	}
}

// Durations are told in the largest unit that rounds none of them.
func TestDurationsAreExact(t *testing.T) {
	us := time.Microsecond
	for _, ds := range [][]time.Duration{
		{0, 0}, {us}, {0, 10 * us}, {255 * us, 256 * us, 257 * us}, {time.Second, time.Millisecond}, {time.Hour, 90 * time.Second, 0},
		{time.Second, 1_000_001 * us}, {100_000 * us, 1_100_000 * us}, {1 << 52 / 1000 * time.Microsecond},
	} {
		r := &evidence.Report{Source: "r", Format: "junit-xml", Kinds: evidence.Tests}
		for _, d := range ds {
			r.Cases.AppendCase(evidence.Case{Name: "n", Outcome: evidence.Passed, Duration: d})
		}
		back := decode(t, encode(t, of(r))).Reports[0]
		for i, want := range ds {
			if got := back.Cases.At(i).Duration; got != want {
				t.Errorf("%v: the duration %d came back as %v", ds, i, got)
			}
		}
	}
}

// What docs/parts.md says of large reports, a fiftieth of them shows already.
func TestAPartIsUnderATwentiethOfItsReport(t *testing.T) {
	for _, size := range sizes {
		if size.raw == nil {
			continue
		}
		n := size.n / 50
		r := size.make(random(), n)
		var b bytes.Buffer
		if err := part.Encode(&b, of(r)); err != nil {
			t.Fatal(err)
		}
		if raw := size.raw(r); b.Len()*20 > raw {
			t.Errorf("%d %s: %d bytes of %d", n, size.name, b.Len(), raw)
		}
	}
}
