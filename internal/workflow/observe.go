package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/calendar"
	"github.com/tollgate-ci/tollgate/internal/comment"
	"github.com/tollgate-ci/tollgate/internal/plan"
)

// State is where the issue stands, as observed.
type State struct {
	Phase string // "" if it has not entered the workflow
	// MovedFrom is the phase in which Tollgate had left the issue, if its label
	// says another one now. "" if not.
	MovedFrom string
	Memory    Memory
	// Labelled are the phases whose labels the issue bears, in the order of the
	// rules. More than one is a move that was not finished.
	Labelled []string
	Assigned []string // who is assigned to the issue
	Labels   []string // of the issue and of its pull request
	// Ignored says why the memory in the status comment is not used as it is, or what in
	// the log contradicts the check run. "" if nothing does, or if there is no comment.
	Ignored string

	Feedback []Feedback
	Commands []Command
	Blocked  *Block // nil if the work is not blocked
	Pull     int    // the pull request that works on the issue, 0 if it is not known
	// ReReview are the people who asked for changes to an earlier commit.
	ReReview []string
	// Asking are those who ask for changes to this one, and Approving those who approve
	// it; Remarks is what approvals say besides, with the author and the text alone.
	// Unheard are those whose review of it does not count, either way.
	Asking, Approving, Unheard []string
	Remarks                    []Feedback

	// Now is when this is, Clocks those that have started and Overdue those of them
	// that have run out: see AsOf. Untold says why no clock can be read.
	Now     time.Time
	Clocks  []Clock
	Overdue []Late
	Untold  string
	// What the caller knows besides, before Decide: what the change touches, and the
	// open findings.
	Changed  []evidence.FileChange
	Findings []Finding
	// Next is when the next clock is due, or due soon; zero if none runs.
	Next time.Time
	// Gates are what is to be remembered of the verdict, as gates.Record gives it.
	Gates map[string]string
	// Unseen are the kinds of sources of an escalation of which this run knows nothing:
	// threads that were not read, findings where there are no reports. Unjudged names
	// the gates of which nothing is known. What was escalated for them stays so.
	Unseen   []string
	Unjudged []string
	// Beside is what is known of the gates of the other pull requests, before Decide.
	Beside []Beside

	heads     []string // of the other pull requests of the issue
	pulls     []int    // their numbers
	past      []int    // those that are known to be for the issue no longer
	turns     turns
	pauses    []calendar.Span // of the phase: blocked, or waiting
	entered   time.Time       // when the issue came to its phase, zero if unknown
	abandoned int             // the pull request, if it was closed and not merged
	noted     []Entry         // what became of the status comment and the log, to be said in it
	anchor    Anchor          // of the log, as the check run has it
	forgot    bool            // Tollgate was here, and what it remembered cannot be read
	answer    *Answer         // the last of an architect, that no run has seen
	answers   map[int]*Answer // the same, by the number of the escalation that each is to
	escalated []Command       // by hand, and not answered
	fresh     []Command       // that no run has seen
}

// Beside is another open pull request of the issue.
type Beside struct {
	Pull    int
	Verdict gates.Verdict
	// Aside is the branch that it goes to, where that is not the one whose pull requests
	// move the issue: then the policy of that branch judges it, and what is known of it is
	// its status alone. Judged is the phase at which it was judged, "" for none of the
	// rules: there every gate of its policy was due.
	Aside, Judged string
}

// Block is why work stands still.
type Block struct {
	Why   string
	Since time.Time // zero where nobody can tell
}

