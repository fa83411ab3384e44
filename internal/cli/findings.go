package cli

import (
	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/internal/policy"
	"github.com/tollgate-ci/tollgate/internal/workflow"
)

// openFindings gives the findings that neither a suppression nor a waiver in force
// silences, in the order of the sources, if a row of the matrix asks for any.
func openFindings(p *policy.Policy, found map[string]evidence.Set, tree evidence.Tree, waived func(*evidence.Finding, evidence.Severity) bool) []workflow.Finding {
	r := p.Rules
	if !r.AsksFindings() {
		return nil
	}
	var out []workflow.Finding
	for _, source := range p.Gates.Sources {
		for _, report := range source.Placed(tree, found[source.Name].Reports()) {
			for _, f := range report.Findings.All() {
				severity := source.SeverityOf(&f)
				one := workflow.Finding{
					Rule: f.Rule, Tool: f.Tool, Severity: severity.String(), CWEs: f.CWE,
					Pos: evidence.Pos{File: f.Path, Line: f.Line, Col: f.Col}, Message: f.Message,
				}
				if !f.Suppressed && f.Baseline != evidence.BaselineAbsent && r.WantsFinding(one) && !waived(&f, severity) {
					out = append(out, one)
				}
			}
		}
	}
	return out
}
