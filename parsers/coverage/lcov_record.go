package coverage

import (
	"bytes"
	"hash/maphash"

	"github.com/tollgate-ci/tollgate/evidence"
)

// lcovRecord is what stands between SF: and end_of_record.
//
// Branches and functions are kept as a hash of what tells them apart, branches of
// plain numbers as these and others beside their line, with whether they were covered in the lowest bit: 8 bytes
// each, where names would take hundreds. The hash is seeded anew for each report, so that no one can write
// two of one hash; should two of a file share one by chance (of a million, one
// file in 18 million has such), BRF and FNF say that one is missing.
type lcovRecord struct {
	file     *lcovFile
	begins   int
	lines    roomyLines
	line0    bool // line 0 is listed, and did not run
	branches []uint64
	declared []uint64   // FN
	called   []lcovCall // FNDA, FNL
	leader   []byte     // the index of the last FNL
	led      int        // how many were called with it; 0 if there was none
	keys     []uint64   // of the functions
	totals   [4]stated  // by unit - 1
}

var comma = []byte{','}

// lcovFile is one source file over all its records.
type lcovFile struct {
	path      string
	lines     fileLines
	branches  keySet
	functions keySet
	units     [3]lcovUnit // lines, branches, functions
	first     uint32      // line of the report
	line0     bool
}

func (f *lcovFile) sourcePath() string { return f.path }

// unit is what the file has of a unit.
func (f *lcovFile) unit(u evidence.Unit) *lcovUnit {
	if u == evidence.Functions {
		return &f.units[2]
	}
	return &f.units[u-evidence.Lines]
}

// lcovUnit is what the records of a file amount to in one unit.
type lcovUnit struct {
	records int            // that list the unit
	only    evidence.Ratio // what counts, if there is one
	rare    *lcovTotals    // nil for most
}

// lcovTotals is what few files have: totals that differ from what is listed, or stand
// alone.
type lcovTotals struct {
	less, more uint64         // that the totals take from what is covered, and add to what is coverable, at most
	summaries  int            // records that only state totals
	summary    evidence.Ratio // what they bound
}

var noTotals lcovTotals

// totals are those of the unit, to be read; own are those to be changed.
func (u *lcovUnit) totals() *lcovTotals {
	if u.rare == nil {
		return &noTotals
	}
	return u.rare
}

func (u *lcovUnit) own() *lcovTotals {
	if u.rare == nil {
		u.rare = new(lcovTotals)
	}
	return u.rare
}

func (p *lcovReader) openRecord(path []byte) {
	if p.rec.file != nil {
		p.r.Complain(evidence.Unsound, p.line, 1, "end_of_record is missing before this record; the one of %.200q may lack lines", p.rec.file.path)
		p.closeRecord()
	}
	p.named = 0
	if len(bytes.TrimSpace(path)) == 0 {
		p.unreadable(4, "the path of a source file")
	}
	f := p.files.find(path)
	if f == nil {
		f = p.files.add(lcovFile{path: string(path), first: uint32(p.line)})
	}
	rec := &p.rec
	*rec = lcovRecord{file: f, begins: p.line, lines: rec.lines, branches: rec.branches[:0], declared: rec.declared[:0], called: rec.called[:0], leader: rec.leader[:0], keys: rec.keys[:0]}
}

// readLine reads line,count and perhaps a checksum.
func (rec *lcovRecord) readLine(p *lcovReader, v []byte) {
	number, rest, _ := bytes.Cut(v, []byte{','})
	count, _, _ := bytes.Cut(rest, []byte{','})
	line, ok := parseCount(number)
	if !ok {
		p.unreadable(4, "DA:line,count with a line number")
		return
	}
	covered := ran(p.r, count, p.line, 5+len(number))
	if line == 0 {
		p.r.Complain(evidence.Quirk, p.line, 4, "there is no line 0; it counts if it is not covered")
		rec.line0 = rec.line0 || !covered
		return
	}
	if err := rec.lines.mark(int(min(line, 1<<40)), covered); err != nil {
		p.r.Complain(evidence.Unsound, p.line, 4, "%v; it is not counted", err)
	}
}

// readBranch reads line,block,branch,taken. lcov 2 writes an e before the block of
// an exception, f where control falls through, U where a directive says that nothing
// gets there, and may write an expression as the branch, commas and all.
func (rec *lcovRecord) readBranch(p *lcovReader, v []byte) {
	last := bytes.LastIndexByte(v, ',')
	if last < 0 || bytes.Count(v[:last], comma) < 2 {
		p.unreadable(6, "BRDA:line,block,branch,taken")
		return
	}
	line, rest, _ := bytes.Cut(v, comma)
	if _, ok := parseCount(line); !ok {
		p.unreadable(6, "BRDA:line,block,branch,taken with a line number")
		return
	}
	taken := v[last+1:]
	covered := string(bytes.TrimSpace(taken)) != "-" && ran(p.r, taken, p.line, 7+last)
	if block, _, _ := bytes.Cut(rest, comma); unreachable(block) {
		return
	}
	rec.branches = append(rec.branches, key(p.branchKey(v[:last]), covered))
}

// unreachable reports whether the block of a branch is marked as one that no branch of
// counts, in BRF and BRH neither.
func unreachable(block []byte) bool {
	if len(block) > 0 && (block[0] == 'e' || block[0] == 'f') {
		block = block[1:]
	}
	number, marked := bytes.CutPrefix(block, []byte{'U'})
	_, ok := parseCount(number)
	return marked && ok
}

