// Package find looks for the files of reports below one directory, for all
// patterns of all sources in one walk, and never outside of it.
//
// What a pattern means is doublestar's business, with three rules on top, each so
// that a tree which somebody else wrote costs little and says nothing untrue:
//
//   - A folder without a wildcard in the way is looked up by name and not listed.
//   - A symbolic link to a folder, and the folders of Unnamed, are entered only
//     where the pattern names them: no wildcard leads into them.
//   - A link to a file is that file. It counts once, by the name of what it leads
//     to, and is refused where it leads out.
package find

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Limits of one walk. They are far above what real trees hold: a checkout of
// Chromium has half a million files, the tests of a large build write some
// thousand reports.
const (
	MaxSeen    = 4_000_000 // entries of folders that were looked at
	MaxMatched = 100_000   // files that a pattern matches
	MaxDepth   = 1000      // folders in each other
)

// Unnamed are folders that hold what others wrote, in great number, and the one with
// the samples of a policy's cases, which are no reports of the repository. A pattern
// reaches what is in them only by naming them.
var Unnamed = []string{".git", ".hg", ".svn", ".tollgate", "node_modules"}

// File is one file that a pattern matches.
type File struct {
	Path string // from the root, with slashes, no link in it
	Dir  bool   // it is a folder, and the pattern names it where a file is meant
	Err  error  // why it cannot be looked at; nil if it can
}

// LimitError says that the tree is larger than what is looked at. What was found
// until then is not all, so it is not given.
type LimitError struct{ msg string }

func (e *LimitError) Error() string { return e.msg }

// Files walks root once and gives the files of every list of patterns, by path,
// each once. A file that should be read and cannot be is given with the reason; a
// folder or file that is not there is none. The error is a *PatternError, a
// *LimitError or that of ctx.
func Files(ctx context.Context, root *os.Root, wants [][]string) ([][]File, error) {
	return files(ctx, root, wants, limits{MaxSeen, MaxMatched})
}

type limits struct{ seen, matched int }

