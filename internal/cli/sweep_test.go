package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// sweepWorld is a repository with many issues, each of which a sweep has seen, and a
// clock that only sleeping moves.
type sweepWorld struct {
	*fake.Server
	t     *testing.T
	dir   string
	now   time.Time
	slept time.Duration
}

const sweptPolicy = `version: 1
evidence: {t: {tests: [r.xml]}}
gates: {unit: {from: t, require: [failed = 0]}}
phases:
  - {name: In Development, owner: "@acme/dev", exit: [unit]}
  - {name: Released, owner: "@acme/ops"}
workflow: {blocked: stuck}
`

func newSweepWorld(t *testing.T, issues int) *sweepWorld {
	t.Helper()
	w := &sweepWorld{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	w.Server = fake.New(fake.Options{Violation: func(err error) { t.Error(err) }, Token: "ghs_x", Now: func() time.Time { return w.now }})
	t.Cleanup(w.Close)
	for n := 1; n <= issues; n++ {
		w.AddIssue("acme/shop", fake.Issue{Number: n, Title: "An issue", Labels: []string{"In Development"}})
	}
	if err := os.WriteFile(filepath.Join(w.dir, ".tollgate.yml"), []byte(sweptPolicy), 0o666); err != nil {
		t.Fatal(err)
	}
	return w
}

// run sweeps once and gives the result as JSON has it.
func (w *sweepWorld) run(args ...string) (code int, out map[string]any) {
	w.t.Helper()
	w.ClearLog()
	code, stdout, stderr := w.main(append([]string{"sweep", "-C", w.dir, "--state", filepath.Join(w.dir, "sweep.json"), "--format", "json"}, args...)...)
	if err := json.Unmarshal(stdout, &out); err != nil {
		w.t.Fatalf("exit %d, %v\n%s\n%s", code, err, stdout, stderr)
	}
	return code, out
}

// main runs the program with the clock and the GitHub of the world.
func (w *sweepWorld) main(args ...string) (code int, out, trouble []byte) {
	var stdout, stderr bytes.Buffer
	env := Env{
		Args: args, Stdout: &stdout, Stderr: &stderr, Now: func() time.Time { return w.now }, Transport: http.DefaultTransport,
		Getenv: func(name string) string {
			return map[string]string{"GITHUB_TOKEN": "ghs_x", "GITHUB_API_URL": w.URL, "GITHUB_REPOSITORY": "acme/shop"}[name]
		},
		Sleep: func(_ context.Context, d time.Duration) error {
			w.now, w.slept = w.now.Add(d), w.slept+d
			return nil
		},
	}
	return Main(env), stdout.Bytes(), stderr.Bytes()
}

// settle sweeps until nothing is left and nothing has changed.
func (w *sweepWorld) settle() {
	w.t.Helper()
	for range 100 {
		code, out := w.run()
		if code == 0 && out["changes"] == 0.0 && out["read"] == 0.0 {
			return
		}
		w.now = w.now.Add(time.Hour)
	}
	w.t.Fatal("a hundred sweeps, and no rest")
}

func number(out map[string]any, key string) int { return int(out[key].(float64)) }

// besides counts the requests over REST that are not about the issues in the list.
func (w *sweepWorld) besides(changed map[int]bool) (n int) {
	for _, line := range w.Log() {
		own := strings.HasPrefix(line, "POST /graphql")
		for c := range changed {
			own = own || strings.Contains(line+"/", fmt.Sprintf("/issues/%d/", c)) || strings.Contains(line, "/issues/comments/")
		}
		if !own {
			n++
		}
	}
	return n
}

// comments counts those of one kind on an issue.
func (w *sweepWorld) comments(n int, prefix string) (count int) {
	for _, c := range w.Issue("acme/shop", n).Comments {
		if strings.HasPrefix(c.Body, prefix) {
			count++
		}
	}
	return count
}

// A sweep over 1,000 issues on 10 of which something has changed. R33
func TestAThousandIssuesWithTenChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the sweeps of fewer issues do the same")
	}
	w := newSweepWorld(t, 1)
	w.run()
	first := w.Issue("acme/shop", 1)
	for n := 2; n <= 1000; n++ { // as a sweep would have left them
		copied := fake.Issue{Number: n, Title: "An issue", Labels: first.Labels}
		for _, c := range first.Comments {
			copied.Comments = append(copied.Comments, fake.Comment{Author: c.Author, Body: c.Body, At: c.At})
		}
		w.AddIssue("acme/shop", copied)
	}
	w.settle()
	changed := map[int]bool{}
	for n := 7; n <= 1000; n += 100 {
		changed[n] = true
		w.Change("acme/shop", n, func(i *fake.Issue) { i.Labels = append(i.Labels, "stuck") })
	}
	points := w.Points()
	code, out := w.run()
	lists, all, besides := number(out, "graphql_points"), w.Points()-points, w.besides(changed)
	t.Logf("points for the lists %d, with the changed issues' own %d; REST requests beside theirs %d, all %d; writes %d",
		lists, all, besides, number(out, "rest_requests"), w.Writes())
	if code != 0 || number(out, "listed") != 1000 || number(out, "read") != 10 || number(out, "changes") != 10 {
		t.Fatalf("exit %d, listed %v, read %v, changes %v", code, out["listed"], out["read"], out["changes"])
	}
	if lists > 100 || all > 100 || besides > 50 || w.Writes() != 10 {
		t.Errorf("want at most 100 points and 50 requests beside the changed issues' own, and 10 writes:\n%s", strings.Join(w.Log(), "\n"))
	}
	w.run()
	if code, out := w.run(); code != 0 || number(out, "read") != 0 || w.Writes() != 0 {
		t.Errorf("afterwards: exit %d, read %v, writes %d; want rest", code, out["read"], w.Writes())
	}
}

