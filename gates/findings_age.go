package gates

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/tollgate-ci/tollgate/evidence"
)

// aged is a finding with how long ago it was first detected.
type aged struct {
	*openFinding
	since time.Duration
}

func compareAges(a, b aged) int {
	if c := cmp.Compare(b.since, a.since); c != 0 {
		return c
	}
	if c := comparePos(a.place(), b.place()); c != 0 {
		return c
	}
	return cmp.Compare(a.text(), b.text())
}

// oldest is the findings of a class by age, those that are not waived alone.
type oldest struct {
	class findingClass
	all   []aged // in any order
	first aged   // the oldest
	// ages are made once of each: findings of one run are of one age.
	ages map[time.Duration]evidence.Value
}

func (o *oldest) age(since time.Duration) evidence.Value {
	age, ok := o.ages[since]
	if !ok {
		age = secondsOf(since)
		o.ages[since] = age
	}
	return age
}

// readOldest measures the age of the oldest finding of a class: since the earliest
// time that its report or the base states. A finding that the base does not have is
// as old as this run.
func (b *body) readOldest(k findingClass) reading {
	var counted []*openFinding
	r := b.read(k, "", func(_ int, d *openFinding) bool {
		if d.placed {
			counted = append(counted, d)
		}
		return true
	})
	if !r.value.Measured() {
		return r
	}
	o := &oldest{class: k, ages: map[time.Duration]evidence.Value{}}
	var unknown []evidence.Pos
	now, most := b.judge.in.Now, time.Duration(0) // with those that are waived
	for _, d := range counted {
		first, ok := b.firstSeen(d)
		if !ok || first.After(now) {
			if !d.ruling.waives() {
				unknown = append(unknown, d.place())
			}
			continue
		}
		since := now.Sub(first)
		most = max(most, since)
		if !d.ruling.waives() {
			o.all = append(o.all, aged{d, since})
		}
	}
	r.value, r.bare, r.limit = o.age(0), o.age(most), o
	if len(o.all) > 0 {
		o.first = slices.MinFunc(o.all, compareAges)
		r.value = o.age(o.first.since)
	}
	if n := uint64(len(unknown)); n > 0 {
		g := gap{slices.MinFunc(unknown, comparePos),
			fmt.Sprintf("nobody says when %s first detected", ofMany(n, "finding was", "findings were")),
			"have the tool write provenance.firstDetectionTimeUtc, or give a base that does not have them (--base-reports or --store)"}
		if len(o.all) == 0 {
			r.value, r.bare = evidence.Value{}, evidence.Value{}
		}
		r.gaps = append(r.gaps, g)
	}
	return r
}

// firstSeen is when a finding was first detected. The earliest statement counts: a
// tool that writes the time of its own run says nothing of runs before it.
func (b *body) firstSeen(d *openFinding) (time.Time, bool) {
	second := d.record().FirstSeen
	f := b.lineage().now.sighting(d)
	if f != nil && f.origin != nil && f.origin.firstSeen != 0 && (second == 0 || f.origin.firstSeen < second) {
		second = f.origin.firstSeen
	}
	switch {
	case second != 0:
		return time.Unix(int64(second), 0), true
	case f != nil && !f.untold && f.origin == nil:
		return b.judge.in.Now, true
	default:
		return time.Time{}, false
	}
}

func secondsOf(d time.Duration) evidence.Value {
	v, _ := evidence.QuantityOf(evidence.Elapsed, big.NewRat(int64(d), int64(time.Second)), evidence.Lower)
	return v
}

// sentence says "the oldest of 3 high findings was first detected 41 days ago".
func (o *oldest) sentence(c Condition) string {
	what := "finding"
	if a := o.class.adjective(); a != "" {
		what = a + " finding"
	}
	switch n := uint64(len(o.all)); n {
	case 0:
		return "there is no " + what + "; " + demandQuantity(c)
	case 1:
		return fmt.Sprintf("the one %s was first detected %s ago; %s", what, o.age(o.first.since).Against(c.Want), demandQuantity(c))
	default:
		return fmt.Sprintf("the oldest of %d %ss was first detected %s ago; %s", n, what, o.age(o.first.since).Against(c.Want), demandQuantity(c))
	}
}

// broken are those that break the condition: how many, and the oldest of them.
func (o *oldest) broken(c Condition) firstOf[aged] {
	broken := firstOf[aged]{compare: compareAges}
	breaks := map[time.Duration]bool{}
	for _, a := range o.all {
		is, known := breaks[a.since]
		if !known {
			is = !c.Op.Holds(o.age(a.since), c.Want)
			breaks[a.since] = is
		}
		if is {
			broken.add(a)
		}
	}
	return broken
}

func (o *oldest) refs(c Condition) refList {
	broken := o.broken(c)
	var refs refList
	for i, a := range broken.kept {
		refs.add(uint64(broken.n-i), a.place(), func() string { return o.age(a.since).Against(c.Want) + " old: " + a.text() })
	}
	refs.n = broken.n
	return refs
}

func (o *oldest) remedy(c Condition) string {
	n := uint64(o.broken(c).n)
	if n == 0 || c.Op == More || c.Op == AtLeast || c.Op == Equal && c.Want.Ratio().Num > 0 || c.Op == Less && c.Want.Ratio().Num == 0 {
		return c.unmendable()
	}
	return "fix or waive " + these(n, n, "finding", "findings")
}
