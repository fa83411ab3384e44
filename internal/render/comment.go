package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// Status is what the comments are made of: only what holds after the run, so that a
// second run on the same evidence writes the same.
type Status struct {
	Rules    workflow.Rules
	Decision workflow.Decision
	Verdict  gates.Verdict // with the gates that are due where the issue stands now
	Policy   PolicyRef
	Repo     string // owner/name
	Issue    int
	Pull     int // 0 if there is none
	Head     string
	Clocks   []workflow.Clock
	// Milestones are how the checkpoints of the phase stand.
	Milestones []workflow.Milestone
	Files      []string // that the change touches, for the escalation package
	Owners     []string // of those files
	// Security is what scanners found, for the escalation package; nil where there are
	// no reports.
	Security *Security
	// Others are the other open pull requests of the issue, by number, and Own the verdict
	// of this one alone.
	Others []OtherPull
	Own    gates.Verdict
	// Evidence is the part of an earlier comment that says what the gates found, where
	// the verdict is remembered and the details of it are not; see EvidenceOf.
	Evidence string
}

func (s Status) phase() workflow.Phase { return s.Decision.Phase }

// recentEntries is how many entries of the log the status comment shows; the log
// has a comment of its own.
const recentEntries = 3

// Comment is the status comment: the marker, then the state of the issue.
func Comment(s Status) string {
	d := document{budget: CommentBudget}
	status := s.Verdict.Status
	if len(s.Others) > 0 {
		status = s.ofAll()
	}
	sign, _ := mark(status)
	var b strings.Builder
	b.WriteString(s.Decision.Memory.Marker())
	b.WriteByte('\n')
	title := "Tollgate"
	if s.phase().Name != "" {
		title = Prose(s.phase().Name, 100)
	}
	fmt.Fprintf(&b, "### %s %s: %s\n\n", sign, title, word(status))
	if p := s.progress(); p != "" {
		fmt.Fprintf(&b, "%s\n\n", p)
	}
	if s.phase().Owner != "" {
		fmt.Fprintf(&b, "Owner of this phase: %s", s.phase().Owner)
		if turn := s.Decision.Turn; turn != "" {
			fmt.Fprintf(&b, ", and it is the turn of %s", mention("@"+turn))
		}
		b.WriteString("\n\n")
	}
	if r := s.review(); r != "" {
		fmt.Fprintf(&b, "Review: %s\n\n", r)
	}
	for _, e := range s.Decision.Escalated {
		fmt.Fprintf(&b, "> **Escalated to %s** (%s): %s\n\n", e.To, Prose(e.Category, 100), Prose(e.Why, 600))
	}
	if a := s.Decision.Memory.Answer; a != nil && s.Decision.Memory.Cycle != nil {
		fmt.Fprintf(&b, "> **Answer of @%s** (%s): %s\n\n", Prose(a.By, 60), Prose(string(a.Event), 20), Prose(a.Text, 600))
	}
	if block := s.Decision.Blocked; block != nil {
		fmt.Fprintf(&b, "> **Blocked%s**: %s\n\n", since(block.Since), Prose(block.Why, 600))
	}
	if len(s.Decision.Unproved) > 0 {
		fmt.Fprintf(&b, "> A person put the issue here, and this does not hold: %s\n\n", Prose(strings.Join(s.Decision.Unproved, ", "), 300))
	}
	d.add(b.String())
	d.add(s.clocks())
	d.add(milestones(s.Milestones))
	d.add(s.corrections())
	if len(s.Others) > 0 {
		for _, section := range s.pulls() {
			d.add(section)
		}
	} else {
		for _, part := range s.proof(s.Verdict) {
			d.add(part)
		}
	}
	d.add(s.log(recentEntries))
	d.add(s.foot())
	return d.b.String()
}

// proof is what the gates found.
func (s Status) proof(v gates.Verdict) []string {
	if s.Evidence != "" {
		return []string{s.Evidence}
	}
	return []string{corrections(v, 5), gatesDue(v), matrices(v), waivers(v, 5), profiles(v)}
}

