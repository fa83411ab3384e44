package github

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// listsQuery asks for the versions of comments: one connection each, of which GitHub
// prices a hundred at one point.
const listsQuery = `query($ids:[ID!]!){rateLimit{cost}nodes(ids:$ids){...on IssueComment{fullDatabaseId ` + editsFields + `}}}`

// lists reads the task lists that are comments of ours, with who edited them.
func (x *factReader) lists(ctx context.Context, posts []plan.Post) error {
	if x.t.Facts.Lists == nil {
		return nil
	}
	var ids []string
	at := map[string]int{} // in Facts.Lists, by the number of the comment
	byKey := func(a, b plan.Post) int { return cmp.Compare(a.Key, b.Key) }
	for _, p := range slices.SortedFunc(slices.Values(posts), byKey) {
		if !x.t.Facts.Lists(p.Key) {
			continue
		}
		login, err := x.c.Login(ctx)
		if err != nil {
			return err
		}
		ids = append(ids, p.Node)
		at[strconv.FormatInt(p.ID, 10)] = len(x.f.Lists)
		x.f.Lists = append(x.f.Lists, evidence.Post{Number: x.t.Issue, Author: login, Title: p.Key, Body: lines(p.Body), Created: p.At.UTC()})
	}
	err := x.listEdits(ctx, ids, at)
	var closed *closedError
	if errors.As(err, &closed) {
		err = &unreadError{closed.why}
	}
	return x.settle(evidence.ListsPart, err)
}

func (x *factReader) listEdits(ctx context.Context, ids []string, at map[string]int) error {
	for chunk := range slices.Chunk(ids, 100) {
		var answer struct {
			Nodes []*struct {
				ID    string    `json:"fullDatabaseId"`
				Edits *editList `json:"userContentEdits"`
			} `json:"nodes"`
		}
		op := operation{name: "reading who edited the task lists", permission: "issues: read"}
		refused, err := x.c.query(ctx, op, listsQuery, map[string]any{"ids": chunk}, &answer)
		if err != nil {
			return err
		}
		for _, f := range refused {
			if f.forbidden() {
				return &PermissionError{Op: op.name, Permission: op.permission, Message: x.c.clean(f.Message)}
			}
		}
		seen := 0
		for _, n := range answer.Nodes {
			if n == nil {
				continue
			}
			i, known := at[n.ID]
			if !known || n.Edits == nil {
				continue
			}
			seen++
			if x.f.Lists[i].Edits, err = n.Edits.versions(); err != nil {
				return err
			}
		}
		if seen < len(chunk) {
			return &unreadError{"GraphQL left out the edits of a task list"}
		}
	}
	return nil
}
