package part_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/parsers"
)

// key is that of a part of the tests.
var key = evidence.PartKey{Commit: "c0ffee", Job: "unit", Leg: "linux", Shard: "2/3", Attempt: 1}

func of(rs ...*evidence.Report) *part.File {
	f := &part.File{Tool: "v1.2.3", Key: key, Reports: rs}
	s := part.Source{Name: "unit"}
	for i := range rs {
		s.Reports = append(s.Reports, i)
	}
	if rs != nil {
		f.Sources = []part.Source{s}
	}
	return f
}

func encode(t testing.TB, f *part.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := part.Encode(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t testing.TB, data []byte) *part.File {
	t.Helper()
	f, err := part.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func parse(t testing.TB, name string, data []byte) *evidence.Report {
	t.Helper()
	r, err := parsers.Parse(context.Background(), parsers.Source{Name: name, Reader: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// samples are the files of the parsers' testdata, by path.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, kind := range []string{"testresult", "coverage", "findings", "benchmark"} {
		files, err := filepath.Glob("../../parsers/" + kind + "/testdata/*/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, ".want") || strings.Contains(f, "/fuzz/") {
				continue
			}
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[f] = data
		}
	}
	if len(out) < 200 {
		t.Fatalf("only %d samples", len(out))
	}
	return out
}

// dump writes all that can be asked of a report.
func dump(r *evidence.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %d %t suites %d dropped %d\n%+v\n%+v\n%+v\n", r.Source, r.Format, r.Kinds, r.Conclusive(), r.Suites, r.DroppedProblems(), r.Problems, r.Unlisted, r.ToolRuns)
	fmt.Fprintf(&b, "%+v flaky %d\n", r.Cases.Counts(), r.Cases.Flaky())
	for _, c := range r.Cases.All() {
		fmt.Fprintf(&b, "%+v %t\n", c, c.Attempts == nil)
	}
	for _, f := range r.Coverage {
		fmt.Fprintf(&b, "%q %v %v", f.Path, f.At, f.Blocks)
		for _, u := range evidence.Units {
			m, ok := f.Unit(u)
			fmt.Fprintf(&b, " %s %v %t", u, m, ok)
		}
		if f.LineSet != nil {
			for line := range f.LineSet.Room() + 1 {
				if coverable, ran := f.LineSet.Line(line); coverable {
					fmt.Fprintf(&b, " %d:%t", line, ran)
				}
			}
		}
		b.WriteByte('\n')
	}
	for _, f := range r.Findings.All() {
		fmt.Fprintf(&b, "%+v\n", f)
	}
	for i := range r.Benchmarks.Len() {
		bm := *r.Benchmarks.At(i)
		env := bm.Environment
		bm.Environment = nil
		if env != nil {
			fmt.Fprintf(&b, "%+v ", *env)
		}
		for j, m := range bm.Metrics {
			if m.Counted != nil {
				p95, _ := m.Counted.Quantile(evidence.Ratio{Num: 95, Den: 100})
				fmt.Fprintf(&b, "counted %d sum %d min %d max %d p95 %d ", m.Counted.Len(), m.Counted.Sum(), m.Counted.Min(), m.Counted.Max(), p95)
				bm.Metrics[j].Counted = nil
				defer func() { bm.Metrics[j].Counted = m.Counted }()
			}
		}
		fmt.Fprintf(&b, "%+v\n", bm)
	}
	return b.String()
}

// What a report said, it says after it was written down, whole or cut in the middle.
func TestEverySampleComesBackAsItWas(t *testing.T) {
	for name, data := range samples(t) {
		for _, data := range [][]byte{data, data[:len(data)/2]} {
			rep := parse(t, name, data)
			want := dump(rep)
			bytes1 := encode(t, of(rep))
			back := decode(t, bytes1)
			if got := dump(back.Reports[0]); got != want {
				t.Errorf("%s: %s", name, firstDifference(want, got))
			}
			if !bytes.Equal(encode(t, back), bytes1) {
				t.Errorf("%s: encoded again it is another part", name)
			}
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("\nwant %.600s\ngot  %.600s", w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, %d wanted", len(g), len(w))
}

// All samples in one part: what one report holds does not show in the next.
func TestAPartKeepsItsSourcesAndReports(t *testing.T) {
	f := &part.File{Tool: "v1", Key: key}
	want := map[string]string{}
	for name, data := range samples(t) {
		r := parse(t, name, data)
		f.Reports, want[name] = append(f.Reports, r), dump(r)
	}
	f.Sources = []part.Source{{Name: "a", Reports: []int{0, 7}}, {Name: "b"}, {Name: "c", Reports: []int{7}}}
	back := decode(t, encode(t, f))
	for i, r := range back.Reports {
		if r.Source != f.Reports[i].Source || dump(r) != want[r.Source] {
			t.Errorf("report %d, %s, is another", i, r.Source)
		}
	}
	if fmt.Sprint(back.Sources) != fmt.Sprint(f.Sources) || back.Tool != "v1" || back.Key != f.Key || len(back.Key.Digest) != 64 {
		t.Errorf("%v %q %+v", back.Sources, back.Tool, back.Key)
	}
	a, _ := back.Of("a")
	c, ok := back.Of("c")
	_, none := back.Of("b")
	if len(a) != 2 || !ok || a[1] != c[0] || none {
		t.Errorf("%d %d %t %t", len(a), len(c), ok, none)
	}
}

// What no sample holds: the largest numbers, empty texts, bytes that are no UTF-8.
func TestTheEndsOfTheScale(t *testing.T) {
	r := &evidence.Report{Source: "\xff\x00", Format: "x", Kinds: 15, Suites: 3}
	for range evidence.MaxProblems + 5 {
		r.Complain(evidence.Quirk, 1<<30, 2, "%s", strings.Repeat("m", evidence.MaxMessage+1))
	}
	for i := range 5000 { // more than a block
		k := evidence.Case{Suite: "s", Name: strings.Repeat("n", i%50) + fmt.Sprint(i), Outcome: evidence.Outcome(1 + i%4), At: evidence.Pos{Line: 1 << 31 >> (i % 30)}}
		k.Duration = time.Duration(i) * time.Hour
		if i%1000 == 1 {
			k.Detail = evidence.Detail{File: "f.go", Attempts: []evidence.Attempt{{Outcome: evidence.Failed, Duration: -1, Message: "a"}, {Outcome: evidence.Passed}}, Properties: []evidence.Property{{Name: "", Value: "v"}}}
		}
		r.Cases.AppendCase(k)
	}
	r.Cases.AppendCase(evidence.Case{Name: strings.Repeat("long", evidence.MaxName), Outcome: evidence.Passed})
	r.Unlisted = []evidence.Unlisted{{Suite: "u", Counts: evidence.Counts{Failed: ^uint64(0)}}}
	var set evidence.LineSet
	set.Mark(1, true)
	set.Mark(2, false)
	set.Mark(evidence.MaxLine, true)
	with := evidence.FileCoverage{Path: "a", At: evidence.Pos{Line: 9, Col: 1}}
	with.SetLines(&set)
	with.Set(evidence.Lines, evidence.Ratio{Num: 7, Den: 3}) // what the report claims may be nonsense
	with.Set(evidence.Branches, evidence.Ratio{})
	blocks := evidence.FileCoverage{Path: "a"}
	blocks.SetBlocks([]evidence.Block{{StartLine: 1, StartCol: 2, EndLine: 3, EndCol: 4, Stmts: 5, Count: ^uint64(0)}, {StartLine: 1<<32 - 1, StartCol: 1, EndLine: 2, EndCol: 1, Stmts: 1<<32 - 1}})
	empty := evidence.FileCoverage{Path: "ab"}
	empty.SetBlocks([]evidence.Block{})
	r.Coverage = []evidence.FileCoverage{with, blocks, empty}
	bm := &evidence.Benchmark{Name: "b", Outcome: evidence.Passed, Iterations: 1 << 63, Errors: evidence.Ratio{Num: 1, Den: ^uint64(0)}}
	tally := &evidence.Tally{}
	for i := range uint64(3000) {
		tally.Add(i * i)
	}
	bm.Metrics = []evidence.Metric{{Name: "m", Unit: evidence.MeasureOf("ns/op"), Exact: true, Samples: []float64{0, -1, 0.5, 1 << 53, -1e300, 1<<53 - 1}, Counted: tally}}
	r.Benchmarks.Append(bm)
	want := dump(r)
	data := encode(t, of(r))
	if got := dump(decode(t, data).Reports[0]); got != want {
		t.Error(firstDifference(want, got))
	}
	if again := encode(t, decode(t, data)); !bytes.Equal(again, data) {
		t.Error("encoded again it is another part")
	}
}

// A part that is cut anywhere, or has any byte altered, is no part.
func TestACutOrAlteredPartIsNone(t *testing.T) {
	r := parse(t, "junit.xml", []byte(`<testsuite name="s" tests="2" failures="1"><testcase name="a"><failure/></testcase><testcase name="ab"/></testsuite>`))
	data := encode(t, of(r))
	said := map[string]bool{}
	refuse := func(about string, b []byte) {
		f, err := part.Decode(bytes.NewReader(b))
		if err == nil {
			t.Errorf("%s: it reads as %s", about, dump(f.Reports[0]))
			return
		}
		if !strings.Contains(err.Error(), "upload it again") && !strings.Contains(err.Error(), "collect") && !strings.Contains(err.Error(), "tollgate reads version 6") && !strings.Contains(err.Error(), "the newer tollgate") {
			t.Errorf("%s: it does not say what to do: %v", about, err)
		}
		said[err.Error()] = true
	}
	for n := range data {
		refuse(fmt.Sprintf("cut after %d bytes", n), data[:n])
	}
	// Bytes of gzip's header and what fills up its last byte are not of the contents,
	// which the digest is of: such a part may be taken, if it says the same.
	silent := 0
	for n := range data {
		for bit := range 8 {
			b := bytes.Clone(data)
			b[n] ^= 1 << bit
			if f, err := part.Decode(bytes.NewReader(b)); err == nil && bytes.Equal(encode(t, f), data) {
				silent++
				continue
			}
			refuse(fmt.Sprintf("bit %d of byte %d altered", bit, n), b)
		}
	}
	if silent > 8*8 {
		t.Errorf("%d alterations are not noticed", silent)
	}
	refuse("bytes behind", append(bytes.Clone(data), 0))
	refuse("two parts", append(bytes.Clone(data), data...))
	if len(said) < 10 {
		t.Errorf("only %d different complaints: %v", len(said), said)
	}
}

func TestWhatIsSaidOfOtherFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "the file is empty; collect did not end, or the upload did not",
		"<testsuite/>":                          "this is no part; write one with tollgate collect",
		"tollgate part ":                        "the part ends in its first line; upload it again, whole",
		"tollgate part 7 sha256:00 something\n": "this part is of version 7 and this tollgate reads version 6; use the newer tollgate here too, one version on every machine",
		"tollgate part 0 sha256:00\n":           `the part says that it is of version "0"; this tollgate reads version 6`,
		"tollgate part 6 sha256:00\n":           "the first line of the part is cut off or altered; upload it again, whole",
	} {
		if _, err := part.Decode(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestThePageDescribesThisVersion holds the heading and the first line of the page to the
// version that is written: whoever reads a part by the page reads the wrong bytes otherwise.
func TestThePageDescribesThisVersion(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "parts.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Version %d, byte for byte", "A line, `tollgate part %d sha256:`"} {
		if want = fmt.Sprintf(want, part.Version); !strings.Contains(string(page), want) {
			t.Errorf("docs/parts.md does not say %q", want)
		}
	}
}

func TestKeysThatNoPartHas(t *testing.T) {
	for _, k := range []evidence.PartKey{
		{Attempt: 0}, {Attempt: 1, Shard: "4/3"}, {Attempt: 1, Shard: "0/3"}, {Attempt: 1, Shard: "01/3"}, {Attempt: 1, Shard: "1/3 "}, {Attempt: 1, Shard: "1"},
		{Attempt: 1, Shard: "1/10001"}, {Attempt: 1, Job: "a\nb"}, {Attempt: 1, Leg: strings.Repeat("x", 201)}, {Attempt: 1, Commit: "\x1b[2J"},
	} {
		if err := part.Encode(&bytes.Buffer{}, &part.File{Key: k}); err == nil {
			t.Errorf("%+v is taken", k)
		}
	}
	if err := part.Encode(&bytes.Buffer{}, &part.File{Key: evidence.PartKey{Attempt: 1}}); err != nil {
		t.Errorf("a part of a laptop: %v", err)
	}
}
