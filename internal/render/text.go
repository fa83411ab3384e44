package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Style is how to print for people.
type Style struct {
	Color bool
	Width int // columns; 0 means 100
}

// columns measures text as a terminal shows it, whatever the locale.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

type colour string

const (
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	blue   colour = "36"
	dim    colour = "2"
	bold   colour = "1"
)

func (st Style) paint(c colour, s string) string {
	if !st.Color || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

func (st Style) width() int {
	if st.Width <= 0 {
		return 100
	}
	return max(st.Width, 40)
}

func mark(s gates.Status) (string, colour) {
	switch s {
	case gates.Pass:
		return "✓", green
	case gates.Waived, gates.Warned:
		return "!", yellow
	case gates.NotApplicable:
		return "·", dim
	case gates.Undecided, gates.Inconclusive:
		return "?", yellow
	case gates.Fail:
		return "✗", red
	default:
		panic("render: undefined status")
	}
}

// Text prints a run for a person at a terminal: verdict, gates, what to do next,
// what would change on GitHub.
func Text(w io.Writer, r Result, st Style) error {
	var b bytes.Buffer
	sign, c := mark(r.Verdict.Status)
	fmt.Fprintf(&b, "%s  %s\n", st.paint(bold, st.paint(c, sign+" "+word(r.Verdict.Status))), tally(r.Verdict))
	st.about(&b, r)
	b.WriteByte('\n')
	st.table(&b, r.Verdict)
	st.grids(&b, r.Verdict)
	st.todo(&b, r.Verdict)
	st.waivers(&b, r.Verdict)
	st.profiles(&b, r.Verdict)
	st.proposal(&b, r)
	if len(r.Issues) == 0 {
		st.decision(&b, r)
		st.plan(&b, r)
	}
	for _, i := range r.Issues {
		st.issue(&b, r, i)
	}
	if len(r.Notes) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range r.Notes {
		st.item(&b, st.paint(dim, "note")+" ", n)
	}
	fmt.Fprintf(&b, "\n%s\n", st.paint(dim, fmt.Sprintf("exit %d", r.Exit)))
	_, err := w.Write(b.Bytes())
	return err
}

func (st Style) about(b *bytes.Buffer, r Result) {
	var parts []string
	if r.Repo != "" && r.Issue > 0 {
		parts = append(parts, fmt.Sprintf("%s#%d", r.Repo, r.Issue))
	}
	if r.Phase != "" {
		parts = append(parts, "phase "+Clean(r.Phase, 60))
	}
	if r.Head != "" {
		parts = append(parts, "head "+Clean(evidence.ShortCommit(r.Head), 12))
	}
	parts = append(parts, "policy "+Clean(r.Policy.String(), 100))
	fmt.Fprintf(b, "  %s\n", st.paint(dim, strings.Join(parts, " · ")))
}

// table prints a line a check, in columns as wide as their contents.
func (st Style) table(b *bytes.Buffer, v gates.Verdict) {
	rows := [][4]string{{"gate", "value", "need", "verdict"}}
	var marks []string
	var colours []colour
	var whys []string
	for _, g := range v.Gates {
		for i, c := range g.Checks {
			name := ""
			if i == 0 {
				name = Clean(g.Name, 30)
			}
			rows = append(rows, [4]string{name, value(c), c.Condition.Metric + " " + need(c), standing(g, c)})
			sign, col := mark(c.Status)
			if !g.Due {
				sign, col = "·", dim
			}
			marks, colours = append(marks, sign), append(colours, col)
			why := Clean(c.Why, 300)
			if c.Status == gates.Pass {
				why = Clean(strings.Join(c.Notes, "; "), 300) // that it holds is said already
			}
			whys = append(whys, why)
		}
	}
	var width [4]int
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], columns.StringWidth(cell))
		}
	}
	pad := func(s string, i int) string {
		return s + strings.Repeat(" ", width[i]-columns.StringWidth(s)+2)
	}
	head := rows[0]
	fmt.Fprintf(b, "    %s\n", st.paint(dim, pad(head[0], 0)+pad(head[1], 1)+pad(head[2], 2)+head[3]))
	indent := 4 + width[0] + 2
	for i, r := range rows[1:] {
		fmt.Fprintf(b, "  %s %s%s%s%s\n", st.paint(colours[i], marks[i]), st.paint(bold, pad(r[0], 0)),
			pad(r[1], 1), pad(r[2], 2), st.paint(colours[i], r[3]))
		if again := i > 0 && whys[i] == whys[i-1]; whys[i] != "" && !again {
			for _, l := range wrap(whys[i], st.width()-indent) {
				fmt.Fprintf(b, "%s%s\n", strings.Repeat(" ", indent), st.paint(dim, l))
			}
		}
	}
}

// shownRefs is how many things a check lists at a terminal; what an
// earlier check has listed is not listed again.
const shownRefs = 5

