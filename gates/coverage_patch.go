package gates

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
)

// readPatch measures the lines that the change adds or changes: those on which the
// reports say that code is. Each counts once, however many reports speak of it.
func (b *body) readPatch(u evidence.Unit) reading {
	r := reading{says: "of the changed " + u.String() + " are covered", be: true}
	r.mend = func(k uint64) string {
		return fmt.Sprintf("cover %d more changed %s", k, plural(k, singular[u], u.String()))
	}
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	c := b.patchFiles(func(evidence.FileChange) bool { return true })
	r.gaps, r.notes = c.gaps, c.notes()
	if g, none := b.unmatched(); none {
		r.gaps = append(r.gaps, g)
	}
	var sum evidence.Ratio
	for _, f := range c.measured {
		p := f.patch(u, b)
		sum = sum.Add(p.ratio)
		r.gaps = append(r.gaps, p.gaps...)
		for _, run := range p.missed {
			n := run.weight
			r.refs.add(n, evidence.Pos{File: f.Path, Line: run.line}, func() string {
				return fmt.Sprintf("%d changed %s not covered", n, plural(n, singular[u], u.String()))
			})
		}
	}
	sortGaps(r.gaps)
	r.value = evidence.ShareOf(sum)
	b.mootChange(&r, sum.Den, uint64(c.looked), u)
	return r
}

// mootChange says that there is nothing to judge in a change, or too little.
func (b *body) mootChange(r *reading, coverable, looked uint64, u evidence.Unit) {
	switch {
	case coverable == 0 && looked == 0 && b.filter.paths.given():
		r.moot = "no changed file matches " + b.filter.paths.String()
	case coverable == 0:
		r.moot = fmt.Sprintf("nothing coverable changed: no %s in %s", u, ofMany(looked, "changed file", "changed files"))
	case coverable < b.gate.Patch.MinLines:
		r.moot = fmt.Sprintf("the change has %s, and the gate judges %d or more (min-lines)",
			ofMany(coverable, "coverable "+singular[u], "coverable "+u.String()), b.gate.Patch.MinLines)
	}
}

// patched is one changed file.
type patched struct {
	ratio  evidence.Ratio
	missed []missed
	gaps   []gap
}

// missed is changed code in one place that did not run.
type missed struct {
	line   int
	weight uint64
}

// patch measures the changed lines of one file.
func (f patchFile) patch(u evidence.Unit, b *body) (out patched) {
	if u == evidence.Branches {
		return f.patchBranches(b)
	}
	var join joint
	counted := false
	for _, in := range f.covered.of {
		if _, ok := in.file.Unit(u); ok {
			counted = !join.add(u, in.file) || counted
		}
	}
	if join.n > 0 && u == evidence.Statements {
		return f.patchBlocks(join.file.Blocks)
	}
	if join.n > 0 {
		return f.patchLines(join.file.LineSet)
	}
	if !f.mayHoldCode() {
		return patched{}
	}
	at := evidence.Pos{File: f.Path, Line: f.Added[0].First}
	if counted {
		out.gaps = []gap{{at, "the report says how many " + u.String() + " ran, and not which",
			"write a report that lists them, such as LCOV or Cobertura, or a Go profile"}}
	} else {
		out.gaps = []gap{{at, "it is changed, and no report measures its " + u.String(),
			"use a metric that the tool measures, for other files in a gate of their own by `paths`"}}
	}
	return out
}

// mayHoldCode reports whether there can be code that runs on the changed lines: not
// where the source or a report that lists lines or blocks says otherwise.
func (f patchFile) mayHoldCode() bool {
	if len(f.Added) == 0 || f.Parsed && len(f.Coverable) == 0 {
		return false
	}
	told := false
	for _, in := range f.covered.of {
		if in.file.Blocks != nil {
			told = true
			if f.patchBlocks(in.file.Blocks).ratio.Den > 0 {
				return true
			}
		}
		if in.file.LineSet != nil {
			told = true
			if f.patchLines(in.file.LineSet).ratio.Den > 0 {
				return true
			}
		}
	}
	return !told
}

