package policy

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Limits of a policy file. A real one is a screen long and six levels deep.
const (
	maxBytes = 1 << 20
	maxDepth = 100
)

// input is one file while it is read: its lines, and what is wrong so far.
type input struct {
	name  string
	kind  kindOfFile
	lines []line
	errs  Errors
	full  bool // there were more than maxErrors
	// homes are the files of the nodes that are in another one than this.
	homes map[*yaml.Node]*input
}

// line is one line of the file, without its end.
type line struct {
	text string
	// starts has the byte at which each character begins, where that is not its
	// column: a policy may be one line of a mebibyte, and is not walked for each value.
	starts []int32
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// kindOfFile is what messages call a file.
type kindOfFile struct{ noun, least string }

// thePolicy is the file that most of this package is about.
var thePolicy = kindOfFile{"policy", "version, evidence and gates"}

func newInput(name string, kind kindOfFile, data []byte) *input {
	in := &input{name: name, kind: kind}
	if len(data) > maxBytes {
		return in
	}
	all := strings.TrimPrefix(string(data), "\ufeff")
	for text := range strings.SplitSeq(lineEnds.Replace(all), "\n") {
		l := line{text: text}
		if n := runes(text); n < len(text) {
			l.starts = make([]int32, 0, n)
			for i := range text {
				l.starts = append(l.starts, int32(i))
			}
		}
		in.lines = append(in.lines, l)
	}
	return in
}

// from gives the line from the character at a column on.
func (l *line) from(col int) string {
	switch i := col - 1; {
	case l == nil || i < 0 || i >= len(l.text):
		return ""
	case l.starts == nil:
		return l.text[i:]
	case i >= len(l.starts):
		return ""
	default:
		return l.text[l.starts[i]:]
	}
}

// end is the column after the last character.
func (l *line) end() int { return runes(l.text) + 1 }

// at gives the place of width characters at a line and column.
func (in *input) at(row, col, width int) Place {
	p := Place{Pos: evidence.Pos{File: in.name, Line: row, Col: col}, width: width}
	if row >= 1 && row <= len(in.lines) {
		p.line = &in.lines[row-1]
	}
	return p
}

// mark gives the place of width characters where a node begins.
func (in *input) mark(n *yaml.Node, width int) Place { return in.home(n).at(n.Line, n.Column, width) }

// place gives that of a node: all of a scalar, the first character of the rest.
func (in *input) place(n *yaml.Node) Place {
	p := in.mark(n, 1)
	if n.Kind != yaml.ScalarNode {
		return p
	}
	if skip, ok := p.finds(n.Value); ok {
		p.width = runes(n.Value) + 2*skip
	}
	return p
}

// finds reports whether the line reads text at this place, after skip characters
// (one for a quotation mark). It does not where text is escaped or folded.
func (p Place) finds(text string) (skip int, ok bool) {
	rest := p.line.from(p.Pos.Col)
	if rest == "" || text == "" {
		return 0, false
	}
	if rest[0] == '"' || rest[0] == '\'' {
		skip, rest = 1, rest[1:]
	}
	return skip, strings.HasPrefix(rest, text)
}

// within narrows the place of a scalar to text[from:to] of its value.
func (p Place) within(text string, from, to int) Place {
	skip, ok := p.finds(text)
	if !ok {
		return p
	}
	p.Pos.Col += skip + runes(text[:from])
	p.width = max(1, runes(text[from:to]))
	return p
}

// parse gives the root of the one document in the file, or nil and an error in in.
func (in *input) parse(data []byte) *yaml.Node {
	if len(data) > maxBytes {
		in.fail(in.at(0, 0, 0), "the file has %d bytes; a %s has at most %d", len(data), in.kind.noun, maxBytes)
		return nil
	}
	if !in.legible() {
		return nil
	}
	l, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false),
		yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	if err != nil {
		panic("policy: " + err.Error()) // the options are wrong, whatever the input
	}
	var doc, next yaml.Node
	switch err := l.Load(&doc); {
	case err == io.EOF:
		in.fail(in.at(1, 1, 1), "the file is empty; a %s has at least %s", in.kind.noun, in.kind.least)
		return nil
	case err != nil:
		in.malformed(err)
		return nil
	}
	switch err := l.Load(&next); {
	case err == nil:
		in.fail(in.place(&next), "a second document; a %s is one", in.kind.noun)
		return nil
	case err != io.EOF:
		in.malformed(err)
		return nil
	}
	return doc.Content[0]
}

// legible refuses what a reviewer could not see as it is: bytes that are not
// UTF-8, control characters, and those that hide or reorder text.
func (in *input) legible() bool {
	for i := range in.lines {
		text := in.lines[i].text
		for off, c := range text {
			at := func() Place { return in.at(i+1, runes(text[:off])+1, 1) }
			switch {
			case c == utf8.RuneError && !strings.HasPrefix(text[off:], "\ufffd"):
				in.fail(at(), "not UTF-8; save the file in that encoding")
				return false
			case hidden(c):
				in.fail(at(), "an invisible character, %U, that no %s needs; delete it", c, in.kind.noun)
				return false
			}
		}
	}
	return true
}

// hidden reports whether c is a control or formatting character other than tab
// and the joiners that scripts and emoji need, or a line break that only YAML 1.1 knows.
func hidden(c rune) bool {
	switch c {
	case '\t', '\u200c', '\u200d':
		return false
	case '\u2028', '\u2029':
		return true
	default:
		return unicode.In(c, unicode.Cc, unicode.Cf)
	}
}

// malformed records an error of the YAML reader in our words.
func (in *input) malformed(err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		in.fail(in.at(1, 1, 1), "not YAML: %v", err)
		return
	}
	at := in.at(max(1, le.Mark.Line), max(1, le.Mark.Column), 1)
	if last := len(in.lines); at.Pos.Line > last { // the end of a last line without a line end
		at = in.at(last, in.lines[last-1].end(), 1)
	}
	first, _ := utf8.DecodeRuneInString(at.line.from(at.Pos.Col))
	text := at.line.text
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	switch {
	case strings.HasPrefix(le.Message, "exceeded max depth"):
		in.fail(at, "nested deeper than %d levels; no %s is", maxDepth, in.kind.noun)
	case strings.Contains(indent, "\t"):
		in.fail(in.at(at.Pos.Line, strings.IndexByte(indent, '\t')+1, 1), "a tab indents this line; YAML is indented with spaces")
	case first == '*':
		in.fail(at, `a text that begins with * is an alias in YAML; put it in quotes: "*.sarif"`)
	case strings.HasPrefix(le.Message, "found character that cannot start any token") && strings.ContainsRune("@`%", first):
		in.fail(at, `a text that begins with %c must be in quotes`, first)
	case strings.HasPrefix(le.Message, "mapping values are not allowed"):
		in.fail(at, "a second colon, or an indentation that does not fit; put a text with a colon in quotes")
	case le.ContextMsg != "" && le.ContextMark.Line > 0 && le.ContextMark != le.Mark:
		in.fail(at, "not YAML: %s, %s that begins at %d:%d", le.Message, le.ContextMsg, le.ContextMark.Line, le.ContextMark.Column)
	default:
		in.fail(at, "not YAML: %s", le.Message)
	}
}
