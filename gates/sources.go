package gates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// judge is one policy with one input, and what was found out about the sources.
type judge struct {
	of        reference // what its evidence is
	declared  map[string]Source
	in        Input
	commits   []string
	whole     map[string]sourced
	days      WaiverDays
	approvers Approvers
	uses      []*use
	others    map[reference]*judge
	change    *changeIndex
	repo      *repository // see repository
	joins     map[*evidence.Report][]joined
	roots     *roots
	rootOf    map[*evidence.Report]string // of reports of sources that have one
	sorts     map[string]bool             // see extensions
	parted    map[cellsOf]*cellBodies
}

// sourced is the evidence of one source and why it cannot be believed to be whole.
type sourced struct {
	reports []*evidence.Report
	gaps    []gap
}

func newJudge(p Policy, in Input) *judge {
	j := &judge{
		declared: map[string]Source{}, in: in, commits: commits(in), whole: map[string]sourced{},
		days: p.WaiverDays, approvers: p.Approvers, roots: newRoots(in.Tree), rootOf: map[*evidence.Report]string{},
	}
	for _, s := range p.Sources {
		j.declared[s.Name] = s
	}
	j.uses = j.newUses()
	return j
}

// body is what the conditions of one gate on one kind of evidence look at.
type body struct {
	reports []*evidence.Report // of the kind
	homes   []Source           // of each of them
	files   []string           // their names, sorted
	filter  filter
	gaps    []gap
	judge   *judge // whose waivers apply

	readings map[string]reading // by metric; see readAhead

	gate     Gate
	tests    *testTally
	notables [][]int // see notable
	people   *population
	clock    *timeTally
	cover    *coveredFiles
	sums     map[evidence.Unit]coverageSum  // see sumOf
	moves    map[evidence.Unit]coverageMove // see movedIn
	paths    *[2]numbered                   // see pathNumbers
	// branched are the ends of the names of files of which each report lists branches.
	branched map[*evidence.Report]map[string]bool
	found    *findingTally
	list     *listTally
	polls    *reviewTally
	named    *checkTally

	descent *lineage // of the findings

	bench   *benchmarkTally
	compare Compare

	same   func(reference) *body // of the same gate and kind; see on
	others map[reference]*body
}

// body gathers the evidence of one kind for a gate: from its sources that declare
// the kind. Each of them must have a report of it, and be whole.
func (j *judge) body(g Gate, kind evidence.Kind) *body {
	b := &body{judge: j, compare: g.Compare.OrUsual(), same: func(ref reference) *body { return j.on(ref).body(g, kind) }}
	b.gate = g
	var flaws []gap // in the policy
	b.filter, flaws = j.newFilter(g)
	read := g.reads()
	flaws = append(flaws, g.Filter.unread(read, g.At)...)
	provided, before := false, len(flaws)
	for _, name := range distinct(g.From) {
		if k, ok := Given(name); ok {
			provided = provided || k == kind // what is not known of it, its metrics say
			continue
		}
		src, ok := j.declared[name]
		if !ok {
			flaws = append(flaws, gap{g.At, "there is no source " + quoted(name), "declare it under `evidence`, or correct `from`"})
			continue
		}
		if src.Kinds&read == 0 {
			flaws = append(flaws, gap{g.At,
				fmt.Sprintf("source %s holds %s, and no condition of gate %s measures that", name, kindNames(src.Kinds), g.Name),
				"take " + name + " out of `from`, or add a condition that measures it"})
			continue
		}
		if src.Kinds&kind == 0 {
			continue // other conditions of the gate read it
		}
		provided = true
		s := j.source(src)
		b.gaps = append(b.gaps, s.gaps...)
		mine := 0
		for _, r := range s.reports {
			if r.Kinds&kind != 0 {
				b.reports = append(b.reports, r)
				b.homes = append(b.homes, src)
				b.files = append(b.files, r.Source)
				mine++
			}
		}
		if mine == 0 && src.Kinds != kind { // of one kind, the source has said so
			b.gaps = append(b.gaps, gap{text: fmt.Sprintf("source %s has no report of %s", name, kind),
				remedy: "write a report of " + kind.String() + " to " + src.places()})
		}
	}
	if !provided && len(flaws) == before {
		flaws = append(flaws, gap{g.At, fmt.Sprintf("gate %s names no source of %s", g.Name, kind),
			"name a source of " + kind.String() + " in `from`"})
	}
	if j.of == thisRun { // a reference has the same flaws, and they have been said
		b.gaps = append(flaws, b.gaps...)
	}
	slices.Sort(b.files)
	b.files = slices.Compact(b.files)
	return b
}

