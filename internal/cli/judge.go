package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/actions"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Input is a flag that is also an input of the action.
type Input struct{ Name, Doc string }

// Inputs are the flags of check, handoff, collect, sweep and metrics that the action offers as inputs of
// the same name; action.yml is held to this table.
var Inputs = []Input{
	{"policy", "the policy; default .tollgate.yml in the directory"},
	{"directory", "where the reports and the policy are; default the current one"},
	{"base", "commit or branch that the change goes to; default the event's, on a laptop the remote's default branch"},
	{"base-reports", "directory with the reports of the base, in the same places; this run is compared with them"},
	{"cycle-reports", "directory with the reports of the start of this correction cycle, in the same places; what persists is found by them"},
	{"store", "where runs are kept that this one is compared with: a directory, or a URL such as s3://bucket"},
	{"save", "keep this run in the store, if its verdict may be kept"},
	{"cycle", "commit with which this correction cycle began; default what the issue says"},
	{"phase", "judge as if the issue stood in this phase; default what GitHub says, else the first"},
	{"issue", "number of the issue; default the one that the pull request closes"},
	{"head", "SHA that the reports are about; default the event's"},
	{"dry-run", "print what would change on GitHub and send nothing"},
	{"package-dir", "folder for escalation packages and decision logs as files, to keep with the run"},
	{"require-delivery", "exit with 4 when the token lacks a permission for a change"},
	{"format", "text or json, and markdown for metrics"},
	{"parts", "pattern of the parts that collect wrote, from the directory; they are judged in place of reports"},
	{"shard", "what collect reads is the i-th of n shards: 2/5"},
	{"leg", "what collect reads is of this configuration of a matrix"},
	{"output", "file that collect writes the part to"},
	{"repos", "file with the repositories that sweep and metrics go through, owner/name, one on a line"},
	{"state", "file in which sweep remembers what it has seen, and from which metrics takes it; keep it from run to run"},
	{"budget", "most changes that sweep makes in one run; default as many as GitHub takes in an hour, 500"},
	{"since", "how far metrics looks back: 28d, 4w; default 28d"},
	{"by", "week: metrics tells each week by itself"},
}

// settings are the flags that check and handoff share.
type settings struct {
	policy, directory, phase, head  string
	baseReports, cycleReports, base string
	parts                           []string
	store, cycle, repo              string
	save                            bool
	cycleBegan                      time.Time // by the issue; no flag
	format                          formatFlag
	branch                          string   // that the change is for, by the event; no flag
	labels                          []string // of the issue and the pull request, by GitHub; no flag
	labelsKnown                     bool     // somebody looked
	facts                           evidence.Facts
	event, eventName, at            string
	diff                            evidence.Diff
	alone                           bool      // a case of a policy: no repository is looked at
	proposal                        *proposal // what the change makes of the policy; nil for nothing
}

func (s *settings) flags(cmd *cobra.Command) {
	s.where(cmd)
	f := cmd.Flags()
	f.StringVar(&s.base, "base", "", doc("base"))
	f.StringVar(&s.baseReports, "base-reports", "", doc("base-reports"))
	f.StringVar(&s.cycleReports, "cycle-reports", "", doc("cycle-reports"))
	s.kept(cmd)
	f.StringVar(&s.phase, "phase", "", doc("phase"))
	f.StringArrayVar(&s.parts, "parts", nil, doc("parts"))
	f.Var(&s.format, "format", doc("format"))
	s.past(cmd)
}

// past are the flags that let a run see another event and another hour than its own.
func (s *settings) past(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.event, "event", "", "payload (JSON) of the event that the run is about; default the runner's")
	f.StringVar(&s.eventName, "event-name", "", "what event --event is; default what the payload tells")
	f.StringVar(&s.at, "at", "", "judge as if it were this time: 2026-03-02T09:00:00Z")
}

// where are the flags that collect has as well: what is read, and what it is of.
func (s *settings) where(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", doc("directory"))
	f.StringVar(&s.head, "head", "", doc("head"))
}

func doc(name string) string {
	for _, in := range Inputs {
		if in.Name == name {
			return in.Doc
		}
	}
	panic("cli: no input " + name)
}

