package coverage

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// Cobertura reads the XML of coverage-04.dtd and its kin.
var Cobertura = format.Format{
	Name:   "cobertura",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"coverage"},
	Title:  "Cobertura XML (Cobertura, coverage.py, gcovr, Coverlet, PHPUnit, Istanbul, grcov, gocover-cobertura and others)",
	Doc: `The lines of each <class> belong to the file that its filename names, as it is written; <sources> are not joined to it.
A line counts once a file, in however many classes it stands, and ran if hits is above 0 in one of them. The lines of
<methods> repeat those of their class, and count only where a class lists none of its own: Istanbul's methods have the
line of their declaration, which no class counts.

Branches are the fractions of condition-coverage="50% (1/2)". Of one line that stands several times in a file the
best counts, as for lines; if the totals differ, it is the one that leaves most uncovered. A line that says branch="true" and
no fraction is two branches, neither covered. A line that ran, and none of whose branches was taken, ran: that is
what its hits say, and its branches say the other. Rates and complexities are not read.

lines-valid and lines-covered, branches-valid and branches-covered of <coverage> are a second witness. Where their share is worse
than that of what is listed it counts, and the place is named: gcovr counts a line once for each function on it.
What they count more is a file of its own, named [not listed in REPORT], unless there is only one file. If no line is listed,
those of lines count and the report is inconclusive; if no branch is listed, branches were not measured.

A file that was cut is always recognised: the tags no longer match. The document type is passed over and never fetched.`,
	Times: "`timestamp` of the root, in seconds or milliseconds",
	Sniff: sniffCobertura,
	Parse: parseCobertura,
}

// sniffCobertura claims a root of coverage that has Cobertura's attributes or
// children: Clover and SonarQube use that word too.
func sniffCobertura(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok || string(s.Name()) != "coverage" {
		return false
	}
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "line-rate", "branch-rate", "lines-valid", "lines-covered":
			return true
		case "clover", "generated":
			return false
		}
	}
	k, err := s.Next()
	return err == nil && k == xmlscan.Start && (string(s.Name()) == "packages" || string(s.Name()) == "sources")
}

// parseCobertura reads a report. Memory beside the files is the window and the
// lines of one class.
func parseCobertura(ctx context.Context, src format.Source, r *evidence.Report) error {
	first, second, ok := xmlscan.Halves(ctx, src, "class", func(s *xmlscan.Scanner, _ int, _ []string) (*coberturaReader, bool) {
		c := newCoberturaReader(s, &evidence.Report{Source: r.Source}, newLineBudget().half())
		err := c.read()
		return c, err == nil && c.file == nil && len(c.r.Problems) == 0
	})
	if ok {
		first.join(second)
		r.State(first.r.Time)
		first.r = r
		first.finish(true)
		return nil
	}
	c := newCoberturaReader(xmlscan.New(ctx, src), r, newLineBudget())
	err := c.read()
	c.closeClass()
	c.finish(err == nil)
	return xmlscan.Blame(r, err)
}

func newCoberturaReader(s *xmlscan.Scanner, r *evidence.Report, budget lineBudget) *coberturaReader {
	c := &coberturaReader{s: s, r: r, budget: budget}
	c.own = roomyLines{set: new(evidence.LineSet), budget: &c.budget}
	c.inMethods = roomyLines{set: new(evidence.LineSet), budget: &c.budget}
	return c
}

// join adds the classes of the second half of a report.
func (c *coberturaReader) join(o *coberturaReader) {
	c.files.join(&o.files, func(have, f *coberturaFile) bool {
		have.lines.join(f.lines.open(&c.budget))
		have.line0 = have.line0 || f.line0
		have.branches.join(&f.branches)
		return true
	})
	for _, f := range c.files.others {
		f.first += c.s.Line() - 1
	}
	c.branching = c.branching || o.branching
}

// coberturaReader is the state of one reading.
type coberturaReader struct {
	s *xmlscan.Scanner
	r *evidence.Report

	lines, branches stated // of the root
	files           fileList[coberturaFile, *coberturaFile]
	budget          lineBudget
	branching       bool // a branch was listed that counts

	// The class that is open.
	file           *coberturaFile
	depth          int
	methods        int // depth of the open <methods>, or 0
	own, inMethods roomyLines
	unplaced       func() // complains of the first line of its methods that has no number

	// The branches of its own lines, and of those of its methods.
	conditions, methodConditions []evidence.LineBranches

	tails xmlscan.Tails // of line elements, and what those say
	says  [xmlscan.NumTails]coberturaLineSays
	rows  [xmlscan.RowsAtOnce]xmlscan.Row
}

// coberturaFile is one source file over all its classes.
type coberturaFile struct {
	path     string
	first    int
	lines    fileLines
	branches conditions
	line0    bool
}

