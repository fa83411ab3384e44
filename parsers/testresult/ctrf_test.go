package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// jsonCase is a row of the tables of the formats in JSON: counted by hand.
type jsonCase struct {
	doc   string
	want  evidence.Counts
	flaky int
	sound bool
}

func checkJSON(t *testing.T, f format.Format, table map[string]jsonCase) {
	for name, tc := range table {
		t.Run(name, func(t *testing.T) {
			r := readAs(t, f, tc.doc)
			if diff := cmp.Diff(tc.want, r.TestCounts()); diff != "" {
				t.Error(diff)
			}
			if r.Conclusive() != tc.sound || r.Cases.Flaky() != tc.flaky {
				t.Errorf("conclusive is %t, %d flaky: %v", r.Conclusive(), r.Cases.Flaky(), r.Problems)
			}
		})
	}
}

func ctrfDoc(summary, tests string) string {
	return `{"reportFormat":"CTRF","results":{"tool":{"name":"x"},"summary":{` + summary + `},"tests":[` + tests + `]}}`
}

func TestCTRFCounts(t *testing.T) {
	const pass, fail = `{"name":"a","status":"passed","duration":1}`, `{"name":"b","status":"failed","duration":1}`
	checkJSON(t, CTRF, map[string]jsonCase{
		"pass and fail":                    {ctrfDoc(`"tests":2,"passed":1,"failed":1`, pass+","+fail), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"pending, skipped and other":       {ctrfDoc(`"tests":3,"other":1`, `{"name":"a","status":"pending"},{"name":"b","status":"skipped"},{"name":"c","status":"other"}`), evidence.Counts{Skipped: 2, Errored: 1}, 0, true},
		"a status of its own":              {ctrfDoc(`"tests":1`, `{"name":"a","status":"PASSED"}`), evidence.Counts{Errored: 1}, 0, false},
		"no status":                        {ctrfDoc(`"tests":1`, `{"name":"a"}`), evidence.Counts{Errored: 1}, 0, false},
		"no name":                          {ctrfDoc(`"tests":1`, `{"status":"passed"}`), evidence.Counts{Passed: 1}, 0, false},
		"a test that is no object":         {ctrfDoc(`"tests":0`, `"a"`), evidence.Counts{}, 0, false},
		"more failures than are listed":    {ctrfDoc(`"tests":2,"failed":2`, pass+","+fail), evidence.Counts{Passed: 1, Failed: 1, Errored: 1}, 0, false},
		"more tests than are listed":       {ctrfDoc(`"tests":3,"failed":0`, pass), evidence.Counts{Passed: 1}, 0, false},
		"fewer passes than are listed":     {ctrfDoc(`"tests":1,"passed":0,"failed":0`, pass), evidence.Counts{Passed: 1}, 0, false},
		"fewer failures than are listed":   {ctrfDoc(`"tests":1,"failed":0`, fail), evidence.Counts{Failed: 1}, 0, true},
		"a summary that is no number":      {ctrfDoc(`"tests":"1"`, pass), evidence.Counts{Passed: 1}, 0, false},
		"retries":                          {ctrfDoc(`"tests":1`, `{"name":"a","status":"passed","retries":2}`), evidence.Counts{Passed: 1}, 1, true},
		"flaky":                            {ctrfDoc(`"tests":1`, `{"name":"a","status":"passed","flaky":true}`), evidence.Counts{Passed: 1}, 1, true},
		"attempts":                         {ctrfDoc(`"tests":1`, `{"name":"a","status":"passed","retries":1,"retryAttempts":[{"status":"failed"}]}`), evidence.Counts{Passed: 1}, 1, true},
		"failed with retries is not flaky": {ctrfDoc(`"tests":1,"failed":1`, `{"name":"a","status":"failed","retries":3}`), evidence.Counts{Failed: 1}, 0, true},
		"no summary":                       {`{"results":{"tests":[` + pass + `]}}`, evidence.Counts{Passed: 1}, 0, false},
		"no tests":                         {`{"results":{"summary":{"tests":0}}}`, evidence.Counts{}, 0, false},
		"no results":                       {`{"reportFormat":"CTRF"}`, evidence.Counts{}, 0, false},
		"another format":                   {strings.Replace(ctrfDoc(`"tests":1`, pass), "CTRF", "XTRF", 1), evidence.Counts{Passed: 1}, 0, false},
		"a status that stands twice":       {ctrfDoc(`"tests":1`, `{"name":"a","status":"failed","status":"passed"}`), evidence.Counts{Passed: 1}, 0, false},
	})
}

func TestCTRFSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		ctrfDoc(`"tests":1`, ""):                                        true,
		`{"reportFormat":"CTRF","specVersion":"1.0.0","timestamp":"`:    true,
		`{"results":{"tool":{"name":"x"},"summary":{"tests":1`:          true,
		`{"results":[{"suites":[]}]}`:                                   false,
		`{"stats":{"suites":1,"tests":1,"passes":1}}`:                   false,
		`{"stats":{"suites":1,"tests":1,"passes":1,"testsRegistered":1`: false,
		`[]`: false,
	} {
		if got := CTRF.Sniff("x.json", []byte(doc)); got != want {
			t.Errorf("%s: claimed = %t", doc, got)
		}
	}
}

