package parsers_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// stream gives the bytes of its parts one after another and holds none of them.
type stream struct {
	parts []part
	i     int // unit of parts[0]
	rest  []byte
	buf   bytes.Buffer
}

// part is a text so many times; each, if set, makes the text of one time.
type part struct {
	n    int
	text string
	each func(b *bytes.Buffer, i int)
}

func (s *stream) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		if len(s.parts) == 0 {
			return 0, io.EOF
		}
		now := &s.parts[0]
		s.buf.Reset()
		for ; s.i < now.n && s.buf.Len() < 64<<10; s.i++ {
			if now.each != nil {
				now.each(&s.buf, s.i)
			} else {
				s.buf.WriteString(now.text)
			}
		}
		if s.i == now.n {
			s.parts, s.i = s.parts[1:], 0
		}
		s.rest = s.buf.Bytes()
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func once(text string) part         { return part{1, text, nil} }
func times(n int, text string) part { return part{n, text, nil} }
func unit(n int, f string) part {
	return part{n, "", func(b *bytes.Buffer, i int) { fmt.Fprintf(b, f, i) }}
}

// watched counts what is read, and looks how large the heap is on the way.
type watched struct {
	r    io.Reader
	n    int64
	next int64
	peak uint64
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.n += int64(n); w.n >= w.next || err != nil {
		w.next = w.n + 4<<20
		w.look()
	}
	return n, err
}

func (w *watched) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.peak = max(w.peak, m.HeapInuse)
}

// squeezed gives what it is given, compressed.
func squeezed(r io.Reader) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		w := gzip.NewWriter(pw)
		_, err := io.Copy(w, r)
		if err == nil {
			err = w.Close()
		}
		pw.CloseWithError(err)
	}()
	return pr
}

const (
	mega    = 1 << 20
	million = 1_000_000
	huge    = 200 * million
)

