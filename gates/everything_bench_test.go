package gates_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// BenchmarkJudgeEverything judges a million tests, 50,000 files of coverage and 100,000
// findings by every metric that there is of them, in one policy: now, against a base
// and a start of the cycle of the same size, and for a change of 3,000 files. One test
// in a thousand fails, and one in 4,000 is gone, skipped or flaky. A dozen are the
// conditions that a team begins with. GOMAXPROCS=1 gives the figures for one core.
func BenchmarkJudgeEverything(b *testing.B) {
	p, in := allMetrics(1_000_000, 50_000, 100_000)
	dozen := []string{"failed", "errored", "pass-rate", "skipped", "tests", "lost-tests", "lines", "patch.lines", "delta.lines", "critical", "high", "new.findings"}
	inGate := func(name string) func(gates.Gate, gates.Condition) bool {
		return func(g gates.Gate, _ gates.Condition) bool { return g.Name == name }
	}
	for _, x := range []struct {
		name string
		has  func(gates.Gate, gates.Condition) bool
	}{
		{"all", func(gates.Gate, gates.Condition) bool { return true }},
		{"a-dozen", func(_ gates.Gate, c gates.Condition) bool { return slices.Contains(dozen, c.Metric) }},
		{"tests", inGate("tests")}, {"coverage", inGate("coverage")}, {"findings", inGate("findings")},
	} {
		b.Run(x.name, func(b *testing.B) {
			one := p
			one.Gates = nil
			for _, g := range p.Gates {
				all := g.Conditions
				g.Conditions = nil
				for _, c := range all {
					if x.has(g, c) {
						g.Conditions = append(g.Conditions, c)
					}
				}
				if len(g.Conditions) > 0 {
					one.Gates = append(one.Gates, g)
				}
			}
			n := 0
			for _, g := range one.Gates {
				n += len(g.Conditions)
			}
			for b.Loop() {
				gates.Judge(one, in)
			}
			b.ReportMetric(float64(n), "conditions")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/judge")
		})
	}
}

// Every metric of what reports hold is judged in the benchmark, and comes to a value: a
// condition that is cheap because it finds nothing proves nothing.
func TestEverythingIsJudged(t *testing.T) {
	p, in := allMetrics(4_000, 320, 400)
	v := gates.Judge(p, in)
	judged := 0
	for _, g := range v.Gates {
		for _, c := range g.Checks {
			judged++
			if c.Actual.Kind == 0 {
				t.Errorf("%s is not measured: %s", c.Condition.Metric, c.Why)
			}
		}
	}
	want := 0
	for _, m := range gates.Metrics {
		if m.Kind&(evidence.Tests|evidence.Coverage|evidence.Findings) != 0 {
			want++
		}
	}
	if judged != want {
		t.Errorf("%d conditions are judged, and there are %d metrics", judged, want)
	}
}

// allMetrics is a policy of every metric on so many tests, files and findings.
func allMetrics(tests, files, found int) (gates.Policy, gates.Input) {
	in := gates.Input{
		Evidence: map[string]evidence.Set{}, Base: map[string]evidence.Set{}, Cycle: map[string]evidence.Set{},
		Diff: evidence.Diff{Known: true}, Tree: evidence.Tree{Known: true}, Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}
	var p gates.Policy
	for _, kind := range []evidence.Kind{evidence.Tests, evidence.Coverage, evidence.Findings} {
		name := kind.String()
		g := gates.Gate{Name: name, From: []string{name}}
		for _, m := range gates.Metrics {
			if m.Kind != kind {
				continue
			}
			c := gates.Condition{Metric: m.Name, Op: gates.AtMost, Mode: gates.Require}
			if m.Higher {
				c.Op = gates.AtLeast
			}
			switch m.Value {
			case evidence.Count:
				c.Want = evidence.CountOf(1)
			case evidence.Share:
				c.Want = evidence.ShareOf(evidence.Ratio{Num: 1, Den: 2})
			case evidence.Points:
				c.Want = evidence.PointsOf(evidence.Ratio{Num: 1, Den: 1}, evidence.Ratio{Num: 1, Den: 1})
			default:
				c.Want = require(m.Name, "<=", "24h").Want
			}
			g.Conditions = append(g.Conditions, c)
		}
		p.Gates = append(p.Gates, g)
		p.Sources = append(p.Sources, gates.Source{Name: name, Kinds: kind, Patterns: []string{name}})
		set := func(r *evidence.Report, job string) evidence.Set {
			return evidence.SetOf(evidence.PartKey{Job: job}, r)
		}
		switch kind {
		case evidence.Tests:
			in.Evidence[name], in.Base[name], in.Cycle[name] = set(manyTests(tests, 0), "ci"), set(manyTests(tests, 1), "base"), set(manyTests(tests, 2), "cycle")
		case evidence.Coverage:
			in.Evidence[name], in.Base[name] = set(manyFiles(files, "example.com/shop/"), "ci"), set(manyFiles(files, "/build/"), "base")
		case evidence.Findings:
			in.Evidence[name], in.Base[name] = set(manyFindings(found, 7), "ci"), set(manyFindings(found, 0), "base")
		}
	}
	for i := range files {
		path := fmt.Sprintf("p%d/src/f%d.go", i/100, i%100)
		in.Tree.Paths = append(in.Tree.Paths, path)
		if f := edited(path, 1, 4); i%16 == 0 {
			if i%32 == 0 {
				f.How = evidence.Added
			}
			in.Diff.Files = append(in.Diff.Files, f)
		}
	}
	return p, in
}

