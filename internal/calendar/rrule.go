package calendar

import (
	"strconv"
	"strings"
	"time"
)

// repeats gives the first days of an event that may come again every year. Of the
// rules of the specification that is the one that holidays on a fixed date have;
// any other is an error, and its days are written as events of their own.
func (r *icsReader) repeats(first time.Time) ([]time.Time, error) {
	p, ok := r.event["RRULE"]
	if !ok {
		return []time.Time{first}, nil
	}
	rule := yearly{every: 1, until: time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(p.value, ";") {
		name, value, _ := strings.Cut(strings.ToUpper(part), "=")
		if seen[name] {
			return nil, r.wrong(p, "%s stands twice in the rule", clip(name))
		}
		seen[name] = true
		if why := rule.take(name, value, first); why != "" {
			return nil, r.wrong(p, "the rule %q %s; write the days as events of their own", clip(p.value), why)
		}
	}
	switch {
	case seen["BYMONTHDAY"] && !seen["BYMONTH"]:
		return nil, r.wrong(p, "the rule %q is of a day in every month; write the days as events of their own", clip(p.value))
	case !seen["FREQ"]:
		return nil, r.wrong(p, "the rule %q has no FREQ", clip(p.value))
	case seen["COUNT"] && seen["UNTIL"]:
		return nil, r.wrong(p, "the rule %q has COUNT and UNTIL; one of them ends it", clip(p.value))
	}
	return rule.days(first), nil
}

// yearly is a rule that comes every so many years, so many times or until a day.
type yearly struct {
	every, count int // count 0 is without end
	until        time.Time
}

// take reads one part of a rule, and says what is wrong with it.
func (y *yearly) take(name, value string, first time.Time) (why string) {
	number := func(to *int) string {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 1_000 {
			return "has a " + name + " that is no number from 1 to 1000"
		}
		*to = n
		return ""
	}
	same := func(n int) string {
		if got, err := strconv.Atoi(value); err != nil || got != n {
			return "is of another day than DTSTART, by " + name
		}
		return ""
	}
	switch name {
	case "FREQ":
		if value != "YEARLY" {
			return "is not FREQ=YEARLY, which is all that is read here"
		}
	case "INTERVAL":
		return number(&y.every)
	case "COUNT":
		return number(&y.count)
	case "UNTIL":
		t, err := time.Parse("20060102", value)
		if err != nil || t.Before(first) {
			return "has an UNTIL that is no day from DTSTART on"
		}
		y.until = earlier(y.until, t)
	case "BYMONTH":
		return same(int(first.Month()))
	case "BYMONTHDAY":
		return same(first.Day())
	case "WKST": // where a week begins changes nothing for a year
	default:
		return "has " + clip(name) + ", which is not read here"
	}
	return ""
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// days gives the days of the rule. A 29 February that a year does not have is left
// out and not counted.
func (y *yearly) days(first time.Time) (out []time.Time) {
	for year := first.Year(); year <= lastYear && (y.count == 0 || len(out) < y.count); year += y.every {
		t := time.Date(year, first.Month(), first.Day(), 0, 0, 0, 0, time.UTC)
		if t.Day() != first.Day() {
			continue
		}
		if t.After(y.until) {
			break
		}
		out = append(out, t)
	}
	return out
}
