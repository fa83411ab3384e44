package findings

import (
	"hash/maphash"
	"strings"
)

// list says which of the two lists of descriptors of a component is meant.
type list uint8

const (
	_ list = iota
	rules
	notices
)

func (c *component) list(which list) *ruleList {
	if which == notices {
		return &c.notices
	}
	return &c.rules
}

// ruleList holds descriptors in chunks, so that none is moved when more come: that
// was a quarter of the time that a million of them took.
type ruleList struct {
	chunks [][]rule // all but the last are full
	n      int
}

const (
	rulesChunk      = 1024
	firstRulesChunk = 32
)

// next adds a descriptor, to be filled.
func (l *ruleList) next() *rule {
	if l.n%rulesChunk == 0 {
		size := rulesChunk
		if l.n == 0 {
			size = firstRulesChunk
		}
		l.chunks = append(l.chunks, make([]rule, 0, size))
	}
	last := &l.chunks[l.n/rulesChunk]
	*last = append(*last, rule{})
	l.n++
	return &(*last)[len(*last)-1]
}

func (l *ruleList) at(i int) *rule { return &l.chunks[i/rulesChunk][i%rulesChunk] }

// found is a rule, the component that has it, and whether the index that should
// name it names another. The rule is nil if there is none.
type found struct {
	*rule
	component  *component
	wrongIndex bool
}

// find looks a descriptor up. The specification looks by index or GUID alone
// (§3.52.3), and says that the id must agree. Most tools give only an id, and some
// give an index that is wrong: so the index counts if the id agrees or is absent,
// then the GUID, then the id, in the component that is named and then in all. An
// index that contradicts an id which is described nowhere is all there is.
func (u *run) find(ref ruleRef, which list) (f found) {
	home := u.componentOf(ref.in)
	if here := u.components[home].list(which); ref.index >= 0 && ref.index < here.n {
		f = found{here.at(ref.index), &u.components[home], false}
		if ref.id == "" || descends(ref.id, f.rule.id) {
			return f
		}
		f.wrongIndex = true
	}
	if len(u.components) == 1 {
		home = anyComponent
	}
	for _, in := range [...]int{home, anyComponent} {
		if at, ok := u.lookUp(in, ref, which); ok {
			f.component, f.rule = &u.components[at.component], u.at(at, which)
			break
		}
	}
	return f
}

// rulePlace is where a descriptor stands in its run.
type rulePlace struct{ component, rule int32 }

// at gives the descriptor at a place.
func (u *run) at(place rulePlace, which list) *rule {
	return u.components[place.component].list(which).at(int(place.rule))
}

const anyComponent = -1

// lookUp finds a descriptor by GUID, then by id, in a component or in any.
func (u *run) lookUp(in int, ref ruleRef, which list) (rulePlace, bool) {
	if u.index == nil {
		u.indexRules()
	}
	if ref.guid != "" {
		if e := u.entry(ruleName{int32(in), which, true}, strings.ToLower(ref.guid)); e != nil {
			return e.rulePlace, true
		}
	}
	// A result may name a part of its rule: "CA5350/md5" is of "CA5350" (§3.52.4).
	for id := ref.id; id != ""; {
		if e := u.entry(ruleName{int32(in), which, false}, id); e != nil {
			return e.rulePlace, true
		}
		id = id[:max(0, strings.LastIndexByte(id, '/'))]
	}
	return rulePlace{}, false
}

// ruleIndex is a table of all descriptors of a run by id and GUID. A map with such
// keys took more than half of the time that a million rules took to be read: it
// keeps and hashes 40 bytes of each key, where the text is in the rule already.
type ruleIndex struct {
	seed    maphash.Seed
	slots   []int32 // places in entries, counted from 1; half of them are free, or more
	entries []indexEntry
}

// indexEntry is one name of a descriptor, and where that stands.
type indexEntry struct {
	ruleName
	rulePlace
	hash uint32
}

// ruleName says where a text is the id or the GUID of a descriptor.
type ruleName struct {
	in     int32
	which  list
	isGUID bool
}

// slot gives the place of a name in the table, or where it belongs, and its hash.
func (u *run) slot(name ruleName, text string) (slot *int32, hash uint32) {
	x := u.index
	where := uint64(name.in+2)<<2 | uint64(name.which)<<1
	if name.isGUID {
		where |= 1
	}
	h := maphash.String(x.seed, text) ^ where*0x9e3779b97f4a7c15
	mask := uint64(len(x.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := &x.slots[i]
		if *slot == 0 {
			return slot, uint32(h >> 32)
		}
		if e := &x.entries[*slot-1]; e.hash == uint32(h>>32) && e.ruleName == name && u.textOf(e) == text {
			return slot, e.hash
		}
	}
}

func (u *run) textOf(e *indexEntry) string {
	d := u.at(e.rulePlace, e.which)
	if e.isGUID {
		return d.guid
	}
	return d.id
}

// entry gives the entry of a name, nil if there is none.
func (u *run) entry(name ruleName, text string) *indexEntry {
	if slot, _ := u.slot(name, text); *slot > 0 {
		return &u.index.entries[*slot-1]
	}
	return nil
}

// indexRules makes the index, of the descriptors in their component and in all. Ids
// may repeat (§3.49.3), and only an index tells such rules apart: without one, the
// gravest of them is meant.
func (u *run) indexRules() {
	names := 0
	u.eachName(func(ruleName, rulePlace, string) { names++ })
	size := 1
	for size < 2*names {
		size *= 2
	}
	u.index = &ruleIndex{seed: maphash.MakeSeed(), slots: make([]int32, max(size, 2)), entries: make([]indexEntry, 0, names)}
	u.eachName(func(name ruleName, place rulePlace, text string) {
		slot, hash := u.slot(name, text)
		if *slot == 0 {
			u.index.entries = append(u.index.entries, indexEntry{name, place, hash})
			*slot = int32(len(u.index.entries))
		} else if e := &u.index.entries[*slot-1]; name.isGUID || u.at(place, name.which).graver(u.at(e.rulePlace, name.which)) {
			e.rulePlace = place
		}
	})
}

// eachName gives every name of every descriptor.
func (u *run) eachName(yield func(name ruleName, place rulePlace, text string)) {
	for c := range u.components {
		ins := []int{c, anyComponent}
		if len(u.components) == 1 {
			ins = ins[1:] // it is all there is
		}
		for _, which := range [...]list{rules, notices} {
			all := u.components[c].list(which)
			for i := range all.n {
				d, place := all.at(i), rulePlace{int32(c), int32(i)}
				for _, in := range ins {
					if d.guid != "" {
						yield(ruleName{int32(in), which, true}, place, d.guid)
					}
					if d.id != "" {
						yield(ruleName{int32(in), which, false}, place, d.id)
					}
				}
			}
		}
	}
}
