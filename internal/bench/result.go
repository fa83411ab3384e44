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
	// short is how many times as long others take as we on one core, of a report that is
	// short enough for calm moments; of those who take too long for them at full size.
	short map[string]float64
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
	long := []reader{oneCore}
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
		if m.row(r.name).wall > longest {
			long = append(long, r)
		}
	}
	if len(long) > 1 {
		m.short, err = f.measureShort(path, long, rounds, c, out)
	}
	return m, err
}

// parts is by how much a short report is shorter.
const parts = 10

// measureShort measures, on a short report, the readers that take too long for a calm
// moment beside the first of them.
func (f reportFormat) measureShort(path string, readers []reader, rounds int, c *calm, out io.Writer) (map[string]float64, error) {
	path += ".short"
	if _, err := generate(path, f, f.size/parts); err != nil {
		return nil, err
	}
	defer os.Remove(path)
	samples, err := f.inTurn(path, readers, rounds, c, out)
	if err != nil {
		return nil, err
	}
	short := make(map[string]float64)
	wall := func(s sample) float64 { return float64(s.wall) }
	for i, r := range readers[1:] {
		if of := calmest(samples[i+1]); len(of) > 0 {
			short[r.name] = median(of, wall) / median(calmest(samples[0]), wall)
		}
	}
	return short, nil
}

// inTurn measures readers of one report in turn.
func (f reportFormat) inTurn(path string, readers []reader, rounds int, c *calm, out io.Writer) ([][]sample, error) {
	samples, taken := make([][]sample, len(readers)), make([]time.Duration, len(readers))
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

// slower says how many times as long another reader took as we on one core.
func (m *measured) slower(name string) float64 {
	if times := m.short[name]; times > 0 {
		return times
	}
	return m.times(name, oneCore.name)
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
	for _, name := range slices.Sorted(maps.Keys(m.short)) {
		fmt.Fprintf(out, "  %s takes %.1f times as long as one core, of a report of %d MB\n", name, m.short[name], m.size/parts/mb)
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
	least bool // the bound is a lower one
}

func (c check) holds() bool {
	if c.least {
		return c.got >= c.bound
	}
	return c.got <= c.bound
}

func (c check) String() string {
	word, side := "missed", "at most"
	if c.holds() {
		word = "held"
	}
	if c.least {
		side = "at least"
	}
	return fmt.Sprintf("%-6s  %s: %.2f, %s %g", word, c.what, c.got, side, c.bound)
}

// checks are what must hold, as far as it was measured.
func (m *measured) checks() (list []check) {
	b := &m.bounds
	list = append(list, check{what: "one core, in times of a plain read", got: m.times(oneCore.name, plainRead.name), bound: b.plain})
	if b.split {
		list = append(list, check{what: "all cores, times as fast as one", got: m.times(oneCore.name, tollgate.name), bound: leastOfTwo, least: true})
	}
	list = append(list, check{what: "MB beside the result", got: m.row(tollgate.name).beside(), bound: b.memory})
	if m.row(inspect) != nil {
		list = append(list, check{what: "all of inspect, in times of its reader", got: m.times(inspect, tollgate.name), bound: mostOfInspect})
	}
	for _, name := range slices.Sorted(maps.Keys(b.against)) {
		if m.row(name) != nil {
			list = append(list, check{what: name + ", in times of one core", got: m.slower(name), bound: b.against[name], least: true})
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
