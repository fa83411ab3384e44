package coverage

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// CoveragePy reads what coverage json writes.
var CoveragePy = format.Format{
	Name:   "coverage-py-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "coverage.py JSON (coverage json, pytest --cov-report=json, SlipCover)",
	Doc: `The formats 1 to 3 of coverage/jsonreport.py. Lines are executed_lines and missing_lines of each file: those on which a statement
begins, which coverage.py calls statements. excluded_lines are no lines, though some of them ran and are executed_lines too. Branches are executed_branches and missing_branches,
or their numbers in the summary where they are not listed (before coverage.py 7); without --branch they were not measured.
A branch that was taken in part is in both lists, once for each way. functions and classes repeat the lines of their file, and
contexts say who ran them: neither is read.

The summary of a file is a second witness: where it differs from what is listed the worse counts and the place is named. A line
in both lists did not run. totals that count more than their files make the report inconclusive: files are missing. SlipCover
(schemas.py) calls the totals summary, and counts what is missing in place of what there is. A file that
was cut is always recognised.`,
	Names: []string{"branch_coverage", "show_contexts", "executed_lines", "missing_lines", "num_statements"},
	Times: "`timestamp` of `meta`",
	Sniff: sniffCoveragePy,
	Parse: parseCoveragePy,
}

// sniffCoveragePy claims an object with files of executed_lines, or with meta as
// coverage.py has it.
func sniffCoveragePy(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	for name := range s.Members {
		switch string(name) {
		case "meta":
			for name := range s.Members {
				switch string(name) {
				case "branch_coverage", "show_contexts":
					return true
				}
			}
		case "files":
			for range s.Members {
				for name := range s.Members {
					switch string(name) {
					case "executed_lines", "missing_lines":
						return true
					}
				}
			}
		case "totals":
			for name := range s.Members {
				if string(name) == "num_statements" {
					return true
				}
			}
		}
	}
	return false
}

func parseCoveragePy(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := pyReader{jsonReader: newJSONReader(ctx, src, r), total: totals{line: 1, col: 1}}
	files, hasTotals := false, false
	for name := range p.s.Members {
		switch string(name) {
		case "meta":
			for name := range p.s.Members {
				if string(name) == "timestamp" {
					text, _ := p.s.Text()
					r.State(format.Stamp(text))
				}
			}
		case "files":
			files = true
			if !p.is(jsonscan.Object, "files") {
				continue
			}
			for path := range p.s.Members {
				p.readFile(path)
			}
		case "totals", "summary":
			hasTotals = true
			p.total.line, p.total.col = p.s.Pos()
			sum := p.readSummary()
			for u, of := range map[evidence.Unit]*stated{evidence.Lines: &sum.lines, evidence.Branches: &sum.branches} {
				if of.hasFound && of.hasHit && of.hit <= of.found {
					p.total.set(u, split{of.hit, of.found - of.hit})
				}
			}
		}
	}
	if p.s.Err() == nil && (!files || !hasTotals) {
		r.Complain(evidence.Unsound, 1, 1, "files and totals are not both there")
	}
	p.total.hold(p.jsonReader)
	return p.finish()
}

type pyReader struct {
	*jsonReader
	total    totals
	branches []evidence.LineBranches // of the open file
	lost     bool                    // a branch of it names no line
}

// pySummary is what coverage.py counts of a file, or in total.
type pySummary struct{ lines, branches stated }

func (p *pyReader) readSummary() (sum pySummary) {
	line, col := p.s.Pos()
	if !p.is(jsonscan.Object, "the summary") {
		return sum
	}
	var missingLines, missingBranches *uint64 // nil where they are not counted
	for name := range p.s.Members {
		switch string(name) {
		case "missing_lines":
			if n, ok := p.tally("missing_lines"); ok {
				missingLines = &n
			}
		case "missing_branches":
			if n, ok := p.tally("missing_branches"); ok {
				missingBranches = &n
			}
		case "num_statements":
			if n, ok := p.tally("num_statements"); ok {
				sum.lines.setFound(n, line, col)
			}
		case "covered_lines":
			if n, ok := p.tally("covered_lines"); ok {
				sum.lines.setHit(n, line, col)
			}
		case "num_branches":
			if n, ok := p.tally("num_branches"); ok {
				sum.branches.setFound(n, line, col)
			}
		case "covered_branches":
			if n, ok := p.tally("covered_branches"); ok {
				sum.branches.setHit(n, line, col)
			}
		}
	}
	sum.lines.addMissing(missingLines, line, col)
	sum.branches.addMissing(missingBranches, line, col)
	return sum
}

