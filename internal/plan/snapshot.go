package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Snapshot is what GitHub holds of one issue and the change that works on it.
// Absent and empty are one thing.
type Snapshot struct {
	Repo     string   `json:"repo"` // owner/name
	Issue    int      `json:"issue"`
	Title    string   `json:"title,omitempty"`
	Open     bool     `json:"open"`
	Labels   []string `json:"labels"`
	Assigned []string `json:"assignees"`
	Comment  Comment  `json:"comment"`
	// Pull is the number of the pull request, 0 if there is none; Head its head
	// commit, on which the status stands.
	Pull   int    `json:"pull,omitempty"`
	Head   string `json:"head,omitempty"`
	Status Status `json:"status"`
	// Confirmed says that the status is known to be set by Tollgate's own account.
	Confirmed bool `json:"confirmed,omitempty"`
	// Beside are the other open pull requests of the issue: see With.
	Beside []Snapshot `json:"beside,omitempty"`
	// Lead is the branch whose pull requests move the issue, where its open ones go to several
	// branches; "" where they go to one.
	Lead string `json:"lead,omitempty"`
	// Past are the pull requests that the issue remembers and that are known to be for it no
	// longer: closed, merged, or about something else now. Of one that is in neither nobody
	// knows.
	Past []int `json:"past,omitempty"`
	// Posts are Tollgate's further comments, each the only one under its key, and
	// Check its check run on the head.
	Posts []Post `json:"posts,omitempty"`
	Check Check  `json:"check,omitzero"`
	// Project is the field of the board that is read besides, if one is.
	Project Project `json:"project,omitzero"`
	// Proposed are the proposals that are known to have been made.
	Proposed []Proposal `json:"-"`
	// Facts are what gates and decisions read besides; nothing here is changed.
	Facts evidence.Facts `json:"facts,omitzero"`
}

// Comment is the one status comment, found by its marker and its author. Body ""
// means that there is none. ID is GitHub's number for it, 0 where nobody knows
// it: in a snapshot written by hand, or one that Apply made.
type Comment struct {
	ID   int64  `json:"id,omitempty"`
	Body string `json:"body,omitempty"`
}

// Status is a commit status under Tollgate's context. State "" means none.
type Status struct {
	State       string `json:"state,omitempty"` // error, failure, pending, success
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
}

// Limits of GitHub. It refuses what is longer, so text is cut before it is sent;
// who writes the text keeps below them and cuts where it makes sense.
const (
	// MaxComment is counted by GitHub in characters and here in bytes, which are
	// never fewer.
	MaxComment = 65536
	// MaxSummary is that of a check run's summary, which it counts in bytes.
	MaxSummary = 65535
	// MaxDescription is in characters.
	MaxDescription = 140
)

// SameName reports whether GitHub takes two names of labels, or two logins, for
// one: it compares both without case.
func SameName(a, b string) bool { return fold(a) == fold(b) }

func fold(name string) string { return strings.ToLower(name) }

// Normalise gives the snapshot in the one form in which snapshots are compared:
// names sorted and without doubles, text with \n line ends and no white space
// behind it, as long as GitHub takes it. Values read from GitHub and values that
// should be there go through the same, so what GitHub changes in passing is never
// a difference.
func (s Snapshot) Normalise() Snapshot {
	s.Labels = names(s.Labels)
	s.Assigned = names(s.Assigned)
	s.Comment.Body = normaliseBody(s.Comment.Body)
	if s.Comment.Body == "" {
		s.Comment.ID = 0
	}
	s.Status = s.Status.normalise()
	s.Check = s.Check.normalise()
	s.Posts = normalisePosts(s.Posts)
	return s
}

// Value gives what stands under the key of a change, in the form of the change's
// Old and New.
func (s Snapshot) Value(key string) string {
	s = s.Normalise()
	if name, ok := strings.CutPrefix(key, LabelKey); ok {
		return present(s.Labels, name)
	}
	if name, ok := strings.CutPrefix(key, AssigneeKey); ok {
		return present(s.Assigned, name)
	}
	if name, ok := strings.CutPrefix(key, PostKey); ok {
		return s.Post(name).Body
	}
	if name, ok := strings.CutPrefix(key, MinimisedKey); ok {
		return flag(s.Post(name).Minimised)
	}
	if name, ok := strings.CutPrefix(key, ReviewerKey); ok {
		return present(s.requested(), name)
	}
	if strings.HasPrefix(key, ProposalKey) {
		return s.proposed(key)
	}
	if r, ok := ParseReaction(key); ok {
		return s.reacted(r)
	}
	if _, ok := ParseProject(key); ok {
		return s.field(key)
	}
	switch key {
	case CommentKey:
		return s.Comment.Body
	case StatusKey:
		return s.Status.encode()
	case CheckKey:
		return s.Check.encode()
	default:
		panic(fmt.Sprintf("plan: undefined key %q", key))
	}
}

