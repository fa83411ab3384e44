package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/change"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// tree lists the files of the repository, to which the paths of coverage reports are
// joined, those of sources that have a root, and those that a gate filters. Where there
// are none nobody asks.
func (a *app) tree(ctx context.Context, s settings, p *policy.Policy, head string) (evidence.Tree, error) {
	joins := slices.ContainsFunc(p.Sources, func(s policy.Source) bool {
		return s.Root != "" || slices.ContainsFunc(s.Files, func(f policy.Files) bool { return f.Kind == evidence.Coverage })
	}) || slices.ContainsFunc(p.Gates.Gates, func(g gates.Gate) bool { return len(g.Filter.Paths) > 0 })
	switch {
	case !joins:
		return evidence.Tree{}, nil
	case s.alone:
		return evidence.Tree{Unknown: "a case of a policy is judged without its repository"}, nil
	default:
		return change.Tree(ctx, a.repository(s), head, a.env.Getenv)
	}
}

// rootsAre refuses a root of a source that is no folder: every path would be somewhere
// else than it says. Where parts are judged without a checkout, the machine that
// collected them has looked.
func (a *app) rootsAre(dir string, sources []policy.Source, tree evidence.Tree, parts bool) error {
	for _, s := range sources {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(s.Root)))
		below := func(p string) bool { return strings.HasPrefix(p, s.Root+"/") }
		switch {
		case s.Root == "", err == nil && info.IsDir(), parts && !tree.Known, slices.ContainsFunc(tree.Paths, below):
		default:
			return usage("%s: the root %q of source %s is no folder here; name the folder, from the root of the repository, that its reports name files from", s.RootAt, s.Root, s.Name)
		}
	}
	return nil
}
