package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/internal/plan"
)

// copyPrefix begins the line of the log's comment that repeats the memory.
const copyPrefix = "<!-- tollgate:copy v"

// Copy is the second line of the comment with the log, without the line end: what the
// memory holds that no run can find out anew, so that the issue does not forget it with
// its status comment. What each run with reports finds anew is not in it, so that the
// log's comment changes with the log and not with every commit.
func (m Memory) Copy() string {
	m = m.settled()
	m.Head, m.Gates, m.Shared, m.Shown, m.Others = "", nil, nil, nil, nil
	m = m.bounded()
	for len(m.Log) > 1 && len(m.copyLine()) > MaxMarker { // its prefix is the longer one
		m.drop(1)
	}
	return m.copyLine()
}

func (m Memory) copyLine() string {
	return fmt.Sprintf("%s%d %s -->", copyPrefix, memoryVersion, m.encoded())
}

// copyOf reads the copy in the comment with the log. It gives false where there is none
// that is to be believed: somebody else has edited the comment, the log in it is no
// chain, or it is another one than the check run names.
func copyOf(s *plan.Snapshot, a Anchor) (Memory, bool) {
	_, rest, _ := strings.Cut(s.Post(LogPost).Body, "\n")
	line, _, _ := strings.Cut(rest, "\n")
	if s.Facts.PostEditors[LogPost] != "" || !strings.HasPrefix(line, copyPrefix) {
		return Memory{}, false
	}
	m, err := readLine(line, copyPrefix)
	if err != nil || len(m.Log) == 0 || m.Broken() >= 0 {
		return Memory{}, false
	}
	_, forged := m.unmet(a)
	return m, !forged
}

// recalled is what an issue remembers.
type recalled struct {
	Memory
	forgot bool    // Tollgate was here, and what it remembered cannot be read
	why    string  // what became of the status comment or the log, "" if nothing
	noted  []Entry // the same, for the log
}

// What becomes of a memory that somebody else has edited, of one that is gone, and of
// one of which there is a copy.
const (
	notUsed  = "what it remembered of answers and ticks is not used, commands are read anew, and "
	allGone  = "the label says where the issue stands, and "
	raised   = "what is escalated is read from its own comments"
	anew     = "what is escalated is escalated anew"
	copyUsed = "what it remembered is read from its copy in the comment with the log"
)

// recall gives what an issue remembers: what its status comment says; where that is
// gone, cannot be read or was edited by somebody else, what the copy of it says; and
// where that is gone as well, what the check run says of the log.
func recall(s *plan.Snapshot) recalled {
	a := AnchorOf(s.Check.Summary, s.Issue)
	m, err := readMarker(s.Comment.Body)
	editor := s.Facts.Editor
	if err == nil && editor == "" {
		r := recalled{Memory: m}
		r.hold(a)
		return r
	}
	r := recalled{Memory: m.edited()}
	told := raisedOf(s)
	asked := anew
	if len(told) > 0 {
		asked = raised
	}
	c, copied := copyOf(s, a)
	here := copied || len(s.Posts) > 0 || a.After.N > 0 // or else a run was killed that was the first
	if copied {
		r.Memory = c
	}
	switch {
	case err == nil && copied:
		r.say("@"+editor, "edited the status comment: "+copyUsed)
	case err == nil:
		r.say("@"+editor, "edited the status comment: "+notUsed+asked)
	case s.Comment.Body != "" && copied:
		r.say(ByTollgate, "the memory in the status comment is not used: "+err.Error()+"; "+copyUsed)
	case s.Comment.Body != "":
		r.say(ByTollgate, "the memory in the status comment is not used: "+err.Error())
	case copied:
		r.say(ByTollgate, "the status comment is gone: "+copyUsed)
	case here:
		r.say(ByTollgate, "the status comment is gone, and what it remembered with it: "+allGone+asked)
	}
	if r.forgot = !copied && (here || err == nil); r.forgot && len(r.Log) == 0 {
		if a.N > 0 {
			r.Lost = &a.Place
			r.say(ByTollgate, fmt.Sprintf("the log before is gone: %d entries, and the last had the hash %s, says the check run", a.N, a.Hash))
		} else {
			r.say(ByTollgate, "the log before is gone, and no check run of this commit says how long it was")
		}
	}
	if r.forgot {
		r.Escalations = told
	}
	r.hold(a)
	if !here && err != nil {
		r.noted = nil // there is no log that it could be missing from
	}
	return r
}

// LogOf gives the memory in which the decision log of an issue stands: that of its status
// comment, whoever edited it, or its copy. why says what is not as it should be.
func LogOf(s plan.Snapshot) (m Memory, why string) {
	s = s.Normalise()
	r := recall(&s)
	if m, err := readMarker(s.Comment.Body); err == nil {
		return m, r.why
	}
	return r.Memory, r.why
}

// say notes what became of something, and who did it.
func (r *recalled) say(by, why string) {
	e := Entry{Kind: Gone, By: by, Why: why}
	if by != ByTollgate {
		e.Kind = Refused
		why = by + " has " + why
	}
	r.noted = append(r.noted, e)
	if r.why != "" {
		r.why += "; "
	}
	r.why += why
}

// hold says in what the log contradicts the check run, once.
func (r *recalled) hold(a Anchor) {
	why, _ := r.unmet(a)
	named, _, _ := strings.Cut(why, ", and ") // what the check run says; where the log ends changes
	said := slices.ContainsFunc(r.Log, func(e Entry) bool { return e.Kind == Gone && strings.HasPrefix(e.Why, named+",") })
	if why != "" && !said {
		r.say(ByTollgate, why)
	}
}
