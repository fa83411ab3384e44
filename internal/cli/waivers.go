package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/actions"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// waiversBeside reads the waivers that a policy names, from the directory of the
// policy. Where the file is not there nothing is waived, and that is said.
func (a *app) waiversBeside(p *policy.Policy, policyFile string) error {
	path := p.WaiversBeside(filepath.ToSlash(policyFile))
	if path == "" {
		return nil
	}
	data, err := readSmall(filepath.FromSlash(path), maxPolicy)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		a.note("there are no waivers: the policy names %s, which is not there", path)
		return nil
	case err != nil:
		return usage("the waivers: %w", err)
	}
	return a.parseWaivers(p, path, data)
}

// baseWaivers reads the waivers of the base branch: a pull request that waives what
// it breaks waives nothing.
func (a *app) baseWaivers(p *policy.Policy, s settings, policyFile, base string, file func(string) ([]byte, bool, error)) (notes []string, err error) {
	path := p.WaiversBeside(policyFile)
	if path == "" {
		return nil, nil
	}
	data, found, err := file(path)
	if err != nil {
		return nil, &exitError{ExitInconclusive, fmt.Errorf("the waivers of the base branch: %w", err)}
	}
	here, missing := readSmall(filepath.FromSlash(p.WaiversBeside(filepath.ToSlash(s.policyFile()))), maxPolicy)
	if found != (missing == nil) || found && string(here) != string(data) {
		notes = append(notes, "this pull request changes the waivers; those of the base branch count")
	}
	if !found {
		return append(notes, "there are no waivers: the policy names "+path+", which the base branch does not have"), nil
	}
	return notes, a.parseWaivers(p, path+"@"+evidence.ShortCommit(base), data)
}

func (a *app) parseWaivers(p *policy.Policy, name string, data []byte) error {
	if err := p.ReadWaivers(name, data); err != nil {
		return a.policyError(err)
	}
	return nil
}

// branch is the one that the change is for: the base of a pull request or of a merge
// queue, else the one that the workflow runs on. The name of a pull request's own
// branch is chosen by whom it judges and says nothing. It is "" where nobody knows.
func (e event) branch(getenv func(string) string) string {
	if into := e.into(); into != "" || getenv("GITHUB_REF_TYPE") != "branch" {
		return into
	}
	return getenv("GITHUB_REF_NAME")
}

// into is the branch that the event says the change goes to, "" if it says nothing.
func (e event) into() string {
	switch {
	case e.PullRequest != nil:
		return e.PullRequest.Base.Ref
	case e.MergeGroup != nil:
		return strings.TrimPrefix(e.MergeGroup.BaseRef, "refs/heads/")
	default:
		return ""
	}
}

// annotateWaivers marks the waivers of which their owners should know something.
func (a *app) annotateWaivers(v gates.Verdict) {
	for _, w := range v.Waivers {
		for _, warning := range w.Warnings {
			at := w.At
			at.File, _, _ = strings.Cut(at.File, "@") // of the base branch, as this tree has it
			a.annotation(actions.Warning, at, "Tollgate: waiver of "+w.Owner, warning)
		}
	}
}
