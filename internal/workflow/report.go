package workflow

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Reports says what a sweep reports, and to whom; nil is nothing.
type Reports struct {
	Daily  *Daily
	Weekly *Weekly
}

// Daily is a comment a working day on every issue on which something changed.
type Daily struct{ Audience []string }

// Weekly is a comment a week on one issue, from a weekday on.
type Weekly struct {
	Issue    int
	Day      time.Weekday
	Audience []string
}

// Standing is what reports say of one issue.
type Standing struct {
	Number  int       `json:"issue"`
	Title   string    `json:"title"`
	Phase   string    `json:"phase"`
	Owner   string    `json:"owner,omitempty"`
	Since   time.Time `json:"since,omitzero"` // when it came to the phase
	Reacted time.Time `json:"reacted,omitzero"`
	Verdict string    `json:"verdict"`
	// Risks are what holds it up: blocked, escalated, overdue.
	Risks       []string     `json:"risks,omitempty"`
	Next        string       `json:"next,omitempty"`
	Moves       []Entry      `json:"moves,omitempty"` // that the memory still has
	Escalations []Escalation `json:"escalations,omitempty"`
}

// StandingOf takes it from what was decided.
func StandingOf(d Decision, s plan.Snapshot, verdict string) Standing {
	out := Standing{
		Number: s.Issue, Title: s.Title, Phase: d.Phase.Name, Owner: d.Phase.Owner, Since: d.Memory.Since,
		Verdict: verdict, Risks: d.Risks(), Next: d.Next24h(), Moves: moves(d.Memory.Log), Escalations: d.Memory.Escalations,
	}
	owners := []string{}
	if len(d.Phase.Owner) > 1 {
		owners = append(owners, d.Phase.Owner[1:])
	}
	out.Reacted = FirstReaction(&s.Facts, append(owners, s.Facts.Teams[d.Phase.Owner]...), d.Memory.Since)
	return out
}

// Risks are what holds an issue up.
func (d Decision) Risks() []string {
	var out []string
	if d.Blocked != nil {
		out = append(out, "blocked: "+d.Blocked.Why)
	}
	for _, e := range d.Escalated {
		out = append(out, "escalated to "+e.To+", "+e.Category+": "+e.Why)
	}
	for _, l := range d.Overdue {
		out = append(out, "overdue, "+l.Name+": "+l.Why)
	}
	return out
}

// Next24h is what comes next: the gravest corrections, or what the phase waits for.
func (d Decision) Next24h() string {
	all := undone(d.Corrections)
	switch {
	case len(all) == 1:
		return all[0].Text
	case len(all) > 1:
		return fmt.Sprintf("%s, and %d more to mend", all[0].Text, len(all)-1)
	case d.Outcome == Done:
		return "nothing: every gate holds"
	}
	return d.Why
}

// Progress is what the log says since a time, in words that need no log.
func (m Memory) Progress(since time.Time) []Entry {
	return slices.DeleteFunc(slices.Clone(m.Log), func(e Entry) bool { return !e.At.After(since) })
}

// LastPost is the latest comment of one kind, by what its key begins with.
func LastPost(posts []plan.Post, kind string) (last plan.Post) {
	for _, p := range posts {
		if len(p.Key) > len(kind) && p.Key[:len(kind)] == kind && p.Key > last.Key {
			last = p
		}
	}
	return last
}

// WorkingDay reports whether people work on the day of a time, and gives its date.
// Without a calendar they do from Monday to Friday, in UTC.
func WorkingDay(c *calendar.Calendar, now time.Time) (date string, next time.Time, works bool) {
	now = now.UTC()
	if c != nil {
		now = now.In(c.Zone())
	}
	from := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	next = from.AddDate(0, 0, 1)
	works = now.Weekday() != time.Saturday && now.Weekday() != time.Sunday
	if c != nil {
		works = c.Elapsed(from, next, nil) > 0
	}
	return now.Format(time.DateOnly), next, works
}

// Metrics are the times of what ended between two times, in working time, and how
// often a phase was left forward.
type Metrics struct {
	From       time.Time         `json:"from"`
	To         time.Time         `json:"to"`
	Response   Times             `json:"response"`   // from when a phase begins to the first that its owner does
	Correction Times             `json:"correction"` // from when an issue is sent back until it is there again
	Escalation Times             `json:"escalation"` // from when it is raised until it is answered or closed
	Resolution Times             `json:"resolution"` // from when it enters until it comes to the last phase
	Passed     []PhaseRate       `json:"pass_rate"`
	Trend      map[string]string `json:"trend,omitempty"` // against those before: shorter, longer, the same
}

// Times are how long something took: how often, and the median.
type Times struct {
	N      int           `json:"n"`
	Median time.Duration `json:"median_ns"`
}

// PhaseRate is how often a phase was left, and how often forward.
type PhaseRate struct {
	Phase string         `json:"phase"`
	Rate  evidence.Ratio `json:"rate"`
}

// Measure gives the metrics of what ended after from, and no later than to.
func (r Rules) Measure(c *calendar.Calendar, all []Standing, from, to time.Time) Metrics {
	within := func(t time.Time) bool { return t.After(from) && !t.After(to) }
	took := func(a, b time.Time) time.Duration {
		if c == nil {
			return b.Sub(a)
		}
		return c.Elapsed(a, b, nil)
	}
	var response, correction, escalation, resolution []time.Duration
	left := make([]evidence.Ratio, len(r.Phases))
	for _, s := range all {
		if within(s.Reacted) && !s.Since.IsZero() {
			response = append(response, took(s.Since, s.Reacted))
		}
		for _, e := range s.Escalations {
			if end := cmp.Or(e.Answered, e.Closed); within(end) && !e.Opened.IsZero() {
				escalation = append(escalation, took(e.Opened, end))
			}
		}
		var entered, back time.Time
		backFrom := -1
		for _, m := range s.Moves {
			at, to := r.index(m.From), r.index(m.To)
			switch {
			case m.At.IsZero() || to < 0:
				continue
			case m.From == "":
				entered = m.At
				continue
			case at >= 0 && within(m.At):
				left[at].Den++
				if to > at {
					left[at].Num++
				}
			}
			if at > to && backFrom < 0 {
				back, backFrom = m.At, at
			}
			if to >= backFrom && backFrom >= 0 && to > at {
				if within(m.At) {
					correction = append(correction, took(back, m.At))
				}
				backFrom = -1
			}
			if to == len(r.Phases)-1 && !entered.IsZero() && within(m.At) {
				resolution = append(resolution, took(entered, m.At))
			}
		}
	}
	out := Metrics{From: from, To: to, Response: times(response), Correction: times(correction), Escalation: times(escalation), Resolution: times(resolution)}
	for i, p := range r.Phases {
		if left[i].Den > 0 {
			out.Passed = append(out.Passed, PhaseRate{p.Name, left[i]})
		}
	}
	return out
}

// Against gives the metrics with their trends against earlier ones, where both were
// measured.
func (m Metrics) Against(before Metrics) Metrics {
	m.Trend = map[string]string{}
	for _, t := range []struct {
		name     string
		now, was Times
	}{
		{"response", m.Response, before.Response}, {"correction", m.Correction, before.Correction},
		{"escalation", m.Escalation, before.Escalation}, {"resolution", m.Resolution, before.Resolution},
	} {
		if t.now.N > 0 && t.was.N > 0 {
			m.Trend[t.name] = [...]string{"shorter", "the same", "longer"}[cmp.Compare(t.now.Median, t.was.Median)+1]
		}
	}
	return m
}

// times gives the median: of an even number the lower one, which somebody had.
func times(all []time.Duration) Times {
	if len(all) == 0 {
		return Times{}
	}
	slices.Sort(all)
	return Times{len(all), all[(len(all)-1)/2]}
}
