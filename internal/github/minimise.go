package github

import (
	"context"
	"net/http"
	"slices"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// foldedQuery asks which comments are folded away. Without a connection in it,
// GitHub prices it at one point.
const foldedQuery = `query($ids:[ID!]!){rateLimit{cost}nodes(ids:$ids){__typename ...on IssueComment{id isMinimized}}}`

// minimiseQuery folds a comment away, as one that a later one has replaced.
const minimiseQuery = `mutation($id:ID!){minimizeComment(input:{subjectId:$id,classifier:OUTDATED}){minimizedComment{isMinimized}}}`

// folded says of the posts that the target may fold away whether they are. REST
// does not tell; where GraphQL is closed they stay as they are.
func (c *Client) folded(ctx context.Context, t Target, posts []plan.Post) error {
	var ids []string
	for _, p := range posts {
		if p.Node != "" && t.Folds != nil && t.Folds(p.Key) {
			ids = append(ids, p.Node)
		}
	}
	for chunk := range slices.Chunk(ids, 100) {
		var answer struct {
			Nodes []*struct {
				ID        string `json:"id"`
				Minimised bool   `json:"isMinimized"`
			} `json:"nodes"`
		}
		if _, err := c.query(ctx, operation{name: "reading which comments are folded away", permission: "issues: read"}, foldedQuery, map[string]any{"ids": chunk}, &answer); err != nil {
			if known(err) {
				c.log(c.clean(err.Error()))
				return nil
			}
			return err
		}
		for _, n := range answer.Nodes {
			for i := range posts {
				if n != nil && posts[i].Node == n.ID {
					posts[i].Minimised = n.Minimised
				}
			}
		}
	}
	return nil
}

// known reports whether an error says that GraphQL cannot answer here.
func known(err error) bool {
	_, closed := err.(*closedError)
	return closed
}

// foldWriter folds a comment away.
type foldWriter struct {
	a      *applier
	change plan.Change
	post   plan.Post
	done   bool
}

func (w *foldWriter) channel() channel { return commentChannel }

func (w *foldWriter) value(ctx context.Context, fresh bool) (string, error) {
	if fresh && !w.done {
		now := []plan.Post{w.post}
		if err := w.a.c.folded(ctx, w.a.t, now); err != nil {
			return "", err
		}
		w.post = now[0]
	}
	if w.done || w.post.Minimised {
		return w.change.New, nil
	}
	return w.change.Old, nil
}

func (w *foldWriter) write(ctx context.Context) error {
	op := operation{"folding away the comment " + w.post.Key, "issues: write", true}
	var answer struct {
		Minimise *struct {
			Comment struct {
				Minimised bool `json:"isMinimized"`
			} `json:"minimizedComment"`
		} `json:"minimizeComment"`
	}
	refused, err := w.a.c.query(ctx, op, minimiseQuery, map[string]any{"id": w.post.Node}, &answer)
	switch {
	case err != nil && known(err):
		return &PermissionError{Op: op.name, Permission: op.permission, Message: err.Error()}
	case err != nil:
		return err
	case answer.Minimise == nil || !answer.Minimise.Comment.Minimised:
		message := http.StatusText(http.StatusForbidden)
		if len(refused) > 0 {
			message = w.a.c.clean(refused[0].Message)
		}
		return &PermissionError{Op: op.name, Permission: op.permission, Message: message}
	}
	w.done = true
	return nil
}

func (w *foldWriter) after(context.Context) error { return nil }
