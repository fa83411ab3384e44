package workflow_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// seedRules are the limits of R26, in office hours in UTC.
func seedRules(t *testing.T) workflow.ClockRules {
	t.Helper()
	var week [7][]calendar.Hours
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []calendar.Hours{{From: 9 * 60, To: 17 * 60}}
	}
	c, err := calendar.New(time.UTC, week, nil)
	if err != nil {
		t.Fatal(err)
	}
	hours := func(n int) calendar.Limit { return calendar.Limit{Most: n, Unit: calendar.Hour} }
	days := func(n int) calendar.Limit { return calendar.Limit{Most: n, Unit: calendar.WorkingDay} }
	return workflow.ClockRules{
		Calendar: c, Assessment: hours(4), Escalation: hours(2), Correction: days(1), Blocked: hours(4),
		Architect: days(5), Validation: days(2), WarnAt: evidence.Ratio{Num: 75, Den: 100},
	}
}

// when is a time of the week that begins on Monday, 23 November 2026: "Tue 09:30".
func when(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	day := slices.Index([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, s[:3])
	t, err := time.Parse("15:04", s[4:])
	if day < 0 || err != nil {
		panic(s)
	}
	return time.Date(2026, 11, 23+day, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

func span(from, to string) calendar.Span { return calendar.Span{From: when(from), To: when(to)} }

// R24, R26
func TestClocks(t *testing.T) {
	r := seedRules(t)
	for _, tt := range []struct {
		about string
		m     workflow.Moments
		now   string
		want  string // name, state, remaining, due
	}{
		{"nothing has begun", workflow.Moments{}, "Mon 10:00", ""},
		{"what begins later has not begun", workflow.Moments{Entered: when("Mon 11:00")}, "Mon 10:00", ""},
		{"assessment", workflow.Moments{Entered: when("Mon 10:00")}, "Mon 11:00", "assessment running 3h0m0s Mon 14:00"},
		{"due soon from three quarters on", workflow.Moments{Entered: when("Mon 10:00")}, "Mon 13:00", "assessment due-soon 1h0m0s Mon 14:00"},
		{"overdue at the limit", workflow.Moments{Entered: when("Mon 10:00")}, "Mon 14:00", "assessment overdue 0s Mon 14:00"},
		{"negative after it, in working time", workflow.Moments{Entered: when("Mon 10:00")}, "Tue 10:00", "assessment overdue -4h0m0s Mon 14:00"},
		{"the owner reacted", workflow.Moments{Entered: when("Mon 10:00"), Reacted: when("Mon 12:00")}, "Fri 12:00", "assessment stopped 2h0m0s Mon 14:00"},
		{"a reaction that is still to come", workflow.Moments{Entered: when("Mon 10:00"), Reacted: when("Mon 12:00")}, "Mon 11:00", "assessment running 3h0m0s Mon 14:00"},
		{"too late", workflow.Moments{Entered: when("Mon 10:00"), Reacted: when("Mon 15:00")}, "Fri 12:00", "assessment stopped -1h0m0s Mon 14:00 late"},
		{"blocked pauses the others and not itself", workflow.Moments{Entered: when("Mon 10:00"), Escalated: when("Mon 11:30"), Blocked: []calendar.Span{span("Mon 11:00", "")}}, "Mon 12:00",
			"assessment paused 3h0m0s; escalation running 1h30m0s Mon 13:30; blocked running 3h0m0s Mon 15:00"},
		{"more than 4 hours blocked", workflow.Moments{Blocked: []calendar.Span{span("Mon 15:00", "")}}, "Tue 12:00", "blocked overdue -1h0m0s Tue 11:00"},
		{"no longer blocked", workflow.Moments{Entered: when("Mon 10:00"), Blocked: []calendar.Span{span("Mon 11:00", "Mon 12:00")}}, "Mon 13:00",
			"assessment running 2h0m0s Mon 15:00; blocked stopped 3h0m0s Mon 15:00"},
		{"waiting for the author", workflow.Moments{Corrections: when("Mon 10:00"), Waiting: []calendar.Span{span("Mon 16:00", "Tue 10:00")}}, "Tue 11:00", "correction due-soon 1h0m0s Tue 12:00"},
		{"paused when it was overdue already", workflow.Moments{Entered: when("Mon 10:00"), Waiting: []calendar.Span{span("Mon 15:00", "")}}, "Tue 15:00", "assessment overdue -1h0m0s Mon 14:00"},
		{"five and two days", workflow.Moments{Asked: when("Mon 12:00"), Validating: when("Tue 12:00")}, "Tue 12:00",
			"architect running 32h0m0s Mon 12:00; validation running 16h0m0s Thu 12:00"},
	} {
		var got []string
		for _, c := range r.Clocks(tt.m, when(tt.now)) {
			s := fmt.Sprintf("%s %s %s", c.Name, c.State, c.Remaining)
			if !c.Due.IsZero() {
				s += c.Due.Format(" Mon 15:04")
			}
			if c.State == workflow.Stopped && !c.Stopped.Before(c.Due) {
				s += " late"
			}
			got = append(got, s)
		}
		if got := strings.Join(got, "; "); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.about, got, tt.want)
		}
	}
}

// events reads "Mon 10:00 +label" or "Mon 10:00 -label".
func events(lines ...string) (out []evidence.Event) {
	for _, l := range lines {
		e := evidence.Event{Kind: "labeled", At: when(l[:9]), Value: l[11:]}
		if l[10] == '-' {
			e.Kind = "unlabeled"
		}
		out = append(out, e)
	}
	return out
}

func TestStays(t *testing.T) {
	for _, tt := range []struct {
		about  string
		events []evidence.Event
		labels []string
		now    string
		want   string
	}{
		{"two moves", events("Mon 10:00 +A", "Tue 10:00 +B", "Tue 10:00 -A"), []string{"B"}, "Fri 10:00", "A Mon 10:00-Tue 10:00, B Tue 10:00-"},
		{"old label first", events("Mon 10:00 +A", "Tue 10:00 -A", "Tue 10:01 +B"), []string{"b"}, "Fri 10:00", "A Mon 10:00-Tue 10:01, B Tue 10:01-"},
		{"taken off and put on again gives no more time", events("Mon 10:00 +A", "Tue 10:00 -A", "Wed 10:00 +A"), []string{"A"}, "Fri 10:00", "A Mon 10:00-"},
		{"a move that was not finished", events("Mon 10:00 +A", "Tue 10:00 +B"), []string{"A", "B"}, "Fri 10:00", "A Mon 10:00-"},
		{"a move that was taken back", events("Mon 10:00 +A", "Tue 10:00 +B", "Tue 11:00 -B"), []string{"A"}, "Fri 10:00", "A Mon 10:00-"},
		{"sent back begins again", events("Mon 10:00 +A", "Tue 10:00 +B", "Tue 10:00 -A", "Wed 10:00 +A", "Wed 10:00 -B"), []string{"A"}, "Fri 10:00", "A Mon 10:00-Tue 10:00, B Tue 10:00-Wed 10:00, A Wed 10:00-"},
		{"there from the beginning, without an event", nil, []string{"A"}, "Fri 10:00", "A Mon 09:00-"},
		{"there from the beginning, and gone", events("Tue 10:00 -A", "Tue 10:00 +B"), []string{"B"}, "Fri 10:00", "A Mon 09:00-Tue 10:00, B Tue 10:00-"},
		{"events doubled", events("Mon 10:00 +A", "Mon 10:00 +A", "Tue 10:00 +B", "Tue 10:00 -A", "Tue 10:00 -A"), []string{"B"}, "Fri 10:00", "A Mon 10:00-Tue 10:00, B Tue 10:00-"},
		{"as it was on Monday", events("Mon 10:00 +A", "Tue 10:00 +B", "Tue 10:00 -A"), []string{"B"}, "Mon 12:00", "A Mon 10:00-"},
		{"other labels", events("Mon 10:00 +bug"), []string{"bug"}, "Fri 10:00", ""},
	} {
		h := workflow.History{Created: when("Mon 09:00"), Events: tt.events, Labels: tt.labels}
		var got []string
		for _, s := range h.PhaseSpans([]string{"A", "B"}, when(tt.now)) {
			line := s.Label + s.From.Format(" Mon 15:04-")
			if !s.To.IsZero() {
				line += s.To.Format("Mon 15:04")
			}
			got = append(got, line)
		}
		if got := strings.Join(got, ", "); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.about, got, tt.want)
		}
	}
}

