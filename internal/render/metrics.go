package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Metrics are how long things took, by repository.
type Metrics struct {
	Policy  PolicyRef
	Source  string // "GitHub", or the file of a sweep
	Days    int    // of one period
	Working bool   // whether only working time is counted
	Zone    string
	Repos   []RepoMetrics
	Failed  []SweepFailure
	Notes   []string
}

// RepoMetrics are those of one repository, or, with Repo "", of all of them together.
type RepoMetrics struct {
	Repo    string             `json:"repo,omitempty"` // left out: all together
	Issues  int                `json:"issues"`
	Cut     int                `json:"logs_cut"` // issues whose log has lost entries for want of room
	Periods []workflow.Metrics `json:"periods"`  // oldest first
}

// noData is said where nothing was measured: a zero would be a time.
const noData = "no data"

// worked is a duration in hours and minutes.
func worked(d time.Duration) string {
	minutes := int64((d + 30*time.Second) / time.Minute)
	switch {
	case minutes%60 == 0 && minutes > 0:
		return fmt.Sprintf("%dh", minutes/60)
	case minutes > 60:
		return fmt.Sprintf("%dh %dm", minutes/60, minutes%60)
	case minutes == 0 && d > 0:
		return "under 1m"
	}
	return fmt.Sprintf("%dm", minutes)
}

// before names the period that trends are against.
func before(days int) string {
	if days == 7 {
		return "the week before"
	}
	return fmt.Sprintf("the %d days before", days)
}

// timesRows is the table of how long things took, with a title; those of several periods
// stand by metric, each with the day on which it ends.
func timesRows(periods []workflow.Metrics, working bool, days int) [][]string {
	what := "how long"
	if working {
		what = "in working time"
	}
	rows := [][]string{{what, "until", "how many", "median", "9 of 10 within", "against " + before(days)}}
	for i := range (workflow.Metrics{}).Named() {
		for _, m := range periods {
			t := m.Named()[i]
			row := []string{t.Name, m.To.UTC().Format(time.DateOnly), fmt.Sprint(t.N), noData, noData, cmp.Or(t.Trend, noData)}
			if t.N > 0 {
				row[3], row[4] = worked(t.Median), worked(t.P90)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// rateRows is the table of how often phases were left forward, nil for never.
func rateRows(periods []workflow.Metrics, days int) [][]string {
	var names []string
	seen := map[string]bool{}
	for _, m := range periods {
		for _, p := range m.Passed {
			if !seen[p.Phase] {
				seen[p.Phase] = true
				names = append(names, p.Phase)
			}
		}
	}
	rows := [][]string{{"phase", "until", "left", "forward", "pass rate", "against " + before(days)}}
	for _, name := range names {
		for _, m := range periods {
			row := []string{name, m.To.UTC().Format(time.DateOnly), "0", "0", noData, noData}
			for _, p := range m.Passed {
				if p.Phase == name {
					row = []string{name, row[1], fmt.Sprint(p.Rate.Den), fmt.Sprint(p.Rate.Num), p.Rate.Percent(), cmp.Or(p.Trend, noData)}
				}
			}
			rows = append(rows, row)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return rows
}

// markdownTable writes rows, the first of which is the head, as GitHub shows them.
func markdownTable(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		for j := range row {
			row[j] = Prose(row[j], 100)
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
	return b.String()
}

// textTable writes rows in columns; what is the same as in the row above is left out of
// the first one.
func textTable(rows [][]string) string {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for j := range row {
			row[j] = Clean(row[j], 100)
			wide[j] = max(wide[j], utf8.RuneCountInString(row[j]))
		}
	}
	var b strings.Builder
	last := ""
	for _, row := range rows {
		line := "  "
		for j, cell := range row {
			if j == 0 && cell == last {
				cell = ""
			}
			line += cell + strings.Repeat(" ", wide[j]-utf8.RuneCountInString(cell)+2)
		}
		last = row[0]
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// metricsTables are the two tables of some periods, in Markdown.
func metricsTables(periods []workflow.Metrics, working bool, days int) string {
	text := markdownTable(timesRows(periods, working, days))
	if rows := rateRows(periods, days); rows != nil {
		return text + "\n" + markdownTable(rows)
	}
	return text + "\nPhases left: " + noData + ".\n"
}

// title says what the numbers of a repository are of.
func (m Metrics) title(r RepoMetrics) string {
	name := r.Repo
	if name == "" {
		name = "all together"
	}
	first, last := r.Periods[0], r.Periods[len(r.Periods)-1]
	text := fmt.Sprintf("%s: %s, %s to %s", name, plural(r.Issues, "issue"), stamp(first.From), stamp(last.To))
	if m.Working {
		return text + ", by the calendar of " + m.Zone
	}
	return text + ", round the clock, for the policy has no calendar"
}

// remarks are what else a reader of the numbers has to know.
func (m Metrics) remarks() (out []string) {
	for _, r := range m.Repos {
		if r.Cut > 0 && r.Repo != "" {
			out = append(out, fmt.Sprintf("%s: of the logs of %s entries were lost for want of room, and are not counted", r.Repo, plural(r.Cut, "issue")))
		}
	}
	out = append(out, m.Notes...)
	for _, f := range m.Failed {
		out = append(out, "not counted: "+f.What+": "+f.Why)
	}
	return out
}

// MetricsText is what a terminal shows of metrics.
func MetricsText(w io.Writer, m Metrics) error {
	var b strings.Builder
	for i, r := range m.Repos {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(Clean(m.title(r), 300) + "\n\n" + textTable(timesRows(r.Periods, m.Working, m.Days)) + "\n")
		if rows := rateRows(r.Periods, m.Days); rows != nil {
			b.WriteString(textTable(rows))
		} else {
			b.WriteString("  phases left: " + noData + "\n")
		}
	}
	for i, remark := range m.remarks() {
		if i == 0 && b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(Clean(remark, 600) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// MetricsMarkdown is the same for a page.
func MetricsMarkdown(w io.Writer, m Metrics) error {
	var b strings.Builder
	for _, r := range m.Repos {
		fmt.Fprintf(&b, "### %s\n\n%s\n", Prose(m.title(r), 300), metricsTables(r.Periods, m.Working, m.Days))
	}
	for _, remark := range m.remarks() {
		b.WriteString("- " + Prose(remark, 600) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// MetricsJSON writes metrics as JSON; the shape only grows.
func MetricsJSON(w io.Writer, m Metrics) error {
	if m.Repos == nil {
		m.Repos = []RepoMetrics{}
	}
	if m.Failed == nil {
		m.Failed = []SweepFailure{}
	}
	_, err := w.Write(jsonText(struct {
		Schema  string         `json:"schema"`
		Policy  jsonPolicy     `json:"policy"`
		Source  string         `json:"source"`
		Days    int            `json:"period_days"`
		Working bool           `json:"working_time"`
		Zone    string         `json:"zone"`
		Repos   []RepoMetrics  `json:"repositories"`
		Failed  []SweepFailure `json:"failed"`
		Notes   []string       `json:"notes,omitempty"`
	}{"tollgate/metrics/v1", jsonPolicy{m.Policy.Path, m.Policy.Digest}, m.Source, m.Days, m.Working, m.Zone, m.Repos, m.Failed, m.Notes}, "  "))
	return err
}
