package evidence

import (
	"iter"
	"maps"
	"math/bits"
	"slices"
)

// This file is for who writes a report down and reads it again: what readers of
// formats bring about by counting is stated here at once.

// SetDropped states how many complaints are not in Problems.
func (r *Report) SetDropped(n int) { r.dropped = n }

// Values yields each value that was counted and how often, in rising order.
func (t *Tally) Values() iter.Seq2[uint64, uint64] {
	return func(yield func(v, n uint64) bool) {
		for v, n := range t.dense {
			if n > 0 && !yield(uint64(v), n) {
				return
			}
		}
		for _, v := range slices.Sorted(maps.Keys(t.sparse)) {
			if !yield(v, t.sparse[v]) {
				return
			}
		}
	}
}

// AddN counts a value n times, n above 0. It takes memory for the value, however
// large n is: what is counted may be what a stranger wrote.
func (t *Tally) AddN(v, n uint64) {
	if t.n == 0 || v < t.min {
		t.min = v
	}
	t.max = max(t.max, v)
	t.n = satAdd(t.n, n)
	hi, product := bits.Mul64(v, n)
	if hi != 0 {
		product = ^uint64(0)
	}
	t.sum = satAdd(t.sum, product)
	if v < uint64(len(t.dense)) {
		t.dense[v] = satAdd(t.dense[v], n)
		return
	}
	if t.sparse == nil {
		t.sparse = map[uint64]uint64{}
	}
	t.sparse[v] = satAdd(t.sparse[v], n)
}

// Append adds a benchmark given as a value, which the set keeps, and says whether
// there was room. It looks for no other of the same identity; readers use Find.
func (b *BenchmarkSet) Append(bm *Benchmark) bool {
	samples := 0
	for i := range bm.Metrics {
		samples += len(bm.Metrics[i].Samples)
	}
	if len(b.list) >= MaxBenchmarks || len(bm.Metrics) > MaxMetrics-b.metrics || samples > MaxSamples-b.samples {
		b.dropped++
		return false
	}
	b.metrics += len(bm.Metrics)
	b.samples += samples
	b.list = append(b.list, bm)
	return true
}
