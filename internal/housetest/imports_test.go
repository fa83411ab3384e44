package housetest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
)

const module = "github.com/tollgate-ci/tollgate"

// layer says which packages of the module a package may import. A trailing /...
// stands for the package and all below it; the first row that covers a package
// rules it.
type layer struct {
	pkg  string
	may  []string
	pure bool // imports nothing that reaches outside, and asks no clock
}

// layers are the direction of imports. A new package adds its row.
var layers = []layer{
	{"evidence", nil, true},
	{"parsers", []string{"evidence", "parsers/..."}, true},
	{"parsers/...", []string{"evidence", "parsers/internal/..."}, true},
	{"gates", []string{"evidence", "internal/comment", "internal/stats"}, true},
	{"internal/comment", nil, true},
	{"internal/stats", nil, true},
	{"internal/part", []string{"evidence"}, true},
	{"internal/plan", []string{"evidence"}, true},
	{"internal/calendar", []string{"evidence"}, true},
	{"internal/workflow", []string{"evidence", "gates", "internal/calendar", "internal/comment", "internal/plan"}, true},
	{"internal/policy", []string{"evidence", "gates", "internal/calendar", "internal/plan", "internal/workflow"}, true},
	{"internal/policytest", []string{"evidence", "gates", "internal/policy", "internal/workflow"}, true},
	{"internal/render", []string{"evidence", "gates", "internal/workflow", "internal/plan", "internal/policy", "internal/policytest"}, true},
	{"internal/github", []string{"evidence", "internal/plan", "internal/repofile", "internal/unified"}, false},
	{"internal/github/fake", nil, false},
	{"internal/find", nil, false},
	{"internal/unified", []string{"evidence"}, true},
	{"internal/repofile", []string{"evidence"}, true},
	{"internal/change", []string{"evidence", "internal/repofile", "internal/unified"}, false},
	{"internal/covdata", nil, false},
	{"internal/history", []string{"internal/part"}, false},
	{"internal/cli", []string{"evidence", "gates", "parsers", "internal/..."}, false},
	{"cmd/tollgate", []string{"internal/cli"}, false},
	{"cmd/tollgate-cloud", []string{"internal/cli", "internal/history"}, false},
	{"internal/actions", []string{"evidence", "internal/render"}, false},
	{"internal/agreement", []string{"evidence", "parsers"}, false},
	{"internal/fuzz", []string{"parsers"}, false},
	{"internal/mutate", nil, false},
	{"internal/bench", []string{"evidence", "parsers"}, false},
	{"internal/housetest", nil, false},
	{"internal/picture", nil, false},
}

// outside are the imports that a pure package does not have. url and netip are
// in net/ and only compute.
var (
	outside = []string{"os/...", "net/...", "log/...", "syscall", "io/ioutil", "plugin", "runtime/debug"}
	inside  = []string{"net/url", "net/netip", "net/mail"}
)

// pureExceptions are imports that a pure package has all the same, with the reason.
var pureExceptions = map[[2]string]string{}

// clocks are the functions of package time that ask what time it is or wait.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

var importRules = []rule{
	{
		name:  "imports point one way",
		check: importDirection,
		breaches: map[string]fstest.MapFS{
			"gates may not import parsers":                       {"gates/a.go": file(`package gates; import _ "` + module + `/parsers"`)},
			"parsers/coverage may not import parsers/testresult": {"parsers/coverage/a.go": file(`package coverage; import _ "` + module + `/parsers/testresult"`)},
			"internal/util has no row in layers":                 {"internal/util/a.go": file("package util")},
		},
	},
	{
		name:  "pure packages reach nothing outside",
		check: purity,
		breaches: map[string]fstest.MapFS{
			"parsers/coverage is pure and may not import os/exec": {"parsers/coverage/a.go": file(`package coverage; import _ "os/exec"`)},
			"gates is pure and may not call time.Now":             {"gates/a.go": file(`package gates; import clock "time"; var _ = clock.Now()`)},
		},
	},
	{
		name:  "one package talks to GitHub",
		check: onlyGitHub,
		breaches: map[string]fstest.MapFS{
			"only internal/github talks to GitHub": {"internal/cli/a_test.go": file(`package cli; import _ "github.com/google/go-github/v62/github"`)},
		},
	},
	{
		name:  "nothing registers itself",
		check: noInit,
		breaches: map[string]fstest.MapFS{
			"parsers/a.go:1:18: func init": {"parsers/a.go": file("package parsers; func init() {}")},
		},
	},
}

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

