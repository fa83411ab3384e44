package evidence

import (
	"slices"
	"time"
)

// Facts are GitHub's own evidence: the issue, the pull request that works on it,
// and what people and other programs said of both. They are saved with a snapshot,
// so that a run without a network sees the same.
//
// Texts in them are written by anyone. Logins, times, states and numbers are
// GitHub's.
type Facts struct {
	// Read are the parts that were read, sorted. What is not in it is unknown, which
	// is not the same as empty; Unread says why, where that is known.
	Read   []FactPart          `json:"read,omitempty"`
	Unread map[FactPart]string `json:"unread,omitempty"`

	Issue Post  `json:"issue,omitzero"`
	Pull  *Pull `json:"pull,omitempty"` // nil if there is none
	// Authors are those of the other open pull requests of the issue.
	Authors []string `json:"authors,omitempty"`

	// Lists are the task lists that Tollgate put on the issue, each in a comment of its
	// own: the number is the issue's, the title the key of the comment.
	Lists []Post `json:"lists,omitempty"`

	// Editor is who last edited Tollgate's status comment, if that was not Tollgate.
	Editor string `json:"editor,omitempty"`
	// PostEditors are the same of the further comments that repeat what it remembers, by
	// their keys.
	PostEditors map[string]string `json:"post_editors,omitempty"`

	Comments []Comment  `json:"comments,omitempty"` // on the issue and on the pull request, by time
	Events   []Event    `json:"events,omitempty"`   // of the issue's timeline, by time
	Reviews  []Review   `json:"reviews,omitempty"`  // by time
	Threads  []Thread   `json:"threads,omitempty"`  // by path and line
	Checks   []CheckRun `json:"checks,omitempty"`   // of the head, every attempt
	Blockers []Blocker  `json:"blockers,omitempty"` // issues that GitHub says block this one
	// Teams are the members of the teams that the policy names: "@org/team" to
	// logins. A team that is not in it could not be read.
	Teams map[string][]string `json:"teams,omitempty"`
	// Permissions are what logins may do in the repository: admin, maintain, write,
	// triage, read or none. A login that is not in it is unknown.
	Permissions map[string]string `json:"permissions,omitempty"`
}

// FactPart is a part of the facts that is read, or not read, as one.
type FactPart string

const (
	IssuePart    FactPart = "issue"
	EditsPart    FactPart = "edits" // of the texts of the issue and the pull request
	ListsPart    FactPart = "lists" // the edits of the task lists that Tollgate put on the issue
	CommentsPart FactPart = "comments"
	EventsPart   FactPart = "events"
	PullPart     FactPart = "pull"
	ReviewsPart  FactPart = "reviews"
	ThreadsPart  FactPart = "threads"
	ChecksPart   FactPart = "checks"
	BlockersPart FactPart = "blockers"
	// ReactionsPart are those of Tollgate's own account to comments.
	ReactionsPart FactPart = "reactions"
	// TeamsPart was read if every team was, PermissionsPart likewise.
	TeamsPart       FactPart = "teams"
	PermissionsPart FactPart = "permissions"
)

// Has reports whether a part was read.
func (f *Facts) Has(p FactPart) bool { return slices.Contains(f.Read, p) }

// Post is the text of an issue or a pull request.
type Post struct {
	Number  int       `json:"number"`
	Author  string    `json:"author,omitempty"`
	Title   string    `json:"title,omitempty"`
	Body    string    `json:"body,omitempty"`
	Created time.Time `json:"created,omitzero"`
	// Edits are its versions by time, none if it was never edited. GitHub keeps up
	// to 100, the first one among them: by the author, at the time of creation.
	Edits []Edit `json:"edits,omitempty"`
}

// Edit is one version of a text.
type Edit struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Body string    `json:"body"` // the whole text after it; "" if GitHub no longer has it
}

