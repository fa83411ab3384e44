package testresult

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

func cucumberDoc(more string, elements ...string) string {
	return `[{"uri":"a.feature","keyword":"Feature","name":"A",` + more + `"elements":[` + strings.Join(elements, ",") + `]}]`
}

// cucumberElem is a scenario whose steps have the statuses given; "-" is a step without a result.
func cucumberElem(kind, more string, statuses ...string) string {
	steps := make([]string, len(statuses))
	for i, s := range statuses {
		steps[i] = `{"keyword":"Given ","name":"a step","result":{"status":"` + s + `","duration":1000}}`
		if s == "-" {
			steps[i] = `{"keyword":"Given ","name":"a step"}`
		}
	}
	return `{"type":"` + kind + `","keyword":"Scenario","name":"a","line":3,` + more + `"steps":[` + strings.Join(steps, ",") + `]}`
}

func TestCucumberCounts(t *testing.T) {
	scenario := func(statuses ...string) string { return cucumberElem("scenario", "", statuses...) }
	hook := func(where, status string) string { return `"` + where + `":[{"result":{"status":"` + status + `"}}],` }
	pass := scenario("passed")
	checkJSON(t, CucumberJSON, map[string]jsonCase{
		"passed and failed":                    {cucumberDoc("", scenario("passed", "passed"), scenario("passed", "failed", "skipped")), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"undefined, pending and ambiguous":     {cucumberDoc("", scenario("undefined"), scenario("pending", "skipped"), scenario("ambiguous")), evidence.Counts{Failed: 3}, 0, true},
		"passed and then skipped":              {cucumberDoc("", scenario("passed", "skipped")), evidence.Counts{Skipped: 1}, 0, true},
		"capital letters":                      {cucumberDoc("", scenario("PASSED"), scenario("Failed")), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"unknown to the writer":                {cucumberDoc("", scenario("passed", "unknown")), evidence.Counts{Errored: 1}, 0, true},
		"unknown to us":                        {cucumberDoc("", scenario("passed", "fine")), evidence.Counts{Errored: 1}, 0, false},
		"a long word that begins as one":       {cucumberDoc("", scenario("passedpassedpassedpassed")), evidence.Counts{Errored: 1}, 0, false},
		"a step without a status":              {cucumberDoc("", `{"type":"scenario","name":"a","steps":[{"result":{}}]}`), evidence.Counts{Errored: 1}, 0, false},
		"a step without a result":              {cucumberDoc("", scenario("passed", "-")), evidence.Counts{Errored: 1}, 0, false},
		"no steps":                             {cucumberDoc("", scenario()), evidence.Counts{Skipped: 1}, 0, true},
		"a hook before that failed":            {cucumberDoc("", cucumberElem("scenario", hook("before", "failed"), "skipped")), evidence.Counts{Failed: 1}, 0, true},
		"a hook after that failed":             {cucumberDoc("", cucumberElem("scenario", hook("after", "failed"), "passed")), evidence.Counts{Failed: 1}, 0, true},
		"a hook of a step that failed":         {cucumberDoc("", `{"type":"scenario","name":"a","steps":[{"result":{"status":"passed"},`+strings.TrimSuffix(hook("after", "failed"), ",")+`}]}`), evidence.Counts{Failed: 1}, 0, true},
		"a background that passed":             {cucumberDoc("", cucumberElem("background", "", "passed"), pass), evidence.Counts{Passed: 1}, 0, true},
		"a background that failed":             {cucumberDoc("", cucumberElem("background", "", "failed"), scenario("skipped"), pass), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"a background's hook that failed":      {cucumberDoc("", cucumberElem("background", hook("before", "failed"), "skipped"), pass), evidence.Counts{Failed: 1}, 0, true},
		"a background and no scenario":         {cucumberDoc("", cucumberElem("background", "", "failed")), evidence.Counts{Failed: 1}, 0, true},
		"a background of the feature before":   {strings.TrimSuffix(cucumberDoc("", cucumberElem("background", "", "failed")), "]") + "," + strings.TrimPrefix(cucumberDoc("", pass), "["), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"behave: not run after a failure":      {cucumberDoc(`"status":"failed",`, cucumberElem("scenario", `"status":"failed",`, "failed", "-")), evidence.Counts{Failed: 1}, 0, true},
		"behave: a background is only listed":  {cucumberDoc("", cucumberElem("background", "", "-"), cucumberElem("scenario", `"status":"passed",`, "passed")), evidence.Counts{Passed: 1}, 0, true},
		"behave: not run at all":               {cucumberDoc(`"status":"untested",`, cucumberElem("scenario", `"status":"untested",`, "-", "-")), evidence.Counts{Skipped: 1}, 0, true},
		"behave: passed without a result":      {cucumberDoc("", cucumberElem("scenario", `"status":"passed",`, "-")), evidence.Counts{Skipped: 1}, 0, true},
		"behave: passed, and a step failed":    {cucumberDoc("", cucumberElem("scenario", `"status":"passed",`, "failed")), evidence.Counts{Failed: 1}, 0, true},
		"behave: failed, and the steps passed": {cucumberDoc("", cucumberElem("scenario", `"status":"failed",`, "passed")), evidence.Counts{Failed: 1}, 0, true},
		"behave: an error of a hook":           {cucumberDoc("", cucumberElem("scenario", `"status":"hook_error",`, "passed")), evidence.Counts{Errored: 1}, 0, true},
		"behave: another status":               {cucumberDoc("", cucumberElem("scenario", `"status":"fine",`, "passed")), evidence.Counts{Errored: 1}, 0, false},
		"behave: a feature that failed":        {cucumberDoc(`"status":"failed",`, cucumberElem("scenario", `"status":"passed",`, "passed")), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"behave: a feature of another status":  {cucumberDoc(`"status":"fine",`, pass), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"two of one name":                      {cucumberDoc("", scenario("failed"), pass), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"a feature without scenarios":          {`[{"uri":"a.feature","keyword":"Feature","name":"A"}]`, evidence.Counts{}, 0, true},
		"no feature":                           {`[]`, evidence.Counts{}, 0, false},
		"a feature that is no object":          {`[7]`, evidence.Counts{}, 0, false},
		"a scenario that is no object":         {cucumberDoc("", `7`), evidence.Counts{}, 0, false},
		"a step that is no object":             {cucumberDoc("", `{"type":"scenario","name":"a","steps":[7]}`), evidence.Counts{Skipped: 1}, 0, false},
		"a status that stands twice":           {cucumberDoc("", `{"type":"scenario","name":"a","steps":[{"result":{"status":"failed","status":"passed"}}]}`), evidence.Counts{Passed: 1}, 0, false},
		"an object":                            {`{"elements":[]}`, evidence.Counts{}, 0, false},
	})
}

func TestCucumberPlaces(t *testing.T) {
	r := readAs(t, CucumberJSON, `[{"elements":[`+cucumberElem("scenario", "", "failed")+`,{"type":"scenario","name":"","line":9,"steps":[{"result":{"status":"passed","duration":2500}}]}],"name":"A","keyword":"Feature","uri":"a.feature"},`+
		`{"elements":[{"type":"scenario","name":"b","location":"b.feature:12","status":"failed","steps":[{"result":{"status":"failed","duration":0.5,"error_message":["one","two"]}}]}],"name":"B","keyword":"Feature","location":"b.feature:1"}]`)
	a, unnamed, b := r.Cases.At(0), r.Cases.At(1), r.Cases.At(2)
	if a.Suite != "a.feature" || a.Class != "A" || a.Name != "a" || a.File != "a.feature" || a.Line != 3 {
		t.Errorf("%+v", a)
	}
	if unnamed.Name != "line 9" || unnamed.Duration != 2*time.Microsecond {
		t.Errorf("%+v", unnamed)
	}
	if b.Suite != "b.feature" || b.File != "b.feature" || b.Line != 12 || b.Message != "one\ntwo" || b.Duration != time.Second/2 || r.Suites != 2 {
		t.Errorf("%+v, %d suites", b, r.Suites)
	}
}

func TestCucumberSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		cucumberDoc("", ""): true,
		`[{"line":1,"elements":[{"start_timestamp":"2024","before":[{"resu`:     true,
		`[{"elements":[{"description":"","id":"a;b","keyword":"Scenario","lin`:  true,
		`[{"id":"a","keyword":"Feature","line":1,"uri":"a.feature"`:             true,
		"[\n{\n\"elements\": [\n{\n\"keyword\": \"Background\"":                 true,
		`[{"line":1,"elements":[]}]`:                                            false,
		`[{"keyword":"a"}]`:                                                     false,
		`{"elements":[{"steps":[]}]}`:                                           false,
		`[{"filePath":"a.js","messages":[]}]`:                                   false,
		`[{"a":1},{"keyword":"Feature","uri":"a.feature","elements":[]}]`:       false,
		`[{"elements":["steps"],"keywords":"Feature","uri":"a.feature"}]`:       false,
		`[{"description":"x","check_name":"y","location":{"path":"a","lines":1`: false,
		`[]`: false,
	} {
		if got := CucumberJSON.Sniff("x.json", []byte(doc)); got != want {
			t.Errorf("%s: claimed = %t", doc, got)
		}
	}
}

// FuzzCucumber holds the reader to encoding/json for what is not JSON, and to
// being bad where a step of a scenario has failed.
func FuzzCucumber(f *testing.F) {
	seedFuzz(f, "cucumber-json")
	type step struct{ Result struct{ Status string } }
	type doc []struct{ Elements []struct{ Steps []step } }
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, CucumberJSON, string(data))
		if !json.Valid(data) && r.Conclusive() {
			t.Error("it is no JSON, and conclusive")
		}
		var d doc
		if json.Unmarshal(data, &d) != nil || hasOddNames(data) || !r.Conclusive() {
			return
		}
		for _, feature := range d {
			for _, e := range feature.Elements {
				for _, s := range e.Steps {
					if c := r.Cases.Counts(); s.Result.Status == "failed" && c.Failed+c.Errored == 0 {
						t.Errorf("a step has failed: %+v", c)
					}
				}
			}
		}
	})
}

func BenchmarkCucumber(b *testing.B) {
	const n = 10_000
	elements := make([]string, n)
	for i := range elements {
		elements[i] = strings.Replace(cucumberElem("scenario", `"description":"","id":"a;b","tags":[],`, "passed", "passed", "passed"), `"a"`, fmt.Sprintf(`"a %d"`, i), 1)
	}
	benchJSON(b, CucumberJSON, bytes.Clone([]byte(cucumberDoc("", elements...))), n)
}
