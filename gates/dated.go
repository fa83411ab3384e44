package gates

import (
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Ramp moves the threshold of a condition day by day. Up to the first day it is
// From, from the last day on that of the condition, and between them it is on the
// straight line, rounded toward that of the condition. The zero Ramp is none.
type Ramp struct {
	From       evidence.Value
	Start, End time.Time // midnight in UTC
}

// Coming reports whether the condition does not count yet: it is evaluated and
// shown, and changes nothing. Where nobody says what day it is, it counts.
func (c Condition) Coming(now time.Time) bool {
	return !c.From.IsZero() && !now.IsZero() && now.Before(c.From)
}

// On gives the condition with the threshold that its ramp has reached: the final
// one, where nobody says what day it is.
func (c Condition) On(now time.Time) Condition {
	r := c.Ramp
	if !r.From.Measured() || now.IsZero() || !r.Start.Before(r.End) {
		return c
	}
	part, whole := now.Sub(r.Start), r.End.Sub(r.Start)
	switch {
	case part <= 0:
		c.Want = r.From
	case part < whole:
		c.Want = r.From.Toward(c.Want, uint64(part/day), uint64(whole/day))
	}
	return c
}

// Dates says in words what changes with time, "" where nothing does.
func (c Condition) Dates() string {
	var says []string
	if !c.From.IsZero() {
		says = append(says, "it counts from "+date(c.From))
	}
	if r := c.Ramp; r.From.Measured() {
		says = append(says, "it goes from "+r.From.String()+" on "+date(r.Start)+" to "+c.Want.String()+" on "+date(r.End))
	}
	return strings.Join(says, ", and ")
}

// dated says what of the condition holds on this day and what comes next, where
// something does.
func (c Condition) dated(now time.Time) string {
	var says []string
	if c.Coming(now) {
		says = append(says, "it counts from "+date(c.From)+", and until then it is shown and changes nothing")
	}
	if r := c.Ramp; r.From.Measured() && !now.IsZero() && now.Before(r.End) {
		today, then := "on "+date(now), ", and moves day by day to "
		if now.Before(r.Start) {
			today, then = "until "+date(r.Start), ", and then moves day by day to "
		}
		says = append(says, "the threshold is "+c.On(now).Want.String()+" "+today+then+c.Want.String()+" on "+date(r.End))
	}
	return strings.Join(says, "; ")
}
