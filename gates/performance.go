package gates

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// placedBenchmark is a benchmark with where it was found.
type placedBenchmark struct {
	*evidence.Benchmark
	report *evidence.Report
	home   string // its source
	title  string // as people call it: its name with its parameters
}

func (p placedBenchmark) place() evidence.Pos {
	at := p.At
	at.File = p.report.Source
	return at
}

// label is the title with the suite, which is what tells two of one name apart.
func (p placedBenchmark) label() string {
	if p.Suite == "" {
		return firstLine(p.title)
	}
	return firstLine(p.title) + " of " + firstLine(p.Suite)
}

// benchmarkTally is what the reports say of the benchmarks that the gate's filter
// admits. What could not finish measured nothing that can be believed.
type benchmarkTally struct {
	ran     []placedBenchmark // to their end, whether or not their runner was content
	errored []placedBenchmark
	skipped []placedBenchmark
	gaps    []gap
}

// titleOf is the name of a benchmark with its parameters, as `tollgate inspect`
// shows it.
func titleOf(bm *evidence.Benchmark) string {
	title := bm.Name
	for i, p := range bm.Params {
		sep := ","
		if i == 0 {
			sep = " "
		}
		title += sep + p.Name + "=" + p.Value
	}
	return title
}

// benchmarks reads the reports once for all conditions of the gate.
func (b *body) benchmarks() *benchmarkTally {
	if b.bench != nil {
		return b.bench
	}
	t := &benchmarkTally{}
	b.bench = t
	f := &b.filter
	first, all := "", 0
	for k, r := range b.reports {
		for i := range r.Benchmarks.Len() {
			p := placedBenchmark{r.Benchmarks.At(i), r, b.homes[k].Name, titleOf(r.Benchmarks.At(i))}
			if all++; first == "" || p.title < first {
				first = p.title
			}
			if !f.suites.admits(p.Suite) || !f.benchmarks.admitsTitled(p.Name, p.title) {
				continue
			}
			switch unmeasured := len(p.Metrics) == 0; {
			case p.Outcome == evidence.Errored, p.Outcome == evidence.Failed && unmeasured:
				t.errored = append(t.errored, p)
			case p.Outcome == evidence.Skipped:
				t.skipped = append(t.skipped, p)
			default:
				t.ran = append(t.ran, p)
			}
		}
	}
	switch {
	case all == 0: // the source has said so
	case len(t.ran)+len(t.errored)+len(t.skipped) == 0:
		t.gaps = append(t.gaps, gap{text: fmt.Sprintf("no benchmark matches %s (one is %s)", f.namesBenchmarks(), quoted(firstLine(first))),
			remedy: "correct the filter of the gate, or run the benchmarks that it means"})
	case len(t.ran)+len(t.errored) == 0:
		t.gaps = append(t.gaps, gap{text: fmt.Sprintf("no benchmark ran; %d %s skipped", len(t.skipped), plural(uint64(len(t.skipped)), "was", "were")),
			remedy: "run the benchmarks"})
	}
	if all > 0 {
		t.gaps = append(t.gaps, b.unreached()...)
	}
	return t
}

func (f *filter) namesBenchmarks() string {
	var lists []string
	for _, l := range []*globs{&f.suites, &f.benchmarks} {
		if l.given() {
			lists = append(lists, l.String())
		}
	}
	return some(lists)
}

// notes are what a reader should know of the filter and of what did not run.
func (b *body) benchmarkNotes() []string {
	t := b.benchmarks()
	notes := append(b.filter.benchmarks.unusedNotes("benchmark"), b.filter.suites.unusedNotes("suite")...)
	if n := len(t.skipped); n > 0 && len(t.ran) > 0 {
		notes = append(notes, fmt.Sprintf("%d %s skipped", n, plural(uint64(n), "was", "were")))
	}
	return notes
}

// unfinished says which benchmarks could not finish, so that what they should have
// measured is missing.
func (t *benchmarkTally) unfinished() []gap {
	var gaps []gap
	for _, p := range t.errored {
		g := gap{p.place(), p.label() + " could not finish", "run " + p.label() + " until it finishes"}
		if p.Message != "" {
			g.text += ": " + firstLine(p.Message)
		}
		gaps = append(gaps, g)
	}
	sortGaps(gaps)
	return gaps
}

