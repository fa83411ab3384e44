package coverage

import (
	"bytes"
	"context"
	"hash/maphash"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// GcovJSON reads what gcov --json-format writes.
var GcovJSON = format.Format{
	Name:   "gcov-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "gcov JSON, also as .gcov.json.gz (gcov --json-format of GCC 9 and later)",
	Doc: `The intermediate format of gcov(1). A line ran if its count is above 0. It stands once for each function on it, such as the
instances of a template, and counts once: it ran if it ran in one of them. Each entry of branches is a branch, covered if its count
is above 0; those of every instance count. Functions are covered if their execution_count is above 0. unexecuted_block,
calls and conditions are not read.

A report that names no source file is inconclusive, as is an entry without line_number or count. A file that was
cut is always recognised. gcov --stdout writes several reports behind one another if it is given several data
files, and that is not read: write one file for each.`,
	Names: []string{"gcc_version", "gcovr/format_version", "files"},
	Sniff: func(_ string, head []byte) bool { return sniffGcov(head) == "gcov" },
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseGcov(ctx, src, r, false)
	},
}

// GcovrJSON reads what gcovr --json writes.
var GcovrJSON = format.Format{
	Name:   "gcovr-json",
	Kinds:  evidence.Coverage,
	Begins: "{[",
	Title:  "gcovr JSON (gcovr --json)",
	Doc: `gcovr's JSON format reference, versions 0.1 to 0.15: gcov's with names of gcovr's own. A line ran if its count is above 0; one that is
marked gcovr/excluded or gcovr/noncode is none, and neither are its branches. A line that several functions share stands once for
each. gcovr counts it that often, a line of the source counts once, and the worse of the two numbers counts: for which lines
ran it is enough that one of them did. Each entry of branches is a branch, covered if its count is above 0.
Functions are covered if their execution_count is above 0. Decisions, conditions and calls are not read.

The summary of gcovr --json-summary lists no lines and is another format. An entry without line_number or count makes
the report inconclusive. A file that was cut is always recognised.`,
	Names: []string{"gcc_version", "gcovr/format_version", "files"},
	Sniff: func(_ string, head []byte) bool { return sniffGcov(head) == "gcovr" },
	Parse: func(ctx context.Context, src format.Source, r *evidence.Report) error {
		return parseGcov(ctx, src, r, true)
	},
}

// sniffGcov tells gcov's report and gcovr's, which both have files with lines with
// a line_number, by the names that only one of them uses. Both have sorted
// their names differently over time, so that any may come first.
func sniffGcov(head []byte) string {
	s := jsonscan.NewBytes(head)
	who, lines := "", false
	look := func(name []byte) {
		switch {
		case who != "":
		case bytes.HasPrefix(name, []byte("gcovr/")), string(name) == "lineno":
			who = "gcovr"
		case string(name) == "unexecuted_block", string(name) == "start_line":
			who = "gcov"
		}
	}
	for name := range s.Members {
		switch look(name); string(name) {
		case "gcc_version":
			return "gcov"
		case "gcovr/format_version":
			return "gcovr"
		case "gcovr/summary_format_version":
			return ""
		case "files":
			for range s.Elements {
				for name := range s.Members {
					look(name)
					if string(name) != "lines" && string(name) != "functions" {
						continue
					}
					for range s.Elements {
						for name := range s.Members {
							look(name)
							lines = lines || string(name) == "line_number" || string(name) == "execution_count"
						}
					}
				}
			}
		}
	}
	if !lines {
		return ""
	}
	return who
}

func parseGcov(ctx context.Context, src format.Source, r *evidence.Report, isGcovr bool) error {
	g := gcovReader{jsonReader: newJSONReader(ctx, src, r), isGcovr: isGcovr, seed: maphash.MakeSeed()}
	hasVersion, hasFiles := false, false
	for name := range g.s.Members {
		switch string(name) {
		case "format_version", "gcovr/format_version":
			hasVersion = true
		case "files":
			hasFiles = true
			if g.is(jsonscan.Array, "files") {
				for range g.s.Elements {
					g.readFile()
				}
			}
		}
	}
	if g.s.Err() == nil && (!hasVersion || !hasFiles) {
		r.Complain(evidence.Unsound, 1, 1, "files and the version of the format are not both there")
	}
	return g.finish()
}

type gcovReader struct {
	*jsonReader
	isGcovr bool
	seed    maphash.Seed

	// The file that is open.
	lines    roomyLines
	line0    uint64
	entries  []uint64 // keys of line and function
	branches evidence.Ratio
	// branchLines are those of the open file.
	branchLines []evidence.LineBranches
	functions   evidence.Ratio
}

