package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Place is a stretch of one line of the policy. Columns count characters from 1.
type Place struct {
	Pos   evidence.Pos
	width int   // characters
	line  *line // nil where there is none
}

// maxExcerpt is how many characters of a line an excerpt shows.
const maxExcerpt = 120

// Excerpt shows the line with a caret under the place:
//
//	7 |   unit: {form: unit, require: [failed = 0]}
//	  |          ^~~~
//
// It is empty where there is no line to show.
func (p Place) Excerpt() string {
	if p.line == nil || p.line.text == "" {
		return ""
	}
	line, start := []rune(p.line.text), p.Pos.Col-1
	if start < 0 || start > len(line) {
		return ""
	}
	from := max(0, min(start-maxExcerpt/3, len(line)-maxExcerpt))
	to := min(len(line), from+maxExcerpt)
	for i, c := range line {
		if hidden(c) {
			line[i] = utf8.RuneError
		}
	}
	var pad strings.Builder
	for _, c := range line[from:start] {
		if c == '\t' {
			pad.WriteByte('\t')
		} else {
			pad.WriteString(strings.Repeat(" ", columns.RuneWidth(c)))
		}
	}
	marked := columns.StringWidth(string(line[start:min(start+p.width, to)]))
	number := fmt.Sprintf("%2d", p.Pos.Line)
	return fmt.Sprintf("%s | %s\n%*s | %s^%s\n", number, string(line[from:to]),
		len(number), "", pad.String(), strings.Repeat("~", max(0, marked-1)))
}

// columns measures text as a terminal shows it, whatever the locale.
var columns = &runewidth.Condition{StrictEmojiNeutral: true}

// Error is one thing that is wrong with a policy.
type Error struct {
	Place
	Message string
}

// Error gives file:line:col: message.
func (e *Error) Error() string { return e.Pos.String() + ": " + e.Message }

// Errors are all that is wrong with a policy, by place, at most maxErrors.
type Errors []*Error

// maxErrors bounds the report on a file that is no policy at all.
const maxErrors = 100

// Error gives one line for each.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the errors one by one to errors.As.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// fail records an error. Once there are maxErrors, it records that and no more.
func (in *input) fail(at Place, format string, args ...any) {
	if len(in.errs) == maxErrors {
		in.full = true
		return
	}
	in.errs = append(in.errs, &Error{at, fmt.Sprintf(format, args...)})
}

// inFile orders places by their file: this one first, and then what it extends.
func (in *input) inFile(a, b evidence.Pos) int {
	if a.File == b.File {
		return 0
	}
	switch in.name {
	case a.File:
		return -1
	case b.File:
		return 1
	default:
		return cmp.Compare(a.File, b.File)
	}
}

// sorted gives the errors by place, or a nil error if there is none.
func (in *input) sorted() error {
	if len(in.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(in.errs, func(a, b *Error) int {
		return cmp.Or(in.inFile(a.Pos, b.Pos), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Message, b.Message))
	})
	if in.full {
		last := in.errs[len(in.errs)-1]
		in.errs = append(in.errs, &Error{last.Place, fmt.Sprintf("more than %d errors; mend these and look again", maxErrors)})
	}
	return in.errs
}

// runes is how many characters s has, for columns.
func runes(s string) int { return utf8.RuneCountInString(s) }

// maxQuoted is how many characters of the policy a message repeats.
const maxQuoted = 64

// short makes a text of the policy fit for a message: cut, and without what an
// escape in double quotes can smuggle past input.legible.
func short(s string) string {
	n := 0
	for i := range s {
		if n == maxQuoted {
			s = s[:i] + "…"
			break
		}
		n++
	}
	return strings.Map(func(c rune) rune {
		if unprintable(c) {
			return utf8.RuneError
		}
		return c
	}, s)
}
