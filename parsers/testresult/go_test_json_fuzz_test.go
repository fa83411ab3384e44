package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// goEventsByTheBook decodes a file with encoding/json alone, and counts the
// results of tests that are events.
func goEventsByTheBook(data []byte) (counts map[string]int, anyFail, valid bool) {
	counts = map[string]int{}
	for line := range bytes.Lines(data) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		var object map[string]any
		if json.Unmarshal(line, &object) != nil {
			if len(bytes.TrimSpace(line)) > 0 {
				return nil, false, false
			}
			continue
		}
		action, _ := object["Action"].(string)
		test, _ := object["Test"].(string)
		anyFail = anyFail || action == "fail"
		if test != "" && (action != "pass" || !isBenchmark(test)) {
			counts[action]++
		}
	}
	return counts, anyFail, true
}

// FuzzGoTestJSON holds the reader to encoding/json, on files whose every line is
// JSON, and to never being conclusive and green when anything failed.
func FuzzGoTestJSON(f *testing.F) {
	files, _ := filepath.Glob("testdata/go-test-json/*")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".want") {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readGoTests(t, string(data))
		counts, anyFail, valid := goEventsByTheBook(data)
		if !valid {
			return
		}
		got := r.Cases.Counts()
		want := evidence.Counts{Passed: uint64(counts["pass"]), Failed: uint64(counts["fail"]), Skipped: uint64(counts["skip"]), Errored: got.Errored}
		if got != want {
			t.Errorf("%+v, by the book %+v", got, want)
		}
		if anyFail && r.Conclusive() && got.Failed+got.Errored == 0 {
			t.Error("an event says fail, and the report is green")
		}
		if begun := counts["run"]; r.Conclusive() && uint64(begun) > got.Total()+uint64(counts["bench"]) && !bytes.Contains(data, []byte("Bench")) {
			t.Errorf("%d tests began and there are %d cases", begun, got.Total())
		}
	})
}

// goTestLog is what go test -json writes for n packages: mostly output, one test
// in 40 fails.
func goTestLog(n int) []byte {
	var b bytes.Buffer
	event := func(rest string, args ...any) {
		fmt.Fprintf(&b, `{"Time":"2026-03-02T10:11:12.123456789Z",`+rest+"\n", args...)
	}
	for p := range n {
		pkg := fmt.Sprintf("github.com/example/project/internal/service%d", p)
		event(`"Action":"start","Package":%q}`, pkg)
		for i := range 200 {
			name := fmt.Sprintf("TestHandler%d/returns_%d", i/8, i)
			if i%8 == 0 {
				name += "_\\u003cnil\\u003e"
			}
			event(`"Action":"run","Package":"%s","Test":"%s"}`, pkg, name)
			event(`"Action":"output","Package":"%s","Test":"%s","Output":"=== RUN   %s\n"}`, pkg, name, name)
			event(`"Action":"output","Package":"%s","Test":"%s","Output":"    handler_test.go:%d: request {\"id\":%d} took 12ms\n"}`, pkg, name, i, i)
			outcome := "pass"
			if i%40 == 0 {
				outcome = "fail"
			}
			event(`"Action":"output","Package":"%s","Test":"%s","Output":"    --- %s: %s (0.01s)\n"}`, pkg, name, strings.ToUpper(outcome), name)
			event(`"Action":"%s","Package":"%s","Test":"%s","Elapsed":0.01}`, outcome, pkg, name)
		}
		event(`"Action":"output","Package":%q,"Output":"FAIL\n"}`, pkg)
		event(`"Action":"fail","Package":%q,"Elapsed":2.034}`, pkg)
	}
	return b.Bytes()
}

func BenchmarkGoTestJSON(b *testing.B) {
	data := goTestLog(100)
	b.Run("tollgate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := &evidence.Report{}
			if err := GoTestJSON.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || r.Cases.Len() != 20_000 || !r.Conclusive() {
				b.Fatal(err, r.Cases.Len(), r.Problems)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
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
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		type event struct {
			Action, Package, Test, Output string
			Elapsed                       float64
		}
		for b.Loop() {
			for line := range bytes.Lines(data) {
				var e event
				if err := json.Unmarshal(line, &e); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// TestGoTestLogReadsAsMeant keeps the benchmark honest: 5 of 200 tests fail.
func TestGoTestLogReadsAsMeant(t *testing.T) {
	r := readGoTests(t, string(goTestLog(3)))
	if c := r.Cases.Counts(); c.Failed != 15 || c.Passed != 585 || c.Total() != 600 || r.Suites != 3 {
		t.Errorf("%+v in %d suites", c, r.Suites)
	}
	var names []string
	for _, c := range r.Cases.All() {
		names = append(names, c.Name)
	}
	if !slices.Contains(names, "TestHandler24/returns_192_<nil>") {
		t.Errorf("names are not decoded: %q", names[:3])
	}
}
