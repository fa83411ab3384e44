package findings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// TestManyRulesAreToldApart has more rules than are kept together or remembered by
// their index: 3,000 of the driver and as many of the same ids in an extension. Every
// third is a note, a warning, an error; in the extension they are one step on.
func TestManyRulesAreToldApart(t *testing.T) {
	const n = 3000
	levels := []string{"note", "warning", "error"}
	described := func(step int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,{"id":"R%d","guid":"G-%d-%d","defaultConfiguration":{"level":"%s"}}`, i, step, i, levels[(i+step)%3])
		}
		return b.String()[1:]
	}
	for _, tt := range []struct {
		name, result string // of a result, by the number of its rule
		step         int
	}{
		{"by id", `{"ruleId":"R%[1]d"}`, 0},
		{"by a part of an id", `{"ruleId":"R%[1]d/a/b"}`, 0},
		{"by index", `{"ruleIndex":%[1]d}`, 0},
		{"by id and index", `{"ruleId":"R%[1]d","ruleIndex":%[1]d}`, 0},
		{"by id and rule", `{"ruleId":"R%[1]d","rule":{"id":"R%[1]d","index":%[1]d}}`, 0},
		{"by rule before id", `{"rule":{"id":"R%[1]d","index":%[1]d},"ruleId":"R%[1]d"}`, 0},
		{"by rule alone", `{"rule":{"id":"R%[1]d"}}`, 0},
		{"by GUID in upper case", `{"rule":{"guid":"G-0-%[1]d"}}`, 0},
		{"by GUID in lower case", `{"rule":{"guid":"g-1-%[1]d"}}`, 1},
		{"by id in the extension", `{"ruleId":"R%[1]d","rule":{"toolComponent":{"index":0}}}`, 1},
		{"by index in the extension", `{"rule":{"index":%[1]d,"toolComponent":{"name":"E"}}}`, 1},
	} {
		// Backwards and by turns, so that none follows the one before it.
		var results strings.Builder
		var order []int
		for i := range n {
			order = append(order, (n-1-i)*1024%n)
			fmt.Fprintf(&results, ","+tt.result, order[i])
		}
		r := read(t, `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"D","rules":[`+described(0)+`]},"extensions":[{"name":"E","rules":[`+described(1)+`]}]},"results":[`+results.String()[1:]+`]}]}`)
		if r.Findings.Len() != n {
			t.Fatalf("%s: %d findings", tt.name, r.Findings.Len())
		}
		for i, f := range r.Findings.All() {
			if want := levels[(order[i]+tt.step)%3]; f.Level.String() != want || f.LevelFrom != evidence.LevelFromRule {
				t.Fatalf("%s: finding %d of rule R%d is of level %s, %s, want %s", tt.name, i, order[i], f.Level, f.LevelFrom, want)
			}
			if name, _, _ := strings.Cut(f.Rule, "/"); tt.step == 0 && !strings.Contains(tt.name, "GUID") && name != fmt.Sprintf("R%d", order[i]) {
				t.Fatalf("%s: finding %d is of rule %q, want R%d", tt.name, i, f.Rule, order[i])
			}
		}
	}
}

// TestNamesAreThoseOfTheResult has indices that say nothing: names are remembered by
// them, and what one result says must not become another's.
func TestNamesAreThoseOfTheResult(t *testing.T) {
	var results strings.Builder
	for i := range 50 {
		fmt.Fprintf(&results, `,{"ruleId":"R%d","ruleIndex":%d,"locations":[{"physicalLocation":{"artifactLocation":{"uri":"f%d.go","index":%d}}}]}`, i, 1024*(i%3), i, 1024*(i%2))
	}
	r := read(t, `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"D"}},"results":[`+results.String()[1:]+`]}]}`)
	for i, f := range r.Findings.All() {
		if f.Rule != fmt.Sprintf("R%d", i) || f.Path != fmt.Sprintf("f%d.go", i) {
			t.Errorf("finding %d is of rule %s in %s", i, f.Rule, f.Path)
		}
	}
}
