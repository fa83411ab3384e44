package xmlscan

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

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

func TestAcceptedDocuments(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty element":                  {`<a/>`, `<a></a>`},
		"quotes of both kinds":           {`<a b="it's" c='"'/>`, `<a b="it's" c="\""></a>`},
		"white space around equals":      {"<a b = \"1\"\n c\t=\t'2' />", `<a b="1" c="2"></a>`},
		"white space in an end tag":      {"<a></a \n>", `<a></a>`},
		"a greater-than in a value":      {`<a b="x>y"/>`, `<a b="x>y"></a>`},
		"a raw less-than in a value":     {`<a time="<<computed>>"/>`, `<a time="<<computed>>"></a>`},
		"the five entities":              {`<a b="&lt;&gt;&amp;&quot;&apos;">&lt;&gt;&amp;&quot;&apos;</a>`, `<a b="<>&\"'"><>&"'</a>`},
		"character references":           {`<a>&#65;&#x42;&#x1F600;&#000000067;</a>`, "<a>AB\U0001F600C</a>"},
		"references no text can hold":    {`<a>&#0;&#xD800;</a>`, "<a>\uFFFD\uFFFD</a>"},
		"CDATA between text":             {`<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y</a>`, `<a>x<b>&amp;]]>y</a>`},
		"comments and instructions":      {`<?p <a> ?><!-- <b> -- --><a><!--</a>--><?q?>x</a><!-- z --><?r?>`, `<a>x</a>`},
		"a byte order mark":              {"\uFEFF<a/>", `<a></a>`},
		"white space before all":         {"\n  <?xml version='1.0'?>\n<a/>\n", `<a></a>`},
		"XML 1.1":                        {`<?xml version="1.1" encoding="UTF-8"?><a/>`, `<a></a>`},
		"a document type":                {`<!DOCTYPE a [<!ELEMENT a (#PCDATA)> <!-- ]> --> <!ENTITY e "]>">]><a/>`, `<a></a>`},
		"a document type with an id":     {`<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report/>`, `<report></report>`},
		"terminal colours":               {"<a b=\"\x1b[31m\">\x1b[0m\x00\x07</a>", "<a b=\"\\x1b[31m\">\x1b[0m\x00\x07</a>"},
		"bytes that are not UTF-8":       {"<a b=\"\xff\">\xc3(\xe2\x82</a>", "<a b=\"\uFFFD\">\uFFFD(\uFFFD\uFFFD</a>"},
		"line ends of three kinds":       {"<a b=\"1\r\n2\r3\">\r\nx\ry\n</a>", "<a b=\"1\\n2\\n3\">\nx\ny\n</a>"},
		"a carriage return by number":    {"<a>&#13;\n</a>", "<a>\r\n</a>"},
		"prefixed names":                 {`<n:a xmlns:n="u" n:b="1"></n:a>`, `<n:a xmlns:n="u" n:b="1"></n:a>`},
		"names outside ASCII":            {`<été façade="1"/>`, `<été façade="1"></été>`},
		"ISO-8859-1":                     {"<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe9'>\xfc</a>", `<a b="é">ü</a>`},
		"windows-1252":                   {"<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>", `<a>€</a>`},
		"Shift_JIS":                      {"<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xfa\x96\x7b</a>", `<a>日本</a>`},
		"US-ASCII that is UTF-8":         {"<?xml version='1.0' encoding='us-ascii'?><a>é</a>", `<a>é</a>`},
		"UTF-16 turned into UTF-8":       {"<?xml version='1.0' encoding='utf-16'?><a>é</a>", `<a>é</a>`},
		"an empty encoding":              {`<?xml version="1.0" encoding=""?><a/>`, `<a></a>`},
		"tags of one shape":              {`<r><c n="1" t="2"/><c n="" t="x"></c><c n='1' t="3"/><c n="4" t="5" u="6"/><c n="7" t="8"  /></r>`, `<r><c n="1" t="2"></c><c n="" t="x"></c><c n="1" t="3"></c><c n="4" t="5" u="6"></c><c n="7" t="8"></c></r>`},
		"one name the prefix of another": {`<testsuites a="1"><testsuite a="2"/><testsuitex a="3"/></testsuites>`, `<testsuites a="1"><testsuite a="2"></testsuite><testsuitex a="3"></testsuitex></testsuites>`},
	} {
		t.Run(name, func(t *testing.T) {
			for way, r := range map[string]io.Reader{
				"whole":        strings.NewReader(c.in),
				"byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
				"data and EOF": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				got, err := events(r)
				if err != nil || got != c.want {
					t.Errorf("%s: got %q, %v; want %q", way, got, err, c.want)
				}
			}
		})
	}
}

func TestRefusedDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		in        string
		line, col int
		msg       string
	}{
		"nothing":                       {"", 1, 1, "no element"},
		"white space":                   {" \n ", 2, 2, "no element"},
		"a comment only":                {"<!-- a -->", 1, 11, "no element"},
		"plain text":                    {"hello", 1, 1, "before the root"},
		"text after the root":           {"<a/>\nx", 2, 1, "after the end of the root"},
		"CDATA after the root":          {"<a/><![CDATA[x]]>", 1, 5, "outside the root"},
		"a second root":                 {"<a/>\n <b/>", 2, 2, "second root"},
		"a second root of the same tag": {"<aaaaaaaaa b='1'/><aaaaaaaaa b='1'/>", 1, 19, "second root"},
		"tags that do not match":        {"<a>\n<b></a>", 2, 4, "not open"},
		"a longer end tag":              {"<a></ab>", 1, 4, "not open"},
		"a shorter end tag":             {"<ab></a>", 1, 5, "not open"},
		"an end tag with no start":      {"</a>", 1, 1, "without a start"},
		"an end tag with attributes":    {"<a></a b='1'>", 1, 8, "end tag"},
		"an end tag after the root":     {"<a/></a>", 1, 5, "without a start"},
		"an unknown entity":             {"<a>x&nbsp;</a>", 1, 5, "&nbsp; is not defined"},
		"an entity of the document":     {"<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'/>", 1, 37, "not expanded"},
		"an ampersand alone":            {"<a>x & y</a>", 1, 6, "without ';'"},
		"a reference beyond Unicode":    {"<a>&#x110000;</a>", 1, 4, "not defined"},
		"a reference with no number":    {"<a>&#;</a>", 1, 4, "not defined"},
		"decimal digits that are not":   {"<a>&#1F;</a>", 1, 4, "not defined"},
		"an attribute twice":            {"<a b='1' c='2' b='3'/>", 1, 19, "twice"},
		"an attribute without value":    {"<a b/>", 1, 5, "no value"},
		"an attribute without quotes":   {"<a b=1/>", 1, 6, "not in quotes"},
		"a number as a name":            {"<1/>", 1, 2, "name after '<'"},
		"a less-than in text":           {"<a>1 < 2</a>", 1, 7, "&lt;"},
		"a slash inside a tag":          {"<a / b='1'>", 1, 5, "followed by '>'"},
		"a late document type":          {"<a><!DOCTYPE a></a>", 1, 4, "after the root"},
		"a declaration of another kind": {"<!ELEMENT a>", 1, 1, "neither a comment"},
		"an unknown encoding":           {"<?xml version='1.0' encoding='klingon'?><a/>", 1, 1, "klingon"},
		"an instruction with no name":   {"<? a?><a/>", 1, 3, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			for way, r := range map[string]io.Reader{
				"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				_, err := events(r)
				var syntax *SyntaxError
				if !errors.As(err, &syntax) {
					t.Fatalf("%s: got %v, want a syntax error", way, err)
				}
				if syntax.Line != c.line || syntax.Col != c.col || !strings.Contains(syntax.Msg, c.msg) {
					t.Errorf("%s: got %v, want %d:%d …%s…", way, err, c.line, c.col, c.msg)
				}
			}
		})
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
		`<r><skip><a>x</a></skip><keep>one <b>two</b><![CDATA[ &three]]></keep><empty/><cut>éé&amp;&lt;tail</cut><last/></r>`))
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
	s = New(context.Background(), strings.NewReader(`<a b="<"/>`))
	if s.Next(); !s.RawLess() {
		t.Error("a raw '<' in a value was not seen")
	}
}

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

// oracle is events by encoding/xml. ok is false for what this package refuses
// by design, and its documentation lists.
func oracle(in []byte) (out string, err error, ok bool) {
	var b strings.Builder
	strict, raw := xml.NewDecoder(bytes.NewReader(in)), xml.NewDecoder(bytes.NewReader(in))
	var open []string
	rooted := false
	for {
		_, err := strict.Token()
		if err == io.EOF {
			return b.String(), nil, rooted
		}
		if err != nil {
			return "", err, true
		}
		tok, err := raw.RawToken()
		if err != nil {
			return "", err, true
		}
		qualified := func(n xml.Name) string {
			if n.Space != "" {
				return n.Space + ":" + n.Local
			}
			return n.Local
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(open) == 0 && rooted {
				return "", nil, false
			}
			rooted = true
			open = append(open, qualified(tok.Name))
			fmt.Fprintf(&b, "<%s", qualified(tok.Name))
			seen := map[string]bool{}
			for _, a := range tok.Attr {
				n := qualified(a.Name)
				if seen[n] {
					return "", nil, false
				}
				seen[n] = true
				fmt.Fprintf(&b, " %s=%q", n, a.Value)
			}
			b.WriteString(">")
		case xml.EndElement:
			open = open[:len(open)-1]
			fmt.Fprintf(&b, "</%s>", qualified(tok.Name))
		case xml.CharData:
			if len(open) == 0 && len(bytes.TrimSpace(tok)) > 0 {
				return "", nil, false
			}
			if len(open) > 0 {
				b.Write(tok)
			}
		case xml.Directive:
			if rooted || !bytes.HasPrefix(tok, []byte("DOCTYPE")) {
				return "", nil, false
			}
		}
	}
}

// FuzzAgainstEncodingXML: whatever the standard library accepts is accepted with
// the same events, and the size of the window changes nothing.
func FuzzAgainstEncodingXML(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("<a b='1'><c d=\"&#10;\"/><![CDATA[]]]]>x</a>"))
	f.Add([]byte("<aaaaaaaa b='1' c='2'><aaaaaaaa b='3' c='4'></aaaaaaaa></aaaaaaaa>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := eventsIn(4096, bytes.NewReader(in))
		again, errAgain := eventsIn(16, bytes.NewReader(in))
		if err == nil && got != again || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("in one window: %q, %v\nin a small one: %q, %v", got, err, again, errAgain)
		}
		want, errWant, ok := oracle(in)
		if errWant != nil || !ok {
			return
		}
		if err != nil || got != want {
			t.Fatalf("got  %q, %v\nwant %q", got, err, want)
		}
	})
}
