package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
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
		Args:    noArguments,
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
	f.StringVar(&h.packageDir, "package-dir", "", doc("package-dir"))
	f.BoolVar(&h.requireDelivery, "require-delivery", false, doc("require-delivery"))
	return cmd
}

// handoff is the settings of one run of the command.
type handoff struct {
	settings
	snapshot, packageDir    string
	saved                   []plan.Snapshot // what --snapshot holds
	into                    string          // the branch that the event says the change goes to
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
	token, err := a.hiddenToken()
	if err != nil {
		return err
	}
	switch {
	case h.issue < 0:
		return usage("--issue is %d; issues count from 1", h.issue)
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
		if client, err = a.github(github.Options{Token: token}); err != nil {
			return err
		}
	}
	if h.offline = h.snapshot != ""; h.offline {
		if h.saved, err = savedSnapshots(h.snapshot); err != nil {
			return err
		}
	}
	about, how, unfound := h.subject(ctx, &e, client)
	if exit := (*exitError)(nil); errors.As(unfound, &exit) {
		return unfound
	}
	h.head = firstOf(h.head, e.head(a.env.Getenv))
	h.into, h.branch = e.into(), e.branch(a.env.Getenv)
	about.Head = h.head
	h.labels, h.labelsKnown = e.labels()
	p, notes, err := a.rulingPolicy(ctx, h.settings, e)
	if err != nil {
		return err
	}
	if !about.recall {
		if h.proposal, err = a.proposed(ctx, p, h.settings); err != nil {
			return err
		}
	}
	r := render.Result{DryRun: h.dryRun, Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Notes: notes}
	if unfound != nil {
		return a.unreadable(ctx, h, e, p, r, unfound)
	}
	r.Notes = append(r.Notes, how...)
	reads(&about.Target, p)
	all, err := a.hold(ctx, h, client, about, &r)
	var closed *unreadError
	switch {
	case errors.As(err, &closed):
		return a.unreadable(ctx, h, e, p, r, closed.cause)
	case err != nil:
		return err
	}
	if h.snapshot == "" && (about.Target.Issue == 0 && about.Pull == 0 && about.Head == "") {
		client = nil
	}
	if h.head == "" {
		h.head = all.first().snap.Head
	}
	live := client != nil || h.snapshot != ""
	for _, s := range all {
		a.observe(s, h, p, live, &r)
	}
	if about.recall {
		err = a.recallAll(all, &r)
	} else {
		err = a.judgeAll(ctx, all, h, p, e)
	}
	if err != nil {
		return err
	}
	worst := all.worst(func(s *standing) gates.Status { return s.judged.whole().Status })
	r.Repo, r.Issue, r.Head, r.Phase, r.Verdict = worst.snap.Repo, worst.snap.Issue, h.head, worst.judged.phase, worst.judged.whole()
	if about.recall {
		r.Head = worst.snap.Head
	}
	r.Exit = exitOf(r.Verdict.Status)
	r.Proposal = a.shown(ctx, h.proposal, worst.settings, worst.judged.phase, h.head)
	for _, s := range all {
		s.judged.refs.tell(&r)
	}
	if err := a.keep(ctx, h.settings, worst.judged, &r); err != nil {
		return err
	}

	commit := a.planAll(all)
	kept := a.keepLogs(h.packageDir, all) // before anything is left out of them
	if !h.dryRun && client != nil {
		a.deliverAll(ctx, client, all, commit)
		a.delivered(p, h, a.inOrder(all, commit), &r)
	}
	r.Notes = append(r.Notes, all.unkept(h.packageDir)...)
	a.into(&r, all, commit, worst)
	if err := a.report(r, h.format); err != nil {
		return err
	}
	if err := cmp.Or(kept, a.packages(h.packageDir, all)); err != nil { // which hides no verdict
		if r.Exit == ExitPass {
			return err
		}
		a.note("%v", err)
	}
	return exitWith(r.Exit)
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

func savedSnapshots(path string) ([]plan.Snapshot, error) {
	data, err := readSmall(path, maxSnapshot)
	if err != nil {
		return nil, usage("the saved state: %w", err)
	}
	all, err := plan.ReadSnapshots(data)
	if err != nil {
		return nil, usage("%s: %w", path, err)
	}
	return all, nil
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
	j.refs.tell(&r)
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

// delivered says what became of the plans, and lets an undelivered change be seen
// in the exit code of a green verdict. A permission that the token lacks costs a
// channel and no more, unless delivery is required.
func (a *app) delivered(p *policy.Policy, h handoff, all standings, r *render.Result) {
	receipt := all.receipt()
	r.Notes = append(r.Notes, lostChannels(p, receipt.Lost)...)
	for _, err := range all.failures() {
		var superseded *github.SupersededError
		if errors.As(err, &superseded) {
			if !slices.Contains(r.Notes, err.Error()) {
				r.Notes = append(r.Notes, err.Error())
			}
			continue
		}
		r.Notes = append(r.Notes, "not every change was delivered: "+err.Error())
		if r.Exit == ExitPass {
			r.Exit = ExitUndelivered
		}
	}
	if len(receipt.Lost) > 0 && h.requireDelivery && r.Exit == ExitPass {
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
