package policy

import (
	"errors"
	"path"
	"regexp"
	"time"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// clocks are the limits in working time, and what working time is.
type clocks struct {
	given                  bool
	calendar               workCalendar
	assessment, escalation limit
	correction, blocked    limit
	architect, validation  limit
	warnAt                 portion
}

func (c *clocks) keys() []key {
	return []key{
		{"calendar", "When people work. Clocks count nothing else.", true, &c.calendar},
		{"assessment", "From when a phase begins to the first that its owner does; `4h`, if left out.", false, &c.assessment},
		{"escalation", "Until who is named takes an escalation over; `2h`, if left out.", false, &c.escalation},
		{"correction", "Until a list of corrections is mended; `1d`, if left out.", false, &c.correction},
		{"blocked", "How long work may be blocked; `4h`, if left out.", false, &c.blocked},
		{"architect", "Until the architect answers; `5d`, if left out.", false, &c.architect},
		{"validation", "How long the final validation may take; `2d`, if left out.", false, &c.validation},
		{"warn-at", "The share of a limit at which it is due soon; `75%`, if left out.", false, &c.warnAt},
	}
}

func (c *clocks) present() { c.given = true }

func (c *clocks) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, c, w) }
func (c *clocks) schema() *jsonschema.Schema                 { return mappingSchema(c) }

// workCalendar says when people work.
type workCalendar struct {
	tz       zoneName
	hours    list[workHours, *workHours]
	days     list[workDays, *workDays]
	holidays holidays
	at       Place
}

func (c *workCalendar) keys() []key {
	return []key{
		{"tz", "The time zone, by its name in the IANA database: `Europe/Madrid`.", true, &c.tz},
		{"hours", "The hours of a working day: `09:00-17:00`, or several.", true, &c.hours},
		{"days", "The working days: `mon-fri`, or several; `mon-fri`, if left out.", false, &c.days},
		{"holidays", "The days that are none: a list, or an iCalendar file, from the directory of the policy. Left out: there are none.", false, &c.holidays},
	}
}

func (c *workCalendar) read(in *input, n *yaml.Node, w where) bool {
	c.at = w.at
	return readMapping(in, n, c, w)
}
func (c *workCalendar) schema() *jsonschema.Schema { return mappingSchema(c) }

// limit is how much working time something may take.
type limit struct {
	text
	limit calendar.Limit
}

func (l *limit) read(in *input, n *yaml.Node, w where) bool {
	var err error
	if !l.text.read(in, n, w) {
		return false
	}
	if l.limit, err = calendar.ParseLimit(l.value); err != nil {
		in.fail(l.at, "%s is %q; %v", w.what, short(l.value), err)
		return false
	}
	return true
}

func (l *limit) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: calendar.LimitPattern, Examples: []any{"4h", "1d", "2-5d"}}
}

// or gives the limit, or the default if the key is left out.
func (l *limit) or(usual string) calendar.Limit {
	if l.limit != (calendar.Limit{}) {
		return l.limit
	}
	out, err := calendar.ParseLimit(usual)
	if err != nil {
		panic("policy: " + err.Error())
	}
	return out
}

// zoneName is the name of a time zone. Whether there is such a zone, ReadCalendar
// sees.
type zoneName struct{ text }

const zonePattern = `^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*){0,2}$`

var zoneForm = regexp.MustCompile(zonePattern)

func (z *zoneName) read(in *input, n *yaml.Node, w where) bool {
	if !z.text.read(in, n, w) {
		return false
	}
	if !zoneForm.MatchString(z.value) || z.value == "Local" {
		in.fail(z.at, "%s is %q; write the name of a time zone, as in Europe/Madrid or UTC", w.what, short(z.value))
		return false
	}
	return true
}

func (z *zoneName) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: zonePattern, Examples: []any{"Europe/Madrid", "UTC"}}
}

// workHours are a stretch of a day.
type workHours struct {
	text
	hours calendar.Hours
}

func (h *workHours) read(in *input, n *yaml.Node, w where) bool {
	var err error
	if !h.text.read(in, n, w) {
		return false
	}
	if h.hours, err = calendar.ParseHours(h.value); err != nil {
		in.fail(h.at, "%s is %q; %v", w.what, short(h.value), err)
		return false
	}
	return true
}

func (h *workHours) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: calendar.HoursPattern, Examples: []any{"09:00-17:00"}}
}

// workDays are days of the week.
type workDays struct {
	text
	days []time.Weekday
}

func (d *workDays) read(in *input, n *yaml.Node, w where) bool {
	var err error
	if !d.text.read(in, n, w) {
		return false
	}
	if d.days, err = calendar.ParseDays(d.value); err != nil {
		in.fail(d.at, "%s is %q; %v", w.what, short(d.value), err)
		return false
	}
	return true
}

func (d *workDays) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: calendar.DaysPattern, Examples: []any{"mon-fri"}}
}

// holidays are days, or the file that has them.
type holidays struct {
	file fileName
	days list[day, *day]
}

