package github_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/github/fake"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

const postMark = "<!-- tollgate:post "

// postKey tells the further comments of these tests.
func postKey(body string) string {
	key, ok := strings.CutPrefix(body, postMark)
	if !ok {
		return ""
	}
	key, _, _ = strings.Cut(key, " -->")
	return key
}

func post(key, text string) string { return postMark + key + " -->\n" + text }

// board is the one of these tests.
var board = plan.Project{Owner: "acme", Number: 3, Field: "Status"}

// wide is a target with every channel.
var wide = github.Target{
	Repo: repo, Issue: 12, Pull: 34, IsOurs: isOurs, PostKey: postKey, CheckRun: true, Project: board, Facts: &github.Wanted{},
	Folds: func(key string) bool { return strings.HasPrefix(key, "notice/") },
}

// newWideWorld is a world with a board, a team, an older notice, and a command by
// ann, whose number it gives.
func newWideWorld(t *testing.T, o fake.Options, change ...func(*github.Options)) (*world, int64) {
	t.Helper()
	w := newWorld(t, o, change...)
	w.Permit("organization_projects", "write")
	w.AddProject(fake.Project{Owner: "acme", Number: 3, Field: "Status", Options: []string{"In Development", "Code Review Ready"}})
	w.AddTeam("acme/qa", "quinn")
	w.AddComment(repo, 12, bot, post("notice/1", "handed off before"))
	return w, w.AddComment(repo, 12, "ann", "/retry")
}

// wideHandoff is a handoff that writes to every channel.
func wideHandoff(command int64) plan.Desired {
	d := passing()
	d.Posts = []plan.WantedPost{
		{Key: "log", Body: post("log", "1. handed off")}, {Key: "notice/2", Body: post("notice/2", "handed off"), Keep: true}, {Key: "notice/1", Minimise: true},
	}
	d.Check = plan.Check{Conclusion: "success", Title: "5 gates hold", Summary: "all of them", URL: "https://ci.example/1"}
	d.Review = []string{"eve", "acme/qa"}
	d.React = []plan.Reaction{{Comment: command, Content: "+1"}}
	d.Project = board
	d.Project.Value = "Code Review Ready"
	return d
}

func (w *world) deliverWide(want plan.Desired) (plan.Receipt, error) {
	return w.client.Deliver(context.Background(), wide, decide(want))
}

// R27, R28: every channel is written once, and the second run writes nothing.
func TestEveryChannelIsWrittenAndTheSecondRunWritesNone(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	want := wideHandoff(command)
	r, err := w.deliverWide(want)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "done", keys(r.Done), []string{
		"add label:Code Review Ready", fmt.Sprintf("add reaction:%d:+1", command), "create comment", "remove label:In Development", "add assignee:ann",
		"create post:log", "create post:notice/2", "update minimised:notice/1", "add reviewer:acme/qa", "add reviewer:eve", "update project:acme/3/Status",
		"create check", "create status",
	})
	issue := w.Issue(repo, 12)
	for _, c := range issue.Comments {
		if folded := c.Minimized == "OUTDATED"; folded != (postKey(c.Body) == "notice/1") {
			t.Errorf("comment %q is folded: %v", c.Body, folded)
		}
		if answered := len(c.Reactions) == 1 && c.Reactions[0] == (fake.Reaction{Login: bot, Content: "THUMBS_UP"}); answered != (c.ID == command) {
			t.Errorf("comment %q has the reactions %v", c.Body, c.Reactions)
		}
	}
	equal(t, "asked for a review", w.Pull(repo, 34).Requested, []string{"acme/qa", "eve"})
	if value, on := w.Project("acme", 3, "acme/shop#12"); !on || value != "Code Review Ready" {
		t.Errorf("the board shows %q, %v", value, on)
	}
	runs := w.CheckRuns(repo, head)
	if len(runs) != 1 || runs[0].Conclusion != "success" || runs[0].Title != "5 gates hold" || runs[0].Summary != "all of them" || runs[0].URL != "https://ci.example/1" {
		t.Errorf("check runs %+v", runs)
	}

	w.ClearLog()
	if r, err := w.deliverWide(want); err != nil || len(r.Done)+len(r.Skipped)+len(r.Lost) != 0 || w.Writes() != 0 {
		t.Errorf("the second run did %v, skipped %v, lost %v in %d writes: %v", keys(r.Done), keys(r.Skipped), lostKeys(r.Lost), w.Writes(), err)
	}
	if n := len(w.Log()); n > 16 {
		t.Errorf("the second run made %d requests:\n%s", n, strings.Join(w.Log(), "\n"))
	}

	// The next verdict changes the same check run, and the log, and nothing is sent twice.
	want.Check.Conclusion, want.Check.Summary = "failure", "not all of them"
	want.Posts[0].Body = post("log", "1. handed off\n2. sent back")
	r, err = w.deliverWide(want)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "done", keys(r.Done), []string{"update post:log", "update check"})
	if runs := w.CheckRuns(repo, head); len(runs) != 1 || runs[0].Conclusion != "failure" || runs[0].Summary != "not all of them" {
		t.Errorf("check runs %+v", runs)
	}
}

