package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	begin = "<!-- written by internal/fuzz -update-docs, a row for each target that ran -->\n"
	head  = "| target | time | executions | new interesting | corpus | failures | commit |\n|---|---|---|---|---|---|---|\n"
)

// table is what came of every target, for people and for the page.
func table(results []result) string {
	rows := map[string]string{}
	for _, r := range results {
		rows[r.key()] = r.row()
	}
	return head + sorted(rows)
}

// key is the first cell of a row.
func (r result) key() string {
	_, pkg, _ := strings.Cut(r.pkg, "tollgate/")
	return fmt.Sprintf("%s %s", pkg, r.target)
}

func (r result) row() string {
	failures := "none"
	if r.failure != "" {
		failures = "**" + strings.NewReplacer("|", `\|`, "\n", " ").Replace(r.failure) + "** " + r.input
	}
	return fmt.Sprintf("| %s | %s | %d | %d | %d | %s | %s |\n", r.key(), r.elapsed.Round(time.Second), r.execs, r.interesting, r.corpus, failures, r.commit)
}

func sorted(rows map[string]string) string {
	var keys []string
	for k := range rows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(rows[k])
	}
	return b.String()
}

// updated puts results into the table of the page. Rows of targets that did not
// run stay as they are.
func updated(page string, results []result) (string, error) {
	before, rest, ok := strings.Cut(page, begin+head)
	if !ok {
		return "", errors.New("the page has no table to write to; it begins with " + strings.TrimSpace(begin))
	}
	rows := map[string]string{}
	for strings.HasPrefix(rest, "| ") {
		row, after, _ := strings.Cut(rest, "\n")
		key, _, _ := strings.Cut(row[2:], " |")
		rows[key] = row + "\n"
		rest = after
	}
	for _, r := range results {
		rows[r.key()] = r.row()
	}
	return before + begin + head + sorted(rows) + rest, nil
}
