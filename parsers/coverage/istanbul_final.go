package coverage

import (
	"context"
	"hash/maphash"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// IstanbulFinal reads coverage maps, as Istanbul's reporter json writes them.
var IstanbulFinal = format.Format{
	Name:   "istanbul-final-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "Istanbul coverage-final.json (nyc, c8, Vitest, Jest, Cypress, Karma, babel-plugin-istanbul)",
	Doc: `The map of istanbul-lib-coverage (lib/file-coverage.js): for each file statementMap, fnMap and branchMap say where things are, and s, f
and b how often they ran. Statements and functions ran if their count is above 0; each arm of a branch is a branch. A line is
one where a statement starts, and ran if one of those did. A file is named by its path, or by its key where it has none.
An entry that holds all this in data, as the class FileCoverage does, is read too.

A statement, function or arm that has a place and no count, and one whose count is null, was not covered. A statement without
a place makes the report inconclusive, because its line is not known; one that names no line counts as a line if it did not run.
A file without s or statementMap is inconclusive as well. Source maps and hashes are passed over. A file of only zeros (nyc
--all, c8 --all, all: true) counts as it stands. A file that was cut is always recognised.`,
	Names: []string{"statementMap", "fnMap", "branchMap"},
	Sniff: sniffIstanbulFinal,
	Parse: parseIstanbulFinal,
}

// sniffIstanbulFinal claims an object whose members are objects with one of the
// maps of places.
func sniffIstanbulFinal(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	found := false
	look := func(name []byte) bool {
		switch string(name) {
		case "statementMap", "fnMap", "branchMap":
			found = found || s.Kind() == jsonscan.Object
		}
		return found
	}
	for range s.Members {
		for name := range s.Members {
			data := string(name) == "data"
			if look(name) {
				return true
			}
			for name := range s.Members {
				if data && look(name) {
					return true
				}
			}
		}
	}
	return false
}

func parseIstanbulFinal(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := istanbulReader{jsonReader: newJSONReader(ctx, src, r), seed: maphash.MakeSeed()}
	for key := range p.s.Members {
		p.file = p.open(key)
		if p.is(jsonscan.Object, "the coverage of a file") {
			p.readFile()
		}
	}
	return p.finish()
}

type istanbulReader struct {
	*jsonReader
	seed                            maphash.Seed
	file                            evidence.FileCoverage
	statements, functions, branches istanbulItems
}

// istanbulItem is one statement, function or branch.
type istanbulItem struct {
	id            uint64 // hash of it
	line          uint32 // where a statement or branch starts
	placed        bool
	counted       bool
	places        uint32 // of a branch
	arms, covered uint32
}

// istanbulItems are those of one file. The map of places and that of counts come
// in any order, but nearly always list the same things in the same order: what is
// due is looked for where the other map has it, and only then everywhere.
type istanbulItems struct {
	items           []istanbulItem
	next            int
	at              map[uint64]int
	listed          bool // one of the maps was read
	counted, placed bool // that of counts, of places
}

func (it *istanbulItems) reset() { *it = istanbulItems{items: it.items[:0]} }

func (it *istanbulItems) begin() {
	it.listed = it.listed || len(it.items) > 0
	it.next = 0
}

func (it *istanbulItems) of(id uint64) *istanbulItem {
	if it.next < len(it.items) && it.items[it.next].id == id {
		it.next++
		return &it.items[it.next-1]
	}
	if it.listed {
		if it.at == nil {
			it.at = make(map[uint64]int, len(it.items))
			for i := range it.items {
				it.at[it.items[i].id] = i
			}
		}
		if i, ok := it.at[id]; ok {
			it.next = i + 1
			return &it.items[i]
		}
		it.at[id] = len(it.items)
	}
	it.items = append(it.items, istanbulItem{id: id})
	it.next = len(it.items)
	return &it.items[it.next-1]
}

// ratio counts the items, and how many of them have no count.
func (it *istanbulItems) ratio() (r evidence.Ratio, silent int) {
	for i := range it.items {
		x := &it.items[i]
		all := max(x.arms, x.places)
		r.Num += uint64(x.covered)
		r.Den += uint64(all)
		silent += int(all - x.arms)
	}
	return r, silent
}

// branchLines are the lines that branches start on, or nil if one starts on none.
func (it *istanbulItems) branchLines() *evidence.BranchLines {
	var lines []evidence.LineBranches
	for i := range it.items {
		x := &it.items[i]
		all := max(x.arms, x.places)
		if x.line == 0 && all > 0 {
			return nil
		}
		lines = append(lines, evidence.LineBranches{Line: x.line, Covered: x.covered, Total: all})
	}
	return evidence.OtherBranches(lines)
}

// readFile reads the object of one file.
func (p *istanbulReader) readFile() {
	p.statements.reset()
	p.functions.reset()
	p.branches.reset()
	p.readMembers()
	if p.s.Err() != nil {
		return
	}
	at := p.file.At
	if !p.statements.counted || !p.statements.placed {
		p.r.Complain(evidence.Unsound, at.Line, at.Col, "the coverage of %s has not both statementMap and s", quoteName(p.file.Path))
	}
	lines := p.lines()
	lineless, nowhere := uint64(0), 0
	for i := range p.statements.items {
		switch x := &p.statements.items[i]; {
		case !x.placed:
			nowhere++
		case x.line == 0 && x.covered == 0:
			lineless++
		case x.line > 0:
			p.mark(&lines, uint64(x.line), x.covered > 0)
		}
	}
	p.file.SetLines(lines.set)
	if lineless > 0 {
		p.file.Set(evidence.Lines, lines.set.Ratio().Add(evidence.Ratio{Den: lineless}))
		p.r.Complain(evidence.Quirk, at.Line, at.Col, "%d statements of %s that did not run name no line; each counts as one", lineless, quoteName(p.file.Path))
	}
	if nowhere > 0 {
		p.r.Complain(evidence.Unsound, at.Line, at.Col, "%d statements of %s have no place in statementMap, so that their lines are not known", nowhere, quoteName(p.file.Path))
	}
	for _, part := range []struct {
		unit evidence.Unit
		of   *istanbulItems
	}{{evidence.Statements, &p.statements}, {evidence.Functions, &p.functions}, {evidence.Branches, &p.branches}} {
		if !part.of.counted && !part.of.placed {
			continue
		}
		ratio, silent := part.of.ratio()
		p.file.Set(part.unit, ratio)
		if silent > 0 {
			p.r.Complain(evidence.Quirk, at.Line, at.Col, "%d %s of %s have a place and no count; they count as not covered", silent, part.unit, quoteName(p.file.Path))
		}
	}
	if p.branches.placed {
		p.file.BranchLines = p.branches.branchLines()
	}
	p.add(p.file)
}

func (p *istanbulReader) readMembers() {
	for name := range p.s.Members {
		switch string(name) {
		case "path":
			if path := p.text("the path"); len(path) > 0 {
				p.file.Path = string(path)
			}
		case "data":
			p.readMembers()
		case "statementMap":
			p.readPlaces(&p.statements, p.placeStatement)
		case "fnMap":
			p.readPlaces(&p.functions, func(x *istanbulItem) { x.places = 1 })
		case "branchMap":
			p.readPlaces(&p.branches, p.placeBranch)
		case "s":
			p.readCounts(&p.statements, p.countOne)
		case "f":
			p.readCounts(&p.functions, p.countOne)
		case "b":
			p.readCounts(&p.branches, p.countArms)
		}
	}
}

func (p *istanbulReader) readPlaces(of *istanbulItems, place func(*istanbulItem)) {
	if !p.is(jsonscan.Object, "the map of places") {
		return
	}
	of.placed = true
	of.begin()
	for id := range p.s.Members {
		x := of.of(maphash.Bytes(p.seed, id))
		x.placed = true
		place(x)
	}
}

func (p *istanbulReader) readCounts(of *istanbulItems, count func(*istanbulItem)) {
	if !p.is(jsonscan.Object, "the map of counts") {
		return
	}
	of.counted = true
	of.begin()
	for id := range p.s.Members {
		x := of.of(maphash.Bytes(p.seed, id))
		x.counted = true
		count(x)
	}
}

func (p *istanbulReader) placeStatement(x *istanbulItem) {
	x.places = 1
	for name := range p.s.Members {
		if string(name) == "start" {
			p.startLine(x)
		}
	}
}

// startLine reads {"line":3,"column":4}.
func (p *istanbulReader) startLine(x *istanbulItem) {
	for name := range p.s.Members {
		if string(name) == "line" {
			p.lineOf(x)
		}
	}
}

// lineOf reads the number of a line.
func (p *istanbulReader) lineOf(x *istanbulItem) {
	if n, ok := p.s.Int(); ok && n > 0 {
		x.line = uint32(min(n, 1<<31))
	}
}

// placeBranch reads where a branch is: on its line, else where its loc starts.
func (p *istanbulReader) placeBranch(x *istanbulItem) {
	stated := istanbulItem{}
	for name := range p.s.Members {
		switch string(name) {
		case "line":
			p.lineOf(&stated)
		case "loc":
			for name := range p.s.Members {
				if string(name) == "start" {
					p.startLine(x)
				}
			}
		case "locations":
			x.places = 0
			for range p.s.Elements {
				x.places++
			}
		}
	}
	if stated.line > 0 {
		x.line = stated.line
	}
}

func (p *istanbulReader) countOne(x *istanbulItem) {
	x.arms, x.covered = 1, 0
	if p.mustCount("a statement or function") {
		x.covered = 1
	}
}

func (p *istanbulReader) countArms(x *istanbulItem) {
	x.arms, x.covered = 0, 0
	if !p.is(jsonscan.Array, "what is counted of a branch") {
		return
	}
	for range p.s.Elements {
		x.arms++
		if p.mustCount("an arm of a branch") {
			x.covered++
		}
	}
}
