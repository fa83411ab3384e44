package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A tool whose rules have scores, and one of which says CRITICAL in place of a number,
// was green: its finding is unscored, and no finding was critical.
func TestScoresInWordsAreNoZero(t *testing.T) {
	for score, want := range map[string]gates.Status{
		"CRITICAL": gates.Inconclusive, "9,8": gates.Inconclusive, "11": gates.Inconclusive, "-1": gates.Inconclusive,
		"": gates.Pass, "0": gates.Pass, "0.0": gates.Pass, "null": gates.Pass,
	} {
		for name, from := range map[string][]gates.SeverityFrom{"": nil, "level": {{From: "level"}}} {
			r := &evidence.Report{Source: "s.sarif", Format: "sarif", Kinds: evidence.Findings,
				ToolRuns: []evidence.ToolRun{{Tool: "x", Rules: 2, Results: 1, Scales: []string{"security-severity"}}}}
			r.Findings.AppendFinding(evidence.Finding{Tool: "x", Rule: "R", Severity: evidence.Unscored, Score: score, Level: evidence.LevelNote, Path: "a.go", Line: 7})
			s := findings(require("high", "=", "0"), r)
			p := s.policy()
			p.Sources[0].SeverityFrom = from
			c := gates.Judge(p, s.input()).Gates[0].Checks[0]
			want := want
			if from != nil {
				want = gates.Pass // the policy reads another scale
			}
			if c.Outcome != want {
				t.Errorf("score %q %s: %s: %s", score, name, c.Outcome, c.Why)
			}
			text := "inconclusive: a.go:7: the `security-severity` of R is \"CRITICAL\", which is no number from 0 to 10; what there is says: " +
				"there are no high findings among 1; none is allowed (1 finding carries no score and is not counted here; it is in `unscored`)\n" +
				"- a.go:7 the `security-severity` of R is \"CRITICAL\", which is no number from 0 to 10\n" +
				"> have x write a number, or say by `severity-from` where its severity is"
			if got := answer(c); score == "CRITICAL" && from == nil && got != text {
				t.Errorf("have %s\nwant %s", got, text)
			}
		}
	}
}
