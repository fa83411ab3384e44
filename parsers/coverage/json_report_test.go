package coverage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// at is a statement that starts on the line.
func at(line int) string {
	return fmt.Sprintf(`{"start":{"line":%d,"column":0},"end":{"line":%[1]d}}`, line)
}

// ist is the coverage map of a.js.
func ist(members string) string { return `{"a.js":{` + members + `}}` }

const noStatements = `"statementMap":{},"s":{}`

func TestIstanbulFinalNumbers(t *testing.T) {
	three := `"statementMap":{"0":` + at(3) + `,"1":` + at(3) + `,"2":` + at(9) + `}`
	checkReadings(t, IstanbulFinal, []reading{
		{"a line ran if one of its statements did", ist(three + `,"s":{"0":0,"1":2,"2":0}`), "a.js lines 1/2 statements 1/3", nil},
		{"whichever comes first", ist(three + `,"s":{"1":0,"0":2,"2":0}`), "a.js lines 1/2 statements 1/3", nil},
		{"counts before places", ist(`"s":{"2":5,"0":0,"1":0},` + three), "a.js lines 1/2 statements 1/3", nil},
		{"counts in another order", ist(three + `,"s":{"2":1,"1":0,"0":0}`), "a.js lines 1/2 statements 1/3", nil},
		{"the path is the name", ist(`"path":"/b.js",` + noStatements), "/b.js lines 0/0 statements 0/0", nil},
		{"arms of branches", ist(noStatements + `,"branchMap":{"0":{"locations":[{},{}]},"1":{"locations":[{}]}},"b":{"1":[3],"0":[0,1]}`), "a.js lines 0/0 branches 2/3 statements 0/0", nil},
		{"arms without a place", ist(noStatements + `,"b":{"1":[3,0]}`), "a.js lines 0/0 branches 1/2 statements 0/0", nil},
		{"functions", ist(noStatements + `,"fnMap":{"0":{},"1":{}},"f":{"0":0,"1":7}`), "a.js lines 0/0 statements 0/0 functions 1/2", nil},
		{"an entry with all in data", `{"a.js":{"data":{"path":"/b.js",` + noStatements + `}}}`, "/b.js lines 0/0 statements 0/0", nil},
		{"counts of any size", ist(`"statementMap":{"0":` + at(1) + `,"1":` + at(2) + `},"s":{"0":1e+21,"1":99999999999999999999}`), "a.js lines 2/2 statements 2/2", nil},
		{"two keys of one path are one file", `{"a":{"path":"x","statementMap":{"0":` + at(1) + `},"s":{"0":0}},"b":{"path":"x","statementMap":{"0":` + at(1) + `},"s":{"0":1}}}`,
			"x lines 1/1 statements 1/1", nil},
		{"an arm less than its places", ist(noStatements + `,"branchMap":{"0":{"locations":[{},{}]}},"b":{"0":[1]}`), "a.js lines 0/0 branches 1/2 statements 0/0",
			[]string{"quirk r:1:9: 1 branches"}},
		{"a negative count", ist(`"statementMap":{"0":` + at(1) + `},"s":{"0":-1}`), "a.js lines 0/1 statements 0/1", []string{"quirk r:1:89: the count -1"}},
		{"a covered statement of no line", ist(`"statementMap":{"0":{}},"s":{"0":1}`), "a.js lines 0/0 statements 1/1", nil},
		{"an uncovered statement of no line", ist(`"statementMap":{"0":{}},"s":{"0":0}`), "a.js lines 0/1 statements 0/1", []string{"quirk r:1:9: 1 statements"}},
		{"a statement of no place", ist(three + `,"s":{"0":1,"1":1,"2":1,"3":1}`), "a.js lines 2/2 statements 4/4", []string{"r:1:9: 1 statements"}},
		{"a text for a count", ist(three + `,"s":{"0":1,"1":1,"2":"1"}`), "a.js lines 1/2 statements 2/3", []string{"r:1:207: a statement or function has no count"}},
		{"no statements at all", ist(`"f":{}`), "a.js lines 0/0 functions 0/0", []string{"r:1:9: the coverage of \"a.js\" has not both"}},
		{"an empty map", `{}`, "", []string{"r:1:1: the report names no source file"}},
		{"cut", ist(three)[:40], "", []string{"r:1:41: the JSON text is cut short"}},
	})
}

