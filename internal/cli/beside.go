package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// openPulls are the pull requests that an issue waits for besides those given, by number;
// the note says why that is not known.
func openPulls(ctx context.Context, client *github.Client, repo string, issue int) (pulls []int, note string, err error) {
	pulls, err = client.PullsFor(ctx, repo, issue)
	var denied *github.PermissionError
	if errors.As(err, &denied) {
		return nil, fmt.Sprintf("whether a pull request closes issue #%d is unknown: the token lacks `%s`", issue, denied.Permission), nil
	}
	return pulls, "", err
}

// maxBeside is how many other pull requests of an issue are read, as many as GitHub is asked
// for.
const maxBeside = 20

// withOthers gives the snapshot of an issue with its other open pull requests, which all
// decide where it stands, whichever of them a run is about: those given, and those that
// the issue remembers and that are for it still, which GitHub does not link all.
func withOthers(ctx context.Context, client *github.Client, t github.Target, s plan.Snapshot, pulls []int) (plan.Snapshot, error) {
	known := append(slices.Clone(pulls), t.Pull)
	still, past, err := stillFor(ctx, client, t, slices.DeleteFunc(workflow.Recall(s).Pulls(), func(n int) bool { return slices.Contains(known, n) }))
	if err != nil {
		return s, err
	}
	s.Past = past
	var others []plan.Snapshot
	for _, n := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(pulls, still)))) {
		if n == t.Pull || t.Pull == 0 || len(others) == maxBeside {
			continue
		}
		other := github.Target{Repo: t.Repo, Pull: n}
		if t.Facts != nil {
			facts := *t.Facts
			facts.Talk, facts.Confirm = true, true
			other.Facts = &facts
		}
		o, _, err := client.Read(ctx, other)
		if err != nil {
			return s, err
		}
		if p := o.Facts.Pull; p == nil || p.Open {
			others = append(others, o)
		} else {
			s.Past = append(s.Past, n)
		}
	}
	return s.With(others).Led(func() (string, error) { return client.DefaultBranch(ctx, t.Repo) })
}

// stillFor asks of pull requests that an issue remembers which of them are open and for it
// still, and which are so no longer. Of one that the token may not read, and of those
// beyond maxBeside, nothing is known.
func stillFor(ctx context.Context, client *github.Client, t github.Target, remembered []int) (still, past []int, err error) {
	for _, n := range remembered[:min(maxBeside, len(remembered))] {
		is, err := client.IsFor(ctx, t.Repo, n, t.Issue)
		var denied *github.PermissionError
		switch {
		case errors.As(err, &denied):
		case err != nil:
			return nil, nil, err
		case is:
			still = append(still, n)
		default:
			past = append(past, n)
		}
	}
	return still, past, nil
}

// readLeading reads an issue with its other pull requests, about one of those that move it:
// the one that it remembers, if that does.
func readLeading(ctx context.Context, client *github.Client, t github.Target, pulls []int) (github.Target, plan.Snapshot, error) {
	t, s, err := readAs(ctx, client, t, pulls)
	if err != nil || !s.Open {
		return t, s, err
	}
	if s, err = withOthers(ctx, client, t, s, pulls); err != nil || s.Leads(s) {
		return t, s, err
	}
	for _, o := range s.Beside {
		if s.Leads(o) {
			pulls, t.Pull = append(slices.Clone(pulls), t.Pull), o.Pull
			break
		}
	}
	if s, _, err = client.Read(ctx, t); err == nil && s.Open {
		s, err = withOthers(ctx, client, t, s, pulls)
	}
	return t, s, err
}

// aside says that a pull request of an issue does not move it, "" if it does.
func aside(s plan.Snapshot) string {
	if s.Leads(s) {
		return ""
	}
	return fmt.Sprintf("pull request #%d goes to %s, and issue #%d is moved by those that go to %s: this run judges #%d by the policy of its own branch and sets its commit status, for which the issue waits",
		s.Pull, s.Facts.Pull.Base, s.Issue, s.Lead, s.Pull)
}

// besideNote says that an issue has several pull requests.
func besideNote(issue int, pulls []int) string {
	names := make([]string, len(pulls))
	for i, n := range pulls {
		names[i] = fmt.Sprintf("#%d", n)
	}
	return fmt.Sprintf("%d pull requests close issue #%d, all of which must hold: %s", len(pulls), issue, strings.Join(names, ", "))
}

// elsewhere says of the other pull requests of an issue what their last runs found: what
// the statuses of their heads say, which nobody can set in Tollgate's name.
func elsewhere(s plan.Snapshot) (out []gates.GateResult) {
	for _, o := range s.Beside {
		at := evidence.ShortCommit(o.Head)
		found, why, remedy := gates.Inconclusive, "was inconclusive", "let a run with reports judge "+at
		switch {
		case o.Status.State == "" || !o.Confirmed:
			why = ""
		case o.Status.State == "success":
			found, why, remedy = gates.Pass, "passed", ""
		case o.Status.State == "failure":
			found, why, remedy = gates.Fail, "failed", "make its gates hold"
		}
		if why == "" {
			why = "its head " + at + " has no status of Tollgate's own: no run has judged it"
		} else {
			why = "the last run for its head " + at + " " + why
		}
		out = append(out, gates.Elsewhere(workflow.PullGate(o.Pull), found, why, remedy))
	}
	return out
}

// pullsOf are the pull requests of an issue, its own first.
func pullsOf(s plan.Snapshot) []int {
	var out []int
	if s.Pull != 0 {
		out = append(out, s.Pull)
	}
	for _, o := range s.Beside {
		out = append(out, o.Pull)
	}
	slices.Sort(out)
	return out
}

// proven says of the other pull requests of an issue what is known of each gate: what their
// own last runs found, as far as the statuses of their heads confirm it, and what GitHub
// holds of them now. That a head is green says no more than that what was due held when
// it was judged.
func (a *app) proven(p *policy.Policy, s plan.Snapshot) (out []workflow.Beside) {
	for _, o := range s.Beside {
		if !s.Leads(o) { // another policy judged it, so that its status is all that is known
			out = append(out, workflow.Beside{Pull: o.Pull, Aside: o.Facts.Pull.Base, Judged: judgedAt(p.Rules, o.Status)})
			continue
		}
		one := o
		one.Issue, one.Comment, one.Labels, one.Facts = s.Issue, s.Comment, s.Labels, s.Facts
		one.Facts.Pull, one.Facts.Reviews, one.Facts.Threads, one.Facts.Checks = o.Facts.Pull, o.Facts.Reviews, o.Facts.Threads, o.Facts.Checks
		theirs := []evidence.FactPart{evidence.PullPart, evidence.ReviewsPart, evidence.ThreadsPart, evidence.ChecksPart}
		one.Facts.Read = slices.DeleteFunc(slices.Clone(s.Facts.Read), func(part evidence.FactPart) bool { return slices.Contains(theirs, part) })
		one.Facts.Unread = maps.Clone(s.Facts.Unread)
		for _, part := range theirs {
			delete(one.Facts.Unread, part)
			if why, unread := o.Facts.Unread[part]; unread {
				if one.Facts.Unread == nil {
					one.Facts.Unread = map[evidence.FactPart]string{}
				}
				one.Facts.Unread[part] = why
			}
			if o.Facts.Has(part) {
				one.Facts.Read = append(one.Facts.Read, part)
			}
		}
		out = append(out, workflow.Beside{Pull: o.Pull, Verdict: a.recall(p, one).verdict})
	}
	return out
}
