package github

import (
	"context"
	"errors"
	"fmt"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

const reactStatement = `mutation($id:ID!,$content:ReactionContent!){addReaction(input:{subjectId:$id,content:$content}){reaction{content}}}`

// reactionContent is GraphQL's word for a reaction, "" for none.
func reactionContent(name string) string {
	for content, n := range reactionNames {
		if n == name {
			return content
		}
	}
	return ""
}

// reactionWriter gives a comment one reaction.
type reactionWriter struct {
	a      *applier
	change plan.Change
	want   plan.Reaction
	node   string
}

func (w *reactionWriter) channel() channel { return reactionChannel }

func (w *reactionWriter) operation() operation {
	return operation{fmt.Sprintf("reacting to comment %d", w.want.Comment), "issues: write", true}
}

// value reads the comment, and asks whose its reactions are only where it has any.
func (w *reactionWriter) value(ctx context.Context, _ bool) (string, error) {
	op := operation{name: fmt.Sprintf("reading comment %d", w.want.Comment), permission: "issues: read"}
	comment, _, err := w.a.c.gh.Issues.GetComment(ctx, w.a.repo.owner, w.a.repo.name, w.want.Comment)
	if err = w.a.c.explain(op, err); notFound(err) {
		return "", w.gone()
	}
	if err != nil {
		return "", err
	}
	if w.node = comment.GetNodeID(); w.node == "" {
		return "", &droppedError{w.operation().name, "GitHub's name of the comment, which this GitHub does not give"}
	}
	if comment.GetReactions().GetTotalCount() == 0 {
		return "", nil
	}
	ours, err := w.ours(ctx)
	var closed *closedError
	if errors.As(err, &closed) {
		return "", &droppedError{w.operation().name, "GraphQL: " + closed.why}
	}
	return ours, err
}

// ours asks whether the reaction is there already.
func (w *reactionWriter) ours(ctx context.Context) (string, error) {
	var answer reactionsAnswer
	refused, err := w.a.c.query(ctx, w.operation(), reactionsQuery, map[string]any{"ids": []string{w.node}}, &answer)
	if err == nil {
		err = w.a.c.refused(w.operation(), refused)
	}
	if notFound(err) {
		return "", w.gone()
	}
	if err != nil {
		return "", err
	}
	for _, n := range answer.Nodes {
		for _, g := range n.groups() {
			if g.Ours && reactionNames[g.Content] == w.want.Content {
				return w.want.Content, nil
			}
		}
	}
	return "", nil
}

func (w *reactionWriter) gone() error {
	return &droppedError{w.operation().name, "the comment, which is no longer there"}
}

// write gives the reaction; the same one twice is one to GitHub.
func (w *reactionWriter) write(ctx context.Context) error {
	var answer struct{}
	err := w.a.c.mutate(ctx, w.operation(), reactStatement, map[string]any{"id": w.node, "content": reactionContent(w.want.Content)}, &answer)
	if notFound(err) {
		return w.gone()
	}
	return err
}

func (w *reactionWriter) after(context.Context) error { return nil }
