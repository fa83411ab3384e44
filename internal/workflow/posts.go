package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// Keys of the further comments. Those that end in / go on with a number or a name.
const (
	LogPost        = "log"
	NoticePost     = "notice/"
	AskPost        = "ask/"
	EscalationPost = "escalation/"
	OverduePost    = "overdue/"
	ListPost       = "list/"
	DailyPost      = "daily/"
	WeeklyPost     = "weekly/"
)

const postPrefix = "<!-- tollgate:post "

// PostMarker is the first line of a further comment, without the line end.
func PostMarker(key string) string { return postPrefix + key + " -->" }

// PostKey gives the key of a further comment by its first line, "" for none. Anyone
// can write that line; who wrote the comment is for the caller.
func PostKey(body string) string {
	line, _, _ := strings.Cut(body, "\n")
	line = strings.TrimRight(line, "\r")
	key, ok := strings.CutSuffix(strings.TrimPrefix(line, postPrefix), " -->")
	if !ok || !strings.HasPrefix(line, postPrefix) || len(key) > 200 || strings.ContainsAny(key, " <>") || strings.Contains(key, "--") {
		return ""
	}
	return key
}

// Posts gives the further comments that should stand after the decision, without
// their texts: the log, a notice of the last handoff, every escalation, what is
// overdue, and the task lists of the phase. What notifies people is kept as it was
// sent.
func (d Decision) Posts(r Rules) []plan.WantedPost {
	var out []plan.WantedPost
	if len(d.Memory.Log) > 0 && len(r.Phases) > 0 {
		out = append(out, plan.WantedPost{Key: LogPost, Why: "a decision is logged"})
	}
	if n, last, ok := d.Memory.lastMove(); ok && last.From != "" {
		switch {
		case last.By == ByTollgate:
			out = append(out, plan.WantedPost{Key: fmt.Sprint(NoticePost, n), Keep: true, Why: last.From + " → " + last.To})
		case len(d.Unproved) > 0 && r.Moved == Ask:
			out = append(out, plan.WantedPost{Key: fmt.Sprint(AskPost, n), Keep: true, Why: "the label was moved past what does not hold"})
		}
	}
	for _, e := range d.Memory.Escalations {
		out = append(out, plan.WantedPost{Key: fmt.Sprint(EscalationPost, e.N), Why: e.Category})
	}
	for _, late := range d.Overdue {
		told := func(e Escalation) bool { return slices.Contains(e.Sources, late.source()) }
		if slices.ContainsFunc(d.Memory.Escalations, told) {
			continue // by the escalation that it led to
		}
		out = append(out, plan.WantedPost{Key: late.key(), Keep: true, Why: late.Why})
	}
	for _, name := range d.Phase.Lists {
		if l, ok := r.list(name); ok {
			out = append(out, plan.WantedPost{Key: ListPost + name, Keep: true, Why: l.Title})
		}
	}
	return out
}

// Remembers reports whether a further comment repeats what the status comment remembers,
// by its key: all of it, or one escalation.
func Remembers(key string) bool { return key == LogPost || numbered(key, EscalationPost) > 0 }

// IsList reports whether a further comment is a task list, by its key.
func IsList(key string) bool { return strings.HasPrefix(key, ListPost) }

// key is that of the notice of a clock that has run out.
func (l Late) key() string { return fmt.Sprint(OverduePost, l.Name, "/", l.Since.Unix()) }

// lastMove gives the last move in the log and its number, counted from the first
// entry that there ever was, and behind the notices of a memory that was lost.
func (m Memory) lastMove() (n int, e Entry, ok bool) {
	for i, e := range slices.Backward(m.Log) {
		if i == 0 && m.Last != nil {
			return m.LastN + m.Notices, *m.Last, true
		}
		if e.Kind == Move {
			n = i + 1
			if i > 0 {
				n += m.Dropped
			}
			return n + m.Notices, e, true
		}
	}
	return 0, Entry{}, false
}

// reviewers are those whose review is asked for: who asked for changes that are made,
// and those that the phase names and that have not reviewed yet. Nobody is asked
// where it is not known who reviewed.
func (d Decision) reviewers(s plan.Snapshot) []string {
	if s.Facts.Pull == nil || !s.Facts.Has(evidence.ReviewsPart) {
		return nil
	}
	var reviewed []string
	for _, r := range s.Facts.Reviews {
		reviewed = append(reviewed, r.Author)
	}
	out := slices.Clone(d.ReReview)
	for _, who := range d.Phase.Reviewers {
		name := strings.TrimPrefix(who, "@")
		did := has(reviewed, name)
		for team, members := range s.Facts.Teams {
			did = did || plan.SameName(team, who) && slices.ContainsFunc(members, func(m string) bool { return has(reviewed, m) })
		}
		if !did && !plan.SameName(name, s.Facts.Pull.Author) {
			out = append(out, name)
		}
	}
	return out
}
