// Package format holds what the table of formats and the readers share: what a
// format is, where its bytes come from, and the limits that every reader keeps.
package format

import (
	"context"
	"io"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Format is one report format: how it is told, and how it is read.
type Format struct {
	Name  string        // kebab-case, as shown to users
	Kinds evidence.Kind // what it speaks of
	Title string        // name for people, with the tools that write it
	// Begins are the bytes of which a report begins with one, white space apart; where
	// it is empty, with any. What begins otherwise is not sniffed at.
	Begins string
	// Names are those of JSON's members of which one stands in the head of every report
	// of this format; where none of them does, it is not sniffed at. None means any.
	Names []string
	// Roots are the names of which the root element of every report of an XML format has
	// one; where it has another, it is not sniffed at.
	Roots []string
	// Doc says what is counted, in whole sentences, with the source of each rule,
	// and where the format cannot show that it was cut short.
	Doc string
	// Times says where a report states when it was made, for people; empty where it
	// does not. What it states is in evidence.Report's Time.
	Times string
	// Sniff tells the format by the first bytes of a file (at most SniffLen, after
	// decompression and without a byte order mark). The name is a hint only where
	// the contents of two formats can be equal.
	Sniff func(name string, head []byte) bool
	// Parse reads src into r. Broken input is a Problem in r, not an error; an
	// error means that the reading itself was stopped (context, I/O).
	Parse func(ctx context.Context, src Source, r *evidence.Report) error
}

// SniffLen is how much of a file Sniff sees.
const SniffLen = 4096

// Source gives the bytes of a report in order, and at offsets where it can.
type Source struct {
	Name string
	io.Reader
	// At and Size are set where the bytes lie in a plain file, so that a reader
	// may split it. Reader and At never share a position.
	At   io.ReaderAt
	Size int64
	// HalvesFrom is the size from which on such a file is read in two halves at
	// once; 0 stands for 4 MiB.
	HalvesFrom int64
}

// Limits are kept by every reader; what exceeds one is an unsound Problem at its
// place, never a silent cut. They are far above what a real tool writes.
const (
	MaxDepth      = 1000     // nesting of elements, objects, arrays
	MaxToken      = 16 << 20 // bytes of one name, string, number or line
	MaxAttributes = 1000     // of one element
	MaxExpanded   = 4 << 30  // bytes out of a compressed report
	MaxRatio      = 1000     // compressed to expanded, after the first MiB
	MaxLargeRatio = 100      // likewise after MaxPacked; large reports have 20 to 40
	MaxPacked     = 256 << 20
)

// AllKinds lists what the format speaks of.
func (f Format) AllKinds() []evidence.Kind {
	var kinds []evidence.Kind
	for _, k := range evidence.Kinds {
		if f.Kinds&k != 0 {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
