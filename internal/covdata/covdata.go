// Package covdata turns what programs built with `go build -cover` leave in the
// directory that GOCOVERDIR names into a coverprofile. The files have no format
// that anyone promises to keep, so Go's own tool reads them, the one that belongs
// to the Go that is installed.
//
// The files are bytes that somebody else wrote. They are copied to a temporary
// directory first, through whatever keeps the caller inside its workspace, so that
// no link is followed and no go.mod of the workspace is asked what a tool is; the
// tool runs there, with next to no environment, no network, and limits on what it
// reads, on what it writes and on how long it takes.
package covdata

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Limits of one conversion. The data of Kubernetes' own tests is some 10 MB.
const (
	MaxFiles   = 100_000
	MaxInput   = 1 << 30 // bytes of all files
	MaxProfile = 1 << 30 // bytes of the profile
)

// Tree is where files are looked up; an os.Root is one.
type Tree interface {
	Open(path string) (*os.File, error)
	Stat(path string) (fs.FileInfo, error)
}

var (
	metaName     = regexp.MustCompile(`^covmeta\.([0-9a-f]{32})$`)
	countersName = regexp.MustCompile(`^covcounters\.([0-9a-f]{32})\.[0-9]+\.[0-9]+$`)
)

// Is reports whether a file is of a GOCOVERDIR, by its name, as Go's own tool does.
func Is(file string) bool {
	base := path.Base(filepath.ToSlash(file))
	return metaName.MatchString(base) || countersName.MatchString(base)
}

// Holds reports whether there is such a file in a directory.
func Holds(tree Tree, dir string) bool {
	names, _ := list(tree, dir) // also where there are too many, which Convert says
	return len(names) > 0
}

// list gives the names of the files of a GOCOVERDIR that lie in dir, sorted.
func list(tree Tree, dir string) ([]string, error) {
	d, err := tree.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	var names []string
	for {
		some, err := d.Readdirnames(1024)
		for _, name := range some {
			if Is(name) {
				names = append(names, name)
			}
		}
		switch {
		case len(names) > MaxFiles:
			return names, fmt.Errorf("it holds more than %d files of coverage; merge them in the job that made them: %s", MaxFiles, merge)
		case err == io.EOF:
			slices.Sort(names)
			return names, nil
		case err != nil:
			return nil, err
		}
	}
}

const (
	merge   = "go tool covdata merge -i=DIR -o=MERGED"
	convert = "go tool covdata textfmt -i=DIR -o=cover.out"
)

// Profile is the coverprofile of one or more directories. It lies in a file that
// Close removes.
type Profile struct {
	*os.File
	Size  int64
	Notes []string // what was odd and can only have lowered the coverage

	dir string
}

// Close closes the profile and removes it.
func (p *Profile) Close() error {
	err := p.File.Close()
	return errors.Join(err, os.RemoveAll(p.dir))
}

// Convert merges directories into one profile. getenv gives the environment, of
// which Go is told where things are and nothing else. Every error is about the
// input or the machine and says what to do.
func Convert(ctx context.Context, tree Tree, dirs []string, getenv func(string) string) (*Profile, error) {
	tmp, err := os.MkdirTemp("", "tollgate-covdata-")
	if err != nil {
		return nil, err
	}
	p, err := convertIn(ctx, tmp, tree, dirs, getenv)
	if err != nil {
		os.RemoveAll(tmp)
		return nil, err
	}
	return p, nil
}

func convertIn(ctx context.Context, tmp string, tree Tree, dirs []string, getenv func(string) string) (*Profile, error) {
	c := copier{tree: tree, metas: map[string][sha256.Size]byte{}, left: MaxInput}
	var copies []string
	for i, dir := range dirs {
		name := fmt.Sprintf("i%d", i) // short, and without the comma that divides names
		if err := os.Mkdir(filepath.Join(tmp, name), 0o700); err != nil {
			return nil, err
		}
		if err := c.dir(ctx, dir, filepath.Join(tmp, name)); err != nil {
			return nil, err
		}
		copies = append(copies, name)
	}
	notes, err := c.pair()
	if err != nil {
		return nil, err
	}
	tool, err := toolOf(ctx, tmp, getenv)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(tmp, "cover.out")
	if err := run(ctx, tool, tmp, out, copies); err != nil {
		return nil, err
	}
	f, err := os.Open(out)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Profile{f, info.Size(), notes, tmp}, nil
}

