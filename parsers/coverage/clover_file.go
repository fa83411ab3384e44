package coverage

import (
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// cloverFile is what the elements of one file say.
type cloverFile struct {
	line, col int
	path      string
	metrics   cloverMetrics

	set       *evidence.LineSet // of stmt and cond
	listed    bool              // there is one of them
	placeless split             // those of number 0

	// How many elements there are of each type. A cond that states a count is a
	// statement of istanbul's as well.
	stmts, conds, counted, methods split
	// The branches of its cond elements as Clover means truecount and falsecount,
	// and as istanbul does.
	clover, istanbul split

	methodLines *evidence.LineSet // of methods, nil if there is none
	falseOnly   []int             // lines of cond that were never true, and false
}

// readFile reads the file whose start tag was given last.
func (c *cloverReader) readFile() error {
	f := cloverFile{set: new(evidence.LineSet), path: c.path()}
	f.line, f.col = c.s.Pos()
	if f.path == "" {
		c.r.Complain(evidence.Unsound, f.line, f.col, "<file> has neither path nor name")
	}
	for depth := c.s.Depth(); ; {
		k, err := c.s.Next()
		if err != nil {
			return err // cut; what was read of it is not the whole file
		}
		if k == xmlscan.End {
			if c.s.Depth() < depth {
				break
			}
			continue
		}
		switch string(c.s.Name()) {
		case "line":
			c.readLine(&f)
		case "metrics":
			if c.s.Depth() == depth+1 { // not that of a class
				c.readMetrics(&f.metrics)
			}
		}
	}
	c.addFile(&f)
	return nil
}

// readLine reads a line element.
func (c *cloverReader) readLine(f *cloverFile) {
	var num, count, yes, no uint64
	var hasNum, hasCount, hasYes, hasNo bool
	var typ []byte
	sound := true
	for i := range c.s.NumAttrs() {
		var to *uint64
		var has *bool
		name, most := c.s.AttrName(i), uint64(1<<64-1)
		switch string(name) {
		case "num":
			to, has, most = &num, &hasNum, evidence.MaxLine
		case "count":
			to, has = &count, &hasCount
		case "truecount":
			to, has = &yes, &hasYes
		case "falsecount":
			to, has = &no, &hasNo
		case "type":
			typ = c.s.AttrValue(i)
			continue
		default:
			continue
		}
		v := c.s.AttrValue(i)
		n, ok := parseCount(v)
		if !ok || n > most {
			line, col := c.s.Pos()
			c.r.Complain(evidence.Unsound, line, col, "%s=%.40q of <line> is no number from 0 to %d", name, v, most)
			n, sound = 0, false
		}
		*to, *has = n, true
	}
	if !hasNum || !hasCount && !(hasYes && hasNo) {
		sound = false
		line, col := c.s.Pos()
		c.r.Complain(evidence.Unsound, line, col, "<line> needs num and count, or truecount and falsecount")
	}
	ran := count > 0 && sound
	switch string(typ) {
	case "stmt":
		f.stmts = f.stmts.plus(one(ran))
	case "method":
		f.methods = f.methods.plus(one(ran))
		if f.methodLines == nil {
			f.methodLines = new(evidence.LineSet)
		}
		f.methodLines.Mark(int(num), ran)
		return
	case "cond":
		if !hasCount {
			ran = yes > 0 && sound
			if !ran && no > 0 {
				f.falseOnly = append(f.falseOnly, int(num))
			}
		} else {
			f.counted = f.counted.plus(one(ran))
		}
		f.conds = f.conds.plus(one(ran))
		if hasYes || hasNo {
			f.clover = f.clover.plus(one(yes > 0)).plus(one(no > 0))
			f.istanbul = f.istanbul.plus(split{min(yes, maxTally), min(no, maxTally)})
		}
	default:
		if !c.said {
			c.said = true
			line, col := c.s.Pos()
			c.r.Complain(evidence.Quirk, line, col, "a <line> of type %.40q, which is none of stmt, cond and method; it is read as a statement only if it did not run", typ)
		}
		if ran {
			return
		}
		f.stmts.missed++
	}
	f.listed = true
	if num == 0 {
		f.placeless = f.placeless.plus(one(ran))
		return
	}
	f.set.Mark(int(num), ran)
}

// one is one thing that ran or did not.
func one(ran bool) split {
	if ran {
		return split{covered: 1}
	}
	return split{missed: 1}
}

// addFile keeps a file until the end, and counts it in its scope.
func (c *cloverReader) addFile(f *cloverFile) {
	sc := c.scope()
	lo := [numClover]split{f.stmts, {min(f.clover.covered, f.istanbul.covered), min(f.clover.missed, f.istanbul.missed)}, f.methods}
	hi := [numClover]split{f.all(), {max(f.clover.covered, f.istanbul.covered), max(f.clover.missed, f.istanbul.missed)}, f.methods}
	for i := range lo {
		if f.metrics.has[i] {
			lo[i], hi[i] = f.metrics.value[i], f.metrics.value[i]
		}
		sc.lo[i], sc.hi[i], sc.stated[i] = sc.lo[i].plus(lo[i]), sc.hi[i].plus(hi[i]), sc.stated[i].plus(hi[i])
	}
	if f.methodLines != nil {
		c.room += f.methodLines.Room()
	}
	if c.room += f.set.Room(); c.room > 2*lineRoom {
		c.r.Complain(evidence.Unsound, f.line, f.col, "the line numbers of the files sum up to more than %d; from here on files are not kept", 2*lineRoom)
		return
	}
	c.files = append(c.files, *f)
}

// all counts every line element as a statement.
func (f *cloverFile) all() split { return f.stmts.plus(f.conds).plus(f.methods) }

// finish hands over the files.
func (c *cloverReader) finish() {
	methodsAreLines, anyLines := c.dialect()
	var any [numClover]bool
	taken := make([][numClover]split, len(c.files))
	for i := range c.files {
		taken[i] = c.weigh(&c.files[i], methodsAreLines)
		for u, v := range taken[i] {
			any[u] = any[u] || v.total() > 0
		}
	}
	any[cloverStmt] = true // all writers count them
	table := newFileTable(c.r)
	for i := range c.files {
		f := &c.files[i]
		fc := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: c.r.Source, Line: f.line}}
		f.takeLines(methodsAreLines)
		switch {
		case f.listed:
			fc.LineSet = f.set
			fc.Set(evidence.Lines, f.set.Ratio().Add(f.placeless.ratio()))
		case taken[i][cloverStmt].total() == 0:
			if anyLines {
				fc.Set(evidence.Lines, evidence.Ratio{})
			}
		case anyLines:
			c.r.Complain(evidence.Unsound, f.line, f.col, "the metrics of %s count %d statements and none of its lines is listed", quoteName(f.path), taken[i][cloverStmt].total())
		}
		for u, v := range taken[i] {
			if any[u] {
				fc.Set(cloverUnits[u], v.ratio())
			}
		}
		table.add(fc, f.col)
	}
	table.finish()
}

