package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tollgate-ci/tollgate/internal/policy"
)

// survey is the settings of a command that goes through the issues of repositories.
type survey struct {
	settings
	list, state string
}

// which are the flags that say whose issues are gone through, by which policy, and what
// is remembered of them.
func (s *survey) which(cmd *cobra.Command, repo string) {
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", doc("policy"))
	f.StringVarP(&s.directory, "directory", "C", "", doc("directory"))
	f.StringVar(&s.repo, "repo", "", repo)
	f.StringVar(&s.list, "repos", "", doc("repos"))
	f.StringVar(&s.state, "state", "", doc("state"))
}

// surveyWait is how long such a command waits for GitHub to answer again: it has many
// issues to read, and nobody watches.
const surveyWait = 15 * time.Minute

// surveyed is the policy by which issues are looked at. to is what for.
func (a *app) surveyed(ctx context.Context, s survey, to string) (*policy.Policy, error) {
	p, err := a.loadPolicy(ctx, s.settings)
	if err == nil && len(p.Rules.Phases) == 0 {
		err = usage("the policy has no phases, so no issue is in the workflow and there is nothing to %s", to)
	}
	return p, err
}

// named refuses what names repositories twice.
func (s survey) named() error {
	if s.repo != "" && s.list != "" {
		return usage("--repo names one repository and --repos many: give one of them")
	}
	return nil
}

// repositories are those to go through; own is the one that is meant where none is named.
func (s survey) repositories(own string) ([]string, error) {
	if s.list == "" {
		if one := firstOf(s.repo, own); one != "" {
			return []string{one}, nil
		}
		return nil, usage("there is no repository: give --repo owner/name, or --repos FILE")
	}
	data, err := readSmall(s.list, maxPolicy)
	if err != nil {
		return nil, usage("the repositories: %w", err)
	}
	var out []string
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		owner, name, ok := strings.Cut(line, "/")
		if !ok || owner == "" || name == "" || strings.ContainsAny(line, " \t") || strings.Contains(name, "/") {
			return nil, usage("%s:%d: %q is no repository: write owner/name, one on a line", s.list, n, line)
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return nil, usage("%s names no repository: write owner/name, one on a line", s.list)
	}
	return out, nil
}
