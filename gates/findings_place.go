package gates

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changeIndex finds the files of a change by the paths that tools write. It is read
// alone once it is made.
type changeIndex struct{ now, before pathEnds }

// changes indexes the files of the change once. It is of no use where the change is
// not known, and then nil.
func (j *judge) changes() *changeIndex {
	if j.change != nil || !j.in.Diff.Known {
		return j.change
	}
	x := &changeIndex{newPathEnds(), newPathEnds()}
	for i := range j.in.Diff.Files {
		f := &j.in.Diff.Files[i]
		x.now.add(f.Path, f)
		if f.How == evidence.Added || f.How == evidence.Copied {
			continue // there was none, and what it was copied from stands for itself
		}
		x.before.add(before(f), f)
	}
	j.change = x
	return x
}

// pathEnds finds files of a change by their paths, and by what stands behind each slash
// in them: to compare a path with all files of its name took a quarter of what a hundred
// thousand findings did.
type pathEnds struct {
	files       []*evidence.FileChange // in the order of the change
	whole, ends map[string][]int       // places in files
}

func newPathEnds() pathEnds { return pathEnds{whole: map[string][]int{}, ends: map[string][]int{}} }

func (e *pathEnds) add(path string, f *evidence.FileChange) {
	n := len(e.files)
	e.files = append(e.files, f)
	e.whole[path] = append(e.whole[path], n)
	for end := range ends(path) {
		e.ends[end] = append(e.ends[end], n)
	}
}

// ends yields what stands behind each slash of a path, the longest first.
func ends(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := strings.IndexByte(path, '/'); i >= 0; i = strings.IndexByte(path, '/') {
			if path = path[i+1:]; path != "" && !yield(path) {
				return
			}
		}
	}
}

// named gives the file of that path, nil if there is none.
func (e *pathEnds) named(path string) *evidence.FileChange {
	if at := e.whole[path]; len(at) > 0 {
		return e.files[at[len(at)-1]]
	}
	return nil
}

// like gives the files, in the order of the change, of which the path is the end of
// what a tool wrote, or the other way round, so that they may be one file. A path from
// the root of a machine is never the shorter one.
func (e *pathEnds) like(written string) []*evidence.FileChange {
	var at []int
	for end := range ends(written) {
		at = append(at, e.whole[end]...)
	}
	if longer := e.ends[written]; len(longer) > 0 && !rooted(written) {
		at = append(at, longer...)
	}
	if len(at) == 0 {
		return nil
	}
	slices.Sort(at)
	found := make([]*evidence.FileChange, len(at))
	for i, n := range at {
		found[i] = e.files[n]
	}
	return found
}

// only gives the one file that is so named, or that alone is like it.
func (e *pathEnds) only(written string) *evidence.FileChange {
	if f := e.named(written); f != nil {
		return f
	}
	if may := e.like(written); len(may) == 1 {
		return may[0]
	}
	return nil
}

// before is the path of a file before the change.
func before(f *evidence.FileChange) string {
	if f.How == evidence.Renamed && f.Old != "" {
		return f.Old
	}
	return f.Path
}

// rooted reports whether a path begins at the root of a machine and not at that of
// the repository.
func rooted(p string) bool {
	head, _, _ := strings.Cut(p, "/")
	return strings.HasPrefix(p, "/") || strings.Contains(head, ":")
}

// presence is whether a finding is in the change.
type presence uint8

const (
	_ presence = iota
	elsewhere
	inside
	unsure
)

// whereabouts is a presence with the reason, where it is unsure.
type whereabouts struct {
	presence
	why, remedy string
}

const fromRoot = "have the tool write paths from the root of the repository"

// find says whether a region of a file is in the change. A path that is one of the
// change's is that file. Any other may be the end of one of them, or the other way
// round, where a tool wrote it from another directory: then it is elsewhere only if it
// is elsewhere of all that it may be.
func (x *changeIndex) find(written string, first, last int) whereabouts {
	if written == "" {
		return whereabouts{unsure, "no file is named", "filter by rules or tools, or have the tool name the file"}
	}
	if f := x.now.named(written); f != nil {
		return touches(f, first, last)
	}
	var may []string
	all := whereabouts{presence: elsewhere}
	agree := true
	for _, f := range x.now.like(written) {
		if f.How == evidence.Deleted {
			continue
		}
		w := touches(f, first, last)
		agree = agree && (len(may) == 0 || w.presence == all.presence)
		all = w
		may = append(may, f.Path)
	}
	switch {
	case agree && (all.presence == elsewhere || rooted(written)):
		return all
	case rooted(written):
		return whereabouts{unsure, fmt.Sprintf("%s may be %s", firstLine(written), either(may)), fromRoot}
	default:
		return whereabouts{unsure, fmt.Sprintf("%s may be %s of the change, or a file elsewhere of it", firstLine(written), either(may)), fromRoot}
	}
}

// findAny is find of a finding, which is where any of its places is.
func (x *changeIndex) findAny(list *evidence.FindingList, rec *evidence.FindingRecord) whereabouts {
	w := x.find(slashed(list.NameOf(rec.Path)), int(rec.Line), int(rec.EndLine))
	for _, p := range list.Also(rec) {
		if w.presence == inside {
			break
		}
		if o := x.find(slashed(p.Path), p.Line, p.EndLine); o.presence != elsewhere {
			w = o
		}
	}
	return w
}

// either lists the first few of several paths.
func either(names []string) string {
	slices.Sort(names)
	const most = 3
	if len(names) > most {
		names = append(names[:most:most], "another")
	}
	last := len(names) - 1
	for i, n := range names {
		names[i] = firstLine(n)
	}
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// touches says whether a region of a file of the change is in it. What is new or
// copied is in it whole. Lines next to those that were only taken away are not.
func touches(f *evidence.FileChange, first, last int) whereabouts {
	name := firstLine(f.Path)
	switch {
	case f.How == evidence.Added || f.How == evidence.Copied:
		return whereabouts{presence: inside}
	case f.How == evidence.Deleted:
		return whereabouts{unsure, "the change deletes " + name, "run the tool on the head of the change"}
	case f.Cut:
		return whereabouts{unsure, "not all changed lines of " + name + " are known", "judge where the repository is checked out with its history"}
	case f.Binary:
		return whereabouts{unsure, name + " is a binary file that the change alters", "filter it out by paths"}
	case first == 0 && len(f.Added) > 0:
		return whereabouts{unsure, "no line of " + name + " is named, and the change alters some", "have the tool name the line, or filter by rules"}
	case meets(f.Added, first, max(first, last)):
		return whereabouts{presence: inside}
	default:
		return whereabouts{presence: elsewhere}
	}
}

// meets reports whether ranges in order have a line from first to last.
func meets(ranges []evidence.LineRange, first, last int) bool {
	i, _ := slices.BinarySearchFunc(ranges, first, func(r evidence.LineRange, line int) int { return r.Last - line })
	return i < len(ranges) && ranges[i].First <= last
}
