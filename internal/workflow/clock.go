package workflow

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
)

// ClockRules are how much working time each thing may take, and what working time
// is. Without a Calendar there are no clocks.
type ClockRules struct {
	Calendar *calendar.Calendar
	// Assessment is from when a phase begins to the first that its owner does;
	// Escalation from an escalation until who is named takes it over; Correction from
	// a list of corrections until it is mended; Blocked for as long as work is blocked;
	// Architect until the architect answers; Validation that of the last phase.
	Assessment, Escalation, Correction, Blocked, Architect, Validation calendar.Limit
	// WarnAt is the share of the limit at which a clock is due soon.
	WarnAt evidence.Ratio
}

// ClockState is how a clock stands.
type ClockState string

const (
	Running ClockState = "running"
	Paused  ClockState = "paused"
	DueSoon ClockState = "due-soon"
	Overdue ClockState = "overdue" // from the moment on at which the limit is used up
	Stopped ClockState = "stopped"
)

// Clock is a limit in working time and how much of it is left. It depends on what
// happened and on now alone: a run more or a run less changes nothing.
type Clock struct {
	Name    string
	Started time.Time
	Stopped time.Time // zero while it has not
	Limit   calendar.Limit
	Pauses  []calendar.Span
	// Due is when the limit is used up if no further pause comes; zero while paused.
	Due time.Time
	// Remaining is the working time that is left, or that was left when the clock
	// stopped; negative after Due.
	Remaining time.Duration
	State     ClockState
}

// Timing is what a clock counts: from Started to Stopped, zero if it has not
// stopped, and not during the pauses.
type Timing struct {
	Name             string
	Started, Stopped time.Time
	Limit            calendar.Limit
	Pauses           []calendar.Span
}

// Clock reads the clock of a timing at a time. What happened later is not known
// then, and does not count.
func (r ClockRules) Clock(t Timing, now time.Time) Clock {
	c := Clock{Name: t.Name, Started: t.Started, Limit: t.Limit, Pauses: t.Pauses, State: Running}
	at := now
	if !t.Stopped.IsZero() && !t.Stopped.After(now) {
		at, c.Stopped, c.State = t.Stopped, t.Stopped, Stopped
	}
	paused, counted := false, make([]calendar.Span, 0, len(t.Pauses))
	for _, p := range t.Pauses {
		if !p.From.Before(at) {
			continue
		}
		if p.To.IsZero() || p.To.After(at) {
			paused, p.To = true, at
		}
		counted = append(counted, p)
	}
	cal := r.Calendar
	c.Due = cal.Due(t.Started, t.Limit, counted)
	late := !at.Before(c.Due)
	c.Remaining = cal.Elapsed(at, c.Due, counted)
	if late {
		c.Remaining = -cal.Elapsed(c.Due, at, counted)
	}
	switch {
	case c.State == Stopped:
	case late:
		c.State = Overdue
	case paused:
		c.State, c.Due = Paused, time.Time{}
	case r.soon(cal.Elapsed(t.Started, at, counted), c.Remaining):
		c.State = DueSoon
	}
	return c
}

// soon reports whether the share of the limit is used at which to warn.
func (r ClockRules) soon(used, left time.Duration) bool {
	share := evidence.Ratio{Num: uint64(used), Den: uint64(used + left)}
	return r.WarnAt.Measured() && share.Measured() && share.Cmp(r.WarnAt) >= 0
}

// soonAt gives when a running clock is due soon, if no further pause comes; zero if it
// never is.
func (r ClockRules) soonAt(c Clock) time.Time {
	if c.Due.IsZero() || !r.WarnAt.Measured() {
		return time.Time{}
	}
	all := uint64(r.Calendar.Elapsed(c.Started, c.Due, c.Pauses) / time.Second)
	share := (all*r.WarnAt.Num + r.WarnAt.Den - 1) / r.WarnAt.Den // a calendar counts whole seconds
	return r.Calendar.Add(c.Started, time.Duration(share)*time.Second, c.Pauses)
}

// Moments are when what clocks count began and ended on an issue; zero is not yet.
type Moments struct {
	Entered, Reacted      time.Time // the present phase, if it waits for its owner; his first reaction
	Escalated, TakenOver  time.Time
	Corrections, Mended   time.Time
	Asked, Answered       time.Time // the architect
	Validating, Validated time.Time
	Blocked               []calendar.Span // by time; see Blocked
	Waiting               []calendar.Span // for the author, or while the issue is closed
}

// pauses are when work in a phase stands still.
func (m Moments) pauses() []calendar.Span {
	return append(m.Blocked[:len(m.Blocked):len(m.Blocked)], m.Waiting...)
}

// Clocks reads those that have started, in a fixed order. Being blocked and waiting
// pause assessment, correction and validation. They do not pause the clock of being
// blocked itself, nor those of an escalation and of the architect: who is asked for
// help because work is blocked does not get time for its being blocked.
func (r ClockRules) Clocks(m Moments, now time.Time) (out []Clock) {
	if r.Calendar == nil {
		return nil
	}
	pauses := m.pauses()
	timings := []Timing{
		{"assessment", m.Entered, m.Reacted, r.Assessment, pauses},
		{EscalationClock, m.Escalated, m.TakenOver, r.Escalation, nil},
		{CorrectionClock, m.Corrections, m.Mended, r.Correction, pauses},
		{BlockedClock, time.Time{}, time.Time{}, r.Blocked, nil},
		{ArchitectClock, m.Asked, m.Answered, r.Architect, nil},
		{"validation", m.Validating, m.Validated, r.Validation, pauses},
	}
	for _, t := range timings {
		if t.Name == BlockedClock {
			for _, s := range m.Blocked { // the last that has begun
				if !s.From.After(now) {
					t.Started, t.Stopped = s.From, s.To
				}
			}
		}
		if !t.Started.IsZero() && !t.Started.After(now) {
			out = append(out, r.Clock(t, now))
		}
	}
	return out
}
