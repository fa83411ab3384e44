package gates

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Judge evaluates every condition of every gate, due or not, and folds them into
// a verdict. A failure that was seen is a failure, whatever else is missing;
// otherwise evidence that is missing or unsound makes a check inconclusive. What
// the policy should have refused (a metric, source or operator that does not
// exist) is inconclusive too, never green.
func Judge(p Policy, in Input) Verdict {
	p, uses := p.profiled(in)
	j := newJudge(p, in)
	v := Verdict{Gates: make([]GateResult, 0, len(p.Gates)), Profiles: uses}
	bodies := make([]map[evidence.Kind]*body, len(p.Gates))
	for i := range bodies {
		bodies[i] = map[evidence.Kind]*body{}
	}
	j.readAhead(p.Gates, bodies)
	for i, g := range p.Gates {
		v.Gates = append(v.Gates, j.gate(g, bodies[i]))
	}
	v.Waivers = j.waivers()
	return v.DueAt(in.Due)
}

// gate judges all conditions of one gate, on its bodies of evidence as far as they were
// gathered. A gate without any proves nothing.
func (j *judge) gate(g Gate, bodies map[evidence.Kind]*body) GateResult {
	r := GateResult{Name: g.Name}
	for _, c := range g.Conditions {
		m, _ := MetricNamed(c.Metric)
		check := Check{Condition: c, Coming: c.Coming(j.in.Now)}
		if flaw := c.flaw(m); flaw != "" {
			check.conclude(Inconclusive)
			check.Partial = true
			check.Why, check.Remedy = flaw, "correct the condition in the policy"+at(c.At)
		} else if m.Every {
			j.every(g, m, &check)
			j.waive(g.Name, &check)
		} else {
			if bodies[m.Kind] == nil {
				bodies[m.Kind] = j.body(g, m.Kind)
			}
			check.judge(m, bodies[m.Kind])
			j.waive(g.Name, &check)
		}
		r.Status = max(r.Status, check.Status)
		r.Checks = append(r.Checks, check)
	}
	if len(r.Checks) == 0 {
		r.Status = Inconclusive
	}
	return r
}

// reading is what a metric measured. Its value is unmeasured where there was
// nothing to measure, and then gaps say what was missing.
type reading struct {
	value evidence.Value
	// struck are the things that waivers name, and bare is the value as it would be
	// without waivers, where there are any such.
	struck strikes
	bare   evidence.Value
	says   string // "3 of the 120 tests that ran failed"; of a share, what follows the share
	be     bool   // "at least 70% must be", not "must"
	gaps   []gap
	notes  []string // what a reader should know besides
	refs   refList
	limit  spokesman             // of a metric that no count of things explains: it speaks for itself
	mend   func(k uint64) string // what makes k of them better
	// doubts say what is not known of the value: it is as if all of that were ill,
	// and best as if it were well. They are gaps where that decides.
	doubts []gap
	best   evidence.Value
	// moot says why there is nothing to judge, though all that is needed is there; ""
	// where there is. What was measured stays for people to see.
	moot string
}

// open reports whether what is not known of the value decides the condition.
func (r reading) open(c Condition) bool {
	if len(r.doubts) == 0 || !r.value.Measured() || r.value.Cmp(r.best) == 0 {
		return false
	}
	if c.Op == Equal || c.Op == NotEqual {
		return c.Want.Cmp(r.value)*c.Want.Cmp(r.best) <= 0
	}
	return c.Op.Holds(r.value, c.Want) != c.Op.Holds(r.best, c.Want)
}

// spokesman is a metric that words its own sentence, references and remedy.
type spokesman interface {
	sentence(Condition) string
	refs(Condition) refList
	remedy(Condition) string
}

// gap is one reason why evidence cannot be believed to be all there is.
type gap struct {
	pos    evidence.Pos // where, if it has a place
	text   string
	remedy string
}

func (g gap) String() string {
	if at := g.pos.String(); at != "" {
		return at + ": " + g.text
	}
	return g.text
}

// sortGaps orders gaps of one sort by place.
func sortGaps(gaps []gap) {
	slices.SortFunc(gaps, func(a, b gap) int { return cmp.Or(comparePos(a.pos, b.pos), cmp.Compare(a.text, b.text)) })
}

