package findings

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// resolveRules completes the rules with what may come after them, and counts them.
func (p *sarif) resolveRules(u *run) (n int) {
	for c := range u.components {
		all := &u.components[c].rules
		n += all.n
		for i := range all.n {
			d := all.at(i)
			d.cwe = p.weaknesses(u, d.cwe, d.taxa)
			u.addScales(d.ratings)
			if d.score.severity > evidence.Unscored {
				u.scales[securitySeverity] = true
			}
		}
	}
	return n
}

// securitySeverity is the scale that GitHub reads.
const securitySeverity = "security-severity"

// addScales notes the properties that rate something.
func (u *run) addScales(ratings []string) {
	for _, r := range ratings {
		if path, word, _ := strings.Cut(r, "="); len(u.scales) < maxRatings && evidence.SeverityWord(word) > evidence.Unscored {
			u.scales[path] = true
		}
	}
}

// ruleUse is how results name a rule, and described what it says of them. All that
// name it alike share one.
type (
	ruleUse struct {
		id    evidence.NameID
		index int32
	}
	described struct {
		found
		score        evidence.NameID
		cwe, ratings evidence.ListID
	}
)

// describe finds the rule that a result names.
func (p *sarif) describe(u *run, id evidence.NameID, index int32, rest *rare) *described {
	list := &p.r.Findings
	use := ruleUse{id, index}
	if rest == nil {
		if d, ok := u.described[use]; ok {
			return d
		}
	}
	ref := ruleRef{id: list.NameOf(id), index: int(index)}
	if rest != nil {
		ref.guid, ref.in = rest.guid, rest.in
	}
	d := &described{found: u.find(ref, rules)}
	if d.rule != nil {
		d.score, d.cwe = p.keepName([]byte(d.rule.score.text)), list.List(d.rule.cwe)
		d.ratings = list.List(d.rule.ratings)
	}
	if rest == nil && len(u.described) < maxDescribed {
		if u.described == nil {
			u.described = make(map[ruleUse]*described)
		}
		u.described[use] = d
	}
	return d
}

// maxDescribed is twice as many rules as GitHub takes in a run.
const maxDescribed = 50_000

// resolveFindings gives the findings of a run what other parts of it say: tool,
// rule, level, severity, weaknesses, message and path.
func (p *sarif) resolveFindings(u *run) {
	overridden := make([]levels, len(u.invocations))
	overriding := false
	for i := range u.invocations {
		overridden[i] = u.resolveOverrides(u.invocations[i].rules, rules)
		overriding = overriding || len(u.invocations[i].rules) > 0
	}
	list := &p.r.Findings
	tool := p.keepName([]byte(u.components[0].name))
	category := p.keepName([]byte(u.category))
	i := u.first
	for _, chunk := range u.waiting {
		for _, w := range chunk {
			f := list.Record(i)
			rest := u.rare[i]
			i++
			f.Tool, f.Category = tool, category
			at := p.describe(u, f.Rule, w.ruleIndex, rest)
			p.resolveLevel(u, f, at, overridden, overriding, int(w.invocation))
			if at.rule != nil {
				if f.Rule == 0 {
					f.Rule = p.keepName([]byte(at.rule.id))
				}
				if at.rule.score.severity > f.Severity {
					f.Score, f.Severity = at.score, at.rule.score.severity
				}
			}
			f.Severity = max(f.Severity, evidence.Unscored)
			if f.Severity > evidence.Unscored {
				u.scales[securitySeverity] = true
			}
			if f.Ratings == 0 {
				f.Ratings = at.ratings
			} else if own := list.ListOf(f.Ratings); at.rule != nil {
				u.addScales(own)
				f.Ratings = list.List(slices.Concat(own, at.rule.ratings))
			}
			if f.CWE != 0 || rest != nil {
				p.resolveRare(u, f, at, rest)
			} else {
				f.CWE = at.cwe
			}
			f.Path = p.path(u, u.placed(placed{f.Path, w.base}, int(w.artifact)))
		}
	}
}

// resolveRare completes a finding that has weaknesses, or anything else, of its own.
func (p *sarif) resolveRare(u *run, f *evidence.FindingRecord, at *described, rest *rare) {
	list := &p.r.Findings
	if rest == nil {
		rest = &rare{}
	}
	own := slices.Clone(list.ListOf(f.CWE))
	if at.rule != nil {
		own = append(own, at.rule.cwe...)
	}
	f.CWE = list.List(p.weaknesses(u, own, rest.taxa))
	if rest.messageID != "" {
		list.SetMessage(f, substitute(u.messageByID(rest.messageID, at.found), rest.arguments))
	}
}

// resolveLevel decides the level that the result does not state (§3.27.10).
func (p *sarif) resolveLevel(u *run, f *evidence.FindingRecord, at *described, overridden []levels, overriding bool, invocation int) {
	note := func(q quirk) {
		p.quirks.note(q, int(f.AtLine), int(f.AtCol), []byte(p.r.Findings.NameOf(f.Rule)))
	}
	if at.wrongIndex {
		note(wrongIndex)
	}
	if f.Level != 0 {
		f.LevelFrom = evidence.LevelFromResult
		return
	}
	if invocation == absent && len(overridden) == 1 {
		invocation = 0 // no other can have made it
	}
	if invocation >= 0 && invocation < len(overridden) {
		f.Level, f.LevelFrom = overridden[invocation].level(at.found, p.r.Findings.NameOf(f.Rule)), evidence.LevelFromOverride
	} else if overriding {
		note(openOverride)
	}
	switch {
	case f.Level != 0:
	case at.rule != nil && at.rule.level != 0:
		f.Level, f.LevelFrom = at.rule.level, evidence.LevelFromRule
	default:
		f.Level, f.LevelFrom = evidence.LevelWarning, evidence.LevelFromDefault
	}
}
