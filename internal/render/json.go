package render

import (
	"io"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// jsonResult is the document of `--format json`; its shape is described in
// docs/verdict.md and only grows.
type jsonResult struct {
	Schema   string        `json:"schema"`
	Verdict  gates.Status  `json:"verdict"`
	Exit     int           `json:"exit_code"`
	Repo     string        `json:"repo,omitempty"`
	Issue    int           `json:"issue,omitempty"`
	Head     string        `json:"head,omitempty"`
	Phase    string        `json:"phase,omitempty"`
	Policy   jsonPolicy    `json:"policy"`
	Gates    []jsonGate    `json:"gates"`
	Waivers  []jsonWaiver  `json:"waivers,omitempty"`
	Profiles []jsonProfile `json:"profiles,omitempty"`
	Proposal *jsonProposal `json:"policy_changes,omitempty"`
	Decision *jsonDecision `json:"decision,omitempty"`
	Plan     *plan.Plan    `json:"plan,omitempty"`
	DryRun   bool          `json:"dry_run"`
	Receipt  *plan.Receipt `json:"receipt,omitempty"`
	// Issues are those of a pull request that is for several.
	Issues []jsonIssue `json:"issues,omitempty"`
	Notes  []string    `json:"notes,omitempty"`
}

// jsonIssue is one of several; the one without a number is the commit.
type jsonIssue struct {
	Issue    int           `json:"issue,omitempty"`
	Unread   string        `json:"unread,omitempty"`
	Phase    string        `json:"phase,omitempty"`
	Verdict  *gates.Status `json:"verdict,omitempty"`
	Gates    []jsonGate    `json:"gates,omitempty"`
	Decision *jsonDecision `json:"decision,omitempty"`
	Plan     *plan.Plan    `json:"plan,omitempty"`
	Receipt  *plan.Receipt `json:"receipt,omitempty"`
}

type jsonPolicy struct {
	Path   string `json:"path"`
	Digest string `json:"sha256,omitempty"`
}

type jsonGate struct {
	Name   string       `json:"name"`
	Due    bool         `json:"due"`
	Status gates.Status `json:"status"`
	Checks []jsonCheck  `json:"checks"`
}

type jsonCheck struct {
	Condition string          `json:"condition"`
	Mode      string          `json:"mode"`
	At        evidence.Pos    `json:"at"`
	Status    gates.Status    `json:"status"`
	Holds     bool            `json:"holds"`
	Value     string          `json:"value"`
	Fraction  *evidence.Ratio `json:"fraction,omitempty"`
	Need      string          `json:"need"`
	From      string          `json:"counts_from,omitempty"`
	Why       string          `json:"why"`
	Remedy    string          `json:"remedy,omitempty"`
	Evidence  []string        `json:"evidence"`
	Refs      []jsonRef       `json:"refs"`
	MoreRefs  int             `json:"more_refs,omitempty"`
	Waivers   []jsonWaiving   `json:"waivers,omitempty"`
	Grid      *jsonGrid       `json:"grid,omitempty"`
}

type jsonRef struct {
	At   evidence.Pos `json:"at"`
	Text string       `json:"text"`
}

type jsonDecision struct {
	Outcome   workflow.Outcome `json:"outcome"`
	From      string           `json:"from,omitempty"`
	Phase     string           `json:"phase,omitempty"`
	Owner     string           `json:"owner,omitempty"`
	Why       string           `json:"why,omitempty"`
	Escalated []jsonEscalation `json:"escalated,omitempty"`
	// Corrections are what gates and reviewers ask for, gravest first.
	Corrections []jsonCorrection `json:"corrections,omitempty"`
	Blocked     string           `json:"blocked,omitempty"`
	ReReview    []string         `json:"re_review,omitempty"`
}

type jsonEscalation struct {
	Number   int      `json:"number"`
	Category string   `json:"category"`
	To       string   `json:"to,omitempty"`
	Sources  []string `json:"sources"` // "gate:security", "thread:PRRT_1"
	Why      string   `json:"why"`
}

type jsonCorrection struct {
	ID       string       `json:"id"`
	Category string       `json:"category"`
	Severity string       `json:"severity"`
	Blocking bool         `json:"blocking"`
	Done     bool         `json:"done"`
	Text     string       `json:"text"`
	At       evidence.Pos `json:"at,omitzero"`
	By       string       `json:"by,omitempty"`
	Claimed  string       `json:"claimed,omitempty"` // by the author of the change alone
	Unheard  string       `json:"unheard,omitempty"` // why it does not count
}

// JSON prints a run for machines. Hostile text in it is escaped by JSON itself.
func JSON(w io.Writer, r Result) error {
	out := jsonResult{
		Schema: "tollgate/verdict/v1", Verdict: r.Verdict.Status, Exit: r.Exit, Repo: r.Repo, Issue: r.Issue, Head: r.Head,
		Phase: r.Phase, Policy: jsonPolicy{r.Policy.Path, r.Policy.Digest},
		Plan: r.Plan, DryRun: r.DryRun, Receipt: r.Receipt, Notes: r.Notes,
	}
	out.Gates = gatesJSON(r.Verdict)
	out.Waivers, out.Profiles = waiversOf(r.Verdict), profilesOf(r.Verdict)
	out.Proposal = proposalOf(r)
	out.Decision = decisionJSON(r.Decision)
	for _, i := range r.Issues {
		one := jsonIssue{Issue: i.Number, Unread: i.Unread, Phase: i.Phase, Decision: decisionJSON(i.Decision), Plan: i.Plan, Receipt: i.Receipt}
		if i.Decision != nil {
			one.Verdict, one.Gates = &i.Verdict.Status, gatesJSON(i.Verdict)
		}
		out.Issues = append(out.Issues, one)
	}
	return writeJSON(w, out)
}

func gatesJSON(v gates.Verdict) []jsonGate {
	out := []jsonGate{}
	for _, g := range v.Gates {
		jg := jsonGate{g.Name, g.Due, g.Status, []jsonCheck{}}
		for _, c := range g.Checks {
			jg.Checks = append(jg.Checks, checkJSON(c))
		}
		out = append(out, jg)
	}
	return out
}

func decisionJSON(d *workflow.Decision) *jsonDecision {
	if d == nil {
		return nil
	}
	out := &jsonDecision{Outcome: d.Outcome, From: d.From.Name, Phase: d.Phase.Name, Owner: d.Phase.Owner, Why: d.Why, ReReview: d.ReReview}
	for _, e := range d.Escalated {
		out.Escalated = append(out.Escalated, jsonEscalation{e.N, e.Category, e.To, e.Sources, e.Why})
	}
	for _, c := range d.Corrections {
		out.Corrections = append(out.Corrections, jsonCorrection{c.ID, c.Category, c.Severity.String(), c.Blocking, c.Done, c.Text, c.Pos, c.By, c.Claimed, c.Unheard})
	}
	if d.Blocked != nil {
		out.Blocked = d.Blocked.Why
	}
	return out
}

// checkJSON is one check, in a verdict or explained.
func checkJSON(c gates.Check) jsonCheck {
	jc := jsonCheck{
		Condition: c.Condition.String(), Mode: c.Condition.Mode.String(), At: c.Condition.At, Status: c.Status, Holds: c.Holds,
		Value: c.Actual.Against(c.Want()), Need: need(c), Why: c.Why, Remedy: c.Remedy,
		Evidence: c.Evidence, Refs: []jsonRef{}, MoreRefs: c.MoreRefs, Waivers: waivingsOf(c), Grid: gridJSON(c),
	}
	if c.Coming {
		jc.From = c.Condition.From.Format(time.DateOnly)
	}
	if c.Actual.Kind == evidence.Share && c.Actual.Measured() {
		ratio := c.Actual.Ratio()
		jc.Fraction = &ratio
	}
	if jc.Evidence == nil {
		jc.Evidence = []string{}
	}
	for _, ref := range c.Refs {
		jc.Refs = append(jc.Refs, jsonRef{ref.Pos, ref.Text})
	}
	return jc
}
