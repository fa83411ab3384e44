package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Post is a comment of Tollgate's own besides the status comment: the decision log,
// a notice of a handoff, an escalation.
type Post struct {
	Key  string `json:"key"`
	ID   int64  `json:"id,omitempty"`
	Node string `json:"node,omitempty"` // GitHub's name for it where comments are minimised
	Body string `json:"body"`
	// Minimised comments are folded away on the page. At is when it was written.
	Minimised bool      `json:"minimised,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// Check is Tollgate's check run on the head. Conclusion "" means none.
type Check struct {
	ID         int64  `json:"id,omitempty"`
	Conclusion string `json:"conclusion,omitempty"` // success or failure: GitHub takes most others for green
	Title      string `json:"title,omitempty"`
	Summary    string `json:"summary,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Post gives the comment under a key; the zero Post is none.
func (s Snapshot) Post(key string) Post {
	for _, p := range s.Posts {
		if p.Key == key {
			return p
		}
	}
	return Post{Key: key}
}

// normalisePosts sorts by key and keeps the oldest of each; those without a text are
// none.
func normalisePosts(posts []Post) []Post {
	var out []Post
	for _, p := range posts {
		if p.Body = normaliseBody(p.Body); p.Body != "" && p.Key != "" {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Post) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(out, func(a, b Post) bool { return a.Key == b.Key })
}

// requested are those whose review of the pull request is asked for.
func (s Snapshot) requested() []string {
	if s.Facts.Pull == nil {
		return nil
	}
	var names []string
	for _, who := range s.Facts.Pull.Requested {
		names = append(names, strings.TrimPrefix(who, "@"))
	}
	return names
}

// applyPost makes a change of a further comment, and reports whether it is one.
func (s *Snapshot) applyPost(c Change) bool {
	key, isPost := strings.CutPrefix(c.Key, PostKey)
	folded, isFold := strings.CutPrefix(c.Key, MinimisedKey)
	if !isPost && !isFold {
		return false
	}
	s.Posts = slices.Clone(s.Posts)
	for i := range s.Posts {
		switch p := &s.Posts[i]; {
		case isPost && p.Key == key:
			p.Body = c.New
			return true
		case isFold && p.Key == folded:
			p.Minimised = c.New != ""
			return true
		}
	}
	if isPost {
		s.Posts = append(s.Posts, Post{Key: key, Body: c.New})
	}
	return true
}

// applyToPull makes a change of a review request, and reports whether it is one.
func (s *Snapshot) applyToPull(c Change) bool {
	if name, ok := strings.CutPrefix(c.Key, ReviewerKey); ok {
		if s.Facts.Pull != nil {
			pull := *s.Facts.Pull
			pull.Requested = put(slices.Clone(pull.Requested), "@"+name, c.New != "")
			s.Facts.Pull = &pull
		}
		return true
	}
	return false
}

// ParseCheck reads the Old or New of a change of the check run; "" is none.
func ParseCheck(value string) (Check, error) {
	var c Check
	if value == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(value), &c); err != nil {
		return Check{}, fmt.Errorf("a check run is JSON with conclusion, title and summary: %w", err)
	}
	return c, nil
}

func (c Check) encode() string {
	if c.Conclusion == "" {
		return ""
	}
	c.ID = 0
	b, err := json.Marshal(c)
	if err != nil {
		panic("plan: " + err.Error()) // strings always encode
	}
	return string(b)
}

func (c Check) normalise() Check {
	if c.Conclusion == "" {
		return Check{}
	}
	c.Title = strings.Join(strings.Fields(strings.ToValidUTF8(c.Title, "\uFFFD")), " ")
	c.Summary = normaliseBody(c.Summary)
	c.URL = strings.ToValidUTF8(c.URL, "\uFFFD")
	return c
}
