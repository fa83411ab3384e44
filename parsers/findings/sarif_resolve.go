package findings

import "github.com/tollgate-ci/tollgate/evidence"

// resolveRules completes the rules with what may come after them, and counts them.
func (p *sarif) resolveRules(u *run) (n int) {
	for c := range u.components {
		all := u.components[c].rules
		n += len(all)
		for i := range all {
			all[i].cwe = p.weaknesses(u, all[i].cwe, all[i].taxa)
		}
	}
	return n
}

// resolveFindings gives the findings of a run what other parts of it say: tool,
// rule, level, severity, weaknesses, message and path.
func (p *sarif) resolveFindings(u *run) {
	overridden := make([]levels, len(u.invocations))
	overriding := false
	for i := range u.invocations {
		overridden[i] = u.resolveOverrides(u.invocations[i].rules, rules)
		overriding = overriding || len(u.invocations[i].rules) > 0
	}
	tool := u.components[0].name
	for i, w := range u.waiting {
		f := &p.r.Findings[u.first+i]
		ref := ruleRef{id: f.Rule, index: int(w.ruleIndex)}
		rest := w.rare
		if rest == nil {
			rest = &rare{}
		}
		ref.guid, ref.in = rest.guid, rest.in
		at := u.find(ref, rules)
		if at.wrongIndex {
			p.quirks.note(wrongIndex, f.At.Line, f.At.Col, []byte(f.Rule))
		}
		f.Tool = tool
		if f.Level == 0 {
			invocation := int(w.invocation)
			if invocation == absent && len(overridden) == 1 {
				invocation = 0 // no other can have made it
			}
			var override evidence.Level
			if invocation >= 0 && invocation < len(overridden) {
				override = overridden[invocation].level(at, f.Rule)
			} else if overriding {
				p.quirks.note(openOverride, f.At.Line, f.At.Col, []byte(f.Rule))
			}
			f.Level, f.LevelFrom = resolveLevel(override, at)
		} else {
			f.LevelFrom = "result"
		}
		own := score{f.Score, f.Severity}
		if at.rule != nil {
			if f.Rule == "" {
				f.Rule = at.rule.id
			}
			own = graver(own, at.rule.score)
		}
		switch {
		case f.CWE == nil && rest.taxa == nil && at.rule != nil:
			f.CWE = at.rule.cwe // one list for all findings of a rule
		case at.rule != nil:
			f.CWE = p.weaknesses(u, append(f.CWE, at.rule.cwe...), rest.taxa)
		default:
			f.CWE = p.weaknesses(u, f.CWE, rest.taxa)
		}
		f.Score, f.Severity = own.text, max(own.severity, evidence.Unscored)
		if rest.messageID != "" {
			f.Message = substitute(u.messageByID(rest.messageID, at), rest.arguments)
		}
		l := located{f.Path, w.base}
		if n := int(w.artifact); l.uri == "" && n >= 0 && n < len(u.artifacts) {
			l = located(u.artifacts[n])
		}
		f.Path = u.path(l)
	}
}

// resolveLevel decides a level that the result does not state (§3.27.10).
func resolveLevel(override evidence.Level, at found) (level evidence.Level, from string) {
	switch {
	case override != 0:
		return override, "override"
	case at.rule != nil && at.rule.level != 0:
		return at.rule.level, "rule"
	default:
		return evidence.LevelWarning, "default"
	}
}
