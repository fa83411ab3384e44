package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Case is one question to a policy and the answer that is expected of it.
type Case struct {
	Name  string
	At    evidence.Pos
	Time  time.Time // zero: when the case is run
	Phase string    // where the issue stands; "" is what the labels say
	// Directory is a folder, from that of the file of cases, in which the policy's
	// own patterns look. "" means that Reports say where the reports are.
	Directory   string
	DirectoryAt Place
	Reports     []CaseReports
	EventFile   string // "" if there is none
	EventAt     Place
	Head        string
	Branch      string // that the change is for
	Labels      []string
	// Base and Cycle are folders of reports, Snapshot is a file, all from the folder of
	// the file of cases; "" where there is none.
	Base, Cycle, Snapshot       string
	BaseAt, CycleAt, SnapshotAt Place
	// Changed are the files of the change by path; nil where the change is unknown.
	Changed []evidence.FileChange
	Expect  []Expectation // at least one
}

// CaseReports are patterns of the reports of one source, each with its place. They
// are relative to the folder of the file of cases and do not leave it.
type CaseReports struct {
	Source   string
	Patterns []string
	At       []Place
}

// Aspect is what an expectation is about.
type Aspect uint8

const (
	_ Aspect = iota
	OfVerdict
	OfGate
	OfCheck
	OfOutcome
	OfPhase
)

// Expectation is one part of the answer.
type Expectation struct {
	Aspect Aspect
	Gate   string // of OfGate
	Check  Check  // of OfCheck
	Want   string
	At     evidence.Pos
}

// String names what is expected: "verdict", "gate unit", "unit/failed".
func (e Expectation) String() string {
	switch e.Aspect {
	case OfVerdict:
		return "verdict"
	case OfGate:
		return "gate " + e.Gate
	case OfCheck:
		return e.Check.Name
	case OfOutcome:
		return "outcome"
	case OfPhase:
		return "phase"
	default:
		panic("policy: undefined aspect")
	}
}

// CasesSchema gives the JSON Schema of a file of cases.
func CasesSchema() []byte {
	return schemaOf(new(caseFile), "cases", "Tollgate policy cases", "What a policy is asked, and what it should answer: .tollgate/tests/*.yml.")
}

// LoadCases reads a file of cases about a policy. It is as strict as Load: a case
// that names a gate, a check, a source or a phase that the policy does not have
// would test nothing. The error is an Errors.
func LoadCases(name string, data []byte, p *Policy) ([]Case, error) {
	in := newInput(name, fileOfCases, data)
	root := in.parse(data)
	if root == nil {
		return nil, in.sorted()
	}
	var f caseFile
	in.read(root, &f, where{wholeCases, in.place(root)})
	r := caseResolver{in, p}
	names := map[string]Place{}
	var out []Case
	for i := range f.cases.items {
		c := &f.cases.items[i]
		if first, twice := names[c.name.value]; twice && c.name.value != "" {
			in.fail(c.name.at, "the case %q stands twice, first at %d:%d", short(c.name.value), first.Pos.Line, first.Pos.Col)
		}
		names[c.name.value] = c.name.at
		out = append(out, r.resolve(c))
	}
	if errs := in.sorted(); errs != nil {
		return nil, errs
	}
	return out, nil
}

// caseResolver checks a case against the policy.
type caseResolver struct {
	in *input
	p  *Policy
}

func (r *caseResolver) resolve(c *caseEntry) Case {
	out := Case{
		Name: c.name.value, At: c.name.at.Pos, Time: c.time.Time, Phase: c.phase.value,
		Directory: c.directory.value, DirectoryAt: c.directory.at,
		EventFile: c.event.file.value, EventAt: c.event.file.at, Head: c.event.head.value, Branch: c.event.branch.value,
	}
	out.Base, out.BaseAt = c.base.value, c.base.at
	out.Cycle, out.CycleAt = c.cycle.value, c.cycle.at
	out.Snapshot, out.SnapshotAt = c.snapshot.value, c.snapshot.at
	out.Changed = r.changed(c)
	if out.Snapshot != "" && len(c.event.labels.items) > 0 {
		r.in.fail(c.event.labels.at[0], "the labels of the issue are in the snapshot; leave one of them out")
	}
	r.phase(c.phase)
	for _, l := range c.event.labels.items {
		out.Labels = append(out.Labels, l.value)
	}
	if c.directory.value != "" && len(c.reports.entries) > 0 {
		r.in.fail(c.directory.at, "the case has directory and reports; the first is where the policy's patterns look, and the second is instead of them: leave one out")
	}
	var sources []string
	for _, s := range r.p.Sources {
		sources = append(sources, s.Name)
	}
	for i := range c.reports.entries {
		e := &c.reports.entries[i]
		if !slices.Contains(sources, e.name) {
			r.in.fail(e.at, "%q is no source of the policy; %s", short(e.name), r.in.meant(e.name, "there are", sources))
			continue
		}
		cr := CaseReports{Source: e.name, At: e.value.at}
		for _, g := range e.value.items {
			cr.Patterns = append(cr.Patterns, g.value)
		}
		out.Reports = append(out.Reports, cr)
	}
	out.Expect = r.expectations(&c.expect)
	return out
}

