package gates

import (
	"fmt"
	"slices"

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

// movedIn compares the unit with the base once, for the metrics on it. What it gives
// may be appended to and not written to.
func (b *body) movedIn(u evidence.Unit) coverageMove {
	m, ok := b.moves[u]
	if !ok {
		m = b.moved(u)
		if b.moves == nil {
			b.moves = map[evidence.Unit]coverageMove{}
		}
		b.moves[u] = m
	}
	m.gaps, m.notes = slices.Clip(m.gaps), slices.Clip(m.notes)
	return m
}

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
	// Numbers of paths are looked up once for all units, and not a map made of each.
	here, there := b.pathNumbers()
	was, gone := make([]*measuredFile, there.n), uint64(0)
	for i := range m.before.files {
		f := &m.before.files[i]
		n := there.of[f.at]
		if was[n] == nil {
			gone++
		}
		was[n] = f
	}
	var fresh uint64
	for _, f := range m.now.files {
		var then uint64
		if n := here.of[f.at]; n < len(was) && was[n] != nil {
			then = was[n].uncovered()
			was[n] = nil
			gone--
		} else {
			fresh++
		}
		if now := f.uncovered(); now > then {
			m.refs.add(now-then, evidence.Pos{File: f.path, Line: f.line}, func() string {
				return fmt.Sprintf("%d of %d %s not covered, %d before", now, f.ratio.Den, plural(f.ratio.Den, singular[u], u.String()), then)
			})
		}
	}
	if fresh > 0 {
		m.notes = append(m.notes, fmt.Sprintf("%s not in the baseline", ofMany(fresh, "file is", "files are")))
	}
	if gone > 0 {
		m.notes = append(m.notes, fmt.Sprintf("%s in the baseline alone", ofMany(gone, "file is", "files are")))
	}
	return m
}

// numbered are the paths of a list of files, equal ones alike, from 0 to below n.
type numbered struct {
	of []int
	n  int
}

// pathNumbers numbers the paths of this run and of the base, equal ones alike.
func (b *body) pathNumbers() (here, there numbered) {
	if b.paths == nil {
		known := map[string]int{}
		of := func(c *coveredFiles) numbered {
			out := numbered{of: make([]int, len(c.list))}
			for i, p := range c.list {
				n, ok := known[p.path]
				if !ok {
					n = len(known)
					known[p.path] = n
				}
				out.of[i] = n
			}
			out.n = len(known)
			return out
		}
		there := of(b.on(ofBase).covered())
		b.paths = &[2]numbered{of(b.covered()), there}
	}
	return b.paths[0], b.paths[1]
}

// readDelta says by how many points the share of what is covered rose or fell.
func (b *body) readDelta(u evidence.Unit) reading {
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	m := b.movedIn(u)
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
	m := b.movedIn(u)
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
