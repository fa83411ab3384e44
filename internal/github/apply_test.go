package github_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func (w *world) deliver(want plan.Desired) (plan.Receipt, error) {
	return w.client.Deliver(context.Background(), target, decide(want))
}

func (w *world) mustDeliver(want plan.Desired) plan.Receipt {
	w.t.Helper()
	r, err := w.deliver(want)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func TestDeliverMakesEveryChangeAndTheSecondRunNone(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Change(repo, 12, func(i *fake.Issue) { i.Assignees = []string{"bob", "eve"}; i.Labels = append(i.Labels, "escalated") })
	w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "pending"})
	r := w.mustDeliver(passing())
	equal(t, "done", keys(r.Done), []string{
		"add label:Code Review Ready", "remove assignee:bob", "create comment", "remove label:In Development",
		"add assignee:ann", "remove label:escalated", "update status",
	})
	issue := w.Issue(repo, 12)
	equal(t, "labels", issue.Labels, []string{"bug", "Code Review Ready"})
	equal(t, "assignees", issue.Assignees, []string{"eve", "ann"})
	equal(t, "comments", w.ours(), []string{passing().Comment})
	if got, want := w.Status(repo, head, "tollgate"), (fake.Status{Context: "tollgate", State: "success", Description: "5 gates hold", URL: "https://ci.example/1", Creator: bot}); got != want {
		t.Errorf("status %+v, want %+v", got, want)
	}

	w.ClearLog()
	if r := w.mustDeliver(passing()); len(r.Done) != 0 || w.Writes() != 0 {
		t.Errorf("the second run did %v and made %d writes", r.Done, w.Writes())
	}

	// And back: the gate shuts before anything else.
	w.ClearLog()
	r = w.mustDeliver(failing())
	if r.Done[0].Key != "status" || w.Status(repo, head, "tollgate").State != "failure" {
		t.Errorf("done %v", keys(r.Done))
	}
	equal(t, "comments", w.ours(), []string{failing().Comment})
	var first string
	for _, line := range w.Log() {
		if !strings.HasPrefix(line, "GET ") {
			first = line
			break
		}
	}
	if want := "POST /repos/acme/shop/statuses/" + head; first != want {
		t.Errorf("first write is %s, want %s", first, want)
	}
}

func TestNamesWithEveryCharacterReachGitHub(t *testing.T) {
	for _, label := range []string{"area/api", "a b", "100%", "what?", "#1", "ünï — ✓", "a+b", "a%2Fb", "..", "a;b", "a:b", `"q"`} {
		w := newWorld(t, fake.Options{})
		want := plan.Desired{Flags: map[string]bool{label: true}}
		w.mustDeliver(want)
		if got := w.Issue(repo, 12).Labels; !contains(got, label) {
			t.Errorf("added %q, and the labels are %q", label, got)
		}
		want.Flags[label] = false
		w.mustDeliver(want)
		if got := w.Issue(repo, 12).Labels; contains(got, label) || len(got) != 2 {
			t.Errorf("removed %q, and the labels are %q", label, got)
		}
	}
}

func contains(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}

func TestApplySkipsWhatIsAlreadySo(t *testing.T) {
	w := newWorld(t, fake.Options{})
	have := w.read()
	p := plan.Diff(have, passing())
	w.mustDeliver(passing())
	w.ClearLog()
	r, err := w.client.Apply(context.Background(), target, have, p)
	if err != nil || len(r.Done) != 0 || len(r.Skipped) != len(p.Changes) || w.Writes() != 0 {
		t.Errorf("done %v, skipped %d of %d, %d writes, %v", keys(r.Done), len(r.Skipped), len(p.Changes), w.Writes(), err)
	}
}