func flag(set bool) string {
	if set {
		return "yes"
	}
	return ""
}

// Apply gives what is left when every change of the plan has been made.
func (s Snapshot) Apply(p Plan) Snapshot {
	s = s.Normalise()
	for _, c := range p.Changes {
		if name, ok := strings.CutPrefix(c.Key, LabelKey); ok {
			s.Labels = put(s.Labels, name, c.New != "")
			continue
		}
		if name, ok := strings.CutPrefix(c.Key, AssigneeKey); ok {
			s.Assigned = put(s.Assigned, name, c.New != "")
			continue
		}
		if s.applyPost(c) || s.applyToPull(c) || s.applyDisplay(c) || s.applyProposal(c) {
			continue
		}
		switch c.Key {
		case CommentKey:
			s.Comment.Body = c.New
		case CheckKey:
			check, err := ParseCheck(c.New)
			if err != nil {
				panic("plan: applying a change that Diff did not make: " + err.Error())
			}
			s.Check = check
		case StatusKey:
			st, err := ParseStatus(c.New)
			if err != nil {
				panic("plan: applying a change that Diff did not make: " + err.Error())
			}
			s.Status = st
		default:
			panic(fmt.Sprintf("plan: undefined key %q", c.Key))
		}
	}
	return s.Normalise()
}

// ParseStatus reads the Old or New of a status change; "" is no status.
func ParseStatus(value string) (Status, error) {
	var s Status
	if value == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(value), &s); err != nil {
		return Status{}, fmt.Errorf("a status is JSON with state, description and url: %w", err)
	}
	return s, nil
}

func (s Status) encode() string {
	if s.State == "" {
		return ""
	}
	b, err := json.Marshal(s)
	if err != nil {
		panic("plan: " + err.Error()) // three strings always encode
	}
	return string(b)
}

func (s Status) normalise() Status {
	if s.State == "" {
		return Status{}
	}
	s.State = strings.ToValidUTF8(s.State, "\uFFFD")
	s.URL = strings.ToValidUTF8(s.URL, "\uFFFD")
	s.Description = strings.Join(strings.Fields(strings.ToValidUTF8(s.Description, "\uFFFD")), " ")
	if utf8.RuneCountInString(s.Description) > MaxDescription {
		cut := string([]rune(s.Description)[:MaxDescription-1])
		s.Description = strings.TrimRight(cut, " ") + "…"
	}
	return s
}

// cutNote ends a comment that had to be cut. It begins on a line of its own, so
// that it is not swallowed by the table row before it.
const cutNote = "\n\n*(cut: longer than GitHub takes)*"

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func normaliseBody(body string) string { return normaliseText(body, MaxComment) }

// normaliseText cuts to so many bytes.
func normaliseText(body string, most int) string {
	body = strings.ToValidUTF8(body, "\uFFFD")
	body = lineEnds.Replace(body)
	body = strings.TrimRight(body, " \t\r\n")
	if len(body) > most {
		n := most - len(cutNote)
		for !utf8.RuneStart(body[n]) {
			n--
		}
		body = strings.TrimRight(body[:n], " \t\r\n") + cutNote
	}
	return body
}

// cleanName gives a name as GitHub keeps it.
func cleanName(name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(name, "\uFFFD"))
}

// names sorts without regard to case, and of names that differ in case alone
// keeps one.
func names(list []string) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		if n = cleanName(n); n != "" {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(fold(a), fold(b)), cmp.Compare(a, b)) })
	return slices.CompactFunc(out, SameName)
}

// find gives the place of a name in a list, or -1.
func find(list []string, name string) int {
	return slices.IndexFunc(list, func(n string) bool { return SameName(n, name) })
}

func present(list []string, name string) string {
	if find(list, name) < 0 {
		return ""
	}
	return name
}

func put(list []string, name string, there bool) []string {
	list = slices.DeleteFunc(list, func(n string) bool { return SameName(n, name) })
	if there {
		list = append(list, name)
	}
	return list
}
