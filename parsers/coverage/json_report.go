package coverage

import (
	"context"

	"github.com/tollgate-ci/tollgate/evidence"
	"github.com/tollgate-ci/tollgate/parsers/internal/format"
	"github.com/tollgate-ci/tollgate/parsers/internal/jsonscan"
)

// jsonReader is what the readers of JSON reports share. Memory beside the files is
// the window and what a reader keeps of the file that it is in.
type jsonReader struct {
	s      *jsonscan.Scanner
	r      *evidence.Report
	files  *fileTable
	budget lineBudget
}

func newJSONReader(ctx context.Context, src format.Source, r *evidence.Report) *jsonReader {
	return &jsonReader{s: jsonscan.New(ctx, src), r: r, files: newFileTable(r), budget: newLineBudget()}
}

// finish reads to the end and hands over the files.
func (j *jsonReader) finish() error {
	err := j.s.Finish(j.r)
	j.files.finish()
	return err
}

// complain tells what is wrong with the value that was looked at last.
func (j *jsonReader) complain(g evidence.Gravity, msg string, args ...any) {
	if j.s.Err() == nil { // else what is wrong is the text, and Finish says so
		line, col := j.s.Last()
		j.r.Complain(g, line, col, msg, args...)
	}
}

// is reports whether the value that is due is of a kind, and complains if not.
func (j *jsonReader) is(k jsonscan.Kind, what string) bool {
	have := j.s.Kind()
	switch have {
	case k:
		return true
	case jsonscan.Invalid: // Finish says what is wrong
	default:
		j.complain(evidence.Unsound, "%s is no %s but %s", what, k, have)
	}
	return false
}

// open begins a file at the value that is due.
func (j *jsonReader) open(path []byte) evidence.FileCoverage {
	line, col := j.s.Pos()
	return evidence.FileCoverage{Path: string(path), At: evidence.Pos{File: j.r.Source, Line: line, Col: col}}
}

// add takes a file that was read.
func (j *jsonReader) add(f evidence.FileCoverage) {
	if f.Path == "" {
		j.r.Complain(evidence.Unsound, f.At.Line, f.At.Col, "the file has no name")
	}
	j.files.add(f, f.At.Col)
}

// text reads a string that must be there, such as a path.
func (j *jsonReader) text(what string) []byte {
	if !j.is(jsonscan.String, what) {
		return nil
	}
	text, _ := j.s.Text()
	return text
}

// count reads how often something ran: not, or at all. Null, and what is no
// number, gives ok false and is not consumed.
func (j *jsonReader) count() (covered, ok bool) {
	text, ok := j.s.Number()
	if !ok {
		return false, false
	}
	if n, whole := parseCount(text); whole {
		return n > 0, true
	}
	line, col := j.s.Last()
	return ran(j.r, text, line, col), true
}

// mustCount reads a count as it does. Null, which JavaScript writes for what is no
// number, did not run.
func (j *jsonReader) mustCount(what string) (covered bool) {
	covered, ok := j.count()
	if ok {
		return covered
	}
	switch j.s.Kind() {
	case jsonscan.Invalid:
	case jsonscan.Null:
		j.complain(evidence.Quirk, "%s has null for a count; it did not run", what)
	default:
		j.complain(evidence.Unsound, "%s has no count", what)
	}
	return false
}

// tally reads a number of lines, branches or the like.
func (j *jsonReader) tally(what string) (uint64, bool) {
	n, ok := j.s.Int()
	if !ok || n < 0 || n > maxTally {
		j.complain(evidence.Unsound, "%s should be a whole number from 0 to %d", what, uint64(maxTally))
		return 0, false
	}
	return uint64(n), true
}

// lines is an empty set of lines.
func (j *jsonReader) lines() roomyLines {
	return roomyLines{set: new(evidence.LineSet), budget: &j.budget}
}

// mark states a line, and complains where it cannot be kept.
func (j *jsonReader) mark(l *roomyLines, line uint64, covered bool) bool {
	err := l.mark(int(min(line, 1<<40)), covered)
	if err != nil {
		j.complain(evidence.Unsound, "%v; it is not counted", err)
	}
	return err == nil
}

// lineCounts reads an array that has one value for each line from the first on:
// a count, or null where there is nothing to run. A text (SimpleCov writes
// "ignored") stands for what a person has taken out.
func (j *jsonReader) lineCounts(l *roomyLines) {
	line := uint64(0)
	for range j.s.Elements {
		line++
		covered, ok := j.count()
		if ok {
			if !j.mark(l, line, covered) {
				break
			}
			continue
		}
		switch k := j.s.Kind(); k {
		case jsonscan.Null, jsonscan.String, jsonscan.Invalid:
		default:
			j.complain(evidence.Unsound, "line %d has %s where a count or null should be", line, k)
		}
	}
}

// totals are what a report says of its files in sum, by unit - 1.
type totals struct {
	has       [4]bool
	said      [4]split
	stated    [4]split // what the files themselves state
	line, col int
}

func (t *totals) set(u evidence.Unit, said split) { t.has[u-1], t.said[u-1] = true, said }

// file adds what a file states of a unit, or what it lists if it states nothing:
// what counts of the file may be worse than either.
func (t *totals) file(u evidence.Unit, s *stated, listed evidence.Ratio) {
	if s.hasFound && s.hasHit && s.hit <= s.found {
		listed = evidence.Ratio{Num: s.hit, Den: s.found}
	}
	t.stated[u-1] = t.stated[u-1].plus(splitOf(listed))
}

// hold compares them with the files.
func (t *totals) hold(j *jsonReader) {
	if j.s.Err() != nil {
		return // of a report that was cut, not all files were read
	}
	c := sumComplaint{gravity: evidence.Quirk}
	for _, u := range evidence.Units {
		if t.has[u-1] {
			listed := j.files.sum(u)
			c.hold(u.String(), sumWitness{splitOf(listed), t.stated[u-1]}, t.said[u-1])
		}
	}
	c.complain(j.r, t.line, t.col, "the total")
}
