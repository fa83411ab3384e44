package coverage

import (
	"bytes"
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// LLVMCov reads what llvm-cov export writes.
var LLVMCov = format.Format{
	Name:   "llvm-cov-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "llvm-cov export JSON (Clang, Swift, cargo-llvm-cov)",
	Doc: `llvm-cov export -format=text (CoverageExporterJson.cpp of LLVM), with and without -summary-only. Lines, branches and functions are
those of the summary of each file; a function counts once, however often it was instantiated. Regions are no statements, and
neither they nor MC/DC nor instantiations are read; nor is the list of functions, which repeats the files. If no file has a
branch, branches were not measured.

Which lines ran is taken from the segments, as LineCoverageStats of LLVM has it: a line runs as often as the most frequent
region that starts on it or reaches into it, gaps left out. It is a second witness for the lines. The summary of LLVM
counts a line once for each function on it; where the two differ the worse counts and the place is named. Without segments
(-summary-only) the lines are not known, so that there is no patch coverage.

totals that count more than their files make the report inconclusive, as do a type other than llvm.coverage.json.export and
a version other than 2 and 3. What cargo-llvm-cov adds is passed over. A file that was cut is always recognised.`,
	Names: []string{"type", "data"},
	Sniff: sniffLLVMCov,
	Parse: parseLLVMCov,
}

const llvmType = "llvm.coverage.json.export"

// sniffLLVMCov tells the report by its type, or by what is in data: LLVM sorts
// its names, so that type comes last.
func sniffLLVMCov(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	for name := range s.Members {
		switch string(name) {
		case "type":
			text, _ := s.Text()
			return string(text) == llvmType
		case "data":
			for range s.Elements {
				for name := range s.Members {
					switch string(name) {
					case "files":
						for range s.Elements {
							if sniffLLVMFile(s) {
								return true
							}
						}
					case "totals":
						for name := range s.Members {
							if string(name) == "instantiations" || string(name) == "regions" {
								return true
							}
						}
					}
				}
			}
		}
	}
	return false
}

// sniffLLVMFile looks at an element of files. Its branches, arrays of numbers,
// come first and may be all that is there.
func sniffLLVMFile(s *jsonscan.Scanner) bool {
	for name := range s.Members {
		switch string(name) {
		case "segments", "summary", "expansions", "mcdc_records":
			return true
		case "branches":
			arrays := false
			for range s.Elements {
				arrays = arrays || s.Kind() == jsonscan.Array
			}
			if arrays {
				return true
			}
		}
	}
	return false
}

func parseLLVMCov(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := llvmReader{jsonReader: newJSONReader(ctx, src, r)}
	var isType, hasVersion, hasData bool
	for name := range p.s.Members {
		switch string(name) {
		case "type":
			isType = string(p.text("the type")) == llvmType
		case "version":
			hasVersion = true
			if v := p.text("the version"); !bytes.HasPrefix(v, []byte("2.")) && !bytes.HasPrefix(v, []byte("3.")) {
				p.complain(evidence.Unsound, "version %.20q of llvm-cov export is not known", v)
			}
		case "data":
			hasData = true
			if p.is(jsonscan.Array, "data") {
				for range p.s.Elements {
					p.readExport()
				}
			}
		}
	}
	if p.s.Err() == nil && (!isType || !hasVersion || !hasData) {
		r.Complain(evidence.Unsound, 1, 1, "data, version and the type %s are not all there", llvmType)
	}
	for _, f := range p.files.files { // branches of which there are none in any file
		if p.branching {
			if _, ok := f.Unit(evidence.Branches); !ok {
				f.Set(evidence.Branches, evidence.Ratio{})
			}
		}
	}
	p.total.hold(p.jsonReader)
	return p.finish()
}

type llvmReader struct {
	*jsonReader
	total     totals
	branching bool
}

var llvmUnits = map[string]evidence.Unit{"lines": evidence.Lines, "branches": evidence.Branches, "functions": evidence.Functions}

// readExport reads one element of data.
func (p *llvmReader) readExport() {
	hasTotals, hasFiles := false, false
	line, col := p.s.Pos()
	for name := range p.s.Members {
		switch string(name) {
		case "files":
			hasFiles = true
			if p.is(jsonscan.Array, "files") {
				for range p.s.Elements {
					p.readFile()
				}
			}
		case "totals":
			hasTotals = true
			p.total.line, p.total.col = p.s.Pos()
			sum := p.readSummary()
			for _, u := range evidence.Units {
				if sum[u-1].hasFound && !(u == evidence.Branches && sum[u-1].found == 0) {
					p.total.set(u, p.total.said[u-1].plus(split{sum[u-1].hit, sum[u-1].found - sum[u-1].hit}))
				}
			}
		}
	}
	if p.s.Err() == nil && (!hasTotals || !hasFiles) {
		p.r.Complain(evidence.Unsound, line, col, "an element of data has not both files and totals")
	}
}

// readSummary reads what is counted of a file or in total, by unit - 1.
func (p *llvmReader) readSummary() (sum [4]stated) {
	if !p.is(jsonscan.Object, "a summary") {
		return sum
	}
	for name := range p.s.Members {
		u := llvmUnits[string(name)]
		if u == 0 {
			continue
		}
		of := &sum[u-1]
		line, col := p.s.Pos()
		for name := range p.s.Members {
			switch string(name) {
			case "count":
				if n, ok := p.tally("count"); ok {
					of.setFound(n, line, col)
				}
			case "covered":
				if n, ok := p.tally("covered"); ok {
					of.setHit(n, line, col)
				}
			}
		}
		if p.s.Err() == nil && (!of.hasFound || !of.hasHit || of.hit > of.found) {
			p.r.Complain(evidence.Unsound, line, col, "of the %s count and covered are not both there, or covered is the larger", u)
			of.hit = 0
		}
	}
	return sum
}

func (p *llvmReader) readFile() {
	f := p.open(nil)
	if !p.is(jsonscan.Object, "a file") {
		return
	}
	var sum [4]stated
	lines := p.lines()
	segments, summary := false, false
	for name := range p.s.Members {
		switch string(name) {
		case "filename":
			f.Path = string(p.text("filename"))
		case "summary":
			summary = true
			sum = p.readSummary()
		case "segments":
			segments = true
			p.readSegments(&lines)
		}
	}
	if p.s.Err() != nil {
		return
	}
	if !summary || !sum[evidence.Lines-1].hasFound {
		p.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "the file has no summary of its lines")
	}
	listed := evidence.Ratio{}
	if segments {
		f.SetLines(lines.set)
		listed = lines.set.Ratio()
	}
	for _, u := range evidence.Units {
		switch of := &sum[u-1]; {
		case !of.hasFound:
		case u == evidence.Lines:
			p.total.file(u, of, listed)
			f.Set(u, of.settle(p.r, u, listed, "the summary of "+quoteName(f.Path)))
		case u != evidence.Branches || of.found > 0:
			p.total.file(u, of, listed)
			f.Set(u, evidence.Ratio{Num: of.hit, Den: of.found})
			p.branching = p.branching || u == evidence.Branches
		}
	}
	p.add(f)
}