// EvidenceOf gives the part of a status comment that says what the gates found of a pull
// request: from what is to be done, or the table, to the log or the foot. No text of
// others begins a line there.
func EvidenceOf(comment string, pull int) string {
	if strings.Contains(comment, pullHeading) {
		comment = PullSection(comment, pull, "")
	}
	from := len(comment)
	for _, begin := range []string{"\n#### What to do next\n", "\n#### Worth mending\n", "\n| | gate | condition "} {
		if i := strings.Index(comment, begin); i >= 0 {
			from = min(from, i)
		}
	}
	part := comment[from:]
	for _, end := range []string{"\n#### Decision log\n", "\n<sub>"} {
		if i := strings.Index(part, end); i >= 0 {
			part = part[:i]
		}
	}
	return part
}

// WithTitleOf gives a status comment with the title of an earlier one, the line after
// the marker, which says what was judged last.
func WithTitleOf(earlier, comment string) string {
	_, was, _ := strings.Cut(earlier, "\n")
	title, _, ok := strings.Cut(was, "\n")
	marker, rest, _ := strings.Cut(comment, "\n")
	_, body, _ := strings.Cut(rest, "\n")
	if !ok || !strings.HasPrefix(title, "### ") {
		return comment
	}
	return marker + "\n" + title + "\n" + body
}

// review says what reviewers think of the commit that was judged, "" if nobody has
// an opinion.
func (s Status) review() string {
	if len(s.Others) > 0 { // who approves what, each of its pull requests says
		return opinions(opinion{"changes are asked for by ", s.Decision.Asking})
	}
	return opinions(opinion{"changes are asked for by ", s.Decision.Asking}, opinion{"approved by ", s.Decision.Approving}, opinion{"not counted, the review of ", s.Decision.Unheard})
}

// opinion is what some reviewers think.
type opinion struct {
	says string
	by   []string
}

func opinions(all ...opinion) string {
	var parts []string
	for _, o := range all {
		if len(o.by) > 0 {
			parts = append(parts, o.says+Prose(strings.Join(o.by, ", "), 200))
		}
	}
	return strings.Join(parts, "; ")
}

// gatesDue is the table of the gates that are due, and the names of the others, which
// are for later.
func gatesDue(v gates.Verdict) string {
	var later []string
	now := v
	now.Gates = nil
	for _, g := range v.Gates {
		if g.Due {
			now.Gates = append(now.Gates, g)
		} else {
			later = append(later, g.Name)
		}
	}
	text := table(now)
	if len(later) > 0 {
		text += fmt.Sprintf("\nNot due yet: %s\n", Prose(strings.Join(later, ", "), 1000))
	}
	return text
}

func (s Status) foot() string {
	if len(s.Others) > 0 {
		return "\n<sub>Each pull request is judged by its own runs.</sub>\n"
	}
	foot := "policy " + Code(s.Policy.String(), 120)
	if s.Head != "" {
		foot = "judged at " + Code(s.Head, 40) + ", " + foot
	}
	return "\n<sub>" + foot + "</sub>\n"
}

// since is a time as people read it in a sentence, "" for none.
func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " since " + stamp(t)
}

// stamp is a time in UTC, to the minute.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }

