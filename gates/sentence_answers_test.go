package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

const unmendable = "no better evidence makes this condition hold; change it in the policy (.tollgate.yml:9:5)"

// What every operator demands of a count, a share and points, and the least that
// satisfies it: 9 tests passed and 2 failed, 8 of 10 passed, 3 of 10 were skipped, and
// half is covered where a quarter was.
func TestWhatOperatorsDemand(t *testing.T) {
	two := testReport("u.xml", 9, 2, 0, 0)
	ten := testReport("u.xml", 8, 2, 0, 0)
	clean := testReport("u.xml", 9, 0, 0, 0)
	failures := "\n- u.xml:10 shop failed0 failed\n- u.xml:11 shop failed1 failed\n> "
	fewer := "\n- u.xml:9 shop failed0 failed\n- u.xml:10 shop failed1 failed\n> "
	third := testReport("u.xml", 7, 0, 0, 3)
	skips := "\n- u.xml:8 shop skipped0 skipped\n- u.xml:9 shop skipped1 skipped\n- u.xml:10 shop skipped2 skipped\n> "
	for _, x := range []struct {
		metric, op, bound string
		report            *evidence.Report
		want              string
	}{
		{"failed", "=", "0", two, "fail: 2 of the 11 tests that ran failed; none is allowed" + failures + "fix these 2 tests"},
		{"failed", "=", "1", two, "fail: 2 of the 11 tests that ran failed; exactly 1 is expected" + failures + "fix 1 of these 2 tests"},
		{"failed", "=", "3", two, "fail: 2 of the 11 tests that ran failed; exactly 3 are expected" + failures + unmendable},
		{"failed", "!=", "2", two, "fail: 2 of the 11 tests that ran failed; anything but 2 is expected" + failures + "fix 1 of these 2 tests"},
		{"failed", "!=", "0", clean, "fail: none of the 9 tests that ran failed; anything but 0 is expected\n> " + unmendable},
		{"failed", "<", "0", two, "fail: 2 of the 11 tests that ran failed; fewer than 0 are allowed" + failures + unmendable},
		{"failed", "<", "1", two, "fail: 2 of the 11 tests that ran failed; none is allowed" + failures + "fix these 2 tests"},
		{"failed", "<", "2", two, "fail: 2 of the 11 tests that ran failed; fewer than 2 are allowed" + failures + "fix 1 of these 2 tests"},
		{"failed", "<=", "0", two, "fail: 2 of the 11 tests that ran failed; none is allowed" + failures + "fix these 2 tests"},
		{"failed", "<=", "1", two, "fail: 2 of the 11 tests that ran failed; at most 1 is allowed" + failures + "fix 1 of these 2 tests"},
		{"failed", "<=", "2", two, "pass: 2 of the 11 tests that ran failed; at most 2 are allowed" + failures[:len(failures)-3]},
		{"failed", ">", "2", two, "fail: 2 of the 11 tests that ran failed; more than 2 are needed" + failures + unmendable},
		{"failed", ">", "1", two, "pass: 2 of the 11 tests that ran failed; more than 1 is needed" + failures[:len(failures)-3]},
		{"failed", ">=", "3", two, "fail: 2 of the 11 tests that ran failed; at least 3 are needed" + failures + unmendable},
		{"failed", "=", "0", testReport("u.xml", 9, 1, 0, 0), "fail: 1 of the 10 tests that ran failed; none is allowed\n- u.xml:10 shop failed0 failed\n> fix this test"},
		{"failed", "=", "0", testReport("u.xml", 0, 1, 0, 0), "fail: 1 of 1 test that ran failed; none is allowed\n- u.xml:1 shop failed0 failed\n> fix this test"},

		{"tests", "=", "12", clean, "fail: 9 tests ran; exactly 12 are expected\n> run 3 more tests"},
		{"tests", "=", "10", clean, "fail: 9 tests ran; exactly 10 are expected\n> run 1 more test"},
		{"tests", "=", "5", clean, "fail: 9 tests ran; exactly 5 are expected\n> " + unmendable},
		{"tests", "!=", "9", clean, "fail: 9 tests ran; anything but 9 is expected\n> run 1 more test"},
		{"tests", ">", "9", clean, "fail: 9 tests ran; more than 9 are needed\n> run 1 more test"},
		{"tests", ">", "12", clean, "fail: 9 tests ran; more than 12 are needed\n> run 4 more tests"},
		{"tests", ">=", "11", clean, "fail: 9 tests ran; at least 11 are needed\n> run 2 more tests"},
		{"tests", "<", "9", clean, "fail: 9 tests ran; fewer than 9 are allowed\n> " + unmendable},
		{"tests", "<=", "8", clean, "fail: 9 tests ran; at most 8 are allowed\n> " + unmendable},
		{"tests", ">=", "8", third, "fail: 7 tests ran and 3 did not (skipped); at least 8 are needed" + skips + "run 1 more test"},

		{"pass-rate", ">=", "90%", ten, "fail: 80% (8/10) of the tests that ran passed; at least 90% must" + fewer + "1 more passing test of the 2 that failed"},
		{"pass-rate", ">", "90%", ten, "fail: 80% (8/10) of the tests that ran passed; more than 90% must" + fewer + "2 more passing tests of the 2 that failed"},
		{"pass-rate", ">", "100%", ten, "fail: 80% (8/10) of the tests that ran passed; more than 100% must" + fewer + unmendable},
		{"pass-rate", "=", "100%", ten, "fail: 80% (8/10) of the tests that ran passed; exactly 100% must" + fewer + "2 more passing tests of the 2 that failed"},
		{"pass-rate", "=", "90%", ten, "fail: 80% (8/10) of the tests that ran passed; exactly 90% must" + fewer + "1 more passing test of the 2 that failed"},
		{"pass-rate", "=", "85%", ten, "fail: 80% (8/10) of the tests that ran passed; exactly 85% must" + fewer + unmendable},
		{"pass-rate", "=", "70%", ten, "fail: 80% (8/10) of the tests that ran passed; exactly 70% must" + fewer + unmendable},
		{"pass-rate", "!=", "80%", ten, "fail: 80% (8/10) of the tests that ran passed; anything but 80% may" + fewer + "1 more passing test of the 2 that failed"},
		{"pass-rate", "!=", "100%", clean, "fail: 100% (9/9) of the tests that ran passed; anything but 100% may\n> " + unmendable},
		{"pass-rate", "<", "80%", ten, "fail: 80% (8/10) of the tests that ran passed; less than 80% may" + fewer + unmendable},
		{"pass-rate", "<=", "70%", ten, "fail: 80% (8/10) of the tests that ran passed; at most 70% may" + fewer + unmendable},

		{"skipped-share", "<=", "20%", third, "fail: 30% (3/10) of the tests were skipped; at most 20% may be" + skips + "run 1 of these 3 skipped tests"},
		{"skipped-share", "<", "20%", third, "fail: 30% (3/10) of the tests were skipped; less than 20% may be" + skips + "run 2 of these 3 skipped tests"},
		{"skipped-share", "<", "10%", third, "fail: 30% (3/10) of the tests were skipped; less than 10% may be" + skips + "run these 3 skipped tests"},
		{"skipped-share", "<", "0%", third, "fail: 30% (3/10) of the tests were skipped; less than 0% may be" + skips + unmendable},
		{"skipped-share", "=", "0%", third, "fail: 30% (3/10) of the tests were skipped; exactly 0% must be" + skips + "run these 3 skipped tests"},
		{"skipped-share", "=", "15%", third, "fail: 30% (3/10) of the tests were skipped; exactly 15% must be" + skips + unmendable},
		{"skipped-share", "!=", "30%", third, "fail: 30% (3/10) of the tests were skipped; anything but 30% may be" + skips + "run 1 of these 3 skipped tests"},
		{"skipped-share", ">=", "40%", third, "fail: 30% (3/10) of the tests were skipped; at least 40% must be" + skips + unmendable},
		{"skipped-share", "<=", "0%", testReport("u.xml", 1, 0, 0, 1), "fail: 50% (1/2) of the tests were skipped; at most 0% may be\n- u.xml:2 shop skipped0 skipped\n> run this skipped test"},
	} {
		says(t, tests(require(x.metric, x.op, x.bound), x.report), x.want)
	}
	seven := testReport("u.xml", 3, 7, 0, 0)
	if c := tests(require("pass-rate", ">=", "85%"), seven).check(t); c.Remedy != "6 more passing tests of the 7 that failed" {
		t.Errorf("have %q", c.Remedy)
	}
	if c := tests(require("skipped-share", "<=", "35%"), testReport("u.xml", 2, 0, 0, 8)).check(t); c.Remedy != "run 5 of these 8 skipped tests" {
		t.Errorf("have %q", c.Remedy)
	}
}

// What modes, statuses and operators are called, where people and programs read it.
func TestNames(t *testing.T) {
	for _, x := range []struct {
		is   interface{ String() string }
		want string
	}{
		{gates.Require, "require"}, {gates.Warn, "warn"}, {gates.Shadow, "shadow"},
		{gates.Undecided, "undecided"}, {gates.NotApplicable, "not applicable"}, {gates.Pass, "pass"}, {gates.Waived, "waived"},
		{gates.Warned, "warn"}, {gates.Inconclusive, "inconclusive"}, {gates.Fail, "fail"},
		{gates.Equal, "="}, {gates.NotEqual, "!="}, {gates.Less, "<"}, {gates.AtMost, "<="}, {gates.More, ">"}, {gates.AtLeast, ">="},
		{require("failed", "<=", "3"), "failed <= 3"},
	} {
		if have := x.is.String(); have != x.want {
			t.Errorf("have %q, want %q", have, x.want)
		}
	}
	if text, err := gates.Fail.MarshalText(); string(text) != "fail" || err != nil {
		t.Errorf("have %q, %v", text, err)
	}
}