func (f *coberturaFile) sourcePath() string { return f.path }

func (c *coberturaReader) read() error {
	for {
		k, err := c.s.Next()
		if err != nil {
			return err
		}
		switch k {
		case xmlscan.Done:
			return nil
		case xmlscan.Start:
			c.start()
		case xmlscan.End:
			switch depth := c.s.Depth(); {
			case c.file == nil:
			case depth < c.depth:
				c.closeClass()
			case depth < c.methods:
				c.methods = 0
			}
		default:
			panic("coverage: event " + k.String())
		}
	}
}

func (c *coberturaReader) start() {
	switch string(c.s.Name()) {
	case "line":
		c.readLines()
	case "class":
		c.openClass()
	case "methods":
		if c.file != nil && c.methods == 0 {
			c.methods = c.s.Depth()
		}
	case "coverage":
		if c.s.Depth() == 1 {
			c.readRoot()
		}
	}
}

// readRoot reads the totals.
func (c *coberturaReader) readRoot() {
	line, col := c.s.Pos()
	for i := range c.s.NumAttrs() {
		var set func(uint64, int, int)
		switch string(c.s.AttrName(i)) {
		case "lines-valid":
			set = c.lines.setFound
		case "lines-covered":
			set = c.lines.setHit
		case "branches-valid":
			set = c.branches.setFound
		case "branches-covered":
			set = c.branches.setHit
		case "timestamp":
			c.r.State(format.UnixStampText(c.s.AttrValue(i)))
			continue
		default:
			continue
		}
		n, ok := parseCount(bytes.TrimSpace(c.s.AttrValue(i)))
		if !ok {
			c.r.Complain(evidence.Quirk, line, col, "%s=%.40q is no number; what is listed counts", c.s.AttrName(i), c.s.AttrValue(i))
			continue
		}
		set(n, line, col)
	}
}

func (c *coberturaReader) openClass() {
	if c.file != nil {
		c.complain(evidence.Unsound, "a <class> in a <class>")
		c.closeClass()
	}
	path, ok := c.s.Attr("filename")
	if !ok || len(path) == 0 {
		c.complain(evidence.Unsound, "the class has no filename")
	}
	c.depth, c.methods = c.s.Depth(), 0
	if c.file = c.files.find(path); c.file == nil {
		c.file = c.files.add(coberturaFile{path: string(path), first: c.s.Line()})
	}
}

func (c *coberturaReader) complain(g evidence.Gravity, msg string, args ...any) {
	line, col := c.s.Pos()
	c.r.Complain(g, line, col, msg, args...)
}

// closeClass adds the class, if one is open, to its file.
func (c *coberturaReader) closeClass() {
	f := c.file
	if f == nil {
		return
	}
	lines, conditions := &c.own, c.conditions
	if lines.set.Ratio().Den == 0 {
		lines, conditions = &c.inMethods, c.methodConditions
		if c.unplaced != nil {
			c.unplaced()
		}
	}
	c.unplaced = nil
	f.lines.join(lines)
	for _, found := range conditions {
		c.branching = c.branching || found.Total > 0
	}
	f.branches.add(conditions)
	c.own.clear()
	c.inMethods.clear()
	c.conditions, c.methodConditions = c.conditions[:0], c.methodConditions[:0]
	c.file, c.methods = nil, 0
}

// finish hands over the files, by path, and holds the totals against them if the
// document was whole. Totals of a file that was cut speak of what is not there.
func (c *coberturaReader) finish(whole bool) {
	files := c.files.sorted()
	c.r.Coverage = make([]evidence.FileCoverage, 0, len(files)+1) // and what is not listed
	for _, f := range files {
		file := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: c.r.Source, Line: f.first}}
		file.SetLines(f.lines.set)
		if f.line0 {
			m, _ := file.Unit(evidence.Lines)
			file.Set(evidence.Lines, m.Add(evidence.Ratio{Den: 1}))
		}
		if c.branching {
			f.branches.set(&file)
		}
		c.r.Coverage = append(c.r.Coverage, file)
	}
	if whole {
		c.settle()
	}
	slices.SortFunc(c.r.Coverage, func(a, b evidence.FileCoverage) int { return strings.Compare(a.Path, b.Path) })
}

func (c *coberturaReader) settle() {
	if listed, _ := c.r.CoverageOf(evidence.Lines); listed.Den == 0 {
		c.r.Complain(evidence.Unsound, max(c.lines.line, 1), max(c.lines.col, 1), "no line is listed; see that the tool found the sources")
	}
	settleReport(c.r, evidence.Lines, &c.lines)
	settleReport(c.r, evidence.Branches, &c.branches)
}
