package cli

import (
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/change"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/history"
)

// nearby is the base of a run as a store keeps it.
type nearby struct {
	history.Entry
	found  bool
	before int // commits, from where the change starts
	line   change.Ancestry
	asked  bool // GitHub, for git could not tell
}

// source says who told where the base is, "" for git.
func (n nearby) source() string {
	if n.asked {
		return " as GitHub lists them"
	}
	return ""
}

// nearest looks for the base of the run in the store: by git, and where the checkout
// does not go back far enough, by GitHub.
func (a *app) nearest(ctx context.Context, s settings, head string, store *history.Store) (nearby, error) {
	var n nearby
	if strings.HasPrefix(s.base, "-") {
		return n, usage("--base is %q; name a commit, a branch or a tag", s.base)
	}
	ev, err := a.event(s)
	if err != nil {
		return n, err
	}
	q := change.Question{Base: firstOf(s.base, ev.base()), Head: head}
	if n.line, err = change.Ancestors(ctx, a.repository(s), q, a.env.Getenv); err != nil {
		return n, err
	}
	kept, err := store.Newest(ctx, history.Base)
	if err != nil {
		return n, err
	}
	if n.Entry, n.before, n.found = kept.Nearest(n.line.Commits); n.found || n.line.Unknown == "" {
		return n, nil
	}
	return a.nearestByAPI(ctx, s, n, kept)
}

// nearestByAPI asks GitHub for the commits that git does not know of. Where that fails
// as well, git's reason is joined by GitHub's.
func (a *app) nearestByAPI(ctx context.Context, s settings, n nearby, kept history.Runs) (nearby, error) {
	repo, head := firstOf(s.repo, a.env.Getenv("GITHUB_REPOSITORY")), n.line.Asked.Head
	switch {
	case len(kept) == 0 || !history.IsCommit(head): // nothing to be found, or nothing to ask for
		return n, nil
	case s.offline:
		n.line.Unknown += "; a snapshot does not hold the commits before, and GitHub is not asked beside it"
		return n, nil
	case a.token() == "":
		n.line.Remedy += ", or give a token, so that GitHub lists them"
		return n, nil
	}
	client, err := a.github(github.Options{Token: a.token()})
	if err != nil {
		return n, err
	}
	isKept := func(commit string) bool { _, ok := kept[commit]; return ok }
	commits, whole, err := client.Ancestors(ctx, repo, n.line.Asked.Base, head, isKept)
	if ctx.Err() != nil {
		return n, ctx.Err()
	}
	if err != nil {
		n.line.Unknown += "; nor does GitHub say: " + err.Error()
		return n, nil
	}
	n.line.Commits, n.asked = commits, true
	n.Entry, n.before, n.found = kept.Nearest(commits)
	switch {
	case n.found || whole:
		n.line.Unknown, n.line.Remedy = "", ""
	default:
		n.line.Unknown += "; GitHub is asked no further back than that"
	}
	return n, nil
}

// back says how far a base is from where the change starts.
func back(n int) string {
	if n == 0 {
		return "where the change starts"
	}
	return amount(n, "commit") + " before that where the change starts"
}
