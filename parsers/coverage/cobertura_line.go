package coverage

import (
	"bytes"
	"fmt"
	"math"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

var coberturaLineFields = &xmlscan.Fields{"number", "hits", "branch", "condition-coverage"}

// coberturaLineSays is what a line element says beside its number and its hits.
type coberturaLineSays struct {
	branches     bool // it says what branches it has
	taken, total uint32
}

// readLines reads the line element whose start tag was given last and those that
// follow at once. Most of a report are such.
func (c *coberturaReader) readLines() {
	for more := true; more; more = c.s.Again() {
		says, ok := c.readLine()
		if !ok {
			continue
		}
		if tail, ok := c.s.Keep(&c.tails, coberturaLineFields); ok {
			c.says[tail] = says
		}
		lines := c.openLines()
		set := inOrder{set: lines.set}
		for n := len(c.rows); n == len(c.rows); {
			n = c.s.Rows(&c.tails, lines.top, c.rows[:])
			for _, row := range c.rows[:n] {
				says := &c.says[row.Tail]
				set.mark(row.First, true, row.Second > 0)
				if says.branches {
					c.addCondition(row.First, says)
				}
			}
		}
		set.flush()
	}
}

// openLines are the lines of the class, or those of its methods in one of these.
func (c *coberturaReader) openLines() *roomyLines {
	if c.methods > 0 {
		return &c.inMethods
	}
	return &c.own
}

// mark states a line of the class, and reports whether it is kept.
func (c *coberturaReader) mark(lines *roomyLines, line uint64, covered bool) bool {
	if line == 0 {
		c.complain(evidence.Quirk, "there is no line 0; it counts if it is not covered")
		c.file.line0 = c.file.line0 || !covered
	} else if err := lines.mark(int(min(line, 1<<40)), covered); err != nil {
		c.complain(evidence.Unsound, "%v; it is not counted", err)
		return false
	}
	return true
}

// readLine reads <line number hits branch condition-coverage>, and gives what it says
// beside its numbers if that is all in order.
func (c *coberturaReader) readLine() (says coberturaLineSays, ok bool) {
	if c.file == nil {
		c.complain(evidence.Unsound, "a <line> outside of a <class>")
		return says, false
	}
	s := c.s
	at := s.Find(coberturaLineFields)
	var line, count uint64
	if at[0] >= 0 {
		line, ok = s.AttrNumber(int(at[0]))
	}
	if !ok {
		c.misplaced(fmt.Sprintf("%.40q", c.value(at[0])))
		return says, false
	}
	inOrder := false
	if at[1] >= 0 {
		count, inOrder = s.AttrNumber(int(at[1]))
	}
	covered := count > 0
	if !inOrder {
		place, col := s.Pos()
		covered = ran(c.r, c.value(at[1]), place, col)
	}
	branch := at[2] >= 0 && bytes.EqualFold(s.AttrValue(int(at[2])), []byte("true"))
	if !c.mark(c.openLines(), line, covered) {
		return says, false
	}
	if branch || at[3] >= 0 {
		inOrder = c.readConditions(&says, c.value(at[3])) && inOrder
		if says.branches {
			c.addCondition(uint32(line), &says)
		}
	}
	return says, inOrder
}

// misplaced complains of a line without a number: at once, or, of one of the methods,
// once it is known that they count. Istanbul writes "undefined" there.
func (c *coberturaReader) misplaced(number string) {
	line, col := c.s.Pos()
	complain := func() {
		c.r.Complain(evidence.Unsound, line, col, "the <line> has no number=, or one that is none: %s", number)
	}
	switch {
	case c.methods == 0:
		complain()
	case c.unplaced == nil:
		c.unplaced = complain
	}
}

// value is that of an attribute that Find gave, nil if the tag does not have it.
func (c *coberturaReader) value(at int16) []byte {
	if at < 0 {
		return nil
	}
	return c.s.AttrValue(int(at))
}

// readConditions reads "50% (1/2)", and reports whether that is in order.
func (c *coberturaReader) readConditions(says *coberturaLineSays, v []byte) bool {
	_, fraction, ok := bytes.Cut(v, []byte{'('})
	if !ok {
		c.complain(evidence.Quirk, "the branches of the line are not counted in condition-coverage; they are read as two, not covered")
		says.branches, says.total = true, 2
		return false
	}
	fraction, _, _ = bytes.Cut(fraction, []byte{')'})
	a, b, _ := bytes.Cut(fraction, []byte{'/'})
	taken, okTaken := parseCount(bytes.TrimSpace(a))
	total, okTotal := parseCount(bytes.TrimSpace(b))
	if !okTaken || !okTotal || taken > total || total > math.MaxInt32 {
		c.complain(evidence.Unsound, "condition-coverage=%.40q holds no fraction like (1/2)", v)
		return false
	}
	says.branches, says.taken, says.total = true, uint32(taken), uint32(total)
	return true
}

func (c *coberturaReader) addCondition(line uint32, says *coberturaLineSays) {
	found := evidence.LineBranches{Line: line, Covered: says.taken, Total: says.total}
	if c.methods > 0 {
		c.methodConditions = append(c.methodConditions, found)
	} else {
		c.conditions = append(c.conditions, found)
	}
}
