package workflow

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// Matrix says when and to whom work is handed out of turn.
type Matrix struct {
	To     string // "@user" or "@org/team"
	Label  string // flag label while escalated
	Matrix []Trigger
}

// Route is what a row of the matrix does with what it matches.
type Route string

const (
	Escalate Route = "escalate" // to the architect at once
	Correct  Route = "correct"  // the standard way: onto the correction list
)

// Trigger is a row of the matrix. It matches when anything that it names is there.
type Trigger struct {
	Category string // in the policy's words: "security"
	Route    Route
	To       string   // "" for the matrix's own
	Severity Severity // of what goes onto the correction list

	// On is the status that a gate must have: one of Gates, or any that is due if
	// there are none. Undecided asks for no gate.
	On    gates.Status
	Gates []string

	Comments []string // words of Conventional Comments: "issue architecture"
	Labels   []string // of the issue or the pull request
	Paths    []string // patterns of what the change touches
	Owners   []string // whose files the change touches, by CODEOWNERS
	Findings FindingMatch
	Blocked  bool     // work has been blocked for longer than its clock allows
	Overdue  []string // names of clocks
}

// FindingMatch tells findings: each list that is given must match.
type FindingMatch struct {
	Rules, Tools, CWEs []string // patterns
	Severities         []string
}

func (m FindingMatch) empty() bool {
	return len(m.Rules)+len(m.Tools)+len(m.CWEs)+len(m.Severities) == 0
}

// Finding is an open finding, as far as the matrix asks.
type Finding struct {
	Rule, Tool, Severity string
	CWEs                 []string
	Pos                  evidence.Pos
	Message              string
}

// AsksFindings reports whether a row of the matrix looks at findings at all.
func (r Rules) AsksFindings() bool {
	return slices.ContainsFunc(r.Escalation.Matrix, func(t Trigger) bool { return !t.Findings.empty() })
}

// AsksChange reports whether a row of the matrix looks at what the change touches.
func (r Rules) AsksChange() bool {
	return slices.ContainsFunc(r.Escalation.Matrix, func(t Trigger) bool { return len(t.Paths)+len(t.Owners) > 0 })
}

// WantsFinding reports whether a row matches the finding.
func (r Rules) WantsFinding(f Finding) bool {
	return slices.ContainsFunc(r.Escalation.Matrix, func(t Trigger) bool { return t.Findings.matches(f) })
}

func (m FindingMatch) matches(f Finding) bool {
	one := func(patterns []string, values ...string) bool {
		return len(patterns) == 0 || slices.ContainsFunc(values, func(v string) bool { return anyMatch(patterns, v) })
	}
	return !m.empty() && one(m.Rules, f.Rule) && one(m.Tools, f.Tool) && one(m.CWEs, f.CWEs...) && one(m.Severities, f.Severity)
}

// anyMatch compares without case.
func anyMatch(patterns []string, value string) bool {
	value = strings.ToLower(value)
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(strings.ToLower(p), value)
		return ok
	})
}

// Reason is what makes an escalation: its category, and everything that the matrix
// matched in it.
type Reason struct {
	Category string
	To       string // "@user" or "@org/team"
	Why      string
	// Sources name what matched, each by what it is and its own name: "gate:security",
	// "thread:PRRT_1". The same one is escalated once.
	Sources []string
}

// reasons gives what the matrix says of the state and of the gates that are due in
// phase at: each category once, in the order of the matrix, then what people
// escalated by hand.
func (c course) reasons(s State, at int) []Reason {
	due := c.due(at, c.verdict)
	var out []Reason
	hit := func(t Trigger, source, why string) {
		i := slices.IndexFunc(out, func(r Reason) bool { return r.Category == t.Category })
		if i < 0 {
			i = len(out)
			out = append(out, Reason{Category: t.Category, To: cmp.Or(t.To, c.Escalation.To)})
		}
		r := &out[i]
		if slices.Contains(r.Sources, source) {
			return
		}
		r.Sources = append(r.Sources, source)
		if r.Why != "" {
			r.Why += "; "
		}
		r.Why += why
	}
	for _, t := range c.Escalation.Matrix {
		if t.Route == Correct {
			continue
		}
		for _, g := range due {
			if t.On != gates.Undecided && g.Status == t.On && !slices.Contains(s.Unjudged, g.Name) && (len(t.Gates) == 0 || slices.Contains(t.Gates, g.Name)) {
				hit(t, "gate:"+g.Name, explain([]gates.GateResult{g}))
			}
		}
		t.matches(s, func(source, why string) { hit(t, source, why) })
	}
	for _, e := range s.standing() {
		for _, source := range e.Sources {
			hit(Trigger{Category: e.Category, To: e.To}, source, e.Why)
		}
	}
	for _, cmd := range s.escalated {
		t := Trigger{Category: "by hand"}
		why := cmd.Args
		if category, rest, ok := strings.Cut(cmd.Args, ":"); ok && category != "" {
			t.Category, why = strings.TrimSpace(category), strings.TrimSpace(rest)
		}
		hit(t, byCommand+decimal(cmd.Comment), "@"+cmd.By+" asks: "+cmp.Or(why, "no reason given"))
	}
	return out
}