// reads gives the kinds of evidence that the gate's conditions measure.
func (g Gate) reads() evidence.Kind {
	var kinds evidence.Kind
	for _, c := range g.Conditions {
		m, _ := MetricNamed(c.Metric)
		kinds |= m.Kind
	}
	return kinds
}

// source looks once at what a source holds and whether that is all of it. The set
// is merged with nothing first, so that its parts are in order and superseded
// attempts are gone, whoever made it.
func (j *judge) source(src Source) sourced {
	if s, ok := j.whole[src.Name]; ok {
		return s
	}
	set := evidence.Merge(j.in.Evidence[src.Name], evidence.Set{})
	s := sourced{reports: j.placed(src, set.Reports())}
	if len(s.reports) == 0 {
		s.gaps = append(s.gaps, j.nothing(src))
	}
	s.gaps = append(s.gaps, j.notWhole(src, set)...)
	var unsound []gap
	for _, r := range s.reports {
		unsound = append(unsound, src.doubts(r)...)
	}
	sortGaps(unsound)
	s.gaps = append(s.gaps, unsound...)
	s.gaps = append(s.gaps, j.stale(src, s.reports)...)
	s.gaps = append(s.gaps, src.unmet(s.reports)...)
	j.whole[src.Name] = s
	return s
}

// placed are the reports of a source with paths from the root of the repository. What
// is left to join, of coverage, is remembered by its report.
func (j *judge) placed(src Source, reports []*evidence.Report) []*evidence.Report {
	out := j.roots.placed(src, reports)
	if src.Root != "" {
		for _, r := range out {
			j.rootOf[r] = src.Root
		}
	}
	return out
}

// doubts says why one report of the source cannot be believed.
func (src Source) doubts(r *evidence.Report) []gap {
	var gaps []gap
	here := evidence.Pos{File: r.Source}
	if i := slices.IndexFunc(r.Problems, unsound); i >= 0 {
		g := gap{r.Problems[i].Pos, firstLine(r.Problems[i].Message), "write " + r.Source + " again, whole"}
		if r.Kinds == 0 && g.pos.Line > 0 { // it was read, and is no report: perhaps it never was to be one
			g.remedy += ", or take it out of the patterns of source " + src.Name
		}
		more := -1
		for _, p := range r.Problems {
			if unsound(p) {
				more++
			}
		}
		if more += r.DroppedProblems(); more > 0 {
			g.text += fmt.Sprintf(" (and %d more %s in this file)", more, plural(uint64(more), "problem", "problems"))
		}
		gaps = append(gaps, g)
	}
	switch {
	case r.Kinds == 0 && len(gaps) == 0:
		gaps = append(gaps, gap{here, "this is no known report", "take it out of the patterns of source " + src.Name})
	case r.Kinds != 0 && r.Kinds&src.Kinds == 0:
		gaps = append(gaps, gap{here, fmt.Sprintf("this is a report of %s (%s), and source %s takes %s",
			kindNames(r.Kinds), r.Format, src.Name, kindNames(src.Kinds)),
			fmt.Sprintf("name %s under a source of %s, or write a report of %s there", r.Source, kindNames(r.Kinds), kindNames(src.Kinds))})
	}
	if r.Conclusive() && r.Kinds&src.Kinds&evidence.Findings != 0 {
		if len(r.ToolRuns) == 0 {
			gaps = append(gaps, gap{here, "no tool ran", "run the tool that writes " + r.Source})
		}
		for _, t := range r.ToolRuns {
			if t.Failed {
				pos := t.At
				pos.File = r.Source
				gaps = append(gaps, gap{pos, "the run of " + firstLine(t.Tool) + " did not succeed", "run " + firstLine(t.Tool) + " again until it succeeds"})
			}
		}
	}
	return gaps
}

func unsound(p evidence.Problem) bool { return p.Gravity != evidence.Quirk }