// Observe reads the state from what GitHub holds. One phase label says where the
// issue stands, whoever put it there. Of several it is the one that the memory
// says, or else the earliest; without a label it is where the memory says, and
// without either the issue has not entered.
func Observe(r Rules, s plan.Snapshot) State {
	s = s.Normalise()
	var labelled []string
	for _, p := range r.Phases {
		if slices.ContainsFunc(s.Labels, func(l string) bool { return plan.SameName(l, p.label()) }) {
			labelled = append(labelled, p.Name)
		}
	}
	was := recall(&s)
	st := r.stand(was.For(s.Pull), labelled)
	st.Assigned, st.Pull = s.Assigned, s.Pull
	st.Ignored, st.forgot, st.noted = was.why, was.forgot, was.noted
	st.anchor = AnchorOf(s.Check.Summary, s.Issue)
	if st.forgot {
		for _, p := range s.Posts {
			if len(st.Memory.Log) == 0 {
				st.Memory.Notices = max(st.Memory.Notices, numbered(p.Key, NoticePost), numbered(p.Key, AskPost))
			}
			st.Memory.Raised = max(st.Memory.Raised, numbered(p.Key, EscalationPost))
		}
		st.Memory.Answer = r.lastAnswer(st.Memory.Escalations)
	}
	st.Labels = slices.Clone(s.Labels)
	if s.Facts.Pull != nil {
		st.Labels = append(st.Labels, s.Facts.Pull.Labels...)
	}
	if p := s.Facts.Pull; p != nil && s.Facts.Has(evidence.PullPart) && !p.Open && !p.Merged {
		st.abandoned = p.Number
	}
	st.Feedback = r.feedback(&s.Facts, s.Head)
	for part, kind := range map[evidence.FactPart]string{evidence.ThreadsPart: threadSource, evidence.ReviewsPart: reviewSource} {
		if !s.Facts.Has(part) {
			st.Unseen = append(st.Unseen, kind)
		}
	}
	for _, review := range r.verdictOf(&s.Facts) {
		heard, known := r.Voices.Hear(&s.Facts, review.Author)
		own := s.Facts.OwnChange(review.Author)
		switch {
		case !heard && (known || review.State == evidence.ReviewApproved), own && review.State == evidence.ReviewApproved:
			if review.Commit == s.Head {
				st.Unheard = append(st.Unheard, review.Author)
			}
		case review.State == evidence.ReviewApproved && review.Commit == s.Head:
			st.Approving = append(st.Approving, review.Author)
			if text := subject(review.Body); text != "" {
				st.Remarks = append(st.Remarks, Feedback{ID: "review:" + decimal(review.ID), Author: review.Author, Text: text, URL: review.URL, At: review.At})
			}
		case review.State == evidence.ReviewApproved:
		case review.Commit == s.Head:
			st.Asking = append(st.Asking, review.Author)
		default:
			st.ReReview = append(st.ReReview, review.Author)
		}
	}
	st.beside(r, s.Beside)
	st.past = s.Past
	slices.Sort(st.Asking)
	st.Asking = slices.Compact(st.Asking)
	slices.Sort(st.ReReview)
	slices.Sort(st.Approving)
	slices.Sort(st.Unheard)
	slices.SortFunc(st.Remarks, func(a, b Feedback) int { return strings.Compare(a.ID, b.ID) })
	st.turns = r.turnsOf(&s)
	st.Commands = r.commands(&s.Facts)
	st.obey(r, &s)
	st.Blocked = r.block(&s, st.Commands)
	return st
}

// beside takes in what reviewers say of the other pull requests of the issue: it stands
// where all of them let it, whichever of them a run is about.
func (s *State) beside(r Rules, others []plan.Snapshot) {
	for i := range others {
		o := &others[i]
		s.heads, s.pulls = append(s.heads, o.Head), append(s.pulls, o.Pull)
		s.Feedback = append(s.Feedback, r.feedback(&o.Facts, o.Head)...)
		if o.Facts.Pull != nil {
			s.Labels = append(s.Labels, o.Facts.Pull.Labels...)
		}
		for part, kind := range map[evidence.FactPart]string{evidence.ThreadsPart: threadSource, evidence.ReviewsPart: reviewSource} {
			if !o.Facts.Has(part) && !slices.Contains(s.Unseen, kind) {
				s.Unseen = append(s.Unseen, kind)
			}
		}
		for _, review := range r.verdictOf(&o.Facts) {
			heard, known := r.Voices.Hear(&o.Facts, review.Author)
			if review.State == evidence.ReviewRequested && review.Commit == o.Head && (heard || !known) {
				s.Asking = append(s.Asking, review.Author)
			}
		}
	}
	sortFeedback(s.Feedback)
}

