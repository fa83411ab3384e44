package gates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

func theDay(t *testing.T, day string) time.Time {
	t.Helper()
	layout := time.DateOnly
	if strings.Contains(day, "T") {
		layout = time.RFC3339
	}
	at, err := time.Parse(layout, day)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestAConditionCountsFromItsDay holds that before its day a condition is evaluated,
// shown and of no effect, and that the day begins at midnight in UTC.
func TestAConditionCountsFromItsDay(t *testing.T) {
	c := require("statements", ">=", "80%")
	c.From = theDay(t, "2027-03-01")
	easy := require("statements", ">=", "70%")
	report := shares("cover.out", evidence.Statements, map[string][2]uint64{"a.go": {75, 100}})
	const shown = "it counts from 2027-03-01, and until then it is shown and changes nothing"
	for _, tt := range []struct {
		about, day string
		conds      []gates.Condition
		verdict    gates.Status
		coming     bool
	}{
		{"the day before, to its last second", "2027-02-28T23:59:59Z", []gates.Condition{easy, c}, gates.Pass, true},
		{"that day has begun elsewhere, and not in UTC", "2027-03-01T00:30:00+02:00", []gates.Condition{easy, c}, gates.Pass, true},
		{"the first second of that day", "2027-03-01", []gates.Condition{easy, c}, gates.Fail, false},
		{"that day has begun in UTC, and not elsewhere", "2027-02-28T23:30:00-02:00", []gates.Condition{easy, c}, gates.Fail, false},
		{"where nothing else is asked, nothing is proved", "2027-02-01", []gates.Condition{c}, gates.Inconclusive, true},
	} {
		s := coverage(c, report)
		s.conds = tt.conds
		in := s.input()
		in.Now = theDay(t, tt.day)
		v := gates.Judge(s.policy(), in)
		check := v.Gates[0].Checks[len(tt.conds)-1]
		if v.Status != tt.verdict || check.Outcome != gates.Fail || check.Coming != tt.coming {
			t.Errorf("%s: the verdict is %s, the check comes to %s and is coming: %t", tt.about, v.Status, check.Outcome, check.Coming)
		}
		if strings.Contains(check.Why, shown) != tt.coming {
			t.Errorf("%s: %s", tt.about, check.Why)
		}
	}
	s := coverage(c, report) // nobody says what day it is
	if v := s.judge(); v.Status != gates.Fail {
		t.Errorf("without a clock the verdict is %s", v.Status)
	}
}

// TestEvidenceThatIsMissingFromWhatIsComing holds that a report that is not written
// yet does not block before the day, and is said.
func TestEvidenceThatIsMissingFromWhatIsComing(t *testing.T) {
	c := require("statements", ">=", "80%")
	c.From = theDay(t, "2027-03-01")
	s := coverage(c)
	in := s.input()
	in.Now = theDay(t, "2027-02-28")
	check := gates.Judge(s.policy(), in).Gates[0].Checks[0]
	if check.Status != gates.NotApplicable || check.Outcome != gates.Inconclusive || !strings.Contains(check.Why, "it counts from 2027-03-01") {
		t.Errorf("%s, %s: %s", check.Status, check.Outcome, check.Why)
	}
}

// TestARampMovesByTheDay follows thresholds that were worked out by hand: 90 days
// from 60% to 80% are 2/9 of a percent a day, rounded up; 30 days from 50 to 3 are
// 47/30 a day, rounded down.
func TestARampMovesByTheDay(t *testing.T) {
	up := require("statements", ">=", "80%")
	up.Ramp = gates.Ramp{From: require("statements", ">=", "60%").Want, Start: theDay(t, "2026-12-01"), End: theDay(t, "2027-03-01")}
	down := require("skipped", "<=", "3")
	down.Ramp = gates.Ramp{From: evidence.CountOf(50), Start: theDay(t, "2026-12-01"), End: theDay(t, "2026-12-31")}
	slow := require("p95", "<=", "200ms")
	slow.Ramp = gates.Ramp{From: require("p95", "<=", "1s").Want, Start: theDay(t, "2026-12-01"), End: theDay(t, "2026-12-04")}
	fine := require("statements", ">=", "60.0001%")
	fine.Ramp = gates.Ramp{From: require("statements", ">=", "60%").Want, Start: theDay(t, "2026-12-01"), End: theDay(t, "2026-12-04")}
	for _, tt := range []struct {
		about, day string
		c          gates.Condition
		want       string
	}{
		{"before it begins", "2026-11-01", up, "60%"},
		{"on its first day", "2026-12-01", up, "60%"},
		{"to the end of its first day", "2026-12-01T23:59:59Z", up, "60%"},
		{"one day on: 60.2222…%", "2026-12-02", up, "60.23%"},
		{"half way", "2027-01-15", up, "70%"},
		{"the day before its end: 79.7777…%", "2027-02-28", up, "79.78%"},
		{"on its last day", "2027-03-01", up, "80%"},
		{"long after", "2030-01-01", up, "80%"},
		{"a count, one day on: 48.43", "2026-12-02", down, "48"},
		{"a count, the day before its end: 4.57", "2026-12-30", down, "4"},
		{"a count, at its end", "2026-12-31", down, "3"},
		{"a duration, one day on: 733.333333…ms", "2026-12-02", slow, "733.333ms"},
		{"never beyond the condition", "2026-12-02", fine, "60.0001%"},
	} {
		if got := tt.c.On(theDay(t, tt.day)).Want.String(); got != tt.want {
			t.Errorf("%s: the threshold is %s, want %s", tt.about, got, tt.want)
		}
	}
	if got := up.On(time.Time{}).Want.String(); got != "80%" {
		t.Errorf("without a clock the threshold is %s", got)
	}
}

// TestARampIsJudgedByItsThresholdOfToday holds the check to the threshold of the
// day, the sentence to both, and the waiver to the condition as it is written. R18
func TestARampIsJudgedByItsThresholdOfToday(t *testing.T) {
	c := require("statements", ">=", "80%")
	c.Ramp = gates.Ramp{From: require("statements", ">=", "60%").Want, Start: theDay(t, "2026-12-01"), End: theDay(t, "2027-03-01")}
	s := coverage(c, shares("cover.out", evidence.Statements, map[string][2]uint64{"a.go": {65, 100}}))
	in := s.input()
	for _, tt := range []struct {
		day    string
		status gates.Status
		want   string
		says   string
	}{
		{"2026-11-22", gates.Pass, "60%", "at least 60% must be (the threshold is 60% until 2026-12-01, and then moves day by day to 80% on 2027-03-01)"},
		{"2026-12-02", gates.Pass, "60.23%", "at least 60.23% must be (the threshold is 60.23% on 2026-12-02, and moves day by day to 80% on 2027-03-01)"},
		{"2027-01-15", gates.Fail, "70%", "at least 70% must be (the threshold is 70% on 2027-01-15, and moves day by day to 80% on 2027-03-01)"},
		{"2027-03-01", gates.Fail, "80%", "at least 80% must be"},
	} {
		in.Now = theDay(t, tt.day)
		check := gates.Judge(s.policy(), in).Gates[0].Checks[0]
		if check.Status != tt.status || check.Want().String() != tt.want || !strings.HasSuffix(check.Why, tt.says) {
			t.Errorf("%s: %s by %s: %s", tt.day, check.Status, check.Want(), check.Why)
		}
	}
	in.Now = theDay(t, "2027-01-15")
	in.Waivers = []gates.Waiver{{
		Condition: &gates.WaivedCondition{Gate: "gate", Metric: c.Metric, Op: c.Op, Want: c.Want},
		Reason:    "r", Owner: "@a", ApprovedBy: "@b", Created: theDay(t, "2027-01-01"), Expires: theDay(t, "2027-02-01"),
	}}
	if v := gates.Judge(s.policy(), in); v.Status != gates.Waived {
		t.Errorf("with a waiver of the condition as written the verdict is %s", v.Status)
	}
}
