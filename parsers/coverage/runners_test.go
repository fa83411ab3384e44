package coverage_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// TestRunners reads the reports that real tools made of programs whose coverage
// was counted by hand, in ../testdata/runners: for the formats of JSON.
func TestRunners(t *testing.T) {
	seen := map[string]bool{}
	for _, runner := range []string{"c8", "clang", "coverage-py", "gcc", "nyc", "simplecov", "vitest"} {
		dir := filepath.Join("..", "testdata", "runners", runner)
		data, err := os.ReadFile(filepath.Join(dir, "expect.json"))
		if err != nil {
			t.Fatal(err)
		}
		var entries []map[string]any
		if err := json.Unmarshal(data, &entries); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			name := e["format"].(string)
			if filepath.Ext(e["file"].(string)) == ".xml" || name == "lcov" {
				continue
			}
			seen[name] = true
			t.Run(runner+"/"+e["file"].(string), func(t *testing.T) {
				f, err := os.Open(filepath.Join(dir, e["file"].(string)))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				r, err := parsers.Parse(context.Background(), parsers.Source{Name: e["file"].(string), Reader: f})
				if err != nil {
					t.Fatal(err)
				}
				if r.Format != name || len(r.Problems) > 0 {
					t.Errorf("read as %q: %v", r.Format, r.Problems)
				}
				for _, u := range evidence.Units {
					covered, ok := e[u.String()+"_covered"].(float64)
					if !ok {
						continue
					}
					want := evidence.Ratio{Num: uint64(covered), Den: uint64(e[u.String()+"_total"].(float64))}
					if got, _ := r.CoverageOf(u); got != want {
						t.Errorf("%s %s, counted by hand %s", got.Fraction(), u, want.Fraction())
					}
				}
			})
		}
	}
	if len(seen) != 8 {
		t.Errorf("only %v were seen", seen)
	}
}
