package gates

import (
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// ChangeRules are what a gate says of the files of a change.
type ChangeRules struct {
	Pairs []ChangePair
	// Never are patterns of which at most one may match files of a change.
	Never []string
	// Owners are who must approve what the gate looks at, any one of them; nobody,
	// and CODEOWNERS says who.
	Owners []string
}

// ChangePair says that where a file that If matches is changed, one that Then
// matches must be changed as well.
type ChangePair struct{ If, Then []string }

// Together gives the pairs that say that all patterns or none match files of a
// change: one for each pattern.
func Together(patterns []string) []ChangePair {
	var out []ChangePair
	for i, p := range slices.Backward(patterns) { // so that the first side is named first
		out = append(out, ChangePair{If: slices.Concat(patterns[:i], patterns[i+1:]), Then: []string{p}})
	}
	return out
}

// The metrics that the rules of a gate are measured by.
const (
	Unaccompanied    = "unaccompanied"
	Mixed            = "mixed"
	UnapprovedOwners = "unapproved-owners"
)

// changeMetrics are those on what the change touches.
var changeMetrics = []Metric{
	{
		Name: Unaccompanied, Kind: evidence.Change, Value: evidence.Count,
		Doc:     "The rules of `if-changed` and `then-changed`, `pairs` and `together` that the change breaks: one side was changed and the other was not.",
		Formula: "rules with a changed file under the first patterns and none under the second",
		Source:  "the change from the merge base; a renamed file counts under both names, a deleted one as changed",
		eval:    (*body).readUnaccompanied,
	},
	{
		Name: Mixed, Kind: evidence.Change, Value: evidence.Count,
		Doc:     "The patterns of `never-together` that were changed besides the first of them.",
		Formula: "patterns that match a changed file - 1, at least 0",
		Source:  "the change from the merge base",
		eval:    (*body).readMixed,
	},
	{
		Name: "changed-files", Kind: evidence.Change, Value: evidence.Count,
		Doc:     "The files that the change adds, changes, renames or deletes. Generated ones are not counted, and the check says how many there are.",
		Formula: "changed files - generated ones",
		Source:  "the change from the merge base; see [the change](change.md) for what is generated",
		eval:    (*body).readChangedFiles,
	},
	{
		Name: "changed-lines", Kind: evidence.Change, Value: evidence.Count,
		Doc:     "The lines that the change adds and those that it takes away. A changed line is one of each. Generated and binary files are not counted.",
		Formula: "added + removed",
		Source:  "the change from the merge base, as `git diff --numstat` counts",
		eval:    (*body).readChangedLines,
	},
	{
		Name: UnapprovedOwners, Kind: evidence.Change, Value: evidence.Count,
		Doc:     "The owners of changed files who have not approved this head. Of several owners of one file, one is enough. Owners are those in `owners` of the gate, else in CODEOWNERS of the base.",
		Formula: "different lists of owners of changed files of which nobody's last review approves the head",
		Source:  "GitHub's reviews: the last of each person that approves, requests changes or was dismissed; the author's own does not count",
		eval:    (*body).readUnapprovedOwners,
	},
}
