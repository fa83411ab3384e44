// Package change finds out what a change touches, from the git repository on this
// machine. It fills an evidence.Diff, and where it cannot, says in it why and what
// would help: a change whose files nobody could read is never one that touches
// nothing.
package change

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/unified"
)

// Question says between which commits the change is.
type Question struct {
	// Base is a commit, branch or tag of the branch that the change goes to. Empty, it
	// is the default branch of the remote that the repository was cloned from.
	Base string
	// Head is the commit that is judged; empty, the one that is checked out. What is
	// not committed is in no change.
	Head string
}

// Limits of one change. The largest pull requests that GitHub shows have 3000 files.
const (
	MaxFiles = 100_000
	MaxBytes = 1 << 30 // of the diff
)

// Read reads the change from the repository that dir is in. An error means that it
// was stopped; what cannot be read is a Diff that is not Known.
func Read(ctx context.Context, dir string, q Question, getenv func(string) string) (evidence.Diff, error) {
	d, err := read(ctx, dir, q, getenv)
	var u *unknown
	switch {
	case ctx.Err() != nil:
		return evidence.Diff{}, ctx.Err()
	case errors.As(err, &u):
		return evidence.Diff{Base: d.Base, Head: d.Head, Unknown: u.why, Remedy: u.remedy}, nil
	case err != nil:
		return evidence.Diff{Base: d.Base, Head: d.Head, Unknown: "git could not read the change: " + err.Error(), Remedy: fetchAll}, nil
	}
	d.Known = true
	return d, nil
}

// unknown is why a change is not known, and what would make it known.
type unknown struct{ why, remedy string }

func (u *unknown) Error() string { return u.why }

const (
	fetchAll = "check the whole history out: actions/checkout with `fetch-depth: 0`"
	giveBase = "name what the change goes to with --base"
)

func read(ctx context.Context, dir string, q Question, getenv func(string) string) (evidence.Diff, error) {
	r, err := open(ctx, dir, getenv)
	var refused *gitError
	switch {
	case errors.Is(err, errNoGit):
		return evidence.Diff{}, &unknown{"what the change touches is read by git, and no git is on the PATH", "install git"}
	case errors.As(err, &refused):
		return evidence.Diff{}, &unknown{"what the change touches is not known: this is no git repository", "run it in a checkout of the repository"}
	case err != nil:
		return evidence.Diff{}, err
	}
	defer r.close()
	head, base, err := r.ends(ctx, q)
	d := evidence.Diff{Base: base, Head: head}
	if err != nil {
		return d, err
	}
	d.Files, err = r.files(ctx, base, head)
	return d, err
}

// ends finds the two commits that the change is between.
func (r *repository) ends(ctx context.Context, q Question) (head, base string, err error) {
	head, err = r.commit(ctx, q.Head, "HEAD")
	switch {
	case err != nil && q.Head == "":
		return "", "", &unknown{"there is no commit yet, so nothing is a change", "commit it"}
	case err != nil:
		return "", "", &unknown{fmt.Sprintf("the commit that is judged, %s, is not in this checkout", short(q.Head)), fetchAll}
	}
	target, name := "", q.Base
	if name == "" {
		if name, err = r.defaultBranch(ctx); err != nil {
			return head, "", err
		}
	}
	if target, err = r.commit(ctx, name, ""); err != nil {
		return head, "", &unknown{fmt.Sprintf("the base of the change, %s, is not in this checkout", short(name)), fetchAll + ", or correct --base"}
	}
	base, err = r.say(ctx, "merge-base", target, head)
	var refused *gitError
	if errors.As(err, &refused) && refused.status == 1 {
		u := &unknown{fmt.Sprintf("%s and %s have no commit in common", short(target), short(head)), giveBase}
		if shallow, _ := r.say(ctx, "rev-parse", "--is-shallow-repository"); shallow == "true" {
			u = &unknown{fmt.Sprintf("the checkout is shallow, and the commit where %s and %s part is not in it", short(target), short(head)), fetchAll}
		}
		return head, "", u
	}
	return head, base, err
}

