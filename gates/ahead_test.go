package gates

import "testing"

// What panics on a core of its own panics where a caller can catch it, when all the
// others are done.
func TestPanicOfWhatRunsAtOnceIsTheCallers(t *testing.T) {
	done := make([]bool, 3)
	finish := func(i int) func() { return func() { done[i] = true } }
	func() {
		defer func() {
			if what := recover(); what != "broken" {
				t.Errorf("the caller caught %v", what)
			}
		}()
		atOnce(finish(0), finish(1), func() { panic("broken") }, finish(2))
	}()
	for i, is := range done {
		if !is {
			t.Errorf("%d was not done", i)
		}
	}
}
