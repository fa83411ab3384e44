// Package calendar counts working time: what of a stretch of time falls into the
// hours of the working days of one time zone, and is no holiday.
//
// An instant is working time if the clock on the wall of the zone shows a day that
// is worked and a time within its hours. So a stretch over a change of the clocks
// counts the minutes that pass and not those that the wall shows: an hour that the
// zone leaps over takes no time, and one that it repeats is counted twice. A date
// that a zone leaps over, as Samoa did, has no working time.
//
// Times are counted in whole seconds; fractions are dropped. The package is pure:
// a zone and the bytes of a file of holidays come in as values.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"
)

// Calendar says when people work. The zero Calendar has no working time; New
// refuses to make one.
type Calendar struct {
	zone     *time.Location
	week     [7][]Hours // by weekday, by time
	holidays map[int64]bool
}

// Hours are a stretch of a day, in minutes after midnight: From is in it, To is
// not. To is at most 1440, the end of the day.
type Hours struct{ From, To int }

// String gives 09:00-17:00.
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// Span is a stretch of time: From is in it, To is not. A zero To is one that has
// not ended.
type Span struct{ From, To time.Time }

// New makes a calendar of a zone, of the hours of each day of the week, and of
// holidays, each the midnight in UTC of a day that is none.
func New(zone *time.Location, week [7][]Hours, holidays []time.Time) (*Calendar, error) {
	c := &Calendar{zone: zone, holidays: make(map[int64]bool, len(holidays))}
	if zone == nil {
		return nil, errors.New("a calendar without a time zone counts nothing")
	}
	worked := false
	for d, hours := range week {
		hours = slices.SortedFunc(slices.Values(hours), func(a, b Hours) int { return cmp.Compare(a.From, b.From) })
		for i, h := range hours {
			switch {
			case h.From < 0 || h.To > minutesPerDay || h.From >= h.To:
				return nil, fmt.Errorf("%s on %s is no stretch of a day", h, time.Weekday(d))
			case i > 0 && h.From < hours[i-1].To:
				return nil, fmt.Errorf("%s and %s overlap on %s", hours[i-1], h, time.Weekday(d))
			}
			worked = true
		}
		c.week[d] = hours
	}
	if !worked {
		return nil, errors.New("a calendar without hours never comes to an end of anything; give it hours")
	}
	for _, h := range holidays {
		c.holidays[floor(h.Unix(), secondsPerDay)] = true
	}
	return c, nil
}

// Zone is where the calendar is.
func (c *Calendar) Zone() *time.Location { return c.zone }

const (
	minutesPerDay = 24 * 60
	secondsPerDay = 24 * 60 * 60
	// quarter is a step in which no zone changes its clocks twice. ZoneBounds of Go
	// 1.26 gives an end that has passed on 31 December of leap years from 2040 on.
	quarter = 15 * 60
	// never is how far Add looks: 2,000 years. The longest Limit with a minute of
	// work a week ends before.
	never = 2_000 * 366 * secondsPerDay
)

// floor divides and rounds down, also below zero.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// piece is a stretch of working time without a break, in seconds since 1970, and
// the day of it, in days since 1970 as the zone counts them.
type piece struct{ from, to, day int64 }

// pieces gives the working time from one second to another, by time. It goes from
// one change of the zone's clocks to the next, because between two of them local
// time is UTC and a constant, and within that day by day: ten years are 3,653 days.
func (c *Calendar) pieces(from, to int64, yield func(piece) bool) {
	for at := from; at < to; {
		here := time.Unix(at, 0).In(c.zone)
		_, seconds := here.Zone()
		offset, until := int64(seconds), to
		if _, end := here.ZoneBounds(); !end.IsZero() {
			next := end.Unix()
			if next <= at {
				next = at - at%quarter + quarter
			}
			until = min(to, next)
		}
		for day := floor(at+offset, secondsPerDay); ; day++ {
			midnight := day*secondsPerDay - offset
			if midnight >= until {
				break
			}
			for _, h := range c.hours(day) {
				p := piece{max(at, midnight+int64(h.From)*60), min(until, midnight+int64(h.To)*60), day}
				if p.from < p.to && !yield(p) {
					return
				}
			}
		}
		at = until
	}
}

