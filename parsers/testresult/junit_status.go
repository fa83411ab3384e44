package testresult

import "github.com/tollgate-ci/tollgate/evidence"

// status reads the attributes status and result. They are googletest's, and others use
// them freely: what they do not say, the elements say. The words are those of CTest,
// googletest, behave (Status), Ginkgo (SpecState), Qt (xpass; a b says that its list of
// known failures has the test, which does not make it pass), Gatling (true), Playwright
// and Allure.
func (j *junitReader) status(c *junitCase, v []byte) {
	var word [16]byte
	c.stated = true
	w := lowerWord(word[:0], v)
	if o := badWord(w); o != 0 {
		c.bad = max(c.bad, o)
		return
	}
	switch string(w) {
	case "", "run", "ran", "passed", "pass", "ok", "success", "successful", "succeeded", "completed", "complete",
		"executed", "finished", "done", "flaky", "fixed", "expected", "xfail", "xfailed", "bpass", "true":
	case "notrun", "not_run", "not run", "skipped", "skip", "suppressed", "disabled", "ignored", "ignore", "pending", "todo", "inactive",
		"untested", "excluded", "blocked", "inconclusive", "notexecuted", "not_executed", "not executed", "not-run", "not-executed":
		c.skipped = true
		c.notRun = string(v) == "notrun"
	default:
		j.once(oddStatus, c.line, c.col, "status %.64q is not known; the elements of the case say what became of it", v)
	}
}

// badWord is what a word in small letters says of a case that did not pass, whether it
// is a status or the name of an element, and 0 for any other word.
func badWord(w []byte) evidence.Outcome {
	switch string(w) {
	case "failed", "fail", "failure", "failing", "undefined", "ambiguous", "unexpected", "xpass", "xpassed", "bfail", "bxpass", "bxfail", "false":
		return evidence.Failed
	case "errored", "error", "broken", "timeout", "timedout", "timed_out", "timed out", "aborted", "crashed", "crash",
		"panicked", "interrupted", "cancelled", "canceled", "killed", "terminated", "stopped", "incomplete", "invalid", "unknown", "hook_error":
		return evidence.Errored
	}
	return 0
}

// couldNotRun tells by its message whether a case that CTest marks as skipped is
// one that it could not run, which it counts as failed itself. They are in
// Source/CTest/cmCTestRunTest.cxx of CMake; what skips by its exit code or its
// output is called SKIP_RETURN_CODE=… and SKIP_REGULAR_EXPRESSION_MATCHED.
func couldNotRun(message string) bool {
	switch message {
	case "Unable to find executable", "Required Files Missing", "Fixture dependency failed", "Missing Configuration":
		return true
	}
	return false
}

// lowerWord appends v in lower case, as far as dst has room.
func lowerWord(dst, v []byte) []byte {
	for _, b := range v[:min(len(v), cap(dst))] {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