func TestALackingPermissionCostsItsChannelAlone(t *testing.T) {
	issues := []string{
		"label:Code Review Ready needs issues: write", "comment needs issues: write",
		"label:In Development needs issues: write", "assignee:ann needs issues: write",
	}
	for _, c := range []struct {
		name   string
		spoil  func(*world)
		want   plan.Desired
		lost   []string
		done   []string
		writes int
	}{
		{"issues read-only", func(w *world) { w.Permit("issues", "read") }, passing(), issues, []string{"create status"}, 4},
		{"statuses read-only", func(w *world) { w.Permit("statuses", "read") }, passing(), []string{"status needs statuses: write"},
			[]string{"add label:Code Review Ready", "create comment", "remove label:In Development", "add assignee:ann"}, 5},
		{"statuses closed, and the gate should shut", func(w *world) { w.Permit("statuses", "") }, failing(), []string{"status needs statuses: read"},
			[]string{"add label:escalated", "create comment", "add assignee:bob"}, 3},
		{"all read-only, as for a fork", func(w *world) { w.Permit("issues", "read"); w.Permit("statuses", "read") }, passing(),
			append(issues[:4:4], "status needs statuses: write"), nil, 4},
		{"labels answered with 404", func(w *world) {
			w.Inject(fake.Fault{Method: "write", Path: labelsPath, Answer: fake.Refused(404, "Not Found")})
		}, passing(), []string{issues[0], issues[2]}, []string{"create comment", "add assignee:ann", "create status"}, 4},
		{"labels taken and dropped", func(w *world) {
			w.Inject(fake.Fault{Method: "POST", Path: labelsPath, Answer: fake.Answer{Status: 200, Body: "[]"}})
		}, passing(), []string{issues[0], issues[2]}, []string{"create comment", "add assignee:ann", "create status"}, 4},
		{"the header names what would do", func(w *world) {
			w.Inject(fake.Fault{Method: "write", Path: commentsPath, Answer: fake.NotPermitted("pull_requests=write; issues=write,metadata=read")})
		}, passing(), []string{"comment needs pull-requests: write"}, []string{"add label:Code Review Ready", "remove label:In Development", "add assignee:ann", "create status"}, 5},
		{"the header names what we ask for among others", func(w *world) {
			w.Inject(fake.Fault{Method: "write", Path: commentsPath, Answer: fake.NotPermitted("pull_requests=write; issues=write")})
		}, passing(), []string{issues[1]}, []string{"add label:Code Review Ready", "remove label:In Development", "add assignee:ann", "create status"}, 5},
		{"a locked issue", func(w *world) { w.Change(repo, 12, func(i *fake.Issue) { i.Locked = true }) }, passing(), []string{issues[1]},
			[]string{"add label:Code Review Ready", "remove label:In Development", "add assignee:ann", "create status"}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{})
			c.spoil(w)
			r := w.mustDeliver(c.want)
			equal(t, "lost", lostKeys(r.Lost), c.lost)
			equal(t, "done", keys(r.Done), c.done)
			if w.Writes() != c.writes {
				t.Errorf("%d writes were tried, want %d", w.Writes(), c.writes)
			}
			if r.Failed != nil {
				t.Errorf("failed %v", r.Failed)
			}
		})
	}
}

// Once the new label cannot be added, the old one must stay.
func TestNoHalfOfAMoveIsMade(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "POST", Path: labelsPath, Answer: fake.NotPermitted("issues=write")})
	w.mustDeliver(passing())
	equal(t, "labels", w.Issue(repo, 12).Labels, []string{"bug", "In Development"})
}

func TestAssigneesWhomGitHubDropsAreLost(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*world)
		lost  []string
	}{
		{"an outsider", func(w *world) { w.Outsider(repo, "ann") }, []string{"assignee:ann needs ann to be a collaborator of acme/shop"}},
		{"one too many", func(w *world) {
			w.Change(repo, 12, func(i *fake.Issue) {
				for n := range 10 {
					i.Assignees = append(i.Assignees, fmt.Sprint("user", n))
				}
			})
		}, []string{"assignee:ann needs fewer than the 10 assignees that an issue can have"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{})
			c.spoil(w)
			want := passing()
			want.Assign = []string{"ann", "user3"}
			r := w.mustDeliver(want)
			equal(t, "lost", lostKeys(r.Lost), c.lost)
			if !contains(w.Issue(repo, 12).Assignees, "user3") {
				t.Error("the other one was not assigned")
			}
			if w.Status(repo, head, "tollgate").State != "success" {
				t.Error("the plan did not go on")
			}
		})
	}
}

