package cli

import (
	"encoding/json"
	"fmt"
)

// event is what Tollgate takes from the payload that started the workflow run.
// Numbers, SHAs and names come from here or from the API, never from a report.
type event struct {
	Name        string `json:"-"`
	PullRequest *struct {
		Number int    `json:"number"`
		Body   string `json:"body"`
		Head   struct {
			Ref string `json:"ref"`
			SHA string `json:"sha"`
		} `json:"head"`
		Base struct {
			Ref string `json:"ref"`
			SHA string `json:"sha"`
		} `json:"base"`
		Labels []label `json:"labels"`
	} `json:"pull_request"`
	Issue *struct {
		Number      int       `json:"number"`
		PullRequest *struct{} `json:"pull_request"`
		Labels      []label   `json:"labels"`
	} `json:"issue"`
	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
	Repository struct {
		FullName string `json:"full_name"`
	} `json:"repository"`
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

// event reads the payload that the runner names; outside of a workflow run it is
// empty.
func (a *app) event() (event, error) {
	e := event{Name: a.env.Getenv("GITHUB_EVENT_NAME")}
	path := a.env.Getenv("GITHUB_EVENT_PATH")
	if a.runner == nil {
		return event{}, nil
	}
	if path == "" {
		return e, nil
	}
	if err := e.read(path); err != nil {
		return e, usage("the event that GITHUB_EVENT_PATH names: %w", err)
	}
	if e.Name == "pull_request_target" {
		return e, usage("pull_request_target runs with the repository's secrets on a stranger's change; " +
			"use pull_request, and a second workflow on workflow_run to write to the issue")
	}
	return e, nil
}

// read takes the event from the payload in a file.
func (e *event) read(path string) error {
	data, err := readSmall(path, maxEvent)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, e); err != nil {
		return fmt.Errorf("%s is not the JSON of an event: %w", path, err)
	}
	return nil
}

// head is the commit that the run is about: the pull request's own, not the merge
// commit that GITHUB_SHA names there.
func (e event) head(getenv func(string) string) string {
	switch {
	case e.PullRequest != nil:
		return e.PullRequest.Head.SHA
	case e.MergeGroup != nil:
		return e.MergeGroup.HeadSHA
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
