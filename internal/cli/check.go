package cli

import (
	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

func (a *app) check() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judges the reports by the policy, and touches nothing",
		Long: "Judges the reports by the policy and prints the verdict. It needs no token and no network;\n" +
			"on a pull request with a token the policy of the base branch judges.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, p, notes, err := a.begin(cmd, &s)
			if err != nil {
				return err
			}
			if s.proposal, err = a.proposed(cmd.Context(), p, s); err != nil {
				return err
			}
			head := firstOf(s.head, e.head(a.env.Getenv))
			if s.diff, err = a.change(cmd.Context(), p, s, e, head); err != nil {
				return err
			}
			j, err := a.judge(cmd.Context(), p, s, s.phase, head)
			if err != nil {
				return err
			}
			r := render.Result{
				Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Head: head, Phase: j.phase,
				Verdict: j.verdict, Notes: notes, Exit: exitOf(j.verdict.Status),
				Proposal: a.shown(cmd.Context(), s.proposal, s, j.phase, head),
			}
			if err := a.keep(cmd.Context(), s, j, &r); err != nil {
				return err
			}
			if err := a.report(r, s.format); err != nil {
				return err
			}
			return exitWith(r.Exit)
		},
	}
	s.flags(cmd)
	cmd.Flags().BoolVar(&s.save, "save", false, doc("save"))
	return cmd
}

// begin is how a command begins that judges and touches nothing: its flags, the clock,
// the event and what that tells of the change, and the policy that rules.
func (a *app) begin(cmd *cobra.Command, s *settings) (e event, p *policy.Policy, notes []string, err error) {
	if err := a.inputs(cmd); err != nil {
		return e, nil, nil, err
	}
	if err := a.setClock(s.at); err != nil {
		return e, nil, nil, err
	}
	if e, err = a.event(*s); err != nil {
		return e, nil, nil, err
	}
	s.branch = e.branch(a.env.Getenv)
	s.labels, s.labelsKnown = e.labels()
	p, notes, err = a.rulingPolicy(cmd.Context(), *s, e)
	return e, p, notes, err
}
