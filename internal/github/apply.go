package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Apply executes a plan that was made from have, in its order, and says what
// became of every change.
//
// Before a change is made the live value is read: if it is what the change
// wants already, the change is skipped; if it is neither that nor what the plan
// was made for, Apply stops with a *ConflictError. Nothing is written for a
// commit that is no longer the pull request's head (*SupersededError).
//
// A write whose answer was lost is never simply sent again: the live value tells
// whether it was made. So a run that is killed at any point and run again ends
// where an undisturbed one does.
//
// A permission that the token lacks costs the channel (labels, assignees,
// comment, status): that change and all later ones of the channel are Lost, so
// that no half of a move is made, and the other channels go on. Any other error
// stops the plan. A success status opens the gate, so it comes last and is
// reached only if nothing before it failed; where the status that shuts the gate
// was lost, the channel is lost, and no later success is written either. What is
// lost on the issue does not hold the status back: it reports the verdict, which
// is the same whether or not the issue could be moved.
func (c *Client) Apply(ctx context.Context, t Target, have plan.Snapshot, p plan.Plan) (plan.Receipt, error) {
	var r plan.Receipt
	a, err := c.newApplier(t, have, p)
	if err != nil || p.Empty() {
		return r, err
	}
	if err := a.checkHead(ctx); err != nil {
		return r, err
	}
	for i, change := range p.Changes {
		w := a.writers[i]
		if permission, closed := a.closed[w.channel()]; closed {
			r.Lost = append(r.Lost, lacking(change, permission))
			continue
		}
		made, err := a.make(ctx, w, change)
		var (
			permission *PermissionError
			dropped    *droppedError
		)
		switch {
		case made:
			r.Done = append(r.Done, change)
		case err == nil:
			r.Skipped = append(r.Skipped, change)
		case errors.As(err, &dropped):
			r.Lost = append(r.Lost, plan.Lost{Change: change, Needs: dropped.needs})
		case errors.As(err, &permission):
			a.closed[w.channel()] = permission.Permission
			r.Lost = append(r.Lost, lacking(change, permission.Permission))
		default:
			r.Failed = &change
		}
		if err != nil && (made || r.Failed != nil) {
			return r, err
		}
		if err != nil {
			c.log(err.Error())
		}
	}
	return r, nil
}

// lacking is a change that the token has no permission for; permission is "" where
// GitHub does not say which.
func lacking(change plan.Change, permission string) plan.Lost {
	if permission == "" {
		return plan.Lost{Change: change, Needs: "a permission that the token lacks"}
	}
	return plan.Lost{Change: change, Needs: "`" + permission + "`", Permission: permission}
}

// Deliver reads, lets decide make a plan, and applies it. Where somebody else
// wrote between the reading and the writing, it reads and decides once more, and
// then gives up. The receipt holds what both attempts did.
func (c *Client) Deliver(ctx context.Context, t Target, decide func(plan.Snapshot, Context) (plan.Plan, error)) (plan.Receipt, error) {
	var total plan.Receipt
	for try := 1; ; try++ {
		have, extra, err := c.Read(ctx, t)
		if err != nil {
			return total, err
		}
		if t.Head == "" {
			t.Head = have.Head // a second attempt is for the same commit
		}
		p, err := decide(have, extra)
		if err != nil {
			return total, err
		}
		r, err := c.Apply(ctx, t, have, p)
		r.Done = append(total.Done, r.Done...)
		total = r
		var conflict *ConflictError
		switch {
		case errors.As(err, &conflict) && try == 1:
			c.log(err.Error() + ": planning once more")
			continue
		case errors.As(err, &conflict):
			return total, fmt.Errorf("planned twice, and twice %w: run again when the issue is quiet", err)
		case err != nil:
			return total, err
		}
		removed, err := c.removeDoubles(ctx, t, extra.Doubles)
		total.Done = append(total.Done, removed...)
		return total, err
	}
}

// applier is one execution of a plan.
type applier struct {
	c       *Client
	t       Target
	repo    repository
	have    plan.Snapshot
	p       plan.Plan
	writers []writer
	closed  map[channel]string // by the permission that is lacking

	// live is what the issue bears, from the last answer that told.
	live *liveIssue
	// headSeen says that nothing was written since the head was last checked.
	headSeen bool
}

// channel is what one permission opens or closes.
type channel int

const (
	_ channel = iota
	labelChannel
	assigneeChannel
	commentChannel
	reviewerChannel
	checkChannel
	statusChannel
	minimiseChannel
	reactionChannel
	projectChannel
	proposalChannel
)

// writer makes one change.
type writer interface {
	channel() channel
	// value is the live value, in the form of the change's Old and New. fresh asks
	// GitHub even where an earlier answer has told.
	value(ctx context.Context, fresh bool) (string, error)
	// write makes the change once.
	write(ctx context.Context) error
	// after looks at what the write has left.
	after(ctx context.Context) error
}

