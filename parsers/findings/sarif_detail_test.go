package findings_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/tollgate-ci/tollgate/evidence"
)

func TestSeverityIsTheBandOfTheScoreAsWritten(t *testing.T) {
	for score, want := range map[string]string{
		`"9.0"`: "critical", `"9"`: "critical", `"10.0"`: "critical", `"10"`: "critical", `9.8`: "critical", `"09.5"`: "critical", `" 9.1 "`: "critical",
		`"8.9"`: "high", `"8.999999999999999999999999"`: "high", `7.0`: "high", `"7.0"`: "high",
		`"6.99"`: "medium", `"4.0"`: "medium", `4`: "medium",
		`"3.9"`: "low", `"0.1"`: "low", `"0.00000000000000000000000000001"`: "low", `"1"`: "low",
		`"0.0"`: "unscored", `0`: "unscored", `"10.1"`: "unscored", `"10.00000000000000000001"`: "unscored", `"11"`: "unscored", `"100"`: "unscored",
		`"-1"`: "unscored", `"HIGH"`: "unscored", `"critical"`: "unscored", `""`: "unscored", `"9.8.1"`: "unscored", `"9,8"`: "unscored", `"9.8 (v3)"`: "unscored",
		`"1e1"`: "unscored", `"NaN"`: "unscored", `"9."`: "unscored", `".9"`: "unscored", `"٩"`: "unscored", `true`: "unscored", `null`: "unscored", `[]`: "unscored",
	} {
		f := one(t, withRules(`[{"id":"A","properties":{"security-severity":`+score+`}}]`, `"results":[{"ruleId":"A"}]`))
		if f.Severity.String() != want {
			t.Errorf("%s: %s, want %s", score, f.Severity, want)
		}
	}
}

func TestOfTwoScoresTheGraverCounts(t *testing.T) {
	for _, tt := range []struct{ rule, result, want string }{
		{`"5.0"`, `"9.1"`, "critical 9.1"}, {`"9.1"`, `"5.0"`, "critical 9.1"}, {`"HIGH"`, `"2.0"`, "low 2.0"},
		{`"2.0"`, `"HIGH"`, "low 2.0"}, {`"HIGH"`, `null`, "unscored HIGH"}, {`null`, `null`, "unscored "},
	} {
		f := one(t, withRules(`[{"id":"A","properties":{"security-severity":`+tt.rule+`}}]`, `"results":[{"ruleId":"A","properties":{"security-severity":`+tt.result+`}}]`))
		if got := f.Severity.String() + " " + f.Score; got != tt.want {
			t.Errorf("rule %s, result %s: %s, want %s", tt.rule, tt.result, got, tt.want)
		}
	}
}