// branchKey is what tells a branch apart, of line,block,branch as they are written. One
// of others than small numbers is a hash beside the line.
func (p *lcovReader) branchKey(v []byte) uint64 {
	var numbers [3]uint64
	rest, all := v, true
	for k := range numbers {
		var field []byte
		if k < 2 {
			field, rest, _ = bytes.Cut(rest, comma)
		} else {
			field = rest
		}
		var ok bool
		numbers[k], ok = parseCount(field)
		all = all && ok
	}
	if id, ok := branchKey(numbers); all && ok {
		return id
	}
	line := min(numbers[0], noBranchLine)
	return hashedBranch | line<<39 | maphash.Bytes(p.seed, v)&(1<<39-1)
}

// readTotal reads LF, LH and their kin.
func (rec *lcovRecord) readTotal(p *lcovReader, kind string, v []byte) {
	n, ok := parseCount(bytes.TrimSpace(v))
	if !ok {
		p.unreadable(len(kind)+2, "a number")
		return
	}
	u := evidence.Lines
	switch kind[0] {
	case 'B':
		u = evidence.Branches
	case 'F':
		u = evidence.Functions
	}
	if t := &rec.totals[u-1]; kind[len(kind)-1] == 'F' {
		t.setFound(n, p.line, 1)
	} else {
		t.setHit(n, p.line, 1)
	}
}

// closeRecord adds the record, if one is open, to its file.
func (p *lcovReader) closeRecord() {
	rec := &p.rec
	f := rec.file
	if f == nil {
		return
	}
	rec.branches = joined(rec.branches)
	functions := rec.functions(p.seed)

	listed := rec.lines.set.Ratio()
	if rec.line0 {
		listed.Den++
	}
	p.account(evidence.Lines, listed)
	p.account(evidence.Branches, keysRatio(rec.branches))
	p.account(evidence.Functions, keysRatio(functions))

	f.line0 = f.line0 || rec.line0
	f.branches.add(rec.branches)
	f.functions.add(functions)
	f.lines.join(&rec.lines)
	rec.file = nil
}

// account settles one unit of the record and adds it to what the file has of it.
func (p *lcovReader) account(u evidence.Unit, listed evidence.Ratio) {
	f, total := p.rec.file, &p.rec.totals[u-1]
	has := f.unit(u)
	if listed.Den == 0 && !total.hasFound && !total.hasHit {
		return
	}
	counts := total.settle(p.r, u, listed, "the record")
	if listed.Den > 0 || counts.Den == 0 {
		has.records++
		has.only = counts
		less, more := listed.Num-min(listed.Num, counts.Num), counts.Den-min(listed.Den, counts.Den)
		if less > 0 || more > 0 {
			t := has.own()
			t.less, t.more = max(t.less, less), max(t.more, more)
		}
		return
	}
	t := has.own()
	if t.summaries++; t.summaries == 1 {
		t.summary = counts
		return
	}
	t.summary = splitOf(t.summary).worse(splitOf(counts)).ratio()
	p.r.Complain(evidence.Quirk, total.line, total.col, "totals of %.200q stand in several records; covered is the least and uncovered the most that one of them states", f.path)
}

// join adds the records of the same file in the second half of a report. Two
// totals, of which something would be said, it leaves to a reading in order.
func (f *lcovFile) join(o *lcovFile, budget *lineBudget) bool {
	for u := range f.units {
		a, b := &f.units[u], &o.units[u]
		if a.totals().summaries > 0 && b.totals().summaries > 0 {
			return false
		}
		if b.records > 0 {
			a.only = b.only
		}
		a.records += b.records
		if b.rare != nil {
			t := a.own()
			t.less, t.more = max(t.less, b.rare.less), max(t.more, b.rare.more)
			if b.rare.summaries > 0 {
				t.summaries, t.summary = b.rare.summaries, b.rare.summary
			}
		}
	}
	f.line0 = f.line0 || o.line0
	f.lines.join(o.lines.open(budget))
	f.branches.add(joined(o.branches.take(nil)))
	f.functions.add(joined(o.functions.take(nil)))
	return true
}

// coverage is what the records of the file amount to.
func (f *lcovFile) coverage(source string, branches *branchLines) evidence.FileCoverage {
	c := evidence.FileCoverage{Path: f.path, At: evidence.Pos{File: source, Line: int(f.first)}}
	lines := f.lines.set.Ratio()
	if lines.Den > 0 {
		c.SetLines(f.lines.set)
	}
	if f.line0 {
		lines.Den++
	}
	f.set(&c, evidence.Lines, lines)
	f.set(&c, evidence.Branches, f.branches.ratio())
	if f.branches.ratio().Den > 0 && f.unit(evidence.Branches).totals().summaries == 0 {
		c.BranchLines = branches.of(&f.branches)
	}
	f.set(&c, evidence.Functions, f.functions.ratio())
	if f.units == [3]lcovUnit{} {
		c.Set(evidence.Lines, evidence.Ratio{}) // a record of nothing: nothing is coverable
	}
	return c
}

func (f *lcovFile) set(c *evidence.FileCoverage, u evidence.Unit, listed evidence.Ratio) {
	has := f.unit(u)
	counts, totals := has.only, has.totals()
	if has.records > 1 {
		counts = evidence.Ratio{Num: listed.Num - min(listed.Num, totals.less), Den: listed.Den}.Add(evidence.Ratio{Den: totals.more})
	}
	switch {
	case totals.summaries > 0 && has.records > 0 && listed.Den > 0:
		counts = splitOf(counts).worse(splitOf(totals.summary)).ratio()
	case totals.summaries > 0:
		counts = totals.summary
	case has.records == 0:
		return
	}
	c.Set(u, counts)
}
