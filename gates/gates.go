// Package gates judges evidence by conditions. It is pure: the same Policy and
// Input give the same Verdict, whatever the order in which evidence arrived.
package gates

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Policy is what must hold, already checked: every metric exists, every
// condition compares values of one kind, every source is declared.
type Policy struct {
	Sources    []Source
	Gates      []Gate
	WaiverDays WaiverDays
	Approvers  Approvers // of waivers
	Profiles   []Profile
}

// Source is a named body of evidence with what is expected of it.
type Source struct {
	Name     string
	Patterns []string // as the policy writes them, for messages
	Kinds    evidence.Kind
	Expect   Expect
	// SeverityFrom says where the severity of findings is read; SecuritySeverity, if
	// it says nothing.
	SeverityFrom []SeverityFrom
	// Root is the folder, with slashes, that the reports name files from; "" for that of
	// the repository.
	Root string
	At   evidence.Pos // in the policy
}

// Expect says when a source is whole. A zero field expects nothing, but a source
// always needs at least one file.
type Expect struct {
	Files Range
	Tests Range
	Tools []string
	Rules Range // that each run of a tool lists
	// Shards is in how many shards the evidence comes, 0 if in any number.
	Shards int
	// Age is how old each report may be, by the time that it states; 0 asks nothing.
	Age time.Duration
	// Head wants the commit to be known that is judged and that the evidence is of.
	Head bool
}

// Range is inclusive; Max 0 means no upper bound.
type Range struct{ Min, Max uint64 }

// Holds reports whether n is in the range.
func (r Range) Holds(n uint64) bool { return n >= r.Min && (r.Max == 0 || n <= r.Max) }

// Gate is a named set of conditions on some sources, as the policy writes it.
type Gate struct {
	Name       string
	From       []string // names of sources
	Filter     Filter
	Compare    Compare
	Checklist  Checklist
	Reviewers  Reviewers
	Checks     []NamedCheck
	Change     ChangeRules
	Patch      PatchRules
	ByFolder   bool // lowest.* is of folders, each with the files directly in it, and not of files
	Matrix     Matrix
	Conditions []Condition
	At         evidence.Pos
}

// Filter narrows what a gate looks at, by doublestar patterns. An empty list
// admits everything; in a list, a pattern that begins with ! takes away again,
// and the last match counts. A list that begins with ! takes away from everything.
//
// Paths apply to the files of a coverage report, to the places of findings and to
// the source files of tests; suites to tests; rules and tools to findings. What
// says no path cannot be placed by Paths: it is not counted, and the check is
// inconclusive at best.
type Filter struct {
	Paths  []string // on the path of a source file, with forward slashes
	Suites []string // on the suite
	Rules  []string // on the rule
	Tools  []string // on the name of the tool, without case; each tool must have run
	CWEs   []string // weaknesses, "CWE-79", of which a finding has one
	// Benchmarks are patterns on the name of a benchmark; one with a space in it is on
	// the name with its parameters, as `tollgate inspect` shows it. Measures are on
	// what was measured: ns/op.
	Benchmarks, Measures []string
	// Classes and Names are patterns on the class and the name of a test, Properties
	// on what its report attaches to it.
	Classes, Names []string
	Properties     []PropertyFilter
}

// Mode is what a condition may do to the verdict.
type Mode uint8

const (
	_ Mode = iota
	// Require blocks.
	Require
	// Warn is shown as a warning and never blocks.
	Warn
	// Shadow is evaluated and shown, and changes nothing: how a team adopts a gate.
	Shadow
)

func (m Mode) String() string {
	switch m {
	case Require:
		return "require"
	case Warn:
		return "warn"
	case Shadow:
		return "shadow"
	default:
		panic("gates: undefined mode")
	}
}

// Op compares a metric with a threshold.
type Op uint8

const (
	_ Op = iota
	Equal
	NotEqual
	Less
	AtMost
	More
	AtLeast
)

// Ops lists the operators as the policy writes them.
var Ops = map[string]Op{"=": Equal, "!=": NotEqual, "<": Less, "<=": AtMost, ">": More, ">=": AtLeast}

func (o Op) String() string {
	for s, op := range Ops {
		if op == o {
			return s
		}
	}
	panic("gates: undefined operator")
}

// Holds compares two measured values of one kind.
func (o Op) Holds(have, want evidence.Value) bool {
	c := have.Cmp(want)
	switch o {
	case Equal:
		return c == 0
	case NotEqual:
		return c != 0
	case Less:
		return c < 0
	case AtMost:
		return c <= 0
	case More:
		return c > 0
	case AtLeast:
		return c >= 0
	default:
		panic("gates: undefined operator")
	}
}

// Condition is one line of the policy: metric, operator, threshold.
type Condition struct {
	Metric string
	Op     Op
	Want   evidence.Value
	Mode   Mode
	// From is the day, as its midnight in UTC, from which the condition counts; zero
	// for one that always has.
	From time.Time
	Ramp Ramp
	// Profile says what a profile has to do with it, for people: "asked by profile
	// release". Judge sets it.
	Profile string
	At      evidence.Pos
}

// String gives the condition as the policy writes it.
func (c Condition) String() string { return c.Metric + " " + c.Op.String() + " " + c.Want.String() }

