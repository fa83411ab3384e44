package gates

import (
	"fmt"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Doc gives the reference of gates as Markdown. docs/gates.md is this text, and a
// test holds it to that.
func Doc() string {
	var b strings.Builder
	b.WriteString(docHead)
	for _, k := range evidence.AllKinds {
		var rows strings.Builder
		for _, m := range Metrics {
			if m.Kind != k {
				continue
			}
			better := "lower"
			if m.Higher {
				better = "higher"
			}
			fmt.Fprintf(&rows, "| `%s` | %s | %s | %s | %s | %s |\n", m.Name, m.Value, better, m.Doc, m.Formula, m.Source)
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "\n### Metrics of %s\n\n| metric | value | better | what it is | how it is counted | where that comes from |\n|---|---|---|---|---|---|\n%s", k, rows.String())
		}
	}
	b.WriteString(docTail)
	return b.String()
}

const docHead = `# Gates

<!-- Written by gates.Doc; change it there and run go test ./gates -update. -->

A gate is a named set of conditions on some sources of evidence. A condition is
` + "`metric operator value`" + ` and nothing more: ` + "`pass-rate > 90%`, `failed = 0`" + `. The operators
are ` + "`=`, `!=`, `<`, `<=`, `>`, `>=`" + `. A ratio is written in percent, with up to six
decimals, and compared exactly: 90 of 100 is not more than 90%, and 91 of 100 is.

## What a check comes to

| outcome | when |
|---|---|
| pass | the condition holds, and the evidence is all there |
| inconclusive | evidence is missing or cannot be believed, and what there is does not already fail |
| waived | it would fail, and does not because of a waiver that is in force |
| not applicable | there is nothing to judge, which was found out: a change without code |
| fail | the condition does not hold on what there is, whatever else is missing; or what a waiver names that is not in force is there |

| under | not applicable | pass | waived | inconclusive | fail |
|---|---|---|---|---|---|
| ` + "`require`" + ` | not applicable | pass | waived | inconclusive | fail |
| ` + "`warn`" + ` | not applicable | pass | waived | warn | warn |
| ` + "`shadow`" + ` | shown, and counts for nothing | likewise | likewise | likewise | likewise |

A gate is the worst of its checks, and the verdict the worst of the gates that are
due. Where nothing was proved the verdict is inconclusive: where no gate is due,
and where every check that is due lacks evidence or is in shadow.

## When evidence is all there

A condition reads those of the gate's sources that hold evidence of its kind. It is
inconclusive, and says which of these it was and where, if

- no file matches a source, or none is a report of the kind;
- a report is empty, cut short, broken, or of a kind that the source does not take;
- what the source expects does not hold: files, tests that ran, tools that ran;
- one job contributed two different contents under one name;
- no test ran, though some were skipped; nothing was coverable; no tool ran, or one failed;
- tests could not finish, and ` + "`failed`" + ` is asked alone;
- a filter matches no test or no file, or a tool that it names did not run. A filter on
  the paths or rules of findings that matches none has found none, which is a real 0;
- a filter on paths meets tests or findings that name no file, or one from the root of
  a machine that is no file of the repository and could be meant. They are not counted.

A filter is a list of patterns (` + "`**`" + ` for any directories). A pattern that begins with
` + "`!`" + ` takes away again, the last that matches decides, and a list that begins with ` + "`!`" + `
takes away from everything.

## What can be measured
`

const docTail = `
### Tests

Tests that a report counts and does not list count by their suite. Skipped tests
are in no metric but those that are named after them. A package that does not build
fails no test: where some could not finish, ` + "`failed`" + ` is inconclusive unless a condition
of the gate on ` + "`errored` or `pass-rate`" + ` says how much of that may be. What is compared with the base
and with the start of the correction cycle, and how, is in [tests](tests.md). What
waivers do to tests and findings is in [waivers](waivers.md).

### Coverage of one file in several reports

Blocks of Go profiles join by extent, and lines by number: one is covered if it ran
in any of them, and is counted once. Bare numbers cannot be joined exactly. Then the
least that one report covers is taken with the most that one leaves uncovered, so
that the result is no better than any of them, and the check says so. A file that
does not measure the unit is not in the share, and the check says how many do not.
What counts of a change, and how files are found in the repository, is in
[coverage](coverage.md).

### Findings

Suppressed findings, and those that the report itself marks as gone since its
baseline, are counted by no metric; the check says how many there are. A severity
counts findings that have one alone; its check says how many have none.

The severity is the band of ` + "`security-severity`" + `, or what ` + "`severity-from`" + ` of the source
says: the level (error high, warning medium, note low, none of them critical), or a
property of the result or its rule that holds a word of severity. Where the rules and
findings of no tool have a place on that scale, none of them could be critical, and a
condition on it is inconclusive rather than met by nothing. A run that lists no rules
and no results, as a scanner writes that found nothing, says nothing either way. A
score that is no number from 0 to 10 (` + "`HIGH`, `9,8`" + `) may stand for anything: a condition
on a severity is inconclusive while a finding that counts has one.

How a finding is told new, in the change or old is in [findings](findings.md).

### Benchmarks

A statistic is the worst of all benchmarks and quantities of its dimension that the
gate looks at: ` + "`benchmarks`, `suites` and `measures`" + ` narrow it, and a gate for each profile
gives each its own limits. A number counts as the report writes it, in decimals. What
a report neither states nor has the samples for is inconclusive, and so is a benchmark
that could not finish, and a report in which a package did not build or a test failed:
Go runs no benchmark of such a package. A regression is told from noise as [performance](performance.md) says.

### In each cell of a matrix

A metric of tests, coverage or benchmarks with ` + "`every.`" + ` before it is measured in each cell of
the gate's matrix, and the worst cell counts: see [the matrix](matrix.md).

### Issue, reviews, checks

What GitHub itself says needs no declaration under ` + "`evidence`" + `. A part of it that was not
read, for want of a permission or of a token, is inconclusive. Which lists, people and
checks are meant, and what counts, is in [facts](facts.md).

## How long it takes

What several conditions need is made once for all of them, and tests, coverage and findings
are read on a core each. A million tests with as many in the base and at the start of
the cycle, 50,000 files of coverage and 100,000 findings with as many in the base, and a change of
3,125 files are judged by all 77 conditions that there are on them in 0.8 s, and by a dozen usual ones
in 0.4 s, on a virtual machine of two cores in November 2026 (1.2 and 0.7 s while others compute there). Reading
the reports comes before and is in [speed](speed.md). To measure it again:

    go test ./gates -run '^$' -bench JudgeEverything -benchtime 3x
`