// Our own check run is none of those that the gates look at: one that fails would
// keep itself failing.
func TestOurCheckRunIsNoEvidence(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	if _, err := w.deliverWide(wideHandoff(command)); err != nil {
		t.Fatal(err)
	}
	w.AddCheckRun(repo, head, fake.CheckRun{Name: "tollgate", App: "other", Conclusion: "failure"})
	s, _, err := w.client.Read(context.Background(), wide)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Facts.Checks) != 1 || s.Facts.Checks[0].App != "other" {
		t.Errorf("read %+v, want the other app's alone", s.Facts.Checks)
	}
	if s.Check.Conclusion != "success" {
		t.Errorf("ours is %+v", s.Check)
	}
}

// Each channel is refused in its own way, costs that channel alone, and says what it
// takes.
func TestWhatAChannelIsRefusedFor(t *testing.T) {
	const (
		closedBoard = "an app's or a person's token that may write the organisation's projects: a workflow's own token never may"
		outsider    = "to be a collaborator of acme/shop and not the author of the pull request"
	)
	ungraph := func(path string, answer fake.Answer) func(*world) {
		return func(w *world) { w.Inject(fake.Fault{Method: "POST", Path: path, Answer: answer}) }
	}
	for _, c := range []struct {
		name  string
		spoil func(*world)
		lost  []string // beside it, all is done
	}{
		{"checks read-only", func(w *world) { w.Permit("checks", "read") }, []string{"check needs checks: write"}},
		{"checks closed", func(w *world) { w.Permit("checks", "") }, []string{"check needs checks: read"}},
		{"pull requests read-only", func(w *world) { w.Permit("pull_requests", "read") }, []string{"reviewer:acme/qa needs pull-requests: write", "reviewer:eve needs pull-requests: write"}},
		{"an outsider", func(w *world) { w.Outsider(repo, "eve") }, []string{"reviewer:eve needs eve " + outsider}},
		{"the author", func(w *world) { w.ChangePull(repo, 34, func(p *fake.Pull) { p.Author = "Eve" }) }, []string{"reviewer:eve needs eve " + outsider}},
		{"the board of a workflow's token", func(w *world) { w.Permit("organization_projects", "") }, []string{"project:acme/3/Status needs " + closedBoard}},
		{"a board that may be read", func(w *world) { w.Permit("organization_projects", "read") }, []string{"project:acme/3/Status needs " + closedBoard}},
		{"a mutation that is closed", ungraph("/graphql/minimizeComment", fake.NotPermitted("")), []string{"minimised:notice/1 needs GraphQL: GraphQL is closed to the token (Resource not accessible by integration)"}},
		{"a mutation that is forbidden", ungraph("/graphql/minimizeComment", fake.Answer{Status: 200, Body: `{"data":{"minimizeComment":null},"errors":[{"type":"FORBIDDEN","path":["minimizeComment"],"message":"Resource not accessible by integration"}]}`}),
			[]string{"minimised:notice/1 needs issues: write"}},
		{"a mutation that GitHub does not take", ungraph("/graphql/addReaction", fake.Answer{Status: 200, Body: `{"data":{"addReaction":null},"errors":[{"type":"UNPROCESSABLE","path":["addReaction"],"message":"It is locked"}]}`}),
			[]string{"reaction needs what GitHub asks for: It is locked"}},
		{"an option that is gone", ungraph("/graphql/updateProjectV2ItemFieldValue", fake.Answer{Status: 200, Body: `{"data":{"updateProjectV2ItemFieldValue":null},"errors":[{"type":"NOT_FOUND","path":["updateProjectV2ItemFieldValue"],"message":"x"}]}`}),
			[]string{"project:acme/3/Status needs " + closedBoard}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, command := newWideWorld(t, fake.Options{})
			want := wideHandoff(command)
			c.spoil(w)
			r, err := w.deliverWide(want)
			if err != nil || r.Failed != nil {
				t.Fatalf("%v, failed %v", err, r.Failed)
			}
			lost := lostKeys(r.Lost)
			for i := range lost {
				lost[i] = strings.Replace(lost[i], fmt.Sprintf("reaction:%d:+1", command), "reaction", 1)
			}
			equal(t, "lost", lost, c.lost)
			if len(r.Done)+len(r.Lost) != 13 {
				t.Errorf("done %v", keys(r.Done))
			}
			if w.Status(repo, head, "tollgate").State != "success" {
				t.Error("the status was not set")
			}
		})
	}
}

