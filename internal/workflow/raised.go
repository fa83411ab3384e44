package workflow

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// raisedPrefix begins the line of an escalation's comment that repeats what the memory
// holds of it.
const raisedPrefix = "<!-- tollgate:escalation v"

// Line is the second line of the comment with an escalation, without the line end: what
// is remembered of it, so that nobody is asked twice where the status comment and the
// log are deleted, which hold the memory and its copy.
func (e Escalation) Line() string {
	b, err := json.Marshal(e.bounded())
	if err != nil {
		panic("workflow: " + err.Error()) // strings and numbers always encode
	}
	return fmt.Sprintf("%s%d %s -->", raisedPrefix, memoryVersion, base64.RawStdEncoding.EncodeToString(b))
}

// EscalationOf reads that line of a comment. It gives false where there is none that can
// be read.
func EscalationOf(body string) (e Escalation, ok bool) {
	_, rest, _ := strings.Cut(body, "\n")
	line, _, _ := strings.Cut(rest, "\n")
	if !strings.HasPrefix(line, raisedPrefix) {
		return e, false
	}
	err := decodeLine(strings.TrimRight(line, "\r"), raisedPrefix, &e)
	return e.bounded(), err == nil && e.N > 0 && e.Category != "" && len(e.Sources) > 0
}

// Reads reports whether a reader sees the same of two escalations.
func (e Escalation) Reads(other Escalation) bool {
	e.Pulls, other.Pulls = nil, nil
	return e.Line() == other.Line()
}

// WithEscalationLine gives a comment that has such a line with another, and all else as it
// stands.
func WithEscalationLine(body, line string) string {
	marker, rest, _ := strings.Cut(body, "\n")
	_, rest, _ = strings.Cut(rest, "\n")
	return marker + "\n" + line + "\n" + rest
}

// raisedOf are the escalations that their own comments tell of, oldest first: those that
// nobody else has edited. One without a comment, or whose comment somebody has edited, is
// not among them, and is raised anew.
func raisedOf(s *plan.Snapshot) (out []Escalation) {
	for _, p := range s.Posts {
		n := numbered(p.Key, EscalationPost)
		if e, ok := EscalationOf(p.Body); ok && n > 0 && e.N == n && s.Facts.PostEditors[p.Key] == "" {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b Escalation) int { return cmp.Compare(a.N, b.N) })
	return out[max(0, len(out)-maxEscalations):]
}

// Recall is what an issue remembers, wherever it stands.
func Recall(s plan.Snapshot) Memory {
	s = s.Normalise()
	return recall(&s).Memory
}

// lastAnswer is the latest answer that escalations tell of, nil for none. Whether it sent
// the issue to another phase is by the rules.
func (r Rules) lastAnswer(all []Escalation) *Answer {
	var last *Answer
	for _, e := range all {
		if e.Answered.IsZero() || last != nil && !e.Answered.After(last.At) {
			continue
		}
		last = &Answer{Event: e.Answer.Event, By: e.Answer.By, Text: e.Answer.Text, At: e.Answered, Head: e.Answer.Head}
		last.Moved = slices.ContainsFunc(r.Phases, func(p Phase) bool { return r.index(p.On[last.Event]) >= 0 })
	}
	return last
}
