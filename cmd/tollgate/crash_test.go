package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tollgate-ci/tollgate/internal/cli"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// killedStories are those of which every second step is killed once. TOLLGATE_KILLS=1 kills
// every step of every story at every call, before it is made and after, and TOLLGATE_KILLS=5
// at every fifth.
var killedStories = []string{"story-approved.txtar", "story-guidance.txtar", "story-moved-revert.txtar", "memory-lost.txtar"}

const killedSteps = 2

// TestStoriesSurviveKills tells every story with runs that are killed: the steps of the
// scripts are run in this process, each is killed at its calls to GitHub, before a call is
// made or when its answer is lost, and run again. The issue must then stand as after an
// undisturbed run, with nothing written twice that people hear of, and the run after that
// must write nothing. R28
func TestStoriesSurviveKills(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: hundreds of runs")
	}
	every := 0
	if v := os.Getenv("TOLLGATE_KILLS"); v != "" {
		if _, err := fmt.Sscan(v, &every); err != nil || every < 1 {
			t.Fatalf("TOLLGATE_KILLS is %q", v)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "testdata", "script")
	names, err := filepath.Glob(filepath.Join(folder, "story-*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, filepath.Join(folder, "memory-lost.txtar"), filepath.Join(folder, "one-reason.txtar"))
	if every == 0 {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(killedStories, filepath.Base(name)) })
	}
	k := &killer{every: every}
	params := scripts()
	params.Dir, params.Files, params.UpdateScripts = "", names, false
	params.Cmds["step"] = k.step
	testscript.RunT(inTurn{t, dir}, params)
	t.Logf("%d stories, %d steps, %d calls of GitHub, %d kills", len(names), k.steps, k.calls, k.kills)
	if k.steps < 20 || k.kills < k.steps/killedSteps {
		t.Error("this proves little")
	}
}

// inTurn runs scripts one after the other: they share the folder that this process is in,
// which is that of the script until it ends.
type inTurn struct {
	*testing.T
	dir string
}

func (t inTurn) Parallel()     {}
func (t inTurn) Verbose() bool { return testing.Verbose() }
func (t inTurn) Run(name string, f func(testscript.T)) {
	t.T.Run(name, func(one *testing.T) {
		defer func() {
			if err := os.Chdir(t.dir); err != nil {
				one.Error(err)
			}
		}()
		f(inTurn{one, t.dir})
	})
}

// killer makes the steps of stories, and kills them.
type killer struct {
	every               int // call; 0 is some of them
	steps, calls, kills int
}

// step is that of the scripts, after every way to kill it was tried.
func (k *killer) step(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: step STATUS [ARG...]")
	}
	h := ts.Value("github").(*hub)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	before := h.server.Save()
	var want, told []string
	var whole inProcess
	h.step(ts, args, func(more ...string) (string, int) {
		run := h.inside(ts, append(slices.Clone(args[1:]), more...), 0, false)
		if len(more) == 0 && want == nil {
			whole, want, told = run, h.stands(), h.told()
		}
		return run.out, run.code
	})
	done := h.server.Save()
	k.steps++
	k.calls += whole.calls
	for _, way := range k.ways(whole.calls) {
		h.server.Restore(before)
		h.inside(ts, args[1:], way.at, way.after)
		ts.Check(h.inside(ts, args[1:], 0, false).err())
		k.kills++
		if diff := cmp.Diff(want, h.stands()); diff != "" {
			ts.Fatalf("killed at call %d, after it %v: -want +got:\n%s", way.at, way.after, diff)
		}
		if diff := cmp.Diff(told, h.told()); diff != "" {
			ts.Fatalf("killed at call %d, after it %v, people hear of other things: -want +got:\n%s", way.at, way.after, diff)
		}
		h.server.ClearLog()
		ts.Check(h.inside(ts, args[1:], 0, false).err())
		if n := h.server.Writes(); n != 0 {
			ts.Fatalf("killed at call %d, after it %v: the run after the next wrote %d times:\n%s", way.at, way.after, n, strings.Join(h.server.Log(), "\n"))
		}
	}
	h.server.Restore(done)
}

// death is a way to kill a run: at a call, before it is made or after.
type death struct {
	at    int
	after bool
}

