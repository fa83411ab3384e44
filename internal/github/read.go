package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Target is the issue and the pull request that a run is about.
type Target struct {
	Repo  string // owner/name
	Issue int    // 0 if there is none: then only the commit's status is read and written
	Pull  int    // 0 if there is none
	// Head is the commit that was judged, in full; "" leaves it to the pull
	// request to say. With a pull request that has moved on, Apply stops; without
	// a pull request it is the commit on which the status stands.
	Head string
	// Merged says that Head is not the pull request's own commit but one that a merge
	// queue made of it: the status stands there, and the pull request's head may be
	// any.
	Merged bool
	// IsOurs reports whether a comment's text bears Tollgate's marker. Text alone
	// makes nothing ours: the author must be the token's account as well.
	IsOurs func(body string) bool
	// PostKey gives the key of a further comment by its text, "" for none. nil knows
	// of none.
	PostKey func(body string) string
	// Folds reports whether of the further comments with such keys only the latest is
	// left open, so that it matters which are folded away. nil is none.
	Folds func(key string) bool
	// Project is the field of a board that is read and written besides; its value says
	// nothing here.
	Project plan.Project
	// CheckRun says that the check run is read and written besides the status.
	CheckRun bool
	// Facts says which facts to read besides; nil is none.
	Facts *Wanted
}

// Context is what the pull request and the search for the comment tell besides
// the Snapshot.
type Context struct {
	IssueIsPull bool   // the number given for the issue is a pull request's
	Base        string // branch into which the pull request goes
	BaseSHA     string
	Branch      string // the pull request's own branch
	Fork        bool   // which is in another repository
	Body        string // its description
	// Doubles are further comments of ours, in order: the lowest is the one, and
	// the rest are what two runs at once have left. Deliver removes them.
	Doubles []int64
}

// Read takes in what GitHub holds of the target.
func (c *Client) Read(ctx context.Context, t Target) (plan.Snapshot, Context, error) {
	var extra Context
	repo, err := t.check()
	if err != nil {
		return plan.Snapshot{}, extra, err
	}
	s := plan.Snapshot{Repo: t.Repo, Issue: t.Issue, Pull: t.Pull, Head: t.Head}
	statusBy := "" // where it is not known, which takes the facts, and GraphQL
	got := seen{statusBy: &statusBy}
	if t.Issue != 0 {
		if got.issue, err = c.issue(ctx, repo, t.Issue); err != nil {
			return s, extra, err
		}
		extra.IssueIsPull = got.issue.IsPullRequest()
		s.Title, s.Open = got.issue.GetTitle(), got.issue.GetState() == "open"
		s.Labels, s.Assigned = labelNames(got.issue.Labels), logins(got.issue.Assignees)
		if got.comments, err = c.listComments(ctx, repo, t.Issue); err != nil {
			return s, extra, err
		}
		ours, err := c.ours(ctx, t, got.comments)
		if err != nil {
			return s, extra, err
		}
		for _, of := range ours {
			if of[0].Key == "" {
				s.Comment = plan.Comment{ID: of[0].ID, Body: of[0].Body}
				got.status = &of[0]
			} else {
				s.Posts = append(s.Posts, of[0])
				got.posts = append(got.posts, of[0])
			}
			for _, double := range of[1:] {
				extra.Doubles = append(extra.Doubles, double.ID)
			}
		}
		slices.Sort(extra.Doubles)
		slices.SortFunc(s.Posts, func(a, b plan.Post) int { return cmp.Compare(a.ID, b.ID) })
		if err := c.folded(ctx, t, s.Posts); err != nil {
			return s, extra, err
		}
		if s.Project, err = c.board(ctx, repo, t); err != nil {
			return s, extra, err
		}
	}
	if t.Pull != 0 {
		if got.pull, err = c.pull(ctx, repo, t.Pull); err != nil {
			return s, extra, err
		}
		if !t.Merged {
			s.Head = got.pull.GetHead().GetSHA()
		}
		extra.Base, extra.BaseSHA = got.pull.GetBase().GetRef(), got.pull.GetBase().GetSHA()
		extra.Branch, extra.Body = got.pull.GetHead().GetRef(), got.pull.GetBody()
		extra.Fork = fork(got.pull)
	}
	if s.Head != "" {
		got.statuses, got.statusErr = c.statuses(ctx, repo, s.Head)
		var permission *PermissionError
		switch {
		case errors.As(got.statusErr, &permission):
			// A token for issues alone still moves the issue; Apply tells what the
			// status would take.
			c.log(c.clean(got.statusErr.Error()))
		case got.statusErr != nil:
			return s, extra, got.statusErr
		}
		s.Status = c.own(got.statuses)
	}
	if t.Facts != nil {
		if s.Facts, err = c.facts(ctx, repo, t, s.Head, got); err != nil {
			return s, extra, err
		}
	}
	if s.Status.State != "" && statusBy != "" && t.Facts != nil && t.Facts.Confirm {
		us, err := c.Login(ctx)
		if err != nil {
			return s, extra, err
		}
		s.Confirmed = plan.SameName(statusBy, us)
	}
	if s.Head != "" && t.CheckRun {
		s.Check, err = c.checkRun(ctx, repo, s.Head)
		var permission *PermissionError
		switch {
		case errors.As(err, &permission):
			c.log(c.clean(err.Error()))
		case err != nil:
			return s, extra, err
		}
	}
	return s.Normalise(), extra, nil
}