// R24
func TestBlocked(t *testing.T) {
	c := seedRules(t).Calendar
	for _, tt := range []struct {
		about    string
		events   []evidence.Event
		labels   []string
		marks    []workflow.Mark
		blockers []evidence.Blocker
		want     []calendar.Span
	}{
		{"by the label", events("Mon 10:00 +blocked", "Mon 12:00 -blocked", "Tue 10:00 +blocked"), []string{"blocked"}, nil, nil, []calendar.Span{span("Mon 10:00", "Mon 12:00"), span("Tue 10:00", "")}},
		{"over a night that nobody worked in", events("Mon 10:00 +blocked", "Mon 18:00 -blocked", "Tue 08:00 +blocked"), []string{"blocked"}, nil, nil, []calendar.Span{span("Mon 10:00", "")}},
		{"an end that nobody recorded", events("Mon 10:00 +blocked"), nil, nil, nil, nil},
		{"by commands", nil, nil, []workflow.Mark{{when("Mon 10:00"), false}, {when("Mon 11:00"), true}, {when("Mon 12:00"), true}, {when("Mon 13:00"), false}}, nil, []calendar.Span{span("Mon 11:00", "Mon 13:00")}},
		{"by an issue from when it was linked", []evidence.Event{{Kind: "blocked_by_added", At: when("Mon 11:00"), Value: "7"}}, nil, nil, []evidence.Blocker{{Repo: "o/r", Number: 7, Open: true}}, []calendar.Span{span("Mon 11:00", "")}},
		{"until it was closed", []evidence.Event{{Kind: "blocked_by_added", At: when("Mon 11:00"), Value: "7"}}, nil, nil, []evidence.Blocker{{Repo: "o/r", Number: 7, Closed: when("Mon 13:00")}}, []calendar.Span{span("Mon 11:00", "Mon 13:00")}},
		{"closed, nobody knows when", nil, nil, nil, []evidence.Blocker{{Repo: "o/r", Number: 7}}, nil},
		{"by two things at a time", events("Mon 10:00 +blocked", "Mon 12:00 -blocked"), nil, []workflow.Mark{{when("Mon 11:00"), true}}, nil, []calendar.Span{span("Mon 10:00", "")}},
	} {
		h := workflow.History{Created: when("Mon 09:00"), Events: tt.events, Labels: tt.labels}
		if got := h.Blocked(c, "blocked", tt.marks, tt.blockers, when("Fri 10:00")); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v\nwant %v", tt.about, got, tt.want)
		}
	}
}

