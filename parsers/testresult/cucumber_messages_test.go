package testresult

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// messages writes a run of one scenario of two steps; each argument is a line
// after the case was made.
func messages(lines ...string) string {
	const head = `{"meta":{"protocolVersion":"25.0.0"}}
{"pickle":{"id":"p","uri":"a.feature","name":"a","steps":[],"astNodeIds":[],"location":{"line":3,"column":1}}}
{"testRunStarted":{"timestamp":{}}}
{"testCase":{"id":"c","pickleId":"p","testSteps":[{"id":"1"},{"id":"2"}]}}
`
	return head + strings.Join(lines, "\n") + "\n"
}

func messageStart(id string) string {
	return `{"testCaseStarted":{"id":"` + id + `","testCaseId":"c"}}`
}
func messageStep(id, status string) string {
	return `{"testStepFinished":{"testCaseStartedId":"` + id + `","testStepResult":{"status":"` + status + `","duration":{"seconds":1,"nanos":5000000}}}}`
}
func messageEnd(id string, again bool) string {
	return fmt.Sprintf(`{"testCaseFinished":{"testCaseStartedId":"%s","willBeRetried":%t}}`, id, again)
}
func messageDone(success bool) string {
	return fmt.Sprintf(`{"testRunFinished":{"success":%t}}`, success)
}

