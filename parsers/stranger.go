package parsers

import (
	"bytes"
	"fmt"
)

// stranger is a file that tools write, that is no report of any format, and that is taken
// for one: what it is and what to write in its place.
type stranger struct {
	begins string   // white space apart
	has    []string // what stands in its head, all of it
	is     string
	remedy string
}

// strangers are those that people hand in, each by what its writer's source shows. They
// are asked only where no format claims a file.
var strangers = []stranger{
	{"{", []string{`"testsRegistered"`, `"passPercent"`}, "mochawesome's own JSON", "let mocha write JUnit beside it (mocha-multi-reporters with mocha-junit-reporter), or its own JSON: mocha --reporter json"},
	{"{", []string{`"type":"Metric"`, `"metric":`}, "the stream of single points that k6 run --out json writes", "write the summary: k6 run --summary-export=summary.json"},
	{"{", []string{`"type":"Metric"`, `"thresholds":`}, "the stream of single points that k6 run --out json writes", "write the summary: k6 run --summary-export=summary.json"},
	{"{", []string{`"type": "suite"`, `"event": "started"`}, "libtest's JSON of cargo test", "use cargo nextest run with a profile that has junit = { path = \"junit.xml\" }"},
	{"{", []string{`"historyId"`, `"stage"`}, "one result of Allure", "give the report of the runner itself: JUnit, or its own JSON"},
	{"{", []string{`"__version__"`, `"elapsed"`, `"tests"`}, "lit's JSON", "let lit write JUnit: lit --xunit-xml-output=lit.xml"},
	{"{", []string{`"lineCoverage"`, `"executableLines"`}, "the JSON of Xcode's xccov", "write LCOV from the profile: xcrun llvm-cov export -format=lcov"},
	{"{", []string{`"SchemaVersion"`, `"ArtifactName"`}, "Trivy's own JSON", "let it write SARIF: trivy --format sarif"},
	{"{", []string{`"Golang errors"`}, "gosec's own JSON", "let it write SARIF: gosec -fmt sarif"},
	{"[", []string{`"filePath"`, `"messages"`}, "ESLint's own JSON", "let it write SARIF: eslint -f @microsoft/eslint-formatter-sarif"},
	{"<", []string{"<checkstyle"}, "Checkstyle's XML, which other linters write too", "let the tool write SARIF"},
	{"<", []string{"<pmd"}, "PMD's XML", "let it write SARIF: pmd check -f sarif"},
	{"<", []string{"<BugCollection"}, "SpotBugs' XML", "let it write SARIF: spotbugs -sarif"},
	{"<", []string{"<failsafe-summary"}, "the summary of Failsafe", "name the reports beside it: target/failsafe-reports/TEST-*.xml"},
	{"<", []string{"<Site", "BuildName="}, "CTest's XML for CDash", "let it write JUnit: ctest --output-junit ctest.xml"},
	{"<", []string{"<results>", "<modules>"}, "the XML of Microsoft's code coverage", "convert it: dotnet-coverage merge -f cobertura -o coverage.xml"},
	{"<", []string{"schema.phpunit.de/coverage"}, "PHPUnit's coverage XML, which has a file for each source file", "let it write one report: phpunit --coverage-clover clover.xml"},
	{"<", []string{"schemas.opentest4j.org/reporting"}, "the Open Test Reporting XML of JUnit's platform", "name the JUnit XML that Gradle or Surefire writes beside it, TEST-*.xml"},
	{"{", []string{`"testsRan"`, `"orgId"`}, "the JSON of Salesforce's Apex tests", "let it write JUnit: sf apex run test --result-format junit"},
	{"<", []string{"<scoverage"}, "scoverage's XML", "name the Cobertura report that it writes beside it"},
	{"PK\x03\x04", nil, "a zip file", "unpack it first; blob reports of Playwright: npx playwright merge-reports --reporter=json"},
	{"SQLite format 3\x00", nil, "an SQLite database; coverage.py keeps its data so", "write the report: coverage json, or coverage xml"},
	{"\xfflprof", nil, "a profile of LLVM", "write the report: llvm-profdata merge, then llvm-cov export"},
	{"\x81rforpl\xff", nil, "a profile of LLVM", "write the report: llvm-profdata merge, then llvm-cov export"},
	{"\x01\xc0\xc0", nil, "the execution data of JaCoCo", "write the report: mvn jacoco:report, or gradle jacocoTestReport with xml.required = true"},
	{"adcg", nil, "the counters of gcov", "write the report: gcov --json-format, or gcovr --json"},
	{"oncg", nil, "the notes of gcov", "write the report: gcov --json-format, or gcovr --json"},
	{"\x00cvm", nil, "one file of a GOCOVERDIR and says nothing by itself", "name the directory, or write a profile: go tool covdata textfmt -i=DIR -o=cover.out"},
	{"\x00cwm", nil, "one file of a GOCOVERDIR and says nothing by itself", "name the directory, or write a profile: go tool covdata textfmt -i=DIR -o=cover.out"},
}

// strange says of a file that no format claims how it begins, and what it is and what to
// do if that is known.
func strange(head []byte) string {
	first := bytes.TrimLeft(head, " \t\r\n")
	for _, s := range strangers {
		if !bytes.HasPrefix(first, []byte(s.begins)) {
			continue
		}
		known := true
		for _, part := range s.has {
			known = known && bytes.Contains(head, []byte(part))
		}
		if known {
			return fmt.Sprintf("(it begins with %s); it is %s: %s", excerpt(head), s.is, s.remedy)
		}
	}
	return fmt.Sprintf("(it begins with %s); see `tollgate inspect --help` for what is read", excerpt(head))
}

// excerpt quotes the beginning of a file for a message. What tells XML files apart
// stands behind their declaration.
func excerpt(head []byte) string {
	head = bytes.TrimSpace(head)
	if bytes.HasPrefix(head, []byte("<?xml")) {
		if _, rest, _ := bytes.Cut(head, []byte("?>")); len(bytes.TrimSpace(rest)) > 0 {
			head = bytes.TrimSpace(rest)
		}
	}
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	if len(head) > 40 {
		return fmt.Sprintf("%.40q…", head)
	}
	return fmt.Sprintf("%q", head)
}
