package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// standings are the issues of one run, by number. Each has a phase, a decision and a
// plan of its own. What the commit shows is one, made of the worst of the verdicts:
// where there are several issues it is a plan of its own, which shuts the gate before
// anything else is written and opens it after everything was.
type standings []*standing

// first is the first that could be read, else the first.
func (all standings) first() *standing {
	if i := slices.IndexFunc(all, func(s *standing) bool { return s.unread == nil }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// readable are those that could be read.
func (all standings) readable() standings {
	return slices.DeleteFunc(slices.Clone(all), func(s *standing) bool { return s.unread != nil })
}

// open leaves out the issues that are closed, unless all are: then the first stands
// for the commit.
func (all standings) open() standings {
	out := slices.DeleteFunc(slices.Clone(all), func(s *standing) bool { return s.unread == nil && s.snap.Issue != 0 && !s.snap.Open })
	if len(out.readable()) == 0 {
		return standings{all.first()}
	}
	return out
}

// worst is the first of those with the worst status. That nothing was decided is as
// bad as that nothing could be.
func (all standings) worst(status func(*standing) gates.Status) *standing {
	var worst *standing
	rank := func(s *standing) gates.Status {
		if status(s) == gates.Undecided {
			return gates.Inconclusive
		}
		return status(s)
	}
	for _, s := range all.readable() {
		if worst == nil || rank(s) > rank(worst) {
			worst = s
		}
	}
	return worst
}

// shared is what the issues of one pull request remember of each other: the digest of
// the record of each, by number. nil where there is one alone.
func (all standings) shared() map[int]string {
	read := all.readable()
	if len(read) < 2 {
		return nil
	}
	out := map[int]string{}
	for _, s := range read {
		out[s.snap.Issue] = gates.RecordDigest(s.judged.gates)
	}
	return out
}

// sharedRecord is the record that stands for all issues of a pull request.
func sharedRecord(shared map[int]string) map[string]string {
	out := map[string]string{}
	for n, digest := range shared {
		out[strconv.Itoa(n)] = digest
	}
	return out
}

// commit is what the commit should show: the worst of the verdicts, with the digest by
// which a sweep knows the memories of all issues for Tollgate's own. The same status
// from an earlier run stays as it is: it differs in nothing but the page that it leads
// to. Where a memory is not confirmed nothing is said.
func (a *app) commit(all standings, have plan.Snapshot) (plan.Status, plan.Check) {
	read := all.readable()
	worst := read.worst(func(s *standing) gates.Status { return s.verdict().Status })
	phase, record := worst.phase(), map[string]string(nil)
	if d := worst.decided; d != nil {
		if record = worst.judged.gates; len(d.Memory.Shared) > 0 {
			record = sharedRecord(d.Memory.Shared)
		}
	}
	mark := recordMark(phase, record)
	if len(read) > 1 {
		phase = fmt.Sprintf("#%d of %d, %s", worst.snap.Issue, len(read), phase)
	}
	v := worst.verdict()
	want := plan.Status{State: commitState(v.Status), Description: render.Description(v, phase, mark), URL: a.runURL()}
	if have.Status.State == want.State && have.Status.Description == want.Description {
		want.URL = have.Status.URL
	}
	var check plan.Check
	if d := worst.decided; d != nil && worst.policy.Rules.CheckRun {
		var of []render.Status
		at := 0
		for _, s := range read {
			if s.decided == nil { // it was closed meanwhile
				continue
			}
			if s == worst {
				at = len(of)
			}
			one := s.decided.status
			one.Verdict = s.decided.verdict
			of = append(of, one)
		}
		check = render.CheckRun(of, at, want)
	}
	if want.State == "success" && len(read) < len(all) { // one that could not be read may be worse
		return plan.Status{}, plan.Check{}
	}
	unchanged := true
	for _, s := range read {
		switch r := s.judged.recalled; {
		case r == nil:
			unchanged = false
		case s.decided == nil, len(r.unjudged) > 0:
			return plan.Status{}, plan.Check{}
		default:
			unchanged = unchanged && r.same(s.snap, s.decided.Decision)
		}
	}
	if unchanged {
		check = plan.Check{}
	}
	return want, check
}

// judgedAt is the phase of the rules at which the commit was judged that bears a status,
// "" for none of them: what commit says of it, read back.
func judgedAt(r workflow.Rules, s plan.Status) (phase string) {
	description := s.Description
	if _, rest, several := strings.Cut(description, ", "); several && strings.HasPrefix(description, "#") {
		description = rest
	}
	for _, p := range r.Phases {
		if render.Describes(description, p.Name) && len(p.Name) > len(phase) {
			phase = p.Name
		}
	}
	return phase
}

// desired is what should be there of an issue, without what an earlier issue of the
// same pull request asks for there already: nothing is said twice on it.
func (all standings) desired(s *standing) plan.Desired {
	want := s.decided.want
	for _, earlier := range all {
		if earlier == s {
			break
		}
		if earlier.decided == nil {
			continue
		}
		said := earlier.decided.want
		want.Proposals = slices.DeleteFunc(slices.Clone(want.Proposals), func(p plan.Proposal) bool {
			return slices.ContainsFunc(said.Proposals, func(o plan.Proposal) bool { return o.Branch == p.Branch })
		})
		want.Review = slices.DeleteFunc(slices.Clone(want.Review), func(who string) bool {
			return slices.ContainsFunc(said.Review, func(w string) bool { return plan.SameName(w, who) })
		})
		want.React = slices.DeleteFunc(slices.Clone(want.React), func(r plan.Reaction) bool {
			return slices.ContainsFunc(said.React, func(o plan.Reaction) bool { return o.Comment == r.Comment && o.Content == r.Content })
		})
	}
	return want
}

// decideOne decides on an issue as GitHub holds it. What is decided is decided on what
// was judged: the facts are read once.
func (a *app) decideOne(all standings, s *standing, have plan.Snapshot) {
	have = have.On(s.snap)
	s.snap = have
	s.decided = nil
	if have.Issue != 0 && have.Open && have.Leads(have) {
		s.decided = a.decide(s.policy, s.handoff, s.judged, have, all.shared())
	}
}

// planOne plans what is to change on an issue, and on its commit if that is asked for.
func (a *app) planOne(all standings, s *standing, withCommit bool) plan.Plan {
	var want plan.Desired
	if s.decided != nil {
		want = all.desired(s)
	}
	if withCommit {
		want.Status, want.Check = a.commit(all, s.snap)
	}
	s.plan = plan.Diff(s.snap, want)
	return s.plan
}

// planAll decides on all issues, plans, and gives what is to change on the commit, nil
// where that is part of the plan of the one issue.
func (a *app) planAll(all standings) (commit *standing) {
	for _, s := range all.readable() {
		a.decideOne(all, s, s.snap)
	}
	for _, s := range all.readable() {
		a.planOne(all, s, len(all) == 1)
	}
	if len(all) == 1 {
		return nil
	}
	first := all.first()
	commit = &standing{handoff: first.handoff, policy: first.policy, target: first.target, snap: first.snap}
	commit.target.Issue, commit.snap.Issue = 0, 0
	a.planCommit(all, commit, commit.snap)
	return commit
}

// planCommit plans what is to change on the commit of several issues.
func (a *app) planCommit(all standings, commit *standing, have plan.Snapshot) plan.Plan {
	commit.snap = have
	status, check := a.commit(all, have)
	commit.plan = plan.Diff(have, plan.Desired{Status: status, Check: check})
	return commit.plan
}

// opens reports whether the plan of a commit lets it pass.
func (a *app) opens(all standings, commit *standing) bool {
	status, _ := a.commit(all, commit.snap)
	return status.State == "success"
}

// inOrder are the parts of a run as they are delivered.
func (a *app) inOrder(all standings, commit *standing) standings {
	switch {
	case commit == nil:
		return all
	case a.opens(all, commit):
		return append(slices.Clone(all), commit)
	default:
		return append(standings{commit}, all...)
	}
}

// deliverAll makes the changes. That those of one issue fail keeps no other from its
// own; the commit is not let pass then.
func (a *app) deliverAll(ctx context.Context, client *github.Client, all standings, commit *standing) {
	deliver := func(s *standing, decide func(plan.Snapshot) plan.Plan) {
		target := s.target
		target.Facts, target.Head = nil, firstOf(target.Head, s.snap.Head)
		receipt, err := client.Deliver(ctx, target, func(have plan.Snapshot, _ github.Context) (plan.Plan, error) { return decide(have), nil })
		if s.receipt != nil {
			receipt = joined(*s.receipt, receipt)
		}
		s.receipt, s.failed = &receipt, errors.Join(s.failed, err)
	}
	onCommit := func(have plan.Snapshot) plan.Plan { return a.planCommit(all, commit, have) }
	var shut plan.Status
	if commit != nil && !a.opens(all, commit) {
		deliver(commit, onCommit)
		shut, _ = a.commit(all, commit.snap)
	}
	for _, s := range all.readable() {
		deliver(s, func(have plan.Snapshot) plan.Plan {
			a.decideOne(all, s, have)
			return a.planOne(all, s, len(all) == 1)
		})
		if s.failed != nil && len(all) > 1 {
			s.failed = fmt.Errorf("issue #%d: %w", s.target.Issue, s.failed)
		}
	}
	if commit == nil {
		return
	}
	// What stands there may be another once the issues were read anew.
	if status, _ := a.commit(all, commit.snap); status != shut && (status.State != "success" || all.failures() == nil && commit.failed == nil) {
		deliver(commit, onCommit)
	}
}

// failures are what went wrong, in order.
func (all standings) failures() (out []error) {
	for _, s := range all {
		if s.unread != nil {
			out = append(out, fmt.Errorf("issue #%d: %w", s.target.Issue, s.unread))
		}
		if s.failed != nil {
			out = append(out, s.failed)
		}
	}
	return out
}

// joined is what two deliveries did.
func joined(a, b plan.Receipt) plan.Receipt {
	out := plan.Receipt{
		Done: slices.Concat(a.Done, b.Done), Skipped: slices.Concat(a.Skipped, b.Skipped), Lost: slices.Concat(a.Lost, b.Lost), Failed: a.Failed,
	}
	if out.Failed == nil {
		out.Failed = b.Failed
	}
	return out
}

// into puts the plans, decisions and receipts of a run into its result.
func (a *app) into(r *render.Result, all standings, commit, worst *standing) {
	if worst.decided != nil {
		r.Decision = &worst.decided.Decision
	}
	if commit == nil {
		r.Plan, r.Receipt = &worst.plan, worst.receipt
		return
	}
	r.Plan = &plan.Plan{Repo: worst.snap.Repo, Head: worst.snap.Head, Changes: []plan.Change{}}
	for _, s := range a.inOrder(all, commit) {
		r.Plan.Changes = append(r.Plan.Changes, s.plan.Changes...)
		if s.receipt != nil {
			if r.Receipt == nil {
				r.Receipt = &plan.Receipt{}
			}
			*r.Receipt = joined(*r.Receipt, *s.receipt)
		}
		if s.unread != nil {
			r.Issues = append(r.Issues, render.Issue{Number: s.target.Issue, Unread: s.unread.Error()})
			continue
		}
		one := render.Issue{Number: s.snap.Issue, Plan: &s.plan, Receipt: s.receipt}
		if s.decided != nil {
			one.Phase, one.Verdict, one.Decision = s.judged.phase, s.judged.whole(), &s.decided.Decision
		}
		r.Issues = append(r.Issues, one)
	}
}

// receipt is what was done in all.
func (all standings) receipt() (out plan.Receipt) {
	for _, s := range all {
		if s.receipt != nil {
			out = joined(out, *s.receipt)
		}
	}
	return out
}