func TestCucumberMessagesCounts(t *testing.T) {
	one := func(a, b string) string {
		return messages(messageStart("r"), messageStep("r", a), messageStep("r", b), messageEnd("r", false), messageDone(false))
	}
	passed := []string{messageStart("r"), messageStep("r", "PASSED"), messageStep("r", "PASSED"), messageEnd("r", false)}
	with := func(more ...string) string { return messages(append(append([]string{}, passed...), more...)...) }
	const noSteps = `{"testCase":{"id":"d","pickleId":"p","testSteps":[]}}` + "\n" + `{"testCaseStarted":{"id":"x","testCaseId":"d"}}` + "\n" + `{"testCaseFinished":{"testCaseStartedId":"x"}}`
	first := []string{messageStart("r"), messageStep("r", "FAILED"), messageStep("r", "SKIPPED"), messageEnd("r", true)}
	second := func(a, b string) string {
		return messages(append(append([]string{}, first...), messageStart("q"), messageStep("q", a), messageStep("q", b), messageEnd("q", false), messageDone(true))...)
	}
	checkJSON(t, CucumberMessages, map[string]jsonCase{
		"passed":                             {with(messageDone(true)), evidence.Counts{Passed: 1}, 0, true},
		"failed":                             {one("PASSED", "FAILED"), evidence.Counts{Failed: 1}, 0, true},
		"the worst step counts":              {one("FAILED", "SKIPPED"), evidence.Counts{Failed: 1}, 0, true},
		"undefined":                          {one("PASSED", "UNDEFINED"), evidence.Counts{Failed: 1}, 0, true},
		"pending":                            {one("PENDING", "SKIPPED"), evidence.Counts{Failed: 1}, 0, true},
		"ambiguous":                          {one("AMBIGUOUS", "SKIPPED"), evidence.Counts{Failed: 1}, 0, true},
		"unknown":                            {one("PASSED", "UNKNOWN"), evidence.Counts{Errored: 1}, 0, true},
		"another status":                     {one("PASSED", "FINE"), evidence.Counts{Errored: 1}, 0, false},
		"no status":                          {one("PASSED", ""), evidence.Counts{Errored: 1}, 0, false},
		"skipped":                            {messages(messageStart("r"), messageStep("r", "SKIPPED"), messageStep("r", "SKIPPED"), messageEnd("r", false), messageDone(true)), evidence.Counts{Skipped: 1}, 0, true},
		"no steps":                           {with(noSteps, messageDone(true)), evidence.Counts{Passed: 1, Skipped: 1}, 0, true},
		"a step without a result":            {messages(messageStart("r"), messageStep("r", "PASSED"), messageEnd("r", false), messageDone(true)), evidence.Counts{Errored: 1}, 0, true},
		"flaky":                              {second("PASSED", "PASSED"), evidence.Counts{Passed: 1}, 1, true},
		"failed again":                       {second("FAILED", "SKIPPED"), evidence.Counts{Failed: 1}, 0, true},
		"no second attempt":                  {messages(append(append([]string{}, first...), messageDone(false))...), evidence.Counts{Errored: 1}, 0, true},
		"retried, as it was said before":     {messages(messageStart("r"), strings.Replace(messageStep("r", "FAILED"), `"status"`, `"willBeRetried":true,"status"`, 1), messageStep("r", "SKIPPED"), `{"testCaseFinished":{"testCaseStartedId":"r"}}`, messageStart("q"), messageStep("q", "PASSED"), messageStep("q", "PASSED"), messageEnd("q", false), messageDone(true)), evidence.Counts{Passed: 1}, 1, true},
		"begun and not ended":                {messages(messageStart("r"), messageStep("r", "PASSED"), messageDone(true)), evidence.Counts{Errored: 1}, 0, true},
		"never begun":                        {messages(messageDone(true)), evidence.Counts{Errored: 1}, 0, true},
		"the run did not end":                {with(), evidence.Counts{Passed: 1}, 0, false},
		"the run and the case did not end":   {messages(messageStart("r"), messageStep("r", "PASSED")), evidence.Counts{Errored: 1}, 0, false},
		"the run failed and no case":         {with(messageDone(false)), evidence.Counts{Passed: 1}, 0, false},
		"the run does not say how it went":   {with(`{"testRunFinished":{}}`), evidence.Counts{Passed: 1}, 0, false},
		"the run failed with a message":      {with(`{"testRunFinished":{"success":false,"message":"x"}}`), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"a hook of the run":                  {with(`{"testRunHookFinished":{"testRunHookStartedId":"h","result":{"status":"FAILED","message":"x"}}}`, messageDone(false)), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"a hook of the run that passed":      {with(`{"testRunHookFinished":{"result":{"status":"PASSED"}}}`, messageDone(true)), evidence.Counts{Passed: 1}, 0, true},
		"a feature that does not parse":      {with(`{"parseError":{"source":{"uri":"b.feature","location":{"line":4}},"message":"x"}}`, messageDone(true)), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"a pickle that is left out":          {with(`{"pickle":{"id":"q","uri":"a.feature","name":"b"}}`, messageDone(true)), evidence.Counts{Passed: 1}, 0, true},
		"two runs of equal identifiers":      {with(messageDone(true)) + one("FAILED", "SKIPPED"), evidence.Counts{Passed: 1, Failed: 1}, 0, true},
		"two runs, the second said to fail":  {one("FAILED", "SKIPPED") + with(messageDone(false)), evidence.Counts{Passed: 1, Failed: 1}, 0, false},
		"two runs, the first without an end": {with() + with(messageDone(true)), evidence.Counts{Passed: 2}, 0, false},
		"two runs, the second cut":           {with(messageDone(true)) + messages(messageStart("r")), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"begun a second time":                {with(messageStart("z"), messageStep("z", "FAILED"), messageStep("z", "SKIPPED"), messageEnd("z", false), messageDone(false)), evidence.Counts{Passed: 1, Failed: 1}, 0, false},
		"a run of one identifier twice":      {messages(messageStart("r"), messageStart("r"), messageStep("r", "PASSED"), messageStep("r", "PASSED"), messageEnd("r", false), messageDone(true)), evidence.Counts{Passed: 1, Errored: 1}, 0, true},
		"a case of no pickle":                {with(`{"testCase":{"id":"d","pickleId":"z","testSteps":[]}}`, messageDone(true)), evidence.Counts{Passed: 1, Errored: 1}, 0, false},
		"a start of no case":                 {with(`{"testCaseStarted":{"id":"x","testCaseId":"z"}}`, messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"a step of no case":                  {with(messageStep("z", "PASSED"), messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"an end of no case":                  {with(messageEnd("z", false), messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"a damaged line":                     {with(`{"testStepFinished":{"testCaseSt`, messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"a line that is no object":           {with(`7`, messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"text":                               {with(`Hello`, messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"two messages in a line":             {with(`{"testRunHookFinished":{"result":{"status":"FAILED"}},"testRunFinished":{"success":true}}`), evidence.Counts{Passed: 1}, 0, false},
		"a status that stands twice":         {messages(messageStart("r"), messageStep("r", `FAILED","status":"PASSED`), messageStep("r", "PASSED"), messageEnd("r", false), messageDone(true)), evidence.Counts{Passed: 1}, 0, false},
		"what a later version may add":       {with("", `{"news":{"id":1}}`, `{}`, messageDone(true)), evidence.Counts{Passed: 1}, 0, true},
	})
}

func TestCucumberMessagesSniff(t *testing.T) {
	for doc, want := range map[string]bool{
		messages(): true,
		`{"source":{"data":"Feature: ` + strings.Repeat("x", 9):              true,
		`{"gherkinDocument":{"feature":{"tags":[]`:                           true,
		`{"pickle":{"id":"1","uri":"a.feature","astNodeIds":["2"]`:           true,
		`{"testRunStarted":{"timestamp":{"seconds":1`:                        true,
		`{"protocolVersion":"0.1.1","runnerVersion":"1.25.3","type":"start"`: false,
		`{"Time":"2024-01-01T00:00:00Z","Action":"start","Package":"p"}`:     false,
		`{"meta":{"version":1},"data":[]}`:                                   false,
		`[{"pickle":{"astNodeIds":[]}}]`:                                     false,
	} {
		if got := CucumberMessages.Sniff("x.ndjson", []byte(doc)); got != want {
			t.Errorf("%s: claimed = %t", doc, got)
		}
	}
}

// FuzzCucumberMessages holds the reader to being inconclusive without an end, and to never
// passing more cases than have ended.
func FuzzCucumberMessages(f *testing.F) {
	files, _ := filepath.Glob("testdata/cucumber-messages/*.ndjson")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, CucumberMessages, string(data))
		if bytes.Contains(data, []byte(`\u`)) {
			return
		}
		if !bytes.Contains(data, []byte("testRunFinished")) && r.Conclusive() {
			t.Error("it has no end, and is conclusive")
		}
		if c := r.Cases.Counts(); c.Passed > uint64(bytes.Count(data, []byte("testCaseFinished"))) {
			t.Errorf("%d passed", c.Passed)
		}
	})
}

func BenchmarkCucumberMessages(b *testing.B) {
	const n = 5_000
	var doc bytes.Buffer
	doc.WriteString(`{"meta":{"protocolVersion":"25.0.0"}}` + "\n" + `{"testRunStarted":{"timestamp":{"seconds":1}}}` + "\n")
	for i := range n {
		fmt.Fprintf(&doc, `{"pickle":{"id":"p%d","uri":"features/a.feature","name":"returns %d","language":"en","steps":[{"id":"s1","text":"it holds"}],"tags":[],"astNodeIds":["2"]}}`+"\n", i, i)
		fmt.Fprintf(&doc, `{"testCase":{"id":"c%d","pickleId":"p%d","testSteps":[{"id":"t1","pickleStepId":"s1"},{"id":"t2","pickleStepId":"s2"}]}}`+"\n", i, i)
		fmt.Fprintf(&doc, `{"testCaseStarted":{"id":"r%d","testCaseId":"c%d","attempt":0,"timestamp":{"seconds":1700000000,"nanos":1}}}`+"\n", i, i)
		for k := range 2 {
			fmt.Fprintf(&doc, `{"testStepStarted":{"testCaseStartedId":"r%d","testStepId":"t%d","timestamp":{"seconds":1700000000,"nanos":2}}}`+"\n", i, k)
			fmt.Fprintf(&doc, `{"testStepFinished":{"testCaseStartedId":"r%d","testStepId":"t%d","testStepResult":{"duration":{"seconds":0,"nanos":2419555},"status":"PASSED"},"timestamp":{"seconds":1700000000,"nanos":3}}}`+"\n", i, k)
		}
		fmt.Fprintf(&doc, `{"testCaseFinished":{"testCaseStartedId":"r%d","timestamp":{"seconds":1700000000,"nanos":4},"willBeRetried":false}}`+"\n", i)
	}
	doc.WriteString(messageDone(true) + "\n")
	benchJSON(b, CucumberMessages, doc.Bytes(), n)
}