// obey takes in what people have said since the last run.
func (s *State) obey(r Rules, snap *plan.Snapshot) {
	openNow := open(s.Memory.Escalations)
	for _, c := range s.Commands {
		isNew := c.Comment > s.Memory.Seen
		source := byCommand + decimal(c.Comment)
		pending := slices.ContainsFunc(openNow, func(e Escalation) bool { return slices.Contains(e.Sources, source) })
		if c.Refused == "" && c.Name == "escalate" && (isNew || pending) {
			s.escalated = append(s.escalated, c)
		}
		if !isNew {
			continue
		}
		if c.Refused == "" && c.Name == "architect" && !s.answered(c) {
			_, text, _ := strings.Cut(c.Args, " ")
			event, to := answerOf(c), r.answerable(&snap.Facts, c.By, openNow)
			if s.forgot { // it is read anew, and what was asked after it is not what it answers
				to = slices.DeleteFunc(to, func(n int) bool {
					return slices.ContainsFunc(openNow, func(e Escalation) bool { return e.N == n && c.At.Before(e.Opened) })
				})
			}
			switch {
			case event == "" || strings.TrimSpace(text) == "":
				c.Refused = "write /architect guidance, redesign or alternative, and what it is"
			case len(openNow) == 0:
				c.Refused = "nothing is escalated"
			case len(to) == 0:
				c.Refused = "what is escalated waits for " + waitsFor(openNow)
			default:
				s.answer = &Answer{Event: event, By: c.By, Text: strings.TrimSpace(text), Comment: c.Comment, At: c.At, Head: snap.Head}
				if s.answers == nil {
					s.answers = map[int]*Answer{}
				}
				for _, n := range to {
					s.answers[n] = s.answer
				}
			}
		}
		if c.Refused == "" && c.Name == "tick" {
			s.meant(&c, r.Author.Resolve, snap.Facts.OwnChange)
		}
		s.fresh = append(s.fresh, c)
	}
	if s.answer != nil { // it answers what was asked before it
		s.escalated = slices.DeleteFunc(s.escalated, func(c Command) bool {
			source := byCommand + decimal(c.Comment)
			at := slices.IndexFunc(openNow, func(e Escalation) bool { return slices.Contains(e.Sources, source) })
			return at >= 0 && s.answers[openNow[at].N] != nil
		})
	}
}

// answered reports whether a command is the answer to an escalation that was answered
// by it already, where commands are read anew.
func (s *State) answered(c Command) bool {
	return s.forgot && slices.ContainsFunc(s.Memory.Escalations, func(e Escalation) bool {
		return e.Answered.Equal(c.At) && plan.SameName(e.Answer.By, c.By)
	})
}

// answerable are the numbers of the open escalations that somebody may answer: those
// to them, and all where the policy says who answers.
func (r Rules) answerable(f *evidence.Facts, login string, open []Escalation) (out []int) {
	_, said := r.Commands["architect"]
	for _, e := range open {
		if mine, _ := f.Is(login, e.To); mine || said || e.To == "" {
			out = append(out, e.N)
		}
	}
	return out
}

// waitsFor names those to whom escalations are.
func waitsFor(open []Escalation) string {
	var out []string
	for _, e := range open {
		if !slices.Contains(out, e.To) {
			out = append(out, e.To)
		}
	}
	return strings.Join(out, ", ")
}

// given are the answers of architects, the one that no run has seen included.
func (s State) given() []Event {
	out := slices.Clone(s.Memory.Given)
	for _, c := range s.Commands {
		event := answerOf(c)
		counts := slices.ContainsFunc(slices.Collect(maps.Values(s.answers)), func(a *Answer) bool { return a.Comment == c.Comment })
		if event != "" && (counts || s.forgot && c.Refused == "") && !slices.Contains(out, event) {
			out = append(out, event)
		}
	}
	return out
}

