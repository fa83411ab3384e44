package gates

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// lineage is which findings of this run the base has already. It is found for all
// findings of the gate's tools, whatever else the filter takes away, so that one
// whose file moved into the filter is not taken for new.
type lineage struct {
	gaps []gap // why the base cannot be believed; then nothing is known
	of   map[findingAt]*sighting
	left map[findingAt]bool // findings of the base that no finding of this run is
	// vanished are tools that ran in the base and not in this run.
	vanished []string
}

// findingAt names a finding by its place in its report.
type findingAt struct {
	report *evidence.Report
	at     int
}

// sighting is one finding in one of the two runs.
type sighting struct {
	findingAt
	flow          *flow
	rule, message string
	path          string // as this run calls the file
	line          int    // where it is in this run's file
	fresh         bool   // of this run: the change added or altered the line
	gone          bool   // of the base: the change took the line away or altered it
	suppressed    bool
	weight        uint64
	firstSeen     uint32
	prints        []evidence.Fingerprint
	trail         trail     // all that it can be known again by
	identity      string    // by fingerprints that both runs have, "" if there are none
	origin        *sighting // of this run: the one of the base that it is
	taken         bool      // of the base: a finding of this run is it
	untold        bool      // of this run: its tool did not run in the base
}

// stream is what is compared: the runs of one tool on one category of one source.
// The tool is without case.
type stream struct{ home, tool, category string }

// flow is what one run found in a stream.
type flow struct {
	tool, category string
	found          []*sighting
}

// title names the stream for messages.
func (f *flow) title() string {
	if f.category == "" {
		return firstLine(f.tool)
	}
	return firstLine(f.tool) + " (" + firstLine(f.category) + ")"
}

// lineage follows the findings of the gate back to the base.
func (b *body) lineage() *lineage {
	if b.descent != nil {
		return b.descent
	}
	base := b.on(ofBase)
	l := &lineage{gaps: base.gaps, of: map[findingAt]*sighting{}, left: map[findingAt]bool{}}
	b.descent = l
	if len(l.gaps) > 0 {
		return l
	}
	now, then := b.flows(b.judge.changes()), base.flows(b.judge.changes())
	for s, here := range now {
		known, ran := then[s]
		if ran {
			trace(here.found, known.found)
		}
		for _, f := range here.found {
			f.untold = !ran
			l.of[f.findingAt] = f
		}
	}
	for s, there := range then {
		if _, ran := now[s]; !ran {
			l.vanished = append(l.vanished, there.title())
			continue // whether its findings are still there is not known
		}
		for _, f := range there.found {
			if !f.taken {
				l.left[f.findingAt] = true
			}
		}
	}
	slices.Sort(l.vanished)
	return l
}

// flows gives the findings of the tools that the filter admits, by stream. One
// without any is a tool that ran and found nothing.
func (b *body) flows(x *changeIndex) map[stream]*flow {
	all := map[stream]*flow{}
	of := func(k int, tool, category string) *flow {
		s := stream{b.homes[k].Name, strings.ToLower(tool), category}
		if all[s] == nil {
			all[s] = &flow{tool: tool, category: category}
		}
		all[s].tool = min(all[s].tool, tool) // of several ways to write it, always the same one
		return all[s]
	}
	for k, r := range b.reports {
		for _, t := range r.ToolRuns {
			if b.filter.tools.admits(t.Tool) {
				of(k, t.Tool, t.Category)
			}
		}
		for i, d := range r.Findings.All() {
			if !b.filter.tools.admits(d.Tool) || d.Baseline == evidence.BaselineAbsent {
				continue
			}
			s := of(k, d.Tool, d.Category)
			f := &sighting{
				findingAt: findingAt{r, i}, flow: s, rule: d.Rule, message: noPlace(&d), suppressed: d.Suppressed,
				weight: uint64(d.Severity)<<8 | uint64(d.Level), firstSeen: r.Findings.Record(i).FirstSeen, prints: d.Fingerprints,
			}
			if written := slashed(d.Path); b.judge.of == thisRun {
				f.path, f.line, f.fresh = written, d.Line, x.fresh(written, d.Line)
			} else {
				at := x.land(written, d.Line)
				f.path, f.line, f.gone = at.path, at.line, at.gone
			}
			s.found = append(s.found, f)
		}
	}
	return all
}

// noPlace is the message of a finding without the numbers that only say where it
// is, so that it stays when the finding moves.
func noPlace(d *evidence.Finding) string {
	if d.Line == 0 || !strings.ContainsAny(d.Message, "0123456789") {
		return d.Message
	}
	here := []string{strconv.Itoa(d.Line), strconv.Itoa(max(d.EndLine, d.Line)), strconv.Itoa(max(d.Col, d.Line))}
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	var b strings.Builder
	for m := d.Message; m != ""; {
		n := 1
		for n < len(m) && digit(m[n]) == digit(m[0]) {
			n++
		}
		if digit(m[0]) && slices.Contains(here, m[:n]) {
			b.WriteByte('#')
		} else {
			b.WriteString(m[:n])
		}
		m = m[n:]
	}
	return b.String()
}