// inputs takes from the action's inputs what the command line does not set.
func (a *app) inputs(cmd *cobra.Command) error {
	if a.runner == nil {
		return nil
	}
	for _, in := range Inputs {
		flag := cmd.Flags().Lookup(in.Name)
		if flag == nil || flag.Changed {
			continue
		}
		if v := a.runner.Input(in.Name); v != "" {
			if err := cmd.Flags().Set(in.Name, v); err != nil {
				return usage("input %s: %w", in.Name, err)
			}
		}
	}
	return nil
}

// judged is the verdict with what it was made of.
type judged struct {
	policy  *policy.Policy
	phase   string
	head    string
	verdict gates.Verdict

	diff     evidence.Diff
	findings []workflow.Finding // open ones, as far as the matrix asks for any

	in       gates.Input // what the verdict was made of
	proposal *proposal
	refs     references // what it was compared with

	gates    map[string]string  // what is to be remembered of the verdict
	others   []gates.GateResult // other pull requests that must hold for the issue to go on
	recalled *recalled          // how the verdict was remembered; nil where reports were judged
}

// whole is the verdict with that of the other pull requests, where no report of one of them
// was judged: a run with reports answers for its own, and the issue waits for all.
func (j judged) whole() gates.Verdict {
	if len(j.others) == 0 || j.recalled == nil {
		return j.verdict
	}
	v := j.verdict
	v.Gates = slices.Concat(v.Gates, j.others)
	due := map[string]bool{}
	for _, g := range v.Gates {
		due[g.Name] = g.Due
	}
	return v.DueAt(func(name string) bool { return due[name] })
}

// witness is what a run has to judge by, beside what GitHub holds of an issue: it is
// read once, for however many issues.
type witness struct {
	found map[string]evidence.Set
	refs  references
	tree  evidence.Tree
}

// again judges the same evidence against other references.
func (j judged) again(base, cycle map[string]evidence.Set) gates.Verdict {
	in := j.in
	in.Base, in.Cycle = base, cycle
	v := gates.Judge(j.policy.Gates, in)
	if j.proposal != nil {
		v = v.WithPolicyChange(j.proposal.looser(), j.policy.Owners, in)
	}
	return v
}

// judge gathers the evidence and judges it, at the phase given.
func (a *app) judge(ctx context.Context, p *policy.Policy, s settings, phase, head string) (judged, error) {
	if _, _, err := startAt(p.Rules, phase); err != nil { // before anything is read
		return judged{}, err
	}
	w, err := a.witness(ctx, p, s, head)
	if err != nil {
		return judged{}, err
	}
	return a.judgeBy(ctx, w, p, s, phase, head)
}

// witness gathers the evidence.
func (a *app) witness(ctx context.Context, p *policy.Policy, s settings, head string) (w witness, err error) {
	dir := firstOf(s.directory, ".")
	if s.parts != nil {
		w.found, err = a.gatherParts(ctx, dir, p.Sources, s.parts, head)
	} else {
		w.found, err = a.gather(ctx, dir, p.Sources, evidence.PartKey{Commit: head, Job: a.env.Getenv("GITHUB_JOB")})
	}
	if err != nil {
		return w, err
	}
	if w.refs, err = a.compared(ctx, s, dir, head, p.Sources, w.found); err != nil {
		return w, err
	}
	if w.tree, err = a.tree(ctx, s, p, head); err != nil {
		return w, err
	}
	if s.alone {
		return w, nil
	}
	return w, a.rootsAre(dir, p.Sources, w.tree, s.parts != nil)
}

// judgeBy judges the evidence, at the phase given.
func (a *app) judgeBy(ctx context.Context, w witness, p *policy.Policy, s settings, phase, head string) (judged, error) {
	phase, due, err := startAt(p.Rules, phase)
	if err != nil {
		return judged{}, err
	}
	refs, err := a.comparedCycle(ctx, w.refs, s, p.Sources)
	if err != nil {
		return judged{}, err
	}
	in := gates.Input{
		Tree:     w.tree,
		Evidence: w.found, Base: refs.base, Cycle: refs.cycle, Diff: s.diff, Now: a.env.Now(), Due: due, Waivers: p.Waivers, Branch: s.branch,
		Facts: s.facts, Labels: s.labels, LabelsKnown: s.labelsKnown,
	}
	j := judged{
		policy: p, phase: phase, head: head, diff: s.diff, in: in, proposal: s.proposal, refs: refs,
		findings: openFindings(p, w.found, w.tree, p.Gates.WaivedFindings(in)),
	}
	j.verdict = j.again(in.Base, in.Cycle)
	j.gates = gates.Record(p.Gates, j.verdict)
	return j, nil
}

