package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// baseline are the commands that look after a store. They judge nothing.
func (a *app) baseline() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Shows which runs a store keeps, and with which of them a run is compared",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var s settings
	var keep int
	list := &cobra.Command{
		Use: "list --store URL", Short: "Lists the runs that the store keeps, the newest first", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.tend(cmd, s, a.listRuns) },
	}
	show := &cobra.Command{
		Use: "show --store URL", Short: "Shows the base that a run of the checked out commit is compared with", Args: noArguments,
		Long: "Shows the base that a run of the checked out commit, or of --head, is compared with.\nThe exit code is 3 if there is none, or it cannot be read.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.tend(cmd, s, func(ctx context.Context, store *history.Store) error { return a.showBase(ctx, s, store) })
		},
	}
	prune := &cobra.Command{
		Use: "prune --store URL --keep N", Short: "Removes all but the newest runs of each kind", Args: noArguments,
		Long: "Removes all but the newest N runs of each kind, and the parts that no run names any more. Nothing\nmay be saved in the store meanwhile: it is for a directory that one job has for itself.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if keep < 1 {
				return usage("baseline prune needs to know how many runs to keep of each kind: --keep 50")
			}
			return a.tend(cmd, s, func(ctx context.Context, store *history.Store) error {
				runs, parts, err := store.Prune(ctx, keep)
				if err != nil {
					return fmt.Errorf("removed %d runs and %d parts, and then: %w", runs, parts, err)
				}
				_, err = fmt.Fprintf(a.env.Stdout, "removed %d runs and %d parts\n", runs, parts)
				return err
			})
		},
	}
	for _, c := range []*cobra.Command{list, show, prune} {
		c.Flags().StringVar(&s.store, "store", "", doc("store"))
		c.Flags().StringVar(&s.repo, "repo", "", "owner/name; default GITHUB_REPOSITORY")
	}
	show.Flags().StringVar(&s.head, "head", "", doc("head"))
	show.Flags().StringVar(&s.base, "base", "", doc("base"))
	show.Flags().StringVarP(&s.directory, "directory", "C", "", doc("directory"))
	prune.Flags().IntVar(&keep, "keep", 0, "how many runs of each kind stay")
	cmd.AddCommand(list, show, prune)
	return cmd
}

// tend does what a command is for in the store. What cannot be read there is
// inconclusive.
func (a *app) tend(cmd *cobra.Command, s settings, do func(context.Context, *history.Store) error) error {
	if s.store == "" {
		return usage("%s needs a store: --store DIRECTORY, or a URL", cmd.CommandPath())
	}
	err := a.inStore(cmd.Context(), s, do)
	if exit := (*exitError)(nil); err == nil || errors.As(err, &exit) {
		return err
	}
	return &exitError{ExitInconclusive, err}
}

func (a *app) listRuns(ctx context.Context, store *history.Store) error {
	var all []history.Entry
	for _, k := range history.Kinds {
		entries, err := store.Entries(ctx, k, "")
		if err != nil {
			return err
		}
		all = append(all, entries...)
	}
	slices.SortStableFunc(all, func(x, y history.Entry) int { return y.Saved.Compare(x.Saved) })
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.env.Stdout, "the store keeps no run of this repository")
		return err
	}
	for _, e := range all {
		if _, err := fmt.Fprintf(a.env.Stdout, "%s  %-5s  %s\n", e.Saved.Format(time.RFC3339), e.Kind, e.Commit); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showBase(ctx context.Context, s settings, store *history.Store) error {
	n, err := a.nearest(ctx, s, s.head, store)
	switch {
	case err != nil:
		return err
	case !n.found && n.line.Unknown != "":
		return fmt.Errorf("there is no base among the %s before that are known, and %s; %s", amount(len(n.line.Commits), "commit"), n.line.Unknown, n.line.Remedy)
	case !n.found:
		return fmt.Errorf("there is no base: the store keeps no run of the %s before", amount(len(n.line.Commits), "commit"))
	}
	run, err := store.Run(ctx, n.Entry)
	if err != nil {
		return err
	}
	files, err := store.Parts(ctx, run)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.env.Stdout, "base     %s, %s\nsaved    %s\nverdict  %s\npolicy   %s\n", run.Commit, back(n.before)+n.source(),
		run.Saved.Format(time.RFC3339), render.Clean(run.Verdict, 20), render.Clean(run.Policy, 80))
	if run.URL != "" {
		fmt.Fprintf(a.env.Stdout, "run      %s\n", render.Clean(run.URL, 200))
	}
	for i, f := range files {
		fmt.Fprintf(a.env.Stdout, "part     %s; reports %d; %d bytes\n", render.Clean(f.Key.String(), 300), len(f.Reports), run.Parts[i].Bytes)
	}
	return nil
}
