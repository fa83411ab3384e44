package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A path from the root of a machine is the file of the repository with the longest name
// that it ends with: in is fail, out is pass, and what nobody can tell is inconclusive. R10
func TestPathsOfAMachineUnderAFilter(t *testing.T) {
	tree := []string{"pay/a.go", "pay/x.go", "lib/b.go", "lib/pay/x.go"}
	for _, x := range []struct {
		about, path, pattern string
		want                 gates.Status
	}{
		{"a file that the pattern admits", "/home/ci/repo/pay/a.go", "pay/**", gates.Fail},
		{"one that it does not", "/home/ci/repo/lib/b.go", "pay/**", gates.Pass},
		{"one that is left out", "/home/ci/repo/pay/a.go", "!pay/**", gates.Pass},
		{"one beside what is left out", "/home/ci/repo/lib/b.go", "!pay/**", gates.Fail},
		{"a pattern for the machine", "/home/ci/repo/pay/a.go", "/home/**", gates.Fail},
		{"the machine is left out", "/home/ci/repo/pay/a.go", "!/home/**", gates.Pass},
		{"the longest name", "/home/ci/repo/lib/pay/x.go", "pay/**", gates.Pass},
		{"a drive", `C:\ci\repo\pay\a.go`, "pay/**", gates.Fail},
		{"no file, and an end that is admitted", "/usr/include/pay/z.h", "pay/**", gates.Inconclusive},
		{"no file, and no such end", "/usr/include/z.h", "pay/**", gates.Pass},
		{"no file, and an end that is left out", "/usr/include/pay/z.h", "!pay/**", gates.Fail},
		{"no file, and a pattern for the machine", "/usr/include/pay/z.h", "/usr/**", gates.Fail},
		{"no file, and the machine is left out", "/usr/include/pay/z.h", "!/usr/**", gates.Pass},
		{"not from the root of a machine", "repo/pay/z.go", "pay/**", gates.Pass},
	} {
		s := findings(require("high", "=", "0"), scan("s.sarif", []string{"gosec"}, bug(x.path, 1)))
		s.filter.Paths = []string{x.pattern}
		in := s.input()
		in.Tree = evidence.Tree{Known: true, Paths: tree}
		if c := gates.Judge(s.policy(), in).Gates[0].Checks[0]; c.Outcome != x.want {
			t.Errorf("%s: want %s, have %s", x.about, x.want, answer(c))
		}
	}
}