func TestIstanbulSummaryNumbers(t *testing.T) {
	part := func(covered, total int) string {
		return fmt.Sprintf(`{"total":%d,"covered":%d,"skipped":0,"pct":"Unknown"}`, total, covered)
	}
	checkReadings(t, IstanbulSummary, []reading{
		{"files and their total", `{"total":{"lines":` + part(3, 5) + `},"a":{"lines":` + part(1, 2) + `},"b":{"lines":` + part(2, 3) + `}}`, "a lines 1/2; b lines 2/3", nil},
		{"the total last", `{"a":{"lines":` + part(1, 2) + `},"total":{"lines":` + part(1, 2) + `}}`, "a lines 1/2", nil},
		{"every unit", `{"total":{},"a":{"lines":` + part(1, 2) + `,"statements":` + part(3, 4) + `,"functions":` + part(5, 6) + `,"branches":` + part(0, 0) + `}}`,
			"a lines 1/2 branches 0/0 statements 3/4 functions 5/6", []string{"r:1:10: the summary of \"total\" says nothing"}},
		{"a file is missing", `{"total":{"lines":` + part(3, 5) + `},"a":{"lines":` + part(1, 2) + `}}`, "a lines 1/2", []string{"r:1:10: the total counts 3/5 of lines where its files amount to 1/2"}},
		{"more missed in total", `{"total":{"lines":` + part(1, 4) + `},"a":{"lines":` + part(3, 4) + `}}`, "a lines 3/4", []string{"r:1:10: the total counts 1/4"}},
		{"less in total", `{"total":{"lines":` + part(1, 1) + `},"a":{"lines":` + part(3, 4) + `}}`, "a lines 3/4", []string{"quirk r:1:10: the total counts 1/1"}},
		{"a total alone", `{"total":{"lines":` + part(3, 5) + `}}`, "[not listed in r] lines 3/5", []string{"quirk r:1:10: no file is listed"}},
		{"a total of nothing", `{"total":{"lines":` + part(0, 0) + `}}`, "", []string{"r:1:1: the report names no source file"}},
		{"no total", `{"a":{"lines":` + part(3, 5) + `}}`, "a lines 3/5", []string{"r:1:1: there is no total"}},
		{"a number that no code has", `{"total":{"lines":` + part(1, 1<<32+1) + `}}`, "", []string{"r:1:28: total should be", "r:1:19: of the lines"}},
		{"covered above total", `{"total":{"lines":` + part(3, 5) + `},"a":{"lines":` + part(6, 5) + `}}`, "a lines 0/5",
			[]string{"r:1:85: of the lines of \"a\"", "quirk r:1:10: the total counts 3/5"}},
	})
}

// seg is a report of one file with segments and a summary of its lines.
func seg(covered, count int, segments string) string {
	sum := fmt.Sprintf(`{"lines":{"count":%d,"covered":%d}}`, count, covered)
	return `{"data":[{"files":[{"filename":"a.c","segments":[` + segments + `],"summary":` + sum + `}],"totals":` + sum + `}],"type":"llvm.coverage.json.export","version":"2.0.1"}`
}

// The lines were counted by the rules of LineCoverageStats, by hand.
func TestLLVMCovLines(t *testing.T) {
	for _, tc := range []struct{ name, segments, lines string }{
		{"a function of three lines", `[2,10,5,true,true,false],[4,2,0,false,false,false]`, "+2 +3 +4"},
		{"a block that did not run", `[1,10,1,true,true,false],[2,9,0,true,true,false],[4,4,1,true,false,false],[5,2,0,false,false,false]`, "+1 +2 -3 -4 +5"},
		{"a region that ran begins on the last line of one that did not", `[1,1,0,true,true,false],[3,2,4,true,true,false],[4,1,0,false,false,false]`, "-1 -2 +3 +4"},
		{"nothing between two functions", `[1,1,1,true,true,false],[2,2,0,false,false,false],[5,1,0,true,true,false],[6,2,0,false,false,false]`, "+1 +2 -5 -6"},
		{"a gap region that did not run", `[1,1,1,true,true,false],[2,3,0,true,false,true],[3,1,1,true,true,false],[4,2,0,false,false,false]`, "+1 +2 +3 +4"},
		{"a gap region that ran begins after what did not", `[1,1,0,true,true,false],[2,1,5,true,true,true],[3,2,0,false,false,false]`, "-1 -2 +3"},
		{"a skipped region", `[1,1,1,true,true,false],[2,1,0,false,true,false],[4,1,1,true,false,false],[5,2,0,false,false,false]`, "+1 +5"},
		{"two functions on a line, one ran", `[1,1,1,true,true,false],[1,9,0,false,false,false],[1,10,0,true,true,false],[1,19,0,false,false,false]`, "+1"},
		{"numbers for booleans, as before 2.0.1", `[2,10,5,1,1],[4,2,0,0,0]`, "+2 +3 +4"},
		{"a count of 64 bits", `[2,10,18446744073709551615,true,true,false],[2,20,0,false,false,false]`, "+2"},
	} {
		_, files := readReport(t, LLVMCov, seg(0, 0, tc.segments))
		_, lines, _ := strings.Cut(files[0], " - - - ")
		if lines != tc.lines {
			t.Errorf("%s: %s, want %s", tc.name, files[0], tc.lines)
		}
	}
}

