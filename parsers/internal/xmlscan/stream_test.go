package xmlscan

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadErrorsComeAfterWhatWasRead(t *testing.T) {
	broken := errors.New("the disk is gone")
	s := New(context.Background(), io.MultiReader(strings.NewReader("<?xml version='1.0' encoding='latin1'?><r><a/>"), iotest.ErrReader(broken)))
	for _, want := range []Kind{Start, Start, End} {
		if k, err := s.Next(); k != want || err != nil {
			t.Fatalf("got %v, %v; want %v", k, err, want)
		}
	}
	for range 2 {
		if _, err := s.Next(); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	}
}

func TestContextStopsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := New(ctx, io.MultiReader(strings.NewReader("<r>"), spaces{}))
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorStays(t *testing.T) {
	s := New(context.Background(), strings.NewReader("<a/><b/><c/>"))
	s.Next()
	s.Next()
	_, first := s.Next()
	_, second := s.Next()
	if first == nil || second != first {
		t.Errorf("first %v, then %v", first, second)
	}
}

// spaces never ends.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAReaderThatGivesNothing(t *testing.T) {
	if _, err := events(idle{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v", err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// TestSteadyStateAllocatesNothing holds the scanner to its promise.
func TestSteadyStateAllocatesNothing(t *testing.T) {
	row := []byte("<row name=\"a &amp; b\" class='c' time=\"0.1\">\n text &lt; <![CDATA[x]]></row>\n<row name=\"\xff\"/><p/>\n")
	s := New(context.Background(), io.MultiReader(strings.NewReader("<r>"), &endless{row: row}))
	events := func() {
		for range 10_000 {
			k, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			if k == Start {
				s.Name()
				s.Line()
				for i := range s.NumAttrs() {
					s.AttrValue(i)
				}
			}
		}
	}
	events()
	if n := testing.AllocsPerRun(10, events); n > 0 {
		t.Errorf("%v allocations in 10000 events", n)
	}
	if n := cap(s.spare) + cap(s.names) + cap(s.own); n > 4<<10 {
		t.Errorf("%d bytes kept of tags that were read", n)
	}
}

// endless gives row again and again.
type endless struct {
	row []byte
	at  int
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		c := copy(p[n:], e.row[e.at:])
		n += c
		e.at = (e.at + c) % len(e.row)
	}
	return n, nil
}
