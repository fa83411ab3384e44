package gates_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// world makes policies and evidence at random. Small numbers, so that things
// meet: equal paths, limits that are just reached, sources that hold nothing.
type world struct{ *rand.Rand }

func (w world) pick(from ...string) string { return from[w.IntN(len(from))] }

func (w world) some(from ...string) []string {
	if w.IntN(3) > 0 {
		return nil
	}
	return []string{w.pick(from...)}
}

func (w world) condition(kinds evidence.Kind) gates.Condition {
	for {
		m := gates.Metrics[w.IntN(len(gates.Metrics))]
		if m.Kind&kinds == 0 {
			continue
		}
		c := gates.Condition{Metric: m.Name, Mode: []gates.Mode{gates.Require, gates.Require, gates.Warn, gates.Shadow}[w.IntN(4)]}
		switch {
		case m.Value == evidence.Share:
			ops := []string{"<", "<="}
			if m.Higher {
				ops = []string{">", ">="}
			}
			c.Op, c.Want = gates.Ops[w.pick(ops...)], evidence.ShareOf(evidence.Ratio{Num: w.Uint64N(11), Den: 10})
		case m.Higher:
			c.Op, c.Want = gates.Ops[w.pick(">", ">=")], evidence.CountOf(w.Uint64N(12))
		default:
			c.Op, c.Want = gates.Ops[w.pick("<=", "<")], evidence.CountOf(w.Uint64N(3))
			if w.IntN(2) == 0 { // exactly one failure would be worse off with none
				c.Op, c.Want = gates.Equal, evidence.CountOf(0)
			}
		}
		return c
	}
}

func (w world) policy() gates.Policy {
	p := gates.Policy{Sources: []gates.Source{
		{Name: "unit", Kinds: evidence.Tests, Patterns: []string{"u/*.xml"}},
		{Name: "it", Kinds: evidence.Tests, Patterns: []string{"i/*.xml"}},
		{Name: "cov", Kinds: evidence.Coverage, Patterns: []string{"*.out"}},
		{Name: "scan", Kinds: evidence.Findings, Patterns: []string{"*.sarif"}},
	}}
	for i := range p.Sources {
		p.Sources[i].Expect.Files.Min = w.Uint64N(3)
		if i < 2 && w.IntN(3) == 0 {
			p.Sources[i].Expect.Tests.Min = w.Uint64N(6)
		}
	}
	if w.IntN(2) == 0 {
		p.Sources[3].Expect.Tools = []string{w.pick("gosec", "codeql")}
	}
	for i := range 1 + w.IntN(3) {
		g := gates.Gate{Name: fmt.Sprint("g", i)}
		var kinds evidence.Kind
		switch w.IntN(3) {
		case 0:
			g.From, kinds = [][]string{{"unit"}, {"unit", "it"}}[w.IntN(2)], evidence.Tests
			g.Filter.Suites = w.some("a", "b", "!a", "z")
		case 1:
			g.From, kinds = []string{"cov"}, evidence.Coverage
			g.Filter.Paths = w.some("p/**", "q/**", "!p/**")
		default:
			g.From, kinds = []string{"scan"}, evidence.Findings
			g.Filter.Rules, g.Filter.Tools = w.some("R1", "!R1"), w.some("gosec", "!gosec")
		}
		for range 1 + w.IntN(3) {
			g.Conditions = append(g.Conditions, w.condition(kinds))
		}
		p.Gates = append(p.Gates, g)
	}
	return p
}

func (w world) cases() []evidence.Case {
	cs := make([]evidence.Case, w.IntN(12))
	for i := range cs {
		cs[i] = evidence.Case{Suite: w.pick("a", "b", "c"), Name: w.pick("T1", "T2", "T3"), Outcome: evidence.Passed}
		switch w.IntN(6) {
		case 0:
			cs[i].Outcome, cs[i].Message = evidence.Failed, w.pick("x", "y")
		case 1:
			cs[i].Outcome, cs[i].File = evidence.Errored, w.pick("p/a", "q/b")
		case 2:
			cs[i].Outcome = evidence.Skipped
		case 3:
			cs[i].Attempts = []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}
		}
	}
	return cs
}

