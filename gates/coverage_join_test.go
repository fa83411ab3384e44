package gates

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Where paths of reports are found, by hand: "" is outside, "?" ambiguous. R3
func TestPathsAreJoinedByTheirEnds(t *testing.T) {
	for _, x := range []struct {
		about       string
		tree, paths []string
		want        []string
	}{
		{"as they are", []string{"a.go", "pkg/a.go"}, []string{"a.go", "pkg/a.go", "pkg/b.go"}, []string{"a.go", "pkg/a.go", ""}},
		{"a dot before, and backslashes", []string{"src/a.cs"}, []string{`.\src\a.cs`}, []string{"src/a.cs"}},
		{"the path of a Go module", []string{"a.go", "pkg/a.go", "go.mod"}, []string{"example.com/shop/pkg/a.go", "example.com/shop/a.go"}, []string{"pkg/a.go", "a.go"}},
		{"a module of its own root alone", []string{"a.go", "b.go"}, []string{"example.com/shop/a.go", "example.com/shop/b.go"}, []string{"a.go", "b.go"}},
		{"where a container built it", []string{"src/a.py", "a.py"}, []string{"/app/src/a.py", "/app/a.py"}, []string{"src/a.py", "a.py"}},
		{"a drive", []string{"src/lib/a.cs"}, []string{`D:\a\1\s\src\lib\a.cs`}, []string{"src/lib/a.cs"}},
		{"a folder of the repository that the tool ran in", []string{"web/src/a.js", "web/src/b.js", "api/src/c.js"}, []string{"src/a.js", "src/b.js"}, []string{"web/src/a.js", "web/src/b.js"}},
		{"Java packages", []string{"core/src/main/java/com/shop/Cart.java", "pay/src/main/java/com/shop/pay/Cart.java"}, []string{"com/shop/Cart.java", "com/shop/pay/Cart.java"},
			[]string{"core/src/main/java/com/shop/Cart.java", "pay/src/main/java/com/shop/pay/Cart.java"}},
		{"one name in two packages", []string{"web/index.js", "api/index.js"}, []string{"index.js"}, []string{"?"}},
		{"one name in two packages, and the report is of one", []string{"web/index.js", "api/index.js", "web/src/only.js"}, []string{"index.js", "src/only.js"}, []string{"web/index.js", "web/src/only.js"}},
		{"here and in a package, where nothing says which", []string{"src/a.js", "web/src/a.js"}, []string{"src/a.js"}, []string{"src/a.js"}},
		{"here and in a package, and the report is of the package", []string{"src/a.js", "web/src/a.js", "web/src/b.js"}, []string{"src/a.js", "src/b.js"}, []string{"web/src/a.js", "web/src/b.js"}},
		{"here and in a package, and the report is of here", []string{"src/a.js", "web/src/a.js", "src/b.js"}, []string{"src/a.js", "src/b.js"}, []string{"src/a.js", "src/b.js"}},
		{"the longest end", []string{"x/src/a.go", "src/a.go", "x/src/b.go"}, []string{"/b/x/src/a.go", "/b/x/src/b.go"}, []string{"x/src/a.go", "x/src/b.go"}},
		{"half a name is none", []string{"pkg/xa.go", "b.go"}, []string{"pkg/a.go", "/r/b.go"}, []string{"", "b.go"}},
		{"a file of the system", []string{"src/util.h", "src/main.c"}, []string{"/src/repo/src/main.c", "/usr/include/c++/util.h"}, []string{"src/main.c", ""}},
		{"a file of the system at the root", []string{"setup.py", "pkg/a.py"}, []string{"/app/pkg/a.py", "/usr/lib/python3/setup.py"}, []string{"pkg/a.py", ""}},
		{"a file of the system that ends like one", []string{"third/bits/vector.h", "src/main.c"}, []string{"/r/src/main.c", "/usr/include/bits/vector.h"}, []string{"src/main.c", ""}},
		{"a module in a folder of another name", []string{"services/pay/card/a.go", "services/pay/card/b.go", "services/pay/main.go"},
			[]string{"example.com/payments/card/a.go", "example.com/payments/card/b.go", "example.com/payments/main.go"},
			[]string{"services/pay/card/a.go", "services/pay/card/b.go", "services/pay/main.go"}},
		{"one file twice", []string{"src/a.py"}, []string{"src/a.py", "/app/src/a.py"}, []string{"src/a.py", "src/a.py"}},
		{"an empty tree", nil, []string{"a.go"}, []string{""}},
		{"names that mean nothing", []string{"a"}, []string{"", "/", "..", "a/", "\x00", "../a"}, []string{"", "", "", "", "", "a"}},
	} {
		r := &evidence.Report{Kinds: evidence.Coverage}
		for _, p := range x.paths {
			r.Coverage = append(r.Coverage, evidence.FileCoverage{Path: p})
		}
		at := newRepository(evidence.Tree{Known: true, Paths: x.tree}).join(r)
		for i, j := range at {
			have := map[joinState]string{found: j.path, outside: "", ambiguous: "?"}[j.state]
			if have != x.want[i] {
				t.Errorf("%s: %q is found at %q, want %q", x.about, x.paths[i], have, x.want[i])
			}
		}
	}
}

// A file that is gone is called as the rest of its report is, so that a filter has
// the same answer for the base and for now.
func TestAGoneFileIsNamedByTheRule(t *testing.T) {
	r := &evidence.Report{Coverage: []evidence.FileCoverage{{Path: "example.com/shop/pay/a.go"}, {Path: "example.com/shop/pay/gone.go"}}}
	at := newRepository(evidence.Tree{Paths: []string{"pay/a.go"}}).join(r)
	if at[1].state != outside || at[1].path != "pay/gone.go" {
		t.Errorf("have %+v", at[1])
	}
}

// What a report is joined to does not depend on how large either is: 50,000 files,
// each name in every package, and as many paths that are nowhere.
func TestJoiningIsQuick(t *testing.T) {
	var tree []string
	r := &evidence.Report{}
	for i := range 250 {
		for j := range 200 {
			tree = append(tree, fmt.Sprintf("packages/p%d/src/f%d.js", i, j))
			r.Coverage = append(r.Coverage, evidence.FileCoverage{Path: "/build/" + tree[len(tree)-1]},
				evidence.FileCoverage{Path: fmt.Sprintf("src/f%d.js", j)}, evidence.FileCoverage{Path: fmt.Sprintf("x%d/src/f%d.js", i, j)},
				evidence.FileCoverage{Path: strings.Repeat("f/", 40) + "f.js"})
		}
	}
	start := time.Now()
	at := newRepository(evidence.Tree{Known: true, Paths: tree}).join(r)
	took := time.Since(start)
	for i, j := range at {
		if i%4 == 0 && (j.state != found || j.path != tree[i/4]) {
			t.Fatalf("%s is found at %+v", r.Coverage[i].Path, j)
		}
	}
	t.Logf("200,000 paths in 50,000 files: %s", took)
	if took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}
