package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Leads reports whether a pull request of the issue, its own or one beside, goes to the
// branch whose pull requests move the issue. One whose branch is not known does.
func (s Snapshot) Leads(pull Snapshot) bool {
	p := pull.Facts.Pull
	return s.Lead == "" || p == nil || p.Base == s.Lead
}

// Led gives the snapshot with the branch whose pull requests move the issue: the default
// branch, if one goes there, else that of the first. standard gives the default branch,
// and is asked only where there are several.
func (s Snapshot) Led(standard func() (string, error)) (Snapshot, error) {
	s.Lead = ""
	oldest, branch, several, known := 0, "", false, map[string]bool{}
	for _, o := range append([]Snapshot{s}, s.Beside...) {
		p := o.Facts.Pull
		if p == nil || p.Base == "" || !p.Open {
			continue
		}
		several = several || len(known) > 0 && !known[p.Base]
		known[p.Base] = true
		if oldest == 0 || o.Pull < oldest {
			oldest, branch = o.Pull, p.Base
		}
	}
	if !several {
		return s, nil
	}
	name, err := standard()
	if known[name] {
		branch = name
	}
	s.Lead = branch
	return s, err
}

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
	maps.Copy(permissions, f.Permissions)
	s.Beside = nil
	for _, o := range others {
		for _, c := range o.Facts.Comments {
			if !slices.ContainsFunc(f.Comments, func(have evidence.Comment) bool { return have.ID == c.ID }) {
				f.Comments = append(f.Comments, c)
			}
		}
		maps.Copy(permissions, o.Facts.Permissions)
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