func files(ctx context.Context, root *os.Root, wants [][]string, max limits) ([][]File, error) {
	w := walk{ctx: ctx, root: root, max: max, found: make([][]File, len(wants))}
	var start []state
	for i, patterns := range wants {
		for _, text := range patterns {
			alternatives, err := compile(text)
			if err != nil {
				return nil, err
			}
			for _, segments := range alternatives {
				start = append(start, state{segments, i})
			}
		}
	}
	if err := w.dir(".", closed(start), 0); err != nil {
		return nil, err
	}
	for i, f := range w.found {
		slices.SortFunc(f, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
		w.found[i] = slices.CompactFunc(f, func(a, b File) bool { return a.Path == b.Path })
	}
	return w.found, nil
}

// walk is one walk; it counts what it looks at.
type walk struct {
	ctx     context.Context
	root    *os.Root
	max     limits
	seen    int
	matched int
	found   [][]File
}

// state is what is left of a pattern at some folder: its first segment is to
// match the name of an entry there.
type state struct {
	left []segment
	want int
}

// closed adds the states in which a leading ** stands for no folder at all.
func closed(states []state) []state {
	for i := 0; i < len(states); i++ {
		if s := states[i]; s.left[0].any && len(s.left) > 1 {
			states = add(states, state{s.left[1:], s.want})
		}
	}
	return states
}

// add keeps states distinct. There are few: at most one per segment of a pattern.
func add(states []state, s state) []state {
	same := func(o state) bool { return o.want == s.want && &o.left[0] == &s.left[0] }
	if slices.ContainsFunc(states, same) {
		return states
	}
	return append(states, s)
}

// dir looks for what the states ask of one folder. Only a folder in which a
// wildcard stands is listed; names are looked up.
func (w *walk) dir(at string, states []state, depth int) error {
	if len(states) == 0 {
		return nil
	}
	if depth > MaxDepth {
		return w.fails(at, states, fmt.Errorf("folders in each other more than %d deep are not looked at", MaxDepth))
	}
	listed := false
	for _, s := range states {
		listed = listed || !s.left[0].literal()
	}
	if listed {
		return w.list(at, states, depth)
	}
	var names []string
	for _, s := range states {
		names = append(names, s.left[0].name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		info, err := w.root.Lstat(path.Join(at, name))
		switch {
		case err == nil:
			err = w.entry(at, name, info.Mode().Type(), states, depth)
		case absent(err):
			continue
		default:
			err = w.fails(path.Join(at, name), matching(states, name, false), plain(err))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list goes through all entries of a folder, some at a time. It opens the folder
// by its path, because a folder opened through os.Root asks the system for every
// entry once more, which makes a million files 3 times as slow. No link is in the
// path, and whatever the names are, files are opened through the root.
func (w *walk) list(at string, states []state, depth int) error {
	d, err := os.Open(filepath.Join(w.root.Name(), filepath.FromSlash(at)))
	if err != nil {
		if absent(err) {
			return nil
		}
		return w.fails(at, states, plain(err))
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1024)
		for _, e := range entries {
			if err := w.entry(at, e.Name(), e.Type(), states, depth); err != nil {
				return err
			}
		}
		if len(entries) == 0 {
			if err == io.EOF {
				return nil
			}
			return w.fails(at, states, plain(err))
		}
	}
}

// entry takes one step with every state that the name satisfies.
func (w *walk) entry(at, name string, kind fs.FileMode, states []state, depth int) error {
	w.seen++
	if w.seen > w.max.seen {
		return &LimitError{fmt.Sprintf("more than %d files and folders would have to be looked at; begin the patterns with the folder that the reports are in", w.max.seen)}
	}
	if w.seen%1024 == 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
	}
	hits := matching(states, name, kind&(fs.ModeDir|fs.ModeSymlink) == 0)
	if len(hits) == 0 {
		return nil
	}
	here := path.Join(at, name)
	real := here
	if kind&fs.ModeSymlink != 0 {
		// No wildcard leads into a linked folder, so for those that need a folder
		// only the states that name the link are of interest.
		hits = slices.DeleteFunc(hits, func(s state) bool { return !s.left[0].literal() && !ends(s.left[1:]) })
		if len(hits) == 0 {
			return nil
		}
		var err error
		if real, kind, err = w.follow(at, name); err != nil {
			return w.fails(here, hits, err)
		}
		if kind.IsDir() {
			hits = slices.DeleteFunc(hits, func(s state) bool { return !s.left[0].literal() })
		}
	}
	if !kind.IsDir() {
		for _, s := range hits {
			if ends(s.left[1:]) {
				if err := w.match(s.want, File{Path: real}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	shy := slices.Contains(Unnamed, name)
	var next []state
	for _, s := range hits {
		switch {
		case shy && !s.left[0].literal():
		case s.left[0].any:
			next = add(next, s)
		case len(s.left) > 1:
			next = add(next, state{s.left[1:], s.want})
		case s.left[0].literal():
			if err := w.match(s.want, File{Path: real, Dir: true}); err != nil {
				return err
			}
		}
	}
	return w.dir(real, closed(next), depth+1)
}

// matching gives the states whose first segment a name satisfies; for a plain
// file, which most entries are, only those that end there.
func matching(states []state, name string, file bool) []state {
	var hits []state
	for _, s := range states {
		if (!file || ends(s.left[1:])) && s.left[0].match(name) {
			hits = append(hits, s)
		}
	}
	return hits
}

// ends reports whether a file satisfies a pattern of which this is left. A file
// has nothing below it, so it is not what a/** asks for.
func ends(left []segment) bool { return len(left) == 0 }

// fails gives all that the states might have found as one file that cannot be read.
func (w *walk) fails(at string, states []state, err error) error {
	for _, s := range states {
		if err := w.match(s.want, File{Path: at, Err: err}); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) match(want int, f File) error {
	list := w.found[want]
	if n := len(list); n > 0 && list[n-1].Path == f.Path {
		return nil // by another pattern of the same source
	}
	w.matched++
	if w.matched > w.max.matched {
		return &LimitError{fmt.Sprintf("the patterns match more than %d files; name the reports more closely", w.max.matched)}
	}
	w.found[want] = append(list, f)
	return nil
}

// maxLinks is how many links are followed for one name, as systems do.
const maxLinks = 40

// follow gives what a symbolic link leads to in the end. It goes by itself and not
// by os.Root, which leads out nowhere but does not say what the file is called.
func (w *walk) follow(at, name string) (real string, kind fs.FileMode, err error) {
	rest := []string{name}
	for links := 0; len(rest) > 0; {
		name, rest = rest[0], rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			if at == "." {
				return "", 0, errOutside
			}
			at = path.Dir(at)
			continue
		}
		here := path.Join(at, name)
		info, err := w.root.Lstat(here)
		switch {
		case err != nil && absent(err):
			return "", 0, errors.New("it is a symbolic link that leads to nothing")
		case err != nil:
			return "", 0, plain(err)
		}
		at, kind = here, info.Mode().Type()
		if kind&fs.ModeSymlink == 0 {
			continue
		}
		if links++; links > maxLinks {
			return "", 0, errors.New("it is a symbolic link that leads round in a circle")
		}
		target, err := w.root.Readlink(here)
		if err != nil {
			return "", 0, plain(err)
		}
		if filepath.IsAbs(target) || strings.HasPrefix(target, "/") || filepath.VolumeName(target) != "" {
			return "", 0, errOutside
		}
		at = path.Dir(here)
		rest = append(strings.Split(filepath.ToSlash(target), "/"), rest...)
	}
	if at == "." {
		kind = fs.ModeDir
	}
	return at, kind, nil
}

var errOutside = errors.New("it is a symbolic link that leads out of the directory, or from its root; put the file itself there, or run in the directory that holds both (--directory)")

// absent reports whether a name is simply not there.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// plain takes from an error of the system what the caller says itself.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
