package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/parsers"
)

// gather finds and reads the files of every source below dir. A file that cannot
// be read is an inconclusive report, never a file less.
func (a *app) gather(ctx context.Context, dir string, sources []policy.Source, key evidence.PartKey) (map[string]evidence.Set, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, usage("the directory of the reports: %w", err)
	}
	defer root.Close()

	type want struct {
		path string
		fold bool
	}
	var wants []want
	bySource := make([][]want, len(sources))
	for i, s := range sources {
		paths, err := match(root.FS(), s)
		if err != nil {
			return nil, usage("looking for the files of evidence %s: %w", s.Name, err)
		}
		for _, p := range paths {
			w := want{p, s.FoldDuplicates}
			bySource[i] = append(bySource[i], w)
			if !slices.Contains(wants, w) {
				wants = append(wants, w)
			}
		}
	}

	reports := make([]*evidence.Report, len(wants))
	errs := make([]error, len(wants))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, w := range wants {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			reports[i], errs[i] = readReport(ctx, w.path, root)
			if errs[i] == nil && w.fold {
				reports[i].FoldDuplicates()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	open := openSource(dir, root)
	for _, r := range reports {
		parsers.Fingerprint(r, open)
		a.note("read %s: %s", r.Source, summary(r))
	}

	sets := map[string]evidence.Set{}
	for i, s := range sources {
		var rs []*evidence.Report
		for _, w := range bySource[i] {
			rs = append(rs, reports[slices.Index(wants, w)])
		}
		if rs != nil {
			sets[s.Name] = evidence.SetOf(key, rs...)
		}
	}
	return sets, nil
}

// match gives the files of a source, sorted, each once.
func match(fsys fs.FS, s policy.Source) ([]string, error) {
	var paths []string
	for _, f := range s.Files {
		for _, pattern := range f.Patterns {
			found, err := doublestar.Glob(fsys, pattern, doublestar.WithFilesOnly())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", pattern, err)
			}
			paths = append(paths, found...)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// readReport parses one file. What cannot be opened or is no plain file becomes
// a report with an unsound problem: it was there, and says nothing.
func readReport(ctx context.Context, path string, from opener) (*evidence.Report, error) {
	f, err := openPlain(path, from)
	if err != nil {
		r := &evidence.Report{Source: path}
		r.Complain(evidence.Unsound, 0, 0, "%v", err)
		return r, nil
	}
	defer f.Close()
	src := parsers.Source{Name: filepath.ToSlash(path), Reader: f, At: f}
	if info, err := f.Stat(); err == nil {
		src.Size = info.Size()
	}
	return parsers.Parse(ctx, src)
}

// What is read of the sources to make fingerprints of findings. Reports are written
// by whom they judge: they must not make a run read without end.
const (
	maxSource    = 4 << 20   // bytes of one file
	maxSources   = 10_000    // files
	maxAllSource = 256 << 20 // bytes
)

// openSource gives the source files that findings are in, from below dir alone and
// within bounds.
func openSource(dir string, root *os.Root) func(string) ([]byte, error) {
	abs, _ := filepath.Abs(dir)
	files, left := maxSources, int64(maxAllSource)
	return func(path string) ([]byte, error) {
		path = filepath.FromSlash(strings.TrimPrefix(path, "file://"))
		if filepath.IsAbs(path) {
			rel, err := filepath.Rel(abs, path)
			if err != nil {
				return nil, err
			}
			path = rel
		}
		if files == 0 {
			return nil, errors.New("too many source files")
		}
		files--
		data, err := readFrom(root, path, min(maxSource, left))
		left -= int64(len(data))
		return data, err
	}
}

// opener is where a path is looked up: os.Root, which nothing leads out of, or
// anywhere, for a path that the user typed.
type opener interface {
	Open(path string) (*os.File, error)
	Stat(path string) (fs.FileInfo, error)
}

type anywhere struct{}

func (anywhere) Open(path string) (*os.File, error)    { return os.Open(path) }
func (anywhere) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// openPlain opens a regular file and nothing else. It looks before it opens,
// because opening a named pipe waits for a writer that may never come.
func openPlain(path string, from opener) (*os.File, error) {
	info, err := from.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a directory; give the file in it, or a pattern such as " + filepath.ToSlash(filepath.Join(path, "*.xml")))
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a regular file (%s)", info.Mode().Type())
	}
	return from.Open(path)
}

// summary is what a person wants to know of a file that was read.
func summary(r *evidence.Report) string {
	s := r.Format
	if s == "" {
		s = "unknown format"
	}
	if r.Kinds&evidence.Tests != 0 {
		s += fmt.Sprintf(", %d tests", r.TestCounts().Total())
	}
	if r.Kinds&evidence.Coverage != 0 {
		s += fmt.Sprintf(", coverage of %d files", len(r.Coverage))
	}
	if r.Kinds&evidence.Findings != 0 {
		s += fmt.Sprintf(", %d findings", r.Findings.Len())
	}
	if !r.Conclusive() {
		s += ", inconclusive"
	}
	return s
}

// readAll reads a small file whole, up to limit bytes.
func readAll(path string, limit int64) ([]byte, error) { return readFrom(anywhere{}, path, limit) }

func readFrom(from opener, path string, limit int64) ([]byte, error) {
	f, err := openPlain(path, from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", path, limit)
	}
	return data, err
}
