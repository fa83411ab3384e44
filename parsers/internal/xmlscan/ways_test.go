package xmlscan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestWaysAgree reads documents of tags that repeat, change by little and change
// altogether, in every way that tags can be read, through small windows and large ones:
// all say the same.
func TestWaysAgree(t *testing.T) {
	pick := func(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }
	often := func(r *rand.Rand, usual string, others ...string) string {
		if r.IntN(12) > 0 {
			return usual
		}
		return pick(r, others...)
	}
	number := func(r *rand.Rand) string {
		return often(r, fmt.Sprint(1+r.IntN(40)), "0", "00", "007", "3000", "3001", "9999999", "12345678", "", "-1", "1.5", "x", "1 ", "&#49;")
	}
	kinds := map[string]func(r *rand.Rand) string{
		"lines": func(r *rand.Rand) string {
			return fmt.Sprintf("<line%s nr=\"%s\" mi=\"%d\" ci=\"%s\"%s%s", often(r, "", "s", " mi='1'"), number(r), r.IntN(2), number(r),
				often(r, "", " of='a long value, longer than the words that are compared at once are'", " of='a<b'", " of='&amp;'", " nr='1'"), often(r, "/>", " />", "></line>", ">", "\n/>"))
		},
		"cases": func(r *rand.Rand) string {
			return fmt.Sprintf("<testcase name=\"%s\" classname=\"com.example.%sTest\" time=\"%s%s\"%s", pick(r, "adds one", "adds two to one", "", "fügt eins zu eins hinzu", "adds ä", "a &lt; b", "a < b", "a\xffb", "a\nb", "a\tb"),
				often(r, "Sum", "Difference", "Sun", "Süm"), often(r, "0", "12", "1234567", "12345678", ""), often(r, ".125", ".5", "", ".", ".1234567", ".12345678", ". 5"), often(r, "/>", " />", "></testcase>", " id='7'/>", "<"))
		},
		"counters": func(r *rand.Rand) string {
			return fmt.Sprintf("<counter type=\"%s\" missed=\"%d\" covered=\"%d\"%s%s", pick(r, "LINE", "INSTRUCTION", "METHOD"), r.IntN(2), r.IntN(3), often(r, "", " of='&lt;'", " of='&no;'", " missed='2'"),
				often(r, "/>", ">text</counter>", "/><![CDATA[<counter type=\"LINE\" missed=\"0\" covered=\"1\"/>]]>", "/>text", "/>&amp;", "><counter/></counter>", ">"))
		},
	}
	for kind, tag := range kinds {
		whole := 0
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 26))
			var doc strings.Builder
			doc.WriteString("<root>")
			for range r.IntN(60) {
				doc.WriteString(often(r, "\n   ", "", " ", "\n\n    ") + tag(r))
			}
			doc.WriteString(often(r, "</root>", "", "</rot>"))
			in := []byte(doc.String() + strings.Repeat("\n", 80))
			one, errOne := tags(4096, oneByOne, in)
			if errOne == nil {
				whole++
			}
			for _, size := range []int{16, 300, 4096} {
				for _, how := range []int{inRuns, inRows} {
					if got, err := tags(size, how, in); got != one || fmt.Sprint(err) != fmt.Sprint(errOne) {
						t.Fatalf("%s, seed %d, window %d, way %d of\n%s\ngot  %s, %v\nwant %s, %v", kind, seed, size, how, in, got, err, one, errOne)
					}
				}
				if at, err := skipping(size, in); fmt.Sprint(err) != fmt.Sprint(errOne) {
					t.Fatalf("%s, seed %d, window %d, skipped\n%s\ngot  %v at %s\nwant %v", kind, seed, size, in, err, at, errOne)
				}
			}
		}
		if whole < 10 {
			t.Errorf("%s: %d documents of 300 are whole", kind, whole)
		}
	}
}

// TestRowsBounds: a row is one whose number, of the first attribute, is from 1 to the
// limit, and as many are given as there is room for.
func TestRowsBounds(t *testing.T) {
	lines := func(numbers ...int) string {
		var b strings.Builder
		b.WriteString("<r>")
		for _, n := range numbers {
			fmt.Fprintf(&b, "<line nr=\"%d\" hits=\"%d\" of=\"a\"/>", n, 2*(n%1000))
		}
		return b.String() + "</r>" + strings.Repeat("\n", 100)
	}
	both := Fields{"nr", "hits"}
	for name, c := range map[string]struct {
		doc         string
		fields      Fields
		limit, room int
		want        []uint32
	}{
		"up to the limit":       {lines(1, 2, 99, 100, 101, 5), both, 100, 9, []uint32{99, 100}},
		"not 0":                 {lines(1, 2, 3, 0, 5), both, 100, 9, []uint32{3}},
		"seven digits":          {lines(1, 2, 9999999, 10000000), both, 1 << 40, 9, []uint32{9999999}},
		"as there is room":      {lines(1, 2, 3, 4, 5, 6), both, 100, 3, []uint32{3, 4, 5}},
		"no room up to a limit": {lines(1, 2, 3), both, 0, 9, nil},
		"of the first fields":   {lines(1, 2, 3), Fields{"hits", "nr"}, 100, 9, nil},
		"of numbers":            {lines(1, 2, 3), Fields{"nr", "of"}, 100, 9, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(context.Background(), strings.NewReader(c.doc))
			for range 4 { // the root, the first line, whose shape is learned, its end, and the second
				if _, err := s.Next(); err != nil {
					t.Fatal(err)
				}
			}
			var tails Tails
			if _, ok := s.Keep(&tails, &c.fields); ok != slices.Equal(c.fields, both) {
				t.Fatalf("kept: %t", ok)
			}
			rows := make([]Row, c.room)
			var got []uint32
			for _, row := range rows[:s.Rows(&tails, c.limit, rows)] {
				if row.Second != 2*(row.First%1000) {
					t.Errorf("line %d has %d hits", row.First, row.Second)
				}
				got = append(got, row.First)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
