package parsers_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// folders gives the testdata folder of every format: parsers/*/testdata/<format>.
func folders(t testing.TB) map[string]string {
	dirs, err := filepath.Glob("*/testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, d := range dirs {
		if filepath.Base(d) != "fuzz" {
			byName[filepath.Base(d)] = d
		}
	}
	return byName
}

// samples gives the inputs of a folder, without goldens.
func samples(t testing.TB, dir string) []string {
	files, err := filepath.Glob(dir + "/*")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, ".want") })
	if len(files) == 0 {
		t.Errorf("%s holds no sample", dir)
	}
	return files
}

// each calls f for every sample of every format.
func each(t *testing.T, f func(t *testing.T, fm parsers.Format, file string, data []byte)) {
	dirs := folders(t)
	for _, fm := range parsers.Formats {
		dir, ok := dirs[fm.Name]
		if !ok {
			t.Errorf("format %s has no testdata folder", fm.Name)
			continue
		}
		for _, file := range samples(t, dir) {
			t.Run(fm.Name+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				f(t, fm, file, data)
			})
		}
	}
}

func parse(t testing.TB, name string, r io.Reader) *evidence.Report {
	rep, err := parsers.Parse(context.Background(), parsers.Source{Name: name, Reader: r})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestTableAndFoldersAreEqual(t *testing.T) {
	names := map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, f := range parsers.Formats {
		if names[f.Name] {
			t.Errorf("%s stands twice in the table", f.Name)
		}
		names[f.Name] = true
		if !kebab.MatchString(f.Name) {
			t.Errorf("%q is not kebab-case", f.Name)
		}
		if f.Title == "" || f.Doc == "" || f.Kinds == 0 || f.Sniff == nil || f.Parse == nil {
			t.Errorf("%s has an empty field", f.Name)
		}
	}
	for name := range folders(t) {
		if !names[name] {
			t.Errorf("testdata folder %s has no row in the table", name)
		}
	}
}

func TestGoldens(t *testing.T) {
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		rep := parse(t, filepath.Base(file), bytes.NewReader(data))
		if rep.Format != fm.Name {
			t.Fatalf("claimed by %q: %v", rep.Format, rep.Problems)
		}
		got := dump(rep)
		if *update {
			if err := os.WriteFile(file+".want", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file + ".want")
		if err != nil {
			t.Fatalf("no golden (write it with -update, then check it by hand): %v", err)
		}
		if diff := gocmp.Diff(string(want), got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOneFormatOfAKindClaimsAFile(t *testing.T) {
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		claimed := map[evidence.Kind]string{}
		for _, f := range parsers.Sniff(filepath.Base(file), data[:min(len(data), 4096)]) {
			for _, k := range f.AllKinds() {
				if other, ok := claimed[k]; ok {
					t.Errorf("both %s and %s claim its %s", f.Name, other, k)
				}
				claimed[k] = f.Name
			}
		}
		for _, k := range fm.AllKinds() {
			if claimed[k] != fm.Name {
				t.Errorf("claimed by %v", claimed)
			}
		}
	})
}

func TestTheSameInAnyPieces(t *testing.T) {
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		name := filepath.Base(file)
		want := dump(parse(t, name, bytes.NewReader(data)))
		for how, r := range map[string]io.Reader{
			"in halves":        iotest.HalfReader(bytes.NewReader(data)),
			"byte by byte":     iotest.OneByteReader(bytes.NewReader(data)),
			"EOF with data":    iotest.DataErrReader(bytes.NewReader(data)),
			"gzip":             gzipped(t, data),
			"UTF-8 with a BOM": io.MultiReader(strings.NewReader("\uFEFF"), bytes.NewReader(data)),
		} {
			if how == "UTF-8 with a BOM" && bytes.HasPrefix(data, []byte("\uFEFF")) {
				continue
			}
			if got := dump(parse(t, name, r)); got != want {
				t.Errorf("%s: %s", how, gocmp.Diff(want, got))
			}
		}
	})
}

