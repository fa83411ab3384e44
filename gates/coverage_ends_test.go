package gates

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Where paths are found that end as several files do: "" is outside, "?" ambiguous. R3
func TestPathsThatEndAlike(t *testing.T) {
	many := func(n int) (tree, paths []string) { // i.js is in the first package, and in one of which nothing else is reported
		for i := range n {
			tree = append(tree, fmt.Sprintf("p%02d/src/u%02d.js", i, i))
			paths = append(paths, fmt.Sprintf("src/u%02d.js", i))
		}
		return append(tree, "p00/i.js", "q/i.js"), append(paths, "i.js")
	}
	tree64, paths64 := many(64)
	tree65, paths65 := many(65)
	below := func(paths []string) (out []string) {
		for _, p := range paths {
			out = append(out, "/b/"+p)
		}
		return out
	}
	for _, x := range []struct {
		about       string
		tree, paths []string
		want        string // of the last path
	}{
		{"in two packages, from a third", []string{"a/x/i.js", "b/x/i.js"}, []string{"/z/x/i.js"}, ""},
		{"a name alone beside a longer end", []string{"web/src/a.js", "lib/b.js"}, []string{"/app/src/a.js", "b.js"}, ""},
		{"a longer end beside a name alone", []string{"web/src/a.js", "lib/b.js"}, []string{"b.js", "/app/src/a.js"}, "web/src/a.js"},
		{"two longer ends beside a sure one", []string{"web/src/a.js", "web/src/b.js", "x/y.js"}, []string{"x/y.js", "/app/src/a.js", "/app/src/b.js"}, "web/src/b.js"},
		{"one letter, by the rule of the rest", []string{"w/a", "v/a", "w/b/c"}, []string{"b/c", "a"}, "w/a"},
		{"one letter, in two packages", []string{"w/a", "v/a"}, []string{"a"}, "?"},
		{"by two rules", []string{"w/a.js", "v/a.js", "w/src/b.js", "v/src/c.js"}, []string{"src/b.js", "src/c.js", "a.js"}, "?"},
		{"64 packages", tree64, paths64, "p00/i.js"},
		{"65 packages", tree65, paths65, "?"},
		{"64 packages, in another folder", tree64, below(paths64), "p00/i.js"},
		{"65 packages, in another folder", tree65, below(paths65), "?"},
		{"64 packages, and in two others", append(tree64[:64:64], "q/i.js", "r/i.js"), below(paths64), ""},
	} {
		r := &evidence.Report{Kinds: evidence.Coverage}
		for _, p := range x.paths {
			r.Coverage = append(r.Coverage, evidence.FileCoverage{Path: p})
		}
		for range 5 { // in whatever order the rules are tried
			at := newRepository(evidence.Tree{Known: true, Paths: x.tree}).join(r)
			last := at[len(at)-1]
			have, known := map[joinState]string{found: last.path, outside: "", ambiguous: "?"}[last.state]
			if !known || have != x.want {
				t.Errorf("%s: found at %q, want %q", x.about, have, x.want)
			}
			if path := x.paths[len(x.paths)-1]; last.state == ambiguous && (last.path != path || last.end != strings.TrimPrefix(path, "/b/")) {
				t.Errorf("%s: %q is called %q and ends in %q", x.about, path, last.path, last.end)
			}
		}
	}
}

// A metric asks for the change where it counts what is in it.
func TestWhichCoverageNeedsTheChange(t *testing.T) {
	for _, m := range Metrics {
		if want := strings.HasPrefix(m.Name, "patch.") || strings.HasPrefix(m.Name, "new-files."); m.Kind == evidence.Coverage && m.Diff != want {
			t.Errorf("%s needs the change: %t", m.Name, m.Diff)
		}
	}
}
