package gates

import (
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// series is all that one benchmark measured on one machine: repetitions in several
// reports are samples of one.
type series struct {
	placedBenchmark
	machine string // its properties as one text, to compare; see machineOf
	metrics []evidence.Metric
}

// identity is what makes two series the same benchmark, wherever they ran.
func (s *series) identity() string { return s.home + "\x00" + s.Suite + "\x00" + s.title }

// seriesOf joins the benchmarks that ran, in the order of their names.
func seriesOf(ran []placedBenchmark) []*series {
	ran = slices.Clone(ran)
	slices.SortStableFunc(ran, byPlace)
	index := map[string]*series{}
	var all []*series
	for _, p := range ran {
		s := &series{placedBenchmark: p, machine: machineOf(p.Environment)}
		key := s.identity() + "\x00" + s.machine
		if have := index[key]; have != nil {
			s = have
		} else {
			index[key] = s
			all = append(all, s)
		}
		for i := range p.Metrics {
			s.add(&p.Metrics[i])
		}
	}
	return all
}

// add joins the samples of a metric to those that are there.
func (s *series) add(m *evidence.Metric) {
	have := s.metric(m.Name)
	if have == nil {
		own := *m
		own.Samples = slices.Clone(m.Samples)
		s.metrics = append(s.metrics, own)
		return
	}
	if have.Unit.Text != m.Unit.Text { // not to be compared with anything
		have.Unit = evidence.Measure{Text: have.Unit.Text + " and " + m.Unit.Text}
	}
	have.Samples = append(have.Samples, m.Samples...)
	have.Exact = have.Exact && m.Exact
}

func (s *series) metric(name string) *evidence.Metric {
	for i := range s.metrics {
		if s.metrics[i].Name == name {
			return &s.metrics[i]
		}
	}
	return nil
}

// machineOf writes what a benchmark ran on, property by property.
func machineOf(e *evidence.Environment) string {
	if e == nil {
		return ""
	}
	var lines []string
	for _, p := range e.Machine {
		lines = append(lines, firstLine(p.Name)+" "+firstLine(p.Value))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// otherMachine says in what two machines differ.
func otherMachine(base, head string) string {
	b, h := strings.Split(base, "\n"), strings.Split(head, "\n")
	only := func(of, not []string) []string {
		var out []string
		for _, line := range of {
			if line != "" && !slices.Contains(not, line) {
				out = append(out, line)
			}
		}
		return out
	}
	say := func(lines []string) string {
		if len(lines) == 0 {
			return "does not say what it ran on"
		}
		return "has " + some(lines)
	}
	return "the baseline " + say(only(b, h)) + " and this run " + say(only(h, b))
}

// pair is a benchmark of this run with its baseline.
type pair struct{ base, head *series }

// paired is what this run and its baseline have in common, and what not.
type paired struct {
	pairs   []pair
	new     []string
	unknown int // pairs that do not say what they ran on
	gaps    []gap
}

// pairUp finds the baseline of every benchmark. One that ran on another machine
// has none, and one that disappeared is missing evidence.
func (b *body) pairUp() paired {
	t, base := b.benchmarks(), b.on(ofBase)
	before := base.benchmarks()
	out := paired{gaps: slices.Concat(base.gaps, ofBase.gaps(before.gaps))}
	if len(base.reports) == 0 {
		return out
	}
	out.gaps = append(out.gaps, ofBase.gaps(before.unfinished())...)
	olds := map[string][]*series{}
	for _, s := range seriesOf(before.ran) {
		olds[s.identity()] = append(olds[s.identity()], s)
	}
	met := map[*series]bool{}
	elsewhere := map[string]bool{}
	for _, s := range seriesOf(t.ran) {
		all := olds[s.identity()]
		i := slices.IndexFunc(all, func(o *series) bool { return o.machine == s.machine })
		switch {
		case i >= 0:
			met[all[i]] = true
			out.pairs = append(out.pairs, pair{all[i], s})
			if s.machine == "" {
				out.unknown++
			}
		case len(all) > 0:
			elsewhere[s.identity()] = true
			out.gaps = append(out.gaps, gap{s.place(), s.label() + " ran on another machine: " + otherMachine(all[0].machine, s.machine),
				"measure the baseline and this run on one machine"})
		default:
			out.new = append(out.new, s.label())
		}
	}
	for _, p := range slices.Concat(t.errored, t.skipped) { // why they are gone is known
		olds[(&series{placedBenchmark: p}).identity()] = nil
	}
	for _, s := range seriesOf(before.ran) { // of several machines one says the same as another
		i := slices.IndexFunc(olds[s.identity()], func(o *series) bool { return o.machine == s.machine })
		if i < 0 || met[olds[s.identity()][i]] || elsewhere[s.identity()] {
			continue
		}
		out.gaps = append(out.gaps, gap{text: s.label() + " is in the baseline and not in this run", remedy: "run " + s.label() + ", or record a baseline without it"})
	}
	for _, p := range t.skipped {
		if b.wasIn(before.ran, p) {
			out.gaps = append(out.gaps, gap{p.place(), p.label() + " is in the baseline and was skipped in this run", "run " + p.label()})
		}
	}
	out.gaps = append(out.gaps, t.unfinished()...)
	return out
}

func (b *body) wasIn(ran []placedBenchmark, p placedBenchmark) bool {
	return slices.ContainsFunc(ran, func(o placedBenchmark) bool {
		return o.title == p.title && o.Suite == p.Suite && o.home == p.home
	})
}
