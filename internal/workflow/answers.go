package workflow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// The reactions that a command gets.
const (
	heard   = "+1"       // it counts
	refused = "confused" // it does not, and the log says why
)

// reactions are the answers to the commands that no run has seen. A comment with
// several gets both where one counts and another does not.
func (s State) reactions() []plan.Reaction {
	var out []plan.Reaction
	for _, c := range s.fresh {
		r := plan.Reaction{Comment: c.Comment, Content: heard, Why: "/" + c.Name + " by @" + c.By + " counts"}
		if c.Refused != "" {
			r.Content, r.Why = refused, c.Refused
		}
		same := func(o plan.Reaction) bool { return o.Comment == r.Comment && o.Content == r.Content }
		if !slices.ContainsFunc(out, same) {
			out = append(out, r)
		}
	}
	return out
}

// Folds reports whether of the comments with such keys only the latest is left open
// on the page: notices of handoffs, and daily reports.
func Folds(key string) bool {
	return strings.HasPrefix(key, NoticePost) || strings.HasPrefix(key, DailyPost)
}

// folded gives the notices of handoffs that stand and that a later one, which stands
// or is wanted now, has taken the place of.
func folded(posts []plan.Post, wanted []plan.WantedPost) []plan.WantedPost {
	last := ""
	for _, p := range posts {
		if strings.HasPrefix(p.Key, NoticePost) && (last == "" || numbered(p.Key, NoticePost) > numbered(last, NoticePost)) {
			last = p.Key
		}
	}
	for _, w := range wanted {
		if strings.HasPrefix(w.Key, NoticePost) {
			last = w.Key
		}
	}
	var out []plan.WantedPost
	for _, p := range posts {
		if strings.HasPrefix(p.Key, NoticePost) && p.Key != last {
			out = append(out, plan.WantedPost{Key: p.Key, Minimise: true, Why: "a later handoff has taken its place"})
		}
	}
	return out
}

// numbered is the number in the key of a comment of one kind, 0 of any other.
func numbered(key, kind string) int {
	digits, ok := strings.CutPrefix(key, kind)
	if n, err := strconv.Atoi(digits); ok && err == nil && n > 0 {
		return n
	}
	return 0
}
