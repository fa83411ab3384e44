package gates

import "github.com/tollgate-ci/tollgate/evidence"

// findingClass is which findings a metric counts: those of a severity, those of a
// level, or all of them where it has neither.
type findingClass struct {
	severity evidence.Severity
	level    evidence.Level
}

// findingClasses are those that have metrics on the change, gravest first.
var findingClasses = []findingClass{
	{severity: evidence.Critical}, {severity: evidence.High}, {severity: evidence.Medium}, {severity: evidence.Low}, {severity: evidence.Unscored},
	{level: evidence.LevelError}, {level: evidence.LevelWarning}, {level: evidence.LevelNote},
	{},
}

// adjective is what stands before "finding", "" for all of them.
func (k findingClass) adjective() string {
	switch {
	case k.severity != 0:
		return k.severity.String()
	case k.level != 0:
		return k.level.String()
	default:
		return ""
	}
}

// name is what the policy calls the class.
func (k findingClass) name() string {
	if a := k.adjective(); a != "" {
		return a
	}
	return "findings"
}

// doc says "findings of critical severity that are not suppressed".
func (k findingClass) doc() string {
	switch {
	case k.severity == evidence.Unscored:
		return "findings without a severity that are not suppressed"
	case k.severity != 0:
		return "findings of " + k.severity.String() + " severity that are not suppressed"
	case k.level != 0:
		return "findings of level " + k.level.String() + " that are not suppressed"
	default:
		return "findings that are not suppressed"
	}
}

func (k findingClass) has(d *openFinding) bool {
	return (k.severity == 0 || d.severity == k.severity) && (k.level == 0 || d.level == k.level)
}

// read counts the findings of the class for which also is true, which is given each with
// its place among the open ones. word stands before
// what they are called: "new".
func (b *body) read(k findingClass, word string, also func(int, *openFinding) bool) reading {
	name := k.adjective()
	if name != "" && word != "" {
		name = " " + name
	}
	r := b.readFindings(word+name, k, also)
	if k.severity > evidence.Unscored {
		r = b.doubtSeverity(r, k.severity)
	}
	return r
}

// findingMetrics are those on findings in relation to the change and to time.
var findingMetrics = func() (all []Metric) {
	for _, k := range findingClasses {
		all = append(all, Metric{
			Name: "new." + k.name(), Kind: evidence.Findings, Value: evidence.Count,
			Doc:     "The " + k.doc() + " and that the base does not have. It needs the reports of the base.",
			Formula: "known again by fingerprint, then by rule, file, message and place; one of the base stands for at most one",
			Source:  "SARIF 2.1.0 §3.27.17 and appendix B; see [findings](findings.md)",
			eval:    func(b *body) reading { return b.readNew(k) },
		})
	}
	for _, k := range findingClasses {
		all = append(all, Metric{
			Name: "changed." + k.name(), Kind: evidence.Findings, Value: evidence.Count, Diff: true,
			Doc:     "The " + k.doc() + " on lines that the change adds or alters. It needs the change.",
			Formula: "region from its first to its last line meets an added line",
			Source:  "the change from its merge base; see [findings](findings.md)",
			eval:    func(b *body) reading { return b.readChanged(k) },
		})
	}
	for _, k := range findingClasses {
		all = append(all, Metric{
			Name: "oldest." + k.name(), Kind: evidence.Findings, Value: evidence.Seconds,
			Doc:     "How long ago the oldest of the " + k.doc() + " was first detected; 0 where there is none.",
			Formula: "now - the earliest time that this run or the base states",
			Source:  "`provenance.firstDetectionTimeUtc`, SARIF 2.1.0 §3.48; see [findings](findings.md)",
			eval:    func(b *body) reading { return b.readOldest(k) },
		})
	}
	return all
}()
