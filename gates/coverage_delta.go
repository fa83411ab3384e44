package gates

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
)

// coverageMove is one unit now and at the base, by the same filter.
type coverageMove struct {
	now, before coverageSum
	known       bool // whether the base is whole: against half of it nothing rose or fell
	gaps        []gap
	notes       []string
	refs        refList // files of which more is uncovered than before
}

// moved compares the unit with the base.
func (b *body) moved(u evidence.Unit) coverageMove {
	base := b.on(ofBase)
	m := coverageMove{now: b.sumOf(u), before: base.sumOf(u)}
	m.gaps = append(m.gaps, m.now.gaps...)
	m.gaps = append(m.gaps, base.gaps...)
	if len(base.reports) > 0 {
		for _, g := range m.before.gaps {
			m.gaps = append(m.gaps, gap{text: references[ofBase].name + ": " + g.String(), remedy: g.remedy + ", in the reports of " + references[ofBase].of})
		}
	}
	if m.known = len(base.gaps)+len(m.before.gaps) == 0 && m.now.ratio.Measured(); !m.known {
		return m
	}
	m.notes = m.now.notes(b, u)
	was := map[string]measuredFile{}
	for _, f := range m.before.files {
		was[f.path] = f
	}
	var fresh uint64
	for _, f := range m.now.files {
		old, ok := was[f.path]
		delete(was, f.path)
		if !ok {
			fresh++
		}
		if now, then := f.uncovered(), old.uncovered(); now > then {
			m.refs.add(now-then, evidence.Pos{File: f.path, Line: f.line}, func() string {
				return fmt.Sprintf("%d of %d %s not covered, %d before", now, f.ratio.Den, plural(f.ratio.Den, singular[u], u.String()), then)
			})
		}
	}
	if fresh > 0 {
		m.notes = append(m.notes, fmt.Sprintf("%s not in the baseline", ofMany(fresh, "file is", "files are")))
	}
	if gone := uint64(len(was)); gone > 0 {
		m.notes = append(m.notes, fmt.Sprintf("%s in the baseline alone", ofMany(gone, "file is", "files are")))
	}
	return m
}

// readDelta says by how many points the share of what is covered rose or fell.
func (b *body) readDelta(u evidence.Unit) reading {
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	m := b.moved(u)
	now, before := m.now.ratio, m.before.ratio
	r := reading{gaps: m.gaps, notes: m.notes, refs: m.refs}
	if m.known {
		r.value = evidence.PointsOf(now, before)
		r.says = fmt.Sprintf("%s (%s) of the %s are covered, and %s (%s) were before",
			now.PercentAgainst(before), now.Fraction(), u, before.PercentAgainst(now), before.Fraction())
	}
	r.mend = func(k uint64) string { return "cover " + more(k, u) }
	return r
}

// readMoreUncovered says how much more is not covered than before. Taking code out
// never makes it worse, which a share does where the code was covered.
func (b *body) readMoreUncovered(u evidence.Unit) reading {
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	m := b.moved(u)
	r := reading{gaps: m.gaps, notes: m.notes, refs: m.refs}
	now, before := m.now.ratio.Den-m.now.ratio.Num, m.before.ratio.Den-m.before.ratio.Num
	if m.known {
		var grown uint64
		if now > before {
			grown = now - before
		}
		r.value = evidence.CountOf(grown)
		r.says = fmt.Sprintf("%s not covered now, and %d %s before: %d more", ofMany(now, singular[u]+" is", u.String()+" are"), before, plural(before, "was", "were"), grown)
	}
	r.mend = func(k uint64) string { return "cover " + more(k, u) }
	return r
}
