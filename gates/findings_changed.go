package gates

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/tollgate-ci/tollgate/evidence"
)

// readChanged counts the findings of a class on lines that the change added or
// altered. One that cannot be placed is not counted, and named.
func (b *body) readChanged(k findingClass) reading {
	x := b.judge.changes()
	lost := map[whereabouts][]evidence.Pos{}
	inChange := b.inChange()
	r := b.read(k, "", func(i int, d *openFinding) bool {
		if x == nil {
			return false
		}
		w := inChange[i]
		if w.presence == unsure {
			lost[w] = append(lost[w], d.place())
		}
		return w.presence == inside
	})
	r.says += " in the change"
	if x == nil {
		change := b.judge.in.Diff
		r.value, r.bare = evidence.Value{}, evidence.Value{}
		r.gaps = append(r.gaps, gap{
			text:   "what the change touches is not known: " + cmp.Or(firstLine(change.Unknown), "nobody said"),
			remedy: cmp.Or(change.Remedy, "judge where the repository is checked out with its history, or on the pull request with a token"),
		})
		return r
	}
	byWhy := func(a, b whereabouts) int { return cmp.Or(cmp.Compare(a.why, b.why), cmp.Compare(a.remedy, b.remedy)) }
	for _, w := range slices.SortedFunc(maps.Keys(lost), byWhy) {
		n := uint64(len(lost[w]))
		r.gaps = append(r.gaps, gap{
			slices.MinFunc(lost[w], comparePos),
			fmt.Sprintf("nobody can tell whether %s %s in the change: %s", ofMany(n, "finding", "findings"), plural(n, "is", "are"), w.why),
			w.remedy,
		})
	}
	return r
}

// inChange says of each open finding where it is to the change, once for all classes.
func (b *body) inChange() []whereabouts {
	t, x := b.countFindings(), b.judge.changes()
	if t.inChange == nil && x != nil {
		t.inChange = make([]whereabouts, len(t.open))
		for i := range t.open {
			d := &t.open[i]
			t.inChange[i] = x.findAny(&d.report.Findings, d.record())
		}
	}
	return t.inChange
}
