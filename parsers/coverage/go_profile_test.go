package coverage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/cover"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

func readGoProfile(t testing.TB, doc string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "c.out"}
	if err := GoProfile.Parse(context.Background(), format.Source{Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func goProfileSample(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/go-coverprofile", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// byFile writes "path covered/statements", and the counts of its blocks.
func byFile(r *evidence.Report) []string {
	var out []string
	for i := range r.Coverage {
		f := &r.Coverage[i]
		m, _ := f.Unit(evidence.Statements)
		s := f.Path + " " + m.Fraction()
		for _, b := range f.Blocks {
			s += fmt.Sprintf(" %d", b.Count)
		}
		out = append(out, s)
	}
	return out
}

// The fractions were counted by hand.
func TestGoProfileStatements(t *testing.T) {
	for file, want := range map[string][]string{
		"set.out":             {"example.com/shop/cart/cart.go 3/5 1 1 0 1", "example.com/shop/tax/tax.go 0/4 0"},
		"coverpkg.out":        {"example.com/shop/cart/cart.go 4/6 2 18446744073709551615 1 0", "example.com/shop/tax/tax.go 4/7 7 0"},
		"joined.out":          {"/src/a:1.go 5/5 18446744073709551615", "/src/none.go 0/0 0", `C:\src\shop\a b.go 2/2 1`},
		"line-directives.out": {"example.com/shop/yacc/y.go 4/7 1 0 1 1 1 0"},
		"no-blocks.out":       nil,
		"crlf.out":            {"a.go 3/4 1 0"},
	} {
		r := readGoProfile(t, goProfileSample(t, file))
		if diff := cmp.Diff(want, byFile(r)); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
		if len(r.Problems) > 0 {
			t.Errorf("%s: %v", file, r.Problems)
		}
	}
}

func TestGoProfileModeSetJoinsByOr(t *testing.T) {
	r := readGoProfile(t, "mode: set\na.go:1.1,2.2 1 1\na.go:3.1,4.2 1 0\na.go:1.1,2.2 1 0\na.go:3.1,4.2 1 1\na.go:3.1,4.2 1 1\n")
	if diff := cmp.Diff([]string{"a.go 2/2 1 1"}, byFile(r)); diff != "" {
		t.Error(diff)
	}
}

func TestGoProfileBlocksAndPlaces(t *testing.T) {
	r := readGoProfile(t, goProfileSample(t, "joined.out"))
	f := r.Coverage[2]
	if diff := cmp.Diff([]evidence.Block{{StartLine: 1, StartCol: 2, EndLine: 3, EndCol: 4, Stmts: 2, Count: 1}}, f.Blocks); diff != "" {
		t.Error(diff)
	}
	if f.At != (evidence.Pos{File: "c.out", Line: 2}) {
		t.Errorf("at %s", f.At)
	}
	for _, u := range []evidence.Unit{evidence.Lines, evidence.Branches, evidence.Functions} {
		if _, ok := f.Unit(u); ok {
			t.Errorf("statements were turned into %s", u)
		}
	}
}

func TestGoProfileProblems(t *testing.T) {
	const head = "mode: set\n"
	for name, tc := range map[string]struct{ in, want string }{
		"another mode":               {"mode: maybe\na.go:1.1,2.2 1 1\n", `c.out:1:7: the mode is "maybe"`},
		"no mode":                    {"a.go:1.1,2.2 1 1\nb.go:1.1,2.2 1 1\n", `c.out:1:1: no line "mode: set"`},
		"set and count":              {head + "a.go:1.1,2.2 1 1\nmode: count\nmode: set\n", "c.out:3:1: mode count after another mode"},
		"count and atomic":           {"mode: count\nmode: atomic\na.go:1.1,2.2 1 1\n", ""},
		"no last newline":            {head + "a.go:1.1,2.2 1 1", "quirk c.out:2:17: the file ends without a newline"},
		"cut in the mode":            {"mode: se", "c.out:1:7: the mode is \"se\"\nquirk c.out:1:9: the file ends without"},
		"garbage":                    {head + "panic: no\na.go:1.1,2.2 1 1\n", "c.out:2:9: a count is expected here"},
		"two blocks on a line":       {head + "a.go:1.1,2.2 1 1b.go:3.3,4.4 1 0\n", "c.out:2:6: two blocks stand on one line"},
		"one word":                   {head + "panic\n", "c.out:2:5: a count is expected here"},
		"no statements":              {head + "a.go:1.1,2.2 1\n", "c.out:2:11: a number of statements is expected here"},
		"a negative count":           {head + "a.go:1.1,2.2 1 -1\n", "c.out:2:16: a count is expected here"},
		"a count with a sign":        {head + "a.go:1.1,2.2 1 +1\n", "c.out:2:16: a count is expected here"},
		"no count":                   {head + "a.go:1.1,2.2 1 \n", "c.out:2:15: a count is expected here"},
		"a column that is no number": {head + "a.go:1.1,2.x 1 1\n", "c.out:2:12: the column where the block ends is expected here"},
		"a line above 2^32":          {head + "a.go:4294967296.1,2.2 1 1\n", "c.out:2:6: the line where the block begins, below 2^32, is expected here"},
		"a line of 300 digits":       {head + "a.go:" + strings.Repeat("0", 300) + "1.1,2.2 1 1\n", "c.out:2:6: the line where the block begins, below 2^32, is expected here"},
		"no path":                    {head + ":1.1,2.2 1 1\n", "c.out:2:1: a path is expected"},
		"two numbers of statements":  {head + "a.go:1.1,2.2 3 0\na.go:1.1,2.2 4 0\na.go:1.1,2.2 4 1\na.go:1.1,2.2 3 1\n", "c.out:3: 4 statements in a block that had 3"},
		"a line of 20 MB":            {head + strings.Repeat("x", 20<<20) + "\n", "c.out:2: the line is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			r := readGoProfile(t, tc.in)
			var want []string
			if tc.want != "" {
				want = strings.Split(tc.want, "\n")
			}
			if len(r.Problems) != len(want) {
				t.Fatalf("problems %v", r.Problems)
			}
			for i := range want {
				text, isQuirk := strings.CutPrefix(want[i], "quirk ")
				if !strings.HasPrefix(r.Problems[i].String(), text) || isQuirk != (r.Problems[i].Gravity == evidence.Quirk) {
					t.Errorf("%s %q, want %q", r.Problems[i].Gravity, r.Problems[i], want[i])
				}
			}
		})
	}
}

func TestGoProfileReadsOnAfterAProblem(t *testing.T) {
	r := readGoProfile(t, goProfileSample(t, "unsound.out"))
	// One extent has 3 statements, run once, and 4, run once in the end.
	if diff := cmp.Diff([]string{"a.go 7/7 1 1"}, byFile(r)); diff != "" {
		t.Error(diff)
	}
	if len(r.Problems) != 4 || r.Conclusive() {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestGoProfileSniff(t *testing.T) {
	for head, want := range map[string]bool{
		"mode: set\n":                   true,
		"\r\n\nmode: set\r\n":           true,
		"mode: nonsense\n":              true,
		"a/b.go:1.2,3.4 5 6\nx":         true,
		"a/b.go:1.2,3.4 5 6":            false,
		"model: x\n":                    false,
		"TN:\nSF:a.go\nDA:1,1\n":        false,
		`{"mode": "set"}` + "\n":        false,
		"./a.go:1:2: undefined: x\n":    false,
		"":                              false,
		"\n":                            false,
		"<coverage>\nmode: set\n":       false,
		"BenchmarkX-2 100 12 ns/op 1\n": false,
	} {
		if got := GoProfile.Sniff("cover.out", []byte(head)); got != want {
			t.Errorf("%q: claimed = %t", head, got)
		}
	}
}

func TestGoProfileStopsForErrorsOfTheMachine(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	parse := func(ctx context.Context, rd io.Reader) error {
		return GoProfile.Parse(ctx, format.Source{Reader: rd}, &evidence.Report{})
	}
	if err := parse(ctx, strings.NewReader("mode: set\n")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := parse(context.Background(), iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a failing reader: %v", err)
	}
}

// byTheBook sums a profile with x/tools/cover, after joining what it does not:
// equal extents that are not neighbours, and counts that overflow.
func byTheBook(doc []byte) (map[string]evidence.Ratio, bool) {
	profiles, err := cover.ParseProfilesFromReader(bytes.NewReader(doc))
	if err != nil {
		return nil, false
	}
	out := map[string]evidence.Ratio{}
	for _, p := range profiles {
		merged := map[cover.ProfileBlock]bool{}
		for _, b := range p.Blocks {
			covered := b.Count != 0
			b.Count = 0
			merged[b] = merged[b] || covered
		}
		var r evidence.Ratio
		for b, covered := range merged {
			r.Den += uint64(b.NumStmt)
			if covered {
				r.Num += uint64(b.NumStmt)
			}
		}
		out[p.FileName] = r
	}
	return out, true
}

func checkByTheBook(t *testing.T, doc []byte) {
	t.Helper()
	r := readGoProfile(t, string(doc))
	want, ok := byTheBook(doc)
	if !ok || !r.Conclusive() {
		return
	}
	got := map[string]evidence.Ratio{}
	for i := range r.Coverage {
		got[r.Coverage[i].Path], _ = r.Coverage[i].Unit(evidence.Statements)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("against x/tools/cover: %s\n%.300s", diff, doc)
	}
}

// TestGoProfileInAnyOrder writes random blocks in random order, with repeats, and
// sums what it wrote.
func TestGoProfileInAnyOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		type block struct{ file, line, end int }
		want := map[block]uint64{}
		stmts := func(b block) uint64 { return uint64(b.line*7+b.end) % 5 }
		var doc strings.Builder
		doc.WriteString("mode: count\n")
		var blocks []block
		for range 1 + rnd.IntN(40) {
			b := block{rnd.IntN(3), rnd.IntN(6), rnd.IntN(3)}
			blocks = append(blocks, b)
		}
		for range 1 + rnd.IntN(4) {
			if rnd.IntN(2) == 0 {
				rnd.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
			}
			for _, b := range blocks[rnd.IntN(len(blocks)):] {
				n := uint64(rnd.IntN(3))
				if rnd.IntN(20) == 0 {
					n = math.MaxUint64
				}
				if want[b]+n < n {
					want[b] = math.MaxUint64
				} else {
					want[b] += n
				}
				fmt.Fprintf(&doc, "f%d.go:%d.1,%d.2 %d %d\n", b.file, b.line, b.line+b.end, stmts(b), n)
			}
		}
		r := readGoProfile(t, doc.String())
		got := map[block]uint64{}
		for _, f := range r.Coverage {
			for _, b := range f.Blocks {
				got[block{int(f.Path[1] - '0'), int(b.StartLine), int(b.EndLine - b.StartLine)}] = b.Count
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || !r.Conclusive() {
			t.Fatalf("%v %s\n%s", r.Problems, diff, doc.String())
		}
		checkByTheBook(t, []byte(doc.String()))
	}
}

func FuzzGoProfile(f *testing.F) {
	files, _ := filepath.Glob("testdata/go-coverprofile/*.out")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkByTheBook(t, data) })
}

// goProfileText is a profile of files with 50 blocks each, written by n binaries.
func goProfileText(files, n int) []byte {
	var b bytes.Buffer
	b.WriteString("mode: atomic\n")
	for run := range n {
		for f := range files {
			for k := range 50 {
				fmt.Fprintf(&b, "github.com/example/project/internal/service%d/handler.go:%d.%d,%d.%d %d %d\n", f, 10+k*3, 2+k%40, 12+k*3, 3, 1+k%4, (run+k)%3)
			}
		}
	}
	return b.Bytes()
}

// TestGoProfileMemoryIsThatOfItsBlocks reads the same 5000 blocks 10 times over:
// what is allocated is that of one time, and the window.
func TestGoProfileMemoryIsThatOfItsBlocks(t *testing.T) {
	allocated := func(doc []byte) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := &evidence.Report{}
		if err := GoProfile.Parse(context.Background(), format.Source{Reader: bytes.NewReader(doc)}, r); err != nil || len(r.Coverage) != 100 {
			t.Fatal(err, len(r.Coverage))
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	once, often := allocated(goProfileText(100, 1)), allocated(goProfileText(100, 10))
	if often > once+once/2 {
		t.Errorf("%d bytes for one run, %d for 10", once, often)
	}
}

func BenchmarkGoProfile(b *testing.B) {
	for _, shape := range []struct {
		name     string
		files, n int
	}{{"repeated", 200, 40}, {"unique", 8000, 1}} {
		data := goProfileText(shape.files, shape.n)
		b.Run(shape.name+"/tollgate", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r := &evidence.Report{}
				if err := GoProfile.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || len(r.Coverage) != shape.files || !r.Conclusive() {
					b.Fatal(err, len(r.Coverage), r.Problems)
				}
			}
		})
		b.Run(shape.name+"/read", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			buf := make([]byte, 256<<10)
			for b.Loop() {
				for rd := bytes.NewReader(data); ; {
					if _, err := rd.Read(buf); err != nil {
						break
					}
				}
			}
		})
		b.Run(shape.name+"/x-tools-cover", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cover.ParseProfilesFromReader(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