// FuzzCTRF holds the reader to encoding/json on what is clean for both.
func FuzzCTRF(f *testing.F) {
	seedFuzz(f, "ctrf-json")
	type test struct{ Name, Status string }
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, CTRF, string(data))
		var doc struct{ Results struct{ Tests []test } }
		if json.Unmarshal(data, &doc) != nil || !r.Conclusive() {
			if !json.Valid(data) && r.Conclusive() {
				t.Error("it is no JSON, and conclusive")
			}
			return
		}
		failed, others := 0, 0
		for _, c := range doc.Results.Tests {
			switch c.Status {
			case "failed":
				failed++
			case "passed", "skipped", "pending":
			default:
				others++
			}
		}
		if c := r.Cases.Counts(); bytes.Contains(data, []byte(`"tests"`)) && !hasOddNames(data) && (c.Failed != uint64(failed) || c.Errored != uint64(others)) {
			t.Errorf("%+v, by the book %d failed and %d others", c, failed, others)
		}
	})
}

// hasOddNames reports whether encoding/json may match a name that is written in another case.
func hasOddNames(data []byte) bool {
	var walk func(v any) bool
	walk = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			for k, inner := range v {
				for _, known := range []string{"results", "tests", "status", "name", "examples", "testResults", "assertionResults", "elements", "steps", "result"} {
					if k != known && strings.EqualFold(k, known) {
						return true
					}
				}
				if walk(inner) {
					return true
				}
			}
		case []any:
			for _, inner := range v {
				if walk(inner) {
					return true
				}
			}
		}
		return false
	}
	var v any
	return json.Unmarshal(data, &v) != nil || walk(v)
}

func seedFuzz(f *testing.F, folder string) {
	files, _ := filepath.Glob("testdata/" + folder + "/*.json")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
}

// benchJSON reads a document of n cases with a format and with encoding/json.
func benchJSON(b *testing.B, f format.Format, data []byte, n int) {
	b.Run("tollgate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := &evidence.Report{}
			if err := f.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || r.Cases.Len() != n || !r.Conclusive() {
				b.Fatal(err, r.Cases.Len(), r.Problems)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
				var v any
				if err := d.Decode(&v); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkCTRF(b *testing.B) {
	const n = 20_000
	var tests bytes.Buffer
	for i := range n {
		if i > 0 {
			tests.WriteString(",\n")
		}
		fmt.Fprintf(&tests, `{"name":"the service returns %d","status":"passed","duration":12.5,"suite":["service","handler %d"],"filePath":"test/service/handler.spec.ts","browser":"chromium","tags":["smoke"]}`, i, i/20)
	}
	benchJSON(b, CTRF, []byte(ctrfDoc(fmt.Sprintf(`"tests":%d,"passed":%d,"failed":0`, n, n), tests.String())), n)
}
