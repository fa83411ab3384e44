package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func playwrightDoc(stats, errors string, specs ...string) string {
	return `{"config":{"rootDir":"/app"},"suites":[{"title":"a.spec.ts","file":"a.spec.ts","specs":[` + strings.Join(specs, ",") + `]}],"errors":[` + errors + `],"stats":{` + stats + `}}`
}

func playwrightSpec(expected, status string, results ...string) string {
	var b bytes.Buffer
	for i, r := range results {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"status":"%s","duration":1,"errors":[],"retry":%d}`, r, i)
	}
	return fmt.Sprintf(`{"title":"a","ok":%t,"tests":[{"expectedStatus":"%s","projectName":"p","results":[%s],"status":"%s"}],"file":"a.spec.ts","line":3}`,
		status != "unexpected", expected, b.String(), status)
}

func TestPlaywrightCounts(t *testing.T) {
	pass, fail := playwrightSpec("passed", "expected", "passed"), playwrightSpec("passed", "unexpected", "failed")
	stats := func(expected, unexpected, flaky, skipped int) string {
		return fmt.Sprintf(`"expected":%d,"unexpected":%d,"flaky":%d,"skipped":%d`, expected, unexpected, flaky, skipped)
	}
	const idle = `"expected":0,"unexpected":0,"flaky":0,"skipped":1`
	many := make([]string, 30)
	for i := range many {
		many[i] = "failed"
	}
	many[25] = "passed"
	checkJSON(t, PlaywrightJSON, map[string]jsonCase{
		"pass and fail":                      {playwrightDoc(stats(1, 1, 0, 0), "", pass, fail), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"skipped":                            {playwrightDoc(idle, "", playwrightSpec("skipped", "skipped", "skipped")), evidence.Counts{Skipped: 1}, 0, true},
		"timed out":                          {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("passed", "unexpected", "timedOut")), evidence.Counts{Errored: 1}, 0, true},
		"flaky":                              {playwrightDoc(stats(0, 0, 1, 0), "", playwrightSpec("passed", "flaky", "failed", "passed")), evidence.Counts{Passed: 1}, 1, true},
		"flaky after a timeout":              {playwrightDoc(stats(0, 0, 1, 0), "", playwrightSpec("passed", "flaky", "timedOut", "passed")), evidence.Counts{Passed: 1}, 1, true},
		"flaky with one result":              {playwrightDoc(stats(0, 0, 1, 0), "", playwrightSpec("passed", "flaky", "passed")), evidence.Counts{Passed: 1}, 1, true},
		"flaky after many":                   {playwrightDoc(stats(0, 0, 1, 0), "", playwrightSpec("passed", "flaky", many...)), evidence.Counts{Passed: 1}, 1, true},
		"failed in every attempt":            {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("passed", "unexpected", "failed", "failed")), evidence.Counts{Failed: 1}, 0, true},
		"failed, then timed out":             {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("passed", "unexpected", "failed", "timedOut")), evidence.Counts{Errored: 1}, 0, true},
		"known to fail, and fails":           {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("failed", "expected", "failed")), evidence.Counts{Passed: 1}, 0, true},
		"known to fail, and passes":          {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("failed", "unexpected", "passed")), evidence.Counts{Failed: 1}, 0, true},
		"known to fail, and times out":       {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("failed", "unexpected", "timedOut")), evidence.Counts{Errored: 1}, 0, true},
		"failed, then skipped":               {playwrightDoc(stats(0, 0, 1, 0), "", playwrightSpec("skipped", "flaky", "failed", "skipped")), evidence.Counts{Failed: 1}, 0, true},
		"interrupted":                        {playwrightDoc(idle, "", playwrightSpec("passed", "skipped", "interrupted")), evidence.Counts{Errored: 1}, 0, true},
		"did not run, and nothing failed":    {playwrightDoc(idle, "", playwrightSpec("passed", "skipped")), evidence.Counts{Skipped: 1}, 0, false},
		"did not run, because one failed":    {playwrightDoc(stats(0, 1, 0, 1), "", fail, playwrightSpec("passed", "skipped", "skipped")), evidence.Counts{Failed: 1, Skipped: 1}, 0, true},
		"an error outside":                   {playwrightDoc(stats(1, 0, 0, 0), `{"message":"x"}`, pass), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"an error and nothing else":          {playwrightDoc(stats(0, 0, 0, 0), `{"value":"x"}`), evidence.Counts{Errored: 1}, 0, true},
		"an error, and a test that is lost":  {playwrightDoc(stats(2, 0, 0, 0), `{"message":"x"}`, pass), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"interrupted, and a failure is lost": {playwrightDoc(stats(0, 1, 0, 1), "", playwrightSpec("passed", "skipped", "interrupted")), evidence.Counts{Errored: 2}, 0, false},
		"an error that is no object":         {playwrightDoc(stats(0, 0, 0, 0), `"x"`), evidence.Counts{Errored: 1}, 0, true},
		"said to pass, and failed":           {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("passed", "expected", "failed")), evidence.Counts{Failed: 1}, 0, true},
		"said to fail, and passed":           {playwrightDoc(stats(0, 1, 0, 0), "", playwrightSpec("passed", "unexpected", "passed")), evidence.Counts{Failed: 1}, 0, true},
		"said to pass, and did not run":      {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("passed", "expected")), evidence.Counts{Skipped: 1}, 0, false},
		"another status":                     {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("passed", "fine", "passed")), evidence.Counts{Errored: 1}, 0, false},
		"another status of a result":         {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("passed", "expected", "fine")), evidence.Counts{Errored: 1}, 0, false},
		"another expectation":                {playwrightDoc(stats(1, 0, 0, 0), "", playwrightSpec("fine", "expected", "passed")), evidence.Counts{Passed: 1}, 0, false},
		"more failures than are listed":      {playwrightDoc(stats(1, 2, 0, 0), "", pass, fail), evidence.Counts{Passed: 1, Failed: 1, Errored: 1}, 0, false},
		"more tests than are listed":         {playwrightDoc(stats(2, 0, 0, 0), "", pass), evidence.Counts{Passed: 1}, 0, false},
		"skipped ones that are not listed":   {playwrightDoc(stats(1, 0, 0, 1), "", pass), evidence.Counts{Passed: 1}, 0, false},
		"fewer passes than are listed":       {playwrightDoc(stats(0, 0, 0, 1), "", pass), evidence.Counts{Passed: 1}, 0, false},
		"stats without numbers":              {playwrightDoc(`"duration":1`, "", pass), evidence.Counts{Passed: 1}, 0, true},
		"stats that are no numbers":          {playwrightDoc(`"expected":"1"`, "", pass), evidence.Counts{Passed: 1}, 0, false},
		"a spec that is not ok":              {playwrightDoc(stats(1, 0, 0, 0), "", strings.Replace(pass, `"ok":true`, `"ok":false`, 1)), evidence.Counts{Passed: 1}, 0, false},
		"a spec without tests":               {playwrightDoc(stats(0, 0, 0, 0), "", `{"title":"a","ok":true}`), evidence.Counts{}, 0, false},
		"a spec without a title":             {playwrightDoc(stats(0, 0, 0, 0), "", `{"ok":true,"tests":[]}`), evidence.Counts{}, 0, false},
		"a spec that is no object":           {playwrightDoc(stats(0, 0, 0, 0), "", `7`), evidence.Counts{}, 0, false},
		"a test that is no object":           {playwrightDoc(stats(0, 0, 0, 0), "", `{"title":"a","ok":true,"tests":[7]}`), evidence.Counts{}, 0, false},
		"no suites":                          {`{"config":{},"errors":[],"stats":{` + stats(0, 0, 0, 0) + `}}`, evidence.Counts{}, 0, false},
		"a result status that stands twice":  {playwrightDoc(stats(1, 0, 0, 0), "", strings.Replace(pass, `"duration":1`, `"status":"failed"`, 1)), evidence.Counts{Failed: 1}, 0, false},
	})
}

func TestPlaywrightPlaces(t *testing.T) {
	r := readAs(t, PlaywrightJSON, `{"suites":[{"title":"a.spec.ts","file":"a.spec.ts","specs":[],"suites":[{"title":"b","file":"a.spec.ts","specs":[`+
		playwrightSpec("passed", "expected", "passed")+`],"suites":[{"title":"c","file":"a.spec.ts","specs":[`+playwrightSpec("passed", "unexpected", "failed")+`]}]}]},`+
		`{"title":"z.spec.ts","file":"z.spec.ts","specs":[`+strings.Replace(playwrightSpec("passed", "expected", "passed"), `"p"`, `""`, 1)+`]}]}`)
	var got []string
	for _, c := range r.Cases.All() {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s:%d", c.Suite, c.Class, c.Name, c.File, c.Line))
	}
	want := "[p] a.spec.ts|b|a|a.spec.ts:0\n[p] a.spec.ts|b > c|a|a.spec.ts:3\nz.spec.ts||a|a.spec.ts:0"
	if s := strings.Join(got, "\n"); s != want || r.Suites != 2 {
		t.Errorf("%d suites\n%s", r.Suites, s)
	}
}

func TestPlaywrightSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		playwrightDoc(`"expected":1`, ""):                                          true,
		`{"config":{"forbidOnly":false,"fullyParallel":true,"globalSe`:             true,
		`{"config":{"argv":["node","playwright","test","` + strings.Repeat("x", 9): true,
		`{"stats":{"expected":1,"unexpected":0,"flaky":0}}`:                        true,
		`{"stats":{"suites":1,"tests":1,"passes":1}}`:                              false,
		`{"suites":[]}`: false,
		`{"config":{}}`: false,
	} {
		if got := PlaywrightJSON.Sniff("x.json", []byte(doc)); got != want {
			t.Errorf("%s: claimed = %t", doc, got)
		}
	}
}

// FuzzPlaywright holds the reader to encoding/json for what is not JSON, and to
// never passing what no result passed.
func FuzzPlaywright(f *testing.F) {
	seedFuzz(f, "playwright-json")
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, PlaywrightJSON, string(data))
		if !json.Valid(data) && r.Conclusive() {
			t.Error("it is no JSON, and conclusive")
		}
		if c := r.Cases.Counts(); c.Passed > uint64(bytes.Count(data, []byte(`status`))) && !bytes.Contains(data, []byte(`\u`)) {
			t.Errorf("%d passed", c.Passed)
		}
	})
}

func BenchmarkPlaywright(b *testing.B) {
	const n = 20_000
	specs := make([]string, n)
	for i := range specs {
		specs[i] = fmt.Sprintf(`{"title":"returns %d","ok":true,"tags":[],"tests":[{"timeout":30000,"annotations":[],"expectedStatus":"passed","projectId":"chromium","projectName":"chromium","results":[{"workerIndex":0,"parallelIndex":0,"status":"passed","duration":12,"errors":[],"stdout":[],"stderr":[],"retry":0,"startTime":"2024-01-01T00:00:00.000Z","annotations":[],"attachments":[]}],"status":"expected"}],"id":"eca3cb261ec723bc3041-%d","file":"a.spec.ts","line":3,"column":1}`, i, i)
	}
	benchJSON(b, PlaywrightJSON, []byte(playwrightDoc(fmt.Sprintf(`"expected":%d,"unexpected":0,"flaky":0,"skipped":0`, n), "", specs...)), n)
}
