package parsers

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tollgate-ci/tollgate/parsers/internal/xmlscan"
)

// Sniff gives the formats that claim a file by its first bytes.
func Sniff(name string, head []byte) []Format {
	var claimed []Format
	first := bytes.TrimLeft(head, " \t\r\n")
	named, root := namedIn(head), rootOf(first)
	for i, f := range Formats {
		if f.Begins != "" && (len(first) == 0 || strings.IndexByte(f.Begins, first[0]) < 0) {
			continue
		}
		if len(f.Names) > 0 && !named[i] {
			continue
		}
		if len(f.Roots) > 0 && !slices.Contains(f.Roots, root) {
			continue
		}
		if f.Sniff(name, head) {
			claimed = append(claimed, f)
		}
	}
	if len(claimed) > 1 { // what only a name speaks for gives way to what the contents show
		if shown := slices.DeleteFunc(slices.Clone(claimed), func(f Format) bool { return !f.Sniff("", head) }); len(shown) > 0 {
			return shown
		}
	}
	return claimed
}

// rootOf is the name of the root element, if the head of a file may be XML. Fifteen formats
// are told by it first, and three at most have one in common.
func rootOf(first []byte) string {
	if len(first) == 0 || first[0] != '<' {
		return ""
	}
	s, ok := xmlscan.Root(first)
	if !ok {
		return ""
	}
	return string(s.Name())
}

// askedBy gives by a name the formats that ask for it, as their places in Formats.
var askedBy = func() map[string][]int {
	asked := map[string][]int{}
	for i, f := range Formats {
		for _, name := range f.Names {
			asked[name] = append(asked[name], i)
		}
	}
	return asked
}()

// namedIn tells which formats ask for a name that stands in the head of a JSON text:
// what is in quotes before a colon. Two dozen sniffers that each walked through the
// head took five times as long for a small report as reading it.
//
// It finds at least what a sniffer can. A name with an escape may be any; a string ends
// with its line, as none of JSON's goes on, so that text between lines of JSON is no
// trouble.
func namedIn(head []byte) []bool {
	named := make([]bool, len(Formats))
	for {
		begin := bytes.IndexByte(head, '"')
		if begin < 0 {
			return named
		}
		head = head[begin+1:]
		n := stringEnd(head)
		name := head[:n]
		if head = head[n:]; len(head) == 0 || head[0] != '"' {
			continue // it has no end
		}
		head = head[1:]
		if after := bytes.TrimLeft(head, " \t\r\n"); len(after) > 0 && after[0] != ':' {
			continue
		}
		if bytes.IndexByte(name, '\\') >= 0 {
			for i := range named {
				named[i] = true
			}
			return named
		}
		for _, i := range askedBy[string(name)] {
			named[i] = true
		}
	}
}

// stringEnd is where a string ends, behind its opening quote: at a quote, at the end of
// the line, or of the text.
func stringEnd(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\n':
			return i
		case '\\':
			i++
		}
	}
	return len(text)
}
