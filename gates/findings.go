package gates

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// findingTally is what the reports of a gate hold after the filter: the open
// findings, which are those that no accepted suppression silences and that the
// report does not itself call gone.
type findingTally struct {
	open       []openFinding
	classes    map[findingClass][]int // places in open; see class
	inChange   []whereabouts          // of the open ones; see readChanged
	waived     uint64                 // of the open ones, by waivers in force
	unscored   uint64                 // of the open ones that are not waived
	suppressed uint64
	gone       uint64
	weak       weaknesses // where the filter asks for any
	tools      []string   // that ran and that the filter admits, one for each run
	gaps       []gap
}

// openFinding is one of a report, by its place in there.
type openFinding struct {
	report   *evidence.Report
	home, at int // of the report among those of the body, and of the finding in it
	level    evidence.Level
	severity evidence.Severity // on the scale of its tool
	placed   bool              // a filter on paths can tell that it is meant, or there is none
	garbled  bool              // it states a score that is on no scale
	ruling   ruling            // of the waivers
}

func (d *openFinding) record() *evidence.FindingRecord { return d.report.Findings.Record(d.at) }

func everyFinding(int, *openFinding) bool { return true }

// class yields the open findings of a class with their places, which are looked for once
// for all metrics on it.
func (t *findingTally) class(k findingClass) iter.Seq2[int, *openFinding] {
	list, known := t.classes[k]
	if !known {
		for i := range t.open {
			if k.has(&t.open[i]) {
				list = append(list, i)
			}
		}
		if t.classes == nil {
			t.classes = map[findingClass][]int{}
		}
		t.classes[k] = list
	}
	return func(yield func(int, *openFinding) bool) {
		for _, i := range list {
			if !yield(i, &t.open[i]) {
				return
			}
		}
	}
}

// countFindings reads the reports once for all conditions of the gate. A filter
// on paths or rules that matches nothing has found nothing, which is a real zero;
// a tool that did not run is none.
func (b *body) countFindings() *findingTally {
	if b.found != nil {
		return b.found
	}
	t := &findingTally{}
	b.found = t
	f := &b.filter
	var ran []string
	for k, r := range b.reports {
		scales := map[string]string{}
		for _, run := range r.ToolRuns {
			ran = append(ran, run.Tool)
			scales[run.Tool] = b.homes[k].scale(run.Tool)
			if f.tools.admits(run.Tool) {
				t.tools = append(t.tools, run.Tool)
			}
		}
		t.open = slices.Grow(t.open, r.Findings.Len())
		for i, d := range r.Findings.All() {
			if !f.tools.admits(d.Tool) || !f.rules.admits(d.Rule) || !t.weak.admits(f.cwes, &d) {
				continue
			}
			where := f.onPlaces(&d)
			if where == leftOut {
				continue
			}
			switch {
			case d.Suppressed:
				t.suppressed++
			case d.Baseline == evidence.BaselineAbsent:
				t.gone++
			default:
				open := openFinding{report: r, home: k, at: i, level: d.Level, severity: severityOn(scales[d.Tool], &d), placed: where == admitted}
				open.garbled = open.severity == evidence.Unscored && scales[d.Tool] == SecuritySeverity && garbled(d.Score)
				open.ruling = b.judge.ruling(open.severity, func(u *use) bool { return u.names(&d) })
				switch {
				case open.ruling.waives():
					t.waived++
				case open.severity == evidence.Unscored:
					t.unscored++
				}
				t.open = append(t.open, open)
			}
		}
	}
	if len(b.reports) == 0 {
		return t // the source has said so
	}
	slices.Sort(ran)
	if names := f.tools.unused(); len(names) > 0 {
		t.gaps = append(t.gaps, gap{text: fmt.Sprintf("%s did not run (%s did)", some(names), ranList(ran)), remedy: "run " + some(names) + ", or correct the filter of the gate"})
	} else if len(t.tools) == 0 && len(ran) > 0 {
		t.gaps = append(t.gaps, gap{text: fmt.Sprintf("%s admits none of the tools that ran (%s)", f.tools.String(), ranList(ran)), remedy: "correct the filter of the gate"})
	}
	return t
}

