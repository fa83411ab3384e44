package cli

import (
	"context"
	"os"
	"path/filepath"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// gatherBase reads the reports of the base, "" for none, by the patterns by which
// those of this run were found. A run that is its own base would never be worse,
// so a report that is in both is a usage error.
func (a *app) gatherBase(ctx context.Context, base, dir string, sources []policy.Source, found map[string]evidence.Set) (map[string]evidence.Set, error) {
	if base == "" {
		return nil, nil
	}
	here, err := os.Stat(dir)
	if err != nil {
		return nil, usage("the directory of the reports: %w", err)
	}
	there, err := os.Stat(base)
	switch {
	case err != nil:
		return nil, usage("--base-reports: %w; give the directory with the reports of the base", err)
	case os.SameFile(here, there):
		return nil, usage("--base-reports is the directory of this run's own reports; copy those of the base elsewhere")
	}
	sets, err := a.gather(ctx, base, sources, evidence.PartKey{Job: "base"})
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		mine := map[string]bool{}
		for _, r := range found[s.Name].Reports() {
			mine[absolute(dir, r.Source)] = true
		}
		for _, r := range sets[s.Name].Reports() {
			if mine[absolute(base, r.Source)] {
				return nil, usage("%s is a report of the base, and source %s finds it in this run as well; keep --base-reports where no pattern leads",
					filepath.ToSlash(filepath.Join(base, r.Source)), s.Name)
			}
		}
	}
	return sets, nil
}

// absolute is the same for two ways to name one file.
func absolute(dir, name string) string {
	path, err := filepath.Abs(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
