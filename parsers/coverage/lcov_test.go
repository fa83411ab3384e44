package coverage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// readWith reads a document as one format, from the name r.
func readWith(t testing.TB, f format.Format, doc string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "r"}
	if err := f.Parse(context.Background(), format.Source{Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// unitsOf writes "path lines 1/2 branches 0/0" for each file.
func unitsOf(r *evidence.Report) string {
	var out []string
	for i := range r.Coverage {
		s := r.Coverage[i].Path
		for _, u := range evidence.Units {
			if m, ok := r.Coverage[i].Unit(u); ok {
				s += " " + u.String() + " " + m.Fraction()
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// problemsOf writes the problems, one a line, quirks marked.
func problemsOf(r *evidence.Report) string {
	var b strings.Builder
	for _, p := range r.Problems {
		if p.Gravity == evidence.Quirk {
			b.WriteString("quirk ")
		}
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// reading is what a document says: its files, and how its problems begin.
type reading struct {
	name, in, want string
	problems       []string
}

func checkReadings(t *testing.T, f format.Format, cases []reading) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			r := readWith(t, f, tc.in)
			if got := unitsOf(r); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			got := strings.Split(strings.TrimSuffix(problemsOf(r), "\n"), "\n")
			if got[0] == "" {
				got = nil
			}
			if len(got) != len(tc.problems) {
				t.Fatalf("problems %q, want %q", got, tc.problems)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], tc.problems[i]) {
					t.Errorf("problem %q, want %q", got[i], tc.problems[i])
				}
			}
		})
	}
}

// sf is a record of a.c.
func sf(lines ...string) string {
	return "SF:a.c\n" + strings.Join(lines, "\n") + "\nend_of_record\n"
}

// The fractions were counted by hand.
func TestLCOVNumbers(t *testing.T) {
	checkReadings(t, LCOV, []reading{
		{"lines", "TN:\n" + sf("DA:1,1", "DA:2,0", "DA:7,3,c0ffee"), "a.c lines 2/3", nil},
		{"a line twice ran once", sf("DA:1,0", "DA:1,4", "DA:2,0", "DA:2,0"), "a.c lines 1/2", nil},
		{"counts beyond 64 bits", sf("DA:1,18446744073709551615", "DA:2,99999999999999999999999", "DA:3,00"), "a.c lines 2/3", nil},
		{"a count with an exponent", sf("DA:1,1e+21", "DA:2,1.5e+300"), "a.c lines 2/2", nil},
		{"counts that end in 0", sf("DA:10,10", "DA:20,100", "DA:30,0"), "a.c lines 2/3", nil},
		{"windows and colons", "SF:C:\\a b\\c.ts\r\nDA:1,1\r\nend_of_record\r\nSF:dist/<define:X>\r\nDA:1,0\r\nend_of_record\r\n",
			`C:\a b\c.ts lines 1/1; dist/<define:X> lines 0/1`, nil},
		{"branches", sf("BRDA:1,0,0,-", "BRDA:1,0,1,2", "BRDA:1,e0,0,0", "BRDA:1,4294967295,0,1", "BRDA:2,0,(a, b),1"), "a.c branches 3/5", nil},
		{"a branch twice is taken once", sf("BRDA:1,0,0,-", "BRDA:1,0,0,2", "BRDA:1,0,0,0"), "a.c branches 1/1", nil},
		{"functions", sf("FN:1,f", "FN:2,5,g(int, int)", "FNDA:0,f", "FNDA:3,g(int, int)"), "a.c functions 1/2", nil},
		{"a name with a comma and no end", sf("FN:2,g(int, int)", "FNDA:3,g(int, int)"), "a.c functions 1/1", nil},
		{"a function without a count", sf("FN:1,f", "FN:2,g", "FNDA:3,f"), "a.c functions 1/2", nil},
		{"a count without a function", sf("FNDA:3,f", "FNDA:0,g"), "a.c functions 1/2", nil},
		{"two functions of one name", sf("FN:1,f", "FN:9,f", "FNDA:0,f", "FNDA:1,f"), "a.c functions 1/2", nil},
		{"two functions of one name, one call", sf("FN:1,f", "FN:9,f", "FNDA:1,f"), "a.c functions 1/2", nil},
		{"functions of lcov 2.2", sf("FNL:0,1,2", "FNA:0,1,f", "FNL:1,5", "FNA:1,0,g", "FNA:1,2,h", "FNL:2,9", "FNA:2,0,i", "FNA:2,0,j(int, int)", "FNF:3", "FNH:2"), "a.c functions 2/3", nil},
		{"functions without a line", sf("FN:,(anonymous_1)", "FN:undefined,g", "FNF:2", "FNH:1", "FNDA:7,(anonymous_1)", "FNDA:0,g"), "a.c functions 1/2", nil},
		{"what is hit of nothing", sf("FNH:0", "BRH:0", "LH:0", "LF:21"), "a.c lines 0/21 branches 0/0 functions 0/0", nil},
		{"a function without a name", sf("FNL:0,1,2"), "a.c functions 0/1", nil},
		{"names of no function, and of another", sf("FNA:0,1,f", "FNL:1,5", "FNA:,0,g", "FNA:0,0,h", "FNDA:0,i", "FNA:1,3,k"), "a.c functions 2/5", nil},
		{"functions of lcov 2.2 in two records, by their line", sf("FNL:0,1", "FNA:0,0,f", "FNL:1,5", "FNA:1,0,g") + sf("FNL:0,5", "FNA:0,2,g", "FNL:1,7", "FNA:1,0,h"), "a.c functions 1/3", nil},
		// BRF and BRH are those of setopA.info in lcov's own tests (tests/lcov/merge).
		{"branches that cannot be reached", sf("BRDA:10,0,0,5", "BRDA:10,0,1,0", "BRDA:20,0,0,3", "BRDA:20,0,1,0", "BRDA:30,U0,0,0", "BRDA:30,U0,1,0", "BRF:4", "BRH:2"), "a.c branches 2/4", nil},
		{"an exception and a fall through that cannot be reached", sf("BRDA:1,eU0,0,0", "BRDA:1,fU1,x > 0,-", "BRDA:1,f2,0,0", "BRDA:1,U,0,0", "BRDA:1,Ux,0,0"), "a.c branches 0/3", nil},
		{"unreachable is in BRF", sf("BRDA:1,0,0,1", "BRDA:1,U0,1,0", "BRF:2", "BRH:1"), "a.c branches 1/2", []string{"quirk r:5:1:"}},
		{"a record twice: lines", sf("DA:1,1", "DA:2,0", "DA:3,0") + sf("DA:1,0", "DA:2,1", "DA:9,0"), "a.c lines 2/4", nil},
		{"a record twice, the shorter later", sf("DA:1,0", "DA:900,1") + sf("DA:1,1"), "a.c lines 2/2", nil},
		{"a record twice: branches and functions", sf("BRDA:1,0,0,1", "BRDA:1,0,1,0", "FN:1,f", "FNDA:0,f") + sf("BRDA:1,0,1,1", "BRDA:2,0,0,0", "FN:1,f", "FNDA:1,f"),
			"a.c branches 2/3 functions 1/1", nil},
		{"two functions of one name, in two records", sf("FN:1,f", "FN:9,f", "FNDA:0,f", "FNDA:1,f") + sf("FN:1,f", "FN:9,f", "FNDA:1,f", "FNDA:0,f"), "a.c functions 2/2", nil},
		{"no last newline", strings.TrimSuffix(sf("DA:1,1"), "\n"), "a.c lines 1/1", nil},
		{"a space behind the end", "SF:a.c\nDA:1,1\nend_of_record \n", "a.c lines 1/1", nil},
		{"comments, blanks, versions", "# x\n\nTN:\n" + sf("VER:1", "", "# y", "DA:1,1", "MCDC:1,2,t,1,0,a"), "a.c lines 1/1", nil},
		{"a record of nothing", sf(), "a.c lines 0/0", nil},
		{"totals alone", sf("FNF:3", "FNH:2", "BRF:0", "BRH:0", "LF:18", "LH:9"), "a.c lines 9/18 branches 0/0 functions 2/3", nil},
		{"totals that agree", sf("DA:1,1", "DA:2,0", "LF:2", "LH:1", "BRDA:1,0,0,1", "BRF:1", "BRH:1", "FN:1,f", "FNF:1", "FNH:0"), "a.c lines 1/2 branches 1/1 functions 0/1", nil},
		{"totals before what they count", sf("LH:1", "LF:2", "DA:1,1", "DA:2,0"), "a.c lines 1/2", nil},
	})
}

func TestLCOVWitnesses(t *testing.T) {
	checkReadings(t, LCOV, []reading{
		{"more lines found, worse", sf("DA:1,1", "DA:2,1", "LF:4", "LH:3"), "a.c lines 3/4",
			[]string{"quirk r:5:1: the record states that 3/4 lines are covered where 2/2 are listed; the worse counts: 3/4"}},
		{"fewer covered", sf("DA:1,1", "DA:2,1", "LF:2", "LH:1"), "a.c lines 1/2", []string{"quirk r:5:1:"}},
		{"more covered", sf("DA:1,1", "DA:2,0", "LF:2", "LH:2"), "a.c lines 1/2", []string{"quirk r:5:1:"}},
		// 96 of 100 is better than 2 of 3 and leaves 4 uncovered: they are added.
		{"more found, better", sf("DA:1,1", "DA:2,1", "DA:3,0", "LF:100", "LH:96"), "a.c lines 2/6", []string{"quirk r:6:1:"}},
		// What is listed is coverable.
		{"fewer found", sf("DA:1,0", "DA:2,1", "DA:3,1", "LF:1", "LH:0"), "a.c lines 0/3", []string{"quirk r:6:1:"}},
		{"found alone", sf("DA:1,1", "LF:3"), "a.c lines 1/3", []string{"quirk r:3:1:"}},
		{"hit alone", sf("DA:1,1", "DA:2,1", "LH:1"), "a.c lines 1/2", []string{"quirk r:4:1:"}},
		{"more hit than found", sf("LF:3", "LH:5"), "a.c lines 0/3", []string{"r:3:1: the record states 5 of 3 lines as covered"}},
		{"two totals", sf("LF:3", "LH:3", "LF:5", "LH:4"), "a.c lines 3/5", nil},
		{"two totals, the larger first", sf("LF:5", "LH:4", "LF:3", "LH:3"), "a.c lines 3/5", nil},
		{"hit alone, which agrees", sf("DA:1,1", "DA:2,0", "LH:1"), "a.c lines 1/2", nil},
		{"totals of two records", sf("LF:10", "LH:5") + sf("LF:12", "LH:11"), "a.c lines 5/10", []string{"quirk r:7:1: totals of \"a.c\""}},
		{"totals and lines", sf("LF:10", "LH:5") + sf("DA:1,1", "DA:2,0"), "a.c lines 1/6", nil},
		// The second record lacks a line, so one more is uncovered in the file.
		{"a worse total in one of two records", sf("DA:1,1", "DA:2,1") + sf("DA:1,1", "LF:2", "LH:1"), "a.c lines 2/3", []string{"quirk r:8:1:"}},
		{"branches", sf("BRDA:1,0,0,1", "BRF:2", "BRH:1"), "a.c branches 1/2", []string{"quirk r:4:1:"}},
		{"functions", sf("FN:1,f", "FNDA:1,f", "FNF:2", "FNH:1"), "a.c functions 1/2", []string{"quirk r:5:1:"}},
		{"a total near 2^64", sf("DA:1,1", "DA:2,1", "LF:18446744073709551615", "LH:1") + sf("DA:3,1", "DA:4,1"),
			"a.c lines 3/18446744073709551615", []string{"quirk r:5:1:"}},
	})
}

func TestLCOVProblems(t *testing.T) {
	checkReadings(t, LCOV, []reading{
		{"a negative count", sf("DA:1,-1", "DA:2,1"), "a.c lines 1/2", []string{"quirk r:2:6: the count -1 is negative"}},
		{"line 0", sf("DA:0,1", "DA:2,1"), "a.c lines 1/1", []string{"quirk r:2:4: there is no line 0"}},
		{"line 0 that did not run", sf("DA:0,0", "DA:2,1"), "a.c lines 1/2", []string{"quirk r:2:4: there is no line 0"}},
		{"a record unknown", sf("ABC:1", "ABC:2", "DA:2,1"), "a.c lines 1/1", []string{"quirk r:2:1: ABC: is no record of geninfo(1)"}},
		{"a count that is no number", sf("DA:1,x", "DA:2,1e-3", "DA:3,1."), "a.c lines 0/3", []string{"r:2:6: a count is", "r:3:6: a count is", "r:4:6: a count is"}},
		{"no count", sf("DA:1", "DA:2,"), "a.c lines 0/2", []string{"r:2:6: a count is expected", "r:3:6: a count is"}},
		{"a negative line", sf("DA:-1,1"), "a.c lines 0/0", []string{"r:2:4: DA:line,count"}},
		{"a line beyond all files", sf("DA:4194305,1", "DA:99999999999999999999,1"), "a.c lines 0/0", []string{"r:2:4: line 4194305 is beyond", "r:3:4: line "}},
		{"a branch cut short", sf("BRDA:1,0,1"), "a.c lines 0/0", []string{"r:2:6: BRDA:"}},
		{"a branch nowhere", sf("BRDA:x,0,1,1"), "a.c lines 0/0", []string{"r:2:6: BRDA:"}},
		{"a branch taken no number of times", sf("BRDA:1,0,0,*"), "a.c branches 0/1", []string{"r:2:12: a count"}},
		{"functions cut short", sf("FN:1", "FNDA:1", "FNA:1", "FNL:1", "FNA:1,2", "FN:", "FN:f(int, int)"), "a.c lines 0/0", []string{"r:2:4: FN:", "r:3:6: count,name", "r:4:5: FNA:", "r:5:5: FNL:", "r:6:7: count,name", "r:7:4: FN:", "r:8:4: FN:"}},
		{"a total that is no number", sf("DA:1,1", "LF:one"), "a.c lines 1/1", []string{"r:3:4: a number"}},
		{"no path", "SF: \nDA:1,1\nend_of_record\n", "  lines 1/1", []string{"r:1:4: the path"}},
		{"no record", "TN:\n", "", []string{"r:1:1: no record follows"}},
		{"only a comment", "# TN\n", "", []string{"r:1: the file has no record"}},
		{"the end twice", sf("DA:1,1") + "end_of_record\n", "a.c lines 1/1", []string{"r:4:1: end_of_record without"}},
		{"lines of no record", sf("DA:1,1") + "DA:2,0\n", "a.c lines 1/1", []string{"r:4:1: DA: outside of a record"}},
		{"no end of the last", "SF:a.c\nDA:1,1\n", "a.c lines 1/1", []string{`r:2: the file ends inside the record of "a.c"`}},
		{"no end of one before", "SF:a.c\nDA:1,1\n" + sf("DA:1,0"), "a.c lines 1/1", []string{"r:3:1: end_of_record is missing before"}},
		{"an error message", sf("DA:1,1") + "geninfo: ERROR: no .gcda\n", "a.c lines 1/1", []string{`r:4:1: "geninfo: ERROR: no .gcda" is no LCOV record`}},
		{"a cut in the end", "SF:a.c\nDA:1,1\nend_of_rec", "a.c lines 1/1", []string{`r:3:1: "end_of_rec" is no`, "r:3: the file ends inside"}},
		{"a cut in a comment", sf("DA:1,1") + "# x", "a.c lines 1/1", []string{"r:4: the file ends inside a comment"}},
		{"a line of 20 MB", sf("DA:1,1") + strings.Repeat("x", 20<<20), "a.c lines 1/1", []string{"r:4: the line is longer"}},
	})
}

func TestLCOVSniff(t *testing.T) {
	for head, want := range map[string]bool{
		"TN:\nSF:a.go\n": true, "SF:a": true, "\r\n# lcov\n\nTN:x\n": true, "DA:1,1\n": false, "mode: set\n": false,
		"# TN:\n": false, "": false, "1..2\nok 1\n": false, "SFX:\n": false, "<TN:": false,
	} {
		if got := LCOV.Sniff("lcov.info", []byte(head)); got != want {
			t.Errorf("%q: claimed = %t", head, got)
		}
	}
}

func TestLCOVStopsForErrorsOfTheMachine(t *testing.T) {
	err := LCOV.Parse(context.Background(), format.Source{Reader: io.MultiReader(strings.NewReader("SF:a\nDA:1,1\n"), iotest.ErrReader(io.ErrClosedPipe))}, &evidence.Report{})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a failing reader: %v", err)
	}
}

// A record of 30 bytes must not take a megabyte.
func TestLCOVHighLinesDoNotTakeMemory(t *testing.T) {
	var doc strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&doc, "SF:%d\nDA:4194304,0\nend_of_record\n", i)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := readWith(t, LCOV, doc.String())
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 200<<20 || r.Conclusive() {
		t.Errorf("%d MB for %d bytes, conclusive: %t", got>>20, doc.Len(), r.Conclusive())
	}
	// 64 files of 2^22 lines are 2^28 lines.
	if !strings.HasPrefix(r.Problems[0].String(), "r:194:4: with line 4194304 the files of this report have more than 268435456 lines") {
		t.Error(r.Problems[0])
	}
	var same strings.Builder
	for range 200 {
		same.WriteString("SF:a\nDA:4194304,0\nend_of_record\n")
	}
	if r := readWith(t, LCOV, same.String()); !r.Conclusive() {
		t.Errorf("one file many times: %v", r.Problems[0])
	}
}

