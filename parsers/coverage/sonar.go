package coverage

import (
	"bytes"
	"context"
	"math"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// SonarGeneric reads the generic coverage format of SonarQube: its schema,
// sonar-generic-coverage.xsd, and its GenericCoverageReportParser.
var SonarGeneric = format.Format{
	Name:   "sonar-generic",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"coverage"},
	Title:  "SonarQube generic test coverage (gcovr --sonarqube, and converters from other formats)",
	Doc: `Each <file> by its path. Lines are its <lineToCover> elements, and one ran if covered is true. Branches are branchesToCover and
coveredBranches, of which none is covered where only the first is given; a report without any did not measure them.

A line that stands several times in a file, which SonarQube refuses and gcovr writes once for each function on it, is one line: it ran if
one of them did, the place is told, and of its branches the best count, or, if the totals differ, those that leave most uncovered. A path that
stands twice is one file if both list the same lines; if not, a line ran only where it ran in both.

More covered branches than branches, a line without a number, another version than 1 and elements that the format does not have make
the report inconclusive, and so does a report without lines. It states no totals. A file that was cut is always recognised: the tags no longer match.`,
	Sniff: sniffSonarGeneric,
	Parse: parseSonarGeneric,
}

// sniffSonarGeneric claims a root named coverage with files in it: Cobertura and
// Clover have packages, sources or a project there.
func sniffSonarGeneric(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok || string(s.Name()) != "coverage" {
		return false
	}
	versionAlone := false
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "line-rate", "branch-rate", "lines-valid", "lines-covered", "clover", "generated":
			return false
		case "version":
			versionAlone = string(s.AttrValue(i)) == "1" && s.NumAttrs() == 1
		}
	}
	if k, err := s.Next(); err == nil && k == xmlscan.Start {
		return string(s.Name()) == "file" || string(s.Name()) == "lineToCover"
	}
	return versionAlone
}

func parseSonarGeneric(ctx context.Context, src format.Source, r *evidence.Report) error {
	g := sonarReader{s: xmlscan.New(ctx, src), r: r, files: newFileTable(r), budget: newLineBudget()}
	err := xmlscan.Blame(r, g.s.Walk(g.start, func() {
		if g.s.Depth() < g.depth {
			g.closeFile()
		}
	}))
	g.closeFile()
	g.finish()
	return err
}

// sonarReader is the state of one reading. Memory beside the files is the window
// and the branches of one file.
type sonarReader struct {
	s      *xmlscan.Scanner
	r      *evidence.Report
	files  *fileTable
	budget lineBudget
	any    bool // a line is listed
	branch bool // some line says what branches it has
	twice  bool // a line that stands twice was complained of

	// The file that is open.
	depth      int // or 0
	file       evidence.FileCoverage
	col        int
	lines      roomyLines
	conditions []evidence.LineBranches
}

func (g *sonarReader) start() error {
	s := g.s
	switch string(s.Name()) {
	case "lineToCover":
		g.readLine()
	case "file":
		g.openFile()
	case "coverage":
		if v, ok := s.Attr("version"); !ok {
			g.complain(evidence.Quirk, "<coverage> has no version; it is read as version 1")
		} else if string(v) != "1" {
			g.complain(evidence.Unsound, "the version is %.40q; this format has version 1 only", v)
		}
	default:
		g.complain(evidence.Unsound, "the format has no element <%.64s>", s.Name())
	}
	return nil
}

func (g *sonarReader) complain(gravity evidence.Gravity, msg string, args ...any) {
	line, col := g.s.Pos()
	g.r.Complain(gravity, line, col, msg, args...)
}

