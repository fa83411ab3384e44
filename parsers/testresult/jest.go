package testresult

import (
	"bytes"
	"context"
	"hash/maphash"
	"maps"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// JestJSON reads what jest --json writes.
var JestJSON = format.Format{
	Name:   "jest-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "Jest JSON (jest --json, Create React App, a testResultsProcessor)",
	Doc: `Every entry of a file's assertionResults is one case (formatTestResults.ts of @jest/test-result), in the suite of its file and the class of
its describe blocks. "passed" has passed, "failed" has failed; "pending", "skipped", "todo" and "disabled" are skipped, and so are the tests that
--testNamePattern leaves out; any other word is errored and makes the report inconclusive. A test of which retryReasons or invocations tell more than one
run, and that passed, is flaky.

A file that failed without a failed test in it (a syntax error, a missing module, an error outside of a test) is one errored case, [test file]. jest-junit adds it to the list by itself where it is told to reportTestSuiteErrors.

The totals are a second witness: failures that they count and that are not listed are errored, and so are numRuntimeErrorTestSuites; missing tests or test
files, wasInterrupted, and success being false where nothing has failed (an obsolete snapshot, a coverage threshold) make the report inconclusive. A file
that was cut is always recognised.`,
	Names: jestNames,
	Times: "`startTime`",
	Sniff: func(_ string, head []byte) bool { claimed, jest := sniffJest(head); return claimed && jest },
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseJest(ctx, src, r, false)
	},
}

// VitestJSON reads what Vitest's reporter json writes.
var VitestJSON = format.Format{
	Name:   "vitest-json",
	Kinds:  evidence.Tests,
	Begins: "{[",
	Title:  "Vitest JSON (vitest --reporter=json)",
	Doc: `The shape is Jest's (packages/vitest/src/node/reporters/json.ts), and it is counted in the same way. "pending" is what Vitest writes of a test
that was to run and has no result: it is skipped, and the report is inconclusive. A test that passed and has failureMessages passed in a later attempt, and is
flaky; a test's failed attempts cannot be told from several errors of one.

A file that failed without a failed test in it (it could not be loaded, or a hook failed and its tests were skipped), or that has a message of
its own, is one errored case, [test file]. More failed suites in numFailedTestSuites than tests and files account for make the report inconclusive: a
hook has failed beside them.

Vitest does not write errors outside of tests ("Unhandled Errors") into this report; its exit status tells of them. A file that was cut is
always recognised.`,
	Names: jestNames,
	Times: "`startTime`",
	Sniff: func(_ string, head []byte) bool { claimed, jest := sniffJest(head); return claimed && !jest },
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseJest(ctx, src, r, true)
	},
}

// jestNames are those that sniffJest asks for.
var jestNames = []string{"numTotalTests", "numTotalTestSuites", "numFailedTestSuites", "testResults"}

// sniffJest tells reports of Jest's shape, and whether Jest itself wrote one: by
// its totals, which stand before the results, or else by its first assertion.
// What shows neither is taken for Vitest's; the numbers are the same.
func sniffJest(head []byte) (claimed, jest bool) {
	names := outline(head)
	claimed = names["numTotalTests"] || names["numTotalTestSuites"] || names["numFailedTestSuites"] ||
		names["testResults"] && bytes.Contains(head, []byte(`"assertionResults"`))
	jest = names["numRuntimeErrorTestSuites"] || names["openHandles"] || names["wasInterrupted"] ||
		bytes.Contains(head, []byte(`"numPassingAsserts"`)) || bytes.Contains(head, []byte(`"testFilePath"`))
	return claimed, jest
}

type jestReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	vitest bool
	suites suiteCount
	stated statedCounts

	files, broken       int // entries of testResults, and those that failed by themselves
	runtimeErrors       int64
	runtimeLine         int
	totalSuites         int64
	failedSuites        int64
	unfinished          int // tests of Vitest without a result
	unfinishedLine      int
	seed                maphash.Seed
	failing, skipped    map[uint64]struct{} // files and describe blocks of Vitest whose failure is explained; those of skipped tests in the file
	message, name, stat []byte
	bad                 []int // cases of the file in hand
	fileError           bool  // jest-junit has added an entry for what failed outside of its tests
	test                jestTest
}

