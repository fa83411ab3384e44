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
func WeeklyReport(key string, all []workflow.Standing, m workflow.Metrics, working bool, audience []string) string {
	d := document{budget: CommentBudget}
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	d.add(fmt.Sprintf("%s\n## Weekly Summary - %s to %s\n\n%s in the workflow\n%s", workflow.PostMarker(key), day(m.From), day(m.To), plural(len(all), "issue"), forWhom(audience)))
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
		text := fmt.Sprintf("%s%s, %s", Prose(s.Phase, 100), since(s.Since), Prose(s.Verdict, 200))
		for _, m := range s.Milestones {
			text += "; " + milestone(m)
		}
		return []string{text}
	})
	section("Next week", "Nothing is planned.", func(s workflow.Standing) []string {
		if s.Next == "" {
			return nil
		}
		return []string{Prose(s.Next, 300)}
	})
	d.add("\n### How long things took\n\n" + metricsTables([]workflow.Metrics{m}, working, 7))
	return d.b.String()
}

// milestone says in a line of the timeline how a checkpoint stands.
func milestone(m workflow.Milestone) string {
	text := fmt.Sprintf("day %d (%s): %s", m.Day, Prose(strings.Join(m.Gates, ", "), 200), m.State)
	switch m.State {
	case workflow.Awaited:
		text += " " + stamp(m.Due)
	case workflow.Missed:
		text += " since " + stamp(m.Due) + ", without " + Prose(strings.Join(m.Lacks, ", "), 200)
	}
	return text
}

// milestones is the table of the checkpoints of a phase, by day.
func milestones(all []workflow.Milestone) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n| checkpoint | gates | due | |\n|---|---|---|---|\n")
	for _, m := range all {
		due, state := "–", string(m.State)
		if !m.Due.IsZero() {
			due = stamp(m.Due)
		}
		if m.State == workflow.Missed {
			state = "**late**, without " + Prose(strings.Join(m.Lacks, ", "), 200)
		}
		fmt.Fprintf(&b, "| day %d | %s | %s | %s |\n", m.Day, Prose(strings.Join(m.Gates, ", "), 200), due, state)
	}
	return b.String()
}
