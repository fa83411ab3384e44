package evidence

import "testing"

func TestLineSetsOfTwoSources(t *testing.T) {
	set := func(marks map[int]bool) *LineSet {
		s := new(LineSet)
		for n, ran := range marks {
			s.Mark(n, ran)
		}
		return s
	}
	a := set(map[int]bool{1: true, 2: true, 3: false, 200: true})
	b := set(map[int]bool{2: false, 3: true, 70: true})
	if a.SameLines(b) || b.SameLines(a) || !a.SameLines(set(map[int]bool{1: false, 2: true, 3: false, 200: false})) {
		t.Error("SameLines looks at what ran, or not at all lines")
	}
	long := set(map[int]bool{2: true, 3: true, 70: true})
	long.grow(90)
	if !b.SameLines(long) || !long.SameLines(b) {
		t.Error("SameLines looks at room")
	}
	for _, s := range []*LineSet{a, b} {
		joined := new(LineSet)
		joined.Or(s)
		if s == a {
			joined.And(b)
		} else {
			joined.And(a)
		}
		for n, want := range map[int]bool{1: true, 2: false, 3: false, 70: true, 200: true} {
			if coverable, ran := joined.Line(n); !coverable || ran != want {
				t.Errorf("line %d: coverable %v, ran %v", n, coverable, ran)
			}
		}
		if got := joined.Ratio(); got != (Ratio{3, 5}) {
			t.Errorf("%s", got.Fraction())
		}
	}
}

func TestLineSetResetForgets(t *testing.T) {
	var s LineSet
	s.Mark(700, true)
	s.Reset()
	s.Mark(1, false)
	s.Mark(900, false)
	if r := s.Ratio(); r != (Ratio{0, 2}) {
		t.Errorf("%s lines after a reset", r.Fraction())
	}
}

func TestDropTakesLinesOut(t *testing.T) {
	var s, o LineSet
	for line := 1; line <= 200; line++ {
		s.Mark(line, line%2 == 0)
	}
	for _, line := range []int{1, 2, 100, 5000} { // two of them ran, one is not there
		o.Mark(line, false)
	}
	s.Drop(&o)
	if got := s.Ratio(); got != (Ratio{98, 197}) {
		t.Errorf("%s lines are left", got.Fraction())
	}
	if coverable, _ := s.Line(100); coverable {
		t.Error("line 100 is still there")
	}
}

func TestLineSetClone(t *testing.T) {
	var s LineSet
	s.Mark(3, true)
	s.Mark(700, false)
	c := s.Clone()
	if c.Room() != 704 || c.Ratio() != (Ratio{1, 2}) {
		t.Errorf("room for %d lines, %s", c.Room(), c.Ratio().Fraction())
	}
	c.Mark(3, true)
	c.Mark(710, true) // must not reach the words of what ran
	c.Mark(4, false)
	s.Mark(5, true)
	if c.Ratio() != (Ratio{2, 4}) || s.Ratio() != (Ratio{2, 3}) {
		t.Errorf("the copy has %s, what was copied %s", c.Ratio().Fraction(), s.Ratio().Fraction())
	}
	if r := new(LineSet).Clone(); r.Room() != 0 {
		t.Errorf("an empty copy has room for %d lines", r.Room())
	}
}

// Sixty-four lines at once are the same as one by one.
func TestLineSetMark64(t *testing.T) {
	var one, many LineSet
	for _, line := range []int{64, 65, 127, 640} {
		one.Mark(line, line%2 == 0)
	}
	many.Mark64(1, 1|1<<1|1<<63, 1)
	many.Mark64(10, 1, 1)
	many.Mark64(10, 0, 0)
	if !one.SameLines(&many) || one.Ratio() != many.Ratio() {
		t.Errorf("%s and %s", one.Ratio().Fraction(), many.Ratio().Fraction())
	}
	if _, ran := many.Line(64); !ran {
		t.Error("line 64 ran")
	}
}
