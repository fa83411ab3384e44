package coverage

import (
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// Clover reads the XML report of Clover, and what others write in its form.
var Clover = format.Format{
	Name:   "clover",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"coverage"},
	Title:  "Clover XML (OpenClover, Atlassian Clover, PHPUnit, istanbul, Vitest, Jest, gcovr, ReportGenerator)",
	Doc: `Each <file> under <project>, by its attribute path, else name; a bare name stands in the folder that its package names.
What is under <testproject> is code of tests and does not count.

Lines are the numbers of <line> elements of type stmt or cond; a line ran if any of its elements did. Statements, branches
and functions are what <metrics> of the file counts as statements, conditionals and methods: writers mean different things by
them, and no other element tells which. istanbul counts lines as statements and lists a line with branches as cond
in place of stmt, truecount and falsecount being branches that ran and did not; in Clover itself they say how often a condition was
true and false, and stmt stands beside cond. PHPUnit calls a method covered if all of it ran.

The <line> elements are a second witness. Metrics that no reading of the lines amounts to are told, and the
fewer covered and the more missed of both count; so do the lines in a file without metrics. ReportGenerator and PHPUnit
list a line that begins a method as method only: where the metrics of the file, or of all files, count those lines, they are
lines too, and where metrics count more missed statements than are listed, those that did not run are. Metrics of a package or project that
count more than its files make the report inconclusive: files are missing. So do metrics without lines beside files
with lines, and a report without files. Writers without branches or functions write 0: where the whole report has
none, they are not measured. A file that was cut is always recognised: the tags no longer match.`,
	Times: "`generated` of the root, `timestamp` of projects",
	Sniff: sniffClover,
	Parse: parseClover,
}

// sniffClover claims a root named coverage that is Clover's: Cobertura and the
// generic format of Sonar have one of that name.
func sniffClover(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok || string(s.Name()) != "coverage" {
		return false
	}
	generated := false
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "clover":
			return true
		case "generated":
			generated = true
		case "line-rate", "branch-rate", "lines-valid", "version":
			return false
		}
	}
	if generated {
		return true
	}
	k, err := s.Next()
	return err == nil && k == xmlscan.Start && string(s.Name()) == "project"
}

func parseClover(ctx context.Context, src format.Source, r *evidence.Report) error {
	c := cloverReader{s: xmlscan.New(ctx, src), r: r, open: make([]cloverScope, 1, 4)}
	err := xmlscan.Blame(r, c.read())
	c.finish()
	return err
}

// cloverReader is the state of one reading. The files wait for the end, because
// all of them tell what their writer means by a line.
type cloverReader struct {
	s     *xmlscan.Scanner
	r     *evidence.Report
	open  []cloverScope // open[0] is the file; then project, package
	files []cloverFile
	room  int
	said  bool // of a type of line that is not known
}

// What metrics count.
const (
	cloverStmt = iota
	cloverCond
	cloverMethod
	numClover
)

var (
	cloverUnits = [numClover]evidence.Unit{evidence.Statements, evidence.Branches, evidence.Functions}
	cloverAttrs = [numClover][2]string{{"coveredstatements", "statements"}, {"coveredconditionals", "conditionals"}, {"coveredmethods", "methods"}}
)

// cloverMetrics is a metrics element.
type cloverMetrics struct {
	has   [numClover]bool
	value [numClover]split
}

// cloverScope is an open project or package.
type cloverScope struct {
	element, name string
	line, col     int
	depth         int
	metrics       cloverMetrics
	lo, hi        [numClover]split // what its files may amount to
	stated        [numClover]split // what packages in it said instead
}

func (sc *cloverScope) String() string {
	if sc.element == "project" {
		return "the project"
	}
	return sc.element + " " + quoteName(sc.name)
}

func (c *cloverReader) scope() *cloverScope { return &c.open[len(c.open)-1] }