func (k *killer) ways(calls int) (out []death) {
	step := k.steps
	if k.every == 0 {
		if step%killedSteps == 0 {
			out = append(out, death{1 + step*13%calls, step%2 == 0})
		}
		return out
	}
	for at := 1 + step%k.every; at <= calls; at += k.every {
		out = append(out, death{at, false}, death{at, true})
	}
	return out
}

// inProcess is a run of the program in this process.
type inProcess struct {
	out   string
	code  int
	calls int
	said  string
}

// err says whether the run broke off; what it found of the issue is no matter.
func (r inProcess) err() error {
	if r.code == cli.ExitUsage || r.code == cli.ExitUndelivered || r.code == cli.ExitInternal {
		return fmt.Errorf("exit %d:\n%s\n%s", r.code, r.out, r.said)
	}
	return nil
}

// inside runs handoff here, as step has it, against the server without a network. At the
// call killAt it dies, before the call is made or after: nothing that it does then
// reaches GitHub. 0 is never.
func (h *hub) inside(ts *testscript.TestScript, args []string, killAt int, after bool) inProcess {
	var run inProcess
	var mu sync.Mutex
	dead := false
	died := errors.New("this run was killed")
	transport := roundTrip(func(r *http.Request) (resp *http.Response, err error) {
		mu.Lock()
		defer mu.Unlock()
		if run.calls++; dead || run.calls == killAt && !after {
			dead = true
			return nil, died
		}
		r = r.Clone(r.Context())
		if r.Body == nil {
			r.Body = http.NoBody
		}
		w := httptest.NewRecorder()
		h.server.ServeHTTP(w, r)
		if run.calls == killAt {
			dead = true
			return nil, died
		}
		return w.Result(), nil
	})
	start := h.clock()
	slept := time.Duration(0)
	var out, said bytes.Buffer
	all := append([]string{"handoff", "--event", "push.json"}, args...)
	run.code = cli.Main(cli.Env{
		Args: all, Stdout: &out, Stderr: &said, Stdin: strings.NewReader(""), Transport: transport,
		Getenv: func(name string) string {
			if strings.HasPrefix(name, "GITHUB_") {
				return ts.Getenv(name)
			}
			return ""
		},
		Now: func() time.Time { return start.Add(slept) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if slept += d; dead {
				return died
			}
			return ctx.Err()
		},
	})
	run.out, run.said = out.String(), said.String()
	return run
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// beforeRun is where the check run says how far the log went before the run that wrote it:
// for a run that finds its log written by one that was killed, that is as far as it goes.
var beforeRun = regexp.MustCompile("; before this run [^\n]*")

// stands is all that is to be seen of the issue and its pull requests.
func (h *hub) stands() []string {
	i := h.server.Issue(shop, 12)
	slices.Sort(i.Labels)
	slices.Sort(i.Assignees)
	lines := []string{fmt.Sprint("labels ", i.Labels), fmt.Sprint("assignees ", i.Assignees)}
	of := func(on int, c fake.Comment) {
		slices.SortFunc(c.Reactions, func(a, b fake.Reaction) int { return strings.Compare(a.Login+a.Content, b.Login+b.Content) })
		lines = append(lines, fmt.Sprintf("comment on #%d by %s %v %s: %s", on, c.Author, c.Reactions, c.Minimized, c.Body))
	}
	for _, c := range i.Comments {
		of(12, c)
	}
	for n, head := range h.heads {
		p := h.server.Pull(shop, n)
		slices.Sort(p.Requested)
		s := h.server.Status(shop, head, "tollgate")
		lines = append(lines, fmt.Sprintf("#%d: asked %v, status %s %s", n, p.Requested, s.State, s.Description))
		for _, c := range h.server.Issue(shop, n).Comments {
			of(n, c)
		}
		for _, c := range h.server.CheckRuns(shop, head) {
			lines = append(lines, fmt.Sprintf("#%d: check run %s %s: %s", n, c.Conclusion, c.Title, beforeRun.ReplaceAllString(c.Summary, "")))
		}
	}
	slices.Sort(lines)
	return lines
}

// told are the requests of which people hear something: comments and review requests.
func (h *hub) told() (out []string) {
	for _, line := range h.server.Log() {
		if strings.HasSuffix(line, "/comments") && strings.HasPrefix(line, "POST ") || strings.HasSuffix(line, "/requested_reviewers") && strings.HasPrefix(line, "POST ") ||
			strings.HasPrefix(line, "DELETE ") && strings.Contains(line, "/comments/") {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}
