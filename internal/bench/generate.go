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
	{"junit-xml", "junit.xml", "cases", writeJUnit, []reader{plainRead, tollgate, oneCore, xmlTokens}},
	{"go-test-json", "test.jsonl", "cases", writeGoTest, []reader{plainRead, tollgate, oneCore, jsonLines}},
	{"go-coverprofile", "cover.out", "blocks", writeProfile, []reader{plainRead, tollgate, oneCore, coverProfiles}},
	{"go-coverprofile-repeated", "coverpkg.out", "blocks", writeRepeatedProfile, []reader{plainRead, tollgate, oneCore, coverProfiles}},
	{"lcov", "lcov.info", "lines", writeLCOV, []reader{plainRead, tollgate, oneCore}},
	{"cobertura", "cobertura.xml", "lines", writeCobertura, []reader{plainRead, tollgate, oneCore, xmlTokens}},
	{"jacoco", "jacoco.xml", "lines", writeJaCoCo, []reader{plainRead, tollgate, oneCore, xmlTokens}},
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

// writeJUnit writes suites of a hundred cases, 3 in 100 failed with a stack, 1 in
// 100 skipped, with a little output for every suite. One name in ten has a
// character that XML writes as a reference.
func writeJUnit(w *countingWriter, size int64) (items int) {
	r := dice()
	w.printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"generated\">\n")
	for suite := 0; w.n < size; suite++ {
		class := fmt.Sprintf("com.example.shop.module%d.Suite%dTest", suite%40, suite)
		w.printf("  <testsuite name=\"%s\" tests=\"100\" failures=\"3\" errors=\"0\" skipped=\"1\" time=\"12.5\" timestamp=\"2026-01-15T09:00:00\">\n", class)
		w.printf("    <properties><property name=\"java.version\" value=\"21.0.2\"/><property name=\"seed\" value=\"%d\"/></properties>\n", r.Uint32())
		for c := range 100 {
			more := "and more"
			if c%10 == 0 {
				more = "&amp; more"
			}
			w.printf("    <testcase name=\"%s #%d %s\" classname=\"%s\" time=\"0.%03d\"", phrase(r), c, more, class, r.IntN(1000))
			switch c {
			case 17, 63, 88:
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

// writeRepeatedProfile writes what go test -coverpkg=./... does: every test binary
// lists every block of the module, in the same order.
func writeRepeatedProfile(w *countingWriter, size int64) (items int) {
	const binaries = 40
	const lineBytes = 54 // of one block, about
	files := max(1, int(size/(binaries*lineBytes*100)))
	r := dice()
	w.printf("mode: atomic\n")
	for binary := 0; w.n < size || binary < binaries; binary++ {
		for file := range files {
			line := 10
			for block := range 100 {
				w.printf("example.com/shop/internal/module%d/file%d.go:%d.%d,%d.%d %d %d\n", file/20, file, line, 2+block%5, line+3, 16, 1+block%7, r.IntN(3))
				line += 4
			}
		}
	}
	return files * 100
}

// writeLCOV writes records of 800 lines, with a function every 25 and two
// branches every 10 of them, as geninfo orders them.
func writeLCOV(w *countingWriter, size int64) (items int) {
	r := dice()
	const lines = 800
	for file := 0; w.n < size; file++ {
		w.printf("TN:\nSF:/src/shop/module%d/file%d.c\n", file/20, file)
		for f := 0; f < lines; f += 25 {
			w.printf("FN:%d,shop_file%d_function%d\n", 10+2*f, file, f)
		}
		for f := 0; f < lines; f += 25 {
			w.printf("FNDA:%d,shop_file%d_function%d\n", 1+r.IntN(900), file, f)
		}
		w.printf("FNF:%d\nFNH:%d\n", lines/25, lines/25)
		for line := 0; line < lines; line += 10 {
			w.printf("BRDA:%d,0,0,%d\nBRDA:%d,0,1,-\n", 10+2*line, 1+r.IntN(90), 10+2*line)
		}
		w.printf("BRF:%d\nBRH:%d\n", lines/5, lines/10)
		hit := 0
		for line := range lines {
			count := max(0, r.IntN(2000)-400)
			if count > 0 {
				hit++
			}
			w.printf("DA:%d,%d\n", 10+2*line, count)
		}
		w.printf("LF:%d\nLH:%d\nend_of_record\n", lines, hit)
		items += lines
	}
	return items
}

// writeCobertura writes packages of twenty classes, each with the lines of its
// four methods twice: in the methods, and of its own. One line in ten branches.
func writeCobertura(w *countingWriter, size int64) (items int) {
	r := dice()
	const methods, perMethod = 4, 25
	w.printf("<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n")
	w.printf("<coverage line-rate=\"0.75\" branch-rate=\"0.5\" version=\"6.5\" timestamp=\"1767225600\">\n  <sources>\n    <source>/src/shop</source>\n  </sources>\n  <packages>\n")
	hits := make([]int, methods*perMethod)
	line := func(indent string, i int) {
		if i%10 == 3 {
			w.printf("%s<line number=\"%d\" hits=\"%d\" branch=\"true\" condition-coverage=\"%d%% (%d/2)\"/>\n", indent, 10+2*i, hits[i], 50*min(hits[i], 2), min(hits[i], 2))
			return
		}
		w.printf("%s<line number=\"%d\" hits=\"%d\" branch=\"false\"/>\n", indent, 10+2*i, hits[i])
	}
	for class := 0; w.n < size; class++ {
		if class%20 == 0 {
			if class > 0 {
				w.printf("      </classes>\n    </package>\n")
			}
			w.printf("    <package name=\"shop.module%d\" line-rate=\"0.75\" branch-rate=\"0.5\" complexity=\"1.5\">\n      <classes>\n", class/20)
		}
		w.printf("        <class name=\"Class%d\" filename=\"shop/module%d/Class%d.java\" line-rate=\"0.75\" branch-rate=\"0.5\" complexity=\"1.5\">\n          <methods>\n", class, class/20, class)
		for i := range hits {
			hits[i] = max(0, r.IntN(200)-50)
		}
		for m := range methods {
			w.printf("            <method name=\"step%d\" signature=\"(Ljava/lang/String;)V\" line-rate=\"0.75\" branch-rate=\"0.5\">\n              <lines>\n", m)
			for i := m * perMethod; i < (m+1)*perMethod; i++ {
				line("                ", i)
			}
			w.printf("              </lines>\n            </method>\n")
		}
		w.printf("          </methods>\n          <lines>\n")
		for i := range hits {
			line("            ", i)
		}
		w.printf("          </lines>\n        </class>\n")
		items += len(hits)
	}
	w.printf("      </classes>\n    </package>\n  </packages>\n</coverage>\n")
	return items
}

// writeJaCoCo writes packages of twenty source files of a hundred lines, on one
// line of text with a document type, as JaCoCo does.
func writeJaCoCo(w *countingWriter, size int64) (items int) {
	r := dice()
	const methods, lines = 10, 100
	counters := func(instructions, branches, linesHit, linesOf, methodsOf int) {
		w.printf(`<counter type="INSTRUCTION" missed="%d" covered="%d"/>`, instructions/4, instructions)
		if branches > 0 {
			w.printf(`<counter type="BRANCH" missed="%d" covered="%d"/>`, branches, branches)
		}
		w.printf(`<counter type="LINE" missed="%d" covered="%d"/><counter type="COMPLEXITY" missed="0" covered="%d"/><counter type="METHOD" missed="0" covered="%d"/>`,
			linesOf-linesHit, linesHit, methodsOf, methodsOf)
	}
	w.printf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="shop"><sessioninfo id="host-1" start="1767225600000" dump="1767225700000"/>`)
	files, allHit := 0, 0
	for ; w.n < size; files++ {
		file := files
		if file%20 == 0 {
			if file > 0 {
				w.printf("</package>")
			}
			w.printf(`<package name="com/example/shop/module%d">`, file/20)
		}
		w.printf(`<class name="com/example/shop/module%d/Class%d" sourcefilename="Class%d.java">`, file/20, file, file)
		for m := range methods {
			w.printf(`<method name="step%d" desc="(Ljava/lang/String;)V" line="%d">`, m, 10+20*m)
			counters(40, 0, 10, 10, 1)
			w.printf("</method>")
		}
		counters(400, lines/10, lines, lines, methods)
		w.printf(`</class><sourcefile name="Class%d.java">`, file)
		hit := 0
		for line := range lines {
			missed, branches := r.IntN(3), 0
			if line%10 == 3 {
				branches = 1
			}
			covered := max(0, r.IntN(9)-2)
			if covered == 0 {
				missed++
			} else {
				hit++
			}
			w.printf(`<line nr="%d" mi="%d" ci="%d" mb="%d" cb="%d"/>`, 10+2*line, missed, covered, branches, branches)
		}
		counters(400, lines/10, hit, lines, methods)
		w.printf("</sourcefile>")
		items += lines
		allHit += hit
	}
	w.printf("</package>")
	counters(400*files, lines/10*files, allHit, items, methods*files)
	w.printf("</report>\n")
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