func manyTests(n, run int) *evidence.Report {
	r := &evidence.Report{Source: "u.xml", Format: "junit-xml", Kinds: evidence.Tests}
	for i := range n {
		o, d := evidence.Passed, (*evidence.Detail)(nil)
		switch {
		case run == 0 && i%4000 == 1:
			continue
		case run == 0 && i%4000 == 2:
			o = evidence.Skipped
		case i%4000 == 3:
			d = &evidence.Detail{Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}
		case i%1000 == run%2*7:
			o, d = evidence.Failed, &evidence.Detail{Message: "want 1, have 2", File: fmt.Sprintf("f%d.go", i%97), Line: i}
		}
		r.Cases.Append(r.Cases.Suite(fmt.Appendf(nil, "shop/%d", i/1000)), 0, fmt.Appendf(nil, "Test%d", i), o, time.Duration(1+i%900)*time.Millisecond, i, d)
	}
	return r
}

func manyFiles(n int, prefix string) *evidence.Report {
	r := &evidence.Report{Source: "l", Format: "lcov", Kinds: evidence.Coverage}
	for i := range n {
		f := lined("l", fmt.Sprintf("%sp%d/src/f%d.go", prefix, i/100, i%100), "+-++ ++-+").Coverage[0]
		f.SetBlocks([]evidence.Block{{StartLine: 1, StartCol: 2, EndLine: 3, EndCol: 9, Stmts: 3, Count: 1}, {StartLine: 4, StartCol: 2, EndLine: 9, EndCol: 9, Stmts: 6, Count: uint64(i % 2)}})
		f.BranchLines = &evidence.BranchLines{}
		f.BranchLines.Append(evidence.LineBranches{Line: 2, Covered: 1, Total: 2})
		f.BranchLines.Append(evidence.LineBranches{Line: 7, Covered: 2, Total: 2})
		f.Set(evidence.Branches, evidence.Ratio{Num: 3, Den: 4})
		f.Set(evidence.Functions, evidence.Ratio{Num: 1, Den: 2})
		r.Coverage = append(r.Coverage, f)
	}
	return r
}

func manyFindings(n, moved int) *evidence.Report {
	r := &evidence.Report{Source: "s.sarif", Format: "sarif", Kinds: evidence.Findings,
		ToolRuns: []evidence.ToolRun{{Tool: "scanner", Rules: 300, Scales: []string{gates.SecuritySeverity}}}}
	for i := range n {
		f := evidence.Finding{Tool: "scanner", Rule: fmt.Sprintf("rule-%d", i%300), Level: evidence.Levels[i%3], Severity: evidence.Severities[i%4],
			Path: fmt.Sprintf("p%d/src/f%d.go", i%500, i%100), Line: 1 + i/100 + moved, Message: "a value of the request reaches the query without being checked",
			FirstSeen: time.Date(2026, 10, 1+i%28, 0, 0, 0, 0, time.UTC)}
		if i%2 == 0 {
			f.Fingerprints = []evidence.Fingerprint{{Name: "primaryLocationLineHash", Value: fmt.Sprintf("%x:1", i)}}
		}
		r.Findings.AppendFinding(f)
	}
	return r
}