func TestWeaknesses(t *testing.T) {
	const taxonomies = `"taxonomies":[{"name":"OWASP","guid":"o-guid"},{"name":"CWE","guid":"C-GUID"}]`
	for _, tt := range []struct{ name, rule, result, want string }{
		{"CodeQL's tags", `"properties":{"tags":["security","external/cwe/cwe-079","external/cwe/cwe-0116"]}`, ``, "[CWE-116 CWE-79]"},
		{"Semgrep's tags", `"properties":{"tags":["CWE-89: SQL Injection","OWASP-A03"]}`, ``, "[CWE-89]"},
		{"a property", `"properties":{"cwe":["CWE-23"]}`, ``, "[CWE-23]"},
		{"a property that is a number", `"properties":{"cwe":798}`, ``, "[CWE-798]"},
		{"relationships by name", `"relationships":[{"target":{"id":"327","toolComponent":{"name":"CWE"}}}]`, ``, "[CWE-327]"},
		{"relationships by GUID", `"relationships":[{"target":{"id":"327","toolComponent":{"guid":"c-guid"}}}]`, ``, "[CWE-327]"},
		{"relationships by index", `"relationships":[{"target":{"id":"327","toolComponent":{"index":1}}}]`, ``, "[CWE-327]"},
		{"another taxonomy by name", `"relationships":[{"target":{"id":"327","toolComponent":{"name":"OWASP"}}}]`, ``, "[]"},
		{"another taxonomy by GUID", `"relationships":[{"target":{"id":"327","toolComponent":{"guid":"o-guid","index":1}}}]`, ``, "[]"},
		{"taxa of the result", ``, `,"taxa":[{"id":"CWE-20","toolComponent":{"name":"x"}},{"id":"7","toolComponent":{"name":"cwe"}}]`, "[CWE-20 CWE-7]"},
		{"of both, each once", `"properties":{"tags":["cwe-22","CWE-22"]}`, `,"properties":{"tags":["CWE-22"],"cwe":"CWE-400: x"}`, "[CWE-22 CWE-400]"},
		{"no weakness", `"properties":{"tags":["acwe-12","cwe","CWE-","cwe-0"],"cwe":"none"}`, ``, "[]"},
	} {
		rule := `{"id":"A"`
		if tt.rule != "" {
			rule += "," + tt.rule
		}
		f := one(t, withRules(`[`+rule+`}]`, `"results":[{"ruleId":"A"`+tt.result+`}]`, taxonomies))
		if got := fmt.Sprint(f.CWE); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWeaknessesOfOneResultAreNotThoseOfAnother(t *testing.T) {
	r := conclusive(t, withRules(`[{"id":"A","properties":{"tags":["CWE-1","CWE-5","CWE-2"]}}]`,
		`"results":[{"ruleId":"A","properties":{"cwe":"CWE-3"}},{"ruleId":"A"},{"ruleId":"A","properties":{"cwe":"CWE-9"}}]`))
	var got []string
	for _, f := range r.Findings.All() {
		got = append(got, fmt.Sprint(f.CWE))
	}
	if diff := cmp.Diff([]string{"[CWE-1 CWE-2 CWE-3 CWE-5]", "[CWE-1 CWE-2 CWE-5]", "[CWE-1 CWE-2 CWE-5 CWE-9]"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// §3.11: plain text, message strings of the rule and of the tool, placeholders.
func TestMessages(t *testing.T) {
	const tool = `"tool":{"driver":{"name":"T","globalMessageStrings":{"g":{"text":"global {1}"}},"rules":[{"id":"A","messageStrings":{"m":{"text":"of '{0}' in {1}"},"k":{"markdown":"**{0}**"}}}]}}`
	for _, tt := range []struct{ name, message, want string }{
		{"text", `{"text":"plain"}`, "plain"},
		{"text before Markdown", `{"markdown":"**m**","text":"plain"}`, "plain"},
		{"Markdown for want of text", `{"markdown":"**m**"}`, "**m**"},
		{"by id", `{"id":"m","arguments":["x","f.c"]}`, "of 'x' in f.c"},
		{"arguments before the id", `{"arguments":["x","f.c"],"id":"m"}`, "of 'x' in f.c"},
		{"by id of Markdown", `{"id":"k","arguments":["x"]}`, "**x**"},
		{"by id of the tool", `{"id":"g","arguments":["x","y"]}`, "global y"},
		{"by an unknown id", `{"id":"z"}`, ""},
		{"text with arguments", `{"text":"{0} and {0}, {{1}}","arguments":["x"]}`, "x and x, {1}"},
		{"too few arguments", `{"text":"{0} {7}","arguments":["x"]}`, "x {7}"},
		{"braces without arguments", `{"text":"if (a) {{ b } {0}"}`, "if (a) {{ b } {0}"},
		{"odd braces", `{"text":"{ } {} {a} {0","arguments":["x"]}`, "{ } {} {a} {0"},
		{"an argument with braces", `{"text":"{0}{1}","arguments":["{1}","y"]}`, "{1}y"},
		{"numbers as arguments", `{"text":"{0}","arguments":[12]}`, "12"},
		{"text before id", `{"id":"m","text":"plain"}`, "plain"},
		{"no message", `null`, ""},
	} {
		text := `{"version":"2.1.0","runs":[{"results":[{"ruleId":"A","message":` + tt.message + `}],` + tool + `}]}`
		if f := one(t, text); f.Message != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, f.Message, tt.want)
		}
	}
}

func TestMessagesAreCutAtARune(t *testing.T) {
	long := strings.Repeat("é", evidence.MaxMessage)
	for _, message := range []string{`{"text":"x` + long + `"}`, `{"text":"x{0}{0}{0}","arguments":["` + long + `"]}`} {
		f := one(t, logOf(`"results":[{"message":`+message+`}]`))
		if want := "x" + long[:evidence.MaxMessage-2]; f.Message != want {
			t.Errorf("%d bytes, want %d", len(f.Message), len(want))
		}
	}
}

// §3.4, §3.14.14, §3.24: where a finding is.
func TestPaths(t *testing.T) {
	const run = `"originalUriBaseIds":{"ROOT":{"uri":"file:///home/runner/work/"},"SRC":{"uri":"src/","uriBaseId":"ROOT"},
		"GEN":{"uri":"gen","uriBaseId":"SRC"},"BIN":{"uri":"file:///home/runner/work/bin/"},"FS":{"uri":"file:///"},"NONE":{"description":{"text":"d"}},
		"LOOP":{"uri":"l/","uriBaseId":"LOOP"}},
		"artifacts":[{"location":{"uri":"a/zero.c"}},{"location":{"uri":"one.c","uriBaseId":"SRC"}},{}]`
	for _, tt := range []struct{ name, location, want string }{
		{"as written", `{"uri":"src/a.go"}`, "src/a.go"},
		{"dots", `{"uri":"./src/../lib/./a.go"}`, "lib/a.go"},
		{"percent signs", `{"uri":"a%20b/%C3%A9.go"}`, "a b/é.go"},
		{"no percent escape", `{"uri":"100%/50%2/%zz"}`, "100%/50%2/%zz"},
		{"backslashes", `{"uri":"src\\a\\b.cs"}`, "src/a/b.cs"},
		{"below an absolute base", `{"uri":"a.go","uriBaseId":"ROOT"}`, "a.go"},
		{"below a nested base", `{"uri":"a.go","uriBaseId":"SRC"}`, "src/a.go"},
		{"below a base nested twice, without a slash", `{"uri":"a.go","uriBaseId":"GEN"}`, "src/gen/a.go"},
		{"below a base inside of another", `{"uri":"a.o","uriBaseId":"BIN"}`, "bin/a.o"},
		{"below an unknown base", `{"uri":"a.go","uriBaseId":"%SRCROOT%"}`, "a.go"},
		{"below a base without a URI", `{"uri":"a.go","uriBaseId":"NONE"}`, "a.go"},
		{"below the root of the file system", `{"uri":"usr/a.go","uriBaseId":"FS"}`, "usr/a.go"},
		{"an absolute URI below a base", `{"uri":"file:///home/runner/work/x/a.go"}`, "x/a.go"},
		{"an absolute URI elsewhere", `{"uri":"file:///etc/a%20b"}`, "file:///etc/a b"},
		{"a path of the file system", `{"uri":"/etc/passwd"}`, "/etc/passwd"},
		{"a Windows path", `{"uri":"C:\\src\\a.cs"}`, "C:/src/a.cs"},
		{"a Windows path with a base", `{"uri":"C:\\src\\a.cs","uriBaseId":"SRC"}`, "C:/src/a.cs"},
		{"an absolute URI below two bases", `{"uri":"file:///home/runner/work/bin/x.o"}`, "bin/x.o"},
		{"a page", `{"uri":"https://example.com/a?x=%26&y"}`, "https://example.com/a?x=%26&y"},
		{"by index", `{"index":0}`, "a/zero.c"},
		{"by index, with a base", `{"index":1}`, "src/one.c"},
		{"URI before index", `{"uri":"b.c","index":0}`, "b.c"},
		{"by index of nothing", `{"index":2}`, ""},
		{"by index beyond", `{"index":7}`, ""},
		{"index -1", `{"index":-1}`, ""},
	} {
		f := one(t, logOf(`"results":[{"locations":[{"physicalLocation":{"artifactLocation":`+tt.location+`}}]}]`, run))
		if f.Path != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, f.Path, tt.want)
		}
	}
	f := one(t, logOf(`"results":[{"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a","uriBaseId":"LOOP"}}}]}]`, run))
	if !strings.HasSuffix(f.Path, "l/a") {
		t.Errorf("a base on itself: %q", f.Path)
	}
}

func TestThePlaceIsThatOfTheFirstPhysicalLocation(t *testing.T) {
	place := func(uri string, line int) string {
		return fmt.Sprintf(`{"physicalLocation":{"region":{"startColumn":7,"startLine":%d},"artifactLocation":{"uri":%q}}}`, line, uri)
	}
	for locations, want := range map[string]string{
		place("a", 3) + "," + place("b", 4):                                                                       "a:3:7",
		`{"logicalLocations":[{"fullyQualifiedName":"f"}]},` + place("b", 4):                                      "b:4:7",
		`{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"charOffset":9}}}`:                         "a:0:0",
		`{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":"12"}}}`:                       "a:12:0",
		`{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":-5}}}`:                         "a:0:0",
		`{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":3.0,"startColumn":1e99}}}`:     "a:3:0",
		`{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":{"startLine":1.5,"startColumn":99999e99}}}`: "a:0:0",
	} {
		f := one(t, logOf(`"results":[{"locations":[`+locations+`]}]`))
		if got := fmt.Sprintf("%s:%d:%d", f.Path, f.Line, f.Col); got != want {
			t.Errorf("%s: %s, want %s", locations, got, want)
		}
	}
}

func TestWhereTheReportStatesAFinding(t *testing.T) {
	r := conclusive(t, "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"T\"}},\n\"results\":[\n  {},\n\t{\"ruleId\":\n\"A\"}]}]}")
	want := []evidence.Pos{{Line: 3, Col: 3}, {Line: 4, Col: 2}}
	got := []evidence.Pos{r.Findings.At(0).At, r.Findings.At(1).At}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Semgrep writes it of all findings alike, so that a new one would pass for one that moved.
func TestWithheldFingerprintIsNone(t *testing.T) {
	r := conclusive(t, logOf(`"results":[{"fingerprints":{"matchBasedId/v1":"requires login"}},{"fingerprints":{"matchBasedId/v1":"a1_0","n":"requires login"}}]`))
	if a, b := r.Findings.At(0).Fingerprints, r.Findings.At(1).Fingerprints; len(a) != 0 || len(b) != 1 || b[0].Value != "a1_0" {
		t.Errorf("got %v and %v", a, b)
	}
}

func TestFingerprintsOfBothKinds(t *testing.T) {
	long := strings.Repeat("f", 2000)
	r := conclusive(t, logOf(`"results":[{"fingerprints":{"id/v1":"abc","n":5,"o":{"x":1}},"partialFingerprints":{"primaryLocationLineHash":"39fa:1"}},{},`+
		`{"fingerprints":{"l":"`+long+`1"}},{"fingerprints":{"l":"`+long+`2"}}]`))
	if diff := cmp.Diff([]evidence.Fingerprint{{Name: "id/v1", Value: "abc"}, {Name: "n", Value: "5"}, {Name: "primaryLocationLineHash", Value: "39fa:1"}}, r.Findings.At(0).Fingerprints); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(r.Findings.At(1).Fingerprints) != 0 {
		t.Errorf("fingerprints of the result before: %v", r.Findings.At(1).Fingerprints)
	}
	third, fourth := r.Findings.At(2), r.Findings.At(3)
	a, b := third.Fingerprint("l"), fourth.Fingerprint("l")
	if a == b || len(a) > 100 || !strings.HasPrefix(a, "sha256:") {
		t.Errorf("long fingerprints became %q and %q", a, b)
	}
}

func TestBaselineStates(t *testing.T) {
	for word, want := range map[string]evidence.BaselineState{
		"new": evidence.BaselineNew, "unchanged": evidence.BaselineUnchanged, "updated": evidence.BaselineUpdated, "existing": evidence.Unstated,
	} {
		if f := one(t, logOf(`"results":[{"baselineState":"`+word+`"}]`)); f.Baseline != want {
			t.Errorf("%s: %d, want %d", word, f.Baseline, want)
		}
	}
}

// TestLogsOfGoSARIF writes simple logs with the library that the customer uses and
// looks whether they are read as they were written.
func TestLogsOfGoSARIF(t *testing.T) {
	levels := []string{"error", "warning", "note", "none"}
	log, err := sarif.New(sarif.Version210)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for tool := range 3 {
		run := sarif.NewRunWithInformationURI(fmt.Sprintf("tool%d", tool), "https://example.com")
		run.AddInvocation(true)
		for i := range 40 {
			rule, path, level, text := fmt.Sprintf("R%d", i%7), fmt.Sprintf("dir %d/file.go", i%5), levels[i%4], fmt.Sprintf("finding \"%d\"\nof ✓ {0} %%", i)
			run.AddRule(rule).WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel("note"))
			result := run.CreateResultForRule(rule).WithMessage(sarif.NewTextMessage(text))
			result.AddLocation(sarif.NewLocationWithPhysicalLocation(sarif.NewPhysicalLocation().
				WithArtifactLocation(sarif.NewSimpleArtifactLocation(path)).WithRegion(sarif.NewSimpleRegion(i+1, i+2).WithStartColumn(i + 3))))
			from := "result"
			if i%3 > 0 {
				result.WithLevel(level)
			} else {
				level, from = "note", "rule"
			}
			suppressed := i%10 == 4
			if suppressed {
				result.WithSuppression([]*sarif.Suppression{sarif.NewSuppression("inSource")})
			}
			want = append(want, fmt.Sprintf("tool%d %s %s %s %s:%d:%d %t %q", tool, rule, level, from, path, i+1, i+3, suppressed, text))
		}
		log.AddRun(run)
	}
	var b bytes.Buffer
	if err := log.PrettyWrite(&b); err != nil {
		t.Fatal(err)
	}
	r := conclusive(t, b.String())
	var got []string
	for _, f := range r.Findings.All() {
		got = append(got, fmt.Sprintf("%s %s %s %s %s:%d:%d %t %q", f.Tool, f.Rule, f.Level, f.LevelFrom, f.Path, f.Line, f.Col, f.Suppressed, f.Message))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems: %s", problems(r))
	}
}

// What has a place on a scale of severity, the policy needs to know: a condition on
// a scale that no rule and no finding uses would be met by nothing.
func TestScalesAndWordsOfSeverity(t *testing.T) {
	r := conclusive(t, withRules(`[{"id":"A","properties":{"severity":"HIGH","problem":{"severity":"low","deep":{"er":{"x":"high"}}},"name":"critical path"}},`+
		`{"id":"B","properties":{"security-severity":"0.0","precision":"info"}},{"id":"C"}]`,
		`"results":[{"ruleId":"A","properties":{"problem":{"severity":"critical"}}},{"ruleId":"A"},{"ruleId":"B"},{"ruleId":"C","properties":{"severity":3,"security-severity":"5"}}]`))
	var got [][]string
	for _, f := range r.Findings.All() {
		got = append(got, f.Ratings)
	}
	want := [][]string{
		{"properties.problem.severity=critical", "properties.severity=HIGH", "properties.problem.severity=low"},
		{"properties.severity=HIGH", "properties.problem.severity=low"},
		{"properties.precision=info"},
		nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ratings: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"properties.problem.severity", "properties.severity", "security-severity"}, r.ToolRuns[0].Scales); diff != "" {
		t.Errorf("scales: -want +got:\n%s", diff)
	}
}

