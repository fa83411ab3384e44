package xmlscan

import (
	"bytes"
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
