package coverage

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// DotCover reads the XML reports of JetBrains dotCover, the one with statements
// and the one without. There is no description of them but their files and those
// who read them (ReportGenerator's DotCoverParser, Sonar's).
var DotCover = format.Format{
	Name:   "dotcover",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"Root"},
	Title:  "dotCover XML (JetBrains dotCover --reportType=XML and DetailedXML)",
	Doc: `In the detailed report statements are the <Statement> elements, and one ran if its Covered is True. Lines are the lines on which they
begin; a line ran if any statement on it did. The file is that of FileIndex among the <FileIndices>. dotCover measures statements; it has no branches.

Without <FileIndices> (reportType=XML) the report names no source. Then each <Assembly> stands for a file and bears its name, with
the fewer covered and the more missed statements of those that it counts and those that its types and methods do.

CoveredStatements and TotalStatements of every element are a second witness. One that counts more than is listed in it makes the report
inconclusive; any other difference is told and what is listed counts. A report without statements is inconclusive. A file that was
cut is always recognised: the tags no longer match.`,
	Sniff: sniffDotCover,
	Parse: parseDotCover,
}

func sniffDotCover(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok || string(s.Name()) != "Root" {
		return false
	}
	for _, a := range []string{"DotCoverVersion", "CoveredStatements", "TotalStatements"} {
		if _, ok := s.Attr(a); ok {
			return true
		}
	}
	return false
}

func parseDotCover(ctx context.Context, src format.Source, r *evidence.Report) error {
	d := dotCoverReader{s: xmlscan.New(ctx, src), r: r, points: newPointFiles(r), files: newFileTable(r), open: make([]dotCoverScope, 1, 8)}
	err := xmlscan.Blame(r, d.s.Walk(d.start, func() {
		if len(d.open) > 1 && d.s.Depth() < d.top().depth {
			d.closeScope()
		}
	}))
	d.points.flush(d.files, false, false)
	d.files.finish()
	return err
}

// dotCoverReader is the state of one reading. Memory beside the files is the
// window.
type dotCoverReader struct {
	s        *xmlscan.Scanner
	r        *evidence.Report
	points   pointFiles
	files    *fileTable
	open     []dotCoverScope // open[0] is the file; then the root, assemblies and what is in them
	detailed bool
	odd      bool // an element that counts less was complained of
	lastID   []byte
	last     *pointFile
}

// dotCoverScope is an open element that counts its statements.
type dotCoverScope struct {
	name      string // of an assembly
	depth     int
	line, col int
	has       bool
	said      split
	listed    split // statements, or what the elements inside it amount to
	stated    split // what the elements inside it said
	inner     bool  // there are such elements
}

func (d *dotCoverReader) top() *dotCoverScope { return &d.open[len(d.open)-1] }

// start reads an element. One that does not count statements is transparent.
func (d *dotCoverReader) start() error {
	s := d.s
	switch string(s.Name()) {
	case "Statement":
		d.readStatement()
		return nil
	case "FileIndices":
		d.detailed = true
		return nil
	case "File":
		d.detailed = true
		id, ok := s.Attr("Index")
		name, okName := s.Attr("Name")
		line, col := s.Pos()
		if !ok || !okName || len(name) == 0 {
			d.r.Complain(evidence.Unsound, line, col, "<File> has no Index or no Name")
			return nil
		}
		d.points.add(id, name, line, col)
		return nil
	case "OwnCoverage": // of a method, beside that of what is inside it
		return s.Skip()
	}
	covered, hasCovered := s.Attr("CoveredStatements")
	total, hasTotal := s.Attr("TotalStatements")
	root := len(d.open) == 1
	if !hasCovered && !hasTotal && !root && string(s.Name()) != "Assembly" {
		return nil
	}
	sc := dotCoverScope{depth: s.Depth()}
	sc.line, sc.col = s.Pos()
	if v, ok := s.Attr("ReportType"); ok && root {
		d.detailed = bytes.EqualFold(v, []byte("DetailedXml"))
	}
	if string(s.Name()) == "Assembly" {
		v, _ := s.Attr("Name")
		sc.name = string(v)
	}
	n, ok := parseCount(covered)
	m, okTotal := parseCount(total)
	switch {
	case !hasCovered && !hasTotal:
	case !ok || !okTotal || n > m || m > maxTally:
		d.r.Complain(evidence.Unsound, sc.line, sc.col, "<%s> needs CoveredStatements up to TotalStatements, not %.40q of %.40q", s.Name(), covered, total)
	default:
		sc.has, sc.said = true, split{n, m - n}
	}
	d.top().inner = true
	d.open = append(d.open, sc)
	return nil
}

// readStatement reads a statement. Most of a report are such.
func (d *dotCoverReader) readStatement() {
	s := d.s
	var id, start, covered []byte
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "FileIndex":
			id = s.AttrValue(i)
		case "Line":
			start = s.AttrValue(i)
		case "Covered":
			covered = s.AttrValue(i)
		}
	}
	d.detailed = true
	ran := bytes.EqualFold(covered, []byte("True"))
	line, col := 0, 0
	if n, ok := parseCount(start); !ok || n > evidence.MaxLine { // else nobody asks for the place
		line, col = s.Pos()
	}
	if !ran && !bytes.EqualFold(covered, []byte("False")) {
		line, col = s.Pos()
		d.r.Complain(evidence.Unsound, line, col, "Covered=%.40q of <Statement> is neither True nor False", covered)
	}
	if d.last == nil || !bytes.Equal(id, d.lastID) {
		d.last, d.lastID = d.points.byID[string(id)], append(d.lastID[:0], id...)
		if d.last == nil {
			line, col = s.Pos()
			d.r.Complain(evidence.Unsound, line, col, "there is no file of index %.40q", id)
			d.last = d.points.add(id, []byte("[no source]"), line, col)
		}
	}
	sc := d.top()
	sc.listed = sc.listed.plus(one(ran))
	d.points.point(d.last, start, ran, line, col)
}

// closeScope holds what the innermost element counts against what is in it.
func (d *dotCoverReader) closeScope() {
	sc := d.top()
	outer := &d.open[len(d.open)-2]
	d.open = d.open[:len(d.open)-1]
	if !d.detailed && sc.has && !sc.inner {
		sc.listed, sc.stated = sc.said, sc.said // there is nothing to hold it against
	}
	taken := sc.listed
	if sc.has {
		if !d.detailed {
			taken = taken.worse(sc.said)
		}
		var c sumComplaint
		c.hold("statements", sumWitness{sc.listed, sc.stated}, sc.said)
		if len(c.parts) > 0 && (c.gravity == evidence.Unsound || !d.odd) {
			d.odd = d.odd || c.gravity != evidence.Unsound
			c.complain(d.r, sc.line, sc.col, "this element")
		}
		sc.stated = sc.said
	}
	if sc.name != "" && !d.detailed && taken.total() > 0 {
		fc := evidence.FileCoverage{Path: sc.name, At: evidence.Pos{File: d.r.Source, Line: sc.line}}
		fc.Set(evidence.Statements, taken.ratio())
		d.files.add(fc, sc.col)
	}
	outer.listed, outer.stated = outer.listed.plus(sc.listed), outer.stated.plus(sc.stated)
}