// hours gives those of a day.
func (c *Calendar) hours(day int64) []Hours {
	if c.holidays[day] {
		return nil
	}
	const thursday = 4 // 1 January 1970
	return c.week[day+thursday-7*floor(day+thursday, 7)]
}

// worked gives the pieces without the pauses.
func (c *Calendar) worked(from, to int64, pauses []Span, yield func(piece) bool) {
	stops := seconds(pauses)
	c.pieces(from, to, func(p piece) bool {
		for len(stops) > 0 && stops[0].to <= p.from {
			stops = stops[1:]
		}
		rest := p
		for _, s := range stops {
			if s.from >= p.to {
				break
			}
			if before := (piece{rest.from, s.from, p.day}); before.from < before.to && !yield(before) {
				return false
			}
			rest.from = s.to
		}
		return rest.from >= rest.to || yield(rest)
	})
}

// seconds gives spans by time, none touching the next. Those that end before they
// begin are none.
func seconds(spans []Span) (out []piece) {
	for _, s := range spans {
		p := piece{from: s.From.Unix(), to: s.To.Unix()}
		if s.To.IsZero() {
			p.to = math.MaxInt64
		}
		if p.from < p.to {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b piece) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	merged := out[:0]
	for _, p := range out {
		if n := len(merged); n > 0 && p.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, p.to)
			continue
		}
		merged = append(merged, p)
	}
	return merged
}

// Elapsed is the working time from one time to another, without the pauses. It is
// none if to is not after from.
func (c *Calendar) Elapsed(from, to time.Time, pauses []Span) time.Duration {
	sum := int64(0)
	c.worked(from.Unix(), to.Unix(), pauses, func(p piece) bool {
		sum += p.to - p.from
		return true
	})
	return time.Duration(min(sum, math.MaxInt64/int64(time.Second))) * time.Second
}

// Add gives the earliest time by which so much working time has passed. It is zero
// if a pause that has not ended comes first.
func (c *Calendar) Add(from time.Time, d time.Duration, pauses []Span) time.Time {
	left := int64((d + time.Second - 1) / time.Second)
	if left <= 0 {
		return from.In(c.zone)
	}
	return c.reach(from, pauses, func(p piece) (int64, bool) {
		if n := p.to - p.from; n < left {
			left -= n
			return 0, false
		}
		return left, true
	})
}

// AddDays gives the earliest time by which so many working days have passed. Half
// the hours of a day are half a day, whatever its hours are, so that a day that
// begins on Monday at 15:00 is over on Tuesday at 15:00 where the two have the same
// hours. It is zero if a pause that has not ended comes first.
func (c *Calendar) AddDays(from time.Time, n int, pauses []Span) time.Time {
	if n <= 0 {
		return from.In(c.zone)
	}
	left := big.NewRat(int64(n), 1)
	return c.reach(from, pauses, func(p piece) (int64, bool) {
		whole := c.length(p.day)
		if part := big.NewRat(p.to-p.from, whole); part.Cmp(left) < 0 {
			left.Sub(left, part)
			return 0, false
		}
		need := left.Mul(left, big.NewRat(whole, 1))
		up := new(big.Int).Add(need.Num(), need.Denom())
		return up.Sub(up, big.NewInt(1)).Div(up, need.Denom()).Int64(), true
	})
}

// reach walks on until enough reports that so many seconds of a piece suffice.
func (c *Calendar) reach(from time.Time, pauses []Span, enough func(piece) (int64, bool)) (at time.Time) {
	start := from.Unix()
	end := start + never
	for _, s := range pauses {
		if s.To.IsZero() {
			end = min(end, max(start, s.From.Unix()))
		}
	}
	c.worked(start, end, pauses, func(p piece) bool {
		n, ok := enough(p)
		if ok {
			at = time.Unix(p.from+n, 0).In(c.zone)
		}
		return !ok
	})
	return at
}

// length is the working time of one day, in seconds.
func (c *Calendar) length(day int64) (sum int64) {
	const reach = 26 * 60 * 60 // no zone is further from UTC
	c.pieces(day*secondsPerDay-reach, (day+1)*secondsPerDay+reach, func(p piece) bool {
		if p.day == day {
			sum += p.to - p.from
		}
		return true
	})
	return sum
}
