package workflow

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Times and rates of one issue's week, by hand, and the trend against the week before. R30
func TestMeasure(t *testing.T) {
	r := Rules{Phases: []Phase{{Name: "Dev"}, {Name: "Review"}, {Name: "Done"}}}
	at := func(hour int) time.Time {
		return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
	}
	s := Standing{
		Since: at(40), Reactions: []Reaction{{at(40), at(43)}},
		Moves: []Entry{
			{To: "Dev", At: at(0)}, {From: "Dev", To: "Review", At: at(10)}, {From: "Review", To: "Dev", At: at(20)},
			{From: "Dev", To: "Review", At: at(26)}, {From: "Review", To: "Done", At: at(40)},
		},
		Escalations: []Escalation{{Opened: at(21), Answered: at(23)}, {Opened: at(30), Open: true}},
	}
	m := r.measure(nil, []Standing{s}, at(-1), at(50))
	for _, tt := range []struct {
		name string
		got  Times
		want time.Duration
	}{
		{"response", m.Response, 3 * time.Hour}, {"correction", m.Correction, 6 * time.Hour},
		{"escalation", m.Escalation, 2 * time.Hour}, {"resolution", m.Resolution, 40 * time.Hour},
	} {
		if tt.got != (Times{1, tt.want, tt.want}) {
			t.Errorf("%s is %v, want once %s", tt.name, tt.got, tt.want)
		}
	}
	// Dev was left twice, both times forward; Review twice, once back.
	want := []PhaseRate{{"Dev", evidence.Ratio{Num: 2, Den: 2}, ""}, {"Review", evidence.Ratio{Num: 1, Den: 2}, ""}}
	if len(m.Passed) != 2 || m.Passed[0] != want[0] || m.Passed[1] != want[1] {
		t.Errorf("pass rates %v, want %v", m.Passed, want)
	}
	if late := r.measure(nil, []Standing{s}, at(40), at(90)); late.Resolution.N != 0 || late.Correction.N != 0 || late.Escalation.N != 0 || late.Response.N != 1 {
		t.Errorf("what ended before, or at the very beginning, belongs to the week before: %+v", late)
	}
	before := m
	before.Response.Median, before.Correction.Median, before.Resolution = 4*time.Hour, 6*time.Hour, Times{}
	trend := m.against(before).Trend
	if trend["response"] != "shorter" || trend["correction"] != "the same" || trend["resolution"] != "" {
		t.Errorf("trend %v", trend)
	}
}

// An issue that is sent back twice before it is where it was is corrected once, from the
// first return: at 20 from Done to Review, at 24 from there to Dev, and at 39 it is done again. R30
func TestMeasureOfTwoReturns(t *testing.T) {
	r := Rules{Phases: []Phase{{Name: "Dev"}, {Name: "Review"}, {Name: "Done"}}}
	at := func(hour int) time.Time {
		return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour)
	}
	s := Standing{Moves: []Entry{
		{To: "Dev", At: at(0)}, {From: "Dev", To: "Review", At: at(5)}, {From: "Review", To: "Done", At: at(10)},
		{From: "Done", To: "Review", At: at(20)}, {From: "Review", To: "Dev", At: at(24)},
		{From: "Dev", To: "Review", At: at(30)}, {From: "Review", To: "Done", At: at(39)},
	}}
	if got := r.measure(nil, []Standing{s}, at(-1), at(50)).Correction; got != (Times{1, 19 * time.Hour, 19 * time.Hour}) {
		t.Errorf("correction is %v, want once 19h", got)
	}
	if got := r.measure(nil, []Standing{s}, at(-1), at(38)).Correction; got.N != 0 {
		t.Errorf("it is corrected %d times before it is where it was", got.N)
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

// The median and the ninth decile of ten, of two and of one, by counting; what was not
// measured has none. R30
func TestTimes(t *testing.T) {
	hours := func(n ...int) (out []time.Duration) {
		for _, h := range n {
			out = append(out, time.Duration(h)*time.Hour)
		}
		return out
	}
	for _, tt := range []struct {
		of          []time.Duration
		median, p90 int
		json        string
	}{
		{hours(10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 5, 9, `{"n":10,"median_ns":18000000000000,"p90_ns":32400000000000}`},
		{hours(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 6, 10, `{"n":11,"median_ns":21600000000000,"p90_ns":36000000000000}`},
		{hours(3, 1), 1, 3, `{"n":2,"median_ns":3600000000000,"p90_ns":10800000000000}`},
		{hours(0), 0, 0, `{"n":1,"median_ns":0,"p90_ns":0}`},
		{nil, 0, 0, `{"n":0}`},
	} {
		n := len(tt.of)
		got := times(tt.of)
		if want := (Times{n, time.Duration(tt.median) * time.Hour, time.Duration(tt.p90) * time.Hour}); got != want {
			t.Errorf("of %d: %v, want %v", n, got, want)
		}
		if b, err := json.Marshal(got); err != nil || string(b) != tt.json {
			t.Errorf("of %d: %s, want %s", n, b, tt.json)
		}
	}
}

// A reaction counts in the phase in which it was: each phase's owner once, and what came
// after the issue had left is none. R30
func TestReactions(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	r := Rules{Phases: []Phase{{Name: "Dev", Owner: "@dev"}, {Name: "Review", Owner: "@acme/rev"}, {Name: "Done", Owner: "@acme/unknown"}}}
	m := Memory{Since: at(9), Log: []Entry{
		{To: "Dev", At: at(1)}, {From: "Dev", To: "Review", At: at(4)}, {From: "Review", To: "Dev", At: at(6)}, {From: "Dev", To: "Review", At: at(9)},
	}}
	var s plan.Snapshot
	s.Facts.Teams = map[string][]string{"@acme/rev": {"rob"}}
	for _, c := range []struct {
		who  string
		hour int
	}{{"dev", 2}, {"dev", 3}, {"dev", 5}, {"rob", 8}, {"rob", 11}, {"rob", 12}} {
		s.Facts.Comments = append(s.Facts.Comments, evidence.Comment{Author: c.who, At: at(c.hour)})
	}
	// Dev reacted at 2 to 1, and not in its second stay; rob's 8 is of no stay of his.
	want := []Reaction{{at(1), at(2)}, {at(9), at(11)}}
	if got := r.Past(m, s).Reactions; !slices.Equal(got, want) {
		t.Errorf("reactions %v, want %v", got, want)
	}
}
