package coverage

import (
	"cmp"
	"hash/maphash"
	"slices"
)

// fileList is the source files of a report in the order in which it names them first,
// each found by its path. Files never move. A report names thirty thousand and more,
// and a map of pointers to them and a list of these took a hundred bytes a file that
// the result does not hold, with what they left behind as they grew; this takes twelve.
type fileList[F any, P sourceFile[F]] struct {
	seed   maphash.Seed
	slots  []uint32 // the number of a file, plus one, by its path; 0 where there is none
	chunks [][]F
	n      int
	others []P // of the second half of the report, which are not found by path
}

// sourceFile is a pointer to what a reader keeps of a source file.
type sourceFile[F any] interface {
	*F
	sourcePath() string
}

const filesAtOnce = 32

func (l *fileList[F, P]) at(i int) P { return &l.chunks[i/filesAtOnce][i%filesAtOnce] }

// find gives the file of a path, nil if it is not there.
func (l *fileList[F, P]) find(path []byte) P {
	if l.n == 0 {
		return nil
	}
	mask := len(l.slots) - 1
	for i := int(maphash.Bytes(l.seed, path)) & mask; l.slots[i] > 0; i = (i + 1) & mask {
		if f := l.at(int(l.slots[i] - 1)); f.sourcePath() == string(path) {
			return f
		}
	}
	return nil
}

// add appends a file whose path is not there.
func (l *fileList[F, P]) add(file F) P {
	if l.n%filesAtOnce == 0 {
		l.chunks = append(l.chunks, make([]F, 0, filesAtOnce))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, file)
	l.n++
	if 4*l.n > 3*len(l.slots) {
		l.grow()
	} else {
		l.note(l.n - 1)
	}
	return l.at(l.n - 1)
}

// grow notes all files in a table of twice the size.
func (l *fileList[F, P]) grow() {
	if l.slots == nil {
		l.seed = maphash.MakeSeed()
	}
	l.slots = make([]uint32, max(16, 2*len(l.slots)))
	for i := range l.n {
		l.note(i)
	}
}

func (l *fileList[F, P]) note(i int) {
	mask := len(l.slots) - 1
	at := int(maphash.String(l.seed, l.at(i).sourcePath())) & mask
	for l.slots[at] > 0 {
		at = (at + 1) & mask
	}
	l.slots[at] = uint32(i + 1)
}

// join adds the files of the second half of a report, which come after these. Those
// that are here as well are given to both, and join stops where that reports false.
func (l *fileList[F, P]) join(o *fileList[F, P], both func(have, f P) bool) bool {
	l.others = make([]P, 0, o.n)
	for i := range o.n {
		f := o.at(i)
		switch have := l.find([]byte(f.sourcePath())); {
		case have == nil:
			l.others = append(l.others, f)
		case !both(have, f):
			return false
		}
	}
	return true
}

// sorted gives all files by path.
func (l *fileList[F, P]) sorted() []P {
	all := make([]P, 0, l.n+len(l.others))
	for i := range l.n {
		all = append(all, l.at(i))
	}
	all = append(all, l.others...)
	slices.SortFunc(all, func(a, b P) int { return cmp.Compare(a.sourcePath(), b.sourcePath()) })
	return all
}
