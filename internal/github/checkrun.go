package github

import (
	"context"
	"fmt"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// checkMark begins the external id of our check run; other apps of one account may
// use the same name.
const checkMark = "tollgate:"

// isOurs tells our check run from others by its name and its external id.
func (c *Client) isOurs(run *gh.CheckRun) bool {
	return run.GetName() == c.context && strings.HasPrefix(run.GetExternalID(), checkMark)
}

// checkRun returns our latest check run on a commit.
func (c *Client) checkRun(ctx context.Context, r repository, sha string) (plan.Check, error) {
	op := operation{name: "reading the check run of " + evidence.ShortCommit(sha), permission: "checks: read"}
	opts := &gh.ListCheckRunsOptions{CheckName: gh.String(c.context), Filter: gh.String("latest"), ListOptions: gh.ListOptions{PerPage: 100}}
	runs, _, err := c.gh.Checks.ListCheckRunsForRef(ctx, r.owner, r.name, sha, opts)
	if err = c.explain(op, err); notFound(err) {
		err = &PermissionError{Op: op.name, Permission: op.permission, Message: "Not Found"}
	}
	if err != nil {
		return plan.Check{}, err
	}
	var ours plan.Check
	for _, run := range runs.CheckRuns {
		if c.isOurs(run) && run.GetID() > ours.ID {
			ours = plan.Check{
				ID: run.GetID(), Conclusion: run.GetConclusion(), URL: run.GetDetailsURL(),
				Title: run.GetOutput().GetTitle(), Summary: run.GetOutput().GetSummary(),
			}
		}
	}
	return ours, nil
}

// checkWriter makes or changes the check run.
type checkWriter struct {
	a    *applier
	want plan.Check
	id   int64
}

func newCheckWriter(a *applier, change plan.Change) (*checkWriter, error) {
	want, err := plan.ParseCheck(change.New)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains([]string{"success", "failure"}, want.Conclusion):
		return nil, fmt.Errorf("a check run cannot conclude with %q", want.Conclusion)
	case !shaForm.MatchString(a.p.Head):
		return nil, fmt.Errorf("a check run needs a full commit SHA, and the plan has %q", a.p.Head)
	}
	return &checkWriter{a: a, want: want}, nil
}

func (w *checkWriter) channel() channel { return checkChannel }

func (w *checkWriter) value(ctx context.Context, _ bool) (string, error) {
	if err := w.a.checkHead(ctx); err != nil {
		return "", err
	}
	live, err := w.a.c.checkRun(ctx, w.a.repo, w.a.p.Head)
	w.id = live.ID
	return plan.Snapshot{Check: live}.Value(plan.CheckKey), err
}

func (w *checkWriter) write(ctx context.Context) error {
	op := operation{"writing the check run", "checks: write", true}
	output := &gh.CheckRunOutput{Title: gh.String(w.want.Title), Summary: gh.String(w.want.Summary)}
	external := gh.String(checkMark + w.a.p.Head)
	url := gh.String(w.want.URL)
	if w.want.URL == "" {
		url = nil
	}
	if w.id != 0 {
		_, _, err := w.a.c.gh.Checks.UpdateCheckRun(ctx, w.a.repo.owner, w.a.repo.name, w.id, gh.UpdateCheckRunOptions{
			Name: w.a.c.context, Status: gh.String("completed"), Conclusion: gh.String(w.want.Conclusion),
			ExternalID: external, DetailsURL: url, Output: output,
		})
		return w.a.c.explain(op, err)
	}
	_, _, err := w.a.c.gh.Checks.CreateCheckRun(ctx, w.a.repo.owner, w.a.repo.name, gh.CreateCheckRunOptions{
		Name: w.a.c.context, HeadSHA: w.a.p.Head, Status: gh.String("completed"), Conclusion: gh.String(w.want.Conclusion),
		ExternalID: external, DetailsURL: url, Output: output,
	})
	return w.a.c.explain(op, err)
}

func (w *checkWriter) after(context.Context) error { return nil }
