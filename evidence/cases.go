package evidence

import (
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"time"
	"unsafe"
)

// Cases holds test cases compactly: 32 bytes each, the bytes of its name, and a
// Detail for those that need one. Suites and classes are kept once. Beyond
// the first few thousand cases nothing is ever moved, so appending never doubles
// what is there. The zero value is ready to use.
type Cases struct {
	recs    chunks[caseRec]
	names   arena
	suites  stringTable
	classes stringTable
	files   stringTable
	details chunks[Detail]
	counts  [Errored + 1]uint64 // by outcome; there is no room for so many cases that one overflows
	flaky   int
}

// caseRec is 32 bytes and holds no pointer, so the collector does not scan it.
type caseRec struct {
	name         arenaRef
	suite, class uint32
	line         uint32
	detail       uint32 // index + 1 into details, or fileOnly and the number of a file
	durOutcome   uint64 // microseconds << 3 | outcome
}

// fileOnly marks a case of which nothing but its file is kept: the file is one of
// a few that many cases share, and costs the case no memory of its own.
const fileOnly = 1 << 31

// Len is the number of cases.
func (c *Cases) Len() int { return c.recs.n }

// Counts sums the outcomes of the listed cases.
func (c *Cases) Counts() Counts {
	return Counts{Passed: c.counts[Passed], Failed: c.counts[Failed], Errored: c.counts[Errored], Skipped: c.counts[Skipped]}
}

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
	rec := c.recs.at(i)
	rec.suite, rec.class = uint32(suite), uint32(class)
}

// Overrule gives case i another outcome, and a message if it has none: some
// formats state after the cases what became of them.
func (c *Cases) Overrule(i int, o Outcome, message string) {
	if o < Skipped || o > Errored {
		panic(fmt.Sprintf("evidence: outcome %d", o))
	}
	was := c.At(i)
	rec := c.recs.at(i)
	rec.durOutcome = rec.durOutcome&^7 | uint64(o)
	c.counts[was.Outcome]--
	c.counts[o]++
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

// SetFile gives case i the file of its check, unless it has one. It copies file,
// of which at most MaxMessage bytes are kept. A case with nothing else to keep,
// such as one that passed, costs no memory for it beyond the first of its file.
func (c *Cases) SetFile(i int, file []byte) {
	if len(file) == 0 {
		return
	}
	rec := c.recs.at(i)
	if rec.detail == 0 {
		rec.detail = fileOnly | c.files.intern(cutBytes(file, MaxMessage))
		return
	}
	if rec.detail&fileOnly != 0 {
		return
	}
	if d := c.details.at(int(rec.detail - 1)); d.File == "" {
		d.File = c.files.get(c.files.intern(cutBytes(file, MaxMessage)))
	}
}

// SetProperties gives case i its properties, which may be a list that other cases
// have too: it is kept as it is and never written to.
func (c *Cases) SetProperties(i int, list []Property) { c.detail(i).Properties = list }

// detail is that of case i, made if there is none yet.
func (c *Cases) detail(i int) *Detail {
	rec := c.recs.at(i)
	if rec.detail == 0 || rec.detail&fileOnly != 0 {
		c.details.add(c.kept(rec))
		rec.detail = uint32(c.details.n)
	}
	return c.details.at(int(rec.detail - 1))
}

// kept is what is kept of a case beyond identity and outcome.
func (c *Cases) kept(rec *caseRec) Detail {
	switch {
	case rec.detail == 0:
		return Detail{}
	case rec.detail&fileOnly != 0:
		return Detail{File: c.files.get(rec.detail &^ fileOnly)}
	default:
		return *c.details.at(int(rec.detail - 1))
	}
}

// Append adds a case. Its name is copied, so it may be reused. line is the line
// of the report that states it. d is copied; nil and an Empty one are the same.
func (c *Cases) Append(suite SuiteID, class ClassID, name []byte, o Outcome, dur time.Duration, line int, d *Detail) {
	if o < Skipped || o > Errored {
		panic(fmt.Sprintf("evidence: outcome %d", o))
	}
	if len(name) > MaxName {
		name = bounded(name)
	}
	us := uint64(max(dur, 0)) / uint64(time.Microsecond)
	c.counts[o]++
	rec := c.recs.next() // written where it lies: nine cases of ten are no more than this
	rec.name, rec.suite, rec.class = c.names.add(name), uint32(suite), uint32(class)
	rec.line, rec.durOutcome = uint32(line), us<<3|uint64(o)
	if d == nil || d.Empty() {
		return
	}
	if d.Message == "" && d.Line == 0 && d.Attempts == nil && d.Properties == nil {
		c.SetFile(c.recs.n-1, []byte(d.File))
		return
	}
	kept := *d
	kept.Message = cutUTF8(kept.Message, MaxMessage)
	for i := range kept.Attempts {
		kept.Attempts[i].Message = cutUTF8(kept.Attempts[i].Message, MaxMessage)
	}
	c.details.add(kept)
	rec.detail = uint32(c.details.n)
	if probe := (Case{Outcome: o, Detail: kept}); probe.Flaky() {
		c.flaky++
	}
}

// Join adds the cases of the second half of a report, in which lines are counted
// from where the first half ends, after this many lines. It takes over the memory of
// o, which must not be used after.
func (c *Cases) Join(o *Cases, lines int) {
	suites, classes, files := c.suites.adopt(&o.suites), c.classes.adopt(&o.classes), c.files.adopt(&o.files)
	blocks, details := arenaRef(len(c.names.blocks))<<40, uint32(c.details.n)
	c.names.blocks = append(c.names.blocks, o.names.blocks...)
	for _, chunk := range o.recs.all {
		for i := range chunk {
			rec := &chunk[i]
			rec.name += blocks
			rec.suite, rec.class = suites[rec.suite], classes[rec.class]
			rec.line += uint32(lines)
			switch {
			case rec.detail&fileOnly != 0:
				rec.detail = fileOnly | files[rec.detail&^fileOnly]
			case rec.detail > 0:
				rec.detail += details
			}
		}
	}
	c.recs.join(&o.recs)
	c.details.join(&o.details)
	for outcome, n := range o.counts {
		c.counts[outcome] += n
	}
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
	rec := c.recs.at(i)
	cs := Case{
		Suite: c.suites.get(rec.suite), Class: c.classes.get(rec.class), Name: c.names.get(rec.name),
		Outcome:  Outcome(rec.durOutcome & 7),
		Duration: time.Duration(rec.durOutcome>>3) * time.Microsecond,
		At:       Pos{Line: int(rec.line)},
	}
	cs.Detail = c.kept(rec)
	return cs
}

// All yields the cases in the order of the report.
func (c *Cases) All() iter.Seq2[int, Case] {
	return func(yield func(int, Case) bool) {
		for i := range c.recs.n {
			if !yield(i, c.At(i)) {
				return
			}
		}
	}
}

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
	last uint32 // given last
}

