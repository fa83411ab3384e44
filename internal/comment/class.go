package comment

import (
	"slices"
	"strings"
)

// Class is what a review comment calls itself in the form of Conventional Comments
// (conventionalcomments.org): `issue (blocking, architecture): the text`. Its zero
// value is that of a comment that does not.
type Class struct {
	Label       string   // issue
	Decorations []string // blocking, architecture
}

// labels are those that Conventional Comments lists.
var labels = []string{"praise", "nitpick", "suggestion", "issue", "todo", "question", "thought", "chore", "note", "typo", "polish", "quibble"}

// Known reports whether the comment has a class for sure: a label of the
// convention, or decorations. `However: …` is a sentence as well.
func (c Class) Known() bool { return slices.Contains(labels, c.Label) || len(c.Decorations) > 0 }

// Is reports whether a word, in small letters, is the label or a decoration.
func (c Class) Is(word string) bool {
	return word != "" && (c.Label == word || slices.Contains(c.Decorations, word))
}

// maxLabel bounds a label, maxDecorations how many decorations are read.
const maxLabel, maxDecorations = 40, 20

// ClassOf reads the class of a comment from its first line of text that is in no
// quote, list or code. All of it is in small letters.
func ClassOf(body string) Class {
	head, rest, ok := strings.Cut(strings.ToLower(strings.Map(dropEmphasis, Read(body).opening)), ":")
	if !ok || rest != "" && rest[0] != ' ' { // https://…
		return Class{}
	}
	label, decorations, decorated := strings.Cut(head, "(")
	label = strings.TrimSpace(label)
	if label == "" || len(label) > maxLabel || strings.ContainsFunc(label, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') }) {
		return Class{}
	}
	c := Class{Label: label}
	if !decorated {
		return c
	}
	inner, closed := strings.CutSuffix(strings.TrimSpace(decorations), ")")
	if !closed {
		return Class{}
	}
	for d := range strings.SplitSeq(inner, ",") {
		if d = single(d); d != "" && len(c.Decorations) < maxDecorations {
			c.Decorations = append(c.Decorations, d)
		}
	}
	return c
}

// dropEmphasis takes away what makes a class bold.
func dropEmphasis(r rune) rune {
	if r == '*' || r == '_' || r == '`' {
		return -1
	}
	return r
}
