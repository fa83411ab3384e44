package evidence

import "hash/maphash"

// nameIndex finds the number of a string in a list. It keeps eight bytes for one, of
// which four are of a seeded hash, so that what is not it is seldom looked at: a map
// took a seventh of the time of reading a SARIF log, waiting for memory.
type nameIndex struct {
	seed  maphash.Seed
	slots []uint64 // hash<<32 | number+1, 0 where there is none; a power of two of them
	n     int
}

// find gives the number of b, or where in slots it would be and what to put there.
func (x *nameIndex) find(b []byte, strs []string) (id uint32, slot int, hash uint64, ok bool) {
	if x.slots == nil {
		x.seed = maphash.MakeSeed()
		x.slots = make([]uint64, 16)
	}
	hash = maphash.Bytes(x.seed, b)
	mask := len(x.slots) - 1
	for slot = int(hash) & mask; x.slots[slot] != 0; slot = (slot + 1) & mask {
		if s := x.slots[slot]; s>>32 == hash>>32 && strs[uint32(s)-1] == string(b) {
			return uint32(s) - 1, slot, hash, true
		}
	}
	return 0, slot, hash, false
}

// put notes a number at the slot that find gave.
func (x *nameIndex) put(id uint32, slot int, hash uint64, strs []string) {
	x.slots[slot] = hash>>32<<32 | uint64(id+1)
	if x.n++; 3*x.n < 2*len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]uint64, 2*len(old))
	mask := len(x.slots) - 1
	for _, s := range old {
		if s == 0 {
			continue
		}
		slot := int(maphash.String(x.seed, strs[uint32(s)-1])) & mask
		for x.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		x.slots[slot] = s
	}
}
