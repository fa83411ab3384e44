package github_test

import (
	"context"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// Of which workflow a check is, is asked where one name is in two suites, or the policy
// asks; a token that may not see it leaves the suites apart. R7
func TestChecksKnowTheirWorkflow(t *testing.T) {
	for name, x := range map[string]struct {
		second  string // name of the check of the second suite
		wanted  bool
		actions string
		points  int
		want    string // workflow of the first
	}{
		"two suites of one name":           {"unit", false, "read", 3, "ci.yml push"},
		"two suites of two names":          {"docs", false, "read", 2, " "},
		"the policy asks":                  {"docs", true, "read", 3, "ci.yml push"},
		"a token that may not see actions": {"unit", false, "", 3, " "},
	} {
		t.Run(name, func(t *testing.T) {
			w := told(t, fake.Options{})
			w.Permit("actions", x.actions)
			w.AddCheckRun(repo, head, fake.CheckRun{ID: 901, Name: "unit", App: "github-actions", Conclusion: "failure", At: at(17), Suite: 30_000_000_071, Workflow: "ci.yml", Event: "push"})
			w.AddCheckRun(repo, head, fake.CheckRun{ID: 902, Name: x.second, App: "github-actions", Conclusion: "success", At: at(18), Suite: 30_000_000_072, Workflow: "docs.yml", Event: "push"})
			target := everything()
			target.Facts.Workflows = x.wanted
			s, _, err := w.client.Read(context.Background(), target)
			if err != nil {
				t.Fatal(err)
			}
			got := s.Facts
			for _, c := range got.Checks {
				if c.ID == 901 && (c.Suite != 30_000_000_071 || c.Workflow+" "+c.Event != x.want) {
					t.Errorf("suite %d, workflow %s %s; want 30000000071, %s", c.Suite, c.Workflow, c.Event, x.want)
				}
			}
			if w.Points() != x.points {
				t.Errorf("GraphQL cost %d points, want %d", w.Points(), x.points)
			}
			if why := got.Unread["checks"]; why != "" {
				t.Errorf("the checks are unread: %s", why)
			}
		})
	}
}

// A commit with more check suites than one answer holds is asked for again: the workflow
// of the last suite is known as well. R7
func TestChecksOfManySuitesKnowTheirWorkflow(t *testing.T) {
	w := told(t, fake.Options{})
	w.Permit("actions", "read")
	const suites = 103 // GitHub gives a hundred a page
	for i := range int64(suites) {
		w.AddCheckRun(repo, head, fake.CheckRun{ID: 1000 + i, Name: "unit", App: "github-actions", Conclusion: "success", At: at(17), Suite: 30_000_001_000 + i, Workflow: "ci.yml", Event: "push"})
	}
	s, _, err := w.client.Read(context.Background(), everything())
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, c := range s.Facts.Checks {
		if c.Workflow == "ci.yml" {
			known++
		}
	}
	if known != suites {
		t.Errorf("of %d checks the workflow is known, want %d", known, suites)
	}
}