// unmet says which expectations of the source do not hold. Tests that were
// skipped did not run, and are not what was expected.
func (src Source) unmet(reports []*evidence.Report) []gap {
	if len(reports) == 0 {
		return nil
	}
	var gaps []gap
	if n := uint64(len(reports)); !src.Expect.Files.Holds(n) {
		g := gap{text: fmt.Sprintf("source %s has %d %s; %s", src.Name, n, plural(n, "file", "files"), src.Expect.Files.expected())}
		g.remedy = "see which of the files do not belong to source " + src.Name + ", or widen `expect`"
		if n < src.Expect.Files.Min {
			k := src.Expect.Files.Min - n
			g.remedy = fmt.Sprintf("write %d more %s to %s", k, plural(k, "report", "reports"), src.places())
		}
		gaps = append(gaps, g)
	}
	gaps = append(gaps, src.testsUnmet(reports)...)
	gaps = append(gaps, src.nothingCoverable(reports)...)
	gaps = append(gaps, src.nothingBenchmarked(reports)...)
	gaps = append(gaps, src.severityGaps(reports)...)
	gaps = append(gaps, src.rulesUnmet(reports)...)
	if missing := src.toolsMissing(reports); len(missing) > 0 {
		gaps = append(gaps, gap{
			text:   fmt.Sprintf("%s did not run in source %s", some(missing), src.Name),
			remedy: fmt.Sprintf("run %s and write the %s to %s", some(missing), plural(uint64(len(missing)), "report", "reports"), src.places()),
		})
	}
	return gaps
}

// testsUnmet says that other tests ran than the source expects, or none. That no
// test ran is asked of every source: the tests of another prove nothing for it.
func (src Source) testsUnmet(reports []*evidence.Report) []gap {
	var c evidence.Counts
	has := false
	for _, r := range reports {
		has = has || r.Kinds&src.Kinds&evidence.Tests != 0
		c = c.Plus(r.TestCounts())
	}
	ran := c.PassRate().Den
	want := src.Expect.Tests
	if want == (Range{}) && has {
		want.Min = 1
	}
	if want.Holds(ran) {
		return nil
	}
	g := gap{text: fmt.Sprintf("%s in source %s; %s", saysRan(c), src.Name, want.expected())}
	g.remedy = "see which of the tests do not belong to source " + src.Name + ", or widen `expect`"
	if ran < want.Min {
		k := want.Min - ran
		g.remedy = fmt.Sprintf("run %d more %s", k, plural(k, "test", "tests"))
	}
	return []gap{g}
}

// nothingCoverable says that coverage reports hold no code at all, which is what
// a profile of a run that died at its start looks like.
func (src Source) nothingCoverable(reports []*evidence.Report) []gap {
	has := false
	for _, r := range reports {
		has = has || r.Kinds&src.Kinds&evidence.Coverage != 0
		for _, u := range evidence.Units {
			if sum, _ := r.CoverageOf(u); sum.Den > 0 {
				return nil
			}
		}
	}
	if !has {
		return nil
	}
	return []gap{{text: "source " + src.Name + " holds nothing coverable", remedy: "run the tests with coverage on"}}
}

// toolsMissing lists the expected tools that no run in the reports is of.
func (src Source) toolsMissing(reports []*evidence.Report) []string {
	ran := map[string]bool{}
	for _, r := range reports {
		for _, t := range r.ToolRuns {
			ran[strings.ToLower(t.Tool)] = true
		}
	}
	var missing []string
	for _, tool := range src.Expect.Tools {
		if !ran[strings.ToLower(tool)] {
			missing = append(missing, tool)
		}
	}
	return missing
}

// places says where the source is looked for.
func (src Source) places() string { return strings.Join(src.Patterns, " or ") }

// expected says what the range allows: "50 or more are expected".
func (r Range) expected() string {
	switch {
	case r.Max == 0:
		return fmt.Sprintf("%d or more are expected", r.Min)
	case r.Min == r.Max:
		return fmt.Sprintf("exactly %d %s expected", r.Min, plural(r.Min, "is", "are"))
	case r.Min == 0:
		return fmt.Sprintf("at most %d %s expected", r.Max, plural(r.Max, "is", "are"))
	default:
		return fmt.Sprintf("%d to %d are expected", r.Min, r.Max)
	}
}

// kindNames lists the kinds in a set of kinds.
func kindNames(k evidence.Kind) string {
	var names []string
	for _, one := range evidence.AllKinds {
		if k&one != 0 {
			names = append(names, one.String())
		}
	}
	if names == nil {
		return "nothing"
	}
	return some(names)
}
