package findings_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/findings"
)

// logOf is a log of one run of the tool T that has the given members.
func logOf(members ...string) string {
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T"}},` + strings.Join(members, ",") + `}]}`
}

// withRules is a log of one run whose driver has the rules.
func withRules(rules string, members ...string) string {
	return `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"T","rules":` + rules + `}},` + strings.Join(members, ",") + `}]}`
}

func read(tb testing.TB, text string) *evidence.Report {
	tb.Helper()
	return parse(tb, strings.NewReader(text))
}

// conclusive reads a log that must be.
func conclusive(t *testing.T, text string) *evidence.Report {
	t.Helper()
	r := read(t, text)
	if !r.Conclusive() {
		t.Fatalf("not conclusive: %v\n%s", r.Problems, text)
	}
	return r
}

// one reads a log that must be conclusive and have one finding.
func one(t *testing.T, text string) evidence.Finding {
	t.Helper()
	r := conclusive(t, text)
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings\n%s", len(r.Findings), text)
	}
	return r.Findings[0]
}

func problems(r *evidence.Report) string {
	var lines []string
	for _, p := range r.Problems {
		lines = append(lines, p.Gravity.String()+" "+p.String())
	}
	return strings.Join(lines, "\n")
}

// §3.27.10: the level of the result, else an override, else the rule, else warning.
func TestLevelIsResolvedInTheOrderOfTheSpecification(t *testing.T) {
	const rules = `[{"id":"A","guid":"11111111-aaaa","defaultConfiguration":{"level":"error"}},{"id":"B","defaultConfiguration":{"level":"note"}},{"id":"C"},{"id":"D","defaultConfiguration":{"level":null}}]`
	for _, tt := range []struct{ name, result, want string }{
		{"stated", `"ruleId":"A","level":"note"`, "note from result"},
		{"stated as none", `"ruleId":"A","level":"none"`, "none from result"},
		{"null is absent", `"ruleId":"A","level":null`, "error from rule"},
		{"by id", `"ruleId":"B"`, "note from rule"},
		{"by index", `"ruleIndex":1`, "note from rule"},
		{"by index and id", `"ruleId":"B","ruleIndex":1`, "note from rule"},
		{"by rule.index", `"rule":{"index":1}`, "note from rule"},
		{"by rule.id", `"rule":{"id":"B"}`, "note from rule"},
		{"by GUID in another case", `"rule":{"guid":"11111111-AAAA"}`, "error from rule"},
		{"rule.index before ruleIndex", `"ruleIndex":0,"rule":{"index":1}`, "note from rule"},
		{"index -1 is absent", `"ruleId":"B","ruleIndex":-1`, "note from rule"},
		{"index -1 and nothing else", `"ruleIndex":-1`, "warning from default"},
		{"part of a rule", `"ruleId":"B/x/y"`, "note from rule"},
		{"part of a rule with index", `"ruleId":"B/x","ruleIndex":1`, "note from rule"},
		{"no part, only the same beginning", `"ruleId":"Bx"`, "warning from default"},
		{"id against index", `"ruleId":"B","ruleIndex":0`, "note from rule"},
		{"id described nowhere against index", `"ruleId":"Z","ruleIndex":0`, "error from rule"},
		{"index beyond the rules", `"ruleId":"B","ruleIndex":9`, "note from rule"},
		{"index as a string", `"ruleIndex":"1"`, "note from rule"},
		{"index with a fraction of zero", `"ruleIndex":1.0`, "note from rule"},
		{"rule without a level", `"ruleId":"C"`, "warning from default"},
		{"rule with a level of null", `"ruleId":"D"`, "warning from default"},
		{"no rule at all", `"message":{"text":"m"}`, "warning from default"},
		{"a word of no list", `"ruleId":"B","level":"HIGH"`, "error from result"},
		{"not a word", `"ruleId":"B","level":7`, "error from result"},
		{"another case", `"ruleId":"A","level":"Note"`, "note from result"},
		{"an empty word is absent", `"ruleId":"B","level":""`, "note from rule"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results := `"results":[{` + tt.result + `}]`
			for order, text := range map[string]string{
				"rules first":   withRules(rules, results),
				"results first": `{"version":"2.1.0","runs":[{` + results + `,"tool":{"driver":{"rules":` + rules + `,"name":"T"}}}]}`,
			} {
				f := one(t, text)
				if got := f.Level.String() + " from " + f.LevelFrom; got != tt.want {
					t.Errorf("%s: %s, want %s", order, got, tt.want)
				}
				if f.Tool != "T" {
					t.Errorf("%s: tool %q", order, f.Tool)
				}
			}
		})
	}
}

