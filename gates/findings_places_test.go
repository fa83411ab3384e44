package gates_test

import (
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/gates"
)

// A finding of several places is under a path where any of them is, and waived by a path
// only where all of them are: neither lets one slip through that is in code of one's own.
// A waiver is written for the files of the repository, and a scanner may write them from
// the root of its machine.
func TestFindingOfSeveralPlaces(t *testing.T) { // R10, R17
	in := func(paths ...string) evidence.Finding {
		f := bug(paths[0], 1)
		for _, p := range paths[1:] {
			f.Also = append(f.Also, evidence.Place{Path: p, Line: 2})
		}
		return f
	}
	high := require("high", "=", "0")
	waived := func(path string) []gates.Waiver { return []gates.Waiver{waiveFinding(gates.WaivedFinding{Path: path})} }
	for name, x := range map[string]struct {
		found   evidence.Finding
		paths   []string
		waivers []gates.Waiver
		want    gates.Status
	}{
		"the first is under the path":            {in("pay/a.go", "lib/b.go"), []string{"pay/**"}, nil, gates.Fail},
		"the second is under the path":           {in("lib/b.go", "pay/a.go"), []string{"pay/**"}, nil, gates.Fail},
		"none is under the path":                 {in("lib/b.go", "lib/c.go"), []string{"pay/**"}, nil, gates.Pass},
		"one of them is left out":                {in("lib/b.go", "pay/a.go"), []string{"!lib/**"}, nil, gates.Fail},
		"each of them is left out":               {in("lib/b.go", "lib/c.go"), []string{"!lib/**"}, nil, gates.Pass},
		"the second names no file":               {in("lib/b.go", ""), []string{"pay/**"}, nil, gates.Inconclusive},
		"a waiver of one":                        {in("lib/b.go", "pay/a.go"), nil, waived("lib/**"), gates.Fail},
		"a waiver of both":                       {in("lib/b.go", "lib/c.go"), nil, waived("lib/**"), gates.Waived},
		"a waiver, and no file named":            {in("lib/b.go", ""), nil, waived("**"), gates.Fail},
		"a waiver, from the root of a machine":   {in("/home/ci/repo/lib/b.go"), nil, waived("lib/*.go"), gates.Waived},
		"a waiver, from a drive":                 {in(`C:\ci\repo\lib\b.go`), nil, waived("lib/b.go"), gates.Waived},
		"a waiver, of a URI":                     {in("file:///w/repo/lib/b.go"), nil, waived("lib/b.go"), gates.Waived},
		"a waiver of the path as it is":          {in("/home/ci/repo/lib/b.go"), nil, waived("/home/ci/**"), gates.Waived},
		"a waiver of another file of that name":  {in("/home/ci/repo/lib/b.go"), nil, waived("b.go"), gates.Fail},
		"a waiver, and no such file in the tree": {in("/usr/include/lib/x.go"), nil, waived("lib/*.go"), gates.Fail},
		"a waiver, from within the repository":   {in("sub/lib/b.go"), nil, waived("lib/b.go"), gates.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			s := findings(high, scan("s.sarif", []string{"gosec"}, x.found))
			s.filter.Paths = x.paths
			in := s.input()
			in.Now, in.Waivers = noon, x.waivers
			in.Tree = evidence.Tree{Known: true, Paths: []string{"b.go", "lib/b.go", "lib/c.go", "pay/a.go"}}
			p := s.policy()
			p.WaiverDays = gates.WaiverDays{Default: 60}
			if c := gates.Judge(p, in).Gates[0].Checks[0]; c.Outcome != x.want {
				t.Errorf("want %s, have %s", x.want, answer(c))
			}
		})
	}
}
