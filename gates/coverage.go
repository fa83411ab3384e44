package gates

import (
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// pathCoverage is what all reports say of one source file.
type pathCoverage struct {
	path string
	of   []measuredIn
}

type measuredIn struct {
	report *evidence.Report
	file   *evidence.FileCoverage
}

// coveredPaths groups what the reports say by source file, as far as the filter
// admits it.
func (b *body) coveredPaths() []pathCoverage {
	if b.paths != nil {
		return b.paths
	}
	byPath := map[string]int{}
	b.paths = []pathCoverage{}
	for _, r := range b.reports {
		for i := range r.Coverage {
			path := slashed(r.Coverage[i].Path)
			at, ok := byPath[path]
			if !ok {
				if !b.filter.paths.admits(path) {
					continue
				}
				at = len(b.paths)
				byPath[path] = at
				b.paths = append(b.paths, pathCoverage{path: path})
			}
			b.paths[at].of = append(b.paths[at].of, measuredIn{r, &r.Coverage[i]})
		}
	}
	return b.paths
}

// readCoverage sums one unit over the files that measure it, each file once.
func (b *body) readCoverage(u evidence.Unit) reading {
	paths := b.coveredPaths()
	r := reading{says: "of the " + u.String() + " are covered", be: true}
	if len(b.reports) == 0 {
		return r // the source has said so
	}
	var sum evidence.Ratio
	var unmeasured, bounded uint64
	for _, p := range paths {
		m := p.measure(u)
		if !m.has {
			unmeasured++
			continue
		}
		if m.bounded {
			bounded++
		}
		r.gaps = append(r.gaps, m.gaps...)
		sum = sum.Add(m.ratio)
		if bad := m.ratio.Den - m.ratio.Num; bad > 0 {
			r.refs.add(bad, evidence.Pos{File: p.path, Line: m.line}, func() string {
				return fmt.Sprintf("%d of %d %s not covered", bad, m.ratio.Den, plural(m.ratio.Den, singular[u], u.String()))
			})
		}
	}
	sortGaps(r.gaps)
	r.value = evidence.ShareOf(sum)
	r.mend = func(k uint64) string { return fmt.Sprintf("cover %d more %s", k, plural(k, singular[u], u.String())) }
	n := uint64(len(paths))
	if n > 0 {
		r.notes = b.filter.paths.unusedNotes("file")
	}
	if unmeasured > 0 && unmeasured < n {
		r.notes = append(r.notes, fmt.Sprintf("%d of %d files do not measure %s and are not in this", unmeasured, n, u))
	}
	if bounded > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d %s in several reports that cannot be joined exactly; of each number the worse was taken",
			bounded, plural(bounded, "file is", "files are")))
	}
	if g, none := b.nothingCovered(u, sum, unmeasured); none {
		r.gaps = append(r.gaps, g)
	}
	return r
}

// nothingCovered says why there is no share, or none that can be believed.
func (b *body) nothingCovered(u evidence.Unit, sum evidence.Ratio, unmeasured uint64) (gap, bool) {
	n := uint64(len(b.paths))
	switch {
	case n == 0 && b.filter.paths.given():
		g := gap{text: "no file matches " + b.filter.paths.String(), remedy: "correct the filter of the gate, or measure the files that it means"}
		if name := b.firstPath(); name != "" {
			g.text += " (one file is " + quoted(firstLine(name)) + ")"
		}
		return g, true
	case n == 0:
		return gap{}, false // the source has said so
	case unmeasured == n:
		return gap{text: "no file measures " + u.String(), remedy: "have the tool measure " + u.String() + ", or use a metric that it measures"}, true
	case sum.Den == 0:
		return gap{text: "the files hold no coverable " + u.String(), remedy: "measure files that have " + u.String()}, true
	case sum.Den > believable:
		return gap{text: "the reports count more " + u.String() + " than there can be", remedy: "look at the counts in the reports"}, true
	default:
		return gap{}, false
	}
}

// firstPath gives an example of how the reports write paths.
func (b *body) firstPath() string {
	first := ""
	for _, r := range b.reports {
		for i := range r.Coverage {
			if p := slashed(r.Coverage[i].Path); first == "" || p < first {
				first = p
			}
		}
	}
	return first
}

var singular = map[evidence.Unit]string{
	evidence.Lines: "line", evidence.Branches: "branch", evidence.Statements: "statement", evidence.Functions: "function",
}

// measurement is one unit of one file over all reports.
type measurement struct {
	ratio   evidence.Ratio
	has     bool
	bounded bool // several reports that could not be joined exactly
	line    int  // where to look first, 0 if unknown
	gaps    []gap
}

// measure joins what several reports say of one file. Blocks join by extent and
// lines by number, as they would within one report. Bare numbers cannot be joined:
// their sum would count lines twice, and which lines each covered is unknown. Then
// covered is the least that one of them covers and uncovered the most that one of
// them leaves out, so that the result is no better than any of them.
func (p pathCoverage) measure(u evidence.Unit) measurement {
	var m measurement
	var join joint
	var apart []evidence.Ratio
	for _, in := range p.of {
		ratio, ok := in.file.Unit(u)
		if !ok {
			continue
		}
		m.has = true
		if ratio.Num > ratio.Den || ratio.Den > believable {
			pos := in.file.At
			pos.File = in.report.Source
			m.gaps = append(m.gaps, gap{pos, fmt.Sprintf("%s: %s %s covered, which cannot be", firstLine(p.path), ratio.Fraction(), u),
				"write " + in.report.Source + " again"})
			ratio.Den = min(ratio.Den, believable)
			ratio.Num = min(ratio.Num, ratio.Den)
		}
		if !join.add(u, in.file) {
			apart = append(apart, ratio)
		}
	}
	if join.n > 0 {
		ratio, _ := join.file.Unit(u)
		apart = append(apart, ratio)
		m.line = firstUncovered(join.file.Blocks)
	}
	m.bounded = len(apart) > 1
	for i, ratio := range apart {
		if i == 0 {
			m.ratio = ratio
			continue
		}
		covered := min(m.ratio.Num, ratio.Num)
		uncovered := max(m.ratio.Den-m.ratio.Num, ratio.Den-ratio.Num)
		m.ratio = evidence.Ratio{Num: covered, Den: covered + uncovered}
	}
	return m
}

// joint is one file out of the reports that say exactly what ran in it.
type joint struct {
	file evidence.FileCoverage
	n    int
}

// add joins a file in, if it says what ran unit by unit. What is joined is copied
// before it is changed.
func (j *joint) add(u evidence.Unit, f *evidence.FileCoverage) bool {
	switch {
	case u == evidence.Statements && f.Blocks != nil:
		if j.n++; j.n == 1 {
			j.file = *f
			return true
		}
		j.file.SetBlocks(slices.Concat(j.file.Blocks, f.Blocks))
	case u == evidence.Lines && f.LineSet != nil:
		if j.n++; j.n == 1 {
			j.file = *f
			return true
		}
		var all evidence.LineSet
		all.Or(j.file.LineSet)
		all.Or(f.LineSet)
		j.file.SetLines(&all)
	default:
		return false
	}
	return true
}

// firstUncovered gives the line of the largest block that did not run.
func firstUncovered(blocks []evidence.Block) int {
	var worst evidence.Block
	for _, b := range blocks {
		if b.Count == 0 && b.Stmts > worst.Stmts {
			worst = b
		}
	}
	return int(worst.StartLine)
}
