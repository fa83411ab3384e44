package cli

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/covdata"
	"github.com/tollgate-ci/tollgate/internal/find"
	"github.com/tollgate-ci/tollgate/parsers"
)

// input is what one report is made of: a file, or directories of GOCOVERDIR, which
// Go's tool merges.
type input struct {
	path  string
	err   error    // why the file cannot be read
	cover []string // directories
}

// key is the same for inputs that give the same report.
func (in input) key() string { return in.path + "\x00" + strings.Join(in.cover, "\x00") }

// inputsOf makes one input of all files and directories that are of a GOCOVERDIR,
// each directory whole, and one of each other file.
func inputsOf(files []find.File, from opener) []input {
	var inputs []input
	var cover []string
	for _, f := range files {
		switch {
		case f.Err == nil && f.Dir && covdata.Holds(from, f.Path):
			cover = append(cover, f.Path)
		case f.Err == nil && !f.Dir && covdata.Is(f.Path):
			cover = append(cover, path.Dir(f.Path))
		default:
			inputs = append(inputs, input{path: f.Path, err: f.Err})
		}
	}
	if cover != nil {
		slices.Sort(cover)
		cover = slices.Compact(cover)
		name := strings.Join(cover[:min(3, len(cover))], ", ")
		if len(cover) > 3 {
			name += ", …"
		}
		inputs = append(inputs, input{path: name, cover: cover})
	}
	return inputs
}

// argumentsOf does the same for paths that a user typed.
func argumentsOf(args []string) []input {
	var files []find.File
	for _, arg := range args {
		f := find.File{Path: arg}
		if info, err := (anywhere{}).Stat(arg); err == nil {
			f.Dir = info.IsDir()
		}
		if covdata.Is(arg) || f.Dir {
			f.Path = filepath.ToSlash(arg)
		}
		files = append(files, f)
	}
	return inputsOf(files, anywhere{})
}

// read reads one input. What it says is in the report, also that it cannot be read;
// an error means that reading was stopped.
func (a *app) read(ctx context.Context, in input, from opener) (*evidence.Report, error) {
	switch {
	case in.err != nil:
		return unsound(in.path, in.err), nil
	case in.cover != nil:
		return a.readCover(ctx, in, from)
	default:
		return readReport(ctx, in.path, from)
	}
}

func (a *app) readCover(ctx context.Context, in input, from opener) (*evidence.Report, error) {
	p, err := covdata.Convert(ctx, from, in.cover, a.env.Getenv)
	if err != nil {
		r := unsound(in.path, err)
		r.Kinds = evidence.Coverage
		return r, ctx.Err()
	}
	defer p.Close()
	r, err := parsers.Parse(ctx, parsers.Source{Name: in.path, Reader: p.File, At: p.File, Size: p.Size})
	for _, note := range p.Notes {
		r.Complain(evidence.Quirk, 0, 0, "%s", note)
	}
	return r, err
}
