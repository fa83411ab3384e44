package testresult

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGoTestEventsInAnotherOrder writes random events as test2json orders their
// members, which are read at a glance where the names are those of the line before,
// and in another order, which are not: both must say the same.
func TestGoTestEventsInAnotherOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	actions := []string{"run", "output", "pass", "fail", "skip", "pause", "cont", "bench", "start", "build-output", "attr"}
	packages := []string{`"a"`, `"b"`, `"a\u0062"`, `""`, `"\q"`}
	tests := []string{"", `,"Test":"TestA"`, `,"Test":"TestB/ü"`, `,"Test":"Test\"C"`, `,"Test":""`, `,"Test":"BenchmarkD"`, `,"Test":"\x"`}
	for range 3000 {
		var usual, other strings.Builder
		pkg, test := packages[0], tests[1]
		for range 1 + rnd.IntN(12) {
			if rnd.IntN(3) == 0 {
				pkg = packages[rnd.IntN(len(packages))]
			}
			if rnd.IntN(3) == 0 {
				test = tests[rnd.IntN(len(tests))]
			}
			action := actions[rnd.IntN(len(actions))]
			more := ""
			switch action {
			case "output", "build-output":
				more = fmt.Sprintf(`,"Output":"%d \"x\\\" panic: \u003c\n"`, rnd.IntN(9))
			case "pass", "fail", "skip":
				more = fmt.Sprintf(`,"Elapsed":%d.5`, rnd.IntN(9))
			}
			names := `,"Package":` + pkg + test
			fmt.Fprintf(&usual, `{"Time":"2026-01-15T09:00:00Z","Action":"%s"%s%s}`+"\n", action, names, more)
			fmt.Fprintf(&other, `{"Action":"%s","Time":"2026-01-15T09:00:00Z"%s%s}`+"\n", action, names, more)
		}
		want, got := readGoTests(t, other.String()), readGoTests(t, usual.String())
		if diff := cmp.Diff(all(want), all(got)) + cmp.Diff(want.Problems, got.Problems); diff != "" {
			t.Fatalf("%s\n%s", diff, usual.String())
		}
	}
}
