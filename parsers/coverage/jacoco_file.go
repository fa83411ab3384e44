package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// jacocoFile is what the elements of one source file say.
type jacocoFile struct {
	line, col int
	name      string
	path      string
	set       *evidence.LineSet
	placeless split // lines of number 0, which compilers give to code of no line
	branches  split
	measured  bool // some line says whether it ran
	bare      bool // some line does not
	branched  bool // some line says what branches it has
	counters  jacocoCounters
}

// readFile reads the source file whose start tag was given last, and adds it.
func (j *jacocoReader) readFile() error {
	j.lines.Reset()
	j.branches = j.branches[:0]
	f := jacocoFile{set: &j.lines}
	f.line, f.col = j.s.Pos()
	name, ok := j.s.Attr("name")
	if !ok || len(name) == 0 {
		j.r.Complain(evidence.Unsound, f.line, f.col, "<sourcefile> has no name")
	}
	pkg := ""
	if sc := j.scope(); sc.element == "package" {
		pkg = sc.name
	}
	f.path = jacocoPath(pkg, string(name))
	f.name = f.path[len(f.path)-len(name):]
	depth := j.s.Depth()
	for {
		k, err := j.s.Next()
		if err != nil {
			return err // cut; what was read of it is not the whole file
		}
		if k == xmlscan.End {
			if j.s.Depth() < depth {
				break
			}
			continue
		}
		switch string(j.s.Name()) {
		case "line":
			j.readLines(&f)
		case "counter":
			j.readCounter(&f.counters)
		}
	}
	j.addFile(&f)
	return nil
}

var jacocoLineFields = &xmlscan.Fields{"nr", "mi", "ci", "mb", "cb"}

// unset is the number of an attribute that is not there.
const unset = math.MaxUint64

// jacocoLineSays is what a line element says beside its number and the instructions that
// did not run.
type jacocoLineSays struct {
	branches split
	branched bool // it says what branches it has
	measured bool // it says what instructions
	ran      bool // some of them did
}

// readLines reads the line element whose start tag was given last and those that
// follow at once. Most of a report are such.
func (j *jacocoReader) readLines(f *jacocoFile) {
	for more := true; more; more = j.s.Again() {
		var values [5]uint64
		plain := j.s.Numbers(jacocoLineFields, values[:]) && slices.Max(values[:]) <= maxTally
		if !plain {
			j.readNumbers(values[:])
		}
		nr, mi, ci, mb, cb := values[0], values[1], values[2], values[3], values[4]
		says := jacocoLineSays{
			branches: split{orZero(cb), orZero(mb)},
			branched: mb != unset || cb != unset,
			measured: mi != unset || ci != unset,
			ran:      orZero(ci) > 0,
		}
		if nr == unset || nr > evidence.MaxLine {
			line, col := j.s.Pos()
			j.r.Complain(evidence.Unsound, line, col, "<line> has no number from 0 to %d", evidence.MaxLine)
			continue
		}
		j.addLine(f, nr, orZero(mi), &says)
		if !plain {
			continue
		}
		if tail, ok := j.s.Keep(&j.tails, jacocoLineFields); ok {
			j.says[tail] = says
		}
		set := inOrder{set: f.set}
		for n := len(j.rows); n == len(j.rows); {
			n = j.s.Rows(&j.tails, evidence.MaxLine, j.rows[:])
			for _, row := range j.rows[:n] {
				says := &j.says[row.Tail]
				if says.branches != (split{}) {
					j.addBranches(f, uint64(row.First), says)
				}
				set.mark(row.First, says.ran || row.Second > 0, says.ran)
			}
		}
		set.flush()
	}
}

// addLine adds a line of which mi instructions did not run.
func (j *jacocoReader) addLine(f *jacocoFile, nr, mi uint64, says *jacocoLineSays) {
	if says.branched {
		f.branched = true
		j.addBranches(f, nr, says)
	}
	switch {
	case !says.measured:
		f.bare = true
		return
	case !says.ran && mi == 0: // no instruction, so nothing to cover; JaCoCo does not write it
	case nr > 0:
		f.set.Mark(int(nr), says.ran)
	case says.ran:
		f.placeless.covered++
	default:
		f.placeless.missed++
	}
	f.measured = true
}

// addBranches adds the branches of a line.
func (j *jacocoReader) addBranches(f *jacocoFile, nr uint64, says *jacocoLineSays) {
	f.branches = f.branches.plus(says.branches)
	if says.branches != (split{}) {
		j.branches = append(j.branches, evidence.BranchesOn(uint32(nr), says.branches.covered, says.branches.total()))
	}
}

// readNumbers reads the attributes of a line element of which some are not there or
// not as they should be.
func (j *jacocoReader) readNumbers(values []uint64) {
	for k, at := range j.s.Find(jacocoLineFields) {
		values[k] = unset
		if at < 0 {
			continue
		}
		n, ok := j.s.AttrNumber(int(at))
		if !ok || n > maxTally {
			line, col := j.s.Pos()
			j.r.Complain(evidence.Unsound, line, col, "%s=%.40q of <line> is no number of this kind", (*jacocoLineFields)[k], j.s.AttrValue(int(at)))
			n = 0
		}
		values[k] = n
	}
}

// orZero is the number of an attribute that may be left out.
func orZero(n uint64) uint64 {
	if n == unset {
		return 0
	}
	return n
}

// addFile weighs lines against counters and adds the file.
func (j *jacocoReader) addFile(f *jacocoFile) {
	fc := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: j.r.Source, Line: f.line}}
	cs := &f.counters
	var differ []string
	both := func(i int, listed split, isListed bool) (v split) {
		switch {
		case !isListed:
			return cs.value[i]
		case !cs.has[i] || cs.value[i] == listed:
			return listed
		}
		differ = append(differ, fmt.Sprintf("%s of %s where its lines amount to %s", cs.value[i], jacocoUnits[i], listed))
		return listed.worse(cs.value[i])
	}
	var taken [numJacoco]split
	sc := j.scope()
	if f.bare && !f.measured && !cs.has[jacocoLine] {
		j.r.Complain(evidence.Unsound, f.line, f.col, "the lines of %s do not say whether they ran (mi, ci), and it has no counter LINE", quoteName(f.path))
	}
	taken[jacocoLine] = both(jacocoLine, splitOf(f.set.Ratio()).plus(f.placeless), f.measured)
	taken[jacocoBranch] = both(jacocoBranch, f.branches, f.branched)
	taken[jacocoMethod] = cs.value[jacocoMethod]
	if !cs.has[jacocoMethod] { // Kover and IntelliJ count methods in classes only
		taken[jacocoMethod] = sc.methods[f.name]
	}
	if len(differ) > 0 {
		j.r.Complain(evidence.Quirk, f.line, f.col, "%s counts %s; the worse of both counts", quoteName(f.path), strings.Join(differ, ", "))
	}
	if f.measured {
		fc.LineSet = f.set.Clone()
	}
	if f.branched {
		fc.BranchLines = evidence.OtherBranches(j.branches)
	}
	for i, u := range jacocoUnits {
		fc.Set(u, taken[i].ratio())
		stated := taken[i]
		if cs.has[i] {
			stated = cs.value[i]
		}
		sc.sums[i].add(taken[i], stated)
	}
	j.files.add(fc, f.col)
}
