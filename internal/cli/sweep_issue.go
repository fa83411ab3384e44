package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// issue looks after one, and gives what is to be remembered of it.
func (w *sweeping) issue(ctx context.Context, repo string, l github.Listed, before sweepEntry) (sweepEntry, error) {
	t := issueOf(repo, l.Number)
	t.Folds, t.Pull = workflow.Folds, before.Pull
	reads(&t, w.p)
	t.Facts.Confirm = true
	if len(l.Pulls) > 0 && !slices.Contains(l.Pulls, t.Pull) {
		t.Pull = slices.Min(l.Pulls)
	}
	t, s, err := readLeading(ctx, w.client, t, l.Pulls)
	if err != nil {
		return before, err
	}
	entry := sweepEntry{Print: l.Print, Pull: t.Pull}
	if !s.Open {
		return entry, nil
	}
	if !s.Leads(s) { // the one that does was closed in between: the next sweep looks again
		return before, nil
	}
	j := w.recall(w.p, s)
	h := handoff{settings: settings{head: j.head, policy: w.settings.policy, directory: w.directory, repo: repo}, issue: l.Number}
	j.recalled.posts = func(s plan.Snapshot, d workflow.Decision) []plan.WantedPost {
		posts, _ := w.daily(j, s, d)
		return posts
	}
	own := &standing{handoff: h, policy: w.p, target: t, snap: s, judged: j}
	all, err := w.beside(ctx, own)
	if err != nil {
		return before, err
	}
	w.decideOne(all, own, s)
	d, pl := own.decided.Decision, w.planOne(all, own, true)
	_, later := w.daily(j, s, d)
	entry.next(d.Next, j.verdict.Lapses(), later)
	due := w.p.Rules.In(workflow.State{Memory: d.Memory}).DueAt(d.Phase.Name)
	standing := w.p.Rules.StandingOf(d, s, render.Description(j.verdict.DueAt(due), d.Phase.Name, ""), own.decided.status.Milestones)
	entry.Standing = &standing
	if pl.Empty() {
		return entry, nil
	}
	if left := w.pace.Left(w.wall()); !w.dryRun && left < len(pl.Changes) {
		return before, &github.PaceError{Made: w.pace.Made()}
	}
	moved := render.SweptIssue{Repo: repo, Number: l.Number, Title: s.Title, Outcome: d.Outcome, Phase: d.Phase.Name, Why: d.Why, Changes: pl.Changes}
	if w.dryRun {
		w.out.Issues, w.out.Changes = append(w.out.Issues, moved), w.out.Changes+len(pl.Changes)
		return entry, nil
	}
	kept := w.keepLogs(w.packageDir, standings{own}) // before anything is left out of them
	receipt, err := w.deliver(ctx, all, own)
	own.receipt, own.failed = &receipt, err
	err = cmp.Or(err, kept, w.keepLogs(w.packageDir, standings{own}))
	moved.Changes = receipt.Done
	w.out.Changes += len(receipt.Done)
	if len(receipt.Done) > 0 {
		w.out.Issues = append(w.out.Issues, moved)
	}
	for _, lost := range receipt.Lost {
		w.out.Lost++
		if lost.Permission != "" && !slices.Contains(w.out.Missing, lost.Permission) {
			w.out.Missing = append(w.out.Missing, lost.Permission)
		}
	}
	if superseded := (*github.SupersededError)(nil); len(receipt.Done) == 0 && (errors.As(err, &superseded) || errors.Is(err, errAtIt)) {
		w.note("%s#%d: %v", repo, l.Number, err)
		return before, nil // its own run decides, and the next sweep looks again
	}
	if err != nil {
		w.out.Undelivered++
		return before, err
	}
	return entry, nil
}

// beside gives an issue with those that its pull request is for as well, as their last
// run left them: the commit bears the worst of the verdicts.
func (w *sweeping) beside(ctx context.Context, own *standing) (standings, error) {
	m := remembered(own.snap)
	all := standings{own}
	for n := range m.Shared {
		if n == own.snap.Issue {
			continue
		}
		other := &standing{handoff: own.handoff, policy: w.p, target: own.target}
		other.target.Issue = n
		all = append(all, other)
		s, _, err := w.client.Read(ctx, other.target)
		if err != nil {
			if ends(err) {
				return nil, err
			}
			other.unread = err
			continue
		}
		if !s.Open {
			all = all[:len(all)-1]
			continue
		}
		other.snap = s
		other.judged = w.recall(w.p, s)
		w.decideOne(nil, other, s)
	}
	slices.SortFunc(all, func(a, b *standing) int { return cmp.Compare(a.target.Issue, b.target.Issue) })
	return all, nil
}

// errAtIt says that somebody else writes to an issue that is being changed.
var errAtIt = errors.New("another run or a person is at it, so it is left to them; the next sweep looks at it again")

// deliver makes the changes of one issue, decided on the facts that were read. Where
// somebody else has moved it since, nothing more is written: what was decided is not about
// the issue as it is now.
func (w *sweeping) deliver(ctx context.Context, all standings, own *standing) (plan.Receipt, error) {
	t, read := own.target, own.snap
	t.Facts, t.Head = nil, read.Head
	return w.client.Deliver(ctx, t, func(now plan.Snapshot, _ github.Context) (plan.Plan, error) {
		if !now.Open || now.Head != read.Head || !slices.Equal(now.Labels, read.Labels) && now.Comment.Body != read.Comment.Body {
			own.decided = nil
			return plan.Plan{}, errAtIt
		}
		w.decideOne(all, own, now)
		return w.planOne(all, own, true), nil
	})
}
