package github_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
)

// at is so many minutes into the story.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 2, 9, minutes, 0, 0, time.UTC)
}

// told is a world in which everything that is a fact has happened.
func told(t *testing.T, o fake.Options, change ...func(*github.Options)) *world {
	w := newWorld(t, o, change...)
	w.AddIssue(repo, fake.Issue{Number: 7, Closed: true})
	w.AddIssue(repo, fake.Issue{
		Number: 12, Title: "Add tenants", Body: "- [x] isolated\r\n", Author: "pat", Created: at(0), Labels: []string{"In Development"},
		Comments: []fake.Comment{
			{ID: 5, Author: "ann", Body: "/blocked waits for #7", At: at(3), Reactions: []fake.Reaction{{Login: bot, Content: "ROCKET"}, {Login: "bob", Content: "HEART"}}},
			{ID: 6, Author: "renovate[bot]", Body: "updated", At: at(4), Edited: at(6), Reactions: []fake.Reaction{{Login: "bob", Content: "ROCKET"}}},
		},
		Edits:    []fake.Edit{{By: "pat", At: at(0), Body: "- [ ] isolated"}, {By: "ann", At: at(5), Body: "isolated"}, {By: "qa", At: at(5), Body: "- [x] isolated\r\n"}},
		Events:   []fake.Event{{ID: 1, Kind: "labeled", By: "ann", Value: "In Development", At: at(1)}, {Kind: "cross-referenced", By: "bob", Value: "acme/other#9", At: at(2)}, {ID: 3, Kind: "closed", By: "bob", At: at(2)}},
		Blockers: []string{"acme/shop#7"},
	})
	w.AddPull(repo, fake.Pull{
		Number: 34, Title: "Tenants", Body: "Fixes #12", Author: "ann", Head: head, Branch: "12-tenants", Base: "main", BaseSHA: newer,
		Labels: []string{"feature"}, Draft: true, Requested: []string{"rev", "@acme/reviewers"},
		Reviews: []fake.Review{
			{ID: 4_000_000_001, Author: "rev", State: "CHANGES_REQUESTED", Commit: newer, Body: "no", At: at(10)},
			{ID: 4_000_000_002, Author: "rev", State: "APPROVED", Commit: head, At: at(20)},
		},
		Threads: []fake.Thread{
			{ID: "T2", Path: "b.go", Outdated: true, Resolved: true, ResolvedBy: "rev", Comments: []fake.Comment{{ID: 71, Author: "rev", Body: "nit: name", At: at(11)}}},
			{ID: "T1", Path: "a.go", Line: 3, Comments: []fake.Comment{
				{ID: 72, Author: "copilot[bot]", Body: "issue (blocking, architecture): no", At: at(12), Edited: at(13)}, {ID: 73, Author: "ann", Body: "why", At: at(14)},
			}},
		},
	})
	w.AddComment(repo, 34, "bob", "on the pull request")
	w.SetStatus(repo, head, fake.Status{Context: "jenkins", State: "success", URL: "https://ci.example/3", Creator: "jenkins-acme[bot]"})
	w.SetStatus(repo, head, fake.Status{Context: "tollgate", State: "failure", Creator: bot})
	w.AddCheckRun(repo, head, fake.CheckRun{ID: 81, Name: "e2e", App: "github-actions", Conclusion: "failure", At: at(15)})
	w.AddCheckRun(repo, head, fake.CheckRun{ID: 82, Name: "e2e", App: "github-actions", Conclusion: "success", At: at(16)})
	w.AddCheckRun(repo, head, fake.CheckRun{ID: 83, Name: "build", App: "github-actions", At: at(17)})
	w.AddTeam("acme/reviewers", "rev", "Ann")
	w.SetRole(repo, "ann", "maintain")
	w.SetRole(repo, "bob", "auditor")
	return w
}

// everything is the target with all facts.
func everything() github.Target {
	t := target
	t.Facts = &github.Wanted{
		Teams:  []string{"@acme/reviewers"},
		Logins: func(f *evidence.Facts) []string { return []string{"ann", "bob", "ann", "renovate[bot]"} },
	}
	return t
}

func (w *world) facts() evidence.Facts {
	w.t.Helper()
	s, _, err := w.client.Read(context.Background(), everything())
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Facts
}

const issuePage = "https://github.com/acme/shop/issues/12#issuecomment-"