// Input is everything that a verdict is made of.
type Input struct {
	Evidence map[string]evidence.Set // by the name of the source
	Base     map[string]evidence.Set // the nearest passing ancestor's
	Cycle    map[string]evidence.Set // that of the start of this correction cycle
	// BaseLost and CycleLost say that there may be such evidence, and that nobody could
	// find or read it: that is not the same as none.
	BaseLost, CycleLost Lost
	Diff                evidence.Diff
	Tree                evidence.Tree // of the repository at the head
	Facts               evidence.Facts
	Waivers             []Waiver
	Branch              string   // that the change is for, "" if it is not known
	Labels              []string // of the issue
	// LabelsKnown reports whether Labels are all that it bears: none is not the same
	// as nobody having looked.
	LabelsKnown bool
	Now         time.Time
	// Due reports whether a gate counts at the phase where the issue stands; nil
	// means that all do.
	Due func(gate string) bool
}

// Lost is why evidence to compare with could not be had, and what would bring it. Its
// zero value is that nothing is lost.
type Lost struct{ Why, Remedy string }

// Status is a lattice; the worst of the checks is the verdict. Its zero value is
// undecided and never passes.
type Status uint8

const (
	Undecided Status = iota
	NotApplicable
	Pass
	Waived
	Warned
	Inconclusive
	Fail
)

func (s Status) String() string {
	switch s {
	case Undecided:
		return "undecided"
	case NotApplicable:
		return "not applicable"
	case Pass:
		return "pass"
	case Waived:
		return "waived"
	case Warned:
		return "warn"
	case Inconclusive:
		return "inconclusive"
	case Fail:
		return "fail"
	default:
		panic("gates: undefined status")
	}
}

// MarshalText gives the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Green reports whether work may go on.
func (s Status) Green() bool { return s >= NotApplicable && s <= Warned }

// Verdict is the answer. Status is the worst of the gates that are due.
type Verdict struct {
	Status  Status
	Gates   []GateResult // in the order of the policy
	Waivers []WaiverUse  // that are for this change, in the order of their file
	// Profiles are those of the policy, in its order. The conditions of those that
	// apply stand behind the gates' own.
	Profiles []ProfileUse
}

// GateResult is what one gate found. A gate that is not due is evaluated all the
// same, so that people see what is coming.
type GateResult struct {
	Name   string
	Due    bool
	Status Status
	Checks []Check
}

// Check is a condition's outcome, with all that a person needs to act on it.
type Check struct {
	Condition Condition
	Status    Status         // what it does to the verdict, by its mode
	Outcome   Status         // what it would be under require: NotApplicable, Pass, Waived, Inconclusive or Fail
	Holds     bool           // whether Outcome is Pass: it holds, on evidence that can be believed
	Partial   bool           // evidence was missing or unsound, which leaves a failure a failure
	Actual    evidence.Value // unmeasured where there was nothing to measure
	Coming    bool           // the condition counts from a later day on, and changes nothing yet
	// Ramped is the threshold that a ramp has reached; unmeasured where that of the
	// condition holds.
	Ramped   evidence.Value
	Evidence []string // the files it came from
	Refs     []Ref    // what to look at, worst first, at most MaxRefs
	MoreRefs int
	Why      string // one sentence
	// Notes are what a reader should know even where the condition holds: findings
	// that carry no score, files that do not measure the unit. Why ends with them.
	Notes  []string
	Remedy string // what would make it pass: "2 more passing tests"
	// Grid is what it came to in each cell, nil where it is not of every cell.
	Grid *Grid
	// Waivers are those that name the condition, or something that it counts.
	Waivers []Waiving
}

// Want is the threshold that holds today.
func (check Check) Want() evidence.Value {
	if check.Ramped.Measured() {
		return check.Ramped
	}
	return check.Condition.Want
}

// Ref is one thing that a check points at: a failed case, a finding, a file.
type Ref struct {
	Pos  evidence.Pos // in the source if known, else in the report
	Text string
}

// MaxRefs bounds what a check lists.
const MaxRefs = 20

// Gate gives the result of one gate.
func (v Verdict) Gate(name string) (GateResult, bool) {
	for _, g := range v.Gates {
		if g.Name == name {
			return g, true
		}
	}
	return GateResult{}, false
}

// DueAt gives the same verdict with other gates due: what it is at another phase.
// It is inconclusive where nothing was proved: where no gate is due, and where
// every check that is due lacks evidence or is in shadow. A warning never blocks,
// but warnings about evidence that is not all there are no verdict either.
func (v Verdict) DueAt(due func(gate string) bool) Verdict {
	out := Verdict{Status: Undecided, Gates: make([]GateResult, len(v.Gates)), Waivers: v.Waivers, Profiles: v.Profiles}
	checks, proved := 0, 0
	change := Undecided
	for i, g := range v.Gates {
		g.Due = due == nil || due(g.Name)
		out.Gates[i] = g
		if !g.Due {
			continue
		}
		if g.Name == PolicyChange { // that the policy stands proves nothing of the change
			change = g.Status
			continue
		}
		out.Status = max(out.Status, g.Status)
		for _, c := range g.Checks {
			checks++
			if c.Condition.Mode != Shadow && !c.Coming && c.Outcome != Inconclusive && !c.Partial {
				proved++
			}
		}
	}
	if out.Status == Undecided || checks > 0 && proved == 0 {
		out.Status = max(out.Status, Inconclusive)
	}
	out.Status = max(out.Status, change)
	return out
}

// Conclusive reports whether everything was there that the verdict is made of: no
// check that counts is inconclusive, nor in part. A warning about evidence that is
// missing lets work go on, and is still nothing to compare others with.
func (v Verdict) Conclusive() bool {
	if v.Status == Undecided || v.Status == Inconclusive {
		return false
	}
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			if g.Due && c.Condition.Mode != Shadow && !c.Coming && (c.Outcome == Inconclusive || c.Partial) {
				return false
			}
		}
	}
	return true
}