func (g *sonarReader) openFile() {
	if g.depth > 0 {
		g.complain(evidence.Unsound, "a <file> in a <file>")
		g.closeFile()
	}
	path, ok := g.s.Attr("path")
	if !ok || len(path) == 0 {
		g.complain(evidence.Unsound, "the file has no path")
	}
	line, col := g.s.Pos()
	g.depth, g.col = g.s.Depth(), col
	g.file = evidence.FileCoverage{Path: string(path), At: evidence.Pos{File: g.r.Source, Line: line}}
	g.lines = roomyLines{set: new(evidence.LineSet), budget: &g.budget}
}

// readLine reads <lineToCover lineNumber covered branchesToCover coveredBranches>.
func (g *sonarReader) readLine() {
	if g.depth == 0 {
		g.complain(evidence.Unsound, "a <lineToCover> outside of a <file>")
		return
	}
	s := g.s
	var number, covered, total, taken []byte
	for i := range s.NumAttrs() {
		switch string(s.AttrName(i)) {
		case "lineNumber":
			number = s.AttrValue(i)
		case "covered":
			covered = s.AttrValue(i)
		case "branchesToCover":
			total = s.AttrValue(i)
		case "coveredBranches":
			taken = s.AttrValue(i)
		}
	}
	n, ok := parseCount(bytes.TrimSpace(number))
	if !ok || n == 0 {
		g.complain(evidence.Unsound, "the line has no lineNumber=, or one that is none: %.40q", number)
		return
	}
	ran := string(covered) == "true"
	if !ran && string(covered) != "false" {
		switch string(bytes.ToLower(bytes.TrimSpace(covered))) {
		case "true", "1":
			ran = true
		case "false", "0":
		default:
			g.complain(evidence.Unsound, "covered=%.40q of line %d is neither true nor false; it is read as false", covered, n)
		}
	}
	if known, _ := g.lines.set.Line(int(min(n, evidence.MaxLine+1))); known && !g.twice {
		g.twice = true
		g.complain(evidence.Quirk, "line %d of %s stands twice; such a line is one line, and ran if one of them did", n, quoteName(g.file.Path))
	}
	if err := g.lines.mark(int(min(n, 1<<40)), ran); err != nil {
		g.complain(evidence.Unsound, "%v; it is not counted", err)
		return
	}
	g.any = true
	if total != nil {
		g.readBranches(uint32(n), total, taken)
	} else if taken != nil {
		g.complain(evidence.Quirk, "line %d has coveredBranches and no branchesToCover; they do not count", n)
	}
}

func (g *sonarReader) readBranches(line uint32, total, taken []byte) {
	m, ok := parseCount(bytes.TrimSpace(total))
	var n uint64
	okTaken := true
	if taken != nil {
		n, okTaken = parseCount(bytes.TrimSpace(taken))
	}
	if !ok || !okTaken || m > math.MaxInt32 {
		g.complain(evidence.Unsound, "branchesToCover=%.40q and coveredBranches=%.40q of line %d are no numbers of branches", total, taken, line)
		return
	}
	if n > m {
		g.complain(evidence.Unsound, "line %d has %d branches and %d of them covered; none is counted as covered", line, m, n)
		n = 0
	}
	g.conditions = append(g.conditions, evidence.LineBranches{Line: line, Covered: uint32(n), Total: uint32(m)})
}

// closeFile adds the file that is open, if one is.
func (g *sonarReader) closeFile() {
	if g.depth == 0 {
		return
	}
	g.depth = 0
	g.file.SetLines(g.lines.set)
	if len(g.conditions) > 0 {
		g.branch = true
		setConditions(&g.file, g.conditions)
		g.conditions = g.conditions[:0]
	}
	g.files.add(g.file, g.col)
}

// finish hands over the files. If any has branches, the others have none.
func (g *sonarReader) finish() {
	g.files.finish()
	if !g.any && g.r.Conclusive() {
		g.r.Complain(evidence.Unsound, 1, 1, "no line is listed; see that the tool found the sources")
	}
	for i := range g.r.Coverage {
		f := &g.r.Coverage[i]
		if _, ok := f.Unit(evidence.Branches); g.branch && !ok {
			setConditions(f, nil)
		}
	}
}
