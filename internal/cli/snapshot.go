package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

func (a *app) snapshot() *cobra.Command {
	var (
		h      handoff
		output string
	)
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Saves what GitHub holds of the issues of a run, to plan against later without a network",
		Long: `Reads what handoff reads: the issue, its comments and timeline, the pull requests
with their reviews, threads and checks, and the members of the teams that the policy
names. Of a pull request that is for several issues it reads all of them. It is saved
as JSON, in a stable order and without the token. Then

  tollgate handoff --dry-run --snapshot FILE

decides as handoff would have decided at that moment.

What people wrote on a private repository is in the file as they wrote it.`,
		Example: "  GITHUB_TOKEN=… tollgate snapshot --repo acme/orders --issue 12 -o github.json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.inputs(cmd); err != nil {
				return err
			}
			return a.runSnapshot(cmd.Context(), h, output)
		},
	}
	h.where(cmd)
	f := cmd.Flags()
	f.StringVar(&h.repo, "repo", "", "owner/name; default GITHUB_REPOSITORY")
	f.IntVar(&h.issue, "issue", 0, doc("issue"))
	f.StringVar(&h.event, "event", "", "payload (JSON) of the event that the run is about; default the runner's")
	f.StringVar(&h.eventName, "event-name", "", "what event --event is; default what the payload tells")
	f.StringVarP(&output, "output", "o", "", "file to save to; default standard output")
	return cmd
}

func (a *app) runSnapshot(ctx context.Context, h handoff, output string) error {
	e, err := a.event(h.settings)
	if err != nil {
		return err
	}
	token := a.token()
	h.repo = firstOf(h.repo, a.env.Getenv("GITHUB_REPOSITORY"))
	switch {
	case token == "":
		return usage("there is no token: set GITHUB_TOKEN; what GitHub holds can only be read with one")
	case h.repo == "":
		return usage("there is no repository: give --repo owner/name")
	}
	client, err := a.github(github.Options{Token: token})
	if err != nil {
		return err
	}
	about, notes, err := h.subject(ctx, &e, client)
	if err != nil {
		return &exitError{ExitInconclusive, fmt.Errorf("GitHub could not be read: %w", err)}
	}
	about.Head = firstOf(h.head, e.head(a.env.Getenv))
	p, _, err := a.rulingPolicy(ctx, h.settings, e)
	if err != nil {
		return err
	}
	for _, n := range notes {
		a.note("%s", n)
	}
	if about.Issue == 0 {
		return usage("there is no issue to save: give --issue")
	}
	reads(&about.Target, p)
	about.Facts.Confirm = true
	all, notes := readAll(ctx, client, about)
	for _, n := range notes {
		a.note("%s", n)
	}
	var saved []plan.Snapshot
	for _, s := range all {
		if s.unread != nil {
			return &exitError{ExitInconclusive, fmt.Errorf("GitHub could not be read: %w", s.unread)}
		}
		for _, part := range slices.Sorted(maps.Keys(s.snap.Facts.Unread)) {
			a.note("%s: not read: %s", part, s.snap.Facts.Unread[part])
		}
		saved = append(saved, s.snap)
	}
	var what any = saved
	if len(saved) == 1 {
		what = saved[0]
	}
	data, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		return &exitError{ExitInternal, err}
	}
	// Somebody may have pasted the token into a comment.
	data = append(bytes.ReplaceAll(data, []byte(token), []byte("***")), '\n')
	if output == "" {
		_, err = a.env.Stdout.Write(data)
	} else {
		err = writeWhole(output, data, 0o600)
	}
	if err != nil {
		return &exitError{ExitInternal, fmt.Errorf("saving the snapshot: %w", err)}
	}
	return nil
}

// setClock makes another time the time of the run; "" leaves the real one. What
// waits for GitHub's limits keeps to the real one.
func (a *app) setClock(at string) error {
	if at == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return usage("--at %s is no time: write it as in RFC 3339, 2026-03-02T09:00:00Z or 2026-03-02T10:00:00+01:00", at)
	}
	a.env.Now = func() time.Time { return t }
	return nil
}
