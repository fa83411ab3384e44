package coverage

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// CoverallsJSON reads what is sent to Coveralls.
var CoverallsJSON = format.Format{
	Name:   "coveralls-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "Coveralls JSON (gcovr --coveralls, php-coveralls, coveralls-python, node-coveralls, grcov)",
	Doc: `The job of Coveralls' API reference: coverage of each of source_files is an array with a count for every line of the source, null
where there is nothing to run. branches is a flat array of line, block, branch and hits, four for each; one with hits above 0 is covered.
If no file has branches they were not measured. Tokens, the commit and the source text are passed over.

The format states no totals. A name that stands twice with the same lines is one file; with others the worse counts. A
file without coverage, and branches that are not four each, make the report inconclusive. A file that was cut is always recognised.`,
	Names: []string{"source_files", "repo_token", "service_job_id"},
	Times: "`run_at`",
	Sniff: sniffCoveralls,
	Parse: parseCoveralls,
}

// sniffCoveralls claims an object with an array source_files, or with names of
// the job itself: what is said of the commit may be long.
func sniffCoveralls(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	for name := range s.Members {
		switch string(name) {
		case "source_files":
			return s.Kind() == jsonscan.Array
		case "repo_token", "service_job_id":
			return true
		}
	}
	return false
}

func parseCoveralls(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := coverallsReader{jsonReader: newJSONReader(ctx, src, r)}
	for name := range p.s.Members {
		if string(name) == "run_at" {
			text, _ := p.s.Text()
			r.State(format.Stamp(text))
			continue
		}
		if string(name) != "source_files" || !p.is(jsonscan.Array, "source_files") {
			continue
		}
		for range p.s.Elements {
			p.readFile()
		}
	}
	return p.finish()
}

type coverallsReader struct{ *jsonReader }

func (p *coverallsReader) readFile() {
	f := p.open(nil)
	if !p.is(jsonscan.Object, "a source file") {
		return
	}
	lines := p.lines()
	hasCoverage := false
	for name := range p.s.Members {
		switch string(name) {
		case "name":
			f.Path = string(p.text("the name of a source file"))
		case "coverage":
			if p.is(jsonscan.Array, "coverage") {
				hasCoverage = true
				p.lineCounts(&lines)
			}
		case "branches":
			if p.s.Kind() != jsonscan.Null {
				p.readBranches(&f)
			}
		}
	}
	if p.s.Err() != nil {
		return
	}
	if !hasCoverage {
		p.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "%s has no coverage", quoteName(f.Path))
	}
	f.SetLines(lines.set)
	p.add(f)
}

// readBranches counts the hits, which are every fourth number, on the lines that are
// the first of each four.
func (p *coverallsReader) readBranches(f *evidence.FileCoverage) {
	f.Set(evidence.Branches, evidence.Ratio{})
	if !p.is(jsonscan.Array, "branches") {
		return
	}
	var lines []evidence.LineBranches
	n, lost := 0, false
	for range p.s.Elements {
		switch n++; n % 4 {
		case 1:
			line, ok := p.s.Int()
			if !ok {
				p.complain(evidence.Unsound, "a branch that is not line, block, branch and hits")
			}
			lost = lost || line < 1 || line > evidence.MaxLine
			lines = append(lines, evidence.LineBranches{Line: uint32(min(max(line, 0), evidence.MaxLine)), Total: 1})
		case 0:
			if p.mustCount("a branch") {
				lines[len(lines)-1].Covered = 1
			}
		default:
			if _, ok := p.count(); !ok {
				p.complain(evidence.Unsound, "a branch that is not line, block, branch and hits")
			}
		}
	}
	if n%4 != 0 {
		p.complain(evidence.Unsound, "%d numbers are not four for each branch", n)
	}
	var sum evidence.Ratio
	for _, l := range lines {
		sum = sum.Add(evidence.Ratio{Num: uint64(l.Covered), Den: 1})
	}
	f.Set(evidence.Branches, sum)
	if !lost {
		f.BranchLines = evidence.OtherBranches(lines)
	}
}
