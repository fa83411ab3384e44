package housetest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing/fstest"
)

// thisFile has to name what nothing else may.
const thisFile = "internal/housetest/source_test.go"

const (
	maxLines = 600     // of a Go file that is not a test
	maxBytes = 1 << 20 // of any file
)

var sourceRules = []rule{
	{
		name:  "every package says what it is",
		check: packageComments,
		breaches: map[string]fstest.MapFS{
			`gates has no comment that begins with "Package gates`: {"gates/a.go": file("package gates"), "gates/b.go": file("// Judges things.\npackage gates")},
		},
	},
	{
		name:  "files are short",
		check: shortFiles,
		breaches: map[string]fstest.MapFS{
			"gates/a.go has 601 lines": {"gates/a.go": file("package gates\n" + strings.Repeat("\n", maxLines))},
		},
	},
	{
		name:  "files are small",
		check: smallFiles,
		breaches: map[string]fstest.MapFS{
			"x.json has 1048577 bytes": {"x.json": &fstest.MapFile{Data: make([]byte, maxBytes+1)}},
		},
	},
	{
		name:  "nothing names where it was written",
		check: noPrivatePlaces,
		breaches: map[string]fstest.MapFS{
			"docs/a.md:2: names": {"docs/a.md": file("all is well\nsee " + privatePlaces()[0] + "x\n")},
		},
	},
	{
		name:  "every line left open has an owner",
		check: ownedTodos,
		breaches: map[string]fstest.MapFS{
			"gates/a.go:3": {"gates/a.go": file("package gates\n\n// TO" + "DO: all the rest\n")},
		},
	},
}

func packageComments(tree fs.FS) (bad []string) {
	said, begins := make(map[string]bool), make(map[string]string)
	var order []string
	bad = goFiles(tree, func(pkg, name string, _ *token.FileSet, f *ast.File) []string {
		if isTest(name) {
			return nil
		}
		if begins[pkg] == "" {
			order = append(order, pkg)
		}
		begins[pkg] = opening(pkg, f)
		said[pkg] = said[pkg] || strings.HasPrefix(f.Doc.Text(), begins[pkg])
		return nil
	})
	for _, pkg := range order {
		if !said[pkg] {
			bad = append(bad, fmt.Sprintf("%s has no comment that begins with %q", pkg, begins[pkg]))
		}
	}
	return bad
}

// opening is how the comment of a package begins, as the Go documentation asks.
func opening(pkg string, f *ast.File) string {
	if f.Name.Name == "main" {
		return "Command " + pkg[strings.LastIndexByte(pkg, '/')+1:] + " "
	}
	return "Package " + f.Name.Name + " "
}

func shortFiles(tree fs.FS) []string {
	return walk(tree, func(name string, data []byte) []string {
		if n := bytes.Count(data, []byte("\n")); n > maxLines && !isTest(name) {
			return []string{fmt.Sprintf("%s has %d lines, %d are enough for one idea", name, n, maxLines)}
		}
		return nil
	}, ".go")
}

func smallFiles(tree fs.FS) []string {
	return walk(tree, func(name string, data []byte) []string {
		if len(data) > maxBytes {
			return []string{fmt.Sprintf("%s has %d bytes, at most %d belong in a repository", name, len(data), maxBytes)}
		}
		return nil
	})
}

// privatePlaces are where this was written: the folder of the checkout, the one
// around it and the home folder, whatever they are called here. They are of no use
// to a reader, and wrong on the next machine.
func privatePlaces() []string {
	var places []string
	if here, err := filepath.Abs(root); err == nil {
		places = append(places, filepath.ToSlash(here)+"/", filepath.ToSlash(filepath.Dir(here))+"/shared")
	}
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		places = append(places, filepath.ToSlash(home)+"/")
	}
	return places
}

func noPrivatePlaces(tree fs.FS) []string {
	return walk(tree, func(name string, data []byte) (bad []string) {
		for _, private := range privatePlaces() {
			if i := bytes.Index(data, []byte(private)); i >= 0 {
				bad = append(bad, fmt.Sprintf("%s:%d: names a private place: %s", name, lineOf(data, i), private))
			}
		}
		return bad
	})
}

// unownedTodo is the word without a name in parentheses after it.
var unownedTodo = regexp.MustCompile(`\b(TODO|FIXME)\b[^(]`)

func ownedTodos(tree fs.FS) []string {
	return walk(tree, func(name string, data []byte) (bad []string) {
		if name == thisFile || !bytes.Contains(data, []byte("TODO")) && !bytes.Contains(data, []byte("FIXME")) {
			return nil
		}
		for _, m := range unownedTodo.FindAllIndex(data, -1) {
			bad = append(bad, fmt.Sprintf("%s:%d: left open and nobody's", name, lineOf(data, m[0])))
		}
		return bad
	}, ".go", ".sh", ".yml")
}

// lineOf is the line that an offset is in.
func lineOf(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }
