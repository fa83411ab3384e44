package main

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReportsHoldWhatIsDescribed compares what the reports hold with what the bounds
// on speed were set by, counted in the bytes.
func TestReportsHoldWhatIsDescribed(t *testing.T) {
	for _, f := range formats {
		const size = 4 * mb
		var report bytes.Buffer
		if _, err := render(&report, f, size); err != nil {
			t.Fatal(err)
		}
		for _, h := range f.holds {
			got := float64(bytes.Count(report.Bytes(), []byte(h.mark))) * mb / float64(report.Len())
			if math.Abs(got/h.perMB-1) > 0.05 {
				t.Errorf("%s: %.1f %s a megabyte, described %.1f", f.name, got, h.what, h.perMB)
			}
		}
	}
}

func TestMarksAreCountedAcrossReads(t *testing.T) {
	// 2.5 MB in three reads, with a mark over each border and one at either end.
	report := bytes.Repeat([]byte("."), 2_500_000)
	for _, at := range []int{0, 1<<20 - 3, 2<<20 - 70, 2<<20 - 3, len(report) - 6} {
		copy(report[at:], "<case ")
	}
	path := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(path, report, 0o644); err != nil {
		t.Fatal(err)
	}
	f := reportFormat{holds: []holding{{mark: "<case "}}}
	got, err := f.look(path, mb)
	if err != nil || got[0] != 5 {
		t.Errorf("look = %v, %v, want 5 marks", got, err)
	}
}

// sample500 is a format of 500 MB that a plain read passes in 100 ms.
func sample500() measured {
	took := func(r reader, ms int, peak, held float64) row {
		return row{reader: r, rounds: 5, wall: time.Duration(ms) * time.Millisecond, peak: peak, held: held, count: "right"}
	}
	m := measured{
		reportFormat: reportFormat{
			name: "junit-xml", unit: "cases",
			holds:  []holding{{what: "cases", perMB: 4220}},
			bounds: bounds{plain: 9, split: true, memory: 16, against: map[string]float64{"encoding/xml tokens": 25, "gone": 3}},
		},
		bytes: 500 * mb, items: 2_000_000, found: []float64{4200},
		rows: []row{
			took(plainRead, 100, 11, 0), took(tollgate, 500, 164, 150), took(oneCore, 950, 160, 150),
			took(xmlTokens, 19_000, 12, 0), took(reader{name: inspect}, 800, 300, 0),
		},
	}
	m.rows[0].calm, m.rows[1].calm = 2, 1
	return m
}

func TestChecksSayWhatIsMissed(t *testing.T) {
	m := sample500()
	var got []string
	for _, c := range m.checks() {
		got = append(got, c.String())
	}
	want := []string{
		"missed  one core, in times of a plain read: 9.50, at most 9",
		"held    all cores, times as fast as one: 1.90, at least 1.5",
		"held    MB beside the result: 14.00, at most 16",
		"missed  all of inspect, in times of its reader: 1.60, at most 1.5",
		"missed  encoding/xml tokens, in times of one core: 20.00, at least 25",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("checks:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTablesOfThePage(t *testing.T) {
	got := tables([]measured{sample500()}, "a machine", time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC))
	for _, line := range []string{
		"Measured on 2026-11-22: a machine; 3 of 20 measurements of less than 3s in a calm moment.",
		"| junit-xml, 500 MB, 2 000 000 cases | 5000 | **missed:** 9.5 (≤ 9) | 1.90 (≥ 1.5) | **missed:** 1.60 (≤ 1.5) | 14 (≤ 16) | 75.0 bytes a case |",
		"| junit-xml | encoding/xml tokens | 26 | **missed:** 20.0 (≥ 25) | 12 | 5 |",
		"| junit-xml | 420 000 cases | 422 000 |",
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %s in\n%s", line, got)
		}
	}
}

