package main

import (
	"fmt"
	"strings"
)

// policyOf has one source, which is every file of r, and one gate.
func policyOf(kind string, conditions ...string) string {
	return fmt.Sprintf("version: 1\nevidence: {e: {%s: [\"r/*\"]}}\ngates: {g: {from: e, require: [%s]}}\n", kind, strings.Join(conditions, ", "))
}

func tests(conditions ...string) string    { return policyOf("tests", conditions...) }
func coverage(conditions ...string) string { return policyOf("coverage", conditions...) }
func findings(conditions ...string) string { return policyOf("findings", conditions...) }

// r is files of the source, by the order in which they are given.
func r(texts ...string) map[string]string {
	files := map[string]string{"other/readme": ""}
	for i, text := range texts {
		files[fmt.Sprintf("r/r%d", i)] = text
	}
	return files
}

// junit is a report whose header says nothing.
func junit(cases string) string {
	return `<testsuites><testsuite name="shop">` + cases + `</testsuite></testsuites>`
}

// passes are so many tests that do.
func passes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<testcase name=\"p%d\"/>", i)
	}
	return b.String()
}

const (
	enricoMi = "EnricoMi/publish-unit-test-result-action"
	dorny    = "dorny/test-reporter"
	mikepenz = "mikepenz/action-junit-report"
	ctrf     = "ctrf-io/github-test-reporter"
	fails    = `<testcase name="f"><failure message="no"/></testcase>`
)

