package parsers

import (
	"cmp"
	"fmt"
	"strings"
)

// Markdown is the reference of the formats, docs/formats.md, made from the table.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`# Formats

Tollgate tells a format by the contents of a file, never by its name. What it sees in one of
yours: ` + "`tollgate inspect FILE`" + `. Gzip and UTF-16 are undone, a byte order mark is dropped. What is
broken, cut short, empty or of no known format is inconclusive: never zero tests, zero coverage or
zero findings.

A format whose reports state when they were made has it in the last column: the latest such time in the file is what
` + "`expect: {age: 24h}`" + ` of a source counts from. A report of another format states no time, and is inconclusive there. Where a
time names no zone, UTC is assumed.

| format | speaks of | written by | states a time |
|---|---|---|---|
`)
	for _, f := range Formats {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", f.Name, f.Name, kinds(f), f.Title, cmp.Or(f.Times, "no"))
	}
	for _, f := range Formats {
		// An element's name is text here, not markup.
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", f.Name, strings.ReplaceAll(strings.TrimSpace(f.Doc), "<", "&lt;"))
	}
	return b.String()
}

func kinds(f Format) string {
	var names []string
	for _, k := range f.AllKinds() {
		names = append(names, k.String())
	}
	return strings.Join(names, ", ")
}