// Pull is a pull request.
type Pull struct {
	Post
	Base      string   `json:"base"` // branch that it goes to
	BaseSHA   string   `json:"baseSHA,omitempty"`
	Branch    string   `json:"branch,omitempty"` // that it comes from
	Head      string   `json:"head"`
	Fork      bool     `json:"fork,omitempty"`
	Draft     bool     `json:"draft,omitempty"`
	Merged    bool     `json:"merged,omitempty"`
	Open      bool     `json:"open"`
	Labels    []string `json:"labels,omitempty"`
	Requested []string `json:"requested,omitempty"` // whose review is asked for: "@user", "@org/team"
}

// Comment is one on the issue, on the pull request or in a thread.
type Comment struct {
	ID     int64     `json:"id"`
	On     int       `json:"on,omitempty"` // number of the issue or pull request
	Author string    `json:"author"`
	Bot    bool      `json:"bot,omitempty"`
	Body   string    `json:"body"`
	At     time.Time `json:"at"`
	Edited time.Time `json:"edited,omitzero"` // last, zero if never
	URL    string    `json:"url,omitempty"`
	// Reactions are those that Tollgate's own account gave it: "+1", "rocket".
	Reactions []string `json:"reactions,omitempty"`
}

// Event is one of an issue's timeline.
type Event struct {
	Kind  string    `json:"kind"` // as GitHub names it: labeled, unlabeled, assigned, closed, reopened, …
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at"`
	Value string    `json:"value,omitempty"` // the label, the login, the number
}

// Review is one that was submitted.
type Review struct {
	ID     int64       `json:"id"`
	Author string      `json:"author"`
	State  ReviewState `json:"state"`
	Commit string      `json:"commit"` // that was reviewed
	Body   string      `json:"body,omitempty"`
	At     time.Time   `json:"at"`
	URL    string      `json:"url,omitempty"`
	// Was is what a dismissed one had been, and DismissedBy who dismissed it: "" if it was
	// not, or if nobody knows.
	Was         ReviewState `json:"was,omitempty"`
	DismissedBy string      `json:"dismissedBy,omitempty"`
}

// ReviewState is GitHub's, in small letters.
type ReviewState string

const (
	ReviewApproved  ReviewState = "approved"
	ReviewRequested ReviewState = "changes_requested"
	ReviewCommented ReviewState = "commented"
	ReviewDismissed ReviewState = "dismissed"
	ReviewPending   ReviewState = "pending"
)

// Thread is a conversation on a line of the change.
type Thread struct {
	ID       string `json:"id"`
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"` // 0 for a whole file, or where the line is gone
	Resolved bool   `json:"resolved,omitempty"`
	// ResolvedBy is who resolved it, "" if it is not, or if nobody knows.
	ResolvedBy string    `json:"resolvedBy,omitempty"`
	Outdated   bool      `json:"outdated,omitempty"`
	Comments   []Comment `json:"comments"` // by time; the first opened it
}

// CheckRun is a check run or a commit status of another program.
type CheckRun struct {
	ID   int64  `json:"id,omitempty"`
	Name string `json:"name"` // of the run, or the context of the status
	// App is the slug of the app that posted the run; of a status, the login.
	App    string `json:"app"`
	Status bool   `json:"status,omitempty"` // a commit status
	// Conclusion is GitHub's word, "" while it runs: success, failure, neutral,
	// cancelled, skipped, timed_out, action_required, stale; of a status: error,
	// failure, pending, success.
	Conclusion string    `json:"conclusion,omitempty"`
	Commit     string    `json:"commit"`
	At         time.Time `json:"at"` // when it began, or was posted
	URL        string    `json:"url,omitempty"`
	// Suite is the check suite that a run is in: that of one run of a workflow, with all
	// of its attempts. Workflow is the file of that workflow, ci.yml, and Event what
	// started it, where they are known.
	Suite    int64  `json:"suite,omitempty"`
	Workflow string `json:"workflow,omitempty"`
	Event    string `json:"event,omitempty"`
}

// Blocker is an issue that blocks another one.
type Blocker struct {
	Repo   string    `json:"repo"`
	Number int       `json:"number"`
	Open   bool      `json:"open"`
	Closed time.Time `json:"closed,omitzero"` // when it was closed, zero if open or unknown
}
