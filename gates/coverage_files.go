package gates

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// lowest is the coverage of every file, or of every folder, in any order.
type lowest struct {
	unit   evidence.Unit
	files  []measuredFile
	first  measuredFile // the least covered
	folder bool
}

// compareCovered orders files by what is covered of them, the least first.
func compareCovered(x, y measuredFile) int {
	if c := x.ratio.Cmp(y.ratio); c != 0 {
		return c
	}
	if c := cmp.Compare(y.uncovered(), x.uncovered()); c != 0 {
		return c
	}
	return cmp.Compare(x.subject(), y.subject())
}

// byFolder sums the files of each folder, which is what most languages call a package:
// those directly in it, and none below it. A folder is pointed at by the file in it of
// which the most is not covered.
func byFolder(files []measuredFile) []measuredFile {
	at := map[string]int{}
	var out []measuredFile
	most := map[string]uint64{}
	for _, f := range files {
		dir := path.Dir(f.path)
		i, ok := at[dir]
		if !ok {
			i = len(out)
			at[dir] = i
			out = append(out, measuredFile{path: f.path, folder: dir, line: f.line})
		}
		g := &out[i]
		g.ratio = g.ratio.Add(f.ratio)
		if bad := f.uncovered(); bad > most[dir] || bad == most[dir] && f.path < g.path {
			most[dir], g.path, g.line = bad, f.path, f.line
		}
	}
	return out
}

// subject names the file, or the folder.
func (m measuredFile) subject() string {
	switch m.folder {
	case "":
		return firstLine(m.path)
	case ".":
		return "the root"
	default:
		return "folder " + firstLine(m.folder)
	}
}

// readLowest measures the file of which the least is covered, so that no mean hides
// a file that nothing tests.
func (b *body) readLowest(u evidence.Unit) reading {
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	s := b.sumOf(u)
	l := &lowest{unit: u, folder: b.gate.ByFolder, files: make([]measuredFile, 0, len(s.files))}
	for _, f := range s.files {
		if f.ratio.Measured() {
			l.files = append(l.files, f)
		}
	}
	if l.folder {
		l.files = byFolder(l.files)
	}
	r := reading{gaps: s.gaps, notes: s.notes(b, u)}
	if len(l.files) > 0 {
		l.first = slices.MinFunc(l.files, compareCovered)
		r.value, r.limit = evidence.ShareOf(l.first.ratio), l
	}
	return r
}

func (l *lowest) sentence(c Condition) string {
	f := l.first
	s := fmt.Sprintf("%s (%s) of the %s of %s are covered", evidence.ShareOf(f.ratio).Against(c.Want), f.ratio.Fraction(), l.unit, f.subject())
	if n := len(l.files); n > 1 {
		s += fmt.Sprintf(", the least of %d %s", n, l.many())
	}
	return s + "; " + demandShare(c) + " be"
}

// many is what there are several of.
func (l *lowest) many() string {
	if l.folder {
		return "folders"
	}
	return "files"
}

// broken are the files that break the condition: how many, and the least covered.
func (l *lowest) broken(c Condition) firstOf[measuredFile] {
	broken := firstOf[measuredFile]{compare: compareCovered}
	for _, f := range l.files {
		if !c.Op.Holds(evidence.ShareOf(f.ratio), c.Want) {
			broken.add(f)
		}
	}
	return broken
}

func (l *lowest) remedy(c Condition) string {
	const most = 5
	broken := l.broken(c)
	var parts []string
	for _, f := range broken.kept[:min(broken.n, most)] {
		k, ok := steps(c.Op, evidence.ShareOf(f.ratio), c.Want, true)
		if !ok {
			return c.unmendable()
		}
		parts = append(parts, more(k, l.unit)+" of "+f.subject())
	}
	if rest := broken.n - most; rest > 0 {
		return "cover " + strings.Join(parts, ", ") + fmt.Sprintf(" and likewise in %s", ofMany(uint64(rest), "other "+strings.TrimSuffix(l.many(), "s"), "other "+l.many()))
	}
	return "cover " + some(parts)
}

func (l *lowest) refs(c Condition) refList {
	var refs refList
	broken := l.broken(c)
	for i, f := range broken.kept {
		refs.add(uint64(broken.n-i), evidence.Pos{File: f.path, Line: f.line}, func() string {
			whose := "its " + l.unit.String()
			if l.folder {
				whose = "the " + l.unit.String() + " of " + f.subject()
			}
			return fmt.Sprintf("%s (%s) of %s are covered", evidence.ShareOf(f.ratio).Against(c.Want), f.ratio.Fraction(), whose)
		})
	}
	refs.n = broken.n
	return refs
}

// readJoined says how many of the files in the reports are files of the repository.
func (b *body) readJoined() reading {
	r := reading{says: "of the files in the reports are files of the repository", be: true}
	if len(b.reports) == 0 {
		return reading{} // the source has said so
	}
	if b.judge.repository() == nil {
		r.gaps = append(r.gaps, b.judge.unlistedGap())
		return r
	}
	if g, none := b.unmatched(); none {
		r.gaps = append(r.gaps, g)
		return r
	}
	var sum evidence.Ratio
	for _, p := range b.covered().list {
		sum.Den++
		if p.state == found {
			sum.Num++
			continue
		}
		in := p.of[0]
		at := in.file.At
		at.File = in.report.Source
		r.refs.add(1, at, func() string {
			if p.state == ambiguous {
				return quoted(firstLine(p.path)) + " could be several files of the repository"
			}
			return quoted(firstLine(slashed(in.file.Path))) + " is no file of the repository"
		})
	}
	r.value, r.notes = evidence.ShareOf(sum), b.filter.paths.unusedNotes("file")
	r.mend = func(k uint64) string {
		return fmt.Sprintf("have the tool write %d more %s as the repository does, or leave out what is not in it", k, plural(k, "path", "paths"))
	}
	return r
}
