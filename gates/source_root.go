package gates

import (
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// roots finds what the reports of sources with a root name in the repository.
type roots struct {
	tree  evidence.Tree
	has   map[string]bool        // the files of the tree
	below map[string]*repository // the files below a root, by the root
}

func newRoots(t evidence.Tree) *roots { return &roots{tree: t, below: map[string]*repository{}} }

// place gives the function that puts a path of a report where the root has it: below
// the root if there is such a file, else as it is written if there is such a file, else
// below the root, unless it begins there or at the root of a machine.
func (r *roots) place(root string) func(string) string {
	if r.has == nil {
		r.has = make(map[string]bool, len(r.tree.Paths))
		for _, p := range r.tree.Paths {
			r.has[p] = true
		}
	}
	return func(written string) string {
		path := slashed(written)
		switch below := root + "/" + path; {
		case path == "" || rooted(path):
			return written
		case r.has[below]:
			return below
		case r.has[path] || strings.HasPrefix(path, root+"/"):
			return path
		default:
			return below
		}
	}
}

// join finds the files of a coverage report: below the root first, and then, as
// without one, in all of the repository.
func (r *roots) join(all *repository, root string, report *evidence.Report) []joined {
	below := r.below[root]
	if below == nil {
		var files []string
		for _, p := range r.tree.Paths {
			if rest, ok := strings.CutPrefix(p, root+"/"); ok {
				files = append(files, rest)
			}
		}
		below = newRepository(evidence.Tree{Known: true, Paths: files})
		r.below[root] = below
	}
	out := below.join(report)
	var elsewhere []joined // of all of the repository, where that is asked
	for i := range out {
		switch out[i].state {
		case found:
			out[i].path = root + "/" + out[i].path
		case outside:
			if elsewhere == nil {
				elsewhere = all.join(report)
			}
			out[i] = elsewhere[i]
		}
	}
	return out
}

// Placed are reports of the source with the paths of tests and findings as they are in
// the repository, of which tree lists the files: those of a source without a root stay.
func (src Source) Placed(tree evidence.Tree, reports []*evidence.Report) []*evidence.Report {
	return newRoots(tree).placed(src, reports)
}

func (r *roots) placed(src Source, reports []*evidence.Report) []*evidence.Report {
	if src.Root == "" {
		return reports
	}
	out := make([]*evidence.Report, len(reports))
	place := r.place(src.Root)
	for i, report := range reports {
		out[i] = report.Placed(place)
	}
	return out
}
