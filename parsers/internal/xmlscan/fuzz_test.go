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

// tags writes down the tags of a document, one by one or in runs of like ones.
func tags(size int, runs bool, in []byte) (string, error) {
	s := New(context.Background(), bytes.NewReader(in))
	s.size = size
	return tagsOf(s, runs)
}

func tagsOf(s *Scanner, runs bool) (string, error) {
	var out strings.Builder
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
			line, col := s.Pos()
			fmt.Fprintf(&out, "<%s %d:%d depth %d", s.Name(), line, col, s.Depth())
			for i := range s.NumAttrs() {
				n, ok := s.AttrNumber(i)
				fmt.Fprintf(&out, " %s=%q %d %v", s.AttrName(i), s.AttrValue(i), n, ok)
			}
			fmt.Fprintf(&out, " less %v>", s.RawLess())
			name := string(s.Name())
			if !runs || !s.Again() {
				break
			}
			fmt.Fprintf(&out, "</%s>", name)
		}
	}
}

// FuzzAgainstEncodingXML: whatever the standard library accepts is accepted with
// the same events, and the size of the window changes nothing.
func FuzzAgainstEncodingXML(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("<a b='1'><c d=\"&#10;\"/><![CDATA[]]]]>x</a>"))
	f.Add([]byte("<aaaaaaaa b='1' c='2'><aaaaaaaa b='3' c='4'></aaaaaaaa></aaaaaaaa>"))
	f.Add([]byte("<r>\n <line nr='1' of='a class that is long'/>\n <line nr='22' of='a class that is long'/>\n <line nr='' of='a class that is &amp; '/>\n <line nr='3x' of='a class that is long'/><line nr='4' of='a class that is long' ></line></r>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		one, errOne := tags(4096, false, in)
		for _, size := range []int{16, 4096} {
			if runs, err := tags(size, true, in); runs != one || fmt.Sprint(err) != fmt.Sprint(errOne) {
				t.Fatalf("one by one: %q, %v\nin runs: %q, %v", one, errOne, runs, err)
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
