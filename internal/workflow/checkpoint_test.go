package workflow

import (
	"slices"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/calendar"
)

// A checkpoint is kept while its gates hold, whatever the day, due until its day is over
// in working time, and late from then on; a pause moves the day. R29
func TestMilestones(t *testing.T) {
	work, err := calendar.ParseHours("09:00-17:00")
	if err != nil {
		t.Fatal(err)
	}
	var week [7][]calendar.Hours
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = []calendar.Hours{work}
	}
	cal, err := calendar.New(time.UTC, week, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) } // the 2nd is a Monday
	r := Rules{
		Phases: []Phase{{Name: "Dev", Exit: []string{"model", "api"}, Checkpoints: []Checkpoint{{2, []string{"model"}}, {4, []string{"model", "api"}}}}, {Name: "Done"}},
		Clocks: ClockRules{Calendar: cal},
	}
	v := func(model, api gates.Status) gates.Verdict {
		return gates.Verdict{Gates: []gates.GateResult{{Name: "model", Due: true, Status: model}, {Name: "api", Due: true, Status: api}}}
	}
	for _, tt := range []struct {
		name    string
		entered time.Time
		now     time.Time
		pauses  []calendar.Span
		verdict gates.Verdict
		states  []MilestoneState
		due     []time.Time
		late    []string
	}{
		{"nothing holds on the first day", at(2, 9), at(2, 9), nil, v(gates.Fail, gates.Fail), []MilestoneState{Awaited, Awaited}, []time.Time{at(3, 17), at(5, 17)}, nil},
		{"the model is late from the end of its day", at(2, 9), at(3, 17), nil, v(gates.Fail, gates.Fail), []MilestoneState{Missed, Awaited}, []time.Time{at(3, 17), at(5, 17)},
			[]string{"the checkpoint of day 2 of Dev was due 2026-03-03 17:00 UTC, and what does not hold is model"}},
		{"no evidence is not kept", at(2, 9), at(3, 17), nil, v(gates.Inconclusive, gates.Pass), []MilestoneState{Missed, Awaited}, []time.Time{at(3, 17), at(5, 17)},
			[]string{"the checkpoint of day 2 of Dev was due 2026-03-03 17:00 UTC, and what does not hold is model"}},
		{"a warning is green", at(2, 9), at(10, 9), nil, v(gates.Warned, gates.Pass), []MilestoneState{Kept, Kept}, []time.Time{at(3, 17), at(5, 17)}, nil},
		{"a weekend between", at(6, 13), at(9, 9), nil, v(gates.Fail, gates.Pass), []MilestoneState{Awaited, Awaited}, []time.Time{at(10, 13), at(12, 13)}, nil},
		{"blocked for a day", at(2, 9), at(4, 9), []calendar.Span{{From: at(2, 9), To: at(3, 9)}}, v(gates.Fail, gates.Pass), []MilestoneState{Awaited, Awaited}, []time.Time{at(4, 17), at(6, 17)}, nil},
		{"blocked still", at(2, 9), at(9, 9), []calendar.Span{{From: at(2, 10)}}, v(gates.Fail, gates.Pass), []MilestoneState{Resting, Resting}, []time.Time{{}, {}}, nil},
		{"nobody knows since when", time.Time{}, at(9, 9), nil, v(gates.Fail, gates.Pass), nil, nil, nil},
	} {
		s := State{Phase: "Dev", Now: tt.now, entered: tt.entered, pauses: tt.pauses}
		var states []MilestoneState
		var due []time.Time
		for _, m := range r.Milestones(s, tt.verdict) {
			states, due = append(states, m.State), append(due, m.Due)
		}
		if !slices.Equal(states, tt.states) || !slices.EqualFunc(due, tt.due, time.Time.Equal) {
			t.Errorf("%s: %v due %v, want %v due %v", tt.name, states, due, tt.states, tt.due)
		}
		d := Decide(r, s, tt.verdict, "1111111")
		var late []string
		for _, l := range d.Overdue {
			late = append(late, l.Why)
		}
		if d.Phase.Name == "Dev" && !slices.Equal(late, tt.late) {
			t.Errorf("%s: overdue is %q, want %q", tt.name, late, tt.late)
		}
		if i := slices.Index(tt.states, Awaited); i >= 0 && d.Phase.Name == "Dev" && !d.Next.Equal(tt.due[i]) {
			t.Errorf("%s: the next sweep that must look is at %s, want %s", tt.name, d.Next, tt.due[i])
		}
	}
}

// Checkpoints change nothing of what is due and where an issue goes. R29
func TestACheckpointMakesNothingDue(t *testing.T) {
	r := Rules{Phases: []Phase{{Name: "Dev", Exit: []string{"model"}}, {Name: "Review", Exit: []string{"api"}}, {Name: "Done"}}}
	with := r
	with.Phases = slices.Clone(r.Phases)
	with.Phases[0].Checkpoints = []Checkpoint{{1, []string{"model"}}}
	for _, phase := range []string{"", "Dev", "Review", "Done"} {
		for _, g := range []string{"model", "api", "other"} {
			if r.DueAt(phase)(g) != with.DueAt(phase)(g) {
				t.Errorf("%s is due in %q with a checkpoint and not without, or the other way round", g, phase)
			}
		}
	}
}
