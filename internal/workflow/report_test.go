package workflow

import (
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Times and rates of one issue's week, by hand, and the trend against the week before. R30
func TestMeasure(t *testing.T) {
	r := Rules{Phases: []Phase{{Name: "Dev"}, {Name: "Review"}, {Name: "Done"}}}
	at := func(hour int) time.Time {
		return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
	}
	s := Standing{
		Since: at(40), Reacted: at(43),
		Moves: []Entry{
			{To: "Dev", At: at(0)}, {From: "Dev", To: "Review", At: at(10)}, {From: "Review", To: "Dev", At: at(20)},
			{From: "Dev", To: "Review", At: at(26)}, {From: "Review", To: "Done", At: at(40)},
		},
		Escalations: []Escalation{{Opened: at(21), Answered: at(23)}, {Opened: at(30), Open: true}},
	}
	m := r.Measure(nil, []Standing{s}, at(-1), at(50))
	for _, tt := range []struct {
		name string
		got  Times
		want time.Duration
	}{
		{"response", m.Response, 3 * time.Hour}, {"correction", m.Correction, 6 * time.Hour},
		{"escalation", m.Escalation, 2 * time.Hour}, {"resolution", m.Resolution, 40 * time.Hour},
	} {
		if tt.got != (Times{1, tt.want}) {
			t.Errorf("%s is %v, want once %s", tt.name, tt.got, tt.want)
		}
	}
	// Dev was left twice, both times forward; Review twice, once back.
	want := []PhaseRate{{"Dev", evidence.Ratio{Num: 2, Den: 2}}, {"Review", evidence.Ratio{Num: 1, Den: 2}}}
	if len(m.Passed) != 2 || m.Passed[0] != want[0] || m.Passed[1] != want[1] {
		t.Errorf("pass rates %v, want %v", m.Passed, want)
	}
	if late := r.Measure(nil, []Standing{s}, at(40), at(90)); late.Resolution.N != 0 || late.Response.N != 1 {
		t.Errorf("what ended at the very beginning belongs to the week before: %+v", late)
	}
	before := m
	before.Response.Median, before.Correction.Median, before.Resolution = 4*time.Hour, 6*time.Hour, Times{}
	trend := m.Against(before).Trend
	if trend["response"] != "shorter" || trend["correction"] != "the same" || trend["resolution"] != "" {
		t.Errorf("trend %v", trend)
	}
}

// A working day is one of the calendar, or from Monday to Friday.
func TestWorkingDay(t *testing.T) {
	for day, want := range map[int]bool{1: false, 2: true, 6: true, 7: false} { // March 2026 begins on a Sunday
		date, next, works := WorkingDay(nil, time.Date(2026, 3, day, 23, 59, 0, 0, time.UTC))
		if works != want || next.Day() != day+1 || date[8:] != time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC).Format("02") {
			t.Errorf("%s: works %t, next %s", date, works, next)
		}
	}
}
