package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/history"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// referenced is a directory with the reports that this run's are compared with, or a
// part that holds them.
type referenced struct {
	flag string
	of   string // what its reports are of, for messages
	dir  string // "" for none
	job  string // of its parts
}

// references are the directories that the flags name.
func (s *settings) references() (base, cycle referenced) {
	return referenced{"--base-reports", "the base", s.baseReports, "base"},
		referenced{"--cycle-reports", "the start of the correction cycle", s.cycleReports, "cycle"}
}

// gatherReference reads the reports of a reference by the patterns by which those
// of this run were found. A run that is compared with itself would never be worse,
// so a report that is in both is a usage error.
func (a *app) gatherReference(ctx context.Context, ref referenced, dir, head string, sources []policy.Source, found map[string]evidence.Set) (map[string]evidence.Set, error) {
	if ref.dir == "" {
		return nil, nil
	}
	here, err := os.Stat(dir)
	if err != nil {
		return nil, usage("the directory of the reports: %w", err)
	}
	there, err := os.Stat(ref.dir)
	switch {
	case err != nil && strings.Contains(ref.dir, "://"):
		return nil, usage("%s is a directory or a part; name the store %s with --store", ref.flag, render.Clean(history.Name(ref.dir), 200))
	case err != nil:
		return nil, usage("%s: %w; give the directory with the reports of %s", ref.flag, err, ref.of)
	case there.Mode().IsRegular():
		return a.referencePart(ref, head, sources)
	case os.SameFile(here, there):
		return nil, usage("%s is the directory of this run's own reports; copy those of %s elsewhere", ref.flag, ref.of)
	}
	sets, err := a.gather(ctx, ref.dir, sources, evidence.PartKey{Job: ref.job})
	if err != nil {
		return nil, err
	}
	for _, s := range sources {
		mine := map[string]bool{}
		for _, r := range found[s.Name].Reports() {
			mine[absolute(dir, r.Source)] = true
		}
		for _, r := range sets[s.Name].Reports() {
			if mine[absolute(ref.dir, r.Source)] {
				return nil, usage("%s is a report of %s, and source %s finds it in this run as well; keep %s where no pattern leads",
					filepath.ToSlash(filepath.Join(ref.dir, r.Source)), ref.of, s.Name, ref.flag)
			}
		}
	}
	return sets, nil
}

// referencePart reads the reports of a reference from a part. One that cannot be
// believed is an inconclusive report of every source.
func (a *app) referencePart(ref referenced, head string, sources []policy.Source) (map[string]evidence.Set, error) {
	f, err := readPart(ref.dir, anywhere{})
	if err != nil {
		return setsOf(sources, nil, []*evidence.Report{unsound(ref.dir, err)}, ""), nil
	}
	if ref.job == "base" && head != "" && f.Key.Commit == head {
		return nil, usage("%s is evidence of %s, the commit that is judged; give that of %s", ref.flag, head, ref.of)
	}
	a.noteOfPart(ref.dir, f)
	return setsOf(sources, []*part.File{f}, nil, f.Key.Commit), nil
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
