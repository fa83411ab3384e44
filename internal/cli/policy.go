package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

func (a *app) policy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Looks after the policy file",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.policyLint(), a.policyTest(), a.policyShow(), a.policySchema(), a.policyDefault(), a.policyVendor())
	return cmd
}

func (a *app) policyLint() *cobra.Command {
	return &cobra.Command{
		Use:   "lint [FILE]",
		Short: "Checks the policy and its waivers: every error and doubt at file:line:col",
		Long:  "Checks the policy, default .tollgate.yml, and the waivers that it names. Errors exit with 2; warnings are printed and exit with 0.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var s settings
			if len(args) == 1 {
				s.policy = args[0]
			}
			p, err := a.loadPolicy(cmd.Context(), s)
			if err != nil {
				return err
			}
			warnings := append(policy.Lint(p, a.env.Now()), policy.LintWaivers(p, a.env.Now())...)
			for _, w := range warnings {
				fmt.Fprintf(a.env.Stdout, "%s\n%s", render.Clean(w.String(), 1000), w.Excerpt())
			}
			waivers := ""
			if p.WaiverFile != "" {
				waivers = fmt.Sprintf(", waivers %d", len(p.Waivers))
			}
			fmt.Fprintf(a.env.Stdout, "%s: errors 0, warnings %d; gates %d, phases %d%s, sha256:%s\n",
				render.Clean(p.Name, 200), len(warnings), len(p.Gates.Gates), len(p.Rules.Phases), waivers, p.Digest[:12])
			return nil
		},
	}
}

func (a *app) policySchema() *cobra.Command {
	return &cobra.Command{
		Use:       "schema [cases|waivers]",
		Short:     "Prints the JSON Schema of the policy, of its cases or of its waivers, for editors",
		Args:      oneOf("cases", "waivers"),
		ValidArgs: []string{"cases", "waivers"},
		RunE: func(_ *cobra.Command, args []string) error {
			schema := policy.Schema
			if len(args) == 1 {
				schema = map[string]func() []byte{"cases": policy.CasesSchema, "waivers": policy.WaiversSchema}[args[0]]
			}
			_, err := a.env.Stdout.Write(schema())
			return err
		},
	}
}

func (a *app) policyDefault() *cobra.Command {
	return &cobra.Command{
		Use:     "default",
		Short:   "Prints the policy that is shipped, with comments, to begin with",
		Example: "  tollgate policy default > .tollgate.yml",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.env.Stdout.Write(policy.Default)
			return err
		},
	}
}
