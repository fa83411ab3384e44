package evidence

import (
	"fmt"
	"hash/fnv"
	"iter"
	"time"
	"unsafe"
)

// Cases holds test cases compactly: 32 bytes each, the bytes of its name, and a
// Detail for those that need one. Suites and classes are kept once. Beyond
// the first few thousand cases nothing is ever moved, so appending never doubles
// what is there. The zero value is ready to use.
type Cases struct {
	recs    [][]caseRec // all but the last are full
	n       int
	names   arena
	suites  stringTable
	classes stringTable
	details []Detail
	counts  Counts
	flaky   int
}

// A chunk is full before the next begins. The first begins small and grows,
// because most reports hold a few cases and a run may write thousands of reports.
const (
	caseChunk  = 4096
	firstChunk = 8
)

// caseRec is 32 bytes and holds no pointer, so the collector does not scan it.
type caseRec struct {
	name         arenaRef
	suite, class uint32
	line         uint32
	detail       uint32 // index + 1 into details
	durOutcome   uint64 // microseconds << 3 | outcome
}

// Len is the number of cases.
func (c *Cases) Len() int { return c.n }

// Counts sums the outcomes of the listed cases.
func (c *Cases) Counts() Counts { return c.counts }

// Flaky counts the cases that passed after a failed attempt.
func (c *Cases) Flaky() int { return c.flaky }

// SuiteID and ClassID name an interned suite and class of one Cases.
type (
	SuiteID uint32
	ClassID uint32
)

// Suite keeps the name of a suite once. It copies b; what is longer than MaxName
// is cut as a case's name is.
func (c *Cases) Suite(b []byte) SuiteID { return SuiteID(c.suites.intern(bounded(b))) }

// UnnamedSuite is a suite whose cases come before its name; NameSuite names it.
// Of one that is never named the name is empty.
func (c *Cases) UnnamedSuite() SuiteID {
	c.suites.intern(nil)
	c.suites.strs = append(c.suites.strs, "")
	return SuiteID(len(c.suites.strs) - 1)
}

// NameSuite names a suite that UnnamedSuite gave. It copies b.
func (c *Cases) NameSuite(s SuiteID, b []byte) { c.suites.strs[s] = string(bounded(b)) }

// Class interns a class as Suite does a suite.
func (c *Cases) Class(b []byte) ClassID { return ClassID(c.classes.intern(bounded(b))) }

// Assign gives case i another suite and class: some formats state them after
// the results that they belong to.
func (c *Cases) Assign(i int, suite SuiteID, class ClassID) {
	rec := &c.recs[i/caseChunk][i%caseChunk]
	rec.suite, rec.class = uint32(suite), uint32(class)
}

// Overrule gives case i another outcome, and a message if it has none: some
// formats state after the cases what became of them.
func (c *Cases) Overrule(i int, o Outcome, message string) {
	if o < Skipped || o > Errored {
		panic(fmt.Sprintf("evidence: outcome %d", o))
	}
	was := c.At(i)
	rec := &c.recs[i/caseChunk][i%caseChunk]
	rec.durOutcome = rec.durOutcome&^7 | uint64(o)
	c.counts.remove(was.Outcome)
	c.counts.Add(o)
	if was.Message == "" && message != "" {
		c.detail(i).Message = cutUTF8(message, MaxMessage)
	}
	if was.Flaky() {
		c.flaky--
	}
	if now := c.At(i); now.Flaky() {
		c.flaky++
	}
}

// SetPlace gives case i the place of its check in the source; line 0 leaves the
// line as it is. Some formats name a file after the results in it.
func (c *Cases) SetPlace(i int, file string, line int) {
	d := c.detail(i)
	d.File = file
	if line > 0 {
		d.Line = line
	}
}