// 3,000 issues that all need a comment, a secondary limit in the middle, and the
// hour's writes used up several times: complete, and nothing twice. Without
// TOLLGATE_LONG they are 300, and take seconds and not minutes. R33
func TestThreeThousandIssuesWithASecondaryLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the sweeps of fewer issues do the same")
	}
	issues, limited := 300, 250
	if os.Getenv("TOLLGATE_LONG") != "" {
		issues, limited = 3000, 2500
	}
	w := newSweepWorld(t, issues)
	for name, answer := range fake.Secondary(60) {
		if strings.HasPrefix(name, "403 with Retry-After and") {
			w.Inject(fake.Fault{Method: "write", Nth: limited, Answer: answer})
		}
	}
	runs, writes, busiest := 0, 0, 0
	for {
		code, out := w.run()
		runs++
		writes += w.Writes()
		busiest = max(busiest, w.Writes())
		if code == 0 && number(out, "left") == 0 {
			break
		}
		if runs > 100 || code != ExitUndelivered {
			t.Fatalf("run %d: exit %d, %v", runs, code, out["stopped"])
		}
		w.now = w.now.Add(time.Hour)
	}
	w.Heal()
	for n := 1; n <= issues; n++ {
		if status, log := w.comments(n, "<!-- tollgate:v"), w.comments(n, "<!-- tollgate:post log"); status != 1 || log != 1 {
			t.Fatalf("#%d has %d status comments and %d logs, want one of each", n, status, log)
		}
	}
	t.Logf("%d runs, %d writes, %d in the busiest run, waited %s", runs, writes, busiest, w.slept)
	if busiest > 501 || writes != 2*issues+1 { // the one that was refused was sent again
		t.Errorf("%d writes, want %d; busiest run %d", writes, 2*issues+1, busiest)
	}
	w.settle()
}

// What was kept of the answers, and the memory itself, survive a run that is killed.
func TestAKilledSweepGoesOn(t *testing.T) {
	w := newSweepWorld(t, 60)
	ctx := errors.New("killed")
	stopped := 0
	w.Inject(fake.Fault{Method: "write", Nth: 70, Hook: func() { stopped++ }, Drop: true})
	w.run()
	w.Heal()
	w.now = w.now.Add(time.Hour)
	w.settle()
	for n := 1; n <= 60; n++ {
		if status, log := w.comments(n, "<!-- tollgate:v"), w.comments(n, "<!-- tollgate:post log"); status != 1 || log != 1 {
			t.Fatalf("#%d has %d status comments and %d logs after %v", n, status, log, ctx)
		}
	}
	if stopped != 1 {
		t.Errorf("the connection broke %d times, want once", stopped)
	}
}

