package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/calendar"
)

// office is Monday to Friday with the hours given.
func office(t testing.TB, zoneName string, hours ...string) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(zone(t, zoneName), weekOf(t, "mon-fri", hours...), []time.Time{
		time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC),
		time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2027, 1, 6, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func weekOf(t testing.TB, days string, hours ...string) (week [7][]calendar.Hours) {
	t.Helper()
	on, err := calendar.ParseDays(days)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range hours {
		h, err := calendar.ParseHours(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range on {
			week[d] = append(week[d], h)
		}
	}
	return week
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestDue has times counted by hand. Christmas 2026 is a Friday in Madrid.
func TestDue(t *testing.T) {
	madrid := office(t, "Europe/Madrid", "09:00-17:00")
	split := office(t, "Europe/Madrid", "14:00-18:00", "09:00-13:00")
	always, err := calendar.New(zone(t, "Europe/Madrid"), weekOf(t, "mon-sun", "00:00-24:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		about       string
		c           *calendar.Calendar
		from, limit string
		paused      []string // from, to
		want        string
	}{
		{"within the day", madrid, "2026-11-23T10:00:00+01:00", "4h", nil, "2026-11-23T14:00:00+01:00"},
		{"over the night", madrid, "2026-11-23T15:30:00+01:00", "4h", nil, "2026-11-24T11:30:00+01:00"},
		{"over the weekend, from a time in UTC", madrid, "2026-11-27T14:00:00Z", "4h", nil, "2026-11-30T11:00:00+01:00"},
		{"over Christmas and its weekend", madrid, "2026-12-24T15:00:00+01:00", "4h", nil, "2026-12-28T11:00:00+01:00"},
		{"used up with the end of a day, not with the next morning", madrid, "2026-11-23T13:00:00+01:00", "4h", nil, "2026-11-23T17:00:00+01:00"},
		{"begun at night", madrid, "2026-11-23T23:00:00+01:00", "30m", nil, "2026-11-24T09:30:00+01:00"},
		{"a day", madrid, "2026-11-23T15:00:00+01:00", "1d", nil, "2026-11-24T15:00:00+01:00"},
		{"a day that begins at night is over with its hours", madrid, "2026-11-23T20:00:00+01:00", "1d", nil, "2026-11-24T17:00:00+01:00"},
		{"five days with a weekend, a holiday and the New Year", madrid, "2026-12-30T12:00:00+01:00", "2-5d", nil, "2027-01-08T12:00:00+01:00"},
		{"a pause at night takes nothing", madrid, "2026-11-23T15:00:00+01:00", "4h", []string{"2026-11-23T17:00:00+01:00", "2026-11-24T09:00:00+01:00"}, "2026-11-24T11:00:00+01:00"},
		{"pauses that overlap count once", madrid, "2026-11-23T09:00:00+01:00", "4h", []string{"2026-11-23T10:00:00+01:00", "2026-11-23T12:00:00+01:00", "2026-11-23T11:00:00+01:00", "2026-11-23T13:00:00+01:00"}, "2026-11-23T16:00:00+01:00"},
		{"a pause of half a day in a day", madrid, "2026-11-23T09:00:00+01:00", "1d", []string{"2026-11-23T13:00:00+01:00", "2026-11-24T00:00:00+01:00"}, "2026-11-24T13:00:00+01:00"},
		{"a pause that lasts", madrid, "2026-11-23T09:00:00+01:00", "4h", []string{"2026-11-23T11:00:00+01:00", ""}, ""},
		{"a pause that lasts and began too late to matter", madrid, "2026-11-23T09:00:00+01:00", "2h", []string{"2026-11-23T11:00:00+01:00", ""}, "2026-11-23T11:00:00+01:00"},
		{"two stretches a day, given in any order", split, "2026-11-23T12:00:00+01:00", "2h", nil, "2026-11-23T15:00:00+01:00"},
		{"the night of 29 March 2026 has an hour less", always, "2026-03-29T00:00:00+01:00", "4h", nil, "2026-03-29T05:00:00+02:00"},
		{"the night of 25 October 2026 has an hour more", always, "2026-10-25T00:00:00+02:00", "4h", nil, "2026-10-25T03:00:00+01:00"},
		{"half of a day of 23 hours is half a day", always, "2026-03-28T12:00:00+01:00", "1d", nil, "2026-03-29T12:30:00+02:00"},
		{"seconds count", madrid, "2026-11-23T16:59:30+01:00", "1m", nil, "2026-11-24T09:00:30+01:00"},
	} {
		l, err := calendar.ParseLimit(tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		var pauses []calendar.Span
		for i := 0; i < len(tt.paused); i += 2 {
			s := calendar.Span{From: at(t, tt.paused[i])}
			if tt.paused[i+1] != "" {
				s.To = at(t, tt.paused[i+1])
			}
			pauses = append(pauses, s)
		}
		got := ""
		if due := tt.c.Due(at(t, tt.from), l, pauses); !due.IsZero() {
			got = due.Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("%s: due %q, want %q", tt.about, got, tt.want)
		}
	}
}

// TestADateThatNeverWas is that of 30 December 2011, a Friday, over which Samoa
// leapt: a Thursday's day of work is followed by Saturday's.
func TestADateThatNeverWas(t *testing.T) {
	c, err := calendar.New(zone(t, "Pacific/Apia"), weekOf(t, "mon-sat", "08:00-16:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2011, 12, 29, 12, 0, 0, 0, c.Zone())
	if got, want := c.AddDays(from, 1, nil).Format(time.DateTime), "2011-12-31 12:00:00"; got != want {
		t.Errorf("a day after %s is %s, want %s", from, got, want)
	}
	if got := c.Elapsed(from, from.Add(24*time.Hour), nil); got != 8*time.Hour {
		t.Errorf("24 hours hold %s of work, want the 4 of Thursday's afternoon and the 4 of Saturday's morning", got)
	}
}

func TestWhatIsNoCalendar(t *testing.T) {
	for _, tt := range []struct {
		about string
		zone  *time.Location
		week  [7][]calendar.Hours
		want  string
	}{
		{"no zone", nil, weekOf(t, "mon", "09:00-17:00"), "without a time zone"},
		{"no hours", time.UTC, [7][]calendar.Hours{}, "without hours"},
		{"hours that overlap", time.UTC, weekOf(t, "fri", "09:00-13:00", "12:30-17:00"), "09:00-13:00 and 12:30-17:00 overlap on Friday"},
		{"hours backwards", time.UTC, [7][]calendar.Hours{{{60, 30}}}, "01:00-00:30 on Sunday is no stretch"},
		{"hours of another day", time.UTC, [7][]calendar.Hours{{{60, 1441}}}, "is no stretch"},
	} {
		if _, err := calendar.New(tt.zone, tt.week, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error is %v, want one with %q", tt.about, err, tt.want)
		}
	}
}

func TestHowLimitsHoursAndDaysAreWritten(t *testing.T) {
	limit := func(s string) (string, error) {
		l, err := calendar.ParseLimit(s)
		if err != nil {
			return "", err
		}
		return l.String(), nil
	}
	hours := func(s string) (string, error) { h, err := calendar.ParseHours(s); return h.String(), err }
	days := func(s string) (string, error) {
		var names []string
		on, err := calendar.ParseDays(s)
		for _, d := range on {
			names = append(names, d.String()[:2])
		}
		return strings.Join(names, " "), err
	}
	for _, tt := range []struct {
		read       func(string) (string, error)
		text, want string
		err        string
	}{
		{limit, "30m", "30m", ""},
		{limit, "2-5d", "2-5d", ""},
		{limit, "4-8h", "4-8h", ""},
		{limit, "5-2d", "", "smaller number first, or 5d alone"},
		{limit, "0h", "", "write minutes, hours or working days"},
		{limit, "1000h", "", "at most 999"},
		{limit, "1w", "", "write minutes"},
		{limit, "-1d", "", "write minutes"},
		{limit, "", "", "write minutes"},
		{hours, "09:00-17:00", "09:00-17:00", ""},
		{hours, "00:00-24:00", "00:00-24:00", ""},
		{hours, "22:00-06:00", "", "hours do not go over midnight; write two, 00:00-06:00 and 22:00-24:00"},
		{hours, "18:00-00:00", "", "the end of a day is 24:00; write 18:00-24:00"},
		{hours, "09:00-09:00", "", "a whole day is 00:00-24:00"},
		{hours, "09:00-25:00", "", "a day ends at 24:00"},
		{hours, "24:30-25:00", "", "a day ends at 24:00"},
		{hours, "9-17", "", "write hours and minutes"},
		{hours, "09:60-17:00", "", "write hours and minutes"},
		{days, "mon-fri", "Mo Tu We Th Fr", ""},
		{days, "sun-thu", "Su Mo Tu We Th", ""},
		{days, "mon-sun", "Mo Tu We Th Fr Sa Su", ""},
		{days, "sat", "Sa", ""},
		{days, "mon-mon", "", "a range has two ends; write mon, or mon-sun for all"},
		{days, "Mon-Fri", "", "write days as mon"},
		{days, "mon-", "", "write days as mon"},
		{days, "mon-wed-fri", "", "write days as mon"},
	} {
		got, err := tt.read(tt.text)
		switch {
		case tt.err == "" && (err != nil || got != tt.want):
			t.Errorf("%q is %q, %v; want %q", tt.text, got, err, tt.want)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%q: the error is %v, want one with %q", tt.text, err, tt.err)
		}
	}
}

// TestTheLastDayOfALeapYearEnds is about time.ZoneBounds, which on it gives an end
// that has passed.
func TestTheLastDayOfALeapYearEnds(t *testing.T) {
	c := office(t, "Europe/Madrid", "09:00-17:00")
	if got := c.Elapsed(at(t, "2040-12-31T00:00:00+01:00"), at(t, "2041-01-02T00:00:00+01:00"), nil); got != 16*time.Hour {
		t.Errorf("a Monday and a Tuesday hold %s", got)
	}
}

func TestFarAwayTimesEnd(t *testing.T) {
	c := office(t, "Europe/Madrid", "09:00-17:00")
	if got := c.Elapsed(time.Time{}, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), nil); got < 200*365*24*time.Hour {
		t.Errorf("ten thousand years hold %s", got)
	}
	if got := c.Elapsed(at(t, "2026-11-24T10:00:00Z"), at(t, "2026-11-23T10:00:00Z"), nil); got != 0 {
		t.Errorf("backwards, %s elapse", got)
	}
	if due := c.Add(at(t, "9999-12-31T10:00:00Z"), 999*time.Hour, nil); due.IsZero() {
		t.Error("nothing is due after the year 9999")
	}
	thin, err := calendar.New(time.UTC, [7][]calendar.Hours{{{0, 1}}}, nil) // a minute a week
	if err != nil {
		t.Fatal(err)
	}
	if due := thin.Add(at(t, "2026-11-23T10:00:00Z"), 999*time.Hour, nil); due.IsZero() {
		t.Error("the longest limit does not end in the thinnest calendar")
	}
}

// BenchmarkTenYears is what a clock costs that nobody stopped.
func BenchmarkTenYears(b *testing.B) {
	c := office(b, "Europe/Madrid", "09:00-13:00", "14:00-18:00")
	from, to := at(b, "2016-11-23T10:00:00Z"), at(b, "2026-11-23T10:00:00Z")
	for b.Loop() {
		if c.Elapsed(from, to, nil) == 0 {
			b.Fatal("no time")
		}
	}
}
