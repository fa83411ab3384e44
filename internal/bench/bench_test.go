package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// marks is how a unit shows in the bytes of each format. A coverage block stands
// once for each test binary, a line of Cobertura in its method and in its class.
var marks = map[string]struct {
	pattern string
	times   int
}{
	"junit-xml":       {`<testcase `, 1},
	"go-test-json":    {`"Action":"(pass|fail|skip)","Package":"[^"]*","Test"`, 1},
	"go-coverprofile": {`(?m)^github\.com/`, 1},
	"sarif":           {`"ruleIndex":`, 1},

	"go-coverprofile-repeated": {`(?m)^github\.com/`, 40},
	"lcov":                     {`(?m)^DA:`, 1},
	"cobertura":                {`<line number=`, 2},
	"jacoco":                   {`<line nr=`, 1},
}

func TestGeneratedReportsHoldWhatTheGeneratorSays(t *testing.T) {
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			const size = 200_000
			var first, second bytes.Buffer
			items, err := render(&first, f, size)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := render(&second, f, size); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Error("two runs wrote different bytes")
			}
			if n := first.Len(); n < size || n > 2*size {
				t.Errorf("%d bytes for a size of %d", n, size)
			}
			mark := marks[f.name]
			if got := len(regexp.MustCompile(mark.pattern).FindAll(first.Bytes(), -1)); got != items*mark.times {
				t.Errorf("%d in the bytes, the generator says %d", got, items*mark.times)
			}
			r, err := parsers.Parse(context.Background(), parsers.Source{Name: f.file, Reader: &first})
			if err != nil {
				t.Fatal(err)
			}
			if !r.Conclusive() {
				t.Fatalf("inconclusive: %v", r.Problems[0])
			}
			if got := itemsOf(r); got != items {
				t.Errorf("tollgate reads %d, the generator says %d", got, items)
			}
		})
	}
}

// inOneGo are the formats whose reports are not read in two halves.
var inOneGo = map[string]bool{"sarif": true}

// TestHalvesAreTheWhole reads reports in order and in two halves, wherever the
// middle is, and compares what was read. Where halves are possible, they are used.
func TestHalvesAreTheWhole(t *testing.T) {
	if before := runtime.GOMAXPROCS(0); before < 2 {
		runtime.GOMAXPROCS(2)
		t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	}
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			for size := int64(400_000); size < 500_000; size += 33_001 {
				var report bytes.Buffer
				if _, err := render(&report, f, size); err != nil {
					t.Fatal(err)
				}
				data := report.Bytes()
				read := func(at io.ReaderAt) (*evidence.Report, int) {
					inOrder := bytes.NewReader(data)
					r, err := parsers.Parse(context.Background(), parsers.Source{
						Name: f.file, Reader: inOrder, At: at, Size: int64(len(data)), HalvesFrom: 1,
					})
					if err != nil {
						t.Fatal(err)
					}
					return r, inOrder.Len()
				}
				want, _ := read(nil)
				got, left := read(bytes.NewReader(data))
				if halves := left > 0; halves == inOneGo[f.name] {
					t.Errorf("%d bytes: read in halves: %v", size, halves)
				}
				if diff := differ(want, got); diff != "" {
					t.Fatalf("%d bytes: %s", size, diff)
				}
			}
		})
	}
}

// differ says how two reports differ.
func differ(want, got *evidence.Report) string {
	if a, b := want.Cases.Len(), got.Cases.Len(); a != b {
		return fmt.Sprintf("%d cases, want %d", b, a)
	}
	for i := range want.Cases.Len() {
		if x, y := want.Cases.At(i), got.Cases.At(i); !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("case %d is %+v, want %+v", i, y, x)
		}
	}
	if x, y := want.TestCounts(), got.TestCounts(); x != y || want.Suites != got.Suites {
		return fmt.Sprintf("%+v in %d suites, want %+v in %d", y, got.Suites, x, want.Suites)
	}
	if len(want.Coverage) != len(got.Coverage) {
		return fmt.Sprintf("%d files, want %d", len(got.Coverage), len(want.Coverage))
	}
	for i := range want.Coverage {
		x, y := want.Coverage[i], got.Coverage[i]
		if (x.LineSet == nil) != (y.LineSet == nil) || x.LineSet != nil && (!x.LineSet.SameLines(y.LineSet) || x.LineSet.Ratio() != y.LineSet.Ratio()) {
			return fmt.Sprintf("the lines of %s differ", x.Path)
		}
		x.LineSet, y.LineSet = nil, nil
		if !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("file %+v, want %+v", y, x)
		}
	}
	if !reflect.DeepEqual(want.Problems, got.Problems) {
		return "problems differ"
	}
	return ""
}

