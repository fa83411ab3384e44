package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Kind is what sort of thing evidence speaks of. A report may hold several of the
// first four; the others are never in a report: a Diff and the Facts hold them.
type Kind uint8

const (
	Tests Kind = 1 << iota
	Coverage
	Findings
	Benchmarks
	Change  // what the change touches
	Issue   // the issue and its task lists
	Reviews // reviews and their threads
	Checks  // check runs and statuses of others
)

// Kinds lists those of reports in the order in which they are shown, and Given
// those that no report holds.
var (
	Kinds = []Kind{Tests, Coverage, Findings, Benchmarks}
	Given = []Kind{Change, Issue, Reviews, Checks}
)

// AllKinds are those of reports, and then those that are given.
var AllKinds = slices.Concat(Kinds, Given)

func (k Kind) String() string {
	switch k {
	case Tests:
		return "tests"
	case Coverage:
		return "coverage"
	case Findings:
		return "findings"
	case Benchmarks:
		return "benchmarks"
	case Change:
		return "change"
	case Issue:
		return "issue"
	case Reviews:
		return "reviews"
	case Checks:
		return "checks"
	default:
		panic("evidence: kind " + strconv.Itoa(int(k)))
	}
}

// Report is what one file said.
type Report struct {
	Source string // path of the file, as the user or the glob gave it
	Format string // name of the format, "" if none claims it
	Kinds  Kind   // what the format speaks of, whether or not there is any
	Time   Stamp  // the latest that it states

	Cases    Cases
	Unlisted []Unlisted
	Suites   int // suites that hold results, as the format means "suite"

	Coverage []FileCoverage // by path, each path once

	Findings FindingList
	ToolRuns []ToolRun

	Benchmarks BenchmarkSet

	Problems []Problem
	dropped  int // problems beyond MaxProblems
}

// MaxProblems bounds what is kept of the complaints about one file. The first
// ones are kept; an unsound one is never the one that is dropped unseen, because
// Conclusive counts it.
const MaxProblems = 100

// Complain records a problem of this report at line and column.
func (r *Report) Complain(g Gravity, line, col int, format string, args ...any) {
	if len(r.Problems) >= MaxProblems {
		r.dropped++
		if g != Unsound || !r.Conclusive() {
			return
		}
		r.Problems = r.Problems[:MaxProblems-1]
	}
	r.Problems = append(r.Problems, Problem{Pos{r.Source, line, col}, g, cutUTF8(fmt.Sprintf(format, args...), MaxMessage)})
}

// DroppedProblems is how many complaints are not in Problems.
func (r *Report) DroppedProblems() int { return r.dropped }

// Conclusive reports whether the file can be believed to say all that happened.
// What it does say still counts against a verdict when it is not.
func (r *Report) Conclusive() bool {
	return !slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Gravity == Unsound })
}

// TestCounts sums listed and unlisted cases.
func (r *Report) TestCounts() Counts {
	c := r.Cases.Counts()
	for _, u := range r.Unlisted {
		c = c.Plus(u.Counts)
	}
	return c
}

// CoverageOf sums one unit over the files, and says whether any file measured it.
func (r *Report) CoverageOf(u Unit) (Ratio, bool) {
	var sum Ratio
	any := false
	for i := range r.Coverage {
		if m, ok := r.Coverage[i].Unit(u); ok {
			sum, any = sum.Add(m), true
		}
	}
	return sum, any
}

// FoldDuplicates joins cases of equal identity into attempts of one case, in the
// order in which they stand. It is for runners that write a retry as one more
// case of the same name and say so nowhere, and is done only where the policy
// declares it: otherwise equal names stay separate and each counts. A case that
// passed in any attempt has passed, and is flaky if another attempt did not.
func (r *Report) FoldDuplicates() {
	type id struct{ suite, class, name string }
	order := make(map[id]int)
	var groups [][]int
	for i, c := range r.Cases.All() {
		k := id{c.Suite, c.Class, c.Name}
		g, ok := order[k]
		if !ok {
			g = len(groups)
			order[k] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	if len(groups) == r.Cases.Len() {
		return
	}
	var folded Cases
	for _, g := range groups {
		final := r.Cases.At(g[0])
		if len(g) > 1 {
			final = r.fold(g)
		}
		folded.AppendCase(final)
	}
	r.Cases = folded
}

func (r *Report) fold(group []int) Case {
	final := r.Cases.At(group[0])
	var attempts []Attempt
	for _, i := range group {
		c := r.Cases.At(i)
		if c.Attempts != nil {
			attempts = append(attempts, c.Attempts...)
		} else {
			attempts = append(attempts, Attempt{c.Outcome, c.Duration, c.Message})
		}
		switch {
		case final.Outcome == Passed:
		case c.Outcome == Passed || c.Outcome > final.Outcome:
			final = c
		}
	}
	final.Attempts = attempts
	return final
}

// sortReports orders reports by source, so that the order of arrival shows nowhere.
func sortReports(rs []*Report) {
	slices.SortStableFunc(rs, func(a, b *Report) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Format, b.Format))
	})
}