// R7: reviews, threads, checks, comments, events and people, as GitHub has them.
func TestFactsAreReadWhole(t *testing.T) {
	w := told(t, fake.Options{})
	got := w.facts()
	want := evidence.Facts{
		Read: []evidence.FactPart{"blockers", "checks", "comments", "edits", "events", "issue", "permissions", "pull", "reactions", "reviews", "teams", "threads"},
		Issue: evidence.Post{Number: 12, Author: "pat", Title: "Add tenants", Body: "- [x] isolated\n", Created: at(0),
			Edits: []evidence.Edit{{By: "pat", At: at(0), Body: "- [ ] isolated"}, {By: "ann", At: at(5), Body: "isolated"}, {By: "qa", At: at(5), Body: "- [x] isolated\n"}}},
		Pull: &evidence.Pull{
			Post: evidence.Post{Number: 34, Author: "ann", Title: "Tenants", Body: "Fixes #12", Created: at(0)},
			Base: "main", BaseSHA: newer, Branch: "12-tenants", Head: head, Draft: true, Open: true, Labels: []string{"feature"},
			Requested: []string{"@acme/reviewers", "@rev"},
		},
		Comments: []evidence.Comment{
			{ID: 1001, On: 34, Author: "bob", Body: "on the pull request", At: at(0), URL: "https://github.com/acme/shop/issues/34#issuecomment-1001"},
			{ID: 5, On: 12, Author: "ann", Body: "/blocked waits for #7", At: at(3), URL: issuePage + "5", Reactions: []string{"rocket"}},
			{ID: 6, On: 12, Author: "renovate[bot]", Bot: true, Body: "updated", At: at(4), Edited: at(6), URL: issuePage + "6"},
		},
		Events: []evidence.Event{
			{Kind: "labeled", By: "ann", At: at(1), Value: "In Development"},
			{Kind: "cross-referenced", By: "bob", At: at(2), Value: "acme/other#9"},
			{Kind: "closed", By: "bob", At: at(2)},
		},
		Reviews: []evidence.Review{
			{ID: 4_000_000_001, Author: "rev", State: evidence.ReviewRequested, Commit: newer, Body: "no", At: at(10), URL: "https://github.com/acme/shop/pull/34#pullrequestreview-4000000001"},
			{ID: 4_000_000_002, Author: "rev", State: evidence.ReviewApproved, Commit: head, At: at(20), URL: "https://github.com/acme/shop/pull/34#pullrequestreview-4000000002"},
		},
		Threads: []evidence.Thread{
			{ID: "T1", Path: "a.go", Line: 3, Comments: []evidence.Comment{
				{ID: 72, Author: "copilot[bot]", Bot: true, Body: "issue (blocking, architecture): no", At: at(12), Edited: at(13), URL: "https://github.com/acme/shop/pull/34#discussion_r72"},
				{ID: 73, Author: "ann", Body: "why", At: at(14), URL: "https://github.com/acme/shop/pull/34#discussion_r73"},
			}},
			{ID: "T2", Path: "b.go", Resolved: true, ResolvedBy: "rev", Outdated: true, Comments: []evidence.Comment{
				{ID: 71, Author: "rev", Body: "nit: name", At: at(11), URL: "https://github.com/acme/shop/pull/34#discussion_r71"},
			}},
		},
		Checks: []evidence.CheckRun{
			{ID: 83, Name: "build", App: "github-actions", Commit: head, At: at(17), URL: "https://github.com/acme/shop/runs/83"},
			{ID: 82, Name: "e2e", App: "github-actions", Conclusion: "success", Commit: head, At: at(16), URL: "https://github.com/acme/shop/runs/82"},
			{ID: 81, Name: "e2e", App: "github-actions", Conclusion: "failure", Commit: head, At: at(15), URL: "https://github.com/acme/shop/runs/81"},
			{Name: "jenkins", App: "jenkins-acme[bot]", Status: true, Conclusion: "success", Commit: head, At: at(0), URL: "https://ci.example/3"},
		},
		Blockers:    []evidence.Blocker{{Repo: "acme/shop", Number: 7}},
		Teams:       map[string][]string{"@acme/reviewers": {"Ann", "rev"}},
		Permissions: map[string]string{"ann": "maintain", "bob": "read"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if w.Points() != 2 || w.Writes() != 0 {
		t.Errorf("GraphQL cost %d points, want 2 (the discussion and the reactions); %d writes", w.Points(), w.Writes())
	}
}

// R29: an edit of our status comment by somebody else is seen, and our own is none.
func TestAnEditOfOurCommentIsSeen(t *testing.T) {
	for editor, want := range map[string]string{"": "", "github-actions[bot]": "", "mallory": "mallory", "renovate[bot]": "renovate[bot]"} {
		w := told(t, fake.Options{})
		w.Change("acme/shop", 12, func(i *fake.Issue) {
			i.Comments = append(i.Comments, fake.Comment{ID: 2001, Author: "github-actions[bot]", Body: marker, Editor: editor})
		})
		if got := w.facts().Editor; got != want {
			t.Errorf("edited by %q, read %q", editor, got)
		}
		if w.Points() != 3 {
			t.Errorf("GraphQL cost %d points, want 3: the discussion, the reactions, and who we are", w.Points())
		}
	}
}

// R29: likewise of the comment that repeats what it remembers, whether or not there is a
// status comment.
func TestAnEditOfTheCopyIsSeen(t *testing.T) {
	for _, tt := range []struct {
		status         bool
		by             string
		editor, copied string
	}{
		{true, "mallory", "", "mallory"}, {false, "mallory", "", "mallory"}, {true, "github-actions[bot]", "", ""}, {false, "", "", ""},
	} {
		w := told(t, fake.Options{})
		w.Change("acme/shop", 12, func(i *fake.Issue) {
			i.Comments = append(i.Comments, fake.Comment{ID: 2002, Author: "github-actions[bot]", Body: "<!-- tollgate:post log -->\nx", Editor: tt.by})
			if tt.status {
				i.Comments = append(i.Comments, fake.Comment{ID: 2001, Author: "github-actions[bot]", Body: marker})
			}
		})
		target := everything()
		target.PostKey = func(body string) string {
			if strings.HasPrefix(body, "<!-- tollgate:post log -->") {
				return "log"
			}
			return ""
		}
		facts := *target.Facts
		facts.Remembers = func(key string) bool { return key == "log" }
		target.Facts = &facts
		s, _, err := w.client.Read(context.Background(), target)
		if err != nil {
			t.Fatal(err)
		}
		if f := s.Facts; f.Editor != tt.editor || f.PostEditors["log"] != tt.copied {
			t.Errorf("%+v: read %q and %q", tt, f.Editor, f.PostEditors["log"])
		}
	}
}

// Without Target.Facts a reading asks for nothing more than it did.
func TestFactsAreReadOnlyWhereTheyAreWanted(t *testing.T) {
	w := told(t, fake.Options{})
	if s := w.read(); len(s.Facts.Read) != 0 {
		t.Errorf("read %v", s.Facts.Read)
	}
	if n := len(w.Log()); n != 4 {
		t.Errorf("%d requests, want 4:\n%s", n, strings.Join(w.Log(), "\n"))
	}
}

// Every permission that is lost costs its parts, names what would mend it, and
// nothing else.
func TestFactsThatTheTokenMayNotRead(t *testing.T) {
	whole := told(t, fake.Options{}).facts()
	for _, c := range []struct {
		scope  string
		unread map[evidence.FactPart]string
	}{
		{"checks", map[evidence.FactPart]string{"checks": "the token lacks `checks: read`"}},
		{"statuses", map[evidence.FactPart]string{"checks": "the token lacks `statuses: read`"}},
		{"members", map[evidence.FactPart]string{"teams": "the token lacks `organization members: read`"}},
		{"metadata", map[evidence.FactPart]string{"permissions": "the token lacks `metadata: read`"}},
	} {
		w := told(t, fake.Options{})
		w.Permit(c.scope, "")
		got := w.facts()
		if !maps.Equal(got.Unread, c.unread) {
			t.Errorf("without %s: unread %q", c.scope, got.Unread)
		}
		for _, part := range whole.Read {
			if _, lost := c.unread[part]; got.Has(part) == lost {
				t.Errorf("without %s: %s read: %v", c.scope, part, got.Has(part))
			}
		}
	}
}

// Where GraphQL is closed, absent or older, reviews come over REST and what REST
// does not have is unread.
func TestFactsWhereGraphQLIsClosed(t *testing.T) {
	whole := told(t, fake.Options{}).facts()
	for name, spoil := range map[string]func(*world){
		"403":          func(w *world) { w.Inject(fake.Fault{Path: "/graphql", Answer: fake.NotPermitted("")}) },
		"404":          func(w *world) { w.Inject(fake.Fault{Path: "/graphql", Answer: fake.Refused(404, "Not Found")}) },
		"an older one": func(w *world) { w.Forget("PullRequestReviewThread.isOutdated", "IssueComment.reactionGroups") },
		"200, forbidden": func(w *world) {
			w.Inject(fake.Fault{Path: "/graphql", Answer: fake.Ungraphed("FORBIDDEN", "Resource not accessible by integration")})
		},
	} {
		w := told(t, fake.Options{})
		spoil(w)
		got := w.facts()
		unread := slices.Sorted(maps.Keys(got.Unread))
		if !slices.Equal(unread, []evidence.FactPart{"edits", "reactions", "threads"}) {
			t.Errorf("%s: unread %v", name, got.Unread)
		}
		if diff := cmp.Diff(whole.Reviews, got.Reviews); diff != "" {
			t.Errorf("%s: reviews differ: %s", name, diff)
		}
		if got.Threads != nil || got.Issue.Edits != nil {
			t.Errorf("%s: threads %v, edits %v of what was not read", name, got.Threads, got.Issue.Edits)
		}
	}
}

// A part of an answer that is left out costs that part.
func TestFactsOfAPartialAnswer(t *testing.T) {
	w := told(t, fake.Options{})
	w.Inject(fake.Fault{Path: "/graphql", Nth: 1, Answer: fake.Answer{Status: 200, Body: `{"data":{"rateLimit":{"cost":1},"repository":{"issue":null,"object":null,"pullRequest":` +
		`{"userContentEdits":{"pageInfo":{"hasNextPage":false},"nodes":[]},"reviews":{"pageInfo":{"hasNextPage":false},"nodes":[]},"reviewThreads":null}}},` +
		`"errors":[{"type":"FORBIDDEN","path":["repository","issue"],"message":"no"},{"type":"FORBIDDEN","path":["repository","pullRequest","reviewThreads"],"message":"no"}]}`}})
	got := w.facts()
	if !got.Has("reviews") || got.Has("threads") || got.Has("edits") || got.Unread["edits"] != "the token lacks `issues: read`" || got.Unread["threads"] != "the token lacks `pull-requests: read`" {
		t.Errorf("read %v, unread %v", got.Read, got.Unread)
	}
}

// GitHub's own failure is no fact: neither an empty list nor a short one.
func TestFactsThatGitHubFailsToAnswer(t *testing.T) {
	for _, path := range []string{
		"/graphql", "/repos/acme/shop/issues/12/timeline", "/repos/acme/shop/issues/12/dependencies/blocked_by", "/repos/acme/shop/issues/34/comments",
		"/repos/acme/shop/commits/" + head + "/check-runs", "/orgs/acme/teams/reviewers/members", "/repos/acme/shop/collaborators/ann/permission",
	} {
		answers := []fake.Answer{fake.BadGateway()}
		if path == "/graphql" {
			answers = append(answers, fake.Ungraphed("", "Something went wrong while executing your query."), fake.Ungraphed("SERVICE_UNAVAILABLE", "later"))
		}
		for _, a := range answers {
			w := told(t, fake.Options{})
			w.Inject(fake.Fault{Path: path, Answer: a})
			if s, _, err := w.client.Read(context.Background(), everything()); err == nil {
				t.Errorf("%s: %d was taken for an answer: %v", path, a.Status, s.Facts.Unread)
			}
		}
	}
}

func TestFactsOfAGitHubWithoutDependencies(t *testing.T) {
	w := told(t, fake.Options{})
	w.Without("blocked_by")
	got := w.facts()
	if got.Has("blockers") || got.Unread["blockers"] != "this GitHub has no dependencies between issues" {
		t.Errorf("read %v, unread %q", got.Read, got.Unread)
	}
}

func TestFactsArePagedToTheirEnd(t *testing.T) {
	w := told(t, fake.Options{})
	w.Change(repo, 12, func(i *fake.Issue) {
		for n := range 250 {
			i.Events = append(i.Events, fake.Event{ID: int64(2000 + n), Kind: "labeled", By: "ann", Value: "x", At: at(30)})
		}
	})
	w.ChangePull(repo, 34, func(p *fake.Pull) {
		for n := range 250 {
			p.Reviews = append(p.Reviews, fake.Review{ID: int64(5000 + n), Author: "rev", State: "COMMENTED", Commit: head, At: at(30)})
		}
		for n := range 120 {
			p.Threads = append(p.Threads, fake.Thread{ID: fmt.Sprint("P", n), Path: "z.go", Line: n + 1, Comments: []fake.Comment{{ID: int64(9000 + n), Author: "rev", At: at(30)}}})
		}
	})
	for n := range 150 {
		w.AddCheckRun(repo, head, fake.CheckRun{Name: fmt.Sprint("m", n), App: "github-actions", Conclusion: "success", At: at(18)})
	}
	got := w.facts()
	if len(got.Events) != 253 || len(got.Reviews) != 252 || len(got.Threads) != 122 || len(got.Checks) != 154 {
		t.Errorf("%d events, %d reviews, %d threads, %d checks; want 253, 252, 122, 154", len(got.Events), len(got.Reviews), len(got.Threads), len(got.Checks))
	}
	if len(got.Issue.Edits) != 3 || len(got.Unread) != 0 {
		t.Errorf("edits %v, unread %v", got.Issue.Edits, got.Unread)
	}
	if w.Points() != 4 {
		t.Errorf("GraphQL cost %d points, want 4: three pages and the reactions", w.Points())
	}
}

func TestFactsBeyondTheLimitsAreUnread(t *testing.T) {
	w := told(t, fake.Options{})
	w.ChangePull(repo, 34, func(p *fake.Pull) {
		for n := range 1001 {
			p.Reviews = append(p.Reviews, fake.Review{ID: int64(5000 + n), Author: "rev", State: "APPROVED", Commit: head, At: at(30)})
		}
		for n := range 101 {
			p.Threads[0].Comments = append(p.Threads[0].Comments, fake.Comment{ID: int64(9000 + n), Author: "rev", At: at(30)})
		}
	})
	w.Change(repo, 12, func(i *fake.Issue) {
		for n := range 101 {
			i.Edits = append(i.Edits, fake.Edit{By: "ann", At: at(30), Body: fmt.Sprint(n)})
		}
		for n := range 3001 {
			i.Events = append(i.Events, fake.Event{ID: int64(2000 + n), Kind: "labeled", By: "ann", Value: "x", At: at(30)})
		}
	})
	got := w.facts()
	want := map[evidence.FactPart]string{
		"reviews": "there are more than 1000, and no more are read",
		"threads": "a thread has more than 100 comments, and no more are read",
		"edits":   "a text has more than 100 versions, and no more are read",
		"events":  "reading the timeline of #12: there are more than 3000, and no more are read",
	}
	if !maps.Equal(got.Unread, want) || got.Reviews != nil || got.Threads != nil {
		t.Errorf("unread %q, %d reviews, %d threads", got.Unread, len(got.Reviews), len(got.Threads))
	}
}

// A limit of GraphQL comes with status 200. What people write is none.
func TestFactsWaitOutALimitOfGraphQL(t *testing.T) {
	const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
	for _, c := range []struct {
		name   string
		answer fake.Answer
		reset  int64
		want   time.Duration
	}{
		{"the quota", fake.Ungraphed("RATE_LIMITED", "API rate limit exceeded for installation ID 1."), 30, 31 * time.Second},
		{"the quota that states no end", fake.Ungraphed("RATE_LIMITED", "API rate limit exceeded."), 0, time.Minute},
		{"the secondary limit", fake.Ungraphed("", secondary), 0, time.Minute},
	} {
		w := told(t, fake.Options{})
		if c.reset != 0 {
			c.answer.Header = map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": fmt.Sprint(w.now.Unix() + c.reset)}
		}
		w.Inject(fake.Fault{Path: "/graphql", Nth: 1, Answer: c.answer})
		if got := w.facts(); !got.Has("threads") || w.waited() != c.want {
			t.Errorf("%s: waited %s, want %s; read %v", c.name, w.waited(), c.want, got.Read)
		}
	}
	w := told(t, fake.Options{})
	w.ChangePull(repo, 34, func(p *fake.Pull) { p.Reviews[0].Body = `{"errors":[{"type":"RATE_LIMITED"}]} ` + secondary })
	if w.facts(); w.waited() != 0 {
		t.Errorf("a comment made us wait %s", w.waited())
	}
}

// Cancelled at any call, a reading ends with the cancellation and no facts.
func TestFactsReadingIsCancelledAtEachCall(t *testing.T) {
	w := told(t, fake.Options{})
	w.facts()
	calls := len(w.Log())
	for n := 1; n <= calls; n++ {
		w := told(t, fake.Options{})
		ctx, cancel := context.WithCancel(context.Background())
		w.Inject(fake.Fault{Nth: n, Hook: cancel, Stall: true})
		_, _, err := w.client.Read(ctx, everything())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at call %d of %d: %v", n, calls, err)
		}
		cancel()
	}
}

// On GitHub Enterprise Server GraphQL is beside the REST API and not under it. A
// reading of everything takes 13 requests, the pages of long lists apart.
func TestFactsOnAnEnterpriseServer(t *testing.T) {
	whole := told(t, fake.Options{}).facts()
	w := told(t, fake.Options{})
	w.client = w.newClient(func(o *github.Options) { o.BaseURL = w.URL + "/api/v3" })
	if diff := cmp.Diff(whole, w.facts()); diff != "" {
		t.Error(diff)
	}
	if n := len(w.Log()); n != 13 {
		t.Errorf("%d requests, want 13:\n%s", n, strings.Join(w.Log(), "\n"))
	}
}
