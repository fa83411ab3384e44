package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func (a *app) metrics() *cobra.Command {
	m := metrics{since: "28d"}
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Tells how long response, correction, escalation and resolution took, and how that trends",
		Long: `Counts from the decision logs of the issues how long things took, in working time,
and how often each phase was left forward: the numbers of the weekly summary, for any
time. With --state it reads what sweep remembers and asks nobody; otherwise it reads
the issues on GitHub, with GITHUB_TOKEN. It changes nothing.

Exit codes: 0 told · 2 usage or policy error · 3 something could not be read`,
		Example: "  tollgate metrics --state sweep.json\n  tollgate metrics --repo acme/orders --since 12w --by week --format markdown",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			return a.runMetrics(cmd.Context(), m)
		},
	}
	m.which(cmd, "owner/name; default GITHUB_REPOSITORY, and with --state all that are in it")
	f := cmd.Flags()
	f.StringVar(&m.since, "since", m.since, doc("since"))
	f.StringVar(&m.by, "by", "", doc("by"))
	f.Var(&m.form, "format", doc("format"))
	f.StringVar(&m.at, "at", "", "look back from this time: 2026-03-02T09:00:00Z")
	return cmd
}

// metrics is the settings of one run of the command.
type metrics struct {
	survey
	since, by string
	form      tableFormat
}

// maxSince is how far metrics look back, and half of how long a sweep remembers what is
// closed, for trends ask for as much again.
const maxSince = 26 * week

// span reads --since and --by: so many periods.
func (m metrics) span() (period time.Duration, n int, err error) {
	days, unit := m.since, 1
	if d, ok := strings.CutSuffix(m.since, "d"); ok {
		days = d
	} else if w, ok := strings.CutSuffix(m.since, "w"); ok {
		days, unit = w, 7
	}
	count, err := strconv.ParseUint(days, 10, 16)
	since := time.Duration(count) * time.Duration(unit) * 24 * time.Hour
	switch {
	case err != nil || days == m.since || count == 0:
		return 0, 0, usage("--since is %q; write days or weeks, as in 28d or 4w", m.since)
	case since > maxSince:
		return 0, 0, usage("--since is %s; 26w is the furthest that metrics look back", m.since)
	case m.by == "":
		return since, 1, nil
	case m.by != "week":
		return 0, 0, usage("--by is %q; write week, or leave it out", m.by)
	case since%week != 0:
		return 0, 0, usage("--since is %s, which is no number of whole weeks; write 28d or 4w, or leave --by out", m.since)
	}
	return week, int(since / week), nil
}

func (a *app) runMetrics(ctx context.Context, m metrics) error {
	period, n, err := m.span()
	if err != nil {
		return err
	}
	if err := m.named(); err != nil {
		return err
	}
	if err := a.setClock(m.at); err != nil {
		return err
	}
	p, err := a.surveyed(ctx, m.survey, "measure")
	if err != nil {
		return err
	}
	now := a.env.Now().UTC().Truncate(time.Second)
	out := render.Metrics{Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Days: int(period / (24 * time.Hour)), Zone: "UTC"}
	if c := p.Rules.Clocks.Calendar; c != nil {
		out.Working, out.Zone = true, c.Zone().String()
	}
	var found []past
	if m.state != "" {
		found, err = a.remembered(m, p, now.Add(-time.Duration(n+1)*period), &out)
	} else {
		found, err = a.readPasts(ctx, m, p, now.Add(-time.Duration(n+1)*period), &out)
	}
	if err != nil {
		return err
	}
	var all []workflow.Standing
	add := func(repo string, issues []workflow.Standing) {
		cut := 0
		for _, s := range issues {
			if s.Dropped > 0 {
				cut++
			}
		}
		out.Repos = append(out.Repos, render.RepoMetrics{Repo: repo, Issues: len(issues), Cut: cut, Periods: p.Rules.Trace(p.Rules.Clocks.Calendar, issues, now, period, n)})
	}
	for _, f := range found {
		add(f.repo, f.issues)
		all = append(all, f.issues...)
	}
	if len(found) > 1 {
		add("", all)
	}
	write := map[tableFormat]func() error{
		"":          func() error { return render.MetricsText(a.env.Stdout, out) },
		"markdown":  func() error { return render.MetricsMarkdown(a.env.Stdout, out) },
		jsonMetrics: func() error { return render.MetricsJSON(a.env.Stdout, out) },
	}[m.form]
	if err := write(); err != nil {
		return &exitError{ExitInternal, fmt.Errorf("printing the metrics: %w", err)}
	}
	if a.runner != nil {
		var page strings.Builder
		err := render.MetricsMarkdown(&page, out)
		if err == nil {
			err = a.runner.Summary(page.String())
		}
		if err != nil {
			a.note("the job summary was not written: %v", err)
		}
	}
	if len(out.Failed) > 0 {
		return exitWith(ExitInconclusive)
	}
	return nil
}

// past is the way of the issues of one repository.
type past struct {
	repo   string
	issues []workflow.Standing
}

