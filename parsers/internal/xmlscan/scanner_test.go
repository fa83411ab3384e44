package xmlscan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// events reads a document and writes down what was found: <name a="v"> for a
// start, text as it is, </name> for an end. Pieces of text that touch are one.
func events(r io.Reader) (string, error) { return eventsIn(windowSize, r) }

// eventsIn is events with a window of that size at first.
func eventsIn(size int, r io.Reader) (string, error) {
	var out strings.Builder
	s := New(context.Background(), r)
	s.size = size
	for {
		k, err := s.next(true)
		if err != nil {
			return out.String(), err
		}
		switch k {
		case Start:
			fmt.Fprintf(&out, "<%s", s.name)
			for i := range s.NumAttrs() {
				fmt.Fprintf(&out, " %s=%q", s.AttrName(i), s.AttrValue(i))
			}
			out.WriteString(">")
		case End:
			fmt.Fprintf(&out, "</%s>", s.name)
		case text:
			out.Write(s.appendPiece(nil))
		case Done:
			return out.String(), nil
		}
	}
}

const everything = "\uFEFF<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY e \"v\">]>\n<!-- c -->" +
	"<r a=\"1 &lt; 2\" b='é'>\r\n text &amp; <![CDATA[ <raw> ]]><child/>\n<aaaaaaaa x=\"1\"></aaaaaaaa>" +
	"<aaaaaaaa x=\"2\"/><?pi?></r>"

func TestEveryPrefixIsAnError(t *testing.T) {
	if _, err := events(strings.NewReader(everything)); err != nil {
		t.Fatal(err)
	}
	for n := range len(everything) {
		_, err := events(strings.NewReader(everything[:n]))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("the first %d bytes: %v, want a syntax error", n, err)
		}
	}
}

// TestAnyPlaceOfTheWindowsEdge reads through windows of every small size, so that
// every token is cut at every place.
func TestAnyPlaceOfTheWindowsEdge(t *testing.T) {
	long := "<r>" + strings.Repeat("\r\n&#x1F600;é&amp;]]日", 30) + "<![CDATA[" + strings.Repeat("]\r\né]]日&amp;", 30) + "]]></r>"
	for _, in := range []string{everything[3:], long, "\n \n" + everything[3:], strings.Repeat("\n", 300) + long} {
		want, err := events(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		for size := 1; size < 200; size++ {
			got, err := eventsIn(size, strings.NewReader(in))
			if err != nil || got != want {
				t.Fatalf("a window of %d bytes: got %q, %v; want %q", size, got, err, want)
			}
		}
	}
}

func TestPlacesDoNotDependOnTheWindow(t *testing.T) {
	in := everything[3:] + "\n \n <second/>"
	for size := 1; size < 200; size++ {
		_, err := eventsIn(size, strings.NewReader(in))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != 7 || syntax.Col != 2 {
			t.Fatalf("a window of %d bytes: got %v, want an error at 7:2", size, err)
		}
	}
}

func TestPlaces(t *testing.T) {
	s := New(context.Background(), strings.NewReader("<r>\n <a/>\n\n  <b\nc='1'>x\n</b></r>"))
	var got []string
	for {
		k, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		line, col := s.Pos()
		got = append(got, fmt.Sprintf("%s %d:%d", k, line, col))
		if s.Line() != line {
			t.Errorf("Line %d, Pos %d", s.Line(), line)
		}
		if k == Done {
			break
		}
	}
	want := "start 1:1, start 2:2, end 2:2, start 4:3, end 6:1, end 6:5, done 6:9"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
}

func TestPlacesBehindTheFirstWindow(t *testing.T) {
	in := "<r>" + strings.Repeat(strings.Repeat("x", 99)+"\n", 10_000) + " <b></c></r>"
	_, err := events(strings.NewReader(in))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 10_001 || syntax.Col != 5 {
		t.Errorf("got %v, want an error at 10001:5", err)
	}
}

func TestLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	attrs := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d=''", i)
		}
		return "<a" + b.String() + "/>"
	}
	token := func(n int) string { return "<a b='" + strings.Repeat("x", n) + "'/>" }
	for name, c := range map[string]struct {
		in  string
		msg string // "" if it is within the limit
	}{
		"depth kept":            {deep(format.MaxDepth), ""},
		"depth exceeded":        {deep(format.MaxDepth + 1), "nested"},
		"attributes kept":       {attrs(format.MaxAttributes), ""},
		"attributes exceeded":   {attrs(format.MaxAttributes + 1), "attributes"},
		"many, one twice":       {strings.Replace(attrs(100), "/>", " a5=''/>", 1), "twice"},
		"a shape of any length": {"<r>" + strings.Repeat("<case a='1'"+strings.Repeat(" ", 70_000)+"b='2'/>", 3) + "</r>", ""},
		"a token kept":          {token(format.MaxToken - 64), ""},
		"a token exceeded":      {token(format.MaxToken), "longer than"},
		"a comment exceeded":    {"<!--" + strings.Repeat("x", format.MaxToken) + "--><a/>", "longer than"},
		"a reference that long": {"<a>&" + strings.Repeat("x", 100) + ";</a>", "without ';'"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := events(strings.NewReader(c.in))
			switch {
			case c.msg == "" && err != nil:
				t.Error(err)
			case c.msg != "" && (err == nil || !strings.Contains(err.Error(), c.msg)):
				t.Errorf("got %v, want …%s…", err, c.msg)
			}
		})
	}
}

