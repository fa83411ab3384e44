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
// branch, if one goes there, else that of the open one with the lowest number. Its own
// counts when it is closed as well: that a run hears of it last does not make it lead.
// standard gives the default branch, and is asked only where they go to several.
func (s Snapshot) Led(standard func() (string, error)) (Snapshot, error) {
	s.Lead = ""
	lowest, branch, branches := 0, "", map[string]bool{}
	for _, o := range append([]Snapshot{s}, s.Beside...) {
		p := o.Facts.Pull
		if p == nil || p.Base == "" {
			continue
		}
		branches[p.Base] = true
		if p.Open && (lowest == 0 || o.Pull < lowest) {
			lowest, branch = o.Pull, p.Base
		}
	}
	if len(branches) < 2 {
		return s, nil
	}
	name, err := standard()
	if branches[name] {
		branch = name
	}
	s.Lead = branch
	return s, err
}

// On gives the snapshot, which is of now, with what was read before it was decided on: the
// facts and the other pull requests, which are read once.
func (s Snapshot) On(read Snapshot) Snapshot {
	s.Facts, s.Beside, s.Past, s.Lead, s.Confirmed = read.Facts, read.Beside, read.Past, read.Lead, read.Confirmed
	return s
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
