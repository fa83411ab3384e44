package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// maxSnapshot bounds a saved state of GitHub.
const maxSnapshot = 64 << 20

func (a *app) handoff() *cobra.Command {
	var h handoff
	cmd := &cobra.Command{
		Use:   "handoff",
		Short: "Judges the reports and moves the issue: handed off, sent back, or escalated",
		Long: `Judges the reports by the policy, decides what that means for the issue, and
makes the changes on GitHub, or with --dry-run prints exactly those changes.

With --dry-run it needs no token and no network: it plans against the state in
--snapshot, or against an issue that has nothing yet. With GITHUB_TOKEN set it
reads the real state.`,
		Example: "  tollgate handoff --dry-run\n  tollgate handoff --dry-run --snapshot github.json -C reports\n  GITHUB_TOKEN=… tollgate handoff --repo acme/orders --issue 12",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			return a.runHandoff(cmd.Context(), h)
		},
	}
	h.settings.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&h.issue, "issue", 0, doc("issue"))
	f.StringVar(&h.snapshot, "snapshot", "", "plan against a saved state of GitHub (JSON); needs --dry-run")
	f.BoolVar(&h.dryRun, "dry-run", false, doc("dry-run"))
	f.BoolVar(&h.save, "save", false, doc("save"))
	f.BoolVar(&h.requireDelivery, "require-delivery", false, doc("require-delivery"))
	return cmd
}

// handoff is the settings of one run of the command.
type handoff struct {
	settings
	snapshot                string
	issue                   int
	dryRun, requireDelivery bool
}

func (a *app) runHandoff(ctx context.Context, h handoff) error {
	if err := a.setClock(h.at); err != nil {
		return err
	}
	e, err := a.event(h.settings)
	if err != nil {
		return err
	}
	token := a.token()
	if a.runner != nil {
		if err := a.runner.Mask(token); err != nil {
			return &exitError{ExitInternal, err}
		}
	}
	switch {
	case h.snapshot != "" && !h.dryRun:
		return usage("--snapshot is a state of the past and is only planned against: add --dry-run")
	case h.phase != "" && !h.dryRun:
		return usage("--phase asks what would be, and is never written to GitHub: add --dry-run")
	case h.at != "" && !h.dryRun:
		return usage("--at asks what would be at another time, and is never written to GitHub: add --dry-run")
	case h.save && h.dryRun:
		return usage("--dry-run writes nothing: leave --save away")
	case !h.dryRun && token == "":
		return usage("there is no token: set GITHUB_TOKEN, or add --dry-run to see what would change")
	}
	if h.repo == "" {
		h.repo = a.env.Getenv("GITHUB_REPOSITORY")
	}
	var client *github.Client
	if token != "" && h.repo != "" && h.snapshot == "" {
		if client, err = a.github(token); err != nil {
			return usage("%w", err)
		}
	}
	target, how, unfound := h.subject(ctx, &e, client)
	if exit := (*exitError)(nil); errors.As(unfound, &exit) {
		return unfound
	}
	h.head = firstOf(h.head, e.head(a.env.Getenv))
	h.branch = e.branch(a.env.Getenv)
	target.Head = h.head
	h.labels, h.labelsKnown = e.labels()
	p, notes, err := a.rulingPolicy(ctx, h.settings, e)
	if err != nil {
		return err
	}
	if h.proposal, err = a.proposed(ctx, p, h.settings); err != nil {
		return err
	}
	r := render.Result{DryRun: h.dryRun, Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Notes: notes}
	if unfound != nil {
		return a.unreadable(ctx, h, e, p, r, unfound)
	}
	r.Notes = append(r.Notes, how...)
	reads(&target, p)
	var snap plan.Snapshot
	switch {
	case h.snapshot != "":
		if snap, err = savedSnapshot(h.snapshot); err != nil {
			return err
		}
		if target.Issue != 0 && target.Issue != snap.Issue {
			return usage("%s is of issue #%d and this run is about #%d: save the state of that one", h.snapshot, snap.Issue, target.Issue)
		}
	case client != nil && (target.Issue != 0 || target.Pull != 0 || target.Head != ""):
		if snap, _, err = client.Read(ctx, target); err != nil {
			return a.unreadable(ctx, h, e, p, r, err)
		}
	case !h.dryRun:
		return usage("there is nothing on GitHub that this run is about: give --repo and --issue, or add --dry-run")
	default:
		client = nil
		snap = plan.Snapshot{Repo: target.Repo, Issue: target.Issue, Pull: target.Pull, Open: true}
		if a.runner == nil && snap.Issue == 0 {
			// On a laptop the question is what would become of some issue.
			snap.Repo, snap.Issue = firstOf(snap.Repo, "your/repository"), 1
		}
		r.Notes = append(r.Notes, "planned against an issue that has nothing yet; give --snapshot, or a token to read the real one")
	}
	if h.head == "" {
		h.head = snap.Head
	}
	snap.Head = firstOf(snap.Head, h.head)

	if snap.Issue != 0 && !snap.Open {
		r.Notes = append(r.Notes, fmt.Sprintf("issue #%d is closed, so it is not moved; only the commit status is kept", snap.Issue))
	}
	began := workflow.Observe(p.Rules, snap)
	if began.Ignored != "" {
		r.Notes = append(r.Notes, began.Ignored)
	}
	if why := began.AsOf(p.Rules, snap, a.env.Now()).Untold; why != "" {
		r.Notes = append(r.Notes, why)
	}
	ruling := *p // with the gates that architects' answers made due
	ruling.Rules = p.Rules.In(began)
	p = &ruling
	if c := began.Memory.Cycle; c != nil && h.cycle == "" {
		// The issue knows the second, and the run that began it was judged before it ended.
		h.cycle, h.cycleBegan = c.Head, c.Since.Add(time.Second-1)
	}
	phase := firstOf(h.phase, began.Phase)
	h.facts = snap.Facts
	if client != nil || h.snapshot != "" {
		if pull := snap.Facts.Pull; pull != nil { // an event that is run again bears the labels of its day
			h.labels = pull.Labels
		}
		h.labels, h.labelsKnown = slices.Concat(h.labels, snap.Labels), true
	}
	h.facts.Lists = lists(p, snap, a.env.Now())
	if h.diff, err = a.change(ctx, p, h.settings, e, h.head); err != nil {
		return err
	}
	j, err := a.judge(ctx, p, h.settings, phase, h.head)
	if err != nil {
		return err
	}
	r.Repo, r.Issue, r.Head, r.Phase, r.Verdict = snap.Repo, snap.Issue, h.head, j.phase, j.verdict
	r.Exit = exitOf(r.Verdict.Status)
	r.Proposal = a.shown(ctx, h.proposal, h.settings, j.phase, h.head)
	if err := a.keep(ctx, h.settings, j, &r); err != nil {
		return err
	}

	decide := func(s plan.Snapshot, _ github.Context) (plan.Plan, error) {
		// What is decided is decided on what was judged: the facts are read once.
		s.Facts = snap.Facts
		if s.Issue == 0 || !s.Open { // then the commit's status is all there is
			pl := plan.Diff(s, plan.Desired{Status: a.status(s, j.verdict, j.phase, nil)})
			r.Plan = &pl
			return pl, nil
		}
		d, pl := a.decide(p, h, j, s)
		r.Decision, r.Plan = &d, &pl
		return pl, nil
	}
	decide(snap, github.Context{})
	if !h.dryRun && client != nil {
		target.Facts = nil
		receipt, err := client.Deliver(ctx, target, decide)
		r.Receipt = &receipt
		a.delivered(p, h, &r, receipt, err)
	}
	if err := a.report(r, h.format); err != nil {
		return err
	}
	return exitWith(r.Exit)
}

