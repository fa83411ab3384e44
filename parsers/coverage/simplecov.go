package coverage

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// SimpleCov reads .resultset.json and the coverage.json of simplecov_json_formatter.
var SimpleCov = format.Format{
	Name:   "simplecov-resultset",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "SimpleCov .resultset.json, and coverage.json of its JSON formatter (RSpec, Minitest, Cucumber and others for Ruby)",
	Doc: `A result set holds the coverage of each test suite by its name; of each file lines is an array with a count for every line of the
source, null where there is nothing to run. The form before SimpleCov 0.18, the array alone, is read too, and so is coverage.json,
which has the files of all suites together. A line that is "ignored" there is none. Branches are the arms below each condition,
methods are functions; where no file has any they were not measured.

The suites are joined: a line, arm or method that ran in one of them ran, and one that can run in one of them can
run. SimpleCov itself takes a line for none if one suite has 0 and another null. Groups and percentages are not read. A
suite without coverage, and a file without lines, make the report inconclusive. A file that was cut is always recognised.`,
	Names: []string{"coverage"},
	Times: "`timestamp` of suites, or of `meta`",
	Sniff: sniffSimpleCov,
	Parse: parseSimpleCov,
}

// sniffSimpleCov claims objects of suites with coverage, and of coverage, in
// which files have an array of lines.
func sniffSimpleCov(_ string, head []byte) bool {
	s := jsonscan.NewBytes(head)
	file := func() bool { // what is due is that of a file
		if s.Kind() == jsonscan.Array {
			return true
		}
		for name := range s.Members {
			if string(name) == "lines" && s.Kind() == jsonscan.Array {
				return true
			}
		}
		return false
	}
	for name := range s.Members {
		bare := string(name) == "coverage"
		for name := range s.Members {
			if bare {
				if s.Kind() == jsonscan.Object && file() {
					return true
				}
				continue
			}
			if string(name) != "coverage" {
				continue
			}
			for range s.Members {
				if file() {
					return true
				}
			}
		}
	}
	return false
}

func parseSimpleCov(ctx context.Context, src format.Source, r *evidence.Report) error {
	p := simpleCovReader{jsonReader: newJSONReader(ctx, src, r), seed: maphash.MakeSeed(), byPath: map[string]*simpleCovFile{}}
	formatter := false
	var bare [][3]int // members that are no suites
	for name := range p.s.Members {
		line, col := p.s.Pos()
		if string(name) == "coverage" {
			formatter = true
			p.readFiles()
			continue
		}
		isSuite := false
		for name := range p.s.Members {
			switch string(name) {
			case "coverage":
				isSuite = true
				p.readFiles()
			case "timestamp":
				p.stamp()
			}
		}
		if !isSuite && len(bare) < evidence.MaxProblems {
			bare = append(bare, [3]int{line, col})
		}
	}
	if p.s.Err() == nil && !formatter { // which has meta and groups beside coverage
		for _, at := range bare {
			r.Complain(evidence.Unsound, at[0], at[1], "the suite has no coverage")
		}
	}
	p.addAll()
	return p.finish()
}

// stamp reads when a suite ended, or the report was made: seconds in what SimpleCov
// merges, a date in what its formatter writes.
func (p *simpleCovReader) stamp() {
	switch text, kind := p.s.Scalar(); kind {
	case jsonscan.Number:
		p.r.State(format.UnixStampText(text))
	case jsonscan.String:
		p.r.State(format.Stamp(text))
	}
}

type simpleCovReader struct {
	*jsonReader
	seed   maphash.Seed
	byPath map[string]*simpleCovFile
	order  []*simpleCovFile

	branching, methodical bool // a branch, a method was listed
}

// simpleCovFile is one source file over all suites.
type simpleCovFile struct {
	evidence.FileCoverage
	lines             roomyLines
	branches, methods keySet
}

// addAll hands over the files.
func (p *simpleCovReader) addAll() {
	slices.SortFunc(p.order, func(a, b *simpleCovFile) int { return strings.Compare(a.Path, b.Path) })
	for _, f := range p.order {
		f.SetLines(f.lines.set)
		if p.branching {
			f.Set(evidence.Branches, f.branches.ratio())
		}
		if p.methodical {
			f.Set(evidence.Functions, f.methods.ratio())
		}
		p.add(f.FileCoverage)
	}
}

// readFiles reads the files of a suite, or of all.
func (p *simpleCovReader) readFiles() {
	if !p.is(jsonscan.Object, "coverage") {
		return
	}
	for path := range p.s.Members {
		f := p.byPath[string(path)]
		if f == nil {
			f = &simpleCovFile{FileCoverage: p.open(path), lines: p.lines()}
			p.byPath[f.Path] = f
			p.order = append(p.order, f)
		}
		if p.s.Kind() == jsonscan.Array {
			p.lineCounts(&f.lines)
			continue
		}
		p.readFile(f)
	}
}

func (p *simpleCovReader) readFile(f *simpleCovFile) {
	if !p.is(jsonscan.Object, "what is covered of a file") {
		return
	}
	line, col := p.s.Last()
	hasLines := false
	var arms, methods []uint64
	for name := range p.s.Members {
		switch string(name) {
		case "lines":
			if p.is(jsonscan.Array, "lines") {
				hasLines = true
				p.lineCounts(&f.lines)
			}
		case "branches":
			arms = p.readBranches()
		case "methods":
			methods = p.readArms(0, nil)
		}
	}
	p.branching = p.branching || len(arms) > 0
	p.methodical = p.methodical || len(methods) > 0
	f.branches.add(joined(arms))
	f.methods.add(joined(methods))
	if p.s.Err() == nil && !hasLines {
		p.r.Complain(evidence.Unsound, line, col, "%s has no lines", quoteName(f.Path))
	}
}

// readBranches reads {"[:if, 0, …]": {"[:then, 1, …]": 3, …}} of a result set, or
// the list of the JSON formatter.
func (p *simpleCovReader) readBranches() (arms []uint64) {
	if p.s.Kind() == jsonscan.Array {
		return p.readList()
	}
	for condition := range p.s.Members {
		arms = p.readArms(maphash.Bytes(p.seed, condition), arms)
	}
	return arms
}

// readArms reads an object of names and counts, or a list.
func (p *simpleCovReader) readArms(of uint64, arms []uint64) []uint64 {
	if p.s.Kind() == jsonscan.Array {
		return append(arms, p.readList()...)
	}
	for name := range p.s.Members {
		h := of*31 + maphash.Bytes(p.seed, name)
		arms = append(arms, key(h, p.mustCount("a branch or method")))
	}
	return arms
}

// readList reads [{"type":"then","start_line":4,"end_line":4,"coverage":1}, …].
// An entry that is "ignored" is none.
func (p *simpleCovReader) readList() (arms []uint64) {
	n := uint64(0)
	for range p.s.Elements {
		n++
		covered, ok := false, true
		for name := range p.s.Members {
			if string(name) != "coverage" {
				continue
			}
			if p.s.Kind() == jsonscan.String {
				ok = false
				continue
			}
			covered = p.mustCount("a branch or method")
		}
		if ok {
			arms = append(arms, key(n<<1, covered))
		}
	}
	return arms
}