func (r *caseResolver) expectations(e *expectation) (out []Expectation) {
	add := func(x Expectation, word text) {
		if word.value != "" {
			x.Want, x.At = word.value, word.at.Pos
			out = append(out, x)
		}
	}
	add(Expectation{Aspect: OfVerdict}, e.verdict.text)
	var names []string
	for _, g := range r.p.Gates.Gates {
		names = append(names, g.Name)
	}
	for _, a := range e.gates.entries {
		if !slices.Contains(names, a.name.value) {
			r.in.fail(a.name.at, "%q is no gate of the policy; %s", short(a.name.value), r.in.meant(a.name.value, "there are", names))
		} else if r.word(a, verdictWords) {
			add(Expectation{Aspect: OfGate, Gate: a.name.value}, a.word)
		}
	}
	for _, a := range e.checks.entries {
		found, err := r.p.ChecksNamed(a.name.value)
		_, notNumber := strconv.Atoi(a.name.value)
		switch {
		case err == nil && notNumber == nil:
			r.in.fail(a.name.at, "a number is another check once the policy changes; write %s", found[0].Name)
		case err != nil:
			r.in.fail(a.name.at, "%v", err)
		case len(found) > 1:
			var all []string
			for _, c := range found {
				all = append(all, c.Name)
			}
			r.in.fail(a.name.at, "%q is %d checks; name one: %s", short(a.name.value), len(found), strings.Join(all[:min(len(all), maxListed)], ", "))
		case r.word(a, checkWords):
			add(Expectation{Aspect: OfCheck, Check: found[0]}, a.word)
		}
	}
	add(Expectation{Aspect: OfOutcome}, e.outcome.text)
	if r.phase(e.phase) {
		add(Expectation{Aspect: OfPhase}, e.phase)
	}
	return out
}

// word complains of an answer that nothing can be.
func (r *caseResolver) word(a answer, words []string) bool {
	if slices.Contains(words, a.word.value) {
		return true
	}
	r.in.fail(a.word.at, "%s is %q; %s", short(a.name.value), short(a.word.value), r.in.meant(a.word.value, "it can be", words))
	return false
}

// phase complains of a phase that the policy does not have.
func (r *caseResolver) phase(t text) bool {
	if t.value == "" {
		return true
	}
	var names []string
	for _, ph := range r.p.Rules.Phases {
		names = append(names, ph.Name)
	}
	switch {
	case slices.Contains(names, t.value):
		return true
	case names == nil:
		r.in.fail(t.at, "the policy has no phases; leave %q out", short(t.value))
	default:
		r.in.fail(t.at, "%q is no phase of the policy; %s", short(t.value), r.in.meant(t.value, "there are", names))
	}
	return false
}

// Policy gives the policy as the case puts it to the test: the same in all but
// where the reports of its sources are.
func (c Case) Policy(p *Policy) *Policy {
	if c.Directory != "" {
		return p
	}
	out := *p
	out.Sources = slices.Clone(p.Sources)
	out.Gates.Sources = slices.Clone(p.Gates.Sources)
	for i := range out.Sources {
		s := &out.Sources[i]
		s.Files = nil
		for _, r := range c.Reports {
			if r.Source == s.Name {
				s.Files = []Files{{p.Sources[i].Files[0].Kind, r.Patterns}}
				out.Gates.Sources[i].Patterns = r.Patterns
			}
		}
	}
	return &out
}
