package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
)

// OtherPull is another open pull request of the issue than the one of the run.
type OtherPull struct {
	Number int
	Found  gates.GateResult // what the status of its head says
	// Section is its part of the status comment as its own last run left it, "" where that
	// was for another commit.
	Section string
}

// pullHeading begins the part of a status comment that is about one pull request, where the
// issue has several. No text of others begins a line there.
const pullHeading = "\n### Pull request #"

// PullSection gives the part of a status comment that is about a pull request, where it was
// judged at the commit given; "" is any.
func PullSection(comment string, pull int, head string) string {
	begin := fmt.Sprintf("%s%d: ", pullHeading, pull)
	at := strings.Index(comment, begin)
	if at < 0 {
		return ""
	}
	part := comment[at:]
	end := len(part)
	for _, next := range []string{pullHeading, "\n#### Decision log\n", "\n<sub>"} {
		if i := strings.Index(part[1:], next); i >= 0 {
			end = min(end, i+1)
		}
	}
	part = part[:end]
	first, _, _ := strings.Cut(part[1:], "\n")
	if head != "" && !strings.Contains(first, Code(head, 40)) || strings.Contains(part, leftOut) {
		return ""
	}
	return part
}

// pulls are the parts about each pull request, by number: that of the run as it is now, and
// the others as their runs left them.
func (s Status) pulls() []string {
	type part struct {
		pull int
		text string
	}
	parts := []part{{s.Pull, s.ownPull()}}
	for _, o := range s.Others {
		text := o.Section
		if text == "" {
			sign, _ := mark(o.Found.Status)
			why := ""
			for _, c := range o.Found.Checks {
				why = Prose(c.Why, 300)
			}
			text = fmt.Sprintf("%s%d: %s %s\n\n%s\n", pullHeading, o.Number, sign, word(o.Found.Status), why)
		}
		parts = append(parts, part{o.Number, text})
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.pull, b.pull) })
	var out []string
	for _, p := range parts {
		out = append(out, p.text)
	}
	return out
}

// ownPull is the part about the pull request of the run.
func (s Status) ownPull() string {
	sign, _ := mark(s.Own.Status)
	text := fmt.Sprintf("%s%d: %s %s, judged at %s by policy %s\n", pullHeading, s.Pull, sign, word(s.Own.Status), Code(s.Head, 40), Code(s.Policy.String(), 120))
	if r := opinions(opinion{"approved by ", s.Decision.Approving}, opinion{"not counted, the review of ", s.Decision.Unheard}); r != "" {
		text += "\nReview: " + r + "\n"
	}
	return text + strings.Join(s.proof(s.Own), "")
}

// ofAll is the status of the issue by all of its pull requests, each as the others see it by
// the status of its head, so that the runs of all say the same.
func (s Status) ofAll() gates.Status {
	worst := gates.Inconclusive
	switch own := s.Own.Status; {
	case own.Green():
		worst = gates.Pass
	case own == gates.Fail:
		worst = gates.Fail
	}
	for _, o := range s.Others {
		worst = max(worst, o.Found.Status)
	}
	return worst
}