// Writes are a second apart, 80 a minute and 500 an hour.
func TestPaceOfASweep(t *testing.T) {
	w := newSweepWorld(t, 100)
	began := w.now
	if code, _ := w.run(); code != 0 {
		t.Fatalf("exit %d", code)
	}
	// 200 writes: 199 gaps of a second keep below 80 a minute by themselves.
	if took := w.now.Sub(began); took != 199*time.Second || w.Writes() != 200 {
		t.Errorf("%d writes took %s, want 200 in 199s", w.Writes(), took)
	}
	var pace *github.PaceError
	if errors.As(error(&github.PaceError{Made: 3}), &pace); pace.Error() != "3 writes were made, and no more may be in this run" {
		t.Error(pace)
	}
}

// A comment a working day, only where something changed, the one before folded away;
// and one summary a week. R29
func TestDailyAndWeeklyReports(t *testing.T) {
	w := newSweepWorld(t, 2)
	w.AddIssue("acme/shop", fake.Issue{Number: 42, Title: "Weekly"})
	policy := sweptPolicy + `reports: {daily: {audience: ["@po", "@acme/dev"]}, weekly: {issue: 42, day: wed}}` + "\n"
	if err := os.WriteFile(filepath.Join(w.dir, ".tollgate.yml"), []byte(policy), 0o666); err != nil {
		t.Fatal(err)
	}
	sweep := func(day, hour int, want int) {
		t.Helper()
		w.now = time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC)
		code, out := w.run()
		if code != 0 || number(out, "changes") != want {
			t.Fatalf("March %d: exit %d, changes %v, want %d: %v", day, code, out["changes"], want, out["issues"])
		}
	}
	daily := func(n int) (open, folded int) {
		for _, c := range w.Issue("acme/shop", n).Comments {
			if strings.HasPrefix(c.Body, "<!-- tollgate:post daily/") {
				if c.Minimized != "" {
					folded++
				} else {
					open++
				}
			}
		}
		return open, folded
	}
	sweep(2, 9, 6)  // Monday: a status comment, a log and a report on each
	sweep(2, 10, 0) // once a day
	w.Change("acme/shop", 1, func(i *fake.Issue) { i.Labels = append(i.Labels, "stuck") })
	sweep(2, 11, 1) // the status comment; the report is tomorrow's
	sweep(3, 9, 2)  // the report, and Monday's is folded away
	if open, folded := daily(1); open != 1 || folded != 1 {
		t.Errorf("#1 has %d reports and %d folded away, want one of each", open, folded)
	}
	if open, folded := daily(2); open != 1 || folded != 0 {
		t.Errorf("#2, on which nothing changed, has %d reports and %d folded away", open, folded)
	}
	var last string
	for _, c := range w.Issue("acme/shop", 1).Comments {
		if strings.HasPrefix(c.Body, "<!-- tollgate:post daily/2026-03-03 -->\n") {
			last = c.Body
		}
	}
	for _, line := range []string{
		"\n## Issue #1 Daily Progress - 2026-03-03\n", "\n- **Current Phase:** In Development\n", "\n- **Progress:** nothing was decided\n",
		"\n- **Blockers:** blocked: the label stuck is set\n", "\n- **Next 24h:** ", "\n- **GitHub Status:** In Development: 1 gate is inconclusive\n", "\nFor @po, @acme/dev",
	} {
		if !strings.Contains(last, line) {
			t.Errorf("the report does not say %q:\n%s", line, last)
		}
	}
	sweep(4, 9, 1)  // Wednesday: the week is summed up
	sweep(5, 9, 0)  // once
	sweep(11, 9, 1) // and the next week
	weekly := w.Issue("acme/shop", 42).Comments
	if len(weekly) != 2 || !strings.HasPrefix(weekly[0].Body, "<!-- tollgate:post weekly/2026-W10 -->\n## Weekly Summary - 2026-02-25 to 2026-03-04\n\n2 issues in the workflow\n") {
		t.Fatalf("%d summaries: %+v", len(weekly), weekly)
	}
	for _, part := range []string{"### Milestones\n\n- #1 An issue: – → In Development", "### Risks\n\n- #1 An issue: blocked: the label stuck is set", "### Gates and timeline", "### Next week", "| resolution | 2026-03-04 | 0 | no data | no data | no data |"} {
		if !strings.Contains(weekly[0].Body, part) {
			t.Errorf("the summary does not say %q:\n%s", part, weekly[0].Body)
		}
	}
	// A Saturday is no working day.
	w.Change("acme/shop", 2, func(i *fake.Issue) { i.Labels = append(i.Labels, "stuck") })
	sweep(14, 9, 1)
	sweep(16, 9, 2)
}