func (w world) report(k evidence.Kind, i int) *evidence.Report {
	var r *evidence.Report
	switch k {
	case evidence.Tests:
		r = caseReport(fmt.Sprint("t", i), w.cases()...)
		if w.IntN(5) == 0 {
			r.Unlisted = []evidence.Unlisted{{Suite: w.pick("a", "b"), Counts: evidence.Counts{Failed: w.Uint64N(2), Passed: w.Uint64N(3)}}}
		}
	case evidence.Coverage:
		r = &evidence.Report{Source: fmt.Sprint("c", i), Kinds: evidence.Coverage}
		for _, path := range []string{"p/1", "p/2", "q/1"} {
			f := evidence.FileCoverage{Path: path}
			switch w.IntN(4) {
			case 0:
				continue
			case 1:
				d := w.Uint64N(6)
				f.Set(evidence.Lines, evidence.Ratio{Num: w.Uint64N(d + 1 + uint64(w.IntN(8)/7)), Den: d}) // seldom more than there is
			default:
				f.SetBlocks([]evidence.Block{block(1, w.Uint32N(4), w.Uint64N(2)), block(5, w.Uint32N(4), w.Uint64N(2)), block(uint32(9+w.IntN(2)), 2, w.Uint64N(2))})
			}
			r.Coverage = append(r.Coverage, f)
		}
	default:
		r = scan(fmt.Sprint("s", i), []string{w.pick("gosec", "CodeQL")})
		for range w.IntN(3) {
			f := finding(w.pick("R1", "R2"), evidence.Severities[w.IntN(5)], evidence.Levels[w.IntN(4)], w.pick("p/1", "q/1", ""), w.IntN(3))
			f.Tool, f.Suppressed = r.ToolRuns[0].Tool, w.IntN(3) == 0
			r.Findings.AppendFinding(f)
		}
	}
	if w.IntN(12) == 0 {
		unsound(r)
	}
	return r
}

// evidence makes parts of reports for every source of the policy.
func (w world) evidence(p gates.Policy) map[string][]evidence.Part {
	out := map[string][]evidence.Part{}
	for _, s := range p.Sources {
		shards := w.IntN(4)
		for i := range shards {
			k := evidence.PartKey{Commit: "c", Job: s.Name, Shard: fmt.Sprintf("%d/%d", i+1, shards)}
			part := evidence.Part{Key: k}
			for n := range 1 + w.IntN(2) {
				part.Reports = append(part.Reports, w.report(s.Kinds, 10*i+n))
			}
			out[s.Name] = append(out[s.Name], part)
		}
	}
	return out
}

func inputOf(parts map[string][]evidence.Part) gates.Input {
	in := gates.Input{Evidence: map[string]evidence.Set{}}
	for name, ps := range parts {
		in.Evidence[name] = evidence.Set{Parts: slices.Clone(ps)}
	}
	return in
}

func text(t *testing.T, v gates.Verdict) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const rounds = 1000

func worlds(t *testing.T, try func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict)) {
	seen := map[gates.Status]int{}
	for seed := range uint64(rounds) {
		w := world{rand.New(rand.NewPCG(seed, 7))}
		p := w.policy()
		parts := w.evidence(p)
		v := gates.Judge(p, inputOf(parts))
		seen[v.Status]++
		if try(t, w, p, parts, v); t.Failed() {
			t.Fatalf("in world %d", seed)
		}
	}
	for _, s := range []gates.Status{gates.Pass, gates.Warned, gates.Inconclusive, gates.Fail} {
		if seen[s] < rounds/100 {
			t.Errorf("only %d of %d worlds are %s; the property is hardly tried", seen[s], rounds, s)
		}
	}
}