func TestDocsAreWrittenBetweenTheMarks(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll("docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(docsPage, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if err := writeDocs(nil, "m", now); err == nil || !strings.Contains(err.Error(), "root of the repository") {
		t.Errorf("without a page: %v", err)
	}
	write("# Speed\n")
	if err := writeDocs(nil, "m", now); err == nil || !strings.Contains(err.Error(), "no marks") {
		t.Errorf("without marks: %v", err)
	}
	write("before\n" + docsBegin + "stale\n" + docsEnd + "after\n")
	if err := writeDocs([]measured{sample500()}, "m", now); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(page); !strings.HasPrefix(s, "before\n"+docsBegin+"Measured on 2026-11-22: m; 3 of 20 measurements") || !strings.HasSuffix(s, docsEnd+"after\n") || strings.Contains(s, "stale") {
		t.Errorf("the page is\n%s", s)
	}
	for _, less := range []string{"-format=lcov", "-size=1KB", "-inspect=false"} {
		if err := run([]string{"-update-docs", less}, io.Discard); err == nil || !strings.Contains(err.Error(), "all formats at their own sizes") {
			t.Errorf("-update-docs %s: %v", less, err)
		}
	}
}

// TestAnOthersProgramThatFailsIsLeftOut keeps a run of an hour from ending because
// somebody else's program has had enough of the report.
func TestAnOthersProgramThatFailsIsLeftOut(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	failing := reader{name: "theirs", command: []string{self, childFlag, "no such reader"}, optional: true}
	small := formats[0]
	small.size = 1000
	var said strings.Builder
	m, err := small.measure(filepath.Join(t.TempDir(), "junit.xml"), []reader{failing}, 2, new(calm), &said)
	if err != nil || len(m.rows) != 0 || strings.Count(said.String(), "theirs is left out: ") != 1 {
		t.Errorf("%d rows, %v, said %q", len(m.rows), err, said.String())
	}
	failing.optional = false
	if _, err := small.measure(filepath.Join(t.TempDir(), "junit.xml"), []reader{failing}, 2, new(calm), &said); err == nil {
		t.Error("no error of a program of ours that fails")
	}
}

// TestWithoutCalmMomentsTheShortReportCounts: a ratio is that of the full size if both
// readers found calm moments there, else that of the short report if both did there.
func TestWithoutCalmMomentsTheShortReportCounts(t *testing.T) {
	short := map[string]time.Duration{plainRead.name: 10 * time.Millisecond, oneCore.name: 84 * time.Millisecond}
	for name, c := range map[string]struct {
		plain, one int // calm rounds of five
		short      map[string]time.Duration
		want       string
	}{
		"calm":                     {3, 5, short, "missed  one core, in times of a plain read: 9.50, at most 9"},
		"one was not":              {2, 5, short, "held    one core, in times of a plain read: 8.40 of a report of 50 MB, at most 9"},
		"the other was not":        {5, 0, short, "held    one core, in times of a plain read: 8.40 of a report of 50 MB, at most 9"},
		"neither, and one nowhere": {0, 0, map[string]time.Duration{plainRead.name: 1}, "missed  one core, in times of a plain read: 9.50, at most 9"},
		"nothing was":              {0, 0, nil, "missed  one core, in times of a plain read: 9.50, at most 9"},
	} {
		m := sample500()
		m.size, m.short = 500*mb, c.short
		m.row(plainRead.name).calm, m.row(oneCore.name).calm = c.plain, c.one
		if got := m.onOneCore().String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	m := sample500()
	m.size, m.short = 500*mb, short
	if got := m.onOneCore().cell(1); got != "8.4 (≤ 9) at 50 MB" {
		t.Errorf("cell %q", got)
	}
}

func TestCalmest(t *testing.T) {
	still, disturbed := sample{calm: true}, sample{}
	for _, c := range []struct {
		of   []sample
		want int
	}{
		{[]sample{still, disturbed, still}, 2},
		{[]sample{still, disturbed}, 1},
		{[]sample{still, disturbed, disturbed}, 3},
		{[]sample{disturbed}, 1},
		{nil, 0},
	} {
		if got := calmest(c.of); len(got) != c.want {
			t.Errorf("%d of %d, want %d", len(got), len(c.of), c.want)
		}
	}
}
