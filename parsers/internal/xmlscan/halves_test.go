package xmlscan

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestHalves cuts a document at every byte. Two halves that are both accepted say
// what the whole says.
func TestHalves(t *testing.T) {
	const doc = "<?xml version='1.0'?><p:r a='1'>\n<b><c x='<c '/><!-- <c --> <c><![CDATA[<c </c></b></p:r>]]></c>\n</b><b><c/></b> </p:r>\n"
	whole, err := tags(windowSize, oneByOne, []byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	places := regexp.MustCompile(` \d+:\d+ `)
	whole = places.ReplaceAllString(whole, " ")
	open, ok := openAt([]byte(doc), "c")
	if !ok || !slices.Equal(open, []string{"p:r", "b"}) {
		t.Fatalf("open at <c>: %q, %v", open, ok)
	}
	cuts := 0
	for cut := range len(doc) {
		var got [2]string
		accepted := true
		for half, part := range []string{doc[:cut], doc[cut:]} {
			s := newHalf(context.Background(), strings.NewReader(part), half, open)
			if half == 1 && s.Depth() != 2 {
				t.Fatalf("a second half begins at depth %d", s.Depth())
			}
			out, err := tagsOf(s, oneByOne)
			accepted = accepted && err == nil
			got[half] = places.ReplaceAllString(out, " ")
		}
		if accepted {
			cuts++
			if got[0]+got[1] != whole {
				t.Errorf("cut at %d: %q and %q, want %q", cut, got[0], got[1], whole)
			}
		}
	}
	// Before each <c, and in white space and text around it: by hand.
	if want := 8; cuts != want {
		t.Errorf("%d places to cut, want %d", cuts, want)
	}
	for _, other := range []string{"<?xml version='1.0' encoding='ISO-8859-1'?><p:r><b>", "<p:r><b></b></p:r>", "<p:r><b><c>", "<p:r><b><c", "<p:r>"} {
		s := newHalf(context.Background(), strings.NewReader(other), 0, open)
		if _, err := tagsOf(s, oneByOne); err == nil {
			t.Errorf("%q is accepted as a first half", other)
		}
	}
}