// §3.52: a reference may name a taxon by index or GUID alone.
func TestTaxaByIndexAndGUID(t *testing.T) {
	taxonomies := `"taxonomies":[{"name":"OWASP","taxa":[{"id":"3"}]},{"name":"CWE","guid":"25F72D7E-8A92-459D-AD67-64853F788765","taxa":[{"id":"22"},{"id":"79","guid":"AAAA"}]}]`
	for taxa, want := range map[string][]string{
		`{"index":1,"toolComponent":{"index":1}}`:                                               {"CWE-79"},
		`{"guid":"aaaa","toolComponent":{"name":"cwe"}}`:                                        {"CWE-79"},
		`{"index":0,"toolComponent":{"guid":"25f72d7e-8a92-459d-ad67-64853f788765"}}`:           {"CWE-22"},
		`{"index":0,"toolComponent":{"index":0}}`:                                               nil,
		`{"id":"89","toolComponent":{"name":"CWE"}},{"index":7,"toolComponent":{"name":"CWE"}}`: {"CWE-89"},
		`{"index":1}`: nil,
	} {
		f := one(t, logOf(taxonomies, `"results":[{"taxa":[`+taxa+`]}]`))
		if diff := cmp.Diff(want, f.CWE, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", taxa, diff)
		}
	}
	f := one(t, logOf(`"results":[{"properties":{"tags":["CWE-79, CWE-80/cwe-0352","incwe-5","external/cwe/cwe-020"]}}]`))
	if diff := cmp.Diff([]string{"CWE-20", "CWE-352", "CWE-79", "CWE-80"}, f.CWE); diff != "" {
		t.Errorf("several in one tag: -want +got:\n%s", diff)
	}
}

