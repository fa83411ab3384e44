package gates

import (
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// changedFile is a file that findings name, and what the change did to it.
type changedFile struct {
	written string
	now     string               // of a file of the base: what it is called now
	change  *evidence.FileChange // nil if nothing, or nobody knows
}

// changed gives the file that a path means, in this run or in a reference. A nil index
// knows nothing of the change.
func (x *changeIndex) changed(written string, in reference) changedFile {
	c := changedFile{written: written, now: written}
	if x == nil || written == "" {
		return c
	}
	if in == thisRun {
		c.change = x.now.only(written)
		return c
	}
	if c.change = x.before.only(written); c.change == nil {
		return c
	}
	switch old := before(c.change); {
	case written == old:
		c.now = c.change.Path
	case strings.HasSuffix(written, "/"+old):
		c.now = strings.TrimSuffix(written, old) + c.change.Path
	default: // written is the end of old
		if rest, ok := strings.CutPrefix(c.change.Path, strings.TrimSuffix(old, written)); ok {
			c.now = rest
		}
	}
	return c
}

// fresh reports whether a line of this run is one that the change added or altered.
func (c changedFile) fresh(line int) bool {
	return c.change != nil && touches(c.change, line, line).presence == inside
}

// landing is where a line of the base is now.
type landing struct {
	line int
	gone bool // the change took it away or altered it
}

// land follows a line of the base through the change, as far as that is known.
func (c changedFile) land(line int) landing {
	l := landing{line: line}
	switch f := c.change; {
	case f == nil || f.Cut || f.Binary || line == 0:
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
