package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const runnersHeading = "## The runners\n"

// page is docs/agreement.md.
func page(rows []row) string {
	var b strings.Builder
	b.WriteString(`# Agreement

What Tollgate reads is compared with numbers that are known otherwise, by ` + "`go run ./internal/agreement`" + `:

- **corpus files** are reports of public repositories, with the numbers that the tests of those repositories
  record. The files belong to their projects and are not in this repository.
- **real reports** were written by real tools, at fixed versions, over small programs of our own, whose tests and
  lines are counted by hand. They lie in ` + "`parsers/testdata/runners`" + `, each with its program, ` + "`make.sh`" + `, which makes
  the reports anew, and ` + "`expect.json`" + `, which says how each number is known. Reports of one run in several formats
  must say the same wherever both can say it; where one cannot, ` + "`expect.json`" + ` says why.

A file agrees; or our number stands by a reason that a file of ` + "`parsers/testdata/overlay`" + ` states; or it is wrong, and
CI fails. A broken file agrees if it is inconclusive.

| format | corpus files | real reports | agree | stand by | wrong | |
|---|---|---|---|---|---|---|
`)
	var sum line
	for _, l := range table(rows) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %s |\n", l.Format, l.Corpus, l.Real, l.Agree, l.StandBy, l.Wrong, l.note())
		sum.Corpus += l.Corpus
		sum.Real += l.Real
		sum.Agree += l.Agree
		sum.StandBy += l.StandBy
		sum.Wrong += l.Wrong
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d | %d | %d | |\n", sum.Corpus, sum.Real, sum.Agree, sum.StandBy, sum.Wrong)
	b.WriteString("\n" + runnersHeading + "\n| runner | formats |\n|---|---|\n")
	formats := map[string]map[string]bool{}
	for _, r := range rows {
		if !r.Entry.real {
			continue
		}
		runner, _, _ := strings.Cut(r.Entry.File, "/")
		if formats[runner] == nil {
			formats[runner] = map[string]bool{}
		}
		formats[runner][r.Entry.Format] = true
	}
	for _, runner := range slices.Sorted(maps.Keys(formats)) {
		fmt.Fprintf(&b, "| [%s](../parsers/testdata/runners/%s) | %s |\n", runner, runner, strings.Join(slices.Sorted(maps.Keys(formats[runner])), ", "))
	}
	return b.String()
}
