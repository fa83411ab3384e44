package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// week is the time that a sweep's metrics and the weekly summary look back.
const week = 7 * 24 * time.Hour

// daily gives the comment of the day, if there is something to say, with those before
// it folded away. later is when what has changed can be said, if not today.
func (w *sweeping) daily(j judged, s plan.Snapshot, d workflow.Decision) (posts []plan.WantedPost, later time.Time) {
	r := w.p.Rules.Reports.Daily
	if r == nil || d.Phase.Name == "" {
		return nil, later
	}
	date, next, works := workflow.WorkingDay(w.p.Rules.Clocks.Calendar, w.env.Now())
	before, key := workflow.LastPost(s.Posts, workflow.DailyPost), workflow.DailyPost+date
	due := w.p.Rules.In(workflow.State{Memory: d.Memory}).DueAt(d.Phase.Name)
	text := render.DailyReport(d, j.verdict.DueAt(due), s.Issue, date, r.Audience, before)
	switch {
	case text != "" && (!works || before.Key >= key):
		later = next
	case text != "":
		posts = append(posts, plan.WantedPost{Key: key, Body: text, Keep: true, Why: "something has changed"})
		before = plan.Post{Key: key}
	}
	for _, p := range s.Posts {
		if strings.HasPrefix(p.Key, workflow.DailyPost) && p.Key != before.Key {
			posts = append(posts, plan.WantedPost{Key: p.Key, Minimise: true})
		}
	}
	return posts, later
}

// reports gives the metrics of a repository, all of whose issues were looked at, and
// writes its weekly summary when the day has come.
func (w *sweeping) reports(ctx context.Context, repo string) error {
	now := w.env.Now().UTC().Truncate(time.Second)
	var all, open []workflow.Standing
	seen := w.memory.of(repo)
	for _, n := range slices.Sorted(maps.Keys(seen)) {
		if s := seen[n].Standing; s != nil {
			all = append(all, *s)
			if seen[n].Closed.IsZero() {
				open = append(open, *s)
			}
		}
	}
	rules, calendar := w.p.Rules, w.p.Rules.Clocks.Calendar
	m := rules.Trace(calendar, all, now, week, 1)[0]
	if w.out.Metrics == nil {
		w.out.Metrics = map[string]workflow.Metrics{}
	}
	w.out.Metrics[repo] = m
	r := rules.Reports.Weekly
	if r == nil {
		return nil
	}
	local := now
	if calendar != nil {
		local = now.In(calendar.Zone())
	}
	year, number := local.ISOWeek()
	key := fmt.Sprintf("%s%d-W%02d", workflow.WeeklyPost, year, number)
	fromMonday := func(d time.Weekday) int { return (int(d) + 6) % 7 }
	if fromMonday(local.Weekday()) < fromMonday(r.Day) || w.memory.Weekly[strings.ToLower(repo)] == key {
		return nil
	}
	post := plan.WantedPost{Key: key, Body: render.WeeklyReport(key, open, m, calendar != nil, r.Audience), Keep: true, Why: "the week is summed up"}
	return w.weekly(ctx, repo, post)
}

// weekly writes the summary of the week, once.
func (w *sweeping) weekly(ctx context.Context, repo string, post plan.WantedPost) error {
	t := issueOf(repo, w.p.Rules.Reports.Weekly.Issue)
	var wanted plan.Plan
	decide := func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
		if !s.Open {
			return wanted, fmt.Errorf("%s#%d is closed, and the policy wants the weekly summary there", repo, t.Issue)
		}
		wanted = plan.Diff(s, plan.Desired{Posts: []plan.WantedPost{post}})
		return wanted, nil
	}
	s, extra, err := w.client.Read(ctx, t)
	if err != nil {
		return err
	}
	if _, err := decide(s, extra); err != nil {
		return err
	}
	swept := render.SweptIssue{Repo: repo, Number: t.Issue, Title: s.Title, Outcome: "weekly summary", Why: post.Why, Changes: wanted.Changes}
	if !w.dryRun && !wanted.Empty() {
		if w.pace.Left(w.wall()) == 0 {
			return &github.PaceError{Made: w.pace.Made()}
		}
		receipt, err := w.client.Deliver(ctx, t, decide)
		if err != nil {
			w.out.Undelivered++
			return err
		}
		swept.Changes = receipt.Done
		w.out.Lost += len(receipt.Lost)
	}
	if len(swept.Changes) > 0 {
		w.out.Issues, w.out.Changes = append(w.out.Issues, swept), w.out.Changes+len(swept.Changes)
	}
	if w.memory.Weekly == nil {
		w.memory.Weekly = map[string]string{}
	}
	w.memory.Weekly[strings.ToLower(repo)] = post.Key
	return nil
}