// commit gives the commit that a name means, in full.
func (r *repository) commit(ctx context.Context, name, otherwise string) (string, error) {
	if name == "" {
		name = otherwise
	}
	return r.say(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
}

// defaultBranch is the branch that a change made here most likely goes to.
func (r *repository) defaultBranch(ctx context.Context) (string, error) {
	if ref, err := r.say(ctx, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"); err == nil && ref != "" {
		return ref, nil
	}
	var found []string
	for _, name := range []string{"main", "master"} {
		if ref := "refs/remotes/origin/" + name; r.has(ctx, ref) {
			found = append(found, ref)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return "", &unknown{"nothing says which branch the change goes to", giveBase}
}

func (r *repository) has(ctx context.Context, ref string) bool {
	_, err := r.commit(ctx, ref, "")
	return err == nil
}

// entry is a file of a change as git lists it, with what git calls its two contents.
type entry struct {
	evidence.FileChange
	oldMode, newMode string
	oldBlob, newBlob string
}

// files lists what differs between two commits, with the lines.
func (r *repository) files(ctx context.Context, base, head string) ([]evidence.FileChange, error) {
	var entries []entry
	err := r.stream(ctx, nil, func(out io.Reader) (err error) {
		entries, err = listed(out)
		return err
	}, "diff-tree", "-r", "-M50%", "-l1000", "--raw", "-z", "--full-index", "--no-abbrev", "--patch", "--unified=0", "--inter-hunk-context=0",
		"--diff-algorithm=myers", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--submodule=short",
		"--ignore-submodules=none", base, head, "--")
	if err != nil {
		return nil, err
	}
	files := make([]evidence.FileChange, len(entries))
	for i, e := range entries {
		files[i] = e.FileChange
	}
	return files, nil
}

// listed reads git's list of files and, after it, the lines of each.
func listed(out io.Reader) ([]entry, error) {
	bounded := &io.LimitedReader{R: out, N: MaxBytes}
	in := bufio.NewReaderSize(bounded, 64<<10)
	entries, err := list(in)
	if err == nil {
		err = lines(in, entries)
	}
	if bounded.N == 0 {
		err = &unknown{fmt.Sprintf("the change is larger than %d bytes", MaxBytes), "split it"}
	}
	return entries, err
}

// list reads the entries, in which names end at a zero byte and are not quoted.
func list(in *bufio.Reader) ([]entry, error) {
	var entries []entry
	for {
		switch c, err := in.ReadByte(); {
		case err == io.EOF, err == nil && c == 0: // between the list and the lines
			return entries, nil
		case err != nil:
			return nil, err
		case c != ':':
			return nil, fmt.Errorf("git lists a file by %q", c)
		case len(entries) == MaxFiles:
			return nil, &unknown{fmt.Sprintf("the change touches more than %d files", MaxFiles), "split it"}
		}
		meta, err := field(in)
		if err != nil {
			return nil, err
		}
		parts := strings.Fields(meta)
		if len(parts) != 5 {
			return nil, fmt.Errorf("git lists a file as %q", meta)
		}
		e := entry{oldMode: parts[0], newMode: parts[1], oldBlob: parts[2], newBlob: parts[3]}
		if e.Path, err = field(in); err != nil {
			return nil, err
		}
		switch parts[4][0] {
		case 'A':
			e.How = evidence.Added
		case 'M', 'T':
			e.How = evidence.Modified
		case 'D':
			e.How = evidence.Deleted
		case 'R':
			e.How, e.Old = evidence.Renamed, e.Path
			if e.Path, err = field(in); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("git lists %q as %q", e.Path, parts[4])
		}
		entries = append(entries, e)
	}
}

// maxField is far above the longest path that a file system takes.
const maxField = 64 << 10

// field reads up to a zero byte.
func field(in *bufio.Reader) (string, error) {
	text, err := in.ReadSlice(0)
	switch {
	case err == nil:
		return string(text[:len(text)-1]), nil
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("git lists a path of more than %d bytes", maxField)
	default:
		return "", io.ErrUnexpectedEOF
	}
}

// lines reads the lines of every entry, which stand in the order of the list. One
// that became something else, such as a link, is shown as deleted and then added.
func lines(in io.Reader, entries []entry) error {
	at, half := 0, false
	err := unified.Each(in, func(s unified.Section) error {
		if at == len(entries) {
			return errors.New("git shows the lines of more files than it lists")
		}
		e := &entries[at]
		e.Added, e.Removed = append(e.Added, s.Added...), append(e.Removed, s.Removed...)
		e.Binary = e.Binary || s.Binary
		if e.retyped() && !half {
			half = true
			return nil
		}
		at, half = at+1, false
		return nil
	})
	if err == nil && at != len(entries) {
		err = fmt.Errorf("git lists %d files and shows the lines of %d", len(entries), at)
	}
	return err
}

// retyped reports whether a file became a link or a submodule, or the other way
// round. That it became executable is none of that.
func (e *entry) retyped() bool {
	return e.How == evidence.Modified && e.oldMode[:2] != e.newMode[:2]
}

// short cuts a commit to what people compare, and leaves a name as it is.
func short(name string) string {
	if len(name) >= 40 && strings.Trim(name, "0123456789abcdef") == "" {
		return name[:7]
	}
	return fmt.Sprintf("%q", name)
}
