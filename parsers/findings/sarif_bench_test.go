package findings_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/findings"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// writeLog writes a log shaped like CodeQL's: compact, the rules after the results,
// 40 % of the results with a code flow, all with fingerprints. Every kind-th result
// fails; the others pass. All results are written as often as it is said.
func writeLog(w io.Writer, results, kind, times int) {
	var block bytes.Buffer
	writeResults(&block, results, kind)
	b := bufio.NewWriter(w)
	defer b.Flush()
	b.WriteString(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"results":[`)
	for i := range times {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(block.Bytes())
	}
	b.WriteString(`],"tool":{"driver":{"name":"CodeQL","semanticVersion":"2.23.1","rules":[`)
	for i := range 500 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `{"id":"go/rule-%d","defaultConfiguration":{"level":"error"},"properties":{"security-severity":"%d.%d","tags":["security","external/cwe/cwe-%03d"]}}`, i, i%10, i%10, i%900+1)
	}
	b.WriteString(`]}}}]}`)
}

func writeResults(b *bytes.Buffer, results, kind int) {
	for i := range results {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, `{"ruleId":"go/rule-%d","ruleIndex":%d,`, i%500, i%500)
		if i%kind > 0 {
			b.WriteString(`"kind":"pass",`)
		}
		fmt.Fprintf(b, `"message":{"text":"This query depends on [a user-provided value](1), item %d."},`, i)
		place := func(line int) string {
			return fmt.Sprintf(`{"physicalLocation":{"artifactLocation":{"uri":"src/main/java/com/acme/Class%d.java","uriBaseId":"%%SRCROOT%%","index":%d},"region":{"startLine":%d,"startColumn":13,"endColumn":44}}`, i%2000, i%2000, line)
		}
		fmt.Fprintf(b, `"locations":[%s}],"partialFingerprints":{"primaryLocationLineHash":"%016x:1","primaryLocationStartColumnFingerprint":"4"}`, place(i%900+1), uint64(i)*0x9e3779b97f4a7c15)
		if i%5 < 2 {
			b.WriteString(`,"codeFlows":[{"threadFlows":[{"locations":[`)
			for step := range i%7 + 2 {
				if step > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(b, `{"location":%s,"message":{"text":"step %d : String"}}}`, place(step+1), step)
			}
			b.WriteString(`]}]}]`)
		}
		b.WriteByte('}')
	}
}

func parse(tb testing.TB, r io.Reader) *evidence.Report {
	tb.Helper()
	report := &evidence.Report{Source: "log.sarif"}
	if err := findings.SARIF.Parse(tb.Context(), format.Source{Name: report.Source, Reader: r}, report); err != nil {
		tb.Fatal(err)
	}
	return report
}

// TestMemoryIsBoundedByTheFindings reads 64 MB of results of which one in a
// thousand is a finding, and looks at the heap while it reads.
func TestMemoryIsBoundedByTheFindings(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		writeLog(w, 1000, 1000, 74)
		w.Close()
	}()
	watched := &heapReader{r: r}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	report := parse(t, watched)
	if watched.n < 64e6 {
		t.Errorf("the stream has %d bytes only", watched.n)
	}
	if report.Findings.Len() != 74 || !report.Conclusive() {
		t.Errorf("%d findings, problems %v", report.Findings.Len(), report.Problems)
	}
	if used := int64(watched.peak) - int64(before.HeapAlloc); used > 12<<20 {
		t.Errorf("%d bytes of heap in use", used)
	}
}

type heapReader struct {
	r       io.Reader
	n, seen int
	peak    uint64
}

func (h *heapReader) Read(p []byte) (int, error) {
	if h.n-h.seen > 4<<20 {
		h.seen = h.n
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		h.peak = max(h.peak, m.HeapAlloc)
	}
	n, err := h.r.Read(p)
	h.n += n
	return n, err
}

func BenchmarkSARIF(b *testing.B) {
	var log bytes.Buffer
	writeLog(&log, 20_000, 1, 1)
	text := log.Bytes()
	var few bytes.Buffer
	writeLog(&few, 20_000, 5000, 1)
	for _, bench := range []struct {
		name string
		text []byte
		read func([]byte) error
	}{
		{"plain-read", text, func(t []byte) error {
			_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{bytes.NewReader(t)}, make([]byte, 256<<10))
			return err
		}},
		{"all-findings", text, func(t []byte) error { parse(b, bytes.NewReader(t)); return nil }},
		{"few-findings", few.Bytes(), func(t []byte) error { parse(b, bytes.NewReader(t)); return nil }},
		{"encoding-json", text, func(t []byte) error { var v any; return json.Unmarshal(t, &v) }},
		{"go-sarif", text, func(t []byte) error { _, err := sarif.FromBytes(t); return err }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := bench.read(bench.text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