func parseJest(ctx context.Context, src format.Source, r *evidence.Report, vitest bool) error {
	j := jestReader{s: jsonscan.New(ctx, src), r: r, vitest: vitest, seed: maphash.MakeSeed(), failing: map[uint64]struct{}{}, skipped: map[uint64]struct{}{},
		stated: statedCounts{tests: -1, passed: -1, bad: -1}, totalSuites: -1, failedSuites: -1}
	results, success, interrupted := false, true, false
	successLine, interruptedLine := 0, 0
	for name := range j.s.Members {
		switch string(name) {
		case "numTotalTests":
			j.stated.line, j.stated.col = j.s.Pos()
			j.stated.tests = wholeOr(j.s, r, "numTotalTests")
		case "numPassedTests":
			j.stated.passed = wholeOr(j.s, r, "numPassedTests")
		case "numFailedTests":
			j.stated.bad = wholeOr(j.s, r, "numFailedTests")
		case "numRuntimeErrorTestSuites":
			j.runtimeLine, _ = j.s.Pos()
			j.runtimeErrors = wholeOr(j.s, r, "numRuntimeErrorTestSuites")
		case "numTotalTestSuites":
			j.totalSuites = wholeOr(j.s, r, "numTotalTestSuites")
		case "numFailedTestSuites":
			j.failedSuites = wholeOr(j.s, r, "numFailedTestSuites")
		case "startTime":
			n, _ := j.s.Int()
			r.State(format.UnixStamp(n))
		case "success":
			successLine, _ = j.s.Pos()
			if v, ok := j.s.Bool(); ok {
				success = v
			} else {
				r.Complain(evidence.Unsound, successLine, 1, "success is neither true nor false")
			}
		case "wasInterrupted":
			interruptedLine, _ = j.s.Pos()
			interrupted, _ = j.s.Bool()
		case "testResults":
			results = j.s.Kind() == jsonscan.Array
			for range j.s.Elements {
				j.entry()
			}
		}
	}
	if j.s.Err() == nil {
		if !results || j.stated.tests < 0 {
			r.Complain(evidence.Unsound, 1, 1, "numTotalTests and a list of testResults are not all there")
		}
		if interrupted {
			r.Complain(evidence.Unsound, interruptedLine, 1, "the run was interrupted: what had not run yet is not listed")
		}
		j.witnesses()
		if c := r.TestCounts(); !success && c.Failed+c.Errored == 0 {
			r.Complain(evidence.Unsound, successLine, 1, "the run is said to have failed, and no test has")
		}
	}
	return j.s.Finish(r)
}

// witnesses holds the totals against what is listed. The cases that stand for
// files are in none of the totals of tests.
func (j *jestReader) witnesses() {
	if j.stated.tests >= 0 {
		j.stated.tests += int64(j.broken)
	}
	if j.stated.bad >= 0 {
		j.stated.bad += int64(j.broken)
	}
	j.stated.compare(j.r)
	if n := j.runtimeErrors - int64(j.broken); n > 0 {
		j.r.Complain(evidence.Quirk, j.runtimeLine, 1, "%d test files are counted here as failed outside of a test and %d are listed so; %d more %s as errored",
			j.runtimeErrors, j.broken, n, plural(uint64(n), "counts", "count"))
		j.r.Unlisted = append(j.r.Unlisted, evidence.Unlisted{At: evidence.Pos{File: j.r.Source, Line: j.runtimeLine}, Counts: evidence.Counts{Errored: uint64(n)}})
	}
	if !j.vitest && j.totalSuites > int64(j.files) {
		j.r.Complain(evidence.Unsound, j.stated.line, 1, "%d test files were to run and %d are listed", j.totalSuites, j.files)
	}
	if n := j.failedSuites - int64(len(j.failing)); j.vitest && n > 0 {
		j.r.Complain(evidence.Unsound, j.stated.line, 1, "%d more suites have failed than failed tests and files account for: a hook has failed, and its tests were skipped", n)
	}
	if j.unfinished > 0 {
		j.r.Complain(evidence.Unsound, j.unfinishedLine, 1, "%d %s to run and came to no end; this is the first", j.unfinished, plural(uint64(j.unfinished), "test was", "tests were"))
	}
}

