package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// docsPage is what -update-docs writes to, between two marks.
const (
	docsPage  = "docs/speed.md"
	docsBegin = "<!-- measured: begin -->\n"
	docsEnd   = "<!-- measured: end -->\n"
)

func writeDocs(all []measured, machine string, now time.Time) error {
	page, err := os.ReadFile(docsPage)
	if err != nil {
		return fmt.Errorf("%w; -update-docs is for the root of the repository", err)
	}
	before, rest, ok := bytes.Cut(page, []byte(docsBegin))
	_, after, closed := bytes.Cut(rest, []byte(docsEnd))
	if !ok || !closed {
		return fmt.Errorf("%s has no marks %s and %s to write between", docsPage, strings.TrimSpace(docsBegin), strings.TrimSpace(docsEnd))
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(docsBegin)
	b.WriteString(tables(all, machine, now))
	b.WriteString(docsEnd)
	b.Write(after)
	return os.WriteFile(docsPage, b.Bytes(), 0o644)
}

// tables are the parts of the page that are measured. A bound that is missed is said
// to be.
func tables(all []measured, machine string, now time.Time) string {
	var b strings.Builder
	calm, rounds := 0, 0
	for _, m := range all {
		for i := range m.rows {
			if r := &m.rows[i]; r.wall <= longest {
				calm, rounds = calm+r.calm, rounds+r.rounds
			}
		}
	}
	fmt.Fprintf(&b, "Measured on %s: %s; %d of %d measurements of less than %v in a calm moment.\n\n", now.UTC().Format(time.DateOnly), machine, calm, rounds, longest)
	b.WriteString("| report | plain read, MB/s | one core, × plain read | all cores, × as fast | inspect, × its reader | MB beside the result | held |\n|---|---|---|---|---|---|---|\n")
	for _, m := range all {
		whole := m.row(tollgate.name)
		cells := []string{fmt.Sprintf("%s, %.0f MB, %s %s", m.name, float64(m.bytes)/mb, thousands(m.items), m.unit), fmt.Sprintf("%.0f", m.speed(m.row(plainRead.name)))}
		cells = append(cells, m.onOneCore().cell(1))
		if m.bounds.split {
			cells = append(cells, m.onAll().cell(2))
		} else {
			cells = append(cells, fmt.Sprintf("%.2f", m.onAll().got))
		}
		cells = append(cells, m.asAWhole().cell(2), m.memory().cell(0), fmt.Sprintf("%.1f bytes a %s", m.each(whole), strings.TrimSuffix(m.unit, "s")))
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	b.WriteString("\n| report | others | MB/s | × tollgate on one core | peak MB | rounds |\n|---|---|---|---|---|---|\n")
	for _, m := range all {
		for i := range m.rows {
			r := &m.rows[i]
			switch r.name {
			case plainRead.name, tollgate.name, oneCore.name, inspect:
				continue
			}
			times := m.besideOthers(r.name).cell(1)
			fmt.Fprintf(&b, "| %s | %s | %.0f | %s | %.0f | %d |\n", m.name, r.name, m.speed(r), times, r.peak, r.rounds)
		}
	}
	b.WriteString("\n| report | holds, in 100 MB | described |\n|---|---|---|\n")
	for _, m := range all {
		for i, h := range m.holds {
			fmt.Fprintf(&b, "| %s | %s %s | %s |\n", m.name, thousands(int(100*m.found[i])), h.what, thousands(int(100*h.perMB)))
		}
	}
	return b.String()
}

// cell is a figure, its bound and of how large a report it is, if not of the whole.
func (c check) cell(digits int) string {
	side := "≤"
	if c.least {
		side = "≥"
	}
	text := fmt.Sprintf("%.*f", digits, c.got)
	if c.bound > 0 {
		text += fmt.Sprintf(" (%s %g)", side, c.bound)
	}
	if c.size > 0 {
		text += fmt.Sprintf(" at %d MB", c.size)
	}
	if !c.holds() {
		text = "**missed:** " + text
	}
	return text
}

// thousands writes 1234567 as 1 234 567.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// processor is the name of the machine's, where the system says it.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // what is not Linux has none
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return runtime.GOARCH
}
