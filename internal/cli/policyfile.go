package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/github"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// maxPolicy bounds the policy file.
const maxPolicy = 1 << 20

// policyFile is where the policy is, by the flags.
func (s settings) policyFile() string {
	if s.policy != "" {
		return s.policy
	}
	return filepath.Join(s.directory, ".tollgate.yml")
}

// readPolicy reads the file of the policy from the directory or from where --policy
// says.
func (a *app) readPolicy(s settings) ([]byte, error) {
	path := s.policyFile()
	data, err := readSmall(path, maxPolicy)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.policy == "":
		return nil, usage("there is no policy at %s; name one with --policy, or write one: see docs/policy.md", filepath.ToSlash(path))
	case err != nil:
		return nil, usage("the policy: %w", err)
	}
	return data, nil
}

// loadPolicy gives that policy with all that it names. What it extends and has no
// copy of is asked of GitHub, if there is a token.
func (a *app) loadPolicy(ctx context.Context, s settings) (*policy.Policy, error) {
	client, err := a.reader()
	if err != nil {
		return nil, err
	}
	return a.loadPolicyBy(ctx, s, client)
}

// loadPolicyBy does so with a client, or without one: what a pull request says is
// not asked of GitHub with a token that may read more than its author.
func (a *app) loadPolicyBy(ctx context.Context, s settings, client *github.Client) (*policy.Policy, error) {
	data, err := a.readPolicy(s)
	if err != nil {
		return nil, err
	}
	path := s.policyFile()
	name := filepath.ToSlash(path)
	p, err := a.parsePolicy(name, data, extending(ctx, workingTree, name, client))
	if err != nil {
		return nil, err
	}
	if err := a.calendarBeside(p, path); err != nil {
		return nil, err
	}
	return p, a.waiversBeside(p, path)
}

func (a *app) parsePolicy(name string, data []byte, find policy.Finder) (*policy.Policy, error) {
	p, err := policy.LoadExtending(name, data, find)
	if err != nil {
		return nil, a.policyError(err)
	}
	return p, nil
}

// rulingPolicy is the policy that judges: of a change that of the base branch, because
// the change's own is written by whom it judges; elsewhere, and where the base branch
// has none, that of the working tree. A policy outside of the repository is what the
// workflow chose and judges as it is.
func (a *app) rulingPolicy(ctx context.Context, s settings, e event) (p *policy.Policy, notes []string, err error) {
	base, ruled, err := e.ruledBy(a.env.Getenv)
	if err != nil {
		return nil, nil, err
	}
	if !ruled {
		p, err = a.loadPolicy(ctx, s)
		return p, nil, err
	}
	if info, err := os.Stat(firstOf(a.workspace(), ".")); err != nil || !info.IsDir() {
		return nil, nil, usage("whose policy judges cannot be told: GITHUB_WORKSPACE is %q, and there is no such folder here; "+
			"in a container, mount the workspace there or set GITHUB_WORKSPACE to where it is mounted", a.workspace())
	}
	path, inside := a.inRepository(s)
	if !inside {
		if _, near := a.below(a.workspace(), s.policyFile()); near {
			notes = append(notes, "the policy is of another repository that was checked out besides, and is taken as the workflow chose it")
		}
		p, err = a.loadPolicy(ctx, s)
		return p, notes, err
	}
	const own = "the policy is the pull request's own, and nobody has reviewed it: "
	token, repo := a.token(), firstOf(e.Repository.FullName, a.env.Getenv("GITHUB_REPOSITORY"))
	if token == "" {
		p, err = a.loadPolicyBy(ctx, s, nil)
		return p, []string{own + "give a token, and that of the base branch judges"}, err
	}
	client, err := a.github(github.Options{Token: token})
	if err != nil {
		return nil, nil, err
	}
	data, found, err := client.File(ctx, repo, path, base)
	switch {
	case err != nil:
		return nil, nil, &exitError{ExitInconclusive, fmt.Errorf("the policy of the base branch: %w", err)}
	case !found:
		p, err = a.loadPolicyBy(ctx, s, nil)
		return p, []string{own + "the base branch has none"}, err
	}
	file := func(name string) ([]byte, bool, error) { return client.File(ctx, repo, name, base) }
	if p, err = a.parsePolicy(path+"@"+evidence.ShortCommit(base), data, extending(ctx, file, path, client)); err != nil {
		return nil, nil, err
	}
	p.Path = path
	if here, err := readSmall(s.policyFile(), maxPolicy); err != nil || string(here) != string(data) {
		notes = append(notes, "this pull request changes the policy; that of the base branch judges it")
	}
	if err := a.baseCalendar(p, path, base, file); err != nil {
		return nil, nil, err
	}
	more, err := a.baseWaivers(p, s, path, base, file)
	return p, append(notes, more...), err
}

// policyError prints every error of files that people write, a policy, its waivers
// or its cases, with the line it is in.
func (a *app) policyError(err error) error {
	var errs policy.Errors
	if !errors.As(err, &errs) {
		return usage("%w", err)
	}
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%s\n%s", render.Clean(e.Error(), 1000), e.Excerpt())
	}
	fmt.Fprint(a.env.Stderr, b.String())
	return usage("%s in %s; nothing was judged", amount(len(errs), "error"), render.Clean(errs[0].Pos.File, 200))
}
