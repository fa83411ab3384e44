package coverage

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// key is a hash or number with whether it was covered in the lowest bit.
func key(hash uint64, ran bool) uint64 {
	if ran {
		return hash | 1
	}
	return hash &^ 1
}

// joined sorts keys and leaves one of each hash, the covered one if there is one.
func joined(keys []uint64) []uint64 {
	slices.Sort(keys)
	out := keys[:0]
	for _, k := range keys {
		if n := len(out); n > 0 && out[n-1]>>1 == k>>1 {
			out[n-1] = k
			continue
		}
		out = append(out, k)
	}
	return out
}

// keySet is the keys of a file over its records. Most files have one record, and
// are kept so that a branch takes two bytes: each key as what it is more than the
// one before. Those of further records are joined when they are as many, so that
// many small records of one file cost no more than a large one.
type keySet struct {
	packed []byte
	keyed  uint32 // how many are packed, and how many of them are covered
	ran    uint32
	more   *[]uint64 // of further records; nil for most files
}

// add takes keys that are joined.
func (s *keySet) add(keys []uint64) {
	if s.packed == nil {
		s.pack(keys)
		return
	}
	if s.more == nil {
		s.more = new([]uint64)
	}
	*s.more = append(*s.more, keys...)
	if uint64(len(*s.more)) > uint64(s.keyed)+64 {
		s.join()
	}
}

func (s *keySet) pack(keys []uint64) {
	sum := keysRatio(keys)
	s.keyed, s.ran = uint32(sum.Den), uint32(sum.Num)
	size, last := 0, uint64(0)
	for _, k := range keys {
		size += (bits.Len64(k-last|1) + 6) / 7 // of a Uvarint
		last = k
	}
	s.packed = make([]byte, 0, size)
	last = 0
	for _, k := range keys {
		s.packed = binary.AppendUvarint(s.packed, k-last)
		last = k
	}
}

func (s *keySet) join() { s.pack(joined(s.take(nil))) }

// take appends all of them to keys, in no order. It empties the set.
func (s *keySet) take(keys []uint64) []uint64 {
	keys = slices.Grow(keys, int(s.keyed))
	if s.more != nil {
		keys = append(keys, *s.more...)
	}
	for rest, last := s.packed, uint64(0); len(rest) > 0; {
		delta, n := binary.Uvarint(rest)
		last += delta
		keys = append(keys, last)
		rest = rest[n:]
	}
	s.packed, s.more = nil, nil
	return keys
}

func (s *keySet) ratio() evidence.Ratio {
	if s.more != nil {
		s.join()
	}
	return evidence.Ratio{Num: uint64(s.ran), Den: uint64(s.keyed)}
}

// keysRatio counts the covered ones.
func keysRatio(keys []uint64) evidence.Ratio {
	r := evidence.Ratio{Den: uint64(len(keys))}
	for _, k := range keys {
		r.Num += k & 1
	}
	return r
}
