package gates_test

import (
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A scanner that never states a severity makes "no critical finding" true of
// everything. Such a condition is not met; it is without evidence.
func TestSeverityThatNoToolCanHaveIsInconclusive(t *testing.T) {
	problem := "properties.problem.severity"
	ran := func(tool string, rules, results int, scales ...string) evidence.ToolRun {
		return evidence.ToolRun{Tool: tool, Rules: rules, Results: results, Scales: scales}
	}
	found := func(tool string, s evidence.Severity, l evidence.Level, ratings ...string) evidence.Finding {
		return evidence.Finding{Tool: tool, Rule: "R", Severity: s, Level: l, Ratings: ratings, Path: "a.go", Line: 1}
	}
	for name, x := range map[string]struct {
		metric string
		runs   []evidence.ToolRun
		found  []evidence.Finding
		from   []gates.SeverityFrom
		tools  []string
		want   gates.Status
		says   string
	}{
		"findings without a score":                 {"critical", []evidence.ToolRun{ran("gosec", 1, 1)}, []evidence.Finding{found("gosec", evidence.Unscored, evidence.LevelError)}, nil, nil, gates.Inconclusive, "no finding could be critical: gosec carries no security-severity"},
		"rules without a score":                    {"low", []evidence.ToolRun{ran("gosec", 7, 0)}, nil, nil, nil, gates.Inconclusive, "no finding could be low"},
		"neither rules nor findings":               {"critical", []evidence.ToolRun{ran("trivy", 0, 0)}, nil, nil, nil, gates.Pass, ""},
		"a rule with a score":                      {"critical", []evidence.ToolRun{ran("CodeQL", 9, 0, "security-severity")}, nil, nil, nil, gates.Pass, ""},
		"one tool of two":                          {"critical", []evidence.ToolRun{ran("CodeQL", 9, 0, "security-severity"), ran("gosec", 1, 0)}, nil, nil, nil, gates.Pass, "gosec carries no security-severity"},
		"the other is out of the filter":           {"critical", []evidence.ToolRun{ran("CodeQL", 9, 0, "security-severity"), ran("gosec", 1, 0)}, nil, nil, []string{"gosec"}, gates.Inconclusive, "no finding could be critical"},
		"unscored is met by what has no score":     {"unscored", []evidence.ToolRun{ran("gosec", 7, 0)}, nil, nil, nil, gates.Pass, ""},
		"a level is no severity":                   {"error", []evidence.ToolRun{ran("gosec", 7, 0)}, nil, nil, nil, gates.Pass, ""},
		"the level: an error is high":              {"high", []evidence.ToolRun{ran("gosec", 1, 1)}, []evidence.Finding{found("gosec", evidence.Unscored, evidence.LevelError)}, []gates.SeverityFrom{{Tool: "GoSec", From: "level"}}, nil, gates.Fail, "1 high finding"},
		"the level instead of the score":           {"critical", []evidence.ToolRun{ran("trivy", 1, 1, "security-severity")}, []evidence.Finding{found("trivy", evidence.Critical, evidence.LevelError)}, []gates.SeverityFrom{{From: "level"}}, nil, gates.Inconclusive, "no level of trivy is critical"},
		"a note is low":                            {"low", []evidence.ToolRun{ran("x", 1, 1)}, []evidence.Finding{found("x", evidence.Unscored, evidence.LevelNote)}, []gates.SeverityFrom{{From: "level"}}, nil, gates.Fail, "1 low finding"},
		"level none is unscored":                   {"unscored", []evidence.ToolRun{ran("x", 1, 1)}, []evidence.Finding{found("x", evidence.High, evidence.LevelNone)}, []gates.SeverityFrom{{From: "level"}}, nil, gates.Fail, "1 unscored finding"},
		"a property":                               {"critical", []evidence.ToolRun{ran("Snyk IaC", 1, 1, problem)}, []evidence.Finding{found("Snyk IaC", evidence.Unscored, evidence.LevelWarning, "properties.x=low", problem+"=Critical")}, []gates.SeverityFrom{{From: "level"}, {Tool: "snyk iac", From: problem}}, nil, gates.Fail, "1 critical finding"},
		"a property of which there is none":        {"critical", []evidence.ToolRun{ran("Snyk IaC", 1, 1, problem)}, []evidence.Finding{found("Snyk IaC", evidence.Unscored, evidence.LevelWarning, problem+"=critical")}, []gates.SeverityFrom{{From: "properties.severity"}}, nil, gates.Inconclusive, "carries no properties.severity"},
		"the result's own word, before the rule's": {"high", []evidence.ToolRun{ran("x", 1, 1, problem)}, []evidence.Finding{found("x", evidence.Unscored, evidence.LevelNote, problem+"=high", problem+"=low")}, []gates.SeverityFrom{{From: problem}}, nil, gates.Fail, "1 high finding"},
		"a tool that is misspelt":                  {"critical", []evidence.ToolRun{ran("gosec", 1, 0, "security-severity")}, nil, []gates.SeverityFrom{{Tool: "gossec", From: "level"}}, nil, gates.Inconclusive, "names gossec, which did not run"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &evidence.Report{Source: "s.sarif", Format: "sarif", Kinds: evidence.Findings, ToolRuns: x.runs}
			for _, f := range x.found {
				r.Findings.AppendFinding(f)
			}
			s := findings(require(x.metric, "=", "0"), r)
			p := s.policy()
			p.Sources[0].SeverityFrom = x.from
			p.Gates[0].Filter.Tools = x.tools
			c := gates.Judge(p, s.input()).Gates[0].Checks[0]
			if c.Outcome != x.want || !strings.Contains(c.Why, x.says) {
				t.Errorf("%s: %s", c.Outcome, c.Why)
			}
			if c.Outcome == gates.Inconclusive && c.Remedy == "" {
				t.Error("no remedy")
			}
		})
	}
}