// progress draws the phases with the current one marked.
func (s Status) progress() string {
	var parts []string
	for _, p := range s.Rules.Phases {
		name := Prose(p.Name, 100)
		if p.Name == s.phase().Name {
			name = "**" + name + "**"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " → ")
}

// clocks are those that run, by when they are due: what is left of them changes by
// the minute, and the comment with the state alone.
func (s Status) clocks() string {
	var b strings.Builder
	for _, c := range s.Clocks {
		if c.State == workflow.Stopped {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\n| clock | limit | began | due | |\n|---|---|---|---|---|\n")
		}
		due := "–"
		if !c.Due.IsZero() {
			due = stamp(c.Due)
		}
		state := string(c.State)
		switch c.State {
		case workflow.Overdue:
			state = "**overdue**"
		case workflow.DueSoon:
			state = "due soon"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", c.Name, c.Limit, stamp(c.Started), due, state)
	}
	return b.String()
}

// corrections is what reviewers ask for, gravest first, with what is done ticked.
func (s Status) corrections() string {
	var b strings.Builder
	for _, c := range s.Decision.Corrections {
		if c.N == 0 {
			continue // what a gate lacks stands under what to do next, what does not count below
		}
		if b.Len() == 0 {
			b.WriteString("\n#### What reviewers ask for\n\n")
		}
		box := " "
		if c.Done {
			box = "x"
		}
		blocks := ""
		if c.Blocking && !c.Done {
			blocks = ", blocks"
		}
		if c.Claimed != "" && !c.Done {
			blocks = ", resolved by " + Prose(c.Claimed, 60) + ", whose change it is"
		}
		fmt.Fprintf(&b, "- [%s] C%d **%s** (%s%s): %s%s, says %s\n", box, c.N, Prose(c.Category, 60), c.Severity, blocks, Prose(c.Text, 300), place(c), Prose(c.By, 60))
	}
	if b.Len() > 0 {
		b.WriteString("\nA thread is done when it is resolved, or by `/tick` and its name, `/tick C1`.\n")
	}
	return b.String() + s.unheard()
}

// maxUnheard is how much of what does not count is shown: anybody can write more.
const maxUnheard = 5

// unheard is what others say, who have no word here, and why it does not count.
func (s Status) unheard() string {
	var b strings.Builder
	n := 0
	for _, c := range s.Decision.Corrections {
		if c.Unheard == "" {
			continue
		}
		if n++; n == 1 {
			b.WriteString("\n#### What others say, and does not count\n\n")
		}
		if n <= maxUnheard {
			fmt.Fprintf(&b, "- %s%s, says %s: %s\n", Prose(c.Text, 300), place(c), Prose(c.By, 60), c.Unheard)
		}
	}
	if more := n - maxUnheard; more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", more)
	}
	return b.String()
}

// place says where a correction is, with a link.
func place(c workflow.Correction) (where string) {
	if at := c.Pos.String(); at != "" {
		where = " at " + Code(at, 200)
	}
	if strings.HasPrefix(c.URL, "https://") && !strings.ContainsAny(c.URL, " ()<>") {
		where += " ([there](" + c.URL + "))"
	}
	return where
}

// log is the end of the decision log.
func (s Status) log(limit int) string {
	if len(s.Decision.Memory.Log) == 0 {
		return ""
	}
	return "\n#### Decision log\n\n" + s.entries(limit)
}

// entries are those of the decision log, newest first, as many as asked for.
func (s Status) entries(limit int) string {
	m := s.Decision.Memory
	var b strings.Builder
	b.WriteString("| when | what | by | at | why |\n|---|---|---|---|---|\n")
	for i, e := range slices.Backward(m.Log) {
		if len(m.Log)-i > limit {
			break
		}
		if i == 0 && m.Dropped > 0 {
			fmt.Fprintf(&b, "| | | | | and %d older entries, the last with the hash %s: in `decision-log.jsonl`, where runs keep packages |\n", m.Dropped, Code(m.Gap, 20))
		}
		when := ""
		if !e.At.IsZero() {
			when = stamp(e.At)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", when, entry(e), Prose(e.By, 40), Code(evidence.ShortCommit(e.Head), 12), Prose(e.Why, 300))
	}
	if m.Lost != nil && len(m.Log) <= limit {
		fmt.Fprintf(&b, "| | | | | before it %d entries that are gone; the last had the hash %s |\n", m.Lost.N, Code(m.Lost.Hash, 20))
	}
	return b.String()
}

// entry says what an entry of the log is about.
func entry(e workflow.Entry) string {
	switch e.Kind {
	case workflow.Move:
		from := e.From
		if from == "" {
			from = "–"
		}
		return Prose(from, 100) + " → " + Prose(e.To, 100)
	case workflow.Raised:
		return "escalated to " + Prose(e.To, 100)
	default:
		return Prose(string(e.Kind), 40)
	}
}
