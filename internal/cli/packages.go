package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tollgate-ci/tollgate/internal/plan"
	"github.com/tollgate-ci/tollgate/internal/render"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// packages writes the escalations and the decision logs of the issues of a run into a
// folder, for its artifact. The token stands in none of them, whatever a report says.
func (a *app) packages(dir string, all standings) error {
	if dir == "" {
		return nil
	}
	for _, s := range all {
		if s.decided == nil {
			continue
		}
		for _, f := range render.Packages(s.decided.status) {
			if err := a.keepFile(dir, f); err != nil {
				return err
			}
		}
	}
	return a.keepLogs(dir, all)
}

// keepLogs appends the entries of the decision logs that stand on GitHub to their files:
// those that were found, so that none is lost by being left out of the comment, and once
// they were delivered those of this run.
func (a *app) keepLogs(dir string, all standings) error {
	if dir == "" {
		return nil
	}
	for _, s := range all.readable() {
		if s.snap.Issue == 0 {
			continue
		}
		var entries []workflow.Numbered
		if m, ok := workflow.ParseMarker(s.snap.Comment.Body); ok && m.Broken() < 0 {
			entries = m.Numbered()
		}
		if s.delivered() {
			entries = s.decided.Entries
		}
		if len(entries) == 0 {
			continue
		}
		if err := a.keepFile(dir, render.LogFile(s.snap.Repo, s.snap.Issue, entries)); err != nil {
			return err
		}
	}
	return nil
}

// unkept says of which logs entries are left out that no file keeps.
func (all standings) unkept(dir string) (notes []string) {
	for _, s := range all.readable() {
		m, _ := workflow.ParseMarker(s.snap.Comment.Body)
		if s.decided == nil || dir != "" {
			continue
		}
		if n := s.decided.Memory.Dropped - m.Dropped; n > 0 {
			notes = append(notes, fmt.Sprintf("the comment with the log of #%d has no room for %d more of its older entries, and no file keeps them: give --package-dir, the input package-dir", s.snap.Issue, n))
		}
	}
	return notes
}

// delivered reports whether what was decided stands in the status comment.
func (s *standing) delivered() bool {
	lost := func(l plan.Lost) bool { return l.Change.Key == plan.CommentKey }
	return s.decided != nil && s.receipt != nil && s.failed == nil && !slices.ContainsFunc(s.receipt.Lost, lost)
}

// keepFile writes one file, or puts what it lacks behind it. A link that stands in the
// folder leads nowhere outside of it: the folder may come with a change, or from a cache.
func (a *app) keepFile(dir string, f render.PackageFile) error {
	if token := a.token(); token != "" {
		f.Data = bytes.ReplaceAll(f.Data, []byte(token), []byte("***"))
	}
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	root, err := inside(dir)
	if err == nil {
		defer root.Close()
		err = root.MkdirAll(filepath.Dir(filepath.FromSlash(f.Name)), 0o755)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if err == nil && f.Append {
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
		f.Data, err = lacking(path, f.Data)
	}
	var out *os.File
	if err == nil {
		out, err = root.OpenFile(filepath.FromSlash(f.Name), flags, 0o644)
	}
	if err == nil {
		_, err = out.Write(f.Data)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		return &exitError{ExitUsage, fmt.Errorf("--package-dir: %w", err)}
	}
	return nil
}

// inside opens a folder, which is made if it is not there.
func inside(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return os.OpenRoot(dir)
}

// lacking are the lines that a file does not have, to be put behind it.
func lacking(path string, lines []byte) ([]byte, error) {
	have, err := readSmall(path, maxLogFile)
	if errors.Is(err, os.ErrNotExist) {
		return lines, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for line := range bytes.Lines(have) {
		known[string(bytes.TrimRight(line, "\n"))] = true
	}
	var out []byte
	if len(have) > 0 && have[len(have)-1] != '\n' {
		out = []byte("\n") // it was cut: what is there stays to be seen
	}
	for line := range bytes.Lines(lines) {
		if !known[string(bytes.TrimRight(line, "\n"))] {
			out = append(out, line...)
		}
	}
	return out, nil
}
