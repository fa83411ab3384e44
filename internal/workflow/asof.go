package workflow

import (
	"fmt"
	"time"

	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// AsOf gives the state at a time, with the clocks as they stand then. They are read
// from what GitHub recorded, so that a run that came late, or never, changes nothing.
func (s State) AsOf(r Rules, snap plan.Snapshot, now time.Time) State {
	s.Now = now.UTC().Truncate(time.Second)
	if r.Clocks.Calendar == nil || s.Phase == "" {
		return s
	}
	h, err := HistoryOf(&snap.Facts, snap.Labels)
	if err != nil {
		s.Untold = "the clocks cannot be read: " + err.Error()
		return s
	}
	s.entered = s.since(r, h)
	m := s.moments(r, h, snap)
	s.Clocks, s.pauses = r.Clocks.Clocks(m, s.Now), m.pauses()
	s.Overdue, s.Next = nil, time.Time{}
	for _, c := range s.Clocks {
		for _, t := range []time.Time{r.Clocks.soonAt(c), c.Due} {
			if c.State != Stopped && t.After(s.Now) && (s.Next.IsZero() || t.Before(s.Next)) {
				s.Next = t
			}
		}
		if c.State == Overdue {
			why := lateness(c)
			if c.Name == BlockedClock && s.Blocked != nil {
				why = s.Blocked.Why + "; " + why
			}
			s.Overdue = append(s.Overdue, Late{c.Name, c.Started, why})
		}
	}
	return s
}

// lateness says of a clock that has run out what it allowed.
func lateness(c Clock) string {
	const minute = "2006-01-02 15:04 UTC"
	return fmt.Sprintf("%s may take %s; it began %s and was due %s", c.Name, c.Limit, c.Started.UTC().Format(minute), c.Due.UTC().Format(minute))
}

// since is when the issue came to its phase: as Tollgate remembers of a move that it
// made or saw, else as the timeline has it.
func (s State) since(r Rules, h History) (began time.Time) {
	if s.Memory.Phase == s.Phase && !s.Memory.Since.IsZero() {
		return s.Memory.Since
	}
	for _, stay := range h.PhaseSpans(r.Labels(), s.Now) {
		if stay.Label == r.phase(s.Phase).label() && stay.To.IsZero() {
			began = stay.From
		}
	}
	return began
}

// After gives the state that a decision leaves, for what is read from it: the clocks
// that begin with the decision are those that the next run finds.
func (s State) After(d Decision) State {
	return State{Phase: d.Phase.Name, Memory: d.Memory, Commands: s.Commands}
}

// moments are when what the clocks count began and ended.
func (s State) moments(r Rules, h History, snap plan.Snapshot) Moments {
	var m Moments
	at, began := r.index(s.Phase), s.entered
	// In the first phase the work itself is the answer, and the last one waits for
	// nobody.
	if at > 0 && at < len(r.Phases)-1 {
		if owners, known := snap.Facts.Members(r.Phases[at].Owner); known {
			m.Entered, m.Reacted = began, FirstReaction(&snap.Facts, owners, began)
		}
	}
	if at > 0 && at == len(r.Phases)-2 {
		m.Validating = began
	}
	for _, e := range s.Memory.Escalations {
		if end := e.ended(); e.Open || end.After(e.Opened) { // whoever works here waits for the architect
			m.Waiting = append(m.Waiting, calendar.Span{From: e.Opened, To: end})
		}
		if !e.Open || !m.Asked.IsZero() {
			continue
		}
		m.Escalated, m.Asked = e.Opened, e.Opened
		if owners, known := snap.Facts.Members(e.To); known {
			m.TakenOver = FirstReaction(&snap.Facts, owners, e.Opened)
		} else {
			m.Escalated = time.Time{}
		}
	}
	if c := s.Memory.Cycle; c != nil {
		m.Corrections = c.Since
	}
	var marks []Mark
	for _, c := range s.Commands {
		if c.Refused == "" && (c.Name == "blocked" || c.Name == "unblocked") {
			marks = append(marks, Mark{c.At, c.Name == "blocked"})
		}
	}
	m.Blocked = h.Blocked(r.Clocks.Calendar, r.Blocked, marks, snap.Facts.Blockers, s.Now)
	if r.Waiting != "" {
		m.Waiting = append(m.Waiting, h.LabelSpans(r.Waiting, s.Now)...)
	}
	m.Waiting = append(m.Waiting, h.ClosedSpans(s.Now)...)
	return m
}

// ended is when an escalation was answered or closed, zero if it was not.
func (e Escalation) ended() time.Time {
	if !e.Answered.IsZero() {
		return e.Answered
	}
	return e.Closed
}
