package gates_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A million tests under six conditions: all passed, one in a thousand failed, all
// failed, and under a filter.
func BenchmarkJudgeMillion(b *testing.B) {
	const n = 1_000_000
	conds := []gates.Condition{require("pass-rate", ">", "90%"), require("failed", "=", "0"), require("errored", "=", "0"),
		require("skipped", "<=", "9"), require("tests", ">=", "1"), require("flaky", "=", "0")}
	for name, x := range map[string]struct {
		failing int // one in so many
		filter  gates.Filter
	}{
		"passed":     {0, gates.Filter{}},
		"few-failed": {1000, gates.Filter{}},
		"all-failed": {1, gates.Filter{}},
		"suites":     {1000, gates.Filter{Suites: []string{"shop/**", "!shop/*7"}}},
	} {
		b.Run(name, func(b *testing.B) {
			r := &evidence.Report{Source: "u.xml", Format: "junit-xml", Kinds: evidence.Tests}
			for i := range n {
				o, d := evidence.Passed, (*evidence.Detail)(nil)
				if x.failing > 0 && i%x.failing == 0 {
					o, d = evidence.Failed, &evidence.Detail{Message: "want 1, have 2", File: fmt.Sprintf("f%d.go", i%97), Line: i}
				}
				suite := r.Cases.Suite(fmt.Appendf(nil, "shop/%d", i/1000))
				r.Cases.Append(suite, 0, fmt.Appendf(nil, "Test%d", i), o, 0, i, d)
			}
			s := situation{kind: evidence.Tests, filter: x.filter, conds: conds, reports: []*evidence.Report{r}}
			p, in := s.policy(), s.input()
			b.ReportAllocs()
			for b.Loop() {
				gates.Judge(p, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/case")
		})
	}
}

// A million tests against a base of a million, of which one in a thousand is gone,
// skipped, failed or flaky.
func BenchmarkAgainstBaseMillion(b *testing.B) {
	const n = 1_000_000
	report := func(now bool, step int) *evidence.Report {
		r := &evidence.Report{Source: "u.xml", Format: "junit-xml", Kinds: evidence.Tests}
		for at := range n {
			i := at * step % n // a step that n has no divisor of comes to every test once
			o, d := evidence.Passed, (*evidence.Detail)(nil)
			switch {
			case now && i%4000 == 0:
				continue
			case now && i%4000 == 1000:
				o = evidence.Skipped
			case i%4000 == 2000:
				o = evidence.Failed
			case i%4000 == 3000:
				d = &evidence.Detail{Attempts: []evidence.Attempt{{Outcome: evidence.Failed}, {Outcome: evidence.Passed}}}
			}
			suite := r.Cases.Suite(fmt.Appendf(nil, "shop/%d", i/1000))
			r.Cases.Append(suite, 0, fmt.Appendf(nil, "Test%d", i), o, time.Millisecond, i, d)
		}
		return r
	}
	now, before, mixed := report(true, 1), report(false, 1), report(true, 611_953)
	set := map[string]evidence.Set{"src": evidence.SetOf(key, before)}
	population := []gates.Condition{require("lost-tests", "=", "0"), require("newly-skipped", "=", "0"), require("test-drop", "=", "0%")}
	failures := []gates.Condition{require("new.failures", "=", "0"), require("new.flaky", "=", "0")}
	persistent := []gates.Condition{require("persistent-failures", "=", "0")}
	times := []gates.Condition{require("slowest-test", "<", "1s"), require("duration", "<", "1h")}
	for name, x := range map[string]struct {
		now   *evidence.Report
		conds []gates.Condition
	}{
		"population":    {now, population},
		"another-order": {mixed, population},
		"failures":      {now, failures},
		"persistent":    {now, persistent},
		"time":          {now, times},
		"all":           {mixed, slices.Concat(population, failures, persistent, times)},
	} {
		b.Run(name, func(b *testing.B) {
			s := situation{kind: evidence.Tests, conds: x.conds, reports: []*evidence.Report{x.now}}
			p, in := s.policy(), s.input()
			in.Base, in.Cycle = set, set
			b.ReportAllocs()
			for b.Loop() {
				gates.Judge(p, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/case")
		})
	}
}

// BenchmarkNewFindings judges 100,000 findings against as many of the base, every
// other with a fingerprint and all of them moved.
func BenchmarkNewFindings(b *testing.B) {
	report := func(name string, moved int) *evidence.Report {
		r := &evidence.Report{Source: name, Kinds: evidence.Findings, ToolRuns: []evidence.ToolRun{{Tool: "scanner", Rules: 300}}}
		for i := range 100_000 {
			f := evidence.Finding{Tool: "scanner", Rule: fmt.Sprintf("rule-%d", i%300), Level: evidence.LevelError, Severity: evidence.Unscored,
				Path: fmt.Sprintf("pkg/%d/file.go", i%5000), Line: i/100 + moved, Message: "a value of the request reaches the query without being checked"}
			if i%2 == 0 {
				f.Fingerprints = []evidence.Fingerprint{{Name: "primaryLocationLineHash", Value: fmt.Sprintf("%x:1", i)}}
			}
			r.Findings.AppendFinding(f)
		}
		return r
	}
	a := againstBase{now: []*evidence.Report{report("n.sarif", 7)}, base: []*evidence.Report{report("b.sarif", 0)}}
	for b.Loop() {
		if c := a.check(require("new.error", "=", "0")); !c.Holds {
			b.Fatal(c.Why)
		}
	}
}

// BenchmarkCoverage judges 50,000 files under a total and a filter.
func BenchmarkCoverage(b *testing.B) {
	files := map[string][2]uint64{}
	for i := range 50_000 {
		files[fmt.Sprintf("pkg/%d/file%d.go", i/50, i)] = [2]uint64{uint64(i % 90), 90}
	}
	s := coverage(require("lines", ">=", "40%"), shares("c.info", evidence.Lines, files))
	for name, filter := range map[string]gates.Filter{"all": {}, "paths": {Paths: []string{"pkg/**", "!pkg/*7/**"}}} {
		b.Run(name, func(b *testing.B) {
			s.filter = filter
			p, in := s.policy(), s.input()
			for b.Loop() {
				gates.Judge(p, in)
			}
		})
	}
}
