package github

import (
	"context"
	"errors"
	"strconv"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Only GraphQL knows which comments are folded away. Without a connection in it, the
// query costs one point.
const (
	minimisedQuery    = `query($ids:[ID!]!){rateLimit{cost}nodes(ids:$ids){...on IssueComment{fullDatabaseId isMinimized}}}`
	minimiseStatement = `mutation($id:ID!){minimizeComment(input:{subjectId:$id,classifier:OUTDATED}){minimizedComment{isMinimized}}}`
)

// minimisedAnswer is what minimisedQuery gives.
type minimisedAnswer struct {
	Nodes []*struct {
		ID        string `json:"fullDatabaseId"`
		Minimised bool   `json:"isMinimized"`
	} `json:"nodes"`
}

// folded marks those of our further comments that are folded away. It asks only where
// there are several of which all but one should be, and where GraphQL is closed it
// leaves them as they are: Apply tells then what it takes.
func (c *Client) folded(ctx context.Context, t Target, posts []plan.Post) error {
	at := map[string]int{}
	var nodes []string
	for i, p := range posts {
		if t.Folds != nil && t.Folds(p.Key) && p.Node != "" {
			at[strconv.FormatInt(p.ID, 10)] = i
			nodes = append(nodes, p.Node)
		}
	}
	if len(nodes) < 2 {
		return nil
	}
	// The latest are the last, and the first of very many are folded long since.
	nodes = nodes[max(0, len(nodes)-100):]
	var answer minimisedAnswer
	op := operation{name: "reading which of our comments are folded away", permission: "issues: read"}
	_, err := c.query(ctx, op, minimisedQuery, map[string]any{"ids": nodes}, &answer)
	var closed *closedError
	if errors.As(err, &closed) {
		c.log(op.name + ": " + closed.why)
		return nil
	}
	for _, n := range answer.Nodes {
		if n == nil {
			continue
		}
		if i, ok := at[n.ID]; ok {
			posts[i].Minimised = n.Minimised
		}
	}
	return err
}

// minimiseWriter folds away one comment.
type minimiseWriter struct {
	a      *applier
	change plan.Change
	post   plan.Post
}

func (w *minimiseWriter) channel() channel { return minimiseChannel }

func (w *minimiseWriter) operation() operation {
	return operation{"folding away the comment " + w.post.Key, "issues: write", true}
}

func (w *minimiseWriter) value(ctx context.Context, _ bool) (string, error) {
	if w.post.Node == "" {
		return "", &droppedError{w.operation().name, "GitHub's name of the comment, which a saved state may lack"}
	}
	var answer minimisedAnswer
	refused, err := w.a.c.query(ctx, w.operation(), minimisedQuery, map[string]any{"ids": []string{w.post.Node}}, &answer)
	var closed *closedError
	switch {
	case errors.As(err, &closed):
		return "", &droppedError{w.operation().name, "GraphQL: " + closed.why}
	case err != nil:
		return "", err
	}
	if err := w.a.c.refused(w.operation(), refused); err != nil && !notFound(err) {
		return "", err
	}
	for _, n := range answer.Nodes {
		if n != nil && n.Minimised {
			return w.change.New, nil
		}
		if n != nil {
			return "", nil
		}
	}
	return w.change.New, nil // removed: nothing is left to fold
}

func (w *minimiseWriter) write(ctx context.Context) error {
	var answer struct {
		Done struct {
			Comment struct {
				Minimised bool `json:"isMinimized"`
			} `json:"minimizedComment"`
		} `json:"minimizeComment"`
	}
	err := w.a.c.mutate(ctx, w.operation(), minimiseStatement, map[string]any{"id": w.post.Node}, &answer)
	if notFound(err) {
		return errAlready
	}
	return err
}

func (w *minimiseWriter) after(context.Context) error { return nil }