// §3.27.7, §3.54: rules may be in extensions, named by index, GUID or name.
func TestRulesAreFoundInExtensions(t *testing.T) {
	const tool = `"tool":{"driver":{"name":"T","rules":[{"id":"X","defaultConfiguration":{"level":"note"}}]},"extensions":[
		{"name":"E0","guid":"e0-guid","rules":[{"id":"X","defaultConfiguration":{"level":"error"}}]},
		{"name":"E1","guid":"e1-guid","rules":[{"id":"Y"},{"id":"Z","defaultConfiguration":{"level":"none"}}]}]}`
	for name, tt := range map[string]struct{ result, want string }{
		"the driver if none is named":        {`"ruleId":"X"`, "note from rule"},
		"by index of the component":          {`"ruleId":"X","rule":{"index":0,"toolComponent":{"index":0}}`, "error from rule"},
		"by GUID of the component":           {`"rule":{"id":"X","toolComponent":{"guid":"E0-GUID"}}`, "error from rule"},
		"by name of the component":           {`"rule":{"id":"X","toolComponent":{"name":"E0"}}`, "error from rule"},
		"component index -1 is the driver":   {`"rule":{"id":"X","toolComponent":{"index":-1}}`, "note from rule"},
		"wherever it is":                     {`"ruleId":"Z"`, "none from rule"},
		"elsewhere than the component named": {`"rule":{"id":"Z","toolComponent":{"index":0}}`, "none from rule"},
		"index in the other component":       {`"ruleId":"Z","rule":{"index":1,"toolComponent":{"index":1}}`, "none from rule"},
	} {
		f := one(t, `{"version":"2.1.0","runs":[{`+tool+`,"results":[{`+tt.result+`}]}]}`)
		if got := f.Level.String() + " from " + f.LevelFrom; got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// §3.49.3: ids may repeat; then only an index tells which is meant.
func TestOfRulesWithOneIdTheGravestIsMeant(t *testing.T) {
	const rules = `[{"id":"A","defaultConfiguration":{"level":"note"}},{"id":"A","defaultConfiguration":{"level":"error"}},{"id":"A"}]`
	for result, want := range map[string]string{`"ruleId":"A"`: "error", `"ruleId":"A","ruleIndex":0`: "note", `"ruleId":"A","ruleIndex":2`: "warning"} {
		if f := one(t, withRules(rules, `"results":[{`+result+`}]`)); f.Level.String() != want {
			t.Errorf("%s: %s, want %s", result, f.Level, want)
		}
	}
}

// §3.20.5, §3.51: a configuration override of the invocation that made the result.
func TestConfigurationOverrides(t *testing.T) {
	const rules = `[{"id":"A","defaultConfiguration":{"level":"error"}},{"id":"B"}]`
	invocation := func(overrides string) string {
		return `{"executionSuccessful":true,"ruleConfigurationOverrides":[` + overrides + `]}`
	}
	const toNote = `{"descriptor":{"id":"A"},"configuration":{"level":"note"}}`
	const toNone = `{"descriptor":{"index":0},"configuration":{"level":"none"}}`
	for _, tt := range []struct{ name, invocations, result, want string }{
		{"of the invocation named", invocation("") + "," + invocation(toNote), `"ruleId":"A","provenance":{"invocationIndex":1}`, "note from override"},
		{"of another invocation", invocation("") + "," + invocation(toNote), `"ruleId":"A","provenance":{"invocationIndex":0}`, "error from rule"},
		{"of the only invocation", invocation(toNone), `"ruleId":"A"`, "none from override"},
		{"of the only invocation, with -1", invocation(toNone), `"ruleId":"A","provenance":{"invocationIndex":-1}`, "none from override"},
		{"of one of several, not named", invocation(toNote) + "," + invocation(""), `"ruleId":"A"`, "error from rule"},
		{"of a part of the rule", invocation(toNote), `"ruleId":"A/1"`, "note from override"},
		{"of another rule", invocation(toNote), `"ruleId":"B"`, "warning from default"},
		{"the result itself before", invocation(toNote), `"ruleId":"A","level":"warning"`, "warning from result"},
		{"of a rule described nowhere", invocation(`{"descriptor":{"id":"Q"},"configuration":{"level":"error"}}`), `"ruleId":"Q"`, "error from override"},
		{"without a level", invocation(`{"descriptor":{"id":"A"},"configuration":{"enabled":true}}`), `"ruleId":"A"`, "error from rule"},
		{"two of one rule", invocation(toNone + "," + toNote), `"ruleId":"A"`, "note from override"},
		{"of an invocation that is not there", invocation(toNote), `"ruleId":"A","provenance":{"invocationIndex":5}`, "error from rule"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := one(t, withRules(rules, `"results":[{`+tt.result+`}]`, `"invocations":[`+tt.invocations+`]`))
			if got := f.Level.String() + " from " + f.LevelFrom; got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// §3.27.9, §3.27.24: what is a finding.
func TestOnlyResultsOfKindFailAreFindings(t *testing.T) {
	for result, want := range map[string]int{
		`{}`:                           1,
		`{"kind":null}`:                1,
		`{"kind":"fail"}`:              1,
		`{"kind":"FAIL"}`:              1,
		`{"kind":""}`:                  1,
		`{"kind":"broken"}`:            1,
		`{"kind":3}`:                   1,
		`{"kind":"pass"}`:              0,
		`{"kind":"notApplicable"}`:     0,
		`{"kind":"informational"}`:     0,
		`{"kind":"open"}`:              0,
		`{"kind":"review"}`:            0,
		`{"level":"error"}`:            1,
		`{"baselineState":"new"}`:      1,
		`{"baselineState":"absent"}`:   0,
		`{"baselineState":"existing"}`: 1,
	} {
		r := conclusive(t, logOf(`"results":[`+result+`]`))
		if len(r.Findings) != want || r.ToolRuns[0].Results != 1 {
			t.Errorf("%s: %d findings of %d results, want %d of 1", result, len(r.Findings), r.ToolRuns[0].Results, want)
		}
	}
}

// §3.27.23, §3.35.3.
func TestSuppressedOnlyIfEverySuppressionIsAccepted(t *testing.T) {
	for suppressions, want := range map[string]bool{
		`null`:                    false,
		`[]`:                      false,
		`{}`:                      false,
		`[null]`:                  false,
		`[{"kind":"inSource"}]`:   true,
		`[{"status":null}]`:       true,
		`[{"status":"accepted"}]`: true,
		`[{"status":"accepted"},{"kind":"external"}]`:   true,
		`[{"status":"rejected"}]`:                       false,
		`[{"status":"underReview"}]`:                    false,
		`[{"status":"accepted"},{"status":"rejected"}]`: false,
		`[{"status":"rejected"},{"status":"accepted"}]`: false,
		`[{"status":"Accepted"}]`:                       false,
		`[{"status":"approved"}]`:                       false,
		`[{"status":""}]`:                               false,
		`[{"state":"accepted"}]`:                        true,
		`[{"state":"rejected"}]`:                        false,
	} {
		f := one(t, logOf(`"results":[{"suppressions":`+suppressions+`}]`))
		if f.Suppressed != want {
			t.Errorf("%s: suppressed %t, want %t", suppressions, f.Suppressed, want)
		}
	}
	if f := one(t, logOf(`"results":[{"ruleId":"A"}]`)); f.Suppressed {
		t.Error("suppressed without suppressions")
	}
}

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
		{"results in another case", logOf(`"Results":[]`), `run of "T": it has no results`},
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
		{"successful as a string", logOf(`"results":[]`, `"invocations":[{"executionSuccessful":"true"}]`), `executionSuccessful is not true`},
		{"an invocation null", logOf(`"results":[]`, `"invocations":[null]`), `an invocation is null`},
		{"invocations an object", logOf(`"results":[]`, `"invocations":{"executionSuccessful":false}`), `invocations is an object`},
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
		"nothing found":               logOf(`"results":[]`),
		"no invocations":              logOf(`"results":[]`, `"invocations":[]`),
		"a warning while it ran":      logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"exitCode":1,"toolExecutionNotifications":[{"level":"warning"},{}]}]`),
		"an error turned into a note": logOf(`"results":[]`, `"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"descriptor":{"id":"N"}}],"notificationConfigurationOverrides":[{"descriptor":{"id":"N"},"configuration":{"level":"note"}}]}]`),
		"taxonomies in other files":   logOf(`"results":[]`, `"externalPropertyFileReferences":{"taxonomies":[{"location":{"uri":"https://example.com/CWE.sarif"}}]}`),
		"unknown members":             logOf(`"results":[]`, `"x-extra":{"results":null}`),
	} {
		if r := conclusive(t, text); len(r.Findings) != 0 || len(r.ToolRuns) != 1 || r.ToolRuns[0].Failed {
			t.Errorf("%s: %d findings, runs %v", name, len(r.Findings), r.ToolRuns)
		}
	}
}

func TestFindingsOfAnUnsoundLogStillCount(t *testing.T) {
	r := read(t, logOf(`"results":[{"level":"error"}]`, `"invocations":[{"executionSuccessful":false}]`))
	if r.Conclusive() || len(r.Findings) != 1 || !r.ToolRuns[0].Failed {
		t.Errorf("conclusive %t, %d findings, runs %v", r.Conclusive(), len(r.Findings), r.ToolRuns)
	}
	r = read(t, logOf(`"results":[{"level":"error"},{"level":"er`))
	if r.Conclusive() || len(r.Findings) != 1 {
		t.Errorf("cut short: conclusive %t, %d findings", r.Conclusive(), len(r.Findings))
	}
}

func TestOdditiesAreToldOnceWithTheirNumber(t *testing.T) {
	r := conclusive(t, withRules(`[{"id":"A"},{"id":"B","properties":{"security-severity":"HIGH"}}]`,
		`"results":[{"kind":"open"},{"kind":"review","ruleId":"R"},{"ruleId":"A","ruleIndex":1},`+
			`{"ruleIndex":"0"},{"level":"BAD"},{"level":"Error"},{"kind":"odd"},{"kind":"pass","level":"error"},{"level":""},`+
			`{"suppressions":[{"status":"done"},{"properties":{"expiryUtc":"2030-01-01"}}]}]`))
	want := []string{
		`results of kind open or review, which are undecided and so not findings: 2`,
		`results whose level says more than their kind, which is not fail; they are not findings (§3.27.9): 1`,
		`results of a kind that SARIF does not know, taken for fail: 1, the first of them "odd"`,
		`levels that SARIF does not know, taken for error: 1, the first of them "BAD"`,
		`kinds or levels not in lower case, read as if they were: 1, the first of them "Error"`,
		`kinds or levels that are empty strings, read as absent: 1`,
		`results whose ruleIndex contradicts their ruleId; the ruleId counts if it is described: 1, the first of them "A"`,
		`values of security-severity that are no number from 0 to 10; findings of these rules are unscored: 1, the first of them "HIGH"`,
		`suppressions with a date of expiry, which is not judged here; use a waiver for what must expire: 1, the first of them "2030-01-01"`,
		`suppressions of a status that SARIF does not know; they suppress nothing: 1, the first of them "done"`,
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

func TestToolRunsAreListed(t *testing.T) {
	r := conclusive(t, `{"version":"2.1.0","runs":[
 {"tool":{"driver":{"name":"A","version":"1","semanticVersion":"1.2.3","rules":[{},{}]},"extensions":[{"rules":[{"id":"x"}]}]},"results":[{},{"kind":"pass"}]},
 {"tool":{"driver":{"name":"B","version":"7"}},"results":[]}]}`)
	want := []evidence.ToolRun{
		{Tool: "A", Version: "1.2.3", Rules: 3, Results: 2, At: evidence.Pos{File: "log.sarif", Line: 2, Col: 2}},
		{Tool: "B", Version: "7", At: evidence.Pos{File: "log.sarif", Line: 3, Col: 2}},
	}
	if diff := cmp.Diff(want, r.ToolRuns); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSniff(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tt := range []struct {
		name, file, head string
		want             bool
	}{
		{"schema first", "r.json", `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[`, true},
		{"version and runs", "r.json", `{"version":"2.1.0","runs":[`, true},
		{"version and no run", "r.json", `{"version":"2.1.0","runs":[]}`, true},
		{"version 2.0.0", "r.json", `{"version":"2.0.0","runs":[{"tool":`, true},
		{"runs first", "r.json", `{"runs":[{"artifacts":[{"location":{"uri":"` + long, true},
		{"runs first, another member", "r.json", ` {"runs" : [ {"language":"en","columnKind":"utf16CodeUnits","results":[`, true},
		{"properties first", "r.json", `{"properties":{"a":1},"version":"2.1.0","runs":[{`, true},
		{"schema last", "r.json", `{"runs":[],"$schema":"sarif-schema-2.1.0.json"}`, true},
		{"named so, nothing else", "a/r.SARIF", `{}`, true},
		{"named so twice", "r.sarif.json", `{"a":1}`, true},
		{"named so, not JSON", "r.sarif", `=== command`, true},
		{"named so, but XML", "r.sarif", ` <testsuite/>`, false},
		{"in a folder named so", "x.sarif/r.json", `{}`, false},
		{"an empty object", "r.json", `{}`, false},
		{"runs of something else", "r.json", `{"runs":[{"duration":1.5}]}`, false},
		{"CTRF", "r.json", `{"reportFormat":"CTRF","specVersion":"0.0.0","results":{"tool":{"name":"x"},"tests":[]}}`, false},
		{"go test -json", "r.json", `{"Time":"2026-01-01T00:00:00Z","Action":"start","Package":"p"}` + "\n" + `{"Action":"run"}`, false},
		{"coverage.py", "r.json", `{"meta":{"version":"7.4.0"},"files":{},"totals":{}}`, false},
		{"CycloneDX", "r.json", `{"$schema":"http://cyclonedx.org/schema/bom-1.5.schema.json","bomFormat":"CycloneDX","version":1}`, false},
		{"Jest", "r.json", `{"numTotalTests":3,"testResults":[]}`, false},
		{"hyperfine", "r.json", `{"results":[{"command":"ls"}]}`, false},
		{"XML", "r.xml", `<testsuite/>`, false},
		{"an array", "r.json", `[{"runs":[{"tool":{}}]}]`, false},
		{"nothing", "r.json", ``, false},
	} {
		if got := findings.SARIF.Sniff(tt.file, []byte(tt.head)); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}

// summary is all that findings say, to compare two readings.
func summary(r *evidence.Report) string {
	var b strings.Builder
	fmt.Fprintln(&b, problems(r))
	for _, f := range r.Findings {
		prints := f.Fingerprints
		f.Fingerprints = nil
		fmt.Fprintf(&b, "%+v", f)
		for _, name := range slices.Sorted(maps.Keys(prints)) {
			fmt.Fprintf(&b, " %q=%q", name, prints[name])
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%+v\n", r.ToolRuns)
	return b.String()
}

func FuzzSARIF(f *testing.F) {
	f.Add(logOf(`"results":[{"ruleId":"A/b","ruleIndex":0,"level":"note","message":{"id":"m","arguments":["x"]},"fingerprints":{"a":"b"}}]`))
	f.Add(withRules(`[{"id":"A","properties":{"security-severity":"9.8","tags":["external/cwe/cwe-079"]},"messageStrings":{"m":{"text":"{0}"}}}]`,
		`"results":[{"ruleId":"A","suppressions":[{"status":"accepted"}],"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b.c","uriBaseId":"S","index":0},"region":{"startLine":3}}}]}]`,
		`"originalUriBaseIds":{"S":{"uri":"src/","uriBaseId":"R"},"R":{"uri":"file:///w/"}}`, `"artifacts":[{"location":{"uri":"x"}}]`,
		`"invocations":[{"executionSuccessful":true,"ruleConfigurationOverrides":[{"descriptor":{"index":0},"configuration":{"level":"error"}}]}]`))
	f.Fuzz(func(t *testing.T, text string) {
		r := read(t, text)
		if got := summary(parse(t, iotest.OneByteReader(strings.NewReader(text)))); got != summary(r) {
			t.Errorf("byte by byte it reads differently:\n%s", cmp.Diff(summary(r), got))
		}
		for i, f := range r.Findings {
			_ = f.Level.String() + f.Severity.String() // panic on what is none
			if f.LevelFrom == "" || len(f.Message) > evidence.MaxMessage {
				t.Errorf("finding %d: %+v", i, f)
			}
		}
		if !r.Conclusive() {
			return
		}
		if len(r.ToolRuns) == 0 {
			t.Error("conclusive without a run")
		}
		for n := range len(strings.TrimRight(text, " \t\r\n")) {
			if cut := read(t, text[:n]); cut.Conclusive() {
				t.Fatalf("conclusive when cut after %d bytes", n)
			}
		}
	})
}
