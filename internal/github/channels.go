package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// liveIssue is what an issue bears at the moment.
type liveIssue struct {
	labels, assigned []string
}

// value is what stands under a change's key.
func (l *liveIssue) value(key string) string {
	return plan.Snapshot{Labels: l.labels, Assigned: l.assigned}.Value(key)
}

// issue reads the issue, or gives what the last answer told of it: every write
// of a label or an assignee is answered with the whole set.
func (a *applier) issue(ctx context.Context, fresh bool) (*liveIssue, error) {
	if a.live == nil || fresh {
		issue, err := a.c.issue(ctx, a.repo, a.t.Issue)
		if err != nil {
			return nil, err
		}
		a.live = &liveIssue{labels: labelNames(issue.Labels), assigned: logins(issue.Assignees)}
	}
	return a.live, nil
}

// labelWriter adds or removes one label. The set is never written as a whole:
// labels that others put there in the meantime would go.
type labelWriter struct {
	a      *applier
	change plan.Change
	name   string
	add    bool
}

func (w *labelWriter) channel() channel { return labelChannel }

func (w *labelWriter) value(ctx context.Context, fresh bool) (string, error) {
	live, err := w.a.issue(ctx, fresh)
	if err != nil {
		return "", err
	}
	return live.value(w.change.Key), w.undisturbed()
}

// undisturbed is a conflict if a label that the plan does not change has come or
// gone since the snapshot. A label of the plan's own is only ever there or not,
// so this is where it shows that somebody else moves the issue.
func (w *labelWriter) undisturbed() error {
	rest := func(labels []string) []string {
		var names []string
		for _, label := range labels {
			ours := slices.ContainsFunc(w.a.p.Changes, func(c plan.Change) bool {
				return plan.SameName(c.Key, plan.LabelKey+label)
			})
			if !ours {
				names = append(names, label)
			}
		}
		return plan.Snapshot{Labels: names}.Normalise().Labels
	}
	if !slices.EqualFunc(rest(w.a.have.Labels), rest(w.a.live.labels), plan.SameName) {
		return &ConflictError{Change: w.change, Live: strings.Join(w.a.live.labels, ", ")}
	}
	return nil
}

func (w *labelWriter) write(ctx context.Context) error {
	var (
		labels []*gh.Label
		err    error
		op     = operation{fmt.Sprintf("adding the label %q", w.name), "issues: write", true}
	)
	if w.add {
		labels, _, err = w.a.c.gh.Issues.AddLabelsToIssue(ctx, w.a.repo.owner, w.a.repo.name, w.a.t.Issue, []string{w.name})
	} else {
		op.name = fmt.Sprintf("removing the label %q", w.name)
		labels, err = w.remove(ctx)
	}
	err = w.a.c.explain(op, err)
	if permission := (*PermissionError)(nil); !w.add && errors.As(err, &permission) {
		// With 404 GitHub says that the label is gone, and also that the token may
		// not remove it.
		if live, readErr := w.a.issue(ctx, true); readErr == nil && live.value(w.change.Key) == "" {
			return errAlready
		}
	}
	if err != nil {
		return err
	}
	w.a.live.labels = labelNames(labels)
	if w.a.live.value(w.change.Key) != w.change.New {
		return &PermissionError{Op: op.name, Permission: op.permission, Message: "GitHub took the request and did nothing"}
	}
	return nil
}

// remove is go-github's RemoveLabelForIssue, which neither escapes the name nor
// gives the answer.
func (w *labelWriter) remove(ctx context.Context) ([]*gh.Label, error) {
	path := fmt.Sprintf("repos/%s/%s/issues/%d/labels/%s", w.a.repo.owner, w.a.repo.name, w.a.t.Issue, escaped(w.name))
	req, err := w.a.c.gh.NewRequest(http.MethodDelete, path, nil)
	if err != nil {
		return nil, err
	}
	var labels []*gh.Label
	_, err = w.a.c.gh.Do(ctx, req, &labels)
	return labels, err
}

func (w *labelWriter) after(context.Context) error { return w.undisturbed() }

// assigneeWriter assigns or unassigns one person.
type assigneeWriter struct {
	a      *applier
	change plan.Change
	login  string
	add    bool
}

func (w *assigneeWriter) channel() channel { return assigneeChannel }