func TestSkipAndAppendText(t *testing.T) {
	s := New(context.Background(), strings.NewReader(
		`<r><skip><a>x</a></skip><keep>one <b>two</b><![CDATA[ &three]]></keep><empty/><cut>éé&amp;&lt;tail</cut><two>abc<![CDATA[def]]></two><last/></r>`))
	next := func(want string) {
		t.Helper()
		k, err := s.Next()
		if err != nil || k.String()+" "+string(s.Name()) != want {
			t.Fatalf("got %v %s, %v; want %s", k, s.Name(), err, want)
		}
	}
	keep := func(limit int, want string) {
		t.Helper()
		got, err := s.AppendText([]byte("»"), limit)
		if err != nil || string(got) != "»"+want {
			t.Fatalf("got %q, %v; want %q", got, err, "»"+want)
		}
	}
	next("start r")
	next("start skip")
	if err := s.Skip(); err != nil {
		t.Fatal(err)
	}
	next("start keep")
	keep(100, "one two &three")
	next("start empty")
	keep(100, "")
	next("start cut")
	keep(3, "é")
	next("start two")
	keep(4, "abcd")
	next("start last")
	if s.Depth() != 2 {
		t.Errorf("depth %d, want 2", s.Depth())
	}
	next("end last")
	next("end r")
	if k, err := s.Next(); k != Done || err != nil {
		t.Errorf("got %v, %v", k, err)
	}
}

func TestSkipStillChecks(t *testing.T) {
	for _, in := range []string{`<r><a>&nbsp;</a></r>`, `<r><a><b></a></r>`, `<r><a>x`, `<r><a><![CDATA[x`, `<r><a><b c='&d;'/></a></r>`} {
		s := New(context.Background(), strings.NewReader(in))
		s.Next()
		s.Next()
		if err := s.Skip(); err == nil {
			t.Errorf("%s: no error", in)
		}
	}
}

func TestAttributes(t *testing.T) {
	s := New(context.Background(), strings.NewReader(`<n:a b="&lt;1" n:c="2" d="3"/>`))
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	if string(s.Name()) != "a" || s.NumAttrs() != 3 || s.RawLess() {
		t.Errorf("name %s, %d attributes, raw less-than %v", s.Name(), s.NumAttrs(), s.RawLess())
	}
	b, _ := s.Attr("b")
	d, ok := s.Attr("d")
	_, none := s.Attr("c")
	if string(b) != "<1" || string(d) != "3" || !ok || none {
		t.Errorf("b %q, d %q %v, c %v", b, d, ok, none)
	}
	if _, err := s.Next(); err != nil || string(s.Name()) != "a" || s.NumAttrs() != 0 {
		t.Errorf("at the end: %v, name %s, %d attributes", err, s.Name(), s.NumAttrs())
	}
	s = New(context.Background(), strings.NewReader(`<a b="<"/>`))
	if s.Next(); !s.RawLess() {
		t.Error("a raw '<' in a value was not seen")
	}
}

func TestPrefixesOfTagsOfOneShape(t *testing.T) {
	s := New(context.Background(), strings.NewReader(`<r><n:case a="1"/><n:case a="2"/></r>`))
	s.Next()
	for range 4 {
		if _, err := s.Next(); err != nil || string(s.Name()) != "case" {
			t.Errorf("name %s, %v", s.Name(), err)
		}
	}
}

