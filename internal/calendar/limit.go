package calendar

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limit is how much working time something may take.
type Limit struct {
	Least int // as people expect it, 0 if only the limit was said; shown and no more
	Most  int // the limit
	Unit  Unit
}

// Unit is what a limit is counted in.
type Unit uint8

const (
	_ Unit = iota
	Minute
	Hour
	WorkingDay
)

func (u Unit) String() string {
	switch u {
	case Minute:
		return "m"
	case Hour:
		return "h"
	case WorkingDay:
		return "d"
	default:
		panic("calendar: undefined unit")
	}
}

// LimitPattern is how a limit is written.
const LimitPattern = `^[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?[mhd]$`

var limitForm = regexp.MustCompile(`^([1-9][0-9]{0,2})(?:-([1-9][0-9]{0,2}))?([mhd])$`)

// ParseLimit reads 30m, 4h, 1d, or a range such as 2-5d, of which the upper end is
// the limit.
func ParseLimit(s string) (Limit, error) {
	m := limitForm.FindStringSubmatch(s)
	if m == nil {
		return Limit{}, errors.New("write minutes, hours or working days, at most 999, as in 30m, 4h, 1d or 2-5d")
	}
	l := Limit{Unit: map[string]Unit{"m": Minute, "h": Hour, "d": WorkingDay}[m[3]]}
	l.Most, _ = strconv.Atoi(m[1]) // digits, by the form
	if m[2] != "" {
		l.Least = l.Most
		if l.Most, _ = strconv.Atoi(m[2]); l.Most <= l.Least {
			return Limit{}, fmt.Errorf("the range ends before it begins; write the smaller number first, or %d%s alone", l.Least, l.Unit)
		}
	}
	return l, nil
}

// String gives 4h or 2-5d.
func (l Limit) String() string {
	s := strconv.Itoa(l.Most) + l.Unit.String()
	if l.Least > 0 {
		s = strconv.Itoa(l.Least) + "-" + s
	}
	return s
}

// Due gives when a limit is used up; see Add and AddDays.
func (c *Calendar) Due(from time.Time, l Limit, pauses []Span) time.Time {
	switch l.Unit {
	case Minute:
		return c.Add(from, time.Duration(l.Most)*time.Minute, pauses)
	case Hour:
		return c.Add(from, time.Duration(l.Most)*time.Hour, pauses)
	case WorkingDay:
		return c.AddDays(from, l.Most, pauses)
	default:
		panic("calendar: undefined unit")
	}
}

// HoursPattern is how hours are written.
const HoursPattern = `^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$`

var hoursForm = regexp.MustCompile(`^([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])$`)

// ParseHours reads 09:00-17:00. Hours do not go over midnight, because it would not
// be plain whose day they are: they are written as two.
func ParseHours(s string) (Hours, error) {
	m := hoursForm.FindStringSubmatch(s)
	if m == nil {
		return Hours{}, errors.New("write hours and minutes from 00:00 to 24:00, as in 09:00-17:00")
	}
	number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n } // digits, by the form
	h := Hours{number(1)*60 + number(2), number(3)*60 + number(4)}
	switch {
	case h.From > minutesPerDay || h.To > minutesPerDay:
		return Hours{}, errors.New("a day ends at 24:00")
	case h.From == h.To:
		return Hours{}, errors.New("that is no time at all; a whole day is 00:00-24:00")
	case h.From > h.To && h.To == 0:
		return Hours{}, fmt.Errorf("the end of a day is 24:00; write %s", Hours{h.From, minutesPerDay})
	case h.From > h.To:
		return Hours{}, fmt.Errorf("hours do not go over midnight; write two, %s and %s", Hours{0, h.To}, Hours{h.From, minutesPerDay})
	}
	return h, nil
}

// dayNames are those of the week as policies write them, by time.Weekday.
var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// DaysPattern is how days are written.
const DaysPattern = `^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$`

// ParseDays reads fri, mon-fri, or sun-thu.
func ParseDays(s string) ([]time.Weekday, error) {
	first, last, through := strings.Cut(s, "-")
	if !through {
		last = first
	}
	from, to := slices.Index(dayNames, first), slices.Index(dayNames, last)
	switch {
	case from < 0 || to < 0:
		return nil, errors.New("write days as mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri")
	case through && from == to:
		return nil, fmt.Errorf("a range has two ends; write %s, or mon-sun for all", first)
	}
	var out []time.Weekday
	for d := from; ; d = (d + 1) % 7 {
		out = append(out, time.Weekday(d))
		if d == to {
			return out, nil
		}
	}
}
