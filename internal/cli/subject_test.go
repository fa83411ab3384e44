package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// checkedOut is what GITHUB_SHA holds in every run: a merge commit, or the tip of
// the default branch.
const checkedOut = "dddddddddddddddddddddddddddddddddddddddd"

// Commits of GitHub's published payloads.
const (
	pullHead   = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
	queueHead  = "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d"
	runHead    = "3484a3fb816e0859fd6e1cea078d76385ff50625"
	pushedHead = "6113728f27ae82c7b1a177c8d03f9e96e0adf246"
)

// The payloads in testdata/events are GitHub's published examples, whole. What is
// expected was read out of them by a person, or follows from what the repository
// is made to hold.
func TestEventsOfGitHub(t *testing.T) {
	for _, c := range []struct {
		name, file, event string
		repo              string
		hold              func(*fake.Server)
		head              string
		pull, issue       int
		merged            bool
		notes             []string
	}{
		{"a pull request", "pull_request", "pull_request", "Codertocat/Hello-World", func(s *fake.Server) {
			s.AddIssue("Codertocat/Hello-World", fake.Issue{Number: 1})
			s.AddPull("Codertocat/Hello-World", fake.Pull{Number: 2, Head: pullHead, Closing: []string{"Codertocat/Hello-World#1"}})
		}, pullHead, 2, 1, false, []string{"issue #1, by the link on GitHub of pull request #2"}},
		{"a review", "pull_request_review", "pull_request_review", "Codertocat/Hello-World", func(s *fake.Server) {
			s.AddPull("Codertocat/Hello-World", fake.Pull{Number: 2, Head: pullHead})
		}, pullHead, 2, 0, false, []string{"pull request #2 closes no issue"}},
		{"a merge queue", "merge_group", "merge_group", "octo-org/octo-repo", func(s *fake.Server) {
			s.AddIssue("octo-org/octo-repo", fake.Issue{Number: 7})
			s.AddPull("octo-org/octo-repo", fake.Pull{Number: 104, Head: pullHead, Body: "Fixes #7"})
		}, queueHead, 104, 7, true, []string{"issue #7, by the closing keyword"}},
		{"a push that is a pull request's head", "push", "push", "Codertocat/Hello-World", func(s *fake.Server) {
			s.AddIssue("Codertocat/Hello-World", fake.Issue{Number: 7})
			s.AddPull("Codertocat/Hello-World", fake.Pull{Number: 9, Head: pushedHead, Branch: "7-x"})
		}, pushedHead, 9, 7, false, []string{"commit 6113728 is the head of pull request #9", "issue #7, by the branch name"}},
		{"a push that is nobody's", "push", "push", "Codertocat/Hello-World", nil, pushedHead, 0, 0, false, []string{"the event push names no issue"}},
		{"a branch that is gone", "push-deleted", "push", "Codertocat/Hello-World", nil, "", 0, 0, false, []string{"the event push names no issue"}},
		{"a run whose payload names another repository's pull request", "workflow_run", "workflow_run", "octo-org/octo-repo", nil,
			runHead, 0, 0, false, []string{"the event workflow_run names no issue"}},
		{"a run of a fork, which names none", "workflow_run-without-pulls", "workflow_run", "octo-org/octo-repo", func(s *fake.Server) {
			s.AddIssue("octo-org/octo-repo", fake.Issue{Number: 7})
			s.AddPull("octo-org/octo-repo", fake.Pull{Number: 3, Head: pullHead, HeadRepo: "octo-org/fork", Branch: "master"})
			s.AddPull("octo-org/octo-repo", fake.Pull{Number: 4, Head: runHead, HeadRepo: "octo-org/fork", Branch: "master", Body: "Resolves #7"})
		}, runHead, 4, 7, false, []string{"commit 3484a3f is the head of pull request #4", "issue #7, by the closing keyword"}},
		{"by hand", "workflow_dispatch", "workflow_dispatch", "Codertocat/Hello-World", nil, checkedOut, 0, 0, false, []string{"the event workflow_dispatch names no issue"}},
		{"by the clock", "schedule", "schedule", "Codertocat/Hello-World", nil, checkedOut, 0, 0, false, []string{"the event schedule names no issue"}},
		{"a comment on an issue", "issue_comment", "issue_comment", "Codertocat/Hello-World", nil, "", 0, 1, false, nil},
		{"an issue", "issues", "issues", "Codertocat/Hello-World", nil, "", 0, 1, false, nil},
		{"an issue that is a pull request", "issues-of-pull", "issues", "Codertocat/Hello-World", func(s *fake.Server) {
			s.AddIssue("Codertocat/Hello-World", fake.Issue{Number: 1})
			s.AddPull("Codertocat/Hello-World", fake.Pull{Number: 2, Head: pullHead, Body: "Fixes #1"})
		}, pullHead, 2, 1, false, []string{"the event is of the conversation of pull request #2, so what is checked out here is not its head", "issue #1, by the closing keyword"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := fake.New(fake.Options{Violation: func(err error) { t.Error(err) }})
			t.Cleanup(s.Close)
			s.AddIssue(c.repo, fake.Issue{Number: 1})
			if c.hold != nil {
				c.hold(s)
			}
			client, err := github.New(github.Options{BaseURL: s.URL})
			if err != nil {
				t.Fatal(err)
			}
			getenv := func(name string) string { return map[string]string{"GITHUB_SHA": checkedOut}[name] }
			a := &app{env: Env{Getenv: getenv, Stderr: io.Discard}}
			e, err := a.event(settings{event: filepath.Join("testdata", "events", c.file+".json")})
			if err != nil || e.Name != c.event {
				t.Fatalf("taken for %q, %v; want %q", e.Name, err, c.event)
			}
			got, notes, err := handoff{settings: settings{repo: c.repo}}.subject(context.Background(), &e, client)
			if err != nil {
				t.Fatal(err)
			}
			got.Head = e.head(getenv)
			if known := e.PullRequest != nil && e.PullRequest.Number == c.pull; known != (c.pull != 0) {
				t.Errorf("the event's pull request: %+v", e.PullRequest)
			}
			if got.Head != c.head || got.Pull != c.pull || got.Issue != c.issue || got.Merged != c.merged {
				t.Errorf("head %q, pull request %d, issue %d, merged %v; want %q, %d, %d, %v", got.Head, got.Pull, got.Issue, got.Merged, c.head, c.pull, c.issue, c.merged)
			}
			if !slices.EqualFunc(notes, c.notes, strings.HasPrefix) {
				t.Errorf("notes %q, want %q", notes, c.notes)
			}
		})
	}
}