// §3.17.3, with GitHub's examples.
func TestCategoryIsTheIdBeforeItsLastSlash(t *testing.T) {
	for id, want := range map[string]string{
		"my-analysis/tool1/2021-02-01": "my-analysis/tool1", "my-analysis/tool1/": "my-analysis/tool1", "my-analysis for tool1": "", "": "",
	} {
		r := conclusive(t, logOf(`"results":[{}],"automationDetails":{"id":"`+id+`"}`))
		if got, of := r.ToolRuns[0].Category, r.Findings.At(0).Category; got != want || of != want {
			t.Errorf("%q: run of %q, finding of %q, want %q", id, got, of, want)
		}
	}
}

// §3.30: a region may end on a later line. §3.48: a result may say since when it is known.
func TestRegionsAndFirstDetection(t *testing.T) {
	for _, tt := range []struct {
		name, region, provenance string
		end                      int
		seen                     string
	}{
		{"one line", `{"startLine":3}`, `{}`, 0, ""},
		{"several lines", `{"startLine":3,"endLine":5}`, `{}`, 5, ""},
		{"the end first", `{"endLine":5,"startLine":3}`, `{}`, 5, ""},
		{"ends where it begins", `{"startLine":3,"endLine":3}`, `{}`, 0, ""},
		{"ends before it begins", `{"startLine":3,"endLine":2}`, `{}`, 0, ""},
		{"no beginning", `{"endLine":5}`, `{}`, 0, ""},
		{"a time", `{}`, `{"invocationIndex":0,"firstDetectionTimeUtc":"2016-07-16T14:18:25.999Z"}`, 0, "2016-07-16T14:18:25Z"},
		{"a time in another zone", `{}`, `{"firstDetectionTimeUtc":"2016-07-16T14:18:25+02:00"}`, 0, "2016-07-16T12:18:25Z"},
		{"a time without a zone", `{}`, `{"firstDetectionTimeUtc":"2016-07-16T14:18:25.5"}`, 0, "2016-07-16T14:18:25Z"},
		{"a day", `{}`, `{"firstDetectionTimeUtc":"2016-07-16"}`, 0, "2016-07-16T00:00:00Z"},
		{"no day", `{}`, `{"firstDetectionTimeUtc":"2016-02-30"}`, 0, ""},
		{"words", `{}`, `{"firstDetectionTimeUtc":"yesterday"}`, 0, ""},
		{"null", `{}`, `{"firstDetectionTimeUtc":null}`, 0, ""},
		{"before 1970", `{}`, `{"firstDetectionTimeUtc":"1969-12-31T23:59:59Z"}`, 0, ""},
		{"beyond the year 2105", `{}`, `{"firstDetectionTimeUtc":"2200-01-01T00:00:00Z"}`, 0, ""},
	} {
		f := one(t, logOf(`"results":[{"provenance":`+tt.provenance+`,"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"},"region":`+tt.region+`}}]}]`))
		seen := ""
		if !f.FirstSeen.IsZero() {
			seen = f.FirstSeen.Format(time.RFC3339)
		}
		if f.EndLine != tt.end || seen != tt.seen {
			t.Errorf("%s: ends on %d, seen %q; want %d and %q", tt.name, f.EndLine, seen, tt.end, tt.seen)
		}
	}
}
