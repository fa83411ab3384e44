package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Wanted says which facts a run needs besides those that every run does.
type Wanted struct {
	// Teams are those that the policy names: "@org/team".
	Teams []string
	// Logins are told the facts that were read and return whose permission in the
	// repository matters: who wrote a command. nil is nobody.
	Logins func(*evidence.Facts) []string
	// Lists reports whether a further comment of ours, by its key, is a task list:
	// then its edits are read, which say who ticked. nil is none.
	Lists func(key string) bool
	// Talk says that the comments of a pull request are read without an issue as well.
	Talk bool
	// Confirm says that it matters whether the status is the token's own account's.
	Confirm bool
	// Workflows reports whether it matters of which workflow a check is.
	Workflows bool
	// Remembers reports whether a further comment of ours, by its key, repeats what the
	// status comment remembers: then it matters who edited it. nil is none.
	Remembers func(key string) bool
}

// Limits of one reading. What is beyond them makes the part unread: a list that
// was cut looks like a short one.
const (
	maxPages  = 30  // of 100 events, check runs or members
	maxRounds = 10  // of 100 reviews and 100 threads
	maxLogins = 100 // whose permission is asked for
	maxTeams  = 50
)

// unreadError is a part that cannot be read here, for a reason that is neither a
// permission nor a failure.
type unreadError struct{ why string }

func (e *unreadError) Error() string { return e.why }

// seen are the answers of Read that hold facts as well.
type seen struct {
	issue     *gh.Issue
	pull      *gh.PullRequest
	comments  []*gh.IssueComment // of the issue
	posts     []plan.Post        // ours
	status    *plan.Post         // our status comment, nil if there is none
	statuses  []*gh.RepoStatus
	statusErr error
	statusBy  *string // who set our status; discussion says it
}

// remembering are the comments of which it matters who edited them.
func (s seen) remembering(t Target) (out []plan.Post) {
	if s.status != nil {
		out = append(out, *s.status)
	}
	for _, p := range s.posts {
		if t.Facts.Remembers != nil && t.Facts.Remembers(p.Key) {
			out = append(out, p)
		}
	}
	return out
}

// factReader reads the facts of one target.
type factReader struct {
	c    *Client
	repo repository
	t    Target
	head string
	f    *evidence.Facts
	by   *string
	// remembers are those of our comments of which it matters who edited them: the status
	// comment, whose key is "", and those that repeat it.
	remembers []plan.Post
	nodes     map[string]int // of comments with reactions, by their global names, in order
}

// facts reads what is not in the answers that Read has already. A part that the
// token may not read costs that part; what GitHub fails to answer is an error.
func (c *Client) facts(ctx context.Context, r repository, t Target, head string, s seen) (evidence.Facts, error) {
	f := &evidence.Facts{Unread: map[evidence.FactPart]string{}}
	x := &factReader{c: c, repo: r, t: t, head: head, f: f, by: s.statusBy, nodes: map[string]int{}}
	x.remembers = s.remembering(t)
	var steps []func() error
	if s.issue != nil {
		x.issue(s.issue)
		steps = append(steps,
			func() error { return x.comments(ctx, s.comments) },
			func() error { return x.settle(evidence.EventsPart, x.events(ctx)) },
			func() error { return x.settle(evidence.BlockersPart, x.blockers(ctx)) },
			func() error { return x.lists(ctx, s.posts) })
	}
	if s.pull != nil {
		x.pull(s.pull)
	}
	if s.issue == nil && s.pull != nil && t.Facts.Talk {
		steps = append(steps, func() error { return x.comments(ctx, nil) })
	}
	if head != "" {
		steps = append(steps, func() error { return x.settle(evidence.ChecksPart, x.checks(ctx, s)) })
	}
	if s.issue != nil || s.pull != nil {
		steps = append(steps, func() error { return x.discussion(ctx) }, func() error { return x.settle(evidence.ReactionsPart, x.reactions(ctx)) })
	}
	steps = append(steps,
		func() error { return x.settle(evidence.TeamsPart, x.teams(ctx)) },
		func() error { return x.settle(evidence.PermissionsPart, x.permissions(ctx)) })
	for _, step := range steps {
		if err := step(); err != nil {
			return evidence.Facts{}, err
		}
	}
	slices.Sort(f.Read)
	f.Read = slices.Compact(f.Read)
	if len(f.Unread) == 0 {
		f.Unread = nil
	}
	return *f, nil
}

// settle says of a part whether it was read, and passes on what ends the run.
func (x *factReader) settle(part evidence.FactPart, err error) error {
	var (
		permission *PermissionError
		unread     *unreadError
		closed     *closedError
	)
	switch {
	case err == nil:
		x.f.Read = append(x.f.Read, part)
	case errors.As(err, &permission):
		x.lack(part, permission.Permission)
	case errors.As(err, &unread):
		x.f.Unread[part] = unread.why
	case errors.As(err, &closed):
		x.f.Unread[part] = closed.why
	default:
		return err
	}
	return nil
}