func (g *gcovReader) readFile() {
	f := g.open(nil)
	if !g.is(jsonscan.Object, "a file") {
		return
	}
	g.lines, g.line0, g.entries, g.branches, g.functions = g.jsonReader.lines(), 0, g.entries[:0], evidence.Ratio{}, evidence.Ratio{}
	g.branchLines = g.branchLines[:0]
	hasLines, hasFunctions := false, false
	for name := range g.s.Members {
		switch string(name) {
		case "file":
			f.Path = string(g.text("the name of the file"))
		case "lines":
			hasLines = true
			if g.is(jsonscan.Array, "lines") {
				for range g.s.Elements {
					g.readLine()
				}
			}
		case "functions":
			hasFunctions = true
			for range g.s.Elements {
				g.readFunction()
			}
		}
	}
	if g.s.Err() != nil {
		return
	}
	if !hasLines {
		g.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "%s has no lines", quoteName(f.Path))
	}
	f.SetLines(g.lines.set)
	lines := g.lines.set.Ratio()
	if g.isGcovr && lines.Den > 0 {
		lines = worst(lines, keysRatio(joined(g.entries)))
	}
	f.Set(evidence.Lines, lines.Add(evidence.Ratio{Den: g.line0}))
	f.Set(evidence.Branches, g.branches)
	if len(g.branchLines) > 0 { // gcov without -b lists none
		f.BranchLines = evidence.OtherBranches(g.branchLines)
	}
	if hasFunctions {
		f.Set(evidence.Functions, g.functions)
	}
	g.add(f)
}

// readLine reads an entry of lines.
func (g *gcovReader) readLine() {
	if !g.is(jsonscan.Object, "an entry of lines") {
		return
	}
	at, col := g.s.Last()
	line, covered, excluded := int64(-1), false, false
	hasCount := false
	function := uint64(0)
	var branches evidence.Ratio
	for name := range g.s.Members {
		switch string(name) {
		case "line_number":
			if n, ok := g.s.Int(); ok {
				line = n
			}
		case "count":
			covered, hasCount = g.count()
		case "function_name":
			if g.isGcovr {
				text, _ := g.s.Text()
				function = maphash.Bytes(g.seed, text)
			}
		case "branches":
			branches = g.readBranches()
		case "gcovr/excluded", "gcovr/noncode":
			v, _ := g.s.Bool()
			excluded = excluded || v
		}
	}
	switch {
	case g.s.Err() != nil || excluded:
		return
	case line < 0 || !hasCount:
		g.r.Complain(evidence.Unsound, at, col, "an entry of lines has not both line_number and count")
		return
	}
	g.branches = g.branches.Add(branches)
	if branches.Den > 0 {
		g.branchLines = append(g.branchLines, evidence.BranchesOn(uint32(min(line, evidence.MaxLine+1)), branches.Num, branches.Den))
	}
	if line == 0 {
		if !covered {
			g.line0 = 1
		}
		g.r.Complain(evidence.Quirk, at, col, "there is no line 0; it counts if it is not covered")
		return
	}
	if !g.mark(&g.lines, uint64(line), covered) || !g.isGcovr {
		return
	}
	// Multiplied by an odd number, lines of one function stay apart.
	g.entries = append(g.entries, key((function+uint64(line))*0x9e3779b97f4a7c15, covered))
}

func (g *gcovReader) readBranches() (r evidence.Ratio) {
	if !g.is(jsonscan.Array, "branches") {
		return r
	}
	for range g.s.Elements {
		covered, ok, excluded := false, false, false
		for name := range g.s.Members {
			switch string(name) {
			case "count":
				covered, ok = g.count()
			case "gcovr/excluded":
				excluded, _ = g.s.Bool()
			}
		}
		switch {
		case g.s.Err() != nil || excluded:
			continue
		case !ok:
			g.complain(evidence.Unsound, "a branch has no count")
		}
		r.Den++
		if covered {
			r.Num++
		}
	}
	return r
}

func (g *gcovReader) readFunction() {
	covered, ok, excluded := false, false, false
	for name := range g.s.Members {
		switch string(name) {
		case "execution_count":
			covered, ok = g.count()
		case "gcovr/excluded":
			excluded, _ = g.s.Bool()
		}
	}
	switch {
	case g.s.Err() != nil || excluded:
		return
	case !ok:
		g.complain(evidence.Unsound, "a function has no execution_count")
	}
	g.functions.Den++
	if covered {
		g.functions.Num++
	}
}