func TestLLVMCovNumbers(t *testing.T) {
	const three = `[2,10,5,true,true,false],[4,2,0,false,false,false]`
	file := func(name string, covered, count int) string {
		return fmt.Sprintf(`{"filename":%q,"summary":{"lines":{"count":%d,"covered":%d},"branches":{"count":0,"covered":0}}}`, name, count, covered)
	}
	doc := func(total string, files ...string) string {
		return `{"data":[{"totals":` + total + `,"files":[` + strings.Join(files, ",") + `]}],"version":"3.0.1","type":"llvm.coverage.json.export"}`
	}
	checkReadings(t, LLVMCov, []reading{
		{"segments and summary agree", seg(3, 3, three), "a.c lines 3/3", nil},
		{"the summary is worse", seg(3, 5, three), "a.c lines 3/5", []string{"quirk r:1:"}},
		{"the segments are worse", seg(3, 3, `[2,10,5,true,true,false],[3,1,0,true,true,false],[5,2,0,false,false,false]`), "a.c lines 2/4", []string{"quirk r:1:"}},
		{"summary only", doc(`{"lines":{"count":5,"covered":3}}`, file("b.rs", 2, 3), file("a.rs", 1, 2)), "a.rs lines 1/2; b.rs lines 2/3", nil},
		{"a file is missing", doc(`{"lines":{"count":9,"covered":3}}`, file("a.rs", 1, 2)), "a.rs lines 1/2", []string{"r:1:20: the total counts 3/9"}},
		{"a file twice, without segments", doc(`{}`, file("a.rs", 1, 2), file("a.rs", 2, 2)), "a.rs lines 3/4", []string{"quirk r:1:"}},
		{"branches of some files", `{"data":[{"files":[{"filename":"a","summary":{"lines":{"count":1,"covered":1},"branches":{"count":2,"covered":1}}},` + file("b", 0, 0) +
			`],"totals":{}}],"type":"llvm.coverage.json.export","version":"2.0.1"}`, "a lines 1/1 branches 1/2; b lines 0/0 branches 0/0", nil},
		{"another type", strings.Replace(seg(3, 3, three), "llvm.coverage", "gcc.coverage", 1), "a.c lines 3/3", []string{"r:1:1: data, version and the type"}},
		{"a version to come", strings.Replace(seg(3, 3, three), "2.0.1", "20.1", 1), "a.c lines 3/3", []string{"r:1:238: version"}},
		{"segments out of order", seg(3, 3, `[4,2,0,false,false,false],[2,10,5,true,true,false]`), "a.c lines 3/3", []string{"r:1:"}},
		{"no file", doc(`{}`), "", []string{"r:1:1: the report names no source file"}},
		{"lines without end", seg(1, 1, `[4194304,1,0,true,true,false],[4294967295,1,0,false,false,false]`), "a.c lines 0/1", []string{"r:1:", "quirk r:1:"}},
	})
}

