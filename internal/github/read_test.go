package github_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func TestReadTakesInIssuePullAndStatus(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Change(repo, 12, func(i *fake.Issue) { i.Assignees = []string{"zoe", "Ann"} })
	w.AddComment(repo, 12, "ann", "looks fine")
	id := w.AddComment(repo, 12, bot, marker+"\r\nsecond line\r\n")
	w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "pending", Description: "first"})
	w.SetStatus(repo, head, fake.Status{Context: "lint", State: "success"})
	w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "failure", Description: "latest", URL: "https://ci.example/2"})

	s, extra, err := w.client.Read(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Snapshot{
		Repo: repo, Issue: 12, Title: "Add tenants", Open: true,
		Labels: []string{"bug", "In Development"}, Assigned: []string{"Ann", "zoe"},
		Comment: plan.Comment{ID: id, Body: marker + "\nsecond line"},
		Pull:    34, Head: head,
		Status: plan.Status{State: "failure", Description: "latest", URL: "https://ci.example/2"},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	wantExtra := github.Context{Base: "main", BaseSHA: newer, Branch: "12-tenants", Body: "Fixes #12"}
	if diff := cmp.Diff(wantExtra, extra); diff != "" {
		t.Error(diff)
	}
	if n := w.Writes(); n != 0 {
		t.Errorf("reading made %d writes", n)
	}
}

func TestReadFindsTheCommentOnTheThirdPage(t *testing.T) {
	w := newWorld(t, fake.Options{})
	for i := range 250 {
		w.AddComment(repo, 12, "ann", fmt.Sprint("comment ", i))
	}
	id := w.AddComment(repo, 12, bot, marker+"\nhere")
	if s := w.read(); s.Comment.ID != id {
		t.Errorf("found comment %d, want %d", s.Comment.ID, id)
	}
	pages := 0
	for _, line := range w.Log() {
		if line == "GET /repos/acme/shop/issues/12/comments" {
			pages++
		}
	}
	if pages != 3 {
		t.Errorf("read %d pages of comments, want 3", pages)
	}
}

func TestReadFindsTheStatusOnTheSecondPage(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.SetStatus(repo, head, fake.Status{Context: "Tollgate", State: "failure"})
	for i := range 120 {
		w.SetStatus(repo, head, fake.Status{Context: fmt.Sprint("check ", i), State: "success"})
	}
	if s := w.read(); s.Status.State != "failure" {
		t.Errorf("status is %q, want failure", s.Status.State)
	}
}

func TestReadIgnoresAStrangersMarker(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddComment(repo, 12, "mallory", marker+"\nforged")
	w.AddComment(repo, 12, "github-actions", marker+"\nby a user with the app's name")
	if s := w.read(); s.Comment.ID != 0 {
		t.Errorf("took a stranger's comment %d for ours: %q", s.Comment.ID, s.Comment.Body)
	}
	id := w.AddComment(repo, 12, bot, marker+"\nours")
	if s := w.read(); s.Comment.ID != id {
		t.Errorf("found comment %d, want %d", s.Comment.ID, id)
	}
}

func TestReadIgnoresOtherCommentsOfOurAccount(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddComment(repo, 12, bot, "another workflow's report\n"+marker)
	if s := w.read(); s.Comment.ID != 0 {
		t.Errorf("took comment %d for the status comment: %q", s.Comment.ID, s.Comment.Body)
	}
}

func TestReadTakesAWorkflowsTokenForWhatItIsWhereGraphQLIsClosed(t *testing.T) {
	for name, a := range map[string]fake.Answer{
		"403": fake.Refused(403, "Forbidden"), "404": fake.Refused(404, "Not Found"), "nobody": {Status: 200, Body: `{"data":null,"errors":[{"message":"no"}]}`},
	} {
		w := newWorld(t, fake.Options{})
		w.Inject(fake.Fault{Path: "/graphql", Answer: a})
		id := w.AddComment(repo, 12, bot, marker+"\nours")
		if s := w.read(); s.Comment.ID != id {
			t.Errorf("%s: found comment %d, want %d", name, s.Comment.ID, id)
		}
	}
	w := newWorld(t, fake.Options{})
	w.Inject(fake.Fault{Path: "/graphql", Answer: fake.BadGateway()})
	w.AddComment(repo, 12, bot, marker+"\nours")
	if _, _, err := w.client.Read(context.Background(), target); err == nil {
		t.Error("GraphQL was not closed but broken, and that was taken for an answer")
	}
	w = newWorld(t, fake.Options{Login: "tollgate-acme[bot]"})
	w.Inject(fake.Fault{Path: "/graphql", Nth: 1, Answer: fake.BadGateway()})
	id := w.AddComment(repo, 12, "tollgate-acme[bot]", marker+"\nours")
	if s := w.read(); s.Comment.ID != id {
		t.Errorf("asked once more: found comment %d, want %d", s.Comment.ID, id)
	}
}

func TestReadTakesTheLowestOfSeveral(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Change(repo, 12, func(i *fake.Issue) {
		i.Comments = []fake.Comment{{ID: 9, Author: bot, Body: marker + "\nlater"}, {ID: 7, Author: bot, Body: marker + "\nfirst"}, {ID: 8, Author: bot, Body: marker + "\nbetween"}}
	})
	s, extra, err := w.client.Read(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	if s.Comment.ID != 7 || !slices.Equal(extra.Doubles, []int64{8, 9}) {
		t.Errorf("comment %d, doubles %v; want 7, [8 9]", s.Comment.ID, extra.Doubles)
	}
}

func TestReadAsksWhoWeAre(t *testing.T) {
	for _, c := range []struct {
		name, login, token, given string
		want                      string // request that asked
	}{
		{"a workflow's token is asked over GraphQL", bot, token, "", "POST /graphql"},
		{"an app's own token likewise", "tollgate-acme[bot]", token, "", "POST /graphql"},
		{"a person's token is asked at /user", "ann", "ghp_" + token, "", "GET /user"},
		{"an app's token of another form falls back to GraphQL", "tollgate-acme[bot]", "v1." + token, "", "POST /graphql"},
		{"a login that is given is not asked for", "ann", token, "Ann", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, fake.Options{Login: c.login}, func(o *github.Options) { o.Login = c.given })
			// The fake knows one token; what it looks like is what counts here.
			w.client = w.newClient(func(o *github.Options) {
				o.Login, o.Token = c.given, c.token
				o.Transport = replaceToken(c.token)
			})
			id := w.AddComment(repo, 12, c.login, marker+"\nours")
			if s := w.read(); s.Comment.ID != id {
				t.Errorf("found comment %d, want %d", s.Comment.ID, id)
			}
			asked := ""
			for _, line := range w.Log() {
				if line == "GET /user" || line == "POST /graphql" {
					asked = line
				}
			}
			if asked != c.want {
				t.Errorf("asked by %q, want %q", asked, c.want)
			}
		})
	}
}