// goFiles parses the module's own Go files and calls visit for each. Files below
// testdata and of other modules are not ours to judge.
func goFiles(tree fs.FS, visit func(pkg, name string, fset *token.FileSet, f *ast.File) []string) []string {
	return walk(tree, func(name string, data []byte) []string {
		if strings.Contains("/"+name, "/testdata/") || strings.HasPrefix(name, "examples/") {
			return nil
		}
		p := parse(name, data)
		if p.err != nil {
			return []string{p.err.Error()}
		}
		return visit(path.Dir(name), name, p.fset, p.file)
	}, ".go")
}

// parsed is one parsed file; parses keeps them, because many rules look at each.
type parsed struct {
	fset *token.FileSet
	file *ast.File
	err  error
}

var parses = make(map[string]parsed) // by name and contents

func parse(name string, data []byte) parsed {
	key := name + "\x00" + string(data)
	p, ok := parses[key]
	if !ok {
		p.fset = token.NewFileSet()
		p.file, p.err = parser.ParseFile(p.fset, name, data, parser.ParseComments)
		parses[key] = p
	}
	return p
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// covers reports whether a row that may end in /... covers a path.
func covers(row, p string) bool {
	prefix, deep := strings.CutSuffix(row, "/...")
	return p == prefix || deep && strings.HasPrefix(p, prefix+"/")
}

// layerOf gives the first row that covers a package.
func layerOf(pkg string) (layer, bool) {
	i := slices.IndexFunc(layers, func(l layer) bool { return covers(l.pkg, pkg) })
	if i < 0 {
		return layer{}, false
	}
	return layers[i], true
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		panic(err) // the parser has seen to it
	}
	return p
}

func importDirection(tree fs.FS) []string {
	rowless := make(map[string]bool)
	return goFiles(tree, func(pkg, name string, fset *token.FileSet, f *ast.File) (bad []string) {
		l, ok := layerOf(pkg)
		switch {
		case !ok && !rowless[pkg]:
			rowless[pkg] = true
			return []string{pkg + " has no row in layers; say there what it may import"}
		case !ok, isTest(name):
			return nil
		}
		for _, spec := range f.Imports {
			to, ours := strings.CutPrefix(importPath(spec), module+"/")
			if ours && !slices.ContainsFunc(l.may, func(row string) bool { return covers(row, to) }) {
				bad = append(bad, fmt.Sprintf("%s: %s may not import %s", fset.Position(spec.Pos()), pkg, to))
			}
		}
		return bad
	})
}

func purity(tree fs.FS) []string {
	return goFiles(tree, func(pkg, name string, fset *token.FileSet, f *ast.File) (bad []string) {
		if l, _ := layerOf(pkg); !l.pure || isTest(name) {
			return nil
		}
		clock := "" // the name by which this file knows package time
		for _, spec := range f.Imports {
			p := importPath(spec)
			if p == "time" {
				clock = "time"
				if spec.Name != nil {
					clock = spec.Name.Name
				}
			}
			reaches := slices.ContainsFunc(outside, func(row string) bool { return covers(row, p) })
			if reaches && !slices.Contains(inside, p) && pureExceptions[[2]string{pkg, p}] == "" {
				bad = append(bad, fmt.Sprintf("%s: %s is pure and may not import %s", fset.Position(spec.Pos()), pkg, p))
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && clock != "" && x.Name == clock && slices.Contains(clocks, sel.Sel.Name) {
				bad = append(bad, fmt.Sprintf("%s: %s is pure and may not call time.%s; take the time as a value",
					fset.Position(sel.Pos()), pkg, sel.Sel.Name))
			}
			return true
		})
		return bad
	})
}

func onlyGitHub(tree fs.FS) []string {
	return goFiles(tree, func(pkg, _ string, fset *token.FileSet, f *ast.File) (bad []string) {
		if covers("internal/github/...", pkg) {
			return nil
		}
		for _, spec := range f.Imports {
			if strings.HasPrefix(importPath(spec), "github.com/google/go-github/") {
				bad = append(bad, fmt.Sprintf("%s: only internal/github talks to GitHub", fset.Position(spec.Pos())))
			}
		}
		return bad
	})
}

func noInit(tree fs.FS) []string {
	return goFiles(tree, func(_, _ string, fset *token.FileSet, f *ast.File) (bad []string) {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				bad = append(bad, fmt.Sprintf("%s: func init; what there is stands in a table", fset.Position(fn.Pos())))
			}
		}
		return bad
	})
}
