package coverage

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/linescan"
)

// LCOV reads tracefiles, as geninfo(1) describes them.
var LCOV = format.Format{
	Name:  "lcov",
	Kinds: evidence.Coverage,
	Title: "LCOV tracefile (lcov, gcovr, llvm-cov, cargo-llvm-cov, grcov, Istanbul, c8, Vitest, Jest, coverage.py, Dart and others)",
	Doc: `A record for each source file, from SF: to end_of_record, as the manual page geninfo(1) of lcov 1 and 2
describes it. DA: lines are lines, and one with a count above 0 ran. BRDA: lines are branches, covered if taken above 0;
"-" is not taken; those that lcov 2 marks as unreachable (U) are none, as in BRF. FN: and FNDA: are functions by name, covered if
called; of one name that stands several times in a record the first FNDA: belongs to the first FN:. Since lcov 2.2 FNL: is a function and
each FNA: one of its names; it is covered if called by one of them. A function without a count was not called.

Records of one source file are joined (lcov writes one for each test name): a line, branch or function that is
covered in one of them is covered. Branches are told apart by line, block and branch, functions by name, those of lcov 2.2
by the line on which they begin, as lcov itself does.

LF and LH, BRF and BRH, FNF and FNH are a second witness. Where they differ from what is listed, the worse counts
and the place is named: gcovr counts a line once for each function on it. Where nothing is listed, as after
cargo llvm-cov --summary-only, they are all there is and count; totals of several records of one file cannot be
joined, so covered is the least and uncovered the most that one of them states.

A negative count, and line 0, were not covered. A count that is no number, and a line that is no record, make the report
inconclusive, as they stop lcov 2. A checksum, VER:, MCDC: and other records are passed over. A file that
was cut inside a record is recognised, because end_of_record is missing. One that was cut behind an end_of_record cannot be
seen: gate the tests of the same run too.`,
	Sniff: sniffLCOV,
	Parse: parseLCOV,
}

// sniffLCOV claims a file whose first line, comments apart, begins a record.
func sniffLCOV(_ string, head []byte) bool {
	for {
		head = bytes.TrimLeft(head, " \t\r\n")
		if !bytes.HasPrefix(head, []byte("#")) {
			return bytes.HasPrefix(head, []byte("TN:")) || bytes.HasPrefix(head, []byte("SF:"))
		}
		_, head, _ = bytes.Cut(head, []byte{'\n'})
	}
}

func parseLCOV(ctx context.Context, src format.Source, r *evidence.Report) error {
	seed := maphash.MakeSeed()
	half := func(ctx context.Context, _ int, b io.Reader) (*lcovReader, bool) {
		p := newLCOVReader(&evidence.Report{Source: r.Source}, seed, newLineBudget().half())
		err := p.readAll(ctx, b)
		return p, err == nil && len(p.r.Problems) == 0
	}
	first, second, ok := format.Halves(ctx, src, format.After("\nend_of_record\n"), half)
	if ok && first.join(second) {
		first.r = r
		first.finish()
		return nil
	}
	p := newLCOVReader(r, seed, newLineBudget())
	err := p.readAll(ctx, src.Reader)
	p.finish()
	return err
}

func newLCOVReader(r *evidence.Report, seed maphash.Seed, budget lineBudget) *lcovReader {
	p := &lcovReader{r: r, seed: seed, budget: budget}
	p.rec.lines = roomyLines{set: new(evidence.LineSet), budget: &p.budget}
	return p
}

// readAll reads records to the end.
func (p *lcovReader) readAll(ctx context.Context, b io.Reader) error {
	r, lines := p.r, linescan.New(ctx, b)
	for {
		if p.rec.file != nil {
			lines.Pass(p.readQuick(lines.Ahead()))
		}
		if !lines.Next() {
			break
		}
		p.line = lines.Line()
		p.read(lines.Bytes())
	}
	p.line = max(p.line, lines.Line())
	err := lines.Err()
	var tooLong *linescan.TooLong
	switch {
	case errors.As(err, &tooLong):
		r.Complain(evidence.Unsound, tooLong.Line, 0, "%v; what follows was not read", tooLong)
		err = nil
	case err != nil:
	case p.rec.file != nil:
		r.Complain(evidence.Unsound, p.line, 0, "the file ends inside the record of %.200q that begins on line %d; it was cut short", p.rec.file.path, p.rec.begins)
	case p.named > 0:
		r.Complain(evidence.Unsound, p.named, 1, "no record follows this TN: line; the file was cut short")
	case p.files.n == 0:
		r.Complain(evidence.Unsound, max(p.line, 1), 0, "the file has no record; the tool that should write them found nothing")
	case !lines.Ended() && p.comment == p.line:
		r.Complain(evidence.Unsound, p.comment, 0, "the file ends inside a comment; it was cut short")
	}
	p.closeRecord()
	return err
}