// detail is that of case i, made if there is none yet.
func (c *Cases) detail(i int) *Detail {
	rec := &c.recs[i/caseChunk][i%caseChunk]
	if rec.detail == 0 {
		c.details = append(c.details, Detail{})
		rec.detail = uint32(len(c.details))
	}
	return &c.details[rec.detail-1]
}

// Append adds a case. Its name is copied, so it may be reused. line is the line
// of the report that states it. d is copied; nil and an Empty one are the same.
func (c *Cases) Append(suite SuiteID, class ClassID, name []byte, o Outcome, dur time.Duration, line int, d *Detail) {
	if o < Skipped || o > Errored {
		panic(fmt.Sprintf("evidence: outcome %d", o))
	}
	name = bounded(name)
	us := max(dur, 0) / time.Microsecond
	rec := c.next()
	rec.name, rec.suite, rec.class = c.names.add(name), uint32(suite), uint32(class)
	rec.line, rec.durOutcome = uint32(line), uint64(us)<<3|uint64(o)
	c.counts.Add(o)
	if d == nil || d.Empty() {
		return
	}
	kept := *d
	kept.Message = cutUTF8(kept.Message, MaxMessage)
	for i := range kept.Attempts {
		kept.Attempts[i].Message = cutUTF8(kept.Attempts[i].Message, MaxMessage)
	}
	c.details = append(c.details, kept)
	rec.detail = uint32(len(c.details))
	if probe := (Case{Outcome: o, Detail: kept}); probe.Flaky() {
		c.flaky++
	}
}

// next is the record of one more case.
func (c *Cases) next() *caseRec {
	if c.n%caseChunk == 0 {
		size := caseChunk
		if c.n == 0 {
			size = firstChunk
		}
		c.recs = append(c.recs, make([]caseRec, 0, size))
	}
	last := &c.recs[c.n/caseChunk]
	*last = append(*last, caseRec{})
	c.n++
	return &(*last)[len(*last)-1]
}

// Join adds the cases of the second half of a report, in which lines are counted
// from where the first half ends, after this many lines. o must not be used after.
func (c *Cases) Join(o *Cases, lines int) {
	suites, classes := c.suites.adopt(&o.suites), c.classes.adopt(&o.classes)
	blocks, details := arenaRef(len(c.names.blocks))<<40, uint32(len(c.details))
	c.names.blocks = append(c.names.blocks, o.names.blocks...)
	c.details = append(c.details, o.details...)
	for _, chunk := range o.recs {
		for i := range chunk {
			rec := c.next()
			*rec = chunk[i]
			rec.name += blocks
			rec.suite, rec.class = suites[rec.suite], classes[rec.class]
			rec.line += uint32(lines)
			if rec.detail > 0 {
				rec.detail += details
			}
		}
	}
	c.counts = c.counts.Plus(o.counts)
	c.flaky += o.flaky
}

// bounded gives a name as it is, or its beginning and a hash of all of it.
func bounded(name []byte) []byte {
	if len(name) <= MaxName {
		return name
	}
	h := fnv.New64a()
	h.Write(name)
	start := cutUTF8(string(name[:MaxName-20]), MaxName-20)
	return fmt.Appendf([]byte(start), "…%016x", h.Sum64())
}

// AppendCase adds a case given as a value; readers on a hot path use Append.
func (c *Cases) AppendCase(cs Case) {
	c.Append(c.Suite([]byte(cs.Suite)), c.Class([]byte(cs.Class)), []byte(cs.Name), cs.Outcome, cs.Duration, cs.At.Line, &cs.Detail)
}

// At gives case i. The strings share memory with c and stay valid.
func (c *Cases) At(i int) Case {
	rec := &c.recs[i/caseChunk][i%caseChunk]
	cs := Case{
		Suite: c.suites.get(rec.suite), Class: c.classes.get(rec.class), Name: c.names.get(rec.name),
		Outcome:  Outcome(rec.durOutcome & 7),
		Duration: time.Duration(rec.durOutcome>>3) * time.Microsecond,
		At:       Pos{Line: int(rec.line)},
	}
	if rec.detail > 0 {
		cs.Detail = c.details[rec.detail-1]
	}
	return cs
}

