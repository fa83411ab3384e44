package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func mochaDoc(stats, tests, pending, failures, passes string) string {
	return `{"stats":{` + stats + `},"tests":[` + tests + `],"pending":[` + pending + `],"failures":[` + failures + `],"passes":[` + passes + `]}`
}

func TestMochaCounts(t *testing.T) {
	const a, b = `{"title":"a","fullTitle":"s a","err":{}}`, `{"title":"b","fullTitle":"s b","err":{}}`
	thrown := func(err string) string { return `{"title":"a","fullTitle":"s a","err":{` + err + `}}` }
	checkJSON(t, MochaJSON, map[string]jsonCase{
		"passed, pending, failed":      {mochaDoc(`"tests":2,"passes":1,"failures":0`, a+","+b, b, "", a), evidence.Counts{Passed: 1, Skipped: 1}, 0, true},
		"an assertion":                 {mochaDoc(`"tests":1,"failures":1`, a, "", thrown(`"name":"AssertionError","message":"x","stack":"AssertionError: x"`), ""), evidence.Counts{Failed: 1}, 0, true},
		"an assertion by its stack":    {mochaDoc(`"tests":1,"failures":1`, a, "", thrown(`"message":"x","stack":"AssertionError [ERR_ASSERTION]: x"`), ""), evidence.Counts{Failed: 1}, 0, true},
		"an error":                     {mochaDoc(`"tests":1,"failures":1`, a, "", thrown(`"message":"x","stack":"TypeError: x"`), ""), evidence.Counts{Errored: 1}, 0, true},
		"an error that is uncaught":    {mochaDoc(`"tests":1,"failures":1`, a, "", thrown(`"message":"x","stack":"Uncaught Error: x"`), ""), evidence.Counts{Errored: 1}, 0, true},
		"a hook":                       {mochaDoc(`"tests":0,"failures":1`, "", "", `{"title":"\"before all\" hook","fullTitle":"s \"before all\" hook","err":{"message":"x"}}`, ""), evidence.Counts{Errored: 1}, 0, true},
		"retried":                      {mochaDoc(`"tests":1,"passes":1`, a, "", "", `{"title":"a","fullTitle":"s a","currentRetry":1,"err":{}}`), evidence.Counts{Passed: 1}, 1, true},
		"an absurd number of retries":  {mochaDoc(`"tests":1,"passes":1`, a, "", "", `{"title":"a","fullTitle":"s a","currentRetry":9007199254740992}`), evidence.Counts{Passed: 1}, 1, true},
		"a test without an outcome":    {mochaDoc(`"tests":2,"passes":1,"failures":0`, a+","+b, "", "", a), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"equal names, one outcome":     {mochaDoc(`"tests":2,"passes":1`, a+","+a, "", "", a), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"failures that are not listed": {mochaDoc(`"tests":1,"passes":1,"failures":2`, a, "", "", a), evidence.Counts{Passed: 1, Errored: 2}, 0, false},
		"tests that are not listed":    {mochaDoc(`"tests":9,"passes":1,"failures":0`, a, "", "", a), evidence.Counts{Passed: 1}, 0, false},
		"passes that are not counted":  {mochaDoc(`"tests":1,"passes":0,"failures":0`, a, "", "", a), evidence.Counts{Passed: 1}, 0, false},
		"passed and failed":            {mochaDoc(`"tests":1,"passes":1,"failures":1`, a, "", thrown(`"name":"AssertionError"`), a), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"no stats":                     {`{"tests":[],"passes":[],"failures":[]}`, evidence.Counts{}, 0, false},
		"failures that are no list":    {`{"stats":{"tests":1},"tests":[` + a + `],"passes":[` + a + `],"failures":null}`, evidence.Counts{Passed: 1}, 0, false},
		"a test that is no object":     {mochaDoc(`"tests":0`, "", "", "1", ""), evidence.Counts{}, 0, false},
		"a test without a title":       {mochaDoc(`"tests":1,"passes":1`, "{}", "", "", "{}"), evidence.Counts{Passed: 1}, 0, false},
		"passes before tests":          {`{"stats":{"tests":1},"passes":[` + a + `],"failures":[],"tests":[` + a + `]}`, evidence.Counts{Passed: 1}, 0, true},
		"cut after what it needs":      {`{"stats":{"tests":1},"passes":[` + a + `],"failures":[]`, evidence.Counts{Passed: 1}, 0, false},
		"nothing ran":                  {mochaDoc(`"tests":0,"passes":0,"failures":0`, "", "", "", ""), evidence.Counts{}, 0, true},
	})
}

func TestMochaSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		mochaDoc(`"suites":1,"tests":1,"passes":1`, "", "", "", ""):                  true,
		"{\n  \"stats\": {\n    \"suites\": 0, \"tests\": 0, \"passes\": 0,\n":       true,
		`{"stats":{"suites":1,"tests":1,"passes":1,"testsRegistered":1},"results":[`: false,
		`{"results":{"summary":{"tests":1,"passes":1}}}`:                             false,
		`{"stats":1}`: false,
	} {
		if got := MochaJSON.Sniff("x.json", []byte(doc)); got != want {
			t.Errorf("%s: claimed = %t", doc, got)
		}
	}
}

// FuzzMocha holds the reader to encoding/json for what is not JSON, and to never
// being green where an entry stands in failures.
func FuzzMocha(f *testing.F) {
	seedFuzz(f, "mocha-json")
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, MochaJSON, string(data))
		if !json.Valid(data) && r.Conclusive() {
			t.Error("it is no JSON, and conclusive")
		}
		var doc map[string]json.RawMessage
		var failures []struct{}
		if json.Unmarshal(data, &doc) != nil || json.Unmarshal(doc["failures"], &failures) != nil {
			return
		}
		if c := r.TestCounts(); r.Conclusive() && c.Failed+c.Errored < uint64(len(failures)) {
			t.Errorf("%d failures, %+v", len(failures), c)
		}
	})
}

func BenchmarkMocha(b *testing.B) {
	const n = 20_000
	var tests bytes.Buffer
	for i := range n {
		if i > 0 {
			tests.WriteString(",\n")
		}
		fmt.Fprintf(&tests, `{"title":"returns %d","fullTitle":"service handler%d returns %d","file":"/app/test/handler.js","duration":3,"currentRetry":0,"speed":"fast","err":{}}`, i, i/20, i)
	}
	benchJSON(b, MochaJSON, []byte(mochaDoc(fmt.Sprintf(`"tests":%d,"passes":%d,"failures":0`, n, n), tests.String(), "", "", tests.String())), n)
}
