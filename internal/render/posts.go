package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Posts gives the texts of the further comments that should stand after a decision.
func Posts(s Status) map[string]string {
	out := map[string]string{}
	for _, p := range s.Decision.Posts(s.Rules) {
		repeated := ""
		kind, rest, _ := strings.Cut(p.Key, "/")
		text := ""
		switch kind + "/" {
		case workflow.LogPost + "/":
			text, repeated = s.wholeLog(), s.Decision.Memory.Copy()+"\n"
		case workflow.NoticePost:
			text = s.notice()
		case workflow.AskPost:
			text = s.question()
		case workflow.EscalationPost:
			for _, e := range s.Decision.Memory.Escalations {
				if fmt.Sprint(e.N) == rest {
					text, repeated = s.escalation(e), e.Line()+"\n"
				}
			}
		case workflow.OverduePost:
			text = fmt.Sprintf("**Overdue**, %s: %s\n", mention(s.phase().Owner), Prose(p.Why, 600))
		case workflow.ListPost:
			text = s.list(rest)
		}
		if text != "" {
			d := document{budget: CommentBudget}
			head, rest, _ := strings.Cut(text, "\n")
			d.add(workflow.PostMarker(p.Key) + "\n" + repeated + head + "\n")
			d.add(rest)
			out[p.Key] = d.b.String()
		}
	}
	return out
}

// mention names who works next: it is what notifies a team.
func mention(who string) string { return cmp.Or(who, "whoever works in this phase") }

// notice says where the issue went and to whom.
func (s Status) notice() string {
	log := s.Decision.Memory.Log
	for i, e := range slices.Backward(log) {
		if e.Kind != workflow.Move {
			continue
		}
		for _, before := range slices.Backward(log[:i]) { // several phases in one run are one way
			if before.Kind != workflow.Move || before.By != workflow.ByTollgate || before.To != e.From || before.From == "" || !before.At.Equal(e.At) {
				break
			}
			e.From = before.From
		}
		text := fmt.Sprintf("%s → **%s**. The next step is that of %s.\n\n%s\n", Prose(e.From, 100), Prose(e.To, 100), mention(s.phase().Owner), Prose(e.Why, 600))
		return text + s.recommended() + s.next()
	}
	return ""
}

// recommended is what reviewers advise and do not insist on: the remarks of
// approvals, and what is open and blocks nothing.
func (s Status) recommended() string {
	last := len(s.Rules.Phases) - 1
	if len(s.Decision.Approving) == 0 || s.phase().Name == s.Rules.Phases[last].Name { // then it was said before
		return ""
	}
	said := slices.Clone(s.Decision.Remarks)
	for _, f := range s.Decision.Feedback {
		if f.Open && !f.Blocking && f.Unheard == "" {
			said = append(said, f)
		}
	}
	var b strings.Builder
	for _, f := range said {
		if b.Len() == 0 {
			b.WriteString("\nReviewers recommend:\n")
		}
		fmt.Fprintf(&b, "- %s: %s %s\n", Prose(f.Author, 60), Prose(f.Text, 300), Code(plainPos(f), 200))
	}
	return b.String()
}

// maxNext is how many things to do a notice lists.
const maxNext = 10

// next is what there is to do in the phase: what reviewers ask for, gravest first,
// and what the gates lack.
func (s Status) next() string {
	var b strings.Builder
	n := 0
	for _, c := range s.Decision.Corrections {
		if c.Done || !c.Blocking {
			continue
		}
		if n++; n > maxNext {
			b.WriteString("- and what else the status comment lists\n")
			break
		}
		who := strings.TrimPrefix(c.ID, "gate:")
		if c.N > 0 {
			who = c.Category
		}
		fmt.Fprintf(&b, "- **%s** (%s): %s %s\n", Prose(who, 60), c.Severity, Prose(c.Text, 300), Code(c.Pos.String(), 200))
	}
	if n == 0 {
		return ""
	}
	return "\nTo do:\n" + b.String()
}

// question asks the owner of a phase about a move that the gates do not bear out.
func (s Status) question() string {
	return fmt.Sprintf("%s: the issue was put into **%s**, and this does not hold: %s.\n\nIf it is to stay, nothing need be done; if not, move the label back.\n",
		mention(s.phase().Owner), Prose(s.phase().Name, 100), Prose(strings.Join(s.Decision.Unproved, ", "), 600))
}

// list is a task list for people to tick.
func (s Status) list(name string) string {
	for _, l := range s.Rules.Lists {
		if l.Name == name {
			return List(l)
		}
	}
	return ""
}

// List is a task list as it is put on an issue.
func List(l workflow.List) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", Prose(l.Title, 200))
	for _, item := range l.Items {
		fmt.Fprintf(&b, "- [ ] %s\n", Prose(item, 300))
	}
	fmt.Fprintf(&b, "\n<sub>Tick an item here, or by a comment `/tick %s` and its number or text.</sub>\n", l.Name)
	return b.String()
}

