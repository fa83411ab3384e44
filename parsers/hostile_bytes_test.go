package parsers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// sound looks for what no report may say, whatever its bytes were.
func sound(t *testing.T, about string, r *evidence.Report) {
	t.Helper()
	if r.Format == "" && r.Conclusive() {
		t.Errorf("%s: no format claims it, and it is conclusive", about)
	}
	for _, p := range r.Problems {
		if p.Pos.Line < 0 || p.Pos.Col < 0 || len(p.Message) > 2000 {
			t.Errorf("%s: problem %.200q", about, p)
		}
	}
	for _, c := range r.Cases.All() {
		if c.Duration < 0 || c.Line < 0 || c.At.Line < 0 {
			t.Errorf("%s: case %+v", about, c)
		}
	}
	for i := range r.Coverage {
		f := &r.Coverage[i]
		for _, u := range evidence.Units {
			if m, ok := f.Unit(u); ok && m.Num > m.Den {
				t.Errorf("%s: %s of %s covered", about, m.Fraction(), u)
			}
		}
	}
	for _, f := range r.Findings.All() {
		if f.Line < 0 || f.Col < 0 {
			t.Errorf("%s: finding %+v", about, f)
		}
	}
}

// positions spreads at most n offsets over length.
func positions(length, n int) (at []int) {
	for i := range min(n, length) {
		at = append(at, i*length/min(n, length))
	}
	return at
}

// eachSmall calls f for the samples that are quick to read many times.
func eachSmall(t *testing.T, f func(t *testing.T, fm parsers.Format, name string, data []byte)) {
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		if len(data) > 4<<10 {
			t.Skip("only small samples are changed in many places")
		}
		f(t, fm, filepath.Base(file), data)
	})
}

var digits = regexp.MustCompile(`-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?`)

func TestHostileNumbersAnywhere(t *testing.T) {
	numbers := []string{"-1", "-9223372036854775809", "18446744073709551616", "1" + strings.Repeat("0", 400), "1e400", "-1e400", "1e-400", "1.5", "NaN", "+1", "0x10", ""}
	eachSmall(t, func(t *testing.T, _ parsers.Format, name string, data []byte) {
		spans := digits.FindAllIndex(data, -1)
		for _, i := range positions(len(spans), 5) {
			for _, n := range numbers {
				changed := bytes.Join([][]byte{data[:spans[i][0]], []byte(n), data[spans[i][1]:]}, nil)
				sound(t, "the number at "+excerptOf(changed, spans[i][0]), parse(t, name, bytes.NewReader(changed)))
			}
		}
	})
}

func TestHostileBytesAnywhere(t *testing.T) {
	texts := []string{"\xff", "\xc0\x80", "\xed\xa0\x80", "\x00", `\ud800`, `\udc00\ud800`, `\u0000`, "&#0;", "&#xD800;", "\x1b[2J", "\u202e", "\ufeff", "\r", "]]>", "\x1a", "\xf4\x90\x80\x80"}
	eachSmall(t, func(t *testing.T, _ parsers.Format, name string, data []byte) {
		for _, i := range positions(len(data), 8) {
			for _, text := range texts {
				changed := bytes.Join([][]byte{data[:i], []byte(text), data[i:]}, nil)
				sound(t, "before "+excerptOf(changed, i), parse(t, name, bytes.NewReader(changed)))
			}
		}
		changed := bytes.Map(func(r rune) rune {
			if r == 'e' {
				return utf8.RuneError
			}
			return r
		}, data)
		sound(t, "every e replaced", parse(t, name, bytes.NewReader(changed)))
	})
}

func excerptOf(data []byte, at int) string {
	return string(data[max(0, at-20):at]) + "▶" + string(data[at:min(len(data), at+20)])
}

// A file that is nothing but one byte, many times, is no report.
func TestOneByteManyTimes(t *testing.T) {
	for b := range 256 {
		rep := parse(t, "report", &stream{parts: []part{times(1<<17, string([]byte{byte(b)}))}})
		if rep.Conclusive() {
			t.Errorf("%q many times is conclusive: %s", rune(b), rep.Format)
		}
	}
}

// The files of the system that read without end are not read.
func TestDevicesAreForTheCaller(t *testing.T) {
	f, err := os.Open("/dev/zero")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	w := &watched{r: f}
	if rep := parse(t, "zero", w); rep.Conclusive() || w.n > 1<<20 {
		t.Errorf("%d bytes of /dev/zero were read: %v", w.n, rep.Problems)
	}
}
