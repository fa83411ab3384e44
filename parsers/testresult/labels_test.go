package testresult

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// R2: what a runner writes beside a test to tell it from others can be asked for, whatever the format
// calls it, and so can the file of a test that passed.
func TestLabelsAndFiles(t *testing.T) {
	for name, c := range map[string]struct {
		f    format.Format
		in   string
		want []string // outcome name file properties
	}{
		"JUnit": {JUnit, `<testsuite><testcase name="a" file="a.rb" line="3"><properties><property name="m" value="slow"/></properties></testcase><testcase name="b" file="a.rb"/></testsuite>`,
			[]string{"passed a a.rb m=slow", "passed b a.rb"}},
		"JUnit, a file of a suite": {JUnit, `<testsuites><testsuite name="s" file="s.js"><testcase name="a" classname="c" time="0"/><testcase name="b" file="b.js"/><testsuite><testcase name="c"><failure/></testcase></testsuite></testsuite>` +
			`<testsuite><testcase name="d" classname="c" time="0"/></testsuite></testsuites>`,
			[]string{"passed a s.js", "passed b b.js", "failed c s.js", "passed d "}},
		"TestNG": {TestNG, `<testng-results><suite name="s"><groups><group name="slow"><method signature="C.a()[pri:0]" name="a" class="C"/><method signature="C.b()" name="b" class="C"/></group>` +
			`<group name="db"><method signature="C.a()[pri:0]" name="a" class="C"/></group></groups><test name="t"><class name="C"><test-method status="PASS" signature="C.a()[pri:0]" name="a"/>` +
			`<test-method status="FAIL" signature="C.b()" name="b"/></class><class name="D"><test-method status="PASS" signature="C.b()" name="b"/></class></test></suite>` +
			`<suite name="u"><test name="t"><class name="C"><test-method status="PASS" signature="C.b()" name="b"/></class></test></suite></testng-results>`,
			[]string{"passed a  group=slow group=db", "failed b  group=slow", "passed b ", "passed b "}},
		"go test -json": {GoTestJSON, `{"Action":"run","Package":"m","Test":"TestA"}` + "\n" + `{"Action":"attr","Package":"m","Test":"TestA","Key":"owner","Value":"a \u0026 b"}` + "\n" +
			`{"Action":"run","Package":"m","Test":"TestA/x"}` + "\n" + `{"Action":"attr","Package":"m","Test":"TestA","Key":"tag","Value":"slow"}` + "\n" + `{"Action":"pass","Package":"m","Test":"TestA/x"}` + "\n" +
			`{"Action":"pass","Package":"m","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"m"}` + "\n",
			[]string{"passed TestA/x ", "passed TestA  owner=a & b tag=slow"}},
		"go test -v": {GoTestText, "=== RUN   TestA\n=== ATTR  TestA owner a & b\n=== ATTR  TestB tag slow\n=== ATTR  TestA tag slow\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n--- PASS: TestB (0.00s)\nPASS\nok  \tm\t0.003s\n",
			[]string{"passed TestA  owner=a & b tag=slow", "passed TestB "}},
		"ExUnit": {JUnit, `<testsuite><testcase name="a" file="test/a_test.exs:7"/><testcase name="b" file="c:/a.exs"/><testcase name="c" file=":7"/></testsuite>`,
			[]string{"passed a test/a_test.exs", "passed b c:/a.exs", "passed c :7"}},
		"TRX": {TRX, `<TestRun><TestDefinitions><UnitTest id="11111111-1111-1111-1111-111111111111"><TestCategory><TestCategoryItem TestCategory="Slow"/><TestCategoryItem TestCategory="Db"/></TestCategory>` +
			`<Properties><Property><Key>area</Key><Value>pay</Value></Property></Properties><TestMethod className="C"/></UnitTest></TestDefinitions>` +
			`<Results><UnitTestResult testName="a" testId="11111111-1111-1111-1111-111111111111" outcome="Passed"/></Results><ResultSummary outcome="Completed"/></TestRun>`,
			[]string{"passed a  TestCategory=Slow TestCategory=Db area=pay"}},
		"NUnit 3": {NUnit3, `<test-run><test-suite type="TestFixture"><properties><property name="Category" value="Slow"/><property name="_PID" value="7"/></properties>` +
			`<test-case name="a" result="Passed"><properties><property name="Category" value="Db"/><property name="Category" value="Slow"/></properties></test-case><test-case name="b" result="Failed"/></test-suite>` +
			`<test-suite><test-case name="c" result="Passed"/></test-suite></test-run>`,
			[]string{"passed a  Category=Slow Category=Db", "failed b  Category=Slow", "passed c "}},
		"NUnit 2": {NUnit2, `<test-results name="x" total="1"><test-suite><results><test-case name="N.a" executed="True" success="True" result="Success"><categories><category name="Slow"/></categories>` +
			`<properties><property name="area" value="pay"/></properties></test-case></results></test-suite></test-results>`,
			[]string{"passed N.a  Category=Slow area=pay"}},
		"xUnit.net": {XUnit, `<assemblies><assembly name="a.dll"><collection><test name="a" type="C" result="Pass" source-file="C.cs" source-line="3"><traits><trait name="Category" value="Slow"/></traits></test></collection></assembly></assemblies>`,
			[]string{"passed a C.cs Category=Slow"}},
		"xUnit.net, with elements": {XUnit, `<assemblies><assembly name="a.dll"><collection><test name="a" result="Pass"><source-file>A.cs</source-file><source-line>15</source-line></test>` +
			`<test name="b" result="Skip"><source-file>B.cs</source-file><source-line>42</source-line><reason>later</reason></test></collection></assembly></assemblies>`,
			[]string{"passed a A.cs", "skipped b B.cs"}},
		"Cucumber": {CucumberJSON, `[{"uri":"f.feature","keyword":"Feature","name":"F","elements":[{"name":"a","type":"scenario","keyword":"Scenario","tags":[{"name":"@slow","line":1},{"name":"@db"}],` +
			`"steps":[{"result":{"status":"passed"}}]}],"tags":[{"name":"@db","line":1}]}]`,
			[]string{"passed a f.feature tag=db tag=slow"}},
		"behave": {CucumberJSON, `[{"keyword":"Feature","location":"f.feature:1","name":"F","status":"passed","tags":["db"],"elements":[{"name":"a","type":"scenario","keyword":"Scenario","location":"f.feature:3","status":"passed","tags":["slow"],` +
			`"steps":[{"result":{"status":"passed"}}]}]}]`,
			[]string{"passed a f.feature tag=db tag=slow"}},
		"Cucumber Messages": {CucumberMessages, `{"pickle":{"id":"p","uri":"f.feature","name":"a","tags":[{"name":"@slow","astNodeId":"1"}]}}
{"testCase":{"id":"c","pickleId":"p","testSteps":[{"id":"s"}]}}
{"testRunStarted":{}}
{"testCaseStarted":{"id":"r","testCaseId":"c"}}
{"testStepFinished":{"testCaseStartedId":"r","testStepId":"s","testStepResult":{"status":"PASSED"}}}
{"testCaseFinished":{"testCaseStartedId":"r"}}
{"testRunFinished":{"success":true}}
`, []string{"passed a f.feature tag=slow"}},
		"Playwright": {PlaywrightJSON, `{"config":{"rootDir":"/"},"suites":[{"file":"a.spec.ts","specs":[{"title":"a","ok":true,"tags":["slow"],"tests":[{"annotations":[{"type":"issue","description":"#7"}],` +
			`"expectedStatus":"passed","status":"expected","results":[{"status":"passed"}]}],"file":"a.spec.ts","line":3}]}],"stats":{"expected":1,"unexpected":0,"flaky":0,"skipped":0}}`,
			[]string{"passed a a.spec.ts tag=slow issue=#7"}},
		"Robot 7": {Robot, `<robot generator="Robot 7"><suite name="S" source="s.robot"><test name="a"><tag>slow</tag><tag>db</tag><status status="PASS"/></test><test name="b"><status status="PASS"/></test></suite></robot>`,
			[]string{"passed a s.robot tag=slow tag=db", "passed b s.robot"}},
		"Robot 3": {Robot, `<robot generator="Robot 3"><suite name="S" source="s.robot"><test name="a"><tags><tag>slow</tag><tag>db</tag></tags><status status="FAIL">why</status></test></suite></robot>`,
			[]string{"failed a s.robot tag=slow tag=db"}},
		"CTRF": {CTRF, `{"results":{"summary":{"tests":1,"passed":1,"failed":0},"tests":[{"name":"a","status":"passed","filePath":"a.ts","tags":["@slow"],"labels":{"area":"pay","n":7,"os":["linux","mac"]}}]}}`,
			[]string{"passed a a.ts tag=slow area=pay n=7 os=linux os=mac"}},
		"Mocha": {MochaJSON, `{"stats":{"tests":1,"passes":1,"failures":0},"tests":[{"title":"a","fullTitle":"a","file":"a.js"}],"passes":[{"title":"a","fullTitle":"a","file":"a.js"}],"pending":[],"failures":[]}`,
			[]string{"passed a a.js"}},
		"RSpec": {RSpecJSON, `{"examples":[{"full_description":"a","status":"passed","file_path":"./a_spec.rb","line_number":3,"run_time":0.01}],"summary":{"example_count":1,"failure_count":0}}`,
			[]string{"passed a ./a_spec.rb"}},
		"SonarQube": {SonarTests, `<testExecutions version="1"><file path="a.js"><testCase name="a" duration="1"/></file></testExecutions>`, []string{"passed a a.js"}},
		"TAP":       {TAP, "1..1\nok 1 - a\n  ---\n  file: a.t\n  line: 7\n  ...\n", []string{"passed a a.t"}},
		"Dart": {DartJSON, `{"type":"suite","suite":{"id":0,"path":"a_test.dart"}}
{"type":"testStart","test":{"id":1,"name":"a","suiteID":0}}
{"type":"testDone","testID":1,"result":"success","hidden":false,"skipped":false}
{"type":"done","success":true}
`, []string{"passed a a_test.dart"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &evidence.Report{Source: "r"}
			if err := c.f.Parse(context.Background(), format.Source{Name: "r", Reader: strings.NewReader(c.in)}, r); err != nil || !r.Conclusive() {
				t.Errorf("error %v, problems %s", err, problems(r))
			}
			var got []string
			for _, k := range r.Cases.All() {
				line := fmt.Sprintf("%s %s %s", k.Outcome, k.Name, k.File)
				for _, p := range k.Properties {
					line += fmt.Sprintf(" %s=%s", p.Name, p.Value)
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// Equal labels of many cases are one list, and no case writes into that of another.
func TestLabelsAreShared(t *testing.T) {
	var l labels
	take := func(tags ...string) []evidence.Property {
		l.begin(nil)
		for _, tag := range tags {
			l.tag([]byte(tag))
		}
		return l.list()
	}
	first, second, other := take("slow", "@db", "slow"), take("slow", "db"), take("slow", "mail")
	if len(first) != 2 || &first[0] != &second[0] {
		t.Errorf("%v and %v are two lists", first, second)
	}
	if first[1].Value != "db" || other[1].Value != "mail" || take() != nil || take("", "@") != nil {
		t.Errorf("%v, %v", first, other)
	}
	many := make([]string, 2*maxProperties)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	if got := take(many...); len(got) != maxProperties {
		t.Errorf("%d labels are kept", len(got))
	}
}

func TestJUnitSkippedAndNotListed(t *testing.T) {
	const listed = `<testcase name="a"/><testcase name="b"><failure/></testcase>`
	for name, c := range map[string]struct{ in, want string }{
		// as mocha-junit-reporter without includePending
		"pending":                    {`<testsuites tests="5" failures="1" skipped="3"><testsuite tests="5" failures="1" skipped="3">` + listed + `</testsuite></testsuites>`, want(1, 1, 0, 3, true)},
		"pending, in the root alone": {`<testsuites tests="5" failures="1" skipped="3"><testsuite>` + listed + `</testsuite></testsuites>`, want(1, 1, 0, 3, true)},
		"pending of two suites, counted together": {`<testsuites tests="4" failures="0" skipped="2"><testsuite tests="2" failures="0"><testcase name="a"/></testsuite><testsuite tests="2" failures="0"><testcase name="b"/></testsuite></testsuites>`, want(2, 0, 0, 2, true)},
		"more missing than counted together":      {`<testsuites tests="4" failures="0" skipped="1"><testsuite tests="2" failures="0"><testcase name="a"/></testsuite><testsuite tests="2" failures="0"><testcase name="b"/></testsuite></testsuites>`, want(2, 0, 0, 1, false)},
		"counted together, and listed later":      {`<testsuites tests="4" failures="0" skipped="1"><testsuite tests="2" failures="0"><testcase name="a"/></testsuite><testsuite tests="2" failures="0"><testcase name="b"/><testcase name="c"><skipped/></testcase></testsuite></testsuites>`, want(2, 0, 0, 2, false)},
		"pending, and one is missing":             {`<testsuite tests="6" failures="1" skipped="3">` + listed + `</testsuite>`, want(1, 1, 0, 3, false)},
		"pending, and a failure beside":           {`<testsuite tests="5" failures="2" skipped="3">` + listed + `</testsuite>`, want(1, 1, 1, 2, true)},
		"missing":                                 {`<testsuite tests="5" failures="1" skipped="0">` + listed + `</testsuite>`, want(1, 1, 0, 0, false)},
		"skipped, and none is missing":            {`<testsuite tests="2" failures="1" skipped="1">` + listed + `</testsuite>`, want(1, 1, 0, 0, true)},
		"Catch2 counts assertions":                {`<testsuite tests="9" failures="1" skipped="1" hostname="tbd">` + listed + `</testsuite>`, want(1, 1, 0, 0, true)},
		// as gotestsum writes lines of the compiler
		"a package that did not build": {`<testsuites tests="0" failures="1" errors="4"><testsuite tests="0" failures="0"><properties><property name="go.version" value="x"/></properties><testcase name="TestMain"><failure/></testcase></testsuite></testsuites>`, want(0, 1, 0, 0, true)},
		"errors, and all was built":    {`<testsuites tests="1" failures="0" errors="4"><testsuite tests="1" failures="0"><properties><property name="go.version" value="x"/></properties><testcase name="a"/></testsuite></testsuites>`, want(1, 0, 4, 0, true)},
		"errors of another writer":     {`<testsuites tests="1" failures="1" errors="4"><testsuite tests="0" failures="0"><testcase name="TestMain"><failure/></testcase></testsuite></testsuites>`, want(0, 1, 4, 0, true)},
	} {
		t.Run(name, func(t *testing.T) {
			if r := readJUnit(t, c.in); sum(r) != c.want {
				t.Errorf("got %s\nwant %s\n%s", sum(r), c.want, problems(r))
			}
		})
	}
}

// RSpec 3.12 with --dry-run and without, on one machine; the times are its own.
func TestRSpecDryRun(t *testing.T) {
	doc := func(times ...string) string {
		var examples []string
		for _, s := range times {
			examples = append(examples, `{"full_description":"a","status":"passed","file_path":"./a_spec.rb","run_time":`+s+`}`)
		}
		return fmt.Sprintf(`{"examples":[%s],"summary":{"example_count":%d,"failure_count":0}}`, strings.Join(examples, ","), len(times))
	}
	for name, c := range map[string]struct {
		in         string
		conclusive bool
	}{
		"--dry-run":                      {doc("2.1103e-05", "5.132e-06", "4.493e-06", "3.847e-06"), false},
		"--dry-run of one":               {doc("3.225e-05"), false},
		"--dry-run while it was stopped": {doc("0.000122676", "3.039e-06", "3.675e-06", "5.291e-06"), false},
		"empty examples":                 {doc("0.000554028", "4.4997e-05", "4.7348e-05", "6.1797e-05"), true},
		"one example":                    {doc("0.010644043"), true},
		"no times":                       {doc("0", "0"), true},
	} {
		t.Run(name, func(t *testing.T) {
			if r := readAs(t, RSpecJSON, c.in); r.Conclusive() != c.conclusive || r.Cases.Len() == 0 {
				t.Errorf("conclusive %t\n%s", r.Conclusive(), problems(r))
			}
		})
	}
}

func TestGoTextLoggedPass(t *testing.T) {
	const end = "\nFAIL\nFAIL\texample.com/a\t0.1s\n"
	for name, c := range map[string]struct{ in, want string }{
		"logged, and failed":           {"=== RUN   TestA\n    a_test.go:7: --- PASS: TestA (0.00s)\n--- FAIL: TestA (0.00s)" + end, want(0, 1, 0, 0, true)},
		"logged on a further line":     {"=== RUN   TestA\n    a_test.go:7: was\n        --- PASS: TestA (0.00s)\n--- FAIL: TestA (0.00s)" + end, want(0, 1, 0, 0, true)},
		"logged, and the run was shot": {"=== RUN   TestA\n    a_test.go:7: --- PASS: TestA (0.00s)" + end, want(0, 0, 1, 0, true)},
		"behind what the test printed": {"=== RUN   TestA\nprinted--- PASS: TestA (0.00s)\n=== RUN   TestB\n--- FAIL: TestB (0.00s)" + end, want(1, 1, 0, 0, true)},
		"of a subtest":                 {"=== RUN   TestA\n=== RUN   TestA/b\n    --- PASS: TestA/b (0.00s)\n--- FAIL: TestA (0.00s)" + end, want(1, 1, 0, 0, true)},
		"a failure that was logged":    {"=== RUN   TestA\n    a_test.go:7: --- FAIL: TestA (0.00s)\n--- PASS: TestA (0.00s)" + end, want(0, 1, 0, 0, true)},
	} {
		t.Run(name, func(t *testing.T) {
			if r := readAs(t, GoTestText, c.in); sum(r) != c.want {
				t.Errorf("got %s\nwant %s\n%s", sum(r), c.want, problems(r))
			}
		})
	}
}