// lack says of a part that the token has no permission for it.
func (x *factReader) lack(part evidence.FactPart, permission string) {
	if permission == "" {
		x.f.Unread[part] = "the token lacks a permission that GitHub does not name"
		return
	}
	x.f.Unread[part] = "the token lacks `" + permission + "`"
}

func (x *factReader) issue(issue *gh.Issue) {
	x.f.Issue = evidence.Post{
		Number: issue.GetNumber(), Author: issue.GetUser().GetLogin(),
		Title: issue.GetTitle(), Body: lines(issue.GetBody()), Created: issue.GetCreatedAt().UTC(),
	}
	x.f.Read = append(x.f.Read, evidence.IssuePart)
}

func (x *factReader) pull(pull *gh.PullRequest) {
	p := pullOf(x.repo, pull)
	x.f.Pull = &p
	x.f.Read = append(x.f.Read, evidence.PullPart)
}

// Pull reads one pull request.
func (c *Client) Pull(ctx context.Context, repo string, number int) (evidence.Pull, error) {
	r, err := Target{Repo: repo, Pull: number}.check()
	if err != nil {
		return evidence.Pull{}, err
	}
	pull, err := c.pull(ctx, r, number)
	if err != nil {
		return evidence.Pull{}, err
	}
	return pullOf(r, pull), nil
}

func pullOf(r repository, pull *gh.PullRequest) evidence.Pull {
	p := evidence.Pull{
		Post: evidence.Post{
			Number: pull.GetNumber(), Author: pull.GetUser().GetLogin(),
			Title: pull.GetTitle(), Body: lines(pull.GetBody()), Created: pull.GetCreatedAt().UTC(),
		},
		Base: pull.GetBase().GetRef(), BaseSHA: pull.GetBase().GetSHA(),
		Branch: pull.GetHead().GetRef(), Head: pull.GetHead().GetSHA(),
		Fork: fork(pull), Draft: pull.GetDraft(), Merged: pull.GetMerged(), Open: pull.GetState() == "open",
		Labels: labelNames(pull.Labels),
	}
	for _, login := range logins(pull.RequestedReviewers) {
		p.Requested = append(p.Requested, "@"+login)
	}
	for _, team := range pull.RequestedTeams {
		p.Requested = append(p.Requested, "@"+r.owner+"/"+team.GetSlug())
	}
	slices.Sort(p.Labels)
	slices.Sort(p.Requested)
	return p
}

// comments takes those of the issue, which are read, and reads those of the pull
// request: both have one list of comments by the same operation.
func (x *factReader) comments(ctx context.Context, onIssue []*gh.IssueComment) error {
	x.addComments(x.t.Issue, onIssue)
	var err error
	if x.t.Pull != 0 && x.t.Pull != x.t.Issue {
		var onPull []*gh.IssueComment
		if onPull, err = x.c.listComments(ctx, x.repo, x.t.Pull); err == nil {
			x.addComments(x.t.Pull, onPull)
		}
	}
	slices.SortStableFunc(x.f.Comments, byTime)
	return x.settle(evidence.CommentsPart, err)
}

func (x *factReader) addComments(on int, list []*gh.IssueComment) {
	for _, c := range list {
		comment := evidence.Comment{
			ID: c.GetID(), On: on, Author: c.GetUser().GetLogin(), Bot: c.GetUser().GetType() == "Bot",
			Body: lines(c.GetBody()), At: c.GetCreatedAt().UTC(), URL: c.GetHTMLURL(),
		}
		if edited := c.GetUpdatedAt().UTC(); edited.After(comment.At) {
			comment.Edited = edited
		}
		// Only a comment with reactions can have ours.
		if c.GetReactions().GetTotalCount() > 0 && c.GetNodeID() != "" {
			x.nodes[c.GetNodeID()] = len(x.nodes)
		}
		x.f.Comments = append(x.f.Comments, comment)
	}
}

// byTime is the order of comments: GitHub's times are whole seconds, and its
// numbers grow.
func byTime(a, b evidence.Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) }

