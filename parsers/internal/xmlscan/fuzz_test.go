package xmlscan

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
)

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

// How tags goes on from an element.
const (
	oneByOne = iota
	inRuns   // by Again
	inRows   // by Rows, and then Again
	inLikes  // by NextAlike, and then Again
)

// tags writes down the tags of a document, one by one or in runs of like ones.
func tags(size, how int, in []byte) (string, error) {
	s := New(context.Background(), bytes.NewReader(in))
	s.size = size
	return tagsOf(s, how)
}

func tagsOf(s *Scanner, how int) (string, error) {
	var out strings.Builder
	var tails Tails
	var alike Alike
	says := map[uint32]func(Row){}
	for {
		k, err := s.Next()
		if err != nil {
			return out.String(), err
		}
		switch k {
		case Done:
			return out.String(), nil
		case End:
			fmt.Fprintf(&out, "</%s>", s.Name())
			continue
		}
		for {
			var names, values []string // of a number, the value is the number
			for i := range s.NumAttrs() {
				names, values = append(names, string(s.AttrName(i))), append(values, fmt.Sprintf("%q", s.AttrValue(i)))
				if n, ok := s.AttrNumber(i); ok {
					values[i] = fmt.Sprint(n)
				}
			}
			name, depth, less := string(s.Name()), s.Depth(), s.RawLess()
			line, col := s.Pos()
			write := func() {
				fmt.Fprintf(&out, "<%s %d:%d depth %d %s %s less %v>", name, line, col, depth, names, values, less)
			}
			write()
			if how == inRows && len(names) > 1 {
				if tail, ok := s.Keep(&tails, &Fields{names[0], names[1]}); ok {
					says[tail] = func(row Row) {
						fmt.Fprintf(&out, "</%s>", name)
						line, col = s.Pos()
						depth, values[0], values[1] = s.Depth(), fmt.Sprint(row.First), fmt.Sprint(row.Second)
						write()
					}
				}
				var one [1]Row // so that the place is that of each
				for s.Rows(&tails, 3000, one[:]) > 0 {
					says[one[0].Tail](one[0])
				}
			}
			if last := len(names) - 1; how == inLikes && s.KeepAlike(&alike, 0, last) {
				for {
					text, n, zeros, ok := s.NextAlike(&alike)
					if !ok {
						break
					}
					fmt.Fprintf(&out, "</%s>", name)
					line, col = s.Pos()
					depth, less = s.Depth(), s.RawLess()
					written := s.buf[:s.pos-alike.tail.size]
					written = written[len(bytes.TrimRight(written, ".0123456789")):]
					values[0], values[last] = fmt.Sprintf("%q", text), fmt.Sprintf("%q", written)
					if n, ok := (&attr{to: len(text)}).wholeNumber(text); ok {
						values[0] = fmt.Sprint(n)
					}
					if got := fmt.Sprintf("%0*d", len(written)-1, n); got != strings.Replace(string(written), ".", "", 1) || written[len(written)-1-zeros] != '.' {
						return out.String(), fmt.Errorf("%s is %s with %d places", written, got, zeros)
					}
					write()
				}
			}
			if how == oneByOne || !s.Again() {
				break
			}
			fmt.Fprintf(&out, "</%s>", name)
			if string(s.Name()) != name {
				return out.String(), fmt.Errorf("<%s> again, and it is <%s>", name, s.Name())
			}
		}
	}
}

// skipping reads past the root at once, and says where it begins and what is wrong.
func skipping(size int, in []byte) (string, error) {
	s := New(context.Background(), bytes.NewReader(in))
	s.size = size
	for {
		k, err := s.Next()
		if err != nil || k == Done {
			line, col := s.Pos()
			return fmt.Sprint(line, col), err
		}
		if err := s.Skip(); err != nil {
			return "", err
		}
	}
}

// rows are lines of coverage of two shapes, whose short values, numbers and line ends
// are now those of the one before, and now not.
const rows = `<coverage><lines>
  <line number="1" hits="0" branch="false"/>
  <line number="2" hits="10" branch="false"/>
  <line number="3" hits="100" branch="false"/>
  <line number="4" hits="1" branch="true of a long kind"/>
  <line number="5" hits="1" branch="false"/>
  <line number="6" hits="2" branch="false"/>
  <line number="7" hits="2" branch="true" condition-coverage="50% (1/2)"/>
  <line number="8" hits="2" branch="false"/>
  <line number="9" hits="12345678" branch="false"/>
  <line number="10" hits="1" branch=""/>
  <line number="11" hits="1" branch=""/>
  <line number="12" hits="" branch=""/>
  <line number="13" hits="7" branch="&amp;"/>
  <line number="14" hits="7" branch="&amp;"/>
  <line number="15" hits="7" branch="<"/>
  <line number="16" hits="7" branch="true" condition-coverage="100% (2/2)"/>
  <line number="17" hits="8" branch="true" condition-coverage="100% (2/2)"/>
  <lint number="18" hits="8" branch="true"/>
  <line number="19" hits="8" branch="true"></line>
  <line number="20" hits="8"
     branch="true"/>
  <line number="21" hits="9"
     branch="true"/><line number="22" hits="9"
     branch="true"/>
</lines></coverage>
`