// ranList names the first few tools that ran, for a message.
func ranList(ran []string) string {
	var names []string
	for _, tool := range slices.Compact(ran) {
		names = append(names, firstLine(tool))
	}
	const most = 5
	switch n := len(names); {
	case n == 0:
		return "none"
	case n > most:
		names = append(names[:most], fmt.Sprintf("%d more", n-most))
	}
	return some(names)
}

// readFindings counts the open findings of a class for which also is true. name is the
// severity or level that they have, "" for all.
func (b *body) readFindings(name string, k findingClass, also func(int, *openFinding) bool) reading {
	t := b.countFindings()
	r := reading{gaps: slices.Clone(t.gaps)}
	var n, waived, noPlace uint64
	for i, d := range t.class(k) {
		if !also(i, d) {
			continue
		}
		if !d.placed {
			noPlace++
			continue
		}
		weight := uint64(d.severity)<<8 | uint64(d.level)
		if d.ruling.by != nil {
			s := r.struck.of(d.ruling)
			s.n++
			s.refs.add(weight, d.place(), d.text)
		}
		if d.ruling.waives() {
			waived++
			continue
		}
		n++
		r.refs.add(weight, d.place(), d.text)
	}
	if n+waived > 0 || len(t.tools) > 0 {
		r.value, r.bare = evidence.CountOf(n), evidence.CountOf(n+waived)
	}
	r.says = saysFound(n, name, uint64(len(t.open))-t.waived)
	r.mend = func(k uint64) string { return "fix or waive " + these(k, n, "finding", "findings") }
	if noPlace > 0 {
		r.gaps = append(r.gaps, gap{
			text:   fmt.Sprintf("%d %s no file of the repository, so %s cannot place %s", noPlace, plural(noPlace, "finding names", "findings name"), b.filter.paths.String(), plural(noPlace, "it", "them")),
			remedy: "have the tool write paths from the root of the repository, or filter by rules or tools",
		})
	}
	r.notes = append(b.filter.rules.unusedNotes("finding's rule"), b.filter.paths.unusedNotes("finding's path")...)
	if t.suppressed > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d suppressed", t.suppressed))
	}
	if t.gone > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d gone since the report's own baseline", t.gone))
	}
	t.weak.say(&r, b.filter.cwes)
	return r
}

// unscoredNote tells the reader of a severity what no severity counts.
func (b *body) unscoredNote() []string {
	n := b.countFindings().unscored
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d %s no score and %s not counted here; %s in `unscored`",
		n, plural(n, "finding carries", "findings carry"), plural(n, "is", "are"), plural(n, "it is", "they are"))}
}

// text says what was found.
func (d *openFinding) text() string {
	f := d.report.Findings.At(d.at)
	by := strings.TrimSpace(firstLine(f.Tool) + " " + firstLine(f.Rule)) // a result need not name its rule
	return by + ": " + firstLine(f.Message)
}

// place is the finding's place in the source, or in the report if it has none.
func (d *openFinding) place() evidence.Pos {
	rec := d.record()
	if rec.Path != 0 {
		return evidence.Pos{File: d.report.Findings.NameOf(rec.Path), Line: int(rec.Line), Col: int(rec.Col)}
	}
	return evidence.Pos{File: d.report.Source, Line: int(rec.AtLine), Col: int(rec.AtCol)}
}

// saysFound says "there are 2 critical findings among 17".
func saysFound(n uint64, name string, of uint64) string {
	many := number(n)
	if n == 0 {
		many = "no"
	}
	if name != "" {
		many += " " + name
	}
	s := fmt.Sprintf("there %s %s %s", plural(n, "is", "are"), many, plural(n, "finding", "findings"))
	if of > n {
		s += " among " + number(of)
	}
	return s
}