// A branch that anybody can name is no merge queue's.
func TestBranchesThatLookLikeAMergeQueues(t *testing.T) {
	sha := strings.Repeat("a", 40)
	for ref, want := range map[string]bool{
		"refs/heads/gh-readonly-queue/main/pr-104-" + sha: true, "gh-readonly-queue/release/1.x/pr-4-" + sha: true,
		"refs/heads/x/gh-readonly-queue/main/pr-104-" + sha: false, "gh-readonly-queue/main/pr-104": false, "gh-readonly-queue/main/pr-9999999999-" + sha: false,
	} {
		if queueRef.MatchString(ref) != want {
			t.Errorf("%s: %v", ref, !want)
		}
	}
}

// The status of a merge queue's commit stands there, and the pull request's own
// head, which is another commit, does not supersede it.
func TestAMergeQueuesCommitBearsTheStatus(t *testing.T) {
	s := fake.New(fake.Options{Token: "ghs_x", Violation: func(err error) { t.Error(err) }})
	t.Cleanup(s.Close)
	const repo = "octo-org/octo-repo"
	s.AddIssue(repo, fake.Issue{Number: 7})
	s.AddPull(repo, fake.Pull{Number: 104, Head: pullHead, Body: "Fixes #7"})
	event, err := filepath.Abs("testdata/events/merge_group.json")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		".tollgate.yml": "version: 1\nevidence: {t: {tests: [r.xml]}}\ngates: {unit: {from: t, require: [failed = 0]}}\n",
		"r.xml":         `<testsuite name="s" tests="1"><testcase name="a"/></testsuite>`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"GITHUB_TOKEN": "ghs_x", "GITHUB_API_URL": s.URL, "GITHUB_REPOSITORY": repo}
	var out strings.Builder
	code := Main(Env{Args: []string{"handoff", "--event", event}, Getenv: func(k string) string { return env[k] }, Stdout: &out, Stderr: &out, Now: time.Now})
	if got := s.Status(repo, queueHead, "tollgate"); code != ExitPass || got.State != "success" || s.Status(repo, pullHead, "tollgate").State != "" {
		t.Errorf("exit %d, status of the queue's commit %+v:\n%s", code, got, &out)
	}
}

// What somebody may do is asked of who gave a command, however it is written, and of
// nobody else.
func TestWhoGaveACommand(t *testing.T) {
	for body, want := range map[string]bool{
		"/retry": true, "thanks\r\n/Blocked no database": true, "/BLOCKED": true,
		"/etc/passwd is open": false, "/lgtm": false, "> /retry": false, "```\n/retry\n```": false, " /retry": false, "see /retry": false,
	} {
		f := evidence.Facts{Comments: []evidence.Comment{{Author: "ann", Body: body}, {Author: "bot", Bot: true, Body: body}}}
		if got := len(commanders(&f)) == 1; got != want {
			t.Errorf("%q: asked %v", body, got)
		}
	}
}
