package testresult

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
)

const (
	textRun  = "=== RUN   TestA\n"
	textPass = "--- PASS: TestA (0.01s)\n"
	textFail = "--- FAIL: TestA (0.01s)\n"
	textOK   = "PASS\nok  \tp\t0.1s\n"
	textBad  = "FAIL\nexit status 1\nFAIL\tp\t0.1s\nFAIL\n"
)

// The cases are what go test means by these lines, listed by hand.
func TestGoTestTextCases(t *testing.T) {
	for name, tc := range map[string]struct {
		doc   string
		want  []string
		sound bool
	}{
		"a pass":                         {textRun + textPass + textOK, []string{"passed p TestA"}, true},
		"a failure":                      {textRun + textFail + textBad, []string{"failed p TestA"}, true},
		"a failure without -v":           {textFail + textBad, []string{"failed p TestA"}, true},
		"a skip":                         {textRun + "--- SKIP: TestA (0.00s)\n" + textOK, []string{"skipped p TestA"}, true},
		"Go 1.4":                         {"=== RUN TestA\n--- PASS: TestA (0.01 seconds)\n" + textOK, []string{"passed p TestA"}, true},
		"behind printed text":            {textRun + "a b--- PASS: TestA (0.01s)\n" + textOK, []string{"passed p TestA"}, true},
		"begun behind printed text":      {"dots...=== RUN   TestA\n" + textPass + textOK, []string{"passed p TestA"}, true},
		"test2json's marks":              {"\x16" + textRun + "\x16" + textPass + textOK, []string{"passed p TestA"}, true},
		"begun and without a result":     {textRun + textBad, []string{"errored p TestA"}, true},
		"without a result, package ok":   {textRun + textOK, []string{"errored p TestA"}, true},
		"a pass that had not begun":      {textPass + textOK, nil, true},
		"a failure that had not begun":   {textFail + textOK, []string{"failed p TestA"}, true},
		"twice":                          {textRun + textPass + textRun + textPass + textOK, []string{"passed p TestA", "passed p TestA"}, true},
		"begun twice with one result":    {textRun + textRun + textPass + textOK, []string{"errored p TestA", "passed p TestA"}, true},
		"failed twice":                   {textRun + textFail + textFail + textBad, []string{"failed p TestA", "failed p TestA"}, true},
		"no package line":                {textRun + textPass + "PASS\n", []string{"passed  TestA"}, false},
		"the last package has no line":   {textRun + textPass + textOK + textRun, []string{"passed p TestA", "errored  TestA"}, false},
		"two packages":                   {textRun + textPass + textOK + textRun + textPass + "ok  \tq\t(cached)\n", []string{"passed p TestA", "passed q TestA"}, true},
		"a package that fails alone":     {textRun + textPass + textBad, []string{"passed p TestA", "errored p [package]"}, true},
		"a build":                        {"# p [p.test]\n./a.go:1:2: x\nFAIL\tp [build failed]\nFAIL\n", []string{"errored p [build failed]"}, true},
		"a set-up":                       {"FAIL\tp [setup failed]\nFAIL\n", []string{"errored p [setup failed]"}, true},
		"a build amid another's tests":   {textRun + "FAIL\tq [build failed]\n" + textPass + textOK, []string{"errored q [build failed]", "passed p TestA"}, true},
		"a FAIL that no test explains":   {textRun + textPass + textOK + "FAIL\n", []string{"passed p TestA"}, false},
		"a benchmark that held":          {"BenchmarkX\nBenchmarkX-8 \t 100 \t 2 ns/op\n" + textOK, nil, true},
		"a benchmark that failed":        {"BenchmarkX\n    a_test.go:1: no\n--- FAIL: BenchmarkX\n" + textBad, []string{"failed p BenchmarkX"}, true},
		"a benchmark that panicked":      {"BenchmarkX\npanic: no\n" + textBad, []string{"errored p [package]"}, true},
		"no tests":                       {"?   \tq\t[no test files]\nok  \tp\t0.1s [no tests to run]\n", nil, true},
		"spaces instead of tabs":         {textRun + textPass + "ok      p 0.1s\n", []string{"passed p TestA"}, true},
		"a package line without newline": {textRun + textPass + "ok  \tp\t0.1s", []string{"passed p TestA"}, true},
		"a package line that is cut":     {textRun + textPass + "ok  \tp\t0.1", []string{"passed  TestA"}, false},
		"only downloads":                 {"go: downloading x v1\n", nil, false},
		"a failure quoted amid text":     {textRun + "got --- FAIL: TestB (0.00s)\n" + textPass + textOK, []string{"passed p TestA"}, true},
		"other words":                    {textRun + "okay\nok then\nFAIL early\n--- PASS nothing\n" + textPass + textOK, []string{"passed p TestA"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := readAs(t, GoTestText, tc.doc)
			if diff := cmp.Diff(tc.want, inBrief(r)); diff != "" {
				t.Error(diff)
			}
			if r.Conclusive() != tc.sound {
				t.Errorf("conclusive is %t: %v", r.Conclusive(), r.Problems)
			}
		})
	}
}

