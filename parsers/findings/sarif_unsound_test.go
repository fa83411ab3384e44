package findings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is not evidence must not look like a clean scan.
func TestUnsoundLogs(t *testing.T) {
	const okRun = `{"tool":{"driver":{"name":"T"}},"results":[]}`
	for _, tt := range []struct{ name, text, want string }{
		{"an empty object", `{}`, `1:1: the log has no runs: nothing shows that a tool has run`},
		{"an array", `[]`, `1:1: not a SARIF log: the JSON text is an array`},
		{"no version", `{"runs":[` + okRun + `]}`, `1:1: the log does not say its version`},
		{"version null", `{"version":null,"runs":[` + okRun + `]}`, `version is ""`},
		{"version 2.0.0", "{\"runs\":[" + okRun + "],\n \"version\":\"2.0.0\"}", `2:12: version is "2.0.0"`},
		{"a draft", `{"version":"2.1.0-rtm.5","runs":[` + okRun + `]}`, `version is "2.1.0-rtm.5"`},
		{"no runs", `{"version":"2.1.0"}`, `the log has no runs`},
		{"runs null", `{"version":"2.1.0","runs":null}`, `1:27: runs is null`},
		{"runs an object", `{"version":"2.1.0","runs":{"0":` + okRun + `}}`, `runs is an object`},
		{"runs empty", `{"version":"2.1.0","runs":[]}`, `1:27: runs is empty: no tool has run`},
		{"runs in another case", `{"version":"2.1.0","Runs":[` + okRun + `]}`, `the log has no runs`},
		{"a run null", `{"version":"2.1.0","runs":[` + okRun + `,null]}`, `a run is null`},
		{"no results", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}}}]}`, `1:28: run of "T": it has no results`},
		{"no results, and a failure", logOf(`"invocations":[{"executionSuccessful":true},{"executionSuccessful":false}]`), `it has no results`},
		{"no results, and no invocation", logOf(`"invocations":[]`), `it has no results`},
		{"results in another case", logOf(`"Results":[]`), `run of "T": "Results" is not read`},
		{"results in another case, and success", logOf(`"Results":[{}]`, `"invocations":[{"executionSuccessful":true}]`), `run of "T": "Results" is not read`},
		{"results null", logOf(`"results":null`), `run of "T": results is null`},
		{"results an object", logOf(`"results":{}`), `results is an object`},
		{"a result null", logOf(`"results":[null]`), `a result is null`},
		{"a result is text", logOf(`"results":["x"]`), `a result is a string`},
		{"one good and one bad run", `{"version":"2.1.0","runs":[` + okRun + `,{"tool":{"driver":{"name":"U"}}}]}`, `run of "U"`},
		{"nobody found nothing", `{"version":"2.1.0","runs":[{"results":[]}]}`, `does not say which tool ran`},
		{"nobody, with an empty name", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":""}},"results":[]}]}`, `does not say which tool ran`},
		{"not successful", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":false}]`), `run of "T": executionSuccessful is not true`},
		{"the second not successful", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true},{"executionSuccessful":false}]`), `executionSuccessful is not true`},
		{"not said whether successful", logOf(`"results":[]`, `"invocations":[{}]`), `does not say whether it was successful`},
		{"not started, and successful", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"processStartFailureMessage":"no such file"}]`), `the tool did not start: "no such file"`},
		{"killed, and successful", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"exitSignalName":"SIGKILL"}]`), `the tool was ended by signal "SIGKILL"`},
		{"killed by a number, and successful", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"exitSignalNumber":9}]`), `the tool was ended by signal "9"`},
		{"successful as a string", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":"true"}]`), `executionSuccessful is not true`},
		{"an invocation null", logOf(`"results":[]`, `"invocations":[null]`), `an invocation is null`},
		{"invocations an object", logOf(`"results":[]`, `"invocations":{"executionSuccessful":false}`), `invocations is an object`},
		{"notifications an object", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":{"level":"error"},"toolConfigurationNotifications":null}]`), `toolExecutionNotifications is an object`},
		{"more notifications an object", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolConfigurationNotifications":{"level":"error"}}]`), `toolConfigurationNotifications is an object`},
		{"the converter failed", logOf(`"results":[]`, `"conversion":{"invocation":{"executionSuccessful":false}}`), `executionSuccessful is not true`},
		{"an error while it ran", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":"out of memory"}}]}]`), `run of "T": an error while it ran: "out of memory"`},
		{"an error in its configuration", logOf(`"results":[]`, `"invocations":[{"toolConfigurationNotifications":[{"level":"error"}],"executionSuccessful":true}]`), `run of "T": an error in its configuration`},
		{"a notification of unknown level", logOf(`"results":[]`, `"invocations":[{"toolExecutionNotifications":[{"level":"fatal"}],"executionSuccessful":true}]`), `an error while it ran`},
		{"an error by its descriptor", `{"version":"2.1.0","runs":[{"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"descriptor":{"id":"N"}}]}],"results":[],"tool":{"driver":{"name":"T","rules":[{"id":"N"}],"notifications":[{"id":"N","defaultConfiguration":{"level":"error"}}]}}}]}`, `an error while it ran`},
		{"an error by an override", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"descriptor":{"id":"N"}}],"notificationConfigurationOverrides":[{"descriptor":{"id":"N"},"configuration":{"level":"error"}}]}]`), `an error while it ran`},
		{"results in another file", logOf(`"results":[]`, `"externalPropertyFileReferences":{"results":[{"location":{"uri":"r.sarif-external-properties"}}]}`), `run of "T": its results are in other files`},
		{"results beside the runs", `{"version":"2.1.0","runs":[` + okRun + `],"inlineExternalProperties":[{"results":[{}]}]}`, `the results of a run are kept apart`},
		{"results twice", logOf(`"results":[{"level":"error"}]`, `"results":[]`), `the name "results" stands twice`},
		{"runs twice", `{"version":"2.1.0","runs":[` + okRun + `],"runs":[` + okRun + `]}`, `the name "runs" stands twice`},
		{"level twice", logOf(`"results":[{"level":"error","level":"none"}]`), `the name "level" stands twice`},
		{"cut short", `{"version":"2.1.0","runs":[` + okRun, `the JSON text is cut short`},
		{"two logs", `{"version":"2.1.0","runs":[` + okRun + `]}{}`, `'{' after the end of the JSON text`},
		{"a comma too many", logOf(`"results":[],`), `a name in quotes`},
		{"text before the log", "Scanning...\n" + logOf(`"results":[]`), `1:1: 'S' where a value should be`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := read(t, tt.text)
			if r.Conclusive() {
				t.Errorf("conclusive: %s", problems(r))
			}
			if !strings.Contains(problems(r), tt.want) {
				t.Errorf("problems\n%s\nwant %s", problems(r), tt.want)
			}
		})
	}
}

func TestSoundLogs(t *testing.T) {
	for name, text := range map[string]string{
		"nothing found":                         logOf(`"results":[]`),
		"no invocations":                        logOf(`"results":[]`, `"invocations":[]`),
		"no signal":                             logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"exitSignalName":"","exitSignalNumber":null}]`),
		"a warning while it ran":                logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"exitCode":1,"toolExecutionNotifications":[{"level":"warning"},{}]}]`),
		"an error turned into a note":           logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"descriptor":{"id":"N"}}],"notificationConfigurationOverrides":[{"descriptor":{"id":"N"},"configuration":{"level":"note"}}]}]`),
		"taxonomies in other files":             logOf(`"results":[]`, `"externalPropertyFileReferences":{"taxonomies":[{"location":{"uri":"https://example.com/CWE.sarif"}}]}`),
		"results left out, as Staticcheck does": logOf(`"invocations":[{"executionSuccessful":true}]`),
		"unknown members":                       logOf(`"results":[]`, `"x-extra":{"results":null}`),
	} {
		if r := conclusive(t, text); r.Findings.Len() != 0 || len(r.ToolRuns) != 1 || r.ToolRuns[0].Failed {
			t.Errorf("%s: %d findings, runs %v", name, r.Findings.Len(), r.ToolRuns)
		}
	}
}

