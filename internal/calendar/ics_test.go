package calendar_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/calendar"
)

// ics wraps the lines of one event.
func ics(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

func TestICS(t *testing.T) {
	const day = "DTSTART;VALUE=DATE:20261225"
	for _, tt := range []struct {
		about, file string
		want        []string // days, or an error
		err         string
	}{
		{"a day", ics(day), []string{"2026-12-25"}, ""},
		{"lines without CR, in small letters", strings.ToLower(strings.ReplaceAll(ics(day), "\r", "")), []string{"2026-12-25"}, ""},
		{"DTEND is not in it", ics(day, "DTEND;VALUE=DATE:20261227"), []string{"2026-12-25", "2026-12-26"}, ""},
		{"a duration", ics(day, "DURATION:P1W"), []string{"2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"}, ""},
		{"folded anywhere", ics("DTST\r\n ART;VALUE=D\r\n\tATE:2026\r\n 1225", "SUMMARY:Weih\xc3\r\n \xa4nachten"), []string{"2026-12-25"}, ""},
		{"every year, three times", ics(day, "RRULE:FREQ=YEARLY;COUNT=3"), []string{"2026-12-25", "2027-12-25", "2028-12-25"}, ""},
		{"every second year until", ics(day, "RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYMONTHDAY=25;UNTIL=20301225"), []string{"2026-12-25", "2028-12-25", "2030-12-25"}, ""},
		{"29 February comes in leap years", ics("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2"), []string{"2024-02-29", "2028-02-29"}, ""},
		{"a colon and a semicolon in quotes", ics(`DTSTART;X-A="b:c;d";VALUE=DATE:20261225`), []string{"2026-12-25"}, ""},
		{"an alarm's and a time zone's own lines", strings.Replace(ics(day, "BEGIN:VALARM", "DURATION:PT5M", "END:VALARM"), "BEGIN:VEVENT",
			"BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT", 1), []string{"2026-12-25"}, ""},
		{"one that was cancelled", ics(day, "STATUS:CANCELLED"), nil, ""},

		{"nothing", "", nil, "h.ics:1: the file is empty"},
		{"half", strings.TrimSuffix(ics(day), "END:VEVENT\r\nEND:VCALENDAR\r\n"), nil, "h.ics:4: the file breaks off here: there is no END:VEVENT"},
		{"all but the end", strings.TrimSuffix(ics(day), "END:VCALENDAR\r\n"), nil, "there is no END:VCALENDAR"},
		{"no event", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", nil, "h.ics:2: the calendar has no event"},
		{"something else", "<html>: no", nil, "h.ics:1: a calendar begins with BEGIN:VCALENDAR"},
		{"an event outside", "BEGIN:VEVENT\nEND:VEVENT", nil, "h.ics:1:7: a calendar begins with"},
		{"a line without colon", ics(day, "SUMMARY"), nil, `h.ics:5: "SUMMARY" is no line`},
		{"what was not begun ends", ics(day, "END:VALARM"), nil, "h.ics:5:5: VALARM ends, and VEVENT has not"},
		{"an hour", ics("DTSTART:20261225T090000Z"), nil, "h.ics:4:9: DTSTART is \"20261225T090000Z\"; a holiday is a whole day"},
		{"a time by its type", ics("DTSTART;VALUE=DATE-TIME:20261225"), nil, "is of VALUE=DATE-TIME"},
		{"no such day", ics("DTSTART;VALUE=DATE:20260230"), nil, "there is no such day"},
		{"no day", ics("SUMMARY:x"), nil, "h.ics:3: an event without DTSTART"},
		{"two days", ics(day, day), nil, "h.ics:5:20: a second DTSTART"},
		{"an end that is not after", ics(day, "DTEND;VALUE=DATE:20261225"), nil, "DTEND is the day after the last one"},
		{"an end before", ics(day, "DTEND;VALUE=DATE:20251225"), nil, "DTEND is the day after the last one"},
		{"a part of a day", ics(day, "DURATION:PT5H"), nil, "no number of whole days"},
		{"every week", ics(day, "RRULE:FREQ=WEEKLY"), nil, "h.ics:5:7: the rule \"FREQ=WEEKLY\" is not FREQ=YEARLY"},
		{"a Thursday", ics(day, "RRULE:FREQ=YEARLY;BYDAY=4TH"), nil, "has BYDAY, which is not read here"},
		{"a day of every month", ics(day, "RRULE:FREQ=YEARLY;BYMONTHDAY=25"), nil, "is of a day in every month"},
		{"another month", ics(day, "RRULE:FREQ=YEARLY;BYMONTH=11"), nil, "is of another day than DTSTART, by BYMONTH"},
		{"never again", ics(day, "RRULE:FREQ=YEARLY;COUNT=0"), nil, "no number from 1 to 1000"},
		{"an end before it begins", ics(day, "RRULE:FREQ=YEARLY;UNTIL=20201225"), nil, "no day from DTSTART on"},
		{"all but one", ics(day, "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20271225"), nil, "h.ics:6:19: EXDATE is not read here"},
		{"too large", ics("X:" + strings.Repeat("x", calendar.MaxICS)), nil, "a file of holidays has at most 1048576"},
		{"too many", strings.ReplaceAll(ics(day), "BEGIN:VEVENT", strings.Repeat("BEGIN:VEVENT\nDTSTART:20000101\nRRULE:FREQ=YEARLY\nDURATION:P366D\nEND:VEVENT\n", 3)+"BEGIN:VEVENT"), nil, "more than 50000 holidays"},
	} {
		got, err := calendar.ReadICS("h.ics", []byte(tt.file))
		var days []string
		for _, d := range got {
			days = append(days, d.Format(time.DateOnly))
		}
		switch {
		case tt.err == "" && (err != nil || !slices.Equal(days, tt.want)):
			t.Errorf("%s: %v, %v; want %v", tt.about, days, err, tt.want)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%s: the error is %v, want one with %q", tt.about, err, tt.err)
		}
	}
}

// FuzzICS holds what is read to its limits, and every error to a place.
func FuzzICS(f *testing.F) {
	f.Add([]byte(ics("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY;COUNT=3", "DURATION:P2D")))
	f.Add([]byte(ics("DTSTART;X=\"a:b\";VALUE=DATE:20261225", "DTEND:2026\n 1227")))
	f.Fuzz(func(t *testing.T, data []byte) {
		days, err := calendar.ReadICS("h.ics", data)
		var bad *calendar.SyntaxError
		if err != nil && (!errors.As(err, &bad) || bad.Pos.File != "h.ics" || days != nil) {
			t.Errorf("%v, with %d days", err, len(days))
		}
		for _, d := range days {
			if d.Year() < 1970 || d.Year() > 2102 || d.Unix()%86400 != 0 {
				t.Errorf("%s is no day", d)
			}
		}
	})
}
