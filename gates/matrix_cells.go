package gates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// cellBodies is what the conditions of one gate look at in each cell of its matrix.
type cellBodies struct {
	placer *placer
	bodies []*body // in the order of the cells
	own    [][]gap // of each cell, besides those of the whole
	common []gap   // of the whole gate: what makes every cell doubtful
	notes  []string
}

// cellsOf names the cells of a gate on one kind of evidence.
type cellsOf struct {
	gate string
	kind evidence.Kind
}

// cells takes what a gate looks at apart by the cells of its matrix. Each cell is a
// body as a gate of its own would have: what makes the whole doubtful makes each cell
// doubtful, and a cell in which nothing ran lacks evidence.
func (j *judge) cells(g Gate, kind evidence.Kind) *cellBodies {
	key := cellsOf{g.Name, kind}
	if c := j.parted[key]; c != nil {
		return c
	}
	whole := j.body(g, kind)
	c := &cellBodies{placer: newPlacer(&g.Matrix), common: whole.gaps}
	reports, homes, stray := c.placer.split(whole, kind)
	if kind == evidence.Tests {
		gaps, notes := whole.countTests().doubts(whole)
		c.common, c.notes = append(c.common, gaps...), notes
	}
	gaps, notes := stray.gaps(c.placer, singularOf[kind])
	c.common, c.notes = append(c.common, gaps...), append(c.notes, notes...)
	apart := g // what the split has filtered is not filtered again
	apart.Filter.Suites, apart.Filter.Classes, apart.Filter.Names, apart.Filter.Paths = nil, nil, nil, nil
	apart.Filter.Properties, apart.Filter.Benchmarks = nil, nil
	for i := range c.placer.cells {
		f, _ := j.newFilter(apart)
		b := &body{
			judge: j, compare: whole.compare, gate: g, filter: f, reports: reports[i], homes: homes[i],
			same: func(ref reference) *body { return j.on(ref).cells(g, kind).bodies[i] },
		}
		for _, r := range b.reports {
			b.files = append(b.files, r.Source)
		}
		own := c.placer.lacking(kind, b)
		b.gaps = slices.Concat(c.common, own)
		c.bodies, c.own = append(c.bodies, b), append(c.own, own)
	}
	if j.parted == nil {
		j.parted = map[cellsOf]*cellBodies{}
	}
	j.parted[key] = c
	return c
}

// singularOf says what the evidence of a kind is made of.
var singularOf = map[evidence.Kind]string{evidence.Tests: "test", evidence.Coverage: "file", evidence.Benchmarks: "benchmark"}

// lacking says that a cell has no evidence: nothing is in it, or nothing in it ran.
func (p *placer) lacking(kind evidence.Kind, b *body) []gap {
	what := singularOf[kind]
	if len(b.reports) == 0 {
		return []gap{{text: "no " + what + " is in this cell", remedy: "run a " + what + " that is named for it" + p.by()}}
	}
	if kind != evidence.Tests {
		return nil // that nothing in it was measured, the metrics say
	}
	var c evidence.Counts
	for _, r := range b.reports {
		c = c.Plus(r.TestCounts())
	}
	if c.PassRate().Den > 0 {
		return nil
	}
	return []gap{{text: fmt.Sprintf("none of its %s ran (skipped)", ofMany(c.Skipped, "test", "tests")), remedy: "run the tests that were skipped"}}
}

// every judges the condition in each cell of the gate's matrix and folds what came
// of it: the worst cell decides.
func (j *judge) every(g Gate, m Metric, check *Check) {
	if !g.Matrix.Given() || len(g.Matrix.Cells()) == 0 || len(g.Matrix.Cells()) > MaxCells {
		check.conclude(Inconclusive)
		check.Partial = true
		check.Why = "gate " + g.Name + " has no matrix in whose cells " + check.Condition.Metric + " could be measured"
		check.Remedy = "write a `matrix`" + at(g.At)
		return
	}
	cells := j.cells(g, m.Kind)
	f := fold{check: check, metric: m, common: cells.common}
	for i, cell := range cells.placer.cells {
		f.add(cell, cells.bodies[i], cells.own[i])
	}
	f.conclude(cells.notes)
	check.Grid = g.Matrix.grid(cells.placer.cells, f.results)
}

// fold gathers what came of a condition in cells.
type fold struct {
	check   *Check
	metric  Metric
	common  []gap
	results []GridCell
	cells   []MatrixCell
	said    []Check // of each cell, by what it has of its own
	refs    refList
	files   []string
}

