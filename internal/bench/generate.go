package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

// reportFormat is one format that is measured.
type reportFormat struct {
	name, file, unit string
	// write writes at least size bytes of a well-formed report and says how many
	// units it holds. The same size gives the same bytes.
	write   func(w *countingWriter, size int64) (items int)
	readers []reader // the first is the plain read
}

var formats = []reportFormat{
	{"junit-xml", "junit.xml", "cases", writeJUnit, []reader{plainRead, tollgate, xmlTokens}},
	{"go-test-json", "test.jsonl", "cases", writeGoTest, []reader{plainRead, tollgate, jsonLines}},
	{"go-coverprofile", "cover.out", "blocks", writeProfile, []reader{plainRead, tollgate, coverProfiles}},
	{"sarif", "scan.sarif", "findings", writeSARIF, []reader{plainRead, tollgate, jsonTokens, goSARIF}},
}

// countingWriter knows how much it has written; generators ask it when to end.
// Errors are kept by the bufio.Writer and seen at its Flush.
type countingWriter struct {
	w *bufio.Writer
	n int64
}

func (c *countingWriter) printf(format string, args ...any) {
	n, _ := fmt.Fprintf(c.w, format, args...)
	c.n += int64(n)
}

// generate writes the report of a format to a file.
func generate(path string, f reportFormat, size int64) (items int, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	items, err = render(file, f, size)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return items, err
}

func render(w io.Writer, f reportFormat, size int64) (items int, err error) {
	c := &countingWriter{w: bufio.NewWriterSize(w, 1<<20)}
	items = f.write(c, size)
	return items, c.w.Flush()
}

// dice are the same on every machine.
func dice() *rand.Rand { return rand.New(rand.NewPCG(20, 26)) }

var words = []string{"accepts", "refuses", "order", "guest", "room", "screening", "member", "invoice", "tenant", "quota", "empty", "late", "second", "unicode ñandú", "limit"}

func phrase(r *rand.Rand) string {
	return words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + words[r.IntN(len(words))]
}

// writeJUnit writes suites of a hundred cases, 2 in 100 failed with a stack, 1 in
// 100 skipped, with a little output for every suite.
func writeJUnit(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"generated\">\n")
	for suite := 0; w.n < size; suite++ {
		class := fmt.Sprintf("com.example.shop.module%d.Suite%dTest", suite%40, suite)
		w.printf("  <testsuite name=\"%s\" tests=\"100\" failures=\"2\" errors=\"0\" skipped=\"1\" time=\"12.5\" timestamp=\"2026-01-15T09:00:00\">\n", class)
		w.printf("    <properties><property name=\"java.version\" value=\"21.0.2\"/><property name=\"seed\" value=\"%d\"/></properties>\n", r.Uint32())
		for c := range 100 {
			w.printf("    <testcase name=\"%s #%d &amp; more\" classname=\"%s\" time=\"0.%03d\"", phrase(r), c, class, r.IntN(1000))
			switch c {
			case 17, 63:
				w.printf(">\n      <failure message=\"expected: &lt;%d&gt; but was: &lt;%d&gt;\" type=\"org.opentest4j.AssertionFailedError\"><![CDATA[", r.IntN(100), r.IntN(100))
				for frame := range 30 {
					w.printf("\tat %s.step%d(Suite%dTest.java:%d)\n", class, frame, suite, r.IntN(900))
				}
				w.printf("]]></failure>\n    </testcase>\n")
			case 40:
				w.printf("><skipped message=\"not on this platform\"/></testcase>\n")
			default:
				w.printf("/>\n")
			}
			items++
		}
		w.printf("    <system-out>started in %d ms\n%s</system-out>\n  </testsuite>\n", r.IntN(5000), phrase(r))
	}
	w.printf("</testsuites>\n")
	return items
}