func TestFirstReaction(t *testing.T) {
	f := &evidence.Facts{
		Comments: []evidence.Comment{{Author: "ann", At: when("Mon 09:00")}, {Author: "eve", At: when("Mon 10:30")}, {Author: "ann", Bot: true, At: when("Mon 10:40")}, {Author: "Ann", At: when("Tue 12:00")}},
		Reviews:  []evidence.Review{{Author: "ann", State: evidence.ReviewPending, At: when("Mon 11:00")}, {Author: "ann", State: evidence.ReviewCommented, At: when("Tue 11:00")}},
		Events:   []evidence.Event{{Kind: "mentioned", By: "ann", At: when("Mon 10:20")}, {Kind: "assigned", By: "ann", At: when("Mon 10:21")}, {Kind: "labeled", By: "ann", At: when("Wed 10:00")}},
	}
	if got := workflow.FirstReaction(f, []string{"ann"}, when("Mon 10:00")); !got.Equal(when("Tue 11:00")) {
		t.Errorf("the first reaction is at %s", got)
	}
	if got := workflow.FirstReaction(f, nil, when("Mon 10:00")); !got.IsZero() {
		t.Errorf("of nobody, the first reaction is at %s", got)
	}
}

func TestWhatWasNotReadIsNoHistory(t *testing.T) {
	f := &evidence.Facts{Issue: evidence.Post{Created: when("Mon 09:00")}, Read: []evidence.FactPart{evidence.IssuePart},
		Unread: map[evidence.FactPart]string{evidence.EventsPart: "the token lacks issues: read"}}
	if _, err := workflow.HistoryOf(f, nil); err == nil || !strings.Contains(err.Error(), "the events of the issue were not: the token lacks issues: read") {
		t.Errorf("the error is %v", err)
	}
	f.Read = append(f.Read, evidence.EventsPart)
	if _, err := workflow.HistoryOf(f, nil); err != nil {
		t.Error(err)
	}
	f.Issue.Created = time.Time{}
	if _, err := workflow.HistoryOf(f, nil); err == nil {
		t.Error("an issue that was never created has a history")
	}
}

