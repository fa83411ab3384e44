package coverage

import (
	"bytes"
	"context"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// JaCoCo reads the XML report of JaCoCo, and what others write in its form.
var JaCoCo = format.Format{
	Name:   "jacoco",
	Kinds:  evidence.Coverage,
	Begins: "<",
	Roots:  []string{"report"},
	Title:  "JaCoCo XML (JaCoCo for Maven, Gradle, Ant; Kover; gcovr --jacoco)",
	Doc: `JaCoCo's report.dtd: <group> to any depth, <package>, <sourcefile>. A file is the name of its package, a slash and the
name of the source file; a folder that stands in both (Pester) stands there once. Lines are its <line> elements with instructions: one with ci > 0 ran, in part or whole, as in JaCoCo's
own LINE counter. Branches are mb and cb of the lines, functions the METHOD counter of the file, or of its classes where it
has none (Kover). Instructions are no statements and are not read, nor are COMPLEXITY and CLASS.

The counters are a second witness. Where the LINE or BRANCH counter of a file differs from its lines, the fewer covered
and the more missed of both count. A counter of a package, group or report that counts more than its files makes the report
inconclusive: files are missing; any other difference is told and the files count. Branches and methods of classes that were
compiled without the name of their source are a file named [no source] in their package.

Lines without mi and ci (gcovr) do not say whether they ran: the counters of the file count, and without them
the report is inconclusive. The counters count as well where a file has no lines. A path in two groups is one file
if both list the same lines; if not, a line ran only where it ran in both. A report without files is inconclusive. A file
that was cut is always recognised: the tags no longer match.`,
	Times: "`dump` of `sessioninfo`",
	Sniff: sniffJaCoCo,
	Parse: parseJaCoCo,
}

// sniffJaCoCo claims a root named report that is JaCoCo's by its document type or
// by its first element: many tools write a root of that name.
func sniffJaCoCo(_ string, head []byte) bool {
	s, ok := xmlscan.Root(head)
	if !ok || string(s.Name()) != "report" {
		return false
	}
	before, _, _ := bytes.Cut(head, []byte("<report"))
	if bytes.Contains(bytes.ToLower(before), []byte("jacoco")) {
		return true
	}
	if k, err := s.Next(); err != nil || k != xmlscan.Start {
		return false
	}
	switch string(s.Name()) {
	case "sessioninfo":
		_, ok := s.Attr("dump")
		return ok
	case "group", "package":
		_, ok := s.Attr("name")
		return ok
	case "counter":
		_, ok := s.Attr("missed")
		return ok
	}
	return false
}

func parseJaCoCo(ctx context.Context, src format.Source, r *evidence.Report) error {
	first, second, ok := xmlscan.Halves(ctx, src, "package", func(s *xmlscan.Scanner, half int, open []string) (*jacocoReader, bool) {
		j := newJaCoCoReader(s, &evidence.Report{Source: r.Source})
		if half == 1 {
			j.resume(open)
		}
		err := j.read()
		return j, err == nil && len(j.r.Problems) == 0
	})
	if ok && first.join(second) {
		first.files.finish()
		r.Coverage = first.r.Coverage
		r.State(first.r.Time)
		r.State(second.r.Time)
		return nil
	}
	j := newJaCoCoReader(xmlscan.New(ctx, src), r)
	err := xmlscan.Blame(r, j.read())
	j.files.finish()
	return err
}

func newJaCoCoReader(s *xmlscan.Scanner, r *evidence.Report) *jacocoReader {
	return &jacocoReader{s: s, r: r, files: newFileTable(r), open: make([]jacocoScope, 1, 8)}
}

// jacocoReader is the state of one reading. Memory beside the files is the
// window and the open groups.
type jacocoReader struct {
	s     *xmlscan.Scanner
	r     *evidence.Report
	files *fileTable
	open  []jacocoScope // open[0] is the file; then report, groups, package

	lines    evidence.LineSet // of the open file; those that are kept are copies
	branches []evidence.LineBranches
	methods  map[string]split // for the next package

	tails xmlscan.Tails // of line elements, and what those say
	says  [xmlscan.NumTails]jacocoLineSays
	rows  [xmlscan.RowsAtOnce]xmlscan.Row

	// The scopes of the first half, in a second one, that have ended.
	resumed []jacocoScope
}

// The counters that are read.
const (
	jacocoLine = iota
	jacocoBranch
	jacocoMethod
	numJacoco
)

var jacocoUnits = [numJacoco]evidence.Unit{evidence.Lines, evidence.Branches, evidence.Functions}

// jacocoCounters are the counter elements of one element.
type jacocoCounters struct {
	has   [numJacoco]bool
	value [numJacoco]split
}

// jacocoScope is an open report, group or package.
type jacocoScope struct {
	element   string
	name      string
	line, col int
	depth     int
	counters  jacocoCounters
	sums      [numJacoco]sumWitness
	noSource  bool             // it has classes that name no source file
	methods   map[string]split // of its classes, by source file
	elsewhere bool             // it began in the first half of the file
}

func (sc *jacocoScope) String() string {
	if sc.element == "report" {
		return "the report"
	}
	return sc.element + " " + quoteName(sc.name)
}

func (j *jacocoReader) read() error {
	return j.s.Walk(j.start, func() {
		if n := len(j.open); n > 1 && j.s.Depth() < j.open[n-1].depth {
			j.closeScope()
		}
	})
}

// start reads an element outside of classes and source files. One that is not
// known is transparent: a file inside it is a file.
func (j *jacocoReader) start() error {
	switch string(j.s.Name()) {
	case "report", "group", "package":
		line, col := j.s.Pos()
		v, _ := j.s.Attr("name")
		j.open = append(j.open, jacocoScope{element: string(j.s.Name()), name: string(v), line: line, col: col, depth: j.s.Depth()})
	case "sessioninfo":
		dump, _ := j.s.Attr("dump")
		j.r.State(format.UnixStampText(dump))
	case "sourcefile":
		return j.readFile()
	case "class":
		return j.readClass()
	case "counter":
		if sc := j.scope(); j.s.Depth() == sc.depth+1 {
			j.readCounter(&sc.counters)
		}
	}
	return nil
}

// scope is the innermost open element.
func (j *jacocoReader) scope() *jacocoScope { return &j.open[len(j.open)-1] }

// readCounter reads a counter element into cs. Types that are not counted here are
// passed over.
func (j *jacocoReader) readCounter(cs *jacocoCounters) {
	typ, _ := j.s.Attr("type")
	var i int
	switch string(typ) {
	case "LINE":
		i = jacocoLine
	case "BRANCH":
		i = jacocoBranch
	case "METHOD":
		i = jacocoMethod
	default:
		return
	}
	v := split{j.number("covered"), j.number("missed")}
	if cs.has[i] {
		line, col := j.s.Pos()
		j.r.Complain(evidence.Quirk, line, col, "a second counter %s of one element; the worse of both counts", typ)
		v = v.worse(cs.value[i])
	}
	cs.has[i], cs.value[i] = true, v
}

// number reads an attribute of the current element that must be there.
func (j *jacocoReader) number(name string) uint64 {
	v, ok := j.s.Attr(name)
	n, isNumber := parseCount(v)
	if !isNumber || n > maxTally {
		line, col := j.s.Pos()
		if !ok {
			j.r.Complain(evidence.Unsound, line, col, "<%s> has no attribute %s", j.s.Name(), name)
		} else {
			j.r.Complain(evidence.Unsound, line, col, "%s=%.40q of <%s> is no number of this kind", name, v, j.s.Name())
		}
		return 0
	}
	return n
}

// closeScope holds the counters of the innermost scope against its files.
func (j *jacocoReader) closeScope() {
	sc := j.scope()
	if sc.elsewhere {
		j.resumed = append(j.resumed, *sc)
		j.open = j.open[:len(j.open)-1]
		return
	}
	if sc.element == "package" && sc.noSource {
		j.addNoSource(sc)
	}
	var c sumComplaint
	for i, u := range jacocoUnits {
		if sc.counters.has[i] {
			c.hold(u.String(), sc.sums[i], sc.counters.value[i])
		}
	}
	c.complain(j.r, sc.line, sc.col, sc.String())
	outer := &j.open[len(j.open)-2]
	for i := range sc.sums {
		stated := sc.sums[i].stated
		if sc.counters.has[i] {
			stated = sc.counters.value[i]
		}
		outer.sums[i].add(sc.sums[i].listed, stated)
	}
	if sc.methods != nil {
		clear(sc.methods)
		j.methods = sc.methods
	}
	j.open = j.open[:len(j.open)-1]
}

// readClass keeps of a class how many methods of its source file ran.
func (j *jacocoReader) readClass() error {
	source, ok := j.s.Attr("sourcefilename")
	sc := j.scope()
	if !ok {
		sc.noSource = true
		return j.s.Skip()
	}
	name := string(source)
	depth := j.s.Depth()
	var cs jacocoCounters
	for {
		k, err := j.s.Next()
		if err != nil {
			return err
		}
		switch {
		case k == xmlscan.End:
			if j.s.Depth() >= depth {
				continue
			}
			if sc.methods == nil {
				sc.methods, j.methods = j.methods, nil
			}
			if sc.methods == nil {
				sc.methods = map[string]split{}
			}
			sc.methods[name] = sc.methods[name].plus(cs.value[jacocoMethod])
			return nil
		case string(j.s.Name()) == "method":
			if err := j.s.Skip(); err != nil {
				return err
			}
		case string(j.s.Name()) == "counter":
			j.readCounter(&cs)
		}
	}
}

// addNoSource adds what the classes without a source file must have, as JaCoCo
// counts it in the package alone: they have no lines. Old reports name no
// sources in classes at all, and then nothing is left over.
func (j *jacocoReader) addNoSource(sc *jacocoScope) {
	f := evidence.FileCoverage{Path: jacocoPath(sc.name, "[no source]"), At: evidence.Pos{File: j.r.Source, Line: sc.line}}
	any := false
	for _, i := range []int{jacocoBranch, jacocoMethod} {
		said, listed := sc.counters.value[i], sc.sums[i].stated
		if !sc.counters.has[i] || said == listed || !listed.within(split{}, said) {
			continue
		}
		rest := split{said.covered - listed.covered, said.missed - listed.missed}
		sc.sums[i].add(rest, rest)
		f.Set(jacocoUnits[i], rest.ratio())
		any = true
	}
	if any {
		j.files.add(f, sc.col)
	}
}

// jacocoPath is where a file of a package lies; it ends in the file as it is named.
// Pester names it with the folder that the package ends in.
func jacocoPath(pkg, file string) string {
	if i := strings.LastIndexByte(file, '/'); i > 0 && strings.HasSuffix("/"+pkg, "/"+file[:i]) {
		return pkg + file[i:]
	}
	if pkg == "" {
		return file
	}
	return pkg + "/" + file
}