// A memory that somebody edited, for a commit that fails, opens nothing; the one that
// Tollgate wrote does, once the approval is there. R33
func TestAnEditedMemoryOpensNothing(t *testing.T) {
	const head = "1111111111111111111111111111111111111111"
	for _, tt := range []struct {
		name   string
		report string
		forge  func(w *sweepWorld)
		want   string
	}{
		{"as it was written", `<testsuite name="s" tests="1"><testcase name="a"/></testsuite>`, func(*sweepWorld) {}, "success"},
		{"outcome edited", `<testsuite name="s" tests="1"><testcase name="a"><failure/></testcase></testsuite>`, func(w *sweepWorld) {
			w.edit(func(m *workflow.Memory) { m.Gates["unit"] = strings.Replace(m.Gates["unit"], " f", " p", 1) })
		}, "failure"},
		{"outcome edited, and a status by the same person", `<testsuite name="s" tests="1"><testcase name="a"><failure/></testcase></testsuite>`, func(w *sweepWorld) {
			m := w.edit(func(m *workflow.Memory) { m.Gates["unit"] = strings.Replace(m.Gates["unit"], " f", " p", 1) })
			w.SetStatus("acme/shop", head, fake.Status{Context: "tollgate", State: "failure", Description: "In Development" + recordMark("x", m.Gates), Creator: "mallory"})
		}, "failure"},
		{"the commit edited", `<testsuite name="s" tests="1"><testcase name="a"/></testsuite>`, func(w *sweepWorld) {
			w.Push("acme/shop", 34, strings.Repeat("2", 40))
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newSweepWorld(t, 0)
			w.AddIssue("acme/shop", fake.Issue{Number: 12, Title: "An issue"})
			w.AddPull("acme/shop", fake.Pull{Number: 34, Head: head, Body: "Fixes #12", Branch: "work", Base: "main", BaseSHA: strings.Repeat("b", 40), Closing: []string{"acme/shop#12"}})
			policy := strings.Replace(sweptPolicy, "phases:", `  approved: {from: reviews, by: ["@zoe"], stale: allowed, require: [approvals >= 1]}`+"\nphases:", 1)
			policy = strings.Replace(policy, "gates: {unit: {from: t, require: [failed = 0]}}", "gates:\n  unit: {from: t, require: [failed = 0]}", 1)
			policy = strings.Replace(policy, "exit: [unit]", "exit: [unit, approved]", 1)
			event := `{"pull_request": {"number": 34, "head": {"sha": "` + head + `"}, "base": {"sha": "` + strings.Repeat("b", 40) + `"}}, "repository": {"full_name": "acme/shop"}}`
			for name, text := range map[string]string{".tollgate.yml": policy, "r.xml": tt.report, "event.json": event} {
				if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			w.main("handoff", "-C", w.dir, "--event", filepath.Join(w.dir, "event.json"), "--event-name", "pull_request")
			if got := w.Status("acme/shop", head, "tollgate").State; got != "failure" {
				t.Fatalf("before, the status is %q", got)
			}
			tt.forge(w)
			w.ChangePull("acme/shop", 34, func(p *fake.Pull) {
				p.Reviews = append(p.Reviews, fake.Review{ID: 1, Author: "zoe", State: "APPROVED", Commit: head})
			})
			w.run()
			now := head
			if tt.want == "" {
				now = strings.Repeat("2", 40)
			}
			if got := w.Status("acme/shop", now, "tollgate").State; got != tt.want {
				t.Errorf("the status is %q, want %q", got, tt.want)
			}
			if released := strings.Contains(strings.Join(w.Issue("acme/shop", 12).Labels, " "), "Released"); released != (tt.want == "success") {
				t.Errorf("labels %v", w.Issue("acme/shop", 12).Labels)
			}
		})
	}
}

// edit changes the memory in the status comment of #12, as somebody who may.
func (w *sweepWorld) edit(change func(*workflow.Memory)) (m workflow.Memory) {
	w.t.Helper()
	w.Change("acme/shop", 12, func(i *fake.Issue) {
		for k := range i.Comments {
			got, ok := workflow.ParseMarker(i.Comments[k].Body)
			if !ok {
				continue
			}
			m = got
			change(&m)
			_, rest, _ := strings.Cut(i.Comments[k].Body, "\n")
			i.Comments[k].Body = m.Marker() + "\n" + rest
		}
	})
	return m
}
