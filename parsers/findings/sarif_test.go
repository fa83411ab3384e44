package findings_test

import (
	"strings"
	"testing"

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
	if r.Findings.Len() != 1 {
		t.Fatalf("%d findings\n%s", r.Findings.Len(), text)
	}
	return r.Findings.At(0)
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
	const rules = `[{"id":"A","guid":"11111111-aaaa","defaultConfiguration":{"level":"error"}},{"id":"B","defaultConfiguration":{"level":"note"}},{"id":"C"},{"id":"D","defaultConfiguration":{"level":null}},{"id":"Bee","defaultConfiguration":{"level":"none"}}]`
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
		{"an id that begins as the id at the index does", `"ruleId":"Bee","ruleIndex":1`, "none from rule"},
		{"an index far below 0", `"ruleIndex":-4294967295`, "warning from default"},
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
				if got := f.Level.String() + " from " + f.LevelFrom.String(); got != tt.want {
					t.Errorf("%s: %s, want %s", order, got, tt.want)
				}
				if f.Tool != "T" {
					t.Errorf("%s: tool %q", order, f.Tool)
				}
			}
		})
	}
}

func TestARuleNamedByIndexGivesItsId(t *testing.T) {
	const rules = `[{"id":"A"},{"id":"B","guid":"b-guid"}]`
	for result, want := range map[string]string{
		`"ruleIndex":1`: "B", `"rule":{"guid":"b-guid"}`: "B", `"rule":{"id":"C"}`: "C", `"ruleId":"B/x","ruleIndex":1`: "B/x", `"ruleId":"A","ruleIndex":1`: "A", `"level":"note"`: "",
	} {
		if f := one(t, withRules(rules, `"results":[{`+result+`}]`)); f.Rule != want {
			t.Errorf("%s: rule %q, want %q", result, f.Rule, want)
		}
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
		if got := f.Level.String() + " from " + f.LevelFrom.String(); got != tt.want {
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
		{"two of one rule, the other way round", invocation(toNote + "," + toNone), `"ruleId":"A"`, "note from override"},
		{"of an invocation that is not there", invocation(toNote), `"ruleId":"A","provenance":{"invocationIndex":5}`, "error from rule"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := one(t, withRules(rules, `"results":[{`+tt.result+`}]`, `"invocations":[`+tt.invocations+`]`))
			if got := f.Level.String() + " from " + f.LevelFrom.String(); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// §3.27.9, §3.27.24: what is a finding.
func TestOnlyResultsOfKindFailAreFindings(t *testing.T) {
	for result, want := range map[string]int{
		`{}`:                       1,
		`{"kind":null}`:            1,
		`{"kind":"fail"}`:          1,
		`{"kind":"FAIL"}`:          1,
		`{"kind":""}`:              1,
		`{"kind":"broken"}`:        1,
		`{"kind":3}`:               1,
		`{"kind":"pass"}`:          0,
		`{"kind":"notApplicable"}`: 0,
		`{"kind":"informational"}`: 0,
		`{"kind":"open"}`:          0,
		`{"kind":"review"}`:        0,
		// As SARIF's SDK files them, and as rules of Vulnetix are written.
		`{"kind":"open","level":"error"}`:                          1,
		`{"level":"note","kind":"review"}`:                         1,
		`{"kind":"review","level":"none"}`:                         0,
		`{"kind":"informational","level":"error"}`:                 0,
		`{"kind":"open","level":"error","baselineState":"absent"}`: 0,
		`{"level":"error"}`:                                        1,
		`{"baselineState":"new"}`:                                  1,
		`{"baselineState":"absent"}`:                               0,
		`{"baselineState":"existing"}`:                             1,
	} {
		r := conclusive(t, logOf(`"results":[`+result+`]`))
		if r.Findings.Len() != want || r.ToolRuns[0].Results != 1 {
			t.Errorf("%s: %d findings of %d results, want %d of 1", result, r.Findings.Len(), r.ToolRuns[0].Results, want)
		}
	}
}

// §3.27.23, §3.35.3.
func TestSuppressedOnlyIfEverySuppressionIsAccepted(t *testing.T) {
	for suppressions, want := range map[string]bool{
		`null`:                                false,
		`[]`:                                  false,
		`{}`:                                  false,
		`[null]`:                              false,
		`[{"kind":"inSource"}]`:               true,
		`[{"status":null}]`:                   false,
		`[{"justification":"x"}]`:             false,
		`[{"kind":""}]`:                       false,
		`[{"kind":"external","status":null}]`: true,
		`[{"kind":"inSource"},{}]`:            false,
		`[{"status":"accepted"}]`:             true,
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
