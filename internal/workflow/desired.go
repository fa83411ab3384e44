package workflow

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Texts are what a renderer has made of a decision.
type Texts struct {
	Comment string            // the status comment
	Posts   map[string]string // the further comments, by key
	Status  plan.Status
	Check   plan.Check
}

// Desired gives what GitHub should hold after the decision, given what it holds:
// the label of the phase and none of another, the escalation label while anything
// is escalated, the owner of the phase and whoever it is escalated to assigned,
// and nobody else whom Tollgate assigned. A team cannot be assigned to an issue;
// the notice of the handoff mentions it.
func (d Decision) Desired(r Rules, s plan.Snapshot, texts Texts) plan.Desired {
	want := plan.Desired{Assign: d.wants(r), Comment: texts.Comment, Status: texts.Status, Check: texts.Check, Review: d.reviewers(s)}
	if s.Facts.Has(evidence.ReactionsPart) { // or else ours could be there already
		want.React = d.React
	}
	for _, p := range d.Posts(r) {
		p.Body = texts.Posts[p.Key]
		want.Posts = append(want.Posts, p)
	}
	want.Posts = append(want.Posts, folded(s.Posts, want.Posts)...)
	if _, last, ok := d.Memory.lastMove(); ok {
		want.Why = last.Why
	}
	if d.Phase.Name != "" {
		want.Label = d.Phase.label()
		want.Project = r.Project
		want.Project.Value = d.Phase.Name
	}
	if d.From.Name != "" {
		want.Was = d.From.label()
	}
	want.Exclusive = r.Labels()
	if l := r.Escalation.Label; l != "" {
		want.Flags = map[string]bool{l: len(d.Escalated) > 0}
	}
	before, _ := ParseMarker(s.Normalise().Comment.Body)
	for _, login := range before.Assigned {
		if !has(want.Assign, login) {
			want.Unassign = append(want.Unassign, login)
		}
	}
	return want
}

// wants gives who should be assigned.
func (d Decision) wants(r Rules) []string {
	var out []string
	add := func(who string) {
		login, ok := strings.CutPrefix(who, "@")
		if ok && login != "" && !strings.Contains(login, "/") && !has(out, login) {
			out = append(out, login)
		}
	}
	add(d.Phase.Owner)
	add("@" + d.Turn)
	for _, e := range d.Escalated {
		add(e.To)
	}
	return out
}

// assignedBy gives who of those that should be assigned is so by Tollgate: who
// was not assigned yet, or by Tollgate before. Someone whom a person assigned is
// not Tollgate's to unassign.
func assignedBy(s State, wants []string) []string {
	var out []string
	for _, login := range wants {
		if has(s.Memory.Assigned, login) || !has(s.Assigned, login) {
			out = append(out, login)
		}
	}
	return out
}

func has(logins []string, login string) bool {
	return slices.ContainsFunc(logins, func(l string) bool { return plan.SameName(l, login) })
}