func (c *Client) newApplier(t Target, have plan.Snapshot, p plan.Plan) (*applier, error) {
	repo, err := t.check()
	if err != nil {
		return nil, err
	}
	if p.Repo != t.Repo || p.Issue != t.Issue {
		return nil, fmt.Errorf("the plan is for %s#%d and not for %s#%d", p.Repo, p.Issue, t.Repo, t.Issue)
	}
	a := &applier{c: c, t: t, repo: repo, have: have, p: p, closed: map[channel]string{}}
	for i, change := range p.Changes {
		w, err := a.writer(change)
		if err != nil {
			return nil, fmt.Errorf("change %d of the plan, %s: %w", i+1, change, err)
		}
		if s, ok := w.(*statusWriter); ok && s.want.State == "success" && i != len(p.Changes)-1 {
			return nil, fmt.Errorf("change %d of the plan, %s, opens the gate before the rest is done: put it last", i+1, change)
		}
		a.writers = append(a.writers, w)
	}
	return a, nil
}

// writer reads a change's key.
func (a *applier) writer(change plan.Change) (writer, error) {
	if change.Key == plan.StatusKey {
		return newStatusWriter(a, change)
	}
	if change.Key == plan.CheckKey {
		return newCheckWriter(a, change)
	}
	if a.t.Issue == 0 {
		return nil, errors.New("there is no issue to make it on")
	}
	if change.Key == plan.CommentKey && change.New != "" {
		return &commentWriter{a: a, change: change, what: "the status comment", id: a.have.Comment.ID}, nil
	}
	if key, ok := strings.CutPrefix(change.Key, plan.PostKey); ok && key != "" && change.New != "" {
		if got, _ := a.t.key(change.New); got != key {
			return nil, errors.New("its text does not begin with the marker of its key")
		}
		return &commentWriter{a: a, change: change, key: key, what: "the comment " + key, id: a.have.Post(key).ID}, nil
	}
	if who, ok := strings.CutPrefix(change.Key, plan.ReviewerKey); ok && who != "" && change.New != "" && a.t.Pull != 0 {
		return &reviewerWriter{a: a, change: change, who: who}, nil
	}
	if key, ok := strings.CutPrefix(change.Key, plan.MinimisedKey); ok && key != "" && change.New != "" {
		return &minimiseWriter{a: a, change: change, post: a.have.Post(key)}, nil
	}
	if r, ok := plan.ParseReaction(change.Key); ok && change.New == r.Content && reactionContent(r.Content) != "" {
		return &reactionWriter{a: a, change: change, want: r}, nil
	}
	if strings.HasPrefix(change.Key, plan.ProposalKey) {
		return newProposalWriter(a, change)
	}
	if p, ok := plan.ParseProject(change.Key); ok && change.New != "" {
		return &projectWriter{a: a, change: change, project: p}, nil
	}
	if name, ok := strings.CutPrefix(change.Key, plan.LabelKey); ok && name != "" {
		return &labelWriter{a: a, change: change, name: name, add: change.New != ""}, nil
	}
	if name, ok := strings.CutPrefix(change.Key, plan.AssigneeKey); ok && name != "" {
		return &assigneeWriter{a: a, change: change, login: name, add: change.New != ""}, nil
	}
	return nil, errors.New("its key says nothing that can be changed")
}

// make makes one change, at most once, and reports whether this run made it.
func (a *applier) make(ctx context.Context, w writer, change plan.Change) (made bool, err error) {
	for try := 1; ; try++ {
		if err := ctx.Err(); err != nil {
			return false, &CallError{Op: change.String(), Message: "stopped before it was made", cause: err}
		}
		live, err := w.value(ctx, try > 1)
		switch {
		case err != nil:
			return false, err
		case live == change.New && try == 1:
			return false, nil
		case live == change.New:
			// It was the uncertain write: the value before it was Old.
			return true, w.after(ctx)
		case live != change.Old:
			return false, &ConflictError{Change: change, Live: live}
		}
		a.headSeen = false
		err = w.write(ctx)
		if err == nil || errors.Is(err, errAlready) {
			return err == nil, w.after(ctx)
		}
		if !uncertain(err) || try == attempts {
			return false, err
		}
		a.c.log(err.Error() + ": looking whether it was made")
		if err := a.c.sleep(ctx, time.Second<<try); err != nil {
			return false, &CallError{Op: change.String(), Message: "stopped while it was uncertain", Uncertain: true, cause: err}
		}
	}
}

// checkHead stops a run whose commit is no longer the pull request's head, and
// a plan that was made for another commit than the one that was judged.
func (a *applier) checkHead(ctx context.Context) error {
	judged := cmp.Or(a.t.Head, a.p.Head)
	if a.t.Pull != 0 && !a.t.Merged && judged != "" && !a.headSeen {
		pull, err := a.c.pull(ctx, a.repo, a.t.Pull)
		if err != nil {
			return err
		}
		if live := pull.GetHead().GetSHA(); live != judged {
			return &SupersededError{Judged: judged, Live: live}
		}
	}
	if a.p.Head != "" && a.p.Head != judged {
		return fmt.Errorf("the plan is for commit %s and the verdict about %s: make the plan from a fresh reading", evidence.ShortCommit(a.p.Head), evidence.ShortCommit(judged))
	}
	a.headSeen = true
	return nil
}

// errAlready says that somebody else was quicker with the same change.
var errAlready = errors.New("already so")

// droppedError is a change that cannot be made, for want of something that no
// permission of a workflow gives.
type droppedError struct{ op, needs string }

func (e *droppedError) Error() string {
	return fmt.Sprintf("%s: GitHub did not do it: it needs %s", e.op, e.needs)
}
