package policy

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// defaultWaivers is the file of the waivers where the policy names none.
const defaultWaivers = ".tollgate-waivers.yml"

// WaiversBeside gives where the waivers of a policy are that is read from a path:
// in its directory, under the name that it gives. It is "" where the policy admits
// no waivers.
func (p *Policy) WaiversBeside(at string) string {
	if p.WaiverFile == "" {
		return ""
	}
	return path.Join(path.Dir(at), p.WaiverFile)
}

// ReadWaivers reads the waivers that the policy names into p.Waivers. It is as
// strict as Load: an entry without owner, reason or end, one that lasts longer than
// the policy allows, and one of a gate or condition that the policy does not have
// are errors, and then no waiver counts and nothing is to be judged.
func (p *Policy) ReadWaivers(name string, data []byte) error {
	in := newInput(name, fileOfWaivers, data)
	root := in.parse(data)
	if root == nil {
		return in.sorted()
	}
	file := new(waiverFile)
	in.read(root, file, where{wholeWaivers, in.place(root)})
	r := &waiverResolver{in: in, policy: p, first: map[string]Place{}}
	var out []gates.Waiver
	for i := range file.waivers.items {
		out = append(out, r.waiver(&file.waivers.items[i], file.waivers.at[i], "waiver "+fmt.Sprint(i+1)))
	}
	if errs := in.sorted(); errs != nil {
		return errs
	}
	p.Waivers, p.waivers = out, file
	return nil
}

// waiverResolver checks what holds between a waiver and the policy.
type waiverResolver struct {
	in     *input
	policy *Policy
	first  map[string]Place // what is waived, and where that stands first
}

func (r *waiverResolver) waiver(v *waiver, at Place, what string) gates.Waiver {
	out := gates.Waiver{
		Reason: v.reason.value, Owner: v.owner.value, ApprovedBy: v.approvedBy.value,
		Created: v.created.Time, Expires: v.expires.Time, At: at.Pos,
	}
	for _, b := range v.branches.items {
		out.Branches = append(out.Branches, b.value)
	}
	for _, l := range v.labels.items {
		out.Labels = append(out.Labels, l.value)
	}
	switch f, t := &v.finding, &v.test; {
	case f.given:
		out.Finding = &gates.WaivedFinding{Tool: f.tool.value, Rule: f.rule.value, Path: f.path.value, CWE: f.cwe.value, Fingerprint: f.fingerprint.value}
		for _, pattern := range []text{f.rule.text, f.path.text} {
			if strings.HasPrefix(pattern.value, "!") {
				r.in.fail(pattern.at, "the pattern %q begins with !, which would waive all others; name what is waived", short(pattern.value))
			}
		}
	case t.given:
		out.Test = &gates.WaivedTest{Suite: t.suite.value, Class: t.class.value, Name: t.name.value}
	default:
		if out.Condition = r.condition(&v.condition); out.Condition == nil {
			return out
		}
	}
	r.lasts(v, out, what)
	r.approved(v, out, what)
	if f, t := out.Finding, out.Test; f != nil && *f == (gates.WaivedFinding{}) || t != nil && *t == (gates.WaivedTest{}) {
		return out // could not be read
	}
	same := out.What() + "\x00" + strings.Join(out.Branches, "\x00") + "\x00\x00" + strings.Join(out.Labels, "\x00")
	if before, twice := r.first[same]; twice {
		r.in.fail(at, "%s waives what the one at %d:%d does; keep one of them", what, before.Pos.Line, before.Pos.Col)
	} else {
		r.first[same] = at
	}
	return out
}

// lasts complains of a waiver that ends before it begins, or lasts longer than any
// finding that it may be of allows.
func (r *waiverResolver) lasts(v *waiver, w gates.Waiver, what string) {
	if w.Created.IsZero() || w.Expires.IsZero() {
		return // one of them could not be read
	}
	if w.Expires.Before(w.Created) {
		r.in.fail(v.expires.at, "%s ends on %s, before it begins on %s", what, w.Expires.Format(time.DateOnly), w.Created.Format(time.DateOnly))
		return
	}
	if most := r.policy.mostDays(w); w.Days() > most {
		r.in.fail(v.expires.at, "%s lasts %d days, and the policy allows at most %d: it must end on %s or before", what, w.Days(), most,
			w.Created.AddDate(0, 0, most).Format(time.DateOnly))
	}
}

