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
				for _, how := range []int{inRuns, inRows, inLikes} {
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

// TestAlikes: what is like the element that was kept is passed over as one of a run,
// and what is not is left to Again.
func TestAlikes(t *testing.T) {
	const first = `<case name="a" class="c" time="0.5"/>`
	for name, c := range map[string]struct {
		kept         string // in the place of the first
		text, number int    // attributes
		then         string
		want         string // of those that are alike
	}{
		"a run":                 {first, 0, 2, `<case name="adds one" class="c" time="0.125"/><case name="b" class="c" time="1234567.7654321"/>`, "adds one=125/3 b=12345677654321/7 "},
		"another order":         {`<case class="c" name="a" time="0.5" />`, 1, 2, `<case class="c" name="b" time="0.1" /><case class="d" name="e" time="0.1" />`, "b=1/1 "},
		"references":            {first, 0, 2, `<case name="a &amp; &#98; &lt;" class="c" time="0.5"/>`, "a & b <=5/1 "},
		"a bad reference":       {first, 0, 2, `<case name="a &b;" class="c" time="0.5"/>`, ""},
		"text outside of ASCII": {first, 0, 2, `<case name="ñandú" class="c" time="0.5"/>`, "ñandú=5/1 "},
		"no UTF-8":              {first, 0, 2, "<case name=\"a\xff\" class=\"c\" time=\"0.5\"/>", ""},
		"no text":               {first, 0, 2, `<case name="" class="c" time="0.5"/>`, ""},
		"a '<'":                 {first, 0, 2, `<case name="a<b" class="c" time="0.5"/>`, ""},
		"a line end":            {first, 0, 2, "<case name=\"a\nb\" class=\"c\" time=\"0.5\"/>", ""},
		"another class":         {first, 0, 2, `<case name="b" class="d" time="0.5"/>`, ""},
		"another quote":         {first, 0, 2, `<case name="b' class='c' time='0.5'/>`, ""},
		"another end":           {first, 0, 2, `<case name="b" class="c" time="0.5" />`, ""},
		"no end":                {first, 0, 2, `<case name="b" class="c" time="0.5"></case>`, ""},
		"more attributes":       {first, 0, 2, `<case name="b" class="c" time="0.5" line="7"/>`, ""},
		"white space":           {first, 0, 2, ` <case name="b" class="c" time="0.5"/>`, ""},
		"a whole number":        {first, 0, 2, `<case name="b" class="c" time="5"/>`, ""},
		"no places":             {first, 0, 2, `<case name="b" class="c" time="5."/>`, ""},
		"eight places":          {first, 0, 2, `<case name="b" class="c" time="5.12345678"/>`, ""},
		"eight before them":     {first, 0, 2, `<case name="b" class="c" time="12345678.1"/>`, ""},
		"a sign":                {first, 0, 2, `<case name="b" class="c" time="-0.1"/>`, ""},
		"the number first":      {first, 2, 0, `<case name="b" class="c" time="0.5"/>`, ""},
		"one attribute twice":   {first, 2, 2, `<case name="b" class="c" time="0.5"/>`, ""},
		"a '<' in the kept one": {`<case name="a" class="<" time="0.5"/>`, 0, 2, `<case name="b" class="<" time="0.5"/>`, ""},
		"not empty":             {`<case name="a" class="c" time="0.5">`, 0, 2, `<case name="b" class="c" time="0.5">`, ""},
		"a long end":            {`<case name="a" class="c" time="0.5"        />`, 0, 2, `<case name="b" class="c" time="0.5"        />`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(context.Background(), strings.NewReader("<r>"+c.kept+c.then+strings.Repeat(" ", 100)))
			for range 2 {
				if _, err := s.Next(); err != nil {
					t.Fatal(err)
				}
			}
			var a Alike
			s.KeepAlike(&a, c.text, c.number)
			got := ""
			for {
				text, n, zeros, ok := s.NextAlike(&a)
				if !ok {
					break
				}
				got += fmt.Sprintf("%s=%d/%d ", text, n, zeros)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestAlikesEnd: an element that was kept is the beginning of a run only while it is the
// current one.
func TestAlikesEnd(t *testing.T) {
	s := New(context.Background(), strings.NewReader(`<r><c n="a" t="0.5"/><c n="b" t="0.5"/><c n="c" t="0.5"/></r>`+strings.Repeat(" ", 100)))
	for range 2 {
		s.Next()
	}
	var a Alike
	if !s.KeepAlike(&a, 0, 1) {
		t.Fatal("not kept")
	}
	s.Next() // its end
	if _, _, _, ok := s.NextAlike(&a); ok {
		t.Error("a run goes on behind the end of its element")
	}
	s.Next() // the second
	if _, _, _, ok := s.NextAlike(&a); ok {
		t.Error("a run goes on from an element that was not kept")
	}
}