// cases are tests of two classes, whose names and times are written in all ways.
const cases = `<testsuite>
  <testcase name="adds one to two" classname="com.example.SumTest" time="0.001"/>
  <testcase name="adds two to two" classname="com.example.SumTest" time="0.125"/>
  <testcase name="adds &quot;3&quot;" classname="com.example.SumTest" time="10.5"/>
  <testcase name="fügt zu" classname="com.example.SumTest" time="7"/>
  <testcase name="adds 4" classname="com.example.SumTest" time="1.1234567"/>
  <testcase name="adds 5" classname="com.example.SumTest" time="1.12345678"/>
  <testcase name="adds 6" classname="com.example.SumTest" time=""/>
  <testcase name="" classname="com.example.SumTest" time="0.1"/>
  <testcase name="" classname="com.example.SumTest" time="0.123"/>
  <testcase name="is a < b" classname="com.example.SumTest" time="0.123"/>
  <testcase name="adds 7" classname="com.example.DifTest" time="0.123"/>
  <testcase name="adds 8"
    classname="com.example.DifTest" time="0.123"/>
  <testcase name="adds 9"
    classname="com.example.DifTest" time="0.124"/>
  <testcase name="adds a" classname="com.example.DifTest" time="0.123"></testcase>
  <testcase name="adds b" classname="com.example.DifTest" time="0.123"/>
  <testcase name="adds c" classname="com.example.DifTest" time="0.321" />
  <testcase name="adds d" classname="com.example.DifTest" time="0.3210"/><testcase name="adds e" classname="com.example.DifTest" time="0.32"/>
</testsuite>
`

// counters are elements that are skipped, of which some stand there byte by byte again
// and some nearly.
const counters = `<report><method name="a"><counter type="INSTRUCTION" missed="0" covered="4"/><counter type="LINE" missed="0" covered="1"/></method>
<method name="b"><counter type="INSTRUCTION" missed="0" covered="4"/><counter type="LINE" missed="0" covered="1"/></method>
<method name="c"><counter type="INSTRUCTION" missed="0" covered="4"/><counter type="LINE" missed="0" covered="1" ></counter><counter type="LINE" missed="0" covered="1"/></method>
<method name="d"><counter type="INSTRUCTION" missed="0" covered="4"/>text<counter type="LINE" missed="0" covered="1"/>&amp;<counter type="INSTRUCTION" missed="0" covered="4"/><![CDATA[<counter type="LINE" missed="0" covered="1"/>]]></method>
<method name="e"/><method name="e"/><method name="e"/></report>
`

// FuzzAgainstEncodingXML: whatever the standard library accepts is accepted with
// the same events, and the size of the window changes nothing.
func FuzzAgainstEncodingXML(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("<a b='1'><c d=\"&#10;\"/><![CDATA[]]]]>x</a>"))
	f.Add([]byte("<aaaaaaaa b='1' c='2'><aaaaaaaa b='3' c='4'></aaaaaaaa></aaaaaaaa>"))
	f.Add([]byte("<r>\n <line nr='1' of='a class that is long'/>\n <line nr='22' of='a class that is long'/>\n <line nr='' of='a class that is &amp; '/>\n <line nr='3x' of='a class that is long'/><line nr='4' of='a class that is long' ></line></r>"))
	f.Add([]byte(rows))
	f.Add([]byte(cases))
	f.Add([]byte(counters))
	f.Add([]byte("<r>\n <line nr='1' of='a'/>\n <line nr='22' of='a'/>\n <line nr='3' of='a'\n/>\n <line nr='4.5' of='b'/>\n <line nr='12.25' of='a\t\nb'/>\n <line nr='1.5' of='é'/>\n <line nr='1.5' of='é'/></r>"))
	f.Add([]byte("<r>\n<line nr='1' of='a'/>\n<line nr='2' of='a'\n/>\n<line nr='3' of='a'/>\n<line nr='4' of='a'\n/>\n<line nr='5' of='a'/></r>"))
	f.Add([]byte("<r><aaaaaaaa b='1'/><aaaaaaaaa b='1'/><aaaaaaaa b='1'/><aaaaaaaaa b='1'/><aaaaaaaa b='1'/></r>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		one, errOne := tags(4096, oneByOne, in)
		for _, size := range []int{16, 4096} {
			for _, how := range []int{inRuns, inRows, inLikes} {
				if runs, err := tags(size, how, in); runs != one || fmt.Sprint(err) != fmt.Sprint(errOne) {
					t.Fatalf("one by one: %q, %v\nin runs (%d): %q, %v", one, errOne, how, runs, err)
				}
			}
		}
		for _, size := range []int{16, 4096} {
			if at, err := skipping(size, in); fmt.Sprint(err) != fmt.Sprint(errOne) {
				t.Fatalf("one by one: %v\nskipped (%s): %v", errOne, at, err)
			}
		}
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
