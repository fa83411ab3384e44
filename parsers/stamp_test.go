package parsers_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/parsers"
)

// stated has of each format that states a time a report cut down to that, and the
// time: 1,777,889,472 s after 1970 are 2026-05-04T10:11:12Z (date -u -d @1777889472).
// Where several stand in it, the latest is 10:11:12.
var stated = []struct {
	format, doc string
	zoneless    bool
}{
	{"ctrf-json", `{"results":{"tool":{"name":"x"},"summary":{"tests":0,"start":1777889400123,"stop":1777889472999},"tests":[]}}`, false},
	{"ctrf-json", `{"reportFormat":"CTRF","specVersion":"1.0.0","timestamp":"2026-05-04T12:11:12.5+02:00","results":{"summary":{},"tests":[]}}`, false},
	{"cucumber-json", `[{"keyword":"Feature","elements":[{"start_timestamp":"2026-05-04T10:11:12.345Z","type":"scenario","steps":[]}]}]`, false},
	{"cucumber-messages", `{"testRunStarted":{"timestamp":{"seconds":1777889400,"nanos":1}}}` + "\n" + `{"testRunFinished":{"success":true,"timestamp":{"seconds":"1777889472","nanos":999999999}}}` + "\n", false},
	{"go-test-json", `{"Time":"2026-05-04T03:11:12.9-07:00","Action":"run","Package":"p","Test":"T"}` + "\n", false},
	{"jest-json", `{"numRuntimeErrorTestSuites":0,"numTotalTests":0,"startTime":1777889472001,"testResults":[]}`, false},
	{"vitest-json", `{"numTotalTests":0,"startTime":1777889472001,"testResults":[]}`, false},
	{"junit-xml", `<testsuites><testsuite name="a" timestamp="2026-05-04T09:00:00"/><testsuite name="b" timestamp="2026-05-04T10:11:12"/></testsuites>`, true},
	{"junit-xml", `<testsuite name="a" timestamp="2026-05-04T13:11:12+03:00"/>`, false},
	{"mocha-json", `{"stats":{"tests":0,"passes":0,"failures":0,"start":"2026-05-04T10:00:00.000Z","end":"2026-05-04T10:11:12.999Z"},"tests":[],"passes":[],"failures":[]}`, false},
	{"nunit-xml", `<test-results name="a.dll" total="0" date="2026-05-04" time="10:11:12"/>`, true},
	{"nunit3-xml", `<test-run id="2" start-time="2026-05-04 10:00:00Z" end-time="2026-05-04 10:11:12Z"/>`, false},
	{"playwright-json", `{"config":{"rootDir":"/x","projects":[],"workers":1},"suites":[],"errors":[],"stats":{"startTime":"2026-05-04T10:11:12.345Z","duration":1}}`, false},
	{"robot-xml", `<robot generator="Robot 6.1" generated="20260504 10:11:12.345"/>`, true},
	{"robot-xml", `<robot generator="Robot 7.0" generated="2026-05-04T10:11:12.345678"/>`, true},
	{"testng-xml", `<testng-results total="0"><suite name="s" started-at="2026-05-04T10:00:00Z" finished-at="2026-05-04T10:11:12Z"/></testng-results>`, false},
	{"testng-xml", `<testng-results total="0"><suite name="s" started-at="2026-05-04T10:11:12 IST"/></testng-results>`, true},
	{"trx", `<TestRun><Times creation="2026-05-04T12:00:00.0000000+02:00" start="2026-05-04T12:00:00+02:00" finish="2026-05-04T12:11:12.9999999+02:00"/></TestRun>`, false},
	{"xunit-xml", `<assemblies><assembly name="a.dll" run-date="2026-05-04" run-time="10:11:12"/></assemblies>`, true},
	{"xunit-xml", `<assemblies><assembly name="a.dll" run-date="2026-05-04" run-time="12:11:12" finish-rtf="2026-05-04T12:11:12.5+02:00"/></assemblies>`, false},
	{"clover", `<coverage generated="1777889472"><project timestamp="1777889400"/></coverage>`, false},
	{"clover", `<coverage generated="1777889472123" clover="3.2.0"><project timestamp="1777889472000"/></coverage>`, false},
	{"cobertura", `<coverage line-rate="0" timestamp="1777889472123"><packages/></coverage>`, false},
	{"cobertura", `<coverage line-rate="0" timestamp="1777889472"><packages/></coverage>`, false},
	{"coverage-py-json", `{"meta":{"format":3,"version":"7","timestamp":"2026-05-04T10:11:12.345678"},"files":{},"totals":{"num_statements":0,"covered_lines":0}}`, true},
	{"coveralls-json", `{"run_at":"2026-05-04 02:11:12 -0800","source_files":[]}`, false},
	{"jacoco", `<report name="a"><sessioninfo id="x" start="1777889000000" dump="1777889472123"/></report>`, false},
	{"simplecov-resultset", `{"RSpec":{"coverage":{"/a.rb":{"lines":[1]}},"timestamp":1777889472}}`, false},
	{"sarif", `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"startTimeUtc":"2026-05-04T10:00:00Z","endTimeUtc":"2026-05-04T10:11:12.5Z"}],"results":[]}]}`, false},
	{"google-benchmark-json", `{"context":{"date":"2026-05-04T12:11:12+02:00","num_cpus":8},"benchmarks":[]}`, false},
	{"jmeter-csv", "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success\n1777889470000,2500,a,200,OK,t,text,true\n1777889470000,25,a,200,OK,t,text,true\n", false},
	{"jmeter-xml", `<testResults version="1.2"><httpSample t="2500" ts="1777889470000" lb="a" s="true"/></testResults>`, false},
	{"pytest-benchmark-json", `{"machine_info":{},"commit_info":{"time":"2027-01-01T00:00:00"},"benchmarks":[],"datetime":"2026-05-04T10:11:12.345678+00:00","version":"4"}`, false},
}

func TestTimesThatReportsState(t *testing.T) {
	want := time.Date(2026, 5, 4, 10, 11, 12, 0, time.UTC)
	seen := map[string]bool{}
	for _, c := range stated {
		r := parse(t, "r", strings.NewReader(c.doc))
		if r.Format != c.format || !r.Time.At.Equal(want) || r.Time.Zoneless != c.zoneless {
			t.Errorf("%s, want %s: %v, no zone %t: %s", r.Format, c.format, r.Time.At, r.Time.Zoneless, c.doc)
		}
		seen[c.format] = true
	}
	for _, f := range parsers.Formats {
		if seen[f.Name] != (f.Times != "") {
			t.Errorf("%s: the table says %q", f.Name, f.Times)
		}
	}
}

// What is no time, or 0 from a tool that does not know, states none: it is never
// taken for now.
func TestWhatStatesNoTime(t *testing.T) {
	for _, at := range []string{"", "now", "0", "2026-05-04", "10:11:12", "2026-02-30T10:11:12", "2026-13-01T00:00:00Z", "2026-05-04T24:00:00", "1969-12-31T23:59:59Z",
		"1970-01-01T00:00:00+01:00", "-2026-05-04T10:11:12", "2026-05-04T1o:11:12", "99999999999999999999", "2026-05-04T"} {
		for _, doc := range []string{`<testsuite name="a" timestamp="` + at + `"/>`, `<coverage line-rate="0" timestamp="` + strings.ReplaceAll(at, "-", "x") + `"><packages/></coverage>`} {
			if r := parse(t, "r", strings.NewReader(doc)); r.Time.Stated() {
				t.Errorf("%q states %v", at, r.Time.At)
			}
		}
	}
}