func TestAWriteThatIsRefusedForItsContentStopsThePlan(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Answer: fake.Invalid("IssueComment", "body", "custom")})
	r, err := w.deliver(passing())
	var call *github.CallError
	if !errors.As(err, &call) || call.Status != 422 || r.Failed == nil || r.Failed.Key != "comment" {
		t.Fatalf("got %v, %+v", err, r)
	}
	equal(t, "done", keys(r.Done), []string{"add label:Code Review Ready"})
	if w.Status(repo, head, "tollgate").State != "" {
		t.Error("the gate was opened although the plan had stopped")
	}
	if n := count(w.Log(), "POST /repos/acme/shop/issues/12/comments"); n != 1 {
		t.Errorf("what GitHub refused was sent %d times", n)
	}
}

func TestApplyRefusesWhatIsNoPlan(t *testing.T) {
	w := newWorld(t, fake.Options{})
	have := w.read()
	good := plan.Diff(have, passing())
	success := good.Changes[len(good.Changes)-1]
	for name, c := range map[string]struct {
		t github.Target
		p plan.Plan
	}{
		"another issue":            {target, plan.Plan{Repo: repo, Issue: 13, Head: head, Changes: good.Changes}},
		"another repository":       {target, plan.Plan{Repo: "acme/other", Issue: 12, Head: head, Changes: good.Changes}},
		"an unknown key":           {target, plan.Plan{Repo: repo, Issue: 12, Changes: []plan.Change{{Op: plan.Add, Key: "milestone:1", New: "1"}}}},
		"a label without a name":   {target, plan.Plan{Repo: repo, Issue: 12, Changes: []plan.Change{{Op: plan.Add, Key: "label:", New: "x"}}}},
		"an empty comment":         {target, plan.Plan{Repo: repo, Issue: 12, Changes: []plan.Change{{Op: plan.Update, Key: "comment", Old: "x"}}}},
		"a status without commit":  {target, plan.Plan{Repo: repo, Issue: 12, Changes: []plan.Change{success}}},
		"a status of no kind":      {target, plan.Plan{Repo: repo, Issue: 12, Head: head, Changes: []plan.Change{{Key: "status", New: `{"state":"neutral"}`}}}},
		"a status that is no JSON": {target, plan.Plan{Repo: repo, Issue: 12, Head: head, Changes: []plan.Change{{Key: "status", New: `success`}}}},
		"the gate opened too soon": {target, plan.Plan{Repo: repo, Issue: 12, Head: head, Changes: []plan.Change{success, good.Changes[0]}}},
		"a label without an issue": {github.Target{Repo: repo}, plan.Plan{Repo: repo, Changes: good.Changes[:1]}},
	} {
		w.ClearLog()
		if _, err := w.client.Apply(context.Background(), c.t, have, c.p); err == nil || w.Writes() != 0 {
			t.Errorf("%s: %d writes, %v", name, w.Writes(), err)
		}
	}
}

func TestARunWithoutAnIssueSetsTheStatusAlone(t *testing.T) {
	w := newWorld(t, fake.Options{})
	r, err := w.client.Deliver(context.Background(), github.Target{Repo: repo, Pull: 34}, decide(passing()))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "done", keys(r.Done), []string{"create status"})
}

// An app whose name nobody can tell at first learns it from its own comment, so
// that it does not write a new one at every run.
func TestAnAppThatCannotBeAskedFindsItsCommentAgain(t *testing.T) {
	w := newWorld(t, fake.Options{Login: "tollgate-acme[bot]"})
	w.Inject(fake.Fault{Method: "POST", Path: "/graphql", Answer: fake.Refused(403, "Forbidden")})
	w.mustDeliver(failing())
	w.client = w.newClient()
	w.mustDeliver(passing())
	w.client = w.newClient()
	w.mustDeliver(failing())
	var bodies []string
	for _, c := range w.Issue(repo, 12).Comments {
		bodies = append(bodies, c.Body)
	}
	equal(t, "comments", bodies, []string{failing().Comment})
}

func TestAWriteThatWasAnsweredIsDoneAlthoughTheRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	w := newWorld(t, fake.Options{}, func(o *github.Options) {
		o.Transport = transportFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/labels") {
				return resp, err
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body = io.NopCloser(bytes.NewReader(body))
			cancel()
			return resp, err
		})
	})
	r, err := w.client.Deliver(ctx, target, decide(passing()))
	if !errors.Is(err, context.Canceled) || r.Failed == nil || r.Failed.Key != "comment" {
		t.Errorf("failed %v: %v; want the comment, which was next", r.Failed, err)
	}
	equal(t, "done", keys(r.Done), []string{"add label:Code Review Ready"})
}
