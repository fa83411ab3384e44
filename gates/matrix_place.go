package gates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// placer says in which cell of a matrix a thing is.
type placer struct {
	matrix *Matrix
	cells  []MatrixCell
	index  map[int]int // of the cells, by the number that their values make
	sides  []side
	spoken [][]int // by the last witness, of each side
}

// side is one dimension of a placer.
type side struct {
	Dimension
	values []string
	words  *vocabulary
}

func newPlacer(m *Matrix) *placer {
	p := &placer{matrix: m, cells: m.Cells(), index: map[int]int{}, spoken: make([][]int, len(m.Dimensions))}
	for i, d := range m.Dimensions {
		var values []string
		for _, c := range p.cells {
			if !slices.Contains(values, c[i]) {
				values = append(values, c[i])
			}
		}
		p.sides = append(p.sides, side{d, values, newVocabulary(values)})
	}
	for i, c := range p.cells {
		key := 0
		for k, v := range c {
			key = key*len(p.sides[k].values) + slices.Index(p.sides[k].values, v)
		}
		p.index[key] = i
	}
	return p
}

// witness is everything that can tell where a thing is.
type witness struct {
	suite, class, name, path, report string
	properties                       []evidence.Property
}

// spot is where a thing is: a cell by its index, or nowhere, or between cells.
type spot int

const (
	nowhere spot = -1 - iota
	between
)

// place finds the one cell that all values which the witness speaks of lead to. What
// a dimension says nothing of is nowhere.
func (p *placer) place(w witness) spot {
	for i := range p.sides {
		if p.spoken[i] = p.sides[i].speaks(w); len(p.spoken[i]) == 0 {
			return nowhere
		}
	}
	return p.among(0, 0, nowhere)
}

// among goes through all combinations of what was spoken of from side k on, after the
// sides before it made the key.
func (p *placer) among(k, key int, at spot) spot {
	if k == len(p.sides) {
		cell, ok := p.index[key]
		switch {
		case !ok:
			return at
		case at != nowhere:
			return between
		}
		return spot(cell)
	}
	for _, id := range p.spoken[k] {
		if at = p.among(k+1, key*len(p.sides[k].values)+id, at); at == between {
			break
		}
	}
	return at
}

