package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	gh "github.com/google/go-github/v62/github"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/repofile"
	"github.com/tollgate-ci/tollgate/internal/unified"
)

// maxChanged is how many files of a pull request GitHub lists.
const maxChanged = 3000

// Change reads what a pull request touches, for where no git can tell. head is the
// commit that is judged: files of another one are not given. A change that GitHub
// does not list in whole is one that is not Known. Whether a program wrote a file,
// and where code stands in it, GitHub does not say.
func (c *Client) Change(ctx context.Context, repo string, number int, head string) (evidence.Diff, error) {
	d := evidence.Diff{Head: head, Remedy: "check the whole history out, so that git reads the change: actions/checkout with `fetch-depth: 0`"}
	r, err := Target{Repo: repo, Pull: number, Head: head}.check()
	if err != nil {
		return d, err
	}
	pull, err := c.pull(ctx, r, number)
	if err != nil {
		return d, err
	}
	if now := pull.GetHead().GetSHA(); head != "" && now != head {
		d.Unknown = fmt.Sprintf("pull request #%d has moved on to %s", number, evidence.ShortCommit(now))
		return d, nil
	}
	op := operation{name: fmt.Sprintf("reading the files of pull request #%d", number), permission: "pull-requests: read"}
	opts := &gh.ListOptions{PerPage: 100}
	for {
		page, resp, err := c.gh.PullRequests.ListFiles(ctx, r.owner, r.name, number, opts)
		if err != nil {
			return d, c.explain(op, err)
		}
		for _, f := range page {
			one, ok := changed(f)
			if !ok {
				d.Unknown = fmt.Sprintf("GitHub calls %q %q, which Tollgate does not know", c.clean(f.GetFilename()), c.clean(f.GetStatus()))
				d.Files = nil
				return d, nil
			}
			d.Files = append(d.Files, one)
		}
		if resp.NextPage <= opts.Page {
			break
		}
		opts.Page = resp.NextPage
	}
	slices.SortFunc(d.Files, func(a, b evidence.FileChange) int { return cmp.Compare(a.Path, b.Path) })
	listed := len(d.Files)
	d.Files = slices.CompactFunc(d.Files, func(a, b evidence.FileChange) bool { return a.Path == b.Path })
	if n := pull.GetChangedFiles(); n != len(d.Files) || listed >= maxChanged {
		d.Unknown = fmt.Sprintf("pull request #%d touches %d files, and GitHub lists %d", number, n, len(d.Files))
		d.Files = nil
		return d, nil
	}
	if err := c.owners(ctx, repo, pull.GetBase().GetSHA(), &d); err != nil {
		return d, err
	}
	d.Known, d.Remedy = true, ""
	return d, nil
}

// owners says who owns the files, by CODEOWNERS as the base has it.
func (c *Client) owners(ctx context.Context, repo, base string, d *evidence.Diff) error {
	for _, name := range repofile.OwnerFiles {
		data, found, err := c.File(ctx, repo, name, base)
		switch {
		case err != nil:
			return err
		case !found:
			continue
		}
		o := repofile.ParseOwners(name, data)
		d.Codeowners, d.OwnerProblems = name, o.Problems
		for i := range d.Files {
			f := &d.Files[i]
			f.Owners, f.OldOwners = o.Of(f.Path), o.Of(f.Old)
		}
		return nil
	}
	return nil
}

var changeKinds = map[string]evidence.ChangeKind{
	"added": evidence.Added, "removed": evidence.Deleted, "modified": evidence.Modified, "changed": evidence.Modified,
	"renamed": evidence.Renamed, "copied": evidence.Copied,
}

// changed takes over one file. GitHub leaves out the patch of a large file, and
// that of one that is no text, which has no lines either. A patch of which the
// lines are not as many as GitHub counts is not taken for whole.
func changed(f *gh.CommitFile) (evidence.FileChange, bool) {
	how, ok := changeKinds[f.GetStatus()]
	out := evidence.FileChange{Path: f.GetFilename(), How: how}
	if how == evidence.Renamed || how == evidence.Copied {
		out.Old = f.GetPreviousFilename()
	}
	s, err := unified.Patch(f.GetPatch())
	switch {
	case err != nil || count(s.Added) != f.GetAdditions() || count(s.Removed) != f.GetDeletions():
		out.Cut = true
	case f.GetPatch() == "" && f.GetStatus() == "modified":
		out.Binary = true
	default:
		out.Added, out.Removed = s.Added, s.Removed
	}
	return out, ok && out.Path != ""
}

func count(ranges []evidence.LineRange) (n int) {
	for _, r := range ranges {
		n += r.Len()
	}
	return n
}
