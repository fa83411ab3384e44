package coverage

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// IstanbulSummary reads what Istanbul's reporter json-summary writes.
var IstanbulSummary = format.Format{
	Name:   "istanbul-summary-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "Istanbul coverage-summary.json (nyc, c8, Vitest, Jest)",
	Doc: `The reporter json-summary of istanbul-reports: total and covered of lines, statements, functions and branches, for each file and in
total. Percentages are not read: they are rounded, and "Unknown" where nothing is coverable. branchesTrue is not read either.
Which lines ran is not known, so that there is no patch coverage: give coverage-final.json or lcov.info for that.

total is a second witness: where it counts more than its files do, files are missing and the report is inconclusive; any other
difference is told, and the files count. A report that has only the total counts as one file, named [not listed in REPORT]. One in
which no file is named and total counts nothing is inconclusive. A file that was cut is always recognised.`,
	Names: []string{"pct"},
	Sniff: sniffIstanbulSummary,
	Parse: parseIstanbulSummary,
}

var istanbulUnits = map[string]evidence.Unit{
	"lines": evidence.Lines, "branches": evidence.Branches, "statements": evidence.Statements, "functions": evidence.Functions,
}

// sniffIstanbulSummary claims an object whose members are objects in which a unit
// has total, covered and pct.
func sniffIstanbulSummary(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	for range s.Members {
		for name := range s.Members {
			if istanbulUnits[string(name)] == 0 {
				continue
			}
			parts := map[string]bool{}
			for name := range s.Members {
				parts[string(name)] = true
			}
			if parts["total"] && parts["covered"] && parts["pct"] {
				return true
			}
		}
	}
	return false
}

func parseIstanbulSummary(ctx context.Context, src format.Source, r *evidence.Report) error {
	j := newJSONReader(ctx, src, r)
	total := totals{line: 1, col: 1}
	seen := false
	for key := range j.s.Members {
		f := j.open(key)
		if !j.is(jsonscan.Object, "the summary of a file") {
			continue
		}
		j.readSummary(&f)
		if f.Path != "total" {
			j.add(f)
			continue
		}
		seen = true
		total.line, total.col = f.At.Line, f.At.Col
		for _, u := range evidence.Units {
			if m, ok := f.Unit(u); ok {
				total.set(u, splitOf(m))
			}
		}
	}
	if j.s.Err() == nil && !seen {
		r.Complain(evidence.Unsound, 1, 1, "there is no total, which Istanbul always writes; the report is not whole")
	}
	if len(j.files.files) == 0 && total.said != [4]split{} {
		alone := evidence.FileCoverage{Path: "[not listed in " + r.Source + "]", At: evidence.Pos{File: r.Source, Line: total.line, Col: total.col}}
		for _, u := range evidence.Units {
			if total.has[u-1] {
				alone.Set(u, total.said[u-1].ratio())
			}
		}
		r.Complain(evidence.Quirk, total.line, total.col, "no file is listed; the total counts")
		j.add(alone)
	}
	total.hold(j)
	return j.finish()
}

// readSummary reads the object of one file.
func (j *jsonReader) readSummary(f *evidence.FileCoverage) {
	measured := false
	for name := range j.s.Members {
		u := istanbulUnits[string(name)]
		if u == 0 || !j.is(jsonscan.Object, u.String()) {
			continue
		}
		line, col := j.s.Last()
		var m evidence.Ratio
		var hasNum, hasDen bool
		for name := range j.s.Members {
			switch string(name) {
			case "total":
				m.Den, hasDen = j.tally("total")
			case "covered":
				m.Num, hasNum = j.tally("covered")
			}
		}
		if j.s.Err() != nil {
			return
		}
		if !hasNum || !hasDen || m.Num > m.Den {
			j.r.Complain(evidence.Unsound, line, col, "of the %s of %s total and covered are not both there, or covered is the larger", u, quoteName(f.Path))
			m.Num = 0
		}
		measured = true
		f.Set(u, m)
	}
	if !measured {
		j.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "the summary of %s says nothing", quoteName(f.Path))
	}
}
