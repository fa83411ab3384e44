package parsers_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// dump writes all that a report says, for goldens and comparison.
func dump(r *evidence.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s conclusive=%t\n", r.Format, r.Conclusive())
	if at := r.Time; at.Stated() {
		fmt.Fprintf(&b, "made %s zoneless=%t\n", at.At.Format(time.RFC3339), at.Zoneless)
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s %s\n", p.Gravity, p)
	}
	if n := r.DroppedProblems(); n > 0 {
		fmt.Fprintf(&b, "and %d problems more\n", n)
	}
	if r.Kinds&evidence.Tests != 0 {
		c := r.TestCounts()
		fmt.Fprintf(&b, "tests %d: passed %d, failed %d, errored %d, skipped %d, flaky %d, suites %d\n",
			c.Total(), c.Passed, c.Failed, c.Errored, c.Skipped, r.Cases.Flaky(), r.Suites)
	}
	for _, u := range r.Unlisted {
		fmt.Fprintf(&b, "unlisted %q line %d: %+v\n", u.Suite, u.At.Line, u.Counts)
	}
	for _, c := range r.Cases.All() {
		fmt.Fprintf(&b, "case line %d: %q %q %q %s %s", c.At.Line, c.Suite, c.Class, c.Name, c.Outcome, c.Duration)
		if c.File != "" || c.Line != 0 {
			fmt.Fprintf(&b, " at %s:%d", c.File, c.Line)
		}
		if c.Message != "" {
			fmt.Fprintf(&b, " message %q", c.Message)
		}
		for _, a := range c.Attempts {
			fmt.Fprintf(&b, " attempt %s %s %q", a.Outcome, a.Duration, a.Message)
		}
		for _, p := range c.Properties {
			fmt.Fprintf(&b, " %s=%q", p.Name, p.Value)
		}
		b.WriteByte('\n')
	}
	for i := range r.Coverage {
		f := &r.Coverage[i]
		fmt.Fprintf(&b, "file line %d: %q", f.At.Line, f.Path)
		for _, u := range evidence.Units {
			if m, ok := f.Unit(u); ok {
				fmt.Fprintf(&b, " %s %s", u, m.Fraction())
			}
		}
		b.WriteByte('\n')
		if f.BranchLines != nil {
			b.WriteString("  branches on lines:")
			for l := range f.BranchLines.All() {
				fmt.Fprintf(&b, " %d %d/%d", l.Line, l.Covered, l.Total)
			}
			b.WriteByte('\n')
		}
		for _, k := range f.Blocks {
			fmt.Fprintf(&b, "  %d.%d,%d.%d %d %d\n", k.StartLine, k.StartCol, k.EndLine, k.EndCol, k.Stmts, k.Count)
		}
	}
	dumpBenchmarks(&b, r)
	for _, t := range r.ToolRuns {
		fmt.Fprintf(&b, "tool line %d: %q %q rules %d results %d failed %t\n", t.At.Line, t.Tool, t.Version, t.Rules, t.Results, t.Failed)
	}
	for _, f := range r.Findings.All() {
		fmt.Fprintf(&b, "finding line %d: %q %q %s from %s %s %q %s:%d:%d suppressed=%t baseline=%d %v %q",
			f.At.Line, f.Tool, f.Rule, f.Level, f.LevelFrom, f.Severity, f.Score, f.Path, f.Line, f.Col, f.Suppressed, f.Baseline, f.CWE, f.Message)
		prints := slices.SortedFunc(slices.Values(f.Fingerprints), func(a, b evidence.Fingerprint) int { return cmp.Compare(a.Name, b.Name) })
		for _, p := range prints {
			fmt.Fprintf(&b, " %s=%s", p.Name, p.Value)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func dumpBenchmarks(b *strings.Builder, r *evidence.Report) {
	if r.Kinds&evidence.Benchmarks != 0 {
		c := r.CountBenchmarks()
		fmt.Fprintf(b, "benchmarks %d: bad %d, skipped %d, samples %d, crossed %d, errors %s\n", c.Total, c.Bad, c.Skipped, c.Samples, c.Crossed, c.Errors.Fraction())
	}
	var env *evidence.Environment
	for i := range r.Benchmarks.Len() {
		bm := r.Benchmarks.At(i)
		if env != bm.Environment {
			env = bm.Environment
			fmt.Fprintf(b, "on %+v\n", env)
		}
		fmt.Fprintf(b, "benchmark line %d: %q %q %v %s", bm.At.Line, bm.Suite, bm.Name, bm.Params, bm.Outcome)
		if bm.Message != "" {
			fmt.Fprintf(b, " %q", bm.Message)
		}
		fmt.Fprintf(b, " iterations %d errors %s\n", bm.Iterations, bm.Errors.Fraction())
		for _, m := range bm.Metrics {
			fmt.Fprintf(b, "  %s: %q %s %s %s", m.Name, m.Unit.Text, m.Unit.Dimension, m.Unit.Scale.Fraction(), m.Unit.Better)
			if m.Exact {
				b.WriteString(" exact")
			}
			if len(m.Samples) > 0 {
				fmt.Fprintf(b, " samples %v", m.Samples)
			}
			if t := m.Counted; t != nil {
				p95, _ := t.Quantile(evidence.Ratio{Num: 95, Den: 100})
				fmt.Fprintf(b, " counted %d sum %d min %d max %d p95 %d", t.Len(), t.Sum(), t.Min(), t.Max(), p95)
			}
			if m.Share.Measured() {
				fmt.Fprintf(b, " share %s", m.Share.Fraction())
			}
			for _, s := range m.Stats {
				fmt.Fprintf(b, " %s=%v", s.Name, s.Value)
			}
			for _, t := range m.Thresholds {
				fmt.Fprintf(b, " threshold %q crossed %t line %d", t.Expr, t.Crossed, t.At.Line)
			}
			b.WriteByte('\n')
		}
	}
}
