package github

import (
	"context"
	"net/http"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// posts reads our comments on the issue by key; see ours.
func (c *Client) posts(ctx context.Context, r repository, t Target) (map[string][]plan.Post, error) {
	all, err := c.listComments(ctx, r, t.Issue)
	if err != nil {
		return nil, err
	}
	return c.ours(ctx, t, all)
}

// ours are our comments among all, by key, the status comment under "", each with
// its doubles after it, in the order of all.
func (c *Client) ours(ctx context.Context, t Target, all []*gh.IssueComment) (map[string][]plan.Post, error) {
	ours := map[string][]plan.Post{}
	for _, comment := range all {
		// The marker comes first: most issues have no comment that bears one, and
		// then nobody need ask who we are.
		key, marked := t.key(comment.GetBody())
		if !marked {
			continue
		}
		login, err := c.Login(ctx)
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(comment.GetUser().GetLogin(), login) {
			ours[key] = append(ours[key], plan.Post{
				Key: key, ID: comment.GetID(), Node: comment.GetNodeID(), Body: comment.GetBody(), At: comment.GetCreatedAt().Time,
			})
		}
	}
	return ours, nil
}

// key tells a comment of ours by its text: "" is the status comment.
func (t Target) key(body string) (key string, marked bool) {
	if t.IsOurs(body) {
		return "", true
	}
	if t.PostKey == nil {
		return "", false
	}
	key = t.PostKey(body)
	return key, key != ""
}

// reviewerWriter asks one person or team for a review.
type reviewerWriter struct {
	a      *applier
	change plan.Change
	who    string // "ann" or "acme/qa"
	asked  []string
}

func (w *reviewerWriter) channel() channel { return reviewerChannel }

func (w *reviewerWriter) value(ctx context.Context, _ bool) (string, error) {
	people, _, err := w.a.c.gh.PullRequests.ListReviewers(ctx, w.a.repo.owner, w.a.repo.name, w.a.t.Pull, &gh.ListOptions{PerPage: 100})
	if err != nil {
		return "", w.a.c.explain(operation{name: "reading whose review is asked for", permission: "pull-requests: read"}, err)
	}
	w.asked = requested(w.a.repo.owner, people.Users, people.Teams)
	return w.live(), nil
}

func (w *reviewerWriter) live() string {
	if slices.ContainsFunc(w.asked, func(who string) bool { return plan.SameName(who, w.who) }) {
		return w.who
	}
	return ""
}

// write asks, and looks whether it was heard: GitHub refuses who is no collaborator
// and passes over the author of the pull request.
func (w *reviewerWriter) write(ctx context.Context) error {
	op := operation{"asking " + w.who + " for a review", "pull-requests: write", true}
	ask := gh.ReviewersRequest{Reviewers: []string{w.who}}
	if _, team, ok := strings.Cut(w.who, "/"); ok {
		ask = gh.ReviewersRequest{TeamReviewers: []string{team}}
	}
	pull, resp, err := w.a.c.gh.PullRequests.RequestReviewers(ctx, w.a.repo.owner, w.a.repo.name, w.a.t.Pull, ask)
	if resp != nil && resp.Response != nil && resp.StatusCode == http.StatusUnprocessableEntity {
		return &droppedError{op.name, w.who + " to be a collaborator of " + w.a.t.Repo + " and not the author of the pull request"}
	}
	if err != nil {
		return w.a.c.explain(op, err)
	}
	w.asked = requested(w.a.repo.owner, pull.RequestedReviewers, pull.RequestedTeams)
	if w.live() == "" {
		return &droppedError{op.name, w.who + " to be someone whose review can be asked for"}
	}
	return nil
}

func (w *reviewerWriter) after(context.Context) error { return nil }

// requested names people and teams as changes do.
func requested(org string, users []*gh.User, teams []*gh.Team) []string {
	names := logins(users)
	for _, team := range teams {
		names = append(names, org+"/"+team.GetSlug())
	}
	return names
}