// answerOf is what an architect's command answers, "" for any other.
func answerOf(c Command) Event {
	word, _, _ := strings.Cut(c.Args, " ")
	if event := Event(strings.ToLower(word)); c.Name == "architect" && slices.Contains([]Event{OnGuidance, OnRedesign, OnAlternative}, event) {
		return event
	}
	return ""
}

// meant says what a tick is about. A correction is named by its number in the list,
// which is that of the order in which it was said, C2, or by its ID; everything else is
// an item of a checklist, which gates read. What others ask for is not ticked off by whose
// change it is, unless the policy leaves it to them.
func (s *State) meant(c *Command, leftToAuthor bool, own func(login string) bool) {
	n, numbered := comment.Correction(c.Args)
	count := 0
	for _, fb := range s.Feedback {
		if fb.Unheard != "" {
			continue
		}
		count++
		if numbered && n == count || c.Args == fb.ID {
			if own(c.By) && !own(fb.Author) && !leftToAuthor {
				c.Refused = fmt.Sprintf("C%d is asked of their own change: mend it and resolve the thread, and who asked looks again; or the policy lets them by `author-may: resolve`", count)
				return
			}
			c.ticks, c.Did = fb.ID, fmt.Sprintf("correction C%d, %s", count, fb.Text)
			return
		}
	}
	switch {
	case !numbered:
		c.Did = "an item of a checklist"
	case slices.Contains(s.Unseen, threadSource) || slices.Contains(s.Unseen, reviewSource):
		c.Refused = fmt.Sprintf("whether there is a correction C%d could not be read; write it again", n)
	case count == 0:
		c.Refused = fmt.Sprintf("there is no correction C%d; an item of a checklist is named by its number alone", n)
	default:
		c.Refused = fmt.Sprintf("there is no correction C%d; there are C1 to C%d", n, count)
	}
}

// tick gives what is ticked off now that people said so, by ID.
func (s State) tick() []string {
	out := slices.Clone(s.Memory.Ticked)
	for _, c := range s.fresh {
		if c.ticks != "" && !slices.Contains(out, c.ticks) {
			out = append(out, c.ticks)
		}
	}
	return out
}

// block says why the work stands still: an issue that GitHub says blocks this one,
// the label, or a command.
func (r Rules) block(s *plan.Snapshot, commands []Command) *Block {
	if c, ok := blockedBy(commands); ok {
		why := "@" + c.By + " says that it is blocked"
		if c.Args != "" {
			why += ": " + c.Args
		}
		return &Block{why, c.At}
	}
	if r.Blocked != "" && slices.ContainsFunc(s.Labels, func(l string) bool { return plan.SameName(l, r.Blocked) }) {
		b := &Block{Why: "the label " + r.Blocked + " is set"}
		for _, e := range s.Facts.Events {
			if e.Kind == "labeled" && plan.SameName(e.Value, r.Blocked) {
				b.Since = e.At
			}
		}
		return b
	}
	for _, b := range s.Facts.Blockers {
		if b.Open {
			return &Block{Why: b.Repo + "#" + strconv.Itoa(b.Number) + " blocks it"}
		}
	}
	return nil
}

// At gives the state as if Tollgate had left the issue in another phase: what a
// dry run asks for.
func (s State) At(phase string) State {
	s.Phase, s.MovedFrom, s.Labelled = phase, "", []string{phase}
	s.Memory.Phase = phase
	return s
}

// stand places an issue by memory and labels.
func (r Rules) stand(m Memory, labelled []string) State {
	s := State{Memory: m, Labelled: labelled}
	switch {
	case slices.Contains(labelled, m.Phase), len(labelled) == 0 && r.index(m.Phase) >= 0:
		s.Phase = m.Phase
	case len(labelled) > 0:
		s.Phase = labelled[0]
	}
	if s.Phase != "" && s.Phase != m.Phase {
		s.MovedFrom = m.Phase
	}
	return s
}