func (st Style) todo(b *bytes.Buffer, v gates.Verdict) {
	must, should := todo(v)
	seen := map[gates.Ref]int{}
	for _, list := range []struct {
		title string
		tasks []task
	}{
		{"What to do next", tasks(must, 1, shownRefs, seen)},
		{"Worth mending", tasks(should, 1+len(must), shownRefs, seen)},
	} {
		if len(list.tasks) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s\n", st.paint(bold, list.title))
		for _, t := range list.tasks {
			st.item(b, fmt.Sprintf("%2d. ", t.Number), t.Gate+": "+t.Do())
			for _, ref := range t.Refs {
				st.ref(b, ref)
			}
			switch {
			case t.Above > 0:
				fmt.Fprintf(b, "      %s\n", st.paint(dim, fmt.Sprintf("those of %d", t.Above)))
			case t.More > 0:
				fmt.Fprintf(b, "      %s\n", st.paint(dim, fmt.Sprintf("and %d more", t.More)))
			}
		}
	}
}

// ref prints one thing to look at, on two lines at most.
func (st Style) ref(b *bytes.Buffer, ref gates.Ref) {
	const indent = 6
	lines := wrap(Clean(ref.Pos.String(), 200)+"  "+Clean(ref.Text, 600), st.width()-indent-4)
	if len(lines) > 2 {
		lines = lines[:2]
		lines[1] += "…"
	}
	fmt.Fprintf(b, "%*s%s\n", indent, "", lines[0])
	for _, l := range lines[1:] {
		fmt.Fprintf(b, "%*s%s\n", indent+4, "", st.paint(dim, l))
	}
}

// issue prints one issue of several: its verdict, where it is another one than the
// run's, and what becomes of it.
func (st Style) issue(b *bytes.Buffer, r Result, i Issue) {
	if i.Unread != "" {
		return // a note says so
	}
	if i.Decision != nil {
		sign, c := mark(i.Verdict.Status)
		fmt.Fprintf(b, "\n%s  %s\n", st.paint(bold, fmt.Sprintf("Issue #%d: %s", i.Number, st.paint(c, sign+" "+word(i.Verdict.Status)))), tally(i.Verdict))
		st.item(b, "  ", "phase "+i.Phase)
		if i.Number != r.Issue && table(i.Verdict) != table(r.Verdict) {
			st.table(b, i.Verdict)
			st.todo(b, i.Verdict)
		}
	}
	r.Issue, r.Decision, r.Plan, r.Receipt = i.Number, i.Decision, i.Plan, i.Receipt
	if i.Number == 0 {
		r.Repo += "@" + evidence.ShortCommit(r.Head)
	}
	st.decision(b, r)
	st.plan(b, r)
}

func (st Style) decision(b *bytes.Buffer, r Result) {
	if r.Decision == nil {
		return
	}
	d := *r.Decision
	fmt.Fprintf(b, "\n%s %s\n", st.paint(bold, "What becomes of the issue:"), Clean(outcome(d), 200))
	if d.Why != "" && len(d.Escalated) == 0 {
		st.item(b, "  ", d.Why)
	}
	for _, e := range d.Escalated {
		st.item(b, "  "+st.paint(red, "escalated")+" ", e.Category+": "+e.Why)
	}
}

func (st Style) plan(b *bytes.Buffer, r Result) {
	if r.Plan == nil {
		return
	}
	where := "GitHub"
	if r.Repo != "" {
		where = r.Repo
		if r.Issue > 0 {
			where += fmt.Sprintf("#%d", r.Issue)
		}
	}
	switch {
	case r.Plan.Empty():
		fmt.Fprintf(b, "\n%s\n", st.paint(bold, "Nothing to change on "+Clean(where, 100)))
	case r.DryRun:
		fmt.Fprintf(b, "\n%s %s\n", st.paint(bold, "What would change on "+Clean(where, 100)), st.paint(dim, "(dry run: nothing is sent)"))
	default:
		fmt.Fprintf(b, "\n%s\n", st.paint(bold, "What changes on "+Clean(where, 100)))
	}
	state := map[string]string{}
	if r.Receipt != nil {
		for _, c := range r.Receipt.Skipped {
			state[c.Key] = " (already so)"
		}
		for _, l := range r.Receipt.Lost {
			state[l.Change.Key] = " (not delivered: it needs " + l.Needs + ")"
		}
	}
	for _, c := range r.Plan.Changes {
		sign, text := describe(c)
		col := map[string]colour{"+": green, "−": red, "~": blue}[sign]
		line := text + state[c.Key]
		if c.Why != "" {
			line += ": " + c.Why
		}
		st.item(b, "  "+st.paint(col, sign)+" ", line)
	}
}

// item prints hostile text behind a prefix, wrapped, with the further lines
// indented under the first.
func (st Style) item(b *bytes.Buffer, prefix, text string) {
	indent := columns.StringWidth(stripColour(prefix))
	for i, l := range wrap(Clean(text, 600), st.width()-indent) {
		if i > 0 {
			prefix = strings.Repeat(" ", indent)
		}
		fmt.Fprintf(b, "%s%s\n", prefix, l)
	}
}

func stripColour(s string) string {
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], 'm')
		s = s[:i] + s[i+j+1:]
	}
}

// wrap breaks text at spaces; a word longer than a line stands alone.
func wrap(s string, width int) []string {
	width = max(width, 20)
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(s) {
		wn := columns.StringWidth(word)
		if n > 0 && n+1+wn > width {
			lines = append(lines, line)
			line, n = "", 0
		}
		if n > 0 {
			line += " "
			n++
		}
		line += word
		n += wn
	}
	return append(lines, line)
}
