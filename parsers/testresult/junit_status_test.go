package testresult

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// A case that its writer says did not pass, in a word and in no element, is no case that
// passed. The words are those of the writers' sources.
func TestJUnitStatusWithoutElements(t *testing.T) {
	for word, want := range map[string]evidence.Outcome{
		"passed": evidence.Passed, "Success": evidence.Passed, "expected": evidence.Passed, "true": evidence.Passed,
		"xfail": evidence.Passed, "bpass": evidence.Passed,
		"untested": evidence.Skipped, "NotExecuted": evidence.Skipped, "not executed": evidence.Skipped, "blocked": evidence.Skipped,
		"excluded": evidence.Skipped, "Inconclusive": evidence.Skipped, "inactive": evidence.Skipped,
		"undefined": evidence.Failed, "ambiguous": evidence.Failed, "unexpected": evidence.Failed, "xpass": evidence.Failed,
		"bfail": evidence.Failed, "false": evidence.Failed,
		"panicked": evidence.Errored, "interrupted": evidence.Errored, "cancelled": evidence.Errored, "canceled": evidence.Errored,
		"timed out": evidence.Errored, "INCOMPLETE": evidence.Errored, "unknown": evidence.Errored, "hook_error": evidence.Errored,
	} {
		r := readJUnit(t, `<testsuite name="s" tests="1"><testcase name="a" status="`+word+`"/></testsuite>`)
		if got := all(r)[0].Outcome; got != want || !r.Conclusive() || len(r.Problems) > 0 {
			t.Errorf("%s: got %v, want %v; %s", word, got, want, problems(r))
		}
	}
	for attr, want := range map[string]evidence.Outcome{
		`ignored="true"`: evidence.Skipped, `ignored="false"`: evidence.Passed, `skipped="true"`: evidence.Skipped, `disabled="true"`: evidence.Skipped,
		`incomplete="true"`: evidence.Errored, `incomplete="false"`: evidence.Passed, `incomplete="true" ignored="true"`: evidence.Errored,
	} {
		r := readJUnit(t, `<testsuite name="s" tests="1"><testcase name="a" `+attr+`/></testsuite>`)
		if got := all(r)[0].Outcome; got != want {
			t.Errorf("%s: got %v, want %v", attr, got, want)
		}
	}
}