// llvmSegment is where a count begins to hold: [line, column, count, has a count,
// begins a region, is a gap].
type llvmSegment struct {
	line                         uint64
	ran, counted, entry, gap, ok bool
}

// readSegments marks the lines, as LineCoverageIterator does. Memory is one segment
// and what is known of its line.
func (p *llvmReader) readSegments(lines *roomyLines) {
	if !p.is(jsonscan.Array, "segments") {
		return
	}
	var l llvmLine
	for range p.s.Elements {
		seg := p.readSegment()
		if !seg.ok || seg.line < l.number {
			p.complain(evidence.Unsound, "a segment that is none, or not in the order of the lines")
			return
		}
		if seg.line > l.number {
			if !p.mapLines(lines, &l, seg.line) {
				return
			}
			l = llvmLine{number: seg.line, wrapped: l.last, any: l.any}
		}
		l.take(seg)
	}
	if l.any {
		p.mapLines(lines, &l, l.number+1)
	}
}

// llvmLine is the line whose segments are being read.
type llvmLine struct {
	number  uint64
	any     bool        // a segment was read
	wrapped llvmSegment // what holds at the beginning of the line
	last    llvmSegment // what holds at the end of what was read
	starts  bool        // a region starts here, and one that ran
	ran     bool
	skipped bool // it begins with the start of a skipped region
	counted bool // some region, or a gap, begins here
	several bool
}

func (l *llvmLine) take(seg llvmSegment) {
	if !l.several {
		l.skipped = !seg.counted && seg.entry
	}
	l.any, l.several = true, true
	if seg.entry && seg.counted {
		l.counted = true
		if !seg.gap {
			l.starts = true
			l.ran = l.ran || seg.ran
		}
	}
	l.last = seg
}

// mapLines marks the line, and those up to the next on which what held at its end
// still holds.
func (p *llvmReader) mapLines(lines *roomyLines, l *llvmLine, next uint64) bool {
	if !l.any {
		return true
	}
	if l.counted || !l.skipped && l.wrapped.counted {
		if !p.mark(lines, l.number, l.ran || l.wrapped.ran && l.wrapped.counted) {
			return false
		}
	}
	if !l.last.counted {
		return true
	}
	for n := l.number + 1; n < next; n++ {
		if !p.mark(lines, n, l.last.ran) {
			return false
		}
	}
	return true
}

func (p *llvmReader) readSegment() (seg llvmSegment) {
	i := 0
	for range p.s.Elements {
		switch i {
		case 0:
			n, ok := p.s.Int()
			if !ok || n < 1 {
				return seg
			}
			seg.line = uint64(n)
		case 2:
			seg.ran, _ = p.count()
		case 3:
			seg.counted, seg.ok = p.s.Bool()
			if !seg.ok { // LLVM wrote 0 and 1 before version 2.0.1
				seg.counted, seg.ok = p.count()
			}
		case 4:
			seg.entry = p.flag()
		case 5:
			seg.gap = p.flag()
		}
		i++
	}
	return seg
}

func (p *llvmReader) flag() bool {
	v, ok := p.s.Bool()
	if !ok {
		v, _ = p.count()
	}
	return v
}
