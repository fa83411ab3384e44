package github_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// R7: the issues that a change is for, in the order in which they were found.
func TestFindIssuesLeavesOutPullsAndWhatIsNotThere(t *testing.T) {
	const ref, key, branch, trailer = "link on GitHub", "closing keyword", "branch name", "trailer"
	type links = []github.Linked
	for _, c := range []struct {
		name, body, branch string
		closing            []string
		want               links
		notes              []string // in them
	}{
		{"a keyword wins over the branch", "Fixes #12", "13-other", nil, links{{12, key}}, nil},
		{"several keywords", "Fixes #12, closes #13", "", nil, links{{12, key}, {13, key}}, nil},
		{"a pull request is no issue", "Fixes #34, closes #13", "", nil, links{{13, key}}, []string{"#34, by the closing keyword, is a pull request"}},
		{"nothing but pull requests leaves the branch", "Fixes #34", "12-tenants", nil, links{{12, branch}}, []string{"#34"}},
		{"a number that is nobody's", "Fixes #99", "98-x", nil, nil, []string{"#99, by the closing keyword, is no issue", "#98, by the branch name"}},
		{"one that was deleted and one that has moved", "Fixes #14, fixes #15, fixes #13", "", nil, links{{13, key}}, []string{"#14", "#15"}},
		{"no word at all", "", "main", nil, nil, nil},
		{"an address on this host", "Fixes https://github.com/acme/shop/issues/12", "", nil, links{{12, key}}, nil},
		{"an address on another", "Fixes https://github.example/acme/shop/issues/12", "", nil, nil, []string{"github.example/acme/shop#12, which is in another repository"}},
		{"what GitHub links comes first", "Fixes #12\n\nTollgate-Issue: #16", "", []string{"acme/shop#13"}, links{{13, ref}, {12, key}, {16, trailer}}, nil},
		{"what GitHub links and the text says is one", "Fixes #13", "12-x", []string{"acme/shop#13"}, links{{13, ref}}, nil},
		{"what GitHub links in another repository", "", "12-x", []string{"acme/archive#1"}, links{{12, branch}}, []string{"acme/archive#1, which is in another repository"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{})
			w.AddIssue(repo, fake.Issue{Number: 13})
			w.AddIssue(repo, fake.Issue{Number: 14, Deleted: true})
			w.AddIssue("acme/archive", fake.Issue{Number: 1})
			w.AddIssue(repo, fake.Issue{Number: 15, MovedTo: "acme/archive#1"})
			w.AddIssue(repo, fake.Issue{Number: 16})
			w.AddPull(repo, fake.Pull{Number: 50, Head: head, Body: c.body, Branch: c.branch, Closing: c.closing})
			got, err := w.client.FindIssues(context.Background(), repo, 50)
			if err != nil || !slices.Equal(got.Issues, c.want) {
				t.Errorf("got %v, %v; want %v", got.Issues, err, c.want)
			}
			for i, note := range c.notes {
				if len(got.Notes) != len(c.notes) || !strings.Contains(got.Notes[i], note) {
					t.Fatalf("notes %q, want %q in them", got.Notes, c.notes)
				}
			}
			if len(got.Notes) != len(c.notes) {
				t.Errorf("notes %q, want %d", got.Notes, len(c.notes))
			}
			if w.Points() != 1 {
				t.Errorf("GraphQL cost %d points, want 1", w.Points())
			}
		})
	}
}

func TestFindIssuesReadsTheTextWhereGraphQLIsClosed(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Path: "/graphql", Answer: fake.Refused(403, "Forbidden")})
	got, err := w.client.FindIssues(context.Background(), repo, 34)
	if err != nil || !slices.Equal(got.Issues, []github.Linked{{Number: 12, How: "closing keyword"}}) {
		t.Errorf("got %v, %v", got, err)
	}
	w.Heal()
	w.Inject(fake.Fault{Path: "/graphql", Answer: fake.Ungraphed("", "Something went wrong while executing your query.")})
	if got, err := w.client.FindIssues(context.Background(), repo, 34); err == nil {
		t.Errorf("GraphQL broke, and that was taken for none linked: %v", got)
	}
}

func TestPullsOfACommit(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddPull(repo, fake.Pull{Number: 35, Head: newer, HeadRepo: "mallory/shop", Branch: "patch-1"})
	w.AddPull(repo, fake.Pull{Number: 36, Head: head, Branch: "old", Closed: true})
	for _, c := range []struct {
		name, sha, owner, branch string
		want                     []int
	}{
		{"of this repository, and open", head, "acme", "12-tenants", []int{34}},
		{"of a fork, by its branch", newer, "mallory", "patch-1", []int{35}},
		{"of a fork whose branch is not named", newer, "", "", nil},
		{"of a fork that has moved on", strings.Repeat("a", 40), "mallory", "patch-1", nil},
	} {
		got, err := w.client.PullsOf(context.Background(), repo, c.sha, c.owner, c.branch)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}
