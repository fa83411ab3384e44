package cli

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
	"github.com/tollgate-ci/tollgate/internal/render"
)

// security sums up what scanners found, from all sources of findings that the policy has,
// whatever its gates ask of them. What is new is counted as gates count it. nil is of
// a run without reports.
func (j judged) security() *render.Security {
	if j.recalled != nil || j.policy == nil {
		return nil
	}
	out := &render.Security{}
	waived := j.policy.Gates.WaivedFindings(j.in)
	type kind struct {
		tool     string
		severity evidence.Severity
	}
	open, weak, failed := map[kind]int{}, map[string]int{}, map[string]bool{}
	for _, source := range j.policy.Gates.Sources {
		if source.Kinds&evidence.Findings == 0 {
			continue
		}
		out.Sources = append(out.Sources, source.Name)
		reports := j.in.Evidence[source.Name].Reports()
		if len(reports) == 0 {
			failed["source "+source.Name+" has no report"] = true
		}
		for _, report := range reports {
			if !report.Conclusive() {
				failed[report.Source+" cannot be believed whole"] = true
			}
			for _, run := range report.ToolRuns {
				out.Runs++
				if run.Failed {
					failed[run.Tool+" did not succeed, says "+report.Source] = true
				}
			}
			for _, f := range report.Findings.All() {
				severity := source.SeverityOf(&f)
				switch {
				case f.Suppressed:
					out.Suppressed++
				case f.Baseline == evidence.BaselineAbsent:
				case waived(&f, severity):
					out.Waived++
				default:
					out.Open++
					open[kind{f.Tool, severity}]++
					for _, cwe := range f.CWE {
						weak[cwe]++
					}
				}
			}
		}
		for _, tool := range source.Expect.Tools {
			ran := slices.ContainsFunc(reports, func(r *evidence.Report) bool {
				return slices.ContainsFunc(r.ToolRuns, func(t evidence.ToolRun) bool { return strings.EqualFold(t.Tool, tool) })
			})
			if !ran {
				failed[tool+", which source "+source.Name+" expects, did not run"] = true
			}
		}
	}
	for k, n := range open {
		out.By = append(out.By, render.SecurityCount{Tool: k.tool, Severity: k.severity.String(), N: n, Rank: int(k.severity)})
	}
	slices.SortFunc(out.By, func(a, b render.SecurityCount) int {
		return cmp.Or(cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.Tool, b.Tool))
	})
	for name, n := range weak {
		out.CWEs = append(out.CWEs, render.NamedCount{Name: name, N: n})
	}
	slices.SortFunc(out.CWEs, func(a, b render.NamedCount) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	out.Failed = slices.Sorted(maps.Keys(failed))
	out.New = j.newFindings(out.Sources)
	return out
}

// newFindings says how many findings are new, or why that cannot be told.
func (j judged) newFindings(sources []string) string {
	if len(sources) == 0 {
		return ""
	}
	asked := j.policy.Gates
	asked.Profiles = nil
	asked.Gates = []gates.Gate{{Name: "new", From: sources, Conditions: []gates.Condition{
		{Metric: "new.findings", Op: gates.Equal, Want: evidence.CountOf(0), Mode: gates.Require},
	}}}
	in := j.in
	in.Due = nil
	g, _ := gates.Judge(asked, in).Gate("new")
	if len(g.Checks) == 0 {
		return "cannot be told"
	}
	switch c := g.Checks[0]; {
	case c.Outcome == gates.Inconclusive:
		return "cannot be told: " + c.Why
	case c.Partial:
		return c.Actual.String() + " at least, for not all of the evidence can be believed"
	default:
		return c.Actual.String()
	}
}
