package testresult

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// benchesInBrief gives a line a benchmark: outcome, suite, name, parameters, samples.
func benchesInBrief(r *evidence.Report) []string {
	var out []string
	for i := range r.Benchmarks.Len() {
		bm := r.Benchmarks.At(i)
		line := bm.Outcome.String() + " " + bm.Suite + " " + bm.Name
		for _, p := range bm.Params {
			line += " " + p.Name + "=" + p.Value
		}
		for _, m := range bm.Metrics {
			line += fmt.Sprintf("; %s %v", m.Name, m.Samples)
		}
		out = append(out, line)
	}
	return out
}

const (
	benchHead = "goos: linux\ngoarch: amd64\npkg: p\ncpu: c\n"
	benchX    = "BenchmarkX-8   \t     100\t        12.5 ns/op\n"
	passX     = "passed p BenchmarkX gomaxprocs=8; ns/op [12.5]"
	benchOK   = "PASS\n" + textOK
	both      = evidence.Tests | evidence.Benchmarks
)

// What is expected was counted by hand from what package testing of Go 1.26 prints
// (testing/benchmark.go) and from the documentation of benchfmt.
func TestGoBenchmarks(t *testing.T) {
	for name, tc := range map[string]struct {
		doc   string
		want  []string
		kinds evidence.Kind
		sound bool
	}{
		"one":                           {benchHead + benchX + benchOK, []string{passX}, evidence.Benchmarks, true},
		"twice":                         {benchHead + benchX + benchX + benchOK, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [12.5 12.5]"}, evidence.Benchmarks, true},
		"of one processor":              {benchHead + "BenchmarkX 5 1 ns/op\n" + benchOK, []string{"passed p BenchmarkX; ns/op [1]"}, evidence.Benchmarks, true},
		"a name that ends in a number":  {benchHead + "BenchmarkX/n-07 5 1 ns/op\nBenchmarkX/n-1 5 1 ns/op\nBenchmarkX/n-1-8 5 1 ns/op\n" + benchOK, []string{"passed p BenchmarkX/n-07; ns/op [1]", "passed p BenchmarkX/n-1; ns/op [1]", "passed p BenchmarkX/n-1 gomaxprocs=8; ns/op [1]"}, evidence.Benchmarks, true},
		"two packages":                  {benchHead + benchX + benchOK + strings.ReplaceAll(benchHead, "pkg: p", "pkg: q") + benchX + "PASS\nok  \tq\t1s\n", []string{passX, "passed q BenchmarkX gomaxprocs=8; ns/op [12.5]"}, evidence.Benchmarks, true},
		"another machine":               {benchHead + benchX + "cpu: d\n" + benchX + "cpu: c\n" + benchX + benchOK, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [12.5 12.5]", passX}, evidence.Benchmarks, true},
		"with tests":                    {textRun + textPass + benchHead + benchX + benchOK, []string{passX}, both, true},
		"verbose":                       {benchHead + "BenchmarkX\n" + benchX + benchOK, []string{passX}, evidence.Benchmarks, true},
		"bare, as benchstat takes it":   {benchX, []string{"passed  BenchmarkX gomaxprocs=8; ns/op [12.5]"}, evidence.Benchmarks, true},
		"a test binary's":               {benchHead + benchX + "PASS\n", []string{passX}, evidence.Benchmarks, true},
		"killed":                        {benchHead + benchX, []string{passX}, evidence.Benchmarks, false},
		"killed in a benchmark":         {benchHead + benchX + "BenchmarkY-8 \t", []string{passX, "errored p BenchmarkY gomaxprocs=8"}, evidence.Benchmarks, false},
		"killed in the second package":  {benchHead + benchX + benchOK + benchHead + benchX, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [12.5 12.5]"}, evidence.Benchmarks, false},
		"a last line without newline":   {strings.TrimSuffix(benchX, "\n"), []string{"passed  BenchmarkX gomaxprocs=8; ns/op [12.5]"}, evidence.Benchmarks, false},
		"printing":                      {benchHead + "BenchmarkX-8   \thello 5\nkey: value\n     100\t   12.5 ns/op\n" + benchOK, []string{passX}, evidence.Benchmarks, true},
		"printing without a newline":    {benchHead + "x=3BenchmarkX-8   \tx=3     100\t   12.5 ns/op\n" + benchOK, []string{passX}, evidence.Benchmarks, true},
		"a damaged line":                {benchHead + "BenchmarkX-8   \t100\t1x.5 ns/op\n" + benchOK, []string{"errored p BenchmarkX gomaxprocs=8"}, evidence.Benchmarks, true},
		"a value without a unit":        {benchHead + "BenchmarkX-8   \t100\t5 ns/op\t7\n" + benchOK, []string{"errored p BenchmarkX gomaxprocs=8"}, evidence.Benchmarks, true},
		"not a number":                  {benchHead + "BenchmarkX 1 NaN a 2 b\nBenchmarkY 1 +Inf a\n" + benchOK, []string{"errored p BenchmarkX; b [2]", "errored p BenchmarkY"}, evidence.Benchmarks, true},
		"a failed one":                  {benchHead + "--- FAIL: BenchmarkX\n    a_test.go:1: no\nFAIL\n" + textBad, []string{"failed p BenchmarkX"}, both, true},
		"one that fails later":          {benchHead + "BenchmarkX-8   \t--- FAIL: BenchmarkX-8\n    a_test.go:1: no\nFAIL\n" + textBad, []string{"failed p BenchmarkX gomaxprocs=8"}, both, true},
		"failed in one of two runs":     {benchHead + benchX + "--- FAIL: BenchmarkX\n    a_test.go:1: no\nFAIL\n" + textBad, []string{"failed p BenchmarkX gomaxprocs=8; ns/op [12.5]"}, both, true},
		"a panic behind its name":       {benchHead + benchX + "BenchmarkY-8 \tpanic: no\n\ngoroutine 1:\n" + textBad, []string{passX, "errored p BenchmarkY gomaxprocs=8"}, both, true},
		"a panic, verbose":              {benchHead + "BenchmarkY\npanic: no\n" + textBad, []string{"errored p BenchmarkY"}, both, true},
		"a panic that names none":       {benchHead + benchX + "panic: no\n" + textBad, []string{passX, "errored p [package]"}, both, true},
		"a test failed beside it":       {textRun + textFail + textBad + benchHead + benchX + benchOK, []string{passX}, both, true},
		"a test that prints one's name": {textRun + "Benchmark results: 5 things\nBenchmarking 1 2 x\n" + textPass + textOK, nil, evidence.Tests, true},
		"a unit that is described":      {"Unit x better=higher\nBenchmarkX 1 2 x\n", []string{"passed  BenchmarkX; x [2]"}, evidence.Benchmarks, true},
		"a direction that is none":      {"Unit x better=upper\nBenchmarkX 1 2 x\n", []string{"passed  BenchmarkX; x [2]"}, evidence.Benchmarks, false},
		"two directions":                {"Unit x better=higher\nUnit x better=lower\nBenchmarkX 1 2 x\n", []string{"passed  BenchmarkX; x [2]"}, evidence.Benchmarks, false},
		"nothing but the machine":       {benchHead, nil, evidence.Tests, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := readAs(t, GoBenchText, tc.doc)
			if diff := cmp.Diff(tc.want, benchesInBrief(r)); diff != "" {
				t.Error(diff)
			}
			if r.Conclusive() != tc.sound || r.Kinds != tc.kinds {
				t.Errorf("conclusive is %t, kinds %b: %v", r.Conclusive(), r.Kinds, r.Problems)
			}
		})
	}
}

func TestGoBenchmarksOfEvents(t *testing.T) {
	event := func(test, out string) string {
		e := `{"Action":"output","Package":"p"`
		if test != "" {
			e += `,"Test":"` + test + `"`
		}
		return e + `,"Output":"` + out + "\"}\n"
	}
	head := event("", `goos: linux\n`) + event("", `pkg: p\n`)
	run := `{"Action":"run","Package":"p","Test":"BenchmarkX"}` + "\n"
	end := `{"Action":"pass","Package":"p"}` + "\n"
	for name, tc := range map[string]struct {
		doc  string
		want []string
	}{
		"in one piece":               {head + run + event("BenchmarkX", `BenchmarkX-8 \t 10\t 5 ns/op\n`) + end, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [5]"}},
		"in two":                     {head + run + event("BenchmarkX", `BenchmarkX-8 \t`) + event("BenchmarkX", ` 10\t 5 ns/op\n`) + end, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [5]"}},
		"of the package (Go 1.19)":   {head + event("", `BenchmarkX-8 \t`) + event("", ` 10\t 5 ns/op\n`) + end, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [5]"}},
		"a result that is missing":   {head + run + event("BenchmarkX", `BenchmarkX-8 \t`) + event("BenchmarkX", "so\\n") + end, []string{"errored p BenchmarkX gomaxprocs=8"}},
		"printed by a test":          {head + event("TestA", `BenchmarkX-8 \t 10\t 5 ns/op\n`) + goPass + end, nil},
		"a package without its name": {run + event("BenchmarkX", `BenchmarkX-8 \t 10\t 5 ns/op\n`) + end, []string{"passed p BenchmarkX gomaxprocs=8; ns/op [5]"}},
	} {
		if diff := cmp.Diff(tc.want, benchesInBrief(readAs(t, GoTestJSON, tc.doc))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestGoBenchmarkUnits(t *testing.T) {
	r := readAs(t, GoBenchText, "BenchmarkX 1 2 hits 3 ns/op\nUnit hits better=higher assume=exact\n")
	for i, want := range []struct {
		better evidence.Better
		exact  bool
	}{{evidence.Higher, true}, {evidence.Lower, false}} {
		if m := r.Benchmarks.At(0).Metrics[i]; m.Unit.Better != want.better || m.Exact != want.exact {
			t.Errorf("%s: better %s, exact %t", m.Name, m.Unit.Better, m.Exact)
		}
	}
}

func TestGoBenchSniff(t *testing.T) {
	for head, want := range map[string]*format.Format{
		benchHead: &GoBenchText, benchX: &GoBenchText, "BenchmarkY-8   \t": &GoBenchText, benchHead + benchX + benchOK: &GoBenchText,
		textOK + benchHead + benchX: &GoBenchText, textRun + textPass + benchHead + benchX: &GoTestText, textFail + benchHead + benchX: &GoTestText,
		goRun + benchX: &GoTestJSON, "pkg: x\n": nil, "Benchmarks are good\n": nil, "goos: linux\n": nil, "Benchmark 5\n": nil,
	} {
		for _, f := range []*format.Format{&GoBenchText, &GoTestText, &GoTestJSON} {
			if f.Sniff("x", []byte(head)) != (f == want) {
				t.Errorf("%q: claimed by %s: %t", head, f.Name, f != want)
			}
		}
	}
}

func BenchmarkGoBenchText(b *testing.B) {
	var doc strings.Builder
	doc.WriteString(benchHead)
	for i := range 20_000 {
		fmt.Fprintf(&doc, "BenchmarkDecode/text=digits/size=%d-8   \t     100\t    %d.25 ns/op\t  64.88 MB/s\t   40418 B/op\t       7 allocs/op\n", i/10, 154000+i%100)
	}
	doc.WriteString(benchOK)
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if r := readAs(b, GoBenchText, doc.String()); r.Benchmarks.Len() != 2000 || r.Benchmarks.Samples() != 80_000 || !r.Conclusive() {
			b.Fatal(r.Benchmarks.Len(), r.Benchmarks.Samples(), r.Problems)
		}
	}
}
