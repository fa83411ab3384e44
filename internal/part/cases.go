package part

import (
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// caseBlock is how many cases stand together, each property of all of them in a
// row: like beside like is what makes a case cost a few bytes. Blocks of 4096, whose
// columns share the tables of one Huffman code, cost a sixth more.
const caseBlock = 1 << 15

func (c *coder) cases(cs *evidence.Cases) {
	total := cs.Len()
	number(c, &total, 0, 1<<32, "number of cases")
	block := make([]evidence.Case, 0, min(total, caseBlock))
	names := newTokens(cap(block))
	line := 0
	for from := 0; from < total && c.err == nil; from += caseBlock {
		block = block[:min(caseBlock, total-from)]
		clear(block)
		if c.out != nil {
			for i := range block {
				block[i] = cs.At(from + i)
			}
		}
		line = c.caseBlock(block, line)
		c.names(names, block)
		for i := 0; c.in != nil && c.err == nil && i < len(block); i++ {
			k := &block[i]
			cs.Append(cs.Suite([]byte(k.Suite)), cs.Class([]byte(k.Class)), names.texts[i], k.Outcome, k.Duration, k.At.Line, &k.Detail)
		}
	}
}

// caseBlock is all of some cases but their names. It gives the line of the last.
func (c *coder) caseBlock(block []evidence.Case, line int) int {
	each := func(column func(k *evidence.Case)) {
		for i := 0; i < len(block) && c.err == nil; i++ {
			column(&block[i])
		}
	}
	each(func(k *evidence.Case) {
		number(c, &k.Outcome, uint64(evidence.Skipped), uint64(evidence.Errored), "outcome")
	})
	each(func(k *evidence.Case) { c.name(&k.Suite, "suite") })
	each(func(k *evidence.Case) { c.name(&k.Class, "class") })
	c.durations(block)
	each(func(k *evidence.Case) {
		step(c, &k.At.Line, line, maxLineNo, "line")
		line = k.At.Line
	})
	detailed := make([]bool, len(block))
	for i := range block {
		detailed[i] = !block[i].Empty()
		c.yes(&detailed[i], "presence of a detail")
	}
	for i := range block {
		if detailed[i] && c.err == nil {
			c.detail(&block[i].Detail)
			if block[i].Empty() {
				c.fail("a detail that says nothing")
			}
		}
	}
	return line
}

// units are what durations are told in, in microseconds: the largest of which all of
// a block are whole multiples, so that nothing is rounded.
var units = []uint64{1, 10, 100, 1000, 10_000, 100_000, 1_000_000}

// durations are two columns: what is left of each by 256, which is as good as random,
// and the rest, which is not.
func (c *coder) durations(block []evidence.Case) {
	unit := len(units) - 1
	for i := 0; c.out != nil && i < len(block); i++ {
		for uint64(block[i].Duration/time.Microsecond)%units[unit] != 0 {
			unit--
		}
	}
	number(c, &unit, 0, uint64(len(units)-1), "unit of durations")
	low := make([]uint8, len(block))
	for i := 0; c.err == nil && i < len(block); i++ {
		low[i] = uint8(uint64(block[i].Duration/time.Microsecond) / units[unit])
		c.byte(&low[i])
	}
	for i := 0; c.err == nil && i < len(block); i++ {
		high := uint64(block[i].Duration/time.Microsecond) / units[unit] >> 8
		number(c, &high, 0, 1<<53>>8/units[unit], "duration")
		block[i].Duration = time.Duration((high<<8|uint64(low[i]))*units[unit]) * time.Microsecond
	}
}

func (c *coder) detail(d *evidence.Detail) {
	c.text(&d.Message, evidence.MaxMessage, "message")
	c.name(&d.File, "file")
	number(c, &d.Line, 0, 1<<40, "line")
	list(c, &d.Attempts, maxList, "attempts", func(a *evidence.Attempt) {
		number(c, &a.Outcome, uint64(evidence.Skipped), uint64(evidence.Errored), "outcome")
		ns := int64(a.Duration)
		c.signed(&ns)
		a.Duration = time.Duration(ns)
		c.text(&a.Message, evidence.MaxMessage, "message")
	})
	list(c, &d.Properties, maxList, "properties", c.property)
}

// folded are names that begin like the one before.
type folded struct{ before []byte }

// folded is a name: how many bytes it shares with the one before, and the rest.
// What is given back holds until the next call.
func (c *coder) folded(f *folded, name string) []byte {
	shared := 0
	if c.out != nil {
		for shared < min(len(name), len(f.before)) && name[shared] == f.before[shared] {
			shared++
		}
	}
	number(c, &shared, 0, uint64(len(f.before)), "bytes that names share")
	rest := ""
	if c.out != nil {
		rest = name[shared:]
		c.text(&rest, maxText, "name")
		f.before = append(f.before[:shared], rest...)
		c.take(len(f.before))
		return f.before
	}
	n := 0
	number(c, &n, 0, uint64(evidence.MaxName-min(shared, evidence.MaxName)), "bytes of a name")
	if c.err != nil {
		return nil
	}
	f.before = append(f.before[:shared], c.bytes(n)...)
	c.take(len(f.before))
	return f.before
}
