package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// judged is the verdict with what it was made of.
type judged struct {
	policy  *policy.Policy
	phase   string
	head    string
	verdict gates.Verdict

	diff     evidence.Diff
	findings []workflow.Finding // open ones, as far as the matrix asks for any

	in       gates.Input // what the verdict was made of
	proposal *proposal
	refs     references // what it was compared with

	gates    map[string]string  // what is to be remembered of the verdict
	others   []gates.GateResult // other pull requests that must hold for the issue to go on
	recalled *recalled          // how the verdict was remembered; nil where reports were judged
}

// whole is the verdict with that of the other pull requests, where no report of one of them
// was judged: a run with reports answers for its own, and the issue waits for all.
func (j judged) whole() gates.Verdict {
	if len(j.others) == 0 || j.recalled == nil {
		return j.verdict
	}
	v := j.verdict
	v.Gates = slices.Concat(v.Gates, j.others)
	due := map[string]bool{}
	for _, g := range v.Gates {
		due[g.Name] = g.Due
	}
	return v.DueAt(func(name string) bool { return due[name] })
}

// witness is what a run has to judge by, beside what GitHub holds of an issue: it is
// read once, for however many issues.
type witness struct {
	found map[string]evidence.Set
	refs  references
	tree  evidence.Tree
}

// again judges the same evidence against other references.
func (j judged) again(base, cycle map[string]evidence.Set) gates.Verdict {
	in := j.in
	in.Base, in.Cycle = base, cycle
	v := gates.Judge(j.policy.Gates, in)
	if j.proposal != nil {
		v = v.WithPolicyChange(j.proposal.looser(), j.policy.Owners, in)
	}
	return v
}

// judge gathers the evidence and judges it, at the phase given.
func (a *app) judge(ctx context.Context, p *policy.Policy, s settings, phase, head string) (judged, error) {
	if _, _, err := startAt(p.Rules, phase); err != nil { // before anything is read
		return judged{}, err
	}
	w, err := a.witness(ctx, p, s, head)
	if err != nil {
		return judged{}, err
	}
	return a.judgeBy(ctx, w, p, s, phase, head)
}

// witness gathers the evidence.
func (a *app) witness(ctx context.Context, p *policy.Policy, s settings, head string) (w witness, err error) {
	dir := firstOf(s.directory, ".")
	if s.parts != nil {
		w.found, err = a.gatherParts(ctx, dir, p.Sources, s.parts, head)
	} else {
		w.found, err = a.gather(ctx, dir, p.Sources, evidence.PartKey{Commit: head, Job: a.env.Getenv("GITHUB_JOB")})
	}
	if err != nil {
		return w, err
	}
	if w.refs, err = a.compared(ctx, s, dir, head, p.Sources, w.found); err != nil {
		return w, err
	}
	if w.tree, err = a.tree(ctx, s, p, head); err != nil {
		return w, err
	}
	if s.alone {
		return w, nil
	}
	return w, a.rootsAre(dir, p.Sources, w.tree, s.parts != nil)
}

// judgeBy judges the evidence, at the phase given.
func (a *app) judgeBy(ctx context.Context, w witness, p *policy.Policy, s settings, phase, head string) (judged, error) {
	phase, due, err := startAt(p.Rules, phase)
	if err != nil {
		return judged{}, err
	}
	refs, err := a.comparedCycle(ctx, w.refs, s, p.Sources)
	if err != nil {
		return judged{}, err
	}
	in := gates.Input{
		Tree:     w.tree,
		Evidence: w.found, Base: refs.base, BaseLost: refs.baseLost, Cycle: refs.cycle, CycleLost: refs.cycleLost, Diff: s.diff, Now: a.env.Now(), Due: due, Waivers: p.Waivers, Branch: s.branch,
		Facts: s.facts, Labels: s.labels, LabelsKnown: s.labelsKnown,
	}
	j := judged{
		policy: p, phase: phase, head: head, diff: s.diff, in: in, proposal: s.proposal, refs: refs,
		findings: openFindings(p, w.found, w.tree, p.Gates.WaivedFindings(in)),
	}
	j.verdict = j.again(in.Base, in.Cycle)
	j.gates = gates.Record(p.Gates, j.verdict)
	return j, nil
}

// startAt is the phase at which is judged, the first where none is named, and which
// gates count there.
func startAt(r workflow.Rules, phase string) (string, func(string) bool, error) {
	if phase == "" && len(r.Phases) > 0 {
		phase = r.Phases[0].Name
	}
	due, err := dueAt(r, phase)
	return phase, due, err
}

// dueAt says which gates count at a phase that a person may have named.
func dueAt(r workflow.Rules, phase string) (func(string) bool, error) {
	var names []string
	for _, p := range r.Phases {
		if p.Name == phase {
			return r.DueAt(phase), nil
		}
		names = append(names, p.Name)
	}
	if phase == "" {
		return r.DueAt(""), nil
	}
	if len(names) == 0 {
		return nil, usage("the policy has no phases, and so none that is called %q; leave --phase out", phase)
	}
	return nil, usage("the policy has no phase %q; it has %s", phase, strings.Join(names, ", "))
}
