package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Project is a field of a project board that shows the phase of the issue besides
// its label. Number 0 is none.
type Project struct {
	Owner  string `json:"owner,omitempty"` // login of the organisation or person
	Number int    `json:"number,omitempty"`
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"` // name of the option, "" where none is chosen
}

// Key is that of a change of the field.
func (p Project) Key() string {
	return fmt.Sprintf("%s%s/%d/%s", ProjectKey, p.Owner, p.Number, p.Field)
}

// ParseProject reads the key of a change of a field.
func ParseProject(key string) (Project, bool) {
	rest, ok := strings.CutPrefix(key, ProjectKey)
	owner, rest, _ := strings.Cut(rest, "/")
	digits, field, _ := strings.Cut(rest, "/")
	number, err := strconv.Atoi(digits)
	if !ok || owner == "" || err != nil || number < 1 || field == "" {
		return Project{}, false
	}
	return Project{Owner: owner, Number: number, Field: field}, true
}

// Reaction is one that Tollgate gives a comment.
type Reaction struct {
	Comment int64
	Content string // "+1", "confused"
	Why     string // for the people who read the plan
}

// ParseReaction reads the key of a change of a reaction.
func ParseReaction(key string) (Reaction, bool) {
	rest, ok := strings.CutPrefix(key, ReactionKey)
	digits, content, _ := strings.Cut(rest, ":")
	comment, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || comment < 1 || content == "" {
		return Reaction{}, false
	}
	return Reaction{Comment: comment, Content: content}, true
}

// reacted gives the content of a reaction of ours that stands, or "".
func (s Snapshot) reacted(r Reaction) string {
	for _, c := range s.Facts.Comments {
		if c.ID == r.Comment && slices.Contains(c.Reactions, r.Content) {
			return r.Content
		}
	}
	return ""
}

// field gives what stands in the field that a key is of.
func (s Snapshot) field(key string) string {
	if s.Project.Number != 0 && s.Project.Key() == key {
		return s.Project.Value
	}
	return ""
}

// applyDisplay makes a change of a reaction or of a project, and reports whether it
// is one.
func (s *Snapshot) applyDisplay(c Change) bool {
	if p, ok := ParseProject(c.Key); ok {
		p.Value = c.New
		s.Project = p
		return true
	}
	r, ok := ParseReaction(c.Key)
	if !ok {
		return false
	}
	s.Facts.Comments = slices.Clone(s.Facts.Comments)
	i := slices.IndexFunc(s.Facts.Comments, func(k evidence.Comment) bool { return k.ID == r.Comment })
	if i >= 0 && s.reacted(r) == "" {
		mine := append(slices.Clone(s.Facts.Comments[i].Reactions), r.Content)
		slices.Sort(mine)
		s.Facts.Comments[i].Reactions = mine
	}
	return true
}

// reactions gives those that do not stand yet. What is not known to be there is not
// answered.
func (d differ) reactions(want Desired) []Change {
	var out []Change
	for _, r := range want.React {
		known := slices.ContainsFunc(d.have.Facts.Comments, func(c evidence.Comment) bool { return c.ID == r.Comment })
		if known && d.have.reacted(r) == "" {
			key := fmt.Sprintf("%s%d:%s", ReactionKey, r.Comment, r.Content)
			out = append(out, d.change(Add, key, "", r.Content, cmp.Or(r.Why, "the command was heard")))
		}
	}
	return out
}

// project gives the change of the field.
func (d differ) project(want Desired) []Change {
	p := want.Project
	if p.Number == 0 || p.Value == "" || d.have.field(p.Key()) == p.Value {
		return nil
	}
	return []Change{d.change(Update, p.Key(), d.have.field(p.Key()), p.Value, "the board shows the phase of the issue")}
}
