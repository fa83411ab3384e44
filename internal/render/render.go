package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Result is everything that one run found and decided. Decision, Plan and
// Receipt are nil where the run did not go that far.
type Result struct {
	Policy   PolicyRef
	Repo     string // owner/name, "" if not known
	Issue    int    // 0 if there is none
	Head     string // SHA that was judged, "" if not known
	Phase    string // where the issue stood when the run began, "" without phases
	Verdict  gates.Verdict
	Decision *workflow.Decision
	Plan     *plan.Plan
	Receipt  *plan.Receipt
	DryRun   bool
	Proposal *Proposal
	// Issues are those of a pull request that is for several. Issue, Phase, Verdict and
	// Decision above are then of the one with the worst verdict, and Plan and Receipt of
	// all. One without a number is what belongs to the commit.
	Issues []Issue
	Notes  []string // what a person should know about this run: whose policy, what could not be read
	Exit   int
}

// Issue is what a run found and decided on one issue of several.
type Issue struct {
	Number   int
	Unread   string // why it could not be read, "" if it was
	Phase    string
	Verdict  gates.Verdict
	Decision *workflow.Decision
	Plan     *plan.Plan
	Receipt  *plan.Receipt
}

// PolicyRef says which policy judged.
type PolicyRef struct {
	Path   string
	Digest string // sha256, hex
}

func (p PolicyRef) String() string {
	if len(p.Digest) < 12 {
		return p.Path
	}
	return p.Path + " (sha256:" + p.Digest[:12] + ")"
}

// word is the verdict in one word, for people in a hurry.
func word(s gates.Status) string {
	switch s {
	case gates.Undecided, gates.Inconclusive:
		return "INCONCLUSIVE"
	case gates.NotApplicable:
		return "NOT APPLICABLE"
	case gates.Pass:
		return "PASS"
	case gates.Waived:
		return "PASS, WAIVED"
	case gates.Warned:
		return "PASS, WITH WARNINGS"
	case gates.Fail:
		return "FAIL"
	default:
		panic("render: undefined status")
	}
}

// tally counts the gates by what they found: "2 gates fail, 1 warns, 3 pass".
func tally(v gates.Verdict) string {
	n := map[gates.Status]int{}
	notDue := 0
	for _, g := range v.Gates {
		if g.Due {
			n[g.Status]++
		} else {
			notDue++
		}
	}
	var parts []string
	add := func(count int, one, many string) {
		verb := many
		if count == 1 {
			verb = one
		}
		switch {
		case count == 0:
		case len(parts) == 0 && count == 1:
			parts = append(parts, "1 gate "+verb)
		case len(parts) == 0:
			parts = append(parts, fmt.Sprintf("%d gates %s", count, verb))
		default:
			parts = append(parts, fmt.Sprintf("%d %s", count, verb))
		}
	}
	add(n[gates.Fail], "fails", "fail")
	add(n[gates.Inconclusive]+n[gates.Undecided], "is inconclusive", "are inconclusive")
	add(n[gates.Pass], "passes", "pass")
	add(n[gates.Waived], "is waived", "are waived")
	add(n[gates.Warned], "warns", "warn")
	add(n[gates.NotApplicable], "has no effect", "have no effect")
	add(notDue, "is not due yet", "are not due yet")
	if len(parts) == 0 {
		return "no gate"
	}
	return strings.Join(parts, ", ")
}

// value is what a check measured, with the fraction that was compared.
func value(c gates.Check) string {
	if !c.Actual.Measured() {
		return "–"
	}
	s := c.Actual.Against(c.Want())
	if c.Actual.Kind == evidence.Share {
		s += " (" + c.Actual.Ratio().Fraction() + ")"
	}
	return s
}

// need is the condition without its metric: "> 90%".
func need(c gates.Check) string {
	return c.Condition.Op.String() + " " + c.Want().String()
}

// standing is what a person reads as the state of a check.
func standing(g gates.GateResult, c gates.Check) string {
	s := outcomeWord(c)
	if c.Condition.Mode == gates.Shadow {
		s = "shadow: " + s
	} else if c.Coming {
		s = "from " + c.Condition.From.Format(time.DateOnly) + ": " + s
	}
	if !g.Due {
		s = "not due: " + s
	}
	return s
}

func outcomeWord(c gates.Check) string {
	switch {
	case c.Condition.Mode == gates.Require && !c.Coming, c.Status == gates.Inconclusive, c.Status == gates.Waived:
		return c.Status.String()
	case c.Outcome == gates.NotApplicable:
		return c.Outcome.String()
	case c.Holds:
		return "pass"
	case c.Outcome == gates.Waived:
		return "waived"
	case c.Condition.Mode == gates.Warn && !c.Coming:
		return "warn"
	default:
		return "would not pass"
	}
}

// item is a check that a person must act on.
type item struct {
	Gate string
	gates.Check
}

// Do is what to do: the remedy, or the reason where there is none.
func (i item) Do() string {
	if i.Remedy != "" {
		return i.Remedy
	}
	return i.Why
}

// todo are the checks that a person must act on, gravest first, and apart those
// that only warn. Checks of one gate with one remedy are one item.
func todo(v gates.Verdict) (must, should []item) {
	collect := func(want gates.Status) (out []item) {
		for _, g := range v.Gates {
			for _, c := range g.Checks {
				i := item{g.Name, c}
				same := func(o item) bool { return o.Gate == i.Gate && o.Do() == i.Do() }
				if g.Due && c.Status == want && !slices.ContainsFunc(out, same) {
					out = append(out, i)
				}
			}
		}
		return out
	}
	return append(collect(gates.Fail), collect(gates.Inconclusive)...), collect(gates.Warned)
}

