package calendar

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// SyntaxError is what a file of holidays cannot be read for, and where.
type SyntaxError struct {
	Pos     evidence.Pos
	Message string
}

// Error gives file:line:col: message.
func (e *SyntaxError) Error() string { return e.Pos.String() + ": " + e.Message }

// Limits of a file of holidays. Those of a country for thirty years have 500 events.
const (
	MaxICS     = 1 << 20 // bytes
	maxICSDays = 50_000
	firstYear  = 1970
	lastYear   = 2100 // up to which what repeats is repeated
)

// ReadICS gives the days of the events in an iCalendar file (RFC 5545), each as its
// midnight in UTC, in no order. An event is a whole day or several, once or every
// year. What would make it mean other days than were read is an error at its place,
// and so is a file that breaks off, or that has no event: a holiday that nobody
// reads makes people late, and one that is none hides that they are.
func ReadICS(name string, data []byte) ([]time.Time, error) {
	r := &icsReader{name: name}
	switch {
	case len(data) > MaxICS:
		return nil, r.fail(contentLine{}, "the file has %d bytes; a file of holidays has at most %d", len(data), MaxICS)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, r.fail(contentLine{number: 1}, "the file is empty; a calendar begins with BEGIN:VCALENDAR")
	}
	last := contentLine{}
	for _, l := range contentLines(data) {
		if err := r.line(l); err != nil {
			return nil, err
		}
		last = l
	}
	switch {
	case len(r.open) > 0:
		return nil, r.fail(last, "the file breaks off here: there is no END:%s", clip(r.open[len(r.open)-1]))
	case r.events == 0:
		return nil, r.fail(last, "the calendar has no event; a holiday is BEGIN:VEVENT, DTSTART;VALUE=DATE:20261225, END:VEVENT")
	}
	return r.days, nil
}

// contentLine is one line as the specification means it, put together from those
// that it was folded into.
type contentLine struct {
	text   string
	number int // of its first line
}

// contentLines unfolds: a line that begins with a space or tab goes on where the
// one before it ended, in the middle of a character even. Lines may end without CR.
func contentLines(data []byte) []contentLine {
	var folded [][]byte // what is put together is not copied for every line of it
	var out []contentLine
	number, begun := 0, 0
	flush := func() {
		if len(folded) > 0 {
			if text := string(bytes.Join(folded, nil)); text != "" {
				out = append(out, contentLine{text, begun})
			}
		}
	}
	for line := range bytes.SplitSeq(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n")) {
		number++
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && len(folded) > 0 {
			folded = append(folded, line[1:])
			continue
		}
		flush()
		folded, begun = [][]byte{line}, number
	}
	flush()
	return out
}

// property is a line taken apart.
type property struct {
	name   string // in capitals
	value  string
	params []string // NAME=value, as written
	line   contentLine
	at     int // byte at which the value begins
}

// property takes a line apart. A colon or semicolon in quotes separates nothing.
func (r *icsReader) property(l contentLine) (property, error) {
	p := property{line: l}
	quoted, begin := false, 0
	for i := range len(l.text) {
		switch b := l.text[i]; {
		case b == '"':
			quoted = !quoted
		case quoted || b != ';' && b != ':':
		default:
			part := l.text[begin:i]
			if begin == 0 {
				p.name = strings.ToUpper(part)
			} else {
				p.params = append(p.params, part)
			}
			begin = i + 1
			if b == ':' {
				if p.name == "" {
					return p, r.fail(l, "a line without a name before its colon")
				}
				p.value, p.at = l.text[begin:], begin
				return p, nil
			}
		}
	}
	return p, r.fail(l, "%q is no line of a calendar: it has no colon", clip(l.text))
}

// icsReader is a file while it is read.
type icsReader struct {
	name   string
	open   []string // components that have begun
	event  map[string]property
	days   []time.Time
	events int
}

func (r *icsReader) fail(l contentLine, format string, args ...any) error {
	return &SyntaxError{evidence.Pos{File: r.name, Line: l.number}, fmt.Sprintf(format, args...)}
}

// wrong is fail at the value of a property, where it stands on the first line of it.
func (r *icsReader) wrong(p property, format string, args ...any) error {
	return &SyntaxError{evidence.Pos{File: r.name, Line: p.line.number, Col: p.at + 1}, fmt.Sprintf(format, args...)}
}

// counted are the properties of an event that say when it is.
var counted = []string{"DTSTART", "DTEND", "DURATION", "RRULE", "STATUS"}

// altering are those that would change which days it is, and are not read.
var altering = map[string]bool{"RDATE": true, "EXDATE": true, "EXRULE": true, "RECURRENCE-ID": true}

