package coverage

import (
	"encoding/binary"
	"hash/maphash"
	"sort"

	"github.com/tollgate-ci/tollgate/evidence"
)

// goFile is one source file of a profile.
type goFile struct {
	path   string
	blocks []evidence.Block
	texts  []goText // of the first blocks, as they came a second time
	first  int
	next   int    // the block that is expected next
	place  uint32 // in goProfile.files

	// Blocks come in ascending order from every version of Go, but for those that
	// begin on one line. Where they do not, index finds them.
	index *goIndex
}

func (f *goFile) sourcePath() string { return f.path }

func sameExtent(a, b *evidence.Block) bool {
	return a.StartLine == b.StartLine && a.StartCol == b.StartCol && a.EndLine == b.EndLine && a.EndCol == b.EndCol
}

// comesBefore orders blocks by extent, then by statements.
func comesBefore(a, b *evidence.Block) bool {
	switch {
	case a.StartLine != b.StartLine:
		return a.StartLine < b.StartLine
	case a.StartCol != b.StartCol:
		return a.StartCol < b.StartCol
	case a.EndLine != b.EndLine:
		return a.EndLine < b.EndLine
	case a.EndCol != b.EndCol:
		return a.EndCol < b.EndCol
	}
	return a.Stmts < b.Stmts
}

// isBefore reports whether a block begins behind all others of the file, as it does
// nearly always when the file is read first.
func (f *goFile) isBefore(b *evidence.Block) bool {
	if f.index != nil || len(f.blocks) == 0 {
		return f.index == nil
	}
	last := &f.blocks[len(f.blocks)-1]
	return last.StartLine < b.StartLine || last.StartLine == b.StartLine && last.StartCol < b.StartCol
}

// find looks for the block of this extent and number of statements. Of one that is
// not there it gives the first of the same extent, which no sound profile has.
func (f *goFile) find(b *evidence.Block) (at, other int) {
	if f.index != nil {
		return f.index.find(f.blocks, b)
	}
	n := len(f.blocks)
	from := n
	if n > 0 && !comesBefore(&f.blocks[n-1], b) {
		from = sort.Search(n, func(i int) bool { return !comesBefore(&f.blocks[i], b) })
	}
	if from < n && sameExtent(&f.blocks[from], b) && f.blocks[from].Stmts == b.Stmts {
		return from, -1
	}
	other = -1
	if from < n && sameExtent(&f.blocks[from], b) {
		other = from
	}
	for from > 0 && sameExtent(&f.blocks[from-1], b) {
		from--
		other = from
	}
	return -1, other
}

// append adds a block that is not there.
func (f *goFile) append(b evidence.Block) {
	n := len(f.blocks)
	f.blocks = append(f.blocks, b)
	if f.index == nil && n > 0 && !comesBefore(&f.blocks[n-1], &b) {
		f.index = new(goIndex)
	}
	if f.index != nil {
		f.index.add(f.blocks)
	}
}

// goIndex finds the blocks of a file by extent: an open table of their numbers, one
// more each, four to twelve bytes a block. Those of one extent stand in it in the
// order in which they came.
type goIndex struct {
	seed  maphash.Seed
	slots []uint32
	n     int
}

// goExtent is what the index is by.
type goExtent struct{ startLine, startCol, endLine, endCol uint32 }

func (x *goIndex) begin(b *evidence.Block) int {
	return int(maphash.Comparable(x.seed, goExtent{b.StartLine, b.StartCol, b.EndLine, b.EndCol})) & (len(x.slots) - 1)
}

func (x *goIndex) find(blocks []evidence.Block, b *evidence.Block) (at, other int) {
	other = -1
	for i := x.begin(b); x.slots[i] > 0; i = (i + 1) & (len(x.slots) - 1) {
		at := int(x.slots[i] - 1)
		if !sameExtent(&blocks[at], b) {
			continue
		}
		if blocks[at].Stmts == b.Stmts {
			return at, -1
		}
		if other < 0 {
			other = at
		}
	}
	return -1, other
}

// add takes those of the blocks that it does not have yet, which are the last.
func (x *goIndex) add(blocks []evidence.Block) {
	if 3*len(blocks) > 2*len(x.slots) {
		size := 16
		for 3*len(blocks) > size {
			size *= 2
		}
		x.seed, x.slots, x.n = maphash.MakeSeed(), make([]uint32, size), 0
	}
	for ; x.n < len(blocks); x.n++ {
		i := x.begin(&blocks[x.n])
		for x.slots[i] > 0 {
			i = (i + 1) & (len(x.slots) - 1)
		}
		x.slots[i] = uint32(x.n + 1)
	}
}

// goText is what a block's line has between the path and the count, such as
// "10.2,13.16 1 ": 23 bytes of it at most, and their number in the highest byte.
// One that is longer, or too short to be of a block, is never at any place.
type goText [3]uint64

func newGoText(text []byte) (t goText) {
	var b [24]byte
	if n := copy(b[:23], text); n == len(text) && n >= 8 {
		b[23] = byte(n)
		for i := range t {
			t[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
	return t
}

// at gives the length of the text if the line goes on with it, else 0.
func (t *goText) at(line *[maxQuick]byte) int {
	n := t[2] >> 56
	if binary.LittleEndian.Uint64(line[:]) != t[0] || n == 0 {
		return 0
	}
	mask := &textMasks[n%24]
	if binary.LittleEndian.Uint64(line[8:])&mask[0] != t[1] || binary.LittleEndian.Uint64(line[16:])&mask[1] != t[2]<<8>>8 {
		return 0
	}
	return int(n)
}

// textMasks are what there is of the second and third word of a text, by its length.
var textMasks = func() (masks [24][2]uint64) {
	for n := range masks {
		for i := 8; i < n; i++ {
			masks[n][i/8-1] |= 0xFF << (i % 8 * 8)
		}
	}
	return masks
}()
