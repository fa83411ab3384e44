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
	"strings"
	"sync"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/find"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/parsers"
)

// gather finds and reads the files of every source below dir, and makes sets of
// them under one key.
func (a *app) gather(ctx context.Context, dir string, sources []policy.Source, key evidence.PartKey) (map[string]evidence.Set, error) {
	found, err := a.reports(ctx, dir, sources)
	if err != nil {
		return nil, err
	}
	sets := map[string]evidence.Set{}
	for i, s := range sources {
		var rs []*evidence.Report
		for _, rep := range found[i] {
			rep = folded(s, rep)
			a.note("read %s: %s", rep.Source, summary(rep))
			rs = append(rs, rep)
		}
		if rs != nil {
			sets[s.Name] = evidence.SetOf(key, rs...)
		}
	}
	return sets, nil
}

// folded gives a report as a source wants it.
func folded(s policy.Source, rep *evidence.Report) *evidence.Report {
	if !s.FoldDuplicates {
		return rep
	}
	own := *rep // another source may want it as it is
	own.FoldDuplicates()
	return &own
}

// reports finds and reads the files of every source below dir: one walk for all
// patterns, and each file read once however many sources want it. A file that
// cannot be read is an inconclusive report, never a file less.
func (a *app) reports(ctx context.Context, dir string, sources []policy.Source) ([][]*evidence.Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, usage("the directory of the reports: %w", err)
	}
	defer root.Close()

	wants := make([][]string, len(sources))
	for i, s := range sources {
		for _, f := range s.Files {
			wants[i] = append(wants[i], f.Patterns...)
		}
	}
	found, err := find.Files(ctx, root, wants)
	var tooMany *find.LimitError
	switch {
	case errors.As(err, &tooMany):
		return tooLarge(sources, tooMany), nil
	case err != nil:
		return nil, usage("looking for the files of the evidence: %w", err)
	}

	inputs := make([][]input, len(found))
	for i, files := range found {
		inputs[i] = inputsOf(files, root)
	}
	read := a.readAll(ctx, dir, root, sources, inputs)
	reports := make([][]*evidence.Report, len(sources))
	for i := range sources {
		for _, in := range inputs[i] {
			one := read[in.key()]
			if one.err != nil {
				return nil, one.err
			}
			reports[i] = append(reports[i], one.report)
		}
	}
	return reports, nil
}

// tooLarge is what is known of a tree that is larger than what is looked at: that
// nothing can be said, of any source.
func tooLarge(sources []policy.Source, why error) [][]*evidence.Report {
	reports := make([][]*evidence.Report, len(sources))
	for i, s := range sources {
		reports[i] = []*evidence.Report{unsound(s.Name, why)}
	}
	return reports
}

// unsound is the report of a file that was there and says nothing.
func unsound(source string, why error) *evidence.Report {
	r := &evidence.Report{Source: source}
	r.Complain(evidence.Unsound, 0, 0, "%v", why)
	return r
}

// reading is one file that was read, or that reading was stopped.
type reading struct {
	root   string // of a source that wants it
	report *evidence.Report
	err    error
}

// readAll reads every input of any source once, as many at a time as there are
// processors, and gives the findings their fingerprints. inputs are those of each source.
func (a *app) readAll(ctx context.Context, dir string, root *os.Root, sources []policy.Source, inputs [][]input) map[string]*reading {
	read := map[string]*reading{}
	var once []input
	for i, s := range sources {
		for _, in := range inputs[i] {
			if read[in.key()] == nil {
				read[in.key()] = &reading{}
				once = append(once, in)
			}
			if one := read[in.key()]; one.root == "" {
				one.root = s.Root
			}
		}
	}
	todo := make(chan input)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for in := range todo {
				one := read[in.key()]
				one.report, one.err = a.read(ctx, in, root)
			}
		})
	}
	for _, in := range once {
		todo <- in
	}
	close(todo)
	wg.Wait()
	open := openSource(dir, root)
	for _, in := range once {
		if one := read[in.key()]; one.err == nil {
			parsers.Fingerprint(one.report, open.below(one.root))
		}
	}
	return read
}

// readReport parses one file. What cannot be opened or is no plain file becomes
// a report with an unsound problem: it was there, and says nothing.
func readReport(ctx context.Context, path string, from opener) (*evidence.Report, error) {
	f, err := openPlain(path, from)
	if err != nil {
		return unsound(path, err), nil
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return unsound(path, err), nil
	}
	r, err := readAsOpened(ctx, path, f, before.Size())
	if err == nil {
		if after, err := from.Stat(path); err != nil || !settled(before, after) {
			r.Complain(evidence.Unsound, 0, 0, "it was written or replaced while it was read; wait until the tool that writes it has ended")
		}
	}
	return r, err
}

// readAsOpened reads no more of a file than it had when it was opened: one that grows as
// fast as it is read would have no end.
func readAsOpened(ctx context.Context, path string, f *os.File, size int64) (*evidence.Report, error) {
	if isPart(f) {
		return unsound(path, errors.New("this is a part of the evidence that collect wrote, and no report; name it with --parts")), nil
	}
	return parsers.Parse(ctx, parsers.Source{Name: filepath.ToSlash(path), Reader: io.LimitReader(f, size), At: f, Size: size})
}

// settled reports whether a file is still what it was. One that grows may end where
// nothing shows that more was to come.
func settled(before, after fs.FileInfo) bool {
	return os.SameFile(before, after) && before.Size() == after.Size() && before.ModTime().Equal(after.ModTime())
}

// What is read of the sources to make fingerprints of findings. Reports are written
// by whom they judge: they must not make a run read without end.
const (
	maxSource    = 4 << 20   // bytes of one file
	maxSources   = 10_000    // files
	maxAllSource = 256 << 20 // bytes
)

// sourceOpener gives the source files that findings are in, from below a directory
// alone and within bounds.
type sourceOpener func(path string) ([]byte, error)

// below looks below a folder first for what is named from no root of a machine.
func (open sourceOpener) below(folder string) sourceOpener {
	if folder == "" {
		return open
	}
	return func(path string) ([]byte, error) {
		if !filepath.IsAbs(filepath.FromSlash(strings.TrimPrefix(path, "file://"))) {
			if data, err := open(folder + "/" + path); err == nil {
				return data, nil
			}
		}
		return open(path)
	}
}

func openSource(dir string, root *os.Root) sourceOpener {
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
		s += ", " + amount(int(r.TestCounts().Total()), "test")
	}
	if r.Kinds&evidence.Coverage != 0 {
		s += ", coverage of " + amount(len(r.Coverage), "file")
	}
	if r.Kinds&evidence.Findings != 0 {
		s += ", " + amount(r.Findings.Len(), "finding")
	}
	if r.Kinds&evidence.Benchmarks != 0 {
		s += ", " + amount(r.Benchmarks.Len(), "benchmark")
	}
	if !r.Conclusive() {
		s += ", inconclusive"
	}
	return s
}

// amount is a number of things: "1 test", "2 tests".
func amount(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// readSmall reads a small file whole, up to limit bytes.
func readSmall(path string, limit int64) ([]byte, error) { return readFrom(anywhere{}, path, limit) }

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
