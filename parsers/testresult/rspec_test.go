package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

func rspecDoc(examples, summary string) string {
	return `{"version":"3.13.0","examples":[` + examples + `],"summary":{` + summary + `}}`
}

func TestRSpecCounts(t *testing.T) {
	const pass, fail, pend = `{"full_description":"a","status":"passed"}`, `{"full_description":"b","status":"failed"}`, `{"full_description":"c","status":"pending"}`
	checkJSON(t, RSpecJSON, map[string]jsonCase{
		"one of each":                   {rspecDoc(pass+","+fail+","+pend, `"example_count":3,"failure_count":1,"pending_count":1`), evidence.Counts{Passed: 1, Failed: 1, Skipped: 1}, 0, true},
		"errors outside of examples":    {rspecDoc("", `"example_count":0,"failure_count":0,"errors_outside_of_examples_count":2`), evidence.Counts{Errored: 2}, 0, true},
		"a failure and an error":        {rspecDoc(fail, `"example_count":1,"failure_count":1,"errors_outside_of_examples_count":1`), evidence.Counts{Failed: 1, Errored: 1}, 0, true},
		"another status":                {rspecDoc(`{"full_description":"a","status":"ok"}`, `"example_count":1,"failure_count":0`), evidence.Counts{Errored: 1}, 0, false},
		"failures that are not listed":  {rspecDoc(pass, `"example_count":1,"failure_count":1`), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"examples that are not listed":  {rspecDoc(pass, `"example_count":2,"failure_count":0`), evidence.Counts{Passed: 1}, 0, false},
		"an example without a name":     {rspecDoc(`{"status":"passed"}`, `"example_count":1,"failure_count":0`), evidence.Counts{Passed: 1}, 0, false},
		"an example that is no object":  {rspecDoc(`true`, `"example_count":0,"failure_count":0`), evidence.Counts{}, 0, false},
		"no summary":                    {`{"examples":[` + pass + `]}`, evidence.Counts{Passed: 1}, 0, false},
		"a summary that counts nothing": {rspecDoc(pass, ""), evidence.Counts{Passed: 1}, 0, false},
		"an error count that is none":   {rspecDoc(pass, `"example_count":1,"failure_count":0,"errors_outside_of_examples_count":"x"`), evidence.Counts{Passed: 1}, 0, false},
		"no examples":                   {`{"summary":{"example_count":0,"failure_count":0}}`, evidence.Counts{}, 0, false},
		"nothing ran":                   {rspecDoc("", `"example_count":0,"failure_count":0`), evidence.Counts{}, 0, true},
	})
}

// FuzzRSpec holds the reader to encoding/json for what is not JSON, and to never being
// green where an error stands outside of the examples.
func FuzzRSpec(f *testing.F) {
	seedFuzz(f, "rspec-json")
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, RSpecJSON, string(data))
		if !json.Valid(data) && r.Conclusive() {
			t.Error("it is no JSON, and conclusive")
		}
		var doc struct {
			Examples []struct{ Status string }
		}
		if json.Unmarshal(data, &doc) != nil || hasOddNames(data) {
			return
		}
		failed := 0
		for _, e := range doc.Examples {
			if e.Status == "failed" {
				failed++
			}
		}
		if c := r.TestCounts(); r.Conclusive() && c.Failed != uint64(failed) {
			t.Errorf("%d failures, %+v", failed, c)
		}
	})
}

func BenchmarkRSpec(b *testing.B) {
	const n = 20_000
	var examples bytes.Buffer
	for i := range n {
		if i > 0 {
			examples.WriteString(",\n")
		}
		fmt.Fprintf(&examples, `{"id":"./spec/handler_spec.rb[1:%d]","description":"returns %d","full_description":"handler returns %d","status":"passed","file_path":"./spec/handler_spec.rb","line_number":%d,"run_time":0.0123,"pending_message":null}`, i, i, i, i)
	}
	benchJSON(b, RSpecJSON, []byte(rspecDoc(examples.String(), fmt.Sprintf(`"example_count":%d,"failure_count":0`, n))), n)
}