func (r *icsReader) line(l contentLine) error {
	p, err := r.property(l)
	if err != nil {
		return err
	}
	inEvent := len(r.open) == 2 && r.open[1] == "VEVENT"
	switch value := strings.ToUpper(p.value); {
	case p.name == "BEGIN" && len(r.open) == 0 && value != "VCALENDAR":
		return r.wrong(p, "a calendar begins with BEGIN:VCALENDAR, and this is %q", clip(l.text))
	case p.name == "BEGIN" && len(r.open) == 8:
		return r.wrong(p, "components nested deeper than 8; no calendar's are")
	case p.name == "BEGIN":
		r.open = append(r.open, value)
		if len(r.open) == 2 && value == "VEVENT" {
			r.event = map[string]property{"BEGIN": p}
		}
		return nil
	case len(r.open) == 0:
		return r.fail(l, "a calendar begins with BEGIN:VCALENDAR, and this is %q", clip(l.text))
	case p.name == "END" && value != r.open[len(r.open)-1]:
		return r.wrong(p, "%s ends, and %s has not", clip(value), clip(r.open[len(r.open)-1]))
	case p.name == "END":
		r.open = r.open[:len(r.open)-1]
		if inEvent {
			return r.holiday()
		}
		return nil
	case inEvent && altering[p.name]:
		return r.wrong(p, "%s is not read here; write the days that it means as events of their own", p.name)
	}
	for _, name := range counted {
		if inEvent && p.name == name {
			if _, twice := r.event[name]; twice {
				return r.wrong(p, "a second %s in one event", name)
			}
			r.event[name] = p
		}
	}
	return nil
}

// holiday counts the event that has ended.
func (r *icsReader) holiday() error {
	r.events++
	if strings.EqualFold(r.event["STATUS"].value, "CANCELLED") {
		return nil
	}
	start, ok := r.event["DTSTART"]
	if !ok {
		return r.fail(r.event["BEGIN"].line, "an event without DTSTART; say which day it is")
	}
	first, err := r.date(start)
	if err != nil {
		return err
	}
	days, err := r.length(first)
	if err != nil {
		return err
	}
	times, err := r.repeats(first)
	if err != nil {
		return err
	}
	for _, t := range times {
		for i := range days {
			r.days = append(r.days, t.AddDate(0, 0, i))
		}
		if len(r.days) > maxICSDays {
			return r.wrong(start, "more than %d holidays up to the year %d; leave out those that repeat for no one", maxICSDays, lastYear)
		}
	}
	return nil
}

// length is how many days an event takes.
func (r *icsReader) length(first time.Time) (int, error) {
	const most = 366
	end, ends := r.event["DTEND"]
	duration, lasts := r.event["DURATION"]
	switch {
	case ends && lasts:
		return 0, r.wrong(duration, "an event has DTEND or DURATION, and this one has both")
	case ends:
		last, err := r.date(end)
		if err != nil {
			return 0, err
		}
		days := int(last.Sub(first) / (24 * time.Hour))
		if days < 1 || days > most {
			return 0, r.wrong(end, "DTEND is the day after the last one, from 1 to %d days after DTSTART, which is %s", most, first.Format("20060102"))
		}
		return days, nil
	case lasts:
		m := wholeDays.FindStringSubmatch(duration.value)
		if m == nil {
			return 0, r.wrong(duration, "%q is no number of whole days; write P1D, or DTEND", clip(duration.value))
		}
		days, _ := strconv.Atoi(m[1]) // digits, by the form
		if m[2] == "W" {
			days *= 7
		}
		if days < 1 || days > most {
			return 0, r.wrong(duration, "a holiday lasts from 1 to %d days", most)
		}
		return days, nil
	default:
		return 1, nil
	}
}

var (
	wholeDays = regexp.MustCompile(`^\+?P([0-9]{1,3})([DW])$`)
	eightForm = regexp.MustCompile(`^[0-9]{8}$`)
)

// date reads a day.
func (r *icsReader) date(p property) (time.Time, error) {
	for _, param := range p.params {
		if name, value, _ := strings.Cut(param, "="); strings.EqualFold(name, "VALUE") && !strings.EqualFold(value, "DATE") {
			return time.Time{}, r.wrong(p, "%s is of VALUE=%s; a holiday is a whole day, %s;VALUE=DATE:20261225", p.name, clip(value), p.name)
		}
	}
	if !eightForm.MatchString(p.value) {
		return time.Time{}, r.wrong(p, "%s is %q; a holiday is a whole day, %s;VALUE=DATE:20261225", p.name, clip(p.value), p.name)
	}
	t, err := time.Parse("20060102", p.value)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, r.wrong(p, "%s is %s; there is no such day from %d to %d", p.name, p.value, firstYear, lastYear)
	}
	return t, nil
}

// clip makes a text of the file fit for a message.
func clip(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
