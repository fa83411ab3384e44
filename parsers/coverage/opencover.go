package coverage

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// OpenCover reads the XML of OpenCover. What is read follows its sources
// (OpenCover.Framework, Model and BasePersistance) and those of Coverlet's
// OpenCoverReporter.
var OpenCover = format.Format{
	Name:   "opencover",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"CoverageSession"},
	Title:  "OpenCover XML (OpenCover, Coverlet, AltCover)",
	Doc: `Statements are the <SequencePoint> elements, branches the <BranchPoint> elements, each counted as often as it is listed in a module; one
ran if its vc is above 0. Lines are the lines on which sequence points begin (sl), not those up to el; a line ran if any point on it did.
Functions are the methods with sequence points, of which one ran. The file is that of fileid, else of the <FileRef> of
the method, among the <Files> of the module; points without one are a file named [no source] in the module.

Modules, classes and methods with skippedDueTo were not measured and do not count. A path in two modules is one file if both
list the same lines: then the better of both counts; if not, a line ran only where it ran in both, and the rest is summed.

Each <Summary> is a second witness. OpenCover's own counts one branch more for each method, its entry, and Coverlet's does not: both
agree with what is listed. One that counts more than is listed makes the report inconclusive; any other
difference is told and what is listed counts. A report without points is inconclusive. A file that was cut is always recognised: the tags
no longer match.`,
	Sniff: sniffOpenCover,
	Parse: parseOpenCover,
}

func sniffOpenCover(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	return ok && string(s.Name()) == "CoverageSession"
}

func parseOpenCover(ctx context.Context, src format.Source, r *evidence.Report) error {
	o := openCoverReader{s: xmlscan.New(ctx, src), r: r, points: newPointFiles(r), files: newFileTable(r), open: make([]openCoverScope, 1, 8)}
	err := xmlscan.Blame(r, o.s.Walk(o.start, func() {
		if len(o.open) > 1 && o.s.Depth() < o.top().depth {
			o.closeScope()
		}
	}))
	o.points.flush(o.files, true, true)
	o.files.finish()
	return err
}

// openCoverReader is the state of one reading. Memory beside the files is the
// window.
type openCoverReader struct {
	s      *xmlscan.Scanner
	r      *evidence.Report
	points pointFiles // of the open module
	files  *fileTable
	open   []openCoverScope // open[0] is the file; then session, module, class, method
	odd    bool             // a summary that counts less was complained of
	module []byte           // name of the open module

	ref, first *pointFile // of the open method: its own, and that of its first point
	lastID     []byte     // of a point, and its file
	last       *pointFile
}

// What a summary counts.
const (
	openCoverPoint = iota
	openCoverBranch
	openCoverMethod
	numOpenCover
)

var (
	openCoverUnits = [numOpenCover]evidence.Unit{evidence.Statements, evidence.Branches, evidence.Functions}
	openCoverAttrs = [numOpenCover][2]string{{"visitedSequencePoints", "numSequencePoints"}, {"visitedBranchPoints", "numBranchPoints"}, {"visitedMethods", "numMethods"}}
)

// openCoverScope is an open session, module, class or method.
type openCoverScope struct {
	element   string
	depth     int
	line, col int // of its summary
	has       [numOpenCover]bool
	said      [numOpenCover]split
	listed    [numOpenCover]split
	stated    [numOpenCover]split // what the summaries inside it said
}

func (o *openCoverReader) top() *openCoverScope { return &o.open[len(o.open)-1] }

// start reads an element. One that is not known is transparent.
func (o *openCoverReader) start() error {
	s := o.s
	switch string(s.Name()) {
	case "SequencePoint":
		o.readPoint()
	case "BranchPoint":
		o.readBranch()
	case "Summary":
		if sc := o.top(); s.Depth() == sc.depth+1 {
			o.readSummary(sc)
		}
	case "Method":
		o.ref, o.first = nil, nil
		return o.openScope("method")
	case "FileRef":
		uid, _ := s.Attr("uid")
		o.ref = o.file(uid)
	case "Class":
		return o.openScope("class")
	case "Module":
		o.module = o.module[:0]
		return o.openScope("module")
	case "ModuleName":
		var err error
		o.module, err = s.AppendText(o.module[:0], 1<<10)
		return err
	case "File":
		uid, ok := s.Attr("uid")
		path, okPath := s.Attr("fullPath")
		line, col := s.Pos()
		if !ok || !okPath || len(path) == 0 {
			o.r.Complain(evidence.Unsound, line, col, "<File> has no uid or no fullPath")
			return nil
		}
		o.points.add(uid, path, line, col)
	case "CoverageSession":
		return o.openScope("report")
	}
	return nil
}

// openScope opens an element with a summary, or passes over one that was not
// measured.
func (o *openCoverReader) openScope(element string) error {
	if _, ok := o.s.Attr("skippedDueTo"); ok {
		return o.s.Skip()
	}
	o.open = append(o.open, openCoverScope{element: element, depth: o.s.Depth()})
	return nil
}

// readSummary reads what a scope says of itself.
func (o *openCoverReader) readSummary(sc *openCoverScope) {
	sc.line, sc.col = o.s.Pos()
	for i, names := range openCoverAttrs {
		visited, hasVisited := o.number(names[0])
		total, hasTotal := o.number(names[1])
		switch {
		case !hasVisited || !hasTotal:
		case visited > total:
			o.r.Complain(evidence.Unsound, sc.line, sc.col, "<Summary> needs %s up to %s", names[0], names[1])
		default:
			sc.has[i], sc.said[i] = true, split{visited, total - visited}
		}
	}
}