func (w *assigneeWriter) value(ctx context.Context, fresh bool) (string, error) {
	live, err := w.a.issue(ctx, fresh)
	if err != nil {
		return "", err
	}
	return live.value(w.change.Key), nil
}

// write also looks whether it worked: GitHub passes silently over whom it
// cannot assign, and over everybody if the token has no push access.
func (w *assigneeWriter) write(ctx context.Context) error {
	op := operation{"assigning " + w.login, "issues: write", true}
	call := w.a.c.gh.Issues.AddAssignees
	if !w.add {
		op.name, call = "unassigning "+w.login, w.a.c.gh.Issues.RemoveAssignees
	}
	issue, _, err := call(ctx, w.a.repo.owner, w.a.repo.name, w.a.t.Issue, []string{w.login})
	if err != nil {
		return w.a.c.explain(op, err)
	}
	w.a.live.assigned = logins(issue.Assignees)
	if w.a.live.value(w.change.Key) == w.change.New {
		return nil
	}
	if w.add {
		can, _, err := w.a.c.gh.Issues.IsAssignee(ctx, w.a.repo.owner, w.a.repo.name, escaped(w.login))
		switch {
		case err != nil:
			return w.a.c.explain(operation{name: "asking whether " + w.login + " can be assigned"}, err)
		case !can:
			return &droppedError{op.name, w.login + " to be a collaborator of " + w.a.t.Repo}
		case len(issue.Assignees) >= 10:
			return &droppedError{op.name, "fewer than the 10 assignees that an issue can have"}
		}
	}
	return &PermissionError{Op: op.name, Permission: op.permission, Message: "GitHub took the request and did nothing"}
}

func (w *assigneeWriter) after(context.Context) error { return nil }

// commentWriter creates or edits the status comment, or a further one.
type commentWriter struct {
	a      *applier
	change plan.Change
	key    string // of a further comment, "" for the status comment
	what   string // for messages
	id     int64  // 0 while there is none
	// created says that a comment was asked for, whatever came of it.
	created bool
}

func (w *commentWriter) channel() channel { return commentChannel }

// value reads the comment itself, or looks for one where there was none. The status
// comment holds the state of a commit, so the head is looked at once more.
func (w *commentWriter) value(ctx context.Context, fresh bool) (string, error) {
	if w.key == "" {
		if err := w.a.checkHead(ctx); err != nil {
			return "", err
		}
	}
	live, err := w.read(ctx)
	for wait := 2 * time.Second; err == nil && fresh && live.ID == 0 && wait <= 8*time.Second; wait *= 2 {
		// A list can lag behind a write. This is the one write that leaves a double
		// when it is repeated, so it is worth some patience.
		if err = w.a.c.sleep(ctx, wait); err == nil {
			live, err = w.read(ctx)
		}
	}
	w.id = live.ID
	return commentValue(live), err
}

// commentValue gives the text of any comment in the form of a change.
func commentValue(c plan.Comment) string {
	return plan.Snapshot{Comment: c}.Value(plan.CommentKey)
}

func (w *commentWriter) read(ctx context.Context) (plan.Comment, error) {
	if w.id == 0 {
		ours, err := w.a.c.posts(ctx, w.a.repo, w.a.t)
		if err != nil || len(ours[w.key]) == 0 {
			return plan.Comment{}, err
		}
		return plan.Comment{ID: ours[w.key][0].ID, Body: ours[w.key][0].Body}, nil
	}
	comment, _, err := w.a.c.gh.Issues.GetComment(ctx, w.a.repo.owner, w.a.repo.name, w.id)
	err = w.a.c.explain(operation{name: "reading " + w.what, permission: "issues: read"}, err)
	if notFound(err) {
		return plan.Comment{}, nil // somebody removed it
	}
	if err != nil {
		return plan.Comment{}, err
	}
	return plan.Comment{ID: w.id, Body: comment.GetBody()}, nil
}

func (w *commentWriter) write(ctx context.Context) error {
	body := &gh.IssueComment{Body: gh.String(w.change.New)}
	if w.id != 0 {
		_, _, err := w.a.c.gh.Issues.EditComment(ctx, w.a.repo.owner, w.a.repo.name, w.id, body)
		return w.a.c.explain(operation{"editing " + w.what, "issues: write", true}, err)
	}
	w.created = true
	comment, _, err := w.a.c.gh.Issues.CreateComment(ctx, w.a.repo.owner, w.a.repo.name, w.a.t.Issue, body)
	if err != nil {
		return w.a.c.explain(operation{"writing " + w.what, "issues: write", true}, err)
	}
	w.a.c.learnLogin(comment.GetUser().GetLogin())
	return nil
}