func (f patchFile) patchLines(set *evidence.LineSet) (out patched) {
	room := set.Room()
	for _, r := range f.Added {
		before := 0 // the last missed line
		for line := r.First; line <= min(r.Last, room); line++ {
			coverable, ran := set.Line(line)
			if !coverable {
				continue
			}
			out.ratio.Den++
			if ran {
				out.ratio.Num++
				before = 0
				continue
			}
			if before == 0 {
				out.missed = append(out.missed, missed{line: line})
			}
			before = line
			out.missed[len(out.missed)-1].weight++
		}
	}
	return out
}

// patchBlocks counts the statements of a block that stand on changed lines. A profile
// says how many statements a block has and not on which lines they are, so a block
// counts one for each of its changed lines that hold code, and no more than it has:
// exact where a line holds one statement. Of a block that is all new it is all. The
// whole of the block ran or did not, so that what is counted is never covered in
// part. Which lines hold code the source says, where it could be read; else every
// line does but that of a closing brace.
func (f patchFile) patchBlocks(blocks []evidence.Block) (out patched) {
	lines := f.Added
	if f.Parsed {
		lines = f.Coverable
	}
	ends := map[uint32]uint32{} // of lines, the first column at which a block ends
	for _, b := range blocks {
		if col, ok := ends[b.EndLine]; !ok || b.EndCol < col {
			ends[b.EndLine] = b.EndCol
		}
	}
	for _, b := range blocks {
		first, last := int(b.StartLine), int(max(b.StartLine, b.EndLine)) // a //line directive may have it end before it begins
		if col, ok := ends[b.StartLine]; ok && col <= b.StartCol && last > first {
			first++
		}
		if b.EndCol <= 2 && last > first { // a closing brace
			last--
		}
		on, at := overlap(lines, first, last)
		if all, _ := overlap(f.Added, first, last); all == uint64(last-first+1) && on > 0 {
			on = uint64(b.Stmts)
		}
		n := min(on, uint64(b.Stmts))
		out.ratio.Den += n
		if b.Count > 0 {
			out.ratio.Num += n
		} else if n > 0 {
			out.missed = append(out.missed, missed{at, n})
		}
	}
	return out
}

// overlap is how many of the lines from first to last are among the ranges, and the
// first that is.
func overlap(ranges []evidence.LineRange, first, last int) (n uint64, at int) {
	for _, r := range ranges {
		from, to := max(r.First, first), min(r.Last, last)
		if from > to {
			continue
		}
		if n == 0 {
			at = from
		}
		n += uint64(to - from + 1)
	}
	return n, at
}

// readNewFiles measures the files that the change adds, whole.
func (b *body) readNewFiles(u evidence.Unit) reading {
	r := reading{says: "of the " + u.String() + " of new files are covered", be: true}
	r.mend = func(k uint64) string { return "cover " + more(k, u) + " in new files" }
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	c := b.patchFiles(func(f evidence.FileChange) bool { return f.How == evidence.Added || f.How == evidence.Copied })
	r.gaps, r.notes = c.gaps, c.notes()
	if g, none := b.unmatched(); none {
		r.gaps = append(r.gaps, g)
	}
	var sum evidence.Ratio
	for _, f := range c.measured {
		m := f.covered.measure(u)
		if !m.has && f.mayHoldCode() {
			r.gaps = append(r.gaps, gap{evidence.Pos{File: f.Path, Line: 1}, "it is new, and no report measures its " + u.String(),
				"use a metric that the tool measures, for other files in a gate of their own by `paths`"})
		}
		r.gaps = append(r.gaps, m.gaps...)
		sum = sum.Add(m.ratio)
		if bad := m.ratio.Den - m.ratio.Num; bad > 0 {
			r.refs.add(bad, evidence.Pos{File: f.Path, Line: m.line}, func() string {
				return fmt.Sprintf("%d of %d %s not covered", bad, m.ratio.Den, plural(m.ratio.Den, singular[u], u.String()))
			})
		}
	}
	sortGaps(r.gaps)
	r.value = evidence.ShareOf(sum)
	if sum.Den == 0 {
		r.moot = fmt.Sprintf("the change adds nothing coverable: no %s in %s", u, ofMany(uint64(c.looked), "new file", "new files"))
	}
	return r
}