// repository is owner/name, taken apart and found to be such.
type repository struct{ owner, name string }

var (
	repoForm = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9_-]*))/([A-Za-z0-9._-]+)$`)
	shaForm  = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)
)

// check keeps anything but names and numbers out of the paths of requests.
func (t Target) check() (repository, error) {
	m := repoForm.FindStringSubmatch(t.Repo)
	switch {
	case m == nil || m[2] == "." || m[2] == "..":
		return repository{}, fmt.Errorf("%q is no repository: write owner/name", t.Repo)
	case t.Issue < 0 || t.Pull < 0:
		return repository{}, fmt.Errorf("issue %d and pull request %d: numbers start at 1", t.Issue, t.Pull)
	case t.Head != "" && !shaForm.MatchString(t.Head):
		return repository{}, fmt.Errorf("%q is no commit: give its full SHA in small letters", t.Head)
	case t.Merged && t.Head == "":
		return repository{}, errors.New("a commit of a merge queue, and not which")
	case t.Issue != 0 && t.IsOurs == nil:
		return repository{}, errors.New("reading an issue without a marker to know our comment by")
	}
	return repository{m[1], m[2]}, nil
}

// issue reads one issue, and refuses one that was transferred: the redirect is
// followed to an issue which is not the one that was asked for.
func (c *Client) issue(ctx context.Context, r repository, number int) (*gh.Issue, error) {
	op := operation{name: fmt.Sprintf("reading issue #%d", number), permission: "issues: read"}
	issue, _, err := c.gh.Issues.Get(ctx, r.owner, r.name, number)
	if err != nil {
		return nil, c.explain(op, err)
	}
	where := issue.GetRepositoryURL()
	if !strings.HasSuffix(strings.ToLower(where), "/repos/"+strings.ToLower(r.owner+"/"+r.name)) {
		_, name, _ := strings.Cut(where, "/repos/")
		return nil, &MovedError{Op: op.name, To: c.clean(fmt.Sprintf("%s#%d", name, issue.GetNumber()))}
	}
	return issue, nil
}

func (c *Client) pull(ctx context.Context, r repository, number int) (*gh.PullRequest, error) {
	pull, _, err := c.gh.PullRequests.Get(ctx, r.owner, r.name, number)
	if err != nil {
		return nil, c.explain(operation{name: fmt.Sprintf("reading pull request #%d", number), permission: "pull-requests: read"}, err)
	}
	if head := pull.GetHead().GetSHA(); !shaForm.MatchString(head) {
		return nil, fmt.Errorf("reading pull request #%d: %q is no commit", number, c.clean(head))
	}
	return pull, nil
}

// listComments reads every comment of an issue or a pull request.
func (c *Client) listComments(ctx context.Context, r repository, number int) ([]*gh.IssueComment, error) {
	op := operation{name: fmt.Sprintf("reading the comments of #%d", number), permission: "issues: read"}
	opts := &gh.IssueListCommentsOptions{ListOptions: gh.ListOptions{PerPage: 100}}
	var all []*gh.IssueComment
	for {
		page, resp, err := c.gh.Issues.ListComments(ctx, r.owner, r.name, number, opts)
		if err != nil {
			return nil, c.explain(op, err)
		}
		all = append(all, page...)
		if resp.NextPage <= opts.Page {
			break
		}
		opts.Page = resp.NextPage
	}
	slices.SortStableFunc(all, func(a, b *gh.IssueComment) int { return cmp.Compare(a.GetID(), b.GetID()) })
	// Pages shift while they are read, so that a comment can stand on two.
	return slices.CompactFunc(all, func(a, b *gh.IssueComment) bool { return a.GetID() == b.GetID() }), nil
}

// statuses returns the latest commit status of each context.
func (c *Client) statuses(ctx context.Context, r repository, sha string) ([]*gh.RepoStatus, error) {
	op := operation{name: "reading the statuses of " + evidence.ShortCommit(sha), permission: "statuses: read"}
	opts := &gh.ListOptions{PerPage: 100}
	var all []*gh.RepoStatus
	for {
		combined, resp, err := c.gh.Repositories.GetCombinedStatus(ctx, r.owner, r.name, sha, opts)
		if err = c.explain(op, err); notFound(err) {
			// The commit is there, so this is how a private repository says no.
			err = &PermissionError{Op: op.name, Permission: op.permission, Message: "Not Found"}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, combined.Statuses...)
		if resp.NextPage <= opts.Page {
			return all, nil
		}
		opts.Page = resp.NextPage
	}
}

// status reads the latest commit status under our context.
func (c *Client) status(ctx context.Context, r repository, sha string) (plan.Status, error) {
	all, err := c.statuses(ctx, r, sha)
	return c.own(all), err
}

// own is the status under our context.
func (c *Client) own(all []*gh.RepoStatus) plan.Status {
	for _, status := range all {
		// Contexts are told apart without regard to case, as labels are.
		if strings.EqualFold(status.GetContext(), c.context) {
			return plan.Status{State: status.GetState(), Description: status.GetDescription(), URL: status.GetTargetURL()}
		}
	}
	return plan.Status{}
}

func labelNames(labels []*gh.Label) []string {
	var names []string
	for _, label := range labels {
		names = append(names, label.GetName())
	}
	return names
}

func logins(users []*gh.User) []string {
	var names []string
	for _, user := range users {
		names = append(names, user.GetLogin())
	}
	return names
}