// TestASweepMoreOrLessChangesNothing holds clocks to depend on what happened and on
// now alone: what is read twice, in another order, or with what happened later, gives
// the same. R26, R33
func TestASweepMoreOrLessChangesNothing(t *testing.T) {
	r := seedRules(t)
	for seed := range 2_000 {
		rng := rand.New(rand.NewPCG(26, uint64(seed)))
		start := when("Mon 09:00")
		var past []evidence.Event
		on := map[string]bool{}
		at := start
		for range rng.IntN(12) {
			at = at.Add(time.Duration(1+rng.IntN(600)) * time.Minute)
			l := pick(rng, "A", "B", "blocked")
			on[l] = !on[l]
			kind := map[bool]string{true: "labeled", false: "unlabeled"}[on[l]]
			past = append(past, evidence.Event{Kind: kind, At: at, Value: l})
		}
		now := at.Add(time.Duration(rng.IntN(3000)) * time.Minute)
		read := func(h workflow.History) []workflow.Clock {
			var m workflow.Moments
			if stays := h.PhaseSpans([]string{"A", "B"}, now); len(stays) > 0 {
				m.Entered = stays[len(stays)-1].From
			}
			m.Blocked = h.Blocked(r.Calendar, "blocked", nil, nil, now)
			return r.Clocks(m, now)
		}
		labels := func() (out []string) {
			for _, l := range []string{"A", "B", "blocked"} {
				if on[l] {
					out = append(out, l)
				}
			}
			return out
		}
		h := workflow.History{Created: start, Events: past, Labels: labels()}
		want := read(h)
		doubled := h
		doubled.Events = append(slices.Clone(past), past...)
		rng.Shuffle(len(doubled.Events), func(i, j int) { doubled.Events[i], doubled.Events[j] = doubled.Events[j], doubled.Events[i] })
		later := h
		later.Events = slices.Clone(past)
		at = now
		for range 1 + rng.IntN(3) {
			at = at.Add(time.Duration(1+rng.IntN(600)) * time.Minute)
			l := pick(rng, "A", "B", "blocked")
			on[l] = !on[l]
			kind := map[bool]string{true: "labeled", false: "unlabeled"}[on[l]]
			later.Events = append(later.Events, evidence.Event{Kind: kind, At: at, Value: l})
		}
		later.Labels = labels()
		for about, h := range map[string]workflow.History{"again": h, "doubled and shuffled": doubled, "later": later} {
			if got := read(h); !reflect.DeepEqual(got, want) {
				t.Fatalf("case %d, %s: %+v\nwant %+v\n%+v", seed, about, got, want, h)
			}
		}
	}
}