func TestCoveragePyNumbers(t *testing.T) {
	py := func(file, totals string) string { return `{"files":{"a.py":{` + file + `}},"totals":{` + totals + `}}` }
	slip := func(file, total string) string {
		return `{"meta":{"software":"slipcover"},"files":{"a.py":{"executed_lines":[1],"missing_lines":[2],"executed_branches":[[1,2]],"missing_branches":[],"summary":{` + file + `}}},"summary":{` + total + `}}`
	}
	checkReadings(t, CoveragePy, []reading{
		{"lines", py(`"executed_lines":[1,2,7],"missing_lines":[3]`, ``), "a.py lines 3/4", nil},
		{"excluded lines that ran", py(`"executed_lines":[1,2,7],"missing_lines":[3],"excluded_lines":[2,8],"summary":{"covered_lines":2,"num_statements":3}`, `"covered_lines":2,"num_statements":3`), "a.py lines 2/3", nil},
		{"branches", py(`"executed_lines":[1],"missing_lines":[],"executed_branches":[[1,2],[1,-1]],"missing_branches":[[3,4]],"summary":{"num_branches":3,"covered_branches":2}`, ``), "a.py lines 1/1 branches 2/3", nil},
		{"branches of the summary alone", py(`"executed_lines":[1],"missing_lines":[],"summary":{"num_branches":3,"covered_branches":2}`, ``), "a.py lines 1/1 branches 2/3", nil},
		{"regions repeat", py(`"executed_lines":[1],"missing_lines":[2],"functions":{"f":{"executed_lines":[1],"missing_lines":[2]}},"classes":{"":{"executed_lines":[2]}}`, ``), "a.py lines 1/2", nil},
		{"a line in both lists", py(`"missing_lines":[2],"executed_lines":[1,2]`, ``), "a.py lines 1/2", []string{"quirk r:1:18: 1 lines"}},
		{"the summary counts more", py(`"executed_lines":[1],"missing_lines":[],"summary":{"covered_lines":1,"num_statements":4}`, `"covered_lines":1,"num_statements":4`), "a.py lines 1/4", []string{"quirk r:1:69:"}},
		{"a file is missing", py(`"executed_lines":[1],"missing_lines":[]`, `"covered_lines":1,"num_statements":4`), "a.py lines 1/1", []string{"r:1:70: the total counts 1/4"}},
		{"no list of missing lines", py(`"executed_lines":[1]`, ``), "a.py lines 1/1", []string{"r:1:18: \"a.py\" has not both"}},
		{"no totals", `{"files":{"a.py":{"executed_lines":[1],"missing_lines":[]}}}`, "a.py lines 1/1", []string{"r:1:1: files and totals"}},
		{"no files", `{"files":{},"totals":{}}`, "", []string{"r:1:1: the report names no source file"}},
		{"SlipCover", slip(`"covered_lines":1,"missing_lines":1,"covered_branches":1,"missing_branches":0`, `"covered_lines":1,"missing_lines":1`), "a.py lines 1/2 branches 1/1", nil},
		{"more is missing in SlipCover's summary", slip(`"covered_lines":1,"missing_lines":3`, ``), "a.py lines 1/4 branches 1/1", []string{"quirk r:1:"}},
		{"more is missing in SlipCover's total", slip(`"covered_lines":1,"missing_lines":1`, `"covered_lines":1,"missing_lines":5`), "a.py lines 1/2 branches 1/1", []string{"r:1:202: the total counts 1/6"}},
		{"a total beyond numbers", slip(`"covered_lines":18446744073709551615,"missing_lines":2`, ``), "a.py lines 1/2 branches 1/1", []string{"r:1:"}},
	})
}

func TestGcovNumbers(t *testing.T) {
	entry := func(line, count int, more string) string {
		return fmt.Sprintf(`{"line_number":%d,"count":%d%s}`, line, count, more)
	}
	doc := func(lines ...string) string {
		return `{"format_version":"1","files":[{"file":"a.c","lines":[` + strings.Join(lines, ",") + `]}]}`
	}
	const f, g = `,"function_name":"f"`, `,"function_name":"g"`
	checkReadings(t, GcovJSON, []reading{
		{"a line of two instances", doc(entry(1, 0, f), entry(1, 2, g), entry(2, 0, f)), "a.c lines 1/2 branches 0/0", nil},
		{"branches of each instance", doc(entry(1, 1, f+`,"branches":[{"count":1},{"count":0}]`), entry(1, 1, g+`,"branches":[{"count":0},{"count":1}]`)), "a.c lines 1/1 branches 2/4", nil},
		{"line 0", doc(entry(0, 0, ""), entry(1, 1, "")), "a.c lines 1/2 branches 0/0", []string{"quirk r:1:55: there is no line 0"}},
		{"no count", doc(`{"line_number":1}`), "a.c lines 0/0 branches 0/0", []string{"r:1:55: an entry of lines has not both"}},
		{"no version", `{"files":[]}`, "", []string{"r:1:1: files and the version"}},
		{"no files", `{"format_version":"1","files":[]}`, "", []string{"r:1:1: the report names no source file"}},
		{"two reports in one", doc(entry(1, 1, "")) + "\n" + doc(entry(2, 0, "")), "a.c lines 1/1 branches 0/0", []string{"r:2:1: '{' after the end"}},
	})
	checkReadings(t, GcovrJSON, []reading{
		{"a line of two functions counts twice where that is worse", doc(entry(1, 0, f), entry(1, 2, g), entry(2, 1, g)), "a.c lines 2/3 branches 0/0", nil},
		{"and once where that is worse", doc(entry(1, 1, f), entry(1, 2, g), entry(2, 0, g)), "a.c lines 1/2 branches 0/0", nil},
		{"excluded lines and branches", doc(entry(1, 1, `,"branches":[{"count":0,"gcovr/excluded":true},{"count":1}]`), entry(2, 0, `,"gcovr/excluded":true,"branches":[{"count":0}]`), entry(3, 0, `,"gcovr/noncode":true`)),
			"a.c lines 1/1 branches 1/1", nil},
	})
}

