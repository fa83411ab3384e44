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
	gaps      []gap // why the base cannot be believed; then nothing is known
	now, then sightings
	// vanished are tools that ran in the base and not in this run.
	vanished []string
}

// sightings are those of a body: by the place of the report, and then by that of the
// finding in it. What no tool saw that the filter admits is nil.
type sightings [][]*sighting

func (s sightings) sighting(d *openFinding) *sighting {
	if d.home >= len(s) {
		return nil
	}
	return s[d.home][d.at]
}

// sighting is one finding in one of the two runs.
type sighting struct {
	report        *evidence.Report
	at            int
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
	identity      string    // by fingerprints that both runs have, "" if there are none
	origin        *sighting // of this run: the one of the base that it is
	taken         bool      // of the base: a finding of this run is it
	untold        bool      // its tool did not run in the other run
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
	l := &lineage{gaps: base.gaps}
	b.descent = l
	if len(l.gaps) > 0 {
		return l
	}
	x := b.judge.changes()
	var now, then map[stream]*flow
	atOnce(func() { l.now, now = b.flows(x) }, func() { l.then, then = base.flows(x) })
	for s, here := range now {
		known, ran := then[s]
		if ran {
			trace(here.found, known.found)
		}
		for _, f := range here.found {
			f.untold = !ran
		}
	}
	for s, there := range then {
		if _, ran := now[s]; ran {
			continue
		}
		l.vanished = append(l.vanished, there.title())
		for _, f := range there.found { // whether they are still there is not known
			f.untold = true
		}
	}
	slices.Sort(l.vanished)
	return l
}

// flows gives the findings of the tools that the filter admits, by stream. One
// without any is a tool that ran and found nothing.
func (b *body) flows(x *changeIndex) (sightings, map[stream]*flow) {
	seen := make(sightings, len(b.reports))
	streams := map[stream]*flow{}
	of := func(k int, tool, category string) *flow {
		s := stream{b.homes[k].Name, strings.ToLower(tool), category}
		if streams[s] == nil {
			streams[s] = &flow{tool: tool, category: category}
		}
		streams[s].tool = min(streams[s].tool, tool) // of several ways to write it, always the same one
		return streams[s]
	}
	for k, r := range b.reports {
		for _, t := range r.ToolRuns {
			if b.filter.tools.admits(t.Tool) {
				of(k, t.Tool, t.Category)
			}
		}
		seen[k] = make([]*sighting, r.Findings.Len())
		all := make([]sighting, 0, r.Findings.Len()) // one by one they take twice as long
		var s *flow                                  // of the finding before: they come in runs
		var tool, category evidence.NameID
		files := map[evidence.NameID]changedFile{}
		for i, d := range r.Findings.All() {
			if !b.filter.tools.admits(d.Tool) || d.Baseline == evidence.BaselineAbsent {
				continue
			}
			rec := r.Findings.Record(i)
			if s == nil || rec.Tool != tool || rec.Category != category {
				s, tool, category = of(k, d.Tool, d.Category), rec.Tool, rec.Category
			}
			all = append(all, sighting{
				report: r, at: i, flow: s, rule: d.Rule, message: noPlace(&d), suppressed: d.Suppressed,
				weight: uint64(d.Severity)<<8 | uint64(d.Level), firstSeen: rec.FirstSeen, prints: d.Fingerprints,
			})
			f := &all[len(all)-1]
			seen[k][i] = f
			file, known := files[rec.Path]
			if !known {
				file = x.changed(slashed(d.Path), b.judge.of)
				files[rec.Path] = file
			}
			if b.judge.of == thisRun {
				f.path, f.line, f.fresh = file.written, d.Line, file.fresh(d.Line)
			} else {
				at := file.land(d.Line)
				f.path, f.line, f.gone = file.now, at.line, at.gone
			}
			s.found = append(s.found, f)
		}
	}
	return seen, streams
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
