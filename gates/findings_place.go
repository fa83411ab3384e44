package gates

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changeIndex finds the files of a change by the paths that tools write.
type changeIndex struct {
	now, before map[string]*evidence.FileChange   // by the whole path
	nowBy       map[string][]*evidence.FileChange // by the last element of the path
	beforeBy    map[string][]*evidence.FileChange
}

// changes indexes the files of the change once. It is of no use where the change is
// not known, and then nil.
func (j *judge) changes() *changeIndex {
	if j.change != nil || !j.in.Diff.Known {
		return j.change
	}
	x := &changeIndex{
		now: map[string]*evidence.FileChange{}, before: map[string]*evidence.FileChange{},
		nowBy: map[string][]*evidence.FileChange{}, beforeBy: map[string][]*evidence.FileChange{},
	}
	for i := range j.in.Diff.Files {
		f := &j.in.Diff.Files[i]
		x.now[f.Path] = f
		x.nowBy[path.Base(f.Path)] = append(x.nowBy[path.Base(f.Path)], f)
		if f.How == evidence.Added || f.How == evidence.Copied {
			continue // there was none, and what it was copied from stands for itself
		}
		old := before(f)
		x.before[old] = f
		x.beforeBy[path.Base(old)] = append(x.beforeBy[path.Base(old)], f)
	}
	j.change = x
	return x
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

// sameEnd reports whether one of two paths is the end of the other, so that they
// may be one file. A path from the root of a machine is never the shorter one.
func sameEnd(written, inRepository string) bool {
	return strings.HasSuffix(written, "/"+inRepository) || !rooted(written) && strings.HasSuffix(inRepository, "/"+written)
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
	if f := x.now[written]; f != nil {
		return touches(f, first, last)
	}
	var may []string
	all := whereabouts{presence: elsewhere}
	agree := true
	for _, f := range x.nowBy[path.Base(written)] {
		if f.How == evidence.Deleted || !sameEnd(written, f.Path) {
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

// landing is where a line of the base is now.
type landing struct {
	path string
	line int
	gone bool // the change took it away or altered it
}

// land follows a line of the base through the change, as far as that is known. A
// nil index knows nothing of the change, and the line stays where it was.
func (x *changeIndex) land(written string, line int) landing {
	l := landing{path: written, line: line}
	f := x.was(written)
	if f == nil {
		return l
	}
	switch old := before(f); {
	case written == old:
		l.path = f.Path
	case strings.HasSuffix(written, "/"+old):
		l.path = strings.TrimSuffix(written, old) + f.Path
	default: // written is the end of old
		if rest, ok := strings.CutPrefix(f.Path, strings.TrimSuffix(old, written)); ok {
			l.path = rest
		}
	}
	switch {
	case f.Cut || f.Binary || line == 0:
	case f.How == evidence.Deleted || meets(f.Removed, line, line):
		l.gone = true
	default:
		for _, r := range f.Removed {
			if r.Last < line {
				l.line -= r.Len()
			}
		}
		for _, a := range f.Added {
			if a.First <= l.line {
				l.line += a.Len()
			}
		}
	}
	return l
}

// was gives the file of the change that a path of the base means, nil if none or
// more than one.
func (x *changeIndex) was(written string) *evidence.FileChange {
	if x == nil || written == "" {
		return nil
	}
	if f := x.before[written]; f != nil {
		return f
	}
	return only(x.beforeBy[path.Base(written)], func(f *evidence.FileChange) bool { return sameEnd(written, before(f)) })
}

// fresh reports whether a line of this run is one that the change added or altered.
func (x *changeIndex) fresh(written string, line int) bool {
	if x == nil || written == "" {
		return false
	}
	f := x.now[written]
	if f == nil {
		f = only(x.nowBy[path.Base(written)], func(f *evidence.FileChange) bool { return sameEnd(written, f.Path) })
	}
	return f != nil && touches(f, line, line).presence == inside
}

// only gives the one file for which is holds, nil if there is none or another.
func only(files []*evidence.FileChange, is func(*evidence.FileChange) bool) (found *evidence.FileChange) {
	for _, f := range files {
		if !is(f) {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}
