package github

import (
	"context"
	"errors"
)

// branchQuery asks for the default branch. It costs one point.
const branchQuery = `query($owner:String!,$name:String!){rateLimit{cost}repository(owner:$owner,name:$name){defaultBranchRef{name}}}`

// DefaultBranch is that of a repository, "" where GitHub does not tell.
func (c *Client) DefaultBranch(ctx context.Context, repo string) (string, error) {
	r, err := Target{Repo: repo}.check()
	if err != nil {
		return "", err
	}
	var answer struct {
		Repository struct {
			Ref struct {
				Name string `json:"name"`
			} `json:"defaultBranchRef"`
		} `json:"repository"`
	}
	op := operation{name: "reading the default branch of " + repo, permission: "contents: read"}
	_, err = c.query(ctx, op, branchQuery, map[string]any{"owner": r.owner, "name": r.name}, &answer)
	var (
		closed *closedError
		denied *PermissionError
	)
	if errors.As(err, &closed) || errors.As(err, &denied) {
		c.log(op.name + ": " + c.clean(err.Error()))
		return "", nil
	}
	return answer.Repository.Ref.Name, err
}
