package workflow

import (
	"fmt"
	"slices"
	"time"

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
	Verdict string    `json:"verdict"`
	// Risks are what holds it up: blocked, escalated, overdue.
	Risks       []string     `json:"risks,omitempty"`
	Next        string       `json:"next,omitempty"`
	Moves       []Entry      `json:"moves,omitempty"` // that the memory still has
	Escalations []Escalation `json:"escalations,omitempty"`
	Milestones  []Milestone  `json:"milestones,omitempty"` // of the phase, by day
	Reactions   []Reaction   `json:"reactions,omitempty"`  // by time
	// Dropped is how many entries the log has lost, for want of room or with its comment.
	Dropped int `json:"dropped,omitempty"`
}

// StandingOf takes it from what was decided.
func (r Rules) StandingOf(d Decision, s plan.Snapshot, verdict string, days []Milestone) Standing {
	out := r.Past(d.Memory, s)
	out.Phase, out.Owner, out.Verdict, out.Risks, out.Next, out.Milestones = d.Phase.Name, d.Phase.Owner, verdict, d.Risks(), d.Next24h(), days
	return out
}

// Past is what a memory says of the way of an issue, and the facts of the people on it:
// all that is measured, and nothing that has to be judged.
func (r Rules) Past(m Memory, s plan.Snapshot) Standing {
	return Standing{
		Number: s.Issue, Title: s.Title, Phase: m.Phase, Owner: r.phase(m.Phase).Owner, Since: m.Since,
		Moves: moves(m.Log), Escalations: m.Escalations, Dropped: m.before().N + m.Dropped, Reactions: r.reactions(m, s),
	}
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
