package github

import (
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// creators says of every status who set it, which the list over REST leaves out.
func (d *discussion) creators(a *discussionAnswer) {
	if a.Repository.Object == nil || a.Repository.Object.Status == nil {
		return
	}
	by := map[string]string{}
	for _, s := range a.Repository.Object.Status.Contexts {
		by[s.Context] = s.Creator.login()
		if strings.EqualFold(s.Context, d.x.c.context) && d.x.by != nil {
			*d.x.by = s.Creator.login()
		}
	}
	for i := range d.x.f.Checks {
		if c := &d.x.f.Checks[i]; c.Status {
			c.App = by[c.Name]
		}
	}
}

// editors says who last edited our status comment and those that repeat what it
// remembers, if that was not us: what they remember is then theirs.
func (d *discussion) editors(ctx context.Context, a *discussionAnswer) error {
	for _, p := range d.x.remembers[min(maxNodes, len(d.x.remembers)):] {
		d.edited(p.Key, "somebody") // or nobody: it was not asked
	}
	for i, n := range a.Nodes {
		if n == nil || n.Editor == nil || i >= len(d.x.remembers) { // it was not edited
			continue
		}
		us, err := d.x.c.Login(ctx)
		if err != nil {
			return err
		}
		if by := n.Editor.login(); !plan.SameName(by, us) {
			d.edited(d.x.remembers[i].Key, by)
		}
	}
	return nil
}

// maxNodes is how many comments GraphQL is asked for by their names in one query.
const maxNodes = 100

// edited takes in who edited the comment of a key, "" for the status comment.
func (d *discussion) edited(key, by string) {
	switch {
	case key == "":
		d.x.f.Editor = by
	case d.x.f.PostEditors == nil:
		d.x.f.PostEditors = map[string]string{key: by}
	default:
		d.x.f.PostEditors[key] = by
	}
}
