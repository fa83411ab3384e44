package evidence

import "testing"

// Filled from another set, a line that was there stays as it was.
func TestLineSetFill(t *testing.T) {
	var s, o LineSet
	s.Mark(1, false)
	s.Mark(2, true)
	o.Mark(1, true)
	o.Mark(2, false)
	o.Mark(3, true)
	o.Mark(500, false)
	s.Fill(&o)
	if r := s.Ratio(); r != (Ratio{2, 4}) {
		t.Errorf("%s lines", r.Fraction())
	}
	if _, ran := s.Line(1); ran {
		t.Error("line 1 was not run here")
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
