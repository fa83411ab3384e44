package gates

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// readNew counts the findings of a class that the base does not have. What a report
// says of its own baseline does not count: nobody knows what that was.
func (b *body) readNew(k findingClass) reading {
	l := b.lineage()
	untold := map[string]uint64{}
	var claimed uint64
	r := b.read(k, "new", func(_ int, d *openFinding) bool {
		f := l.now.sighting(d)
		switch {
		case f == nil: // the base cannot be believed
			return false
		case f.untold:
			untold[f.flow.title()]++
			return false
		case f.origin != nil:
			return false
		}
		if s := d.record().Baseline; s == evidence.BaselineUnchanged || s == evidence.BaselineUpdated {
			claimed++
		}
		return true
	})
	if len(l.gaps) > 0 {
		r.value, r.bare, r.gaps = evidence.Value{}, evidence.Value{}, append(r.gaps, l.gaps...)
		return r
	}
	for _, tool := range slices.Sorted(maps.Keys(untold)) {
		n := untold[tool]
		r.gaps = append(r.gaps, gap{
			text: fmt.Sprintf("%s did not run in the base, so nobody can tell whether %s of it %s new", tool,
				ofMany(n, "finding", "findings"), plural(n, "is", "are")),
			remedy: "give the report of " + tool + " on the base (--base-reports or --store)",
		})
	}
	for _, tool := range l.vanished {
		r.gaps = append(r.gaps, gap{
			text:   tool + " ran in the base and did not run now, so nobody can tell what it would find",
			remedy: "run " + tool + ", or record a base without it",
		})
	}
	if claimed > 0 {
		r.notes = append(r.notes, fmt.Sprintf("the report itself calls %d of them old, which does not count", claimed))
	}
	if n := b.fixed(k); n > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d that the base has %s gone", n, plural(n, "is", "are")))
	}
	return r
}

// fixed counts the findings of a class that the base has and this run has not.
func (b *body) fixed(k findingClass) (n uint64) {
	then := b.lineage().then
	for _, d := range b.on(ofBase).countFindings().class(k) {
		if f := then.sighting(d); d.placed && f != nil && !f.taken && !f.untold {
			n++
		}
	}
	return n
}