// writeGoTest writes packages of a hundred tests as go test -json does, 2 in 100
// failed, 1 in 100 skipped.
func writeGoTest(w *countingWriter, size int64) (items int) {
	r := dice()
	const when = "2026-01-15T09:00:00.123456789Z"
	for pkg := 0; w.n < size; pkg++ {
		path := fmt.Sprintf("example.com/shop/internal/module%d", pkg)
		event := func(action, test, more string) {
			w.printf("{\"Time\":%q,\"Action\":%q,\"Package\":%q", when, action, path)
			if test != "" {
				w.printf(",\"Test\":%q", test)
			}
			w.printf("%s}\n", more)
		}
		event("start", "", "")
		for t := range 100 {
			test := fmt.Sprintf("TestOrders%dOfGuests%d", t, r.IntN(1000))
			end, word := "pass", "PASS"
			switch t {
			case 17, 63:
				end, word = "fail", "FAIL"
			case 40:
				end, word = "skip", "SKIP"
			}
			event("run", test, "")
			event("output", test, fmt.Sprintf(",\"Output\":\"=== RUN   %s\\n\"", test))
			for line := range 3 {
				event("output", test, fmt.Sprintf(",\"Output\":\"    orders_test.go:%d: %s \\u003c%d\\u003e\\n\"", 10+line, phrase(r), r.Uint32()))
			}
			event("output", test, fmt.Sprintf(",\"Output\":\"--- %s: %s (0.01s)\\n\"", word, test))
			event(end, test, ",\"Elapsed\":0.01")
			items++
		}
		event("output", "", ",\"Output\":\"FAIL\\n\"")
		event("fail", "", ",\"Elapsed\":1.25")
	}
	return items
}

// writeProfile writes a coverprofile of files of two hundred blocks, merged of two
// test binaries: every block stands twice.
func writeProfile(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf("mode: atomic\n")
	for file := 0; w.n < size; file++ {
		path := fmt.Sprintf("example.com/shop/internal/module%d/file%d.go", file/20, file)
		for range 2 {
			line := 10
			for block := range 200 {
				w.printf("%s:%d.%d,%d.%d %d %d\n", path, line, 2+block%5, line+3, 16, 1+block%7, r.IntN(3))
				line += 4
			}
		}
		items += 200
	}
	return items
}

// writeSARIF writes one run with forty rules and any number of results.
func writeSARIF(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf(`{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"tool":{"driver":{"name":"Generated","version":"1.0.0","rules":[`)
	for rule := range 40 {
		if rule > 0 {
			w.printf(",")
		}
		w.printf(`{"id":"GEN%03d","name":"Rule%d","shortDescription":{"text":"%s"},"defaultConfiguration":{"level":"warning"},"properties":{"tags":["security","external/cwe/cwe-%03d"],"security-severity":"%d.%d"}}`,
			rule, rule, phrase(r), 20+rule, rule%10, rule%7)
	}
	w.printf(`]}},"invocations":[{"executionSuccessful":true}],"results":[`)
	for ; w.n < size; items++ {
		if items > 0 {
			w.printf(",")
		}
		rule := r.IntN(40)
		w.printf(`{"ruleId":"GEN%03d","ruleIndex":%d,"level":"error","message":{"text":"%s: \"%s\" reaches a query."},`, rule, rule, phrase(r), phrase(r))
		w.printf(`"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/module%d/file%d.go","uriBaseId":"%%SRCROOT%%"},"region":{"startLine":%d,"startColumn":%d,"endLine":%d}}}],`,
			r.IntN(50), r.IntN(400), 1+r.IntN(2000), 1+r.IntN(80), 2000)
		w.printf(`"partialFingerprints":{"primaryLocationLineHash":"%016x:1"},"codeFlows":[{"threadFlows":[{"locations":[`, r.Uint64())
		for step := range 3 {
			if step > 0 {
				w.printf(",")
			}
			w.printf(`{"location":{"physicalLocation":{"artifactLocation":{"uri":"src/module%d/file%d.go"},"region":{"startLine":%d}},"message":{"text":"step %d"}}}`, r.IntN(50), r.IntN(400), 1+r.IntN(2000), step)
		}
		w.printf(`]}]}]}`)
	}
	w.printf(`]}]}` + "\n")
	return items
}