// nothingBenchmarked says that the benchmark reports of a source hold none.
func (src Source) nothingBenchmarked(reports []*evidence.Report) []gap {
	has := false
	for _, r := range reports {
		has = has || r.Kinds&src.Kinds&evidence.Benchmarks != 0
		if r.Benchmarks.Len() > 0 {
			return nil
		}
	}
	if !has {
		return nil
	}
	return []gap{{text: "source " + src.Name + " holds no benchmark", remedy: "run the benchmarks that write " + src.places()}}
}

// readBenchmarks counts those that ran to their end.
func (b *body) readBenchmarks() reading {
	t := b.benchmarks()
	n := uint64(len(t.ran))
	r := reading{gaps: slices.Clone(t.gaps), notes: b.benchmarkNotes()}
	if n > 0 || len(t.errored) > 0 {
		r.value = evidence.CountOf(n)
	}
	r.says = fmt.Sprintf("%d %s to %s end", n, plural(n, "benchmark ran", "benchmarks ran"), plural(n, "its", "their"))
	r.mend = func(k uint64) string { return fmt.Sprintf("run %d more %s", k, plural(k, "benchmark", "benchmarks")) }
	return r
}

// readFailedBenchmarks counts those that could not finish or that their runner
// calls failed.
func (b *body) readFailedBenchmarks() reading {
	t := b.benchmarks()
	r := reading{gaps: slices.Clone(t.gaps), notes: b.benchmarkNotes()}
	var n uint64
	for _, p := range slices.Concat(t.errored, t.ran) {
		if !p.Outcome.Bad() {
			continue
		}
		n++
		r.refs.add(uint64(p.Outcome), p.place(), func() string {
			if p.Message == "" {
				return p.label() + " " + p.Outcome.String()
			}
			return p.label() + ": " + firstLine(p.Message)
		})
	}
	of := uint64(len(t.errored) + len(t.ran))
	if of > 0 {
		r.value = evidence.CountOf(n)
	}
	r.says = fmt.Sprintf("%d of the %s failed", n, ofMany(of, "benchmark that ran", "benchmarks that ran"))
	r.mend = func(k uint64) string { return "mend " + these(k, n, "benchmark", "benchmarks") }
	return r
}

// readCrossed counts the limits of the tools themselves that were not kept. That
// none was crossed proves nothing where none was set.
func (b *body) readCrossed() reading {
	t := b.benchmarks()
	r := reading{gaps: slices.Clone(t.gaps), notes: b.benchmarkNotes()}
	var n, of uint64
	for _, p := range slices.Concat(t.errored, t.ran) {
		for i := range p.Metrics {
			m := &p.Metrics[i]
			if len(m.Thresholds) == 0 || !b.filter.measures.admits(m.Name) {
				continue
			}
			for _, limit := range m.Thresholds {
				of++
				if !limit.Crossed {
					continue
				}
				n++
				at := limit.At
				at.File = p.report.Source
				r.refs.add(1, at, func() string {
					return fmt.Sprintf("%s of %s in %s was crossed", firstLine(limit.Expr), firstLine(m.Name), p.label())
				})
			}
		}
	}
	if of > 0 {
		r.value = evidence.CountOf(n)
	} else if len(t.ran)+len(t.errored) > 0 {
		r.gaps = append(r.gaps, gap{text: "no benchmark has a threshold of its own", remedy: "set thresholds in the tool, or limit what it measured here: p95 <= 200ms"})
	}
	r.gaps = append(r.gaps, t.unfinished()...)
	r.says = fmt.Sprintf("%d of the %s crossed", n, ofMany(of, "threshold of the tool was", "thresholds of the tool were"))
	r.mend = func(k uint64) string { return "keep " + these(k, n, "threshold", "thresholds") }
	return r
}

func ofMany(n uint64, one, many string) string { return number(n) + " " + plural(n, one, many) }

// byPlace orders benchmarks by what people call them, then by where they stand.
func byPlace(a, b placedBenchmark) int {
	return cmp.Or(cmp.Compare(a.title, b.title), cmp.Compare(a.Suite, b.Suite), cmp.Compare(a.home, b.home), comparePos(a.place(), b.place()))
}
