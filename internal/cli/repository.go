package cli

import (
	"os"
	"path/filepath"
)

// workspace is where the runner checks out, "" on a laptop.
func (a *app) workspace() string { return a.env.Getenv("GITHUB_WORKSPACE") }

// repository is the folder of the repository that is judged. actions/checkout puts it
// into the workspace or, with its input path, into a folder of it, where nothing of
// the workspace is the base branch's by the same name.
func (a *app) repository(s settings) string {
	if a.workspace() == "" {
		return firstOf(s.directory, ".")
	}
	if at, ok := a.checkout(firstOf(s.directory, ".")); ok {
		return at
	}
	if at, ok := a.checkout(filepath.Dir(s.policyFile())); ok {
		return at
	}
	return a.workspace()
}

// checkout is the nearest folder of the workspace, from dir upwards, that git checked
// out. One whose .git is no folder is a submodule, which whoever wrote the change may
// have put there: it is a part of the repository around it.
func (a *app) checkout(dir string) (string, bool) {
	rel, ok := a.below(a.workspace(), dir)
	if !ok {
		return "", false
	}
	for ; ; rel = filepath.Dir(rel) {
		at := filepath.Join(a.workspace(), rel)
		if info, err := os.Lstat(filepath.Join(at, ".git")); err == nil && info.IsDir() {
			return at, true
		}
		if rel == "." {
			return "", false
		}
	}
}

// inRepository gives the path of the policy as the repository has it, and whether it is
// in there. One of another repository that was checked out besides is not.
func (a *app) inRepository(s settings) (string, bool) {
	at := firstOf(a.workspace(), ".")
	if a.workspace() != "" {
		at = a.repository(s)
		if other, ok := a.checkout(filepath.Dir(s.policyFile())); ok && other != at {
			return "", false
		}
	}
	rel, ok := a.below(at, s.policyFile())
	return filepath.ToSlash(rel), ok
}

// below gives a path from a folder, and whether it is in there. Links on the way are
// not followed, because those in a repository are of whoever wrote the change; only the
// folder itself may be known by another name, as /tmp and /private/tmp are one.
func (a *app) below(folder, path string) (rel string, ok bool) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return "", false
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	if rel, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(rel) {
		return rel, true
	}
	there, err := os.Stat(root)
	if err != nil {
		return "", false
	}
	for at := filepath.Dir(abs); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && os.SameFile(there, info) {
			if rel, err = filepath.Rel(at, abs); err == nil {
				ok = true
			}
		}
		if at == filepath.Dir(at) {
			return rel, ok
		}
	}
}
