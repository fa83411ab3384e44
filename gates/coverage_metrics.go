package gates

import (
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changeCoverageMetrics are those on the coverage of a change: of the changed lines,
// of the new files, against the base, and of each file for itself.
var changeCoverageMetrics = func() []Metric {
	var all []Metric
	of := func(text string, u evidence.Unit) string { return strings.ReplaceAll(text, "UNIT", u.String()) }
	add := func(prefix string, value evidence.ValueKind, higher bool, doc, formula, source string, read func(*body, evidence.Unit) reading, units ...evidence.Unit) {
		for _, u := range units {
			all = append(all, Metric{
				Name: prefix + "." + u.String(), Kind: evidence.Coverage, Value: value, Higher: higher,
				Diff: prefix == "patch" || prefix == "new-files",
				Doc:  of(doc, u), Formula: of(formula, u), Source: of(source, u),
				eval: func(b *body) reading { return read(b, u) },
			})
		}
	}
	units := []evidence.Unit{evidence.Statements, evidence.Lines, evidence.Branches, evidence.Functions}
	const counting = "what counts as what is in [coverage](coverage.md)"
	add("patch", evidence.Share, true,
		"The share of the coverable UNIT that the change adds or changes which ran. Not applicable where nothing coverable changed; inconclusive where code changed that no report measures.",
		"covered UNIT on changed lines / coverable UNIT on changed lines", "the change against its merge base; "+counting,
		(*body).readPatch, evidence.Statements, evidence.Lines, evidence.Branches)
	add("new-files", evidence.Share, true,
		"The share of the coverable UNIT that ran, over the files that the change adds. Not applicable where it adds none that is coverable.",
		"covered UNIT / coverable UNIT, of new files", "the change against its merge base; "+counting,
		(*body).readNewFiles, units...)
	add("lowest", evidence.Share, true,
		"The share of the coverable UNIT that ran in the file where it is lowest, so that no mean hides a file that nothing tests. With `lowest-by: folder`, in the folder.",
		"covered UNIT / coverable UNIT, of the worst file or folder", "each file for itself; a file without coverable UNIT is not looked at",
		(*body).readLowest, units...)
	add("delta", evidence.Points, true,
		"By how many percentage points the share of the coverable UNIT that ran is above that of the base, or below it.",
		"100 × (covered / coverable now − covered / coverable before), of UNIT", "the reports of the base, through the same filter",
		(*body).readDelta, units...)
	add("more-uncovered", evidence.Count, false,
		"How many more UNIT are not covered than in the base. Taking covered code out does not raise it, as it lowers a share.",
		"max(0, uncovered UNIT now − uncovered UNIT before)", "the reports of the base, through the same filter",
		(*body).readMoreUncovered, units...)
	return append(all, Metric{
		Name: "joined", Kind: evidence.Coverage, Value: evidence.Share, Higher: true,
		Doc:     "The share of the files in the reports that are files of the repository, by which the changed lines are found in them.",
		Formula: "files of the reports found in the repository / files of the reports",
		Source:  "paths joined by their ends; see [coverage](coverage.md)",
		eval:    (*body).readJoined,
	})
}()
