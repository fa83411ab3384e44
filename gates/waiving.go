package gates

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// use is one waiver in the course of a judgement.
type use struct {
	Waiver
	place       int // among the waivers of the input
	paths, rule globs
	files       func() *repository
	applied     bool
	blocks      string // why it has lapsed, where it would have applied
	short       bool   // what it names has a flaw that it does not waive
}

// newUses are the waivers that are for this change.
func (j *judge) newUses() []*use {
	in := j.in
	var out []*use
	for i, w := range in.Waivers {
		if !w.onBranch(in.Branch) || !w.forLabels(in.Labels, in.LabelsKnown) {
			continue
		}
		u := &use{Waiver: w, place: i, files: j.repository}
		if f := w.Finding; f != nil {
			u.paths, u.rule = newGlobs("path", nonEmpty(f.Path), false), newGlobs("rule", nonEmpty(f.Rule), false)
		}
		out = append(out, u)
	}
	return out
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// names reports whether the waiver is of a finding.
func (u *use) names(d *evidence.Finding) bool {
	f := u.Finding
	switch {
	case f == nil, *f == WaivedFinding{}:
		return false
	case f.Tool != "" && !strings.EqualFold(f.Tool, d.Tool),
		f.CWE != "" && !slices.Contains(d.CWE, f.CWE),
		f.Path != "" && !u.coversPlaces(d),
		!u.rule.admits(d.Rule):
		return false
	}
	has := func(p evidence.Fingerprint) bool { return p.Value == f.Fingerprint }
	return f.Fingerprint == "" || slices.ContainsFunc(d.Fingerprints, has)
}

// coversPlaces reports whether the pattern of the waiver names every place of a finding.
func (u *use) coversPlaces(d *evidence.Finding) bool {
	for p := range d.Places() {
		if p.Path == "" || !u.coversPath(slashed(p.Path)) {
			return false
		}
	}
	return true
}

// coversPath takes a path from the root of a machine for the file of the repository that
// it ends with: a pattern is written for those, and no scanner is asked where it ran.
func (u *use) coversPath(path string) bool {
	if u.paths.admits(path) {
		return true
	}
	if !rooted(path) {
		return false
	}
	file := u.files().endOf(path)
	return file != "" && u.paths.admits(file)
}

// namesTest reports whether the waiver is of a test.
func (u *use) namesTest(c *evidence.Case) bool {
	t := u.Test
	return t != nil && *t != (WaivedTest{}) &&
		(t.Suite == "" || t.Suite == c.Suite) && (t.Class == "" || t.Class == c.Class) && (t.Name == "" || t.Name == c.Name)
}

// ruling is which waiver names a thing, and why it is not in force. The zero one is
// that none does.
type ruling struct {
	by     *use
	lapsed string
	// unapproved says that it is not in force because of who approved it.
	unapproved bool
}

// anew is what would bring the waiver into force.
func (r ruling) anew() string {
	if r.unapproved {
		return "approved by who may"
	}
	return "renewed"
}

// waives reports whether the thing is left out of account.
func (r ruling) waives() bool { return r.by != nil && r.lapsed == "" }

// ruling finds the waiver of a thing: the first that is in force, else the first.
func (j *judge) ruling(s evidence.Severity, names func(*use) bool) (r ruling) {
	for _, u := range j.uses {
		if !names(u) {
			continue
		}
		now := ruling{by: u, lapsed: u.Lapsed(s, j.days, j.in.Now)}
		if now.lapsed == "" {
			now.lapsed = j.disallowed(u.Waiver, s)
			now.unapproved = now.lapsed != ""
		}
		if now.waives() {
			return now
		}
		if r.by == nil {
			r = now
		}
	}
	return r
}

// disallowed says why who approved the waiver may not, for what has a severity: "" if
// they may.
func (j *judge) disallowed(w Waiver, s evidence.Severity) string {
	may := j.approvers.For(s)
	if len(may) == 0 || slices.ContainsFunc(may, func(h string) bool { return strings.EqualFold(h, w.ApprovedBy) }) {
		return ""
	}
	is := no // a team is in no other one
	if login := strings.TrimPrefix(w.ApprovedBy, "@"); !strings.Contains(login, "/") {
		is = j.among(may, login)
	}
	switch is {
	case yes:
		return ""
	case no:
		return fmt.Sprintf("is approved by %s, who may not; the policy lets %s approve it", w.ApprovedBy, either(slices.Clone(may)))
	default:
		return fmt.Sprintf("is approved by %s, of whom it is not known whether they are in %s", w.ApprovedBy, either(slices.Clone(may)))
	}
}

// WaivedFindings says of findings, each with its severity, whether a waiver that is in
// force leaves them out of account.
func (p Policy) WaivedFindings(in Input) func(*evidence.Finding, evidence.Severity) bool {
	j := judge{in: in, days: p.WaiverDays, approvers: p.Approvers}
	j.uses = j.newUses()
	return func(f *evidence.Finding, s evidence.Severity) bool {
		return j.ruling(s, func(u *use) bool { return u.names(f) }).waives()
	}
}

// strikes are the things that waivers name among those that a metric counts.
type strikes []strike

type strike struct {
	ruling
	n    uint64
	refs refList
}

func compareRulings(a, b ruling) int {
	return cmp.Or(cmp.Compare(a.by.place, b.by.place), cmp.Compare(a.lapsed, b.lapsed))
}

// of gives the strike of a ruling, made if there is none yet.
func (s *strikes) of(r ruling) *strike {
	i, found := slices.BinarySearchFunc(*s, r, func(a strike, r ruling) int { return compareRulings(a.ruling, r) })
	if !found {
		*s = slices.Insert(*s, i, strike{ruling: r})
	}
	return &(*s)[i]
}

// plus joins two.
func (s strikes) plus(o strikes) strikes {
	out := slices.Clone(s)
	for _, x := range o {
		at := out.of(x.ruling)
		at.n += x.n
		at.refs = at.refs.plus(x.refs)
	}
	return out
}

// notes say what is left out by the waivers that are in force.
func (s strikes) notes() (out []string) {
	for _, x := range s {
		if x.waives() {
			out = append(out, fmt.Sprintf("%d waived by %s until %s", x.n, x.by.by(), date(x.by.Expires)))
		}
	}
	if more := len(out) - maxGaps; more > 0 {
		out = append(out[:maxGaps], "and by "+number(uint64(more))+" more")
	}
	return out
}

// strike records in the check what waivers did to it. Where one has lapsed and what
// it names is there, the check fails, even where the condition would allow as much:
// nobody answers for it any longer.
func (check *Check) strike(s strikes) {
	var why, remedy []string
	for _, x := range s {
		w := Waiving{Waiver: x.by.Waiver, Lapsed: x.lapsed, N: x.n}
		w.Refs, _ = x.refs.list()
		check.Waivers = append(check.Waivers, w)
		if x.waives() {
			x.by.applied = true
			continue
		}
		x.by.blocks = x.lapsed
		why = append(why, fmt.Sprintf("the waiver %s of %d of these %s", x.by.by(), x.n, x.lapsed))
		remedy = append(remedy, "mend what the waiver "+x.by.by()+" names, or have it "+x.anew())
	}
	if len(why) == 0 {
		return
	}
	check.conclude(Fail)
	check.Why += "; " + listTexts(why)
	check.Remedy = joinSentences(append(nonEmpty(check.Remedy), remedy[:min(len(remedy), maxGaps)]...))
}

// waive applies the waivers of the condition itself to a check that is not green.
// One turns a failure into waived; of missing evidence it says nothing unless it
// says so, and what is left is inconclusive.
func (j *judge) waive(gate string, check *Check) {
	if check.Outcome <= Waived {
		return
	}
	r := j.ruling(0, func(u *use) bool { return u.Condition.is(gate, check.Condition) })
	if r.by == nil {
		return
	}
	check.Waivers = append(check.Waivers, Waiving{Waiver: r.by.Waiver, Lapsed: r.lapsed})
	switch {
	case !r.waives():
		r.by.blocks = r.lapsed
		check.Why += fmt.Sprintf("; the waiver %s of this condition %s", r.by.by(), r.lapsed)
		check.Remedy = joinSentences(append(nonEmpty(check.Remedy), "or have the waiver "+r.by.by()+" "+r.anew()))
	case check.Partial && !r.by.Condition.WithoutEvidence:
		check.conclude(Inconclusive)
		r.by.short = true
		check.Why += fmt.Sprintf("; the waiver %s is of a failure, and not of missing evidence", r.by.by())
	default:
		check.conclude(Waived)
		r.by.applied = true
		check.Why += fmt.Sprintf("; waived by %s until %s: %s", r.by.by(), date(r.by.Expires), firstLine(r.by.Reason))
	}
}

// waivers says what became of the waivers that are for this change.
func (j *judge) waivers() (out []WaiverUse) {
	for _, u := range j.uses {
		w := WaiverUse{Waiver: u.Waiver, Applied: u.applied}
		switch {
		case u.blocks != "":
			w.Warnings = append(w.Warnings, "it "+u.blocks+", and what it names counts")
		case u.Lapsed(0, WaiverDays{Default: u.Days()}, j.in.Now) != "":
			// It is of no effect and stands in nobody's way; policy lint says so.
		case !u.applied && !u.short:
			w.Warnings = append(w.Warnings, "it waives nothing: what it names holds, or is not there")
		}
		if u.blocks == "" && u.Soon(j.in.Now) {
			w.Warnings = append(w.Warnings, "it expires on "+date(u.Expires))
		}
		out = append(out, w)
	}
	return out
}