// decide walks from a state of GitHub to the plan that follows from the verdict.
func (a *app) decide(p *policy.Policy, h handoff, j judged, s plan.Snapshot) (workflow.Decision, plan.Plan) {
	state := workflow.Observe(p.Rules, s)
	if h.phase != "" {
		state = state.At(h.phase)
	}
	state = state.AsOf(p.Rules, s, a.env.Now())
	state.Changed, state.Findings, state.Gates = j.diff.Files, j.findings, j.gates
	if !j.diff.Known {
		state.Unseen = append(state.Unseen, workflow.NoChange...)
	}
	if j.recalled != nil {
		state.Unseen, state.Unjudged = append(state.Unseen, workflow.NoReports...), j.recalled.unjudged
	}
	d := workflow.Decide(p.Rules, state, j.verdict, h.head)
	rules := p.Rules.In(workflow.State{Memory: d.Memory})
	st := render.Status{
		Rules: rules, Decision: d, Verdict: j.verdict.DueAt(rules.DueAt(d.Phase.Name)), Repo: s.Repo, Pull: s.Pull,
		Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Head: h.head,
	}
	st.Clocks = state.After(d).AsOf(p.Rules, s, a.env.Now()).Clocks
	st.Files, st.Owners = touched(j.diff)
	if j.recalled != nil {
		st.Evidence = j.recalled.evidence(s, d)
	}
	texts := workflow.Texts{Comment: render.Comment(st), Posts: render.Posts(st), Status: a.status(s, st.Verdict, d.Phase.Name, j.gates)}
	if rules.CheckRun {
		texts.Check = render.CheckRun(st, texts.Status)
	}
	want := d.Desired(rules, s, texts)
	if j.recalled != nil {
		j.recalled.keep(&want, s, d)
	}
	return d, plan.Diff(s, want)
}