func TestRoot(t *testing.T) {
	for in, want := range map[string]string{
		"<testsuites/>": "testsuites",
		"\uFEFF \n<?xml version='1.0' encoding='latin1'?><!-- <x> --><!DOCTYPE a [<!ENTITY b 'c'>]>\n<n:a b='1' c='cut": "a b=1",
		"<coverage line-rate='1' bra": "coverage line-rate=1",
		"<cover":                      "",
		"<!-- never ends":             "",
		"{}":                          "",
		"":                            "",
	} {
		got := ""
		if s, ok := Root([]byte(in)); ok {
			got = string(s.Name())
			for i := range s.NumAttrs() {
				got += fmt.Sprintf(" %s=%s", s.AttrName(i), s.AttrValue(i))
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestNumbers reads values again and again, so that they come by way of a tag taken
// apart, of its shape, and of a shape that thought them a number.
func TestNumbers(t *testing.T) {
	values := []struct {
		text string
		n    uint64
		ok   bool
	}{
		{"7", 7, true}, {"0", 0, true}, {"007", 7, true}, {"", 0, false}, {" 7", 0, false}, {"7 ", 0, false}, {"-7", 0, false},
		{"9999999999999999999", 9999999999999999999, true}, {"10000000000000000000", 0, false},
		{"18446744073709551617", 0, false}, {"1&#48;", 0, false}, {"7<", 0, false}, {"é", 0, false}, {"12345678", 12345678, true},
		{"1.5", 0, false}, {"12é", 0, false},
	}
	for _, quote := range []string{`"`, "'"} {
		for _, first := range values {
			for _, then := range values {
				var doc strings.Builder
				doc.WriteString("<r>")
				for _, v := range []string{first.text, then.text, then.text, first.text} {
					fmt.Fprintf(&doc, "<aaaaaaaa some=%[1]s%[2]s%[1]s b=%[1]s%[2]s%[1]s/>", quote, v)
				}
				doc.WriteString("</r>")
				s := New(context.Background(), strings.NewReader(doc.String()))
				for _, want := range []int{-1, 0, 1, 1, 0} {
					if k, err := s.Next(); err != nil || k != Start {
						t.Fatal(k, err)
					}
					if want < 0 {
						continue
					}
					v := first
					if want == 1 {
						v = then
					}
					for i := range 2 {
						n, ok := s.AttrNumber(i)
						if ok != v.ok || ok && n != v.n {
							t.Errorf("%q after %q: AttrNumber(%d) = %d, %v, want %d, %v", v.text, first.text, i, n, ok, v.n, v.ok)
						}
						if got := string(s.AttrValue(i)); got != strings.ReplaceAll(v.text, "&#48;", "0") {
							t.Errorf("%q after %q: AttrValue(%d) = %q", v.text, first.text, i, got)
						}
						if s.RawLess() != strings.Contains(v.text, "<") {
							t.Errorf("%q after %q: RawLess = %v", v.text, first.text, s.RawLess())
						}
					}
					if !s.Empty() || s.Depth() != 2 {
						t.Errorf("Empty %v, depth %d", s.Empty(), s.Depth())
					}
					if k, err := s.Next(); err != nil || k != End || s.Depth() != 1 || s.Empty() {
						t.Fatalf("%v, %v at depth %d", k, err, s.Depth())
					}
				}
			}
		}
	}
}

// TestStop compares the scan of eight bytes at a time with one of one byte.
func TestStop(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []byte("abc#$%!\x1c\x1d=;:,.-_0019=>\x0c\x0e\x7f")
	for range 200_000 {
		b := make([]byte, r.IntN(40))
		for i := range b {
			if b[i] = letters[r.IntN(len(letters))]; r.IntN(30) == 0 {
				b[i] = byte(r.IntN(256))
			}
		}
		for _, quote := range []byte{'"', '\''} {
			want := slices.IndexFunc(b, func(c byte) bool {
				return c == quote || c == '&' || c == '<' || c < ' '
			})
			if want < 0 {
				want = len(b)
			}
			got, wide := stop(b, quote)
			if got != want {
				t.Fatalf("stop(%q, %q) = %d, want %d", b, quote, got, want)
			}
			if !wide && slices.ContainsFunc(b[:want], func(c byte) bool { return c >= 0x80 }) {
				t.Fatalf("stop(%q, %q) does not say that there is more than ASCII", b, quote)
			}
		}
	}
}
