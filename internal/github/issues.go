package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Links are the issues that a pull request is for.
type Links struct {
	Issues []Linked // in the order in which they were found, twenty at most
	// Notes say for people what was named and passed over.
	Notes []string
}

// linksQuery asks what GitHub itself takes for linked: keywords, and what a person
// chose in the sidebar. It costs one point.
const linksQuery = `query($owner:String!,$name:String!,$pull:Int!){rateLimit{cost}repository(owner:$owner,name:$name){pullRequest(number:$pull){` +
	`closingIssuesReferences(first:20){nodes{number repository{nameWithOwner}}}}}}`

// FindIssues returns the issues of this repository that the pull request says it
// is for; none is no error. First come those that GitHub links, then what the
// description says, which GitHub does not read where the pull request goes to
// another branch than the default one, and where there is none of either what the
// branch is called. What names a pull request, or an issue that is not there or
// no longer, or one of another repository, is left out and said.
func (c *Client) FindIssues(ctx context.Context, repo string, number int) (Links, error) {
	var links Links
	r, err := Target{Repo: repo, Pull: number}.check()
	if err != nil {
		return links, err
	}
	pull, err := c.pull(ctx, r, number)
	if err != nil {
		return links, err
	}
	l := linker{repo: repo}
	if err := c.references(ctx, r, number, &l); err != nil {
		return links, err
	}
	links.Issues = l.linked
	name := repo
	if web, err := url.Parse(pull.GetHTMLURL()); err == nil && web.Host != "" {
		name = web.Host + "/" + repo
	}
	for _, body := range []string{pull.GetBody(), ""} {
		named, elsewhere := LinkedIssues(body, pull.GetHead().GetRef(), name)
		for _, e := range elsewhere {
			l.pass(e)
		}
		for _, n := range named {
			if len(links.Issues) > 0 && n.How == byBranch {
				continue
			}
			if err := c.addIssue(ctx, r, n, &l, &links); err != nil {
				return Links{}, err
			}
		}
		links.Issues = l.linked
		if len(links.Issues) > 0 {
			break
		}
	}
	for _, e := range l.elsewhere {
		links.Notes = append(links.Notes, fmt.Sprintf("pull request #%d names %s, which is in another repository and is not moved", number, c.clean(e)))
	}
	return links, nil
}

// references takes what GitHub links, where it tells.
func (c *Client) references(ctx context.Context, r repository, number int, l *linker) error {
	var answer struct {
		Repository struct {
			PullRequest struct {
				References struct {
					Nodes []struct {
						Number     int `json:"number"`
						Repository struct {
							Name string `json:"nameWithOwner"`
						} `json:"repository"`
					} `json:"nodes"`
				} `json:"closingIssuesReferences"`
			} `json:"pullRequest"`
		} `json:"repository"`
	}
	op := operation{name: fmt.Sprintf("reading the issues that #%d is linked to", number), permission: "issues: read"}
	_, err := c.query(ctx, op, linksQuery, map[string]any{"owner": r.owner, "name": r.name, "pull": number}, &answer)
	var closed *closedError
	if errors.As(err, &closed) {
		c.log(op.name + ": " + closed.why)
		return nil
	}
	for _, n := range answer.Repository.PullRequest.References.Nodes {
		if where := n.Repository.Name; !strings.EqualFold(where, l.repo) {
			l.pass(fmt.Sprintf("%s#%d", where, n.Number))
			continue
		}
		l.add(n.Number, byReference)
	}
	return err
}

// addIssue adds what the text names if it is an issue that is there.
func (c *Client) addIssue(ctx context.Context, r repository, n Linked, l *linker, links *Links) error {
	for _, have := range l.linked {
		if have.Number == n.Number {
			return nil
		}
	}
	issue, err := c.issue(ctx, r, n.Number)
	switch {
	case gone(err):
		links.Notes = append(links.Notes, fmt.Sprintf("#%d, by the %s, is no issue that is there", n.Number, n.How))
	case err != nil:
		return err
	case issue.IsPullRequest():
		links.Notes = append(links.Notes, fmt.Sprintf("#%d, by the %s, is a pull request and no issue", n.Number, n.How))
	default:
		l.add(n.Number, n.How)
	}
	return nil
}

// PullsOf returns the open pull requests whose head is a commit. A commit of a fork
// is not found in the repository by itself, so owner and branch, which the event
// of a workflow run names, are asked for as well; "" for neither.
func (c *Client) PullsOf(ctx context.Context, repo, sha, owner, branch string) ([]int, error) {
	r, err := Target{Repo: repo, Head: sha}.check()
	if err != nil {
		return nil, err
	}
	op := operation{name: "finding the pull requests of " + evidence.ShortCommit(sha), permission: "pull-requests: read"}
	list, err := pages(c, op, func(o *gh.ListOptions) ([]*gh.PullRequest, *gh.Response, error) {
		return c.gh.PullRequests.ListPullRequestsWithCommit(ctx, r.owner, r.name, sha, o)
	})
	if err != nil && !notFound(err) {
		return nil, err
	}
	numbers := open(list, sha)
	if len(numbers) > 0 || owner == "" || branch == "" {
		return numbers, nil
	}
	list, err = pages(c, op, func(o *gh.ListOptions) ([]*gh.PullRequest, *gh.Response, error) {
		return c.gh.PullRequests.List(ctx, r.owner, r.name, &gh.PullRequestListOptions{State: "open", Head: owner + ":" + branch, ListOptions: *o})
	})
	return open(list, sha), err
}

// open are the numbers of those that are open and have the commit as their head.
func open(list []*gh.PullRequest, sha string) (numbers []int) {
	for _, p := range list {
		if p.GetState() == "open" && p.GetHead().GetSHA() == sha {
			numbers = append(numbers, p.GetNumber())
		}
	}
	return numbers
}
