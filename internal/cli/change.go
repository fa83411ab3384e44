package cli

import (
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/change"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// change finds out what the change touches that a run is about. What cannot be
// read is a Diff that is not Known, and says why.
func (a *app) change(ctx context.Context, p *policy.Policy, s settings, e event, head string) (evidence.Diff, error) {
	q := change.Question{Base: firstOf(s.base, e.base()), Head: head}
	if strings.HasPrefix(q.Base, "-") {
		return evidence.Diff{}, usage("--base is %q; name a commit, a branch or a tag", q.Base)
	}
	if q.Base == "" && a.runner != nil {
		return evidence.Diff{Head: head, Unknown: "nothing in this workflow run says what the change goes to", Remedy: "name it with the input base"}, nil
	}
	d, err := change.Read(ctx, a.repository(s), q, a.env.Getenv)
	if err == nil && !d.Known && s.base == "" && (p.Gates.NeedsDiff() || p.Rules.AsksChange()) { // requests are counted
		d = a.changeByAPI(ctx, s, e, head, d)
	}
	// The head stays what the run says that it is: where it says nothing, evidence of
	// any commit is judged, and not that of what happens to be checked out.
	d.Head = head
	return d, err
}

// changeByAPI asks GitHub for the change of a pull request that git could not read.
// Where that fails as well, git's reason is joined by GitHub's.
func (a *app) changeByAPI(ctx context.Context, s settings, e event, head string, unread evidence.Diff) evidence.Diff {
	token, repo := a.token(), firstOf(e.Repository.FullName, a.env.Getenv("GITHUB_REPOSITORY"))
	switch {
	case e.PullRequest == nil || repo == "":
		return unread
	case s.offline:
		unread.Unknown += "; a snapshot does not hold the change, and GitHub is not asked beside it"
		return unread
	case token == "":
		return unread
	}
	client, err := a.github(github.Options{Token: token})
	if err != nil {
		return unread
	}
	d, err := client.Change(ctx, repo, e.PullRequest.Number, head)
	switch {
	case err != nil:
		unread.Unknown += "; nor does GitHub say: " + err.Error()
		return unread
	case !d.Known:
		unread.Unknown += "; and " + d.Unknown
		return unread
	default:
		return d
	}
}

// base is the commit that the change goes to, "" if the event has none.
func (e event) base() string {
	switch {
	case e.PullRequest != nil:
		return e.PullRequest.Base.SHA
	case e.MergeGroup != nil:
		return e.MergeGroup.BaseSHA
	default:
		return ""
	}
}
