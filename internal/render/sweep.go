package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Sweep is what a sweep did.
type Sweep struct {
	Policy PolicyRef
	DryRun bool
	Listed int // issues in the workflow
	Read   int // of which so many were read in full
	Left   int // to be looked at another time
	// Changes were made, or would be; Lost could not be for want of a permission.
	Changes, Lost int
	Missing       []string // permissions
	Issues        []SweptIssue
	Failed        []SweepFailure
	Undelivered   int // of those that failed, because a change was not made
	Stopped       string
	// Points of GraphQL for the lists, requests over REST, and those of them that
	// were answered with “not modified” and cost nothing.
	Points, Requests, Unchanged int
	Metrics                     map[string]workflow.Metrics // of the last week, by repository
}

// SweptIssue is an issue on which something changed.
type SweptIssue struct {
	Repo    string           `json:"repo"`
	Number  int              `json:"issue"`
	Title   string           `json:"title"`
	Outcome workflow.Outcome `json:"outcome"`
	Phase   string           `json:"phase"`
	Why     string           `json:"why"`
	Changes []plan.Change    `json:"changes"`
}

// SweepFailure is an issue or a repository that could not be looked after.
type SweepFailure struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// sentences are the summary of a sweep in lines.
func (s Sweep) sentences() []string {
	did := "changes"
	if s.DryRun {
		did = "changes would be made"
	}
	out := []string{
		fmt.Sprintf("issues in the workflow %d, looked at %d, changed %d, failed %d, left %d", s.Listed, s.Read, len(s.Issues), len(s.Failed), s.Left),
		fmt.Sprintf("%d %s; %d GraphQL points for the lists, %d REST requests, %d of them unchanged and free", s.Changes, did, s.Points, s.Requests, s.Unchanged),
	}
	if s.Lost > 0 {
		line := fmt.Sprintf("%d changes were not made, for the token may not", s.Lost)
		if len(s.Missing) > 0 {
			line += "; add to the job: permissions: {" + strings.Join(s.Missing, ", ") + "}"
		}
		out = append(out, line)
	}
	if s.Stopped != "" {
		out = append(out, "stopped: "+s.Stopped)
	}
	return out
}

// SweepText is what a terminal shows of a sweep.
func SweepText(s Sweep) string {
	var b strings.Builder
	for _, i := range s.Issues {
		fmt.Fprintf(&b, "%s#%d %s\n  %s: %s\n", Clean(i.Repo, 200), i.Number, Clean(i.Title, 100), Clean(string(i.Outcome), 40), Clean(i.Why, 300))
		for _, c := range i.Changes {
			sign, text := describe(c)
			fmt.Fprintf(&b, "  %s %s\n", sign, Clean(text, 200))
		}
	}
	for _, f := range s.Failed {
		fmt.Fprintf(&b, "%s: %s\n", Clean(f.What, 200), Clean(f.Why, 400))
	}
	for _, line := range s.sentences() {
		fmt.Fprintf(&b, "%s\n", Clean(line, 600))
	}
	return b.String()
}

// SweepSummary is the job summary of a sweep.
func SweepSummary(s Sweep) string {
	d := document{budget: SummaryBudget}
	d.add("## Tollgate: sweep\n\n" + Prose(strings.Join(s.sentences(), ". ")+".", 2000) + "\n")
	var b strings.Builder
	for _, i := range s.Issues {
		fmt.Fprintf(&b, "\n- %s: %s, %s\n", Code(fmt.Sprintf("%s#%d", i.Repo, i.Number), 200), Prose(string(i.Outcome), 40), Prose(i.Why, 300))
	}
	for _, f := range s.Failed {
		fmt.Fprintf(&b, "\n- %s failed: %s\n", Code(f.What, 200), Prose(f.Why, 400))
	}
	d.add(b.String())
	return d.b.String()
}

// SweepJSON writes a sweep as JSON; the shape only grows.
func SweepJSON(w io.Writer, s Sweep) error {
	issues, failed := s.Issues, s.Failed
	if issues == nil {
		issues = []SweptIssue{}
	}
	if failed == nil {
		failed = []SweepFailure{}
	}
	_, err := w.Write(jsonText(struct {
		Schema    string         `json:"schema"`
		Policy    jsonPolicy     `json:"policy"`
		DryRun    bool           `json:"dry_run"`
		Listed    int            `json:"listed"`
		Read      int            `json:"read"`
		Left      int            `json:"left"`
		Changes   int            `json:"changes"`
		Lost      int            `json:"lost"`
		Missing   []string       `json:"missing_permissions,omitempty"`
		Issues    []SweptIssue   `json:"issues"`
		Failed    []SweepFailure `json:"failed"`
		Stopped   string         `json:"stopped,omitempty"`
		Points    int            `json:"graphql_points"`
		Requests  int            `json:"rest_requests"`
		Unchanged int            `json:"rest_unchanged"`

		Metrics map[string]workflow.Metrics `json:"metrics,omitempty"`
	}{
		"tollgate/sweep/v1", jsonPolicy{s.Policy.Path, s.Policy.Digest}, s.DryRun, s.Listed, s.Read, s.Left, s.Changes, s.Lost, s.Missing,
		issues, failed, s.Stopped, s.Points, s.Requests, s.Unchanged, s.Metrics,
	}, "  "))
	return err
}
