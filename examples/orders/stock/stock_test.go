package stock

import (
	"sync"
	"testing"
)

func shelf() *Shelf { return New(map[string]int{"mug": 3, "lamp": 1}) }

func left(t *testing.T, s *Shelf, sku string) int {
	t.Helper()
	n, ok := s.Available(sku)
	if !ok {
		t.Fatalf("%s is not on the shelf", sku)
	}
	return n
}

func TestReserve(t *testing.T) {
	tests := []struct {
		name string
		want map[string]int
		ok   bool
		mugs int
	}{
		{"some", map[string]int{"mug": 2}, true, 1},
		{"the last", map[string]int{"mug": 3}, true, 0},
		{"too many", map[string]int{"mug": 4}, false, 3},
		{"all or nothing", map[string]int{"mug": 1, "lamp": 2}, false, 3},
		{"something unknown", map[string]int{"mug": 1, "sofa": 1}, false, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := shelf()
			if err := s.Reserve(tt.want); (err == nil) != tt.ok {
				t.Errorf("Reserve = %v, want success %t", err, tt.ok)
			}
			if got := left(t, s, "mug"); got != tt.mugs {
				t.Errorf("%d mugs left, want %d", got, tt.mugs)
			}
		})
	}
}

func TestRelease(t *testing.T) {
	s := shelf()
	if err := s.Reserve(map[string]int{"mug": 2}); err != nil {
		t.Fatal(err)
	}
	s.Release(map[string]int{"mug": 2})
	if got := left(t, s, "mug"); got != 3 {
		t.Errorf("%d mugs left, want 3", got)
	}
}

func TestNobodySellsTheSameMugTwice(t *testing.T) {
	s := New(map[string]int{"mug": 50})
	var wg sync.WaitGroup
	var mu sync.Mutex
	sold := 0
	for range 80 {
		wg.Go(func() {
			if s.Reserve(map[string]int{"mug": 1}) == nil {
				mu.Lock()
				sold++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if sold != 50 {
		t.Errorf("%d mugs sold, want 50", sold)
	}
}

func TestUnknownThing(t *testing.T) {
	if n, ok := shelf().Available("sofa"); ok {
		t.Errorf("%d sofas available, want to hear that there are none sold", n)
	}
}
