package evidence

import "hash/maphash"

// nameIndex finds the number of a string. It keeps a seeded hash of 64 bits and not
// the string: a report cannot be written so that two names meet, and that they meet
// by chance among a million has odds of one to thirty million. A map looks at three
// places in memory for a name, this at one; that was a sixth of the time of reading
// a SARIF log with twenty thousand paths.
type nameIndex struct {
	seed  maphash.Seed
	slots []nameSlot // a power of two of them, a third at least free
	n     int
	last  nameSlot // what was found last, because names come in runs
}

type nameSlot struct {
	hash uint64
	id   uint32 // of the string, plus one; 0 where there is none
}

// find gives the number of b, or the slot where put will note it.
func (x *nameIndex) find(b []byte) (id uint32, free *nameSlot) {
	switch {
	case x.slots == nil:
		x.seed = maphash.MakeSeed()
		x.slots = make([]nameSlot, 16)
	case 3*x.n >= 2*len(x.slots):
		x.grow()
	}
	hash := maphash.Bytes(x.seed, b)
	if x.last.hash == hash && x.last.id > 0 {
		return x.last.id - 1, nil
	}
	slot := x.slot(hash)
	if slot.id > 0 {
		x.last = *slot
		return slot.id - 1, nil
	}
	slot.hash = hash
	return 0, slot
}

func (x *nameIndex) put(free *nameSlot, id uint32) {
	free.id = id + 1
	x.last = *free
	x.n++
}

// slot gives that of a hash, or a free one.
func (x *nameIndex) slot(hash uint64) *nameSlot {
	mask := len(x.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		if s := &x.slots[i]; s.id == 0 || s.hash == hash {
			return s
		}
	}
}

func (x *nameIndex) grow() {
	old := x.slots
	x.slots = make([]nameSlot, 2*len(old))
	for _, s := range old {
		if s.id > 0 {
			*x.slot(s.hash) = s
		}
	}
}
