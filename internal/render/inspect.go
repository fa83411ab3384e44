package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Inspection is what Tollgate sees in one file. Its JSON is documented in
// docs/inspect.md and only grows.
type Inspection struct {
	File       string          `json:"file"`
	Format     string          `json:"format"` // "" if no format claims the file
	Conclusive bool            `json:"conclusive"`
	Problems   []Problem       `json:"problems"`
	Tests      *TestsSeen      `json:"tests,omitempty"`
	Coverage   *CoverageSeen   `json:"coverage,omitempty"`
	Findings   *FindingsSeen   `json:"findings,omitempty"`
	Benchmarks *BenchmarksSeen `json:"benchmarks,omitempty"`
}

// Problem is a complaint with its place in the file.
type Problem struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Gravity string `json:"gravity"` // "unsound" makes the file inconclusive, "quirk" does not
	Message string `json:"message"`
}

// TestsSeen counts final outcomes; total is the sum of the first four.
type TestsSeen struct {
	Total uint64 `json:"total"`
	evidence.Counts
	Flaky  int `json:"flaky"`
	Suites int `json:"suites"`
}

// CoverageSeen gives covered and coverable in each unit that the tool measured.
type CoverageSeen struct {
	Files      int       `json:"files"`
	Lines      *UnitSeen `json:"lines,omitempty"`
	Branches   *UnitSeen `json:"branches,omitempty"`
	Statements *UnitSeen `json:"statements,omitempty"`
	Functions  *UnitSeen `json:"functions,omitempty"`
}

// UnitSeen is one ratio of coverage.
type UnitSeen struct {
	Covered uint64 `json:"covered"`
	Total   uint64 `json:"total"`
}

// FindingsSeen counts findings. Total counts all, suppressed those that are
// silenced; new, levels and severities count the others.
type FindingsSeen struct {
	Total      int            `json:"total"`
	Suppressed int            `json:"suppressed"`
	New        int            `json:"new"`
	Levels     map[string]int `json:"levels"`
	Severities map[string]int `json:"severities"`
	Tools      []string       `json:"tools"`
}

// Inspect summarises a report.
func Inspect(r *evidence.Report) Inspection {
	in := Inspection{File: r.Source, Format: r.Format, Conclusive: r.Conclusive(), Problems: []Problem{}}
	for _, p := range r.Problems {
		in.Problems = append(in.Problems, Problem{p.Pos.Line, p.Pos.Col, p.Gravity.String(), p.Message})
	}
	if r.Kinds&evidence.Tests != 0 {
		c := r.TestCounts()
		in.Tests = &TestsSeen{c.Total(), c, r.Cases.Flaky(), r.Suites}
	}
	if r.Kinds&evidence.Coverage != 0 {
		in.Coverage = &CoverageSeen{Files: len(r.Coverage)}
		for u, at := range map[evidence.Unit]**UnitSeen{
			evidence.Lines: &in.Coverage.Lines, evidence.Branches: &in.Coverage.Branches,
			evidence.Statements: &in.Coverage.Statements, evidence.Functions: &in.Coverage.Functions,
		} {
			if sum, ok := r.CoverageOf(u); ok {
				*at = &UnitSeen{sum.Num, sum.Den}
			}
		}
	}
	if r.Kinds&evidence.Findings != 0 {
		c := r.CountFindings()
		in.Findings = &FindingsSeen{Total: c.Total, Suppressed: c.Suppressed, New: c.New,
			Levels: map[string]int{}, Severities: map[string]int{}, Tools: c.Tools}
		for _, l := range evidence.Levels {
			in.Findings.Levels[l.String()] = c.Levels[l]
		}
		for _, s := range evidence.Severities {
			in.Findings.Severities[s.String()] = c.Severities[s]
		}
		if c.Tools == nil {
			in.Findings.Tools = []string{}
		}
	}
	if r.Kinds&evidence.Benchmarks != 0 {
		in.Benchmarks = benchmarksSeen(r)
	}
	return in
}

// InspectJSON prints an array, one object a file.
func InspectJSON(w io.Writer, ins []Inspection) error {
	return writeJSON(w, ins)
}

// InspectText prints for people, a paragraph a file.
func InspectText(w io.Writer, ins []Inspection, st Style) error {
	var b bytes.Buffer
	for i, in := range ins {
		if i > 0 {
			b.WriteByte('\n')
		}
		st.inspection(&b, in)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (st Style) inspection(b *bytes.Buffer, in Inspection) {
	sign, name := st.paint(green, "✓"), in.Format
	if !in.Conclusive {
		sign = st.paint(yellow, "?")
	}
	if name == "" {
		name = "unknown format"
	}
	fmt.Fprintf(b, "%s %s  %s\n", sign, st.paint(bold, Clean(in.File, 200)), st.paint(dim, name))
	if t := in.Tests; t != nil {
		ratio := t.PassRate()
		fmt.Fprintf(b, "  tests     %d: %d passed, %d failed, %d errored, %d skipped", t.Total, t.Passed, t.Failed, t.Errored, t.Skipped)
		if t.Flaky > 0 {
			fmt.Fprintf(b, ", %d flaky", t.Flaky)
		}
		if ratio.Measured() {
			fmt.Fprintf(b, "; pass rate %s (%s)", ratio.Percent(), ratio.Fraction())
		}
		fmt.Fprintf(b, "; %s\n", plural(t.Suites, "suite"))
	}
	if c := in.Coverage; c != nil {
		fmt.Fprintf(b, "  coverage  %s", plural(c.Files, "file"))
		for _, u := range []struct {
			name string
			seen *UnitSeen
		}{{"lines", c.Lines}, {"branches", c.Branches}, {"statements", c.Statements}, {"functions", c.Functions}} {
			if u.seen != nil {
				r := evidence.Ratio{Num: u.seen.Covered, Den: u.seen.Total}
				fmt.Fprintf(b, "; %s %s (%s)", u.name, r.Percent(), r.Fraction())
			}
		}
		b.WriteByte('\n')
	}
	if f := in.Findings; f != nil {
		fmt.Fprintf(b, "  findings  %d", f.Total)
		if f.Suppressed > 0 {
			fmt.Fprintf(b, ", %d suppressed", f.Suppressed)
		}
		for _, l := range evidence.Levels {
			if n := f.Levels[l.String()]; n > 0 {
				fmt.Fprintf(b, "; %s %d", l, n)
			}
		}
		var sev []string
		for _, s := range evidence.Severities {
			if n := f.Severities[s.String()]; n > 0 {
				sev = append(sev, fmt.Sprintf("%s %d", s, n))
			}
		}
		if len(sev) > 0 {
			fmt.Fprintf(b, "; severity: %s", strings.Join(sev, ", "))
		}
		if len(f.Tools) > 0 {
			fmt.Fprintf(b, "; by %s", Clean(strings.Join(f.Tools, ", "), 200))
		}
		b.WriteByte('\n')
	}
	if in.Benchmarks != nil {
		st.benchmarks(b, in.Benchmarks)
	}
	for _, p := range in.Problems {
		kind := st.paint(yellow, p.Gravity)
		place := evidence.Pos{File: in.File, Line: p.Line, Col: p.Column}
		st.item(b, "  "+kind+" ", place.String()+": "+p.Message)
	}
}