// hostile are reports that nobody wrote by accident. Each ends after a bounded
// amount of reading, in bounded memory, at a limit that is named, or is read in
// full because there is nothing wrong with it.
var hostile = []struct {
	about string
	parts []part
	gzips int
	want  string // in the unsound problems; "" is a conclusive report
	read  int64  // MiB at most, 0 if it is read to the end
	peak  uint64 // MiB of heap at most; 0 is 64
	alloc uint64 // MiB at most that were ever allocated; 0 is 128
}{
	{about: "XML 5 million elements deep", parts: []part{once("<testsuites>"), times(5*million, "<testsuite>")}, want: "nested", read: 1},
	{about: "XML 5 million unknown elements deep", parts: []part{once("<testsuites>"), times(5*million, "<x>")}, want: "nested", read: 1},
	{about: "JSON 5 million arrays deep", parts: []part{once(`{"version":"2.1.0","runs":[{"x":`), times(5*million, "[")}, want: "nested", read: 1},
	{about: "JSON 5 million objects deep", parts: []part{once(`{"version":"2.1.0","runs":[{"results":`), times(5*million, `{"a":`)}, want: "nested", read: 1},
	{about: "an attribute of 200 MB", parts: []part{once(`<testsuite name="`), times(huge/8, "xxxxxxxx"), once(`"/>`)}, want: "longer than", read: 20},
	{about: "an element's name of 200 MB", parts: []part{once(`<testsuite><`), times(huge/8, "xxxxxxxx")}, want: "longer than", read: 20},
	{about: "a comment of 200 MB", parts: []part{once(`<testsuite tests="1"><!--`), times(huge/8, "xxxxxxxx"), once(`--><testcase name="a"/></testsuite>`)}, want: "longer than", read: 20},
	{about: "a message of 200 MB", parts: []part{once(`<testsuite tests="1"><testcase name="a"><failure>`), times(huge/8, "xxxxxxx\n"), once(`</failure></testcase></testsuite>`)}},
	{about: "a CDATA of 200 MB", parts: []part{once(`<testsuite tests="1"><testcase name="a"/><system-out><![CDATA[`), times(huge/8, "xxxxxx]]"), once(`]]></system-out></testsuite>`)}},
	{about: "a JSON string of 200 MB that is kept", parts: []part{once(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"`), times(huge/8, "xxxxxxxx"), once(`"}},"results":[]}]}`)}, want: "longer than", read: 20},
	{about: "a JSON string of 200 MB that is not", parts: []part{once(`{"version":"2.1.0","runs":[{"x":"`), times(huge/8, "xxxxxxxx"), once(`","tool":{"driver":{"name":"a"}},"results":[]}]}`)}},
	{about: "a JSON number of 200 MB", parts: []part{once(`{"version":"2.1.0","runs":[{"results":[{"locations":[{"physicalLocation":{"region":{"startLine":`), times(huge/8, "99999999")}, want: "longer than", read: 20},
	{about: "a line of 200 MB of go test -json", parts: []part{once(`{"Action":"start","Package":"p"}` + "\n" + `{"Action":"output","Package":"p","Output":"`), times(huge/8, "xxxxxxxx")}, want: "the line is longer than", read: 20},
	{about: "a line of 200 MB of LCOV", parts: []part{once("TN:\nSF:"), times(huge/8, "xxxxxxxx")}, want: "the line is longer than", read: 20},
	{about: "a line of 200 MB of TAP", parts: []part{once("TAP version 13\n1..1\nok 1 - "), times(huge/8, "xxxxxxxx")}, want: "the line is longer than", read: 20},
	{about: "a line of 200 MB of a coverprofile", parts: []part{once("mode: set\na.go:"), times(huge/8, "11111111")}, want: "the line is longer than", read: 20},
	{about: "a million columns", parts: []part{once("a,b"), times(million, ",c"), once("\n")}, want: "no known report format", read: 1},
	{about: "a coverprofile's line of a million columns", parts: []part{once("mode: set\na.go:1.1"), times(million, ",2.2"), once(" 1 1\n")}, want: "block"},
	{about: "a billion laughs", parts: []part{once(`<!DOCTYPE t [<!ENTITY a "haha">` + laughs() + `]><testsuite tests="1"><testcase name="&z9;"/></testsuite>`)}, want: "entity"},
	{about: "a billion laughs in text", parts: []part{once(`<!DOCTYPE t [<!ENTITY a "haha">` + laughs() + `]><testsuite tests="1"><testcase name="a"><failure>&z9;</failure></testcase></testsuite>`)}, want: "entity"},
	{about: "an external entity", parts: []part{once(`<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]><testsuite tests="1"><testcase name="&f;"/></testsuite>`)}, want: "entity"},
	{about: "an external DTD", parts: []part{once(`<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:1/x.dtd"><testsuite tests="1"><testcase name="a"/></testsuite>`)}},
	{about: "a DTD that hides what it is", parts: []part{once(`<!DOCTYPE t [`), times(million, `<!ENTITY a "bc">`), once(`]><testsuite tests="1"><testcase name="a"/></testsuite>`)}, want: "no known report format", read: 1},
	{about: "a DTD of 200 MB", parts: []part{once(`<testsuite tests="1"><!DOCTYPE t [`), times(huge/16, `<!ENTITY a "bc">`)}, want: "a document type declaration after the root", read: 20},
	{about: "a million attributes", parts: []part{once("<testsuite"), unit(million, ` a%d=""`), once("/>")}, want: "attributes", read: 20},
	{about: "a million members of one name", parts: []part{once(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"`), times(million, `,"name":"b"`), once(`}},"results":[]}]}`)}, want: "name"},
	{about: "more members than are kept apart", parts: []part{once(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"`), unit(2*mega, `,"m%d":1`)}, want: "more than 1048576 members", read: 16},
	{about: "a million members of names that nobody knows", parts: []part{once(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a"`), unit(million, `,"m%d":1`), once(`}},"results":[]}]}`)}},
	{about: "a zip bomb", gzips: 1, parts: []part{once(`<testsuite tests="1"><testcase name="x"/>`), times(1<<30/16, "                "), once("</testsuite>")}, want: "expands beyond the limit"},
	{about: "a zip bomb in a zip", gzips: 2, parts: []part{once(`<testsuite tests="1"><testcase name="x"/>`), times(1<<26/16, "                "), once("</testsuite>")}, want: "no known report format"},
	{about: "LCOV records of line 4194304 in one file", parts: []part{times(10*million/32, "SF:a\nDA:4194304,1\nend_of_record\n")}, want: "lines together", alloc: 64},
	{about: "LCOV records of line 4194304 in many files", parts: []part{unit(10*million/38, "SF:a%d\nDA:4194304,1\nend_of_record\n")}, want: "lines together", peak: 400, alloc: 512},
	{about: "a JUnit file with a million suites", parts: []part{once("<testsuites>"), unit(million, `<testsuite name="s%d" tests="1"><testcase name="a"/></testsuite>`), once("</testsuites>")}, peak: 256, alloc: 512},
	{about: "a SARIF file with a million rules, used backwards", parts: []part{once(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"a","rules":[{"id":"r"}`), unit(million, `,{"id":"r%d"}`),
		once(`]}},"results":[{"ruleIndex":0,"message":{"text":"m"}}`), {n: 100_000, each: func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `,{"ruleIndex":%d,"message":{"text":"m"}}`, million-i) }}, once(`]}]}`)}, peak: 256, alloc: 320},
	{about: "SARIF results before a million rules", parts: []part{once(`{"version":"2.1.0","runs":[{"results":[{"ruleIndex":0,"message":{"text":"m"}}`), {n: 100_000, each: func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `,{"ruleIndex":%d,"message":{"text":"m"}}`, million-i) }},
		once(`],"tool":{"driver":{"name":"a","rules":[{"id":"r"}`), unit(million, `,{"id":"r%d"}`), once(`]}}}]}`)}, peak: 256, alloc: 320},
	{about: "a JaCoCo file with a million groups", parts: []part{once(`<report name="r">`), unit(million, `<group name="g%d"/>`), once(`<counter type="LINE" missed="1" covered="1"/></report>`)}, want: "the report counts 1/2 of lines"},
}

// laughs are nine entities, each ten times the one before.
func laughs() string {
	var b strings.Builder
	for i := 1; i <= 9; i++ {
		prev := "a"
		if i > 1 {
			prev = fmt.Sprintf("z%d", i-1)
		}
		fmt.Fprintf(&b, `<!ENTITY z%d "%s">`, i, strings.Repeat("&"+prev+";", 10))
	}
	return b.String()
}

// unsound is what makes a report inconclusive.
func unsound(r *evidence.Report) string {
	var said []string
	for _, p := range r.Problems {
		if p.Gravity == evidence.Unsound {
			said = append(said, p.String())
		}
	}
	return strings.Join(said, "; ")
}

func TestHostileReportsEndAtALimit(t *testing.T) {
	if testing.Short() {
		t.Skip("it generates gigabytes")
	}
	for _, tt := range hostile {
		t.Run(tt.about, func(t *testing.T) {
			var r io.Reader = &stream{parts: append([]part(nil), tt.parts...)}
			for range tt.gzips {
				r = squeezed(r)
			}
			runtime.GC()
			w := &watched{r: r}
			w.look()
			base := w.peak
			w.peak = 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			rep := parse(t, "report", w)
			took := time.Since(start)
			w.look()
			runtime.ReadMemStats(&after)
			got := unsound(rep)
			peak := (w.peak - min(base, w.peak)) >> 20
			alloc := (after.TotalAlloc - before.TotalAlloc) >> 20
			if os.Getenv("TOLLGATE_MEASURE") != "" {
				fmt.Printf("| %s | %.200s | %d | %d | %d | %.2f |\n", tt.about, got, w.n>>20, peak, alloc, took.Seconds())
			}
			if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("problem %.300q, want %q", got, tt.want)
			}
			if tt.read > 0 && w.n > tt.read<<20 {
				t.Errorf("%d MiB were read, at most %d should be", w.n>>20, tt.read)
			}
			if limit := max(tt.peak, 64); peak > limit {
				t.Errorf("the heap grew by %d MiB, at most %d should be", peak, limit)
			}
			if limit := max(tt.alloc, 128); tt.gzips == 0 && alloc > limit {
				t.Errorf("%d MiB were allocated, at most %d should be", alloc, limit)
			}
		})
	}
}
