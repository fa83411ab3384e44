package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

func (a *app) sweep() *cobra.Command {
	var s sweep
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Looks after every open issue in the workflow: clocks, commands, drift, lost events",
		Long: `Lists the open issues of a repository, or of several, that bear or bore a phase
label, reads those where something can have changed, and moves what people, facts
and time decide. It has no reports: what gates found on them is as the last run of
handoff remembered it, for the commit that was judged.

With --state it remembers what it has seen, and the next sweep reads only what has
changed since. It writes within GitHub's limits, a second apart, and goes on another
time where it had to stop.

Exit codes: 0 all is done · 2 usage or policy error · 3 something could not be read
4 a change was not delivered, or issues are left · 5 internal error`,
		Example: "  tollgate sweep --repo acme/orders --dry-run\n  tollgate sweep --repos repositories.txt --state sweep.json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			return a.runSweep(cmd.Context(), s)
		},
	}
	s.which(cmd, "owner/name; default GITHUB_REPOSITORY")
	f := cmd.Flags()
	f.IntVar(&s.budget, "budget", 0, doc("budget"))
	f.BoolVar(&s.dryRun, "dry-run", false, doc("dry-run"))
	f.StringVar(&s.packageDir, "package-dir", "", doc("package-dir"))
	f.BoolVar(&s.requireDelivery, "require-delivery", false, doc("require-delivery"))
	f.Var(&s.format, "format", doc("format"))
	f.StringVar(&s.at, "at", "", "look as if it were this time: 2026-03-02T09:00:00Z; needs --dry-run")
	return cmd
}

// sweep is the settings of one run of the command.
type sweep struct {
	survey
	packageDir              string
	budget                  int
	dryRun, requireDelivery bool
}

// sweeping is one run on its way.
type sweeping struct {
	*app
	sweep
	p      *policy.Policy
	client *github.Client
	memory *sweepMemory
	pace   *github.Pace
	out    render.Sweep
	done   int // issues since the memory was saved
}

// saveEvery is after how many issues the memory is saved: a run that is killed reads
// so many again at most.
const saveEvery = 25

func (a *app) runSweep(ctx context.Context, s sweep) error {
	token, err := a.hiddenToken()
	if err != nil {
		return err
	}
	switch {
	case s.at != "" && !s.dryRun:
		return usage("--at asks what would be at another time, and is never written to GitHub: add --dry-run")
	case token == "":
		return usage("there is no token: set GITHUB_TOKEN; what GitHub holds can only be read with one")
	case s.budget < 0:
		return usage("--budget is %d; write how many changes there may be, or leave it out", s.budget)
	}
	if err := s.named(); err != nil {
		return err
	}
	if err := a.setClock(s.at); err != nil {
		return err
	}
	repos, err := s.repositories(a.env.Getenv("GITHUB_REPOSITORY"))
	if err != nil {
		return err
	}
	p, err := a.surveyed(ctx, s.survey, "look after")
	if err != nil {
		return err
	}
	w := sweeping{app: a, sweep: s, p: p, pace: &github.Pace{Most: s.budget}}
	w.out = render.Sweep{DryRun: s.dryRun, Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}}
	if w.memory, err = readSweepMemory(s.state, sweepDigest(p), a.env.Now()); err != nil {
		return err
	}
	w.client, err = a.github(github.Options{Token: token, Cache: &w.memory.Cache, Pace: w.pace, MaxWait: surveyWait})
	if err != nil {
		return err
	}
	stop := w.repositories(ctx, repos)
	if stop != nil {
		w.out.Stopped = stop.Error()
	}
	return w.end()
}

// repositories goes through them until something stops the whole run.
func (w *sweeping) repositories(ctx context.Context, repos []string) (stop error) {
	for _, repo := range repos {
		list, points, err := w.client.List(ctx, repo, w.asksChecks())
		w.out.Points += points
		if err != nil {
			if ends(err) {
				return err
			}
			w.failed(repo, err)
			continue
		}
		if stop := w.repository(ctx, repo, list); stop != nil {
			return stop
		}
		if err := w.reports(ctx, repo); err != nil {
			if ends(err) {
				return err
			}
			w.failed(repo+": the weekly summary", err)
		}
	}
	return nil
}

