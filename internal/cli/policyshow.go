package cli

import (
	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/render"
)

func (a *app) policyShow() *cobra.Command {
	var s settings
	var effective bool
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Prints the policy with the place of each value, and with its defaults",
		Long: "Prints the policy as YAML with the place of each value as a comment. With --effective what the file\n" +
			"leaves to defaults is there as well. What is printed is a policy that judges the same.",
		Example: "  tollgate policy show --effective\n  tollgate policy show --effective --format json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.loadPolicy(cmd.Context(), s)
			if err != nil {
				return err
			}
			show := render.SettingsYAML
			if s.format == asJSON {
				show = render.SettingsJSON
			}
			out := render.Settings{Policy: render.PolicyRef{Path: p.Name, Digest: p.Digest}, Whole: p.Settings(), Defaults: effective}
			if err := show(a.env.Stdout, out); err != nil {
				return &exitError{ExitInternal, err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", "where the policy is; default the current one")
	f.Var(&s.format, "format", doc("format"))
	f.BoolVar(&effective, "effective", false, "with the defaults for what the policy leaves out")
	return cmd
}
