package coverage

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// stated is what a report says of one unit in total, beside what it lists.
type stated struct {
	found, hit       uint64
	hasFound, hasHit bool
	line, col        int // where it says so
}

// setFound takes a total; of two the larger counts.
func (s *stated) setFound(n uint64, line, col int) {
	s.found, s.hasFound = max(s.found, n), true
	s.line, s.col = line, col
}

// setHit takes what is covered of it; of two the smaller counts.
func (s *stated) setHit(n uint64, line, col int) {
	if !s.hasHit || n < s.hit {
		s.hit = n
	}
	s.hasHit = true
	s.line, s.col = line, col
}

// addMissing makes the total of what is covered and what is missing, of a report that
// states these and no total.
func (s *stated) addMissing(n *uint64, line, col int) {
	if !s.hasFound && s.hasHit && n != nil {
		s.setFound(s.hit+*n, line, col)
	}
}

// settle holds the two witnesses against each other. Where they differ the worse
// counts, and r hears of it. What is listed is certain to be coverable, so a total
// that counts less than that only takes away from what is covered. A total
// without any listing is all there is.
func (s *stated) settle(r *evidence.Report, u evidence.Unit, listed evidence.Ratio, whose string) evidence.Ratio {
	if !s.hasFound && !s.hasHit {
		return listed
	}
	total := evidence.Ratio{Num: s.hit, Den: s.found}
	if !s.hasHit {
		total.Num = min(listed.Num, total.Den)
	}
	if !s.hasFound {
		total.Den = max(listed.Den, total.Num)
	}
	if total.Num > total.Den {
		r.Complain(evidence.Unsound, s.line, s.col, "%s states %d of %d %s as covered", whose, total.Num, total.Den, u)
		total.Num = 0
	}
	if listed.Den == 0 || total == listed {
		return total
	}
	worse := listed
	if total.Den > 0 { // nothing found is no number that could be worse
		worse = worst(listed, total)
	}
	r.Complain(evidence.Quirk, s.line, s.col, "%s states that %s %s are covered where %s are listed; the worse counts: %s",
		whose, total.Fraction(), u, listed.Fraction(), worse.Fraction())
	return worse
}

// worst is the one of two numbers for the same lines that is worse, or, if
// neither is in every respect, what is no better than either. It is another rule than
// split.worse: a total that counts what is listed, and more of it, is a number that the
// tool itself stands by and is taken as it is, where worse makes one that no one stated.
func worst(listed, total evidence.Ratio) evidence.Ratio {
	if total.Den >= listed.Den && total.Cmp(listed) < 0 {
		return total
	}
	covered := min(listed.Num, total.Num)
	return evidence.Ratio{Num: covered, Den: max(listed.Den, covered+total.Den-total.Num)}
}

// lineBudget bounds what line numbers claim: two bits of memory for every line up
// to the highest of each file, and the work of joining them. No project has this
// many lines, and a few bytes of a hostile report could ask for a megabyte
// otherwise, again and again.
type lineBudget struct{ room, work int }

const (
	lineRoom = 1 << 28
	lineWork = 1 << 32
	roomStep = 256 // lines that are taken at once, so that few lines ask
)

func newLineBudget() lineBudget { return lineBudget{lineRoom, lineWork} }

// half is the budget of one half of a report.
func (b lineBudget) half() lineBudget { return lineBudget{b.room / 2, b.work / 2} }

// roomyLines is a set of lines that takes its room from the budget of its report.
type roomyLines struct {
	set    *evidence.LineSet
	top    int // lines up to here have room
	budget *lineBudget
}

// mark states a line, and says why it cannot.
func (l *roomyLines) mark(line int, ran bool) error {
	if line > l.top {
		if line > evidence.MaxLine {
			return fmt.Errorf("line %d is beyond the last line that is kept, %d", line, evidence.MaxLine)
		}
		more := (line+roomStep-1)/roomStep*roomStep - l.top
		if more > l.budget.room || more > l.budget.work {
			return fmt.Errorf("with line %d the files of this report have more than %d lines together", line, lineRoom)
		}
		l.budget.room -= more
		l.budget.work -= more
		l.top += more
	}
	l.set.Mark(line, ran)
	return nil
}

// inOrder states lines for which there is room and that mostly come in order: 64 at
// once. What it was given last is in the set after flush.
type inOrder struct {
	set            *evidence.LineSet
	word           uint32
	coverable, ran uint64
}

func (o *inOrder) mark(line uint32, coverable, ran bool) {
	if word := line / 64; word != o.word {
		o.flush()
		o.word = word
	}
	var bit uint64
	if coverable {
		bit = 1 << (line % 64)
	}
	o.coverable |= bit
	if !ran {
		bit = 0
	}
	o.ran |= bit
}

func (o *inOrder) flush() {
	if o.coverable > 0 {
		o.set.Mark64(int(o.word), o.coverable, o.ran)
	}
	o.coverable, o.ran = 0, 0
}

// join adds the lines of another set to these, and empties it.
func (l *roomyLines) join(o *roomyLines) {
	l.takeRoom(o)
	l.set.Or(o.set)
	o.set.Reset()
}

