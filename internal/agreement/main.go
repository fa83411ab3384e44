// Command agreement compares what Tollgate reads with numbers that others
// recorded for the same files: the index files of a corpus folder, named by
// TOLLGATE_CORPUS or the first argument. It prints a table per format. A file
// agrees, stands by (our number differs for a reason that an overlay file
// states), or is wrong; any wrong one makes it exit with 1.
//
//	go run ./internal/agreement ../shared/corpus
package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

func main() {
	dir := os.Getenv("TOLLGATE_CORPUS")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if dir == "" {
		fmt.Fprintln(os.Stderr, "usage: agreement DIR, or set TOLLGATE_CORPUS")
		os.Exit(2)
	}
	entries, err := load(dir)
	if err == nil {
		err = overlay("parsers/testdata/overlay", entries)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	rows := walk(dir, entries)
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "format\tfiles\tagree\tstand by\twrong\t")
	wrong := 0
	for _, t := range table(rows) {
		note := ""
		switch {
		case t.Files == 0:
			note = "unproven"
		case !t.Known:
			note = "not read yet: inconclusive, as it must be"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\n", t.Format, t.Files, t.Agree, t.StandBy, t.Wrong, note)
		wrong += t.Wrong
	}
	w.Flush()
	for _, r := range rows {
		if r.Answer == wrongAnswer {
			fmt.Printf("\n%s\n  %s\n", r.Entry.File, r.Why)
		}
	}
	if wrong > 0 {
		os.Exit(1)
	}
}