// entry reads one test file. Jest and Vitest name it after its tests.
func (j *jestReader) entry() {
	line, col := j.s.Pos()
	if j.s.Kind() != jsonscan.Object {
		j.r.Complain(evidence.Unsound, line, col, "a test file that is no object")
		return
	}
	j.files++
	j.message, j.name, j.stat, j.bad = j.message[:0], j.name[:0], j.stat[:0], j.bad[:0]
	j.fileError = false
	first := j.r.Cases.Len()
	suite := j.r.Cases.UnnamedSuite()
	listed, raw, execError := false, false, false
	for name := range j.s.Members {
		switch string(name) {
		case "assertionResults", "testResults":
			listed = j.s.Kind() == jsonscan.Array
			for range j.s.Elements {
				j.assertion(suite)
			}
		case "name":
			j.name = keepText(j.s, j.name, format.MaxToken)
		case "testFilePath": // as Jest keeps it in memory, and reporters of one's own write it
			raw = true
			j.name = keepText(j.s, j.name, format.MaxToken)
		case "status":
			j.stat = keepText(j.s, j.stat, 100)
		case "message", "failureMessage":
			j.message = keepText(j.s, j.message, evidence.MaxMessage)
		case "testExecError":
			execError = j.s.Kind() == jsonscan.Object
		}
	}
	if j.s.Err() != nil {
		return
	}
	if !listed {
		j.r.Complain(evidence.Unsound, line, col, "this test file has no list of assertionResults")
	}
	failed, tests := j.fileFailed(raw, line, col), len(j.bad)
	if !j.fileError && (execError || failed && (tests == 0 || j.vitest && len(j.message) > 0)) {
		j.broken++
		j.bad = append(j.bad, j.r.Cases.Len())
		j.r.Cases.Append(suite, 0, []byte("[test file]"), evidence.Errored, 0, line, &evidence.Detail{Message: string(j.message)})
	}
	if failed && j.vitest {
		j.failing[uint64(j.files)] = struct{}{}
	}
	if failed && tests == 0 {
		maps.Copy(j.failing, j.skipped)
	}
	if len(j.skipped) > 64 { // clearing costs what the map once held
		j.skipped = map[uint64]struct{}{}
	}
	clear(j.skipped)
	j.r.Cases.NameSuite(suite, j.name)
	if j.r.Cases.Len() > first {
		j.suites.meet(j.r, suite)
	}
	for i := first; i < j.r.Cases.Len(); i++ {
		j.r.Cases.SetFile(i, j.name)
	}
}

// fileFailed reads the status of the file in hand.
func (j *jestReader) fileFailed(raw bool, line, col int) bool {
	switch string(j.stat) {
	case "failed":
		return true
	case "passed", "focused", "skipped", "pending":
		if len(j.bad) > 0 {
			j.r.Complain(evidence.Quirk, line, col, "this test file is said to be %q and %d of its tests have failed; they count", j.stat, len(j.bad))
		}
		return len(j.bad) > 0
	case "":
		if raw {
			return len(j.bad) > 0
		}
	}
	j.r.Complain(evidence.Unsound, line, col, "the status %.100q of this test file is not known", j.stat)
	return true
}

// accountBlocks notes the describe blocks around a test that did not pass. A
// failed test explains why they have failed; a skipped one does so if its file
// failed without a failed test.
func (j *jestReader) accountBlocks(o evidence.Outcome) {
	into := j.failing
	if o == evidence.Skipped {
		into = j.skipped
	}
	for level, end := range j.test.ends {
		if level < maxLevels && len(into) < maxRunning {
			into[maphash.Bytes(j.seed, j.test.class[:end])+uint64(j.files)<<8+uint64(level)] = struct{}{}
		}
	}
}
