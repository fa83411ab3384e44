// Package digits reads decimal numbers eight bytes at a time. Most of the bytes of
// a coverage report are digits of short numbers, and a loop over them is a fifth
// to a third of the time that reading such a report takes.
package digits

import "math/bits"

// A byte of ones, of the digit 0, or of the highest bit, in each of eight bytes.
const (
	ones  = 0x0101010101010101
	zeros = '0' * ones
	highs = 0x8080808080808080
)

// Leading reads the digits at the beginning of eight bytes, the first in the lowest
// byte as encoding/binary.LittleEndian loads them. It gives their number and how
// many they are: 0 if there is none, 8 if there may be more.
func Leading(w uint64) (n uint64, size int) {
	w ^= zeros
	// A byte above 9 has its highest bit set in one of the two. A carry goes only
	// into bytes behind the first of those.
	size = bits.TrailingZeros64((w+0x76*ones|w)&highs) / 8
	return eight(w << (64 - 8*size)), size
}

// Exactly is Leading for who knows how many digits there are, from 1 to 7; ok is false
// if there are less or more. The processor need not count them before it goes on.
func Exactly(w uint64, size int) (n uint64, ok bool) {
	w ^= zeros
	other := (w + 0x76*ones | w) & highs
	return eight(w << (64 - 8*size&63)), other<<(56-8*size&63) == 1<<63
}

// Positive is Leading for who asks only whether the number is above 0.
func Positive(w uint64) (positive bool, size int) {
	w ^= zeros
	size = bits.TrailingZeros64((w+0x76*ones|w)&highs) / 8
	return w<<(64-8*size) != 0, size
}

// eight is the number of eight digits: pairs first, then fours, then all.
func eight(w uint64) uint64 {
	w = w*10 + w>>8
	const pairs = 0x000000FF000000FF
	return ((w&pairs)*(100+1000000<<32) + (w>>16&pairs)*(1+10000<<32)) >> 32
}
