package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// Proposal is what a pull request makes of the policy that judges it.
type Proposal struct {
	Changes []policy.Change
	Broken  string         // why there is no other policy, "" if there is
	Verdict *gates.Verdict // by the pull request's own policy, which changes nothing
}

// maxProposed is how many changes of the policy are listed for people.
const maxProposed = 50

// lines are the changes and what would come of them, for people.
func (p *Proposal) lines(v gates.Verdict) (changes []policy.Change, rest []string) {
	changes = p.Changes
	if more := len(changes) - maxProposed; more > 0 {
		changes, rest = changes[:maxProposed], append(rest, fmt.Sprintf("and %d more", more))
	}
	if p.Broken != "" {
		rest = append(rest, p.Broken)
	}
	if p.Verdict != nil {
		s := "by the pull request's own policy, which does not count, the verdict is " + p.Verdict.Status.String()
		for _, g := range p.Verdict.Gates {
			if was, ok := v.Gate(g.Name); ok && was.Status != g.Status {
				s += "; gate " + g.Name + ": " + was.Status.String() + " → " + g.Status.String()
			}
		}
		rest = append(rest, s)
	}
	return changes, rest
}

func (st Style) proposal(b *bytes.Buffer, r Result) {
	if r.Proposal == nil {
		return
	}
	fmt.Fprintf(b, "\n%s\n", st.paint(bold, "What this pull request makes of the policy"))
	changes, rest := r.Proposal.lines(r.Verdict)
	for _, c := range changes {
		col := map[policy.Effect]colour{policy.Looser: red, policy.Stricter: green, policy.Other: dim}[c.Effect]
		st.item(b, "  "+st.paint(col, fmt.Sprintf("%-9s", c.Effect)), c.What+" ("+c.At.String()+")")
	}
	for _, s := range rest {
		st.item(b, "  ", s)
	}
}

// proposal is the same as Markdown.
func proposal(r Result) string {
	if r.Proposal == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n#### What this pull request makes of the policy\n\n")
	changes, rest := r.Proposal.lines(r.Verdict)
	for _, c := range changes {
		fmt.Fprintf(&b, "- **%s**: %s (%s)\n", c.Effect, Prose(c.What, 400), Code(c.At.String(), 200))
	}
	for _, s := range rest {
		fmt.Fprintf(&b, "- %s\n", Prose(s, 400))
	}
	return b.String()
}

// jsonProposal is the same in the JSON of a verdict.
type jsonProposal struct {
	Changes []jsonChange  `json:"changes"`
	Broken  string        `json:"broken,omitempty"`
	Verdict *gates.Status `json:"verdict,omitempty"`
}

type jsonChange struct {
	Effect policy.Effect `json:"effect"`
	What   string        `json:"what"`
	At     evidence.Pos  `json:"at"`
}

func proposalOf(r Result) *jsonProposal {
	p := r.Proposal
	if p == nil {
		return nil
	}
	out := &jsonProposal{Changes: []jsonChange{}, Broken: p.Broken}
	for _, c := range p.Changes {
		out.Changes = append(out.Changes, jsonChange(c))
	}
	if p.Verdict != nil {
		out.Verdict = &p.Verdict.Status
	}
	return out
}