// copier copies directories and keeps what must be known of all of them together.
type copier struct {
	tree     Tree
	left     int64
	files    int
	metas    map[string][sha256.Size]byte // by the hash in the name
	counters []string                     // paths
}

func (c *copier) dir(ctx context.Context, dir, to string) error {
	names, err := list(c.tree, dir)
	if err != nil {
		return err
	}
	if c.files += len(names); c.files > MaxFiles {
		return fmt.Errorf("the directories hold more than %d files of coverage; merge them in the job that made them: %s", MaxFiles, merge)
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := path.Join(filepath.ToSlash(dir), name)
		sum, err := c.file(from, filepath.Join(to, name))
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		hash := hashOf(name)
		if !metaName.MatchString(name) {
			c.counters = append(c.counters, from)
			continue
		}
		if other, ok := c.metas[hash]; ok && other != sum {
			return fmt.Errorf("%s: another file of this name says something else; one of the two is broken", from)
		}
		c.metas[hash] = sum
	}
	return nil
}

func hashOf(name string) string { return strings.Split(path.Base(name), ".")[1] }

// file copies one file and gives the digest of it.
func (c *copier) file(from, to string) (sum [sha256.Size]byte, err error) {
	info, err := c.tree.Stat(from)
	switch {
	case err != nil:
		return sum, err
	case !info.Mode().IsRegular():
		return sum, fmt.Errorf("it is not a regular file (%s)", info.Mode().Type())
	}
	in, err := c.tree.Open(from)
	if err != nil {
		return sum, err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return sum, err
	}
	defer out.Close()
	digest := sha256.New()
	head := &prefix{max: metaHeader}
	n, err := io.Copy(io.MultiWriter(out, digest, head), io.LimitReader(in, c.left+1))
	if c.left -= n; err == nil && c.left < 0 {
		err = fmt.Errorf("the files of coverage have more than %d bytes together; merge them in the job that made them: %s", MaxInput, merge)
	}
	if err == nil {
		err = out.Close()
	}
	if err == nil && metaName.MatchString(path.Base(from)) {
		err = checkMeta(head.kept, n, hashOf(from))
	}
	return [sha256.Size]byte(digest.Sum(nil)), err
}

// prefix keeps the first bytes of what is written to it.
type prefix struct {
	kept []byte
	max  int
}

func (p *prefix) Write(b []byte) (int, error) {
	p.kept = append(p.kept, b[:min(len(b), p.max-len(p.kept))]...)
	return len(b), nil
}

const metaHeader = 56 // bytes: internal/coverage.MetaFileHeader

// checkMeta looks at the head of a covmeta file, of size bytes in all, before the
// tool believes its numbers and makes room for them.
func checkMeta(head []byte, size int64, hash string) error {
	if len(head) < metaHeader {
		return errors.New("it is cut short; the program or the copying did not finish")
	}
	length, entries := binary.LittleEndian.Uint64(head[8:]), binary.LittleEndian.Uint64(head[16:])
	switch {
	case string(head[:4]) != "\x00cvm":
		return errors.New("it is no covmeta file, whatever its name says")
	case length > uint64(size):
		return fmt.Errorf("it is cut short: %d of %d bytes; the program or the copying did not finish", size, length)
	case length < uint64(size) || entries > uint64(size)/16:
		return errors.New("its head does not fit its length; it is broken")
	case hex.EncodeToString(head[24:40]) != hash:
		return errors.New("it is not the file that its name says; it is broken, or was renamed")
	}
	return nil
}

// pair sees to it that no count is without its meaning. The tool would leave such
// a count out and say nothing.
func (c *copier) pair() (notes []string, err error) {
	counted := map[string]bool{}
	for _, from := range c.counters {
		hash := hashOf(from)
		if _, ok := c.metas[hash]; !ok {
			return nil, fmt.Errorf("%s: there is no covmeta.%s that says what it counts; keep all files of the directory", from, hash)
		}
		counted[hash] = true
	}
	for hash := range c.metas {
		if !counted[hash] {
			notes = append(notes, fmt.Sprintf("covmeta.%s has no covcounters: no program that it describes came to its end (one that panics or is killed writes none), so nothing of it counts as covered", hash))
		}
	}
	slices.Sort(notes)
	return notes, nil
}
