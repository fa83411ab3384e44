package workflow_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDecideTable writes down every decision of the small rules, for people to
// read: from each phase, with each combination of the three gates, and after each
// move that a person can make.
func TestDecideTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(`Dev (exit: unit) -> Review (manual) -> QA (exit: e2e, unit) -> Ready; lint guards no exit.
+ pass, x fail, ? inconclusive. Each line: gates, where the issue goes, outcome, moves.
`)
	statuses := []gates.Status{gates.Pass, gates.Fail, gates.Inconclusive}
	for _, at := range []string{"", "Dev", "Review", "QA", "Ready"} {
		fmt.Fprintf(&b, "\nfrom %q\n", at)
		for _, unit := range statuses {
			for _, e2e := range statuses {
				for _, lint := range statuses {
					s := workflow.State{Phase: at, Memory: workflow.Memory{Phase: at}}
					row(&b, s, unit, e2e, lint)
				}
			}
		}
	}
	for _, from := range []string{"", "Dev", "Review", "QA", "Ready"} {
		for _, to := range []string{"Dev", "Review", "QA", "Ready"} {
			if from == to {
				continue
			}
			fmt.Fprintf(&b, "\na person moved it from %q to %q\n", from, to)
			s := workflow.State{Phase: to, MovedFrom: from, Memory: workflow.Memory{Phase: from}, Labelled: []string{to}}
			row(&b, s, gates.Pass, gates.Pass, gates.Pass)
			row(&b, s, gates.Pass, gates.Fail, gates.Pass)
			row(&b, s, gates.Fail, gates.Pass, gates.Pass)
			row(&b, s, gates.Inconclusive, gates.Inconclusive, gates.Pass)
		}
	}
	const golden = "testdata/decide.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("-want +got (rewrite with -update):\n%s", diff)
	}
}

func row(b *strings.Builder, s workflow.State, unit, e2e, lint gates.Status) {
	sign := map[gates.Status]string{gates.Pass: "+", gates.Fail: "x", gates.Inconclusive: "?"}
	r := rules
	r.Escalation = workflow.Matrix{}
	d := workflow.Decide(r, s, verdict("unit", unit, "e2e", e2e, "lint", lint), "81d0c7e5")
	var moves []string
	for _, m := range d.Memory.Log {
		from := m.From
		if from == "" {
			from = "-"
		}
		moves = append(moves, fmt.Sprintf("%s>%s by %s", from, m.To, m.By))
	}
	line := fmt.Sprintf("  unit%s e2e%s lint%s  %-6s  %-10s  %s", sign[unit], sign[e2e], sign[lint], d.Phase.Name, d.Outcome, strings.Join(moves, ", "))
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
