package change

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
)

// MaxAncestors is how many commits back an ancestor is looked for.
const MaxAncestors = 1000

// Ancestry is what a change is based on: commits, the nearest first, at most
// MaxAncestors of them.
type Ancestry struct {
	Commits []string
	// Unknown says why there are more than git could list, and Remedy what would show
	// them; both are "" where there are none.
	Unknown, Remedy string
	// Asked is the question with the commits that its names mean in this checkout, in
	// full; a name that means nothing here stays as it is.
	Asked Question
}

// Ancestors lists the commits that the change starts from: the one where it parts
// from its base, and those before it as that branch saw them, along first parents. A
// commit that is on the base itself starts from those before it. What the change's
// own commits came to is in none of these. An error means that it was stopped.
func Ancestors(ctx context.Context, dir string, q Question, getenv func(string) string) (Ancestry, error) {
	a, err := ancestors(ctx, dir, q, getenv)
	var u *unknown
	switch {
	case ctx.Err() != nil:
		return Ancestry{}, ctx.Err()
	case errors.Is(err, errNoGit):
		a.Unknown, a.Remedy = "git would list the commits before, and no git is on the PATH", "install git"
	case errors.As(err, &u):
		a.Unknown, a.Remedy = u.why, u.remedy
	case err != nil:
		a.Unknown, a.Remedy = "git could not list the commits before: "+err.Error(), fetchAll
	}
	return a, nil
}

func ancestors(ctx context.Context, dir string, q Question, getenv func(string) string) (Ancestry, error) {
	a := Ancestry{Asked: q}
	r, err := open(ctx, dir, getenv)
	var refused *gitError
	switch {
	case errors.As(err, &refused):
		return a, &unknown{"this is no git repository, so no commit is known to come before", "run it in a checkout of the repository"}
	case err != nil:
		return a, err
	}
	defer r.close()
	if q.Base == "" {
		if q.Base, err = r.defaultBranch(ctx); err != nil {
			q.Base = firstName(q.Head, "HEAD") // then all that is known comes before the head
		}
	}
	a.Asked = Question{Base: r.named(ctx, q.Base), Head: r.named(ctx, firstName(q.Head, "HEAD"))}
	head, from, err := r.ends(ctx, q)
	if err != nil {
		return a, err
	}
	err = r.stream(ctx, nil, func(out io.Reader) error {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			a.Commits = append(a.Commits, lines.Text())
		}
		return lines.Err()
	}, "rev-list", "--first-parent", fmt.Sprintf("--max-count=%d", MaxAncestors+1), from, "--")
	if err != nil {
		return a, err
	}
	if from == head && len(a.Commits) > 0 {
		a.Commits = a.Commits[1:]
	}
	a.Commits = a.Commits[:min(len(a.Commits), MaxAncestors)]
	if len(a.Commits) == MaxAncestors {
		return a, nil
	}
	if shallow, _ := r.say(ctx, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		a.Unknown, a.Remedy = "the checkout is shallow, and what comes before is not in it", fetchAll
	}
	return a, nil
}

// named gives the commit that a name means here, and the name where it means none.
func (r *repository) named(ctx context.Context, name string) string {
	if sha, err := r.commit(ctx, name, ""); err == nil {
		return sha
	}
	return name
}

func firstName(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