// Small records of one file must not cost the square of their number: three
// times as many took more than two minutes when each was joined at once.
func TestLCOVManyRecordsOfOneFile(t *testing.T) {
	var doc strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&doc, "SF:a\nBRDA:%d,0,0,%d\nFNDA:1,f%d\nend_of_record\n", i/2, i%2, i/4)
	}
	if got := unitsOf(readWith(t, LCOV, doc.String())); got != "a branches 50000/50000 functions 25000/25000" {
		t.Error(got)
	}
}

// byTheLines counts the lines of a tracefile in the plainest way.
func byTheLines(doc []byte) map[string]evidence.Ratio {
	files := map[string]map[int]bool{}
	var cur map[int]bool
	sc := bufio.NewScanner(bytes.NewReader(doc))
	for sc.Scan() {
		line := sc.Text()
		switch {
		case strings.HasPrefix(line, "SF:"):
			if cur = files[line[3:]]; cur == nil {
				cur = map[int]bool{}
				files[line[3:]] = cur
			}
		case strings.HasPrefix(line, "DA:") && cur != nil:
			parts := strings.Split(line[3:], ",")
			n, _ := strconv.Atoi(parts[0])
			count, _ := strconv.ParseFloat(parts[1], 64)
			if n > 0 {
				cur[n] = cur[n] || count > 0
			}
		}
	}
	out := map[string]evidence.Ratio{}
	for path, lines := range files {
		r := evidence.Ratio{Den: uint64(len(lines))}
		for _, ran := range lines {
			if ran {
				r.Num++
			}
		}
		out[path] = r
	}
	return out
}

