package main

// reportFormat is one format that is measured.
type reportFormat struct {
	name, file, unit string
	size             int64 // bytes, unless another size is asked for
	// write writes at least size bytes of a well-formed report and says how many
	// units it holds. The same size gives the same bytes.
	write   func(w *countingWriter, size int64) (items int)
	holds   []holding
	readers []reader // the first is the plain read
	bounds  bounds
}

// holding is what a report is made to hold: how often a mark stands in it.
type holding struct {
	what, mark string
	perMB      float64
}

// bounds are what must hold for a format, all in one run.
type bounds struct {
	plain  float64 // times of a plain read, on one core, at most
	split  bool    // two cores are at least leastOfTwo times as fast
	memory float64 // MB of the peak beside what the result holds, at most
	// against is how many times as long others take, at least, as we on one core.
	against map[string]float64
}

const (
	leastOfTwo    = 1.5
	mostOfInspect = 1.5 // the whole of tollgate inspect, in times of its reader
)

const mb = 1_000_000

// formats are measured at the sizes that the bounds are about. What the reports hold
// is that of the reports by which the bounds were set: JUnit 2.11 million cases in 500
// MB, 3 in 100 failed; go test 2.30 million events of 414,000 tests in 500; LCOV 20,000
// files and 17.4 million lines in 300; Cobertura 34,000 classes in 300; a profile of
// 86,000 blocks and 40 binaries in 298; SARIF 200,000 results in 221.7, with 26.6
// million quotes, two of five with a code flow.
var formats = []reportFormat{
	{
		name: "junit-xml", file: "junit.xml", unit: "cases", size: 500 * mb, write: writeJUnit,
		holds:   []holding{{"cases", "<testcase ", 2.11e6 / 500}, {"failures", "<failure ", 0.03 * 2.11e6 / 500}},
		readers: []reader{plainRead, tollgate, oneCore, xmlTokens},
		bounds:  bounds{plain: 9, split: true, memory: 16, against: map[string]float64{xmlTokens.name: 25, iterparse: 12}},
	},
	{
		name: "go-test-json", file: "test.jsonl", unit: "cases", size: 500 * mb, write: writeGoTest,
		holds:   []holding{{"events", `"Action":"`, 2.30e6 / 500}, {"tests", `"Action":"run"`, 414e3 / 500}},
		readers: []reader{plainRead, tollgate, oneCore, jsonLines},
		bounds:  bounds{plain: 10, split: true, memory: 24, against: map[string]float64{"gotestsum@v1.13.0": 15}},
	},
	{
		name: "go-coverprofile", file: "cover.out", unit: "blocks", size: 300 * mb, write: writeProfile,
		holds:   []holding{{"blocks", ".go:", 86e3 * 40 / 298}},
		readers: []reader{plainRead, tollgate, oneCore, coverProfiles},
		bounds:  bounds{plain: 18, memory: 24, against: map[string]float64{coverProfiles.name: 1.4}},
	},
	{
		name: "go-coverprofile-repeated", file: "coverpkg.out", unit: "blocks", size: 300 * mb, write: writeRepeatedProfile,
		holds:   []holding{{"lines", ".go:", 86e3 * 40 / 298}},
		readers: []reader{plainRead, tollgate, oneCore, coverProfiles},
		bounds:  bounds{plain: 5, split: true, memory: 24, against: map[string]float64{coverProfiles.name: 7}},
	},
	{
		name: "lcov", file: "lcov.info", unit: "lines", size: 300 * mb, write: writeLCOV,
		holds:   []holding{{"files", "SF:", 20e3 / 300}, {"lines", "\nDA:", 17.4e6 / 300}},
		readers: []reader{plainRead, tollgate, oneCore},
		bounds:  bounds{plain: 19, split: true, memory: 32, against: map[string]float64{"octocov@v0.75.8": 15, "lcov": 50}},
	},
	{
		name: "cobertura", file: "cobertura.xml", unit: "lines", size: 300 * mb, write: writeCobertura,
		holds:   []holding{{"classes", "<class ", 34e3 / 300}},
		readers: []reader{plainRead, tollgate, oneCore, xmlTokens},
		bounds:  bounds{plain: 16, split: true, memory: 16, against: map[string]float64{xmlTokens.name: 20}},
	},
	{
		name: "jacoco", file: "jacoco.xml", unit: "lines", size: 200 * mb, write: writeJaCoCo,
		readers: []reader{plainRead, tollgate, oneCore, xmlTokens},
		bounds:  bounds{plain: 10, split: true, memory: 16},
	},
	{
		name: "sarif", file: "scan.sarif", unit: "findings", size: 220 * mb, write: writeSARIF,
		holds:   []holding{{"results", `"ruleIndex":`, 200e3 / 221.7}, {"quotes", `"`, 26.6e6 / 221.7}, {"code flows", `"codeFlows":`, 0.4 * 200e3 / 221.7}},
		readers: []reader{plainRead, tollgate, oneCore, jsonTokens, goSARIF},
		bounds:  bounds{plain: 20, memory: 24, against: map[string]float64{goSARIF.name: 9}},
	},
}
