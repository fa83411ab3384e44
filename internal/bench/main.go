// Command bench measures how fast reports are read and how much memory that
// takes, beside a plain read of the same bytes, the standard library's decoders
// and, with -peers, the programs that others use:
//
//	go run ./internal/bench -size 500MB -format junit-xml -peers
//
// Files are generated, the same bytes on every machine. Every measurement is a
// process of its own, so that its peak memory is its own; the rounds go through
// all readers in turn, so that a slow minute of the machine strikes all alike;
// the table shows medians. A reader whose count differs from what was generated
// is marked as wrong.
//
// Held is the heap that a result keeps alive; peak less held is what reading it
// took besides. The peak of the plain read is what any Go process needs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if len(os.Args) == 4 && os.Args[1] == childFlag {
		if err := child(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizeFlag := flags.String("size", "20MB", "bytes of each report, with KB, MB or GB (powers of ten)")
	only := flags.String("format", "", "measure this format alone")
	rounds := flags.Int("rounds", 5, "measurements of each reader")
	withPeers := flags.Bool("peers", false, "install and measure what others use")
	dir := flags.String("dir", "", "keep the reports in this folder; default a temporary one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	size, err := parseSize(*sizeFlag)
	if err != nil {
		return err
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: at least 1 is needed", *rounds)
	}
	if !slices.ContainsFunc(formats, func(f reportFormat) bool { return *only == "" || f.name == *only }) {
		return fmt.Errorf("-format %s is not measured; give one of %s", *only, strings.Join(formatNames(), ", "))
	}
	work, err := os.MkdirTemp("", "tollgate-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if *dir == "" {
		*dir = work
	} else if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s %s/%s, %d cores, medians of %d\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds)
	for _, f := range formats {
		if *only != "" && f.name != *only {
			continue
		}
		readers := slices.Clone(f.readers)
		if *withPeers {
			readers = append(readers, install(f.name, work, out)...)
		}
		path := filepath.Join(*dir, f.file)
		items, err := generate(path, f, size)
		if err != nil {
			return err
		}
		if err := compare(out, f, path, items, readers, *rounds); err != nil {
			return err
		}
	}
	return nil
}

func formatNames() (names []string) {
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// parseSize reads "500MB".
func parseSize(s string) (int64, error) {
	digits, unit := strings.TrimRight(s, "KMGB"), int64(1)
	switch s[len(digits):] {
	case "", "B":
	case "KB":
		unit = 1e3
	case "MB":
		unit = 1e6
	case "GB":
		unit = 1e9
	default:
		digits = ""
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > 1e12/unit {
		return 0, fmt.Errorf("-size %s: give a number with KB, MB or GB, up to 1000GB", s)
	}
	return n * unit, nil
}

// compare measures all readers of one file in turn and prints the table.
func compare(out io.Writer, f reportFormat, path string, items int, readers []reader, rounds int) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if _, err := measure(plainRead, path); err != nil { // so that the file is in the page cache for all
		return err
	}
	samples := make([][]sample, len(readers))
	for range rounds {
		for i, r := range readers {
			s, err := measure(r, path)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", r.name, f.name, err)
			}
			samples[i] = append(samples[i], s)
		}
	}
	fmt.Fprintf(out, "\n%s: %.1f MB, %d %s\n", f.name, float64(info.Size())/1e6, items, f.unit)
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "reader\twall\tCPU\tMB/s\tx plain\tpeak MB\theld MB\tpeak-held MB\theld B/"+strings.TrimSuffix(f.unit, "s")+"\tcount\t\n")
	plain := median(samples[0], func(s sample) float64 { return s.wall.Seconds() })
	for i, r := range readers {
		wall := median(samples[i], func(s sample) float64 { return s.wall.Seconds() })
		cpu := median(samples[i], func(s sample) float64 { return s.cpu.Seconds() })
		peak := median(samples[i], func(s sample) float64 { return float64(s.peak) })
		held := median(samples[i], func(s sample) float64 { return float64(s.Held) })
		fmt.Fprintf(w, "%s\t%v\t%v\t%.0f\t%.1f\t%.1f\t%s\t%s\n", r.name,
			seconds(wall), seconds(cpu), float64(info.Size())/1e6/wall, wall/plain, peak/1e6,
			memory(r, held, peak, items), verdict(r, samples[i], items))
	}
	return w.Flush()
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond)
}

// memory says what the result holds, for readers that hold one in our process.
func memory(r reader, held, peak float64, items int) string {
	if !r.holds {
		return "-\t-\t-"
	}
	return fmt.Sprintf("%.1f\t%.1f\t%.1f", held/1e6, (peak-held)/1e6, held/float64(items))
}

// verdict says whether a reader found what was generated, every time.
func verdict(r reader, samples []sample, items int) string {
	if !r.counts {
		return "-\t"
	}
	for _, s := range samples {
		if s.Items != items {
			return fmt.Sprintf("WRONG: %d\t", s.Items)
		}
	}
	return "right\t"
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