func TestReadWithoutAPullLooksAtTheCommitThatIsGiven(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "success"})
	s, _, err := w.client.Read(context.Background(), github.Target{Repo: repo, Head: head})
	if err != nil {
		t.Fatal(err)
	}
	if s.Head != head || s.Status.State != "success" || s.Issue != 0 {
		t.Errorf("read %+v", s)
	}
}

func TestReadSaysWhereAPullRequestIsGivenForTheIssue(t *testing.T) {
	w := newWorld(t, fake.Options{})
	_, extra, err := w.client.Read(context.Background(), github.Target{Repo: repo, Issue: 34, IsOurs: isOurs})
	if err != nil || !extra.IssueIsPull {
		t.Errorf("IssueIsPull %v, %v; want true", extra.IssueIsPull, err)
	}
	_, extra, err = w.client.Read(context.Background(), target)
	if err != nil || extra.IssueIsPull {
		t.Errorf("IssueIsPull %v, %v; want false", extra.IssueIsPull, err)
	}
}

func TestReadKnowsAFork(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddPull(repo, fake.Pull{Number: 35, Head: head, HeadRepo: "mallory/shop", Base: "main", BaseSHA: newer})
	_, extra, err := w.client.Read(context.Background(), github.Target{Repo: repo, Pull: 35})
	if err != nil || !extra.Fork {
		t.Errorf("Fork %v, %v; want true", extra.Fork, err)
	}
}

func TestReadWithoutThePermissionForStatusesReadsTheRest(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.Permit("statuses", "")
	if s := w.read(); s.Head != head || s.Status.State != "" || len(s.Labels) != 2 {
		t.Errorf("read %+v", s)
	}
}

func TestReadRefusesAnIssueThatHasMoved(t *testing.T) {
	w := newWorld(t, fake.Options{})
	w.AddIssue("acme/archive", fake.Issue{Number: 3})
	w.Change(repo, 12, func(i *fake.Issue) { i.MovedTo = "acme/archive#3" })
	_, _, err := w.client.Read(context.Background(), target)
	var moved *github.MovedError
	if !errors.As(err, &moved) || moved.To != "acme/archive#3" {
		t.Errorf("got %v, want a MovedError to acme/archive#3", err)
	}
}

func TestReadRefusesWhatIsNoTarget(t *testing.T) {
	w := newWorld(t, fake.Options{})
	for _, c := range []github.Target{
		{Repo: "acme"}, {Repo: "acme/shop/x"}, {Repo: "../shop"}, {Repo: "acme/.."}, {Repo: "acme/sh?p"}, {Repo: "acme/shop#1"}, {Repo: ""},
		{Repo: repo, Issue: -1}, {Repo: repo, Pull: -1}, {Repo: repo, Head: "main"}, {Repo: repo, Head: strings.ToUpper(head)},
		{Repo: repo, Issue: 12}, // no marker
	} {
		if _, _, err := w.client.Read(context.Background(), c); err == nil {
			t.Errorf("%+v was read", c)
		}
	}
	if n := len(w.Log()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}
