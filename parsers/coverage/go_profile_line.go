package coverage

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/digits"
)

// notBlock says where a line stops being a block, and what was expected there.
type notBlock struct {
	col  int // from 1
	want string
}

// parseBlock reads path:line.column,line.column statements count. It reads from
// the end, because a path may hold colons and spaces.
func parseBlock(line []byte) (path []byte, b evidence.Block, err *notBlock) {
	rest, digits := lastNumber(line, ' ')
	if digits == nil {
		return nil, b, &notBlock{max(len(rest), 1), "a count"}
	}
	b.Count, _ = parseCount(digits)
	rest = number(rest, ' ', "a number of statements", &b.Stmts, &err)
	rest = number(rest, '.', "the column where the block ends", &b.EndCol, &err)
	rest = number(rest, ',', "the line where the block ends", &b.EndLine, &err)
	rest = number(rest, '.', "the column where the block begins", &b.StartCol, &err)
	rest = number(rest, ':', "the line where the block begins", &b.StartLine, &err)
	if err == nil && len(rest) == 0 {
		err = &notBlock{1, "a path"}
	}
	return rest, b, err
}

// extentIn is the column, from 1, of an extent that stands in a path, and 0 if none does.
// A profile whose last newline is missing leaves one where another is joined to it, and
// its last block would be lost in the name of the first of the other.
func extentIn(path []byte) int {
	for i := 0; ; {
		n := bytes.IndexByte(path[i:], ':')
		if n < 0 {
			return 0
		}
		i += n + 1
		if i == len(path) || path[i]-'0' > 9 {
			continue
		}
		var rest [maxQuick]byte
		copy(rest[:], path[i:])
		if _, n := quickBlock(&rest); n > 0 {
			return i + 1
		}
	}
}

// number cuts a number off the end of a line, unless there is an error already.
func number(line []byte, sep byte, want string, value *uint32, err **notBlock) (rest []byte) {
	if *err != nil {
		return line
	}
	rest, digits := lastNumber(line, sep)
	if digits == nil {
		*err = &notBlock{max(len(rest), 1), want}
		return line
	}
	n, _ := parseCount(digits)
	if n > math.MaxUint32 || len(digits) > len("4294967295") {
		*err = &notBlock{len(rest) + 2, want + ", below 2^32,"}
	}
	*value = uint32(n)
	return rest
}

// lastNumber cuts the digits and the separator before them off the end of a
// line. If they are not there, digits is nil and rest ends with what is.
func lastNumber(line []byte, sep byte) (rest, digits []byte) {
	i := len(line)
	for i > 0 && line[i-1]-'0' <= 9 {
		i--
	}
	if i == len(line) || i == 0 || line[i-1] != sep {
		return line[:i], nil
	}
	return line[:i-1], line[i:]
}

// parseCount reads a whole number, saturating: atomic counters of long runs
// exceed 2^63 where they are added up.
func parseCount(digits []byte) (n uint64, ok bool) {
	safe := digits[:min(len(digits), 19)] // 10^19 < 2^64
	for _, c := range safe {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	for _, c := range digits[len(safe):] {
		c -= '0'
		if c > 9 {
			return 0, false
		}
		if n > (math.MaxUint64-uint64(c))/10 {
			n = math.MaxUint64
			continue
		}
		n = n*10 + uint64(c)
	}
	return n, len(digits) > 0
}

// quickBlock reads line.column,line.column statements at the beginning of what
// follows a path, with the space behind, and gives its length; 0 if it is not that, or
// has a number of more than seven digits.
func quickBlock(b *[maxQuick]byte) (block evidence.Block, n int) {
	v, size := digits.Leading(binary.LittleEndian.Uint64(b[:]))
	i := size
	if uint(size-1) >= 7 || b[i] != '.' {
		return block, 0
	}
	block.StartLine = uint32(v)
	v, size = digits.Leading(binary.LittleEndian.Uint64(b[i+1:]))
	if i += 1 + size; uint(size-1) >= 7 || b[i] != ',' {
		return block, 0
	}
	block.StartCol = uint32(v)
	v, size = digits.Leading(binary.LittleEndian.Uint64(b[i+1:]))
	if i += 1 + size; uint(size-1) >= 7 || b[i] != '.' {
		return block, 0
	}
	block.EndLine = uint32(v)
	v, size = digits.Leading(binary.LittleEndian.Uint64(b[i+1:]))
	if i += 1 + size; uint(size-1) >= 7 || b[i] != ' ' {
		return block, 0
	}
	block.EndCol = uint32(v)
	v, size = digits.Leading(binary.LittleEndian.Uint64(b[i+1:]))
	if i += 1 + size; uint(size-1) >= 7 || b[i] != ' ' {
		return block, 0
	}
	block.Stmts = uint32(v)
	return block, i + 1
}

// quickCount reads the count at b[i] and the end of the line, and gives the length
// of both; 0 if it is not that, or has more than seven digits.
func quickCount(b *[maxQuick]byte, i int) (count uint64, size int) {
	if c := b[i] - '0'; c < 10 && b[i+1] == '\n' { // nearly always
		return uint64(c), 2
	}
	count, size = digits.Leading(binary.LittleEndian.Uint64(b[i:]))
	switch {
	case uint(size-1) >= 7:
	case b[i+size] == '\n':
		return count, size + 1
	case b[i+size] == '\r' && b[i+size+1] == '\n':
		return count, size + 2
	}
	return 0, 0
}
