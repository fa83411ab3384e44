package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// actWorkflow uses the action as a user does, and prints what it set.
const actWorkflow = `name: gate
on: [pull_request, workflow_run, merge_group, schedule, issue_comment, push]
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: gate
        uses: ./action
        continue-on-error: true
        with: {command: %s, binary: %s}
      - shell: bash
        env: {VERDICT: '${{ steps.gate.outputs.verdict }}', CODE: '${{ steps.gate.outputs.exit-code }}', PHASE: '${{ steps.gate.outputs.phase }}', OUTCOME: '${{ steps.gate.outputs.outcome }}', RESULT: '${{ steps.gate.outcome }}'}
        run: 'echo "said: $VERDICT, $CODE, $PHASE, $OUTCOME, $RESULT"'
`

// The payloads are GitHub's own published examples; README.md beside them says where
// from.
const eventsFolder = "../../internal/cli/testdata/events"

// TestActionThroughARealRunner runs the action by nektos/act, without containers,
// from a workflow file and by the events that GitHub publishes, against the fake GitHub.
func TestActionThroughARealRunner(t *testing.T) {
	act, err := exec.LookPath("act")
	if err != nil {
		if os.Getenv("TOLLGATE_REQUIRE_TOOLS") != "" {
			t.Fatal("there is no act; .ci/run installs it")
		}
		t.Skip("there is no act: .ci/run installs it, or go install github.com/nektos/act")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const tests = "<testsuite name=\"s\" tests=\"1\"><testcase name=\"a\"/></testsuite>\n"
	failing := strings.Replace(tests, "\"a\"/>", "\"a\"><failure message=\"no\"/></testcase>", 1)
	failing = strings.Replace(failing, "</testcase></testcase>", "</testcase>", 1)
	type want struct {
		said, summary string // the summary as it begins, "" for none
		phase         string // label of the issue
		comments      int
		status        string // of the head
	}
	for _, x := range []struct {
		name, event, payload, repo, head, report string
		pull                                     fake.Pull
		issue                                    int
		want                                     want
		command                                  string // "" is handoff
	}{
		{"a pull request", "pull_request", "pull_request.json", "Codertocat/Hello-World", "ec26c3e57ca3a959ca5aad62de7213c562f8c821", tests,
			fake.Pull{Number: 2, Body: "Fixes #12"}, 12,
			want{"pass, 0, Review, handed off, success", "## ✓ Tollgate: PASS", "Review", 3, "success"}, ""},
		{"a pull request whose tests fail", "pull_request", "pull_request.json", "Codertocat/Hello-World", "ec26c3e57ca3a959ca5aad62de7213c562f8c821", failing,
			fake.Pull{Number: 2, Body: "Fixes #12"}, 12,
			want{"fail, 1, In Development, entered, failure", "## ✗ Tollgate: FAIL", "In Development", 2, "failure"}, ""},
		{"a workflow run of a fork", "workflow_run", "workflow_run-without-pulls.json", "octo-org/octo-repo", "3484a3fb816e0859fd6e1cea078d76385ff50625", tests,
			fake.Pull{Number: 7, Body: "Fixes #12", Branch: "master", HeadRepo: "octo-org/fork"}, 12,
			want{"pass, 0, Review, handed off, success", "## ✓ Tollgate: PASS", "Review", 3, "success"}, ""},
		{"a merge queue", "merge_group", "merge_group.json", "octo-org/octo-repo", "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d", tests,
			fake.Pull{Number: 104, Head: strings.Repeat("1", 40), Body: "Fixes #12"}, 12,
			want{"pass, 0, Review, handed off, success", "## ✓ Tollgate: PASS", "Review", 3, "success"}, ""},
		{"a workflow run of a fork that left half a report", "workflow_run", "workflow_run-without-pulls.json", "octo-org/octo-repo", "3484a3fb816e0859fd6e1cea078d76385ff50625", tests[:len(tests)/2],
			fake.Pull{Number: 7, Body: "Fixes #12", Branch: "master", HeadRepo: "octo-org/fork"}, 12,
			want{"inconclusive, 3, In Development, entered, failure", "## ? Tollgate: INCONCLUSIVE", "In Development", 2, "error"}, ""},
		{"a merge queue whose tests fail", "merge_group", "merge_group.json", "octo-org/octo-repo", "2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d", failing,
			fake.Pull{Number: 104, Head: strings.Repeat("1", 40), Body: "Fixes #12"}, 12,
			want{"fail, 1, In Development, entered, failure", "## ✗ Tollgate: FAIL", "In Development", 2, "failure"}, ""},
		{"a comment on an issue, and tests that fail", "issue_comment", "issue_comment.json", "Codertocat/Hello-World", "", failing,
			fake.Pull{}, 1,
			want{"fail, 1, In Development, entered, failure", "## ✗ Tollgate: FAIL", "In Development", 2, ""}, ""},
		{"a schedule without a report", "schedule", "schedule.json", "Codertocat/Hello-World", "", "",
			fake.Pull{}, 12,
			want{"inconclusive, 3, In Development, , failure", "## ? Tollgate: INCONCLUSIVE", "", 0, ""}, ""},
		{"a push of a commit whose tests fail", "push", "push.json", "Codertocat/Hello-World", "6113728f27ae82c7b1a177c8d03f9e96e0adf246", failing,
			fake.Pull{}, 12,
			want{"fail, 1, In Development, , failure", "## ✗ Tollgate: FAIL", "", 0, "failure"}, ""},
		{"a comment on an issue", "issue_comment", "issue_comment.json", "Codertocat/Hello-World", "", tests,
			fake.Pull{}, 1,
			want{"pass, 0, Review, handed off, success", "## ✓ Tollgate: PASS", "Review", 3, ""}, ""},
		{"a schedule, which names no issue", "schedule", "schedule.json", "Codertocat/Hello-World", "", tests,
			fake.Pull{}, 12,
			want{"pass, 0, In Development, , success", "## ✓ Tollgate: PASS", "", 0, ""}, ""},
		{"a push of a commit without a pull request", "push", "push.json", "Codertocat/Hello-World", "6113728f27ae82c7b1a177c8d03f9e96e0adf246", tests,
			fake.Pull{}, 12,
			want{"pass, 0, In Development, , success", "## ✓ Tollgate: PASS", "", 0, "success"}, ""},
		{"the metrics on a schedule", "schedule", "schedule.json", "Codertocat/Hello-World", "", tests,
			fake.Pull{}, 12,
			want{", , , , success", "### Codertocat/Hello-World: 0 issues, ", "", 0, ""}, "metrics"},
		{"the metrics by a word that there is none of", "schedule", "schedule.json", "Codertocat/Hello-World", "", tests,
			fake.Pull{}, 12,
			want{", , , , failure", "", "", 0, ""}, "metrics, since: yesterday"},
	} {
		t.Run(x.name, func(t *testing.T) {
			server := fake.New(fake.Options{Token: "ghs_act", Violation: func(err error) { t.Errorf("GitHub's description is broken: %v", err) }})
			defer server.Close()
			server.AddIssue(x.repo, fake.Issue{Number: x.issue, Title: "An issue"})
			if x.pull.Number != 0 {
				if x.pull.Head == "" {
					x.pull.Head = x.head
				}
				x.pull.Base, x.pull.BaseSHA = "main", base
				server.AddPull(x.repo, x.pull)
			}
			dir := t.TempDir()
			files := map[string]string{
				".github/workflows/gate.yml": fmt.Sprintf(actWorkflow, cmp.Or(x.command, "handoff"), self), "r.xml": x.report, ".tollgate.yml": `version: 1
evidence: {t: {tests: [r.xml]}}
gates: {unit: {from: t, require: [failed = 0]}}
phases: [{name: In Development, owner: "@dev", exit: [unit]}, {name: Review, owner: "@rev", manual: true}, {name: Done, owner: "@rev"}]
`,
			}
			for to, from := range map[string]string{"action/action.yml": "../../action.yml", "event.json": filepath.Join(eventsFolder, x.payload)} {
				data, err := os.ReadFile(from)
				if err != nil {
					t.Fatal(err)
				}
				files[to] = string(data)
			}
			for name, text := range files {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			run := func(name string, args ...string) string {
				t.Helper()
				cmd := exec.Command(name, args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "GIT_CONFIG_NOSYSTEM=1", "NO_COLOR=1", "GITHUB_ACTIONS=", "GITHUB_TOKEN=")
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, out)
				}
				return string(out)
			}
			run("git", "init", "-q", "-b", "main")
			run("git", "remote", "add", "origin", "https://github.com/"+x.repo+".git")
			run("git", "add", "-A")
			run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "all")
			out := run(act, x.event, "-e", "event.json", "-P", "ubuntu-latest=-self-hosted", "--no-cache-server",
				"--env", "GITHUB_API_URL="+server.URL, "--env", "GITHUB_REPOSITORY="+x.repo, "--env", "TOLLGATE_TEST_PROGRAM=1", "-s", "GITHUB_TOKEN=ghs_act")

			if x.want.summary == "" && strings.Contains(out, "Summary - ") {
				t.Error("there is a summary")
			}
			lines := []string{"| said: " + x.want.said + "\n"}
			if x.want.summary != "" {
				lines = append(lines, "Summary - "+x.want.summary)
			}
			for _, line := range lines {
				if !strings.Contains(out, line) {
					t.Errorf("no line %q", line)
				}
			}
			issue := server.Issue(x.repo, x.issue)
			if got := strings.Join(issue.Labels, ", "); got != x.want.phase || len(issue.Comments) != x.want.comments {
				t.Errorf("labels %q and %d comments, want %q and %d", got, len(issue.Comments), x.want.phase, x.want.comments)
			}
			if got := server.Status(x.repo, x.head, "tollgate").State; x.head != "" && got != x.want.status {
				t.Errorf("status %q, want %q", got, x.want.status)
			}
			if strings.Contains(out, "ghs_act") {
				t.Error("the token is in the log")
			}
			if t.Failed() {
				t.Logf("%s", out)
			}
		})
	}
}