// The kinds of sources that a run may not be able to see: see State.Unseen.
const (
	threadSource = "thread"
	reviewSource = "review"
)

// NoReports and NoChange are the kinds of sources that a run without reports, or
// without knowing what the change touches, cannot see.
var (
	NoReports = []string{"finding", "path", "owner"}
	NoChange  = []string{"path", "owner"}
)

// standing are the escalations that are not closed, with those of their sources that
// this run cannot see: they hold until a run that can says otherwise. What somebody
// asked for by a command holds until it is answered, whatever became of the comment; what
// a reviewer said does until it is answered, resolved or taken back.
func (s State) standing() []Escalation {
	var out []Escalation
	for _, e := range s.Memory.Escalations {
		e.Sources = slices.DeleteFunc(slices.Clone(e.Sources), func(source string) bool {
			kind, name, _ := strings.Cut(source, ":")
			waits := e.Open && s.answers[e.N] == nil
			if waits && (kind == threadSource || kind == reviewSource) && s.upheld(source) {
				return false
			}
			if waits && kind+":" == byCommand {
				return slices.ContainsFunc(s.escalated, func(c Command) bool { return decimal(c.Comment) == name })
			}
			if s.ofAnother(e) && slices.Contains(ofRun, kind) {
				return false
			}
			return !slices.Contains(s.Unseen, kind) && !(kind == "gate" && slices.Contains(s.Unjudged, name))
		})
		if e.Closed.IsZero() && len(e.Sources) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// upheld reports whether what a reviewer said still stands: nobody who may has resolved
// it, and its writer has said nothing new. What is gone stands as well: who may delete
// or edit a comment does not answer for the architect by that.
func (s State) upheld(source string) bool {
	i := slices.IndexFunc(s.Feedback, func(fb Feedback) bool { return fb.ID == source })
	return i < 0 || s.Feedback[i].stands && s.Feedback[i].Unheard == ""
}

// matches finds what a row names besides gates.
func (t Trigger) matches(s State, hit func(source, why string)) {
	for _, fb := range s.Feedback {
		if fb.Open && fb.Unheard == "" && slices.ContainsFunc(t.Comments, fb.says) {
			hit(fb.ID, "@"+fb.Author+" says: "+fb.Text)
		}
	}
	for _, l := range t.Labels {
		if slices.ContainsFunc(s.Labels, func(have string) bool { return strings.EqualFold(have, l) }) {
			hit("label:"+l, "the label "+l+" is set")
		}
	}
	for _, f := range s.Changed {
		// A pattern is one source: a change of a thousand files is one reason.
		if i := slices.IndexFunc(t.Paths, func(p string) bool { return doublestar.MatchUnvalidated(p, f.Path) }); i >= 0 {
			hit("path:"+t.Paths[i], f.Path+" is changed")
		}
		for _, o := range t.Owners {
			if slices.ContainsFunc(f.Owners, func(have string) bool { return strings.EqualFold(have, o) }) {
				hit("owner:"+o, "the change touches what "+o+" owns")
			}
		}
	}
	for _, f := range s.Findings {
		if t.Findings.matches(f) {
			hit(brief("finding:"+f.Tool+"/"+f.Rule), f.Tool+" reports "+f.Rule+" at "+f.Pos.String())
		}
	}
	for _, clock := range s.Overdue {
		if t.Blocked && clock.Name == BlockedClock || slices.Contains(t.Overdue, clock.Name) {
			hit(clock.source(), clock.Why)
		}
	}
}

// byCommand begins the source that is a comment with /escalate.
const byCommand = "command:"

// Late is a clock that has run out.
type Late struct {
	Name  string
	Since time.Time // when it began to run
	Why   string    // for people, without the present time in it
}

// The clocks that decisions ask for by name: one runs while work is blocked, the
// others until somebody takes an escalation over, until the architect answers, and
// until corrections are made.
const (
	BlockedClock    = "blocked"
	EscalationClock = "escalation"
	ArchitectClock  = "architect"
	CorrectionClock = "correction"
)

// source names a clock that has run out as a source of an escalation.
func (l Late) source() string { return "overdue:" + l.Name + "@" + l.Since.UTC().Format(time.RFC3339) }

// escalations gives what becomes of the escalations that were raised, now that the
// reasons are these. A reason is raised once: while any of its sources was in one
// that is open, or that was answered and still holds, there is no new one. What was
// raised and holds no longer is closed.
func (c course) escalations(s State, reasons []Reason) (now []Escalation, entries []Entry) {
	log := func(kind Kind, e Escalation, by, why string) {
		entries = append(entries, Entry{Kind: kind, To: e.To, Head: c.head, Why: e.Category + ": " + why, By: by, At: s.Now})
	}
	last := s.Memory.Raised
	for _, e := range s.Memory.Escalations {
		last = max(last, e.N)
		if e.Closed.IsZero() {
			holds := slices.ContainsFunc(e.Sources, func(source string) bool { return c.holds(s, reasons, e, source) }) ||
				slices.ContainsFunc(reasons, func(r Reason) bool { return r.Category == e.Category && slices.ContainsFunc(r.Sources, e.about) })
			switch {
			case e.Open && s.answers[e.N] != nil:
				a := s.answers[e.N]
				e.Open, e.Answered = false, a.At
				e.Answer = EventText{a.Event, a.By, a.Text, a.Head}
				log(Answered, e, "@"+a.By, string(a.Event)+": "+a.Text)
				if !holds {
					e.Closed = s.Now
				}
			case !holds && e.Open:
				e.Open, e.Closed = false, s.Now
				log(Closed, e, ByTollgate, "what raised it holds no longer")
			case !holds:
				e.Closed = s.Now
			}
		}
		now = append(now, e)
	}
	for _, r := range reasons {
		fresh := slices.DeleteFunc(slices.Clone(r.Sources), func(source string) bool {
			return slices.ContainsFunc(now, func(e Escalation) bool {
				again := e.Closed.IsZero() || strings.HasPrefix(source, byCommand) // which is said once
				return e.Category == r.Category && again && e.about(source)
			})
		})
		if len(fresh) == 0 {
			continue
		}
		open := slices.IndexFunc(now, func(e Escalation) bool { return e.Category == r.Category && e.Open })
		if open >= 0 { // one more reason for what the architect already has
			now[open].Sources = slices.Concat(now[open].Sources, fresh)
			now[open].Why = sentence(r.Why)
			now[open] = c.attributed(s, now[open])
			continue
		}
		last++
		e := Escalation{N: last, Category: r.Category, To: r.To, Why: sentence(r.Why), Sources: fresh, Opened: s.Now, Open: true}
		if s.Pull != 0 {
			e.Pulls = []int{s.Pull}
		}
		now = append(now, e)
		log(Raised, e, ByTollgate, r.Why)
	}
	return now, entries
}

// holds reports whether what raised an escalation is still so. A gate that does not
// hold is, whether or not it is due where the issue was sent; what somebody asked for
// is until it is answered.
func (c course) holds(s State, reasons []Reason, e Escalation, source string) bool {
	if strings.HasPrefix(source, "gate:") && !s.ofAnother(e) {
		return c.finds(s, e, source) != isNot
	}
	return slices.ContainsFunc(reasons, func(r Reason) bool { return r.Category == e.Category && slices.Contains(r.Sources, source) })
}

// escalated are the escalations that wait for an answer while the issue stands in
// phase at.
func (c course) escalated(s State, at int) []Escalation {
	raised, _ := c.escalations(s, c.reasons(s, at))
	return open(raised)
}

// open are the escalations that wait for an answer.
func open(all []Escalation) []Escalation {
	return slices.DeleteFunc(slices.Clone(all), func(e Escalation) bool { return !e.Open })
}

func why(escalated []Escalation) string {
	var parts []string
	for _, e := range escalated {
		parts = append(parts, e.Category+": "+e.Why)
	}
	return strings.Join(parts, "; ")
}
