package github

import (
	"context"
	"fmt"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
)

// File reads a file of the repository at a commit, a branch or a tag; found is
// false if there is none. What is no plain file, or larger than the megabyte that
// GitHub sends, is an error.
func (c *Client) File(ctx context.Context, repo, path, ref string) (data []byte, found bool, err error) {
	r, err := Target{Repo: repo}.check()
	if err != nil {
		return nil, false, err
	}
	op := operation{name: fmt.Sprintf("reading %s at %s", path, evidence.ShortCommit(ref)), permission: "contents: read"}
	file, _, _, err := c.gh.Repositories.GetContents(ctx, r.owner, r.name, path, &gh.RepositoryContentGetOptions{Ref: ref})
	if err != nil {
		err = c.explain(op, err)
		if notFound(err) {
			return nil, false, nil
		}
		return nil, false, err
	}
	if file.GetType() != "file" { // a directory is nil
		return nil, false, fmt.Errorf("%s: it is no plain file", op.name)
	}
	text, err := file.GetContent()
	if err != nil || len(text) != file.GetSize() {
		return nil, false, fmt.Errorf("%s: GitHub sent %d of its %d bytes", op.name, len(text), file.GetSize())
	}
	return []byte(text), true, nil
}
