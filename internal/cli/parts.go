package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/find"
	"github.com/tollgate-ci/tollgate/internal/part"
	"github.com/tollgate-ci/tollgate/internal/policy"
)

// isPart looks at the beginning of a file.
func isPart(f io.ReaderAt) bool {
	head := make([]byte, 64)
	n, _ := f.ReadAt(head, 0)
	return part.Is(head[:n])
}

// gatherParts finds and reads the parts that the patterns match below dir, and
// makes of them the sets of every source. A part that cannot be believed, and a
// pattern that nothing matches, is an inconclusive report of every source: nobody
// can say what would have been in it.
func (a *app) gatherParts(ctx context.Context, dir string, sources []policy.Source, patterns []string, head string) (map[string]evidence.Set, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, usage("the directory of the parts: %w", err)
	}
	defer root.Close()
	wants := make([][]string, len(patterns))
	for i, p := range patterns {
		wants[i] = []string{p}
	}
	found, err := find.Files(ctx, root, wants)
	var tooMany *find.LimitError
	var broken []*evidence.Report
	switch {
	case errors.As(err, &tooMany):
		broken = append(broken, unsound(patterns[0], tooMany))
	case err != nil:
		return nil, usage("looking for the parts: %w", err)
	}
	var files []*part.File
	var paths []string
	for i, matches := range found {
		if len(matches) == 0 {
			broken = append(broken, unsound(patterns[i], errors.New("no part matches")))
		}
		for _, m := range matches {
			if !slices.Contains(paths, m.Path) {
				paths = append(paths, m.Path)
			}
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := readPart(path, root)
		if err != nil {
			a.note("read %s: no part that can be believed", path)
			broken = append(broken, unsound(path, err))
			continue
		}
		a.noteOfPart(path, f)
		a.noteUnknown(path, f, sources)
		files = append(files, f)
	}
	return setsOf(sources, files, broken, head), nil
}

func readPart(path string, from opener) (*part.File, error) {
	f, err := openPlain(path, from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return part.Decode(f)
}

// setsOf gives each source what the parts have for it, and to all what is broken.
func setsOf(sources []policy.Source, files []*part.File, broken []*evidence.Report, head string) map[string]evidence.Set {
	commit := head
	for _, f := range files {
		if head == "" && (commit == "" || f.Key.Commit < commit) {
			commit = f.Key.Commit // what is broken is of no other commit
		}
	}
	sets := map[string]evidence.Set{}
	for _, s := range sources {
		set := part.SetOf(s.Name, files)
		for _, p := range set.Parts {
			for i, rep := range p.Reports {
				p.Reports[i] = folded(s, rep)
			}
		}
		if broken != nil {
			set = evidence.Merge(set, evidence.SetOf(evidence.PartKey{Commit: commit, Job: evidence.Unreadable}, broken...))
		}
		if set.Parts != nil {
			sets[s.Name] = set
		}
	}
	return sets
}

// noteOfPart tells whose evidence was read, and by what version it was written.
func (a *app) noteOfPart(path string, f *part.File) {
	bad := 0
	for _, r := range f.Reports {
		if !r.Conclusive() {
			bad++
		}
	}
	s := fmt.Sprintf("read %s: %s; reports %d", path, nameOf(f.Key), len(f.Reports))
	if bad > 0 {
		s += fmt.Sprintf(", inconclusive %d", bad)
	}
	a.note("%s; written by tollgate %s", s, f.Tool)
}

// noteUnknown tells of reports that were collected for a source that the policy
// does not have: they are not judged.
func (a *app) noteUnknown(path string, f *part.File, sources []policy.Source) {
	for _, have := range f.Sources {
		known := slices.ContainsFunc(sources, func(s policy.Source) bool { return s.Name == have.Name })
		if !known {
			a.note("%s holds source %s, which the policy does not have; it is not judged", path, have.Name)
		}
	}
}

// nameOf names a part for a person.
func nameOf(k evidence.PartKey) string {
	commit := "an unknown commit"
	if k.Commit != "" {
		commit = "commit " + k.Commit
	}
	return fmt.Sprintf("%s, attempt %d, of %s", k, k.Attempt, commit)
}
