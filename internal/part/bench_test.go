package part_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/part"
)

// The evidence whose cost docs/parts.md states. Names are in words, and durations at
// random to the millisecond, as JUnit's are: they are most of what a part weighs.
var sizes = []struct {
	name string
	n    int
	make func(r *rand.Rand, n int) *evidence.Report
	raw  func(r *evidence.Report) int // bytes of the report in its own format, about
}{
	{"cases", 1_000_000, manyCases, func(r *evidence.Report) (n int) {
		for _, c := range r.Cases.All() {
			n += len(fmt.Sprintf("    <testcase classname=%q name=%q time=\"%.3f\"/>\n", c.Class, c.Name, c.Duration.Seconds()))
			if c.Message != "" {
				n += len(c.Message) + len("<failure message=\"\"></failure></testcase>")
			}
		}
		return n
	}},
	{"files", 50_000, manyFiles, func(r *evidence.Report) (n int) {
		for _, f := range r.Coverage {
			n += len("SF:\nend_of_record\nLF:200\nLH:100\n") + len(f.Path)
			for line := range f.LineSet.Room() {
				if ok, _ := f.LineSet.Line(line); ok {
					n += len(fmt.Sprintf("DA:%d,1\n", line))
				}
			}
		}
		return n
	}},
	{"findings", 100_000, manyFindings, nil},
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

var words = strings.Fields("accepts rejects order empty basket customer invoice payment expired token large small unicode retry parallel tenant booking refund locale currency rounding limit zero negative closed open")

func manyCases(r *rand.Rand, n int) *evidence.Report {
	rep := &evidence.Report{Source: "junit.xml", Format: "junit-xml", Kinds: evidence.Tests}
	for i := range n {
		class := fmt.Sprintf("com.acme.shop.%s.%sTest", words[i/2000%len(words)], words[i/100%len(words)])
		k := evidence.Case{Suite: class, Class: class, Outcome: evidence.Passed, Duration: time.Duration(r.IntN(2000)*r.IntN(3)) * time.Millisecond, At: evidence.Pos{Line: i + 3},
			Name: fmt.Sprintf("%s_%s_when_%s[%d]", words[r.IntN(len(words))], words[r.IntN(len(words))], words[r.IntN(len(words))], i%100)}
		if i%500 == 0 {
			k.Outcome, k.Message = evidence.Failed, fmt.Sprintf("expected %d but was %d", r.IntN(1000), r.IntN(1000))
		}
		rep.Cases.AppendCase(k)
	}
	return rep
}

func manyFiles(r *rand.Rand, n int) *evidence.Report {
	rep := &evidence.Report{Source: "lcov.info", Format: "lcov", Kinds: evidence.Coverage}
	for i := range n {
		f := evidence.FileCoverage{Path: fmt.Sprintf("src/%s/%s/%s%d.ts", words[i/5000%len(words)], words[i/200%len(words)], words[i%len(words)], i)}
		set := &evidence.LineSet{}
		for line := 1; line < 200; line += 1 + r.IntN(2) {
			set.Mark(line, line/10%5 > 0)
		}
		f.SetLines(set)
		rep.Coverage = append(rep.Coverage, f)
	}
	return rep
}

func manyFindings(r *rand.Rand, n int) *evidence.Report {
	rep := &evidence.Report{Source: "scan.sarif", Format: "sarif", Kinds: evidence.Findings, ToolRuns: []evidence.ToolRun{{Tool: "scanner", Rules: 300, Results: n}}}
	for i := range n {
		rep.Findings.AppendFinding(evidence.Finding{Tool: "scanner", Rule: fmt.Sprintf("rule-%d", r.IntN(300)), Level: evidence.LevelWarning, LevelFrom: evidence.LevelFromRule,
			Severity: evidence.Medium, Score: "5.3", Message: "the value of " + words[r.IntN(len(words))] + " reaches " + words[r.IntN(len(words))] + " unchecked",
			Path: fmt.Sprintf("src/%s/%d.ts", words[r.IntN(len(words))], r.IntN(1000)), Line: 1 + r.IntN(900), Col: 1 + r.IntN(80), CWE: []string{"CWE-79"},
			Fingerprints: []evidence.Fingerprint{{Name: "primaryLocationLineHash", Value: fmt.Sprintf("%016x:1", r.Uint64())}}, At: evidence.Pos{Line: 10 * i}})
	}
	return rep
}

// BenchmarkPart writes and reads parts, and tells what one case, file or finding
// costs: go test ./internal/part -run '^$' -bench Part
func BenchmarkPart(b *testing.B) {
	for _, size := range sizes {
		rep := size.make(random(), size.n)
		data := encode(b, of(rep))
		b.Run("write/"+size.name, func(b *testing.B) {
			for b.Loop() {
				encode(b, of(rep))
			}
			b.ReportMetric(float64(len(data))/float64(size.n), "bytes/each")
			if size.raw != nil {
				b.ReportMetric(100*float64(len(data))/float64(size.raw(rep)), "%ofreport")
			}
		})
		b.Run("read/"+size.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := part.Decode(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
