package github

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Listed is an issue as the list shows it: enough to tell whether anything can
// have changed since somebody looked, and too little to decide anything.
type Listed struct {
	Number int
	// Labels are those that it bears, and Lost those that were taken off.
	Labels, Lost []string
	Pulls        []int // open pull requests that close it
	// Print is another one when the issue, a pull request that closes it, its head or
	// the state of its checks has changed.
	Print string
}

// Bears reports whether the issue bears one of the labels, or did.
func (l Listed) Bears(labels []string) bool {
	return slices.ContainsFunc(slices.Concat(l.Labels, l.Lost), func(have string) bool {
		return slices.ContainsFunc(labels, func(want string) bool { return plan.SameName(have, want) })
	})
}

// listQuery costs 3 points for 100 issues, and 6 with the checks: 1 for the issues,
// 100 each for their labels, events and pull requests, and 300 for the commits of
// those, divided by 100.
const listQuery = `query($owner:String!,$name:String!,$after:String,$checks:Boolean!,$states:[IssueState!]!,$since:DateTime){rateLimit{cost}` +
	`repository(owner:$owner,name:$name){issues(first:100,states:$states,filterBy:{since:$since},after:$after,orderBy:{field:CREATED_AT,direction:ASC}){` +
	`pageInfo{hasNextPage endCursor}nodes{number updatedAt labels(first:100){nodes{name}}` +
	`timelineItems(first:100,itemTypes:[UNLABELED_EVENT]){nodes{__typename ...on UnlabeledEvent{label{name}}}}` +
	`closedByPullRequestsReferences(first:3){nodes{number updatedAt headRefOid ` +
	`commits(last:1)@include(if:$checks){nodes{commit{statusCheckRollup{state}}}}}}}}}}`

type listAnswer struct {
	RateLimit  struct{ Cost int } `json:"rateLimit"`
	Repository *struct {
		Issues *struct {
			PageInfo pageInfo `json:"pageInfo"`
			Nodes    []struct {
				Number    int                         `json:"number"`
				UpdatedAt time.Time                   `json:"updatedAt"`
				Labels    struct{ Nodes []labelNode } `json:"labels"`
				Timeline  struct {
					Nodes []struct {
						Label labelNode `json:"label"`
					} `json:"nodes"`
				} `json:"timelineItems"`
				Closers struct {
					Nodes []struct {
						Number    int       `json:"number"`
						UpdatedAt time.Time `json:"updatedAt"`
						Head      string    `json:"headRefOid"`
						Commits   struct {
							Nodes []struct {
								Commit struct {
									Rollup *struct{ State string } `json:"statusCheckRollup"`
								} `json:"commit"`
							} `json:"nodes"`
						} `json:"commits"`
					} `json:"nodes"`
				} `json:"closedByPullRequestsReferences"`
			} `json:"nodes"`
		} `json:"issues"`
	} `json:"repository"`
}

type labelNode struct {
	Name string `json:"name"`
}

// List returns the open issues of a repository, oldest first, with what GraphQL
// charged for it. checks says that the state of the checks of their pull requests
// is asked for as well.
func (c *Client) List(ctx context.Context, repo string, checks bool) (list []Listed, points int, err error) {
	return c.list(ctx, repo, "open", map[string]any{"checks": checks, "states": []string{"OPEN"}})
}

// ListClosed returns likewise the issues that are closed now and on which something has
// happened since a time.
func (c *Client) ListClosed(ctx context.Context, repo string, since time.Time) (list []Listed, points int, err error) {
	return c.list(ctx, repo, "closed", map[string]any{"checks": false, "states": []string{"CLOSED"}, "since": stampOf(since)})
}

func (c *Client) list(ctx context.Context, repo, state string, variables map[string]any) (list []Listed, points int, err error) {
	r, err := Target{Repo: repo}.check()
	if err != nil {
		return nil, 0, err
	}
	op := operation{name: "listing the " + state + " issues of " + repo, permission: "issues: read"}
	variables["owner"], variables["name"] = r.owner, r.name
	for {
		var answer listAnswer
		refused, err := c.query(ctx, op, listQuery, variables, &answer)
		var closed *closedError
		switch {
		case errors.As(err, &closed):
			return nil, points, &CallError{Op: op.name, Status: 200, Message: closed.why}
		case err != nil:
			return nil, points, err
		case answer.Repository == nil || answer.Repository.Issues == nil:
			message := "GraphQL does not show the issues of the repository to the token"
			if len(refused) > 0 {
				message = c.clean(refused[0].Message)
			}
			return nil, points, &PermissionError{Op: op.name, Permission: op.permission, Message: message}
		}
		points += answer.RateLimit.Cost
		page := answer.Repository.Issues
		for _, n := range page.Nodes {
			l := Listed{Number: n.Number}
			print := []string{stampOf(n.UpdatedAt)}
			for _, label := range n.Labels.Nodes {
				l.Labels = append(l.Labels, label.Name)
			}
			for _, e := range n.Timeline.Nodes {
				l.Lost = append(l.Lost, e.Label.Name)
			}
			for _, p := range n.Closers.Nodes {
				l.Pulls = append(l.Pulls, p.Number)
				state := ""
				for _, k := range p.Commits.Nodes {
					if k.Commit.Rollup != nil {
						state = k.Commit.Rollup.State
					}
				}
				print = append(print, strconv.Itoa(p.Number)+"@"+p.Head+" "+stampOf(p.UpdatedAt)+" "+state)
			}
			l.Print = strings.Join(print, ";")
			list = append(list, l)
		}
		if !page.PageInfo.HasNextPage {
			break
		}
		variables["after"] = page.PageInfo.EndCursor
	}
	// Pages shift while they are read, so that an issue can stand on two.
	slices.SortStableFunc(list, func(a, b Listed) int { return a.Number - b.Number })
	return slices.CompactFunc(list, func(a, b Listed) bool { return a.Number == b.Number }), points, nil
}

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }
