// Command bench measures how fast reports are read and how much memory that
// takes, beside a plain read of the same bytes, the standard library's decoders
// and the programs that others use:
//
//	go run ./internal/bench
//
// With -format and -size it measures less, and with -update-docs it writes what it has
// measured to docs/speed.md.
//
// Files are generated, the same bytes on every machine. Every measurement is a
// process of its own, so that its peak memory is its own; the rounds go through
// all readers in turn, so that a slow minute of the machine strikes all alike;
// a measurement of which neighbours on the machine took a part is repeated; the table
// shows medians, and below it is said of everything that must hold whether it does. A
// reader whose count differs from what was generated is marked as wrong.
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
	sizeFlag := flags.String("size", "", "bytes of each report, with KB, MB or GB (powers of ten); default the sizes that the bounds are about")
	only := flags.String("format", "", "measure this format alone")
	rounds := flags.Int("rounds", 5, "measurements of each reader")
	withPeers := flags.Bool("peers", true, "install and measure what others use")
	withInspect := flags.Bool("inspect", true, "build tollgate and measure all of tollgate inspect")
	dir := flags.String("dir", "", "keep the reports in this folder; default a temporary one")
	patience := flags.Duration("patience", 5*time.Minute, "how long to wait for calm moments and to repeat measurements that had none, a report")
	updateDocs := flags.Bool("update-docs", false, "write what was measured to "+docsPage)
	if err := flags.Parse(args); err != nil {
		return err
	}
	size := int64(0)
	if *sizeFlag != "" {
		var err error
		if size, err = parseSize(*sizeFlag); err != nil {
			return err
		}
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: at least 1 is needed", *rounds)
	}
	if !slices.ContainsFunc(formats, func(f reportFormat) bool { return *only == "" || f.name == *only }) {
		return fmt.Errorf("-format %s is not measured; give one of %s", *only, strings.Join(formatNames(), ", "))
	}
	if *updateDocs && (*only != "" || size > 0 || !*withInspect) {
		return fmt.Errorf("-update-docs writes of all formats at their own sizes and of inspect; leave -format, -size and -inspect out")
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
	var more []reader
	if *withInspect {
		r, err := buildInspect(work)
		if err != nil {
			return err
		}
		more = append(more, r)
	}
	machine := fmt.Sprintf("%s, %s %s/%s, %d cores, medians of %d", processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), *rounds)
	fmt.Fprintln(out, machine)
	var all []measured
	calm := newCalm(*patience)
	for _, f := range formats {
		if *only != "" && f.name != *only {
			continue
		}
		readers := slices.Concat(f.readers, more)
		if *withPeers {
			readers = append(readers, install(f.name, work, out)...)
		}
		if size > 0 {
			f.size = size
		}
		m, err := f.measure(filepath.Join(*dir, f.file), readers, *rounds, calm, out)
		if err != nil {
			return err
		}
		if err := m.print(out); err != nil {
			return err
		}
		all = append(all, m)
		if *dir == work {
			os.Remove(filepath.Join(work, f.file)) // the next may be as large
		}
	}
	if *updateDocs {
		return writeDocs(all, machine, time.Now())
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
