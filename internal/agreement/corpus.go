package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers"
)

// entry is one file with what an index expects of it: that of the corpus, or the
// expect.json of a runner.
type entry struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	Note     string `json:"note"`
	Negative string `json:"negative"`
	Error    string `json:"error"`
	Source   string `json:"source_of_expectation"`

	// The keys of an expect.json alone.
	Kind         string   `json:"kind"`
	Inconclusive bool     `json:"inconclusive"` // the run did not end well, and its report must say so
	Family       string   `json:"family"`       // the run, where it wrote several reports
	Differs      []string `json:"differs"`      // numbers in which this one of its family cannot agree; the note says why

	Tests   *uint64 `json:"tests"`
	Passed  *uint64 `json:"passed"`
	Failed  *uint64 `json:"failed"`
	Errors  *uint64 `json:"errors"`
	Skipped *uint64 `json:"skipped"`

	StatementsCovered *uint64 `json:"statements_covered"`
	StatementsTotal   *uint64 `json:"statements_total"`
	LinesCovered      *uint64 `json:"lines_covered"`
	LinesTotal        *uint64 `json:"lines_total"`
	BranchesCovered   *uint64 `json:"branches_covered"`
	BranchesTotal     *uint64 `json:"branches_total"`
	Scope             string  `json:"scope"`
	FunctionsCovered  *uint64 `json:"functions_covered"`
	FunctionsTotal    *uint64 `json:"functions_total"`

	Benchmarks *uint64 `json:"benchmarks"`

	ActiveByLevel map[string]int `json:"active_fail_by_level"`
	Suppressed    *int           `json:"suppressed"`

	kind     evidence.Kind
	real     bool   // made here by a real runner, so that all is known of it
	path     string // where it lies
	expected string // format that must claim it, "" if we do not read it yet
	stand    *stance
}

// stance is a number of ours that differs from the index, and why.
type stance struct {
	File   string `json:"file"`
	Format string `json:"format,omitempty"` // where the index names another; an empty want then means its numbers
	Want   want   `json:"want"`
	Reason string `json:"reason"`
}

type want struct {
	Total        *uint64        `json:"total,omitempty"`
	Passed       *uint64        `json:"passed,omitempty"`
	Failed       *uint64        `json:"failed,omitempty"`
	Errored      *uint64        `json:"errored,omitempty"`
	Skipped      *uint64        `json:"skipped,omitempty"`
	Lines        *[2]uint64     `json:"lines,omitempty"`
	Branches     *[2]uint64     `json:"branches,omitempty"`
	Statements   *[2]uint64     `json:"statements,omitempty"`
	Functions    *[2]uint64     `json:"functions,omitempty"`
	Benchmarks   *uint64        `json:"benchmarks,omitempty"`
	Levels       map[string]int `json:"levels,omitempty"`
	Suppressed   *int           `json:"suppressed,omitempty"`
	Inconclusive bool           `json:"inconclusive,omitempty"` // and then nothing else is compared
}

// onlyFormat reports whether all that differs is the name of the format.
func (s *stance) onlyFormat() bool { return s.Format != "" && reflect.ValueOf(s.Want).IsZero() }

func (e *entry) broken() bool {
	return e.Negative != "" || e.Error != ""
}

// load reads the three index files.
func load(dir string) ([]*entry, error) {
	var all []*entry
	for _, index := range []struct {
		file string
		kind evidence.Kind
	}{{"tests.json", evidence.Tests}, {"coverage.json", evidence.Coverage}, {"findings.json", evidence.Findings}} {
		data, err := os.ReadFile(filepath.Join(dir, index.file))
		if err != nil {
			return nil, fmt.Errorf("reading the corpus index: %w", err)
		}
		var es []*entry
		if err := json.Unmarshal(data, &es); err != nil {
			return nil, fmt.Errorf("%s: %w", index.file, err)
		}
		for _, e := range es {
			e.kind, e.path = index.kind, filepath.Join(dir, e.File)
			e.Format, _, _ = strings.Cut(e.Format, "(")
			if index.kind == evidence.Findings {
				e.Format = "sarif"
			}
			if slices.ContainsFunc(parsers.Formats, func(f parsers.Format) bool { return f.Name == e.Format }) {
				e.expected = e.Format
			}
		}
		all = append(all, es...)
	}
	return all, nil
}

// overlay reads the stances of one folder, and complains of one that names no file.
func overlay(dir string, entries []*entry) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	byFile := map[string]*entry{}
	for _, e := range entries {
		byFile[e.File] = e
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		var ss []*stance
		if err := json.Unmarshal(data, &ss); err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		for _, s := range ss {
			e, ok := byFile[s.File]
			if !ok {
				return fmt.Errorf("%s: %s is not in the corpus", f, s.File)
			}
			if s.Reason == "" {
				return fmt.Errorf("%s: %s has no reason", f, s.File)
			}
			if s.Format != "" {
				if s.Format == e.Format {
					return fmt.Errorf("%s: %s is %s in the index too; take the format out", f, s.File, s.Format)
				}
				e.Format, e.expected = s.Format, s.Format
			}
			e.stand = s
		}
	}
	return nil
}

type answer int

const (
	_ answer = iota
	agrees
	standsBy
	wrongAnswer
)

// row is one file, what became of it, and what was read of it, if it could be.
type row struct {
	Entry  *entry
	Answer answer
	Why    string
	Report *evidence.Report
}

