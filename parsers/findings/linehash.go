package findings

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tollgate-ci/tollgate/evidence"
)

// LineHashName is the fingerprint by which GitHub knows a finding again, and the one
// that its upload computes where the report has none.
const LineHashName = "primaryLocationLineHash"

// LineHashes gives the value of primaryLocationLineHash for every line of a source
// file, by its number from 1. It is the algorithm of GitHub's upload (codeql-action,
// src/fingerprints.ts): a line is known by the first hundred characters from its
// beginning on, those of the lines that follow included. Characters are units of
// UTF-16; spaces and tabs are left out, and all line endings are one. Equal hashes
// are numbered in the order of their lines.
func LineHashes(source []byte) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		h := lineHasher{lineStart: true, seen: make(map[uint64]int), yield: yield}
		for len(source) > 0 && !h.stopped {
			r, n := utf8.DecodeRune(source)
			source = source[n:]
			if r >= 0x10000 {
				high, low := utf16.EncodeRune(r)
				h.add(uint16(high))
				r = low
			}
			h.add(uint16(r))
		}
		h.add(0xFFFF) // the end
		for range lineWindow {
			h.put(0)
		}
	}
}

const (
	lineWindow = 100
	lineFactor = 37
)

// lineOldest is 37¹⁰⁰, by which a character counts that leaves the window.
var lineOldest = func() uint64 {
	p := uint64(1)
	for range lineWindow {
		p *= lineFactor
	}
	return p
}()

// lineHasher is a rolling hash over the last hundred characters.
type lineHasher struct {
	window    [lineWindow]uint16
	begins    [lineWindow]int // the line that begins with the character there, 0 if none does
	at        int
	hash      uint64
	line      int
	lineStart bool
	afterCR   bool
	seen      map[uint64]int
	yield     func(int, string) bool
	stopped   bool
}

func (h *lineHasher) add(c uint16) {
	wasCR := h.afterCR
	h.afterCR = false
	switch {
	case c == ' ' || c == '\t' || wasCR && c == '\n':
		return
	case c == '\r':
		h.afterCR = true
		c = '\n'
	}
	h.out()
	if h.lineStart {
		h.line++
		h.begins[h.at] = h.line
	}
	h.lineStart = c == '\n'
	h.roll(c)
}

func (h *lineHasher) put(c uint16) {
	h.out()
	h.roll(c)
}

// out yields the line that begins with the character that is about to leave.
func (h *lineHasher) out() {
	line := h.begins[h.at]
	if line == 0 || h.stopped {
		return
	}
	h.begins[h.at] = 0
	h.seen[h.hash]++
	h.stopped = !h.yield(line, strconv.FormatUint(h.hash, 16)+":"+strconv.Itoa(h.seen[h.hash]))
}

func (h *lineHasher) roll(c uint16) {
	oldest := h.window[h.at]
	h.window[h.at] = c
	h.hash = lineFactor*h.hash + uint64(c) - lineOldest*uint64(oldest)
	h.at = (h.at + 1) % lineWindow
}

// Fingerprint gives the findings of a report that name a line and have no
// primaryLocationLineHash the one that GitHub's upload would give them, and tells how
// many. open gives the contents of a source file by the path that the finding has; a
// file that it refuses leaves its findings as they are. Files are opened in the order
// of their paths, each once.
func Fingerprint(r *evidence.Report, open func(path string) ([]byte, error)) (n int) {
	list := &r.Findings
	var wanting []int
	for i, f := range list.All() {
		if f.Path != "" && f.Line > 0 && f.Fingerprint(LineHashName) == "" {
			wanting = append(wanting, i)
		}
	}
	if len(wanting) == 0 {
		return 0
	}
	slices.SortStableFunc(wanting, func(i, j int) int {
		a, b := list.Record(i), list.Record(j)
		return cmp.Or(cmp.Compare(list.NameOf(a.Path), list.NameOf(b.Path)), cmp.Compare(a.Line, b.Line))
	})
	name := list.Name([]byte(LineHashName))
	for len(wanting) > 0 {
		path := list.Record(wanting[0]).Path
		end := slices.IndexFunc(wanting, func(i int) bool { return list.Record(i).Path != path })
		if end < 0 {
			end = len(wanting)
		}
		here := wanting[:end]
		wanting = wanting[end:]
		source, err := open(list.NameOf(path))
		if err != nil {
			continue
		}
		for line, hash := range LineHashes(source) {
			for len(here) > 0 && int(list.Record(here[0]).Line) == line {
				list.AddFingerprint(list.Record(here[0]), name, []byte(hash))
				here = here[1:]
				n++
			}
			if len(here) == 0 {
				break
			}
		}
	}
	return n
}
