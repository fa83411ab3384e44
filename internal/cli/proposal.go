package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// proposal is what a pull request makes of the policy that judges it.
type proposal struct {
	changes []policy.Change
	own     *policy.Policy // that of the pull request; nil where there is none to judge by
	broken  string         // why there is none
}

// proposed compares the policy of the base branch with that of the working tree. It
// is nil where the two are one: outside of a pull request, and where the base
// branch has none.
func (a *app) proposed(ctx context.Context, p *policy.Policy, s settings) (*proposal, error) {
	file := s.policyFile()
	name := filepath.ToSlash(file)
	if p.Name == name {
		return nil, nil
	}
	data, err := readSmall(file, maxPolicy)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &proposal{broken: "the pull request has no policy"}, nil
	case err != nil:
		return nil, usage("the policy of the pull request: %w", err)
	}
	own, err := policy.LoadExtending(name, data, extending(ctx, workingTree, name, nil))
	if err == nil {
		err = waiversOf(own, name)
	}
	if err != nil {
		return &proposal{broken: "the policy of the pull request has errors: " + firstError(err)}, nil
	}
	return &proposal{changes: policy.Compare(p, own), own: own}, nil
}

// waiversOf reads the waivers that a policy names, and says nothing.
func waiversOf(p *policy.Policy, policyFile string) error {
	path := p.WaiversBeside(policyFile)
	if path == "" {
		return nil
	}
	data, err := readSmall(filepath.FromSlash(path), maxPolicy)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return p.ReadWaivers(path, data)
}

// firstError is one line of an error that may have many.
func firstError(err error) string {
	var errs policy.Errors
	if errors.As(err, &errs) {
		return errs[0].Error()
	}
	return err.Error()
}

// looser are the changes that ask for less, as things to look at. A policy that is
// gone, or that nobody can read, asks for nothing.
func (x *proposal) looser() (refs []gates.Ref) {
	if x.broken != "" {
		return []gates.Ref{{Text: x.broken}}
	}
	for _, c := range x.changes {
		if c.Effect == policy.Looser {
			refs = append(refs, gates.Ref{Pos: c.At, Text: c.What})
		}
	}
	return refs
}

// shown is the proposal with what the pull request's own policy makes of the same
// evidence, which changes nothing.
func (a *app) shown(ctx context.Context, x *proposal, s settings, phase, head string) *render.Proposal {
	if x == nil || len(x.changes) == 0 && x.broken == "" {
		return nil
	}
	out := &render.Proposal{Changes: x.changes, Broken: x.broken}
	if x.own == nil {
		return out
	}
	silent := &app{env: a.env}
	silent.env.Stderr = io.Discard
	s.proposal = nil
	j, err := silent.judge(ctx, x.own, s, phase, head)
	if err != nil {
		out.Broken = fmt.Sprintf("by the pull request's own policy nothing could be judged: %v", err)
		return out
	}
	out.Verdict = &j.verdict
	return out
}
