package testresult

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

// readAs parses a text with one format.
func readAs(t testing.TB, f format.Format, doc string) *evidence.Report {
	t.Helper()
	r := &evidence.Report{Source: "report"}
	if err := f.Parse(context.Background(), format.Source{Name: "report", Reader: strings.NewReader(doc)}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// The numbers are counted by hand after the specifications of TAP 13 and 14.
func TestTAPCases(t *testing.T) {
	for name, tc := range map[string]struct {
		doc   string
		want  []string
		sound bool
	}{
		"a plan first":                    {"1..2\nok 1 - a\nnot ok 2 - b\n", []string{"passed  a", "failed  b"}, true},
		"a plan last":                     {"ok 1 - a\nnot ok 2 - b\n1..2\n", []string{"passed  a", "failed  b"}, true},
		"a plan last without a newline":   {"ok 1 - a\n1..1", []string{"passed  a"}, true},
		"a point without a newline":       {"1..1\nok 1 - a", []string{"passed  a"}, false},
		"no names and no numbers":         {"1..3\nok\nnot ok\nok\n", []string{"passed  #1", "failed  #2", "passed  #3"}, true},
		"out of order, each once":         {"1..3\nok 3 c\nok 1 a\nok 2 b\n", []string{"passed  c", "passed  a", "passed  b"}, true},
		"a number twice, one missing":     {"1..3\nok 1\nok 3\nok 3\n", []string{"passed  #1", "passed  #3", "passed  #3"}, false},
		"a number beyond the plan":        {"1..2\nok 1\nok 5\n", []string{"passed  #1", "passed  #5"}, false},
		"fewer than planned":              {"1..3\nok 1 a\nok 2 b\n", []string{"passed  a", "passed  b"}, false},
		"more than planned":               {"1..1\nok 1 a\nok 2 b\n", []string{"passed  a", "passed  b"}, false},
		"no plan":                         {"TAP version 13\nok 1 a\n", []string{"passed  a"}, false},
		"two plans":                       {"1..1\nok 1 a\n1..1\n", []string{"passed  a"}, false},
		"nothing but a version":           {"TAP version 13\n", nil, false},
		"a version to come":               {"TAP version 15\n1..1\nok 1 a\n", []string{"passed  a"}, false},
		"files joined":                    {"TAP version 13\n1..1\nok 1 a\nTAP version 13\n1..1\nok 1 b\n", []string{"passed  a", "passed  b"}, true},
		"files joined, the first is cut":  {"TAP version 13\n1..2\nok 1 a\nTAP version 13\n1..1\nok 1 b\n", []string{"passed  a", "passed  b"}, false},
		"all skipped":                     {"1..0 # SKIP no display\n", nil, true},
		"a plan of nothing, and points":   {"1..0\nok 1 a\n", []string{"passed  a"}, false},
		"a plan amid the points":          {"ok 1 a\n1..2\nok 2 b\n", []string{"passed  a", "passed  b"}, true},
		"skip in any case":                {"1..2\nok 1 a # skip\nok 2 b # Skipped: why\n", []string{"skipped  a", "skipped  b"}, true},
		"not ok and skipped":              {"1..1\nnot ok 1 a # SKIP\n", []string{"skipped  a"}, true},
		"todo":                            {"1..2\nnot ok 1 a # Todo later\nok 2 b # todo\n", []string{"skipped  a", "passed  b"}, true},
		"no directive":                    {"1..3\nok 1 a \\# SKIP b\nnot ok 2 c#ToDo\nnot ok 3 issue #4 todo\n", []string{"passed  a # SKIP b", "failed  c#ToDo", "failed  issue #4 todo"}, true},
		"a directive after another hash":  {"1..1\nok 1 issue #4 # SKIP\n", []string{"skipped  issue #4"}, true},
		"todos is another word":           {"1..1\nnot ok 1 a # todos are listed\n", []string{"failed  a # todos are listed"}, true},
		"bail out":                        {"1..2\nok 1 a\nok 2 b\nBail out! no disk\n", []string{"passed  a", "passed  b", "errored  [bail out]"}, false},
		"words that begin like points":    {"1..1\nokay then\nnot okay\nok 1 a\nnothing\n", []string{"passed  a"}, true},
		"what is in a YAML block":         {"1..1\nok 1 a\n  ---\n  not ok 2\n  stack: |\n    not ok 3\n  ...\n", []string{"passed  a"}, true},
		"nothing hides in an open block":  {"1..2\nok 1 a\n  ---\n  message: x\nnot ok 2 b\n", []string{"passed  a", "failed  b"}, true},
		"a block that is cut":             {"1..1\nnot ok 1 a\n  ---\n  message: x\n", []string{"failed  a"}, false},
		"strict":                          {"pragma +strict\n1..1\nok 1 a\nhello\n", []string{"passed  a"}, false},
		"strict no more":                  {"pragma +strict\npragma -strict\n1..1\nok 1 a\nhello\n", []string{"passed  a"}, true},
		"a failing subtest is not hidden": {"1..1\n    1..1\n    not ok 1 - x\nok 1 - sum\n", []string{"failed  x", "passed  sum"}, true},
		"a subtest without a plan":        {"1..1\n    ok 1 - x\nok 1 - sum\n", []string{"passed  x", "passed  sum"}, false},
		"a subtest that is short":         {"1..1\n    1..2\n    ok 1 - x\nok 1 - sum\n", []string{"passed  x", "passed  sum"}, false},
		"Perl's title":                    {"1..1\n    # Subtest: in\n    ok 1 - x\n    1..1\nok 1 - in\n", []string{"passed in x", "passed  in"}, true},
		"Node's titles":                   {"# Subtest: in\n    # Subtest: x\n    ok 1 - x\n    1..1\nok 1 - in\n# Subtest: on\nok 2 - on\n1..2\n", []string{"passed in x", "passed  in", "passed  on"}, true},
		"braces":                          {"1..1\nok 1 - in {\n    ok 1 - x\n    1..1\n}\n", []string{"passed  in", "passed in x"}, true},
		"braces that are cut":             {"1..1\nok 1 - in {\n    ok 1 - x\n    1..1\n", []string{"passed  in", "passed in x"}, false},
		"stated failures":                 {"1..1\nok 1 a\n# tests 1\n# fail 1\n", []string{"passed  a"}, false},
		"stated failures that are listed": {"1..2\nok 1 a\nnot ok 2 b\n# tests 2\n# pass  1\n# fail  1\n", []string{"passed  a", "failed  b"}, true},
		"stated tests that are missing":   {"1..1\nok 1 a\n# tests 2\n", []string{"passed  a"}, false},
		"KTAP, two spaces":                {"KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n    1..1\n    not ok 1 x\n  not ok 1 y\nok 1 z\n", []string{"failed  x", "failed  y", "passed  z"}, true},
		"KTAP, a subtest without a plan":  {"KTAP version 1\n1..1\n    # Subtest: in\n    ok 1 x\n    ok 2 y\nok 1 in\n", []string{"passed in x", "passed in y", "passed  in"}, true},
		"KTAP, a file without a plan":     {"KTAP version 1\nok 1 x\n", []string{"passed  x"}, false},
		"KTAP, what a test prints":        {"KTAP version 1\n1..2\n   okay then\nok 1 x\n     # no title\nok 2 y\n", []string{"passed  x", "passed  y"}, true},
		// As TAP::Parser 3.44 of Perl counts its own samples vms_nit, todo and zero_valid.
		"not in a line of its own":        {"1..3\nnot \nok 1\nok 2\nnot\n\nok 3\n", []string{"failed  #1", "passed  #2", "passed  #3"}, true},
		"todo that Vitest did not run":    {"1..3\nok 1 - a # todo\nok 2 - b # time=1.5ms\nnot ok 3 - c # todo\n", []string{"skipped  a", "passed  b", "skipped  c"}, true},
		"todo in the plan":                {"1..5 todo 3 2;\nok 1\nok 2\nnot ok 3\nnot ok 4\nok 5\n", []string{"passed  #1", "passed  #2", "skipped  #3", "failed  #4", "passed  #5"}, true},
		"a plan that only speaks of todo": {"1..1 todo all\nnot ok 1\n", []string{"failed  #1"}, true},
		"test number 0":                   {"1..2\nok 1\nok 0 - b\n", []string{"passed  #1", "passed  b"}, false},
		"two spaces without a plan":       {"TAP version 13\n1..1\n  not ok 1 x\nok 1 y\n", []string{"failed  x", "passed  y"}, false},
		"two spaces, and two more":        {"TAP version 13\n1..1\n  1..1\n    not ok 1 x\n    1..1\n  not ok 1 y\nnot ok 1 z\n", []string{"failed  x", "failed  y", "failed  z"}, true},
		"two spaces behind the parent":    {"TAP version 13\n1..2\nnot ok 1 a\n  not ok 1 x\n  1..1\nok 2 b\n  ok 1 y\n  1..1\n", []string{"failed  a", "failed  x", "passed  b", "passed  y"}, true},
		"three spaces and a title":        {"1..1\n   # Subtest: in\n   ok 1 x\n   1..1\nok 1 in\n", []string{"passed in x", "passed  in"}, true},
		"two spaces that a test prints":   {"1..2\n  ok then\nok 1 x\n  not okay\nok 2 y\n", []string{"passed  x", "passed  y"}, true},
		"two spaces amid four":            {"1..1\n    1..1\n  ok 7 printed\n    ok 1 x\nok 1 y\n", []string{"passed  x", "passed  y"}, true},
		"Vitest's diagnostics":            {"1..2\nnot ok 1 - a # time=1.25ms\n    ---\n    error:\n        message: \"not ok 9\"\n    not: ok\n    ...\nok 2 - b\n", []string{"failed  a", "passed  b"}, true},
		"nothing hides in Vitest's":       {"1..2\nok 1 a\n    ---\n    not ok 1 - x\n    1..1\nnot ok 2 - in\n", []string{"passed  a", "failed  x", "failed  in"}, true},
		"a plan beyond counting":          {"1..99999999999999999999\nok 1 a\n", []string{"passed  a"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := readAs(t, TAP, tc.doc)
			if diff := cmp.Diff(tc.want, inBrief(r)); diff != "" {
				t.Error(diff)
			}
			if r.Conclusive() != tc.sound {
				t.Errorf("conclusive is %t: %v", r.Conclusive(), r.Problems)
			}
		})
	}
}

func TestTAPDetails(t *testing.T) {
	r := readAs(t, TAP, "1..4\nnot ok 1 a\n  ---\n  message: 'it broke'\n  duration_ms: 12.5\n  at:\n    file: a.js\n    line: 7\n  ...\n"+
		"not ok 2 b\n# why\n# so\nok 3 c # time=3ms\nnot ok 4 d\n  ---\n  error: |-\n    one\n    two\n  location: '/x/a.js:9:3'\n  ...\n")
	want := []evidence.Case{
		{Name: "a", Outcome: evidence.Failed, Duration: 12500 * time.Microsecond, At: evidence.Pos{Line: 2}, Detail: evidence.Detail{Message: "it broke", File: "a.js", Line: 7}},
		{Name: "b", Outcome: evidence.Failed, At: evidence.Pos{Line: 10}, Detail: evidence.Detail{Message: "why\nso"}},
		{Name: "c", Outcome: evidence.Passed, Duration: 3 * time.Millisecond, At: evidence.Pos{Line: 13}},
		{Name: "d", Outcome: evidence.Failed, At: evidence.Pos{Line: 14}, Detail: evidence.Detail{Message: "one\ntwo", File: "/x/a.js", Line: 9}},
	}
	var got []evidence.Case
	for _, c := range r.Cases.All() {
		got = append(got, c)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// As packages/vitest/src/node/reporters/tap.ts writes a failure with two errors, in a file and a suite.
	r = readAs(t, TAP, "TAP version 13\n1..1\nnot ok 1 - a.test.ts # time=9.50ms {\n    1..1\n    not ok 1 - sums # time=2.25ms\n        ---\n        error:\n"+
		"            name: \"AssertionError\"\n            message: \"expected 5 to be 4\"\n        at: \"/w/a.test.ts:5:34\"\n        actual: \"5\"\n        expected: \"4\"\n"+
		"        ---\n        error:\n            name: \"Error\"\n            message: \"second\"\n        ...\n}\n")
	want = []evidence.Case{
		{Name: "a.test.ts", Outcome: evidence.Failed, Duration: 9500 * time.Microsecond, At: evidence.Pos{Line: 3}},
		{Suite: "a.test.ts", Name: "sums", Outcome: evidence.Failed, Duration: 2250 * time.Microsecond, At: evidence.Pos{Line: 5},
			Detail: evidence.Detail{Message: "expected 5 to be 4", File: "/w/a.test.ts", Line: 5}},
	}
	got = nil
	for _, c := range r.Cases.All() {
		got = append(got, c)
	}
	if diff := cmp.Diff(want, got); diff != "" || !r.Conclusive() {
		t.Error(diff, r.Problems)
	}
	if p := readAs(t, TAP, "1..3\nok 1\n").Problems[0]; p.Pos != (evidence.Pos{File: "report", Line: 1, Col: 1}) {
		t.Errorf("the plan that is not kept is not named: %v", p)
	}
}

func TestTAPSniff(t *testing.T) {
	for name, tc := range map[string]struct {
		head string
		want bool
	}{
		"a version":                     {"TAP version 13\n", true},
		"npm's banner before":           {"\n> app@1.0.0 test\n> tap\n\nTAP version 14\n", true},
		"a plan and a point":            {"1..1\nok 1\n", true},
		"a plan that skips all":         {"1..0 # SKIP\n", true},
		"a numbered point":              {"# go\nok 1 - a\n", true},
		"points, then a plan":           {"ok - a\n+---+\nok\n1..2\n", true},
		"plain text":                    {"everything is ok\nok\n", false},
		"a sentence":                    {"ok then, 1..2\n", false},
		"go test":                       {"ok  \texample.com/a\t0.01s\nok  \texample.com/b\t0.01s\n", false},
		"go test -v that prints TAP":    {"=== RUN   TestA\nTAP version 13\n1..1\nok 1\n", false},
		"JSON":                          {"{\n1..1\nok 1\n", false},
		"XML":                           {"<a>\nok 1 - a\n1..1\n", false},
		"a list of sums":                {"# total\n1..3 are fine\n", false},
		"nothing":                       {"", false},
		"a point amid a log, unplanned": {"starting\nok 1 - a\n", false},
	} {
		if got := TAP.Sniff("report", []byte(tc.head)); got != tc.want {
			t.Errorf("%s: claimed = %t", name, got)
		}
	}
}

var tapFailure = regexp.MustCompile(`(?m)^not ok( |$)[^#{\\]*$`)

// FuzzTAP holds the reader to a count of the plainest failures, which no oddity around
// them may hide.
func FuzzTAP(f *testing.F) {
	files, _ := filepath.Glob("testdata/tap/*.tap")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.ContainsAny(data, "\r") || bytes.Contains(data, []byte("---")) {
			readAs(t, TAP, string(data))
			return
		}
		c := readAs(t, TAP, string(data)).TestCounts()
		if n := len(tapFailure.FindAll(data, -1)); uint64(n) > c.Failed {
			t.Errorf("%d plain failures, %+v", n, c)
		}
	})
}

func tapLog(n int) []byte {
	var b bytes.Buffer
	b.WriteString("TAP version 13\n")
	for i := range n {
		if i%40 == 0 {
			fmt.Fprintf(&b, "not ok %d - the service returns %d for a request\n  ---\n  message: 'expected 1 but was 2'\n  duration_ms: 1.5\n  stack: |\n", i+1, i)
			for range 8 {
				b.WriteString("    at Object.<anonymous> (/home/runner/work/app/test/service.test.js:12:34)\n")
			}
			b.WriteString("  ...\n")
			continue
		}
		fmt.Fprintf(&b, "ok %d - the service returns %d for a request\n  ---\n  duration_ms: 0.1875\n  ...\n", i+1, i)
	}
	fmt.Fprintf(&b, "1..%d\n", n)
	return b.Bytes()
}

func BenchmarkTAP(b *testing.B) {
	data := tapLog(50_000)
	b.Run("tollgate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := &evidence.Report{}
			if err := TAP.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || r.Cases.Counts() != (evidence.Counts{Passed: 48_750, Failed: 1250}) || !r.Conclusive() {
				b.Fatal(err, r.Cases.Counts(), r.Problems)
			}
		}
	})
	b.Run("bufio-scanner", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			n := 0
			for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
				n += len(strings.Fields(s.Text()))
			}
		}
	})
}