// What a board lacks is said by its name; nothing is put on a board that cannot show
// the phase.
func TestABoardWithoutTheFieldOrTheOption(t *testing.T) {
	for _, c := range []struct {
		field, option, needs string
	}{
		{"Stage", "Code Review Ready", `a single-select field "Stage" on that project`},
		{"Status", "Reviewed", `an option "Reviewed" in the field "Status" of that project`},
	} {
		w, command := newWideWorld(t, fake.Options{})
		want := wideHandoff(command)
		want.Project.Field, want.Project.Value = c.field, c.option
		target := wide
		target.Project = want.Project
		r, err := w.client.Deliver(context.Background(), target, decide(want))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "lost", lostKeys(r.Lost), []string{"project:acme/3/" + c.field + " needs " + c.needs})
		if _, on := w.Project("acme", 3, "acme/shop#12"); on {
			t.Error("the issue is on the board, and nothing stands there")
		}
	}
}

// An older GitHub has none of it, and the rest goes on.
func TestAnOlderGitHubLosesWhatGraphQLWrites(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	want := wideHandoff(command)
	w.Forget("RepositoryOwner.id", "Organization.projectV2", "IssueComment.isMinimized")
	r, err := w.deliverWide(want)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Lost) != 2 || r.Lost[0].Change.Key != "minimised:notice/1" || r.Lost[1].Change.Key != "project:acme/3/Status" || !strings.Contains(r.Lost[1].Needs, "is older") {
		t.Errorf("lost %q", lostKeys(r.Lost))
	}
}

// A comment that is gone cannot be answered or folded, and that is no failure.
func TestCommentsThatAreGone(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	want := wideHandoff(command)
	r, err := w.client.Deliver(context.Background(), wide, func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
		p := plan.Diff(s, want)
		w.Change(repo, 12, func(i *fake.Issue) { i.Comments = nil })
		return p, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "lost", lostKeys(r.Lost), []string{fmt.Sprintf("reaction:%d:+1 needs the comment, which is no longer there", command)})
	equal(t, "skipped", keys(r.Skipped), []string{"update minimised:notice/1"})
}

// A command that has another's reaction, or another one of ours, is answered all the
// same; ours is not given twice.
func TestReactionsAreTheAccountsOwn(t *testing.T) {
	for _, c := range []struct {
		name string
		have []fake.Reaction
		want int // writes
	}{
		{"none", nil, 1},
		{"another's", []fake.Reaction{{Login: "eve", Content: "THUMBS_UP"}}, 1},
		{"another of ours", []fake.Reaction{{Login: bot, Content: "CONFUSED"}}, 1},
		{"ours", []fake.Reaction{{Login: "eve", Content: "THUMBS_UP"}, {Login: bot, Content: "THUMBS_UP"}}, 0},
	} {
		w, command := newWideWorld(t, fake.Options{})
		w.Change(repo, 12, func(i *fake.Issue) { i.Comments[1].Reactions = c.have })
		if _, err := w.deliverWide(plan.Desired{React: []plan.Reaction{{Comment: command, Content: "+1"}}}); err != nil || w.Writes() != c.want {
			t.Errorf("%s: %d writes, want %d: %v", c.name, w.Writes(), c.want, err)
		}
		s, _, err := w.client.Read(context.Background(), wide)
		if err != nil || !s.Facts.Has(evidence.ReactionsPart) || s.Value(fmt.Sprintf("reaction:%d:+1", command)) != "+1" {
			t.Errorf("%s: read %+v: %v", c.name, s.Facts.Comments, err)
		}
	}
}

// Two runs that create the same further comment leave one.
func TestTwoRunsAtOnceEndWithOneCommentOfAKey(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	n := 0
	w.Inject(fake.Fault{Method: "POST", Path: commentsPath, Hook: func() {
		if n++; n == 2 { // the log, after the status comment
			w.AddComment(repo, 12, bot, post("log", "of the other run"))
		}
	}})
	if _, err := w.deliverWide(wideHandoff(command)); err != nil {
		t.Fatal(err)
	}
	var logs []string
	for _, c := range w.Issue(repo, 12).Comments {
		if postKey(c.Body) == "log" {
			logs = append(logs, c.Body)
		}
	}
	equal(t, "logs", logs, []string{post("log", "1. handed off")})
}