func gzipped(t *testing.T, data []byte) io.Reader {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// cutAtLineEnd lists the formats that cannot show a cut between two records; each
// says so in its Doc.
var cutAtLineEnd = []string{"criterion-json", "go-bench-text", "go-coverprofile", "go-test-json", "go-test-v-text", "jmeter-csv", "lcov", "tap"}

// TestCutAnywhere cuts every small sample after every byte: what is left is
// inconclusive, or says the same as the whole.
func TestCutAnywhere(t *testing.T) {
	for _, name := range cutAtLineEnd {
		i := slices.IndexFunc(parsers.Formats, func(f parsers.Format) bool { return f.Name == name })
		if i < 0 || !strings.Contains(parsers.Formats[i].Doc, "cut") {
			t.Errorf("the Doc of %s does not say that a cut at a line end cannot be seen", name)
		}
	}
	dirs := folders(t)
	for _, fm := range parsers.Formats { // a sample that is inconclusive as a whole shows nothing
		if !slices.ContainsFunc(samples(t, dirs[fm.Name]), func(file string) bool {
			data, err := os.ReadFile(file)
			return err == nil && len(data) <= 2<<10 && parse(t, filepath.Base(file), bytes.NewReader(data)).Conclusive()
		}) {
			t.Errorf("no sample of %s is conclusive, and small enough to be cut after every byte", fm.Name)
		}
	}
	each(t, func(t *testing.T, fm parsers.Format, file string, data []byte) {
		step := 1
		switch {
		case len(data) > 6<<10:
			t.Skipf("%d bytes: only samples up to 6 KiB are cut", len(data))
		case len(data) > 2<<10:
			step = 7 // the smaller samples are cut after every byte
		}
		if testing.Short() {
			step = 17
		}
		name := filepath.Base(file)
		whole := parse(t, name, bytes.NewReader(data))
		want := dump(whole)
		for n := 0; n < len(data); n += step {
			rep := parse(t, name, bytes.NewReader(data[:n]))
			if !rep.Conclusive() || dump(rep) == want {
				continue
			}
			if slices.Contains(cutAtLineEnd, fm.Name) && n > 0 && (data[n-1] == '\n' || bytes.HasPrefix(bytes.TrimLeft(data[n:], "0123456789\r"), []byte("\n"))) {
				continue // at the end of a line, its newline and last digits apart
			}
			t.Errorf("cut after %d of %d bytes it is conclusive and says less:\n%s", n, len(data), gocmp.Diff(want, dump(rep)))
			return
		}
	})
}

func TestUTF16IsRead(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="UTF-16"?><testsuite tests="1"><testcase name="größe" classname="c"/></testsuite>`
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		b, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().Bytes([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		rep := parse(t, "utf16.xml", bytes.NewReader(b))
		if !rep.Conclusive() || rep.Cases.Len() != 1 || rep.Cases.At(0).Name != "größe" {
			t.Errorf("got %s", dump(rep))
		}
	}
}

func TestUnknownFileIsShownByWhatTellsItApart(t *testing.T) {
	for doc, want := range map[string]string{
		"<?xml version=\"1.0\"?>\n<failsafe-summary result=\"255\">\n": `it begins with "<failsafe-summary result=\"255\">"`,
		`<?xml version="1.0"?>`: `it begins with "<?xml version=\"1.0\"?>"`,
		"plain\ntext":           `it begins with "plain"`,
	} {
		if rep := parse(t, "r", strings.NewReader(doc)); len(rep.Problems) != 1 || !strings.Contains(rep.Problems[0].String(), want) {
			t.Errorf("%q: %v", doc, rep.Problems)
		}
	}
}

// TestNeverGreen feeds what must never be taken for a clean report.
func TestNeverConclusive(t *testing.T) {
	bomb := func() io.Reader {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(`<testsuites><testsuite tests="1"><testcase name="x"/>`))
		w.Write(bytes.Repeat([]byte(" "), 64<<20))
		w.Write([]byte(`</testsuite></testsuites>`))
		w.Close()
		return &b
	}
	cutGzip, _ := io.ReadAll(gzipped(t, []byte(`<testsuites><testsuite tests="1"><testcase name="x"/></testsuite></testsuites>`)))
	for name, r := range map[string]io.Reader{
		"an empty file":          strings.NewReader(""),
		"white space":            strings.NewReader(" \r\n\t\n"),
		"a byte order mark":      strings.NewReader("\uFEFF"),
		"html":                   strings.NewReader("<html/>"),
		"an error page":          strings.NewReader("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"),
		"an empty object":        strings.NewReader("{}"),
		"an empty array":         strings.NewReader("[]"),
		"null":                   strings.NewReader("null"),
		"plain text":             strings.NewReader("everything is fine\n"),
		"a zip file":             strings.NewReader("PK\x03\x04…"),
		"a cut gzip file":        bytes.NewReader(cutGzip[:len(cutGzip)-9]),
		"a gzip header":          strings.NewReader("\x1f\x8b"),
		"a compression bomb":     bomb(),
		"a covmeta file":         strings.NewReader("\x00cvm\x01\x00\x00\x00"),
		"half a JUnit file":      strings.NewReader(`<testsuites><testsuite tests="2"><testcase name="x"/>`),
		"half a SARIF file":      strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[`),
		"half a go test -json":   strings.NewReader(`{"Action":"run","Package":"p","Test":"T"}` + "\n" + `{"Action":"pass","Pack`),
		"half a coverprofile":    strings.NewReader("mode: set\na/b.go:1.2,3.4 5 "),
		"an unknown cover mode":  strings.NewReader("mode: maybe\na/b.go:1.2,3.4 5 1\n"),
		"half an LCOV file":      strings.NewReader("TN:\nSF:a.c\nDA:1,1\n"),
		"half a Cobertura file":  strings.NewReader(`<coverage line-rate="1"><packages><package name="p"><classes><class filename="a"><lines><line number="1" hits="1"/>`),
		"Cobertura of nothing":   strings.NewReader(`<coverage line-rate="1" lines-valid="9" lines-covered="9"><packages/></coverage>`),
		"failed SARIF run":       strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":false}],"results":[]}]}`),
		"SARIF results null":     strings.NewReader(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":null}]}`),
		"SARIF without runs":     strings.NewReader(`{"version":"2.1.0","runs":[]}`),
		"JUnit header only":      strings.NewReader(`<testsuite name="s" tests="3" failures="0" errors="0"/>`),
		"JUnit with lost cases":  strings.NewReader(`<testsuite name="s" tests="3" failures="0" errors="0"><testcase name="a"/></testsuite>`),
		"JUnit with two roots":   strings.NewReader(`<testsuite tests="1"><testcase name="a"/></testsuite><testsuite/>`),
		"hyperfine of nothing":   strings.NewReader(`{"results":[{"command":`),
		"JMH of nothing":         strings.NewReader(`[{"jmhVersion":"1.37","benchmark":"a.b","mode":"avgt"`),
		"half a benchmark":       strings.NewReader("goos: linux\ngoarch: amd64\npkg: p\nBenchmarkX-8 \t 10\t 5 n"),
		"benchmarks, killed":     strings.NewReader("goos: linux\ngoarch: amd64\npkg: p\nBenchmarkX-8 \t 10\t 5 ns/op\n"),
		"k6 of nothing":          strings.NewReader(`{"metrics":{},"root_group":{"groups":{},"checks":{}}}`),
		"a JTL header":           strings.NewReader("timeStamp,elapsed,label,responseCode,success\n"),
		"a JTL of nothing":       strings.NewReader(`<testResults version="1.2"></testResults>`),
		"go test without an end": strings.NewReader(`{"Action":"start","Package":"p"}` + "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if rep := parse(t, "report", r); rep.Conclusive() {
				t.Errorf("it is conclusive:\n%s", dump(rep))
			}
		})
	}
}

// FuzzParse takes all formats, or the one that TOLLGATE_FUZZ_FORMAT names.
func FuzzParse(f *testing.F) {
	only := os.Getenv("TOLLGATE_FUZZ_FORMAT")
	known := only == ""
	for name, dir := range folders(f) {
		if only != "" && name != only {
			continue
		}
		known = true
		for _, file := range samples(f, dir) {
			if data, err := os.ReadFile(file); err == nil && len(data) < 16<<10 {
				f.Add(data)
			}
		}
	}
	if !known {
		f.Fatalf("TOLLGATE_FUZZ_FORMAT: there is no format %s", only)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if only != "" && !slices.ContainsFunc(parsers.Sniff("fuzz", data[:min(len(data), 4096)]), func(fm parsers.Format) bool { return fm.Name == only }) {
			t.Skip("another format's, or none's")
		}
		rep, err := parsers.Parse(context.Background(), parsers.Source{Name: "fuzz", Reader: bytes.NewReader(data)})
		if err != nil {
			t.Fatalf("an error, not a problem: %v", err)
		}
		again := parse(t, "fuzz", iotest.HalfReader(bytes.NewReader(data)))
		if dump(rep) != dump(again) {
			t.Errorf("in halves it reads differently: %s", gocmp.Diff(dump(rep), dump(again)))
		}
		if rep.Format == "" && rep.Conclusive() {
			t.Error("no format claims it, and it is conclusive")
		}
	})
}

func TestFormatsPageIsCurrent(t *testing.T) {
	const page = "../docs/formats.md"
	got := parsers.Markdown()
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/formats.md is not what the table says; rewrite it with -update:\n%s", diff)
	}
}