// after looks, where a comment was created, whether another run has done the
// same: the lowest id stays, and if that is not ours, the plan was made for an
// issue without a comment and must be made again.
func (w *commentWriter) after(ctx context.Context) error {
	if !w.created {
		return nil
	}
	all, err := w.a.c.posts(ctx, w.a.repo, w.a.t)
	ours := all[w.key]
	if err != nil || len(ours) == 0 {
		return err
	}
	var doubles []int64
	for _, double := range ours[1:] {
		doubles = append(doubles, double.ID)
	}
	if _, err := w.a.c.removeDoubles(ctx, w.a.t, doubles); err != nil {
		return err
	}
	if live := commentValue(plan.Comment{Body: ours[0].Body}); live != w.change.New {
		return &ConflictError{Change: w.change, Live: live}
	}
	return nil
}

// learnLogin takes the author of a comment that this token has just written as
// the last word on who it is.
func (c *Client) learnLogin(login string) {
	c.loginMu.Lock()
	defer c.loginMu.Unlock()
	if login != "" {
		c.login = login
	}
}

// removeDoubles deletes comments of ours that two runs at once have left.
func (c *Client) removeDoubles(ctx context.Context, t Target, ids []int64) ([]plan.Change, error) {
	repo, err := t.check()
	if err != nil {
		return nil, err
	}
	var done []plan.Change
	for _, id := range ids {
		resp, err := c.gh.Issues.DeleteComment(ctx, repo.owner, repo.name, id)
		if resp != nil && resp.Response != nil && resp.StatusCode == http.StatusNotFound {
			continue // the other run was quicker
		}
		if err != nil {
			return done, c.explain(operation{"removing a second status comment", "issues: write", true}, err)
		}
		done = append(done, plan.Change{
			Op: plan.Remove, Target: fmt.Sprintf("%s#%d", t.Repo, t.Issue), Key: plan.CommentKey,
			Old: fmt.Sprintf("comment %d", id), Why: "two runs at once have left two status comments",
		})
	}
	return done, nil
}

// statusWriter sets the commit status.
type statusWriter struct {
	a    *applier
	want plan.Status
}

func newStatusWriter(a *applier, change plan.Change) (*statusWriter, error) {
	want, err := plan.ParseStatus(change.New)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains([]string{"error", "failure", "pending", "success"}, want.State):
		return nil, fmt.Errorf("a status cannot be %q", want.State)
	case !shaForm.MatchString(a.p.Head):
		return nil, fmt.Errorf("a status needs a full commit SHA, and the plan has %q", a.p.Head)
	}
	return &statusWriter{a: a, want: want}, nil
}

func (w *statusWriter) channel() channel { return statusChannel }

func (w *statusWriter) value(ctx context.Context, _ bool) (string, error) {
	if err := w.a.checkHead(ctx); err != nil {
		return "", err
	}
	live, err := w.a.c.status(ctx, w.a.repo, w.a.p.Head)
	return plan.Snapshot{Status: live}.Value(plan.StatusKey), err
}

func (w *statusWriter) write(ctx context.Context) error {
	status := &gh.RepoStatus{State: gh.String(w.want.State), Context: gh.String(w.a.c.context)}
	if w.want.Description != "" {
		status.Description = gh.String(w.want.Description)
	}
	if w.want.URL != "" {
		status.TargetURL = gh.String(w.want.URL)
	}
	_, _, err := w.a.c.gh.Repositories.CreateStatus(ctx, w.a.repo.owner, w.a.repo.name, w.a.p.Head, status)
	return w.a.c.explain(operation{"setting the commit status", "statuses: write", true}, err)
}

func (w *statusWriter) after(context.Context) error { return nil }

// escaped makes a name one segment of a path. The names "." and ".." would
// leave it, and PathEscape lets them through.
func escaped(name string) string {
	if strings.Trim(name, ".") == "" {
		return strings.ReplaceAll(name, ".", "%2E")
	}
	return url.PathEscape(name)
}