// A summary is cut at what a check run takes, which is one byte less than a comment.
func TestASummaryIsCutAsGitHubTakesIt(t *testing.T) {
	w, command := newWideWorld(t, fake.Options{})
	want := wideHandoff(command)
	want.Check.Summary = strings.Repeat("é", 40_000)
	for range 2 {
		r, err := w.deliverWide(want)
		if err != nil {
			t.Fatal(err)
		}
		want.Posts = nil
		if got := len(w.CheckRuns(repo, head)[0].Summary); got > 65535 || got < 65500 {
			t.Errorf("%d bytes, done %v", got, keys(r.Done))
		}
	}
}

// The secondary limit, before any of the writes and in any of its forms: everything is
// made in the end, and nothing twice.
func TestASecondaryLimitInTheMiddleOfEveryWrite(t *testing.T) {
	clean, command := newWideWorld(t, fake.Options{})
	if _, err := clean.deliverWide(wideHandoff(command)); err != nil {
		t.Fatal(err)
	}
	writes := clean.Writes()
	var forms []string
	for form := range fake.Secondary(3) {
		forms = append(forms, form)
	}
	slices.Sort(forms)
	for k := 1; k <= writes; k++ {
		form := forms[k%len(forms)]
		w, command := newWideWorld(t, fake.Options{}, func(o *github.Options) { o.MaxWait = 10 * time.Minute })
		w.Inject(fake.Fault{Method: "write", Nth: k, Answer: fake.Secondary(3)[form]})
		r, err := w.deliverWide(wideHandoff(command))
		if err != nil || len(r.Done) != 13 || len(r.Lost)+len(r.Skipped) != 0 || w.Writes() != writes+1 || w.waited() == 0 {
			t.Errorf("write %d, %s: %v; %d of %d writes, done %v, lost %v", k, form, err, w.Writes(), writes+1, keys(r.Done), lostKeys(r.Lost))
		}
		if got, want := w.Issue(repo, 12).Comments, clean.Issue(repo, 12).Comments; len(got) != len(want) {
			t.Errorf("write %d: %d comments, want %d", k, len(got), len(want))
		}
	}
	t.Logf("%d writes, %d requests in all", writes, len(clean.Log()))
}

// However the answer to any write is lost, the run finds out, and nothing is made
// twice.
func TestALostAnswerToEveryWriteOfEveryChannel(t *testing.T) {
	clean, command := newWideWorld(t, fake.Options{})
	if _, err := clean.deliverWide(wideHandoff(command)); err != nil {
		t.Fatal(err)
	}
	for k := 1; k <= clean.Writes(); k++ {
		for _, f := range []fake.Fault{
			{Commit: true, Answer: fake.BadGateway()}, {Answer: fake.BadGateway()}, {Commit: true, Drop: true}, {Drop: true},
		} {
			w, command := newWideWorld(t, fake.Options{Lag: k % 3})
			f.Method, f.Nth = "write", k
			w.Inject(f)
			r, err := w.deliverWide(wideHandoff(command))
			if err != nil || len(r.Done) != 13 || len(r.Lost)+len(r.Skipped) != 0 {
				t.Errorf("write %d, made %v: %v; done %v, lost %v, skipped %v", k, f.Commit, err, keys(r.Done), lostKeys(r.Lost), keys(r.Skipped))
			}
			if got, want := w.Issue(repo, 12).Comments, clean.Issue(repo, 12).Comments; len(got) != len(want) || len(w.CheckRuns(repo, head)) != 1 {
				t.Errorf("write %d, made %v: %d comments, want %d; %d check runs", k, f.Commit, len(got), len(want), len(w.CheckRuns(repo, head)))
			}
		}
	}
}

// A plan that was spoilt does not reach GitHub.
func TestApplyRefusesChangesThatNoDisplayHas(t *testing.T) {
	w, _ := newWideWorld(t, fake.Options{})
	have := w.read()
	for _, c := range []plan.Change{
		{Key: "reaction:12:tada", New: "tada"}, {Key: "reaction:12:+1", New: "-1"}, {Key: "reaction:x:+1", New: "+1"},
		{Key: "project:acme/0/Status", New: "x"}, {Key: "project:acme/3/Status"}, {Key: "minimised:", New: "yes"}, {Key: "minimised:log"},
		{Key: "reviewer:", New: "x"}, {Key: "post:log", New: "without its marker"}, {Key: "check", New: `{"conclusion":"neutral"}`},
	} {
		w.ClearLog()
		_, err := w.client.Apply(context.Background(), wide, have, plan.Plan{Repo: repo, Issue: 12, Head: head, Changes: []plan.Change{c}})
		if err == nil || w.Writes() != 0 || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %d writes, %v", c.Key, w.Writes(), err)
		}
	}
}
