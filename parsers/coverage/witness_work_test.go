package coverage

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// TestRepeatedLongFileIsCharged repeats a file of many lines by files of one line. That
// took as long for each as the long file has lines: 50 bytes of a report, a tenth of a
// millisecond.
func TestRepeatedLongFileIsCharged(t *testing.T) {
	r := &evidence.Report{Source: "lines.xml"}
	table := newFileTable(r)
	add := func(line int) {
		f := evidence.FileCoverage{Path: "a.go", At: evidence.Pos{Line: 1}}
		set := new(evidence.LineSet)
		set.Mark(line, true)
		f.SetLines(set)
		table.add(f, 1)
	}
	add(evidence.MaxLine)
	add(1)
	if table.files[0].LineSet == nil || !r.Conclusive() {
		t.Fatalf("one repeat is too many: %v", r.Problems)
	}
	const repeats = 10
	table.work += lineWork - repeats*evidence.MaxLine
	for range repeats {
		add(1)
	}
	if table.files[0].LineSet != nil || r.Conclusive() {
		t.Errorf("the last of %d repeats of %d lines is joined", repeats, evidence.MaxLine)
	}
}
