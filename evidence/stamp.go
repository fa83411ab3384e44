package evidence

import "time"

// Stamp is when a report says that it was made, or that what it tells of began or
// ended. Its zero value is that of a report that says nothing of it.
type Stamp struct {
	// At is to the second, in UTC.
	At time.Time
	// Zoneless reports whether the report names no zone: At then takes what it says
	// for UTC, and may be wrong by as much as 14 hours.
	Zoneless bool
}

// Stated reports whether there is one.
func (s Stamp) Stated() bool { return !s.At.IsZero() }

// State takes a stamp that the report holds. The latest of them counts: it is the
// nearest to when the report was written.
func (r *Report) State(s Stamp) {
	if s.At.Unix() <= 0 {
		return // unknown, or of a clock that was never set
	}
	s.At = s.At.UTC().Truncate(time.Second)
	if c := s.At.Compare(r.Time.At); c > 0 || c == 0 && !s.Zoneless {
		r.Time = s
	}
}
