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
