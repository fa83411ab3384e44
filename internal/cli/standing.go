package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// standing is one issue on its way through a run, from what GitHub holds of it to what
// became of it.
type standing struct {
	handoff                // with what is known of this issue
	policy  *policy.Policy // with the gates that architects' answers made due
	target  github.Target
	snap    plan.Snapshot
	unread  error // why the issue could not be read

	judged  judged
	decided *decided // nil where nothing is decided: no issue, or a closed one
	plan    plan.Plan
	receipt *plan.Receipt
	failed  error // why it was not delivered
}

// unreadError says that GitHub could not be read.
type unreadError struct{ cause error }

func (e *unreadError) Error() string { return e.cause.Error() }

// hold takes in what GitHub holds of the issues of a run, or what a saved state of it
// says. Where some of several cannot be read the others go on.
func (a *app) hold(ctx context.Context, h handoff, client *github.Client, about about, r *render.Result) (standings, error) {
	var all standings
	add := func(t github.Target, s plan.Snapshot, unread error) {
		all = append(all, &standing{target: t, snap: s, unread: unread})
	}
	switch {
	case len(h.saved) > 0:
		var saved []string
		for _, s := range h.saved {
			saved = append(saved, fmt.Sprintf("#%d", s.Issue))
			if about.Issue == 0 || slices.Contains(about.issues, s.Issue) {
				t := about.Target
				t.Issue, t.Pull = s.Issue, s.Pull
				add(t, s, nil)
			}
		}
		if len(all) == 0 {
			return nil, usage("%s is of issue %s and this run is about #%d: save the state of that one", h.snapshot, strings.Join(saved, ", "), about.Issue)
		}
	case client != nil && (about.Issue != 0 || about.Pull != 0 || about.Head != ""):
		var notes []string
		all, notes = readAll(ctx, client, about)
		r.Notes = append(r.Notes, notes...)
		if first := all.first(); first.unread != nil {
			return nil, &unreadError{first.unread}
		}
	case !h.dryRun:
		return nil, usage("there is nothing on GitHub that this run is about: give --repo and --issue, or add --dry-run")
	default:
		for _, t := range about.targets() {
			s := plan.Snapshot{Repo: t.Repo, Issue: t.Issue, Pull: t.Pull, Open: true}
			if a.runner == nil && s.Issue == 0 {
				// On a laptop the question is what would become of some issue.
				s.Repo, s.Issue = firstOf(s.Repo, "your/repository"), 1
			}
			add(t, s, nil)
		}
		r.Notes = append(r.Notes, "planned against an issue that has nothing yet; give --snapshot, or a token to read the real one")
	}
	for _, s := range all {
		if s.unread == nil && len(s.snap.Beside) > 0 && len(about.pulls) == 0 {
			r.Notes = append(r.Notes, besideNote(s.snap.Issue, pullsOf(s.snap)))
		}
		if why := aside(s.snap); why != "" {
			r.Notes = append(r.Notes, why)
		}
		switch {
		case s.unread != nil:
			r.Notes = append(r.Notes, fmt.Sprintf("issue #%d could not be read, so it is not moved: %v", s.target.Issue, s.unread))
		case s.snap.Issue != 0 && !s.snap.Open && len(all) > 1:
			r.Notes = append(r.Notes, fmt.Sprintf("issue #%d is closed, so it is not moved", s.snap.Issue))
		case s.snap.Issue != 0 && !s.snap.Open:
			r.Notes = append(r.Notes, fmt.Sprintf("issue #%d is closed, so it is not moved; only the commit status is kept", s.snap.Issue))
		}
	}
	return all.open(), nil
}

// readAll reads the issues of a run, each with the other pull requests that are open for it.
func readAll(ctx context.Context, client *github.Client, about about) (all standings, notes []string) {
	for _, t := range about.targets() {
		pulls := about.pulls
		var err error
		if t.Issue != 0 && t.Pull != 0 && pulls == nil {
			var note string
			if pulls, note, err = openPulls(ctx, client, t.Repo, t.Issue); note != "" {
				notes = append(notes, note)
			}
		}
		s := plan.Snapshot{Repo: t.Repo, Issue: t.Issue, Pull: t.Pull, Head: t.Head}
		if err == nil {
			if about.recall { // the issue may remember another pull request than the first
				t.Head, t.Facts.Confirm = "", true
				t, s, err = readLeading(ctx, client, t, pulls)
			} else if s, _, err = client.Read(ctx, t); err == nil && s.Open {
				s, err = withOthers(ctx, client, t, s, pulls)
			}
		}
		all = append(all, &standing{target: t, snap: s, unread: err})
	}
	return all, notes
}

// readAs reads an issue with the pull request that its memory is about, if that is one
// of those given or no other is known, and else with the target's own.
func readAs(ctx context.Context, client *github.Client, t github.Target, pulls []int) (github.Target, plan.Snapshot, error) {
	s, _, err := client.Read(ctx, t)
	if m, ok := workflow.ParseMarker(s.Comment.Body); err == nil && ok && m.Pull != 0 && m.Pull != t.Pull && (t.Pull == 0 || slices.Contains(pulls, m.Pull)) {
		t.Pull = m.Pull
		s, _, err = client.Read(ctx, t)
	}
	return t, s, err
}

