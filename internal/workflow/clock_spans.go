package workflow

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// History is what GitHub says of an issue's past, and the labels that it bears now.
type History struct {
	Created time.Time
	Events  []evidence.Event
	Labels  []string
}

// HistoryOf takes it from the facts, or says why nothing can be counted: a timeline
// that was not read is not one in which nothing happened.
func HistoryOf(f *evidence.Facts, labels []string) (History, error) {
	for _, p := range []evidence.FactPart{evidence.IssuePart, evidence.EventsPart} {
		if !f.Has(p) {
			why := ""
			if said := f.Unread[p]; said != "" {
				why = ": " + said
			}
			return History{}, fmt.Errorf("the clocks cannot be read, for the %s of the issue were not%s", map[evidence.FactPart]string{
				evidence.IssuePart: "number and day", evidence.EventsPart: "events"}[p], why)
		}
	}
	if f.Issue.Created.IsZero() {
		return History{}, errors.New("the clocks cannot be read, for it is not known when the issue was created")
	}
	return History{f.Issue.Created, f.Events, labels}, nil
}

// LabelSpans gives when the issue bore a label, by time, as it was at now. Where events
// are missing, a label that nobody put on was there from the beginning; one that is
// there now was not taken off; and of one whose end nobody recorded nothing is known,
// so that stretch is left out.
func (h History) LabelSpans(label string, now time.Time) []calendar.Span {
	on := slices.ContainsFunc(h.Labels, func(l string) bool { return plan.SameName(l, label) })
	return h.spans("labeled", "unlabeled", on, now, func(e evidence.Event) bool { return plan.SameName(e.Value, label) })
}

// ClosedSpans gives when the issue was closed.
func (h History) ClosedSpans(now time.Time) []calendar.Span {
	last := ""
	for _, e := range h.sorted() {
		if e.Kind == "closed" || e.Kind == "reopened" {
			last = e.Kind
		}
	}
	return h.spans("closed", "reopened", last == "closed", now, func(evidence.Event) bool { return true })
}

// sorted gives the events by time; those of one second as GitHub has them.
func (h History) sorted() []evidence.Event {
	return slices.SortedStableFunc(slices.Values(h.Events), func(a, b evidence.Event) int { return a.At.Compare(b.At) })
}

// spans gives what two kinds of events begin and end; on is whether it is so now. What
// happened after now is known, and only where it says how things were before.
func (h History) spans(begin, end string, on bool, now time.Time, mine func(evidence.Event) bool) (out []calendar.Span) {
	var from time.Time
	first, open := true, false
	last := h.Created
	for _, e := range h.sorted() {
		if e.Kind != begin && e.Kind != end || !mine(e) {
			continue
		}
		switch {
		case e.Kind == begin && !open:
			from, open = e.At, true
		case e.Kind == end && open:
			out, open = append(out, calendar.Span{From: from, To: e.At}), false
		case e.Kind == end && first:
			out = append(out, calendar.Span{From: h.Created, To: e.At})
		}
		first, last = false, e.At
	}
	switch {
	case on && open:
		out = append(out, calendar.Span{From: from})
	case on:
		out = append(out, calendar.Span{From: last})
	}
	return until(out, now)
}

// until gives spans as they were at a time: those that had not ended are open.
func until(spans []calendar.Span, now time.Time) (out []calendar.Span) {
	for _, s := range spans {
		if s.From.After(now) || !s.To.IsZero() && !s.To.After(s.From) {
			continue
		}
		if s.To.After(now) {
			s.To = time.Time{}
		}
		out = append(out, s)
	}
	return out
}

// Stay is one stay of an issue in a phase.
type Stay struct {
	Label string // of the phase
	calendar.Span
}