// All yields the cases in the order of the report.
func (c *Cases) All() iter.Seq2[int, Case] {
	return func(yield func(int, Case) bool) {
		for i := range c.n {
			if !yield(i, c.At(i)) {
				return
			}
		}
	}
}

// Notable yields, in the order of the report, the cases that did not simply pass:
// those of another outcome, and those of which there is more to say. Of the
// others it looks at nothing else: a million in which few failed are counted in 12 ms.
func (c *Cases) Notable() iter.Seq2[int, Case] {
	return func(yield func(int, Case) bool) {
		for k, chunk := range c.recs {
			for i := range chunk {
				if rec := &chunk[i]; Outcome(rec.durOutcome&7) == Passed && rec.detail == 0 {
					continue
				}
				if at := k*caseChunk + i; !yield(at, c.At(at)) {
					return
				}
			}
		}
	}
}

// Brief gives no more of case i than its identity, with suite and class as numbers
// of these Cases, and its outcome.
func (c *Cases) Brief(i int) (suite SuiteID, class ClassID, name string, o Outcome) {
	rec := &c.recs[i/caseChunk][i%caseChunk]
	return SuiteID(rec.suite), ClassID(rec.class), c.names.get(rec.name), Outcome(rec.durOutcome & 7)
}

// SuiteName and ClassName give back what Suite and Class were given.
func (c *Cases) SuiteName(s SuiteID) string { return c.suites.get(uint32(s)) }
func (c *Cases) ClassName(n ClassID) string { return c.classes.get(uint32(n)) }

// arena keeps names in blocks that never move.
type arena struct{ blocks [][]byte }

// arenaRef is block<<40 | offset<<20 | length.
type arenaRef uint64

// Blocks begin small and grow to arenaBlock. Offset and length fit in 20 bits.
const (
	firstBlock = 1 << 10
	arenaBlock = 256 << 10
)

func (a *arena) add(b []byte) arenaRef {
	last := len(a.blocks) - 1
	if last < 0 || len(a.blocks[last])+len(b) > cap(a.blocks[last]) {
		a.blocks = append(a.blocks, make([]byte, 0, max(min(firstBlock<<(2*min(last+1, 4)), arenaBlock), len(b))))
		last++
	}
	off := len(a.blocks[last])
	a.blocks[last] = append(a.blocks[last], b...)
	return arenaRef(last)<<40 | arenaRef(off)<<20 | arenaRef(len(b))
}

// get is a view: the bytes behind it are written once and never move.
func (a *arena) get(r arenaRef) string {
	n := int(r & (1<<20 - 1))
	if n == 0 {
		return ""
	}
	off := int(r>>20) & (1<<20 - 1)
	return unsafe.String(&a.blocks[r>>40][off], n)
}

// stringTable interns.
type stringTable struct {
	ids  nameIndex
	strs []string
}

func (t *stringTable) intern(b []byte) uint32 {
	if t.strs == nil {
		t.strs = []string{""}
	}
	if len(b) == 0 {
		return 0
	}
	id, free := t.ids.find(b)
	if free != nil {
		id = uint32(len(t.strs))
		t.strs = append(t.strs, string(b))
		t.ids.put(free, id)
	}
	return id
}

// adopt interns the strings of another table and gives their new ids by the old.
func (t *stringTable) adopt(o *stringTable) []uint32 {
	ids := make([]uint32, max(len(o.strs), 1))
	for i, s := range o.strs {
		ids[i] = t.intern([]byte(s))
	}
	return ids
}

func (t *stringTable) get(id uint32) string {
	if id == 0 {
		return ""
	}
	return t.strs[id]
}

// cutUTF8 cuts at a rune boundary at or below n bytes.
func cutUTF8(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
