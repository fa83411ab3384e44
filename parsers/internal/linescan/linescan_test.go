package linescan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

type line struct {
	Text  string
	Line  int
	Ended bool
}

func lines(s *Scanner) []line {
	var out []line
	for s.Next() {
		out = append(out, line{string(s.Bytes()), s.Line(), s.Ended()})
	}
	return out
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 3*window+7)
	for name, tc := range map[string]struct {
		in   string
		want []line
	}{
		"nothing":                      {"", nil},
		"one newline is a blank line":  {"\n", []line{{"", 1, true}}},
		"CRLF and LF":                  {"a\r\nb\nc\r\n", []line{{"a", 1, true}, {"b", 2, true}, {"c", 3, true}}},
		"only the last CR goes":        {"a\r\r\n\rb\n", []line{{"a\r", 1, true}, {"\rb", 2, true}}},
		"the last line has no end":     {"a\n\nb", []line{{"a", 1, true}, {"", 2, true}, {"b", 3, false}}},
		"a CR at the very end":         {"a\r", []line{{"a", 1, false}}},
		"longer than the window":       {"a\n" + long + "\nb\n", []line{{"a", 1, true}, {long, 2, true}, {"b", 3, true}}},
		"ends at the first read's end": {long[:firstWindow-1] + "\nb\n", []line{{long[:firstWindow-1], 1, true}, {"b", 2, true}}},
		"ends at the window's end":     {long[:window-1] + "\nb\n", []line{{long[:window-1], 1, true}, {"b", 2, true}}},
		"begins at the window's end":   {long[:window] + "\nb\n", []line{{long[:window], 1, true}, {"b", 2, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole":         strings.NewReader(tc.in),
				"in halves":     iotest.HalfReader(strings.NewReader(tc.in)),
				"EOF with data": iotest.DataErrReader(strings.NewReader(tc.in)),
			} {
				s := New(context.Background(), r)
				if diff := cmp.Diff(tc.want, lines(s)); diff != "" || s.Err() != nil {
					t.Errorf("%s: error %v, lines %s", how, s.Err(), diff)
				}
			}
		})
	}
}

func TestALineAboveTheLimitIsNamed(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want int // lines before the error
		ok   bool
	}{
		{"a\n12345678\nb\n", 3, true},
		{"a\n123456789\nb\n", 1, false},
		{"a\n123456789", 1, false},
		{"a\n12345678", 2, true},
	} {
		for _, read := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.DataErrReader, iotest.TimeoutReader} {
			s := New(context.Background(), read(strings.NewReader(tc.in)))
			s.max, s.window, s.buf = 8, 4, make([]byte, 4)
			got := lines(s)
			if errors.Is(s.Err(), iotest.ErrTimeout) {
				continue // the reader that stops at its second read; see below
			}
			var tooLong *TooLong
			if errors.As(s.Err(), &tooLong) == tc.ok || len(got) != tc.want {
				t.Errorf("%q: %d lines, error %v", tc.in, len(got), s.Err())
			}
			if tooLong != nil && (tooLong.Line != 2 || tooLong.Limit != 8) {
				t.Errorf("%q: %+v", tc.in, tooLong)
			}
		}
	}
}

func TestErrorsOfTheReaderAndTheContextAreKept(t *testing.T) {
	s := New(context.Background(), io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(io.ErrClosedPipe)))
	if got := lines(s); len(got) != 1 || s.Err() != io.ErrClosedPipe {
		t.Errorf("a failing reader: %v, error %v", got, s.Err())
	}
	s = New(context.Background(), iotest.DataErrReader(io.MultiReader(strings.NewReader("a\nb\n"), iotest.ErrReader(io.ErrClosedPipe))))
	if got := lines(s); len(got) != 2 || s.Err() != io.ErrClosedPipe {
		t.Errorf("lines that come with an error: %v, error %v", got, s.Err())
	}
	s = New(context.Background(), stuck{})
	if s.Next() || s.Err() != io.ErrNoProgress {
		t.Errorf("a reader that gives nothing: error %v", s.Err())
	}
	ctx, cancel := context.WithCancel(context.Background())
	s = New(ctx, strings.NewReader(strings.Repeat("line\n", window)))
	if !s.Next() {
		t.Fatal("no first line")
	}
	cancel()
	n := len(lines(s))
	if s.Err() != context.Canceled || n > window/5+1 {
		t.Errorf("after the context ended: %d lines more, error %v", n, s.Err())
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// FuzzLines compares with bufio.Scanner, at window sizes that no real file needs.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\nb\n\nc"), byte(3))
	f.Fuzz(func(t *testing.T, data []byte, size byte) {
		ref := bufio.NewScanner(bytes.NewReader(data))
		ref.Buffer(nil, len(data)+2)
		s := New(context.Background(), iotest.HalfReader(bytes.NewReader(data)))
		s.window, s.buf = int(size)+1, make([]byte, 1+int(size)/2)
		for n := 1; ref.Scan(); n++ {
			if !s.Next() || !bytes.Equal(s.Bytes(), ref.Bytes()) || s.Line() != n {
				t.Fatalf("line %d: %q, want %q", n, s.Bytes(), ref.Bytes())
			}
		}
		if s.Next() || s.Err() != nil {
			t.Fatalf("one line more, or error %v", s.Err())
		}
		if len(data) > 0 && s.Ended() != (data[len(data)-1] == '\n') {
			t.Fatalf("ended = %t", s.Ended())
		}
	})
}

func BenchmarkLines(b *testing.B) {
	data := bytes.Repeat([]byte(strings.Repeat("x", 99)+"\n"), 100_000)
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			for s := New(b.Context(), bytes.NewReader(data)); s.Next(); {
			}
		}
	})
	b.Run("bufio", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
			}
		}
	})
}

// Lines that are read ahead and passed count like those that Next gives.
func TestPass(t *testing.T) {
	s := New(context.Background(), strings.NewReader("a\nbb\nccc\ndd"))
	if len(s.Ahead()) != 0 {
		t.Errorf("%q is ahead before the first line", s.Ahead())
	}
	if !s.Next() || string(s.Ahead()) != "bb\nccc\ndd" {
		t.Fatalf("%q is ahead", s.Ahead())
	}
	s.Pass(0, 0)
	if string(s.Bytes()) != "a" {
		t.Errorf("passing nothing, the line is %q", s.Bytes())
	}
	s.Pass(len("bb\nccc\n"), 2)
	if s.Line() != 3 || !s.Ended() {
		t.Errorf("line %d, ended %t", s.Line(), s.Ended())
	}
	if !s.Next() || string(s.Bytes()) != "dd" || s.Line() != 4 || s.Ended() {
		t.Errorf("line %d %q, ended %t", s.Line(), s.Bytes(), s.Ended())
	}
	if s.Next() || s.Err() != nil {
		t.Error(s.Err())
	}
}
