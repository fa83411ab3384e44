package main

const trxHead = `<?xml version="1.0" encoding="utf-8"?><TestRun id="1" name="n" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">`

// trx is a run of one test that passed and one that ended otherwise.
func trx(outcome, summary string) string {
	return trxHead + `<Results><UnitTestResult testId="1" executionId="1" testName="a" outcome="Passed"/><UnitTestResult testId="2" executionId="2" testName="b" outcome="` + outcome + `"/></Results>` + summary + `</TestRun>`
}

const completed = `<ResultSummary outcome="Completed"/>`

const goPass = `{"Action":"start","Package":"q"}
{"Action":"run","Package":"q","Test":"TestA"}
{"Action":"pass","Package":"q","Test":"TestA","Elapsed":0}
{"Action":"pass","Package":"q","Elapsed":0}
`

var formatWays = []way{
	{"go test -json: a package does not compile", dorny, "events without a test are dropped: 0 tests, success", "its source", tests("errored = 0"),
		r(goPass + `{"ImportPath":"p [p.test]","Action":"build-output","Output":"./a.go:1:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","Elapsed":0,"FailedBuild":"p [p.test]"}
`), nil, nil, 1},
	{"go test -json: the same, and a share is asked for", "ctrf-io/go-ctrf-json-reporter", "100 of 100 passed", "ctrf-io/go-ctrf-json-reporter#15", tests("pass-rate > 99%"),
		r(goPass + `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","Elapsed":0}
`), nil, nil, 1},
	{"go test -json: the run was killed", dorny, "a test without an end is no failure", "its source", tests("failed = 0", "errored = 0"),
		r(goPass + `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestB"}
`), nil, nil, 1},
	{"go test -json: os.Exit(1) after all tests passed", dorny, "the failed package has no failed test", "its source", tests("failed = 0", "errored = 0"),
		r(`{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.01s\n"}
{"Action":"fail","Package":"p","Elapsed":0.01}
`), nil, nil, 1},
	{"TRX: Timeout", dorny, "not failed", dorny + "#825", tests("failed = 0", "errored = 0"), r(trx("Timeout", completed)), nil, nil, 1},
	{"TRX: Aborted", dorny, "not failed", dorny + "#825", tests("failed = 0", "errored = 0"), r(trx("Aborted", completed)), nil, nil, 1},
	{"TRX: Error", dorny, "not failed", dorny + "#825", tests("failed = 0", "errored = 0"), r(trx("Error", completed)), nil, nil, 1},
	{"TRX: Disconnected", enricoMi, "everything but Passed and Failed is skipped", "its source", tests("failed = 0", "errored = 0"), r(trx("Disconnected", completed)), nil, nil, 1},
	{"TRX: the host crashed, in the summary alone", dorny, "success", dorny + "#401", tests("failed = 0", "errored = 0"),
		r(trx("Passed", `<ResultSummary outcome="Failed"><RunInfos><RunInfo outcome="Error" computerName="c" timestamp="2026-01-01T00:00:00Z"><Text>Test host process crashed</Text></RunInfo></RunInfos></ResultSummary>`)), nil, nil, 1},
	{"TRX: nothing was executed", enricoMi, "skipped, and green", "its source", tests("failed = 0"),
		r(trxHead + `<Results><UnitTestResult testId="1" executionId="1" testName="a" outcome="NotExecuted"/></Results>` + completed + `</TestRun>`), nil, nil, 3},
	{"TAP: 3 tests are planned and 2 come", "test-summary/action", "the plan is not looked at", "its source", tests("failed = 0", "errored = 0"), r("TAP version 13\n1..3\nok 1 - a\nok 2 - b\n"), nil, nil, 3},
	{"TAP: Bail out!", "test-summary/action", "it is noted and does not fail", "its source", tests("failed = 0", "errored = 0"), r("TAP version 13\n1..2\nok 1 - a\nBail out! the database is gone\n"), nil, nil, 1},
	{"TAP: all that fails is TO" + "DO, and nothing passes", "test-summary/action", "skipped, and green", "its source", tests("failed = 0"), r("TAP version 13\n1..1\nnot ok 1 - a # TO" + "DO later\n"), nil, nil, 3},
	{"TAP: no plan, and the run may have died", "test-summary/action", "the plan is not looked at", "its source", tests("failed = 0"), r("TAP version 13\nok 1 - a\n"), nil, nil, 3},
	{"CTRF: the summary says 0 failed, a test did", ctrf, "the summary is trusted", "its source", tests("failed = 0"),
		r(`{"reportFormat": "CTRF", "specVersion": "0.0.0", "results": {"tool": {"name": "x"}, "summary": {"tests": 2, "passed": 2, "failed": 0, "skipped": 0, "pending": 0, "other": 0, "start": 1, "stop": 2},
"tests": [{"name": "a", "status": "passed", "duration": 1}, {"name": "b", "status": "failed", "duration": 1}]}}`), nil, nil, 1},
	{"CTRF: the summary says 1 failed, the list shows none", ctrf, "lists are cut to fit, and looked at", "its source", tests("failed = 0"),
		r(`{"reportFormat": "CTRF", "specVersion": "0.0.0", "results": {"tool": {"name": "x"}, "summary": {"tests": 2, "passed": 1, "failed": 1, "skipped": 0, "pending": 0, "other": 0, "start": 1, "stop": 2},
"tests": [{"name": "a", "status": "passed", "duration": 1}]}}`), nil, nil, 3},
	{"CTRF: all tests are pending", ctrf, "`exit-on-empty` is off", "its source", tests("failed = 0"),
		r(`{"reportFormat": "CTRF", "specVersion": "0.0.0", "results": {"tool": {"name": "x"}, "summary": {"tests": 1, "passed": 0, "failed": 0, "skipped": 0, "pending": 1, "other": 0, "start": 1, "stop": 2},
"tests": [{"name": "a", "status": "pending", "duration": 1}]}}`), nil, nil, 3},
	{"Jest: \"Test suite failed to run\"", dorny, "the suite has no tests, and no failure", dorny + "#221", tests("errored = 0", "failed = 0"),
		r(`{"numFailedTestSuites": 1, "numFailedTests": 0, "numPassedTests": 1, "numPassedTestSuites": 1, "numPendingTestSuites": 0, "numPendingTests": 0, "numRuntimeErrorTestSuites": 1, "numTodoTests": 0, "numTotalTestSuites": 2, "numTotalTests": 1, "openHandles": [], "snapshot": {}, "startTime": 1, "success": false, "wasInterrupted": false,
"testResults": [{"assertionResults": [], "endTime": 2, "message": "Cannot find module", "name": "/a.test.js", "startTime": 1, "status": "failed", "summary": ""},
{"assertionResults": [{"ancestorTitles": [], "fullName": "b", "status": "passed", "title": "b", "failureMessages": []}], "endTime": 2, "message": "", "name": "/b.test.js", "startTime": 1, "status": "passed", "summary": ""}]}`), nil, nil, 1},
	{"Dart: the run was killed", dorny, "what did not end is not counted", "its source", tests("failed = 0", "errored = 0"),
		r(`{"protocolVersion":"0.1.1","runnerVersion":"1.24.0","pid":1,"type":"start","time":0}
{"suite":{"id":0,"platform":"vm","path":"a_test.dart"},"type":"suite","time":0}
{"test":{"id":1,"name":"a","suiteID":0,"groupIDs":[],"metadata":{"skip":false,"skipReason":null},"line":1,"column":1,"url":"file:///a_test.dart"},"type":"testStart","time":1}
{"testID":1,"result":"success","skipped":false,"hidden":false,"type":"testDone","time":2}
`), nil, nil, 3},
	{"a coverage report where tests should be", "glob patterns of every action", "what is no test report counts as no tests", "their sources", tests("failed = 0"), r(junit(passes(1)), "SF:a\nDA:1,1\nend_of_record\n"), nil, nil, 3},
}