func (h *holidays) read(in *input, n *yaml.Node, w where) bool {
	if n.Kind == yaml.ScalarNode && !dayForm.MatchString(n.Value) {
		if h.file.read(in, n, w) && path.Ext(h.file.value) != ".ics" {
			in.fail(h.file.at, "%s is %q; write days, as in [2026-12-25], or name an iCalendar file, whose name ends in .ics", w.what, short(h.file.value))
		}
		return true
	}
	return h.days.read(in, n, w)
}

func (h *holidays) schema() *jsonschema.Schema {
	s := h.days.schema()
	s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Type: "string", Pattern: `\.ics$`, Examples: []any{"holidays.ics"}})
	return s
}

// The limits that hold where the policy has clocks and does not say them.
const (
	usualAssessment = "4h"
	usualEscalation = "2h"
	usualCorrection = "1d"
	usualBlocked    = "4h"
	usualArchitect  = "5d"
	usualValidation = "2d"
	usualWarnAt     = "75%"
	usualDays       = "mon-fri"
)

// clocks fills the limits, and checks of the calendar what can be checked without its zone.
func (r *resolver) clocks(p *Policy) {
	c := &r.doc.clocks
	if !c.given {
		return
	}
	p.Rules.Clocks = workflow.ClockRules{
		Assessment: c.assessment.or(usualAssessment), Escalation: c.escalation.or(usualEscalation),
		Correction: c.correction.or(usualCorrection), Blocked: c.blocked.or(usualBlocked),
		Architect: c.architect.or(usualArchitect), Validation: c.validation.or(usualValidation),
		WarnAt: evidence.Ratio{Num: 75, Den: 100},
	}
	if w := c.warnAt.value; w.Measured() {
		p.Rules.Clocks.WarnAt = w
		if one := (evidence.Ratio{Num: 1, Den: 1}); w.Num == 0 || w.Cmp(one) >= 0 {
			r.in.fail(c.warnAt.at, "warn-at is %s; write more than 0%% and less than 100%%", w.ExactPercent())
		}
	}
	cal := &c.calendar
	if len(cal.hours.items) > 0 && !cal.hours.lossy && !cal.days.lossy {
		r.distinct(textsOf(&cal.hours), "hours of calendar of clocks")
		if _, err := calendar.New(time.UTC, cal.week(), nil); err != nil {
			r.in.fail(cal.hours.at[0], "%v", err)
		}
	}
	seen := map[time.Weekday]bool{}
	for _, d := range cal.days.items {
		for _, on := range d.days {
			if seen[on] {
				r.in.fail(d.at, "%s stands twice in days of calendar of clocks; name each day once", on)
				break
			}
			seen[on] = true
		}
	}
	first := map[time.Time]Place{}
	for _, d := range cal.holidays.days.items {
		if before, twice := first[d.Time]; twice {
			r.in.fail(d.at, "%s stands twice in holidays, first at %d:%d", d.Format(time.DateOnly), before.Pos.Line, before.Pos.Col)
		}
		first[d.Time] = d.at
	}
}

// week gives the hours of each day of the week.
func (c *workCalendar) week() (week [7][]calendar.Hours) {
	on := map[time.Weekday]bool{}
	for _, d := range c.days.items {
		for _, day := range d.days {
			on[day] = true
		}
	}
	if !c.days.given {
		usual, err := calendar.ParseDays(usualDays)
		if err != nil {
			panic("policy: " + err.Error())
		}
		for _, day := range usual {
			on[day] = true
		}
	}
	for day := range on {
		for _, h := range c.hours.items {
			week[day] = append(week[day], h.hours)
		}
	}
	return week
}

// HolidaysBeside gives where the file of the holidays is of a policy that is read
// from a path, or "" if it names none.
func (p *Policy) HolidaysBeside(at string) string {
	file := p.doc.clocks.calendar.holidays.file.value
	if file == "" {
		return ""
	}
	return path.Join(path.Dir(at), file)
}

// ReadCalendar makes the calendar of p.Rules.Clocks: zone gives a time zone by name, and
// data is the file of the holidays, if HolidaysBeside names one, by the name that
// messages begin with. It is as strict as Load. A policy without clocks has none.
func (p *Policy) ReadCalendar(zone func(string) (*time.Location, error), name string, data []byte) error {
	c := &p.doc.clocks.calendar
	if !p.doc.clocks.given {
		return nil
	}
	in := &input{name: p.Name, kind: thePolicy}
	z, err := zone(c.tz.value)
	if err != nil {
		in.fail(c.tz.at, "there is no time zone %q; write its name in the IANA database, as in Europe/Madrid", short(c.tz.value))
	}
	var days []time.Time
	for _, d := range c.holidays.days.items {
		days = append(days, d.Time)
	}
	if c.holidays.file.value != "" {
		var bad *calendar.SyntaxError
		days, err = calendar.ReadICS(name, data)
		switch {
		case errors.As(err, &bad):
			in.fail(Place{Pos: bad.Pos}, "%s", bad.Message)
		case err != nil:
			in.fail(c.holidays.file.at, "%v", err)
		}
	}
	if errs := in.sorted(); errs != nil {
		return errs
	}
	p.Rules.Clocks.Calendar, err = calendar.New(z, c.week(), days)
	return err
}
