// Command agreement compares what Tollgate reads with numbers that are known
// otherwise: those of the reports that real runners made of small programs, in
// parsers/testdata/runners, and those that others recorded for the files of a
// corpus folder, if TOLLGATE_CORPUS or the first argument names one. It prints a
// table per format. A file agrees, stands by (our number differs for a reason that
// an overlay file states), or is wrong; any wrong one, and any two reports of one
// run that contradict each other, make it exit with 1.
//
//	go run ./internal/agreement [../shared/corpus]
package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

func main() {
	corpus := os.Getenv("TOLLGATE_CORPUS")
	if len(os.Args) > 1 {
		corpus = os.Args[1]
	}
	rows, err := compare("parsers/testdata", corpus)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if bad := report(os.Stdout, rows); bad > 0 {
		os.Exit(1)
	}
}

// compare judges the reports of the runners below testdata and, if it is named,
// the files of a corpus.
func compare(testdata, corpus string) ([]row, error) {
	entries, err := loadRunners(testdata + "/runners")
	if err != nil {
		return nil, err
	}
	if corpus != "" {
		files, err := load(corpus)
		if err != nil {
			return nil, err
		}
		if err := overlay(testdata+"/overlay", files); err != nil {
			return nil, err
		}
		adoptFamilies(files)
		entries = append(entries, files...)
	}
	return walk(entries), nil
}

// report prints the table and what is wrong, and gives how much that is.
func report(out io.Writer, rows []row) int {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "format\tcorpus files\treal reports\tagree\tstand by\twrong\t")
	for _, l := range table(rows) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", l.Format, l.Corpus, l.Real, l.Agree, l.StandBy, l.Wrong, l.note())
	}
	w.Flush()
	bad := 0
	for _, r := range rows {
		if r.Answer == wrongAnswer {
			bad++
			fmt.Fprintf(out, "\n%s\n  %s\n", r.Entry.File, r.Why)
		}
	}
	for _, q := range quarrels(rows) {
		bad++
		fmt.Fprintf(out, "\n%s\n", q)
	}
	return bad
}
