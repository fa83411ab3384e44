package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// about is what a run is about: the pull request, and the issues that it is for. The
// target's own issue is the first of them.
type about struct {
	github.Target
	issues []int
	// pulls are those that close the issue, where the event is the issue's, and recall says
	// that nothing was checked out that belongs to the head of one: the event is the
	// issue's, or a comment's on a pull request.
	pulls  []int
	recall bool
}

// targets are what is read, one for each issue.
func (x about) targets() []github.Target {
	if len(x.issues) == 0 {
		return []github.Target{x.Target}
	}
	var out []github.Target
	for _, n := range x.issues {
		t := x.Target
		t.Issue = n
		out = append(out, t)
	}
	return out
}

// subject finds what the run is about: the pull request that the event is of, and
// the issue that the user says, else the event's own, else those that the pull
// request is for. Without a client only the payload is asked. The notes say how it
// was found, and what was passed over.
//
// An event that brings no pull request gets the one that was found, so that the
// branch which it goes to is known, whose policy judges.
func (h handoff) subject(ctx context.Context, e *event, client *github.Client) (about, []string, error) {
	x := about{Target: issueOf(h.repo, h.issue)}
	x.Folds = workflow.Folds
	notes, err := h.pull(ctx, *e, client, &x)
	if err != nil {
		return x, nil, err
	}
	if e.PullRequest == nil && x.Pull != 0 && client != nil {
		pull, err := client.Pull(ctx, h.repo, x.Pull)
		if err != nil {
			return x, nil, &exitError{ExitInconclusive, fmt.Errorf("whose policy judges, the pull request of the event would tell: %w", err)}
		}
		e.PullRequest = &pullRequest{Number: pull.Number, Body: pull.Body, Head: commit{pull.Branch, pull.Head}, Base: commit{pull.Base, pull.BaseSHA}}
		if e.MergeGroup != nil {
			e.PullRequest.Base.SHA = e.MergeGroup.BaseSHA
		}
	}
	more, err := h.linked(ctx, *e, client, &x)
	return x, append(notes, more...), err
}

// linked finds the issue.
func (h handoff) linked(ctx context.Context, e event, client *github.Client, t *about) (notes []string, err error) {
	defer func() {
		if t.Issue != 0 && len(t.issues) == 0 {
			t.issues = []int{t.Issue}
		}
	}()
	switch {
	case t.Issue != 0:
		return notes, nil
	case e.Issue != nil && e.Issue.PullRequest == nil:
		t.Issue = e.Issue.Number
		return notes, nil
	case t.Pull == 0:
		if e.Name != "" {
			notes = append(notes, "the event "+e.Name+" names no issue, so none moves: give --issue")
		}
		return notes, nil
	}
	links, err := linksOf(ctx, h.repo, t.Pull, e, client)
	if err != nil {
		return nil, err
	}
	notes = append(notes, links.Notes...)
	switch len(links.Issues) {
	case 0:
		return append(notes, fmt.Sprintf("pull request #%d closes no issue, so no issue moves: write “Fixes #12” in its description, or give --issue", t.Pull)), nil
	case 1:
		t.Issue = links.Issues[0].Number
		return append(notes, fmt.Sprintf("issue #%d, by the %s of pull request #%d", t.Issue, links.Issues[0].How, t.Pull)), nil
	}
	var all []string
	for _, l := range links.Issues {
		t.issues = append(t.issues, l.Number)
		all = append(all, fmt.Sprintf("#%d by its %s", l.Number, l.How))
	}
	slices.Sort(t.issues)
	t.Issue = t.issues[0]
	return append(notes, fmt.Sprintf("pull request #%d is for %d issues, %s; each of them moves by itself",
		t.Pull, len(all), strings.Join(all, ", "))), nil
}

// linksOf asks GitHub for the issues of a pull request, or where it cannot reads
// what the event brought of it.
func linksOf(ctx context.Context, repo string, pull int, e event, client *github.Client) (github.Links, error) {
	if client != nil {
		return client.FindIssues(ctx, repo, pull)
	}
	var links github.Links
	if p := e.PullRequest; p != nil {
		var elsewhere []string
		links.Issues, elsewhere = github.LinkedIssues(p.Body, p.Head.Ref, firstOf(e.Repository.FullName, repo))
		for _, name := range elsewhere {
			links.Notes = append(links.Notes, fmt.Sprintf("pull request #%d names %s, which is in another repository and is not moved", pull, name))
		}
	}
	return links, nil
}

// queueRef is the branch on which a merge queue tries a pull request.
var queueRef = regexp.MustCompile(`^(?:refs/heads/)?gh-readonly-queue/.+/pr-(\d{1,9})-[0-9a-f]{40,64}$`)

