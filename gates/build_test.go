package gates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// cond writes a condition as a policy does.
func cond(mode gates.Mode, metric, op, want string) gates.Condition {
	v, err := evidence.ParseValue(want)
	if err != nil {
		panic(err)
	}
	return gates.Condition{Metric: metric, Op: gates.Ops[op], Want: v, Mode: mode, At: evidence.Pos{File: ".tollgate.yml", Line: 9, Col: 5}}
}

func require(metric, op, want string) gates.Condition { return cond(gates.Require, metric, op, want) }

// testReport makes a report with as many cases of each outcome.
func testReport(name string, passed, failed, errored, skipped int) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "junit-xml", Kinds: evidence.Tests}
	add := func(n int, o evidence.Outcome) {
		for i := range n {
			r.Cases.AppendCase(evidence.Case{Suite: "shop", Name: fmt.Sprintf("%s%d", o, i), Outcome: o, At: evidence.Pos{Line: 1 + r.Cases.Len()}})
		}
	}
	add(passed, evidence.Passed)
	add(failed, evidence.Failed)
	add(errored, evidence.Errored)
	add(skipped, evidence.Skipped)
	return r
}

func caseReport(name string, cases ...evidence.Case) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "junit-xml", Kinds: evidence.Tests}
	for _, c := range cases {
		r.Cases.AppendCase(c)
	}
	return r
}

// shares makes a coverage report of files measured in one unit: covered, coverable.
func shares(name string, u evidence.Unit, files map[string][2]uint64) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "lcov", Kinds: evidence.Coverage}
	for path, m := range files {
		f := evidence.FileCoverage{Path: path}
		f.Set(u, evidence.Ratio{Num: m[0], Den: m[1]})
		r.Coverage = append(r.Coverage, f)
	}
	return r
}

func profile(name, path string, blocks ...evidence.Block) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "go-coverprofile", Kinds: evidence.Coverage}
	f := evidence.FileCoverage{Path: path}
	f.SetBlocks(blocks)
	r.Coverage = append(r.Coverage, f)
	return r
}

func block(line, stmts uint32, count uint64) evidence.Block {
	return evidence.Block{StartLine: line, StartCol: 2, EndLine: line + 1, EndCol: 3, Stmts: stmts, Count: count}
}

// scan makes a report of findings; every finding is of the first tool.
func scan(name string, tools []string, found ...evidence.Finding) *evidence.Report {
	r := &evidence.Report{Source: name, Format: "sarif", Kinds: evidence.Findings}
	for _, t := range tools {
		r.ToolRuns = append(r.ToolRuns, evidence.ToolRun{Tool: t, Rules: 10, Scales: []string{gates.SecuritySeverity}})
	}
	for _, f := range found {
		f.Tool = tools[0]
		r.Findings.AppendFinding(f)
	}
	return r
}

func finding(rule string, s evidence.Severity, l evidence.Level, path string, line int) evidence.Finding {
	return evidence.Finding{Rule: rule, Severity: s, Level: l, Path: path, Line: line, Message: "look here"}
}

// unsound marks a report as cut short.
func unsound(r *evidence.Report) *evidence.Report {
	r.Complain(evidence.Unsound, 3, 1, "the file ends inside an element")
	return r
}

// situation is a policy of one gate with the evidence of its one source; from and
// sources say more where a test needs more.
type situation struct {
	kind    evidence.Kind
	expect  gates.Expect
	filter  gates.Filter
	conds   []gates.Condition
	reports []*evidence.Report
}

var key = evidence.PartKey{Commit: "81d0c7e", Job: "unit", Attempt: 1}

func (s situation) policy() gates.Policy {
	return gates.Policy{
		Sources: []gates.Source{{Name: "src", Patterns: []string{"reports/**/*.xml"}, Kinds: s.kind, Expect: s.expect}},
		Gates: []gates.Gate{{Name: "gate", From: []string{"src"}, Filter: s.filter, Conditions: s.conds,
			At: evidence.Pos{File: ".tollgate.yml", Line: 8, Col: 3}}},
	}
}

func (s situation) input() gates.Input {
	in := gates.Input{Evidence: map[string]evidence.Set{}}
	if s.reports != nil {
		in.Evidence["src"] = evidence.SetOf(key, s.reports...)
	}
	return in
}

func (s situation) judge() gates.Verdict { return gates.Judge(s.policy(), s.input()) }

// check gives the only check of the situation.
func (s situation) check(t *testing.T) gates.Check {
	t.Helper()
	v := s.judge()
	if len(v.Gates) != 1 || len(v.Gates[0].Checks) != 1 {
		t.Fatalf("want one check, have %+v", v)
	}
	return v.Gates[0].Checks[0]
}

func tests(c gates.Condition, reports ...*evidence.Report) situation {
	return situation{kind: evidence.Tests, conds: []gates.Condition{c}, reports: reports}
}

func coverage(c gates.Condition, reports ...*evidence.Report) situation {
	return situation{kind: evidence.Coverage, conds: []gates.Condition{c}, reports: reports}
}

func findings(c gates.Condition, reports ...*evidence.Report) situation {
	return situation{kind: evidence.Findings, conds: []gates.Condition{c}, reports: reports}
}

// answer is all that a check says: what came of it and why, what it points at, and
// what to do.
func answer(c gates.Check) string {
	s := c.Outcome.String() + ": " + c.Why
	for _, r := range c.Refs {
		s += "\n- " + strings.TrimSpace(r.Pos.String()+" "+r.Text)
	}
	if c.MoreRefs > 0 {
		s += fmt.Sprintf("\n- and %d more", c.MoreRefs)
	}
	if c.Remedy != "" {
		s += "\n> " + c.Remedy
	}
	return s
}

// says compares all that the one check of each situation says.
func says(t *testing.T, s situation, want string) {
	t.Helper()
	if have := answer(s.check(t)); have != want {
		t.Errorf("have %s\nwant %s", have, want)
	}
}
