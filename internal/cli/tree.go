package cli

import (
	"context"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/change"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// tree lists the files of the repository, to which the paths of coverage reports are
// joined. Where there is no coverage nobody asks.
func (a *app) tree(ctx context.Context, s settings, sources []policy.Source, head string) (evidence.Tree, error) {
	covers := slices.ContainsFunc(sources, func(s policy.Source) bool {
		return slices.ContainsFunc(s.Files, func(f policy.Files) bool { return f.Kind == evidence.Coverage })
	})
	switch {
	case !covers:
		return evidence.Tree{}, nil
	case s.alone:
		return evidence.Tree{Unknown: "a case of a policy is judged without its repository"}, nil
	default:
		return change.Tree(ctx, firstOf(a.env.Getenv("GITHUB_WORKSPACE"), s.directory, "."), head, a.env.Getenv)
	}
}