// mostDays is the longest that a waiver can be allowed to last.
func (p *Policy) mostDays(w gates.Waiver) int {
	if w.Finding == nil {
		return p.Gates.WaiverDays.For(0)
	}
	most := 0
	for _, s := range evidence.Severities {
		most = max(most, p.Gates.WaiverDays.For(s))
	}
	return most
}

// condition finds the gate and the condition in the policy, or complains and gives
// nil.
func (r *waiverResolver) condition(c *waivedCondition) *gates.WaivedCondition {
	out := &gates.WaivedCondition{Gate: c.gate.value, Metric: c.is.metric, Op: c.is.op, WithoutEvidence: c.withoutEvidence.set}
	if c.gate.value == "" || out.Op == 0 {
		return nil // could not be read
	}
	var names, conditions []string
	known := false
	for _, g := range r.policy.Gates.Gates {
		names = append(names, g.Name)
		if g.Name != c.gate.value {
			continue
		}
		known = true
		want, err := evidence.ParseValue(c.is.want)
		for _, have := range r.policy.conditionsOf(g) {
			if err == nil && have.Metric == c.is.metric && have.Op == c.is.op && have.Want == want {
				out.Want = want
				return out
			}
			conditions = append(conditions, have.String())
		}
	}
	if !known {
		r.in.fail(c.gate.at, "%q is no gate of the policy; %s", short(c.gate.value), r.in.meant(c.gate.value, "there are", names))
		return nil
	}
	r.in.fail(c.is.at, "gate %s has no condition %q; %s", short(c.gate.value), short(c.is.value), r.in.meant(c.is.value, "it has", conditions))
	return nil
}

// LintWaivers gives the warnings of the waivers that ReadWaivers read, by place. It
// does not know what they meet: an entry that has expired is a warning here, and
// blocks where it is judged what it names.
func LintWaivers(p *Policy, now time.Time) []Warning {
	if p.waivers == nil {
		return nil
	}
	l := new(linter)
	for i, w := range p.Waivers {
		v := &p.waivers.waivers.items[i]
		switch until := w.Expires.Format(time.DateOnly); {
		case w.Expired(now):
			l.warn(v.expires.at, "waiver %d of %s expired on %s: what it names blocks; remove it, or have it renewed", i+1, w.Owner, until)
		case now.Before(w.Created):
			l.warn(v.created.at, "waiver %d of %s does not hold yet: it begins on %s", i+1, w.Owner, w.Created.Format(time.DateOnly))
		case w.Soon(now):
			l.warn(v.expires.at, "waiver %d of %s expires soon, on %s", i+1, w.Owner, until)
		}
		if strings.EqualFold(w.Owner, w.ApprovedBy) {
			l.warn(v.approvedBy.at, "%s approved a waiver of their own; a second person should", w.ApprovedBy)
		}
		l.finding(p, i, v, w)
	}
	slices.SortStableFunc(l.warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return l.warnings
}

// finding warns of a waiver of findings that is wider than what can be meant, and of
// one that lasts too long for some of what it names.
func (l *linter) finding(p *Policy, i int, v *waiver, w gates.Waiver) {
	f := w.Finding
	if f == nil {
		return
	}
	if f.CWE == "" && f.Fingerprint == "" && strings.Trim(f.Rule, "*") == "" {
		l.warn(p.waivers.waivers.at[i], "waiver %d waives all %s, those that come later as well; add a rule, a cwe or a fingerprint", i+1, w.What())
	}
	for _, s := range evidence.Severities {
		if most := p.Gates.WaiverDays.For(s); w.Days() > most {
			l.warn(v.expires.at, "waiver %d lasts %d days, too long for a finding that is %s, where it blocks: at most %d", i+1, w.Days(), s, most)
		}
	}
}
