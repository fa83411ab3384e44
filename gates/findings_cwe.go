package gates

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// weaknesses are what the findings of a gate say of weaknesses, where its filter
// asks for some.
type weaknesses struct {
	says   map[string]bool   // by tool: whether any of its findings names a weakness
	silent map[string]uint64 // by tool: open findings that name none
}

// admits reports whether a finding is of one of the weaknesses that the filter asks
// for, and remembers one that does not say.
func (w *weaknesses) admits(asked []string, d *evidence.Finding) bool {
	if len(asked) == 0 {
		return true
	}
	if w.says == nil {
		w.says, w.silent = map[string]bool{}, map[string]uint64{}
	}
	w.says[d.Tool] = w.says[d.Tool] || len(d.CWE) > 0
	if len(d.CWE) == 0 && !d.Suppressed && d.Baseline != evidence.BaselineAbsent {
		w.silent[d.Tool]++
	}
	return slices.ContainsFunc(asked, func(cwe string) bool { return slices.Contains(d.CWE, cwe) })
}

// say tells what could not be chosen. Where a tool names weaknesses, a finding that
// names none has none; where it never does, nobody knows.
func (w *weaknesses) say(r *reading, asked []string) {
	var without uint64
	for _, tool := range slices.Sorted(maps.Keys(w.silent)) {
		n := w.silent[tool]
		if w.says[tool] {
			without += n
			continue
		}
		r.gaps = append(r.gaps, gap{
			text: fmt.Sprintf("no finding of %s names a weakness, so nobody can tell which of %s %s",
				firstLine(tool), ofMany(n, "finding is", "findings are"), strings.Join(asked, ", ")),
			remedy: "choose the findings of " + firstLine(tool) + " by rules instead of cwes",
		})
	}
	if without > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%s no weakness and %s not counted", ofMany(without, "finding names", "findings name"), plural(without, "is", "are")))
	}
}

// rulesUnmet says which runs list another number of rules than the source expects.
func (src Source) rulesUnmet(reports []*evidence.Report) []gap {
	if src.Expect.Rules == (Range{}) {
		return nil
	}
	var gaps []gap
	for _, r := range reports {
		for _, t := range r.ToolRuns {
			if n := uint64(max(t.Rules, 0)); !src.Expect.Rules.Holds(n) {
				pos := t.At
				pos.File = r.Source
				gaps = append(gaps, gap{pos, fmt.Sprintf("the run of %s lists %s; %s", firstLine(t.Tool), ofMany(n, "rule", "rules"), src.Expect.Rules.expected()),
					"see which rules " + firstLine(t.Tool) + " is set to run, or change `expect` of source " + src.Name})
			}
		}
	}
	sortGaps(gaps)
	return gaps
}
