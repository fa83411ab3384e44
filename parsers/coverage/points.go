package coverage

import (
	"bytes"

	"github.com/tollgate-ci/tollgate/evidence"
)

// The coverage tools of .NET list sequence points, which are statements with the
// place where they begin and end, and name the source file by a number.

// hiddenLine is the line that compilers give to code that no source stands for.
const hiddenLine = 0xFEEFEE

// pointFile is a source file and the points in it.
type pointFile struct {
	path      string
	line, col int
	lines     roomyLines
	stmts     split
	branches  split
	functions split
}

// pointFiles are the files of a report, or of a module of it, by their numbers.
type pointFiles struct {
	r      *evidence.Report
	budget lineBudget
	byID   map[string]*pointFile
	order  []*pointFile
}

func newPointFiles(r *evidence.Report) pointFiles {
	return pointFiles{r: r, budget: newLineBudget(), byID: map[string]*pointFile{}}
}

// add adds a file. One number that stands for two files is unsound.
func (p *pointFiles) add(id, path []byte, line, col int) *pointFile {
	if f := p.byID[string(id)]; f != nil {
		if f.path != string(path) {
			p.r.Complain(evidence.Unsound, line, col, "the number %.40q stands for %s already", id, quoteName(f.path))
		}
		return f
	}
	f := &pointFile{path: string(path), line: line, col: col}
	f.lines = roomyLines{set: new(evidence.LineSet), budget: &p.budget}
	p.byID[string(id)] = f
	p.order = append(p.order, f)
	return f
}

// point counts a statement that begins on a line.
func (p *pointFiles) point(f *pointFile, number []byte, ran bool, line, col int) {
	n, ok := parseCount(bytes.TrimSpace(number))
	if !ok {
		p.r.Complain(evidence.Unsound, line, col, "a statement begins on line %.40q, which is no number", number)
	}
	f.stmts = f.stmts.plus(one(ran))
	if n == 0 || n == hiddenLine {
		return
	}
	if err := f.lines.mark(int(min(n, 1<<40)), ran); err != nil {
		p.r.Complain(evidence.Unsound, line, col, "%v; it is not counted", err)
	}
}

// flush hands the files with points over to the table and forgets all of them.
func (p *pointFiles) flush(to *fileTable, branches, functions bool) {
	for _, f := range p.order {
		if f.stmts.total() == 0 && f.branches.total() == 0 {
			continue
		}
		fc := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: p.r.Source, Line: f.line}}
		fc.SetLines(f.lines.set)
		fc.Set(evidence.Statements, f.stmts.ratio())
		if branches {
			fc.Set(evidence.Branches, f.branches.ratio())
		}
		if functions {
			fc.Set(evidence.Functions, f.functions.ratio())
		}
		to.add(fc, f.col)
	}
	clear(p.byID)
	p.order = nil
}
