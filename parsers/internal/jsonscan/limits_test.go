package jsonscan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

func TestNestingIsLimited(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		depth int
		want  string
	}{{format.MaxDepth, "<nil>"}, {format.MaxDepth + 1, "1:1001: nested more than 1000 deep"}} {
		_, err := tokens(jsonscan.NewBytes([]byte(nested(tt.depth))))
		if fmt.Sprint(err) != tt.want {
			t.Errorf("reading %d: %v, want %s", tt.depth, err, tt.want)
		}
		if err := jsonscan.NewBytes([]byte(nested(tt.depth))).End(); fmt.Sprint(err) != tt.want {
			t.Errorf("skipping %d: %v, want %s", tt.depth, err, tt.want)
		}
	}
	s := jsonscan.NewBytes([]byte(nested(format.MaxDepth + 1)))
	for range s.Elements { // enters one, skips the others
	}
	if err := s.End(); err == nil {
		t.Error("entering and skipping together go deeper than the limit")
	}
}

func TestTokensAreLimitedOnlyWhereTheyAreKept(t *testing.T) {
	long := `["` + strings.Repeat("x", format.MaxToken) + `",1]`
	if err := jsonscan.New(t.Context(), strings.NewReader(long)).End(); err != nil {
		t.Errorf("skipping a long string: %v", err)
	}
	s := jsonscan.New(t.Context(), strings.NewReader(long))
	for range s.Elements {
		if text, ok := s.Text(); ok {
			t.Errorf("a string of %d bytes was read", len(text))
		}
	}
	if err := s.Err(); err == nil || err.Error() != "1:2: a token is longer than 16 MiB" {
		t.Errorf("error %v", err)
	}
	fits := `["` + strings.Repeat("x", format.MaxToken-100) + `",1]`
	s = jsonscan.New(t.Context(), strings.NewReader(fits))
	for range s.Elements {
		if text, ok := s.Text(); ok && len(text) != format.MaxToken-100 || s.Err() != nil {
			t.Errorf("%d bytes, %v", len(text), s.Err())
		}
	}
}

func TestReadingStopsWhereTheSourceDoes(t *testing.T) {
	broken := errors.New("disk on fire")
	src := io.MultiReader(strings.NewReader(`{"a":[1,2`), iotest.ErrReader(broken))
	var r evidence.Report
	if err := jsonscan.New(t.Context(), src).Finish(&r); err != broken || len(r.Problems) > 0 {
		t.Errorf("error %v, problems %v", err, r.Problems)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := jsonscan.New(ctx, strings.NewReader("{}")).Finish(&r); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
	if err := jsonscan.New(t.Context(), stuck{}).Finish(&r); err != io.ErrNoProgress {
		t.Errorf("stuck: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReadingAllocatesNothingPerValue(t *testing.T) {
	text := []byte("[" + strings.Repeat(`{"id":"a1","n":12,"nested":{"deep":[1,2,"x"]},"text":"plain text of some length"},`, 2000) + "null]")
	var count int
	walk := func() {
		s := jsonscan.NewBytes(text)
		for range s.Elements {
			for key := range s.Members {
				switch string(key) {
				case "id", "text":
					text, _ := s.Text()
					count += len(text)
				case "n":
					s.Int()
				}
			}
		}
		if err := s.End(); err != nil {
			t.Fatal(err)
		}
	}
	if n := testing.AllocsPerRun(5, walk); n > 40 { // half of them to learn how the objects are written
		t.Errorf("%v allocations for 2000 objects", n)
	}
	if count == 0 {
		t.Error("nothing was read")
	}
}

func BenchmarkSkip(b *testing.B) {
	text := []byte("[" + strings.Repeat(`{"id":"a1","n":12,"nested":{"deep":[1,2,"x"]},"text":"plain text of some length"},`, 200_000) + "null]")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := jsonscan.New(b.Context(), bytes.NewReader(text)).End(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	text := []byte("[" + strings.Repeat(`{"id":"a1","n":12,"nested":{"deep":[1,2,"x"]},"text":"plain text of some length"},`, 200_000) + "null]")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := jsonscan.New(b.Context(), bytes.NewReader(text))
		for range s.Elements {
			for range s.Members {
				s.Scalar()
			}
		}
		if err := s.End(); err != nil {
			b.Fatal(err)
		}
	}
}
