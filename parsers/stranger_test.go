package parsers_test

import (
	"strings"
	"testing"
)

// TestStrangersAreNamed hands in what people take for a report: the first lines as the
// tools write them. None is read, and each is told what to write in its place.
func TestStrangersAreNamed(t *testing.T) {
	for doc, want := range map[string]string{
		"{\n  \"stats\": {\n    \"suites\": 1,\n    \"tests\": 1,\n    \"passes\": 1,\n    \"failures\": 0,\n    \"testsRegistered\": 1,\n    \"passPercent\": 100\n  },\n  \"results\": []}": "mocha-junit-reporter",
		`{"type":"Metric","data":{"name":"http_reqs","type":"counter","thresholds":[]},"metric":"http_reqs"}` + "\n" + `{"type":"Point","data":{"value":1},"metric":"http_reqs"}`:             "k6 run --summary-export",
		`{"metric":"http_reqs","type":"Metric","data":{"name":"http_reqs","type":"counter"}}`:                                                                                                 "k6 run --summary-export",
		`{ "type": "suite", "event": "started", "test_count": 2 }` + "\n":                                                                                                                     "cargo nextest",
		`{"uuid":"1","historyId":"2","status":"passed","stage":"finished","name":"a"}`:                                                                                                        "one result of Allure",
		`{"__version__": [18, 1, 8], "elapsed": 1.09, "tests": [{"status": "PASS"}]}`:                                                                                                         "--xunit-xml-output",
		`{"coveredLines":1,"lineCoverage":0.5,"targets":[{"executableLines":2}]}`:                                                                                                             "xcrun llvm-cov export",
		`{"SchemaVersion": 2, "ArtifactName": ".", "Results": []}`:                                                                                                                            "trivy --format sarif",
		"{\n\t\"Golang errors\": {},\n\t\"Issues\": []\n}":                                                                                                                                    "gosec -fmt sarif",
		`[{"filePath":"/a.js","messages":[],"errorCount":0}]`:                                                                                                                                 "eslint -f",
		`<?xml version="1.0"?><checkstyle version="8.0"></checkstyle>`:                                                                                                                        "SARIF",
		`<?xml version="1.0"?><pmd version="6.0"></pmd>`:                                                                                                                                      "pmd check -f sarif",
		`<BugCollection version="4.8.3"></BugCollection>`:                                                                                                                                     "spotbugs -sarif",
		`<failsafe-summary result="255"><completed>1</completed></failsafe-summary>`:                                                                                                          "target/failsafe-reports",
		`<?xml version="1.0"?><Site BuildName="x" Name="y"><Testing/></Site>`:                                                                                                                 "ctest --output-junit",
		`<?xml version="1.0"?><results><modules><module name="a.dll"/></modules></results>`:                                                                                                   "dotnet-coverage merge",
		`<?xml version="1.0"?><phpunit xmlns="https://schema.phpunit.de/coverage/1.0"><build/></phpunit>`:                                                                                     "--coverage-clover",
		`<?xml version="1.0"?><h:execution xmlns:h="https://schemas.opentest4j.org/reporting/hierarchy/0.2.0"/>`:                                                                              "TEST-*.xml",
		`{"result":{"summary":{"failing":1,"orgId":"00D","outcome":"Passed","testsRan":736},"tests":[]}}`:                                                                                     "--result-format junit",
		`<scoverage statement-count="1"></scoverage>`:                                                                                                                                         "Cobertura",
		"PK\x03\x04\x14\x00":          "merge-reports",
		"SQLite format 3\x00\x10\x00": "coverage json",
		"\xfflprofi\x81\x09":          "llvm-cov export",
		"\x81rforpl\xff\x09":          "llvm-cov export",
		"\x01\xc0\xc0\x10\x07":        "jacoco:report",
		"adcg*33B":                    "gcovr --json",
		"oncg*33B":                    "gcovr --json",
		"\x00cvm\x01\x00\x00\x00":     "go tool covdata textfmt",
		"\x00cwm\x01\x00\x00\x00":     "go tool covdata textfmt",
		`{"a":1}`:                     "tollgate inspect --help",
	} {
		rep := parse(t, "r", strings.NewReader(doc))
		if rep.Conclusive() || rep.Format != "" || len(rep.Problems) != 1 || !strings.Contains(rep.Problems[0].Message, want) {
			t.Errorf("%.60q: format %q, %v; want it to say %q", doc, rep.Format, rep.Problems, want)
		}
	}
}
