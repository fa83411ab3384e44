package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestInspectShowsBenchmarks(t *testing.T) {
	r := &evidence.Report{Source: "bench.txt", Format: "go-bench-text", Kinds: evidence.Benchmarks}
	add := func(name string, samples ...float64) *evidence.Benchmark {
		bm, _ := r.Benchmarks.Find([]byte("p"), []byte(name), []evidence.Property{{Name: "n", Value: "1"}}, nil, evidence.Pos{})
		for _, v := range samples {
			r.Benchmarks.Sample(r.Benchmarks.Metric(bm, []byte("ns/op"), []byte("ns/op")), v)
		}
		return bm
	}
	add("Fast", 1, 3)
	add("Bad\x1b[31m\n::error::", 7).Worsen(evidence.Failed, "no")
	add("None").Errors = evidence.Ratio{Num: 1, Den: 4}
	for range 3 {
		for _, suffix := range strings.Split("abcdefgh", "") {
			add(suffix)
		}
	}
	var b bytes.Buffer
	if err := InspectText(&b, []Inspection{Inspect(r)}, Style{Width: 100}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{"benchmarks 11, 1 failed; 3 samples; errors 25% (1/4); in ns/op\n", ": failed: 7 ns/op\n", "p Fast n=1: 2 ns/op (median of 2)\n", "and 3 more\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b[31m") || strings.Contains(got, "\n::error") || strings.Index(got, "Bad") > strings.Index(got, "Fast") {
		t.Errorf("hostile, or not the failed one first:\n%q", got)
	}
}
