package github

import (
	"cmp"
	"context"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
)

// checks reads what other programs say of the head: every attempt of every check
// run, and the latest status of each context; the latest first. Tollgate's own
// are none of them.
func (x *factReader) checks(ctx context.Context, s seen) error {
	if s.statusErr != nil {
		return s.statusErr
	}
	op := operation{name: "reading the check runs of " + evidence.ShortCommit(x.head), permission: "checks: read"}
	runs, err := pages(x.c, op, func(o *gh.ListOptions) ([]*gh.CheckRun, *gh.Response, error) {
		every := "all"
		list, resp, err := x.c.gh.Checks.ListCheckRunsForRef(ctx, x.repo.owner, x.repo.name, x.head, &gh.ListCheckRunsOptions{Filter: &every, ListOptions: *o})
		if err != nil {
			return nil, resp, err
		}
		return list.CheckRuns, resp, nil
	})
	if err != nil {
		return err
	}
	for _, run := range runs {
		if x.c.isOurs(run) {
			continue
		}
		conclusion := ""
		if run.GetStatus() == "completed" {
			conclusion = run.GetConclusion()
		}
		x.f.Checks = append(x.f.Checks, evidence.CheckRun{
			ID: run.GetID(), Name: run.GetName(), App: run.GetApp().GetSlug(), Conclusion: conclusion,
			Commit: run.GetHeadSHA(), At: run.GetStartedAt().UTC(), URL: run.GetHTMLURL(), Suite: run.GetCheckSuite().GetID(),
		})
	}
	for _, status := range s.statuses {
		if strings.EqualFold(status.GetContext(), x.c.context) {
			continue
		}
		x.f.Checks = append(x.f.Checks, evidence.CheckRun{
			ID: status.GetID(), Name: status.GetContext(), Status: true, Conclusion: status.GetState(),
			Commit: x.head, At: status.GetCreatedAt().UTC(), URL: status.GetTargetURL(),
		})
	}
	slices.SortFunc(x.f.Checks, func(a, b evidence.CheckRun) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID), strings.Compare(a.Name, b.Name))
	})
	x.f.Checks = slices.CompactFunc(x.f.Checks, func(a, b evidence.CheckRun) bool { return a.ID == b.ID && a.Status == b.Status && a.Name == b.Name })
	return x.workflows(ctx)
}
