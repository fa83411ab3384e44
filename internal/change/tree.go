package change

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/tollgate-ci/tollgate/evidence"
)

// MaxTree bounds the files of a repository. Chromium has half a million.
const MaxTree = 4_000_000

// Tree lists the files of the repository that dir is in, at a commit, "" for the one
// that is checked out. What nobody committed is not in it. An error means that it was
// stopped; a tree that cannot be listed is not Known.
func Tree(ctx context.Context, dir, head string, getenv func(string) string) (evidence.Tree, error) {
	t, err := tree(ctx, dir, head, getenv)
	var refused *gitError
	switch {
	case err == nil:
		t.Known = true
		return t, nil
	case ctx.Err() != nil:
		return evidence.Tree{}, ctx.Err()
	case errors.Is(err, errNoGit):
		return evidence.Tree{Unknown: "git lists them, and no git is on the PATH"}, nil
	case errors.As(err, &refused):
		return evidence.Tree{Unknown: "there is no checkout of the commit that is judged"}, nil
	default:
		return evidence.Tree{Unknown: err.Error()}, nil
	}
}

func tree(ctx context.Context, dir, head string, getenv func(string) string) (evidence.Tree, error) {
	r, err := open(ctx, dir, getenv)
	if err != nil {
		return evidence.Tree{}, err
	}
	defer r.close()
	commit, err := r.commit(ctx, head, "HEAD")
	if err != nil {
		return evidence.Tree{}, err
	}
	var t evidence.Tree
	err = r.stream(ctx, nil, func(out io.Reader) error {
		in := bufio.NewReaderSize(out, maxField)
		for {
			if _, err := in.Peek(1); err == io.EOF {
				return nil
			}
			path, err := field(in)
			switch {
			case err != nil:
				return err
			case len(t.Paths) == MaxTree:
				return fmt.Errorf("the repository has more than %d files", MaxTree)
			}
			t.Paths = append(t.Paths, path)
		}
	}, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
	return t, err
}
