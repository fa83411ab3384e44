package github_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

const (
	repo   = "acme/shop"
	head   = "81d0c7e0aa5bd1c34c4d5d34f0aa1d9b2c3d4e5f"
	newer  = "93f2b1c0aa5bd1c34c4d5d34f0aa1d9b2c3d4e5f"
	token  = "ghs_0123456789abcdefSECRET"
	marker = "<!-- tollgate:v1 state -->"
	bot    = "github-actions[bot]"
)

func isOurs(body string) bool { return strings.HasPrefix(body, "<!-- tollgate:v") }

var target = github.Target{Repo: repo, Issue: 12, Pull: 34, IsOurs: isOurs}

// world is a fake GitHub with issue 12 and pull request 34, a client, and a
// clock that only sleeping moves.
type world struct {
	*fake.Server
	t      *testing.T
	client *github.Client

	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
	lines []string
}

func newWorld(t *testing.T, o fake.Options, change ...func(*github.Options)) *world {
	t.Helper()
	w := &world{t: t, now: time.Unix(1_800_000_000, 0)}
	o.Violation = func(err error) { t.Errorf("against GitHub's description: %v", err) }
	o.Token = token
	w.Server = fake.New(o)
	t.Cleanup(w.Close)
	w.AddIssue(repo, fake.Issue{Number: 12, Title: "Add tenants", Labels: []string{"bug", "In Development"}})
	w.AddPull(repo, fake.Pull{Number: 34, Title: "Tenants", Body: "Fixes #12", Head: head, Branch: "12-tenants", Base: "main", BaseSHA: newer})
	w.client = w.newClient(change...)
	return w
}

func (w *world) newClient(change ...func(*github.Options)) *github.Client {
	w.t.Helper()
	o := github.Options{
		Token: token, BaseURL: w.URL,
		// On a connection that is used again, net/http itself repeats a read.
		Transport: &http.Transport{DisableKeepAlives: true},
		Now:       func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.slept = append(w.slept, d)
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		Log: func(line string) { w.mu.Lock(); defer w.mu.Unlock(); w.lines = append(w.lines, line) },
	}
	for _, c := range change {
		c(&o)
	}
	c, err := github.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) read() plan.Snapshot {
	w.t.Helper()
	s, _, err := w.client.Read(context.Background(), target)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) waited() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var sum time.Duration
	for _, d := range w.slept {
		sum += d
	}
	return sum
}

// ours are the bodies of the status comments that the token's account wrote.
func (w *world) ours() []string {
	var bodies []string
	for _, c := range w.Issue(repo, 12).Comments {
		if c.Author == bot && isOurs(c.Body) {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

// passing is a handoff: every kind of change is in its plan.
func passing() plan.Desired {
	return plan.Desired{
		Label: "Code Review Ready", Exclusive: []string{"In Development", "Code Review Ready", "QA Validation"},
		Flags: map[string]bool{"escalated": false}, Assign: []string{"ann"}, Unassign: []string{"bob"},
		Comment: marker + "\nAll gates hold.", Status: plan.Status{State: "success", Description: "5 gates hold", URL: "https://ci.example/1"},
	}
}

// failing is being sent back, on which the gate shuts first.
func failing() plan.Desired {
	d := passing()
	d.Label, d.Flags = "In Development", map[string]bool{"escalated": true}
	d.Assign, d.Unassign = []string{"bob"}, []string{"ann"}
	d.Comment = marker + "\nTwo tests fail."
	d.Status = plan.Status{State: "failure", Description: "unit: 2 failed"}
	return d
}

func decide(want plan.Desired) func(plan.Snapshot, github.Context) (plan.Plan, error) {
	return func(s plan.Snapshot, _ github.Context) (plan.Plan, error) { return plan.Diff(s, want), nil }
}

func keys(changes []plan.Change) []string {
	var names []string
	for _, c := range changes {
		names = append(names, string(c.Op)+" "+c.Key)
	}
	return names
}

func lostKeys(lost []plan.Lost) []string {
	var names []string
	for _, l := range lost {
		names = append(names, l.Change.Key+" needs "+strings.Trim(l.Needs, "`"))
	}
	return names
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// transportFunc is a RoundTripper.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// replaceToken sends the fake's token for another, so that a test can choose
// what the client's token looks like.
func replaceToken(other string) http.RoundTripper {
	return transportFunc(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "Bearer "+other {
			r = r.Clone(r.Context())
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return http.DefaultTransport.RoundTrip(r)
	})
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
