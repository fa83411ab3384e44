package gates

import "github.com/tollgate-ci/tollgate/evidence"

// onPath applies the filter on paths to a file that a report of tests or findings
// names. Patterns begin at the root of the repository. ESLint, clang-tidy, compilers and
// others write where the file is on their machine: such a path is also the file of the
// repository with the longest name that it ends with. Where it is none, and an end of it
// is one that the patterns admit, nobody can tell whether it is meant.
func (f *filter) onPath(written string) admission {
	switch path := slashed(written); {
	case !f.paths.given():
		return admitted
	case path == "":
		return unplaced
	case !rooted(path):
		return admits(f.paths.admits(path))
	default:
		return f.onRooted(path)
	}
}

// onPlaces is onPath of a finding: in where any of its places is, and out where each is.
func (f *filter) onPlaces(d *evidence.Finding) admission {
	best := f.onPath(d.Path)
	for _, p := range d.Also {
		switch f.onPath(p.Path) {
		case admitted:
			return admitted
		case unplaced:
			if best == leftOut {
				best = unplaced
			}
		}
	}
	return best
}

// onRooted is onPath of a path from the root of a machine. Patterns that are written for
// such paths hold as they are: what they admit is in, and what a list that only takes
// away leaves out is out.
func (f *filter) onRooted(path string) admission {
	whole := f.paths.admits(path)
	takesAway := f.paths.list[0].away
	if file := f.files().endOf(path); file != "" {
		if here := f.paths.admits(file); here != whole {
			return admits(!takesAway)
		}
		return admits(whole)
	}
	for end := range ends(path) {
		if !whole && !takesAway && f.paths.admits(end) {
			return unplaced
		}
	}
	return admits(whole)
}

func admits(yes bool) admission {
	if yes {
		return admitted
	}
	return leftOut
}

// endOf gives the file of the repository with the longest name that a path ends with,
// "" if there is none or nobody knows the files.
func (r *repository) endOf(path string) string {
	if r == nil {
		return ""
	}
	for end := range ends(path) {
		if r.has[end] {
			return end
		}
	}
	return ""
}
