// Package plan holds what GitHub has, what it should have, and the difference,
// as values. A Plan is decided here and executed elsewhere, at most once.
package plan

import "fmt"

// Op is what a change does.
type Op string

const (
	Add    Op = "add"
	Remove Op = "remove"
	Create Op = "create"
	Update Op = "update"
)

// Change is one difference, as comparable data. Old is what the live value must
// still be when the change is made, New is what it will be, both as
// Snapshot.Value gives them: "" is absent, a label or an assignee is its name,
// the comment is its body, and the status is JSON that ParseStatus reads.
type Change struct {
	Op     Op     `json:"op"`
	Target string `json:"target"` // "acme/shop#12", "acme/shop@81d0c7e"
	Key    string `json:"key"`    // "label:In Development", "assignee:ann", "comment", "status"
	Old    string `json:"old"`
	New    string `json:"new"`
	Why    string `json:"why"`
}

// String is one line for a log.
func (c Change) String() string { return fmt.Sprintf("%s %s on %s", c.Op, c.Key, c.Target) }

// Keys of changes. A label's and an assignee's key ends in the name.
const (
	LabelKey    = "label:"
	AssigneeKey = "assignee:"
	CommentKey  = "comment"
	StatusKey   = "status"
	CheckKey    = "check"
	// A further comment's key ends in its own, a reviewer's in "ann" or "acme/qa".
	PostKey      = "post:"
	MinimisedKey = "minimised:"
	ReviewerKey  = "reviewer:"
	// A reaction's key ends in the comment and the content, "12:+1", a project's in
	// "acme/3/Status".
	ReactionKey = "reaction:"
	ProjectKey  = "project:"
	// A proposal's key ends in its branch.
	ProposalKey = "proposal:"
)

// Plan is the changes in the order in which they are made; Diff says which and why.
type Plan struct {
	Repo    string   `json:"repo"`
	Issue   int      `json:"issue"`
	Head    string   `json:"head,omitempty"`
	Changes []Change `json:"changes"`
}

// Empty reports whether there is nothing to do.
func (p Plan) Empty() bool { return len(p.Changes) == 0 }

// Receipt is what applying a plan did.
type Receipt struct {
	Done    []Change `json:"done,omitempty"`
	Skipped []Change `json:"skipped,omitempty"` // already so
	Lost    []Lost   `json:"lost,omitempty"`    // the token may not
	// Failed is the change at which applying stopped, if it did.
	Failed *Change `json:"failed,omitempty"`
}

// Lost is a change that was not made because something is missing that the run
// cannot mend.
type Lost struct {
	Change Change `json:"change"`
	Needs  string `json:"needs"` // for people: "`issues: write`", "ann to be a collaborator of acme/shop"
	// Permission is what a workflow's permissions would have to say, "issues: write",
	// if that is what is missing.
	Permission string `json:"permission,omitempty"`
}
