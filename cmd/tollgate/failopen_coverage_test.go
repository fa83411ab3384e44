package main

import (
	"fmt"
	"strings"
)

// lcov is a file of which so many lines ran.
func lcov(covered, total int) string {
	var b strings.Builder
	b.WriteString("SF:pay/a.js\n")
	for line := 1; line <= total; line++ {
		ran := 0
		if line <= covered {
			ran = 1
		}
		fmt.Fprintf(&b, "DA:%d,%d\n", line, ran)
	}
	return b.String() + "end_of_record\n"
}

const (
	goTestCoverage = "vladopajic/go-test-coverage"
	diffCover      = "Bachmann1234/diff_cover"
	octocov        = "k1LoW/octocov"
	jenkinsCov     = "jenkinsci/coverage-plugin"
)

var coverageWays = []way{
	{"a root that does not exist", "codecov", "no file of the report is one of the change: success, \"Coverage not affected\"", "its source", "version: 1\nevidence: {e: {coverage: [\"r/*\"], root: services/pay}}\ngates: {g: {from: e, require: [lines >= 80%]}}\n", r(lcov(9, 10)), nil, nil, 2},
	{"branches on changed lines, and the change is not known", "codecov", "without a base `if_not_found` holds, which is success unless it is set", "its source", coverage("patch.branches >= 80%"), r(lcov(9, 10)), nil, nil, 3},
	{"no report", diffCover, "exit 0", "aws-solutions idp#1190", coverage("lines >= 80%"), r(), nil, nil, 3},
	{"an empty profile", goTestCoverage, "0 of 0 is 100 %", "running it", coverage("statements >= 80%"), r(""), nil, nil, 3},
	{"a profile of a mode and nothing else", goTestCoverage, "0 of 0 is 100 %", "running it", coverage("statements >= 80%"), r("mode: set\n"), nil, nil, 3},
	{"files without lines", "zuke-build/zuke", "0 of 0 is 100 %", "zuke-build/zuke#221", coverage("lines >= 80%"), r("SF:a.js\nend_of_record\n"), nil, nil, 3},
	{"a summary of nothing", "istanbul", "0 of 0 is 100 %", "its source", coverage("lines >= 80%"), r(`{"total": {"lines": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}, "statements": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}, "functions": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}, "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": 100}}}`), nil, nil, 3},
	{"1,999 of 2,000, and 100 % is asked for", goTestCoverage, "rounded to one decimal", "running it", coverage("lines >= 100%"), r(lcov(1999, 2000)), nil, nil, 1},
	{"9,995 of 10,000, and 100 % is asked for", goTestCoverage, "rounded to one decimal", "running it", coverage("lines >= 100%"), r(lcov(9995, 10000)), nil, nil, 1},
	{"7,995 of 10,000, and 80 % is asked for", goTestCoverage, "rounded to one decimal, and up", "running it", coverage("lines >= 80%"), r(lcov(7995, 10000)), nil, nil, 1},
	{"89.98 %, and 90 % is asked for", "coverage.py", "`fail_under` is compared with what is rounded to whole percent", "teh-hippo/ha-govee-led-ble#202", coverage("lines >= 90%"), r(lcov(8998, 10000)), nil, nil, 1},
	{"32,847 of 32,848, and 100 % is asked for", "simplecov", "rounded to two decimals", "simplecov-ruby/simplecov#679", coverage("lines >= 100%"), r(lcov(32847, 32848)), nil, nil, 1},
	{"a rate of 0.8 over 3,993 of 5,000 lines", "irongut/CodeCoverageSummary", "the rate in the header is compared, which is rounded", "vm-operator#562", coverage("lines >= 80%"),
		r(`<?xml version="1.0"?><coverage line-rate="0.8" branch-rate="0" lines-covered="3993" lines-valid="5000" version="1" timestamp="1"><packages><package name="p" line-rate="0.8"><classes><class name="A" filename="a.py" line-rate="0.8"><lines>` + coberturaLines(3993, 5000) + `</lines></class></classes></package></packages></coverage>`), nil, nil, 1},
	{"a unit that no file measures", jenkinsCov, "the gate is inactive", "its source", coverage("branches >= 80%"), r(lcov(9, 10)), nil, nil, 3},
	{"functions, of a report of lines", "danielpalme/ReportGenerator", "an undefined quota is no error", "its source", coverage("functions >= 80%"), r(lcov(9, 10)), nil, nil, 3},
	{"LCOV with totals and no lines", octocov, "read as 0 of 0", "running it on cargo-llvm-cov's", coverage("lines >= 80%"), r("SF:a.rs\nLF:100\nLH:10\nend_of_record\n"), nil, nil, 1},
	{"LCOV with checksums", octocov, "the file is refused and left out", "running it on gcovr's", coverage("lines >= 80%"), r("SF:a.c\nDA:1,1,abc\nDA:2,0,def\nend_of_record\n"), nil, nil, 1},
	{"LCOV that ends in the middle", diffCover, "what is there is all there is", "its source", coverage("lines >= 80%"), r("SF:a.js\nDA:1,1\nDA:2,1\n"), nil, nil, 3},
	{"1 of 99 statements, 98 in a function literal of the package", "go tool cover -func", "100.0 %: only declared functions are summed", "running it", coverage("statements >= 80%"), r("mode: set\nm/a.go:1.1,2.1 1 1\nm/a.go:4.1,9.1 98 0\n"), nil, nil, 1},
	{"the block that ran stands nine times, for -coverpkg", jenkinsCov, "repeated blocks are added up: 90 %", jenkinsCov + "#322", coverage("statements >= 80%"), r("mode: set\n" + strings.Repeat("m/a.go:1.1,2.1 1 1\n", 9) + "m/a.go:4.1,9.1 1 0\n"), nil, nil, 1},
	{"paths that match no file", "codecov", "0 % of nothing, and the upload a success, for 400 commits", "woopstar/hsem#1070", "version: 1\nevidence: {e: {coverage: [\"r/*\"]}}\ngates: {g: {from: e, paths: [\"src/**\"], require: [lines >= 80%]}}\n", r(lcov(9, 10)), nil, nil, 3},
	{"one file of many is not tested at all", "5monkeys/cobertura-action", "it is hidden in the mean", "5monkeys/cobertura-action#66", "version: 1\nevidence: {e: {coverage: [\"r/*\"]}}\ngates: {g: {from: e, paths: [\"pay/b.js\"], require: [lines >= 80%]}}\n",
		r(lcov(99, 100) + "SF:pay/b.js\nDA:1,0\nend_of_record\n"), nil, nil, 1},
	{"one of two reports is broken", "codecov", "uploads are dropped and the build stays green", "espnet#6691", coverage("lines >= 80%"), r(lcov(9, 10), "SF:b.js\nDA:1"), nil, nil, 3},
	{"Cobertura without packages", "irongut/CodeCoverageSummary", "0 of 0", "its source", coverage("lines >= 80%"), r(`<?xml version="1.0"?><coverage line-rate="1" version="1"><packages/></coverage>`), nil, nil, 3},
	{"JaCoCo without packages", jenkinsCov, "0 of 0 is 100 %", "its source", coverage("lines >= 80%"), r(`<?xml version="1.0"?><report name="x"></report>`), nil, nil, 3},
	{"no source files, by the format of Coveralls", "coverallsapp/coverage-reporter", "`--allow-empty`", "its source", coverage("lines >= 80%"), r(`{"source_files": []}`), nil, nil, 3},
	{"totals that say more than the lines", "readers of totals", "totals and lines differ, and the larger counts", "a corpus of 61 LCOV files", coverage("lines >= 80%"), r("SF:a.js\nDA:1,1\nDA:2,0\nLF:100\nLH:100\nend_of_record\n"), nil, nil, 1},
	{"the page of an error in place of the report", "gates that cannot fail", "no data, success", "paiml/aprender#3863", coverage("lines >= 80%"), r("<!DOCTYPE html><html><body>not found</body></html>"), nil, nil, 3},
}

func coberturaLines(covered, total int) string {
	var b strings.Builder
	for line := 1; line <= total; line++ {
		hits := 0
		if line <= covered {
			hits = 1
		}
		fmt.Fprintf(&b, `<line number="%d" hits="%d"/>`, line, hits)
	}
	return b.String()
}