// repository looks after the issues of one.
func (w *sweeping) repository(ctx context.Context, repo string, list []github.Listed) (stop error) {
	labels := w.p.Rules.Labels()
	seen := w.memory.of(repo)
	now := w.env.Now()
	var due []github.Listed
	open := map[int]bool{}
	for _, l := range list {
		entry, known := seen[l.Number]
		if !known && !l.Bears(labels) {
			continue
		}
		w.out.Listed++
		open[l.Number] = true
		if !known || entry.Print != l.Print || !entry.Next.IsZero() && !now.Before(entry.Next) {
			due = append(due, l)
		}
	}
	for n, entry := range seen {
		switch {
		case open[n]:
		case entry.Closed.IsZero():
			entry.Closed, entry.Print = now, ""
			seen[n] = entry
		case now.Sub(entry.Closed) > 2*maxSince: // metrics look back no further
			delete(seen, n)
		}
	}
	w.note("%s: %s in the workflow, %d to look at", repo, amount(len(open), "issue"), len(due))
	for i, l := range due {
		if i > 0 && i%100 == 0 {
			w.note("%s: %d of %d looked at, %d changes", repo, i, len(due), w.out.Changes)
		}
		entry, err := w.issue(ctx, repo, l, seen[l.Number])
		if ends(err) {
			w.out.Left += len(due) - i
			return err
		}
		if err != nil {
			w.failed(fmt.Sprintf("%s#%d", repo, l.Number), err)
			continue
		}
		w.out.Read++
		seen[l.Number] = entry
		if w.done++; w.done%saveEvery == 0 {
			if err := w.save(); err != nil {
				return err
			}
		}
	}
	return nil
}

// ends reports whether an error is one that the next issue would meet as well.
func ends(err error) bool {
	var (
		pace  *github.PaceError
		limit *github.LimitError
		exit  *exitError
	)
	return errors.As(err, &pace) || errors.As(err, &limit) || errors.As(err, &exit) || errors.Is(err, context.Canceled) || errors.Is(err, github.ErrToken)
}

func (w *sweeping) failed(what string, err error) {
	w.out.Failed = append(w.out.Failed, render.SweepFailure{What: what, Why: err.Error()})
	w.note("%s: %v", what, err)
}

// asksChecks reports whether a gate asks what other programs say of a commit.
func (w *sweeping) asksChecks() bool {
	for _, g := range w.p.Gates.Gates {
		for _, c := range g.Conditions {
			if m, ok := gates.MetricNamed(c.Metric); ok && m.Kind == evidence.Checks {
				return true
			}
		}
	}
	return false
}

// end saves, reports, and gives the exit code: what could not be read comes before
// what was not delivered.
func (w *sweeping) end() error {
	if err := w.save(); err != nil {
		return err
	}
	w.out.Requests, w.out.Unchanged = w.memory.Cache.Requests()
	var err error
	if w.format == asJSON {
		err = render.SweepJSON(w.env.Stdout, w.out)
	} else {
		_, err = w.env.Stdout.Write([]byte(render.SweepText(w.out)))
	}
	if err != nil {
		return &exitError{ExitInternal, fmt.Errorf("printing the result: %w", err)}
	}
	if w.runner != nil {
		if err := w.runner.Summary(render.SweepSummary(w.out)); err != nil {
			w.note("the job summary was not written: %v", err)
		}
	}
	switch {
	case len(w.out.Failed) > w.out.Undelivered:
		return exitWith(ExitInconclusive)
	case w.out.Undelivered > 0, w.out.Left > 0, w.out.Stopped != "", w.requireDelivery && w.out.Lost > 0:
		return exitWith(ExitUndelivered)
	}
	return nil
}