// speaks gives the values of the dimension that a witness speaks of.
func (s *side) speaks(w witness) (ids []int) {
	by := s.PlacedBy
	if len(by) == 0 {
		if ids, said := s.properties(w); said {
			return ids
		}
		by = []string{bySuites, byClasses, byNames, byPaths, byReports}
	}
	for _, one := range by {
		var found []int
		switch one {
		case bySuites:
			found = s.words.repeated(w.suite)
		case byClasses:
			found = s.words.repeated(w.class)
		case byNames:
			found = s.words.find(w.name)
		case byPaths:
			found = s.words.repeated(w.path)
		case byReports:
			found = s.words.repeated(w.report)
		case byProperties:
			found, _ = s.properties(w)
		default:
			panic("gates: " + one + " places nothing")
		}
		for _, id := range found {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// properties gives the values that properties of the dimension's name speak of, and
// whether there are any such: one that names another value says that it is in no cell.
func (s *side) properties(w witness) (ids []int, said bool) {
	for _, q := range w.properties {
		if strings.EqualFold(q.Name, s.Name) {
			ids = append(ids, s.words.repeated(q.Value)...)
			said = said || strings.TrimSpace(q.Value) != ""
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), said
}

// by says what places things on the sides of the matrix where the policy says it:
// " (industry by suites)".
func (p *placer) by() string {
	var texts []string
	for i := range p.sides {
		if by := p.sides[i].PlacedBy; len(by) > 0 {
			texts = append(texts, p.sides[i].Name+" by "+some(by))
		}
	}
	if texts == nil {
		return ""
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// strays are things of one sort that are in no cell of their own.
type strays struct {
	outside, outsideBad uint64 // fit no cell
	split               uint64 // fit several
	example             string // the first by name of those that fit several
	outsideExample      string
	unlisted            uint64 // are counted and not listed, and their suite does not tell
}

func (s *strays) add(at spot, n uint64, isBad bool, label func() string) {
	count, example := &s.outside, &s.outsideExample
	if at == between {
		count, example = &s.split, &s.example
	} else if isBad {
		s.outsideBad += n
	}
	*count += n
	if text := label(); *example == "" || text < *example {
		*example = text
	}
}

// split takes reports apart by cells: what each cell has of each report, in the order
// of the reports, none where it has nothing. It walks once over everything, so that a
// matrix of 100 cells costs one walk more than none.
func (p *placer) split(b *body, kind evidence.Kind) (of [][]*evidence.Report, homes [][]Source, stray strays) {
	of, homes = make([][]*evidence.Report, len(p.cells)), make([][]Source, len(p.cells))
	for k, r := range b.reports {
		parts := map[spot]*evidence.Report{}
		in := func(at spot) *evidence.Report {
			if parts[at] == nil {
				own := *r
				own.Cases, own.Unlisted, own.Coverage, own.Benchmarks = evidence.Cases{}, nil, nil, evidence.BenchmarkSet{}
				parts[at] = &own
				of[at], homes[at] = append(of[at], &own), append(homes[at], b.homes[k])
			}
			return parts[at]
		}
		switch kind {
		case evidence.Tests:
			p.splitTests(b, r, in, &stray)
		case evidence.Coverage:
			for _, f := range r.Coverage {
				if b.filter.paths.given() && !b.filter.paths.admits(slashed(f.Path)) {
					continue
				}
				at := p.place(witness{path: f.Path, report: r.Source})
				if at < 0 {
					stray.add(at, 1, false, func() string { return firstLine(f.Path) })
					continue
				}
				own := in(at)
				own.Coverage = append(own.Coverage, f)
			}
		case evidence.Benchmarks:
			for i := range r.Benchmarks.Len() {
				bm := r.Benchmarks.At(i)
				title := titleOf(bm)
				if !b.filter.suites.admits(bm.Suite) || !b.filter.benchmarks.admitsTitled(bm.Name, title) {
					continue
				}
				at := p.place(witness{suite: bm.Suite, name: title, properties: bm.Params, report: r.Source})
				if at < 0 {
					stray.add(at, 1, bm.Outcome.Bad(), func() string { return firstLine(title) })
					continue
				}
				in(at).Benchmarks.Share(bm)
			}
		default:
			panic("gates: a matrix of " + kind.String())
		}
	}
	return of, homes, stray
}

// splitTests takes the tests of a report apart, as far as the filter of the gate
// admits them. What the filter cannot place is for the gate to say.
func (p *placer) splitTests(b *body, r *evidence.Report, in func(spot) *evidence.Report, stray *strays) {
	filtered := b.filter.onTests()
	for _, c := range r.Cases.All() {
		if filtered && b.filter.test(&c) != admitted {
			continue
		}
		at := p.place(witness{c.Suite, c.Class, c.Name, c.File, r.Source, c.Properties})
		if at < 0 {
			stray.add(at, 1, c.Outcome.Bad(), func() string { return firstLine(caseName(&c)) })
			continue
		}
		in(at).Cases.AppendCase(c)
	}
	for _, u := range r.Unlisted {
		if filtered && b.filter.unlisted(&u) != admitted {
			continue
		}
		at := p.place(witness{suite: u.Suite, report: r.Source})
		if at < 0 {
			stray.unlisted += u.Total()
			continue
		}
		own := in(at)
		own.Unlisted = append(own.Unlisted, u)
	}
}

// gaps says what cannot be placed, and notes what is in no cell.
func (s *strays) gaps(p *placer, what string) (gaps []gap, notes []string) {
	if s.split > 0 {
		gaps = append(gaps, gap{
			text: fmt.Sprintf("%d %s more than one cell of the matrix, and it is not known which is meant (one is %s)",
				s.split, plural(s.split, what+" fits", what+"s fit"), quoted(s.example)),
			remedy: "say under `placed-by` what tells the cells apart, or rename what fits several",
		})
	}
	if s.unlisted > 0 {
		gaps = append(gaps, gap{
			text:   fmt.Sprintf("%d %s counted and not listed, and the suite does not say in which cell", s.unlisted, plural(s.unlisted, "test is", "tests are")),
			remedy: "have the test runner list every test",
		})
	}
	if s.outside > 0 {
		note := fmt.Sprintf("%d %s no cell (one is %s)", s.outside, plural(s.outside, what+" fits", what+"s fit"), quoted(s.outsideExample))
		if s.outsideBad > 0 {
			note += fmt.Sprintf(", %d of them failed", s.outsideBad)
		}
		notes = append(notes, note)
	}
	return gaps, notes
}
