package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"
)

// closersQuery asks which open pull requests close an issue. It costs one point.
const closersQuery = `query($owner:String!,$name:String!,$issue:Int!){rateLimit{cost}repository(owner:$owner,name:$name){issue(number:$issue){` +
	`closedByPullRequestsReferences(first:20){nodes{number state repository{nameWithOwner}}}}}}`

// PullsFor returns the open pull requests of the repository that are for an issue, by
// number; none is no error. GitHub tells of those that it links. Of the others those that
// mention the issue are asked whether they are for it: one that goes to another branch
// than the default one, or names it in a trailer.
func (c *Client) PullsFor(ctx context.Context, repo string, issue int) ([]int, error) {
	r, err := Target{Repo: repo}.check()
	if err != nil {
		return nil, err
	}
	var answer struct {
		Repository struct {
			Issue struct {
				Closers struct {
					Nodes []struct {
						Number     int    `json:"number"`
						State      string `json:"state"`
						Repository struct {
							Name string `json:"nameWithOwner"`
						} `json:"repository"`
					} `json:"nodes"`
				} `json:"closedByPullRequestsReferences"`
			} `json:"issue"`
		} `json:"repository"`
	}
	op := operation{name: fmt.Sprintf("finding the pull requests that close #%d", issue), permission: "pull-requests: read"}
	_, err = c.query(ctx, op, closersQuery, map[string]any{"owner": r.owner, "name": r.name, "issue": issue}, &answer)
	var closed *closedError
	switch {
	case errors.As(err, &closed):
		c.log(op.name + ": " + closed.why)
	case err != nil:
		return nil, err
	}
	var pulls []int
	for _, n := range answer.Repository.Issue.Closers.Nodes {
		if n.State == "OPEN" && strings.EqualFold(n.Repository.Name, repo) {
			pulls = append(pulls, n.Number)
		}
	}
	mentioned, err := c.mentions(ctx, r, repo, issue, pulls)
	if err != nil {
		return nil, err
	}
	pulls = append(pulls, mentioned...)
	slices.Sort(pulls)
	return slices.Compact(pulls), nil
}

// IsFor reports whether a pull request is open and for an issue.
func (c *Client) IsFor(ctx context.Context, repo string, pull, issue int) (bool, error) {
	r, err := Target{Repo: repo, Pull: pull}.check()
	if err != nil {
		return false, err
	}
	p, err := c.pull(ctx, r, pull)
	if gone(err) {
		return false, nil
	}
	if err != nil || p.GetState() != "open" {
		return false, err
	}
	links, err := c.FindIssues(ctx, repo, pull)
	return slices.ContainsFunc(links.Issues, func(l Linked) bool { return l.Number == issue }), err
}

// mentions are the open pull requests that mention an issue and say that they are for
// it, of the latest that did, besides those that are linked.
func (c *Client) mentions(ctx context.Context, r repository, repo string, issue int, linked []int) (pulls []int, err error) {
	op := operation{name: fmt.Sprintf("reading the timeline of #%d", issue), permission: "issues: read"}
	events, err := pages(c, op, func(o *gh.ListOptions) ([]*gh.Timeline, *gh.Response, error) {
		return c.gh.Issues.ListIssueTimeline(ctx, r.owner, r.name, issue, o)
	})
	if err != nil {
		return nil, err
	}
	asked := slices.Clone(linked)
	for _, e := range slices.Backward(events) {
		from := e.GetSource().GetIssue()
		if e.GetEvent() != "cross-referenced" || !from.IsPullRequest() || from.GetState() != "open" ||
			!strings.EqualFold(repositoryOf(from), repo) || slices.Contains(asked, from.GetNumber()) || len(asked) >= len(linked)+maxLinked {
			continue
		}
		asked = append(asked, from.GetNumber())
		links, err := c.FindIssues(ctx, repo, from.GetNumber())
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(links.Issues, func(l Linked) bool { return l.Number == issue }) {
			pulls = append(pulls, from.GetNumber())
		}
	}
	return pulls, nil
}