func TestSimpleCovNumbers(t *testing.T) {
	checkReadings(t, SimpleCov, []reading{
		{"lines", `{"RSpec":{"coverage":{"a.rb":{"lines":[null,1,0,2]}},"timestamp":1}}`, "a.rb lines 2/3", nil},
		{"the form before 0.18", `{"RSpec":{"coverage":{"a.rb":[null,1,0,2]}}}`, "a.rb lines 2/3", nil},
		{"two suites", `{"A":{"coverage":{"a.rb":{"lines":[null,1,0,0]}}},"B":{"coverage":{"a.rb":{"lines":[0,0,1,null]}}}}`, "a.rb lines 2/4", nil},
		{"branches of two suites", `{"A":{"coverage":{"a.rb":{"lines":[1],"branches":{"x":{"t":1,"e":0},"y":{"t":0,"e":0}}}}},"B":{"coverage":{"a.rb":{"lines":[1],"branches":{"x":{"t":0,"e":2}}}}}}`,
			"a.rb lines 1/1 branches 2/4", nil},
		{"methods", `{"A":{"coverage":{"a.rb":{"lines":[1],"methods":{"f":0,"g":3}}}}}`, "a.rb lines 1/1 functions 1/2", nil},
		{"the JSON formatter", `{"meta":{"simplecov_version":"0.22.0"},"coverage":{"a.rb":{"lines":[1,"ignored",0]}},"groups":{}}`, "a.rb lines 1/2", nil},
		{"a suite without coverage", `{"A":{"coverage":{"a.rb":{"lines":[1]}}},"B":{"timestamp":1}}`, "a.rb lines 1/1", []string{"r:1:46: the suite has no coverage"}},
		{"a suite of no file", `{"A":{"coverage":{}}}`, "", []string{"r:1:1: the report names no source file"}},
		{"a file without lines", `{"A":{"coverage":{"a.rb":{"branches":{}}}}}`, "a.rb lines 0/0", []string{"r:1:26: \"a.rb\" has no lines"}},
	})
}

func TestCoverallsNumbers(t *testing.T) {
	checkReadings(t, CoverallsJSON, []reading{
		{"lines", `{"source_files":[{"name":"a","coverage":[null,1,0,7]}]}`, "a lines 2/3", nil},
		{"branches", `{"source_files":[{"name":"a","coverage":[1],"branches":[1,0,0,1, 1,0,1,0, 2,0,0,9]}]}`, "a lines 1/1 branches 2/3", nil},
		{"three numbers", `{"source_files":[{"name":"a","coverage":[1],"branches":[1,0,0]}]}`, "a lines 1/1 branches 0/1", []string{"r:1:61: 3 numbers"}},
		{"a name twice", `{"source_files":[{"name":"a","coverage":[1,0]},{"name":"a","coverage":[0,1]}]}`, "a lines 2/2", nil},
		{"a name twice with other lines", `{"source_files":[{"name":"a","coverage":[1,0]},{"name":"a","coverage":[0,1,1]}]}`, "a lines 1/3", []string{"quirk r:1:"}},
		{"coverage as a text", `{"source_files":[{"name":"a","coverage":"[1]"}]}`, "a lines 0/0", []string{"r:1:41: coverage is no array", "r:1:18: \"a\" has no coverage"}},
		{"a boolean for a count", `{"source_files":[{"name":"a","coverage":[1,true]}]}`, "a lines 1/1", []string{"r:1:44: line 2 has boolean"}},
		{"no name", `{"source_files":[{"coverage":[1]}]}`, " lines 1/1", []string{"r:1:18: the file has no name"}},
		{"no source file", `{"source_files":[]}`, "", []string{"r:1:1: the report names no source file"}},
	})
}

// A count stands at the place of its line.
func TestArraysOfCountsBeginWithLineOne(t *testing.T) {
	const array = `[null,1,0,null,2]`
	for doc, f := range map[string]format.Format{
		`{"source_files":[{"name":"a","coverage":` + array + `}]}`: CoverallsJSON,
		`{"S":{"coverage":{"a":` + array + `}}}`:                   SimpleCov,
	} {
		if _, files := readReport(t, f, doc); len(files) != 1 || !strings.HasSuffix(files[0], " +2 -3 +5") {
			t.Errorf("%s: %v", f.Name, files)
		}
	}
}
