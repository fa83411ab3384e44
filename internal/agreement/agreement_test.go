package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const testdata = "../../parsers/testdata"

var update = flag.Bool("update", false, "rewrite docs/agreement.md")

// TestRunners holds every reader to the reports that real tools made of programs
// whose outcome is known by construction. R1 R3 R4
func TestRunners(t *testing.T) {
	rows, err := compare(testdata, "")
	if err != nil {
		t.Fatal(err)
	}
	hold(t, rows)
}

// TestCorpus holds every reader to the numbers that others recorded. R1 R3 R4
func TestCorpus(t *testing.T) {
	rows, err := compare(testdata, corpus(t))
	if err != nil {
		t.Fatal(err)
	}
	hold(t, rows)
}

func corpus(t *testing.T) string {
	dir := os.Getenv("TOLLGATE_CORPUS")
	if dir == "" {
		if os.Getenv("TOLLGATE_REQUIRE_CORPUS") != "" {
			t.Fatal("TOLLGATE_REQUIRE_CORPUS is set, but TOLLGATE_CORPUS is not")
		}
		t.Skip("the corpus is not here: set TOLLGATE_CORPUS to its folder to compare with recorded numbers")
	}
	return dir
}

func hold(t *testing.T, rows []row) {
	for _, r := range rows {
		if r.Answer == wrongAnswer {
			t.Errorf("%s\n  %s", r.Entry.File, r.Why)
		}
	}
	for _, q := range quarrels(rows) {
		t.Error(q)
	}
}

// TestARunnerIsComplete breaks a good folder in one way after another.
func TestARunnerIsComplete(t *testing.T) {
	const (
		good  = "TAP version 13\n1..2\nok 1 - a\nnot ok 2 - b\n"
		entry = `{"file":"report.tap","kind":"tests","format":"tap","note":"a holds, b fails","tests":2,"passed":1,"failed":1,"errors":0,"skipped":0}`
	)
	for _, c := range []struct {
		name string
		with map[string]string // files in place of the good ones; "" takes one away
		want string            // in the error, or in what is said of the reports
	}{
		{"as it should be", nil, ""},
		{"no make.sh", map[string]string{"make.sh": ""}, "make.sh"},
		{"no expect.json", map[string]string{"expect.json": ""}, "expect.json"},
		{"a report that is not listed", map[string]string{"other.tap": good}, "says nothing of other.tap"},
		{"a listed file that is not there", map[string]string{"report.tap": ""}, "no such file"},
		{"a key that no one reads", map[string]string{"expect.json": `[` + strings.Replace(entry, "tests\":2", "test\":2", 1) + `]`}, "unknown field"},
		{"a format that no one reads", map[string]string{"expect.json": `[` + strings.Replace(entry, `"tap"`, `"pat"`, 1) + `]`}, `"pat"`},
		{"a kind that is not the format's", map[string]string{"expect.json": `[` + strings.Replace(entry, `"kind":"tests"`, `"kind":"coverage"`, 1) + `]`}, "does not speak of"},
		{"numbers without a reason", map[string]string{"expect.json": `[` + strings.Replace(entry, `a holds, b fails`, ``, 1) + `]`}, "no note"},
		{"numbers that are not so", map[string]string{"expect.json": `[` + strings.Replace(entry, `"passed":1`, `"passed":2`, 1) + `]`}, "passed is 1, expected 2"},
		{"a run that did not end", map[string]string{"report.tap": good + "Bail out!\n"}, "conclusive is false"},
		{"an end that was to be missed", map[string]string{"expect.json": `[` + strings.Replace(entry, `}`, `,"inconclusive":true}`, 1) + `]`}, "conclusive is true"},
		{"two reports of one run that differ", family(entry, "other.tap", `"passed":0,"failed":2`, "1..2\nnot ok 1\nnot ok 2\n"), "passed 0, but 1 of the same run"},
		{"a difference that is not there", map[string]string{"expect.json": family(entry, "other.tap", `"passed":1,"failed":1,"differs":["failed"]`, good)["expect.json"], "other.tap": good}, "differs in failed by its expect.json, but agrees"},
		{"a difference that is known", family(entry, "other.tap", `"passed":0,"failed":2,"differs":["passed","failed"]`, "1..2\nnot ok 1\nnot ok 2\n"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"make.sh": "#!/bin/sh\n", "orders.t": "use Test::More;\n", "report.tap": good, "expect.json": `[` + entry + `]`}
			for name, text := range c.with {
				files[name] = text
			}
			folder := filepath.Join(dir, "runners", "prove")
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			for name, text := range files {
				if text == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var said strings.Builder
			rows, err := compare(dir, "")
			if err != nil {
				said.WriteString(err.Error())
			}
			bad := err != nil || report(&said, rows) > 0
			if bad != (c.want != "") || !strings.Contains(said.String(), c.want) {
				t.Errorf("want %q in\n%s", c.want, said.String())
			}
		})
	}
}

// family is the good report and another of the same run.
func family(entry, file, numbers, text string) map[string]string {
	entry = strings.Replace(entry, `}`, `,"family":"run"}`, 1)
	other := strings.NewReplacer("report.tap", file, `"passed":1,"failed":1`, numbers).Replace(entry)
	return map[string]string{"expect.json": `[` + entry + `,` + other + `]`, file: text}
}

// TestPageIsCurrent holds docs/agreement.md to the table. Without a corpus it looks
// at the runners alone.
func TestPageIsCurrent(t *testing.T) {
	const file = "../../docs/agreement.md"
	rows, err := compare(testdata, os.Getenv("TOLLGATE_CORPUS"))
	if err != nil {
		t.Fatal(err)
	}
	got := page(rows)
	if *update {
		if os.Getenv("TOLLGATE_CORPUS") == "" {
			t.Fatal("the page shows the corpus too: set TOLLGATE_CORPUS")
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(data)
	if os.Getenv("TOLLGATE_CORPUS") == "" {
		_, got, _ = strings.Cut(got, runnersHeading)
		_, want, _ = strings.Cut(want, runnersHeading)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/agreement.md is not what the comparison says; rewrite it with -update:\n%s", diff)
	}
}
