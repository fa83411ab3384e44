// Package unified reads unified diffs: which lines they add, and which they take
// away. It reads what `git diff-tree -p` writes of many files, and the text that
// GitHub's API calls the patch of one.
//
// The text of a diff is a stranger's. The lines of a hunk are counted by its head,
// so that no line of a file can pass for the head of another one, and no line is
// held in memory. A diff that is not one is an error, never a shorter change.
package unified

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tollgate-ci/tollgate/evidence"
)

// Section is what a diff says of one file.
type Section struct {
	Added, Removed []evidence.LineRange // as in evidence.FileChange
	Binary         bool
}

// Each reads the sections of what git wrote and calls f with each, in their order.
// The names in them are not read: git can be asked for them without quotation marks.
func Each(r io.Reader, f func(Section) error) error {
	p := newParser(r)
	for p.next() {
		if !strings.HasPrefix(p.line, "diff --git ") {
			return p.errorf("%q begins no file", p.line)
		}
		s, err := p.section()
		if err != nil {
			return err
		}
		if err := f(s); err != nil {
			return err
		}
	}
	return p.err
}

// Patch reads the patch of one file, which has no head but those of its hunks.
func Patch(text string) (Section, error) {
	p := newParser(strings.NewReader(text))
	var s Section
	err := p.hunks(&s)
	if err == nil && p.held {
		err = p.errorf("%q begins no hunk", p.line)
	}
	return s, err
}

// parser goes through the lines of a diff. Of a line it keeps as much as any head
// needs.
type parser struct {
	r    *bufio.Reader
	line string
	n    int
	held bool // line is to be read again
	err  error
}

// lineKept is how much of a line is looked at: the head of a file names it twice.
const lineKept = 16 << 10

func newParser(r io.Reader) *parser { return &parser{r: bufio.NewReaderSize(r, lineKept)} }

func (p *parser) errorf(format string, args ...any) error {
	return fmt.Errorf("line %d of the diff: "+format, append([]any{p.n}, args...)...)
}

// next goes to the next line, and is false at the end.
func (p *parser) next() bool {
	if p.held {
		p.held = false
		return true
	}
	if p.err != nil {
		return false
	}
	text, err := p.r.ReadSlice('\n')
	p.line = strings.TrimSuffix(string(text[:min(len(text), 256)]), "\n")
	read := len(text)
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = p.r.ReadSlice('\n')
		read += len(text)
	}
	switch {
	case err == io.EOF && read == 0:
		return false
	case err != nil && err != io.EOF:
		p.err = err
		return false
	}
	p.n++
	return true
}

// headers are the lines that stand before the hunks of a file.
var headers = []string{
	"index ", "old mode ", "new mode ", "deleted file mode ", "new file mode ",
	"similarity index ", "dissimilarity index ", "rename from ", "rename to ", "copy from ", "copy to ", "--- ", "+++ ",
}

// section reads what follows the line that begins a file.
func (p *parser) section() (s Section, err error) {
	for p.next() {
		switch {
		case strings.HasPrefix(p.line, "@@ "), strings.HasPrefix(p.line, "diff --git "):
			p.held = true
			return s, p.hunks(&s)
		case strings.HasPrefix(p.line, "Binary files "):
			s.Binary = true
		case !hasPrefix(p.line, headers):
			return s, p.errorf("%q is nothing that git writes before the lines of a file", p.line)
		}
	}
	return s, p.err
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// hunks reads hunks up to a line that begins none, which it leaves.
func (p *parser) hunks(s *Section) error {
	oldEnd, newEnd := 0, 0 // the last lines that the hunks before spoke of
	for p.next() {
		if strings.HasPrefix(p.line, `\`) { // no newline at the end of the file
			continue
		}
		if !strings.HasPrefix(p.line, "@@ ") {
			p.held = true
			return nil
		}
		before, after, ok := head(p.line)
		switch {
		case !ok:
			return p.errorf("%q is no head of a hunk", p.line)
		case before.First <= oldEnd && before.Len() > 0, after.First <= newEnd && after.Len() > 0:
			return p.errorf("the hunk stands before the one above it")
		}
		if err := p.body(s, before, after); err != nil {
			return err
		}
		oldEnd, newEnd = max(oldEnd, before.Last), max(newEnd, after.Last)
	}
	return p.err
}

// body reads as many lines as the head of a hunk says.
func (p *parser) body(s *Section, before, after evidence.LineRange) error {
	for before.Len() > 0 || after.Len() > 0 {
		if !p.next() {
			if p.err != nil {
				return p.err
			}
			return p.errorf("it ends in the middle of a hunk")
		}
		sign := byte(0)
		if p.line != "" {
			sign = p.line[0]
		}
		switch {
		case sign == '+' && after.Len() > 0:
			s.Added = with(s.Added, after.First)
			after.First++
		case sign == '-' && before.Len() > 0:
			s.Removed = with(s.Removed, before.First)
			before.First++
		case sign == ' ' && before.Len() > 0 && after.Len() > 0:
			before.First++
			after.First++
		case sign == '\\':
		default:
			return p.errorf("the hunk has another number of lines than its head says")
		}
	}
	return nil
}

// with adds a line to ranges; lines that touch are one range.
func with(ranges []evidence.LineRange, line int) []evidence.LineRange {
	if n := len(ranges); n > 0 && ranges[n-1].Last+1 == line {
		ranges[n-1].Last = line
		return ranges
	}
	return append(ranges, evidence.LineRange{First: line, Last: line})
}

// head reads "@@ -12,3 +14 @@ whatever". Ranges without lines stand after a line, and
// are given as empty ones.
func head(line string) (before, after evidence.LineRange, ok bool) {
	rest, ok := strings.CutPrefix(line, "@@ -")
	if !ok {
		return before, after, false
	}
	rest, _, ok = strings.Cut(rest, " @@")
	if !ok {
		return before, after, false
	}
	from, to, ok := strings.Cut(rest, " +")
	if !ok {
		return before, after, false
	}
	before, ok = lines(from)
	if !ok {
		return before, after, false
	}
	after, ok = lines(to)
	return before, after, ok
}

// mostLines is beyond any file that git takes for text.
const mostLines = 1 << 30

// lines reads "12,3", or "12" for one line.
func lines(s string) (evidence.LineRange, bool) {
	first, count, several := strings.Cut(s, ",")
	if !several {
		count = "1"
	}
	a, ok := whole(first)
	n, ok2 := whole(count)
	if !ok || !ok2 || a == 0 && n > 0 {
		return evidence.LineRange{}, false
	}
	if n == 0 {
		a++
	}
	return evidence.LineRange{First: a, Last: a + n - 1}, true
}

func whole(s string) (int, bool) {
	if s == "" || len(s) > 10 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= mostLines
}
