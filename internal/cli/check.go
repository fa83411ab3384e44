package cli

import (
	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/render"
)

func (a *app) check() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judges the reports by the policy, and touches nothing",
		Long: "Judges the reports by the policy and prints the verdict. It needs no token and no network;\n" +
			"on a pull request with a token the policy of the base branch judges.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			if err := a.setClock(s.at); err != nil {
				return err
			}
			e, err := a.event(s)
			if err != nil {
				return err
			}
			s.branch = e.branch(a.env.Getenv)
			s.labels, s.labelsKnown = e.labels()
			p, notes, err := a.rulingPolicy(cmd.Context(), s, e)
			if err != nil {
				return err
			}
			if s.proposal, err = a.proposed(cmd.Context(), p, s); err != nil {
				return err
			}
			head := s.head
			if head == "" {
				head = e.head(a.env.Getenv)
			}
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
