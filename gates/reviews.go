package gates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/comment"
)

// Reviewers says which reviews a gate counts.
type Reviewers struct {
	By     []string // "@ann", "@org/team" whose approvals count; empty for all Voices
	Voices evidence.Voices
	Stale  bool // an approval of an earlier commit counts
	// OwnResolve says that who made the change may resolve what others began, and dismiss
	// what they ask for.
	OwnResolve bool
	Classes    []string // of threads, in small letters; empty for all
}

// Unclassified is the class of threads that say none.
const Unclassified = "unclassified"

// reviewTally is what the reviews come to, the newest opinion of each person.
type reviewTally struct {
	pull      string // "pull request #34"
	gaps      []gap  // why nothing of it is known
	approvals []string
	open      []string          // approved it, and it is not known whether that counts
	against   []evidence.Review // ask for changes, and count for sure or perhaps
	doubtful  []string          // those of them of whom it is not known whether they count
	ignored   []string          // ask for changes, and do not count
	reviewers []string          // who said anything at all, and counts
	openers   []string          // said something, and it is not known whether they count
	notes     []string          // on approvals that do not count
}

// countReviews reads the reviews once for all conditions of the gate. An opinion
// is an approval, a request for changes, or one of them that was dismissed; a
// comment is none and leaves an earlier one as it is.
func (b *body) countReviews() *reviewTally {
	if b.polls != nil {
		return b.polls
	}
	t := &reviewTally{}
	b.polls = t
	j := b.judge
	pull, gaps := j.pull()
	t.gaps = append(gaps, j.unread(evidence.ReviewsPart)...)
	if len(t.gaps) > 0 {
		return t
	}
	t.pull = pullName(pull)
	reviews := slices.Clone(j.in.Facts.Reviews)
	slices.SortStableFunc(reviews, func(a, b evidence.Review) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	opinions, spoke := map[string]evidence.Review{}, map[string]string{}
	for _, r := range reviews {
		who := strings.ToLower(r.Author)
		r.State = j.in.Facts.Opinion(r, b.gate.Reviewers.OwnResolve)
		switch r.State {
		case evidence.ReviewApproved, evidence.ReviewRequested, evidence.ReviewDismissed:
			opinions[who] = r
		case evidence.ReviewCommented:
		default:
			continue // one that is pending, nobody has seen
		}
		spoke[who] = r.Author
	}
	for _, who := range slices.Sorted(maps.Keys(spoke)) {
		if strings.EqualFold(who, pull.Author) {
			continue
		}
		switch b.approver(spoke[who]) {
		case yes:
			t.reviewers = append(t.reviewers, spoke[who])
		case perhaps:
			t.openers = append(t.openers, spoke[who])
		}
	}
	for _, who := range slices.Sorted(maps.Keys(opinions)) {
		switch r := opinions[who]; r.State {
		case evidence.ReviewRequested:
			switch j.hears(b.gate.Reviewers, r.Author) {
			case no:
				t.ignored = append(t.ignored, r.Author)
				continue
			case perhaps:
				t.doubtful = append(t.doubtful, r.Author)
			}
			t.against = append(t.against, r)
		case evidence.ReviewApproved:
			t.approve(b, pull, r)
		}
	}
	return t
}

// approver says whether somebody's approval counts: that of those whom the gate names,
// or, where it names nobody, of the voices of the policy.
func (b *body) approver(login string) sure {
	if by := b.gate.Reviewers.By; len(by) > 0 {
		return b.judge.among(by, login)
	}
	return b.judge.hears(b.gate.Reviewers, login)
}

func pullName(p *evidence.Pull) string { return "pull request #" + strconv.Itoa(p.Number) }

// approve takes an approval, or says why it does not count.
func (t *reviewTally) approve(b *body, pull *evidence.Pull, r evidence.Review) {
	head := b.judge.headCommit()
	counts := b.approver(r.Author)
	switch {
	case strings.EqualFold(r.Author, pull.Author):
		t.notes = append(t.notes, "that of "+person(r.Author)+", whose change it is, does not count")
	case counts == no:
		why := ", who may not write here,"
		if len(b.gate.Reviewers.By) > 0 {
			why = ", who is not among those named,"
		}
		t.notes = append(t.notes, "that of "+person(r.Author)+why+" does not count")
	case !b.gate.Reviewers.Stale && (head == "" || r.Commit != head):
		t.notes = append(t.notes, fmt.Sprintf("that of %s is of %s, and the head is %s", person(r.Author), commitName(r.Commit), commitName(head)))
	case counts == perhaps:
		t.open = append(t.open, r.Author)
	default:
		t.approvals = append(t.approvals, r.Author)
	}
}

// commitName is a commit in a sentence.
func commitName(commit string) string {
	if commit == "" {
		return "an unknown commit"
	}
	return shortCommit(commit)
}

func (b *body) readApprovals() reading {
	t := b.countReviews()
	r := reading{gaps: t.gaps}
	n := uint64(len(t.approvals))
	if len(t.gaps) == 0 {
		r.value, r.best = evidence.CountOf(n), evidence.CountOf(n+uint64(len(t.open)))
	}
	r.says = fmt.Sprintf("%s has %s %s that %s", t.pull, noOr(n), plural(n, "approval", "approvals"), plural(n, "counts", "count"))
	if n > 0 {
		r.says += ", of " + somePeople(t.approvals)
	}
	r.notes = t.notes
	if more := len(r.notes) - maxGaps; more > 0 {
		r.notes = append(r.notes[:maxGaps:maxGaps], fmt.Sprintf("and %d more do not", more))
	}
	if len(t.open) > 0 {
		r.doubts = b.judge.unknownPeople(b.gate.Reviewers.By, t.open)
	}
	r.mend = func(k uint64) string {
		s := fmt.Sprintf("%d more %s", k, plural(k, "approval", "approvals"))
		if !b.gate.Reviewers.Stale {
			s += " of " + commitName(b.judge.headCommit())
		}
		if by := b.gate.Reviewers.By; len(by) > 0 {
			s += " by " + orList(by)
		}
		return s
	}
	return r
}

func noOr(n uint64) string {
	if n == 0 {
		return "no"
	}
	return number(n)
}

func (b *body) readReviewers() reading {
	t := b.countReviews()
	r := reading{gaps: t.gaps}
	n := uint64(len(t.reviewers))
	if len(t.gaps) == 0 {
		r.value, r.best = evidence.CountOf(n), evidence.CountOf(n+uint64(len(t.openers)))
	}
	r.says = people(n, "has", "have") + " reviewed " + t.pull
	if len(t.openers) > 0 {
		r.doubts = b.judge.unknownPeople(b.gate.Reviewers.By, t.openers)
	}
	r.mend = func(k uint64) string {
		return "a review by " + number(k) + " more " + plural(k, "person", "people") + asOneOf(b.gate.Reviewers.By)
	}
	return r
}

func asOneOf(by []string) string {
	if len(by) == 0 {
		return ""
	}
	return " of " + orList(by)
}

// counted says "no threads", "1 thread", "2 threads".
func counted(n uint64, one, many string) string { return noOr(n) + " " + plural(n, one, many) }

// people says who did something, with the verb that goes with that many.
func people(n uint64, one, many string) string {
	if n == 0 {
		return "nobody " + one
	}
	return counted(n, "person "+one, "people "+many)
}

// readChangesRequested counts those who ask for changes, of whatever commit: who asked
// takes it back, or another than whose change it is dismisses it. On a public repository anybody may ask, so
// that only those count who may decide, as with GitHub itself.
func (b *body) readChangesRequested() reading {
	t := b.countReviews()
	r := reading{gaps: t.gaps}
	n := uint64(len(t.against))
	if len(t.gaps) == 0 {
		r.value, r.best = evidence.CountOf(n), evidence.CountOf(n-uint64(len(t.doubtful)))
	}
	if len(t.doubtful) > 0 {
		r.doubts = b.judge.unknownPeople(nil, t.doubtful)
	}
	if k := len(t.ignored); k > 0 {
		r.notes = append(r.notes, fmt.Sprintf("the %s of %s %s not count, who may not write here and whom the policy does not name",
			plural(uint64(k), "request", "requests"), somePeople(t.ignored), plural(uint64(k), "does", "do")))
	}
	r.says = people(n, "asks", "ask") + " for changes of " + t.pull
	overruled := false
	for _, a := range t.against {
		r.refs.add(0, evidence.Pos{}, func() string {
			says := person(a.Author) + " asks for changes of " + commitName(a.Commit)
			if a.DismissedBy != "" {
				says += ", dismissed by " + person(a.DismissedBy) + ", whose change it is"
			}
			return says + colonLine(a.Body)
		})
		overruled = overruled || a.DismissedBy != ""
	}
	r.mend = func(k uint64) string {
		dismiss := "dismiss"
		if overruled {
			dismiss = "have another dismiss"
		}
		return "make the changes and have " + these(k, n, "person", "people") + " review again, or " + dismiss + " the " + plural(k, "review", "reviews")
	}
	return r
}

// colonLine adds the first line of a text, if it has one.
func colonLine(text string) string {
	if text = firstLine(text); text == "" {
		return ""
	}
	return ": " + text
}

// readThreads counts the conversations that nobody has resolved, of the classes
// that the gate names. The first comment says which class a thread is of.
func (b *body) readThreads() reading {
	j := b.judge
	pull, gaps := j.pull()
	r := reading{gaps: append(gaps, j.unread(evidence.ThreadsPart)...)}
	if len(r.gaps) > 0 {
		return r
	}
	var n, unsure, open, unclassified uint64
	var ignored, doubtful []string
	for _, t := range j.in.Facts.Threads {
		own := j.in.Facts.ResolvedForAnother(t) && !b.gate.Reviewers.OwnResolve && !b.settled(t)
		if t.Resolved && !own {
			continue
		}
		open++
		var first evidence.Comment
		whole := len(t.Comments) > 0 // else it may be of any class
		if whole {
			first = t.Comments[0]
		}
		class := comment.ClassOf(first.Body)
		if whole && !b.gate.Reviewers.wants(class) {
			if !class.Known() {
				unclassified++
			}
			continue
		}
		if whole { // else it may be anybody's
			switch j.hears(b.gate.Reviewers, first.Author) {
			case no:
				ignored = append(ignored, first.Author)
				continue
			case perhaps:
				doubtful = append(doubtful, first.Author)
				unsure++
			}
		}
		n++
		r.refs.add(0, evidence.Pos{File: t.Path, Line: t.Line}, func() string {
			if own {
				return person(first.Author) + ", resolved by " + person(t.ResolvedBy) + ", whose change it is" + colonLine(first.Body)
			}
			return person(first.Author) + colonLine(first.Body)
		})
	}
	r.value, r.best = evidence.CountOf(n), evidence.CountOf(n-unsure)
	if unsure > 0 {
		r.doubts = j.unknownPeople(nil, doubtful)
	}
	what := ""
	if classes := b.gate.Reviewers.Classes; len(classes) > 0 {
		what = " of class " + orList(classes)
	}
	r.says = fmt.Sprintf("%s%s on %s %s not resolved", counted(n, "thread", "threads"), what, pullName(pull), plural(n, "is", "are"))
	if open > n {
		r.says += fmt.Sprintf(", of %d that are not", open)
	}
	if k := uint64(len(ignored)); k > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s of %s %s not count, who may not write here and whom the policy does not name",
			counted(k, "thread", "threads"), somePeople(slices.Compact(slices.Sorted(slices.Values(ignored)))), plural(k, "does", "do")))
	}
	if unclassified > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s no class and %s not counted here", counted(unclassified, "says", "say"), plural(unclassified, "is", "are")))
	}
	r.mend = func(k uint64) string { return "settle and resolve " + these(k, n, "thread", "threads") }
	return r
}

// settled reports whether who began a thread has approved the head since.
func (b *body) settled(t evidence.Thread) bool {
	return b.judge.in.Facts.Agreed(t, b.judge.headCommit())
}

// wants reports whether a thread of a class is counted.
func (v Reviewers) wants(c comment.Class) bool {
	return len(v.Classes) == 0 || slices.ContainsFunc(v.Classes, func(word string) bool {
		return c.Is(word) || word == Unclassified && !c.Known()
	})
}

func (b *body) readRequests() reading {
	pull, gaps := b.judge.pull()
	r := reading{gaps: gaps}
	if pull == nil {
		return r
	}
	n := uint64(len(pull.Requested))
	r.value = evidence.CountOf(n)
	r.says = fmt.Sprintf("%s for a review of %s %s open", counted(n, "request", "requests"), pullName(pull), plural(n, "is", "are"))
	for _, who := range pull.Requested {
		r.refs.add(0, evidence.Pos{}, func() string { return "a review by " + firstLine(who) + " is asked for" })
	}
	r.mend = func(k uint64) string {
		return "have " + these(k, n, "request", "requests") + " answered by a review, or take " + plural(k, "it", "them") + " back"
	}
	return r
}
