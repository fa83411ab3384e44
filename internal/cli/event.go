package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// event is what Tollgate takes from the payload that started the workflow run.
// Numbers, SHAs and names come from here or from the API, never from a report.
type event struct {
	Name        string       `json:"-"`
	PullRequest *pullRequest `json:"pull_request"`
	Issue       *struct {
		Number      int       `json:"number"`
		PullRequest *struct{} `json:"pull_request"`
		Labels      []label   `json:"labels"`
	} `json:"issue"`
	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		HeadRef string `json:"head_ref"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
	Repository struct {
		ID       int64  `json:"id"`
		FullName string `json:"full_name"`
	} `json:"repository"`
	WorkflowRun *workflowRun `json:"workflow_run"`
	// After and Deleted are of a push.
	After   string `json:"after"`
	Deleted bool   `json:"deleted"`
	// What is there tells one kind of payload from another, and nothing else is
	// taken from it.
	Comment  json.RawMessage `json:"comment"`
	Review   json.RawMessage `json:"review"`
	Schedule json.RawMessage `json:"schedule"`
	Workflow json.RawMessage `json:"workflow"` // a path, or of a workflow_run an object
}

// pullRequest is the one that the event is of, by its payload or by GitHub.
type pullRequest struct {
	Number int     `json:"number"`
	Body   string  `json:"body"`
	Head   commit  `json:"head"`
	Base   commit  `json:"base"`
	Labels []label `json:"labels"`
}

// commit is the tip of a branch.
type commit struct {
	Ref string `json:"ref"`
	SHA string `json:"sha"`
}

// workflowRun is the run that a workflow_run event is about.
type workflowRun struct {
	Event      string `json:"event"`
	HeadSHA    string `json:"head_sha"`
	HeadBranch string `json:"head_branch"`
	HeadRepo   struct {
		Owner struct {
			Login string `json:"login"`
		} `json:"owner"`
	} `json:"head_repository"`
	// PullRequests is empty for a run on a fork, and may name those of other
	// repositories.
	PullRequests []struct {
		Number int `json:"number"`
		Head   struct {
			SHA string `json:"sha"`
		} `json:"head"`
		Base struct {
			SHA  string `json:"sha"`
			Repo struct {
				ID int64 `json:"id"`
			} `json:"repo"`
		} `json:"base"`
	} `json:"pull_requests"`
}

type label struct {
	Name string `json:"name"`
}

// labels are those of the pull request or the issue that the event is about. Known
// says that there are no others: of a pull request's issue it does not tell.
func (e event) labels() (names []string, known bool) {
	var all []label
	switch {
	case e.PullRequest != nil:
		all = e.PullRequest.Labels
	case e.Issue != nil:
		all, known = e.Issue.Labels, e.Issue.PullRequest == nil
	}
	for _, l := range all {
		names = append(names, l.Name)
	}
	return names, known
}

// maxEvent is far above GitHub's limit for a payload, 25 MB.
const maxEvent = 32 << 20

// event reads the payload that the runner names, or the one that --event does;
// outside of a workflow run without either it is empty.
func (a *app) event(s settings) (event, error) {
	e := event{Name: firstOf(s.eventName, a.env.Getenv("GITHUB_EVENT_NAME"))}
	path := firstOf(s.event, a.env.Getenv("GITHUB_EVENT_PATH"))
	switch {
	case s.event == "" && s.eventName != "":
		return e, usage("--event-name says what the payload in --event is: give that as well")
	case s.event != "":
		if err := e.read(path); err != nil {
			return e, usage("--event: %w", err)
		}
		if s.eventName == "" {
			if e.Name = e.kind(); e.Name == "" {
				return e, usage("--event: %s is none of the events that Tollgate knows: %s; if it is one, say which with --event-name", path, strings.Join(knownEvents, ", "))
			}
		}
	case a.runner == nil:
		return event{}, nil
	case path != "":
		if err := e.read(path); err != nil {
			return e, usage("the event that GITHUB_EVENT_PATH names: %w", err)
		}
	}
	if e.Name == "pull_request_target" {
		return e, usage("pull_request_target runs with the repository's secrets on a stranger's change; " +
			"use pull_request, and a second workflow on workflow_run to write to the issue")
	}
	return e, e.whole(path)
}

// whole refuses an event of a change whose payload does not say of which: what it is
// judged by and which commit it is would be guessed.
func (e event) whole(path string) error {
	missing := ""
	switch e.Name {
	case "pull_request", "pull_request_review", "pull_request_review_comment":
		if e.PullRequest == nil {
			missing = "pull_request"
		}
	case "merge_group":
		if e.MergeGroup == nil {
			missing = "merge_group"
		}
	case "workflow_run":
		if e.WorkflowRun == nil {
			missing = "workflow_run"
		}
	case "issue_comment", "issues":
		if e.Issue == nil {
			missing = "issue"
		}
	}
	switch {
	case missing == "":
		return nil
	case path == "":
		return usage("the event is %s, and GITHUB_EVENT_PATH does not say where its payload is; in a container, pass it on and mount what it names", e.Name)
	default:
		return usage("%s is no payload of %s: it has no %s", path, e.Name, missing)
	}
}

// ruledBy is the commit whose policy judges what the event is of, and false where the
// working tree's does. Events that run on the default branch may have checked out a
// change all the same: where the payload does not say what it goes to, that branch rules.
func (e event) ruledBy(getenv func(string) string) (commit string, ok bool, err error) {
	switch {
	case e.PullRequest != nil:
		commit, ok = firstOf(e.PullRequest.Base.SHA, e.PullRequest.Base.Ref), true
	case e.MergeGroup != nil:
		commit, ok = firstOf(e.MergeGroup.BaseSHA, e.MergeGroup.BaseRef), true
	case e.WorkflowRun != nil && e.Name == "workflow_run" && e.WorkflowRun.ofChange():
		commit, ok = firstOf(e.WorkflowRun.base(e.Repository.ID), getenv("GITHUB_SHA")), true
	case e.Issue != nil && e.Issue.PullRequest != nil:
		commit, ok = getenv("GITHUB_SHA"), true
	}
	if ok && commit == "" {
		return "", false, usage("the event %s does not say which commit the change goes to, so nobody knows whose policy judges", e)
	}
	return commit, ok, nil
}

// ofChange reports whether the run was of a pull request or of a merge queue.
func (r workflowRun) ofChange() bool {
	return strings.HasPrefix(r.Event, "pull_request") || r.Event == "merge_group"
}

// base is what the pull request goes to that the run was for, "" where the payload does
// not tell. It names those of other repositories as well.
func (r workflowRun) base(repository int64) string {
	for _, p := range r.PullRequests {
		if p.Base.Repo.ID == repository && p.Head.SHA == r.HeadSHA {
			return p.Base.SHA
		}
	}
	return ""
}

// knownEvents are those that can be told from their payload.
var knownEvents = []string{
	"pull_request", "pull_request_review", "merge_group", "push", "workflow_run", "workflow_dispatch", "schedule", "issue_comment", "issues",
}

// kind tells from the payload what event it is, "" if that cannot be told.
func (e event) kind() string {
	switch {
	case e.MergeGroup != nil:
		return "merge_group"
	case e.WorkflowRun != nil:
		return "workflow_run"
	case e.Issue != nil && e.Comment != nil:
		return "issue_comment"
	case e.Issue != nil:
		return "issues"
	case e.PullRequest != nil && e.Review != nil:
		return "pull_request_review"
	case e.PullRequest != nil:
		return "pull_request"
	case e.After != "":
		return "push"
	case e.Schedule != nil:
		return "schedule"
	case e.Workflow != nil:
		return "workflow_dispatch"
	}
	return ""
}

// read takes the event from the payload in a file.
func (e *event) read(path string) error {
	data, err := readSmall(path, maxEvent)
	if err != nil {
		return err
	}
	err = json.Unmarshal(data, e)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return fmt.Errorf("%s is no event of GitHub's: %s is a %s at byte %d", path, firstOf(mistyped.Field, "the whole"), mistyped.Value, mistyped.Offset)
	}
	if err != nil {
		return fmt.Errorf("%s is not the JSON of an event: %w", path, err)
	}
	return nil
}

// head is the commit that the run is about: the pull request's own, not the merge
// commit that GITHUB_SHA names there, and for a workflow_run that of the run that
// ended, not the default branch's. An event of an issue is about no commit, though
// GITHUB_SHA names one.
func (e event) head(getenv func(string) string) string {
	switch {
	case e.MergeGroup != nil:
		return e.MergeGroup.HeadSHA
	case e.PullRequest != nil:
		return e.PullRequest.Head.SHA
	case e.WorkflowRun != nil:
		return e.WorkflowRun.HeadSHA
	case e.Issue != nil, e.Deleted:
		return ""
	case e.After != "":
		return e.After
	default:
		return getenv("GITHUB_SHA")
	}
}

// String names the event for a message.
func (e event) String() string {
	if e.PullRequest != nil {
		return fmt.Sprintf("%s of pull request #%d", e.Name, e.PullRequest.Number)
	}
	return e.Name
}
