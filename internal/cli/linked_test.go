package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// twins is a pull request that is for two issues, one of them further on, and a GitHub
// that refuses every call from a number on, 0 for none.
type twins struct {
	*fake.Server
	t            *testing.T
	dir          string
	calls, until int
}

const twinsHead = "2222222222222222222222222222222222222222"

func newTwins(t *testing.T) *twins {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w := &twins{t: t, dir: t.TempDir()}
	w.Server = fake.New(fake.Options{Violation: func(err error) { t.Error(err) }, Token: "ghs_x", Now: func() time.Time { return now }})
	t.Cleanup(w.Close)
	w.AddIssue("acme/shop", fake.Issue{Number: 12})
	w.AddIssue("acme/shop", fake.Issue{Number: 13, Labels: []string{"Review"}})
	w.AddPull("acme/shop", fake.Pull{Number: 34, Head: twinsHead, Body: "Fixes #12, fixes #13", Branch: "work", Base: "main", Author: "dev"})
	w.SetRole("acme/shop", "ann", "write")
	w.AddComment("acme/shop", 34, "ann", "/status")
	for name, text := range map[string]string{
		".tollgate.yml": `version: 1
evidence: {t: {tests: [r.xml]}}
gates: {unit: {from: t, require: [failed = 0]}}
phases:
  - {name: In Development, owner: "@ann", exit: [unit]}
  - {name: Review, owner: "@bob", reviewers: "@kim", manual: true}
  - {name: Ready, owner: "@ops"}
workflow: {check-run: true}
`,
		"r.xml": `<testsuite name="s" tests="1"><testcase name="a"/></testsuite>`,
	} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *twins) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.calls++; w.until > 0 && w.calls >= w.until {
		return &http.Response{StatusCode: http.StatusUnprocessableEntity, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"message":"not now"}`)), Request: r}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

// run is a run of handoff on the push of the pull request, cut at a call.
func (w *twins) run(until int) (code int, out string) {
	event := filepath.Join(w.dir, "event.json")
	text := fmt.Sprintf(`{"number": 34, "repository": {"full_name": "acme/shop"}, "pull_request": {"number": 34, "head": {"sha": %q, "ref": "work"}, "base": {"ref": "main", "sha": ""}}}`, twinsHead)
	if err := os.WriteFile(event, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.ClearLog()
	w.calls, w.until = 0, until
	var b strings.Builder
	code = Main(Env{
		Args:   []string{"handoff", "-C", w.dir, "--event", event, "--policy", filepath.Join(w.dir, ".tollgate.yml")},
		Stdout: &b, Stderr: &b, Transport: w, Now: func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) },
		Getenv: func(name string) string {
			return map[string]string{"GITHUB_TOKEN": "ghs_x", "GITHUB_API_URL": w.URL, "GITHUB_REPOSITORY": "acme/shop"}[name]
		},
	})
	return code, b.String()
}

// stands is how both issues and their pull request stand.
func (w *twins) stands() (lines []string) {
	for _, n := range []int{12, 13} {
		issue := w.Issue("acme/shop", n)
		lines = append(lines, fmt.Sprint(n, issue.Labels, issue.Assignees))
		var keys []string
		for _, c := range issue.Comments {
			keys = append(keys, workflow.PostKey(c.Body))
			if m, ok := workflow.ParseMarker(c.Body); ok {
				lines = append(lines, fmt.Sprint(n, m.Phase, m.Shared, len(m.Log)))
			}
		}
		slices.Sort(keys)
		lines = append(lines, fmt.Sprint(n, keys))
	}
	status := w.Status("acme/shop", twinsHead, "tollgate")
	lines = append(lines, status.State+" "+status.Description, fmt.Sprint(w.Pull("acme/shop", 34).Requested), fmt.Sprint(w.Issue("acme/shop", 34).Comments[0].Reactions))
	for _, run := range w.CheckRuns("acme/shop", twinsHead) {
		lines = append(lines, "check run "+run.Conclusion)
	}
	return lines
}

// R27, R31: a run on several issues that was cut at any call, and run again, leaves what
// an undisturbed one does: nothing said twice, the gate open only when all is done, and
// nothing to do for the run after it.
func TestSeveralIssuesAfterACutRun(t *testing.T) {
	clean := newTwins(t)
	if code, out := clean.run(0); code != ExitPass {
		t.Fatalf("exit %d\n%s", code, out)
	}
	want, calls, step := clean.stands(), clean.calls, 13
	if testing.Short() {
		step = 31
	}
	t.Logf("undisturbed, in %d calls: %s", calls, strings.Join(want, "\n"))
	if code, out := clean.run(0); code != ExitPass || clean.Writes() != 0 {
		t.Errorf("the second run, exit %d, wrote %d times\n%s", code, clean.Writes(), out)
	}
	for at := 2; at <= calls; at += step {
		w := newTwins(t)
		if code, out := w.run(at); code == ExitPass || w.Status("acme/shop", twinsHead, "tollgate").State == "success" {
			t.Errorf("cut at call %d: exit %d and status %v\n%s", at, code, w.Status("acme/shop", twinsHead, "tollgate"), out)
		}
		w.run(0)
		if diff := cmp.Diff(want, w.stands()); diff != "" {
			t.Errorf("cut at call %d: -want +got:\n%s", at, diff)
		}
		if w.run(0); w.Writes() != 0 {
			t.Errorf("cut at call %d: the run after the next wrote: %v", at, w.Log())
		}
	}
}

// The phase that a commit status says is that at which the commit was judged, of one issue
// and of several. The descriptions are those that docs/workflow.md and docs/github.md show.
func TestPhaseOfAStatus(t *testing.T) {
	r := workflow.Rules{Phases: []workflow.Phase{{Name: "Code Review"}, {Name: "Code Review Ready"}, {Name: "#1 of 2, first"}}}
	for description, want := range map[string]string{
		"Code Review Ready: 1 gate passes · 09ea8dc9298526da":           "Code Review Ready",
		"#12 of 2, Code Review Ready: 1 gate passes · e591ba6c36c96af5": "Code Review Ready",
		"Code Review: 1 gate fails, 1 passes":                           "Code Review",
		"In Code Review: 1 gate fails, 1 passes":                        "",
		"Code Review Ready, or so":                                      "",
		"":                                                              "",
	} {
		if got := judgedAt(r, plan.Status{State: "success", Description: description}); got != want {
			t.Errorf("%q is of %q, want %q", description, got, want)
		}
	}
}