// observe takes in what is known of one issue, and says what a person should know. live
// says that it is GitHub's, and not made up.
func (a *app) observe(s *standing, h handoff, p *policy.Policy, live bool, r *render.Result) {
	s.handoff, s.policy = h, p
	if s.unread != nil {
		return
	}
	s.snap.Head = firstOf(s.snap.Head, h.head)
	began := workflow.Observe(p.Rules, s.snap)
	for _, why := range []string{began.Ignored, began.AsOf(p.Rules, s.snap, a.env.Now()).Untold} {
		if why != "" && !slices.Contains(r.Notes, why) {
			r.Notes = append(r.Notes, why)
		}
	}
	ruling := *p
	ruling.Rules = p.Rules.In(began)
	s.policy = &ruling
	if c := began.Memory.Cycle; c != nil && h.cycle == "" {
		// The issue knows the second, and the run that began it was judged before it ended.
		s.cycle, s.cycleBegan = c.Head, c.Since.Add(time.Second-1)
	}
	s.judged.phase = firstOf(h.phase, began.Phase)
	if n := len(p.Rules.Phases); n > 0 && s.judged.phase == "" && !s.snap.Leads(s.snap) {
		// Its policy does not know where the issue stands, so that everything is due.
		s.judged.phase = p.Rules.Phases[n-1].Name
	}
	s.facts = s.snap.Facts
	if live {
		if pull := s.snap.Facts.Pull; pull != nil { // an event that is run again bears the labels of its day
			s.labels = pull.Labels
		}
		s.branch = firstOf(h.into, branchOf(s.snap), s.branch)
		s.labels, s.labelsKnown = slices.Concat(s.labels, s.snap.Labels), true
	}
	s.facts.Lists = lists(s.policy, s.snap, a.env.Now())
}

// judgeAll judges the issues by one reading of the evidence.
func (a *app) judgeAll(ctx context.Context, all standings, h handoff, p *policy.Policy, e event) error {
	diff, err := a.change(ctx, p, h.settings, e, h.head)
	if err != nil {
		return err
	}
	for _, s := range all { // a phase that the policy does not have is told before anything is read
		if _, _, err := startAt(s.policy.Rules, s.judged.phase); err != nil {
			return err
		}
	}
	w, err := a.witness(ctx, p, h.settings, h.head)
	if err != nil {
		return err
	}
	for _, s := range all {
		s.diff = diff
		if s.unread != nil {
			continue
		}
		if s.judged, err = a.judgeBy(ctx, w, s.policy, s.settings, s.judged.phase, h.head); err != nil {
			return err
		}
		if s.snap.Leads(s.snap) {
			s.judged.others = elsewhere(s.snap)
		}
	}
	return nil
}

// decided is a decision with what should stand on GitHub after it.
type decided struct {
	workflow.Decision
	status  render.Status // what the comments are made of, with the verdict that holds then
	verdict gates.Verdict // the same of the one pull request, which the commit shows
	want    plan.Desired
}

// decide walks from a state of GitHub to what should be there, but for what belongs to
// the commit. shared is what the issues of one pull request remember of each other.
func (a *app) decide(p *policy.Policy, h handoff, j judged, s plan.Snapshot, shared map[int]string) *decided {
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
		state.Memory.Shown = j.recalled.shown
	} else {
		state.Memory.Shared, state.Memory.Shown = shared, nil
	}
	state.Beside = a.proven(p, s)
	ruling := p.Rules
	path, inside := a.inRepository(h.settings)
	ruling.Waive.Propose = ruling.Waive.Propose && inside && s.Facts.Pull != nil // or else it is recorded
	v := j.verdict
	v.Gates = slices.Concat(v.Gates, j.others)
	d := workflow.Decide(ruling, state, v, h.head)
	rules := p.Rules.In(workflow.State{Memory: d.Memory})
	due := rules.DueAt(d.Phase.Name)
	st := render.Status{
		Rules: rules, Decision: d, Verdict: v.DueAt(due), Repo: s.Repo, Issue: s.Issue, Pull: s.Pull,
		Policy: render.PolicyRef{Path: p.Path, Digest: p.Digest}, Head: h.head,
	}
	after := state.After(d).AsOf(p.Rules, s, a.env.Now())
	st.Clocks, st.Milestones = after.Clocks, p.Rules.Milestones(after, v)
	st.Files, st.Owners = touched(j.diff)
	for i, found := range elsewhere(s) {
		o := s.Beside[i]
		other := render.OtherPull{Number: o.Pull, Found: found}
		if s.Facts.Editor == "" {
			other.Section = render.PullSection(s.Comment.Body, o.Pull, o.Head)
		}
		st.Others = append(st.Others, other)
	}
	st.Own = j.verdict.DueAt(due)
	if len(d.Escalated) > 0 {
		st.Security = j.security()
	}
	if j.recalled != nil {
		st.Evidence = j.recalled.evidence(s, d)
	}
	out := &decided{Decision: d, status: st, verdict: st.Own}
	out.want = d.Desired(rules, s, workflow.Texts{Comment: render.Comment(st), Posts: render.Posts(st)})
	for _, w := range d.Waivers {
		out.want.Proposals = append(out.want.Proposals, render.WaiverProposal(w, s.Issue, p.WaiversBeside(path), s.Facts.Pull.Base))
	}
	keepPackages(&out.want, s, d, func(e workflow.Escalation) bool { return len(e.Pulls) > 0 && e.Pulls[0] != s.Pull })
	if j.recalled != nil {
		j.recalled.keep(&out.want, s, d)
	}
	return out
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

// verdict is what holds where the decision leaves the issue, of the pull request at
// hand; without a decision it is what was judged.
func (s *standing) verdict() gates.Verdict {
	if s.decided == nil {
		return s.judged.verdict
	}
	return s.decided.verdict
}

// phase is where the decision leaves the issue.
func (s *standing) phase() string {
	if s.decided == nil {
		return s.judged.phase
	}
	return s.decided.Phase.Name
}