// remembered takes them from what a sweep remembers.
func (a *app) remembered(m metrics, p *policy.Policy, from time.Time, out *render.Metrics) ([]past, error) {
	memory, err := loadSweepMemory(m.state)
	if err != nil {
		return nil, err
	}
	out.Source = m.state
	if memory.Policy != sweepDigest(p) {
		out.Notes = append(out.Notes, "the last sweep went by another policy or other waivers; moves of phases that this one does not have are not counted")
	}
	if memory.Began.IsZero() || memory.Began.After(from) {
		began := "a sweep of this version"
		if !memory.Began.IsZero() {
			began = memory.Began.Format(time.DateOnly)
		}
		out.Notes = append(out.Notes, "issues that were closed before "+began+" are not in what the sweep remembers")
	}
	repos := slices.Sorted(maps.Keys(memory.Repos))
	if m.repo != "" || m.list != "" {
		if repos, err = m.repositories(""); err != nil {
			return nil, err
		}
	}
	if len(repos) == 0 {
		return nil, usage("--state: %s remembers no repository: run tollgate sweep --state %s", m.state, m.state)
	}
	var found []past
	for _, repo := range repos {
		seen, known := memory.Repos[strings.ToLower(repo)]
		if !known {
			out.Failed = append(out.Failed, render.SweepFailure{What: repo, Why: "no sweep with " + m.state + " has looked at it"})
			continue
		}
		one := past{repo: repo}
		for _, n := range slices.Sorted(maps.Keys(seen)) {
			if s := seen[n].Standing; s != nil {
				one.issues = append(one.issues, *s)
			}
		}
		found = append(found, one)
	}
	return found, nil
}

// readPasts reads the issues on GitHub: those that are open, and those that are closed
// and on which something happened since a time.
func (a *app) readPasts(ctx context.Context, m metrics, p *policy.Policy, from time.Time, out *render.Metrics) ([]past, error) {
	token, err := a.hiddenToken()
	switch {
	case err != nil:
		return nil, err
	case token == "":
		return nil, usage("there is no token: set GITHUB_TOKEN, or give --state with what a sweep remembers")
	}
	repos, err := m.repositories(a.env.Getenv("GITHUB_REPOSITORY"))
	if err != nil {
		return nil, err
	}
	client, err := a.github(github.Options{Token: token, Cache: &github.Cache{}, MaxWait: surveyWait})
	if err != nil {
		return nil, err
	}
	out.Source = "GitHub"
	failed := func(what string, err error) {
		out.Failed = append(out.Failed, render.SweepFailure{What: what, Why: err.Error()})
	}
	labels := p.Rules.Labels()
	var found []past
	for _, repo := range repos {
		list, _, err := client.List(ctx, repo, false)
		if err == nil {
			var closed []github.Listed
			closed, _, err = client.ListClosed(ctx, repo, from)
			list = append(list, closed...)
		}
		if err != nil {
			failed(repo, err)
			if ends(err) {
				return found, nil
			}
			continue
		}
		one := past{repo: repo}
		for _, l := range list {
			if !l.Bears(labels) {
				continue
			}
			s, err := readPast(ctx, client, p, repo, l)
			if err != nil {
				failed(fmt.Sprintf("%s#%d", repo, l.Number), err)
				if ends(err) {
					return append(found, one), nil
				}
				continue
			}
			one.issues = append(one.issues, s)
		}
		found = append(found, one)
	}
	return found, nil
}

// readPast reads one issue. What an owner did is only known where all of it was read.
func readPast(ctx context.Context, client *github.Client, p *policy.Policy, repo string, l github.Listed) (workflow.Standing, error) {
	t := issueOf(repo, l.Number)
	t.Facts = &github.Wanted{Teams: p.Teams()}
	if len(l.Pulls) > 0 {
		t.Pull = slices.Min(l.Pulls)
	}
	t, s, err := readAs(ctx, client, t, l.Pulls)
	if err != nil {
		return workflow.Standing{}, err
	}
	m, ok := workflow.ParseMarker(s.Comment.Body)
	switch {
	case s.Comment.Body == "":
		return workflow.Standing{Number: l.Number, Title: s.Title}, nil
	case !ok:
		return workflow.Standing{}, errors.New(workflow.Observe(p.Rules, s).Ignored)
	case m.Broken() >= 0 || s.Facts.Editor != "":
		return workflow.Standing{}, errors.New("somebody has edited the memory in the status comment")
	}
	parts := []evidence.FactPart{evidence.IssuePart, evidence.EventsPart, evidence.CommentsPart}
	if t.Pull != 0 {
		parts = append(parts, evidence.ReviewsPart)
	}
	for _, part := range parts {
		if !s.Facts.Has(part) {
			return workflow.Standing{}, fmt.Errorf("the %s of the issue were not read: %s", part, firstOf(s.Facts.Unread[part], "GitHub does not show them"))
		}
	}
	return p.Rules.Past(m, s), nil
}

// tableFormat is the value of --format of what is a table; "" is text.
type tableFormat string

const jsonMetrics tableFormat = "json"

func (f *tableFormat) String() string { return firstOf(string(*f), "text") }

func (f *tableFormat) Set(s string) error {
	switch s {
	case "text":
		*f = ""
	case "json", "markdown":
		*f = tableFormat(s)
	default:
		return errors.New("write text, json or markdown")
	}
	return nil
}

func (f *tableFormat) Type() string { return "text|json|markdown" }