// lists are the task lists of the policy as the issue bears them: those that stand
// there, and of the others what this run may put there, so that it judges what the
// next one finds.
func lists(p *policy.Policy, snap plan.Snapshot, now time.Time) []evidence.Post {
	out := slices.Clone(snap.Facts.Lists)
	for _, l := range p.Rules.Lists {
		key := workflow.ListPost + l.Name
		if slices.ContainsFunc(out, func(have evidence.Post) bool { return have.Title == key }) {
			continue
		}
		post := evidence.Post{Number: snap.Issue, Title: key, Body: snap.Post(key).Body, Created: snap.Post(key).At}
		if post.Body == "" {
			post.Body, post.Created = workflow.PostMarker(key)+"\n"+render.List(l), now
		}
		out = append(out, post)
	}
	return out
}

// touched names the files of a change and who owns them.
func touched(diff evidence.Diff) (files, owners []string) {
	for _, f := range diff.Files {
		files = append(files, f.Path)
		owners = append(owners, f.Owners...)
	}
	slices.Sort(owners)
	return files, slices.Compact(owners)
}

// status is the commit status that a verdict should have. The same one from an
// earlier run stays as it is: it differs in nothing but the page that it leads to.
// With the issue in a phase it ends in the digest of what is remembered of the
// verdict, by which a sweep knows the memory for Tollgate's own.
func (a *app) status(have plan.Snapshot, v gates.Verdict, phase string, record map[string]string) plan.Status {
	want := plan.Status{State: commitState(v.Status), Description: render.Description(v, phase, recordMark(phase, record)), URL: a.runURL()}
	if have.Status.State == want.State && have.Status.Description == want.Description {
		want.URL = have.Status.URL
	}
	return want
}

// commitState is the commit status of a verdict. What is not green is never
// pending, neutral or absent: those let a required check be passed by.
func commitState(s gates.Status) string {
	switch {
	case s.Green():
		return "success"
	case s == gates.Fail:
		return "failure"
	default:
		return "error"
	}
}

// runURL is the page of this workflow run, "" elsewhere.
func (a *app) runURL() string {
	server, repo, run := a.env.Getenv("GITHUB_SERVER_URL"), a.env.Getenv("GITHUB_REPOSITORY"), a.env.Getenv("GITHUB_RUN_ID")
	if server == "" || repo == "" || run == "" {
		return ""
	}
	return server + "/" + repo + "/actions/runs/" + run
}

// token is the one that the runner or the user gives, "" if there is none.
func (a *app) token() string {
	return firstOf(a.env.Getenv("GITHUB_TOKEN"), a.env.Getenv("GH_TOKEN"))
}

func (a *app) github(token string) (*github.Client, error) {
	return github.New(github.Options{
		Token: token, BaseURL: a.env.Getenv("GITHUB_API_URL"), UserAgent: "tollgate/" + version(),
		Transport: a.env.Transport, Now: a.wall, Sleep: a.env.Sleep, Log: func(line string) { a.note("%s", line) },
	})
}

func savedSnapshot(path string) (plan.Snapshot, error) {
	data, err := readSmall(path, maxSnapshot)
	if err != nil {
		return plan.Snapshot{}, usage("the saved state: %w", err)
	}
	s, err := plan.ReadSnapshot(data)
	if err != nil {
		return s, usage("%s: %w", path, err)
	}
	return s, nil
}

// unreadable still gives the verdict when GitHub cannot be read: a failed call
// does not hide it. What cannot be read cannot be moved.
func (a *app) unreadable(ctx context.Context, h handoff, e event, p *policy.Policy, r render.Result, cause error) error {
	var err error
	if h.diff, err = a.change(ctx, p, h.settings, e, h.head); err != nil {
		return err
	}
	j, err := a.judge(ctx, p, h.settings, h.phase, h.head)
	if err != nil {
		return err
	}
	r.Repo, r.Head, r.Phase, r.Verdict = h.repo, h.head, j.phase, j.verdict
	r.Proposal = a.shown(ctx, h.proposal, h.settings, j.phase, h.head)
	r.Exit = exitOf(r.Verdict.Status)
	r.Notes = append(r.Notes, j.notes...)
	r.Notes = append(r.Notes, "GitHub could not be read, so nothing was changed: "+cause.Error())
	var denied *github.PermissionError
	if r.Exit == ExitPass && (!errors.As(cause, &denied) || h.requireDelivery) {
		r.Exit = ExitUndelivered
	}
	if err := a.report(r, h.format); err != nil {
		return err
	}
	return exitWith(r.Exit)
}

// delivered says what became of the plan, and lets an undelivered change be seen
// in the exit code of a green verdict. A permission that the token lacks costs a
// channel and no more, unless delivery is required.
func (a *app) delivered(p *policy.Policy, h handoff, r *render.Result, receipt plan.Receipt, err error) {
	r.Notes = append(r.Notes, lostChannels(p, receipt.Lost)...)
	var superseded *github.SupersededError
	switch {
	case errors.As(err, &superseded):
		r.Notes = append(r.Notes, err.Error())
	case err != nil:
		r.Notes = append(r.Notes, "not every change was delivered: "+err.Error())
		if r.Exit == ExitPass {
			r.Exit = ExitUndelivered
		}
	case len(receipt.Lost) > 0 && h.requireDelivery && r.Exit == ExitPass:
		r.Exit = ExitUndelivered
	}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
