package cli

import (
	"fmt"
	"maps"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// recalled says how a verdict was remembered.
type recalled struct {
	unjudged []string // gates of which nothing is known
	distrust string   // why the memory is not believed, "" if it is
	// shown is the record as it is now, where the memory must keep another one.
	shown map[string]string
	posts func(plan.Snapshot, workflow.Decision) []plan.WantedPost
}

// recordMark is what the description of a commit status ends in.
func recordMark(phase string, record map[string]string) string {
	if phase == "" || len(record) == 0 {
		return ""
	}
	return " · " + gates.RecordDigest(record)
}

// remembered is what the status comment remembers, about the pull request that was read.
func remembered(s plan.Snapshot) workflow.Memory {
	m, _ := workflow.ParseMarker(s.Comment.Body)
	return m.For(s.Pull)
}

// recall gives the verdict of a run that has no reports: what the last run remembered
// in the status comment, with what GitHub holds judged anew. The memory counts for the
// commit that it is about, and where the commit status, which nobody can write in
// Tollgate's name, bears its digest.
func (a *app) recall(p *policy.Policy, s plan.Snapshot) judged {
	m := remembered(s)
	now := a.env.Now()
	fresh := gates.Judge(p.Gates, gates.Input{Facts: s.Facts, Labels: s.Labels, Waivers: p.Waivers, Branch: branchOf(s), Now: now})
	j := judged{policy: p, phase: m.Phase, head: m.Head, gates: m.Gates}
	rec := &recalled{distrust: distrust(m, s)}
	j.recalled, j.others = rec, elsewhere(s)
	j.verdict, rec.unjudged = gates.Recall(p.Gates, fresh, m.Gates, "at "+evidence.ShortCommit(m.Head), rec.distrust, p.Waivers, now)
	switch record := gates.Record(p.Gates, j.verdict); {
	case rec.distrust != "" || len(rec.unjudged) > 0:
		rec.shown = m.Shown
	case len(m.Shared) == 0:
		j.gates = record
	case !maps.Equal(record, m.Gates): // what the commit confirms is of the last run with reports
		rec.shown = record
	}
	return j
}

func branchOf(s plan.Snapshot) string {
	if s.Facts.Pull != nil {
		return s.Facts.Pull.Base
	}
	return ""
}

// recallAll judges the issues of a run that has nothing checked out of their pull
// request, each by what is remembered of it, and says what is not believed.
func (a *app) recallAll(all standings, r *render.Result) error {
	for _, s := range all.readable() {
		phase, due, err := startAt(s.policy.Rules, s.judged.phase)
		if err != nil {
			return err
		}
		s.judged = a.recall(s.policy, s.snap)
		s.head, s.judged.phase = s.judged.head, phase
		s.judged.verdict = s.judged.verdict.DueAt(due)
		if why := s.judged.recalled.distrust; why != "" {
			r.Notes = append(r.Notes, "what the last run left is not believed, and gates on reports are inconclusive: "+why)
		}
	}
	return nil
}

// distrust says why what the status comment remembers does not count, "" if it does.
func distrust(m workflow.Memory, s plan.Snapshot) string {
	switch {
	case len(m.Gates) == 0:
		return "no run with reports is remembered"
	case s.Head == "":
		return "there is no pull request that works on the issue"
	case m.Head != s.Head:
		return fmt.Sprintf("commit %s has not been judged", evidence.ShortCommit(s.Head))
	case m.Broken() >= 0 || s.Facts.Editor != "":
		return "somebody has edited the memory in the status comment"
	case s.Status.State == "":
		return "the commit has no status of Tollgate's that would confirm the memory"
	case len(m.Shared) > 0 && m.Shared[s.Issue] != gates.RecordDigest(m.Gates),
		len(m.Shared) > 0 && !strings.HasSuffix(s.Status.Description, recordMark(m.Phase, sharedRecord(m.Shared))),
		len(m.Shared) == 0 && !strings.HasSuffix(s.Status.Description, recordMark(m.Phase, m.Gates)):
		return "the commit status does not confirm the memory in the status comment"
	}
	if !s.Confirmed {
		return "the commit status is not known to be Tollgate's own"
	}
	return ""
}

// evidence is the part of the status comment about the gates, as it stands, where the
// gates are what they were; "" where it has to be written anew.
func (r *recalled) evidence(s plan.Snapshot, d workflow.Decision) string {
	m := remembered(s)
	if s.Facts.Editor != "" { // or what somebody wrote into it would be Tollgate's own
		return ""
	}
	if len(r.unjudged) == 0 && (m.Phase != d.Phase.Name || !maps.Equal(m.AsShown(), d.Memory.AsShown())) {
		return ""
	}
	return render.EvidenceOf(s.Comment.Body, s.Pull)
}

// same reports whether a decision leaves the log and the record as they are.
func (r *recalled) same(s plan.Snapshot, d workflow.Decision) bool {
	m := remembered(s)
	return m.LogHead() == d.Memory.LogHead() && maps.Equal(m.AsShown(), d.Memory.AsShown())
}

// keep takes out of what should be what only a run with reports can word: the title of
// the status comment where nothing confirms the memory, and packages that have not
// changed.
func (r *recalled) keep(want *plan.Desired, s plan.Snapshot, d workflow.Decision) {
	m := remembered(s)
	if len(r.unjudged) > 0 && m.Phase == d.Phase.Name && s.Facts.Editor == "" {
		want.Comment = render.WithTitleOf(s.Comment.Body, want.Comment)
	}
	keepPackages(want, s, d, func(workflow.Escalation) bool { return true })
	if r.posts != nil {
		want.Posts = append(want.Posts, r.posts(s, d)...)
	}
}

// keepPackages leaves the packages of escalations as they stand of which a reader sees
// nothing that has changed, and of which only another run can word what the evidence is.
// One that somebody has edited is worded anew: what the architect reads is Tollgate's.
func keepPackages(want *plan.Desired, s plan.Snapshot, d workflow.Decision, ofOthers func(workflow.Escalation) bool) {
	for _, e := range d.Memory.Escalations {
		key := fmt.Sprint(workflow.EscalationPost, e.N)
		stands := s.Post(key).Body
		if was, ok := workflow.EscalationOf(stands); !ok || !was.Reads(e) || !ofOthers(e) || s.Facts.PostEditors[key] != "" {
			continue
		}
		for i := range want.Posts {
			if want.Posts[i].Key == key {
				want.Posts[i].Body = workflow.WithEscalationLine(stands, e.Line())
			}
		}
	}
}
