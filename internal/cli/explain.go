package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

func (a *app) explain() *cobra.Command {
	var s settings
	var snapshot string
	cmd := &cobra.Command{
		Use:   "explain [CHECK]",
		Short: "Explains a condition of the policy: what it counts, where it is written, what it says now",
		Long: "Explains a condition of the policy and judges it on the reports that check would read: what is\n" +
			"counted and how, where the definition comes from, where the policy says it, the numbers behind\n" +
			"the verdict, and what would make it pass. CHECK is a number, gate/metric, a condition, or a gate or a\n" +
			"metric for all of its conditions; without it the checks are listed. The exit code is 0 whatever they say.\n" +
			"Task lists, reviews and other checks are those of a state of GitHub that `tollgate snapshot` saved.",
		Example: "  tollgate explain\n  tollgate explain unit/failed\n  tollgate explain 'coverage/statements >= 80%' -C reports\n" +
			"  tollgate explain sign-off --snapshot github.json",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, p, notes, err := a.begin(cmd, &s)
			if err != nil {
				return err
			}
			out := render.Explanations{Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Notes: notes}
			if len(args) == 0 {
				for _, c := range p.Checks() {
					out.Checks = append(out.Checks, explained(p, c))
				}
				return a.printExplanations(out, s.format, render.ExplainListText)
			}
			found, err := p.ChecksNamed(args[0])
			if err != nil {
				return usage("%w; `tollgate explain` lists the checks", err)
			}
			st, notes, err := a.stands(snapshot, s, e, p)
			if err != nil {
				return err
			}
			out.Notes = append(out.Notes, notes...)
			if st.diff, err = a.change(cmd.Context(), p, st.settings, e, st.head); err != nil {
				return err
			}
			j, err := a.judge(cmd.Context(), askedAbout(st.policy, found), st.settings, st.judged.phase, st.head)
			if err != nil {
				return err
			}
			for _, c := range found {
				x := explained(p, c)
				x.Due, x.Phase = j.verdict.Gates[c.Gate].Due, j.phase
				x.Now, x.Profile = p.Answer(j.verdict, c)
				out.Checks = append(out.Checks, x)
			}
			return a.printExplanations(out, s.format, render.ExplainText)
		},
	}
	s.flags(cmd)
	cmd.Flags().StringVar(&snapshot, "snapshot", "", "judge by a saved state of GitHub (JSON) what is asked of it")
	return cmd
}

// stands is what is judged by: with a saved state of GitHub as handoff would judge by
// it, without one what check knows.
func (a *app) stands(snapshot string, s settings, e event, p *policy.Policy) (*standing, []string, error) {
	st := &standing{policy: p}
	h := handoff{settings: s, into: e.into()}
	h.head = firstOf(s.head, e.head(a.env.Getenv))
	if snapshot == "" {
		st.handoff, st.judged.phase = h, s.phase
		return st, nil, nil
	}
	var err error
	if st.snap, err = savedSnapshot(snapshot); err != nil {
		return nil, nil, err
	}
	h.offline, h.head = true, firstOf(h.head, st.snap.Head)
	var r render.Result
	a.observe(st, h, p, true, &r)
	return st, r.Notes, nil
}

// explained gathers what the policy and the table of metrics say of a check.
func explained(p *policy.Policy, c policy.Check) render.Explanation {
	g, condition := p.Judged(c)
	m, _ := gates.MetricNamed(condition.Metric)
	x := render.Explanation{Number: c.Number, Name: c.Name, Gate: g, Condition: condition, Metric: m, Phases: phasesAt(p.Rules, g.Name)}
	for _, s := range p.Gates.Sources {
		if slices.Contains(g.From, s.Name) && s.Kinds&m.Kind != 0 {
			x.Sources = append(x.Sources, s)
		}
	}
	return x
}

// phasesAt gives the phases in which a gate is due; nil if there are none, or it is
// due in all of them.
func phasesAt(r workflow.Rules, gate string) (names []string) {
	for _, ph := range r.Phases {
		if r.DueAt(ph.Name)(gate) {
			names = append(names, ph.Name)
		}
	}
	if len(names) == len(r.Phases) {
		return nil
	}
	return names
}

// askedAbout gives the policy with no source to be read but those of the gates that
// the checks are in: what nobody asked about is not read.
func askedAbout(p *policy.Policy, checks []policy.Check) *policy.Policy {
	out := *p
	out.Sources = slices.DeleteFunc(slices.Clone(p.Sources), func(s policy.Source) bool {
		return !slices.ContainsFunc(checks, func(c policy.Check) bool {
			g, _ := p.Judged(c)
			return slices.Contains(g.From, s.Name)
		})
	})
	return &out
}

func (a *app) printExplanations(out render.Explanations, format formatFlag, text func(render.Explanations, render.Style) []byte) error {
	if format == asJSON {
		if err := render.ExplainJSON(a.env.Stdout, out); err != nil {
			return &exitError{ExitInternal, err}
		}
		return nil
	}
	if _, err := a.env.Stdout.Write(text(out, a.style())); err != nil {
		return &exitError{ExitInternal, err}
	}
	return nil
}
