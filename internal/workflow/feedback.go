package workflow

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/comment"
)

// Feedback is one thing that a reviewer asks for or says: a thread on the change, or
// the text of a review.
type Feedback struct {
	// ID stays the same for as long as GitHub keeps the thread or the review.
	ID     string
	Author string
	Path   string // "" for what is not about a file
	Line   int    // 0 if unknown
	URL    string
	Text   string   // its subject, on one line
	Words  []string // label and decorations of a Conventional Comment, in small letters
	// Blocking says that it must be mended before the work goes on.
	Blocking bool
	Open     bool
	At       time.Time
	// Claimed is the author of the change, if it is their word alone that it is mended:
	// "" if not. It is open until somebody else says so.
	Claimed string
	// stands says that its writer has not taken it back, nor anybody settled it who may,
	// whatever commit it was about.
	stands bool
	// Unheard says why it does not count, "" if it does.
	Unheard string
}

// mild are the labels of Conventional Comments that block only where they say so:
// https://conventionalcomments.org. "issue", "todo" and "chore" block unless they say
// that they do not, and so does a thread without a label: that is what its writer
// wants to see resolved.
var mild = []string{"praise", "nitpick", "nit", "suggestion", "question", "thought", "note", "typo", "polish"}

// feedback reads what reviewers said, oldest first. A thread is open until it is
// resolved, by somebody else than the author of the change unless who began it agrees or
// the policy leaves it to the author; the text of a review until its writer reviews again, or until the
// work has moved on to another commit, where the next review decides. What is only
// praise asks for nothing. What somebody says who is none of the voices is said to be
// unheard: anybody can write on a public repository. Of whom that is not known, it counts.
func (r Rules) feedback(f *evidence.Facts, head string) []Feedback {
	var out []Feedback
	latest := map[string]int64{}
	for _, v := range f.Reviews {
		latest[strings.ToLower(v.Author)] = v.ID
	}
	for _, t := range f.Threads {
		if len(t.Comments) == 0 {
			continue
		}
		first := t.Comments[0]
		fb := said("thread:"+t.ID, first.Author, first.Body, first.URL, first.At)
		fb.Path, fb.Line, fb.Open = t.Path, t.Line, !t.Resolved
		if f.ResolvedForAnother(t) && !r.Author.Resolve && !f.Agreed(t, head) {
			fb.Open, fb.Claimed = true, t.ResolvedBy
		}
		fb.stands = fb.Open
		if len(fb.Words) == 0 {
			fb.Blocking = true
		}
		out = append(out, fb)
	}
	for _, v := range f.Reviews {
		fb := said("review:"+decimal(v.ID), v.Author, v.Body, v.URL, v.At)
		asks := r.opinion(f, v) == evidence.ReviewRequested
		if !asks && len(fb.Words) == 0 || fb.Text == "" {
			continue // an approval with a remark, or threads alone
		}
		fb.Blocking = asks && (fb.Blocking || len(fb.Words) == 0) || !asks && fb.Blocking
		fb.stands = latest[strings.ToLower(v.Author)] == v.ID && r.opinion(f, v) != evidence.ReviewDismissed
		fb.Open = fb.stands && (head == "" || v.Commit == head)
		out = append(out, fb)
	}
	out = slices.DeleteFunc(out, func(fb Feedback) bool { return slices.Contains(fb.Words, "praise") })
	for i := range out {
		out[i].Unheard = r.Voices.NotHeard(f, out[i].Author)
	}
	sortFeedback(out)
	return out
}

// sortFeedback puts what counts before what does not, and each in the order in which it was
// said: the number of a correction is its place among those that count, whatever others say.
func sortFeedback(all []Feedback) {
	slices.SortStableFunc(all, func(a, b Feedback) int {
		return cmp.Or(order(a.Unheard != "", b.Unheard != ""), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}

// said takes a comment apart.
func said(id, author, body, url string, at time.Time) Feedback {
	fb := Feedback{ID: id, Author: author, URL: url, At: at, Text: subject(body)}
	class := comment.ClassOf(body)
	if !class.Known() {
		return fb
	}
	if _, text, ok := strings.Cut(fb.Text, ":"); ok {
		fb.Text = strings.TrimLeft(text, " *_`")
	}
	fb.Words = append([]string{class.Label}, class.Decorations...)
	fb.Blocking = !slices.Contains(mild, class.Label)
	if class.Is("blocking") {
		fb.Blocking = true
	}
	if class.Is("non-blocking") || class.Is("if-minor") {
		fb.Blocking = false
	}
	return fb
}

// subject is the first line of a text that says something.
func subject(body string) string {
	for line := range strings.Lines(body) {
		if line = sentence(strings.Trim(line, " \t\r\n*_`#>")); line != "" {
			return line
		}
	}
	return ""
}

// says reports whether the comment bears every word of a pattern: "issue security"
// is a comment of that label with that decoration.
func (fb Feedback) says(pattern string) bool {
	words := strings.Fields(strings.ToLower(pattern))
	if len(words) == 0 {
		return false
	}
	for _, w := range words {
		if !slices.Contains(fb.Words, w) {
			return false
		}
	}
	return true
}

// where says what a correction points at.
func (fb Feedback) where() evidence.Pos { return evidence.Pos{File: fb.Path, Line: fb.Line} }

// verdictOf is the latest opinion of each reviewer: an approval or a request for
// changes, whichever came last; a comment is none, and one is gone that another than whose
// change it is has dismissed.
func (r Rules) verdictOf(f *evidence.Facts) map[string]evidence.Review {
	out := map[string]evidence.Review{}
	for _, v := range f.Reviews {
		who := strings.ToLower(v.Author)
		switch v.State = r.opinion(f, v); v.State {
		case evidence.ReviewApproved, evidence.ReviewRequested:
			out[who] = v
		case evidence.ReviewDismissed:
			delete(out, who)
		}
	}
	return out
}

// opinion is the state of a review as it counts by the rules.
func (r Rules) opinion(f *evidence.Facts, v evidence.Review) evidence.ReviewState {
	return f.Opinion(v, r.Author.Resolve)
}