func FuzzLCOV(f *testing.F) {
	files, _ := filepath.Glob("testdata/lcov/*.info")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readWith(t, LCOV, string(data))
		if halves := (&evidence.Report{Source: "r"}); LCOV.Parse(context.Background(), format.Source{Reader: iotest.OneByteReader(bytes.NewReader(data))}, halves) != nil ||
			unitsOf(halves)+problemsOf(halves) != unitsOf(r)+problemsOf(r) {
			t.Errorf("byte by byte: %s", cmp.Diff(unitsOf(r)+problemsOf(r), unitsOf(halves)+problemsOf(halves)))
		}
		for i := range r.Coverage {
			for _, u := range evidence.Units {
				if m, _ := r.Coverage[i].Unit(u); m.Num > m.Den {
					t.Errorf("%s: %s %s", r.Coverage[i].Path, u, m.Fraction())
				}
			}
		}
		if !r.Conclusive() || bytes.IndexByte(data, '\r') >= 0 {
			return
		}
		want := byTheLines(data)
		for i := range r.Coverage {
			f := &r.Coverage[i]
			if f.LineSet == nil {
				continue
			}
			if got := f.LineSet.Ratio(); got != want[f.Path] {
				t.Errorf("%q: %s lines, in the plainest way %s", f.Path, got.Fraction(), want[f.Path].Fraction())
			}
		}
	})
}