func (t *stringTable) intern(b []byte) uint32 { return t.keep(b, "") }

// keep is intern of b. If it is new and s is not empty, s is kept, which is equal to b,
// and not a copy.
func (t *stringTable) keep(b []byte, s string) uint32 {
	if t.strs == nil {
		t.strs = []string{""}
	}
	if len(b) == 0 {
		return 0
	}
	// Names come in runs, and comparing one costs a fifth of looking it up.
	if string(b) == t.strs[t.last] {
		return t.last
	}
	id, free := t.ids.find(b)
	if free != nil {
		id = uint32(len(t.strs))
		if s == "" {
			s = string(b)
		}
		if n := len(t.strs); n == cap(t.strs) {
			t.strs = slices.Grow(t.strs, n) // growing by a quarter would leave four times as much
		}
		t.strs = append(t.strs, s)
		t.ids.put(free, id)
	}
	t.last = id
	return id
}

// adopt interns the strings of another table and gives their new ids by the old.
func (t *stringTable) adopt(o *stringTable) []uint32 {
	ids := make([]uint32, max(len(o.strs), 1))
	for i, s := range o.strs {
		ids[i] = t.keep([]byte(s), s)
	}
	return ids
}

func (t *stringTable) get(id uint32) string {
	if id == 0 {
		return ""
	}
	return t.strs[id]
}

// cutBytes gives at most n bytes of b, cut at a rune boundary.
func cutBytes(b []byte, n int) []byte {
	if len(b) <= n {
		return b
	}
	for n > 0 && b[n]&0xC0 == 0x80 {
		n--
	}
	return b[:n]
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
