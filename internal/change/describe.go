package change

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/repofile"
)

// describe adds to the files of a change what the repository says of them: by
// CODEOWNERS and .gitattributes as the base has them, because a change must not
// say of itself who looks at it, and by the files' own text.
func (r *repository) describe(ctx context.Context, d *evidence.Diff, entries []entry) error {
	if err := r.owners(ctx, d); err != nil {
		return err
	}
	marked, err := r.marked(ctx, d.Base, d.Files)
	if err != nil {
		return err
	}
	texts, err := r.texts(ctx, entries)
	if err != nil {
		return err
	}
	for i := range d.Files {
		f, e := &d.Files[i], entries[i]
		now, before := texts[e.newBlob], texts[e.oldBlob]
		switch says, ok := marked[f.Path]; {
		case ok:
			f.Generated = says
		case f.How == evidence.Added:
			f.Generated = repofile.Generated(f.Path, now)
		case f.How == evidence.Deleted:
			f.Generated = repofile.Generated(f.Path, before)
		default: // a file that people wrote does not become another one by what it says now
			f.Generated = repofile.Generated(f.Path, now) && repofile.Generated(e.oldPath(), before)
		}
		if f.How == evidence.Deleted || f.Binary || !isFile(e.newMode) {
			continue
		}
		f.Coverable, f.Parsed = repofile.Coverable(f.Path, now, f.Added)
	}
	return nil
}

// isFile reports whether a mode is of a plain file, not of a link or a submodule.
func isFile(mode string) bool { return strings.HasPrefix(mode, "100") }

// owners reads CODEOWNERS and says who owns what.
func (r *repository) owners(ctx context.Context, d *evidence.Diff) error {
	for _, name := range repofile.OwnerFiles {
		data, err := r.file(ctx, d.Base, name, repofile.MaxOwners)
		switch {
		case err != nil:
			return err
		case data == nil:
			continue
		}
		d.Codeowners = name
		if len(data) > repofile.MaxOwners {
			d.OwnerProblems = []evidence.Problem{{Pos: evidence.Pos{File: name}, Gravity: evidence.Unsound,
				Message: fmt.Sprintf("the file is larger than %d bytes, and GitHub reads none of it", repofile.MaxOwners)}}
			return nil
		}
		o := repofile.ParseOwners(name, data)
		d.OwnerProblems = o.Problems
		for i := range d.Files {
			f := &d.Files[i]
			f.Owners, f.OldOwners = o.Of(f.Path), o.Of(f.Old)
		}
		return nil
	}
	return nil
}

// file gives a file of a commit and at most one byte more than most, nil if there
// is none.
func (r *repository) file(ctx context.Context, commit, name string, most int64) (data []byte, err error) {
	blob, err := r.say(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", commit+":"+name)
	var refused *gitError
	if errors.As(err, &refused) && refused.status == 1 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	err = r.stream(ctx, nil, func(out io.Reader) (err error) {
		data, err = io.ReadAll(io.LimitReader(out, most+1))
		return err
	}, "cat-file", "blob", blob)
	if err == nil && data == nil {
		data = []byte{}
	}
	return data, err
}

// marked gives the files of which a .gitattributes of the base says that they are
// generated, or that they are not. git itself reads them.
func (r *repository) marked(ctx context.Context, base string, files []evidence.FileChange) (map[string]bool, error) {
	other := *r
	other.env = append(r.env[:len(r.env):len(r.env)], "GIT_INDEX_FILE="+filepath.Join(r.tmp, "attributes"))
	if _, err := other.say(ctx, "read-tree", base); err != nil {
		return nil, err
	}
	var paths strings.Builder
	for i := range files {
		paths.WriteString(files[i].Path + "\x00")
	}
	out := map[string]bool{}
	err := other.stream(ctx, strings.NewReader(paths.String()), func(said io.Reader) error {
		in := bufio.NewReaderSize(said, maxField)
		for {
			path, err := field(in)
			if err == io.ErrUnexpectedEOF && path == "" {
				return nil
			}
			if err != nil {
				return err
			}
			if _, err := field(in); err != nil { // the name of the attribute
				return err
			}
			switch value, err := field(in); {
			case err != nil:
				return err
			case value == "set" || value == "true":
				out[path] = true
			case value == "unset" || value == "false":
				out[path] = false
			}
		}
	}, "check-attr", "--cached", "--stdin", "-z", "linguist-generated")
	return out, err
}

// maxTexts bounds what is kept of the files of a change, in bytes.
const maxTexts = 256 << 20

// texts reads what is needed of the files of a change: all of a Go file, and of
// another the beginning.
func (r *repository) texts(ctx context.Context, entries []entry) (map[string][]byte, error) {
	var ask strings.Builder
	var most []int64
	want := func(path, blob, mode string) {
		if !isFile(mode) {
			return
		}
		ask.WriteString(blob + "\n")
		if strings.HasSuffix(path, ".go") {
			most = append(most, repofile.MaxGo+1)
		} else {
			most = append(most, repofile.HeadBytes)
		}
	}
	for i := range entries {
		e := &entries[i]
		if !e.Binary {
			want(e.Path, e.newBlob, e.newMode)
			want(e.oldPath(), e.oldBlob, e.oldMode)
		}
	}
	texts := map[string][]byte{}
	if most == nil {
		return texts, nil
	}
	left := int64(maxTexts)
	err := r.stream(ctx, strings.NewReader(ask.String()), func(out io.Reader) error {
		in := bufio.NewReader(out)
		for _, keep := range most {
			var blob, kind string
			var size int64
			if _, err := fmt.Fscanf(in, "%s %s %d\n", &blob, &kind, &size); err != nil {
				return fmt.Errorf("git gives no text of %s: %w", blob, err)
			}
			text := make([]byte, min(size, keep, left))
			if _, err := io.ReadFull(in, text); err != nil {
				return err
			}
			if _, err := io.CopyN(io.Discard, in, size-int64(len(text))+1); err != nil {
				return err
			}
			left -= int64(len(text))
			if len(text) > len(texts[blob]) {
				texts[blob] = text
			}
		}
		return nil
	}, "cat-file", "--batch")
	return texts, err
}
