package github

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	gh "github.com/google/go-github/v62/github"

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
	// IsOurs reports whether a comment's text bears Tollgate's marker. Text alone
	// makes nothing ours: the author must be the token's account as well.
	IsOurs func(body string) bool
	// PostKey gives the key of a further comment by its text, "" for none. nil knows
	// of none.
	PostKey func(body string) string
	// CheckRun says that the check run is read and written besides the status.
	CheckRun bool
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
	if t.Issue != 0 {
		issue, err := c.issue(ctx, repo, t.Issue)
		if err != nil {
			return s, extra, err
		}
		extra.IssueIsPull = issue.IsPullRequest()
		s.Title, s.Open = issue.GetTitle(), issue.GetState() == "open"
		s.Labels, s.Assigned = labelNames(issue.Labels), logins(issue.Assignees)
		ours, err := c.posts(ctx, repo, t)
		if err != nil {
			return s, extra, err
		}
		for _, of := range ours {
			if of[0].Key == "" {
				s.Comment = plan.Comment{ID: of[0].ID, Body: of[0].Body}
			} else {
				s.Posts = append(s.Posts, of[0])
			}
			for _, double := range of[1:] {
				extra.Doubles = append(extra.Doubles, double.ID)
			}
		}
		slices.Sort(extra.Doubles)
	}
	if t.Pull != 0 {
		pull, err := c.pull(ctx, repo, t.Pull)
		if err != nil {
			return s, extra, err
		}
		s.Head = pull.GetHead().GetSHA()
		extra.Base, extra.BaseSHA = pull.GetBase().GetRef(), pull.GetBase().GetSHA()
		extra.Branch, extra.Body = pull.GetHead().GetRef(), pull.GetBody()
		extra.Fork = !strings.EqualFold(pull.GetHead().GetRepo().GetFullName(), pull.GetBase().GetRepo().GetFullName())
	}
	if s.Head != "" {
		s.Status, err = c.status(ctx, repo, s.Head)
		var permission *PermissionError
		switch {
		case errors.As(err, &permission):
			// A token for issues alone still moves the issue; Apply tells what the
			// status would take.
			c.log(c.clean(err.Error()))
		case err != nil:
			return s, extra, err
		}
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

// FindIssue returns the issues of this repository that the pull request says it
// closes, and how it says so; none is no error. What names a pull request, or
// an issue that is not there or no longer, is left out.
func (c *Client) FindIssue(ctx context.Context, repo string, number int) (issues []int, how string, err error) {
	t := Target{Repo: repo, Pull: number}
	r, err := t.check()
	if err != nil {
		return nil, "", err
	}
	pull, err := c.pull(ctx, r, number)
	if err != nil {
		return nil, "", err
	}
	name := repo
	if web, err := url.Parse(pull.GetHTMLURL()); err == nil && web.Host != "" {
		name = web.Host + "/" + repo
	}
	for _, body := range []string{pull.GetBody(), ""} {
		var named []int
		if named, how = LinkedIssues(body, pull.GetHead().GetRef(), name); len(named) == 0 {
			continue
		}
		for _, n := range named {
			issue, err := c.issue(ctx, r, n)
			switch {
			case gone(err):
			case err != nil:
				return nil, "", err
			case !issue.IsPullRequest():
				issues = append(issues, n)
			}
		}
		if len(issues) > 0 {
			return issues, how, nil
		}
	}
	return nil, "", nil
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

// status returns the latest commit status under our context.
func (c *Client) status(ctx context.Context, r repository, sha string) (plan.Status, error) {
	op := operation{name: "reading the status of " + short(sha), permission: "statuses: read"}
	opts := &gh.ListOptions{PerPage: 100}
	for {
		combined, resp, err := c.gh.Repositories.GetCombinedStatus(ctx, r.owner, r.name, sha, opts)
		if err = c.explain(op, err); notFound(err) {
			// The commit is there, so this is how a private repository says no.
			err = &PermissionError{Op: op.name, Permission: op.permission, Message: "Not Found"}
		}
		if err != nil {
			return plan.Status{}, err
		}
		for _, status := range combined.Statuses {
			// Contexts are told apart without regard to case, as labels are.
			if strings.EqualFold(status.GetContext(), c.context) {
				return plan.Status{State: status.GetState(), Description: status.GetDescription(), URL: status.GetTargetURL()}, nil
			}
		}
		if resp.NextPage <= opts.Page {
			return plan.Status{}, nil
		}
		opts.Page = resp.NextPage
	}
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