// The order of parts, of reports in them, and of cases, files and findings in
// those shows nowhere in the verdict.
func TestOrderShowsNowhere(t *testing.T) {
	worlds(t, func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict) {
		for _, ps := range parts {
			w.Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
			for i := range ps {
				rs := slices.Clone(ps[i].Reports)
				for n, r := range rs {
					c := *r
					cs := make([]evidence.Case, 0, r.Cases.Len())
					for _, k := range r.Cases.All() {
						k.At = evidence.Pos{} // a place in the report is not what is shuffled
						cs = append(cs, k)
					}
					w.Shuffle(len(cs), func(i, j int) { cs[i], cs[j] = cs[j], cs[i] })
					c.Cases = evidence.Cases{}
					for _, k := range cs {
						c.Cases.AppendCase(k)
					}
					var found []evidence.Finding
					for _, f := range r.Findings.All() {
						f.At = evidence.Pos{}
						found = append(found, f)
					}
					c.Coverage = slices.Clone(r.Coverage)
					w.Shuffle(len(c.Coverage), func(i, j int) { c.Coverage[i], c.Coverage[j] = c.Coverage[j], c.Coverage[i] })
					w.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
					c.Findings = evidence.FindingList{}
					for _, f := range found {
						c.Findings.AppendFinding(f)
					}
					rs[n] = &c
				}
				w.Shuffle(len(rs), func(i, j int) { rs[i], rs[j] = rs[j], rs[i] })
				ps[i].Reports = rs
			}
		}
		if have := text(t, gates.Judge(p, inputOf(parts))); have != text(t, v) {
			t.Errorf("shuffled:\n%s\nbefore:\n%s", have, text(t, v))
		}
	})
}

// standing lists what a verdict and its conditions came to.
func standing(v gates.Verdict) (all []gates.Status) {
	all = append(all, v.Status)
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			all = append(all, c.Outcome)
		}
	}
	return all
}

// A failed or errored test that passes now worsens nothing.
func TestMendingATestWorsensNothing(t *testing.T) {
	worlds(t, func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict) {
		for _, ps := range parts {
			for i := range ps {
				for n, r := range ps[i].Reports {
					c := *r
					c.Cases = evidence.Cases{}
					for _, k := range r.Cases.All() {
						if k.Outcome.Bad() && w.IntN(2) == 0 {
							k.Outcome = evidence.Passed
						}
						c.Cases.AppendCase(k)
					}
					ps[i].Reports[n] = &c
				}
			}
		}
		before, after := standing(v), standing(gates.Judge(p, inputOf(parts)))
		for i := range before {
			if after[i] > before[i] {
				t.Errorf("%s became %s; it was\n%s", before[i], after[i], text(t, v))
			}
		}
	})
}

// Without a part, a report or a whole source, nothing that was not green is: a
// failure may vanish from sight, but then what showed it is missed. That holds
// where the source says how many files there should be.
func TestTakingEvidenceAwayTurnsNothingGreen(t *testing.T) {
	worlds(t, func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict) {
		for i, s := range p.Sources {
			n := uint64(0)
			for _, part := range parts[s.Name] {
				n += uint64(len(part.Reports))
			}
			p.Sources[i].Expect.Files = gates.Range{Min: n, Max: n}
		}
		before := gates.Judge(p, inputOf(parts))
		name := p.Sources[w.IntN(len(p.Sources))].Name
		switch ps := parts[name]; {
		case len(ps) == 0:
			return
		case w.IntN(3) == 0:
			delete(parts, name)
		case w.IntN(2) == 0:
			i := w.IntN(len(ps))
			parts[name] = slices.Delete(slices.Clone(ps), i, i+1)
		default:
			i := w.IntN(len(ps))
			ps[i].Reports = slices.Clone(ps[i].Reports[1:])
		}
		after := gates.Judge(p, inputOf(parts))
		if !before.Status.Green() && after.Status.Green() {
			t.Errorf("%s became %s without evidence of %s", before.Status, after.Status, name)
		}
		for i, g := range p.Gates {
			for n := range g.Conditions {
				if c := after.Gates[i].Checks[n]; slices.Contains(g.From, name) && c.Holds {
					t.Errorf("%s holds without evidence of %s: %s", c.Condition, name, c.Why)
				}
			}
		}
	})
}

// Judging leaves the evidence as it was, so that judging twice is judging once.
func TestJudgingTwiceIsJudgingOnce(t *testing.T) {
	worlds(t, func(t *testing.T, w world, p gates.Policy, parts map[string][]evidence.Part, v gates.Verdict) {
		if have := text(t, gates.Judge(p, inputOf(parts))); have != text(t, v) {
			t.Errorf("second:\n%s\nfirst:\n%s", have, text(t, v))
		}
	})
}