// clear empties the set and gives back its room.
func (l *roomyLines) clear() {
	l.budget.room += l.top
	l.top = 0
	l.set.Reset()
}

// takeRoom gives back the room of o, and takes as much as its lines need here.
func (l *roomyLines) takeRoom(o *roomyLines) {
	more := max(o.top-l.top, 0)
	l.budget.room += o.top - more
	l.top += more
	o.top = 0
}

// fileLines are the lines of a file that is not being read, in the room that they need.
type fileLines struct {
	set *evidence.LineSet // nil until something is joined
	top uint32
}

// join adds lines to these, and empties them.
func (l *fileLines) join(o *roomyLines) {
	own := roomyLines{set: l.set, top: int(l.top), budget: o.budget}
	if own.set == nil {
		own.takeRoom(o)
		own.set = o.set.Clone()
		o.set.Reset()
	} else {
		own.join(o)
	}
	l.set, l.top = own.set, uint32(own.top)
}

// open are the lines to be joined to others.
func (l *fileLines) open(budget *lineBudget) *roomyLines {
	return &roomyLines{set: l.set, top: int(l.top), budget: budget}
}

// ran reads a count that stands at line and column: whether it is above 0. Counts
// of any size are; JavaScript writes those from 10^21 up with an exponent.
func ran(r *evidence.Report, count []byte, line, col int) bool {
	count = bytes.TrimSpace(count)
	if n, ok := parseCount(count); ok {
		return n > 0
	}
	if rest, ok := bytes.CutPrefix(count, []byte{'-'}); ok {
		if _, ok := parseCount(rest); ok {
			r.Complain(evidence.Quirk, line, col, "the count %.24s is negative; it is read as 0", count)
			return false
		}
	}
	mantissa, exponent, large := bytes.Cut(count, []byte("e+"))
	whole, fraction, point := bytes.Cut(mantissa, []byte{'.'})
	n, okWhole := parseCount(whole)
	_, okFraction := parseCount(fraction)
	_, okExponent := parseCount(exponent)
	if !okWhole || point && !okFraction || large && !okExponent {
		r.Complain(evidence.Unsound, line, col, "a count is expected here")
		return false
	}
	return n > 0
}

// settleReport holds the totals of a report against what its files amount to.
// Unlike those of one file they are worse only if their share is. What they count
// more goes to the only file, or to one that stands for what is not listed. Where
// nothing is listed the total of lines counts, which its reader makes unsound; of
// another unit it does not, so that this unit was not measured.
func settleReport(r *evidence.Report, u evidence.Unit, s *stated) {
	listed, _ := r.CoverageOf(u)
	total := evidence.Ratio{Num: s.hit, Den: s.found}
	if !s.hasFound || !s.hasHit || total == listed || total.Den == 0 {
		return
	}
	if total.Num > total.Den {
		r.Complain(evidence.Unsound, s.line, s.col, "the report states %d of %d %s as covered", total.Num, total.Den, u)
		return
	}
	unlist := func(m evidence.Ratio) {
		f := evidence.FileCoverage{Path: "[not listed in " + r.Source + "]", At: evidence.Pos{File: r.Source, Line: s.line, Col: s.col}}
		i := slices.IndexFunc(r.Coverage, func(have evidence.FileCoverage) bool { return have.Path == f.Path })
		if i < 0 {
			i = len(r.Coverage)
			r.Coverage = append(r.Coverage, f)
		}
		r.Coverage[i].Set(u, m)
	}
	counts := "what is listed counts"
	switch {
	case listed.Den == 0 && u != evidence.Lines:
		counts = "a total alone does not count"
	case listed.Den == 0:
		counts = "the total counts"
		unlist(total)
	case total.Cmp(listed) >= 0:
	case len(r.Coverage) == 1:
		worse := worst(listed, total)
		counts = "the worse counts: " + worse.Fraction()
		r.Coverage[0].Set(u, worse)
	default:
		uncovered, ok := missing(listed, total)
		if !ok {
			r.Complain(evidence.Unsound, s.line, s.col, "the report states that %s %s are covered where %s are listed; one of them is wrong",
				total.Fraction(), u, listed.Fraction())
			return
		}
		more := evidence.Ratio{Den: uncovered}
		if total.Num >= listed.Num && total.Den-total.Num >= listed.Den-listed.Num {
			more = evidence.Ratio{Num: total.Num - listed.Num, Den: total.Den - listed.Den}
		}
		counts = "the worse counts: " + listed.Add(more).Fraction()
		unlist(more)
	}
	r.Complain(evidence.Quirk, s.line, s.col, "the report states that %s %s are covered where %s are listed; %s",
		total.Fraction(), u, listed.Fraction(), counts)
}

// missing is how many uncovered ones must be added to what is listed so that its
// share is no better than that of the total. No number is enough for a total of
// which nothing is covered, and none that can be believed for some others.
func missing(listed, total evidence.Ratio) (n uint64, ok bool) {
	if total.Num == 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(listed.Num, total.Den)
	if hi >= total.Num {
		return 0, false
	}
	den, rest := bits.Div64(hi, lo, total.Num)
	if rest > 0 {
		den++
	}
	return den - min(den, listed.Den), true
}
