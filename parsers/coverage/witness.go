package coverage

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// maxTally bounds a number that a report states: no code has more lines, and
// sums of such numbers do not overflow.
const maxTally = 1 << 32

// split is one unit as XML reports state it: what ran and what did not.
type split struct{ covered, missed uint64 }

func (s split) plus(o split) split { return split{s.covered + o.covered, s.missed + o.missed} }
func (s split) total() uint64      { return s.covered + s.missed }

func (s split) ratio() evidence.Ratio { return evidence.Ratio{Num: s.covered, Den: s.total()} }

func (s split) String() string { return s.ratio().Fraction() }

func splitOf(r evidence.Ratio) split { return split{r.Num, r.Den - r.Num} }

// worse is the worse of two witnesses, in each of its numbers: whatever it is
// summed with, the sum is not better than with either. It is another rule than worst,
// which joins a list and its total: here neither of the two is known to be part of the other.
func (s split) worse(o split) split {
	return split{min(s.covered, o.covered), max(s.missed, o.missed)}
}

// within reports whether s lies between two others in both of its numbers.
func (s split) within(lo, hi split) bool {
	return lo.covered <= s.covered && s.covered <= hi.covered && lo.missed <= s.missed && s.missed <= hi.missed
}

// partOf reports whether s may be what is listed of whole.
func (s split) partOf(whole split) bool {
	return s.missed <= whole.missed && s.total() <= whole.total()
}

// sumWitness holds what a package, group or project says of a unit against what
// is listed in it, with the places inside it that have said something else
// already (stated).
type sumWitness struct{ listed, stated split }

func (w *sumWitness) add(listed, stated split) {
	w.listed, w.stated = w.listed.plus(listed), w.stated.plus(stated)
}

// sumComplaint collects what one element says that its parts do not.
type sumComplaint struct {
	gravity evidence.Gravity
	parts   []string
}

// hold compares. An element that counts more than its files have lost some of
// them; one that counts otherwise is wrong, and the files count.
func (c *sumComplaint) hold(what string, w sumWitness, said split) {
	if said == w.listed || said == w.stated {
		return
	}
	c.parts = append(c.parts, fmt.Sprintf("%s of %s where its files amount to %s", said, what, w.listed))
	if said.total() > w.listed.total() || said.missed > w.listed.missed {
		c.gravity = evidence.Unsound
	}
}

func (c *sumComplaint) complain(r *evidence.Report, line, col int, who string) {
	if len(c.parts) == 0 {
		return
	}
	say := strings.Join(c.parts, ", ")
	if c.gravity == evidence.Unsound {
		r.Complain(evidence.Unsound, line, col, "%s counts %s: something is missing; see that the report is whole", who, say)
		return
	}
	r.Complain(evidence.Quirk, line, col, "%s counts %s; the files count", who, say)
}

// fileTable gathers the files of a report, each path once.
type fileTable struct {
	r      *evidence.Report
	files  []*evidence.FileCoverage
	byPath map[string]*evidence.FileCoverage
	room   int
	work   int // lines that were joined with those of a file that stood there before
}

func newFileTable(r *evidence.Report) *fileTable {
	return &fileTable{r: r, byPath: map[string]*evidence.FileCoverage{}}
}

// add takes a file. One path that stands twice is one file if both list the same
// lines: a line ran if it ran in either. Otherwise they are different sources of
// one name, or versions of one, and nobody can tell their lines apart: a line
// ran only if it ran in all that list it, and what is not a line is summed.
func (t *fileTable) add(f evidence.FileCoverage, col int) { t.take(&f, col) }

// take is add of a file that is kept where it lies.
func (t *fileTable) take(f *evidence.FileCoverage, col int) {
	have, again := t.byPath[f.Path]
	if f.LineSet != nil {
		t.room += f.LineSet.Room()
	}
	if t.room > lineRoom && f.LineSet != nil {
		t.room -= f.LineSet.Room()
		f.LineSet = nil
		t.r.Complain(evidence.Unsound, f.At.Line, col, "the line numbers of the files sum up to more than %d; from here on they are not kept", lineRoom)
	}
	if !again {
		t.byPath[f.Path] = f
		if n := len(t.files); n == cap(t.files) {
			t.files = slices.Grow(t.files, n+1)
		}
		t.files = append(t.files, f)
		return
	}
	if have.LineSet != nil && f.LineSet != nil {
		// A short file that repeats a long one costs as much as the long one.
		if t.work += have.LineSet.Room() + f.LineSet.Room(); t.work > lineWork {
			f.LineSet = nil
			t.r.Complain(evidence.Unsound, f.At.Line, col, "%s stands here and at line %d, and joining the lines of such files takes too long; write each file once", quoteName(f.Path), have.At.Line)
		}
	}
	same := have.LineSet != nil && f.LineSet != nil && have.LineSet.SameLines(f.LineSet)
	if !same {
		t.r.Complain(evidence.Quirk, f.At.Line, col, "%s stands here and at line %d with other lines: two sources of one path; where they differ the worse counts", quoteName(f.Path), have.At.Line)
	}
	if have.BranchLines != nil && f.BranchLines != nil && same {
		have.BranchLines = have.BranchLines.Join(f.BranchLines)
	} else {
		have.BranchLines = nil // whose lines they are is not known
	}
	exact := linesAreSet(have) && linesAreSet(f)
	for _, u := range evidence.Units {
		a, hasA := have.Unit(u)
		b, hasB := f.Unit(u)
		switch {
		case !hasB:
		case !hasA:
			have.Set(u, b)
		case !same:
			have.Set(u, a.Add(b))
		case a.Den == b.Den:
			have.Set(u, evidence.Ratio{Num: max(a.Num, b.Num), Den: a.Den})
		default:
			have.Set(u, splitOf(a).worse(splitOf(b)).ratio())
		}
	}
	switch {
	case have.LineSet == nil || f.LineSet == nil:
		have.LineSet = nil // some of its lines are not known
		return
	case same:
		have.LineSet.Or(f.LineSet)
	default:
		have.LineSet.And(f.LineSet)
	}
	lines := splitOf(have.LineSet.Ratio())
	if !exact {
		counted, _ := have.Unit(evidence.Lines)
		lines = lines.worse(splitOf(counted))
	}
	have.Set(evidence.Lines, lines.ratio())
}

// linesAreSet reports whether the number of lines is that of the set, and no
// other witness made it worse.
func linesAreSet(f *evidence.FileCoverage) bool {
	n, _ := f.Unit(evidence.Lines)
	return f.LineSet != nil && n == f.LineSet.Ratio()
}

// sum is what the files amount to in one unit.
func (t *fileTable) sum(u evidence.Unit) (sum evidence.Ratio) {
	for _, f := range t.files {
		if m, ok := f.Unit(u); ok {
			sum = sum.Add(m)
		}
	}
	return sum
}

// finish gives the files to the report, by path, and complains if there is none. A
// list of files that grew while they are read would leave three times its size.
func (t *fileTable) finish() {
	if len(t.files) == 0 && t.r.Conclusive() {
		t.r.Complain(evidence.Unsound, 1, 1, "the report names no source file; nothing was measured, or it was measured in another place")
	}
	slices.SortFunc(t.files, func(a, b *evidence.FileCoverage) int { return strings.Compare(a.Path, b.Path) })
	t.byPath = nil
	t.r.Coverage = make([]evidence.FileCoverage, len(t.files))
	for i, f := range t.files {
		t.r.Coverage[i] = *f
	}
}

// quoteName quotes a name for a message, shortened.
func quoteName(s string) string { return fmt.Sprintf("%.100q", s) }
