package gates_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// What a person reads, counted by hand.
func TestCheckExplainsItself(t *testing.T) {
	flaky := evidence.Case{Name: "T", Outcome: evidence.Passed, Detail: evidence.Detail{Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}}
	three := []evidence.Finding{
		finding("G101", evidence.Critical, evidence.LevelError, "a.go", 1),
		finding("G102", evidence.Critical, evidence.LevelWarning, "a.go", 2),
		finding("G103", evidence.Unscored, evidence.LevelNote, "b.go", 3),
	}
	suppressed := three[0]
	suppressed.Suppressed = true
	gone := three[0]
	gone.Baseline = evidence.BaselineAbsent
	for name, x := range map[string]struct {
		s           situation
		outcome     gates.Status
		why, remedy string
	}{
		// 2249/2500 = 89.96%; 2251/2500 = 90.04% is the first above 90%.
		"pass rate below": {tests(require("pass-rate", ">", "90%"), testReport("u.xml", 2249, 200, 51, 7)), gates.Fail,
			"89.96% (2249/2500) of the tests that ran passed; more than 90% must", "2 more passing tests of the 251 that failed"},
		"pass rate at the limit": {tests(require("pass-rate", ">", "90%"), testReport("u.xml", 9, 1, 0, 0)), gates.Fail,
			"90% (9/10) of the tests that ran passed; more than 90% must", "1 more passing test of the 1 that failed"},
		"pass rate above": {tests(require("pass-rate", ">", "90%"), testReport("u.xml", 91, 9, 0, 0)), gates.Pass,
			"91% (91/100) of the tests that ran passed; more than 90% must", ""},
		"pass rate rounds down": {tests(require("pass-rate", ">=", "99.95%"), testReport("u.xml", 1998, 1, 0, 0)), gates.Fail,
			"99.94% (1998/1999) of the tests that ran passed; at least 99.95% must", "1 more passing test of the 1 that failed"},
		"impossible": {tests(cond(gates.Require, "pass-rate", "<", "50%"), testReport("u.xml", 9, 1, 0, 0)), gates.Fail,
			"90% (9/10) of the tests that ran passed; less than 50% may", "no better evidence makes this condition hold; change it in the policy (.tollgate.yml:9:5)"},
		"failed": {tests(require("failed", "=", "0"), testReport("u.xml", 117, 3, 0, 2)), gates.Fail,
			"3 of the 120 tests that ran failed; none is allowed", "fix these 3 tests"},
		"failed, some allowed": {tests(require("failed", "<=", "2"), testReport("u.xml", 117, 5, 0, 2)), gates.Fail,
			"5 of the 122 tests that ran failed; at most 2 are allowed", "fix 3 of these 5 tests"},
		"failed, one": {tests(require("failed", "<", "1"), testReport("u.xml", 0, 1, 0, 0)), gates.Fail,
			"1 of 1 test that ran failed; none is allowed", "fix this test"},
		"none failed": {tests(require("failed", "=", "0"), testReport("u.xml", 120, 0, 0, 2)), gates.Pass,
			"none of the 120 tests that ran failed; none is allowed", ""},
		"errored": {tests(require("errored", "<", "2"), testReport("u.xml", 8, 0, 2, 0)), gates.Fail,
			"2 of the 10 tests that ran could not finish; fewer than 2 are allowed", "fix 1 of these 2 tests"},
		"skipped": {tests(require("skipped", "<=", "3"), testReport("u.xml", 120, 0, 0, 5)), gates.Fail,
			"5 of the 125 tests were skipped; at most 3 are allowed", "run 2 of these 5 skipped tests"},
		"tests": {tests(require("tests", ">=", "50"), testReport("u.xml", 45, 1, 0, 9)), gates.Fail,
			"46 tests ran and 9 did not (skipped); at least 50 are needed", "run 4 more tests"},
		"flaky": {tests(require("flaky", "=", "0"), caseReport("u.xml", flaky)), gates.Fail,
			"1 of 1 test that ran passed only after an attempt that did not; none is allowed", "make this test pass at the first attempt"},
		// 6999/10000 is one short of 70%.
		"statements": {coverage(require("statements", ">=", "70%"), shares("c", evidence.Statements, map[string][2]uint64{"a.go": {6000, 9000}, "b.go": {999, 1000}})), gates.Fail,
			"69.99% (6999/10000) of the statements are covered; at least 70% must be", "cover 1 more statement"},
		"branches of some files": {coverage(require("branches", ">=", "50%"),
			shares("c", evidence.Branches, map[string][2]uint64{"a.go": {1, 2}}), shares("d", evidence.Lines, map[string][2]uint64{"b.go": {0, 9}, "c.go": {0, 9}})), gates.Pass,
			"50% (1/2) of the branches are covered; at least 50% must be (2 of 3 files do not measure branches and are not in this)", ""},
		"critical": {findings(require("critical", "=", "0"), scan("s", []string{"gosec"}, three...)), gates.Fail,
			"there are 2 critical findings among 3; none is allowed (1 finding carries no score and is not counted here; it is in `unscored`)", "fix or waive these 2 findings"},
		"high, with unscored ones": {findings(require("high", "=", "0"), scan("s", []string{"gosec"}, three...)), gates.Pass,
			"there are no high findings among 3; none is allowed (1 finding carries no score and is not counted here; it is in `unscored`)", ""},
		"unscored": {findings(require("unscored", "=", "0"), scan("s", []string{"gosec"}, three...)), gates.Fail,
			"there is 1 unscored finding among 3; none is allowed", "fix or waive this finding"},
		"level": {findings(require("warning", "=", "0"), scan("s", []string{"gosec"}, three...)), gates.Fail,
			"there is 1 warning finding among 3; none is allowed", "fix or waive this finding"},
		"all findings": {findings(require("findings", "<=", "1"), scan("s", []string{"gosec"}, three...)), gates.Fail,
			"there are 3 findings; at most 1 is allowed", "fix or waive 2 of these 3 findings"},
		"suppressed and gone": {findings(require("findings", "=", "0"), scan("s", []string{"gosec"}, suppressed, gone)), gates.Pass,
			"there are no findings; none is allowed (1 suppressed; 1 gone since the report's own baseline)", ""},
		"two kinds wanted, and one broken": {situation{kind: evidence.Tests | evidence.Coverage, conds: []gates.Condition{require("lines", ">=", "1%")},
			reports: []*evidence.Report{unsound(testReport("u.xml", 5, 0, 0, 0))}}, gates.Inconclusive,
			"u.xml:3:1: the file ends inside an element; source src has no report of coverage", "write u.xml again, whole; write a report of coverage to reports/**/*.xml"},
		"tools missing": {situation{kind: evidence.Findings, conds: []gates.Condition{require("critical", "=", "0")}, expect: gates.Expect{Tools: []string{"GoSec", "trivy", "CodeQL"}},
			reports: []*evidence.Report{scan("s", []string{"gosec"})}}, gates.Inconclusive,
			"trivy and CodeQL did not run in source src; what there is says: there are no critical findings; none is allowed", "run trivy and CodeQL and write the reports to reports/**/*.xml"},
		"no report": {tests(require("failed", "=", "0")), gates.Inconclusive,
			"source src has no report: no file matches reports/**/*.xml", "write the report reports/**/*.xml; no file matches"},
		"broken report, nothing seen": {tests(require("failed", "=", "0"), unsound(testReport("u.xml", 5, 0, 0, 0))), gates.Inconclusive,
			"u.xml:3:1: the file ends inside an element; what there is says: none of the 5 tests that ran failed; none is allowed", "write u.xml again, whole"},
		"broken report, a failure seen": {tests(require("failed", "=", "0"), unsound(testReport("u.xml", 4, 1, 0, 0))), gates.Fail,
			"1 of the 5 tests that ran failed; none is allowed; besides, u.xml:3:1: the file ends inside an element", "fix this test; write u.xml again, whole"},
		"wrong kind": {coverage(require("lines", ">=", "1%"), testReport("u.xml", 5, 0, 0, 0)), gates.Inconclusive,
			"u.xml: this is a report of tests (junit-xml), and source src takes coverage", "name u.xml under a source of tests, or write a report of coverage there"},
		"the same numbers in two reports": {coverage(require("lines", ">=", "50%"),
			shares("c", evidence.Lines, map[string][2]uint64{"a": {6, 10}}), shares("d", evidence.Lines, map[string][2]uint64{"a": {5, 10}})), gates.Pass,
			"50% (5/10) of the lines are covered; at least 50% must be (1 file is in several reports that cannot be joined exactly; of each number the worse was taken)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := x.s.check(t)
			if notes := strings.Contains(x.why, "carries no score") || strings.Contains(x.why, "suppressed") || strings.Contains(x.why, "do not measure b") || strings.Contains(x.why, "several"); notes != (len(c.Notes) > 0) {
				t.Errorf("notes are %q", c.Notes)
			}
			if c.Outcome != x.outcome || c.Why != x.why || c.Remedy != x.remedy {
				t.Errorf("have %s\n  why    %s\n  remedy %s\nwant %s\n  why    %s\n  remedy %s", c.Outcome, c.Why, c.Remedy, x.outcome, x.why, x.remedy)
			}
		})
	}
}

