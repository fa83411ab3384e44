package housetest

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
)

var architectureRules = []rule{{
	name:  "the architecture tells what each room imports",
	check: architecture,
	breaches: map[string]fstest.MapFS{
		"gates imports evidence, and ARCHITECTURE.md says none": {
			"ARCHITECTURE.md": file("| `evidence` | model | none |\n| `gates` | verdict | none |\n"),
			"evidence/a.go":   file("package evidence"),
			"gates/a.go":      file(`package gates; import _ "` + module + `/evidence"`),
		},
		"internal/plan has no row in ARCHITECTURE.md": {
			"ARCHITECTURE.md":    file("| `evidence` | model | none |\n"),
			"evidence/a.go":      file("package evidence"),
			"internal/plan/a.go": file("package plan"),
		},
		"ARCHITECTURE.md has a row for gates, and there is no such package": {
			"ARCHITECTURE.md": file("| `evidence`, `gates` | model | none |\n"),
			"evidence/a.go":   file("package evidence"),
		},
	},
}}

var (
	roomRow  = regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|.*\\| ([^|]*) \\|$")
	roomName = regexp.MustCompile("`([a-z/-]+)`")
)

// architecture compares the table of rooms with the packages. A room is a package with
// what is below it and has no room of its own; a row names what its rooms import of each
// other, without internal/, or says none, or all, which nothing contradicts.
func architecture(tree fs.FS) (bad []string) {
	page, err := fs.ReadFile(tree, "ARCHITECTURE.md")
	if err != nil {
		return []string{err.Error()}
	}
	said, imports := map[string]string{}, map[string][]string{}
	var rooms []string
	for _, row := range roomRow.FindAllSubmatch(page, -1) {
		for _, name := range roomName.FindAllSubmatch(row[1], -1) {
			rooms = append(rooms, string(name[1]))
			said[string(name[1])] = string(row[2])
		}
	}
	roomOf := func(pkg string) (room string) {
		for _, r := range rooms {
			if covers(r+"/...", pkg) && len(r) > len(room) {
				room = r
			}
		}
		return room
	}
	homeless := map[string]bool{}
	bad = goFiles(tree, func(pkg, name string, _ *token.FileSet, f *ast.File) (bad []string) {
		room := roomOf(pkg)
		if room == "" && !homeless[pkg] {
			homeless[pkg] = true
			return []string{pkg + " has no row in ARCHITECTURE.md"}
		}
		if imports[room] == nil {
			imports[room] = []string{}
		}
		for _, spec := range f.Imports {
			to, ours := strings.CutPrefix(importPath(spec), module+"/")
			if to = roomOf(to); ours && to != room && !isTest(name) && !slices.Contains(imports[room], to) {
				imports[room] = append(imports[room], to)
			}
		}
		return nil
	})
	for _, room := range rooms {
		var names []string
		for _, to := range imports[room] {
			names = append(names, strings.TrimPrefix(to, "internal/"))
		}
		slices.Sort(names)
		is := strings.Join(names, ", ")
		if is == "" {
			is = "none"
		}
		switch {
		case imports[room] == nil:
			bad = append(bad, fmt.Sprintf("ARCHITECTURE.md has a row for %s, and there is no such package", room))
		case said[room] != "all" && said[room] != is:
			bad = append(bad, fmt.Sprintf("%s imports %s, and ARCHITECTURE.md says %s", room, is, said[room]))
		}
	}
	return bad
}
