package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// proposalWriter opens a pull request that adds an entry to a file: the branch, the
// file on it, and the pull request, each only where it is not there yet. A run that was
// killed in between is taken up where it stopped.
type proposalWriter struct {
	a      *applier
	change plan.Change
	want   plan.Proposal
}

func newProposalWriter(a *applier, change plan.Change) (*proposalWriter, error) {
	p, err := plan.ParseProposal(change.New)
	if err == nil && p.Key() != change.Key {
		err = errors.New("its value is not that of its key")
	}
	return &proposalWriter{a: a, change: change, want: p}, err
}

func (w *proposalWriter) channel() channel { return proposalChannel }

// value is the change's own wherever a pull request was opened from the branch: what
// people made of it since, they have decided.
func (w *proposalWriter) value(ctx context.Context, _ bool) (string, error) {
	op := operation{name: "looking for the pull request from " + w.want.Branch, permission: "pull-requests: read"}
	r := w.a.repo
	list, _, err := w.a.c.gh.PullRequests.List(ctx, r.owner, r.name, &gh.PullRequestListOptions{State: "all", Head: r.owner + ":" + w.want.Branch})
	if err != nil {
		return "", w.a.c.explain(op, err)
	}
	for _, p := range list {
		if p.GetHead().GetRef() == w.want.Branch {
			return w.change.New, nil
		}
	}
	return "", nil
}

func (w *proposalWriter) write(ctx context.Context) error {
	r, c := w.a.repo, w.a.c
	op := operation{"making the branch " + w.want.Branch, "contents: write", true}
	base, _, err := c.gh.Git.GetRef(ctx, r.owner, r.name, "refs/heads/"+w.want.Base)
	if err != nil {
		return c.explain(operation{"reading the branch " + w.want.Base, "contents: read", false}, err)
	}
	_, resp, err := c.gh.Git.CreateRef(ctx, r.owner, r.name, &gh.Reference{Ref: gh.String("refs/heads/" + w.want.Branch), Object: base.Object})
	if err != nil && !alreadyThere(resp, err) {
		return c.explain(op, err)
	}
	if err := w.file(ctx); err != nil {
		return err
	}
	pull := &gh.NewPullRequest{Title: &w.want.Title, Head: &w.want.Branch, Base: &w.want.Base, Body: &w.want.Body}
	_, _, err = c.gh.PullRequests.Create(ctx, r.owner, r.name, pull)
	return c.explain(operation{"opening the pull request from " + w.want.Branch, "pull-requests: write", true}, err)
}

// file adds the entry on the branch, if it is not there.
func (w *proposalWriter) file(ctx context.Context) error {
	r, c := w.a.repo, w.a.c
	op := operation{"adding to " + w.want.Path, "contents: write", true}
	have, found, sha := "", false, ""
	file, _, _, err := c.gh.Repositories.GetContents(ctx, r.owner, r.name, w.want.Path, &gh.RepositoryContentGetOptions{Ref: w.want.Branch})
	switch err = c.explain(operation{"reading " + w.want.Path, "contents: read", false}, err); {
	case err == nil && file != nil:
		if have, err = file.GetContent(); err != nil {
			return fmt.Errorf("reading %s: %w", w.want.Path, err)
		}
		found, sha = true, file.GetSHA()
	case err == nil:
		return &droppedError{op.name, w.want.Path + " to be a file"}
	case !notFound(err):
		return err
	}
	if w.want.In(have) {
		return nil // an earlier run has added it
	}
	text, err := w.want.Into(have)
	if err != nil {
		return &droppedError{op.name, err.Error()}
	}
	opts := &gh.RepositoryContentFileOptions{Message: &w.want.Title, Content: []byte(text), Branch: &w.want.Branch}
	if found {
		opts.SHA = &sha
	}
	_, _, err = c.gh.Repositories.UpdateFile(ctx, r.owner, r.name, w.want.Path, opts)
	return c.explain(op, err)
}

// alreadyThere reports whether GitHub refuses a branch because it is there.
func alreadyThere(resp *gh.Response, err error) bool {
	var refused *gh.ErrorResponse
	return resp != nil && resp.StatusCode == http.StatusUnprocessableEntity && errors.As(err, &refused) && strings.Contains(refused.Message, "already exists")
}

func (w *proposalWriter) after(context.Context) error { return nil }
