package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// The worst folder is of the files directly in it: those of pay/gen are not pay's,
// and a folder is pointed at by the file of which the most is not covered.
func TestLowestByFolder(t *testing.T) {
	files := map[string][2]uint64{
		"main.go":  {9, 10},                                         // the root: 90%
		"pay/a.go": {0, 4}, "pay/b.go": {6, 12}, "pay/c.go": {4, 4}, // 10 of 20
		"pay/gen/x.go": {1, 8}, "pay/gen/y.go": {1, 1}, // 2 of 9
		"empty/e.go": {0, 0}, // nothing coverable
	}
	for name, c := range map[string]struct {
		op, want string
		folder   bool
		outcome  gates.Status
		why, do  string
		refs     []string
	}{
		"by folder": {">=", "80%", true, gates.Fail,
			"22.22% (2/9) of the statements of folder pay/gen are covered, the least of 3 folders; at least 80% must be",
			"cover 6 more statements of folder pay/gen and 6 more statements of folder pay",
			[]string{"pay/gen/x.go 22.22% (2/9) of the statements of folder pay/gen are covered", "pay/b.go 50% (10/20) of the statements of folder pay are covered"}},
		"all of them": {">=", "91%", true, gates.Fail,
			"22.22% (2/9) of the statements of folder pay/gen are covered, the least of 3 folders; at least 91% must be",
			"cover 7 more statements of folder pay/gen, 9 more statements of folder pay and 1 more statement of the root",
			[]string{"pay/gen/x.go 22.22% (2/9) of the statements of folder pay/gen are covered", "pay/b.go 50% (10/20) of the statements of folder pay are covered", "main.go 90% (9/10) of the statements of the root are covered"}},
		"it holds": {">=", "22%", true, gates.Pass,
			"22.22% (2/9) of the statements of folder pay/gen are covered, the least of 3 folders; at least 22% must be", "", nil},
		"by file": {">=", "10%", false, gates.Fail,
			"0% (0/4) of the statements of pay/a.go are covered, the least of 6 files; at least 10% must be", "cover 1 more statement of pay/a.go",
			[]string{"pay/a.go 0% (0/4) of its statements are covered"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := coverage(require("lowest.statements", c.op, c.want), shares("c", evidence.Statements, files))
			p, in := s.policy(), s.input()
			p.Gates[0].ByFolder = c.folder
			check := gates.Judge(p, in).Gates[0].Checks[0]
			if check.Outcome != c.outcome || check.Why != c.why || check.Remedy != c.do {
				t.Errorf("%s\n%s\n%s", check.Outcome, check.Why, check.Remedy)
			}
			if len(check.Refs) != len(c.refs) {
				t.Fatalf("points at %+v", check.Refs)
			}
			for i, r := range check.Refs {
				if got := r.Pos.File + " " + r.Text; got != c.refs[i] {
					t.Errorf("points at %s", got)
				}
			}
		})
	}
}