var testWays = []way{
	{"no file at all", enricoMi, "the check is neutral and the step ends with 0 unless `action_fail_on_inconclusive`", "its source", tests("failed = 0"), r(), nil, nil, 3},
	{"no file, and a share is asked for", ctrf, "exit 0 unless `exit-on-no-files`", "its source", tests("pass-rate > 90%"), r(), nil, nil, 3},
	{"no file, and the tests are limited from below", mikepenz, "success unless `require_tests`", "its source", tests("tests >= 1"), r(), nil, nil, 3},
	{"a report without tests", enricoMi, "success, \"No tests found\"", enricoMi + "#664", tests("failed = 0"), r("<testsuites/>"), nil, nil, 3},
	{"a suite without tests", dorny, "success", dorny + "#373", tests("failed = 0"), r(`<testsuite name="s" tests="0" failures="0"></testsuite>`), nil, nil, 3},
	{"a report without tests, and skipped ones are limited", "uhafner/quality-monitor", "the rate is shown as 100 %", "its source", tests("skipped <= 5"), r("<testsuites/>"), nil, nil, 3},
	{"an empty file", ctrf, "exit 0", "its source", tests("failed = 0"), r(""), nil, nil, 3},
	{"an empty file beside a good one", mikepenz, "it is logged and ignored unless `fail_on_parse_error`", "its source", tests("failed = 0"), r(junit(passes(1)), ""), nil, nil, 3},
	{"XML that is not well-formed", mikepenz, "it is ignored and counts 0 tests", "its source", tests("failed = 0"), r("<testsuites><testsuite></testsuites>"), nil, nil, 3},
	{"JSON that is cut off", ctrf, "a warning and exit 0", "its source", tests("failed = 0"), r(`{"results": {"tool": {"name": "x"}, "summary": {`), nil, nil, 3},
	{"one bad file of two", ctrf, "the bad one is skipped with `console.warn`", "its source", tests("failed = 0"), r(junit(passes(1)), `{"reportFormat": "CTRF", "results": {`), nil, nil, 3},
	{"a report that ends in the middle", mikepenz, "silently partial", "its source", tests("failed = 0"), r(junit(passes(1)), `<testsuite name="s" tests="9"><testcase name="a"/><testcase na`), nil, nil, 3},
	{"the page of an error in place of the report", enricoMi, "the step ends with 0 unless `action_fail`", "its source", tests("failed = 0"), r("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"), nil, nil, 3},
	{"a header that counts errors which the bodies do not show", mikepenz, "headers are ignored: 25 passed", mikepenz + "#1005", tests("failed = 0", "errored = 0"),
		r(`<testsuite name="s" tests="36" failures="0" errors="11">` + passes(25) + `</testsuite>`), nil, nil, 1},
	{"a failure under a header that says 0", enricoMi, "the verdict is made from headers", "its source", tests("failed = 0"), r(`<testsuite name="s" tests="1" failures="0">` + fails + `</testsuite>`), nil, nil, 1},
	{"a suite that has an error and no tests", enricoMi, "success, \"1 pass\", on Jenkins' own fixture 6700", "its source", tests("errored = 0"),
		r(`<testsuite name="s" tests="0" errors="1"><error message="setup"/></testsuite>`), nil, nil, 1},
	{"a suite that has an error beside tests that pass", dorny, "errors of suites are ignored", "its source", tests("errored = 0"), r(`<testsuite name="s"><error message="teardown"/>` + passes(3) + `</testsuite>`), nil, nil, 1},
	{"a suite that failed to run, in its header alone", "jest-junit", "nothing says that the file never ran", "jest-community/jest-junit#46", tests("errored = 0"),
		r(`<testsuites tests="1" failures="0" errors="1"><testsuite name="s" tests="0" errors="1"/><testsuite name="t" tests="1">` + passes(1) + `</testsuite></testsuites>`), nil, nil, 1},
	{"a test that is skipped and failed", mikepenz, "skipped wins", "its source", tests("failed = 0"), r(junit(passes(1) + `<testcase name="f"><skipped/><failure message="no"/></testcase>`)), nil, nil, 1},
	{"a test that failed and is skipped", "uhafner/quality-monitor", "the last statement wins", "its source", tests("failed = 0"), r(junit(passes(1) + `<testcase name="f"><failure message="no"/><skipped/></testcase>`)), nil, nil, 1},
	{"a test that is skipped and errored", "test-summary/action", "skipped wins", "its source", tests("errored = 0"), r(junit(passes(1) + `<testcase name="f"><skipped/><error message="no"/></testcase>`)), nil, nil, 1},
	{"a failure in a nested suite", dorny, "nested suites are dropped, 3 of 9 tests", dorny + "#701", tests("failed = 0"), r(junit(passes(1) + `<testsuite name="inner">` + fails + `</testsuite>`)), nil, nil, 1},
	{"a failure three suites deep", dorny, "nested suites are dropped", dorny + "#701", tests("failed = 0"), r(junit(`<testsuite name="a"><testsuite name="b">` + fails + `</testsuite></testsuite>` + passes(1))), nil, nil, 1},
	{"a failure under a name of 1,001 letters", "codecov/test-results-parser", "such tests are dropped", "its source", tests("failed = 0"),
		r(junit(passes(1) + `<testcase name="` + strings.Repeat("x", 1001) + `"><failure/></testcase>`)), nil, nil, 1},
	{"a failure without a name and a class", enricoMi, "such tests vanish", "its source", tests("failed = 0"), r(junit(passes(1) + `<testcase><failure/></testcase>`)), nil, nil, 1},
	{"TestMain failed, in a suite that says 0", enricoMi, "success over gotestsum's own shape", "its source", tests("failed = 0"),
		r(`<testsuites><testsuite name="p" tests="0" failures="0"><testcase classname="p" name="TestMain"><failure message="Failed"/></testcase></testsuite><testsuite name="q" tests="1" failures="0">` + passes(1) + `</testsuite></testsuites>`), nil, nil, 1},
	{"all attempts of a rerun failed", mikepenz, "only flaky marks are read", "its source", tests("failed = 0"), r(junit(passes(1) + `<testcase name="f"><failure message="a"/><rerunFailure message="b"/></testcase>`)), nil, nil, 1},
	{"one name twice, failed and then passed", mikepenz, "`check_retries` takes legs of a matrix for retries", "its source", tests("failed = 0"), r(junit(fails + `<testcase name="f"/>`)), nil, nil, 1},
	{"the same suite in two files, failed in one", "jenkinsci/junit-plugin", "suites of one name are merged and duplicates dropped", "JENKINS-12457, JENKINS-48583", tests("failed = 0"), r(junit(`<testcase name="f"/>`), junit(fails)), nil, nil, 1},
	{"all tests are skipped", "uhafner/quality-monitor", "the rate of nothing is 100 %", "its source", tests("failed = 0"), r(junit(`<testcase name="a"><skipped/></testcase>`)), nil, nil, 3},
	{"all tests are skipped, and a share is asked for", "trunk-io/analytics-cli", "skipped tests count as passed", "its source", tests("pass-rate > 90%"), r(junit(`<testcase name="a"><skipped/></testcase>`)), nil, nil, 3},
	{"1 passed, 1 failed, 8 skipped", "trunk-io/analytics-cli", "skipped tests count as passed: 90 %", "its source", tests("pass-rate >= 90%"), r(junit(passes(1) + fails + strings.Repeat(`<testcase name="s"><skipped/></testcase>`, 8))), nil, nil, 1},
	{"1 of 2,001 tests failed, and 100 % is asked for", "jenkinsci/robot-plugin", "the share was rounded to 100", "jenkinsci/robot-plugin#4", tests("pass-rate = 100%"), r(junit(passes(2000) + fails)), nil, nil, 1},
	{"90 % where more than 90 % is asked for", enricoMi, "the recipe for the shell compares with `-ge`", enricoMi + "#671", tests("pass-rate > 90%"), r(junit(passes(9) + fails)), nil, nil, 1},
	{"90 % where 90.5 % is asked for", "jenkinsci/xunit-plugin", "90.5 is no whole number, and the gate is off", "its source", tests("pass-rate >= 90.5%"), r(junit(passes(9) + fails)), nil, nil, 1},
	{"199 of 200, and 99.6 % is asked for", "jenkinsci/xunit-plugin", "percentages were rounded", "JENKINS-50378", tests("pass-rate >= 99.6%"), r(junit(passes(199) + fails)), nil, nil, 1},
	{"less tests than are expected", "every action that was read", "nothing can be expected", "their sources", "version: 1\nevidence: {e: {tests: [\"r/*\"], expect: {tests: 50..}}}\ngates: {g: {from: e, require: [failed = 0]}}\n", r(junit(passes(3))), nil, nil, 3},
	{"less files than are expected", "every action that was read", "a missing file is not known to be", "rainbow#7710", "version: 1\nevidence: {e: {tests: [\"r/*\"], expect: {files: 2..}}}\ngates: {g: {from: e, require: [failed = 0]}}\n", r(junit(passes(3))), nil, nil, 3},
	{"a filter that matches no test", "DataDog/datadog-ci", "no rule matches: exit 0", "its source", "version: 1\nevidence: {e: {tests: [\"r/*\"]}}\ngates: {g: {from: e, suites: [\"pay/**\"], require: [failed = 0]}}\n", r(junit(passes(3))), nil, nil, 3},
	{"61 failures, and a report shows 50", mikepenz, "`annotations_limit` ends the count", "its source", tests("failed <= 50"), r(junit(passes(9) + strings.Repeat(fails, 61))), nil, nil, 1},
	{"a package that does not build, and failures alone are limited", "gates on failures", "what could not run has not failed", "Tollgate itself, until it was tried", tests("failed = 0"),
		r(`{"Action":"run","Package":"a","Test":"T"}` + "\n" + `{"Action":"pass","Package":"a","Test":"T"}` + "\n" + `{"Action":"pass","Package":"a"}` + "\n" + "FAIL\tb [build failed]\n"), nil, nil, 3},
	{"a failure whose element is in capitals", "readers to the letter of XML", "an element that nobody knows is passed over", "Tollgate itself, until it was tried", tests("failed = 0"), r(junit(passes(1) + `<testcase name="f"><FAILURE/></testcase>`)), nil, nil, 1},
	{"a header whose failures are no number", "readers to the letter of XML", "what is no number is no count", "Tollgate itself, until it was tried", tests("failed = 0", "errored = 0"), r(`<testsuite failures="+1"><testcase name="a"/></testsuite>`), nil, nil, 3},
	{"a failure in an element that is not JUnit's", "readers to the letter of XML", "an element that nobody knows is passed over, with all that is in it", "Tollgate itself, until it was tried", tests("failed = 0", "errored = 0"), r(junit(passes(1) + `<testcase name="f"><results><failure/></results></testcase>`)), nil, nil, 1},
	{"a header that counts a failure in capitals", "readers to the letter of XML", "an attribute that nobody knows is passed over", "Tollgate itself, until it was tried", tests("failed = 0", "errored = 0"), r(`<testsuite name="s" Tests="1" Failures="1"><testcase name="a"/></testsuite>`), nil, nil, 1},
}
