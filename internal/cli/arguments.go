package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// noArguments refuses what stands behind a command that takes none, and says what was
// meant: another command, or a report, which the policy names and nobody lists.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	path := cmd.CommandPath()
	if !cmd.HasAvailableSubCommands() {
		return usage("`%s` takes no argument, and %q is one; reports are named by the policy, and looked at by `tollgate inspect`; `%s --help` lists the flags",
			path, args[0], path)
	}
	cmd.SuggestionsMinimumDistance = 2
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		return usage("there is no command %q; did you mean `%s %s`?", args[0], path, like[0])
	}
	return usage("there is no command %q; `%s --help` lists the commands", args[0], path)
}

// oneOf takes at most one argument, of some words.
func oneOf(words ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 || len(args) == 1 && slices.Contains(words, args[0]) {
			return nil
		}
		return usage("`%s` takes one of %s, or nothing, and not %q", cmd.CommandPath(), strings.Join(words, " and "), strings.Join(args, " "))
	}
}