// dialect says whether a line of type method is a statement as well: in each file
// that has one on a line of its own, metrics count at least all elements. Clover
// itself counts statements without them.
func (c *cloverReader) dialect() (methodsAreLines, anyLines bool) {
	some, all := false, true
	for i := range c.files {
		f := &c.files[i]
		anyLines = anyLines || f.listed
		if f.methodLines == nil {
			continue
		}
		some = true
		all = all && f.metrics.has[cloverStmt] && f.metrics.value[cloverStmt].total() >= f.all().total()
	}
	return some && all && anyLines, anyLines
}

// takeLines settles the lines that depend on what the writer means.
func (f *cloverFile) takeLines(methodsAreLines bool) {
	m := &f.metrics
	if m.has[cloverCond] && m.value[cloverCond] == f.clover && f.clover != f.istanbul {
		for _, n := range f.falseOnly { // a condition that was evaluated
			f.set.Mark(n, true)
		}
	}
	if f.methodLines == nil {
		return
	}
	said := m.value[cloverStmt]
	if n := said.total(); 0 < n && n <= f.methods.total() {
		f.listed = true // all it has may be on the lines of its methods
	}
	if methodsAreLines && f.listed || said == f.all() {
		f.set.Or(f.methodLines)
		return
	}
	if f.listed && said.missed > f.stmts.missed+f.conds.missed {
		for n := 1; n <= f.methodLines.Room(); n++ {
			if coverable, ran := f.methodLines.Line(n); coverable && !ran {
				f.set.Mark(n, false)
			}
		}
	}
}

// weigh holds the metrics of a file against its lines.
func (c *cloverReader) weigh(f *cloverFile, methodsAreLines bool) (taken [numClover]split) {
	m := &f.metrics
	var differ []string
	take := func(i int, listed split, agree bool) {
		said := m.value[i]
		switch {
		case !m.has[i]:
			taken[i] = listed
		case agree:
			taken[i] = said
		default:
			differ = append(differ, fmt.Sprintf("%s %s where %s are listed", said, cloverUnits[i], listed))
			taken[i] = said.worse(listed)
		}
	}
	stmts := f.stmts.plus(f.counted)
	if methodsAreLines {
		stmts = f.all()
	}
	said := m.value[cloverStmt]
	take(cloverStmt, stmts, said == stmts || said.within(f.stmts, f.all()) || !f.listed)

	// istanbul lists only the branches of lines that begin a statement.
	said = m.value[cloverCond]
	take(cloverCond, f.clover.worse(f.istanbul), said == f.clover || said == f.istanbul || f.clover.partOf(said) || f.istanbul.partOf(said))

	said = m.value[cloverMethod]
	take(cloverMethod, f.methods, f.methods.partOf(said))
	if len(differ) > 0 {
		c.r.Complain(evidence.Quirk, f.line, f.col, "the metrics of %s count %s; the worse of both counts", quoteName(f.path), strings.Join(differ, ", "))
	}
	return taken
}
