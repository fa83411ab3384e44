package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Metric is one thing that a condition can measure. It carries its own
// documentation, so that the reference, the schema and `tollgate explain` cannot
// say anything else than what is done.
type Metric struct {
	Name    string             // as the policy writes it
	Kind    evidence.Kind      // the reports that it is measured on
	Value   evidence.ValueKind // what it is compared with
	Higher  bool               // a higher value is the better one
	Doc     string             // what it is, in whole sentences
	Formula string             // how it is counted
	Source  string             // where the definition comes from

	// Diff says that it is measured on the change as well as on reports.
	Diff bool
	// Every says that it is measured in each cell of the gate's matrix, and that the
	// worst cell counts.
	Every bool

	eval func(*body) reading
}

// NeedsDiff reports whether a condition is measured on what the change touches, or a
// profile applies by that.
func (p Policy) NeedsDiff() bool {
	measured := func(c Condition) bool {
		m, _ := MetricNamed(c.Metric)
		return m.Diff || m.Kind == evidence.Change
	}
	return slices.ContainsFunc(p.Gates, func(g Gate) bool { return slices.ContainsFunc(g.Conditions, measured) }) ||
		slices.ContainsFunc(p.Profiles, func(f Profile) bool {
			return len(f.Paths) > 0 || slices.ContainsFunc(f.Gates, func(g ProfileGate) bool { return slices.ContainsFunc(g.Conditions, measured) })
		})
}

// Metrics are all metrics, in the order in which they are documented.
var Metrics = append([]Metric{
	{
		Name: "pass-rate", Kind: evidence.Tests, Value: evidence.Share, Higher: true,
		Doc:     "The share of the tests that ran which passed. Skipped tests are out of it; limit them by `skipped`.",
		Formula: "passed / (passed + failed + errored)",
		Source:  "final outcomes: a retry that passes has passed",
		eval:    readPassRate,
	},
	{
		Name: "failed", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests in which an assertion failed.",
		Formula: "failed",
		Source:  "the outcome that the format states; skipped and failed at once is failed",
		eval:    readOutcome(evidence.Failed, "failed"),
	},
	{
		Name: "errored", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that could not finish, and the suites, packages and runs that broke.",
		Formula: "errored",
		Source:  "the outcome that the format states; a package that does not build is errored",
		eval:    readOutcome(evidence.Errored, "could not finish"),
	},
	{
		Name: "skipped", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that did not run.",
		Formula: "skipped",
		Source:  "the outcome that the format states",
		eval:    readSkipped,
	},
	{
		Name: "tests", Kind: evidence.Tests, Value: evidence.Count, Higher: true,
		Doc:     "The tests that ran. One that was skipped proves nothing and is not counted.",
		Formula: "passed + failed + errored",
		Source:  "final outcomes: attempts of one test are one test",
		eval:    readTests,
	},
	{
		Name: "flaky", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that passed after an attempt that did not.",
		Formula: "passed, with a failed or errored attempt",
		Source:  "attempts that the format marks as such, or that `reruns` in the policy declares",
		eval:    readFlaky,
	},
	{
		Name: "quarantined", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests whose failure a waiver takes out of every other metric.",
		Formula: "failed or errored, and named by a waiver that is in force",
		Source:  "the waivers that the policy names",
		eval:    readQuarantined,
	},
	coverageMetric(evidence.Statements, "the tool's statement counts; of a Go profile, the statements of its blocks, merged by extent"),
	coverageMetric(evidence.Lines, "the tool's line counts; a line that ran in part is as the tool says"),
	coverageMetric(evidence.Branches, "the tool's branch counts"),
	coverageMetric(evidence.Functions, "the tool's function counts"),
	severityMetric(evidence.Critical, "`security-severity` 9.0 and above"),
	severityMetric(evidence.High, "`security-severity` from 7.0 to below 9.0"),
	severityMetric(evidence.Medium, "`security-severity` from 4.0 to below 7.0"),
	severityMetric(evidence.Low, "`security-severity` above 0 and below 4.0"),
	severityMetric(evidence.Unscored, "no `security-severity`, or none that can be used"),
	levelMetric(evidence.LevelError),
	levelMetric(evidence.LevelWarning),
	levelMetric(evidence.LevelNote),
	{
		Name: "findings", Kind: evidence.Findings, Value: evidence.Count,
		Doc:     "All findings that are not suppressed, of every level and severity.",
		Formula: "SARIF results of kind `fail` without an accepted suppression",
		Source:  "SARIF 2.1.0 §3.27.9, §3.27.23",
		eval:    func(b *body) reading { return b.read(findingClass{}, "", everyFinding) },
	},
}, slices.Concat(changeCoverageMetrics, performanceMetrics, findingMetrics, changeMetrics, factMetrics, testMetrics)...)

func coverageMetric(u evidence.Unit, source string) Metric {
	return Metric{
		Name: u.String(), Kind: evidence.Coverage, Value: evidence.Share, Higher: true,
		Doc:     "The share of the coverable " + u.String() + " that ran, over the files that measure " + u.String() + ".",
		Formula: "covered " + u.String() + " / coverable " + u.String(),
		Source:  source,
		eval:    func(b *body) reading { return b.readCoverage(u) },
	}
}

func severityMetric(s evidence.Severity, band string) Metric {
	doc := "The findings of " + s.String() + " severity that are not suppressed."
	if s == evidence.Unscored {
		doc = "The findings without a severity that are not suppressed. No other severity metric counts them."
	}
	return Metric{
		Name: s.String(), Kind: evidence.Findings, Value: evidence.Count,
		Doc:     doc,
		Formula: band,
		Source:  "GitHub's scale of `security-severity`, in half-open bands",
		eval:    func(b *body) reading { return b.read(findingClass{severity: s}, "", everyFinding) },
	}
}

func levelMetric(l evidence.Level) Metric {
	return Metric{
		Name: l.String(), Kind: evidence.Findings, Value: evidence.Count,
		Doc:     "The findings of level " + l.String() + " that are not suppressed.",
		eval:    func(b *body) reading { return b.read(findingClass{level: l}, "", everyFinding) },
		Formula: "level " + l.String() + ", as result, configuration override, rule default or `warning` decide it",
		Source:  "SARIF 2.1.0 §3.27.10",
	}
}

// MetricNamed gives the metric that a policy names. One that begins with EveryCell is
// the metric of that name in each cell of a matrix, where evidence can be told apart
// by cells.
func MetricNamed(name string) (Metric, bool) {
	plain, every := strings.CutPrefix(name, EveryCell)
	for _, m := range Metrics {
		if m.Name != plain || every && !m.InCells() {
			continue
		}
		if every {
			m.Name, m.Every = name, true
			m.Doc = "In each cell of the matrix by itself, the worst of which counts: " + m.Doc
		}
		return m, true
	}
	return Metric{}, false
}

// InCells reports whether the metric can be measured in each cell of a matrix.
func (m Metric) InCells() bool { return m.Kind&cellKinds != 0 && !m.Diff }
