package findings_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/tollgate-ci/tollgate/evidence"
)

// summary is all that findings say, to compare two readings.
func summary(r *evidence.Report) string {
	var b strings.Builder
	fmt.Fprintln(&b, problems(r))
	for _, f := range r.Findings.All() {
		fmt.Fprintf(&b, "%+v\n", f)
	}
	fmt.Fprintf(&b, "%+v\n", r.ToolRuns)
	return b.String()
}

func FuzzSARIF(f *testing.F) {
	f.Add(logOf(`"results":[{"ruleId":"A/b","ruleIndex":0,"level":"note","message":{"id":"m","arguments":["x"]},"fingerprints":{"a":"b"}}]`))
	f.Add(withRules(`[{"id":"A","properties":{"security-severity":"9.8","tags":["external/cwe/cwe-079"]},"messageStrings":{"m":{"text":"{0}"}}}]`,
		`"results":[{"ruleId":"A","suppressions":[{"status":"accepted"}],"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b.c","uriBaseId":"S","index":0},"region":{"startLine":3}}}]}]`,
		`"originalUriBaseIds":{"S":{"uri":"src/","uriBaseId":"R"},"R":{"uri":"file:///w/"}}`, `"artifacts":[{"location":{"uri":"x"}}]`,
		`"invocations":[{"executionSuccessful":true,"ruleConfigurationOverrides":[{"descriptor":{"index":0},"configuration":{"level":"error"}}]}]`))
	f.Fuzz(func(t *testing.T, text string) {
		r := read(t, text)
		if got := summary(parse(t, iotest.OneByteReader(strings.NewReader(text)))); got != summary(r) {
			t.Errorf("byte by byte it reads differently:\n%s", cmp.Diff(summary(r), got))
		}
		for i, f := range r.Findings.All() {
			_ = f.Level.String() + f.Severity.String() // panic on what is none
			if f.LevelFrom == 0 || len(f.Message) > evidence.MaxMessage {
				t.Errorf("finding %d: %+v", i, f)
			}
		}
		if !r.Conclusive() {
			return
		}
		if len(r.ToolRuns) == 0 {
			t.Error("conclusive without a run")
		}
		for n := range len(strings.TrimRight(text, " \t\r\n")) {
			if cut := read(t, text[:n]); cut.Conclusive() {
				t.Fatalf("conclusive when cut after %d bytes", n)
			}
		}
	})
}