// lcovText is a tracefile of files with 400 lines each.
func lcovText(files int) []byte {
	var b bytes.Buffer
	for f := range files {
		fmt.Fprintf(&b, "TN:\nSF:/home/ci/project/src/module%d/service_%d.cc\n", f%40, f)
		for k := range 20 {
			fmt.Fprintf(&b, "FN:%d,_ZN7project7service%d4callEv\nFNDA:%d,_ZN7project7service%d4callEv\n", 5+20*k, k, k%3, k)
		}
		fmt.Fprintf(&b, "FNF:20\nFNH:13\n")
		for k := range 40 {
			fmt.Fprintf(&b, "BRDA:%d,0,%d,%d\n", 5+10*k, k%2, k%2)
		}
		fmt.Fprintf(&b, "BRF:40\nBRH:20\n")
		for k := range 400 {
			fmt.Fprintf(&b, "DA:%d,%d\n", 5+2*k, (k*37)%1000*(k%5))
		}
		fmt.Fprintf(&b, "LF:400\nLH:320\nend_of_record\n")
	}
	return b.Bytes()
}

func BenchmarkLCOV(b *testing.B) {
	data := lcovText(3000)
	b.Run("tollgate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := &evidence.Report{}
			if err := LCOV.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || len(r.Coverage) != 3000 || len(r.Problems) > 0 {
				b.Fatal(err, len(r.Coverage), r.Problems)
			}
		}
	})
	b.Run("bufio.Scanner, Split, Atoi", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			byTheLines(data)
		}
	})
}
