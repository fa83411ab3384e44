// Package stock keeps count of what is on the shelf.
package stock

import (
	"fmt"
	"maps"
	"sync"
)

// Shelf is safe for concurrent use.
type Shelf struct {
	mu    sync.Mutex
	count map[string]int
}

// New starts with the given counts.
func New(count map[string]int) *Shelf {
	return &Shelf{count: maps.Clone(count)}
}

// Available is how many of a thing can be sold.
func (s *Shelf) Available(sku string) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.count[sku]
	return n, ok
}

// Reserve takes all that is wanted, or nothing.
func (s *Shelf) Reserve(want map[string]int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sku, n := range want {
		have, ok := s.count[sku]
		if !ok {
			return fmt.Errorf("%s is not sold here", sku)
		}
		if n > have {
			return fmt.Errorf("%d of %s wanted, %d left", n, sku, have)
		}
	}
	for sku, n := range want {
		s.count[sku] -= n
	}
	return nil
}

// Release puts back what was reserved.
func (s *Shelf) Release(want map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sku, n := range want {
		s.count[sku] += n
	}
}