// number reads an attribute of a summary; one that is no number is complained of.
func (o *openCoverReader) number(name string) (n uint64, ok bool) {
	v, ok := o.s.Attr(name)
	if !ok {
		return 0, false
	}
	n, ok = parseCount(v)
	if !ok || n > maxTally {
		line, col := o.s.Pos()
		o.r.Complain(evidence.Unsound, line, col, "%s=%.40q of <Summary> is no number of this kind", name, v)
		return 0, false
	}
	return n, true
}

// file gives the file of a number, or nil if there is none: 0 is none.
func (o *openCoverReader) file(id []byte) *pointFile {
	if len(id) == 0 || string(id) == "0" {
		return nil
	}
	if o.last != nil && bytes.Equal(id, o.lastID) {
		return o.last
	}
	f := o.points.byID[string(id)]
	if f == nil {
		line, col := o.s.Pos()
		o.r.Complain(evidence.Unsound, line, col, "the module has no file of number %.40q", id)
		return nil
	}
	o.last, o.lastID = f, append(o.lastID[:0], id...)
	return f
}

// fileOf gives the file of a point: its own, else that of its method.
func (o *openCoverReader) fileOf(id []byte) *pointFile {
	f := o.file(id)
	if f == nil {
		f = o.ref
	}
	if f == nil {
		f = o.first
	}
	if f == nil {
		f = o.noSource()
	}
	if o.first == nil {
		o.first = f
	}
	return f
}

// noSource is the file of the points that have none.
func (o *openCoverReader) noSource() *pointFile {
	const id = " no source"
	if f := o.points.byID[id]; f != nil {
		return f
	}
	line, col := o.s.Pos()
	return o.points.add([]byte(id), []byte(jacocoPath(string(bytes.TrimSpace(o.module)), "[no source]")), line, col)
}

// readPoint reads a sequence point. Most of a report are such.
func (o *openCoverReader) readPoint() {
	var count, start, id []byte
	for i := range o.s.NumAttrs() {
		switch string(o.s.AttrName(i)) {
		case "vc":
			count = o.s.AttrValue(i)
		case "sl":
			start = o.s.AttrValue(i)
		case "fileid":
			id = o.s.AttrValue(i)
		}
	}
	visited := o.visited(count)
	line, col := 0, 0
	if n, ok := parseCount(start); !ok || n > evidence.MaxLine { // else nobody asks for the place
		line, col = o.s.Pos()
	}
	sc := o.top()
	sc.listed[openCoverPoint] = sc.listed[openCoverPoint].plus(one(visited))
	o.points.point(o.fileOf(id), start, visited, line, col)
}

// readBranch reads a branch point.
func (o *openCoverReader) readBranch() {
	count, _ := o.s.Attr("vc")
	id, _ := o.s.Attr("fileid")
	v := one(o.visited(count))
	sc := o.top()
	sc.listed[openCoverBranch] = sc.listed[openCoverBranch].plus(v)
	f := o.fileOf(id)
	f.branches = f.branches.plus(v)
}

func (o *openCoverReader) visited(count []byte) bool {
	if n, ok := parseCount(count); ok {
		return n > 0
	}
	line, col := o.s.Pos()
	return ran(o.r, count, line, col)
}

// closeScope holds the summary of the innermost scope against what is in it.
func (o *openCoverReader) closeScope() {
	sc := o.top()
	if points := sc.listed[openCoverPoint]; sc.element == "method" && points.total() > 0 {
		v := one(points.covered > 0)
		sc.listed[openCoverMethod] = v
		o.first.functions = o.first.functions.plus(v)
	}
	o.compare(sc)
	outer := &o.open[len(o.open)-2]
	for i := range sc.listed {
		outer.listed[i] = outer.listed[i].plus(sc.listed[i])
		outer.stated[i] = outer.stated[i].plus(sc.stated[i])
	}
	o.open = o.open[:len(o.open)-1]
	if sc.element == "module" {
		o.points.flush(o.files, true, true)
		o.last = nil
	}
}

// compare complains of what the summary says and the points do not, and sets
// stated to what it says.
func (o *openCoverReader) compare(sc *openCoverScope) {
	var c sumComplaint
	for i, u := range openCoverUnits {
		listed := sc.listed[i]
		if !sc.has[i] {
			if sc.element == "method" {
				sc.stated[i] = listed
			}
			continue
		}
		said := sc.said[i]
		agree := said == listed || said == sc.stated[i]
		switch i {
		case openCoverBranch: // with the entries of methods
			agree = agree || said == listed.plus(sc.listed[openCoverMethod])
		case openCoverMethod: // with or without those of no points
			agree = agree || listed.partOf(said) || said.total() < listed.total()
		}
		if !agree {
			c.hold(u.String(), sumWitness{listed, sc.stated[i]}, said)
		}
		sc.stated[i] = said
	}
	if c.gravity != evidence.Unsound {
		if len(c.parts) == 0 || o.odd {
			return
		}
		o.odd = true
	}
	c.complain(o.r, sc.line, sc.col, "the summary of the "+sc.element)
}