// pull finds the pull request that the event is of, and says so where GitHub had
// to be asked.
func (h handoff) pull(ctx context.Context, e event, client *github.Client, t *about) (notes []string, err error) {
	switch {
	case e.PullRequest != nil:
		t.Pull = e.PullRequest.Number
	case e.Issue != nil && e.Issue.PullRequest != nil:
		t.Pull = e.Issue.Number
		if client != nil || len(h.saved) > 0 { // or else there is nothing to remember by
			t.recall = true
			notes = append(notes, fmt.Sprintf("the event is of the conversation of pull request #%d, so what is checked out here is not its head and is not judged: gates on reports are as the last run for its head left them", t.Pull))
		}
		return notes, nil
	case e.Issue != nil:
		return h.closers(ctx, client, t, cmp.Or(t.Issue, e.Issue.Number))
	case e.MergeGroup != nil:
		m := queueRef.FindStringSubmatch(e.MergeGroup.HeadRef)
		if m == nil {
			return []string{"the merge group's branch names no pull request"}, nil
		}
		t.Pull, _ = strconv.Atoi(m[1]) // nine digits at most
		t.Merged = true
	case e.WorkflowRun != nil && e.Name == "workflow_run":
		run := e.WorkflowRun
		// The payload names pull requests of other repositories as well, and their
		// heads as they were when it was made.
		for _, p := range run.PullRequests {
			if p.Base.Repo.ID == e.Repository.ID && p.Head.SHA == run.HeadSHA && t.Pull == 0 {
				t.Pull = p.Number
			}
		}
		if t.Pull == 0 {
			return h.search(ctx, client, t, run.HeadSHA, run.HeadRepo.Owner.Login, run.HeadBranch)
		}
	case e.Name == "push" && e.After != "" && !e.Deleted:
		return h.search(ctx, client, t, e.After, "", "")
	}
	return nil, nil
}

// closers asks GitHub which pull requests an issue waits for that something happened on,
// or that the user names in its place. Nothing that such an event checks out is of one of them.
func (h handoff) closers(ctx context.Context, client *github.Client, t *about, issue int) ([]string, error) {
	var pulls []int
	if client != nil {
		var note string
		var err error
		if pulls, note, err = openPulls(ctx, client, h.repo, issue); note != "" || err != nil {
			return noted(note), err
		}
	}
	for _, s := range h.saved {
		if s.Issue == issue {
			pulls = pullsOf(s)
		}
	}
	if len(pulls) == 0 {
		return nil, nil
	}
	t.Pull, t.pulls, t.recall = pulls[0], pulls, true
	how := fmt.Sprintf("pull request #%d closes issue #%d", t.Pull, issue)
	if len(pulls) > 1 {
		how = besideNote(issue, pulls)
	}
	return []string{how + "; what is checked out here is none of theirs and is not judged: gates on reports are as their last run left them"}, nil
}

// noted is a note, or none.
func noted(note string) []string {
	if note == "" {
		return nil
	}
	return []string{note}
}

// search asks GitHub whose head a commit is.
func (h handoff) search(ctx context.Context, client *github.Client, t *about, sha, owner, branch string) ([]string, error) {
	if client == nil {
		return nil, nil
	}
	pulls, err := client.PullsOf(ctx, h.repo, sha, owner, branch)
	var denied *github.PermissionError
	switch {
	case errors.As(err, &denied):
		return []string{fmt.Sprintf("whether commit %s is of a pull request is unknown: the token lacks `pull-requests: read`", evidence.ShortCommit(sha))}, nil
	case err != nil || len(pulls) == 0:
		return nil, err
	}
	t.Pull = slices.Min(pulls)
	if len(pulls) > 1 {
		return []string{fmt.Sprintf("commit %s is the head of %d pull requests; this run is about #%d", evidence.ShortCommit(sha), len(pulls), t.Pull)}, nil
	}
	return []string{fmt.Sprintf("commit %s is the head of pull request #%d", evidence.ShortCommit(sha), t.Pull)}, nil
}

// issueOf is an issue on which Tollgate knows its own comments.
func issueOf(repo string, number int) github.Target {
	return github.Target{Repo: repo, Issue: number, IsOurs: workflow.HasMarker, PostKey: workflow.PostKey}
}

// reads says what of GitHub a policy asks for.
func reads(t *github.Target, p *policy.Policy) {
	t.Facts, t.CheckRun, t.Project = wanted(p), p.Rules.CheckRun, p.Rules.Project
}

// wanted are the facts that a policy can ask for: the members of every team that it
// names, and what those may do who wrote a command, a review or a thread.
func wanted(p *policy.Policy) *github.Wanted {
	return &github.Wanted{Teams: p.Teams(), Logins: func(f *evidence.Facts) []string {
		logins := commanders(f)
		if p.ListensToReviews() {
			logins = append(logins, reviewers(f)...)
		}
		return logins
	}, Lists: workflow.IsList, Remembers: workflow.Remembers, Workflows: p.NamesWorkflows()}
}

// reviewers are the people who reviewed, or began a thread.
func reviewers(f *evidence.Facts) (logins []string) {
	for _, r := range f.Reviews {
		logins = append(logins, r.Author)
	}
	for _, t := range f.Threads {
		if len(t.Comments) > 0 {
			logins = append(logins, t.Comments[0].Author)
		}
	}
	return logins
}

// commanders are the people who gave a command of Tollgate's.
func commanders(f *evidence.Facts) (logins []string) {
	for _, c := range f.Comments {
		if !c.Bot && workflow.HasCommand(c.Body) {
			logins = append(logins, c.Author)
		}
	}
	return logins
}
