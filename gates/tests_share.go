package gates

import (
	"fmt"

	"github.com/tollgate-ci/tollgate/evidence"
)

// everRan is how many tests ran, whether or not their failure is in quarantine.
func (t *testTally) everRan() uint64 { return t.ran() + t.quarantined() }

func readSkippedShare(b *body) reading {
	t := b.countTests()
	n := t.counts.Skipped
	r := reading{
		value: evidence.ShareOf(evidence.Ratio{Num: n, Den: t.counts.Plus(t.waived).Total()}),
		says:  "of the tests were skipped",
		be:    true,
		refs:  t.refs[evidence.Skipped],
		mend:  func(k uint64) string { return "run " + these(k, n, "skipped test", "skipped tests") },
	}
	r.gaps, r.notes = t.doubts(b)
	return r
}

func readFlakyShare(b *body) reading {
	t := b.countTests()
	n, of := t.flaky, t.everRan()
	r := reading{
		value:  evidence.ShareOf(evidence.Ratio{Num: n, Den: of}),
		bare:   evidence.ShareOf(evidence.Ratio{Num: n + t.waivedFlaky, Den: of}),
		struck: t.struckFlaky,
		says:   "of the tests that ran passed only after an attempt that did not",
		refs:   t.flakies,
		mend: func(k uint64) string {
			return "make " + these(k, n, "test", "tests") + " pass at the first attempt"
		},
	}
	r.gaps, r.notes = t.doubts(b)
	return r
}

// readTestDrop counts how many fewer tests ran than in the base. Which they are,
// lost-tests says: a hundred new tests hide that a hundred are gone.
func readTestDrop(b *body) reading {
	t, base := b.countTests(), b.on(ofBase)
	before := base.countTests()
	now, then := t.everRan(), before.everRan()
	missing := then - min(then, now)
	r := reading{
		value: evidence.ShareOf(evidence.Ratio{Num: missing, Den: then}),
		says:  fmt.Sprintf("of the tests of the baseline are missing: %s, and %d there", ofMany(now, "test ran", "tests ran"), then),
		be:    true,
		refs:  t.refs[evidence.Skipped],
		mend:  func(k uint64) string { return fmt.Sprintf("run %d more %s", k, plural(k, "test", "tests")) },
	}
	r.gaps, r.notes = t.doubts(b)
	if len(b.gaps)+len(r.gaps) > 0 { // what half a run lacks has not dropped
		r.value = evidence.Value{}
	}
	r.gaps = append(r.gaps, b.referenceDoubts(ofBase)...)
	return r
}

// referenceDoubts says why the tests of a reference prove nothing or not enough.
func (b *body) referenceDoubts(ref reference) []gap {
	o := b.on(ref)
	doubts, _ := o.countTests().doubts(o)
	return append(o.gaps[:len(o.gaps):len(o.gaps)], ref.gaps(doubts)...)
}
