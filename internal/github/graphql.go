package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// closedError says that GraphQL cannot answer a query here: it is closed to the
// token, is not there, or does not know a field. What was asked is then read over
// REST, as far as REST has it.
type closedError struct{ why string }

func (e *closedError) Error() string { return e.why }

// refusedField is a part of an answer that GraphQL left out, and why.
type refusedField struct {
	Path       []any  `json:"path"`
	Kind       string `json:"type"` // FORBIDDEN, NOT_FOUND, …
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"` // undefinedField, …
	} `json:"extensions"`
}

// at reports whether the field, or one that it stands in, was left out; path is
// "repository.pullRequest.reviews". Aliases and the places in lists count as names.
func (f refusedField) at(path string) bool {
	var own []string
	for _, p := range f.Path {
		own = append(own, fmt.Sprint(p))
	}
	mine := strings.Join(own, ".")
	return mine == path || strings.HasPrefix(path+".", mine+".") || strings.HasPrefix(mine, path+".")
}

// forbidden reports whether a permission is what was lacking.
func (f refusedField) forbidden() bool {
	return f.Kind == "FORBIDDEN" || f.Kind == "INSUFFICIENT_SCOPES" || strings.Contains(f.Message, "not accessible by")
}

// mutate changes something by GraphQL. What is refused is the error of a write: the
// permission that is lacking, what is not there, or what GitHub does not take.
func (c *Client) mutate(ctx context.Context, op operation, text string, variables map[string]any, data any) error {
	op.write = true
	refused, err := c.query(ctx, op, text, variables, data)
	var closed *closedError
	switch {
	case errors.As(err, &closed):
		return &droppedError{op.name, "GraphQL: " + closed.why}
	case err != nil:
		return err
	}
	return c.refused(op, refused)
}

// refused is the error of the parts of an answer that were left out, nil if there are
// none.
func (c *Client) refused(op operation, fields []refusedField) error {
	for _, f := range fields {
		switch {
		case f.forbidden():
			return &PermissionError{Op: op.name, Permission: op.permission, Message: c.clean(f.Message)}
		case f.Kind == unprocessable:
			return &droppedError{op.name, "what GitHub asks for: " + c.clean(f.Message)}
		}
	}
	if len(fields) > 0 {
		return &CallError{Op: op.name, Status: http.StatusNotFound, Message: c.clean(fields[0].Message)}
	}
	return nil
}

// unprocessable is the type of the error about a change that GitHub does not take.
const unprocessable = "UNPROCESSABLE"

// query asks GraphQL, whose answers have status 200 whatever they say. An answer
// may be partial: then refused names what was left out, and data holds the rest.
// What the whole query is refused for is a *closedError, and GitHub's own failure
// an error.
func (c *Client) query(ctx context.Context, op operation, text string, variables map[string]any, data any) (refused []refusedField, err error) {
	// GitHub Enterprise Server has GraphQL beside /api/v3, not under it.
	path := "graphql"
	if strings.HasSuffix(c.gh.BaseURL.Path, "/api/v3/") {
		path = "../graphql"
	}
	answer := struct {
		Data   any            `json:"data"`
		Errors []refusedField `json:"errors"`
	}{Data: data}
	req, err := c.gh.NewRequest(http.MethodPost, path, map[string]any{"query": text, "variables": variables})
	if err == nil {
		_, err = c.gh.Do(ctx, req, &answer)
	}
	err = c.explain(op, err)
	var permission *PermissionError
	switch {
	case errors.As(err, &permission):
		return nil, &closedError{"GraphQL is closed to the token (" + permission.Message + ")"}
	case notFound(err):
		return nil, &closedError{"this GitHub has no GraphQL"}
	case err != nil:
		return nil, err
	}
	for _, e := range answer.Errors {
		switch {
		case e.Extensions.Code == "undefinedField" || e.Extensions.Code == "argumentNotAccepted":
			return nil, &closedError{"GraphQL of this GitHub is older: " + c.clean(e.Message)}
		case len(e.Path) == 0 && e.forbidden():
			return nil, &closedError{"GraphQL is closed to the token (" + c.clean(e.Message) + ")"}
		case e.forbidden() || e.Kind == "NOT_FOUND" || e.Kind == unprocessable:
			refused = append(refused, e)
		default:
			// A query that timed out or broke has answered nothing, even if part of
			// its data is there: a list cut by a failure looks like a short one.
			return nil, &CallError{Op: op.name, Status: http.StatusOK, Message: c.clean("GraphQL: " + e.Message)}
		}
	}
	return refused, nil
}
