package coverage

import (
	"encoding/binary"

	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// maxQuick is longer than any line that readQuick takes at one glance.
const maxQuick = 64

// readQuick reads DA and BRDA lines as long as they are what geninfo writes, and
// gives how many bytes and lines these are. It finds the end of a line by its
// digits, and puts 64 lines of a source file into the set at once. Without it, each
// line by Next and read, a tracefile was read a third as fast.
func (p *lcovReader) readQuick(b []byte) (n, lines int) {
	l := &p.rec.lines
	word, coverable, ran := 0, uint64(0), uint64(0) // what the set does not have yet
	digit := 1                                      // of the line number: mostly as many as of the one before
	for len(b)-n >= maxQuick {
		rest := (*[maxQuick]byte)(b[n:])
		if rest[0] == 'B' {
			size := p.readQuickBranch(rest)
			if size == 0 {
				break
			}
			n += size
			lines++
			continue
		}
		if rest[0] != 'D' || rest[1] != 'A' || rest[2] != ':' {
			break
		}
		line, ok := digits.Exactly(binary.LittleEndian.Uint64(rest[3:]), digit)
		if !ok {
			if line, digit = digits.Leading(binary.LittleEndian.Uint64(rest[3:])); uint(digit-1) >= 7 {
				break
			}
		}
		i := 3 + digit
		if rest[i] != ',' || line == 0 {
			break
		}
		i++
		positive, size := digits.Positive(binary.LittleEndian.Uint64(rest[i:]))
		if size == 0 {
			break
		}
		i += size
		if size >= 8 {
			for ; i < maxQuick-1 && rest[i]-'0' <= 9; i++ {
				positive = positive || rest[i] != '0'
			}
		}
		if rest[i] != '\n' {
			break
		}
		if int(line) > l.top && l.mark(int(line), positive) != nil {
			break
		}
		if at := int(line / 64); at != word {
			l.set.Mark64(word, coverable, ran)
			word, coverable, ran = at, 0, 0
		}
		bit := uint64(1) << (line % 64)
		coverable |= bit
		if !positive {
			bit = 0
		}
		ran |= bit
		n += i + 1
		lines++
	}
	if coverable != 0 {
		l.set.Mark64(word, coverable, ran)
	}
	return n, lines
}

// readQuickBranch reads BRDA:line,block,branch,taken of nothing but numbers, and
// gives its length with the newline, or 0.
func (p *lcovReader) readQuickBranch(b *[maxQuick]byte) int {
	if string(b[:5]) != "BRDA:" {
		return 0
	}
	i := 5
	var numbers [3]uint64
	for k := range numbers {
		n, size := digits.Leading(binary.LittleEndian.Uint64(b[i:]))
		if uint(size-1) >= 7 || b[i+size] != ',' {
			return 0
		}
		numbers[k] = n
		i += size + 1
	}
	taken := false
	if b[i] == '-' {
		i++
	} else {
		positive, size := digits.Positive(binary.LittleEndian.Uint64(b[i:]))
		if uint(size-1) >= 7 {
			return 0
		}
		taken = positive
		i += size
	}
	id, ok := branchKey(numbers)
	if !ok || b[i] != '\n' {
		return 0
	}
	p.rec.branches = append(p.rec.branches, key(id, taken))
	return i + 1
}

// The two highest bits of the key of a branch say how the rest holds its line: with
// block and number in few bits, in many, or with a hash of these.
const (
	hashedBranch = 1 << 63
	largeBranch  = 1 << 62
	noBranchLine = 1<<23 - 1 // stands for any line from there on, and for none
)

// branchKey is what tells a branch apart whose line, block and number are numbers:
// these themselves, if they fit, near to those of its neighbours.
func branchKey(n [3]uint64) (id uint64, ok bool) {
	if n[0] < 1<<24 && n[1] < 1<<7 && n[2] < 1<<7 {
		return n[0]<<15 | n[1]<<8 | n[2]<<1, true
	}
	return largeBranch | n[0]<<38 | n[1]<<18 | n[2]<<1, n[0] < 1<<24 && n[1] < 1<<20 && n[2] < 1<<17
}
