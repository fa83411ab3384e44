package render

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// DailyReport is the progress of a day in five lines, and whom it is for. before is
// the report before it, if any; "" is given where nothing has changed since.
func DailyReport(d workflow.Decision, v gates.Verdict, issue int, date string, audience []string, before plan.Post) string {
	var did []string
	for _, e := range d.Memory.Progress(before.At) {
		did = append(did, entry(e)+" ("+Prose(e.Why, 200)+")")
	}
	var risks []string
	for _, r := range d.Risks() {
		risks = append(risks, Prose(r, 300))
	}
	holds := []string{
		fmt.Sprintf("- **Blockers:** %s\n", cmp.Or(strings.Join(risks, "; "), "none")),
		fmt.Sprintf("- **Next 24h:** %s\n", Prose(cmp.Or(d.Next24h(), "nothing is planned"), 400)),
		fmt.Sprintf("- **GitHub Status:** %s\n", Prose(Description(v, d.Phase.Name, ""), 200)),
	}
	same := before.Body != "" && len(did) == 0
	for _, line := range holds {
		same = same && strings.Contains(before.Body+"\n", line)
	}
	if same {
		return ""
	}
	text := fmt.Sprintf("%s\n## Issue #%d Daily Progress - %s\n", workflow.PostMarker(workflow.DailyPost+date), issue, date)
	text += fmt.Sprintf("- **Current Phase:** %s\n", Prose(d.Phase.Name, 100))
	text += fmt.Sprintf("- **Progress:** %s\n", cmp.Or(strings.Join(did, "; "), "nothing was decided"))
	text += strings.Join(holds, "")
	return text + forWhom(audience)
}

func forWhom(audience []string) string {
	if len(audience) == 0 {
		return ""
	}
	return "\nFor " + strings.Join(audience, ", ") + "\n"
}

// WeeklyReport is the summary of a week: milestones, gates, risks, timeline, what is
// next, and how long things took.
func WeeklyReport(key string, all []workflow.Standing, m workflow.Metrics, audience []string) string {
	d := document{budget: CommentBudget}
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	d.add(fmt.Sprintf("%s\n## Weekly Summary - %s to %s\n\n%d issues in the workflow\n%s", workflow.PostMarker(key), day(m.From), day(m.To), len(all), forWhom(audience)))
	section := func(title, none string, line func(workflow.Standing) []string) {
		var b strings.Builder
		fmt.Fprintf(&b, "\n### %s\n\n", title)
		n := 0
		for _, s := range all {
			for _, text := range line(s) {
				fmt.Fprintf(&b, "- #%d %s: %s\n", s.Number, Prose(s.Title, 80), text)
				n++
			}
		}
		if n == 0 {
			b.WriteString(none + "\n")
		}
		d.add(b.String())
	}
	section("Milestones", "No issue moved.", func(s workflow.Standing) (out []string) {
		for _, e := range s.Moves {
			if e.At.After(m.From) && !e.At.After(m.To) {
				out = append(out, fmt.Sprintf("%s, %s", entry(e), stamp(e.At)))
			}
		}
		return out
	})
	section("Risks", "None.", func(s workflow.Standing) (out []string) {
		for _, r := range s.Risks {
			out = append(out, Prose(r, 300))
		}
		return out
	})
	section("Gates and timeline", "No issue is in the workflow.", func(s workflow.Standing) []string {
		return []string{fmt.Sprintf("%s%s, %s", Prose(s.Phase, 100), since(s.Since), Prose(s.Verdict, 200))}
	})
	section("Next week", "Nothing is planned.", func(s workflow.Standing) []string {
		if s.Next == "" {
			return nil
		}
		return []string{Prose(s.Next, 300)}
	})
	d.add(metrics(m))
	return d.b.String()
}

// metrics is the table of how long things took.
func metrics(m workflow.Metrics) string {
	var b strings.Builder
	b.WriteString("\n### How long things took\n\n| in working time | how many | median | against the week before |\n|---|---|---|---|\n")
	for _, t := range []struct {
		name  string
		times workflow.Times
	}{{"response", m.Response}, {"correction", m.Correction}, {"escalation", m.Escalation}, {"resolution", m.Resolution}} {
		median := "–"
		if t.times.N > 0 {
			median = t.times.Median.Round(time.Minute).String()
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", t.name, t.times.N, median, cmp.Or(m.Trend[t.name], "–"))
	}
	for _, p := range m.Passed {
		fmt.Fprintf(&b, "\n%s was left %d times, forward %d times.\n", Prose(p.Phase, 100), p.Rate.Den, p.Rate.Num)
	}
	return b.String()
}