// read walks the elements. One that is not known is transparent.
func (c *cloverReader) read() error {
	return c.s.Walk(c.start, func() {
		if len(c.open) > 1 && c.s.Depth() < c.scope().depth {
			c.closeScope()
		}
	})
}

// start reads an element outside of those that are read whole.
func (c *cloverReader) start() (err error) {
	switch name := string(c.s.Name()); name {
	case "coverage":
		c.stamp("generated")
	case "project", "package":
		c.stamp("timestamp")
		line, col := c.s.Pos()
		v, _ := c.s.Attr("name")
		c.open = append(c.open, cloverScope{element: name, name: string(v), line: line, col: col, depth: c.s.Depth()})
	case "testproject":
		err = c.s.Skip()
	case "file":
		err = c.readFile()
	case "metrics":
		if sc := c.scope(); c.s.Depth() == sc.depth+1 {
			c.readMetrics(&sc.metrics)
		}
	case "line":
		line, col := c.s.Pos()
		c.r.Complain(evidence.Unsound, line, col, "a <line> outside of a <file>")
	}
	return err
}

// stamp reads an attribute that says when the report was made.
func (c *cloverReader) stamp(name string) {
	v, _ := c.s.Attr(name)
	c.r.State(format.UnixStampText(v))
}

// readMetrics reads a metrics element into m.
func (c *cloverReader) readMetrics(m *cloverMetrics) {
	for i, names := range cloverAttrs {
		covered, hasCovered := c.attr(names[0])
		total, hasTotal := c.attr(names[1])
		if !hasCovered && !hasTotal {
			continue
		}
		line, col := c.s.Pos()
		if hasCovered != hasTotal || covered > total {
			c.r.Complain(evidence.Unsound, line, col, "<metrics> needs %s up to %s", names[0], names[1])
			continue
		}
		v := split{covered, total - covered}
		if m.has[i] && m.value[i] != v {
			c.r.Complain(evidence.Quirk, line, col, "a second <metrics> of one element; the worse of both counts")
			v = v.worse(m.value[i])
		}
		m.has[i], m.value[i] = true, v
	}
}

// attr reads a number of the current element; one that is no number is complained of.
func (c *cloverReader) attr(name string) (n uint64, ok bool) {
	v, ok := c.s.Attr(name)
	if !ok {
		return 0, false
	}
	n, ok = parseCount(v)
	if !ok || n > maxTally {
		line, col := c.s.Pos()
		c.r.Complain(evidence.Unsound, line, col, "%s=%.40q of <%s> is no number of this kind", name, v, c.s.Name())
		return 0, false
	}
	return n, true
}

// closeScope holds the metrics of the innermost scope against its files.
func (c *cloverReader) closeScope() {
	sc, outer := c.scope(), &c.open[len(c.open)-2]
	var complaint sumComplaint
	for i, u := range cloverUnits {
		stated := sc.stated[i]
		if sc.metrics.has[i] {
			said := sc.metrics.value[i]
			if !said.within(sc.lo[i], sc.hi[i]) {
				complaint.hold(u.String(), sumWitness{sc.hi[i], stated}, said)
			}
			stated = said
		}
		outer.lo[i] = outer.lo[i].plus(sc.lo[i])
		outer.hi[i] = outer.hi[i].plus(sc.hi[i])
		outer.stated[i] = outer.stated[i].plus(stated)
	}
	complaint.complain(c.r, sc.line, sc.col, sc.String())
	c.open = c.open[:len(c.open)-1]
}

// path is where a file is: its path, else its name; a bare name in the folder
// that its package names, as Java means it.
func (c *cloverReader) path() string {
	if v, ok := c.s.Attr("path"); ok && len(v) > 0 {
		return string(v)
	}
	v, _ := c.s.Attr("name")
	name := string(v)
	sc := c.scope()
	if sc.element != "package" || name == "" || strings.ContainsAny(name, `/\`) {
		return name
	}
	switch sc.name {
	case "", "root", "global", "default-pkg":
		return name
	}
	return strings.ReplaceAll(sc.name, ".", "/") + "/" + name
}
