package policy

import (
	"slices"
	"strconv"
	"time"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// reports says what a sweep reports.
type reports struct {
	daily  dailyReport
	weekly weeklyReport
}

func (r *reports) keys() []key {
	return []key{
		{"daily", "A comment a working day on every issue on which something changed; the one before is folded away.", false, &r.daily},
		{"weekly", "A comment a week on one issue, about all of them.", false, &r.weekly},
	}
}

func (r *reports) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, r, w) }
func (r *reports) schema() *jsonschema.Schema                 { return mappingSchema(r) }

type dailyReport struct {
	given    bool
	audience list[handle, *handle]
}

func (d *dailyReport) keys() []key {
	return []key{{"audience", "Whom the report mentions: `@user` or `@org/team`.", true, &d.audience}}
}

func (d *dailyReport) present() { d.given = true }

func (d *dailyReport) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, d, w) }
func (d *dailyReport) schema() *jsonschema.Schema                 { return mappingSchema(d) }

type weeklyReport struct {
	given    bool
	issue    issueNumber
	day      weekday
	audience list[handle, *handle]
}

func (k *weeklyReport) keys() []key {
	return []key{
		{"issue", "The number of the issue on which it is written.", true, &k.issue},
		{"day", "The day from which on it is written: `fri`. `fri`, if left out.", false, &k.day},
		{"audience", "Whom the report mentions: `@user` or `@org/team`.", false, &k.audience},
	}
}

func (k *weeklyReport) present() { k.given = true }

func (k *weeklyReport) read(in *input, n *yaml.Node, w where) bool { return readMapping(in, n, k, w) }
func (k *weeklyReport) schema() *jsonschema.Schema                 { return mappingSchema(k) }

// issueNumber is the number of an issue.
type issueNumber struct{ n int }

func (v *issueNumber) read(in *input, n *yaml.Node, w where) bool {
	number, err := strconv.ParseInt(n.Value, 10, 32)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || number < 1 {
		in.fail(in.placeOf(n, w), "%s is %q; write the number of an issue, such as 42", w.what, short(n.Value))
		return false
	}
	v.n = int(number)
	return true
}

func (v *issueNumber) schema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1"}
}

// weekday is one day of the week.
type weekday struct{ word }

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func (v *weekday) read(in *input, n *yaml.Node, w where) bool { return v.readOf(in, n, w, weekdays) }
func (v *weekday) schema() *jsonschema.Schema                 { return wordSchema(weekdays) }

// usualWeekly is the day of the weekly report.
const usualWeekly = "fri"

// reports gives what a sweep reports.
func (r *resolver) reports() (out workflow.Reports) {
	if d := &r.doc.reports.daily; d.given {
		out.Daily = &workflow.Daily{Audience: r.distinctFold(textsOf(&d.audience), "audience of daily")}
	}
	if k := &r.doc.reports.weekly; k.given {
		out.Weekly = &workflow.Weekly{Issue: k.issue.n, Day: time.Friday, Audience: r.distinctFold(textsOf(&k.audience), "audience of weekly")}
		if days, err := calendar.ParseDays(k.day.value); err == nil && slices.Contains(weekdays, k.day.value) {
			out.Weekly.Day = days[0]
		}
	}
	return out
}