// wholeLog is the decision log with its chain.
func (s Status) wholeLog() string {
	m := s.Decision.Memory
	text := "### Decision log\n"
	if at := m.Broken(); at >= 0 {
		text += fmt.Sprintf("\n> **Entry %d does not follow on the one before it: somebody has edited the memory in the status comment.**\n", m.Numbered()[at].N)
	}
	return text + "\n" + s.entries(len(m.Log)) + fmt.Sprintf("\n<sub>Each entry's hash is over the one before it; the last is %s.</sub>\n", Code(m.LogHead(), 20))
}

// escalation is the package for the architect: why, what reviewers found, what the
// scanners found, what the change touches, the evidence, what was tried, and how to
// answer.
func (s Status) escalation(e workflow.Escalation) string {
	var b strings.Builder
	state, whose := "waits for an answer", ""
	if e.Open && s.phase().Owner != "" {
		whose = fmt.Sprintf(" The phase is that of %s.", s.phase().Owner)
	}
	switch {
	case !e.Answered.IsZero():
		state = fmt.Sprintf("answered by @%s: %s", Prose(e.Answer.By, 60), Prose(string(e.Answer.Event), 20))
	case !e.Open:
		state = "closed: what raised it holds no longer"
	}
	fmt.Fprintf(&b, "### Escalation %d, %s: %s\n\n", e.N, Prose(e.Category, 100), state)
	fmt.Fprintf(&b, "For %s, raised %s.%s\n\n**Why:** %s\n", mention(e.To), strings.TrimPrefix(since(e.Opened), " since "), whose, Prose(e.Why, 1000))
	if !e.Answered.IsZero() {
		fmt.Fprintf(&b, "\n**Answer** (%s): %s\n", stamp(e.Answered), Prose(cmp.Or(e.Answer.Text, "no more than that"), 1000))
	}
	if !e.Open {
		return b.String()
	}
	b.WriteString(s.found())
	b.WriteString(s.security())
	b.WriteString(s.impact())
	b.WriteString(s.evidence())
	b.WriteString(s.attempts())
	b.WriteString("\n#### How to answer\n\n")
	b.WriteString("- `/architect guidance …`: go on as advised\n- `/architect redesign …`: build it anew, with a full re-test and review\n- `/architect alternative …`: build something else instead\n")
	return b.String()
}

// found is what reviewers said that is open.
func (s Status) found() string {
	var b strings.Builder
	for _, f := range s.Decision.Feedback {
		if !f.Open || f.Unheard != "" {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\n#### What reviewers found\n\n")
		}
		class := ""
		if len(f.Words) > 0 {
			class = " (" + Prose(strings.Join(f.Words, ", "), 100) + ")"
		}
		fmt.Fprintf(&b, "- %s%s: %s %s\n", Prose(f.Author, 60), class, Prose(f.Text, 300), Code(plainPos(f), 200))
	}
	return b.String()
}

func plainPos(f workflow.Feedback) string {
	if f.Path == "" {
		return ""
	}
	if f.Line == 0 {
		return f.Path
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Line)
}

// shownFiles is how many files of a change the package lists.
const shownFiles = 20

// impact is what the change touches, and whose that is.
func (s Status) impact() string {
	if len(s.Files) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n#### What the change touches\n\n%d files", len(s.Files))
	if len(s.Owners) > 0 {
		fmt.Fprintf(&b, ", owned by %s", Prose(strings.Join(s.Owners, ", "), 300))
	}
	b.WriteString(":\n\n")
	for _, f := range s.Files[:min(shownFiles, len(s.Files))] {
		fmt.Fprintf(&b, "- %s\n", Code(f, 200))
	}
	if more := len(s.Files) - shownFiles; more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", more)
	}
	return b.String()
}

// evidence is the verdict of the gates that are due and do not hold, with what they
// point at; security stands in it as every gate does.
func (s Status) evidence() string {
	must, _ := todo(s.Verdict)
	if len(must) == 0 {
		return "\n#### Evidence\n\nEvery gate that is due holds.\n" + gatesDue(s.Verdict)
	}
	return "\n#### Evidence\n" + gatesDue(s.Verdict) + corrections(s.Verdict, 5)
}

// attempts are the moves so far.
func (s Status) attempts() string {
	var b strings.Builder
	for _, e := range s.Decision.Memory.Log {
		if e.Kind == workflow.Move && e.From != "" {
			if b.Len() == 0 {
				b.WriteString("\n#### What was tried\n\n")
			}
			fmt.Fprintf(&b, "- %s at %s: %s\n", entry(e), Code(evidence.ShortCommit(e.Head), 12), Prose(e.Why, 200))
		}
	}
	return b.String()
}

// CheckRun is the check run of a commit: what its status says, the heads of the
// decision logs of its issues, where no comment can be edited, and the verdict on that
// of them which is given.
func CheckRun(of []Status, worst int, status plan.Status) plan.Check {
	s := of[worst]
	conclusion := "failure" // of a check run GitHub takes most other words for green
	if status.State == "success" {
		conclusion = status.State
	}
	d := document{budget: CommentBudget}
	text := status.Description + "\n"
	for _, one := range of {
		if line := one.Decision.Anchor.Line(one.Issue); line != "" {
			text += "\n" + line + "\n"
		}
	}
	d.add(text)
	d.add(table(s.Verdict))
	return plan.Check{Conclusion: conclusion, Title: word(s.Verdict.Status), Summary: d.b.String(), URL: status.URL}
}
