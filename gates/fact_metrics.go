package gates

import "github.com/tollgate-ci/tollgate/evidence"

// factMetrics are those on GitHub's own evidence: task lists, reviews, and the
// checks of others.
var factMetrics = []Metric{
	{
		Name: "unticked", Kind: evidence.Issue, Value: evidence.Count,
		Doc:     "The items of a task list that are not ticked, or not by somebody who may. Where there is no list it is inconclusive.",
		Formula: "items without a tick that counts",
		Source:  "GitHub Flavored Markdown 5.3; the edit history; `/tick`; see [facts](facts.md)",
		eval:    (*body).readUnticked,
	},
	{
		Name: "ticked-share", Kind: evidence.Issue, Value: evidence.Share, Higher: true,
		Doc:     "The share of the items of a task list that are ticked by somebody who may.",
		Formula: "items with a tick that counts / items",
		Source:  "as `unticked`",
		eval:    (*body).readTickedShare,
	},
	{
		Name: "items", Kind: evidence.Issue, Value: evidence.Count, Higher: true,
		Doc:     "The items of a task list, ticked or not: against a list that somebody shortened.",
		Formula: "items with a box",
		Source:  "GitHub Flavored Markdown 5.3",
		eval:    (*body).readItems,
	},
	{
		Name: "approvals", Kind: evidence.Reviews, Value: evidence.Count, Higher: true,
		Doc:     "The people whose latest opinion is an approval of the head commit, and who may write or are named under `by`. Whose change it is does not count.",
		Formula: "people whose last review that is no mere comment approves",
		Source:  "GitHub's reviews",
		eval:    (*body).readApprovals,
	},
	{
		Name: "changes-requested", Kind: evidence.Reviews, Value: evidence.Count,
		Doc:     "The people whose word counts and whose latest opinion asks for changes, of whatever commit.",
		Formula: "people whose last review that is no mere comment requests changes",
		Source:  "GitHub's reviews; one that another than whose change it is dismissed asks for nothing",
		eval:    (*body).readChangesRequested,
	},
	{
		Name: "reviewers", Kind: evidence.Reviews, Value: evidence.Count, Higher: true,
		Doc:     "The people who have reviewed at all, of any commit: that a review has begun.",
		Formula: "people with a submitted review, who may write or are named under `by`, without the author",
		Source:  "GitHub's reviews",
		eval:    (*body).readReviewers,
	},
	{
		Name: "unresolved-threads", Kind: evidence.Reviews, Value: evidence.Count,
		Doc:     "The conversations on the change, begun by people whose word counts, that nobody has resolved who may, of the classes in `comments` of the gate.",
		Formula: "threads that are not resolved; the class is that of the first comment",
		Source:  "GitHub's review threads; [Conventional Comments](https://conventionalcomments.org)",
		eval:    (*body).readThreads,
	},
	{
		Name: "unanswered-review-requests", Kind: evidence.Reviews, Value: evidence.Count,
		Doc:     "The people and teams whose review is asked for and has not come.",
		Formula: "reviewers that are requested",
		Source:  "GitHub takes a request away once it is answered",
		eval:    (*body).readRequests,
	},
	{
		Name: "checks-failed", Kind: evidence.Checks, Value: evidence.Count,
		Doc:     "The named checks that ended on the head commit and are not green. One that is missing or has not finished makes it inconclusive.",
		Formula: "named checks whose last attempt ended in anything but success",
		Source:  "GitHub's check runs and commit statuses; neutral and skipped are not green",
		eval:    (*body).readFailedChecks,
	},
	{
		Name: "checks-missing", Kind: evidence.Checks, Value: evidence.Count,
		Doc:     "The names of which there is no check on the head commit, or none by the app that is named.",
		Formula: "names without a check run or status",
		Source:  "GitHub's check runs and commit statuses",
		eval:    (*body).readMissingChecks,
	},
	{
		Name: "checks-pending", Kind: evidence.Checks, Value: evidence.Count,
		Doc:     "The named checks that have not finished. One that is missing makes it inconclusive.",
		Formula: "named checks whose last attempt has no conclusion, or is pending",
		Source:  "GitHub's check runs and commit statuses",
		eval:    (*body).readPendingChecks,
	},
}