func TestReadersOfOneFormatAgree(t *testing.T) {
	for _, f := range formats {
		path := filepath.Join(t.TempDir(), f.file)
		items, err := generate(path, f, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range f.readers {
			_, got, err := r.read(path)
			if err != nil {
				t.Errorf("%s of %s: %v", r.name, f.name, err)
			}
			if r.counts && got != items {
				t.Errorf("%s of %s reads %d, the generator says %d", r.name, f.name, got, items)
			}
		}
	}
}

func TestGeneratedXMLIsWellFormed(t *testing.T) {
	for _, f := range formats {
		if filepath.Ext(f.file) != ".xml" {
			continue
		}
		var b bytes.Buffer
		if _, err := render(&b, f, 50_000); err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(&b)
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]int64{"7": 7, "7B": 7, "20KB": 20_000, "500MB": 500_000_000, "2GB": 2_000_000_000} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "-1MB", "0", "1.5MB", "5TB", "5MBMB", "2000GB", "5 MB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", text, got)
		}
	}
}

func TestMedians(t *testing.T) {
	samples := []sample{{Items: 9}, {Items: 1}, {Items: 2}}
	of := func(s sample) float64 { return float64(s.Items) }
	if got := median(samples, of); got != 2 {
		t.Errorf("median of 9, 1, 2 = %v, want 2", got)
	}
	if got := median(samples[:2], of); got != 5 {
		t.Errorf("median of 9, 1 = %v, want 5", got)
	}
}

func TestEdgesOfALongOutput(t *testing.T) {
	var e edges
	for range 40 {
		io.WriteString(&e, "B"+strings.Repeat(".", edge))
	}
	io.WriteString(&e, "END")
	got := string(e.bytes())
	if !strings.HasPrefix(got, "B") || !strings.HasSuffix(got, ".END") || len(got) > 20*edge {
		t.Errorf("%d bytes, %.5q to %q", len(got), got, got[len(got)-5:])
	}
	var short edges
	io.WriteString(&short, "as it ")
	io.WriteString(&short, "is")
	if got := string(short.bytes()); got != "as it is" {
		t.Errorf("short output = %q", got)
	}
}

func TestAWrongCountIsNamed(t *testing.T) {
	r := reader{counts: true}
	if got := verdict(r, []sample{{Items: 3}, {Items: 3}}, 3); !strings.HasPrefix(got, "right") {
		t.Errorf("verdict = %q, want right", got)
	}
	if got := verdict(r, []sample{{Items: 3}, {Items: 2}}, 3); !strings.Contains(got, "WRONG: 2") {
		t.Errorf("verdict = %q, want the wrong count", got)
	}
}

// TestMain makes the test binary the child that measure starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == childFlag {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTableOfASmallRun(t *testing.T) {
	var out bytes.Buffer
	if err := run([]string{"-size", "50KB", "-rounds", "1", "-format", "go-coverprofile", "-peers=false", "-inspect=false", "-patience", "0"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"go-coverprofile: 0.1 MB", "plain read", "tollgate", "x/tools/cover", "right", "at most 18", "x/tools/cover, in times of one core"} {
		if !strings.Contains(out.String(), row) {
			t.Errorf("no %q in\n%s", row, out.String())
		}
	}
	if strings.Contains(out.String(), "WRONG") {
		t.Errorf("a wrong count in\n%s", out.String())
	}
}

func TestAnUnknownFormatIsNamed(t *testing.T) {
	err := run([]string{"-format", "junit"}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "junit-xml") {
		t.Errorf("error = %v, want one that lists the formats", err)
	}
}