func TestFindingsOfAnUnsoundLogStillCount(t *testing.T) {
	r := read(t, logOf(`"results":[{"level":"error"}]`, `"invocations":[{"executionSuccessful":false}]`))
	if r.Conclusive() || r.Findings.Len() != 1 || !r.ToolRuns[0].Failed {
		t.Errorf("conclusive %t, %d findings, runs %v", r.Conclusive(), r.Findings.Len(), r.ToolRuns)
	}
	r = read(t, logOf(`"results":[{"level":"error"},{"level":"er`))
	if r.Conclusive() || r.Findings.Len() != 1 {
		t.Errorf("cut short: conclusive %t, %d findings", r.Conclusive(), r.Findings.Len())
	}
}

func TestOdditiesAreToldOnceWithTheirNumber(t *testing.T) {
	r := conclusive(t, withRules(`[{"id":"A"},{"id":"B","properties":{"security-severity":"HIGH"}}]`,
		`"results":[{"kind":"open","level":"error"},{"suppressions":[{}]},{"kind":"open"},{"kind":"review","ruleId":"R"},{"ruleId":"A","ruleIndex":1},`+
			`{"ruleIndex":"0"},{"level":"BAD"},{"level":"Error"},{"kind":"odd"},{"kind":"pass","level":"error"},{"level":""},`+
			`{"suppressions":[{"status":"done"},{"kind":"external","properties":{"expiryUtc":"2030-01-01"}}]}]`))
	want := []string{
		`results of kind open or review, which are undecided and so not findings: 2`,
		`results of kind open or review that state a level all the same (§3.27.9), taken for findings of that level: 1`,
		`results whose level says more than their kind, which is not fail; they are not findings (§3.27.9): 1`,
		`results of a kind that SARIF does not know, taken for fail: 1, the first of them "odd"`,
		`levels that SARIF does not know, taken for error: 1, the first of them "BAD"`,
		`kinds or levels not in lower case, read as if they were: 1, the first of them "Error"`,
		`kinds or levels that are empty strings, read as absent: 1`,
		`results whose ruleIndex contradicts their ruleId; the ruleId counts if it is described: 1, the first of them "A"`,
		`values of security-severity that are no number from 0 to 10; findings of these rules are unscored: 1, the first of them "HIGH"`,
		`suppressions with a date of expiry, which is not judged here; use a waiver for what must expire: 1, the first of them "2030-01-01"`,
		`suppressions of a status that SARIF does not know; they suppress nothing: 1, the first of them "done"`,
		`suppressions that state neither a kind nor a status (§3.35.2); they suppress nothing: 1`,
		`numbers written as strings: 1, the first of them "0"`,
	}
	var got []string
	for _, p := range r.Problems {
		got = append(got, p.Message)
		if p.Pos.Line != 1 || p.Pos.Col == 0 {
			t.Errorf("%q stands at %s", p.Message, p.Pos)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	r = conclusive(t, `{"version":"2.1.0","runs":[{"results":[{}]}]}`)
	if got := problems(r); !strings.Contains(got, "runs whose tool has no name: 1") {
		t.Errorf("a nameless tool: %s", got)
	}
	r = conclusive(t, withRules(`[{"id":"A"}]`, `"results":[{"ruleId":"A"}]`, `"invocations":[{"executionSuccessful":true},{"executionSuccessful":true,"ruleConfigurationOverrides":[{"descriptor":{"id":"A"},"configuration":{"level":"note"}}]}]`))
	if got := problems(r); !strings.Contains(got, "the overrides are not applied: 1") {
		t.Errorf("an open override: %s", got)
	}
}