func TestGoTestTextMessages(t *testing.T) {
	for name, tc := range map[string]struct{ doc, want string }{
		"printed before the result": {textRun + "    a_test.go:7: no \"way\"\n" + textFail + textBad, "    a_test.go:7: no \"way\""},
		"printed after the result":  {textRun + textFail + "    a_test.go:7: no\n" + textBad, "    a_test.go:7: no"},
		"a panic after the result":  {textRun + textFail + "panic: boom\n\ngoroutine 1 [running]:\n" + textBad, "panic: boom\n\ngoroutine 1 [running]:\nFAIL\nexit status 1"},
		"of a parallel test":        {textRun + "=== PAUSE TestA\n=== RUN   TestB\n    b_test.go:1: b\n=== CONT  TestA\n    a_test.go:1: a\n" + textFail + "--- PASS: TestB (0.00s)\n" + textBad, "    a_test.go:1: a"},
		"of the compiler":           {"# p [p.test]\n./a.go:1:2: undefined: x\\y\nFAIL\tp [build failed]\n", "./a.go:1:2: undefined: x\\y\nFAIL\tp [build failed]"},
		"of vet":                    {"# p\n# [p]\n./a.go:1:2: vet\nFAIL\tp [build failed]\n", "./a.go:1:2: vet\nFAIL\tp [build failed]"},
		"of a benchmark":            {"BenchmarkX\n    a_test.go:1: no\n--- FAIL: BenchmarkX\n" + textBad, "    a_test.go:1: no"},
	} {
		if got := readAs(t, GoTestText, tc.doc).Cases.At(0).Message; got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestGoTestTextSniff(t *testing.T) {
	for name, tc := range map[string]struct {
		head string
		want bool
	}{
		"with -v":                   {textRun + textPass + textOK, true},
		"without -v":                {"ok  \tp\t0.1s\n", true},
		"a failure without -v":      {textFail + textBad, true},
		"no test files":             {"?   \tp\t[no test files]\n", true},
		"printing events":           {textRun + goRun, true},
		"nothing built":             {"# p\n./a.go:1:2: x\nFAIL\tp [build failed]\nFAIL\n", true},
		"nothing built, and no end": {"# p\n./a.go:1:2: x\nFAIL\tp [build failed]\n", false},
		"events":                    {goRun + goPass, false},
		"TAP":                       {"TAP version 13\n1..2\nok 1 - a\nok 2 2s\n", false},
		"a diff":                    {"--- a/x.go\n+++ b/x.go\n", false},
		"plain text":                {"ok so far\nFAIL\n", false},
		"XML":                       {"<a>\nok  \tp\t0.1s\n", false},
		"nothing":                   {"", false},
	} {
		if got := GoTestText.Sniff("report", []byte(tc.head)); got != tc.want {
			t.Errorf("%s: claimed = %t", name, got)
		}
	}
}

var goTextFailure = regexp.MustCompile(`(?m)^ *--- FAIL: \S+ \(\d+\.\d\ds\)$`)

// FuzzGoTestText holds the reader to never losing a line that says FAIL.
func FuzzGoTestText(f *testing.F) {
	files, _ := filepath.Glob("testdata/go-test-v-text/*.txt")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := readAs(t, GoTestText, string(data))
		c := r.Cases.Counts()
		if n := len(goTextFailure.FindAll(data, -1)); uint64(n) > c.Failed {
			t.Errorf("%d failures, %+v", n, c)
		}
		if runs := bytes.Count(data, []byte("\n=== RUN   Test")); r.Conclusive() && c.Total() == 0 && runs > 0 && !bytes.ContainsAny(data, "\r\x16") &&
			regexp.MustCompile(`(?m)^=== RUN   Test\w+$`).Match(data) {
			t.Errorf("%d tests began, none is a case", runs)
		}
	})
}

func goTextLog(n int) []byte {
	var b bytes.Buffer
	for p := range n {
		for i := range 200 {
			name := fmt.Sprintf("TestHandler%d_returns_%d", i/8, i)
			fmt.Fprintf(&b, "=== RUN   %s\n    handler_test.go:%d: request {\"id\":%d} took 12ms\n", name, i, i)
			outcome := "PASS"
			if i%40 == 0 {
				outcome = "FAIL"
			}
			fmt.Fprintf(&b, "--- %s: %s (0.01s)\n", outcome, name)
		}
		fmt.Fprintf(&b, "FAIL\nexit status 1\nFAIL\tgithub.com/example/project/internal/service%d\t2.034s\n", p)
	}
	return b.Bytes()
}

func BenchmarkGoTestText(b *testing.B) {
	data := goTextLog(200)
	b.Run("tollgate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := &evidence.Report{}
			if err := GoTestText.Parse(b.Context(), format.Source{Reader: bytes.NewReader(data)}, r); err != nil || r.Cases.Counts() != (evidence.Counts{Passed: 39_000, Failed: 1000}) || !r.Conclusive() {
				b.Fatal(err, r.Cases.Counts(), r.Problems)
			}
		}
	})
	b.Run("bufio-regexp", func(b *testing.B) {
		re := regexp.MustCompile(`^\s*--- (PASS|FAIL|SKIP): (\S+) \((\d+\.\d+)s\)$`)
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			n := 0
			for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
				if line := s.Text(); strings.Contains(line, "--- ") && re.MatchString(line) {
					n++
				}
			}
		}
	})
}
