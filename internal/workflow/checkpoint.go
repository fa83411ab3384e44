package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
)

// Checkpoint is what holds by the end of a working day of a phase, counted from 1. Its
// gates are those of the exit of the phase, or of one before it: the day changes nothing
// of what is due, and so nothing of a verdict.
type Checkpoint struct {
	Day   int
	Gates []string
}

// Milestone is how a checkpoint stands.
type Milestone struct {
	Day   int            `json:"day"`
	Gates []string       `json:"gates"`
	Lacks []string       `json:"lacks,omitempty"` // of the gates, those that do not hold
	Due   time.Time      `json:"due,omitzero"`    // zero while time stands still
	State MilestoneState `json:"state"`
}

// MilestoneState is what has become of a checkpoint.
type MilestoneState string

const (
	Kept    MilestoneState = "kept"    // its gates hold
	Awaited MilestoneState = "due"     // they do not, and its day is not over
	Missed  MilestoneState = "late"    // they do not, and it is
	Resting MilestoneState = "waiting" // they do not, and work is blocked or waits for somebody
)

// CheckpointClock is the name under which a checkpoint that was missed is overdue.
const CheckpointClock = "checkpoint"

// Milestones are the checkpoints of the phase in which an issue stands, by day, as they
// stand at the time of a state. The days are counted from when it came there, and what
// pauses a clock pauses them. There are none where that time is not known.
func (r Rules) Milestones(s State, v gates.Verdict) (out []Milestone) {
	if r.Clocks.Calendar == nil || s.entered.IsZero() {
		return nil
	}
	for _, c := range r.phase(s.Phase).Checkpoints {
		m := Milestone{Day: c.Day, Gates: c.Gates, Due: r.Clocks.Calendar.AddDays(s.entered, c.Day, s.pauses), State: Awaited}
		m.Due = m.Due.UTC()
		for _, name := range c.Gates {
			if g, known := v.Gate(name); !known || !g.Status.Green() {
				m.Lacks = append(m.Lacks, name)
			}
		}
		switch {
		case len(m.Lacks) == 0:
			m.State = Kept
		case m.Due.IsZero():
			m.State = Resting
		case !s.Now.Before(m.Due):
			m.State = Missed
		}
		out = append(out, m)
	}
	return out
}

// checked gives the state with the checkpoints that were missed among what is overdue,
// and with the day of the next one among the times at which something changes.
func (c course) checked(s State) State {
	s.Overdue = slices.Clone(s.Overdue)
	for _, m := range c.Milestones(s, c.verdict) {
		switch {
		case m.State == Missed:
			s.Overdue = append(s.Overdue, Late{CheckpointClock, m.Due, fmt.Sprintf("the checkpoint of day %d of %s was due %s, and what does not hold is %s",
				m.Day, s.Phase, m.Due.Format("2006-01-02 15:04 UTC"), strings.Join(m.Lacks, ", "))})
		case m.State == Awaited && (s.Next.IsZero() || m.Due.Before(s.Next)):
			s.Next = m.Due
		}
	}
	return s
}
