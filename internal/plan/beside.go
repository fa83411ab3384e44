package plan

import (
	"cmp"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// With gives the snapshot with the other open pull requests of its issue, each a snapshot
// of its own without the issue: what people say there is said of the issue as well, and
// who wrote one of them is an author of the change.
func (s Snapshot) With(others []Snapshot) Snapshot {
	if len(others) == 0 {
		return s
	}
	f := s.Facts
	f.Comments, f.Authors = slices.Clone(f.Comments), slices.Clone(f.Authors)
	permissions := map[string]string{}
	for login, may := range f.Permissions {
		permissions[login] = may
	}
	s.Beside = nil
	for _, o := range others {
		for _, c := range o.Facts.Comments {
			if !slices.ContainsFunc(f.Comments, func(have evidence.Comment) bool { return have.ID == c.ID }) {
				f.Comments = append(f.Comments, c)
			}
		}
		for login, may := range o.Facts.Permissions {
			permissions[login] = may
		}
		if p := o.Facts.Pull; p != nil {
			f.Authors = append(f.Authors, p.Author)
		}
		o.Facts.Comments = nil
		s.Beside = append(s.Beside, o)
	}
	slices.SortStableFunc(f.Comments, func(a, b evidence.Comment) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	if len(permissions) > 0 {
		f.Permissions = permissions
	}
	s.Facts = f
	return s
}
