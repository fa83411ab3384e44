package github_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// nth is a commit by its number.
func nth(n int) string { return fmt.Sprintf("%040x", n) }

// main has commits 1 to 4, of which 3 merges 12, which starts from 1; the change is 22
// after 21, which starts from 3, and merges 4 of main.
//
//	1 - 2 - 3 - 4        main
//	 \ 12 /  \     \
//	          21 - 22 - 23   the change
var graph = []fake.Commit{
	{SHA: nth(23), Parents: []string{nth(22)}},
	{SHA: nth(22), Parents: []string{nth(21), nth(4)}},
	{SHA: nth(4), Parents: []string{nth(3)}},
	{SHA: nth(21), Parents: []string{nth(3)}},
	{SHA: nth(3), Parents: []string{nth(2), nth(12)}},
	{SHA: nth(12), Parents: []string{nth(1)}},
	{SHA: nth(2), Parents: []string{nth(1)}},
	{SHA: nth(1)},
	{SHA: nth(99)}, // of a history of its own
}

func TestTheCommitsBeforeAChange(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddCommits(repo, graph...)
	for _, x := range []struct {
		name             string
		base, head       string
		enough           string
		commits          []string
		whole            bool
		requests, refuse int
	}{
		{"from where a change parts, past what it merged, along first parents", nth(4), nth(23), "", []string{nth(4), nth(3), nth(2), nth(1)}, true, 2, 0},
		{"from where another parts", nth(4), nth(21), "", []string{nth(3), nth(2), nth(1)}, true, 2, 0},
		{"no further than is enough", nth(4), nth(21), nth(2), []string{nth(3), nth(2)}, false, 2, 0},
		{"of a commit on the base those before it", nth(4), nth(3), "", []string{nth(2), nth(1)}, true, 2, 0},
		{"of the base itself without a comparison", nth(4), nth(4), "", []string{nth(3), nth(2), nth(1)}, true, 1, 0},
		{"without a base those before the head", "", nth(22), "", []string{nth(21), nth(3), nth(2), nth(1)}, true, 1, 0},
		{"of the first commit none", "", nth(1), "", nil, true, 1, 0},
		{"the head itself is never enough", "", nth(2), nth(2), []string{nth(1)}, true, 1, 0},
		{"of two that have nothing in common", nth(99), nth(4), "", nil, false, 1, 404},
		{"of a commit that GitHub does not have", "", nth(1000), "", nil, false, 1, 404},
	} {
		w.ClearLog()
		commits, whole, err := w.client.Ancestors(t.Context(), repo, x.base, x.head, func(c string) bool { return c == x.enough })
		var call *github.CallError
		if refused := errors.As(err, &call); (err != nil) != (x.refuse != 0) || refused && call.Status != x.refuse {
			t.Errorf("%s: %v", x.name, err)
		}
		if !slices.Equal(commits, x.commits) || whole != x.whole {
			t.Errorf("%s: %v, whole %v; want %v, %v", x.name, commits, whole, x.commits, x.whole)
		}
		if got := len(w.Log()); got != x.requests {
			t.Errorf("%s: %d requests, want %d:\n%s", x.name, got, x.requests, strings.Join(w.Log(), "\n"))
		}
	}
}

// A history of 1200 commits is read page by page, and no further than ten pages.
func TestALongHistoryIsNotReadToItsEnd(t *testing.T) {
	w := newWorld(t, fake.Options{Login: "tollgate-acme[bot]"})
	w.client = w.newClient(func(o *github.Options) { o.BaseURL = w.URL + "/api/v3/" }) // as GitHub Enterprise Server has it
	var line []fake.Commit
	for n := 1200; n > 1; n-- {
		line = append(line, fake.Commit{SHA: nth(n), Parents: []string{nth(n - 1)}})
	}
	w.AddCommits(repo, append(line, fake.Commit{SHA: nth(1)})...)
	for _, x := range []struct {
		enough, commits, requests int
	}{
		{1150, 50, 1}, {1100, 100, 2}, {1, 999, 10},
	} {
		w.ClearLog()
		commits, whole, err := w.client.Ancestors(t.Context(), repo, "", nth(1200), func(c string) bool { return c == nth(x.enough) })
		if err != nil || whole || len(commits) != x.commits || commits[0] != nth(1199) {
			t.Errorf("%d commits, whole %v, %v; want %d", len(commits), whole, err, x.commits)
		}
		if got := len(w.Log()); got != x.requests {
			t.Errorf("as far as %d: %d requests, want %d", x.enough, got, x.requests)
		}
	}
}

func TestCommitsBeforeThatAreNotToldOf(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddCommits(repo, graph...)
	never := func(string) bool { return false }
	for _, bad := range []struct{ repo, head, want string }{
		{"acme", nth(4), "write owner/name"}, {repo, "main", "give its full SHA"}, {repo, "../" + nth(4), "give its full SHA"},
	} {
		if _, _, err := w.client.Ancestors(t.Context(), bad.repo, "", bad.head, never); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s %s: %v", bad.repo, bad.head, err)
		}
	}
	w.Permit("contents", "none")
	var denied *github.PermissionError
	for _, base := range []string{"", nth(4)} {
		if _, _, err := w.client.Ancestors(t.Context(), repo, base, nth(21), never); !errors.As(err, &denied) || denied.Permission != "contents: read" {
			t.Errorf("not permitted: %v", err)
		}
	}
	w.Permit("contents", "read")
	for _, sha := range []string{"", "main", "../x"} {
		w.Heal()
		w.Tolerate(func(error) {})
		w.Inject(fake.Fault{Path: "/repos/*/*/compare/*", Answer: fake.Answer{Status: 200, Body: `{"merge_base_commit": {"sha": "` + sha + `"}}`}})
		if _, _, err := w.client.Ancestors(t.Context(), repo, nth(4), nth(21), never); err == nil || !strings.Contains(err.Error(), "is no commit") {
			t.Errorf("parting at %q: %v", sha, err)
		}
	}
	// A parent that no page lists is a gap, and nothing beyond it is before the change.
	w.Inject(fake.Fault{Path: "/repos/*/*/commits", Answer: fake.Answer{Status: 200, Body: "[]"}})
	if commits, whole, err := w.client.Ancestors(t.Context(), repo, "", nth(4), never); err != nil || whole || commits != nil {
		t.Errorf("an empty page is %v, whole %v, %v", commits, whole, err)
	}
}
