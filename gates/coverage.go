package gates

import (
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// pathCoverage is what all reports say of one source file.
type pathCoverage struct {
	path  string // in the repository, or as the report writes it where it is not found
	state joinState
	of    []measuredIn
}

type measuredIn struct {
	report *evidence.Report
	file   *evidence.FileCoverage
}

// coveredFiles is what the reports say by source file, as far as the filter admits
// it.
type coveredFiles struct {
	list []pathCoverage
	at   map[string]int // in list, of files that are found in the repository
	// unsure are the ends of the paths that could be several files of the repository,
	// with an example of each, whatever the filter admits.
	unsure map[string]string
}

// covered groups what the reports say by source file.
func (b *body) covered() *coveredFiles {
	if b.cover != nil {
		return b.cover
	}
	most := 0 // files of one report, which are nearly all that there are
	for _, r := range b.reports {
		most = max(most, len(r.Coverage))
	}
	b.cover = &coveredFiles{at: make(map[string]int, most), unsure: map[string]string{}, list: make([]pathCoverage, 0, most)}
	elsewhere := map[string]int{}
	for _, r := range b.reports {
		in := make([]measuredIn, len(r.Coverage)) // one by one they take an allocation each
		for i, where := range b.judge.joined(r) {
			in[i] = measuredIn{r, &r.Coverage[i]}
			index := elsewhere
			switch where.state {
			case found:
				index = b.cover.at
			case ambiguous:
				b.cover.unsure[where.end] = where.path
			}
			at, ok := index[where.path]
			if !ok {
				if !b.filter.paths.admits(where.path) {
					continue
				}
				at = len(b.cover.list)
				index[where.path] = at
				b.cover.list = append(b.cover.list, pathCoverage{where.path, where.state, in[i : i+1 : i+1]})
				continue
			}
			b.cover.list[at].of = append(b.cover.list[at].of, in[i])
		}
	}
	return b.cover
}

// coverageSum is one unit over the files that measure it.
type coverageSum struct {
	ratio               evidence.Ratio
	unmeasured, bounded uint64
	files               []measuredFile // those that measure it
	gaps                []gap
}

// measuredFile is a file with what was measured of it. There may be many of them for each
// unit of each run, so that it holds no more than is asked for later.
type measuredFile struct {
	at     int // in the list of files
	path   string
	folder string // that it stands for, with all files directly in it
	ratio  evidence.Ratio
	line   int // where to look first, 0 if unknown
}

func (m measuredFile) uncovered() uint64 { return m.ratio.Den - m.ratio.Num }

// sumOf measures every file once, for however many metrics. What it gives may be
// appended to and not written to.
func (b *body) sumOf(u evidence.Unit) coverageSum {
	s, ok := b.sums[u]
	if !ok {
		s = b.sum(u)
		if b.sums == nil {
			b.sums = map[evidence.Unit]coverageSum{}
		}
		b.sums[u] = s
	}
	s.gaps = slices.Clone(s.gaps)
	return s
}

func (b *body) sum(u evidence.Unit) coverageSum {
	var s coverageSum
	list := b.covered().list
	s.files = make([]measuredFile, 0, len(list))
	for i := range list {
		p := &list[i]
		m := p.measure(u)
		if !m.has {
			s.unmeasured++
			continue
		}
		if m.bounded {
			s.bounded++
		}
		s.gaps = append(s.gaps, m.gaps...)
		s.ratio = s.ratio.Add(m.ratio)
		s.files = append(s.files, measuredFile{at: i, path: p.path, ratio: m.ratio, line: m.line})
	}
	s.gaps = append(s.gaps, b.ambiguousGaps()...)
	sortGaps(s.gaps)
	if g, none := b.nothingCovered(u, s); none {
		s.gaps = append(s.gaps, g)
	}
	return s
}

// notes are what a reader should know of the sum.
func (s coverageSum) notes(b *body, u evidence.Unit) []string {
	var notes []string
	n := uint64(len(b.covered().list))
	if n > 0 {
		notes = b.filter.paths.unusedNotes("file")
	}
	if s.unmeasured > 0 && s.unmeasured < n {
		notes = append(notes, fmt.Sprintf("%d of %d files do not measure %s and are not in this", s.unmeasured, n, u))
	}
	if s.bounded > 0 {
		notes = append(notes, fmt.Sprintf("%d %s in several reports that cannot be joined exactly; of each number the worse was taken",
			s.bounded, plural(s.bounded, "file is", "files are")))
	}
	return notes
}

// readCoverage sums one unit over the files that measure it, each file once.
func (b *body) readCoverage(u evidence.Unit) reading {
	r := reading{says: "of the " + u.String() + " are covered", be: true}
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	s := b.sumOf(u)
	for _, m := range s.files {
		if bad := m.uncovered(); bad > 0 {
			r.refs.add(bad, evidence.Pos{File: m.path, Line: m.line}, func() string {
				return fmt.Sprintf("%d of %d %s not covered", bad, m.ratio.Den, plural(m.ratio.Den, singular[u], u.String()))
			})
		}
	}
	r.value, r.gaps, r.notes = evidence.ShareOf(s.ratio), s.gaps, s.notes(b, u)
	r.mend = func(k uint64) string { return "cover " + more(k, u) }
	return r
}

// more says "3 more statements".
func more(k uint64, u evidence.Unit) string {
	return fmt.Sprintf("%d more %s", k, plural(k, singular[u], u.String()))
}

// ambiguousGaps says which files cannot be told apart, where the filter asks for
// some of them.
func (b *body) ambiguousGaps() []gap {
	if !b.filter.paths.given() {
		return nil
	}
	var gaps []gap
	for _, path := range b.covered().unsure {
		gaps = append(gaps, ambiguousGap(path))
	}
	return gaps
}

func ambiguousGap(path string) gap {
	return gap{text: quoted(firstLine(path)) + " could be several files of the repository",
		remedy: "have the tool write " + quoted(firstLine(path)) + " with more of its path"}
}

// nothingCovered says why there is no share, or none that can be believed.
func (b *body) nothingCovered(u evidence.Unit, s coverageSum) (gap, bool) {
	n := uint64(len(b.covered().list))
	switch {
	case n == 0:
		return b.unmatched()
	case s.unmeasured == n:
		return gap{text: "no file measures " + u.String(), remedy: "have the tool measure " + u.String() + ", or use a metric that it measures"}, true
	case s.ratio.Den == 0:
		return gap{text: "the files hold no coverable " + u.String(), remedy: "measure files that have " + u.String()}, true
	case s.ratio.Den > believable:
		return gap{text: "the reports count more " + u.String() + " than there can be", remedy: "look at the counts in the reports"}, true
	default:
		return gap{}, false
	}
}

// unmatched says that the gate's filter leaves no file, so that nothing is judged.
func (b *body) unmatched() (gap, bool) {
	if len(b.covered().list) > 0 || !b.filter.paths.given() {
		return gap{}, false // where there are no files at all, the source has said so
	}
	g := gap{text: "no file matches " + b.filter.paths.String(), remedy: "correct the filter of the gate, or measure the files that it means"}
	if name := b.firstPath(); name != "" {
		g.text += " (one file is " + quoted(firstLine(name)) + ")"
	}
	return g, true
}

// firstPath gives an example of what paths are called.
func (b *body) firstPath() string {
	first := ""
	for _, r := range b.reports {
		for _, where := range b.judge.joined(r) {
			if first == "" || where.path < first {
				first = where.path
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
func (p *pathCoverage) measure(u evidence.Unit) measurement {
	if len(p.of) == 1 { // as nearly all are: then there is nothing to join
		in := p.of[0]
		ratio, ok := in.file.Unit(u)
		if !ok || ratio.Num <= ratio.Den && ratio.Den <= believable {
			m := measurement{ratio: ratio, has: ok}
			if ok && exactly(u, in.file) {
				m.line = firstUncovered(in.file.Blocks)
			}
			return m
		}
	}
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

// exactly reports whether a file says what ran of the unit one by one.
func exactly(u evidence.Unit, f *evidence.FileCoverage) bool {
	return u == evidence.Statements && f.Blocks != nil || u == evidence.Lines && f.LineSet != nil
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