// walk reads every file and compares.
func walk(entries []*entry) []row {
	rows := make([]row, len(entries))
	for i, e := range entries {
		rows[i] = row{Entry: e, Answer: wrongAnswer}
		f, err := os.Open(e.path)
		if err != nil {
			rows[i].Why = err.Error()
			continue
		}
		r, err := parsers.Parse(context.Background(), parsers.Source{Name: e.File, Reader: f})
		f.Close()
		if err != nil {
			rows[i].Why = err.Error()
			continue
		}
		rows[i].Report = r
		rows[i].Answer, rows[i].Why = judge(e, r)
	}
	return rows
}

func judge(e *entry, r *evidence.Report) (answer, string) {
	if e.broken() || e.expected == "" {
		if r.Conclusive() {
			return wrongAnswer, fmt.Sprintf("read as %s and conclusive, but it is broken or of another format: %s%s", r.Format, e.Negative, e.Error)
		}
		return agrees, ""
	}
	if e.stand != nil && e.stand.Want.Inconclusive {
		if r.Conclusive() {
			return wrongAnswer, "the overlay says that it is inconclusive, and it is conclusive"
		}
		return standsBy, e.stand.Reason
	}
	if r.Format != e.expected {
		return wrongAnswer, fmt.Sprintf("claimed by %q: %v", r.Format, r.Problems)
	}
	if e.real && r.Conclusive() == e.Inconclusive {
		return wrongAnswer, fmt.Sprintf("conclusive is %t", r.Conclusive()) + problems(r)
	}
	if strings.Contains(e.Note, "check_retries=true") {
		r.FoldDuplicates()
	}
	var diff []string
	if e.stand != nil && !e.stand.onlyFormat() {
		diff = e.stand.Want.differ(r)
	} else {
		diff = e.want(r).differ(r)
	}
	switch {
	case len(diff) > 0:
		return wrongAnswer, strings.Join(diff, "; ") + problems(r)
	case e.stand != nil:
		if d := e.want(r).differ(r); len(d) == 0 && e.stand.Format == "" {
			return wrongAnswer, "the overlay states a disagreement, but there is none; take it out"
		}
		return standsBy, e.stand.Reason
	default:
		return agrees, ""
	}
}

func problems(r *evidence.Report) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\n  %s: %s", p.Gravity, p)
	}
	return b.String()
}

// want is what the index expects, in our terms. Where it has no errors apart,
// its peer counted them as failures.
func (e *entry) want(r *evidence.Report) want {
	w := want{Total: e.Tests, Passed: e.Passed, Failed: e.Failed, Errored: e.Errors, Skipped: e.Skipped,
		Benchmarks: e.Benchmarks, Levels: e.ActiveByLevel, Suppressed: e.Suppressed}
	if e.Errors == nil && e.Failed != nil {
		c := r.TestCounts()
		n := *e.Failed - min(c.Errored, *e.Failed)
		w.Failed = &n
	}
	if e.Scope == "" { // entries with a scope speak of a part of the file
		w.Statements = pair(e.StatementsCovered, e.StatementsTotal)
		w.Lines = pair(e.LinesCovered, e.LinesTotal)
		w.Branches = pair(e.BranchesCovered, e.BranchesTotal)
		w.Functions = pair(e.FunctionsCovered, e.FunctionsTotal)
	}
	return w
}

func pair(covered, total *uint64) *[2]uint64 {
	if covered == nil || total == nil {
		return nil
	}
	return &[2]uint64{*covered, *total}
}

func (w want) differ(r *evidence.Report) []string {
	var diff []string
	c := r.TestCounts()
	for _, n := range []struct {
		name string
		want *uint64
		have uint64
	}{{"total", w.Total, c.Total()}, {"passed", w.Passed, c.Passed}, {"failed", w.Failed, c.Failed},
		{"errored", w.Errored, c.Errored}, {"skipped", w.Skipped, c.Skipped}, {"benchmarks", w.Benchmarks, uint64(r.Benchmarks.Len())}} {
		if n.want != nil && *n.want != n.have {
			diff = append(diff, fmt.Sprintf("%s is %d, expected %d", n.name, n.have, *n.want))
		}
	}
	for _, u := range []struct {
		unit evidence.Unit
		want *[2]uint64
	}{{evidence.Lines, w.Lines}, {evidence.Branches, w.Branches}, {evidence.Statements, w.Statements},
		{evidence.Functions, w.Functions}} {
		if have, _ := r.CoverageOf(u.unit); u.want != nil && (have.Num != u.want[0] || have.Den != u.want[1]) {
			diff = append(diff, fmt.Sprintf("%s are %s, expected %d/%d", u.unit, have.Fraction(), u.want[0], u.want[1]))
		}
	}
	fc := r.CountFindings()
	if w.Levels != nil {
		have := map[string]int{}
		for l, n := range fc.Levels {
			have[l.String()] = n
		}
		if !maps.Equal(have, w.Levels) {
			diff = append(diff, fmt.Sprintf("levels are %v, expected %v", have, w.Levels))
		}
	}
	if w.Suppressed != nil && *w.Suppressed != fc.Suppressed {
		diff = append(diff, fmt.Sprintf("suppressed is %d, expected %d", fc.Suppressed, *w.Suppressed))
	}
	return diff
}