// task is an item of a list of what to do, with what to look at.
type task struct {
	item
	Number int
	Refs   []gates.Ref // those that no earlier task lists, up to the limit
	More   int         // how many are not shown
	Above  int         // the number of an earlier task that lists all of them, 0 if none
}

// tasks numbers the items and lists what each points at, at most limit things and
// none twice.
func tasks(items []item, first, limit int, seen map[gates.Ref]int) []task {
	var out []task
	for i, it := range items {
		t := task{item: it, Number: first + i, More: len(it.Refs) + it.MoreRefs}
		for _, ref := range it.Refs {
			if at, ok := seen[ref]; ok {
				t.Above = at
				continue
			}
			if len(t.Refs) < limit {
				seen[ref] = t.Number
				t.Refs = append(t.Refs, ref)
			}
		}
		t.More -= len(t.Refs)
		if len(t.Refs) > 0 {
			t.Above = 0
		}
		out = append(out, t)
	}
	return out
}

// outcome is one sentence on what the run means for the issue.
func outcome(d workflow.Decision) string {
	switch d.Outcome {
	case workflow.Entered:
		return "enters the workflow in " + d.Phase.Name
	case workflow.HandedOff:
		if d.From.Name == "" {
			return "handed off to " + d.Phase.Name + ownerClause(d.Phase)
		}
		return "handed off: " + d.From.Name + " → " + d.Phase.Name + ownerClause(d.Phase)
	case workflow.SentBack:
		return "sent back: " + d.From.Name + " → " + d.Phase.Name + ownerClause(d.Phase)
	case workflow.Held:
		if d.Phase.Name == "" {
			return "nothing, for the policy has no phases"
		}
		return "stays in " + d.Phase.Name + ownerClause(d.Phase)
	case workflow.Escalated:
		s := "escalated"
		if len(d.Escalated) > 0 && d.Escalated[0].To != "" {
			s += " to " + d.Escalated[0].To
		}
		if d.Phase.Name != "" {
			s += ", in " + d.Phase.Name
		}
		return s
	case workflow.Done:
		if d.Phase.Name == "" {
			return "nothing, for the policy has no phases; every gate holds"
		}
		return "done: " + d.Phase.Name
	default:
		return string(d.Outcome)
	}
}

func ownerClause(p workflow.Phase) string {
	if p.Owner == "" {
		return ""
	}
	return ", owner " + p.Owner
}

// describe is one change as people read it: a sign and a sentence.
func describe(c plan.Change) (sign, text string) {
	kind, name, _ := strings.Cut(c.Key, ":")
	sign = map[plan.Op]string{plan.Add: "+", plan.Create: "+", plan.Remove: "−", plan.Update: "~"}[c.Op]
	switch kind {
	case "label":
		text = fmt.Sprintf("label “%s”", name)
	case "assignee":
		text = "assignee @" + name
	case "comment":
		text = fmt.Sprintf("status comment (%d bytes)", len(c.New))
		if c.Op == plan.Update {
			text = fmt.Sprintf("status comment (%d → %d bytes)", len(c.Old), len(c.New))
		}
	case "status":
		text = "commit status tollgate"
		if st, err := plan.ParseStatus(c.New); err == nil {
			text += fmt.Sprintf(": %s, “%s”", st.State, st.Description)
		}
	case "post":
		text = describePost(name)
		if c.Op == plan.Update {
			text += fmt.Sprintf(" (%d → %d bytes)", len(c.Old), len(c.New))
		}
	case "minimised":
		text = "fold away the " + describePost(name)
	case "reviewer":
		text = "ask @" + name + " for a review"
	case "reaction":
		text = "reaction " + c.New + " to comment " + strings.TrimSuffix(name, ":"+c.New)
	case "project":
		if p, ok := plan.ParseProject(c.Key); ok {
			text = fmt.Sprintf("%s of project %s/%d: “%s”", p.Field, p.Owner, p.Number, c.New)
		}
	case "proposal":
		text = "pull request from " + name
		if p, err := plan.ParseProposal(c.New); err == nil {
			text += ": " + p.Title
		}
	case "check":
		text = "check run tollgate"
		if check, err := plan.ParseCheck(c.New); err == nil {
			text += fmt.Sprintf(": %s, “%s”", check.Conclusion, check.Title)
		}
	default:
		text = c.Key
	}
	return sign, text
}

// describePost names a further comment by its key.
func describePost(key string) string {
	kind, rest, _ := strings.Cut(key, "/")
	switch kind + "/" {
	case workflow.NoticePost:
		return "comment: handoff"
	case workflow.AskPost:
		return "comment: question about a label that was moved"
	case workflow.EscalationPost:
		return "comment: escalation " + rest
	case workflow.OverduePost:
		clock, _, _ := strings.Cut(rest, "/")
		return "comment: overdue, " + clock
	case workflow.ListPost:
		return "comment: task list " + rest
	case workflow.DailyPost:
		return "comment: daily progress of " + rest
	case workflow.WeeklyPost:
		return "comment: weekly summary of " + rest
	case workflow.LogPost + "/":
		return "comment: decision log"
	default:
		return "comment: " + key
	}
}
