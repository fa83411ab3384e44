package gates

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Waiver is a person's recorded override: what a verdict leaves out of account for
// a time, and who answers for that. Exactly one of Condition, Finding and Test says
// what.
type Waiver struct {
	Condition *WaivedCondition
	Finding   *WaivedFinding
	Test      *WaivedTest
	// Branches are patterns of the branches that the change may be for; none admits
	// all. Where the branch is not known, a waiver that names any is not in force.
	Branches []string
	// Labels are of the issue or the pull request, without case: it must bear one of them;
	// none admits all. Where its labels are not known, a waiver that names any is not in
	// force.
	Labels                    []string
	Reason, Owner, ApprovedBy string
	// Created and Expires are days, as their midnight in UTC. The waiver is in force
	// from the beginning of the one to the end of the other, both in UTC.
	Created, Expires time.Time
	At               evidence.Pos
}

// WaivedCondition is one condition of one gate, as the policy writes it. A policy
// that asks for something else has another condition, which is not waived.
type WaivedCondition struct {
	Gate   string
	Metric string
	Op     Op
	Want   evidence.Value
	// WithoutEvidence waives that evidence is missing or unsound as well. Without it
	// a failure is waived and nothing else: who accepts 78% has not accepted that
	// nobody measured.
	WithoutEvidence bool
}

func (c *WaivedCondition) is(gate string, o Condition) bool {
	return c != nil && c.Gate == gate && c.Metric == o.Metric && c.Op == o.Op && c.Want == o.Want
}

// WaivedFinding is findings by all that is said of them; what is empty says nothing.
type WaivedFinding struct {
	Tool        string // compared without case
	Rule, Path  string // patterns
	CWE         string // "CWE-79"
	Fingerprint string // the value of any fingerprint of the finding
}

// WaivedTest is the quarantine of tests by suite, class and name; what is empty
// says nothing. The names are no patterns: names of tests are full of brackets.
type WaivedTest struct{ Suite, Class, Name string }

// DefaultWaiverDays is how long a waiver may last where the policy does not say.
const DefaultWaiverDays = 90

// WaiverDays bounds how many days a waiver may last.
type WaiverDays struct {
	Default  int                       // 0 for DefaultWaiverDays
	Severity map[evidence.Severity]int // of what it waives, where that is a finding
}

// For gives the limit for findings of a severity, 0 for what is no finding.
func (d WaiverDays) For(s evidence.Severity) int {
	if n, ok := d.Severity[s]; ok {
		return n
	}
	if d.Default == 0 {
		return DefaultWaiverDays
	}
	return d.Default
}

// Approvers are who may approve a waiver, people and teams; none at all admits anybody.
type Approvers struct {
	Default  []string
	Severity map[evidence.Severity][]string // of what it waives, where that is a finding
}

// For gives those for findings of a severity, 0 for what is no finding.
func (a Approvers) For(s evidence.Severity) []string {
	if l, ok := a.Severity[s]; ok {
		return l
	}
	return a.Default
}

// Days is how many days lie between the day of creation and the last day.
func (w Waiver) Days() int { return int(w.Expires.Sub(w.Created) / day) }

const day = 24 * time.Hour

// Lapsed says why the waiver is not in force for what has a severity, whatever it
// names: "" if it is. Severity 0 is what is no finding.
func (w Waiver) Lapsed(s evidence.Severity, limits WaiverDays, now time.Time) string {
	switch most := limits.For(s); {
	case w.Owner == "" || w.ApprovedBy == "" || w.Reason == "" || w.Created.IsZero() || w.Expires.IsZero():
		return "is not complete"
	case now.Before(w.Created):
		return "begins on " + date(w.Created)
	case !now.Before(w.Expires.Add(day)):
		return "expired on " + date(w.Expires)
	case w.Days() > most:
		what := ""
		if s != 0 {
			what = " for a finding of this severity (" + s.String() + ")"
		}
		return fmt.Sprintf("lasts %d days, and the policy allows %d%s", w.Days(), most, what)
	default:
		return ""
	}
}

// Expired reports whether the last day is over.
func (w Waiver) Expired(now time.Time) bool { return !now.Before(w.Expires.Add(day)) }

// SoonDays is how many days before its end a waiver is said to end.
const SoonDays = 7

// Soon reports whether a waiver that has not expired ends within SoonDays.
func (w Waiver) Soon(now time.Time) bool {
	return !w.Expired(now) && w.Expires.Sub(now.UTC().Truncate(day)) <= SoonDays*day
}

// onBranch reports whether the waiver is for a change to a branch.
func (w Waiver) onBranch(branch string) bool {
	if len(w.Branches) == 0 {
		return true
	}
	for _, p := range w.Branches {
		if hit, err := doublestar.Match(p, branch); hit && err == nil && branch != "" {
			return true
		}
	}
	return false
}

// forLabels reports whether a waiver is for what bears the labels.
func (w Waiver) forLabels(labels []string, known bool) bool {
	return len(w.Labels) == 0 || known && slices.ContainsFunc(w.Labels, func(l string) bool {
		return slices.ContainsFunc(labels, func(have string) bool { return strings.EqualFold(have, l) })
	})
}

// What says in words what is waived: "findings of rule G101".
func (w Waiver) What() string {
	var says []string
	say := func(key, value string) {
		if value != "" {
			says = append(says, key+" "+value)
		}
	}
	switch {
	case w.Condition != nil:
		c := Condition{Metric: w.Condition.Metric, Op: w.Condition.Op, Want: w.Condition.Want}
		s := c.String() + " of gate " + w.Condition.Gate
		if w.Condition.WithoutEvidence {
			s += ", even without evidence"
		}
		return s
	case w.Finding != nil:
		say("rule", w.Finding.Rule)
		say("weakness", w.Finding.CWE)
		say("tool", w.Finding.Tool)
		say("path", w.Finding.Path)
		say("fingerprint", w.Finding.Fingerprint)
		return "findings of " + strings.Join(says, ", ")
	case w.Test != nil:
		say("suite", w.Test.Suite)
		say("class", w.Test.Class)
		say("name", w.Test.Name)
		return "tests of " + strings.Join(says, ", ")
	default:
		return "nothing"
	}
}

// by says which entry and who: "waivers.yml:4:5 of @ann".
func (w Waiver) by() string { return strings.TrimSpace(w.At.String() + " of " + w.Owner) }

// date writes a day.
func date(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// WaiverUse is what became of one waiver in a verdict.
type WaiverUse struct {
	Waiver
	Applied bool // something is left out of account because of it
	// Warnings are what its owner should know: that it ends soon, that it has lapsed
	// and blocks, that it waives nothing.
	Warnings []string
}

// Waiving is what one waiver does to one check.
type Waiving struct {
	Waiver
	// Lapsed says why the waiver is not in force: "expired on 2026-11-01". What it
	// names counts then, and the check does not pass. It is "" where it is in force.
	Lapsed string
	N      uint64 // how many things it names; 0 where it names the condition itself
	Refs   []Ref  // to them, at most MaxRefs
}
