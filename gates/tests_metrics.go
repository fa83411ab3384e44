package gates

import "github.com/tollgate-ci/tollgate/evidence"

// testMetrics are those on tests beyond the outcomes of one run: shares, what a
// reference shows, and time.
var testMetrics = []Metric{
	{
		Name: "skipped-share", Kind: evidence.Tests, Value: evidence.Share,
		Doc:     "The share of all tests that did not run.",
		Formula: "skipped / (passed + failed + errored + skipped), those in quarantine too",
		Source:  "the outcome that the format states",
		eval:    readSkippedShare,
	},
	{
		Name: "flaky-share", Kind: evidence.Tests, Value: evidence.Share,
		Doc:     "The share of the tests that ran which passed after an attempt that did not.",
		Formula: "flaky / (passed + failed + errored), those in quarantine too",
		Source:  "attempts as `flaky` counts them",
		eval:    readFlakyShare,
	},
	{
		Name: "new.flaky", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that are flaky and were not in the base, those that are new there included.",
		Formula: "flaky here and not in the base, by source, suite, class and name",
		Source:  "`--base-reports`; see [tests](tests.md)",
		eval:    readNewFlaky,
	},
	{
		Name: "new.failures", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that failed or could not finish and did not in the base, those that are new there included.",
		Formula: "failed or errored here and not in the base, by source, suite, class and name",
		Source:  "`--base-reports`; see [tests](tests.md)",
		eval:    readNewFailures,
	},
	{
		Name: "persistent-failures", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that failed or could not finish when this correction cycle began, and still do. One that no longer runs was not seen to be mended and makes it inconclusive.",
		Formula: "failed or errored here and at the start of the cycle, by source, suite, class and name",
		Source:  "`--cycle-reports`; see [tests](tests.md)",
		eval:    readPersistent,
	},
	{
		Name: "lost-tests", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that ran in the base and are not in the reports any more. A test that was renamed is lost, and a new one.",
		Formula: "ran in the base, and neither ran nor was skipped here, by source, suite, class and name",
		Source:  "`--base-reports`; see [tests](tests.md)",
		eval:    readLost,
	},
	{
		Name: "newly-skipped", Kind: evidence.Tests, Value: evidence.Count,
		Doc:     "The tests that ran in the base and are skipped.",
		Formula: "ran in the base, and skipped here, by source, suite, class and name",
		Source:  "`--base-reports`; see [tests](tests.md)",
		eval:    readNewlySkipped,
	},
	{
		Name: "test-drop", Kind: evidence.Tests, Value: evidence.Share,
		Doc:     "By how much fewer tests ran than in the base, whichever they are; 0% if as many or more ran.",
		Formula: "(ran in the base - ran here) / ran in the base, at least 0",
		Source:  "`--base-reports`; see [tests](tests.md)",
		eval:    readTestDrop,
	},
	{
		Name: "slowest-test", Kind: evidence.Tests, Value: evidence.Seconds,
		Doc:     "The time of the slowest test that ran, in whole microseconds, rounded down. That of a test with several attempts is the sum of theirs.",
		Formula: "the longest time of a test",
		Source:  "the times that the format states; where it states none it is inconclusive",
		eval:    func(b *body) reading { return b.readTime(slowestTest) },
	},
	{
		Name: "duration", Kind: evidence.Tests, Value: evidence.Seconds,
		Doc:     "The times of all tests that ran, added up. Tests that run at the same time end sooner than that on the clock.",
		Formula: "sum of the times of the tests, attempts included",
		Source:  "the times that the format states; where it states none it is inconclusive",
		eval:    func(b *body) reading { return b.readTime(allTests) },
	},
}