// lcovReader is the state of reading one tracefile.
type lcovReader struct {
	r    *evidence.Report
	line int

	files fileList[lcovFile, *lcovFile]
	rec   lcovRecord // open if its file is set
	named int        // the line of a TN: that no SF: has followed

	comment int // the line of the last comment
	foreign bool
	seed    maphash.Seed
	budget  lineBudget
}

// read takes a line that readQuick did not.
func (p *lcovReader) read(line []byte) {
	line = bytes.TrimRight(line, "\r")
	kind, rest, ok := bytes.Cut(line, []byte{':'})
	switch {
	case !ok:
		p.readWord(bytes.TrimRight(line, " \t"))
		return
	case string(kind) == "TN":
		if p.rec.file == nil {
			p.named = p.line
		}
		return
	case string(kind) == "SF":
		p.openRecord(rest)
		return
	case !isRecordName(kind):
		p.readWord(line)
		return
	case p.rec.file == nil:
		p.r.Complain(evidence.Unsound, p.line, 1, "%s: outside of a record; SF: or TN: is expected here", kind)
		return
	}
	switch string(kind) {
	case "DA":
		p.rec.readLine(p, rest)
	case "BRDA":
		p.rec.readBranch(p, rest)
	case "FN":
		p.rec.readFunction(p, rest)
	case "FNDA":
		p.rec.readCalls(p, rest, 6)
	case "FNL":
		p.rec.readLeader(p, rest)
	case "FNA":
		p.rec.readAlias(p, rest)
	case "LF", "BRF", "FNF", "LH", "BRH", "FNH":
		p.rec.readTotal(p, string(kind), rest)
	case "VER", "MCDC", "MCF", "MCH":
	default:
		if !p.foreign {
			p.foreign = true
			p.r.Complain(evidence.Quirk, p.line, 1, "%.20s: is no record of geninfo(1); records of this name are passed over", kind)
		}
	}
}

// readWord takes a line without a record name: the end of a record, a comment or
// nothing, if the file is sound.
func (p *lcovReader) readWord(line []byte) {
	switch text := bytes.TrimSpace(line); {
	case string(text) == "end_of_record":
		if p.rec.file == nil {
			p.r.Complain(evidence.Unsound, p.line, 1, "end_of_record without a record before it")
		}
		p.closeRecord()
	case len(text) == 0:
	case text[0] == '#':
		p.comment = p.line
	default:
		p.r.Complain(evidence.Unsound, p.line, 1, "%.40q is no LCOV record", text)
	}
}

// isRecordName reports whether a word is made like the names of records are.
func isRecordName(word []byte) bool {
	if len(word) < 2 || len(word) > 8 {
		return false
	}
	for _, c := range word {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// unreadable complains of the value of a record.
func (p *lcovReader) unreadable(col int, want string) {
	p.r.Complain(evidence.Unsound, p.line, col, "%s is expected here", want)
}

// join adds what the second half of a file says, and reports whether that is what
// reading it in order would have said.
func (p *lcovReader) join(o *lcovReader) bool {
	whole := p.files.join(&o.files, func(have, f *lcovFile) bool { return have.join(f, &p.budget) })
	for _, f := range p.files.others {
		f.first += uint32(p.line)
	}
	return whole
}

// finish hands over the files, by path.
func (p *lcovReader) finish() {
	files := p.files.sorted()
	p.r.Coverage = make([]evidence.FileCoverage, len(files))
	var branches branchLines
	for i, f := range files {
		p.r.Coverage[i] = f.coverage(p.r.Source, &branches)
	}
}