// events reads the issue's timeline. What has no time of GitHub's own, a commit,
// is left out: the dates of commits are written by their authors.
func (x *factReader) events(ctx context.Context) error {
	op := operation{name: fmt.Sprintf("reading the timeline of #%d", x.t.Issue), permission: "issues: read"}
	list, err := pages(x.c, op, func(o *gh.ListOptions) ([]*gh.Timeline, *gh.Response, error) {
		return x.c.gh.Issues.ListIssueTimeline(ctx, x.repo.owner, x.repo.name, x.t.Issue, o)
	})
	if err != nil {
		return err
	}
	var ids []int64
	for _, e := range list {
		if e.CreatedAt == nil || e.GetEvent() == "commented" {
			continue
		}
		if id := e.GetID(); id != 0 { // pages shift while they are read
			if slices.Contains(ids, id) {
				continue
			}
			ids = append(ids, id)
		}
		by := cmp.Or(e.GetAssigner().GetLogin(), e.GetActor().GetLogin())
		x.f.Events = append(x.f.Events, evidence.Event{Kind: e.GetEvent(), By: by, At: e.GetCreatedAt().UTC(), Value: x.eventValue(e)})
	}
	slices.SortStableFunc(x.f.Events, func(a, b evidence.Event) int { return a.At.Compare(b.At) })
	return nil
}

// eventValue is what an event is about.
func (x *factReader) eventValue(e *gh.Timeline) string {
	switch e.GetEvent() {
	case "labeled", "unlabeled":
		return e.GetLabel().GetName()
	case "assigned", "unassigned":
		return e.GetAssignee().GetLogin()
	case "milestoned", "demilestoned":
		return e.GetMilestone().GetTitle()
	case "renamed":
		return e.GetRename().GetTo()
	case "review_requested", "review_request_removed":
		return cmp.Or(e.GetReviewer().GetLogin(), e.GetRequestedTeam().GetSlug())
	case "cross-referenced":
		from := e.GetSource().GetIssue()
		if where := repositoryOf(from); !strings.EqualFold(where, x.t.Repo) {
			return fmt.Sprintf("%s#%d", where, from.GetNumber())
		}
		return fmt.Sprint(from.GetNumber())
	case "referenced", "closed", "merged":
		return e.GetCommitID()
	}
	return ""
}

// repositoryOf is owner/name of the repository that an issue is in.
func repositoryOf(issue *gh.Issue) string {
	_, name, _ := strings.Cut(issue.GetRepositoryURL(), "/repos/")
	return name
}

// blockers reads the issues that GitHub says block this one, which not every
// GitHub has.
func (x *factReader) blockers(ctx context.Context) error {
	op := operation{name: fmt.Sprintf("reading what blocks #%d", x.t.Issue), permission: "issues: read"}
	list, err := pages(x.c, op, func(o *gh.ListOptions) ([]*gh.Issue, *gh.Response, error) {
		path := fmt.Sprintf("repos/%s/%s/issues/%d/dependencies/blocked_by?per_page=%d", x.repo.owner, x.repo.name, x.t.Issue, o.PerPage)
		if o.Page != 0 {
			path += fmt.Sprintf("&page=%d", o.Page)
		}
		req, err := x.c.gh.NewRequest("GET", path, nil)
		if err != nil {
			return nil, nil, err
		}
		var list []*gh.Issue
		resp, err := x.c.gh.Do(ctx, req, &list)
		return list, resp, err
	})
	if gone(err) {
		return &unreadError{"this GitHub has no dependencies between issues"}
	}
	if err != nil {
		return err
	}
	for _, b := range list {
		x.f.Blockers = append(x.f.Blockers, evidence.Blocker{Repo: repositoryOf(b), Number: b.GetNumber(), Open: b.GetState() == "open"})
	}
	slices.SortFunc(x.f.Blockers, func(a, b evidence.Blocker) int {
		return cmp.Or(strings.Compare(a.Repo, b.Repo), cmp.Compare(a.Number, b.Number))
	})
	return nil
}

// pages reads a list to its end, or to the limit, beyond which it is not read.
func pages[T any](c *Client, op operation, get func(*gh.ListOptions) ([]T, *gh.Response, error)) ([]T, error) {
	opts := &gh.ListOptions{PerPage: 100}
	var all []T
	for range maxPages {
		page, resp, err := get(opts)
		if err != nil {
			return nil, c.explain(op, err)
		}
		all = append(all, page...)
		if resp.NextPage <= opts.Page {
			return all, nil
		}
		opts.Page = resp.NextPage
	}
	return nil, &unreadError{fmt.Sprintf("%s: there are more than %d, and no more are read", op.name, maxPages*opts.PerPage)}
}

// lines gives a text with the line ends that everything else has.
func lines(body string) string { return strings.ReplaceAll(body, "\r\n", "\n") }

// fork reports whether a pull request comes from another repository, or from one
// that is gone.
func fork(pull *gh.PullRequest) bool {
	return !strings.EqualFold(pull.GetHead().GetRepo().GetFullName(), pull.GetBase().GetRepo().GetFullName())
}

// moment reads a time of GraphQL, which is the zero one where GitHub has none.
func moment(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return at.UTC()
}
