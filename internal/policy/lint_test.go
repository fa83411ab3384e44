package policy

import (
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// lintDay is when the policies of these tests are looked at.
var lintDay = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// TestWarnings reads policies in which comments say what is doubtful, in the
// form of TestErrors.
func TestWarnings(t *testing.T) {
	for _, name := range files(t, "testdata/lint/*.yml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := contents(t, name)
			p, err := Load("p.yml", data)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range Lint(p, lintDay) {
				got = append(got, w.String())
			}
			if diff := gocmp.Diff(wantErrors(t, data), got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNothingToWarnOf holds that a policy that uses every key as it is meant is
// not nagged about, and that a gate in no phase makes every phase due.
func TestNothingToWarnOf(t *testing.T) {
	p, err := Load("p.yml", contents(t, "testdata/ok/every-key.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if ws := Lint(p, lintDay); len(ws) > 0 {
		t.Errorf("warnings: %v", ws)
	}
}