// judge measures the condition on a body of evidence and says what came of it.
func (check *Check) judge(m Metric, b *body) {
	now := b.judge.in.Now
	c := check.Condition.On(now)
	if c.Want != check.Condition.Want {
		check.Ramped = c.Want
	}
	r := b.reading(m)
	gaps := append(b.gaps[:len(b.gaps):len(b.gaps)], r.gaps...)
	open := r.open(c)
	if open {
		gaps = append(gaps, r.doubts...)
	}
	if len(gaps) == 0 && !r.value.Measured() && r.moot == "" { // a metric owes a gap for this; it is no pass without one
		gaps = append(gaps, gap{text: "there is nothing that " + c.Metric + " could be measured on"})
	}
	r.notes = append(r.notes, r.struck.notes()...)
	standing := joinSentences([]string{check.Condition.Profile, check.Condition.dated(now)})
	r.notes = append(r.notes, nonEmpty(standing)...)
	check.Evidence, check.Actual, check.Partial = b.files, r.value, len(gaps) > 0
	check.Notes = r.notes
	if r.limit != nil {
		r.refs = r.limit.refs(c)
	}
	switch {
	case r.moot != "" && len(gaps) == 0:
		check.conclude(NotApplicable)
		check.Why = r.noting(r.moot)
	case r.moot == "" && r.value.Measured() && !open && !c.Op.Holds(r.value, c.Want):
		check.conclude(Fail)
		check.Why = r.sentence(c)
		if len(gaps) > 0 {
			check.Why += "; besides, " + listGaps(gaps)
		}
		check.Remedy = joinSentences(append([]string{r.remedy(c)}, remedies(gaps)...))
	case len(gaps) > 0:
		check.conclude(Inconclusive)
		check.Why = listGaps(gaps)
		if r.moot == "" && r.value.Measured() {
			check.Why += "; what there is says: " + r.sentence(c)
		} else if standing != "" {
			check.Why += " (" + standing + ")"
		}
		check.Remedy = joinSentences(remedies(gaps))
		r.refs = refsTo(gaps).plus(r.refs)
	case r.bare.Measured() && !c.Op.Holds(r.bare, c.Want):
		check.conclude(Waived)
		check.Why = r.sentence(c)
	default:
		check.conclude(Pass)
		check.Why = r.sentence(c)
	}
	check.strike(r.struck)
	check.Refs, check.MoreRefs = r.refs.list()
}

// flaw says what is wrong with a condition that a policy should have refused.
func (c Condition) flaw(m Metric) string {
	switch {
	case m.eval == nil:
		return "there is no metric " + quoted(c.Metric)
	case c.Op < Equal || c.Op > AtLeast:
		return "the condition on " + c.Metric + " has no operator"
	case c.Mode < Require || c.Mode > Shadow:
		return "the condition on " + c.Metric + " says neither require, warn nor shadow"
	case c.Want.Kind != m.Value || !c.Want.Measured():
		return "the condition on " + c.Metric + " is not compared with a " + m.Value.String()
	default:
		return ""
	}
}

// conclude sets what the condition came to and, by its mode, what that does. A
// mode that does not exist does what require does.
func (check *Check) conclude(outcome Status) {
	check.Outcome = outcome
	check.Holds = outcome == Pass
	switch {
	case check.Condition.Mode == Shadow, check.Coming:
		check.Status = NotApplicable
	case check.Condition.Mode == Warn && outcome > Waived:
		check.Status = Warned
	default:
		check.Status = outcome
	}
}

// maxGaps bounds what Why lists: a thousand broken files are one story.
const maxGaps = 20

func listGaps(gaps []gap) string {
	texts := make([]string, 0, len(gaps))
	for _, g := range gaps {
		texts = append(texts, g.String())
	}
	texts = distinct(texts)
	if more := len(texts) - maxGaps; more > 0 {
		texts = append(texts[:maxGaps], "and "+number(uint64(more))+" more")
	}
	return strings.Join(texts, "; ")
}

func remedies(gaps []gap) []string {
	var out []string
	for _, g := range gaps {
		out = append(out, g.remedy)
	}
	out = distinct(out)
	if more := len(out) - maxGaps; more > 0 {
		out = append(out[:maxGaps], "and "+number(uint64(more))+" more")
	}
	return out
}

// distinct drops what is empty and what came before, and keeps the order.
func distinct(texts []string) []string {
	seen := map[string]bool{"": true}
	var out []string
	for _, t := range texts {
		if !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
