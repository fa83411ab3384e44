package change

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The tree is what was committed at the head, whatever lies about. R3
func TestListsTheTree(t *testing.T) {
	r := newRepo(t)
	r.write("a b.go", "1\n")
	r.write("pkg/ü.go", "1\n")
	first := r.commit()
	r.write("later.go", "1\n")
	r.commit()
	r.write("untracked.go", "1\n")
	for head, want := range map[string][]string{"": {"a b.go", "later.go", "pkg/ü.go"}, first: {"a b.go", "pkg/ü.go"}} {
		tree, err := Tree(t.Context(), filepath.Join(r.dir, "pkg"), head, os.Getenv)
		if err != nil || !tree.Known || !slices.Equal(tree.Paths, want) {
			t.Errorf("at %q have %+v, %v", head, tree, err)
		}
	}
	for _, x := range []struct{ dir, head, why string }{
		{r.dir, strings.Repeat("0", 40), "no checkout of the commit"},
		{t.TempDir(), "", "no checkout of the commit"},
	} {
		tree, err := Tree(t.Context(), x.dir, x.head, os.Getenv)
		if err != nil || tree.Known || tree.Paths != nil || !strings.Contains(tree.Unknown, x.why) {
			t.Errorf("of %q have %+v, %v", x.head, tree, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if tree, err := Tree(t.Context(), r.dir, "", os.Getenv); err != nil || tree.Known || !strings.Contains(tree.Unknown, "no git") {
		t.Errorf("without git have %+v, %v", tree, err)
	}
}
