package main

import (
	"runtime"
	"time"
)

// calm finds moments in which nobody else computes on our cores. A machine of a cloud
// has neighbours on the other thread of each core: while they compute, sums that keep a
// core busy take twice as long, and a copy of memory takes as long as ever. A reader of
// ours is of the first kind, a plain read of the second, so that the ratio of the two
// would say how busy the neighbours are. A measurement therefore is calm if sums take
// no longer before and behind it than they do at best, and is repeated until it is.
type calm struct {
	cpus []int         // that we may run on, one by one; none where that cannot be chosen
	best time.Duration // of the sums
	left time.Duration // how long it goes on repeating

	patience time.Duration // what is left when the readers of a report are begun
}

const (
	slack     = 1.2                   // how many times as long as at best sums take in a calm moment, at most
	longest   = 3 * time.Second       // what takes longer finds no calm moment, and is taken as it comes
	breath    = 50 * time.Millisecond // between two looks
	warmingUp = 500 * time.Millisecond
)

func newCalm(patience time.Duration) *calm {
	c := &calm{cpus: ownCPUs(), best: time.Hour, patience: patience}
	for start := time.Now(); time.Since(start) < warmingUp; {
		c.quiet(c.cpus)
	}
	return c
}

// quiet reports whether nobody else computes on these CPUs just now.
func (c *calm) quiet(cpus []int) bool {
	all := true
	for i := range max(1, len(cpus)) {
		var took time.Duration
		onCPUs(cpus[min(i, len(cpus)):min(i+1, len(cpus))], func() { took = sums() })
		c.best = min(c.best, took)
		all = all && float64(took) <= slack*float64(c.best)
	}
	return all
}

// wait waits for a calm moment of one CPU, or of all, and gives those that are calm.
// When its patience is at an end, it reports false.
func (c *calm) wait(one bool) (cpus []int, ok bool) {
	for c.left > 0 {
		start := time.Now()
		if !one || len(c.cpus) == 0 {
			if c.quiet(c.cpus) {
				return c.cpus, true
			}
		} else {
			for i := range c.cpus {
				if cpus := c.cpus[i : i+1]; c.quiet(cpus) {
					return cpus, true
				}
			}
		}
		time.Sleep(breath)
		c.left -= time.Since(start)
	}
	return c.cpus, false
}

// measure runs a reader in a calm moment, or without one at the end of its patience.
func (c *calm) measure(r reader, path string) (s sample, err error) {
	for {
		cpus, ok := c.wait(r.single)
		start := time.Now()
		onCPUs(cpus, func() { s, err = measure(r, path) })
		took := time.Since(start)
		if err != nil || took > longest {
			return s, err
		}
		if s.calm = ok && c.quiet(cpus); s.calm || c.left <= 0 {
			return s, nil
		}
		c.left -= took
	}
}

// calmest are the calm ones of some measurements, if these are half of them at least.
func calmest(samples []sample) []sample {
	var list []sample
	for _, s := range samples {
		if s.calm {
			list = append(list, s)
		}
	}
	if 2*len(list) < len(samples) {
		return samples
	}
	return list
}

// sums takes about two milliseconds, in which one core does as much as it can.
func sums() time.Duration {
	start := time.Now()
	var a, b, c, d, e, f uint64 = 1, 2, 3, 4, 5, 6
	for i := range uint64(2_500_000) {
		a += b ^ i
		b += 3
		c ^= d + i
		d += 7
		e += f
		f ^= i
	}
	runtime.KeepAlive(a + c + e) // or else they are left out
	return time.Since(start)
}
