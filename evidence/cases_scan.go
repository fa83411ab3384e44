package evidence

import (
	"iter"
	"time"
)

// Notable yields, in the order of the report, where the cases are that did not simply
// pass: those of another outcome, and those of which there is more to say. Of the
// others it looks at nothing else: a million in which few failed are seen in 8 ms.
func (c *Cases) Notable() iter.Seq[int] {
	return func(yield func(int) bool) {
		for k, chunk := range c.recs.all {
			for i := range chunk {
				if rec := &chunk[i]; Outcome(rec.durOutcome&7) == Passed && (rec.detail == 0 || rec.detail&fileOnly != 0) {
					continue
				}
				if !yield(k*chunkLen + i) {
					return
				}
			}
		}
	}
}

// Brief gives no more of case i than its identity, with suite and class as numbers
// of these Cases, and its outcome.
func (c *Cases) Brief(i int) (suite SuiteID, class ClassID, name string, o Outcome) {
	rec := c.recs.at(i)
	return SuiteID(rec.suite), ClassID(rec.class), c.names.get(rec.name), Outcome(rec.durOutcome & 7)
}

// SuiteName and ClassName give back what Suite and Class were given.
func (c *Cases) SuiteName(s SuiteID) string { return c.suites.get(uint32(s)) }
func (c *Cases) ClassName(n ClassID) string { return c.classes.get(uint32(n)) }

// Took is how long case i took: all of its attempts, if it had several.
func (c *Cases) Took(i int) time.Duration {
	rec := c.recs.at(i)
	took := time.Duration(rec.durOutcome>>3) * time.Microsecond
	if rec.detail == 0 || rec.detail&fileOnly != 0 {
		return took
	}
	var sum time.Duration
	for _, a := range c.details.at(int(rec.detail - 1)).Attempts {
		if next := sum + max(a.Duration, 0); next >= sum {
			sum = next
		}
	}
	return max(sum, took)
}
