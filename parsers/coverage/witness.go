package coverage

import (
	"fmt"

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
	worse := worst(listed, total)
	r.Complain(evidence.Quirk, s.line, s.col, "%s states that %s %s are covered where %s are listed; the worse counts: %s",
		whose, total.Fraction(), u, listed.Fraction(), worse.Fraction())
	return worse
}

// worst is the one of two numbers for the same lines that is worse, or, if
// neither is in every respect, what is no better than either.
func worst(listed, total evidence.Ratio) evidence.Ratio {
	if total.Den >= listed.Den && total.Cmp(listed) < 0 {
		return total
	}
	covered := min(listed.Num, total.Num)
	return evidence.Ratio{Num: covered, Den: max(listed.Den, covered+total.Den-total.Num)}
}

// bound joins two numbers for one file that cannot be joined line by line: covered
// is the lesser, uncovered the greater of the two.
func bound(a, b evidence.Ratio) evidence.Ratio {
	covered := min(a.Num, b.Num)
	return evidence.Ratio{Num: covered, Den: covered + max(a.Den-a.Num, b.Den-b.Num)}
}

// lineRoom bounds the memory that line numbers claim: two bits for every line up to
// the highest of each file. No project has this many lines, and a few bytes of a
// hostile report could ask for a megabyte otherwise.
const lineRoom = 1 << 28

// roomyLines is a set of lines that takes its room from what is left of a report's.
type roomyLines struct {
	set  *evidence.LineSet
	top  int
	room *int
}

// mark states a line, and says why it cannot.
func (l *roomyLines) mark(line int, ran bool) error {
	if line > l.top {
		if line > evidence.MaxLine {
			return fmt.Errorf("line %d is beyond the last line that is kept, %d", line, evidence.MaxLine)
		}
		if line-l.top > *l.room {
			return fmt.Errorf("with line %d the files of this report have more than %d lines together", line, lineRoom)
		}
		*l.room -= line - l.top
		l.top = line
	}
	l.set.Mark(line, ran)
	return nil
}

// free gives the room back.
func (l *roomyLines) free() {
	*l.room += l.top
	l.top = 0
}