// What a report says is cut to what fits, at a place where text may be cut.
func TestLongEvidenceIsToldShortly(t *testing.T) {
	var broken []*evidence.Report
	for i := range 25 {
		broken = append(broken, unsound(testReport(fmt.Sprintf("u%02d.xml", i), 1, 0, 0, 0)))
	}
	c := tests(require("failed", "=", "0"), broken...).check(t)
	if !strings.Contains(c.Why, "u19.xml:3:1: the file ends inside an element; and 5 more; what") || !strings.HasSuffix(c.Remedy, "write u19.xml again, whole; and 5 more") {
		t.Errorf("25 broken files: %s; %s", c.Why, c.Remedy)
	}

	three := unsound(unsound(testReport("u.xml", 1, 0, 0, 0)))
	three.Complain(evidence.Quirk, 1, 1, "an oddity")
	three.Complain(evidence.Unsound, 9, 1, "and another")
	if c := tests(require("failed", "=", "0"), three).check(t); !strings.HasPrefix(c.Why, "u.xml:3:1: the file ends inside an element (and 2 more problems in this file); ") {
		t.Errorf("three problems: %s", c.Why)
	}

	odd := testReport("u.xml", 1, 0, 0, 0)
	odd.Complain(evidence.Quirk, 1, 1, "an oddity")
	if c := tests(require("failed", "=", "0"), odd).check(t); c.Outcome != gates.Pass {
		t.Errorf("an oddity alone is %s: %s", c.Outcome, c.Why)
	}

	for cut := range 4 {
		long := caseReport("u.xml", evidence.Case{Name: "T", Outcome: evidence.Failed, Detail: evidence.Detail{Message: strings.Repeat("x", cut) + strings.Repeat("€", 300)}})
		text := tests(require("failed", "=", "0"), long).check(t).Refs[0].Text
		if !utf8.ValidString(text) || !strings.HasSuffix(text, "€…") || len(text) > 230 {
			t.Errorf("cut to %q", text)
		}
	}
}