func (p *pyReader) readFile(path []byte) {
	f := p.open(path)
	if !p.is(jsonscan.Object, "a file") {
		return
	}
	executed, missing, excluded := p.lines(), p.lines(), p.lines()
	var hasExecuted, hasMissing, hasBranches bool
	var listed int
	var sum pySummary
	var branches evidence.Ratio
	p.branches, p.lost = p.branches[:0], false
	for name := range p.s.Members {
		switch string(name) {
		case "executed_lines":
			hasExecuted = true
			listed += p.readLines(&executed, true)
		case "missing_lines":
			hasMissing = true
			listed += p.readLines(&missing, false)
		case "excluded_lines":
			p.readLines(&excluded, false)
		case "executed_branches":
			hasBranches = true
			n := p.readBranches(true)
			branches = branches.Add(evidence.Ratio{Num: n, Den: n})
		case "missing_branches":
			hasBranches = true
			branches = branches.Add(evidence.Ratio{Den: p.readBranches(false)})
		case "summary":
			sum = p.readSummary()
		}
	}
	if p.s.Err() != nil {
		return
	}
	if !hasExecuted || !hasMissing {
		p.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "%s has not both executed_lines and missing_lines", quoteName(f.Path))
	}
	all := executed.set.Ratio().Den
	executed.set.Drop(excluded.set)
	listed -= int(all - executed.set.Ratio().Den)
	executed.set.And(missing.set)
	f.SetLines(executed.set)
	lines := executed.set.Ratio()
	if lines.Den != uint64(listed) {
		p.r.Complain(evidence.Quirk, f.At.Line, f.At.Col, "%d lines of %s are listed twice; one that is missing too did not run", uint64(listed)-lines.Den, quoteName(f.Path))
	}
	whose := "the summary of " + quoteName(f.Path)
	p.total.file(evidence.Lines, &sum.lines, lines)
	f.Set(evidence.Lines, sum.lines.settle(p.r, evidence.Lines, lines, whose))
	if hasBranches || sum.branches.hasFound {
		p.total.file(evidence.Branches, &sum.branches, branches)
		if hasBranches && !p.lost {
			f.BranchLines = evidence.OtherBranches(p.branches)
		}
		f.Set(evidence.Branches, sum.branches.settle(p.r, evidence.Branches, branches, whose))
	}
	p.add(f)
}

// readLines reads a list of line numbers, and gives how many were kept.
func (p *pyReader) readLines(l *roomyLines, covered bool) (n int) {
	if !p.is(jsonscan.Array, "a list of lines") {
		return 0
	}
	for range p.s.Elements {
		line, ok := p.s.Int()
		if !ok || line < 1 {
			p.complain(evidence.Unsound, "a line that is no line number")
			continue
		}
		if p.mark(l, uint64(line), covered) {
			n++
		}
	}
	return n
}

// readBranches counts a list of branches, each [from, to], and keeps the lines that
// they begin on.
func (p *pyReader) readBranches(ran bool) (n uint64) {
	if !p.is(jsonscan.Array, "a list of branches") {
		return 0
	}
	for range p.s.Elements {
		if !p.is(jsonscan.Array, "a branch") {
			continue
		}
		n++
		one, first := evidence.LineBranches{Total: 1}, true
		if ran {
			one.Covered = 1
		}
		for range p.s.Elements {
			if line, ok := p.s.Int(); ok && first && line > 0 && line <= evidence.MaxLine {
				one.Line = uint32(line)
			}
			first = false
		}
		p.lost = p.lost || one.Line == 0
		p.branches = append(p.branches, one)
	}
	return n
}
