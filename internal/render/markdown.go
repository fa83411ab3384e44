package render

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Byte budgets. GitHub refuses a comment above 65,536 characters, and drops a
// whole step summary above 1 MiB; both are kept with room to spare.
const (
	CommentBudget = 60_000
	SummaryBudget = 900 << 10
)

// document puts sections one after another until a budget is spent. A section
// that does not fit is cut at a line, and what follows it is left out; both are
// said. The first section is never cut: it holds the verdict.
type document struct {
	b      strings.Builder
	budget int
	full   bool
}

const leftOut = "\n_The rest is left out for its size; the run's log and JSON have all of it._\n"

func (d *document) add(section string) {
	if d.full || section == "" {
		return
	}
	if d.b.Len() == 0 || d.b.Len()+len(section)+len(leftOut) <= d.budget {
		d.b.WriteString(section)
		return
	}
	d.full = true
	room := d.budget - d.b.Len() - len(leftOut)
	if i := strings.LastIndexByte(section[:max(room, 0)], '\n'); i > 0 && !strings.Contains(section, "<details>") {
		d.b.WriteString(section[:i+1])
	}
	d.b.WriteString(leftOut)
}

// Summary is the job summary of a run.
func Summary(r Result) string {
	d := document{budget: SummaryBudget}
	sign, _ := mark(r.Verdict.Status)
	d.add(fmt.Sprintf("## %s Tollgate: %s\n\n%s\n\n", sign, word(r.Verdict.Status), tally(r.Verdict)) + about(r))
	d.add(table(r.Verdict))
	d.add(matrices(r.Verdict))
	d.add(corrections(r.Verdict, gates.MaxRefs))
	d.add(waivers(r.Verdict, gates.MaxRefs))
	d.add(profiles(r.Verdict))
	d.add(proposal(r))
	if r.Decision != nil && len(r.Issues) == 0 {
		d.add(becomes(*r.Decision))
	}
	if len(r.Issues) == 0 {
		d.add(changes(r))
	}
	for _, i := range r.Issues {
		d.add(summaryOf(r, i))
	}
	if len(r.Notes) > 0 {
		var b strings.Builder
		b.WriteString("\n")
		for _, n := range r.Notes {
			fmt.Fprintf(&b, "> %s\n", Prose(n, 600))
		}
		d.add(b.String())
	}
	return d.b.String()
}

// summaryOf is the part of a summary about one issue of several.
func summaryOf(r Result, i Issue) string {
	if i.Unread != "" {
		return ""
	}
	text := "\n### The commit\n"
	if i.Decision != nil {
		sign, _ := mark(i.Verdict.Status)
		text = fmt.Sprintf("\n### Issue #%d, %s: %s %s, %s\n", i.Number, Prose(i.Phase, 100), sign, word(i.Verdict.Status), tally(i.Verdict))
		if i.Number != r.Issue && table(i.Verdict) != table(r.Verdict) {
			text += table(i.Verdict)
		}
		text += becomes(*i.Decision)
	}
	r.Plan, r.Receipt = i.Plan, i.Receipt
	return text + changes(r)
}

func about(r Result) string {
	var parts []string
	if r.Phase != "" {
		parts = append(parts, "phase "+Prose(r.Phase, 100))
	}
	if r.Head != "" {
		parts = append(parts, "head "+Code(evidence.ShortCommit(r.Head), 12))
	}
	parts = append(parts, "policy "+Code(r.Policy.String(), 120))
	return strings.Join(parts, " · ") + "\n"
}

func table(v gates.Verdict) string {
	var b strings.Builder
	b.WriteString("\n| | gate | condition | value | verdict | because |\n|---|---|---|---|---|---|\n")
	for _, g := range v.Gates {
		for i, c := range g.Checks {
			name := ""
			if i == 0 {
				name = Prose(g.Name, 60)
			}
			sign, _ := mark(c.Status)
			if !g.Due {
				sign = "·"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", sign, name, Code(c.Condition.String(), 80),
				Prose(value(c), 80), standing(g, c), Prose(c.Why, 400))
		}
	}
	return b.String()
}

// corrections is the list of what to do next, each with what to look at.
func corrections(v gates.Verdict, refs int) string {
	must, should := todo(v)
	seen := map[gates.Ref]int{}
	var b strings.Builder
	for _, list := range []struct {
		title string
		tasks []task
	}{
		{"What to do next", tasks(must, 1, refs, seen)},
		{"Worth mending", tasks(should, 1+len(must), refs, seen)},
	} {
		if len(list.tasks) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n#### %s\n\n", list.title)
		for _, t := range list.tasks {
			fmt.Fprintf(&b, "%d. **%s**: %s\n", t.Number, Prose(t.Gate, 60), Prose(t.Do(), 400))
			for _, ref := range t.Refs {
				fmt.Fprintf(&b, "   - %s\n", strings.TrimSpace(Code(ref.Pos.String(), 200)+" "+Prose(ref.Text, 300)))
			}
			switch {
			case t.Above > 0:
				fmt.Fprintf(&b, "   - those of %d\n", t.Above)
			case t.More > 0:
				fmt.Fprintf(&b, "   - and %d more\n", t.More)
			}
		}
	}
	return b.String()
}

func becomes(d workflow.Decision) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n#### What becomes of the issue\n\n%s\n", Prose(outcome(d), 300))
	if d.Why != "" {
		fmt.Fprintf(&b, "%s\n", Prose(d.Why, 600))
	}
	for _, e := range d.Escalated {
		fmt.Fprintf(&b, "\n> **Escalated to %s** (%s): %s\n", e.To, Prose(e.Category, 100), Prose(e.Why, 600))
	}
	return b.String()
}

func changes(r Result) string {
	if r.Plan == nil {
		return ""
	}
	var b strings.Builder
	title := "What changed on GitHub"
	if r.DryRun {
		title = "What would change on GitHub (dry run)"
	}
	fmt.Fprintf(&b, "\n#### %s\n\n", title)
	if r.Plan.Empty() {
		b.WriteString("Nothing.\n")
	}
	for _, c := range r.Plan.Changes {
		sign, text := describe(c)
		fmt.Fprintf(&b, "- %s %s\n", Code(sign, 3), Prose(text, 300))
	}
	if r.Receipt != nil {
		for _, l := range r.Receipt.Lost {
			fmt.Fprintf(&b, "- not delivered: %s (it needs %s)\n", Prose(l.Change.String(), 200), Prose(l.Needs, 200))
		}
	}
	return b.String()
}

// Description is the text of the commit status, within GitHub's 140 characters; what
// it ends in is never cut.
func Description(v gates.Verdict, phase, end string) string {
	s := tally(v)
	if phase != "" {
		s = judgedIn(phase) + s
	}
	for utf8.RuneCountInString(s)+utf8.RuneCountInString(end) > 140 {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s + end
}

// judgedIn is how a description of a phase begins.
func judgedIn(phase string) string { return Clean(phase, 40) + ": " }

// Describes reports whether a description is one of a phase.
func Describes(description, phase string) bool {
	return strings.HasPrefix(description, judgedIn(phase))
}
