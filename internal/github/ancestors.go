package github

import (
	"context"
	"fmt"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
)

// maxCommitPages is how many pages of 100 commits are read to find what comes before a
// change.
const maxCommitPages = 10

// Ancestors lists the commits that a change starts from, for where git cannot: the one
// where head parts from base and those before it along first parents, the nearest
// first. A head that is on the base itself, or an empty base, starts from those before
// head. It reads no further than a commit that is enough, and whole says that nothing
// comes before the last one.
//
// It costs one request where there is a base, and one for every hundred commits, those
// that were merged included, at most maxCommitPages.
func (c *Client) Ancestors(ctx context.Context, repo, base, head string, enough func(commit string) bool) (commits []string, whole bool, err error) {
	r, err := Target{Repo: repo, Head: head}.check()
	if err != nil {
		return nil, false, err
	}
	from := head
	if base != "" && base != head {
		if from, err = c.mergeBase(ctx, r, base, head); err != nil {
			return nil, false, err
		}
	}
	op := operation{name: "listing the commits before " + evidence.ShortCommit(from), permission: "contents: read"}
	opts := &gh.CommitsListOptions{SHA: from, ListOptions: gh.ListOptions{PerPage: 100}}
	parents := map[string]string{} // the first of each, "" for none
	next := from
	for range maxCommitPages {
		page, resp, err := c.gh.Repositories.ListCommits(ctx, r.owner, r.name, opts)
		if err != nil {
			return commits, false, c.explain(op, err)
		}
		for _, commit := range page {
			first := ""
			if len(commit.Parents) > 0 {
				first = commit.Parents[0].GetSHA()
			}
			parents[commit.GetSHA()] = first
		}
		for {
			first, listed := parents[next]
			if !listed {
				break
			}
			if next != head {
				commits = append(commits, next)
				if enough(next) {
					return commits, false, nil
				}
			}
			// A commit is listed once and never comes before itself, whatever is answered.
			delete(parents, next)
			if first == "" {
				return commits, true, nil
			}
			next = first
		}
		if resp.NextPage <= opts.Page {
			break
		}
		opts.Page = resp.NextPage
	}
	return commits, false, nil
}

// mergeBase is the commit where a change parts from what it goes to.
func (c *Client) mergeBase(ctx context.Context, r repository, base, head string) (string, error) {
	op := operation{name: fmt.Sprintf("comparing %s with %s", evidence.ShortCommit(head), c.clean(evidence.ShortCommit(base))), permission: "contents: read"}
	compared, _, err := c.gh.Repositories.CompareCommits(ctx, r.owner, r.name, base, head, &gh.ListOptions{PerPage: 1})
	if err != nil {
		return "", c.explain(op, err)
	}
	from := compared.GetMergeBaseCommit().GetSHA()
	if !shaForm.MatchString(from) {
		return "", fmt.Errorf("%s: GitHub says that they part at %q, which is no commit", op.name, c.clean(from))
	}
	return from, nil
}