// add judges the condition in one cell. What makes every cell doubtful counts in each
// and is said once for all, so a cell is worded as if it were not.
func (f *fold) add(cell MatrixCell, b *body, own []gap) {
	one := Check{Condition: f.check.Condition}
	one.judge(f.metric, b)
	said := one
	if len(f.common) > 0 {
		alone := *b
		alone.gaps = own
		said = Check{Condition: f.check.Condition}
		said.judge(f.metric, &alone)
	}
	result := GridCell{Asked: true, Outcome: one.Outcome, Actual: one.Actual, Why: one.Why}
	f.results, f.cells, f.said = append(f.results, result), append(f.cells, cell), append(f.said, said)
	f.files = append(f.files, one.Evidence...)
	f.check.Partial = f.check.Partial || one.Partial
	f.check.Waivers = mergeWaivings(f.check.Waivers, one.Waivers)
	for i, ref := range said.Refs {
		f.refs.add(uint64(one.Outcome)<<8-uint64(i), ref.Pos, func() string { return cell.String() + ": " + ref.Text })
	}
	f.refs.n += said.MoreRefs
}

// mergeWaivings joins what one waiver did in several cells.
func mergeWaivings(all, more []Waiving) []Waiving {
	for _, w := range more {
		i := slices.IndexFunc(all, func(o Waiving) bool { return o.At == w.At && o.Lapsed == w.Lapsed && o.Owner == w.Owner })
		if i < 0 {
			all = append(all, w)
			continue
		}
		all[i].N += w.N
		all[i].Refs = append(all[i].Refs[:len(all[i].Refs):len(all[i].Refs)], w.Refs...)
		all[i].Refs = all[i].Refs[:min(len(all[i].Refs), MaxRefs)]
	}
	return all
}

// conclude words the whole: how many cells hold, and each that does not by name.
func (f *fold) conclude(notes []string) {
	check := f.check
	worst := Undecided
	holding := uint64(0)
	for _, r := range f.results {
		worst = max(worst, r.Outcome)
		if r.Outcome < Inconclusive {
			holding++
		}
	}
	check.conclude(worst)
	check.Notes = notes
	slices.Sort(f.files)
	check.Evidence = slices.Compact(f.files)
	check.Actual = f.least()
	all := refsTo(f.common).plus(f.refs)
	check.Refs, check.MoreRefs = all.list()

	why := []string{holds(holding, uint64(len(f.results)))}
	var remedy []string
	if len(f.common) > 0 {
		why = append(why, "none can be believed, because "+listGaps(f.common))
		remedy = remedies(f.common)
	}
	for _, s := range []Status{Fail, Inconclusive, Waived} {
		why = append(why, f.groups(s, func(c Check) string { return c.Why })...)
		if s != Waived {
			remedy = append(remedy, f.groups(s, func(c Check) string { return c.Remedy })...)
		}
	}
	if worst == Pass {
		i := slices.IndexFunc(f.results, func(r GridCell) bool { return r.Actual == check.Actual })
		why = append(why, "the least is "+f.cells[i].String()+", where "+f.said[i].Why)
	}
	check.Why = reading{notes: notes}.noting(strings.Join(why, "; "))
	check.Remedy = joinSentences(remedy)
}

// holds says "13 of 15 cells hold".
func holds(n, of uint64) string {
	switch {
	case of == 1 && n == 1:
		return "its cell holds"
	case n == of:
		return fmt.Sprintf("all %d cells hold", of)
	case n == 0:
		return "none of " + ofMany(of, "cell holds", "cells holds")
	default:
		return fmt.Sprintf("%d of %s", n, ofMany(of, "cell holds", "cells "+plural(n, "holds", "hold")))
	}
}

// least is the worst value that a cell has.
func (f *fold) least() (v evidence.Value) {
	for _, r := range f.results {
		if !r.Actual.Measured() {
			continue
		}
		if !v.Measured() || f.metric.Higher && r.Actual.Cmp(v) < 0 || !f.metric.Higher && r.Actual.Cmp(v) > 0 {
			v = r.Actual
		}
	}
	return v
}

// maxCellsNamed bounds the cells that share one text.
const maxCellsNamed = 8

// groups names the cells of one outcome with what is said of them; cells of which the
// same is said are named together.
func (f *fold) groups(s Status, text func(Check) string) (out []string) {
	of := map[string][]string{}
	var order []string
	for i, c := range f.said {
		said := text(c)
		if c.Outcome != s || said == "" {
			continue
		}
		if of[said] == nil {
			order = append(order, said)
		}
		of[said] = append(of[said], f.cells[i].String())
	}
	for i, said := range order {
		if i == maxGaps {
			rest := 0
			for _, o := range order[i:] {
				rest += len(of[o])
			}
			return append(out, ofMany(uint64(rest), "more cell likewise", "more cells likewise"))
		}
		names := of[said]
		if more := len(names) - maxCellsNamed; more > 0 {
			names = append(names[:maxCellsNamed:maxCellsNamed], number(uint64(more))+" more")
		}
		out = append(out, some(names)+": "+said)
	}
	return out
}