// startAt is the phase at which is judged, the first where none is named, and which
// gates count there.
func startAt(r workflow.Rules, phase string) (string, func(string) bool, error) {
	if phase == "" && len(r.Phases) > 0 {
		phase = r.Phases[0].Name
	}
	due, err := dueAt(r, phase)
	return phase, due, err
}

// dueAt says which gates count at a phase that a person may have named.
func dueAt(r workflow.Rules, phase string) (func(string) bool, error) {
	var names []string
	for _, p := range r.Phases {
		if p.Name == phase {
			return r.DueAt(phase), nil
		}
		names = append(names, p.Name)
	}
	if phase == "" {
		return r.DueAt(""), nil
	}
	if len(names) == 0 {
		return nil, usage("the policy has no phases, and so none that is called %q; leave --phase out", phase)
	}
	return nil, usage("the policy has no phase %q; it has %s", phase, strings.Join(names, ", "))
}

// report prints a result where it belongs: standard output, and in a workflow
// run also summary, annotations and outputs.
func (a *app) report(r render.Result, format formatFlag) error {
	var err error
	switch format {
	case asJSON:
		err = render.JSON(a.env.Stdout, r)
	default:
		err = render.Text(a.env.Stdout, r, a.style())
	}
	if err != nil {
		return &exitError{ExitInternal, fmt.Errorf("printing the result: %w", err)}
	}
	if a.runner == nil {
		return nil
	}
	// What fails here is said and changes neither verdict nor exit code.
	if format != asJSON { // commands would stand between the lines of the JSON
		all := []gates.Verdict{r.Verdict}
		for _, i := range r.Issues {
			all = append(all, i.Verdict)
		}
		a.annotate(all)
		a.annotateWaivers(r.Verdict)
	}
	if err := a.runner.Summary(render.Summary(r)); err != nil {
		a.note("the job summary was not written: %v", err)
	}
	for _, o := range outputs(r) {
		if err := a.runner.Output(o.name, o.value); err != nil {
			a.note("output %s was not set: %v", o.name, err)
		}
	}
	return nil
}

type output struct{ name, value string }

// Outputs are the outputs of the action, in the order in which they are set.
var Outputs = []Input{
	{"verdict", "pass, warn, waived, not applicable, inconclusive or fail"},
	{"exit-code", "0 to 5, as documented"},
	{"phase", "where the issue stands after the run"},
	{"outcome", "entered, handed off, sent back, held, escalated or done"},
	{"changes", "number of changes that were planned"},
}

func outputs(r render.Result) []output {
	phase, outcome, changes := r.Phase, "", ""
	if r.Decision != nil {
		phase, outcome = r.Decision.Phase.Name, string(r.Decision.Outcome)
	}
	if r.Plan != nil {
		changes = fmt.Sprint(len(r.Plan.Changes))
	}
	values := map[string]string{
		"verdict": r.Verdict.Status.String(), "exit-code": fmt.Sprint(r.Exit),
		"phase": phase, "outcome": outcome, "changes": changes,
	}
	var out []output
	for _, o := range Outputs {
		out = append(out, output{o.Name, values[o.Name]})
	}
	return out
}

// annotate marks what failed at its place in the source, once.
func (a *app) annotate(verdicts []gates.Verdict) {
	type note struct {
		level   actions.Level
		at      evidence.Pos
		title   string
		message string
	}
	said := map[note]bool{}
	say := func(n note) {
		if !said[n] {
			a.annotation(n.level, n.at, n.title, n.message)
		}
		said[n] = true
	}
	for _, v := range verdicts {
		for _, g := range v.Gates {
			for _, c := range g.Checks {
				level := actions.Error
				switch {
				case !g.Due:
					continue
				case c.Status == gates.Warned:
					level = actions.Warning
				case c.Status.Green():
					continue
				}
				title := "Tollgate: " + g.Name
				if len(c.Refs) == 0 {
					say(note{level, evidence.Pos{}, title, c.Why + " " + c.Remedy})
				}
				for _, ref := range c.Refs {
					say(note{level, ref.Pos, title, ref.Text + " — " + c.Why})
				}
			}
		}
	}
}

func (a *app) annotation(l actions.Level, at evidence.Pos, title, message string) {
	if _, err := a.runner.Annotate(l, at, title, message); err != nil {
		a.note("an annotation was not made: %v", err)
	}
}
