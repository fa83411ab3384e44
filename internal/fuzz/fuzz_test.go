package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestProgressIsReadFromTheLastLine(t *testing.T) {
	var r result
	for _, line := range []string{
		"fuzz: elapsed: 0s, gathering baseline coverage: 34/34 completed, now fuzzing with 2 workers",
		"fuzz: elapsed: 3s, execs: 63474 (21133/sec), new interesting: 7 (total: 41)",
		"fuzz: minimizing 34-byte failing input file",
		"fuzz: elapsed: 5s, execs: 104175 (20066/sec), new interesting: 8 (total: 42)",
		"PASS",
	} {
		r.progress(line)
	}
	if r.execs != 104175 || r.interesting != 8 {
		t.Errorf("%+v", r)
	}
}

func TestWhatCountsAsAFailure(t *testing.T) {
	exit := errors.New("exit status 1")
	for _, tt := range []struct {
		about          string
		err            error
		log            string
		failure, input string
	}{
		{"it passes", nil, "PASS", "", ""},
		{"an input", exit, "--- FAIL: FuzzX (0.03s)\n    --- FAIL: FuzzX (0.00s)\n        a_test.go:9: differs\n    \n    Failing input written to testdata/fuzz/FuzzX/12ab\n    To re-run:",
			"a_test.go:9: differs", "testdata/fuzz/FuzzX/12ab"},
		{"the time is up", exit, "--- FAIL: FuzzX (3.03s)\n    context deadline exceeded\nFAIL", "", ""},
		{"the program dies", exit, "panic: boom\ngoroutine 1", "exit status 1", ""},
	} {
		r := result{}
		r.judge(tt.err, strings.Split(tt.log, "\n"))
		if r.failure != tt.failure || r.input != tt.input {
			t.Errorf("%s: %q, %q", tt.about, r.failure, r.input)
		}
	}
}

func TestAPartialRunKeepsTheOtherRows(t *testing.T) {
	const pkg = "github.com/tollgate-ci/tollgate/parsers"
	old := "# Fuzzing\n\n" + begin + head + "| parsers FuzzParse/lcov | 3m0s | 1 | 1 | 1 | none | aaaaaaa |\n| parsers FuzzParse/tap | 3m0s | 5 | 5 | 5 | none | aaaaaaa |\n\nThe end.\n"
	got, err := updated(old, []result{
		{target: target{pkg: pkg, name: "FuzzParse", format: "tap"}, elapsed: 10 * time.Second, execs: 9, interesting: 2, corpus: 7, commit: "bbbbbbb"},
		{target: target{pkg: pkg + "/coverage", name: "FuzzLCOV"}, failure: "a | b", input: "testdata/x"},
	})
	want := "# Fuzzing\n\n" + begin + head + "| parsers FuzzParse/lcov | 3m0s | 1 | 1 | 1 | none | aaaaaaa |\n| parsers FuzzParse/tap | 10s | 9 | 2 | 7 | none | bbbbbbb |\n" +
		"| parsers/coverage FuzzLCOV | 0s | 0 | 0 | 0 | **a \\| b** testdata/x |  |\n\nThe end.\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := updated("# Fuzzing\n", nil); err == nil {
		t.Error("a page without a table is written to")
	}
}
