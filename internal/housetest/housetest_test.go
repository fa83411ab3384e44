package housetest

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// A rule looks at a tree of files and says what is wrong, one sentence with its
// place for each complaint.
type rule struct {
	name  string
	check func(tree fs.FS) []string
	// breaches are trees that break the rule once each; what they are keyed by is
	// part of the one complaint.
	breaches map[string]fstest.MapFS
}

// rules are all of them, in the order in which their files stand.
var rules = slices.Concat(importRules, architectureRules, sourceRules, actionRules, documentRules)

// root is the repository, seen from this package.
const root = "../.."

func TestHouse(t *testing.T) {
	tree := os.DirFS(root)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, complaint := range r.check(tree) {
				t.Error(complaint)
			}
		})
	}
}

func TestEveryRuleCanComplain(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if len(r.breaches) == 0 {
				t.Error("no tree that breaks it")
			}
			for want, tree := range r.breaches {
				if got := r.check(tree); len(got) != 1 || !strings.Contains(got[0], want) {
					t.Errorf("complaints = %q, want one with %q", got, want)
				}
			}
		})
	}
}

// unkept is what is in the folder and not in the project: version control, what
// .ci/run writes, what go test leaves behind.
var (
	unkept        = []string{".git", "bin", "reports"}
	unkeptEndings = []string{".test", ".prof"}
)

// walk calls visit for every file of the project that has one of the endings,
// or for every file if there are none, and gives all complaints. A tree that
// cannot be walked is one.
func walk(tree fs.FS, visit func(name string, data []byte) []string, endings ...string) (bad []string) {
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(unkept, name) {
				return fs.SkipDir
			}
			return nil
		}
		if slices.Contains(unkeptEndings, path.Ext(name)) || len(endings) > 0 && !slices.Contains(endings, path.Ext(name)) {
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		bad = append(bad, visit(name, data)...)
		return nil
	})
	if err != nil {
		bad = append(bad, err.Error())
	}
	return bad
}
