package coverage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// jsonFormats are those that share jsonReader.
var jsonFormats = []format.Format{CoveragePy, CoverallsJSON, GcovJSON, GcovrJSON, IstanbulFinal, IstanbulSummary, LLVMCov, SimpleCov}

func TestJSONSniff(t *testing.T) {
	for head, want := range map[string]string{
		`{"/a.js": {"path":"/a.js","statementMap":{"0":{"start":`:                                       "istanbul-final-json",
		`{"a":{"b":{"0":[1]},"branchMap":{"0":`:                                                         "istanbul-final-json",
		`{"a":{"data":{"path":"a","fnMap":{}`:                                                           "istanbul-final-json",
		`{"a":{"statementMap":7}}`:                                                                      "",
		`{"total": {"lines":{"total":1,"covered":1,"skipped":0,"pct":100}`:                              "istanbul-summary-json",
		`{"a.js": {"branches":{"pct":"Unknown","covered":0,"total":0}}}`:                                "istanbul-summary-json",
		`{"total": {"lines":{"pct":100}}}`:                                                              "",
		`{"data":[{"files":[{"filename":"a","summary":{`:                                                "llvm-cov-json",
		`{"data":[{"files":[{"branches":[],"expansions":[],"filename":`:                                 "llvm-cov-json",
		`{"data":[{"totals":{"functions":{},"instantiations":{`:                                         "llvm-cov-json",
		`{"version":"2.0.1","type":"llvm.coverage.json.export","data":[`:                                "llvm-cov-json",
		`{"data":[{"files":[{"name":"a"}]}],"type":"other"}`:                                            "",
		`{"meta":{"version":"7","branch_coverage":true`:                                                 "coverage-py-json",
		`{"files":{"a.py":{"executed_lines":[`:                                                          "coverage-py-json",
		`{"totals":{"covered_lines":1,"num_statements":2`:                                               "coverage-py-json",
		`{"meta":{"version":"7"}}`:                                                                      "",
		`{"gcovr/format_version":"0.15","files":[]}`:                                                    "gcovr-json",
		`{"files":[{"file":"a","lines":[{"branches":[],"count":1,"gcovr/noncode":false,"line_number":1`: "gcovr-json",
		`{"files":[{"file":"a","functions":[{"execution_count":1}],"gcovr/data_sources":[`:              "gcovr-json",
		`{"gcovr/summary_format_version":"0.6","files":[]}`:                                             "",
		`{"gcc_version":"12.2.0","files":[`:                                                             "gcov-json",
		`{"files":[{"lines":[{"count":1,"unexecuted_block":false,"line_number":1`:                       "gcov-json",
		`{"files":[{"file":"a","lines":[{"line_number":1,"count":2}]}]}`:                                "",
		`{"RSpec":{"coverage":{"/a.rb":{"lines":[`:                                                      "simplecov-resultset",
		`{"RSpec":{"timestamp":1,"coverage":{"/a.rb":[null`:                                             "simplecov-resultset",
		`{"meta":{"simplecov_version":"1"},"coverage":{"/a.rb":{"lines":[`:                              "simplecov-resultset",
		`{"coverage":[1]}`:                                                                  "",
		`{"service_name":"x","source_files":[`:                                              "coveralls-json",
		`{"data":[{"files":[{"branches":[[1,2,3,4,0,0,0,0,4],`:                              "llvm-cov-json",
		`{"data":[{"files":[{"branches":["main"]}]}]}`:                                      "",
		`{"files":[{"file":"a","functions":[{"execution_count":1,"lineno":1,"name":"f"}`:    "gcovr-json",
		`{"files":[{"file":"a","functions":[{"blocks":1,"execution_count":1,"start_line":1`: "gcov-json",
		`{"repo_token":"x","git":{"head":{`:                                                 "coveralls-json",
		`{"source_files":"none"}`:                                                           "",
		`{"git":{"source_files":[]}}`:                                                       "",
		`[{"source_files":[]}]`:                                                             "",
		`{"version":"2.1.0","runs":[{"results":[{"coverage":{}}`:                            "",
	} {
		var got []string
		for _, f := range jsonFormats {
			if f.Sniff("report.json", []byte(head)) {
				got = append(got, f.Name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: claimed by %v, want %q", head, got, want)
		}
	}
}

func TestJSONReadersStopForErrorsOfTheMachine(t *testing.T) {
	for _, f := range jsonFormats {
		err := f.Parse(t.Context(), format.Source{Reader: io.MultiReader(strings.NewReader(`{"a":{`), iotest.ErrReader(io.ErrClosedPipe))}, &evidence.Report{})
		if !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s of a failing reader: %v", f.Name, err)
		}
	}
}

// hostile are reports whose files name lines in the millions in a few bytes each.
func hostile(n int) map[string]string {
	files := func(one string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, one, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	return map[string]string{
		"istanbul-final-json": `{` + files(`"%d":{"statementMap":{"0":{"start":{"line":4194304}}},"s":{"0":0}},`) + `}`,
		"llvm-cov-json": `{"data":[{"files":[` + files(`{"filename":"%d","segments":[[1,1,1,true,true,false],[4194304,1,0,false,false,false]],"summary":{}},`) +
			`],"totals":{}}],"version":"2.0.1","type":"llvm.coverage.json.export"}`,
		"coverage-py-json": `{"totals":{},"files":{` + files(`"%d":{"executed_lines":[4194304],"missing_lines":[]},`) + `}}`,
		"gcov-json":        `{"format_version":"1","files":[` + files(`{"file":"%d","lines":[{"line_number":4194304,"count":0}]},`) + `]}`,
	}
}

func TestHighLinesOfJSONDoNotTakeMemory(t *testing.T) {
	docs := hostile(2000)
	for _, f := range jsonFormats {
		doc, ok := docs[f.Name]
		if !ok {
			continue // a line costs a byte
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := readWith(t, f, doc)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 400<<20 || r.Conclusive() {
			t.Errorf("%s: %d MB for %d bytes, conclusive: %t", f.Name, got>>20, len(doc), r.Conclusive())
		}
	}
}

func FuzzJSONCoverage(f *testing.F) {
	for i, fm := range jsonFormats {
		files, _ := filepath.Glob("testdata/" + fm.Name + "/*.json")
		for _, file := range files {
			if data, err := os.ReadFile(file); err == nil {
				f.Add(byte(i), data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		fm := jsonFormats[int(which)%len(jsonFormats)]
		fuzzReport(t, fm, data)
		if !json.Valid(data) && readWith(t, fm, string(data)).Conclusive() {
			t.Error("no JSON, and conclusive")
		}
	})
}

// generatedJSON are reports of that many files with 400 lines each.
func generatedJSON(files int) map[string][]byte {
	docs := map[string][]byte{}
	list := func(n int, one func(b *bytes.Buffer, i int)) []byte {
		var b bytes.Buffer
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			one(&b, i)
		}
		return b.Bytes()
	}
	write := func(name, before, after string, one func(b *bytes.Buffer, i int)) {
		docs[name] = []byte(before + string(list(files, one)) + after)
	}
	counts := list(400, func(b *bytes.Buffer, i int) { fmt.Fprint(b, i%3) })
	places := list(400, func(b *bytes.Buffer, i int) {
		fmt.Fprintf(b, `"%d":{"start":{"line":%d,"column":4},"end":{"line":%d,"column":30}}`, i, i+1, i+1)
	})
	byID := list(400, func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `"%d":%d`, i, i%3) })
	write("istanbul-final-json", "{", "}", func(b *bytes.Buffer, i int) {
		fmt.Fprintf(b, `"/srv/src/f%d.js":{"path":"/srv/src/f%d.js","statementMap":{%s},"fnMap":{},"branchMap":{},"s":{%s},"f":{},"b":{}}`, i, i, places, byID)
	})
	write("istanbul-summary-json", `{"total":{"lines":{"total":0,"covered":0,"pct":100}},`, "}", func(b *bytes.Buffer, i int) {
		fmt.Fprintf(b, `"/srv/src/f%d.js":{"lines":{"total":0,"covered":0,"skipped":0,"pct":100},"functions":{"total":9,"covered":3,"skipped":0,"pct":33.33}}`, i)
	})
	segments := list(200, func(b *bytes.Buffer, i int) { fmt.Fprintf(b, "[%d,5,%d,true,true,false]", 2*i+1, i%3) })
	write("llvm-cov-json", `{"data":[{"files":[`, `],"totals":{}}],"type":"llvm.coverage.json.export","version":"2.0.1"}`, func(b *bytes.Buffer, i int) {
		fmt.Fprintf(b, `{"filename":"/srv/src/f%d.c","segments":[%s],"summary":{"lines":{"count":399,"covered":265}}}`, i, segments)
	})
	numbers := list(400, func(b *bytes.Buffer, i int) { fmt.Fprint(b, i+1) })
	write("coverage-py-json", `{"files":{`, `},"totals":{}}`, func(b *bytes.Buffer, i int) {
		fmt.Fprintf(b, `"src/f%d.py":{"executed_lines":[%s],"missing_lines":[],"summary":{"covered_lines":400,"num_statements":400}}`, i, numbers)
	})
	for _, name := range []string{"gcov-json", "gcovr-json"} {
		lines := list(400, func(b *bytes.Buffer, i int) {
			fmt.Fprintf(b, `{"branches":[],"count":%d,"line_number":%d,"unexecuted_block":false,"function_name":"_Z3foov"}`, i%3, i+1)
		})
		write(name, `{"format_version":"1","files":[`, `]}`, func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `{"file":"src/f%d.c","lines":[%s]}`, i, lines) })
	}
	write("simplecov-resultset", `{"RSpec":{"coverage":{`, `}}}`, func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `"/srv/f%d.rb":{"lines":[%s]}`, i, counts) })
	write("coveralls-json", `{"source_files":[`, `]}`, func(b *bytes.Buffer, i int) { fmt.Fprintf(b, `{"name":"src/f%d.c","coverage":[%s]}`, i, counts) })
	return docs
}

func BenchmarkJSONCoverage(b *testing.B) {
	docs := generatedJSON(500)
	for _, f := range jsonFormats {
		doc := docs[f.Name]
		b.Run(f.Name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				r := &evidence.Report{}
				if err := f.Parse(b.Context(), format.Source{Reader: bytes.NewReader(doc)}, r); err != nil || len(r.Coverage) != 500 || !r.Conclusive() {
					b.Fatal(err, len(r.Coverage), r.Problems)
				}
			}
		})
	}
}
