package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// measured is what one run says of one format.
type measured struct {
	reportFormat
	bytes, items int
	rows         []row
	found        []float64 // of what it is made to hold, a megabyte
	// short is what readers take, in calm moments, of a report that is short enough to
	// find some; empty if all found theirs at full size.
	short map[string]time.Duration
}

// row is what one reader took: medians.
type row struct {
	reader
	rounds     int
	calm       int // of the rounds
	wall, cpu  time.Duration
	peak, held float64 // MB
	count      string  // whether it found what was generated
}

// still reports whether it was measured in calm moments.
func (r *row) still() bool { return 2*r.calm >= r.rounds }

// enough is how long one reader is measured in all: some take minutes for a report.
const enough = 2 * time.Minute

// measure makes the report and measures all readers of it in turn.
func (f reportFormat) measure(path string, readers []reader, rounds int, c *calm, out io.Writer) (measured, error) {
	m := measured{reportFormat: f}
	var err error
	if m.items, err = generate(path, f, f.size); err != nil {
		return m, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return m, err
	}
	m.bytes = int(info.Size())
	if m.found, err = f.look(path, info.Size()); err != nil { // the file is in the page cache for all then
		return m, err
	}
	samples, err := f.inTurn(path, readers, rounds, c, out)
	if err != nil {
		return m, err
	}
	all := true
	for i, r := range readers {
		of := calmest(samples[i])
		if len(of) == 0 {
			continue
		}
		m.rows = append(m.rows, row{
			reader: r, rounds: len(of), count: verdict(r, samples[i], m.items),
			calm: len(slices.DeleteFunc(slices.Clone(of), func(s sample) bool { return !s.calm })),
			wall: time.Duration(median(of, func(s sample) float64 { return float64(s.wall) })),
			cpu:  time.Duration(median(of, func(s sample) float64 { return float64(s.cpu) })),
			peak: median(of, func(s sample) float64 { return float64(s.peak) }) / mb,
			held: median(of, func(s sample) float64 { return float64(s.Held) }) / mb,
		})
		all = all && m.row(r.name).still()
	}
	if !all {
		m.short, err = f.measureShort(path, readers, rounds, c, out)
	}
	return m, err
}

// parts is by how much a short report is shorter.
const parts = 10

// measureShort measures readers on a short report, and gives what those take that find
// calm moments there.
func (f reportFormat) measureShort(path string, readers []reader, rounds int, c *calm, out io.Writer) (map[string]time.Duration, error) {
	path += ".short"
	if _, err := generate(path, f, f.size/parts); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	samples, err := f.inTurn(path, readers, rounds, c, out)
	if err != nil {
		return nil, err
	}
	short := make(map[string]time.Duration)
	for i, r := range readers {
		if of := calmest(samples[i]); len(of) > 0 && of[0].calm && of[len(of)-1].calm {
			short[r.name] = time.Duration(median(of, func(s sample) float64 { return float64(s.wall) }))
		}
	}
	return short, nil
}

// inTurn measures readers of one report in turn.
func (f reportFormat) inTurn(path string, readers []reader, rounds int, c *calm, out io.Writer) ([][]sample, error) {
	samples, taken := make([][]sample, len(readers)), make([]time.Duration, len(readers))
	c.left = c.patience
	for range rounds {
		for i, r := range readers {
			if taken[i] > enough {
				continue
			}
			s, err := c.measure(r, path)
			if err != nil && r.optional {
				fmt.Fprintf(out, "%s is left out: %v\n", r.name, err)
				taken[i] = enough + 1
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", r.name, f.name, err)
			}
			samples[i] = append(samples[i], s)
			taken[i] += s.wall
		}
	}
	return samples, nil
}

// look counts what a report holds, a megabyte, without understanding it.
func (f reportFormat) look(path string, size int64) ([]float64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	counts := make([]float64, len(f.holds))
	const overlap = 64 // no mark is longer
	buf, kept := make([]byte, 1<<20), 0
	for {
		n, err := file.Read(buf[kept:])
		for i, h := range f.holds {
			from := max(0, kept-len(h.mark)+1) // what lies before was looked at
			counts[i] += float64(bytes.Count(buf[from:kept+n], []byte(h.mark)))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		n += kept
		kept = copy(buf, buf[max(0, n-overlap):n])
	}
	for i := range counts {
		counts[i] *= mb / float64(size)
	}
	return counts, nil
}

// row gives what the reader of a name took, nil if it was not measured.
func (m *measured) row(name string) *row {
	for i := range m.rows {
		if m.rows[i].name == name {
			return &m.rows[i]
		}
	}
	return nil
}

// times says how many times as long one reader took as another, 0 if either was not
// measured.
func (m *measured) times(name, of string) float64 {
	a, b := m.row(name), m.row(of)
	if a == nil || b == nil || b.wall == 0 {
		return 0
	}
	return float64(a.wall) / float64(b.wall)
}

// ratio is times as it is to be judged: where one of the two found no calm moments at
// full size and both did on the short report, that of the short report, whose size in MB
// is given.
func (m *measured) ratio(name, of string) (times float64, size int64) {
	a, b := m.row(name), m.row(of)
	if a == nil || b == nil || a.still() && b.still() || m.short[name] == 0 || m.short[of] == 0 {
		return m.times(name, of), 0
	}
	return float64(m.short[name]) / float64(m.short[of]), m.size / parts / mb
}

// speed is in MB a second.
func (m *measured) speed(r *row) float64 { return float64(m.bytes) / mb / r.wall.Seconds() }

// beside is the memory that reading took beside the result, in MB.
func (r *row) beside() float64 { return r.peak - r.held }

// each is what the result holds of one unit, in bytes.
func (m *measured) each(r *row) float64 { return r.held * mb / float64(m.items) }

func (m *measured) print(out io.Writer) error {
	fmt.Fprintf(out, "\n%s: %.1f MB, %d %s\n", m.name, float64(m.bytes)/mb, m.items, m.unit)
	for i, h := range m.holds {
		fmt.Fprintf(out, "  %.0f %s in 100 MB, described %.0f\n", 100*m.found[i], h.what, 100*h.perMB)
	}
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "reader\trounds\tcalm\twall\tCPU\tMB/s\tx plain\tx one core\tpeak MB\theld MB\tpeak-held MB\theld B/"+strings.TrimSuffix(m.unit, "s")+"\tcount\t\n")
	for i := range m.rows {
		r := &m.rows[i]
		kept := "-\t-\t-"
		if r.holds {
			kept = fmt.Sprintf("%.1f\t%.1f\t%.1f", r.held, r.beside(), m.each(r))
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%v\t%v\t%.0f\t%.1f\t%.1f\t%.1f\t%s\t%s\t\n", r.name, r.rounds, r.calm,
			r.wall.Round(time.Millisecond), r.cpu.Round(time.Millisecond), m.speed(r), m.times(r.name, plainRead.name), m.times(r.name, oneCore.name), r.peak, kept, r.count)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, c := range m.checks() {
		fmt.Fprintf(out, "  %s\n", c)
	}
	return nil
}

// check is one thing that must hold.
type check struct {
	what  string
	got   float64
	bound float64
	least bool  // the bound is a lower one
	size  int64 // MB of the report of which got is, 0 at full size
}

func (c check) holds() bool {
	if c.least {
		return c.got >= c.bound
	}
	return c.got <= c.bound
}

func (c check) String() string {
	word, side, size := "missed", "at most", ""
	if c.holds() {
		word = "held"
	}
	if c.least {
		side = "at least"
	}
	if c.size > 0 {
		size = fmt.Sprintf(" of a report of %d MB", c.size)
	}
	return fmt.Sprintf("%-6s  %s: %.2f%s, %s %g", word, c.what, c.got, size, side, c.bound)
}

// onOneCore, onAll and asAWhole check how long our readers take.
func (m *measured) onOneCore() check {
	c := check{what: "one core, in times of a plain read", bound: m.bounds.plain}
	c.got, c.size = m.ratio(oneCore.name, plainRead.name)
	return c
}

func (m *measured) onAll() check {
	c := check{what: "all cores, times as fast as one", bound: leastOfTwo, least: true}
	c.got, c.size = m.ratio(oneCore.name, tollgate.name)
	return c
}

func (m *measured) asAWhole() check {
	c := check{what: "all of inspect, in times of its reader", bound: mostOfInspect}
	c.got, c.size = m.ratio(inspect, tollgate.name)
	return c
}

// besideOthers checks how long another takes; without a bound it says no more.
func (m *measured) besideOthers(name string) check {
	c := check{what: name + ", in times of one core", bound: m.bounds.against[name], least: true}
	c.got, c.size = m.ratio(name, oneCore.name)
	return c
}

// memory checks what reading takes beside the result.
func (m *measured) memory() check {
	return check{what: "MB beside the result", got: m.row(tollgate.name).beside(), bound: m.bounds.memory}
}

// checks are what must hold, as far as it was measured.
func (m *measured) checks() (list []check) {
	list = append(list, m.onOneCore())
	if m.bounds.split {
		list = append(list, m.onAll())
	}
	list = append(list, m.memory())
	if m.row(inspect) != nil {
		list = append(list, m.asAWhole())
	}
	for _, name := range slices.Sorted(maps.Keys(m.bounds.against)) {
		if m.row(name) != nil {
			list = append(list, m.besideOthers(name))
		}
	}
	return list
}

// verdict says whether a reader found what was generated, every time.
func verdict(r reader, samples []sample, items int) string {
	if !r.counts {
		return "-"
	}
	for _, s := range samples {
		if s.Items != items {
			return fmt.Sprintf("WRONG: %d", s.Items)
		}
	}
	return "right"
}

func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	if n := len(values); n%2 == 0 {
		return (values[n/2-1] + values[n/2]) / 2
	}
	return values[len(values)/2]
}
