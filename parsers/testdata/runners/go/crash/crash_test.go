package crash

import "testing"

func TestBefore(t *testing.T) {}

func TestPanics(t *testing.T) {
	t.Run("inner", func(t *testing.T) { panic("no stock") })
}

func TestNeverRuns(t *testing.T) {}