// PhaseSpans gives the stays of the issue in phases, given by their labels, by time; the last is where
// it is. A second label does not end a stay, nor does the lack of one: the stay ends
// when its own label is gone and another is there. So a move that is not finished is
// none yet, and a label that is taken off and put on again gives nobody more time.
func (h History) PhaseSpans(labels []string, now time.Time) (out []Stay) {
	type change struct {
		at    time.Time
		label int
		on    bool
	}
	var changes []change
	for i, l := range labels {
		for _, s := range h.LabelSpans(l, now) {
			changes = append(changes, change{s.From, i, true})
			if !s.To.IsZero() {
				changes = append(changes, change{s.To, i, false})
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		if c := a.at.Compare(b.at); c != 0 || a.on == b.on {
			return cmp.Or(c, cmp.Compare(a.label, b.label))
		}
		if a.on { // so that a move within a second is one move
			return -1
		}
		return 1
	})
	var have []int // labels, by when they were put on
	in := -1
	for _, c := range changes {
		have = slices.DeleteFunc(have, func(l int) bool { return l == c.label })
		if c.on {
			have = append(have, c.label)
		}
		if len(have) == 0 || slices.Contains(have, in) {
			continue
		}
		next := have[len(have)-1]
		if len(out) > 0 {
			out[len(out)-1].To = c.at
		}
		in = next
		out = append(out, Stay{labels[next], calendar.Span{From: c.at}})
	}
	return out
}

// Mark is a command that said that work is blocked, or is no longer; who may give
// one was checked by whoever read it.
type Mark struct {
	At      time.Time
	Blocked bool
}

// Blocked gives when work was blocked, by time: by the label ("" for none), by
// commands, or by issues that GitHub says block this one. Between two blocks that have no working
// time between them work was blocked all the time.
func (h History) Blocked(c *calendar.Calendar, label string, marks []Mark, blockers []evidence.Blocker, now time.Time) []calendar.Span {
	var all []calendar.Span
	if label != "" {
		all = h.LabelSpans(label, now)
	}
	said := h
	said.Events = nil
	on := false
	for _, m := range slices.SortedStableFunc(slices.Values(marks), func(a, b Mark) int { return a.At.Compare(b.At) }) {
		on = m.Blocked
		kind := "unblocked"
		if on {
			kind = "blocked"
		} else if len(said.Events) == 0 {
			continue // nothing was blocked by a command before
		}
		said.Events = append(said.Events, evidence.Event{Kind: kind, At: m.At})
	}
	all = append(all, said.spans("blocked", "unblocked", on, now, func(evidence.Event) bool { return true })...)
	for _, b := range blockers {
		all = append(all, h.blockedBy(b, now)...)
	}
	slices.SortFunc(all, func(a, b calendar.Span) int { return a.From.Compare(b.From) })
	var out []calendar.Span
	for _, s := range all {
		last := len(out) - 1
		if last < 0 || !out[last].To.IsZero() && c.Elapsed(out[last].To, s.From, nil) > 0 {
			out = append(out, s)
			continue
		}
		if !out[last].To.IsZero() && (s.To.IsZero() || s.To.After(out[last].To)) {
			out[last].To = s.To
		}
	}
	return out
}

// blockedBy gives when one issue blocked this one: from when the two were linked
// until it was closed. One of which it is not known when it was closed counts only
// while it is open.
func (h History) blockedBy(b evidence.Blocker, now time.Time) (out []calendar.Span) {
	names := []string{strconv.Itoa(b.Number), fmt.Sprintf("%s#%d", b.Repo, b.Number)}
	linked := h.spans("blocked_by_added", "blocked_by_removed", true, now, func(e evidence.Event) bool { return slices.Contains(names, e.Value) })
	for _, s := range linked {
		if !b.Open && (s.To.IsZero() || s.To.After(b.Closed)) {
			s.To = b.Closed
			if !s.From.Before(s.To) {
				continue
			}
		}
		out = append(out, s)
	}
	return until(out, now)
}

// reacting are the events that show that whoever caused them looked at the issue. GitHub
// gives a person who was only mentioned, subscribed or assigned as who did it.
var reacting = []string{"labeled", "unlabeled", "closed", "reopened", "renamed", "milestoned"}

// FirstReaction gives when one of the owners, by login, first did something after a
// time: a comment, a review that was submitted, a change to the issue or to its texts.
// Zero is never.
func FirstReaction(f *evidence.Facts, owners []string, since time.Time) (at time.Time) {
	did := func(login string, when time.Time) {
		mine := slices.ContainsFunc(owners, func(o string) bool { return strings.EqualFold(o, login) })
		if mine && when.After(since) && (at.IsZero() || when.Before(at)) {
			at = when
		}
	}
	for _, c := range f.Comments {
		if !c.Bot {
			did(c.Author, c.At)
		}
	}
	for _, r := range f.Reviews {
		if r.State != evidence.ReviewPending {
			did(r.Author, r.At)
		}
	}
	texts := slices.Concat(f.Lists, []evidence.Post{f.Issue})
	if f.Pull != nil {
		texts = append(texts, f.Pull.Post)
	}
	for _, t := range texts {
		for _, e := range t.Edits {
			did(e.By, e.At)
		}
	}
	for _, e := range f.Events {
		if slices.Contains(reacting, e.Kind) {
			did(e.By, e.At)
		}
	}
	return at
}
