package xmlscan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestNoteIsOfItsValue reads tags of a few shapes whose values repeat, change and need
// decoding; a note that is given is that of this very value.
func TestNoteIsOfItsValue(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	values := []string{"com.example.shop.OrderTest", "com.example.shop.GuestTest", "short", "7", "12.5", "a &amp; b and so on and on", "ñandú in the zoo of the city", ""}
	shapes := []string{`<case c="%s"/>`, `<case c="%s">`, `<case c="%s" d="e"/>`, `<case d="0" c="%s" />`, `<case c="%s" d="1.5"/>`, "<case\nc='%s'/>"}
	var doc strings.Builder
	doc.WriteString("<r>")
	value, shape := 0, 0
	for range 20_000 {
		if r.IntN(4) == 0 {
			value = r.IntN(len(values))
		}
		if r.IntN(3) == 0 {
			shape = r.IntN(len(shapes))
		}
		fmt.Fprintf(&doc, shapes[shape], values[value])
		if shape == 1 {
			doc.WriteString("</case>")
		}
	}
	doc.WriteString("</r>")

	ids := map[string]uint32{}
	given := 0
	check := func(s *Scanner) {
		for i := range s.NumAttrs() {
			if string(s.AttrName(i)) != "c" {
				continue
			}
			v := string(s.AttrValue(i))
			if _, ok := ids[v]; !ok {
				ids[v] = uint32(len(ids) + 1)
			}
			note, ok := s.Note(i)
			if ok {
				given++
			}
			if ok && note != ids[v] {
				t.Fatalf("the note of %q is that of another value", v)
			}
			if !ok && r.IntN(5) > 0 {
				s.SetNote(i, ids[v])
			}
		}
	}
	s := New(context.Background(), strings.NewReader(doc.String()))
	s.size = 700
	err := s.Walk(func() error {
		for more := true; more; more = s.Again() {
			check(s)
		}
		return nil
	}, func() {})
	if err != nil || given < 1000 {
		t.Errorf("%v; %d notes were given", err, given)
	}
}
