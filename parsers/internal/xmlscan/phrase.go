package xmlscan

import (
	"encoding/binary"
	"math"
)

// phrase is some bytes that are compared eight at a time: the first four words at
// once, because most are no longer and a jump costs more than they do.
type phrase struct {
	words [4]uint64
	masks [4]uint64 // of the bytes that count
	rest  [4]uint64
	mask  uint64 // of the last word of rest
	more  uint32 // how many words of rest count
	size  uint32 // 0 if there is none
}

// ahead is what a phrase may stand at the beginning of: it is read as words, up to the
// last one of the longest phrase.
type ahead = [8 * 8]byte

// set makes it these bytes, and reports whether they fit.
func (ph *phrase) set(parts ...[]byte) bool {
	*ph = phrase{}
	var b, mask ahead
	size := 0
	for _, part := range parts {
		if len(part) > len(b)-size {
			return false
		}
		size += copy(b[size:], part)
	}
	for i := range size {
		mask[i] = math.MaxUint8
	}
	for i := range ph.words {
		ph.words[i], ph.masks[i] = wordOf(&b, i), wordOf(&mask, i)
		ph.rest[i] = wordOf(&b, 4+i)
	}
	ph.size = uint32(size)
	if size > 32 {
		ph.more = uint32(size-32+7) / 8
		ph.mask = wordOf(&mask, 3+int(ph.more))
	}
	return size > 0
}

// stands reports whether the phrase stands at the beginning of b.
func (ph *phrase) stands(b *ahead) bool {
	differ := (wordOf(b, 0)^ph.words[0])&ph.masks[0] | (wordOf(b, 1)^ph.words[1])&ph.masks[1] |
		(wordOf(b, 2)^ph.words[2])&ph.masks[2] | (wordOf(b, 3)^ph.words[3])&ph.masks[3]
	return differ == 0 && (ph.more == 0 || ph.standsLong(b))
}

func (ph *phrase) standsLong(b *ahead) bool {
	last := int(ph.more) - 1
	for i := range last {
		if wordOf(b, 4+i) != ph.rest[i&3] {
			return false
		}
	}
	return (wordOf(b, 4+last)^ph.rest[last&3])&ph.mask == 0
}

// wordOf is the eight bytes at b[8*i]; that i is in range is known without a look.
func wordOf(b *ahead, i int) uint64 { return binary.LittleEndian.Uint64(b[i&7*8:]) }
