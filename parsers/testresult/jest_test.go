package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func jestDoc(totals string, files ...string) string {
	return `{` + totals + `,"openHandles":[],"testResults":[` + strings.Join(files, ",") + `],"wasInterrupted":false}`
}

func jestFile(status, message string, tests ...string) string {
	return `{"assertionResults":[` + strings.Join(tests, ",") + `],"message":"` + message + `","name":"/a.test.js","status":"` + status + `"}`
}

func jestAssert(status, more string) string {
	return `{"ancestorTitles":["s","t"],"duration":1,"failureMessages":[],` + more + `"status":"` + status + `","title":"a"}`
}

// What either writes, and what is counted of it.
func TestJestAndVitestCounts(t *testing.T) {
	pass, fail, skip := jestAssert("passed", ""), jestAssert("failed", ""), jestAssert("skipped", "")
	table := map[string]jsonCase{
		"pass and fail":                        {jestDoc(`"numTotalTests":2,"numPassedTests":1,"numFailedTests":1,"success":false`, jestFile("failed", "", pass, fail)), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"skipped, todo and disabled":           {jestDoc(`"numTotalTests":3,"success":true`, jestFile("passed", "", skip, jestAssert("todo", ""), jestAssert("disabled", ""))), evidence.Counts{Skipped: 3}, 0, true},
		"another status":                       {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("fine", ""))), evidence.Counts{Errored: 1}, 0, false},
		"focused says nothing of a test":       {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("focused", ""))), evidence.Counts{Errored: 1}, 0, false},
		"no status":                            {jestDoc(`"numTotalTests":1`, jestFile("passed", "", `{"title":"a"}`)), evidence.Counts{Errored: 1}, 0, false},
		"no title":                             {jestDoc(`"numTotalTests":1`, jestFile("passed", "", `{"status":"passed"}`)), evidence.Counts{Passed: 1}, 0, false},
		"a test that is no object":             {jestDoc(`"numTotalTests":0`, jestFile("passed", "", `7`)), evidence.Counts{}, 0, false},
		"a file that did not load":             {jestDoc(`"numTotalTests":1,"numFailedTests":0,"success":false`, jestFile("passed", "", pass), jestFile("failed", "no module")), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"a failed file of passed tests":        {jestDoc(`"numTotalTests":1,"numFailedTests":0,"success":false`, jestFile("failed", "", pass)), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"a failed file of skipped tests":       {jestDoc(`"numTotalTests":1,"numFailedTests":0,"success":false`, jestFile("failed", "", skip)), evidence.Counts{Skipped: 1, Errored: 1}, 0, true},
		"a passed file of a failed test":       {jestDoc(`"numTotalTests":1,"numFailedTests":1,"success":false`, jestFile("passed", "", fail)), evidence.Counts{Failed: 1}, 0, true},
		"a file of another status":             {jestDoc(`"numTotalTests":1`, jestFile("fine", "", pass)), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"a file without a list":                {jestDoc(`"numTotalTests":0`, `{"name":"a","status":"passed"}`), evidence.Counts{}, 0, false},
		"a file that is no object":             {jestDoc(`"numTotalTests":0`, `"a"`), evidence.Counts{}, 0, false},
		"failed without a failure":             {jestDoc(`"numTotalTests":1,"success":false`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"failed and empty":                     {jestDoc(`"numTotalTests":0,"success":false`), evidence.Counts{}, 0, false},
		"nothing ran":                          {jestDoc(`"numTotalTests":0,"success":true`), evidence.Counts{}, 0, true},
		"more failures than are listed":        {jestDoc(`"numTotalTests":2,"numFailedTests":2`, jestFile("failed", "", pass, fail)), evidence.Counts{Passed: 1, Failed: 1, Errored: 1}, 0, false},
		"failures that a lost file counted":    {jestDoc(`"numTotalTests":1,"numFailedTests":1`, jestFile("passed", "", pass), jestFile("failed", "x")), evidence.Counts{Passed: 1, Errored: 2}, 0, false},
		"more tests than are listed":           {jestDoc(`"numTotalTests":3,"numFailedTests":0`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"fewer passes than are listed":         {jestDoc(`"numTotalTests":1,"numPassedTests":0`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"fewer failures than are listed":       {jestDoc(`"numTotalTests":1,"numFailedTests":0`, jestFile("failed", "", fail)), evidence.Counts{Failed: 1}, 0, true},
		"no totals":                            {jestDoc(`"success":true`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"no results":                           {`{"numTotalTests":0}`, evidence.Counts{}, 0, false},
		"results that are no list":             {`{"numTotalTests":0,"testResults":null}`, evidence.Counts{}, 0, false},
		"success that is text":                 {jestDoc(`"numTotalTests":1,"success":"true"`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"a status that stands twice":           {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("failed", `"status":"passed",`))), evidence.Counts{Failed: 1}, 0, false},
		"errors of attempts before it passed":  {jestDoc(`"numTotalTests":1`, jestFile("passed", "", `{"status":"passed","title":"a","failureMessages":["x"]}`)), evidence.Counts{Passed: 1}, 1, true},
		"a thousand million retries":           {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("passed", `"invocations":9007199254740992,`))), evidence.Counts{Passed: 1}, 1, true},
		"failed in every attempt is not flaky": {jestDoc(`"numTotalTests":1,"numFailedTests":1`, jestFile("failed", "", jestAssert("failed", `"invocations":3,`))), evidence.Counts{Failed: 1}, 0, true},
	}
	t.Run("jest", func(t *testing.T) { checkJSON(t, JestJSON, table) })
	t.Run("vitest", func(t *testing.T) { checkJSON(t, VitestJSON, table) })
}

func TestJestCounts(t *testing.T) {
	pass, fail := jestAssert("passed", ""), jestAssert("failed", "")
	checkJSON(t, JestJSON, map[string]jsonCase{
		"pending":                                 {jestDoc(`"numTotalTests":1`, jestFile("focused", "", jestAssert("pending", ""))), evidence.Counts{Skipped: 1}, 0, true},
		"retried":                                 {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("passed", `"retryReasons":["x"],`))), evidence.Counts{Passed: 1}, 1, true},
		"retried without reasons":                 {jestDoc(`"numTotalTests":1`, jestFile("passed", "", jestAssert("passed", `"invocations":2,`))), evidence.Counts{Passed: 1}, 1, true},
		"a message of what failed":                {jestDoc(`"numTotalTests":1,"numFailedTests":1`, jestFile("failed", "● s › t › a", fail)), evidence.Counts{Failed: 1}, 0, true},
		"an error outside of the tests":           {jestDoc(`"numTotalTests":1,"numFailedTests":1,"numRuntimeErrorTestSuites":1`, jestFile("failed", "x", fail)), evidence.Counts{Failed: 1, Errored: 1}, 0, true},
		"a file that did not load, counted":       {jestDoc(`"numTotalTests":1,"numFailedTests":0,"numRuntimeErrorTestSuites":1`, jestFile("passed", "", pass), jestFile("failed", "x")), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"files that are not listed":               {jestDoc(`"numTotalTests":1,"numTotalTestSuites":2`, jestFile("passed", "", pass)), evidence.Counts{Passed: 1}, 0, false},
		"a file that did not load, by jest-junit": {jestDoc(`"numTotalTests":1,"numFailedTests":0,"numRuntimeErrorTestSuites":1,"success":false`, jestFile("passed", "", pass), jestFile("failed", "x", `{"ancestorTitles":[],"failureMessages":["x"],"status":"error"}`)), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"interrupted":                             {`{"numTotalTests":1,"testResults":[` + jestFile("passed", "", pass) + `],"wasInterrupted":true}`, evidence.Counts{Passed: 1}, 0, false},
		"in memory":                               {jestDoc(`"numTotalTests":1`, `{"testFilePath":"/a.js","testResults":[`+pass+`]}`), evidence.Counts{Passed: 1}, 0, true},
		"in memory, an error and a passed test":   {jestDoc(`"numTotalTests":1`, `{"testFilePath":"/a.js","testExecError":{"message":"x"},"testResults":[`+pass+`]}`), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
	})
}

func TestVitestCounts(t *testing.T) {
	pass, fail, skip := jestAssert("passed", ""), jestAssert("failed", ""), jestAssert("skipped", "")
	other := `{"ancestorTitles":["other"],"status":"skipped","title":"a","failureMessages":[]}`
	checkJSON(t, VitestJSON, map[string]jsonCase{
		"pending":                           {jestDoc(`"numTotalTests":2`, jestFile("passed", "", pass, jestAssert("pending", ""))), evidence.Counts{Passed: 1, Skipped: 1}, 0, false},
		"a hook of the file and a failure":  {jestDoc(`"numTotalTests":1,"numFailedTests":1`, jestFile("failed", "x", fail)), evidence.Counts{Failed: 1, Errored: 1}, 0, true},
		"a file, two blocks and a failure":  {jestDoc(`"numTotalTests":1,"numFailedTests":1,"numFailedTestSuites":3`, jestFile("failed", "", fail)), evidence.Counts{Failed: 1}, 0, true},
		"equal blocks in two files":         {jestDoc(`"numTotalTests":2,"numFailedTests":2,"numFailedTestSuites":6`, jestFile("failed", "", fail), jestFile("failed", "", fail)), evidence.Counts{Failed: 2}, 0, true},
		"a hook that failed in a block":     {jestDoc(`"numTotalTests":1,"numFailedTests":0,"numFailedTestSuites":3`, jestFile("failed", "", skip)), evidence.Counts{Skipped: 1, Errored: 1}, 0, true},
		"a hook that failed beside a test":  {jestDoc(`"numTotalTests":2,"numFailedTests":1,"numFailedTestSuites":4`, jestFile("failed", "", fail, other)), evidence.Counts{Failed: 1, Skipped: 1}, 0, false},
		"a failed test and a skipped block": {jestDoc(`"numTotalTests":2,"numFailedTests":1,"numFailedTestSuites":3`, jestFile("failed", "", fail, other)), evidence.Counts{Failed: 1, Skipped: 1}, 0, true},
	})
}

// The names come after the results in a report, and belong to them all the same.
func TestJestPlaces(t *testing.T) {
	r := readAs(t, JestJSON, jestDoc(`"numTotalTests":2`, jestFile("failed", "", jestAssert("passed", ""), jestAssert("failed", `"location":{"line":7,"column":1},`)), strings.ReplaceAll(jestFile("failed", "no module"), "/a.", "/b.")))
	for i, want := range []evidence.Case{
		{Suite: "/a.test.js", Class: "s > t", Name: "a", Outcome: evidence.Passed, Detail: evidence.Detail{File: "/a.test.js"}},
		{Suite: "/a.test.js", Class: "s > t", Name: "a", Outcome: evidence.Failed, Detail: evidence.Detail{File: "/a.test.js", Line: 7}},
		{Suite: "/b.test.js", Name: "[test file]", Outcome: evidence.Errored, Detail: evidence.Detail{File: "/b.test.js", Message: "no module"}},
	} {
		c := r.Cases.At(i)
		if c.Suite != want.Suite || c.Class != want.Class || c.Name != want.Name || c.Outcome != want.Outcome || c.File != want.File || c.Line != want.Line || c.Message != want.Message {
			t.Errorf("%+v", c)
		}
	}
	if r.Suites != 2 {
		t.Errorf("%d suites", r.Suites)
	}
}

func TestJestSniff(t *testing.T) {
	for doc, want := range map[string][2]bool{
		`{"numFailedTestSuites":0,"numFailedTests":0,"numRuntimeErrorTestSuites":0,"numTotal`: {true, false},
		`{"numTotalTestSuites":1,"numPassedTestSuites":1,"numFailedTestSuites":0,"testRes`:    {false, true},
		`{"success":true,"openHandles":[],"numTotalTests":1,`:                                 {true, false},
		`{"testResults":[{"assertionResults":[{"title":"a","numPassingAsserts":1`:             {true, false},
		`{"testResults":[{"assertionResults":[{"title":"a","status":"passed"`:                 {false, true},
		`{"testResults":[{"leaks":false,"testFilePath":"/a.js"`:                               {false, false},
		`{"testResults":[]}`:                                      {false, false},
		`{"stats":{"suites":1,"tests":1,"passes":1}}`:             {false, false},
		`[{"numTotalTests":1}]`:                                   {false, false},
		`{"results":{"summary":{"tests":1},"numTotalTests":"1"}}`: {false, false},
	} {
		if got := [2]bool{JestJSON.Sniff("x.json", []byte(doc)), VitestJSON.Sniff("x.json", []byte(doc))}; got != want {
			t.Errorf("%s: claimed by Jest, by Vitest = %v", doc, got)
		}
	}
}

// FuzzJest holds both readers to encoding/json, and to each other.
func FuzzJest(f *testing.F) {
	seedFuzz(f, "jest-json")
	seedFuzz(f, "vitest-json")
	type doc struct {
		TestResults []struct {
			AssertionResults []struct{ Status string }
			TestResults      []struct{ Status string }
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, v := readAs(t, JestJSON, string(data)), readAs(t, VitestJSON, string(data))
		if !json.Valid(data) && (r.Conclusive() || v.Conclusive()) {
			t.Error("it is no JSON, and conclusive")
		}
		var d doc
		if json.Unmarshal(data, &d) != nil || hasOddNames(data) || !r.Conclusive() {
			return
		}
		failed := 0
		for _, file := range d.TestResults {
			for _, c := range append(file.AssertionResults, file.TestResults...) {
				if c.Status == "failed" {
					failed++
				}
			}
		}
		if a, b := r.Cases.Counts(), v.Cases.Counts(); a.Failed != uint64(failed) || b.Failed != a.Failed || b.Passed != a.Passed || b.Skipped != a.Skipped {
			t.Errorf("Jest %+v, Vitest %+v, by the book %d failed", a, b, failed)
		}
	})
}

func BenchmarkJest(b *testing.B) {
	const n = 20_000
	var files []string
	for i := range n / 20 {
		var tests bytes.Buffer
		for k := range 20 {
			if k > 0 {
				tests.WriteString(",\n")
			}
			fmt.Fprintf(&tests, `{"ancestorTitles":["service","handler %d"],"duration":3,"failing":false,"failureDetails":[],"failureMessages":[],"fullName":"service handler %d returns %d","invocations":1,"location":null,"numPassingAsserts":1,"retryReasons":[],"status":"passed","title":"returns %d"}`, i, i, k, k)
		}
		files = append(files, jestFile("passed", "", tests.String()))
	}
	benchJSON(b, JestJSON, []byte(jestDoc(fmt.Sprintf(`"numTotalTests":%d,"numPassedTests":%d,"numFailedTests":0,"success":true`, n, n), files...)), n)
}
