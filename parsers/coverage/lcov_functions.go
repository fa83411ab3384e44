package coverage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// lcovCall is how often a function of this name was called: not, or at all.
type lcovCall struct {
	name uint64
	ran  bool
}

// readFunction reads line,name or line,end,name. Istanbul leaves out the line of a function
// that it does not know; nothing depends on it.
func (rec *lcovRecord) readFunction(p *lcovReader, v []byte) {
	line, name, _ := bytes.Cut(v, []byte{','})
	_, ok := parseCount(line)
	if !ok && len(line) > 0 && string(line) != "undefined" || len(name) == 0 {
		p.unreadable(4, "FN:line,name")
		return
	}
	if end, rest, ok := bytes.Cut(name, []byte{','}); ok {
		if _, ok := parseCount(end); ok {
			name = rest
		}
	}
	rec.declared = append(rec.declared, maphash.Bytes(p.seed, name))
}

// readCalls reads count,name, which stand at column col.
func (rec *lcovRecord) readCalls(p *lcovReader, v []byte, col int) {
	count, name, ok := bytes.Cut(v, []byte{','})
	if !ok || len(name) == 0 {
		p.unreadable(col, "count,name of a function")
		return
	}
	rec.called = append(rec.called, lcovCall{maphash.Bytes(p.seed, name), ran(p.r, count, p.line, col)})
}

// readLeader reads index,line or index,line,end of a function of lcov 2.2, whose names
// follow. It is one function however many names it has, such as those of a constructor
// or of the instances of a template, and the same in every record that has its line.
func (rec *lcovRecord) readLeader(p *lcovReader, v []byte) {
	index, rest, _ := bytes.Cut(v, comma)
	line, _, _ := bytes.Cut(rest, comma)
	n, ok := parseCount(line)
	if !ok {
		p.unreadable(5, "FNL:index,line")
		return
	}
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	rec.called = append(rec.called, lcovCall{maphash.Bytes(p.seed, b[:]), false})
	rec.leader, rec.led = append(rec.leader[:0], index...), len(rec.called)
}

// readAlias reads index,count,name, one name of the function before it. One of another
// index is a function by itself.
func (rec *lcovRecord) readAlias(p *lcovReader, v []byte) {
	index, rest, ok := bytes.Cut(v, comma)
	if !ok {
		p.unreadable(5, "FNA:index,count,name")
		return
	}
	n := len(rec.called)
	rec.readCalls(p, rest, 6+len(index))
	if len(rec.called) > n && rec.led > 0 && bytes.Equal(index, rec.leader) {
		function := &rec.called[rec.led-1]
		function.ran = function.ran || rec.called[n].ran
		rec.called = rec.called[:n]
	}
}

// functions pairs names and calls: the nth call of a name is that of the nth
// function of this name, and what is left over on either side is a function too.
func (rec *lcovRecord) functions(seed maphash.Seed) []uint64 {
	if keys, ok := rec.plainFunctions(); ok {
		return keys
	}
	slices.Sort(rec.declared)
	slices.SortStableFunc(rec.called, func(a, b lcovCall) int { return cmp.Compare(a.name, b.name) })
	keys := rec.keys[:0]
	nth := func(name uint64, n int) uint64 {
		if n == 0 {
			return name
		}
		var b [16]byte
		binary.LittleEndian.PutUint64(b[:], name)
		binary.LittleEndian.PutUint64(b[8:], uint64(n))
		return maphash.Bytes(seed, b[:])
	}
	for i, from := 0, 0; i < len(rec.called); i++ {
		if rec.called[i].name != rec.called[from].name {
			from = i
		}
		keys = append(keys, key(nth(rec.called[i].name, i-from), rec.called[i].ran))
	}
	for i, from := 0, 0; i < len(rec.declared); i++ {
		if rec.declared[i] != rec.declared[from] {
			from = i
		}
		keys = append(keys, key(nth(rec.declared[i], i-from), false))
	}
	return joined(keys)
}

// plainFunctions is functions where each name stands once among the calls, and they are
// those of the declarations in the same order, as lcov writes them.
func (rec *lcovRecord) plainFunctions() ([]uint64, bool) {
	if len(rec.declared) != len(rec.called) {
		return nil, false
	}
	keys := rec.keys[:0]
	for i, c := range rec.called {
		if c.name != rec.declared[i] {
			return nil, false
		}
		keys = append(keys, key(c.name, c.ran))
	}
	rec.keys = keys
	slices.Sort(keys)
	for i := 1; i < len(keys); i++ {
		if keys[i]>>1 == keys[i-1]>>1 {
			return nil, false
		}
	}
	return keys, true
}
